"""Eclipse RDF4J, old and new, reads what we write and is told what our store says.

RDF4J 4 knows JSON-LD 1.0 only, and asks for it as willingly as for Turtle.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

from iccgraph.formats import DATASET_FORMATS, GRAPH_FORMATS
from tests.clients.facts import COUNT, PREFIXES, Facts, read_rows
from tests.for_all import for_all
from tests.peers.installed import rdf4j_command
from tests.web.client import accept, ask

ANY = "any"
GRAPHS = tuple(format_.media_type for format_ in GRAPH_FORMATS)
DATASETS = tuple(format_.media_type for format_ in DATASET_FORMATS)
DOCUMENTS = (
    *("city/barcelona", "practice/espai-avinyo", "country/es", "topic/education", "scheme/index"),
    *("city-topic/barcelona/education", "network/australasia", "guidance", "practices", "topics"),
    *("def", "catalogue", "shapes", "validation"),
)
DUMPS = ("iccgraph.nq", "iccgraph.nt", "iccgraph.ttl", "iccgraph.jsonld")
HYDRA = "http://www.w3.org/ns/hydra/core#"
Own = tuple[str, Facts]

pytestmark = pytest.mark.parametrize("version", ["4", "5"])


def rdf4j(version: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Return what RDF4J said, which had nothing to complain about."""
    command = [*rdf4j_command(version), *words]
    done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done


def canonical(quads: Iterable[Quad]) -> frozenset[str]:
    """Return quads as text, with blank nodes that are called alike wherever they come from."""
    found = Dataset(quads)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(map(str, found))


def triples(quads: Iterable[Quad]) -> frozenset[str]:
    """Return the triples of all graphs, in the same way."""
    return canonical(Quad(*quad.triple) for quad in quads)


def loaded(version: str, pairs: Sequence[tuple[str, str]]) -> list[list[Quad]]:
    """Return what RDF4J read of each address in a format."""
    done = rdf4j(version, "load", *(word for pair in pairs for word in pair))
    parts = done.stdout.split(b"#\n")  # no line of N-Quads is so short, or ends so
    found = [list(parse(part, format=RdfFormat.N_QUADS)) for part in parts[1:]]
    assert len(found) == len(pairs)
    return found


def test_documents(live: str, version: str) -> None:
    """Each document in each format has the triples that it has as N-Triples, and in TriG more."""
    wanted = {}
    for path in DOCUMENTS:
        answer = ask(live, path, headers=accept("application/n-triples"))
        assert answer.status == 200, path
        wanted[path] = triples(parse(answer.body, format=RdfFormat.N_TRIPLES))
        assert len(wanted[path]) > 5
    pairs = [(form, path) for form in (ANY, *GRAPHS, *DATASETS) for path in DOCUMENTS]
    found = loaded(version, [(form, f"{live}{path}") for form, path in pairs])

    def fact(row: tuple[tuple[str, str], list[Quad]]) -> None:
        (form, path), quads = row
        if form in DATASETS:  # which also say who says so, of each graph
            plain = {line for line in wanted[path] if "_:" not in line}
            assert plain <= triples(quads)
        else:
            assert triples(quads) == wanted[path]

    for_all(zip(pairs, found, strict=True), fact)


def test_dumps(own: Own, version: str) -> None:
    """Each dump, in the format that the server says it has, has all triples of our store."""
    site, facts = own
    wanted = triples(facts.store)
    found = loaded(version, [(ANY, f"{site}data/{name}") for name in DUMPS])
    for_all(found, lambda quads: len(triples(quads) ^ wanted) == 0 or pytest.fail("they differ"))
    assert canonical(found[0]) == canonical(facts.store), "each in its named graph"


def test_from_thing_to_document(own: Own, version: str) -> None:
    """The IRI of a thing leads RDF4J to its document."""
    site, facts = own
    thing = f"{site}id/city/barcelona"
    wanted = facts.graph(f"CONSTRUCT {{ <{thing}> ?p ?o }} WHERE {{ <{thing}> ?p ?o }}")
    (found,) = loaded(version, [(ANY, thing)])
    assert wanted <= {quad.triple for quad in found}


def test_pages_of_a_collection(own: Own, version: str) -> None:
    """By `hydra:next` alone, page by page, RDF4J comes to all that is said of every practice."""
    site, facts = own
    done = rdf4j(version, "harvest", ANY, f"{site}practices?size=20")
    quads = list(parse(done.stdout, format=RdfFormat.N_QUADS))

    def objects(name: str) -> set[str]:
        return {str(quad.object) for quad in quads if quad.predicate.value == HYDRA + name}

    wanted = facts.rows(f"{PREFIXES} SELECT ?p {{ ?p a icc:Practice }}")
    members = objects("member")
    assert sorted((iri,) for iri in members) == wanted
    assert {total.split('"')[1] for total in objects("totalItems")} == {str(len(wanted))}
    assert int(done.stderr) > 5, "there are several pages"
    about = {quad.triple for quad in quads if str(quad.subject) in members}
    assert about == {quad.triple for quad in facts.store if str(quad.subject) in members}


@pytest.mark.parametrize(
    "query",
    [
        COUNT,
        "SELECT ?c ?label { ?c a icc:City ; rdfs:label ?label FILTER(LANG(?label) = 'fr') }",
        "SELECT ?p ?y { ?p a icc:Practice OPTIONAL { ?p icc:firstYear ?y } }",
        "SELECT ?o { ?c a icc:Country ; ?p ?o } ORDER BY ?o",
    ],
)
def test_select(live: str, facts: Facts, version: str, query: str) -> None:
    """A SELECT through RDF4J has the rows of our store, also ordered by values of many kinds."""
    done = rdf4j(version, "select", f"{live}sparql", PREFIXES + query)
    # the engine alone cannot sort values of many kinds, which the server does for it
    plain = query.removesuffix(" ORDER BY ?o")
    assert read_rows(done.stdout) == facts.rows(PREFIXES + plain)
