"""Comunica asks our endpoint and walks from document to document, and finds what our store says."""

from __future__ import annotations

import json

import pytest

from tests.clients.comunica import answered, guarded, http_requests, rows, run
from tests.clients.facts import COUNT, PREFIXES, Facts, read_graph
from tests.peers.installed import node_command

ENGINE = "comunica-sparql"
WALKER = "comunica-sparql-link-traversal"
N_TRIPLES = "application/n-triples"
Own = tuple[str, Facts]

SELECTS = {
    "everything": COUNT,
    "graphs": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "one graph": "SELECT ?s { GRAPH <{site}graph/topics> { ?s a skos:ConceptScheme } }",
    "from": "SELECT ?s FROM <{site}graph/topics> { ?s a skos:ConceptScheme }",
    "texts": "SELECT ?c ?label { ?c a icc:City ; rdfs:label ?label FILTER(LANG(?label) = 'fr') }",
    "optional": "SELECT ?p ?y { ?p a icc:Practice OPTIONAL { ?p icc:firstYear ?y } }",
    "path": "SELECT ?c ?iso { ?c a icc:City ; icc:country/icc:iso3 ?iso }",
    "sums": "SELECT ?t (COUNT(?p) AS ?n) { ?p a icc:Practice ; dcterms:subject ?t } GROUP BY ?t",
    "values": "SELECT ?s ?l { VALUES ?s { <{site}id/country/es> <{site}def> } ?s rdfs:label ?l }",
    "without": "SELECT ?p { ?p a icc:Practice FILTER NOT EXISTS { ?p icc:city ?c } }",
    "page": "SELECT ?c { ?c a icc:City } ORDER BY DESC(?c) LIMIT 7 OFFSET 20",
}
CITIES = "SELECT DISTINCT ?c ?l { ?c icc:country ?k ; rdfs:label ?l . ?k icc:iso3 'ESP' }"
PRACTICES = "SELECT DISTINCT ?p { ?p a icc:Practice }"
WALKS = {
    "its practices": "SELECT DISTINCT ?p ?y { ?p icc:city <{start}> ; icc:firstYear ?y }",
    "its country": "SELECT DISTINCT ?k ?iso { <{start}> icc:country ?k . ?k icc:iso3 ?iso }",
    "two steps": "SELECT DISTINCT ?t ?d { ?p icc:city <{start}> ; dcterms:subject ?t . "
    "?t skos:definition ?d }",
}


def on(site: str, query: str) -> str:
    """Return a query with its prefixes and with the address of the server in place."""
    start = f"{site}id/city/barcelona"
    return PREFIXES + query.replace("{site}", site).replace("{start}", start)


@pytest.mark.parametrize("name", SELECTS)
def test_select(own: Own, name: str) -> None:
    """Comunica finds the endpoint by its description, and gets the rows of our store."""
    site, facts = own
    query = on(site, SELECTS[name])
    text = answered(ENGINE, [f"{site}sparql"], query)
    assert rows(text) == facts.rows(query)
    assert http_requests(text) == 2, "one for the description, one for the whole query"


@pytest.mark.parametrize("kind", ["icc:City", "icc:NoSuchThing"])
def test_ask(own: Own, kind: str) -> None:
    """An ASK through Comunica is true for what is there, and false for what is not."""
    site, facts = own
    query = on(site, f"ASK {{ ?s a {kind} }}")
    said = json.loads(answered(ENGINE, [f"{site}sparql"], query))
    assert said["boolean"] is facts.true(query) is (kind == "icc:City")


def test_construct(own: Own) -> None:
    """A CONSTRUCT through Comunica has the triples of our store."""
    site, facts = own
    query = on(site, "CONSTRUCT { ?c rdfs:label ?l } WHERE { ?c a icc:City ; rdfs:label ?l }")
    text = answered(ENGINE, [f"{site}sparql"], query, N_TRIPLES)
    assert read_graph(text) == facts.graph(query)


def test_describe(own: Own) -> None:
    """What Comunica describes of a thing is all that our store says of it."""
    site, facts = own
    thing = f"<{site}id/city/barcelona>"
    text = answered(ENGINE, [f"{site}sparql"], f"DESCRIBE {thing}", N_TRIPLES)
    wanted = facts.graph(f"CONSTRUCT {{ {thing} ?p ?o }} WHERE {{ {thing} ?p ?o }}")
    assert read_graph(text) == wanted


