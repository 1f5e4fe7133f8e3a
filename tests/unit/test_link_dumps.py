"""The links as files of their own: what readers of SSSOM and of linksets find in them."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from pathlib import Path

import pytest
import sssom_pydantic
from curies import Converter
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, parse
from sssom_pydantic import MappingSet, SemanticMapping

from iccgraph.publish.pipeline import Built, build_release
from iccgraph.publish.writers.sssom import COLUMNS
from iccgraph.release.manifest import LINKS_NT, LINKS_SSSOM, LINKS_TTL
from iccgraph.serve.dataset.open import open_store
from iccgraph.settings import Settings
from iccgraph.vocab import OWL, PREFIXES, SKOS
from tests.unit.support import ROOT, add, load

DECISIONS = load(ROOT / "data" / "links.csv")
Read = tuple[list[SemanticMapping], Converter, MappingSet]


@pytest.fixture(scope="module")
def release(real_settings: Settings, built: Built) -> Path:
    """Return the folder of the real release."""
    return real_settings.releases_dir / built.name


@pytest.fixture(scope="module")
def sssom(release: Path) -> Read:
    """Return the table of links as a reader of SSSOM has it: mappings, prefixes, metadata."""
    mappings, converter, metadata = sssom_pydantic.read(release / LINKS_SSSOM)
    return mappings, converter, metadata


def mappings_in(path: Path) -> list[dict[str, str]]:
    """Return the rows of an SSSOM table as they are written."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((s for s in lines if s[:1] != "#"), delimiter="\t"))


def test_a_reader_of_sssom_finds_every_decision(sssom: Read) -> None:
    """Accepted rows are mappings, rejected ones are negated, and open ones are not there."""
    expected = {
        (
            row["subject_id"],
            "Not" if row["status"] == "rejected" else None,
            row["object_id"],
            row["predicate_id"],
            row["mapping_justification"],
            None if row["status"] == "rejected" else float(row["confidence"]),
            row["mapping_date"],
            row["comment"] or None,
        )
        for row in DECISIONS
        if row["status"] != "open"
    }
    found = [
        (
            one.subject.curie,
            one.predicate_modifier,
            one.object.curie,
            one.predicate.curie,
            one.justification.curie,
            one.confidence,
            str(one.mapping_date),
            one.comment,
        )
        for one in sssom[0]
    ]
    assert set(found) == expected
    assert len(found) == len(expected) > 200


def test_sources_are_kept(release: Path) -> None:
    """The data that state a link stand in `other`, which all readers keep, as pairs with a key."""
    stated = {
        (row["subject_id"], row["object_id"]): [s for s in row["mapping_source"].split("|") if s]
        for row in DECISIONS
    }
    found = mappings_in(release / LINKS_SSSOM)
    assert len(found) > 200
    for row in found:
        expected = [f"dc:source={s}" for s in stated[row["subject_id"], row["object_id"]]]
        assert [pair for pair in row["other"].split("|") if pair] == expected


def test_head(sssom: Read, built: Built) -> None:
    """The head has what the specification demands, and what a reader wants to know of the set."""
    _, converter, metadata = sssom
    assert str(metadata.id) == "https://w3id.org/iccgraph/data/links.sssom.tsv"
    assert str(metadata.license) == "https://creativecommons.org/licenses/by/4.0/"
    assert metadata.version == built.manifest.content.date == str(metadata.publication_date)
    assert metadata.title
    assert metadata.description
    assert converter.expand("city:oslo") == "https://w3id.org/iccgraph/id/city/oslo"
    assert converter.expand("wikidata:Q1") == "http://www.wikidata.org/entity/Q1"


def test_columns_are_slots_of_the_specification(release: Path) -> None:
    """Each column is a slot of a mapping in SSSOM 1.0, and none is empty all the way down."""
    slots = {
        *("subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id"),
        *("mapping_justification", "confidence", "mapping_date", "mapping_tool"),
        *("mapping_tool_version", "reviewer_label", "comment", "other"),
    }
    assert set(COLUMNS) <= slots
    text = (release / LINKS_SSSOM).read_text(encoding="utf-8")
    assert text.startswith("#curie_map:")
    rows = mappings_in(release / LINKS_SSSOM)
    names = list(rows[0])
    assert names == [name for name in COLUMNS if name in names]
    assert all(any(row[name] for row in rows) for name in names)
    assert all(None not in (*row, *row.values()) for row in rows)


