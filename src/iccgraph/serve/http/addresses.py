"""Addresses of pages in a language: `/fr/city/barcelona` is `/city/barcelona` in French.

Only pages have such addresses; a page without one comes in the language that Accept-Language likes
best, and with `?lang=fr` it leads to its address in French.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, unquote_plus

from iccgraph.errors import RequestError

PARAMETER = "lang"
_IN_PATHS = "/:@!$&'()*+,;=~"
"""What stands in a path as it is, besides letters, figures and `-._` (RFC 3986, section 3.3)."""


def split_language(path: str, languages: Sequence[str]) -> tuple[str, str]:
    """Return the language that a path begins with, empty if none, and the path without it."""
    first, _, rest = path[1:].partition("/")
    return (first, f"/{rest}") if first in languages else ("", path)


def in_language(path: str, language: str) -> str:
    """Return a path with a language before it, as it is if that is empty."""
    return f"/{language}{path}" if language else path


def parameter(query_string: str, languages: Sequence[str]) -> str:
    """Return the language that `?lang=` names, empty if it names none.

    Raises: RequestError (400) for one that no page comes in, or several.
    """
    values = {
        value
        for part in query_string.split("&")
        if _name(part) == PARAMETER and (value := unquote_plus(part.partition("=")[2]))
    }
    if len(values) > 1:
        raise RequestError(400, f"Expected one “lang” parameter, found {len(values)}.")
    for value in values - {*languages}:
        known = ", ".join(languages)
        raise RequestError(400, f"No page is in the language {value[:20]!r}; there are: {known}.")
    return "".join(values)


def location(path: str, language: str, query_string: str) -> str:
    """Return the encoded path of a page in a language, with its query but for `?lang=`."""
    kept = [part for part in query_string.split("&") if part and _name(part) != PARAMETER]
    encoded = quote(in_language(path, language), safe=_IN_PATHS, errors="replace")
    return encoded + (f"?{'&'.join(kept)}" if kept else "")


def _name(part: str) -> str:
    return unquote_plus(part.partition("=")[0])
