"""Every message of an error that pages may show has a translation in each language of the words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import iccgraph
from iccgraph.serve.pages.words import Words
from tests.for_all import for_all

PACKAGE: Final = Path(iccgraph.__file__).parent
RAISED: Final = re.compile(
    r"RequestError|NotFound|Gone|BadRequest|Query\w+|Engine\w+|Service(Failed|Busy|Late)|failure"
)
"""The errors that the web tells; those of settings, sources and releases it does not."""
ELSEWHERE: Final = ("reconcile/table.py",)
"""Files whose errors the command line tells alone."""
OTHERS: Final = (
    "The method is not allowed for the requested URL.",
    "The server cannot provide the requested range.",
    "no release can be served at the moment; the operator's log says why",
    "Something went wrong here; it has been logged.",
)
"""What werkzeug says, and what is told instead of a release's or an unforeseen error."""


def _text(node: ast.expr) -> str | None:
    """Return a text with a number where each value stands, None if it is no text in the source."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "7" for part in node.values)
    return None


def _messages() -> Iterator[str]:
    """Yield the message of each error that the read side makes, by where it stands."""
    for path in [*sorted(PACKAGE.glob("serve/**/*.py")), PACKAGE / "sparql_syntax.py"]:
        if str(path).endswith(ELSEWHERE):
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and RAISED.fullmatch(_name(call.func)):
                texts = [text for argument in call.args if (text := _text(argument)) is not None]
                yield from texts[:1]


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_every_message_is_translated() -> None:
    """What an error says is in the reader's language, with its values, in every language."""
    words = Words()
    messages = [*_messages(), *OTHERS]
    assert len(messages) > 100

    def fact(message: str) -> None:
        for language in words.details:
            assert words.detail(message, language)[1] == language, language

    for_all(messages, fact)
