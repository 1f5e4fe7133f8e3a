"""`/suggest`: names of places, countries, topics and networks that begin as somebody types."""

from __future__ import annotations

from typing import Final

import orjson
from flask import Blueprint, request
from werkzeug.wrappers import Response

from iccgraph.errors import RequestError
from iccgraph.formats import PLAIN_JSON
from iccgraph.serve.context import language, serving
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.complete import completed
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.routes.respond import respond

suggest = Blueprint("suggest", __name__)
LONGEST: Final = 100
"""The most characters that are completed."""


@suggest.get("/suggest")
def names() -> Response:
    """Return what begins with `q`, each with its path below the home page and its practices.

    Labels are in the language of `lang`, else in that of Accept-Language.

    :raise 400: the text is too long.
    """
    text = request.args.get("q", "").strip()
    if len(text) > LONGEST:
        raise RequestError(400, f"q has {len(text)} characters; write {LONGEST} or fewer")
    release = serving().release
    found = []
    for kind, key in completed(release, text):
        label, tag = release.called(language())[kind, key]
        found.append(
            {
                "kind": kind,
                "key": key,
                "label": label,
                "language": tag,
                "scheme": release.schemes.get(key, "") if kind == "topic" else "",
                "path": f"{kind}/{key}",
                "practices": listing.practices_of(release, kind, key),
            }
        )
    body = orjson.dumps({"result": found}, option=orjson.OPT_APPEND_NEWLINE)
    return respond(body, Representation(PLAIN_JSON, PLAIN_JSON.media_type))
