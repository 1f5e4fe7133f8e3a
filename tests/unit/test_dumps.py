"""Every dump of a release says the same, in a form that its readers take."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import rdflib
from csvw import CSVW
from pyld import jsonld
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, Store, parse

from iccgraph.iris import DEFAULT_BASE
from iccgraph.publish.pipeline import Built, build_release
from iccgraph.publish.writers.files import CsvFile, HashedFile
from iccgraph.release.description import DUMPS, KINDS
from iccgraph.release.manifest import (
    CONTEXT,
    JSONLD,
    QUADS,
    RDFXML,
    TRIG,
    TRIPLES,
    TURTLE,
)
from iccgraph.settings import Settings
from iccgraph.vocab import DCTERMS, PREFIXES, RDF
from tests.for_all import for_all
from tests.jsonld import newer
from tests.unit.support import add, change


@pytest.fixture(scope="module")
def release(real_settings: Settings, built: Built) -> Path:
    """Return the folder of the real release."""
    return real_settings.releases_dir / built.name


def triples(path: Path, form: RdfFormat) -> Dataset:
    """Return the triples of a dump, whatever graph they are in, with comparable blank nodes."""
    dataset = Dataset(Quad(*quad.triple) for quad in parse(path=path, format=form))
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


@pytest.mark.parametrize(
    ("name", "form"),
    [
        (TRIPLES, RdfFormat.N_TRIPLES),
        (TURTLE, RdfFormat.TURTLE),
        (JSONLD, RdfFormat.JSON_LD),
        (RDFXML, RdfFormat.RDF_XML),
        (TRIG, RdfFormat.TRIG),
    ],
)
def test_same_triples(release: Path, name: str, form: RdfFormat) -> None:
    """Each dump holds exactly the triples of the N-Quads."""
    assert triples(release / name, form) == triples(release / QUADS, RdfFormat.N_QUADS)


def test_same_named_graphs(release: Path) -> None:
    """The TriG holds each statement in the named graph in which the N-Quads have it."""
    trig, quads = (
        Dataset(parse(path=release / name, format=form))
        for name, form in ((TRIG, RdfFormat.TRIG), (QUADS, RdfFormat.N_QUADS))
    )
    for dataset in (trig, quads):
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    assert trig == quads


@pytest.mark.parametrize("part", KINDS)
def test_parts(release: Path, part: str) -> None:
    """The Turtle of a part has every statement about its things that the whole has, and no other.

    What is said of a thing's parts and of its record comes with it.
    """
    whole = set(parse(path=release / TURTLE, format=RdfFormat.TURTLE))
    found = set(parse(path=release / DUMPS / f"{part}.ttl", format=RdfFormat.TURTLE))
    assert found < whole
    starts = tuple(f"<{DEFAULT_BASE}id/{kind}/" for kind in KINDS[part])
    assert {quad for quad in whole if str(quad.subject).startswith(starts)} <= found
    others = tuple(
        f"<{DEFAULT_BASE}id/{kind}/" for other in KINDS if other != part for kind in KINDS[other]
    )
    assert [quad for quad in found if str(quad.subject).startswith(others)] == []


def test_gzip_twins(release: Path, built: Built) -> None:
    """Each dump has a twin that holds the same, and neither a time nor a name (RFC 1952)."""
    files = built.manifest.description.files
    inner = [file.inner for file in files if file.inner]
    assert sorted(inner) == sorted(file.name for file in files if not file.inner)

    def fact(name: str) -> None:
        packed = (release / DUMPS / f"{name}.gz").read_bytes()
        assert gzip.decompress(packed) == (release / DUMPS / name).read_bytes()
        flags, time = packed[3], packed[4:8]
        assert (flags, time) == (0, bytes(4))

    for_all(inner, fact)


def test_csvw(release: Path, built: Built) -> None:
    """Another library reads each table by its metadata, finds nothing wrong, and keeps `008`."""
    found: dict[str, list[dict[str, object]]] = {}
    for file in built.manifest.description.files:
        if file.columns and not file.inner:
            metadata = CSVW(f"{release / DUMPS / file.name}-metadata.json", validate=True)
            assert metadata.is_valid, file.name
            found[file.name] = [dict(row) for row in metadata.tables[0].iterdicts()]
            assert len(found[file.name]) == file.rows
            assert list(found[file.name][0]) == [column.name for column in file.columns]
    codes = {row["key"]: row["iso_numeric"] for row in found["countries.csv"]}
    assert (codes["al"], codes["es"]) == ("008", "724")
    practice = next(row for row in found["practices.csv"] if row["key"] == "surf-art")
    assert practice["cities"] == ["cascais"]
    assert practice["first_year"] == 2017
    assert practice["ongoing"] is True


def test_other_parser(first_release: Settings) -> None:
    """Another library reads the same graph from Turtle as from N-Triples."""
    (folder,) = (p for p in first_release.releases_dir.iterdir() if p.is_dir())
    turtle = rdflib.Graph().parse(folder / TURTLE, format="turtle")
    lines = rdflib.Graph().parse(folder / TRIPLES, format="nt")
    assert {t for t in turtle if not any(isinstance(x, rdflib.BNode) for x in t)} == {
        t for t in lines if not any(isinstance(x, rdflib.BNode) for x in t)
    }
    assert len(turtle) == len(lines)


def test_context_is_inline(first_release: Settings) -> None:
    """The JSON-LD dump needs no other document to be read, and says what the N-Triples say."""
    (folder,) = (p for p in first_release.releases_dir.iterdir() if p.is_dir())
    document = json.loads((folder / JSONLD).read_bytes())
    assert isinstance(document["@context"], dict)
    assert document["@context"]["icc"] == "https://w3id.org/iccgraph/def#"
    node = next(n for n in document["@graph"] if n["id"].endswith("/id/city/lisbon"))
    one = {"@context": document["@context"], **node}
    read = jsonld.to_rdf(one, {"format": "application/n-quads"})
    lines = (folder / TRIPLES).read_text(encoding="utf-8").splitlines()
    assert set(read.splitlines()) == {
        line for line in lines if "/id/city/lisbon" in line.split()[0]
    }


def test_jsonld_of_version_1_0(release: Path) -> None:
    """The JSON-LD dump and the context hold nothing that came with JSON-LD 1.1."""
    for path in (JSONLD, CONTEXT):
        assert not list(newer(json.loads((release / path).read_bytes()))), path


def test_counts(release: Path, built: Built) -> None:
    """The manifest counts the quads of each graph and all of them."""
    found: dict[str, int] = {}
    for quad in parse(path=release / QUADS, format=RdfFormat.N_QUADS):
        name = str(quad.graph_name).rstrip(">").rpartition("/")[2]
        found[name] = found.get(name, 0) + 1
    content = built.manifest.content
    assert {name: n for name, n in content.graphs.items() if n} == found
    assert content.counts["triples"] == sum(found.values())


def test_literals_are_those_of_the_store(release: Path) -> None:
    """The store gives each statement back as the dumps have it, numbers and days too."""
    quads = set(parse(path=release / QUADS, format=RdfFormat.N_QUADS))
    store = Store()
    store.extend(quads)
    assert set(store) == quads


def test_no_statement_twice(release: Path) -> None:
    """No quad stands twice in the dump."""
    lines = (release / QUADS).read_bytes().splitlines()
    assert len(set(lines)) == len(lines)


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_checksums(release: Path) -> None:
    """The list of checksums is one that `sha256sum --check` takes, and names every dump."""
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    done = subprocess.run(command, cwd=release / "dumps", capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    named = {line.split()[1] for line in (release / "dumps/SHA256SUMS").read_text().splitlines()}
    assert named == {p.name for p in (release / "dumps").iterdir()} - {"SHA256SUMS"}


# Tables for spreadsheets.


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a table of a release."""
    with (folder / "dumps" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["practices", "cities", "countries", "topics", "city-topics"])
