"""What documents say: one graph in every format, collections to their end, dumps, addresses."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import rdflib
from pyld import jsonld
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)
from rdflib import DCTERMS, FOAF, PROV, RDF, SH, Graph, Namespace, URIRef
from rdflib.compare import isomorphic, to_isomorphic
from rdflib.term import Node

from iccgraph.iris import COLLECTIONS, GRAPHS
from iccgraph.languages import with_cased_tags
from iccgraph.publish.pipeline import Built, build_release
from iccgraph.resources import RESOURCES
from iccgraph.settings import Settings
from iccgraph.vocab import PREFIXES
from tests.conftest import LiveServer
from tests.for_all import for_all
from tests.jsonld import newer
from tests.unit.support import small_sources
from tests.web.client import Answer, accept, ask, sparql

pytestmark = pytest.mark.filterwarnings(
    # rdflib's own JSON-LD parser still makes one
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
)
BASE = "https://w3id.org/iccgraph/"
SITE = "https://practices.example/"
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
ICC = Namespace(f"{BASE}def#")
EMBEDDED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
PARSERS = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}
THINGS = (
    "practice/cuisine-ta-ville",
    "city/barcelona",
    "country/es",
    "topic/education",
    "scheme/index",
    "city-topic/barcelona/education",
    "network/reci",
    "membership/icc-botkyrka-2",
    "assessment/bilbao-2013-report",
    "profile/bergen-2013",
    "guidance/the-intercultural-city-step-by-step-revised-edition",
)
MARKED = ("practice/surf-art", *THINGS[1:])
DOCUMENTS = (
    *THINGS,
    *("def", "shapes", "catalogue", "validation"),
    *COLLECTIONS,
)


def graph(answer: Answer, form: str) -> Graph:
    """Return the graph of an answer; terms are kept as they are written."""
    assert answer.status == 200, answer.text
    found = Graph()
    found.parse(data=answer.body, format=PARSERS[form])
    return found


def by_pyld(text: str) -> Graph:
    """Return the graph of a JSON-LD text as PyLD reads it, without any context from elsewhere.

    PyLD has language tags in lower case, as RDF 1.1 allows; here they are cased again.
    """

    def closed(url: str, _: object) -> object:
        raise AssertionError(f"a context is wanted from {url}")

    quads = jsonld.to_rdf(
        json.loads(text), {"format": "application/n-quads", "documentLoader": closed}
    )
    return Graph().parse(data=with_cased_tags(quads.encode()), format="nt")


def test_formats_are_one_graph(live: str) -> None:
    """Turtle, N-Triples, RDF/XML and JSON-LD of a document say the same, by ending or Accept."""

    def fact(path: str) -> None:
        graphs = {form: graph(ask(live, f"{path}.{form}"), form) for form in PARSERS}
        first = without_view(graphs["nt"])
        assert len(first) > 1
        for form, found in graphs.items():
            assert isomorphic(without_view(found), first), difference(found, first, form)
        asked = graph(ask(live, path, headers=accept("text/turtle")), "ttl")
        assert isomorphic(without_view(asked), first)

    for_all(DOCUMENTS, fact)


def in_graphs(content: bytes, form: str) -> set[Quad]:
    """Return the statements of an answer, without those about the page of a list."""
    known = RdfFormat.TRIG if form == "trig" else RdfFormat.N_QUADS
    quads = parse(content, format=known)
    return {quad for quad in quads if not re.search(r"\.(trig|nq)\b", str(quad))}


def test_named_graphs_of_documents(live: str, built: Built, real_settings: Settings) -> None:
    """TriG and N-Quads say the same, and what they say in a graph stands there in the release."""
    dump = real_settings.releases_dir / built.name / "dumps" / "iccgraph.nq"
    release = set(parse(path=dump, format=RdfFormat.N_QUADS))

    def fact(path: str) -> None:
        trig, nquads = (
            in_graphs(ask(live, f"{path}.{form}").body, form) for form in ("trig", "nq")
        )
        labels_apart = [q for q in trig if "_:" not in str(q)]
        assert set(labels_apart) == {q for q in nquads if "_:" not in str(q)}
        named = {quad for quad in labels_apart if isinstance(quad.graph_name, NamedNode)}
        assert len(named) > 10
        assert named <= release, sorted(map(str, named - release))[:3]

    for_all([*DOCUMENTS, "links"], fact)


def test_documents_say_who_says_so(live: str) -> None:
    """With named graphs comes what is said of each, and all else is what N-Triples say."""
    catalogue = NamedNode(f"{BASE}graph/catalogue")
    described = NamedNode("http://www.w3.org/ns/prov#wasGeneratedBy")

    def fact(path: str) -> None:
        quads = in_graphs(ask(live, f"{path}.trig").body, "trig")
        used = {q.graph_name for q in quads if isinstance(q.graph_name, NamedNode)}
        about = {q.subject for q in quads if q.predicate == described}
        assert used <= about
        plain = set(parse(ask(live, f"{path}.nt").body, format=RdfFormat.N_TRIPLES))
        rest = {q.triple for q in quads if q.graph_name != catalogue}
        assert rest == {q.triple for q in plain}
        document = NamedNode(f"{BASE}{path}")
        sources = {
            q.object
            for q in plain
            if (q.subject, q.predicate.value) == (document, f"{DCTERMS}source")
        }
        assert sources == used - {catalogue}

    for_all(THINGS, fact)


def test_a_graph_leads_to_who_says_so(live: str) -> None:
    """The name of a graph leads to where its page, and the data, say who says what is in it."""
    page = ask(live, "catalogue", headers=accept("text/html")).text
    data = graph(ask(live, "catalogue.ttl"), "ttl")
    for name in GRAPHS:
        answer = ask(live, f"graph/{name}")
        assert (answer.status, answer.headers["location"]) == (303, f"/catalogue#graph-{name}")
        if name != "wikidata":  # nothing was fetched
            assert f' id="graph-{name}"' in page
            did = data.value(URIRef(f"{BASE}graph/{name}"), PROV.wasGeneratedBy)
            assert list(data.objects(did, PROV.wasAssociatedWith))


def test_marks_lead_to_graphs(live: str) -> None:
    """What is ours is marked on the pages of things, in both languages, and leads to its graph."""
    catalogue = ask(live, "catalogue", headers=accept("text/html")).text
    mark = re.compile(r'<a class="by" href="/(?:en|fr)/catalogue#(graph-[a-z-]+)">(.+?)</a>')
    expected = {
        "practice": {
            *("graph-texts", "graph-periods", "graph-links"),
            *("graph-assignments", "graph-website-assignments"),
        },
        "city": {
            *("graph-texts", "graph-derived", "graph-gazetteer", "graph-links"),
            *("graph-networks", "graph-assessments", "graph-profiles", "graph-assignments"),
        },
        "country": {"graph-texts", "graph-assignments", "graph-links", "graph-networks"},
        "topic": {"graph-texts", "graph-derived", "graph-assignments"},
        "scheme": {"graph-texts"},
        "city-topic": {"graph-texts", "graph-derived"},
        "network": {"graph-networks", "graph-texts", "graph-assignments"},
        "membership": {"graph-networks"},
        "assessment": {"graph-assessments"},
        "profile": {"graph-profiles"},
        "guidance": {"graph-guidance"},
    }

    def fact(path: str) -> None:
        pages = [ask(live, f"{lang}/{path}").text for lang in ("en", "fr")]
        english, french = (mark.findall(page) for page in pages)
        assert {anchor for anchor, _ in english} == expected[path.partition("/")[0]], path
        ours = [anchor for anchor, _ in french if anchor != "graph-translations"]
        assert [anchor for anchor, _ in english] == ours, path
        assert not {text for _, text in english} & {text for _, text in french}
        for anchor, _ in english:
            assert f'id="{anchor}"' in catalogue

    for_all(MARKED, fact)


def literals(found: Iterable[Quad | Triple]) -> set[Literal]:
    """Return the literals of a graph, letter by letter."""
    return {each.object for each in found if isinstance(each.object, Literal)}


def test_one_literal_in_every_format(live: str) -> None:
    """Numbers, days and texts are the same literals, letter by letter, whoever reads which format.

    rdflib is not asked: it writes numbers in its own way when it reads them.
    """

    def fact(path: str) -> None:
        first = literals(parse(ask(live, f"{path}.nt").body, format=RdfFormat.N_TRIPLES))
        assert first
        document = ask(live, f"{path}.jsonld").json()
        for mode in ("json-ld-1.0", "json-ld-1.1"):
            options = {"format": "application/n-quads", "processingMode": mode}
            read = jsonld.to_rdf(document, options).encode()
            assert literals(parse(read, format=RdfFormat.N_QUADS)) == first, mode
        for form, known in (("ttl", RdfFormat.TURTLE), ("rdf", RdfFormat.RDF_XML)):
            assert literals(parse(ask(live, f"{path}.{form}").body, format=known)) == first, form

    for_all([*THINGS, "catalogue", "def", "links", "practices", "validation"], fact)


def test_one_literal_in_results(live: str) -> None:
    """Results and graphs of queries have the literals that the N-Triples dump has."""
    lines = ask(live, "data/iccgraph.nt").body
    dump = literals(parse(lines, format=RdfFormat.N_TRIPLES))
    query = "SELECT DISTINCT ?o { ?s ?p ?o FILTER(ISLITERAL(?o)) }"
    for form, known in (
        ("json", QueryResultsFormat.JSON),
        ("xml", QueryResultsFormat.XML),
        ("tsv", QueryResultsFormat.TSV),
    ):
        found = parse_query_results(sparql(live, query, format=form).body, format=known)
        assert isinstance(found, QuerySolutions)
        assert {row["o"] for row in found} == dump, form
    graph = "CONSTRUCT { <urn:x:s> <urn:x:p> ?o } { ?s ?p ?o FILTER(ISNUMERIC(?o)) }"
    answer = sparql(live, graph, format="jsonld").json()
    read = jsonld.to_rdf(answer, {"format": "application/n-quads"}).encode()
    numbers = literals(parse(read, format=RdfFormat.N_QUADS))
    assert len(numbers) > 300
    assert numbers < dump


def without_view(found: Graph) -> Graph:
    """Return the graph without the page's own address, which ends like the format."""
    views = set(found.objects(None, HYDRA.view))
    left = Graph()
    for triple in found:
        if triple[0] not in views and triple[2] not in views:
            left.add(triple)
    return left


