"""The table of properties, held against the columns that it names, and how their cells are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from iccgraph.errors import SourceError
from iccgraph.iris import GRAPHS
from iccgraph.properties import PREDICATES, PROPERTIES, SECTIONS, Value
from iccgraph.publish.graph import plain_term
from iccgraph.resources import RESOURCES
from iccgraph.settings import Settings
from iccgraph.tables.rows import TableFolder
from iccgraph.vocab import DCTERMS, XSD
from tests.derived import derived, short_name, term_definition
from tests.unit.support import PAGE, ROOT, Read, change, load, save, table

TABLES = {"practice": "practices", "city": "cities", "country": "countries"}
TABLES |= {kind: described.table for kind, described in RESOURCES.items()}
FOLDER = TableFolder(ROOT / "data")
OF_SEVERAL_TYPES = {DCTERMS.date, DCTERMS.issued}
"""Properties whose values are days, months and years; the context has them as days."""


def columns(path: Path) -> list[str]:
    """Return the names of the columns that metadata describe."""
    return [c["name"] for c in json.loads(path.read_text("utf-8"))["tableSchema"]["columns"]]


def test_properties_have_columns() -> None:
    """Each property has a column in the table of each of its kinds, of the right datatype."""
    missing = [
        f"{TABLES[kind]}.csv-metadata.json: {item.name}"
        for item in PROPERTIES
        for kind in item.kinds
        if item not in [found for found, _ in FOLDER.schema(TABLES[kind]).plain(kind)]
    ]
    assert missing == []


def test_properties_are_told_apart() -> None:
    """No two properties of a kind share a name, column or predicate; none is read twice."""
    for attribute in ("name", "dump", "predicate"):
        named = [(k, n) for p in PROPERTIES for k in p.kinds if (n := getattr(p, attribute))]
        assert len(named) == len(set(named))
    assert len(PREDICATES) == len(set(PREDICATES))


def test_graphs_and_sections_exist() -> None:
    """Each property is in a named graph of ours or of its kind, and in a section or in none."""
    assert {item.graph for item in PROPERTIES} <= {*GRAPHS, ""}
    assert {described.graph for described in RESOURCES.values()} <= set(GRAPHS)
    assert {k for item in PROPERTIES if not item.graph for k in item.kinds} == RESOURCES.keys()
    assert {item.section for item in PROPERTIES} <= {*SECTIONS, ""}


def test_the_keys_know_every_column() -> None:
    """csv-metadata.json names the columns of each table as the table's own metadata do."""
    together = json.loads((ROOT / "data" / "csv-metadata.json").read_text("utf-8"))
    named = {t["url"]: [c["name"] for c in t["tableSchema"]["columns"]] for t in together["tables"]}
    assert named == {url: columns(ROOT / "data" / f"{url}-metadata.json") for url in named}
    assert len(named) == len(list((ROOT / "data").glob("*.csv")))


def test_nothing_is_missing_that_follows() -> None:
    """Columns, terms and rows of documents that `make derived` would add are there already."""
    missing = [p for p, text in derived(ROOT).items() if (ROOT / p).read_text("utf-8") != text]
    assert missing == []


def test_terms_say_what_values_are() -> None:
    """The JSON-LD context types the values of each property as the table of properties does.

    It does not say whether a day, month or year is meant where one property has them all.
    """
    definitions = json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8"))["@context"]
    for item in PROPERTIES:
        name = short_name(item)
        if item.predicate not in OF_SEVERAL_TYPES:
            term = json.loads(term_definition(item))
            assert term in definitions.values(), name