def test_another_address_of_the_endpoint(live: str, facts: Facts) -> None:
    """The endpoint is also found where its address is not the one that it names itself by."""
    assert live.startswith("http://127.0.0.1:")  # while the site calls itself localhost
    query = on(live, COUNT)
    assert rows(answered(ENGINE, [f"{live}sparql"], query)) == facts.rows(query)


def test_join_of_endpoint_and_document(own: Own) -> None:
    """A query over the endpoint and a document together has the rows of our store."""
    site, facts = own
    query = on(site, CITIES)
    text = answered(ENGINE, [f"{site}sparql", f"{site}country/es"], query)
    assert rows(text) == facts.rows(query)


@pytest.mark.parametrize("form", ["ttl", "nt", "nq", "jsonld"])
def test_dump(own: Own, form: str) -> None:
    """Comunica reads a whole dump, by its media type, and counts the triples of our store."""
    site, facts = own
    query = on(site, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    if form == "nq":
        query = on(site, SELECTS["graphs"])
    assert rows(answered(ENGINE, [f"{site}data/iccgraph.{form}"], query)) == facts.rows(query)


@pytest.mark.parametrize("address", ["practices", "practices.ttl", "practices?size=50"])
def test_pages_of_a_collection(own: Own, address: str) -> None:
    """Comunica follows the pages of a collection to the last, and finds each practice."""
    site, facts = own
    query = on(site, PRACTICES)
    wanted = facts.rows(query)
    assert len(wanted) > 100
    assert rows(answered(ENGINE, [site + address], query)) == wanted


def test_harvest_of_a_collection(own: Own) -> None:
    """Over the pages of a collection alone, a query finds what the endpoint finds of all items."""
    site, facts = own
    query = on(
        site,
        "SELECT ?p ?title ?city ?topic ?year { ?p a icc:Practice ; dcterms:title ?title ; "
        "dcterms:subject ?topic OPTIONAL { ?p icc:city ?city } "
        "OPTIONAL { ?p icc:firstYear ?year } }",
    )
    assert len(facts.rows(query)) > 500
    assert rows(answered(ENGINE, [f"{site}practices"], query)) == facts.rows(query)


def test_pages_of_a_part_of_a_collection(own: Own) -> None:
    """The pages of a filtered collection lead to the things of the filter, and no others."""
    site, facts = own
    address = f"{site}practices?topic=education&size=5"
    topic = f"<{site}id/topic/education>"
    wanted = facts.rows(on(site, f"SELECT ?p {{ ?p a icc:Practice ; dcterms:subject {topic} }}"))
    assert len(wanted) > 5
    assert rows(answered(ENGINE, [address], on(site, PRACTICES))) == wanted


def test_pages_from_the_number_of_the_first(own: Own) -> None:
    """Pages can also be followed from the first by its number."""
    site, facts = own
    query = on(site, PRACTICES)
    assert rows(answered(ENGINE, [f"{site}practices?page=1"], query)) == facts.rows(query)


@pytest.mark.parametrize("name", WALKS)
def test_walk(own: Own, name: str) -> None:
    """Link traversal from a city’s IRI finds, in documents alone, what our store says."""
    site, facts = own
    query = on(site, WALKS[name])
    text = answered(WALKER, [f"{site}id/city/barcelona"], query)
    assert rows(text) == facts.rows(query)


def test_refusal_is_told(live: str) -> None:
    """A query that is refused ends Comunica with our own words."""
    query = "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
    done = run(ENGINE, f"sparql@{live}sparql", "--query", query)
    assert done.returncode != 0
    assert "is not allowed" in done.stderr


def test_nothing_leaves_this_machine() -> None:
    """The guard that these tests put around node lets it reach no other machine."""
    script = "fetch('http://192.0.2.1/').catch(e => console.log(e.cause.message))"
    done = guarded([*node_command(), "--eval", script])
    assert done.stdout.strip() == "a test wants to reach 192.0.2.1"