def difference(one: Graph, other: Graph, form: str) -> str:
    """Return what one of two graphs does not say, for the message of a failed test."""
    only = to_isomorphic(one) - to_isomorphic(other)
    lacks = to_isomorphic(other) - to_isomorphic(one)
    return f"{form} adds {list(only)[:5]} and lacks {list(lacks)[:5]}"


def test_jsonld_is_understood_by_the_reference(live: str) -> None:
    """PyLD reads the JSON-LD, with the context inside, as the same graph as the Turtle."""

    def fact(path: str) -> None:
        answer = ask(live, path, headers=accept("application/ld+json"))
        turtle = graph(ask(live, path, headers=accept("text/turtle")), "ttl")
        assert isomorphic(by_pyld(answer.text), turtle), difference(
            by_pyld(answer.text), turtle, "JSON-LD"
        )

    for_all([*THINGS, "def", "catalogue", "practices?size=50"], fact)


def nodes(value: object) -> Iterator[dict[str, Any]]:
    """Yield every node of a JSON-LD document that is written without arrays of its own."""
    if isinstance(value, list):
        for item in value:
            yield from nodes(item)
    elif isinstance(value, dict):
        yield value
        yield from nodes(list(value.values()))


def test_embedded_jsonld(live: str) -> None:
    """What a page says in schema.org of its thing is stated in the graph, under the same names."""

    def fact(row: tuple[str, str]) -> None:
        path, language = row
        page = ask(live, path, headers=accept("text/html", Accept_Language=language)).text
        (text,) = EMBEDDED.findall(page)
        assert "<" not in text
        shown, whole = json.loads(text), graph(ask(live, f"{path}.nt"), "nt")
        iri = f"{BASE}id/{path}"
        assert (shown["@context"], shown["@type"]) == ("https://schema.org", "WebPage")
        assert (shown["@id"], shown["inLanguage"]) == (f"{BASE}{path}", language)
        assert shown["mainEntity"]["@id"] == iri
        thing = URIRef(iri)
        stated = {str(value) for value in whole.objects()}
        named = {str(value) for value in whole.objects(thing)}
        assert shown["mainEntity"]["name"] in named
        assert shown["mainEntity"]["identifier"] == path.partition("/")[2]
        for node in nodes(shown["mainEntity"]):
            for name, term in (("latitude", "lat"), ("longitude", "long")):
                values = whole.objects(thing, URIRef(f"{PREFIXES['geo']}{term}"))
                assert node.get(name) in [None, *(float(str(value)) for value in values)]
            if node.get("@id", "").startswith(f"{BASE}id/"):
                assert node["@id"] in stated | {iri}
        assert set(shown["mainEntity"].get("alternateName", [])) <= stated
        if not path.startswith("practice/"):  # whose page is told in the reader's language
            assert set(shown["mainEntity"].get("sameAs", [])) <= stated

    for_all([(path, language) for path in THINGS for language in ("en", "fr")], fact)


