"""Answers the queries of programs without the application around it: the same answers, sooner.

What is wrong with a request, or meant for people, is left to the application, which says it in
full; every line here is about requests that succeed.
"""

from __future__ import annotations

from urllib.parse import unquote_plus

import orjson
from werkzeug.datastructures import MultiDict

from iccgraph.formats import HTML
from iccgraph.serve.handlers.protocol import DIRECT, FORM, Plan, plan_of
from iccgraph.serve.http.cache import Answer, Headers
from iccgraph.serve.routes.respond import COMMON_HEADERS, FRESH, etag_of
from iccgraph.settings import Settings

Asked = tuple[str, str, str]
"""The method, the path and the query string of a request."""
_PLAIN = ("", "utf-8", "utf8", "us-ascii")


class DirectQuery:
    """A well-formed request of a program, looked over and ready to be answered."""

    def __init__(self, settings: Settings, plan: Plan, request: Asked) -> None:
        """Keep what the answer will be made of."""
        self.settings, self.plan = settings, plan
        self.method, self.path, self.query_string = request

    def answer(self, content: bytes, release: str) -> Answer:
        """Return the answer with this content, made from a release."""
        media_type, form = self.plan.choice.media_type, self.plan.choice.format.name
        headers: Headers = [
            ("Content-Type", self.plan.choice.content_type),
            ("Vary", "Accept, Accept-Encoding"),
            *COMMON_HEADERS,
            ("Content-Length", str(len(content))),
        ]
        label = f"{self.path} {form}"
        if self.method == "POST" or self.plan.question.federated:
            # it depends on a body that no cache looks at, or on what others say at the moment
            return Answer(200, [*headers, ("Cache-Control", "no-store")], content, label)
        tag = etag_of(release, self.settings.site, self.path, self.query_string, media_type)
        headers += [("Cache-Control", FRESH), ("ETag", f'"{tag}"')]
        return Answer(200, headers, content, label, release)


def direct_query(
    settings: Settings, request: Asked, accept: str | None, content_type: str, body: bytes
) -> DirectQuery | None:
    """Return a request's query, None if the application should look at it.

    Raises: QueryError, HTTPException, as the application would.
    """
    method, path, query_string = request
    if len(path) + len(query_string) > settings.address_length + settings.query_length * 3:
        return None
    try:
        arguments = fields(query_string)
        text = _text(method, arguments, content_type, body)
        if text is None:
            return None
        if method == "POST" and content_type.startswith(FORM):
            arguments = fields(body.decode("utf-8"))
    except UnicodeDecodeError:
        return None
    plan = plan_of(text, arguments, accept, settings)
    return None if plan.choice.format == HTML else DirectQuery(settings, plan, request)


def _text(
    method: str, arguments: MultiDict[str, str], content_type: str, body: bytes
) -> str | None:
    """Return the text of the one query of a well-formed request, else None.

    Raises: UnicodeDecodeError.
    """
    if method == "POST":
        kind, _, parameter = content_type.partition(";")
        if parameter.lower().replace("charset=", "").strip(' "') not in _PLAIN:
            return None
        sent = body.decode("utf-8")
        if kind.strip() == DIRECT:
            return sent
        if kind.strip() != FORM:
            return None
        arguments = fields(sent)
    queries = arguments.getlist("query")
    return queries[0] if len(queries) == 1 and "update" not in arguments else None


def fields(text: str) -> MultiDict[str, str]:
    """Return the fields of a query string or a form (URL Standard, section 5.1).

    Raises: UnicodeDecodeError for what is no UTF-8.
    """
    pairs = (part.partition("=") for part in text.split("&") if part)
    return MultiDict((_unquoted(name), _unquoted(value)) for name, _, value in pairs)


def _unquoted(text: str) -> str:
    r"""Return a text without its percent-encoding.

    A query has hundreds of encoded characters, for which the standard library takes longer than
    most queries do. `%41` means the byte that `\u0041` means in JSON, which has a fast reader.
    """
    if "%" not in text or "\\" in text or '"' in text:
        return unquote_plus(text, errors="strict")
    escaped = text.replace("+", " ").replace("%", "\\u00")
    try:
        found: str = orjson.loads(f'"{escaped}"')
        return found.encode("latin-1").decode("utf-8")
    except ValueError:
        return unquote_plus(text, errors="strict")
