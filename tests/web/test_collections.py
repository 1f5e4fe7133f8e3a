"""Lists as data: whole things in RDF, the lines of the dumps in CSV, places as GeoJSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.term import Node

from iccgraph.formats import COLLECTION_FORMATS, HTML
from iccgraph.iris import COLLECTIONS
from iccgraph.languages import cased
from iccgraph.properties import Value, properties_of
from iccgraph.publish.pipeline import Built
from iccgraph.release.manifest import QUADS
from iccgraph.serve.dataset.describe import CLASSES
from iccgraph.settings import Settings
from iccgraph.tables.cells import unguard
from tests.for_all import for_all
from tests.web.client import Client, accept, ask, rows, sparql

BASE = "https://w3id.org/iccgraph/"
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
PREFIXES = {
    "icc": f"{BASE}def#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "prov": "http://www.w3.org/ns/prov#",
}
READERS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
}
OF_SCHEME = ("topics", "city-topics")
"""The lists that have the things of one topic scheme, unless another one is asked for."""
pytestmark = pytest.mark.filterwarnings(
    # rdflib's own JSON-LD parser still makes one
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
)


def triples(client: Client, path: str, form: str) -> set[Triple]:
    """Return the triples of a document."""
    answer = client.ask(path)
    assert answer.status == 200, answer.text
    return {quad.triple for quad in parse(answer.body, format=READERS[form])}


def table(client: Client, path: str) -> list[dict[str, str]]:
    """Return the rows of a list in CSV, without guards against formulas."""
    answer = client.ask(path)
    assert answer.status == 200, answer.text
    found = csv.DictReader(io.StringIO(answer.body.decode("utf-8"), newline=""))
    return [{column: unguard(cell) for column, cell in row.items()} for row in found]


def members(client: Client, path: str) -> list[str]:
    """Return the things of a page in Turtle, in its order."""
    found = client.ask(path)
    assert found.status == 200, found.text
    member = NamedNode(f"{HYDRA}member")
    quads = list(parse(found.body, format=RdfFormat.TURTLE))
    return [quad.object.value for quad in quads if quad.predicate == member]


def things_in_graph(live: str, name: str) -> set[str]:
    """Return what a query finds of the kind of a list."""
    kind = COLLECTIONS[name]
    scheme = "skos:inScheme" if kind == "topic" else "icc:scheme"
    pattern = f"?s {scheme} <{BASE}id/scheme/index> . " if name in OF_SCHEME else ""
    query = f"SELECT DISTINCT ?s {{ ?s a <{CLASSES[kind][0].value}> . {pattern} }}"
    found = {row["s"] for row in rows(sparql(live, query))}
    return {iri for iri in found if iri.startswith(f"{BASE}id/{kind}/")}


def harvest(live: str, path: str, media_type: str) -> Iterator[tuple[Graph, URIRef]]:
    """Yield the graph and the collection of each page, as a harvester goes on to the next one."""
    seen: set[str] = set()
    own = live.replace("127.0.0.1", "localhost")
    while path and path not in seen:
        seen.add(path)
        answer = ask(live, path, headers=accept(media_type))
        assert (answer.status, answer.type) == (200, media_type), answer.text
        found = Graph().parse(data=answer.body, format=media_type)
        (whole,) = found.subjects(RDF.type, HYDRA.Collection)
        assert isinstance(whole, URIRef)
        yield found, whole
        following = [str(address) for address in found.objects(None, HYDRA.next)]
        assert len(following) <= 1
        assert not following or following[0].startswith(own)
        path = following[0].removeprefix(own) if following else ""
    assert not path, f"{path} comes a second time"


@pytest.mark.parametrize("name", COLLECTIONS)
def test_pages_together_are_the_graph(live: str, client: Client, name: str) -> None:
    """The pages of a list have each thing that a query finds once, and tell how many there are."""
    expected = things_in_graph(live, name)
    found: list[Node] = []
    size = max(1, len(expected) // 3)
    for page, whole in harvest(live, f"{name}?size={size}", "application/ld+json"):
        assert str(whole) == BASE + name
        assert [int(total) for total in page.objects(whole, HYDRA.totalItems)] == [len(expected)]  # type: ignore[call-overload]
        here = list(page.objects(whole, HYDRA.member))
        assert len(here) == size or len(found) + len(here) == len(expected)
        found += here
    assert len(found) == len(set(found))
    assert {str(iri) for iri in found} == expected
    assert {row["iri"] for row in table(client, f"{name}.csv")} == expected


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_format_has_the_same_things(client: Client, name: str) -> None:
    """Each format of a page can be read, and has the same things in the same order."""
    expected = members(client, f"{name}.ttl?size=7&page=1")
    assert expected

    def fact(form: str) -> None:
        path = f"{name}.{form}?size=7&page=1"
        if form == "csv":
            assert [row["iri"] for row in table(client, path)] == expected
        else:
            found = triples(client, path, form)
            whole, predicate = NamedNode(BASE + name), NamedNode(f"{HYDRA}member")
            assert {NamedNode(iri) for iri in expected} == {
                t.object for t in found if (t.subject, t.predicate) == (whole, predicate)
            }

    for_all([f.name for f in COLLECTION_FORMATS if f != HTML], fact)


def told_of(found: set[Triple], subject: str) -> set[tuple[str, str, str]]:
    """Return what is stated of a thing and of its parts."""
    return {
        (str(t.subject), str(t.predicate), str(t.object))
        for t in found
        if isinstance(t.subject, NamedNode)
        and (t.subject.value == subject or t.subject.value.startswith(f"{subject}#"))
    }


@pytest.mark.parametrize("name", COLLECTIONS)
def test_things_are_whole(client: Client, name: str) -> None:
    """A list states of a thing and its record what the thing's own document states of them."""
    kind = COLLECTIONS[name]
    listed = triples(client, f"{name}.nt?size=1000", "nt")

    def fact(iri: str) -> None:
        document = iri.replace(f"{BASE}id/", BASE)
        own = triples(client, f"{document.removeprefix(BASE)}.nt", "nt")
        assert told_of(listed, iri) == told_of(own, iri) != set()
        record, recorded = told_of(listed, document), told_of(own, document)
        assert record <= recorded
        left_out = {predicate.rpartition("/")[2] for _, predicate, _ in recorded - record}
        assert left_out <= {"ns#inDataset>", "void#inDataset>", "source>"}
        if kind in ("city", "country", "topic"):  # the evidence of its identities
            assert evidence(listed, iri) == evidence(own, iri)

    for_all(members(client, f"{name}.ttl?size=1000")[::17], fact)