def test_jsonld_is_what_a_developer_reads(live: str) -> None:
    """Compact JSON-LD begins with the thing itself and has short names only."""

    def fact(path: str) -> None:
        document = ask(live, f"{path}.jsonld").json()
        assert document["id"] == f"{BASE}id/{path}"
        assert list(document)[:3] == ["@context", "id", "type"]
        assert not [name for name in document if name.startswith("http")]

    for_all(THINGS, fact)


def test_thing_leads_to_its_document(live: str) -> None:
    """A thing answers 303 to the document that describes it."""

    def fact(path: str) -> None:
        answer = ask(live, f"id/{path}")
        assert (answer.status, answer.headers["location"]) == (303, f"/{path}")
        document = ask(live, path, headers=accept("text/turtle"))
        thing = URIRef(f"{BASE}id/{path}")
        class_, page = (address for address, _ in document.links("type"))
        assert page == "https://schema.org/AboutPage"
        assert (thing, RDF.type, URIRef(class_)) in graph(document, "ttl")
        assert [address for address, _ in document.links("describes")] == [str(thing)]
        ((collection, _),) = document.links("collection")
        assert ask(live, collection.rpartition("/")[2]).status == 200

    for_all(THINGS, fact)


def test_rdflib_reads_a_thing(live: str) -> None:
    """`Graph().parse(<thing>)` follows the redirect and reads the document, format given or not."""

    def fact(row: tuple[str, str | None]) -> None:
        path, form = row
        found = Graph().parse(f"{live}id/{path}", format=form)
        assert isomorphic(found, graph(ask(live, f"{path}.nt"), "nt"))

    for_all(
        [(path, form) for path in THINGS for form in (None, "turtle", "xml", "nt", "json-ld")], fact
    )


