"""Which names are most like one that was written."""

from __future__ import annotations

import pytest

from iccgraph.serve.dataset.nearest import nearest

KNOWN = {
    "barcelona": ("Barcelona", "Barcelone"),
    "barcelos": ("Barcelos",),
    "reggio-emilia": ("Reggio Emilia",),
    "koln": ("Köln", "Cologne"),
    "oslo": ("Oslo",),
}


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ("Barselona", ["barcelona", "barcelos"]),
        ("BARCELONE", ["barcelona", "barcelos"]),
        ("Reggio", ["reggio-emilia"]),
        ("Emilia, Reggio", ["reggio-emilia"]),
        ("Koln", ["koln"]),
        ("Xyzzy", []),
        ("", []),
        ("…", []),
        ("o" * 100_000, []),
    ],
)
def test_the_nearest_names(wanted: str, keys: list[str]) -> None:
    """The keys whose names are most like a text come first; case and accents do not count."""
    assert nearest(wanted, KNOWN) == keys


def test_as_many_as_wanted() -> None:
    """No more keys come than are wanted, each once; equals stay in their order."""
    known = dict.fromkeys(range(9), ("Neighbours", "neighbours"))
    assert nearest("neighbour", known) == [0, 1, 2, 3, 4]
    assert nearest("neighbour", known, 2) == [0, 1]
