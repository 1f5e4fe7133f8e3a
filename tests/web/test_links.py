"""`/links`: what the page, the table and the RDF tell of how far the links are."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from iccgraph.publish.pipeline import Built
from iccgraph.vocab import ICC, OWL, PREFIXES, RDF, SSSOM
from tests.conftest import ROOT
from tests.unit.support import load
from tests.web.client import accept, ask

DECISIONS = load(ROOT / "data" / "links.csv")
BASE = "https://w3id.org/iccgraph/"
ITEM = f"{PREFIXES['wd']}Q"


def table(live: str) -> list[dict[str, str]]:
    """Return the page as a table."""
    return list(csv.DictReader(io.StringIO(ask(live, "links.csv").text)))


def test_the_table_has_every_decision(live: str) -> None:
    """Each row of links.csv is a row of the table, with its evidence."""
    expected = {
        (
            row["subject_id"],
            row["object_id"].partition(":")[2],
            row["status"],
            f"{float(row['confidence']):.2f}",
            row["mapping_justification"].partition(":")[2],
            row["mapping_source"],
            row["mapping_date"],
            row["comment"],
        )
        for row in DECISIONS
    }
    found = {
        (
            f"{row['kind']}:{row['key']}",
            row["item"].rpartition("/")[2],
            row["status"],
            row["confidence"],
            row["justification"],
            row["sources"],
            row["date"],
            row["comment"],
        )
        for row in table(live)
        if row["item"]
    }
    assert found == expected


def test_the_table_has_everything_that_can_be_linked(live: str, built: Built) -> None:
    """Each city, country and topic is there once at least, and in one state."""
    states: dict[tuple[str, str], set[str]] = {}
    for row in table(live):
        states.setdefault((row["kind"], row["key"]), set()).add(row["state"])
    counts = Counter(kind for kind, _ in states)
    held: Counter[str] = Counter()
    for name, count in built.manifest.content.counts.items():
        held[name.split(" (")[0]] += count  # topics of each scheme are counted by themselves
    assert counts == {kind: held[kind] for kind in counts}
    assert set(counts) == {"city", "country", "topic"}
    assert all(len(found) == 1 for found in states.values())
    accepted = {r["subject_id"] for r in DECISIONS if r["status"] == "accepted"}
    linked = {f"{kind}:{key}" for (kind, key), found in states.items() if found == {"linked"}}
    assert linked == accepted


def test_the_page_counts_what_the_table_holds(live: str) -> None:
    """The counts of the page are those of the table, in all, by kind and by country."""
    page = ask(live, "en/links", headers=accept("text/html")).text
    states = {(r["kind"], r["key"]): r for r in table(live)}
    total = Counter(row["state"] for row in states.values())
    for word, state in (
        ("Linked", "linked"),
        ("To be checked", "open"),
        ("Rejected", "rejected"),
        ("No item found", "none"),
    ):
        assert f"<div><dt>{word}</dt><dd>{total[state]}</dd></div>" in page
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    names = {"es": "Spain", "it": "Italy", "ua": "Ukraine"}
    for country, name in names.items():
        found = Counter(row["state"] for row in states.values() if row["country"] == country)
        said = f"{name} {found['linked']} of {found.total()} linked"
        states_of = (("open", "to check"), ("rejected", "rejected"), ("none", "without an item"))
        rest = ", ".join(f"{found[state]} {words}" for state, words in states_of if found[state])
        assert (f"{said} ({rest})" if rest else said) in text


def test_the_page_lists_open_things_with_their_candidates(live: str) -> None:
    """Each thing that waits for a person is listed with its candidates and why."""
    page = ask(live, "links", headers=accept("text/html")).text
    waiting = page[page.index('aria-labelledby="open"') : page.index('aria-labelledby="kinds"')]
    open_rows = [row for row in table(live) if row["state"] == "open" and row["status"] == "open"]
    assert len(open_rows) > 10
    for row in open_rows:
        assert f'href="/city/{row["key"]}"' in waiting
        assert f"https://www.wikidata.org/wiki/{row['item'].rpartition('/')[2]}" in waiting


def test_the_page_in_french(live: str) -> None:
    """The page speaks French."""
    page = ask(live, "fr/links", headers=accept("text/html")).text
    assert "Liens vers Wikidata" in page
    assert "À vérifier" in page
    assert "non relevés pour ces données" in page
    assert "A person still has to" not in page


def test_the_page_leads_to_the_files(live: str) -> None:
    """The three files of links can be had from the page."""
    page = ask(live, "links", headers=accept("text/html")).text
    for name in ("links.sssom.tsv", "links.nt", "links.ttl"):
        assert f'href="/data/{name}"' in page
        assert ask(live, f"data/{name}").status == 200
    assert ask(live, "data/links.sssom.tsv").type == "text/tab-separated-values"


def test_rdf_is_the_graph_of_links(live: str, built: Built) -> None:
    """As RDF it is the named graph `links`, as large as the manifest says."""
    content = ask(live, "links.nt").body
    triples = {quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES)}
    assert len(triples) == built.manifest.content.graphs["links"]
    decided = Counter(str(t.object) for t in triples if t.predicate == ICC.linkStatus)
    assert decided == Counter(f'"{row["status"]}"' for row in DECISIONS)


def test_no_program_takes_a_candidate_for_a_link(live: str) -> None:
    """Only accepted items are axioms or objects of a link; rejected ones are negated."""
    content = ask(live, "links.nt").body
    triples = [quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES)]
    status = {t.subject: str(t.object).strip('"') for t in triples if t.predicate == ICC.linkStatus}
    links, axioms, negated = set(), set(), set()
    for triple in triples:
        value = triple.object
        item = isinstance(value, NamedNode) and value.value.startswith(ITEM)
        if item and triple.predicate not in (RDF.object, OWL.annotatedTarget):
            links.add((str(triple.subject), str(value)))
        if value == OWL.Axiom:
            axioms.add(triple.subject)
        if triple.predicate == SSSOM.predicate_modifier:
            negated.add(triple.subject)
    accepted = [row for row in DECISIONS if row["status"] == "accepted"]
    assert links == {
        (
            f"<{BASE}id/{row['subject_id'].replace(':', '/')}>",
            f"<{PREFIXES['wd']}{row['object_id'].partition(':')[2]}>",
        )
        for row in accepted
    }
    assert axioms == {node for node, state in status.items() if state == "accepted"}
    assert negated == {node for node, state in status.items() if state == "rejected"}


def test_the_catalogue_names_the_files_of_the_linkset(live: str) -> None:
    """VoID says where the linkset is to be had, and nothing of one that has no link."""
    lines = ask(live, "catalogue.nt").text.splitlines()
    dumps = [line.split()[2] for line in lines if "#links-wikidata> <http" in line]
    dumps = [address for address in dumps if "/data/" in address]
    site = live.replace("127.0.0.1", "localhost")
    assert sorted(dumps) == [f"<{site}data/links.nt>", f"<{site}data/links.ttl>"]
    assert not any("links-wikidata-topics" in line for line in lines)


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        (
            "city/barcelona",
            ("decision accepted", "Who’s On First", "certainty 98 of 100", "Q3129773"),
        ),
        ("country/es", ("decision accepted", "Q29")),
    ],
)
def test_pages_show_the_evidence(live: str, path: str, texts: tuple[str, ...]) -> None:
    """The page of a thing shows its item, and what the decision rests on."""
    page = ask(live, f"en/{path}", headers=accept("text/html")).text
    section = page[page.index('aria-labelledby="identity"') :].partition("</section>")[0]
    for text in texts:
        assert text in section


def test_a_page_without_a_decision(live: str) -> None:
    """The page of a thing that nobody has decided about says nothing of identities."""
    page = ask(live, "topic/education", headers=accept("text/html")).text
    assert 'aria-labelledby="identity"' not in page