@pytest.mark.parametrize(
    ("value", "text", "term"),
    [
        (Value.TEXT, ("Spain", ""), Literal("Spain")),
        (Value.TAGGED, ("Un but", "fr"), Literal("Un but", language="fr")),
        (Value.CODE, ("008", ""), Literal("008")),
        (Value.INTEGER, ("+007", ""), Literal("7", datatype=XSD.integer)),
        (Value.DECIMAL, ("-1.50", ""), Literal("-1.5", datatype=XSD.decimal)),
        (Value.YEAR, ("987", ""), Literal("0987", datatype=XSD.gYear)),
        (Value.DATE, ("2026-11-23", ""), Literal("2026-11-23", datatype=XSD.date)),
        (Value.MONTH, ("2016-09", ""), Literal("2016-09", datatype=XSD.gYearMonth)),
        (Value.MONTH, ("2016", ""), Literal("2016", datatype=XSD.gYear)),
        (Value.BOOLEAN, ("true", ""), Literal(True)),
        (Value.BOOLEAN, ("false", ""), Literal(False)),
        (Value.IRI, ("https://example.org/", ""), NamedNode("https://example.org/")),
    ],
)
def test_values(value: Value, text: tuple[str, str], term: Literal | NamedNode) -> None:
    """A cell becomes a term of the datatype that its property has, written canonically."""
    assert plain_term(value, text) == term


def test_every_value_is_tried() -> None:
    """The test above knows every kind of value; terms are named after their column too."""
    (mark,) = [m for m in test_values.pytestmark if m.name == "parametrize"]  # type: ignore[attr-defined]
    assert {case[0] for case in mark.args[1]} == set(Value) - {Value.CONCEPT}


def test_cells_are_read(small: Settings) -> None:
    """A text is in the language of its column, else of its row; values are told apart once each."""
    read = {"sections_pages": PAGE, "sections_read_on": "2026-11-22"}
    change(small, "practices", "neighbours", summary_lang="fr", impact="An aim", **read)
    change(small, "practices", "neighbours", key_references="a | b|a")
    plain = Read(small).practices["neighbours"].plain
    assert plain["impact"] == (("An aim", "en"),)
    assert plain["key_references"] == (("a", "fr"), ("b", "fr"))
    assert plain["place_text"] == (("Spain Barcelona", ""),)
    assert "purpose" not in plain


def test_a_column_for_each_language(small: Settings) -> None:
    """Columns with one `propertyUrl` and a `lang` are one property, in a language each."""
    path = small.data_dir / "practices.csv-metadata.json"
    metadata = json.loads(path.read_text("utf-8"))
    described = metadata["tableSchema"]["columns"]
    purpose = next(c for c in described if c["name"] == "purpose")
    described.append({**purpose, "name": "purpose_de", "lang": "de"})
    path.write_text(json.dumps(metadata), encoding="utf-8")
    more = {"purpose": "Aim", "purpose_de": "Ziel", "sections_pages": PAGE}
    more |= {"sections_read_on": "2026-11-22"}
    rows = [{**row, **more} for row in load(table(small, "practices"))]
    save(table(small, "practices"), rows, rows[0])
    plain = Read(small).practices["neighbours"].plain
    assert plain["purpose"] == (("Aim", "en"), ("Ziel", "de"))


def test_a_property_without_its_column(small: Settings) -> None:
    """Tables that were made before there was a property are read: nothing has it."""
    path = small.data_dir / "practices.csv-metadata.json"
    metadata = json.loads(path.read_text("utf-8"))
    described = metadata["tableSchema"]["columns"]
    metadata["tableSchema"]["columns"] = [c for c in described if c["name"] != "impact"]
    path.write_text(json.dumps(metadata), encoding="utf-8")
    rows = load(table(small, "practices"))
    save(table(small, "practices"), [{k: r[k] for k in r if k != "impact"} for r in rows],
         [k for k in rows[0] if k != "impact"])  # fmt: skip
    read = Read(small)
    assert read.told == []
    assert "impact" not in read.practices["neighbours"].plain


@pytest.mark.parametrize("change_", [{"datatype": "date"}, {"separator": "|"}])
def test_a_column_that_cannot_hold_its_property(small: Settings, change_: dict[str, str]) -> None:
    """Metadata that promise other values than the property has end the build."""
    path = small.data_dir / "practices.csv-metadata.json"
    metadata = json.loads(path.read_text("utf-8"))
    column = next(c for c in metadata["tableSchema"]["columns"] if c["name"] == "impact")
    column |= change_
    path.write_text(json.dumps(metadata), encoding="utf-8")
    with pytest.raises(SourceError, match="column impact must have the datatype string, and no"):
        Read(small)
