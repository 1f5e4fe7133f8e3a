"""The English page that an address of the Council of Europe's portal leads to.

The listings were read in whatever language the portal gave; many of their addresses even switch its
language. They stay in the graph as what a record was derived from; readers get the English page.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, urljoin, urlsplit, urlunsplit

_HOSTS: Final = ("coe.int", "www.coe.int")
_SWITCH: Final = "/c/portal/update_language"
_BACK: Final = "p_l_back_url="
"""Where the portal's own “back” leads, which is nothing of the page."""
_TAG: Final = re.compile(r"[a-z]{2,3}")
_LANGUAGE: Final = re.compile(r"^/[a-z]{2,3}(?=/web/)")


def english_page(address: str) -> str:
    """Return the English page of the portal that an address means; any other address as it is."""
    try:
        parts = urlsplit(address)
        if parts.path.endswith(_SWITCH):
            target = parse_qs(parts.query).get("redirect", [""])[0]
            parts = urlsplit(urljoin(address, target)) if target else parts
        if parts.hostname not in _HOSTS or urlsplit(address).hostname not in _HOSTS:
            return address
    except ValueError:  # brackets that are no address of IPv6
        return address
    path, known = _LANGUAGE.subn("/en", parts.path)
    query = "&".join(part for part in parts.query.split("&") if not part.startswith(_BACK))
    return urlunsplit(("https", "www.coe.int", path, query, "")) if known else address


def portal_language(address: str) -> str:
    """Return the tag of the language that an address of the portal shows its page in.

    It is empty for any other address, and where the address names no language.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.hostname not in _HOSTS:
        return ""
    if parts.path.endswith(_SWITCH):
        tag = parse_qs(parts.query).get("languageId", [""])[0].partition("_")[0].lower()
        return tag if _TAG.fullmatch(tag) else ""
    found = _LANGUAGE.match(parts.path)
    return found[0][1:] if found else ""
