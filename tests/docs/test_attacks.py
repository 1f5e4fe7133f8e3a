"""docs/attacks.md shows just the attacks that are tested, with just the answers that are held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.docs.documents import table
from tests.sparql.attacks import BOMBS, LINES, NESTED, REFUSED, WIRE

CLOSED = "line closed"


def cells(statuses: Iterable[int]) -> str:
    """Return the statuses as the page shows them."""
    return " or ".join(str(s) if s else CLOSED for s in sorted(statuses, key=lambda s: s or 999))


def wanted() -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the first cell of each table, and its rows."""
    yield "bomb", [[name, cells((413, 503))] for name in BOMBS]
    yield "query", [[name, cells([status])] for name, (_, status) in REFUSED.items()]
    yield "nested", [[name, cells([413])] for name in NESTED]
    yield "request", [[name, cells(wire.allowed)] for name, wire in WIRE.items()]
    yield "client", [[name, f"{size} at once"] for name, (size, _) in LINES.items()]


def test_every_attack_is_shown() -> None:
    """Each attack has a row with its answers, and there is no other row."""
    for first, rows in wanted():
        second = "how many" if first == "client" else "answer"
        text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        assert table("docs/attacks.md", first, second) == rows, f"the table should be:\n{text}"
