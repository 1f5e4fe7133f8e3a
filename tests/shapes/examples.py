"""The examples of the shapes as graphs, and what pySHACL reports of each.

Reads `shapes/*.ttl`, and of each folder in `shapes/examples` the graphs `valid-*.ttl` and the
edits `invalid-*.ru`: SPARQL 1.1 Update without prologue, applied to the `valid-full.ttl` beside it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from pyshacl import validate
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery, prepareUpdate
from rdflib.plugins.sparql.sparql import Query, Update
from rdflib.query import Result as QueryResult

SHAPES: Final = Path(__file__).parents[2] / "shapes"
EXAMPLES: Final = SHAPES / "examples"
VALID: Final = sorted(EXAMPLES.glob("*/valid-*.ttl"))
INVALID: Final = sorted(EXAMPLES.glob("*/invalid-*.ru"))
BASE: Final = "https://example.org/"


def example_id(path: Path) -> str:
    """Return the name by which a failure lists an example."""
    return f"{path.parent.name}/{path.stem}"


@cache
def shapes() -> Graph:
    """Return all shapes as one graph."""
    graph = Graph()
    for path in sorted(SHAPES.glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


@cache
def shapes_for_pyshacl() -> Graph:
    """Return a copy of the shapes for pySHACL, which writes triples of its own into it."""
    copy = Graph()
    copy += shapes()
    return copy


def edited(path: Path) -> Path:
    """Return the valid example that an edit is about."""
    return path.with_name("valid-full.ttl")


@cache
def parse_turtle(path: Path) -> Graph:
    """Return a Turtle file with the prefixes that it declares, and no others."""
    return Graph(bind_namespaces="none").parse(path, format="turtle")


def prefixes(path: Path) -> dict[str, str]:
    """Return the prefixes that an edit may use: those of the valid example that it is about."""
    return {prefix: str(name) for prefix, name in parse_turtle(edited(path)).namespaces()}


@cache
def parse_edit(path: Path) -> Update:
    """Return the operations of an edit."""
    text = path.read_text(encoding="utf-8")
    try:
        return prepareUpdate(text, initNs=prefixes(path), base=BASE)
    except Exception as error:  # rdflib's parser raises many kinds, and none names the file
        error.add_note(str(path))
        raise


parse_query: Final = cache(prepareQuery)


class Example(Graph):
    """A graph for which a rule of the shapes is parsed once, and not once an example."""

    def query(self, query_object: str | Query, *args: Any, **options: Any) -> QueryResult:
        """Return what a query finds in the graph."""
        if isinstance(query_object, str):
            query_object = parse_query(query_object)
        return super().query(query_object, *args, **options)


@cache
def read_example(path: Path) -> Example:
    """Return an example as a build hands it over: parsed from N-Triples."""
    graph = Graph()
    graph += parse_turtle(edited(path) if path.suffix == ".ru" else path)
    if path.suffix == ".ru":
        graph.update(parse_edit(path))
    example = Example()
    example.parse(data=graph.serialize(format="nt"), format="nt")
    return example


@cache
def report(path: Path) -> Graph:
    """Return pySHACL's report on an example, which is held against all shapes."""
    _, graph, _ = validate(read_example(path), shacl_graph=shapes_for_pyshacl())
    assert isinstance(graph, Graph)
    return graph