def test_form_of_tables(release: Path, name: str) -> None:
    """A table begins with a byte order mark and has Windows line ends, as spreadsheets want."""
    content = (release / "dumps" / f"{name}.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfiri,")
    assert content.endswith(b"\r\n")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("practices", "practice"),
        ("cities", "city"),
        ("countries", "country"),
        ("topics", "topic"),
        ("city-topics", "city-topic"),
    ],
)
def test_rows_of_tables(release: Path, built: Built, name: str, kind: str) -> None:
    """A table has one row for each thing of its kind."""
    rows = table(release, name)
    assert len({row["iri"] for row in rows}) == len(rows)
    counts = built.manifest.content.counts  # those of each topic scheme by themselves
    assert len(rows) == sum(n for name, n in counts.items() if name.split(" (")[0] == kind)
    assert all(f"/id/{kind}/" in row["iri"] for row in rows)


def test_row_of_a_practice(first_release: Settings) -> None:
    """The row of a practice has its names, places, topics, time and sources."""
    (folder,) = (p for p in first_release.releases_dir.iterdir() if p.is_dir())
    row = next(r for r in table(folder, "practices") if r["key"] == "neighbours")
    assert row["cities"] == "barcelona|cordoba"
    assert row["city_names"] == "Barcelona|Córdoba"
    assert row["topics"] == "neighbourhood|education"
    assert (row["period_edtf"], row["first_year"], row["last_year"]) == (
        "2016/2018",
        "2016",
        "2018",
    )
    assert (row["ongoing"], row["recorded_on"]) == ("", "2026-11-20")