def test_the_tool_and_its_version(small: Settings) -> None:
    """Which program found a link, and who has reviewed it, are slots of their own."""
    add(
        small,
        "links",
        like="city:barcelona",
        subject_id="topic:education",
        predicate_id="skos:exactMatch",
        object_id="wikidata:Q8434",
        mapping_tool="iccgraph link 0.1.0",
        reviewer_label="Ana",
    )
    name = build_release(small).name
    folder = small.releases_dir / name
    mappings, _, _ = sssom_pydantic.read(folder / LINKS_SSSOM)
    (one,) = [m for m in mappings if m.subject.curie == "topic:education"]
    assert one.mapping_tool is not None
    assert (one.mapping_tool.name, one.mapping_tool.version) == ("iccgraph link", "0.1.0")
    assert one.predicate.curie == "skos:exactMatch"
    assert one.subject.name == "Education"
    rows = mappings_in(folder / LINKS_SSSOM)
    (row,) = [row for row in rows if row["subject_id"] == "topic:education"]
    assert row["reviewer_label"] == "Ana"
    lines = (folder / LINKS_NT).read_text(encoding="utf-8")
    assert f"{SKOS.exactMatch} <{PREFIXES['wd']}Q8434> ." in lines
    assert stated_linksets(small, name) == Counter({OWL.sameAs: 3, SKOS.exactMatch: 1})


def stated_linksets(settings: Settings, name: str) -> Counter[NamedNode]:
    """Return how many links VoID states of each linkset that leads to Wikidata."""
    store = open_store(settings.releases_dir / name, 10**9, 0)
    rows = store.query(
        "SELECT ?p ?n { ?set a void:Linkset ; void:linkPredicate ?p ; void:triples ?n ;"
        " void:subjectsTarget ?ours ; void:objectsTarget [ void:uriSpace"
        ' "http://www.wikidata.org/entity/" ] . ?ours void:subset ?set }',
        prefixes=PREFIXES,
        use_default_graph_as_union=True,
    )
    assert isinstance(rows, QuerySolutions)
    return Counter({row["p"]: int(row["n"].value) for row in rows})


def test_the_linkset_is_what_void_says(
    release: Path, real_settings: Settings, built: Built
) -> None:
    """Both files hold the accepted links and nothing else, as many as VoID states."""
    expected = {
        (row["subject_id"], row["object_id"]) for row in DECISIONS if row["status"] == "accepted"
    }
    for path, form in ((LINKS_NT, RdfFormat.N_TRIPLES), (LINKS_TTL, RdfFormat.TURTLE)):
        triples = [quad.triple for quad in parse(path=release / path, format=form)]
        found = {
            (
                ":".join(str(getattr(t.subject, "value", "")).rsplit("/", 2)[1:]),
                "wikidata:" + str(getattr(t.object, "value", "")).rpartition("/")[2],
            )
            for t in triples
        }
        assert found == expected
        counted = Counter(t.predicate for t in triples)
        assert counted == stated_linksets(real_settings, built.name)


@pytest.mark.parametrize("path", [LINKS_SSSOM, LINKS_NT, LINKS_TTL])
def test_checksums(path: str, release: Path, built: Built) -> None:
    """The files are among the dumps, with their checksums."""
    digest = hashlib.sha256((release / path).read_bytes()).hexdigest()
    assert built.manifest.content.files[path].sha256 == digest
    sums = (release / "dumps" / "SHA256SUMS").read_text(encoding="utf-8")
    assert f"{digest}  {path.removeprefix('dumps/')}\n" in sums


def test_no_links(small: Settings) -> None:
    """Without a single link the files are there, and a reader of SSSOM finds no mapping."""
    path = small.data_dir / "links.csv"
    path.write_text(path.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")
    name = build_release(small).name
    folder = small.releases_dir / name
    mappings, _, _ = sssom_pydantic.read(folder / LINKS_SSSOM)
    assert list(mappings) == []
    assert (folder / LINKS_NT).read_bytes() == b""
    assert stated_linksets(small, name) == Counter()
