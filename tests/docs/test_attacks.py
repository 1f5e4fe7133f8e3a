"""docs/attacks.md shows just the attacks that are tested, with just the answers that are held."""

from __future__ import annotations

import re

from tests.docs.documents import text_of
from tests.sparql.test_attacks import LINES, QUERIES, REQUESTS

CLOSED = "line closed"


def cells(statuses: set[int]) -> str:
    """Return the statuses as the page shows them."""
    return " or ".join(str(s) if s else CLOSED for s in sorted(statuses, key=lambda s: s or 999))


def test_every_attack_is_shown() -> None:
    """Each attack has a row with its answers, and there is no other row."""
    shown = re.findall(
        r"^\| (?!attack|-)(.+?) \| (.+?) \|$", text_of("docs/attacks.md"), re.MULTILINE
    )
    wanted = [
        *((name.replace("|", "\\|"), cells(statuses)) for name, (_, statuses) in QUERIES.items()),
        *((name, cells(statuses)) for name, (_, statuses) in REQUESTS.items()),
        *((name, f"{count} at once; others are answered") for name, (count, _) in LINES.items()),
    ]
    assert shown == wanted
