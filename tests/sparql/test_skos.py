"""Only concepts stand in SKOS relations: what SKOS would conclude of anything else is not so.

Source: SKOS Reference, sections 4 and 8 (S17 to S27) and 10 (S39 to S46): both sides of a semantic
or mapping relation are concepts, and what has a top concept is a scheme.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from pyoxigraph import QuerySolutions, RdfFormat, Store

from iccgraph.publish.pipeline import Built
from iccgraph.serve.dataset.open import open_store
from iccgraph.settings import Settings
from iccgraph.vocab import PREFIXES

ROOT: Final = Path(__file__).parents[2]
RELATIONS: Final = (
    *("semanticRelation", "broader", "narrower", "related", "broaderTransitive"),
    *("narrowerTransitive", "mappingRelation", "exactMatch", "closeMatch", "broadMatch"),
    *("narrowMatch", "relatedMatch"),
)
BOTH: Final = "|".join(f"skos:{name}|^skos:{name}" for name in RELATIONS)
SIDES: Final = {
    BOTH: "skos:Concept",
    "skos:topConceptOf|^skos:hasTopConcept": "skos:Concept",
    "^skos:topConceptOf|^skos:inScheme|skos:hasTopConcept": "skos:ConceptScheme",
    "skos:member|skos:memberList": "skos:Collection",
}
"""Ways that begin at a thing, and the class that SKOS then puts it into."""


def offending(store: Store) -> list[str]:
    """Return the things that SKOS would put into a class, and that are of others only."""
    found = []
    for way, kind in SIDES.items():
        query = (
            f"SELECT DISTINCT ?thing {{ ?thing {way} ?other . ?thing a ?class ."
            f" FILTER NOT EXISTS {{ ?thing a {kind} }} }}"
        )
        rows = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
        assert isinstance(rows, QuerySolutions)
        found += [f"{row['thing']} is no {kind}" for row in rows]
    return found


def test_the_release(built: Built, real_settings: Settings) -> None:
    """Nothing in the release is a concept, scheme or collection by what SKOS concludes alone."""
    folder = real_settings.releases_dir / built.name
    store = open_store(folder, 10**9, built.manifest.content.counts["triples"])
    query = f"ASK {{ ?topic a skos:Concept ; {BOTH} ?other }}"
    assert store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert offending(store) == []


def test_the_examples() -> None:
    """Nothing in an example of the vocabulary or the shapes is one either."""
    paths = [*ROOT.glob("ontology/examples/*.ttl"), *ROOT.glob("shapes/examples/*/valid-*.ttl")]
    assert len(paths) > 30
    for path in paths:
        store = Store()
        store.load(path=path, format=RdfFormat.TURTLE, base_iri="https://example.org/")
        assert offending(store) == [], path.relative_to(ROOT)


@pytest.mark.parametrize("way", ["skos:closeMatch", "skos:broader", "^skos:exactMatch"])
def test_a_place_is_found(way: str) -> None:
    """A place on either side of a relation is found."""
    store, place = Store(), "<https://example.org/place>"
    side = way.removeprefix("^")
    pair = (place, "<x:other>") if side == way else ("<x:other>", place)
    store.update(
        f"INSERT DATA {{ {place} a icc:City . {pair[0]} {side} {pair[1]} }}", prefixes=PREFIXES
    )
    assert offending(store) == [f"{place} is no skos:Concept"]
