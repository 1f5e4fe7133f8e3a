"""Answers the queries of programs without the application around it: the same answers, sooner.

What is wrong with a request, or meant for people, is left to the application, which says it in
full; every line here is about requests that succeed.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from iccgraph.serve.engine.port import HangUp
from iccgraph.serve.negotiation import HTML
from iccgraph.serve.web.answers import Answer, Headers
from iccgraph.serve.web.current import Serving
from iccgraph.serve.web.protocol import DIRECT, FORM, plan_of
from iccgraph.serve.web.responses import COMMON_HEADERS, FRESH, etag_of
from iccgraph.settings import Settings

_PLAIN = ("", "utf-8", "utf8", "us-ascii")


def direct_answer(
    settings: Settings,
    serving: Serving,
    request: tuple[str, str, str],
    accept: str | None,
    content_type: str,
    body: bytes,
    hung_up: HangUp,
) -> Answer | None:
    """Return the answer to a query, None if the application should be asked.

    `request` is the method, the path and the query string.
    Raises: QueryError, ClientGone, HTTPException, as the application would.
    """
    method, path, query_string = request
    if len(path) + len(query_string) > settings.address_length + settings.query_length * 3:
        return None
    arguments = MultiDict(parse_qsl(query_string, keep_blank_values=True))
    text = _text(method, arguments, content_type, body)
    if text is None:
        return None
    if method == "POST" and content_type.startswith(FORM):
        arguments = MultiDict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))
    plan = plan_of(text, arguments, accept, settings)
    if plan.choice.format == HTML:
        return None
    headers: Headers = [
        ("Content-Type", plan.choice.content_type),
        ("Vary", "Accept, Accept-Encoding"),
        *COMMON_HEADERS,
    ]
    label, release = f"{path} {plan.choice.format.name}", ""
    if method == "POST":  # its answer depends on a body that no cache looks at
        headers.append(("Cache-Control", "no-store"))
    else:
        release = serving.release.name
        tag = etag_of(release, settings.site, path, query_string, plan.choice.media_type)
        headers += [("Cache-Control", FRESH), ("ETag", f'"{tag}"')]
    content = serving.engine.answer(plan.question, hung_up)
    headers.append(("Content-Length", str(len(content))))
    return Answer(200, headers, content, label, release)


def _text(
    method: str, arguments: MultiDict[str, str], content_type: str, body: bytes
) -> str | None:
    """Return the text of the one query of a well-formed request, else None."""
    if method == "POST":
        kind, _, parameter = content_type.partition(";")
        if parameter.lower().replace("charset=", "").strip(' "') not in _PLAIN:
            return None
        try:
            sent = body.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if kind.strip() == DIRECT:
            return sent
        if kind.strip() != FORM:
            return None
        arguments = MultiDict(parse_qsl(sent, keep_blank_values=True))
    queries = arguments.getlist("query")
    return queries[0] if len(queries) == 1 and "update" not in arguments else None