def evidence(found: set[Triple], thing: str) -> set[tuple[str, str, str]]:
    """Return what is stated of the decisions about a thing."""
    about = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#subject")
    nodes = {t.subject for t in found if t.predicate == about and t.object == NamedNode(thing)}
    return {(str(t.subject), str(t.predicate), str(t.object)) for t in found if t.subject in nodes}


def test_things_have_names(client: Client) -> None:
    """What the things of a list point to has its type and labels there, once a page."""
    found = triples(client, "practices.nt?size=20", "nt")
    label = NamedNode(f"{PREFIXES['rdfs']}label")
    cities = {t.object for t in found if t.predicate == NamedNode(f"{PREFIXES['icc']}city")}
    assert cities
    assert cities <= {t.subject for t in found if t.predicate == label}
    text = client.ask("practices.jsonld?size=20").json()
    assert [node["id"] for node in text["items"]] == members(client, "practices.ttl?size=20")
    assert all({"title", "isPrimaryTopicOf"} <= node.keys() for node in text["items"])


# Tables.


@pytest.mark.parametrize("name", COLLECTIONS)
def test_tables_are_lines_of_the_dump(
    client: Client, built: Built, real_settings: Settings, name: str
) -> None:
    """A list in CSV has the header and lines of the table of its kind, and all of them."""
    path = real_settings.releases_dir / built.name / "dumps" / f"{name}.csv"
    dump = path.read_bytes().decode("utf-8-sig")
    lines = lines_of(dump)
    answer = client.ask(f"{name}.csv")
    found = lines_of(answer.text)
    assert found[0] == lines[0]
    schemes = [""] if name not in OF_SCHEME else ["?scheme=index", "?scheme=website"]
    every = [line for s in schemes for line in lines_of(client.ask(f"{name}.csv{s}").text)[1:]]
    assert sorted(every) == sorted(lines[1:])
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert client.ask(f"{name}.csv", "HEAD").headers["content-length"] == str(len(answer.body))