def test_barcelona(live: str) -> None:
    """Barcelona is the same as Wikidata's Q1492, in its data and on its page."""
    found = graph(ask(live, "city/barcelona.ttl"), "ttl")
    same = set(found.objects(URIRef(f"{BASE}id/city/barcelona"), OWL.sameAs))
    assert same == {URIRef("http://www.wikidata.org/entity/Q1492")}
    assert "wikidata.org/entity/Q1492" in ask(live, "city/barcelona.html").text


@pytest.mark.parametrize(
    ("city", "language", "size"),
    [
        ("bergen", "en", "100,000 to 499,999 people"),
        ("bergen", "fr", "De 100\u202f000 à 499\u202f999 habitants"),
        ("klaksvik", "en", "Fewer than 20,000 people"),
        ("oslo", "en", "500,000 people or more"),
        ("albufeira", "en", ""),
    ],
)
def test_a_city_tells_its_size(live: str, city: str, language: str, size: str) -> None:
    """The page of a city tells its size class in the reader’s language, if it has one."""
    text = ask(live, f"city/{city}", headers={"Accept-Language": language}).text
    shown = re.findall(r"<dt>Population</dt>\s*<dd>([^<]+)<", text)
    assert shown == ([size] if size else [])


def test_geonames_is_no_identity_on_pages(live: str) -> None:
    """A page leads to Wikidata’s item and to GeoNames; only the former is the same in the data."""
    for name in ("city/bergen", "country/no"):
        shown = dict(re.findall(r"<dt>([^<]+)</dt>\s*<dd>(.*?)</dd>", ask(live, name).text, re.S))
        assert re.search(r"wikidata\.org.*geonames\.org", shown["Also on"], re.S), name
        same = graph(ask(live, f"{name}.ttl"), "ttl").objects(
            URIRef(f"{BASE}id/{name}"), OWL.sameAs
        )
        assert not [item for item in same if "geonames.org" in str(item)], name


def test_a_deprecated_term_can_be_looked_up(live: str) -> None:
    """The vocabulary still has the kind of before, and says what has replaced it."""
    graph = Graph().parse(data=ask(live, "def.ttl").text, format="turtle")
    replaced = URIRef("http://purl.org/dc/terms/isReplacedBy")
    assert graph.value(ICC["kind-city"], replaced) == ICC["kind-municipality"]