def test_texts_have_a_column_a_language(small: Settings) -> None:
    """A text and its translation stand in two columns, the values of one language in one cell."""
    texts = {"summary_fr": "Des voisins.", "prizes": "First|Second", "prizes_fr": "Un|Deux"}
    more = {
        "partners": "Red Cross|Town hall",
        "start_year": "2014",
        "translated_titles": "Voisins@fr",
    }
    read = {"sections_pages": "https://example.org/", "sections_read_on": "2026-11-22"}
    change(small, "practices", "neighbours", **texts, **more, **read)
    name = build_release(small, validate=False).name
    row = next(r for r in table(small.releases_dir / name, "practices") if r["key"] == "neighbours")
    assert (row["summary"], row["summary_fr"]) == (
        "Brings neighbours to one table.",
        "Des voisins.",
    )
    assert (row["prizes"], row["prizes_fr"]) == ("First|Second", "Un|Deux")
    assert (row["partners"], row["start_year"]) == ("Red Cross|Town hall", "2014")
    assert (row["title_en"], row["title_fr"]) == ("Neighbours", "Voisins")
    assert (row["figures"], row["figures_fr"]) == ("", "")


@pytest.mark.parametrize("sign", ["+", "-", "@"])
def test_no_formulas(small: Settings, sign: str) -> None:
    """A title that a spreadsheet would calculate is written as text."""
    change(small, "practices", "neighbours", title=f"{sign}SUM(A1:A9)", summary=f"{sign}A1")
    name = build_release(small, validate=False).name
    row = next(r for r in table(small.releases_dir / name, "practices") if r["key"] == "neighbours")
    assert (row["title"], row["summary"]) == (f"'{sign}SUM(A1:A9)", f"'{sign}A1")


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_safe_cells(tmp_path: Path, cell: str) -> None:
    """No text in a table begins with a sign that starts a formula; numbers stay numbers."""
    writer = CsvFile(HashedFile(tmp_path / "t.csv"), ("a", "b"))
    writer.write_rows([(cell, -1.5)])
    writer.close()
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["a", "b"], [f"'{cell}", "-1.5"]]