def lines_of(text: str) -> list[str]:
    """Return the rows of a table, each with its line ends; some cells have line ends themselves."""
    found, line = [], ""
    for part in text.split("\r\n")[:-1]:
        line = f"{line}\r\n{part}" if line else part
        if line.count('"') % 2 == 0:
            found.append(line)
            line = ""
    assert not line
    return found


def test_tables_come_in_pages_if_asked(client: Client) -> None:
    """With `page` or `size` a table has that page; the parts are the whole, in its order."""
    whole = [row["key"] for row in table(client, "practices.csv?country=es")]
    assert len(whole) > 20
    parts = [table(client, f"practices.csv?country=es&size=10&page={n}") for n in (1, 2)]
    assert [row["key"] for part in parts for row in part] == whole[:20]
    assert len(table(client, "practices.csv?page=2")) == 100
    assert len(table(client, "practices.csv?size=1000")) == 223
    assert "next" not in client.ask("practices.csv").headers["link"]
    assert client.ask("practices.csv?size=10").links("next")


def test_filtered_tables_have_the_order_of_the_list(client: Client) -> None:
    """A filtered, ordered table has the things of the list in RDF, in its order."""
    for query in ("q=school&country=es&country=it", "near=leeds&sort=common", "sort=newest"):
        iris = members(client, f"practices.ttl?{query}&size=1000")
        assert iris
        assert [row["iri"] for row in table(client, f"practices.csv?{query}")] == iris


Read = Callable[[Store, NamedNode], set[str]]
"""Returns the texts that a graph has for a cell of a thing."""


def values(path: str, form: Callable[[str], str] = str, language: str | None = None) -> Read:
    """Return what reads the values at the end of a path of properties, such as `icc:city/a:b`."""

    def read(store: Store, thing: NamedNode) -> set[str]:
        subjects: set[object] = {thing}
        for name in path.split("/"):
            prefix, _, local = name.partition(":")
            predicate = NamedNode(PREFIXES[prefix] + local)
            subjects = {
                quad.object
                for subject in subjects
                for quad in store.quads_for_pattern(subject, predicate, None, None)  # type: ignore[arg-type]
            }
        return {
            form(value.value)
            for value in subjects
            if isinstance(value, NamedNode)
            or (isinstance(value, Literal) and language in (None, value.language))
        }

    return read


def key(iri: str) -> str:
    """Return the key at the end of the IRI of a thing."""
    return iri.partition("/id/")[2].partition("/")[2]


def concept(iri: str) -> str:
    """Return what a table calls a term such as `icc:kind-report`."""
    return iri.rpartition("#")[2].partition("-")[2]


def of_scheme(scheme: str) -> Read:
    """Return what reads the topics of one scheme."""

    def read(store: Store, thing: NamedNode) -> set[str]:
        found = values("dcterms:subject")(store, thing)
        inside = NamedNode(f"{PREFIXES['skos']}inScheme"), NamedNode(f"{BASE}id/scheme/{scheme}")
        return {
            key(iri)
            for iri in found
            if list(store.quads_for_pattern(NamedNode(iri), *inside, None))
        }

    return read


