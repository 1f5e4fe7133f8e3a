"""`/static/vendor/{name}`: the front-end files that npm installed, from a fixed list of names.

Reads the vendor folder. A page names each file with its checksum, so that it may be kept for good.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Blueprint, request
from werkzeug.exceptions import NotFound

from iccgraph.serve.context import AppResponse, link, serving, settings
from iccgraph.serve.http.headers import FRESH

vendor = Blueprint("vendor", __name__)

TYPES: Final = {
    "yasqe.min.js": "text/javascript; charset=utf-8",
    "yasqe.min.css": "text/css; charset=utf-8",
    "leaflet.js": "text/javascript; charset=utf-8",
    "leaflet.css": "text/css; charset=utf-8",
    "countries-50m.json": "application/json",
}
"""The files that pages may ask for, and their media types; nothing else in the folder is given."""

EDITOR: Final = ("yasqe.min.js", "yasqe.min.css")
MAP: Final = ("leaflet.js", "leaflet.css", "countries-50m.json")
FOREVER: Final = "public, max-age=31536000, immutable"


@vendor.get("/static/vendor/<name>")
def file(name: str) -> AppResponse:
    """Give a front-end file.

    :raise 404: it is not on the list, or was not installed.
    """
    found = _find(settings().vendor_dir, name)
    if found is None:
        raise NotFound("This file of the page is not installed on the server.")
    body, checksum = found
    response = AppResponse(body, content_type=TYPES[name])
    response.set_etag(checksum)
    response.headers["Cache-Control"] = FRESH
    if request.args.get("v", "") == checksum:
        response.headers["Cache-Control"] = FOREVER
        response.release = serving().release.name
    return response


def addresses(*names: str) -> dict[str, str]:
    """Return the path of each file by its name; nothing if one of them is not installed."""
    paths = {}
    for name in names:
        found = _find(settings().vendor_dir, name)
        if found is None:
            return {}
        paths[name] = f"{link(f'static/vendor/{name}')}?v={found[1]}"
    return paths


def _find(folder: Path, name: str) -> tuple[bytes, str] | None:
    if name not in TYPES:
        return None
    path = folder / name
    try:
        state = path.stat()
        return _read(path, state.st_mtime_ns, state.st_size)
    except OSError:
        return None


@lru_cache(maxsize=16)
def _read(path: Path, changed: int, size: int) -> tuple[bytes, str]:
    """Return a file and the start of its SHA-256, read again when its time or size is another."""
    body = path.read_bytes()
    return body, hashlib.sha256(body).hexdigest()[:16]
