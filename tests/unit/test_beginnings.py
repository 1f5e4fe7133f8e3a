"""Beginnings of names that are nearly as typed."""

from __future__ import annotations

import sqlite3

from iccgraph.serve.dataset.search import TextIndex


def index_of(names: list[str]) -> TextIndex:
    """Return a text index that has these names alone, numbered in their order."""
    index = sqlite3.connect(":memory:")
    index.execute("CREATE TABLE name_start (start TEXT, thing INTEGER)")
    index.execute("CREATE TABLE word (folded TEXT, written TEXT, practices INTEGER)")
    index.executemany(
        "INSERT INTO name_start VALUES (?, ?)", zip(names, range(len(names)), strict=True)
    )
    return TextIndex(lambda: index)


def test_fewest_slips_first() -> None:
    """Fewer slips stand before more, and a right first letter before a wrong one."""
    names = ["leiden and more", "leidne", "reiden", "other"]
    assert index_of(names).beginnings_like("leidet") == [[0]]
    assert index_of(names).beginnings_like("leidenn") == [[0], [1], [2]]


def test_short_texts_have_no_slips() -> None:
    """In three letters every slip would make another word; so it would in a sentence."""
    assert index_of(["rome", "roma"]).beginnings_like("rom") == []
    assert index_of(["r" * 50]).beginnings_like("r" * 45) == []


def test_many_names_keep_their_first_letter() -> None:
    """Among very many names, only those with the same first letter are looked through."""
    names = ["barcelona", "carcelona", *(f"x{number:06}" for number in range(20_000))]
    assert index_of(names).beginnings_like("barsel") == [[0]]
    assert index_of(names[:2]).beginnings_like("barsel") == [[0]]
    assert index_of(names[:2]).beginnings_like("barselo") == [[0], [1]]