def of_record(path: str) -> Read:
    """Return what reads a property of the record about a practice."""

    def read(store: Store, thing: NamedNode) -> set[str]:
        return values(path)(store, NamedNode(thing.value.replace("/id/", "/")))

    return read


def language_of_title(store: Store, thing: NamedNode) -> set[str]:
    """Return the language of the title as printed."""
    title = NamedNode(f"{PREFIXES['dcterms']}title")
    quads = store.quads_for_pattern(thing, title, None, None)
    return {cased(getattr(quad.object, "language", "")) for quad in quads}


def title_in(language: str) -> Read:
    """Return what reads all titles in a language."""

    def read(store: Store, thing: NamedNode) -> set[str]:
        paths = ("dcterms:title", "dcterms:alternative")
        return {t for path in paths for t in values(path, language=language)(store, thing)}

    return read


def lone_country(store: Store, thing: NamedNode) -> set[str]:
    """Return the country of a network that has one only."""
    found = values("dcterms:spatial", key)(store, thing)
    return found if len(found) == 1 else set()


def nothing(store: Store, thing: NamedNode) -> set[str]:
    """Return what the graph has for a column that is always empty."""
    return set()


LABELS: Final = {f"label_{tag}": values("rdfs:label", language=tag) for tag in ("en", "fr")}
NAMES: Final = {
    "name": values("rdfs:label", language="en"),
    "name_fr": values("rdfs:label", language="fr"),
    "wikidata": values("owl:sameAs"),
    "geonames": values("rdfs:seeAlso", lambda iri: iri.rstrip("/").rpartition("/")[2]),
}
PLACE: Final = {
    "country": values("icc:city/icc:country", key),
    "city": values("icc:city", key),
}
YEARS: Final = {
    "first_year": values("icc:firstYear"),
    "last_year": values("icc:lastYear"),
    "years": values("icc:year"),
    "ongoing": values("icc:ongoing"),
}
CELLS: Final[Mapping[str, Mapping[str, Read]]] = {
    "practice": {
        "title": values("dcterms:title"),
        "title_language": language_of_title,
        "title_en": title_in("en"),
        "title_fr": title_in("fr"),
        "country": values("icc:country", key),
        "cities": values("icc:city", key),
        "city_names": values("icc:city/rdfs:label", language="en"),
        "topics": of_scheme("index"),
        "other_topics": of_scheme("website"),
        "period_edtf": values("icc:period"),
        **YEARS,
        "detail_page": values("foaf:page"),
        "listing_page": of_record("prov:wasDerivedFrom"),
        "recorded_on": of_record("dcterms:created"),
    },
    "city": {
        **NAMES,
        "kind": values("icc:kind", concept),
        "country": values("icc:country", key),
        "latitude": values("geo:lat"),
        "longitude": values("geo:long"),
        "population": values("icc:population"),
        "population_year": values("icc:populationYear"),
        "size_class": values("icc:sizeClass", concept),
        "within": values("schema:containedInPlace", key),
        "in_programme": values("icc:inProgramme"),
    },
    "country": {
        **NAMES,
        "iso2": values("icc:iso2"),
        "iso3": values("icc:iso3"),
        "iso_numeric": values("icc:isoNumeric"),
        "council_of_europe_member": values("icc:councilOfEuropeMember"),
        "eu_country": values("schema:sameAs"),
    },
    "topic": {
        **{f"label_{tag}": values("skos:prefLabel", language=tag) for tag in ("en", "fr")},
        "scheme": values("skos:inScheme", key),
    },
    "scheme": {f"label_{tag}": values("dcterms:title", language=tag) for tag in ("en", "fr")},
    "city-topic": {
        "city": values("icc:city", key),
        "topic": values("dcterms:subject", key),
        "scheme": values("icc:scheme", key),
        "practices": values("icc:practiceCount"),
        "city_practices": values("icc:cityPracticeCount"),
        "practices_elsewhere": values("icc:practiceCountElsewhere"),
        "all_practices_elsewhere": values("icc:allPracticeCountElsewhere"),
        **YEARS,
    },
    "network": {**LABELS, "countries": values("dcterms:spatial", key), "country": lone_country},
    "membership": {
        **LABELS,
        "country": values("org:member/icc:country", key),
        "city": values("org:member", key),
        "network": values("org:organization", key),
    },
    "assessment": {**LABELS, **PLACE},
    "profile": {**LABELS, **PLACE},
    "guidance": {
        **{f"label_{tag}": values("dcterms:title", language=tag) for tag in ("en", "fr")},
        "country": nothing,
        "topics": of_scheme("index"),
        "website_topics": of_scheme("website"),
    },
}
"""What stands in each column, but for plain properties, by kind."""
ONE_OF: Final = {
    *("title_en", "title_fr", "label_en", "label_fr"),  # a thing may have others besides
    "listing_page",  # a record may come from more pages
}
"""Columns with one of the values that the graph has."""


