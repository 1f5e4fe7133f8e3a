"""The example queries that ask Wikidata have answers, with a made graph in its place."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from iccgraph.iris import Iris
from iccgraph.publish.sources.queries import query_files
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import PREFIXES
from tests.federation.standin import WIKIDATA
from tests.web.client import ask, rows, sparql

DATA = Path(__file__).parent.parent.parent / "data"
KEYS = [path.stem for path in query_files(DATA) if "SERVICE" in path.read_text("utf-8")]
FACTS = {
    "50-population-on-wikidata": {"name": "Barcelona", "population": "1686208"},
    "51-practices-by-region": {"regionName": "Barcelona Province", "cities": "2"},
    "52-mayors": {"name": "Sabadell", "leaderName": "Made Name of Sabadell"},
    "53-twin-towns": {"name": "Barcelona", "twinName": "Lisbon"},
    "54-names-in-another-language": {"name": "Melitopol", "nameThere": "Мелітополь"},
    "55-practices-per-million": {"name": "Norway", "population": "5550203"},
    "56-official-websites": {"name": "Lisbon", "website": "https://www.lisboa.pt/"},
}
"""A part of one row of each answer."""


def test_every_one_has_a_fact() -> None:
    """There are at least five such examples, and something is known of each answer."""
    assert len(KEYS) >= 5
    assert list(FACTS) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_answer(federated: str, release: OpenRelease, key: str) -> None:
    """Each has rows, none twice, and among them what the other endpoint says."""
    (query,) = [query for query in release.queries if query.key == key]
    found = rows(sparql(federated, query.query))
    assert len(found) == len({tuple(sorted(row.items())) for row in found})
    assert any(FACTS[key].items() <= row.items() for row in found)


@pytest.mark.parametrize("key", KEYS)
def test_mark(release: OpenRelease, key: str) -> None:
    """The release and the graph say which endpoint an example asks."""
    (query,) = [query for query in release.queries if query.key == key]
    assert query.services == (WIKIDATA,)
    thing = f"<{Iris().example(key)}> <{PREFIXES['spex']}federatesWith> <{WIKIDATA}>"
    assert bool(release.store.query(f"ASK {{ GRAPH ?g {{ {thing} }} }}"))


def test_others_have_no_mark(release: OpenRelease) -> None:
    """An example that asks us alone names no other endpoint."""
    assert [query.key for query in release.queries if query.services] == KEYS


def test_named_query_with_a_value(federated: str) -> None:
    """A value of a named query goes to the other endpoint too, and its page asks on demand."""
    found = rows(ask(federated, "queries/names-in-another-language?language=UK"))
    assert {"name": "Melitopol", "nameThere": "Мелітополь"}.items() <= {
        (name, row[name]) for row in found for name in ("name", "nameThere")
    }
    other = rows(ask(federated, "queries/names-in-another-language?language=ja"))
    assert not any(row["nameThere"] == "Мелітополь" for row in other)
    leaders = rows(ask(federated, "queries/mayors?country=pt"))
    assert {row["name"] for row in leaders} >= {"Lisbon"}
    assert "Barcelona" not in {row["name"] for row in leaders}
    pages = [ask(federated, f"en/queries/mayors{more}").text for more in ("", "?country=es&ask=1")]
    assert ["Made Name of Sabadell" in text for text in pages] == [False, True]
    for value in ('"x', '"} } #', "uk> <urn:x"):
        refused = ask(federated, f"queries/names-in-another-language?language={quote(value)}")
        assert refused.status == 400
