"""The frames have the columns, datatypes and values that their documentation tells."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pandas as pd
import pytest

import iccgraph
from iccgraph.errors import ArgumentError, ReleaseError
from iccgraph.properties import PROPERTIES
from iccgraph.release.description import TableColumn
from iccgraph.research.frames import read_links, read_table
from tests.docs.documents import table
from tests.for_all import for_all

DOCUMENTED = (
    *("practices", "cities", "countries", "topics", "city_topics", "links", "memberships"),
    "assessments",
)
"""The frames that have a property of their own."""
LINE = re.compile(
    r"^            (?P<name>\w+): (?P<dtype>[\w ]+); (?P<meaning>.+)\.$", re.MULTILINE
)
KINDS = {"list of str": str, "list of int": int}


def documented(frame: str) -> dict[str, tuple[str, str]]:
    """Return datatype and meaning of each column that the docstring of a frame names."""
    text = getattr(iccgraph.Dataset, frame).__doc__ or ""
    found = {m["name"]: (m["dtype"], m["meaning"]) for m in LINE.finditer(text)}
    assert len(found) == text.partition("Columns:")[2].strip().count("\n") + 1
    return found


def dtype_of(column: pd.Series) -> str:
    """Return the datatype of a column as the documentation says it."""
    if column.dtype == "object":
        values = {type(value) for cell in column for value in cell}
        assert all(isinstance(cell, list) for cell in column)
        return next((name for name, kind in KINDS.items() if values == {kind}), f"lists {values}")
    return str(column.dtype).partition("[")[0]


def test_columns_are_documented(dataset: iccgraph.Dataset) -> None:
    """A frame has each column that its docstring names, of that datatype, and no other.

    Plain properties and other languages may be missing there: the release says what they are.
    """
    plain = {item.dump for item in PROPERTIES}

    def fact(name: str) -> None:
        frame, said = getattr(dataset, name), documented(name)
        real = {column: dtype_of(frame[column]) for column in frame}
        told = {column: dtype for column, (dtype, _) in said.items()}
        empty = {column for column, dtype in real.items() if dtype == "lists set()"}
        assert {c: d for c, d in told.items() if c not in empty} == {
            c: d for c, d in real.items() if c in told and c not in empty
        }
        undocumented = {re.sub("_[a-z]{2}$", "", column) for column in real.keys() - told.keys()}
        assert undocumented <= plain

    for_all(DOCUMENTED, fact)


def test_documents_tell_the_same_columns() -> None:
    """docs/research.md has a table for each frame, with the columns of its docstring."""

    def fact(name: str) -> None:
        wanted = [[f"`{c}`", dtype, meaning] for c, (dtype, meaning) in documented(name).items()]
        lines = "\n".join(f"| {' | '.join(row)} |" for row in wanted)
        found = table("docs/research.md", f"`{name}`", "type", "holds")
        assert found == wanted, f"the table should be:\n{lines}"

    for_all(DOCUMENTED, fact)


def test_every_table_is_a_frame(dataset: iccgraph.Dataset) -> None:
    """Each table of the release is a frame with all its rows and columns."""

    def fact(name: str) -> None:
        described = dataset.columns(name)
        frame = dataset.table(name)
        with dataset.path(f"{name.replace('_', '-')}.csv").open(encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        assert len(frame) == len(rows) > 0
        assert set(described.index) <= set(frame)
        assert [row.get("iri", "") for row in rows] == [*frame.get("iri", [""] * len(rows))]

    for_all([name for name in dataset.tables if name != "links"], fact)


def test_codes_stay_texts(dataset: iccgraph.Dataset) -> None:
    """A code keeps its zeros, and the key of Namibia, if it is there, is no missing value."""
    codes = dataset.countries["iso_numeric"]
    assert codes.str.len().eq(3).all()
    assert codes.str.startswith("0").any()
    assert dataset.countries["key"].notna().all()


def test_numbers_may_be_missing(dataset: iccgraph.Dataset) -> None:
    """A year that is not known is missing, and the others stay whole numbers."""
    years = dataset.practices["first_year"]
    assert years.isna().any()
    assert years.dropna().between(1950, 2100).all()


def test_several_values_are_lists(dataset: iccgraph.Dataset) -> None:
    """A cell with several keys is the list of them, each a row of the table that it names."""
    cities = dataset.practices["cities"]
    assert cities.map(len).max() > 1
    assert set(cities.explode().dropna()) <= set(dataset.cities["key"])
    topics = set(dataset.practices["topics"].explode().dropna())
    assert topics == set(dataset.topics.query("scheme == 'index'")["key"]) & topics


def test_links_are_the_accepted_ones(dataset: iccgraph.Dataset) -> None:
    """The links that were not rejected are the items that the tables of things have."""
    links = dataset.links.query("not rejected and kind == 'city'").set_index("key")["iri"]
    cities = dataset.cities.dropna(subset=["wikidata"]).set_index("key")["wikidata"]
    assert len(cities) > 100
    assert links.sort_index().to_dict() == cities.sort_index().to_dict()


def test_guarded_texts_are_as_they_were(tmp_path: Path) -> None:
    """A text that begins like a formula is read without the apostrophe in front of it."""
    path = tmp_path / "t.csv"
    path.write_text("text,n\n'-5 degrees,1\n'quoted',2\nNA,\n,3\n", encoding="utf-8-sig")
    columns = [TableColumn("text", {}, "string"), TableColumn("n", {}, "integer")]
    frame = read_table(path, columns)
    assert frame["text"].to_list()[:3] == ["-5 degrees", "'quoted'", "NA"]
    assert frame["text"].isna().to_list() == [False, False, False, True]
    assert frame["n"].dtype == "Int64"


@pytest.mark.parametrize("text", ["n\nword\n", "m\n1\n", "", 'n\n"1\n'])
def test_a_table_that_is_not_as_described(text: str, tmp_path: Path) -> None:
    """A table whose cells or columns are others than described is refused, and named."""
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"t\.csv: is not the table that the release describes"):
        read_table(path, [TableColumn("n", {}, "integer")])


def test_links_that_are_none(tmp_path: Path) -> None:
    """A table of links without a column that SSSOM has is refused."""
    path = tmp_path / "links.sssom.tsv"
    path.write_text("#curie_map:\nsubject_id\tobject_id\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match="has no column 'subject_label'"):
        read_links(path)


def test_only_the_columns_that_are_asked_for(dataset: iccgraph.Dataset) -> None:
    """Columns come in the order in which they are named."""
    frame = dataset.table("practices", ["topics", "key"])
    assert list(frame) == ["topics", "key"]
    assert list(dataset.table("links", ["wikidata"])) == ["wikidata"]


def test_frames_are_the_readers_own(dataset: iccgraph.Dataset) -> None:
    """What a reader changes in a frame is not in the one that is asked for next."""
    frame = dataset.cities
    frame["name"] = "x"
    frame.loc[0, "country"] = "xx"
    assert not dataset.cities["name"].eq("x").any()
    assert dataset.cities.loc[0, "country"] != "xx"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda d: d.table("mayors"),
        lambda d: d.table("cities", ["mayor"]),
        lambda d: d.table("links", ["mayor"]),
        lambda d: d.columns("mayors"),
        lambda d: d.columns("links"),
        lambda d: d.path("../manifest.json"),
        lambda d: d.fetch("mayors"),
        lambda d: d.graph("mayors"),
        lambda d: d.graph(scheme="mayors"),
    ],
)
def test_what_there_is_not(wrong: object, dataset: iccgraph.Dataset) -> None:
    """A name that there is not is told in one sentence that names what there is."""
    assert callable(wrong)
    with pytest.raises(ArgumentError, match=r"there are: |it has: |see "):
        wrong(dataset)