def cells_of(kind: str) -> dict[str, Read]:
    """Return what stands in each column of the table of a kind, by the name of the column."""
    found = dict(CELLS[kind])
    if kind != "city-topic":
        found["key"] = values("dcterms:identifier")
    for item in properties_of(kind):
        predicate = item.predicate.value
        prefix, start = next((p, s) for p, s in PREFIXES.items() if predicate.startswith(s))
        path = f"{prefix}:{predicate.removeprefix(start)}"
        if item.dump and item.value is Value.TAGGED:
            found[f"{item.dump}_fr"] = values(path, language="fr")
            found[item.dump] = values(path, language="en")
        elif item.dump:
            found[item.dump] = values(path, concept if item.value is Value.CONCEPT else str)
    return found


@pytest.fixture(scope="module")
def store(built: Built, real_settings: Settings) -> Store:
    """Return the graph of the release, as its dump has it."""
    found = Store()
    path: Path = real_settings.releases_dir / built.name / QUADS
    found.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
    return found


@pytest.mark.parametrize("name", COLLECTIONS)
def test_columns_are_those_of_the_graph(client: Client, store: Store, name: str) -> None:
    """Each column of each table has what the graph states, for every thing."""
    kind = COLLECTIONS[name]
    reads = cells_of(kind)
    schemes = [""] if name not in OF_SCHEME else ["?scheme=index", "?scheme=website"]
    listed = [row for query in schemes for row in table(client, f"{name}.csv{query}")]
    columns = [column for column in listed[0] if column != "iri"]
    assert set(columns) <= reads.keys()

    def fact(column: str) -> None:
        filled = 0
        for row in listed:
            stated = reads[column](store, NamedNode(row["iri"]))
            cell = set(row[column].split("|")) - {""} if "|".join(stated) != row[column] else stated
            wrong = (row["iri"], row[column], stated)
            assert cell <= stated if column in ONE_OF else same(cell, stated), wrong
            assert bool(cell) == bool(stated) or column in ONE_OF, wrong
            filled += bool(cell)
        assert filled or (kind, column) in EMPTY, column

    for_all(columns, fact)


EMPTY: Final = (
    *(("practice", "key_references_fr"), ("membership", "left_year"), ("guidance", "label_fr")),
    ("guidance", "country"),
)
"""Columns in which the real tables have nothing."""


def same(cell: set[str], stated: set[str]) -> bool:
    """True if a cell has the values that are stated; numbers are compared as numbers."""

    def plain(texts: set[str]) -> set[str]:
        numbers = {t for t in texts if t.replace(".", "").replace("-", "").isdigit()}
        return (texts - numbers) | {str(float(t)) for t in numbers}

    return cell == stated or plain(cell) == plain(stated)


# Places on a map.