def test_line_breaks_in_tables(small: Settings) -> None:
    """A text of several lines is one cell of the dumps as of the sources."""
    add(
        small,
        "practices",
        like="street-books",
        key="lines",
        title='Two "quoted"; lines',
        summary="One\ntwo, three",
    )
    name = build_release(small, validate=False).name
    row = next(r for r in table(small.releases_dir / name, "practices") if r["key"] == "lines")
    assert (row["title"], row["summary"]) == ('Two "quoted"; lines', "One\ntwo, three")


def test_line_ends_in_dumps(small: Settings) -> None:
    """However a cell writes its line ends, the text is the same literal in every dump."""
    text = "First.\r\nSecond.\rThird.\nFourth."
    change(small, "practices", "neighbours", summary=text)
    folder = small.releases_dir / build_release(small, validate=False).name
    practice = NamedNode("https://w3id.org/iccgraph/id/practice/neighbours")
    found = {
        form: [
            quad.object.value
            for quad in parse(path=folder / name, format=form)
            if quad.subject == practice and quad.predicate == DCTERMS.description
        ]
        for name, form in (
            *((QUADS, RdfFormat.N_QUADS), (TRIPLES, RdfFormat.N_TRIPLES)),
            *((TURTLE, RdfFormat.TURTLE), (JSONLD, RdfFormat.JSON_LD)),
        )
    }
    first = found[RdfFormat.N_QUADS]
    assert len(first) == 1
    assert first[0].split() == ["First.", "Second.", "Third.", "Fourth."]
    assert all(texts == first for texts in found.values()), found


def test_notes(small: Settings) -> None:
    """What could not be read is a table of the release, with its row and advice."""
    change(small, "practices", "street-books", year_text="é020")
    name = build_release(small, validate=False).name
    path = small.releases_dir / name / "validation" / "notes.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["source"], row["row"], row["field"]) == ("practices.csv", "5", "year_text")
    assert "é020" in row["note"]
    assert row["advice"]


def test_prefixes_once(release: Path) -> None:
    """The Turtle dump states each prefix once, at its beginning."""
    lines = (release / TURTLE).read_text(encoding="utf-8").splitlines()
    prefixes = [line for line in lines if line.startswith("@prefix ")]
    assert prefixes == lines[: len(PREFIXES)]


def test_the_dataset_counts_itself(release: Path, built: Built) -> None:
    """What the dataset says of its size is what the release holds, itself included."""
    said: dict[str, int] = {}
    properties: dict[str, str] = {}
    classes: dict[str, str] = {}
    used: Counter[str] = Counter()
    typed: Counter[str] = Counter()
    void = "http://rdfs.org/ns/void#"
    for quad in parse(path=release / QUADS, format=RdfFormat.N_QUADS):
        subject, predicate, value = str(quad.subject), quad.predicate.value, quad.object
        used[predicate] += 1
        if quad.predicate == RDF.type:
            typed[str(value)] += 1
        if predicate == f"{void}property":
            properties[subject] = getattr(value, "value", "")
        elif predicate == f"{void}class":
            classes[subject] = str(value)
        elif predicate in (f"{void}triples", f"{void}entities"):
            said[f"{subject} {predicate.removeprefix(void)}"] = int(getattr(value, "value", ""))
    assert said["<https://w3id.org/iccgraph/catalogue#dataset> triples"] == sum(used.values())
    assert built.manifest.content.counts["triples"] == sum(used.values())
    assert {p: said[f"{part} triples"] for part, p in properties.items()} == used
    assert {c: said[f"{part} entities"] for part, c in classes.items()} == typed


def test_state_tells_the_statements(small: Settings) -> None:
    """The state of the dataset changes with what it states, and with nothing else."""

    def state() -> str:
        return build_release(small, validate=False).manifest.content.versions["dataset"]

    first = state()
    change(small, "practices", "neighbours", note="Ask again.")
    assert state() == first
    change(small, "practices", "neighbours", summary="Two tables.")
    assert state() != first