def test_documents_are_part_of_the_dataset(live: str) -> None:
    """A document says what it is about and that it is in the dataset, which has examples."""
    void = Namespace("http://rdfs.org/ns/void#")
    dataset = URIRef(f"{BASE}catalogue#dataset")

    def fact(path: str) -> None:
        found = graph(ask(live, f"{path}.nt"), "nt")
        document = URIRef(f"{BASE}{path}")
        assert set(found.objects(document, void.inDataset)) == {dataset}
        topic = URIRef(f"{BASE}id/{path}")
        assert set(found.objects(document, FOAF.primaryTopic)) == {topic}

    for_all(THINGS, fact)
    described = graph(ask(live, "catalogue.ttl"), "ttl")
    features = {str(f).rpartition("/")[2] for f in described.objects(dataset, void.feature)}
    assert features == {"Turtle", "JSON-LD", "N-Triples", "RDF_XML", "TriG", "N-Quads"}
    examples = [str(e).removeprefix(BASE) for e in described.objects(dataset, void.exampleResource)]
    assert {e.split("/")[1] for e in examples} == {path.split("/")[0] for path in THINGS}
    for_all(examples, lambda path: ask(live, path).headers["location"])


def test_description_leaves_no_name_open(live: str) -> None:
    """Whatever thing of ours a document mentions has its type and its label there."""
    for path in THINGS:
        found = graph(ask(live, f"{path}.nt"), "nt")
        things = {
            node
            for node in found.objects()
            if str(node).startswith(f"{BASE}id/") and "#" not in str(node)
        }
        assert things
        for thing in things:
            assert (thing, RDF.type, None) in found, (path, thing)
            assert len(set(found.predicates(thing))) > 1, (path, thing)


def pages(site: str, path: str, form: str) -> Iterator[tuple[Answer, Graph]]:
    """Yield each page of a collection, as a harvester goes from one to the next."""
    seen: set[str] = set()
    own = site.replace("127.0.0.1", "localhost")
    while path not in seen:
        seen.add(path)
        answer = ask(site, path)
        found = graph(answer, form)
        yield answer, found
        following = list(found.objects(None, HYDRA.next))
        assert len(following) <= 1
        assert [address for address, _ in answer.links("next")] == [str(f) for f in following]
        if not following:
            return
        path = str(following[0]).removeprefix(own)
        assert not path.startswith("http")
    raise AssertionError(f"{path} comes a second time")


def test_paging_ends(live: str, built: Built) -> None:
    """A harvester that follows `hydra:next` gets each practice once, in one format, and an end."""

    def fact(form: str) -> None:
        members: list[Node] = []
        whole = URIRef(f"{BASE}practices")
        for answer, found in pages(live, f"practices.{form}", form):
            assert answer.type in answer.headers["content-type"]
            assert found.value(whole, HYDRA.totalItems).toPython() == 223  # type: ignore[union-attr]
            views = list(found.subjects(RDF.type, HYDRA.PartialCollectionView))
            assert len(views) == 1, "a page describes its own view only"
            members += found.objects(whole, HYDRA.member)
        assert len(members) == len(set(members)) == built.manifest.content.counts["practice"] == 223

    for_all(PARSERS, fact)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cities", "city"),
        ("countries", "country"),
        ("topics", "topic"),
        ("city-topics", "city-topic"),
        *((described.table, kind) for kind, described in RESOURCES.items()),
    ],
)
def test_collections_are_complete(live: str, built: Built, name: str, kind: str) -> None:
    """The pages of a collection together hold every thing of its kind, and each exists."""
    members: list[Node] = []
    for _, found in pages(live, f"{name}.nt?size=100", "nt"):
        members += found.objects(None, HYDRA.member)
    assert len(members) == len(set(members)) == built.manifest.content.counts[kind]
    assert ask(live, f"{str(members[-1]).removeprefix(BASE)}").status == 303


def test_paging_of_a_selection(live: str) -> None:
    """The pages of a selection stay within it: what was asked stands in every address."""
    members: list[Node] = []
    for _, found in pages(live, "practices.ttl?topic=education&size=10", "ttl"):
        members += found.objects(None, HYDRA.member)
        assert (URIRef(f"{BASE}practices"), HYDRA.totalItems, None) not in found
    assert 10 < len(members) == len(set(members)) < 223
    topic = graph(ask(live, f"{str(members[0]).removeprefix(f'{BASE}id/')}.nt"), "nt")
    assert URIRef(f"{BASE}id/topic/education") in set(topic.objects())


def test_collection_as_csv(live: str) -> None:
    """A collection's CSV has a header, one row a thing, and no cell that a spreadsheet runs."""
    answer = ask(live, "practices.csv?size=1000")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    found = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(found) == 223
    assert {row["iri"] for row in found} == {f"{BASE}id/practice/{row['key']}" for row in found}
    assert not [c for row in found for c in row.values() if c[:1] in ("=", "+", "-", "@")]
    assert answer.text.count("\r\n") >= 211


