"""rdflib reads things by their IRIs alone, and asks our endpoint as one of its stores."""

from __future__ import annotations

import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Triple
from rdflib import DCTERMS, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.query import ResultRow

from tests.clients.facts import PREFIXES, Facts, read_graph
from tests.for_all import for_all

pytestmark = pytest.mark.filterwarnings(
    # rdflib's own parsers of JSON-LD and N-Triples still make one
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
)
ICC = Namespace("https://w3id.org/iccgraph/def#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
BASE = "https://w3id.org/iccgraph/"
THINGS = (
    "practice/espai-avinyo",
    "city/barcelona",
    "country/es",
    "topic/education",
    "city-topic/barcelona/education",
)
FORMATS = ("json-ld", "nt", "turtle", "xml")
Own = tuple[str, Facts]


@pytest.fixture(autouse=True)
def words_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rdflib keep numbers and dates as they are written, so that terms can be compared."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def triples_of(graph: Graph) -> set[Triple]:
    """Return the triples of rdflib’s graph as our store has them."""
    return read_graph(graph.serialize(format="nt", encoding="utf-8"), RdfFormat.N_TRIPLES)


def said_of(facts: Facts, thing: str) -> set[Triple]:
    """Return all that our store says of a thing."""
    return facts.graph(f"CONSTRUCT {{ <{thing}> ?p ?o }} WHERE {{ <{thing}> ?p ?o }}")


def test_thing_by_its_iri(own: Own) -> None:
    """`Graph().parse(<thing>)` without a format is led to the document and reads all of it."""
    site, facts = own

    def fact(path: str) -> None:
        thing = f"{site}id/{path}"
        triples = triples_of(Graph().parse(thing))
        assert said_of(facts, thing) <= triples
        assert triples <= facts.document(path, site)

    for_all(THINGS, fact)


def test_each_format(own: Own) -> None:
    """Asked for one of its formats, rdflib gets that one and reads the same triples."""
    site, _ = own
    thing = f"{site}id/city/barcelona"
    wanted = triples_of(Graph().parse(thing))

    def fact(form: str) -> None:
        assert triples_of(Graph().parse(thing, format=form)) == wanted

    for_all(FORMATS, fact)


def test_documents(own: Own) -> None:
    """The other documents of the site are read without a format too, as in N-Triples."""
    site, _ = own

    def fact(path: str) -> None:
        guessed = Graph().parse(site + path)
        assert len(guessed) > 10
        assert len(guessed) == len(Graph().parse(f"{site}{path}.nt"))

    for_all(("def", "shapes", "catalogue", "validation", "practices"), fact)


def test_following_links(own: Own) -> None:
    """From a city, a program comes to the themes of its practices by their IRIs alone."""
    site, facts = own
    city = URIRef(f"{site}id/city/barcelona")
    things = [str(thing) for thing in Graph().parse(city).subjects(ICC.city, city)]
    practices = [thing for thing in things if "/practice/" in thing]
    found = set()
    for practice in practices:
        found |= set(Graph().parse(practice).objects(URIRef(practice), DCTERMS.subject))
    query = f"SELECT DISTINCT ?t {{ ?p a icc:Practice ; icc:city <{city}> ; dcterms:subject ?t }}"
    assert sorted((topic.n3(),) for topic in found) == facts.rows(PREFIXES + query)


def harvest(address: str) -> tuple[Graph, list[str]]:
    """Return what all pages of a list say together, and the addresses that were read."""
    graph, seen, waiting = Graph(), list[str](), [address]
    while waiting:
        page = waiting.pop()
        seen.append(page)
        graph.parse(page)
        following = set(map(str, graph.objects(None, HYDRA.next))) - set(seen)
        assert len(following) <= 1, "no page leads to two, or back to one that was read"
        waiting += following
    return graph, seen


LISTS = {
    "practices": "practice",
    "cities?size=100": "city",
    "countries": "country",
    "topics": "topic",
    "topics?scheme=website": "topic",
    "schemes": "scheme",
    "city-topics?size=200": "city-topic",
    "city-topics?scheme=website&size=200": "city-topic",
    "networks?size=5": "network",
    "memberships?size=100": "membership",
    "assessments?size=100": "assessment",
    "profiles?size=1": "profile",
    "guidance": "guidance",
}
"""Lists with the kind of their members: of the two topic schemes each has half."""


def test_harvest_of_all_lists(own: Own) -> None:
    """Page by page, a program comes to each thing of each kind once, with all that is said of it.

    There is an end, and nothing is said of a thing that is not so. Groups of topics are no topics.
    """
    site, facts = own
    found = dict[str, set[str]]()

    def fact(path: str) -> None:
        graph, pages = harvest(site + path)
        assert len(pages) == len(set(pages))
        members = set(map(str, graph.objects(None, HYDRA.member)))
        (total,) = set(graph.objects(None, HYDRA.totalItems))
        assert int(str(total)) == len(members)
        assert not members & found.setdefault(LISTS[path], set())
        found[LISTS[path]] |= members
        triples = triples_of(graph)
        about = {t for t in triples if str(t.subject)[1:-1] in members}
        wanted = {q.triple for q in facts.store if str(q.subject)[1:-1] in members}
        assert (about - wanted, wanted - about) == (set(), set())

    for_all(LISTS, fact)
    groups = set(facts.store.quads_for_pattern(None, None, NamedNode(SKOS.Collection), None))
    subjects = {q.subject for q in facts.store} - {q.subject for q in groups}
    things = {s.value for s in subjects if isinstance(s, NamedNode)}
    for kind, members in found.items():
        start = f"{site}id/{kind}/"
        listed = {t for t in things if t.startswith(start) and "#" not in t}
        assert members == listed, kind


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_store(live: str, facts: Facts, method: str, form: str) -> None:
    """As a store, our endpoint has the size, the triples and the values of our own."""
    graph = Graph(SPARQLStore(f"{live}sparql", method=method, returnFormat=form))
    assert len(graph) == len(facts.graph("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"))
    city = URIRef(f"{BASE}id/city/barcelona")
    assert Literal("Barcelone", lang="fr") in set(graph.objects(city, RDFS.label))
    pairs = facts.rows(PREFIXES + "SELECT ?c ?k { ?c a icc:City ; icc:country ?k }")
    cities = set(graph.subjects(RDF.type, ICC.City))
    assert sorted({(c.n3(),) for c in cities}) == sorted({(c,) for c, _ in pairs})
    answer = list(graph.predicate_objects(city))
    assert len(answer) == len(said_of(facts, city))


@pytest.mark.parametrize("name", ["topics", "derived"])
def test_store_of_one_graph(live: str, facts: Facts, name: str) -> None:
    """A graph of the store with the name of one of ours has that one’s triples alone."""
    graph = URIRef(f"{BASE}graph/{name}")
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    assert len(Graph(SPARQLStore(f"{live}sparql"), identifier=graph)) == len(facts.graph(query))


def test_query_with_values(live: str, facts: Facts) -> None:
    """A query whose variables rdflib binds has the rows of our store."""
    graph = Graph(SPARQLStore(f"{live}sparql"))
    query = "SELECT ?c ?l { ?c icc:country ?k ; rdfs:label ?l }"
    found = graph.query(PREFIXES + query, initBindings={"k": URIRef(f"{BASE}id/country/es")})
    rows = sorted(tuple(term.n3() for term in row) for row in found if isinstance(row, ResultRow))
    assert rows == facts.rows(PREFIXES + query.replace("?k ;", f"<{BASE}id/country/es> ;"))


def test_construct_and_ask(live: str, facts: Facts) -> None:
    """A CONSTRUCT makes a graph of the triples of our store, and an ASK is true or false."""
    graph = Graph(SPARQLStore(f"{live}sparql"))
    query = PREFIXES + "CONSTRUCT { ?c rdfs:label ?l } WHERE { ?c a icc:City ; rdfs:label ?l }"
    made = graph.query(query).graph
    assert made is not None
    assert triples_of(made) == facts.graph(query)
    assert graph.query(f"{PREFIXES} ASK {{ ?s a icc:City }}").askAnswer is True
    assert graph.query(f"{PREFIXES} ASK {{ ?s a icc:NoSuchThing }}").askAnswer is False
