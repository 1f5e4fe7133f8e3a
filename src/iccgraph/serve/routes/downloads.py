"""`/data/…`: the dumps of the current release; `/release/…`: those of each release, for good.

Files are sent whole or in ranges (RFC 9110, section 14), with their checksum as ETag. Beside them
is the manifest of the release, by which a program finds and checks all of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, redirect, request, send_file

from iccgraph.errors import Gone, NotFound, ReleaseError
from iccgraph.formats import HTML, media_type_of
from iccgraph.languages import best
from iccgraph.release.csvw import ENDING, LOCATIONS
from iccgraph.release.csvw import MEDIA_TYPE as CSVW
from iccgraph.release.description import DUMPS
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.manifest import (
    MANIFEST,
    FileEntry,
    dumps_of,
    read_files,
    read_manifest,
    read_text,
)
from iccgraph.release.networks import ENDINGS, FILES, NETWORKS, file_name
from iccgraph.serve.catalogue import schema_org, signposting
from iccgraph.serve.catalogue.publication import file_address, release_address
from iccgraph.serve.catalogue.signposting import TypedLink
from iccgraph.serve.context import (
    AppResponse,
    data_link,
    language,
    link,
    path_language,
    published,
    scheme,
    serving,
    settings,
    site,
)
from iccgraph.serve.http.headers import FRESH
from iccgraph.serve.pages.network_views import network_views
from iccgraph.serve.pages.render import described, render_template
from iccgraph.serve.routes.respond import chosen, respond

downloads = Blueprint("downloads", __name__)

_NETWORK: Final = f"<any({', '.join(map(repr, NETWORKS))}):network>"
_ENDING: Final = f"<any({', '.join(map(repr, ENDINGS))}):ending>"
FOR_EVER: Final = "public, max-age=31536000, immutable"
"""A file of a named release never changes (RFC 8246)."""


def dumps() -> dict[str, FileEntry]:
    """Return the dumps of the release by file name."""
    return dumps_of(serving().release.manifest.content.files)


def files_of_dataset(whole: bool) -> list[TypedLink]:
    """Return the links from the dataset to its files, or to the `whole` ones that hold it all."""
    return [
        TypedLink("item", file_address(site(""), file.name), media_type_of(file.name))
        for file in published().description.files
        if not whole or (file.complete and not file.inner)
    ]


def dataset_links() -> list[str]:
    """Return the Link values of a page about the dataset."""
    return list(map(str, signposting.of_dataset(published(), files_of_dataset(whole=True))))


@downloads.get("/data/")
def data() -> Response:
    """List the dumps by dataset, the tables of the parts before the whole as RDF."""
    choice, manifest = chosen((HTML,)), serving().release.manifest
    description = manifest.description
    datasets = [
        {
            "key": dataset.key,
            "title": best(dataset.titles, language()),
            "description": best(dataset.descriptions, language()),
            "files": [f for f in description.files_of(dataset.key) if not f.name.startswith(FILES)],
        }
        for dataset in (*description.parts, description.whole)
    ]
    page = render_template(
        "data.html",
        datasets=datasets,
        twin_of=description.twin,
        networks=network_views(serving().release, language()),
        network_files=[file for file in description.files if file.name.startswith(FILES)],
        manifest=manifest,
        **described(),
    )
    return respond(page, choice, dataset_links())


@downloads.get("/data/<name>")
def dump(name: str) -> AppResponse:
    """Send one dump, whole or in ranges.

    :raise 404: the release has no such dump.
    """
    current = serving()
    folder = current.release.folder
    return _send(folder, name, _entry(dumps(), name), f"data/{name}", FRESH, current.changed)


@downloads.get("/data/latest/<name>")
def latest(name: str) -> Response:
    """Lead to the file of the current release, or its manifest, at the address that never changes.

    :raise 404: the release has no such dump.
    """
    if name != MANIFEST:
        _entry(dumps(), name)
    if path_language():
        where = data_link(f"data/latest/{name}")
        raise NotFound(
            f"only pages have an address with a language; the address of this is {where!r}"
        )
    response = redirect(release_address(site(""), serving().release.name, name), 302, Response)
    response.headers["Cache-Control"] = FRESH
    assert isinstance(response, Response)
    return response


@downloads.get("/release/<release>/<name>")
def released(release: str, name: str) -> AppResponse:
    """Send a dump of a release, or its manifest; it may be an older one that is still there.

    :raise 404: there is no such release, or it has no such dump.
    :raise 410: the release was there, and has been deleted.
    """
    current, address = serving(), f"release/{release}/{name}"
    if release == current.release.name:
        folder = current.release.folder
        if name == MANIFEST:
            return _send_manifest(current.release.manifest.text())
        return _send(folder, name, _entry(dumps(), name), address, FOR_EVER, current.changed)
    folder = _folder(release)
    if name == MANIFEST:
        return _send_manifest(read_text(folder))
    entry = _entry(dumps_of(read_files(folder)), name)

    def changed(path: Path) -> bool:
        return not current.is_sound(path, entry)

    return _send(folder, name, entry, address, FOR_EVER, changed)


@downloads.get(f"/network/{_NETWORK}")
def network(network: str) -> Response:
    """Lead to the list of the networks of cities and topics."""
    response = redirect(link("data/#city-topic-networks"), 303, Response)
    response.headers["Cache-Control"] = FRESH
    assert isinstance(response, Response)
    return response


@downloads.get(f"/network/{_NETWORK}.{_ENDING}")
def network_file(network: str, ending: str) -> AppResponse:
    """Send a network of cities and topics, for the topic scheme of `?scheme=`.

    :raise 400: there is no such topic scheme.
    """
    current = serving()
    name = file_name(scheme(), network, ending)
    folder = current.release.folder
    return _send(folder, name, _entry(dumps(), name), f"data/{name}", FRESH, current.changed)


@downloads.get("/release/<release>/")
def release_page(release: str) -> Response:
    """Tell of one release how to cite it, and list its files.

    :raise 404: there is no such release.
    :raise 410: the release was there, and has been deleted.
    """
    folder = _folder(release)
    choice = chosen((HTML,))
    files = dict(sorted(dumps_of(read_files(folder)).items()))
    told: dict[str, object] = {}
    with suppress(ReleaseError):  # one of an older version is listed by its files alone
        description = read_manifest(folder).description
        one = replace(published(), description=description, name=release)
        told = {
            "named_as": one.citation(language()),
            "cited": schema_org.dataset_core(one, language(), release=True),
        }
    current = serving().release.name
    page = render_template("release.html", name=release, files=files, current=current, **told)
    return respond(page, choice, state=f"{release} {current}")


@downloads.get("/.well-known/csvm")
def csvw_locations() -> Response:
    """Say where the description of each table is (Model for Tabular Data, section 5.3)."""
    response = Response(LOCATIONS, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = FRESH
    return response


def _entry(files: dict[str, FileEntry], name: str) -> FileEntry:
    entry = files.get(name)
    if entry is None:
        raise NotFound(f"there is no file called {name!r}; the page /data/ lists all files")
    return entry


def _folder(name: str) -> Path:
    """Return the folder of a release.

    Raises: Gone if others know it and it has been deleted, NotFound if nobody does.
    """
    releases = ReleaseFolder(settings().releases_dir)
    if name in releases.names():
        return releases.path / name
    for other in releases.names():
        with suppress(ReleaseError):
            if read_manifest(releases.path / other).history.previous == name:
                raise Gone(f"the release {name} has been deleted; the page /release/ lists others")
    raise NotFound(f"there is no release called {name!r}; the page /release/ lists all of them")


def _send(
    folder: Path,
    name: str,
    entry: FileEntry,
    address: str,
    cache: str,
    changed: Callable[[Path], bool],
) -> AppResponse:
    """Send a dump.

    Arguments: `address` is that of the request on this site; `cache` is how long the answer may be
    kept; `changed` tells of a file whether it is not what the manifest says.
    """
    path = folder / DUMPS / name
    if changed(path):
        raise ReleaseError(path, "has changed since the release was verified; build anew")
    try:
        response = send_file(
            path,
            mimetype=CSVW if name.endswith(ENDING) else media_type_of(name),
            download_name=name,
            etag=entry.sha256,
            conditional=True,
            last_modified=None,
        )
    except OSError as error:
        raise ReleaseError(path, f"cannot be read ({error.strerror}); build anew") from error
    response.headers.pop("Last-Modified", None)
    response.headers["Cache-Control"] = cache
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    has_columns = (folder / DUMPS / f"{name}{ENDING}").exists()
    links = signposting.of_file(published(), name, site(address + ENDING) if has_columns else "")
    response.headers["Link"] = ", ".join(map(str, links))
    assert isinstance(response, AppResponse)
    response.unchanged = lambda: not changed(path)
    return response


def _send_manifest(text: str) -> AppResponse:
    """Send a manifest, whose checksum is its ETag, as those of files are theirs."""
    body = text.encode()
    response = AppResponse(body, content_type="application/json")
    response.set_etag(hashlib.sha256(body).hexdigest())
    response.headers["Cache-Control"] = FOR_EVER
    response.make_conditional(request)
    return response


@downloads.get("/release/")
def releases() -> Response:
    """List the releases that can be read, and what changed in each."""
    folder = ReleaseFolder(settings().releases_dir)
    try:
        names = folder.names()
    except OSError as error:
        raise ReleaseError(folder.path, f"cannot be read ({error.strerror})") from error

    choice, found = chosen((HTML,)), []
    for name in reversed(names):
        with suppress(ReleaseError, OSError):
            found.append((name, read_manifest(folder.path / name)))
    current = serving().release.name
    page = render_template("releases.html", releases=found, current=current)
    return respond(page, choice, state=" ".join(names))