def test_context_document(live: str) -> None:
    """The context document is JSON-LD with one context, the one that answers use parts of."""
    context = ask(live, "context.jsonld").json()["@context"]
    used = ask(live, "city/barcelona.jsonld").json()["@context"]
    assert used.items() <= context.items()


def test_jsonld_of_version_1_0(live: str) -> None:
    """All JSON-LD, in pages and of queries too, holds nothing that came with JSON-LD 1.1."""

    def fact(path: str) -> None:
        assert not list(newer(ask(live, path).json()))

    paths = ["context.jsonld", *(f"{path}.jsonld" for path in (*DOCUMENTS, "links"))]
    query = "CONSTRUCT { ?s ?p ?o ; <urn:x:note> 'x', 'y'@en } { ?s a icc:City ; ?p ?o }"
    for_all([*paths, f"sparql?{urlencode({'query': query, 'format': 'jsonld'})}"], fact)
    for path in THINGS:
        (embedded,) = EMBEDDED.findall(ask(live, f"{path}.html").text)
        document = json.loads(embedded)
        assert document.pop("@context") == "https://schema.org"
        assert not list(newer(document)), path


def not_arrays(value: object, names: set[str]) -> Iterator[str]:
    """Yield where one of these names has a value that is no array."""
    if isinstance(value, list):
        for item in value:
            yield from not_arrays(item, names)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in names and not isinstance(inner, list):
                yield f"{name}: {inner!r}"
            if name != "@context":
                yield from not_arrays(inner, names)


def test_arrays_are_arrays_always(live: str) -> None:
    """What may have several values is an array in every document and answer, even if it has one."""
    context = ask(live, "context.jsonld").json()["@context"]
    sets = {
        name
        for name, value in context.items()
        if isinstance(value, dict) and value.get("@container") == "@set"
    }
    assert len(sets) > 30
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?p = icc:city || ?p = dcterms:subject) }"

    def fact(path: str) -> None:
        assert not list(not_arrays(ask(live, path).json(), sets))

    paths = [f"{path}.jsonld" for path in (*DOCUMENTS, "links")]
    answer = f"sparql?{urlencode({'query': query, 'format': 'jsonld'})}"
    for_all([*paths, answer, "data/iccgraph.jsonld"], fact)


def test_terms_have_their_own_document(live: str) -> None:
    """The ontology's and the shapes' documents describe the terms that their names lead to."""
    ontology = graph(ask(live, "def.ttl"), "ttl")
    assert (ICC.Practice, RDF.type, None) in ontology
    shapes = graph(ask(live, "shapes.ttl"), "ttl")
    assert (URIRef(f"{BASE}shapes#PracticeShape"), RDF.type, None) in shapes
    version = ontology.value(URIRef(f"{BASE}def"), OWL.versionInfo)
    assert version is not None
    assert ask(live, f"def/{version}").headers["location"] == "/def"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_of_the_shapes_tells_every_rule_in_words(live: str, language: str) -> None:
    """Each message in the reader's language is on the page, and no gap is left for a result."""
    headers = accept("text/html", Accept_Language=language)
    page = html.unescape(ask(live, "shapes", headers=headers).text)
    found = graph(ask(live, "shapes.ttl"), "ttl").subject_objects(SH.message)
    told = {
        str(shape).rpartition("#")[2]: str(text)
        for shape, text in found
        if isinstance(text, rdflib.Literal) and text.language == language
    }
    assert len(told) > 100
    assert not [name for name in told if f'id="{name}"' not in page]
    assert not [name for name, text in told.items() if text not in page]
    assert not re.search(r"\{[?$]", page)


def test_validation_report(live: str, built: Built) -> None:
    """The published report holds as many results as the build had, and no violation."""
    sh = Namespace("http://www.w3.org/ns/shacl#")
    found = graph(ask(live, "validation.ttl"), "ttl")
    results = list(found.subjects(RDF.type, sh.ValidationResult))
    assert len(results) == len(built.report.results)
    assert (None, sh.resultSeverity, sh.Violation) not in found


def test_dumps_are_what_the_manifest_says(live: str, built: Built) -> None:
    """Each dump has the size and checksum of the manifest, and SHA256SUMS names them all."""
    files = built.manifest.content.files
    dumps = {p.removeprefix("dumps/"): e for p, e in files.items() if p.startswith("dumps/")}
    lines = ask(live, "data/SHA256SUMS").text.splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    page = ask(live, "data/").text
    for name, entry in dumps.items():
        answer = ask(live, f"data/{name}")
        assert len(answer.body) == entry.size == int(answer.headers["content-length"])
        assert hashlib.sha256(answer.body).hexdigest() == entry.sha256
        assert answer.headers["etag"] == f'"{entry.sha256}"'
        assert f'href="/data/{name}"' in page
        if name != "SHA256SUMS":
            assert sums[name] == entry.sha256