def test_places_are_geojson(client: Client) -> None:
    """The cities come as GeoJSON with their positions, all of them, by ending and by Accept."""
    answer = client.ask("cities.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    document = answer.json()
    assert document["type"] == "FeatureCollection"
    features = document["features"]
    listed = table(client, "cities.csv")
    assert [f["id"] for f in features] == [row["iri"] for row in listed]
    for found, row in zip(features, listed, strict=True):
        if row["latitude"]:
            position = [float(row["longitude"]), float(row["latitude"])]
            assert found["geometry"] == {"type": "Point", "coordinates": position}
        else:
            assert found["geometry"] is None
        told = {
            name: "|".join(value) if isinstance(value, list) else str(value)
            for name, value in found["properties"].items()
        }
        told |= {"in_programme": row["in_programme"]}
        apart = ("iri", "latitude", "longitude")
        assert told == {n: c for n, c in row.items() if c and n not in apart}
    asked = client.ask("cities", headers=accept("application/geo+json"))
    assert (asked.type, asked.body) == ("application/geo+json", answer.body)
    assert len(client.ask("cities.geojson?size=5&page=2").json()["features"]) == 5


def test_only_places_are_geojson(client: Client) -> None:
    """Things without a position do not come as GeoJSON."""
    assert client.ask("practices", headers=accept("application/geo+json")).status == 406
    answer = client.ask("practices.geojson")
    assert (answer.status, answer.type) == (404, "application/problem+json")


# What cannot be answered.

WRONG = [
    ("page=0", "page"),
    ("page=-1", "page"),
    ("page=1.5", "page"),
    ("page=99999999999999999999", "page"),
    ("page=500&size=1000", "page"),
    ("size=0", "size"),
    ("size=1001", "size"),
    ("size=many", "size"),
    ("modified_since=yesterday", "modified_since"),
    ("modified_since=2026-02-30", "modified_since"),
    ("modified_since=2026-1-1", "modified_since"),
    ("modified_since=20260101", "modified_since"),
    ("modified_since=2026-W01-1", "modified_since"),
    ("modified_since=2026-01-01T25:00:00Z", "modified_since"),
    ("modified_since=2026-01-01T10:00:00", "modified_since"),
    ("modified_since=0000-01-01", "modified_since"),
    ("modified_since=0001-01-01T00:00:00%2B14:00", "modified_since"),
    ("modified_since=%D9%A1%D9%A1%D9%A1%D9%A1-01-01", "modified_since"),
    ("modifed_since=2026-01-01", "modifed_since"),
    ("release=latest", "release"),
    ("release=../../etc", "release"),
]


@pytest.mark.parametrize(("query", "parameter"), WRONG)
def test_wrong_parameters_are_400(client: Client, query: str, parameter: str) -> None:
    """A page, size, day or release that makes no sense is 400 in every list and format."""
    for path in ("practices.ttl", "practices.csv", "cities.geojson", "networks.jsonld", "topics"):
        answer = client.ask(f"{path}?{query}", headers=accept("*/*"))
        assert (answer.status, answer.type) == (400, "application/problem+json"), path
        assert answer.json()["parameter"] == parameter


def test_a_day_may_stand_once(client: Client) -> None:
    """Two days since which things were changed are refused, not one of them ignored."""
    query = "modified_since=2026-01-01&modified_since=2026-01-02"
    answer = client.ask(f"practices.csv?{query}")
    assert answer.status == 400
    assert "twice" in answer.json()["detail"]


def test_addresses_are_those_of_the_site(client: Client, live: str) -> None:
    """What a page leads to has the address of the site, the format, and the release."""
    answer = client.ask("practices.jsonld?country=es&size=10&page=2")
    view = answer.json()["view"]
    site, name = urlsplit(live).port, client.ask("readyz").text.split()[-1]
    start = f"http://localhost:{site}/practices.jsonld?country=es&size=10&release={name}"
    assert view["first"] == view["previous"] == start
    assert view["next"] == f"{start}&page=3"
    assert view["last"].startswith(f"{start}&page=")
    assert [address for address, _ in answer.links("next")] == [view["next"]]
    following = client.ask(view["next"].rpartition(f":{site}/")[2])
    assert following.json()["view"]["id"] == view["next"]
