"""Every cell of every table of a release says what the graph says, and no column is left out."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from pyoxigraph import Literal, RdfFormat, parse

from iccgraph.iris import COLLECTION_OF, DEFAULT_BASE
from iccgraph.properties import PROPERTIES, Value
from iccgraph.publish.pipeline import Built
from iccgraph.publish.writers.tables import COLUMNS
from iccgraph.release.description import File, ReleaseDescription, TableColumn
from iccgraph.release.manifest import CITIES_GEOJSON, QUADS
from iccgraph.settings import Settings
from iccgraph.vocab import PREFIXES, term
from tests.for_all import for_all

Terms = list[Any]
Graph = Mapping[tuple[str, str], Terms]
Row = dict[str, str]
Expected = Callable[[Graph, str, Row], list[str]]
TABLES: Final = {COLLECTION_OF[kind]: kind for kind in COLUMNS}


@pytest.fixture(scope="module")
def release(real_settings: Settings, built: Built) -> Path:
    """Return the folder of the real release."""
    return real_settings.releases_dir / built.name


@pytest.fixture(scope="module")
def graph(release: Path) -> Graph:
    """Return the objects of all statements by subject and predicate."""
    found: dict[tuple[str, str], Terms] = defaultdict(list)
    for quad in parse(path=release / QUADS, format=RdfFormat.N_QUADS):
        objects = found[str(quad.subject)[1:-1], quad.predicate.value]
        if quad.object not in objects:
            objects.append(quad.object)
    return {**found}


@pytest.fixture(scope="module")
def described(built: Built) -> ReleaseDescription:
    """Return the description of the real release."""
    return built.manifest.description


def objects(graph: Graph, iri: str, name: str) -> Terms:
    """Return what a thing has by a property, which is given with its prefix."""
    return graph.get((iri, term(name).value), [])


def texts(graph: Graph, iri: str, name: str, language: str | None = None) -> list[str]:
    """Return the texts or addresses of a property; of a language, or of any."""
    return [
        o.value
        for o in objects(graph, iri, name)
        if language is None or getattr(o, "language", None) == language
    ]


def stated(name: str) -> Expected:
    """Return what reads the values of a property as they are."""
    return lambda graph, iri, row: texts(graph, iri, name)


def keys(name: str, start: str = "") -> Expected:
    """Return what reads the keys of the things that a property leads to."""
    return lambda graph, iri, row: [
        value.partition("/id/")[2].partition("/")[2] for value in texts(graph, iri, name)
        if value.partition("/id/")[2].startswith(start)
    ]  # fmt: skip


def ends(name: str, before: str) -> Expected:
    """Return what reads the ends of terms whose names begin alike."""
    return lambda graph, iri, row: [
        v.partition(before)[2].strip("/") for v in texts(graph, iri, name)
    ]


def topics(scheme: str, inside: bool = True) -> Expected:
    """Return what reads the keys of the topics that are of a scheme, or of any other."""

    def read(graph: Graph, iri: str, row: Row) -> list[str]:
        own = f"{DEFAULT_BASE}id/scheme/{scheme}"
        found = texts(graph, iri, "dcterms:subject")
        of = [t for t in found if (own in texts(graph, t, "skos:inScheme")) == inside]
        return [topic.rpartition("/")[2] for topic in of]

    return read


def of_record(name: str) -> Expected:
    """Return what reads a property of the record of a practice."""
    return lambda graph, iri, row: texts(graph, iri.replace("/id/", "/"), name)


def first_title(language: str) -> Expected:
    """Return what reads the first title of a practice in a language, its own one before others."""

    def read(graph: Graph, iri: str, row: Row) -> list[str]:
        own = texts(graph, iri, "dcterms:title", language)
        others = texts(graph, iri, "dcterms:alternative", language)
        cell = row[f"title_{language}"]
        return own or ([cell] if cell in others else others[:1])

    return read


def listing_page(graph: Graph, iri: str, row: Row) -> list[str]:
    """Return the page of the record that is the one in the table, or that is left."""
    pages = of_record("prov:wasDerivedFrom")(graph, iri, row)
    return [page for page in pages if page == row["listing_page"]]


def city_names(graph: Graph, iri: str, row: Row) -> list[str]:
    """Return the English names of the cities of a practice."""
    cities = texts(graph, iri, "icc:city")
    return [name for city in cities for name in texts(graph, city, "rdfs:label", "en")]


def title_language(graph: Graph, iri: str, row: Row) -> list[str]:
    """Return the language of a title, in the case that is recommended."""
    found = [o.language or "" for o in objects(graph, iri, "dcterms:title")]
    return [row["title_language"] if row["title_language"].lower() == tag else tag for tag in found]


def country_of(graph: Graph, iri: str, row: Row) -> list[str]:
    """Return the one country of what a row is about: its own, or that of its city."""
    own = keys("icc:country")(graph, iri, row) or keys("dcterms:spatial")(graph, iri, row)
    cities = texts(graph, iri, "icc:city") + texts(graph, iri, "org:member")
    found = own or [k for city in cities for k in keys("icc:country")(graph, city, row)]
    return found if len(found) == 1 else []


def of_practices(graph: Graph, iri: str, row: Row) -> list[str]:
    """Return how many practices a link between city and topic names, and that it says so."""
    count = str(len(objects(graph, iri, "icc:practice")))
    assert texts(graph, iri, "icc:practiceCount") == [count]
    return [count]


SPECIAL: Final[Mapping[str, Mapping[str, Expected]]] = {
    "": {
        "iri": lambda graph, iri, row: [iri],
        "key": stated("dcterms:identifier"),
        "country": country_of,
        "city": keys("icc:city"),
        "first_year": stated("icc:firstYear"),
        "last_year": stated("icc:lastYear"),
        "years": stated("icc:year"),
        "ongoing": stated("icc:ongoing"),
        "wikidata": stated("owl:sameAs"),
        "geonames": ends("rdfs:seeAlso", "geonames.org/"),
        "latitude": stated("geo:lat"),
        "longitude": stated("geo:long"),
        "population": stated("icc:population"),
        "population_year": stated("icc:populationYear"),
        "kind": ends("icc:kind", "#kind-"),
        "size_class": ends("icc:sizeClass", "#size-"),
        "in_programme": stated("icc:inProgramme"),
        "within": keys("schema:containedInPlace"),
        "iso2": stated("icc:iso2"),
        "iso3": stated("icc:iso3"),
        "iso_numeric": stated("icc:isoNumeric"),
        "council_of_europe_member": stated("icc:councilOfEuropeMember"),
        "eu_country": stated("schema:sameAs"),
        "name": lambda graph, iri, row: texts(graph, iri, "rdfs:label", "en"),
        "name_fr": lambda graph, iri, row: texts(graph, iri, "rdfs:label", "fr"),
    },
    "practice": {
        "title": stated("dcterms:title"),
        "title_language": title_language,
        "title_en": first_title("en"),
        "title_fr": first_title("fr"),
        "cities": keys("icc:city"),
        "city_names": city_names,
        "topics": topics("index"),
        "other_topics": topics("index", inside=False),
        "period_edtf": stated("icc:period"),
        "detail_page": stated("foaf:page"),
        "listing_page": listing_page,
        "recorded_on": of_record("dcterms:created"),
    },
    "topic": {
        "label_en": lambda graph, iri, row: texts(graph, iri, "skos:prefLabel", "en"),
        "label_fr": lambda graph, iri, row: texts(graph, iri, "skos:prefLabel", "fr"),
        "scheme": keys("skos:inScheme"),
    },
    "scheme": {
        "label_en": lambda graph, iri, row: texts(graph, iri, "dcterms:title", "en"),
        "label_fr": lambda graph, iri, row: texts(graph, iri, "dcterms:title", "fr"),
    },
    "city-topic": {
        "topic": keys("dcterms:subject"),
        "practices": of_practices,
        "scheme": keys("icc:scheme"),
        "city_practices": stated("icc:cityPracticeCount"),
        "practices_elsewhere": stated("icc:practiceCountElsewhere"),
        "all_practices_elsewhere": stated("icc:allPracticeCountElsewhere"),
        "expected_practices": stated("icc:expectedPracticeCount"),
        "location_quotient": stated("icc:locationQuotient"),
        "quotient_low": stated("icc:quotientLow"),
        "quotient_high": stated("icc:quotientHigh"),
    },
    "network": {"countries": keys("dcterms:spatial")},
    "membership": {"city": keys("org:member"), "network": keys("org:organization")},
    "guidance": {"topics": topics("index"), "website_topics": topics("website")},
}
"""What each column of a table of a kind must hold, by kind; `""` is for all kinds."""


def plain(kind: str, column: TableColumn) -> Expected | None:
    """Return what reads a plain property of a kind, in the language of its column."""
    for item in PROPERTIES:
        if kind not in item.kinds or not column.name.startswith(item.dump or "?"):
            continue
        rest = column.name.removeprefix(item.dump)
        prefix = next(p for p, start in PREFIXES.items() if item.predicate.value.startswith(start))
        name = f"{prefix}:{item.predicate.value.removeprefix(PREFIXES[prefix])}"
        if rest == "" and item.value is Value.CONCEPT:
            return lambda graph, iri, row, n=name, i=item: [  # type: ignore[misc]
                value.partition(f"#{i.name}-")[2] for value in texts(graph, iri, n)
            ]
        if rest in ("", "_fr"):
            return lambda graph, iri, row, n=name, r=rest: in_language(graph, iri, n, r)  # type: ignore[misc]
    return None


def in_language(graph: Graph, iri: str, name: str, rest: str) -> list[str]:
    """Return the texts of a column: French, or English, or those of the only other language."""
    if rest:
        others = [o for o in objects(graph, iri, name) if getattr(o, "language", None) != "fr"]
        return texts(graph, iri, name, "fr") if others else []
    tagged = [o for o in objects(graph, iri, name) if isinstance(o, Literal) and o.language]
    if not tagged:
        return texts(graph, iri, name)
    english = texts(graph, iri, name, "en")
    return english or texts(graph, iri, name, tagged[0].language)


def expected(kind: str, column: TableColumn) -> Expected:
    """Return what reads from the graph what a column must hold."""
    for of in (kind, ""):
        if (found := SPECIAL.get(of, {}).get(column.name)) is not None and (
            of or plain(kind, column) is None
        ):
            return found
    if (read := plain(kind, column)) is not None:
        return read
    label = "dcterms:title" if kind == "guidance" else "rdfs:label"
    assert column.name in ("label_en", "label_fr"), f"nothing says what {column.name} holds"
    return lambda graph, iri, row: texts(graph, iri, label, column.name[-2:])


def same(cell: str, value: str, datatype: str) -> bool:
    """True if a cell is a value of the graph; years have four digits there, and no formulas."""
    if datatype in ("integer", "decimal"):
        return float(cell) == float(value)
    return cell.removeprefix("'") == value.removeprefix("'")


def table(folder: Path, file: File) -> list[Row]:
    """Return the rows of a table."""
    with (folder / "dumps" / file.name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("name", TABLES)
def test_every_cell_is_what_the_graph_says(
    release: Path, graph: Graph, described: ReleaseDescription, name: str
) -> None:
    """Each cell of a table holds exactly the values that the graph has for its thing."""
    file = described.file(f"{name}.csv")
    assert file is not None
    rows, kind = table(release, file), TABLES[name]
    assert rows
    assert len(rows) == file.rows
    assert list(rows[0]) == [column.name for column in file.columns]

    def fact(column: TableColumn) -> None:
        read = expected(kind, column)
        for row in rows:
            cell = row[column.name]
            cells = cell.split(column.separator) if column.separator else [cell]
            found = sorted(filter(None, cells))
            wanted = sorted(read(graph, row["iri"], row))
            assert len(found) == len(wanted), (row["iri"], found, wanted)
            for one, other in zip(found, wanted, strict=True):
                assert same(one, other, column.datatype), (row["iri"], one, other)

    for_all(file.columns, fact)


@pytest.mark.parametrize("name", TABLES)
def test_no_thing_is_missing(
    release: Path, graph: Graph, described: ReleaseDescription, name: str
) -> None:
    """A table has one row for each thing of its kind in the graph."""
    file = described.file(f"{name}.csv")
    assert file is not None
    listed = [row["iri"] for row in table(release, file)]
    start = f"{DEFAULT_BASE}id/{TABLES[name]}/"
    things = {iri for iri, _ in graph if iri.startswith(start) and "#" not in iri}
    if name == "topics":
        things = {iri for iri in things if texts(graph, iri, "skos:inScheme")}
    assert sorted(things) == sorted(listed)


def test_places_as_geojson(release: Path, graph: Graph, described: ReleaseDescription) -> None:
    """The GeoJSON has every place once, at its position, with the cells of its row."""
    document = json.loads((release / CITIES_GEOJSON).read_bytes())
    assert document["type"] == "FeatureCollection"
    file = described.file("cities.csv")
    assert file is not None
    rows = {row["iri"]: row for row in table(release, file)}
    assert [feature["id"] for feature in document["features"]] == list(rows)

    def fact(feature: dict[str, Any]) -> None:
        row = rows[feature["id"]]
        if row["latitude"]:
            assert feature["geometry"]["type"] == "Point"
            position = [float(row["longitude"]), float(row["latitude"])]
            assert feature["geometry"]["coordinates"] == position
        else:
            assert feature["geometry"] is None
        for name, value in feature["properties"].items():
            written = "|".join(value) if isinstance(value, list) else json.dumps(value).strip('"')
            assert row[name] == (value if isinstance(value, str) else written)
        assert len(feature["properties"]) == len([v for v in row.values() if v]) - 1 - 2 * bool(
            row["latitude"]
        )

    for_all(document["features"], fact)