def test_dumps_in_ranges(live: str) -> None:
    """A download that broke off goes on where it was, and only if the file is still the same."""
    whole = ask(live, "data/iccgraph.nt")
    assert whole.headers["accept-ranges"] == "bytes"
    half = len(whole.body) // 2
    rest = ask(live, "data/iccgraph.nt", headers={"Range": f"bytes={half}-"})
    assert (rest.status, rest.body) == (206, whole.body[half:])
    size = len(whole.body)
    assert rest.headers["content-range"] == f"bytes {half}-{size - 1}/{size}"
    assert rest.headers["etag"] == whole.headers["etag"]
    tail = ask(live, "data/iccgraph.nt", headers={"Range": "bytes=-10"})
    assert (tail.status, tail.body) == (206, whole.body[-10:])
    same = {"Range": "bytes=0-9", "If-Range": whole.headers["etag"]}
    assert ask(live, "data/iccgraph.nt", headers=same).status == 206
    other = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert ask(live, "data/iccgraph.nt", headers=other).body == whole.body
    beyond = ask(live, "data/iccgraph.nt", headers={"Range": f"bytes={size}-"})
    assert beyond.status == 416
    assert beyond.headers["content-range"] == f"bytes */{size}"
    nonsense = ask(live, "data/iccgraph.nt", headers={"Range": "lines=1-2"})
    assert nonsense.status in (200, 416)


def test_dump_is_the_graph(live: str, built: Built) -> None:
    """The N-Triples dump holds what the documents say."""
    lines = set(ask(live, "data/iccgraph.nt").text.splitlines())
    own = f"<{BASE}id/city/barcelona>"
    document = ask(live, "city/barcelona.nt").text.splitlines()
    said = {line for line in document if line.startswith(f"{own} ")}
    assert len(said) > 5
    assert said <= lines


SITE = "https://data.example.org/icc/"
OTHER_BASE = "https://id.example.net/kg/"


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a release with names of its own for a site behind https and below a path."""
    folder = tmp_path_factory.mktemp("proxied")
    small = small_sources(folder)
    settings = Settings(
        base_iri=OTHER_BASE,
        data_dir=small.data_dir,
        ontology_dir=small.ontology_dir,
        shapes_dir=small.shapes_dir,
        releases_dir=small.releases_dir,
    )
    build_release(settings, validate=False)
    server = LiveServer(settings.releases_dir, folder / "serve.log", site_url=SITE)
    yield server.url
    server.stop()


PROXIED = (
    *("", "practices", "cities", "practices?topic=education", "practice/neighbours"),
    *("city/barcelona", "country/es", "topic/education", "scheme/index", "sparql", "data/"),
    *("city-topic/barcelona/education", "def", "shapes", "catalogue", "validation", "release/"),
    "no-such-page",
)


def test_addresses_behind_a_proxy(proxied: str) -> None:
    """Below a path behind https, every link of a page and of its headers is the site's."""

    def fact(row: tuple[str, str]) -> None:
        path, prefix = row
        answer = ask(proxied, prefix + path, headers=accept("text/html", Host="127.0.0.1:1234"))
        assert answer.status == (404 if path == "no-such-page" else 200)
        text = answer.text + str(answer.headers)
        assert "127.0.0.1" not in text
        assert "localhost" not in text
        links = set(re.findall(r'\b(?:href|src|action)="([^"]*)"', answer.text))
        assert len(links) > 5
        for link in links:
            parts = urlsplit(link.replace("&amp;", "&"))
            if not parts.netloc and not link.startswith("#"):
                assert link.startswith("/icc/"), link
        for rel in ("alternate", "describedby", "next", "last", "first"):
            for address, _ in answer.links(rel):
                assert address.startswith(SITE), address

    for_all([(path, prefix) for path in PROXIED for prefix in ("icc/", "")], fact)


