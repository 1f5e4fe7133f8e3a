"""Pages hold no style and no script of their own text, and what scrolls in them can be reached."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from tests.for_all import for_all
from tests.web.client import Client, accept
from tests.web.test_routes import HTML, ROUTES

DATA = ("application/json", "application/ld+json")
PATHS = (
    *(route.path for route in ROUTES if HTML in route.types and "preview" not in route.path),
    f"sparql?query={quote('SELECT * { ?practice a icc:Practice } LIMIT 3')}",
    f"sparql?query={quote('SELECT * { ?practice a }')}",
    "reconcile?query=Education&type=topic",
    "reconcile/preview?id=city/barcelona",
    "city/nobody-knows",
    "nothing/of/this/name",
)


class Inline(HTMLParser):
    """Collects what a policy without `unsafe-inline` refuses, and what scrolls but has no focus."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.found: list[str] = []
        self.unreachable: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a style, a script or a handler that stands in the page itself."""
        values = dict(attrs)
        script = tag == "script" and "src" not in values and values.get("type") not in DATA
        if tag == "style" or script:
            self.found.append(tag)
        scrolls = tag == "pre" or "scroll" in (values.get("class") or "").split()
        named = values.get("aria-label") or values.get("aria-labelledby")
        if scrolls and (values.get("tabindex") != "0" or not named or "role" not in values):
            self.unreachable.append(self.get_starttag_text() or tag)
        self.found += [f"{tag} {name}" for name in values if name == "style" or name[:2] == "on"]


def test_pages_hold_no_style_and_no_script(client: Client) -> None:
    """No page has what its policy would refuse, or a box that scrolls but takes no focus."""

    def fact(case: tuple[str, str]) -> None:
        path, language = case
        answer = client.ask(path, headers=accept(HTML, Accept_Language=language))
        assert answer.type == HTML
        page = Inline(answer.text)
        assert page.found == []
        assert page.unreachable == []
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy or "default-src 'none'" in policy

    for_all([(path, language) for path in PATHS for language in ("en", "fr")], fact)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<p style="color: red">', ["p style"]),
        ("<style>p { color: red }</style>", ["style"]),
        ("<script>alert(1)</script>", ["script"]),
        ('<script type="module">alert(1)</script>', ["script"]),
        ('<img src="a.png" onerror="alert(1)">', ["img onerror"]),
        ('<script type="application/ld+json">{}</script><script src="a.js"></script>', []),
    ],
)
def test_what_is_refused_is_found(page: str, found: list[str]) -> None:
    """Each way to put a style or script into a page is seen, and what is allowed is not."""
    assert Inline(page).found == found
