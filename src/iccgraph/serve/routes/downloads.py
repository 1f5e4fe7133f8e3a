"""`/data/…`: the dumps of the release with their checksums; `/release/`: the releases."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, send_file

from iccgraph.errors import NotFound, ReleaseError
from iccgraph.formats import HTML, PLAIN, of_file
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.manifest import FileEntry, read_manifest
from iccgraph.serve.context import serving, settings
from iccgraph.serve.http.headers import FRESH
from iccgraph.serve.pages import render as pages
from iccgraph.serve.routes.respond import chosen, respond

downloads = Blueprint("downloads", __name__)


def dumps() -> dict[str, FileEntry]:
    """Return the dumps of the release by file name."""
    files = serving().release.manifest.content.files
    return {p.removeprefix("dumps/"): e for p, e in files.items() if p.startswith("dumps/")}


@downloads.get("/data/")
def data() -> Response:
    """List the dumps."""
    return respond(lambda: pages.data_page(dumps()), chosen((HTML,)))


@downloads.get("/data/<name>")
def dump(name: str) -> Response:
    """Send one dump, whole or in ranges.

    :raise 404: the release has no such dump.
    """
    entry = dumps().get(name)
    if entry is None:
        raise NotFound(f"the release has no dump called {name!r}; see /data/")
    path = serving().release.folder / "dumps" / name
    if serving().changed(path):
        raise ReleaseError(path, "has changed since the release was verified; build anew")
    format_ = of_file(name) if "." in name else PLAIN
    response = send_file(
        path,
        mimetype=format_.media_type if format_ is not None else "application/octet-stream",
        download_name=name,
        etag=entry.sha256,
        conditional=True,
        last_modified=None,
    )
    response.headers.pop("Last-Modified", None)
    response.headers["Cache-Control"] = FRESH
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@downloads.get("/release/")
def releases() -> Response:
    """List the releases that can be read, and what changed in each."""
    folder = ReleaseFolder(settings().releases_dir)
    names = folder.names()

    def write() -> str:
        found = []
        for name in reversed(names):
            with suppress(ReleaseError):
                found.append((name, read_manifest(folder.path / name)))
        return pages.releases_page(found, serving().release.name)

    return respond(write, chosen((HTML,)), state=" ".join(names))
