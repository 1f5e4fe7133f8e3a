"""Answers with the data about a thing without the application around it: the same, sooner.

Everything else (its page, a withdrawn or unknown key, what must be described first) is left to the
application.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from iccgraph.iris import KINDS
from iccgraph.serve.http.cache import Answer
from iccgraph.serve.http.message import Request
from iccgraph.serve.http.negotiation import DOCUMENT_FORMATS, GRAPH_FORMATS, HTML, Choice, choose
from iccgraph.serve.releases import Serving
from iccgraph.serve.routes.respond import COMMON_HEADERS, FRESH, etag_of
from iccgraph.serve.routes.things import links
from iccgraph.settings import Settings

_PATH: Final = re.compile(
    rf"/({'|'.join(KINDS)})/([a-z0-9-]+(?:/[a-z0-9-]+)?)(?:\.(ttl|nt|jsonld|rdf))?"
)
_ENDINGS: Final = {form.name: Choice(form, form.media_type) for form in GRAPH_FORMATS}


def direct_document(settings: Settings, serving: Serving, request: Request) -> Answer | None:
    """Return the answer to a request for data about a thing, None if the application should."""
    found = _PATH.fullmatch(request.path)
    if found is None or not request.readable:
        return None
    kind, key, ending = found.groups()
    choice = _ENDINGS[ending] if ending else _chosen(request.get("accept"))
    release, query = serving.release, request.scope.query_string
    if choice is None or len(query) > settings.address_length - len(request.path):
        return None
    content = serving.documents.ready(kind, key, choice.format)
    if content is None or release.tombstone(kind, key) is not None:
        return None
    tag = etag_of(release.name, settings.site, request.path, query, choice.media_type)
    headers = [
        ("Content-Type", choice.content_type),
        ("ETag", f'"{tag}"'),
        ("Cache-Control", FRESH),
        ("Vary", "Accept, Accept-Encoding"),
        ("Link", ", ".join(links(settings.site, kind, key, release.iris.thing(kind, key)))),
        *COMMON_HEADERS,
        ("Content-Length", str(len(content))),
    ]
    return Answer(200, headers, content, f"/{{kind}}/{{key}} {choice.format.name}", release.name)


@lru_cache(maxsize=1024)
def _chosen(accept: str | None) -> Choice | None:
    choice = choose(accept, DOCUMENT_FORMATS, HTML)
    return choice if choice is not None and choice.format != HTML else None
