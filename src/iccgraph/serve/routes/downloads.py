"""`/data/…`: the dumps of the release with their checksums; `/release/`: the releases."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, send_file

from iccgraph.errors import NotFound, ReleaseError
from iccgraph.formats import HTML, PLAIN, of_file
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.manifest import FileEntry, read_manifest
from iccgraph.serve.catalogue import signposting
from iccgraph.serve.catalogue.publication import media_type
from iccgraph.serve.catalogue.signposting import Link
from iccgraph.serve.context import AppResponse, published, serving, settings, site
from iccgraph.serve.http.headers import FRESH
from iccgraph.serve.pages.render import described, render_template
from iccgraph.serve.routes.respond import chosen, respond

downloads = Blueprint("downloads", __name__)


def dumps() -> dict[str, FileEntry]:
    """Return the dumps of the release by file name."""
    files = serving().release.manifest.content.files
    return {p.removeprefix("dumps/"): e for p, e in files.items() if p.startswith("dumps/")}


def files_of_dataset(whole: bool) -> list[Link]:
    """Return the links from the dataset to its files, or to the `whole` ones that hold it all."""
    return [
        Link("item", site(f"data/{file.name}"), media_type(file))
        for file in published().description.files
        if not whole or (file.complete and not file.inner)
    ]


def dataset_links() -> list[str]:
    """Return the Link values of a page about the dataset."""
    return list(map(str, signposting.of_dataset(published(), files_of_dataset(whole=True))))


@downloads.get("/data/")
def data() -> Response:
    """List the dumps."""
    choice = chosen((HTML,))
    manifest = serving().release.manifest
    page = render_template("data.html", files=dumps(), manifest=manifest, **described())
    return respond(page, choice, dataset_links())


@downloads.get("/data/<name>")
def dump(name: str) -> AppResponse:
    """Send one dump, whole or in ranges.

    :raise 404: the release has no such dump.
    """
    entry = dumps().get(name)
    if entry is None:
        raise NotFound(f"there is no file called {name!r}; the page /data/ lists all files")
    current = serving()
    path = current.release.folder / "dumps" / name
    if current.changed(path):
        raise ReleaseError(path, "has changed since the release was verified; build anew")
    format_ = of_file(name) if "." in name else PLAIN
    try:
        response = send_file(
            path,
            mimetype=format_.media_type if format_ is not None else "application/octet-stream",
            download_name=name,
            etag=entry.sha256,
            conditional=True,
            last_modified=None,
        )
    except OSError as error:
        raise ReleaseError(path, f"cannot be read ({error.strerror}); build anew") from error
    response.headers.pop("Last-Modified", None)
    response.headers["Cache-Control"] = FRESH
    links = signposting.of_file(published(), name)
    response.headers["Link"] = ", ".join(map(str, links))
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    assert isinstance(response, AppResponse)
    response.unchanged = lambda: not current.changed(path)
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