def test_links_behind_a_proxy_lead_somewhere(proxied: str) -> None:
    """Each link of a page, followed as the proxy would pass it on, answers."""

    def fact(path: str) -> None:
        answer = ask(proxied, f"icc/{path}", headers=accept("text/html"))
        links = set(re.findall(r'\b(?:href|src)="(/icc/[^"#]*)', answer.text))
        assert links
        for link in links - {
            "/icc/id/"
        }:  # where names begin (void:uriSpace), no address of its own
            found = ask(proxied, link[1:].replace("&amp;", "&"))
            assert found.status in (200, 303), link

    for_all([p for p in PROXIED if p not in ("no-such-page",)], fact)


def test_names_behind_a_proxy(proxied: str) -> None:
    """Things have names below the base, documents addresses below the site, and both work."""
    thing = URIRef(f"{OTHER_BASE}id/city/barcelona")
    found = graph(ask(proxied, "icc/city/barcelona.ttl"), "ttl")
    assert (thing, RDF.type, ICC.City) in found
    assert (thing, OWL.sameAs, URIRef("http://www.wikidata.org/entity/Q1492")) in found
    assert SITE not in found.serialize(format="nt")
    redirect = ask(proxied, "icc/id/city/barcelona")
    assert redirect.headers["location"] == "/icc/city/barcelona"
    page = ask(proxied, "icc/practices.ttl?size=1")
    view = graph(page, "ttl")
    assert (URIRef(f"{OTHER_BASE}practices"), HYDRA.member, None) in view
    following = str(next(view.objects(None, HYDRA.next)))
    assert following.startswith(f"{SITE}practices.ttl?")
    assert ask(proxied, f"icc/{following.removeprefix(SITE)}").status == 200


def test_tags_are_the_same_with_and_without_the_path(proxied: str) -> None:
    """A proxy may keep or strip the path: the answer and its tag are the same."""
    kept, stripped = (ask(proxied, f"{prefix}city/barcelona.nt") for prefix in ("icc/", ""))
    assert kept.body == stripped.body
    assert kept.headers["etag"] == stripped.headers["etag"]


def test_read_from_disk(real_settings: Settings, built: Built, live: str, tmp_path: Path) -> None:
    """A release too large for memory is served from its store on disk with the same answers."""
    server = LiveServer(
        real_settings.releases_dir, tmp_path / "serve.log", memory_triples=1, query_workers=1
    )
    try:
        for path in THINGS:
            expected = graph(ask(live, f"{path}.nt"), "nt")
            assert isomorphic(graph(ask(server.url, f"{path}.nt"), "nt"), expected), path
        count = "sparql?query=SELECT%20(COUNT(*)%20AS%20?n)%20%7B?s%20?p%20?o%7D&format=csv"
        assert ask(server.url, count).text == ask(live, count).text
    finally:
        server.stop()


def test_equal_tags_mean_equal_bytes(real_settings: Settings, built: Built, tmp_path: Path) -> None:
    """Two servers of one release give the same bytes under the same ETag, blank nodes too."""
    assert built.name
    other = LiveServer(real_settings.releases_dir, tmp_path / "serve.log", site_url=SITE)
    same = LiveServer(real_settings.releases_dir, tmp_path / "serve2.log", site_url=SITE)
    try:
        for path in ("shapes.ttl", "shapes.nt", "shapes.jsonld", "shapes.rdf", "validation.ttl"):
            first, second = ask(other.url, path), ask(same.url, path)
            assert first.headers["etag"] == second.headers["etag"]
            assert first.body == second.body, path
    finally:
        other.stop()
        same.stop()


@pytest.mark.parametrize(
    ("language", "title", "other"),
    [
        ("en", "Starting the debate, enabling understanding", "Pokretanje debate"),
        ("fr", "Ouvrir le débat, permettre la compréhension", "Pokretanje debate"),
    ],
)
def test_titles_are_in_the_language_of_the_reader(
    live: str, language: str, title: str, other: str
) -> None:
    """A title is shown in the reader's language, else in English; the others stand below it."""
    path = "practice/exploring-structural-racism-in-bergen"
    page = ask(live, f"{language}/{path}", headers=accept("text/html")).text
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page)
    assert heading is not None
    assert heading[1].startswith(title)
    assert other in page
    listed = ask(live, f"{language}/practices?city=bergen&size=100", headers=accept("text/html"))
    assert title in listed.text
    assert other not in listed.text
    french = ask(live, "en/practice/cuisine-ta-ville", headers=accept("text/html")).text
    assert ">Cuisine ta ville and other projects" in french
    (row,) = [
        row
        for row in csv.DictReader(io.StringIO(ask(live, "data/practices.csv").text))
        if row["key"] == "exploring-structural-racism-in-bergen"
    ]
    assert row[f"title_{language}"].startswith(title)
    assert row["title"].startswith(other)
