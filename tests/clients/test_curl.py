"""curl, as people type it, gets what docs/http.md promises, whole and as our store has it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat

from tests.clients.facts import COUNT, PREFIXES, Facts, read_graph, read_rows

TYPES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
RESULTS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
TURTLE = "Accept: text/turtle"
Own = tuple[str, Facts]


def curl(folder: Path, *words: str) -> bytes:
    """Return what curl wrote to its standard output, run in a folder."""
    if shutil.which("curl") is None:
        pytest.skip("the program curl is missing")
    command = ["curl", "--silent", "--show-error", "--max-time", "30", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    return done.stdout


def saying(folder: Path, what: str, *words: str) -> str:
    """Return what curl tells of a transfer, such as `%{http_code}`; the body goes to `body`."""
    return curl(folder, "--output", "body", "--write-out", what, *words).decode()


@pytest.mark.parametrize("accepted", TYPES)
def test_from_thing_to_document(own: Own, tmp_path: Path, accepted: str) -> None:
    """`curl -L -H Accept` leads from a thing to its document, in one step, in the format asked."""
    site, facts = own
    thing = f"{site}id/city/barcelona"
    told = "%{http_code} %{num_redirects} %{url_effective} %{content_type}"
    said = saying(tmp_path, told, "--location", "--header", f"Accept: {accepted}", thing)
    status, redirects, address, content_type = said.split(" ", 3)
    assert (status, redirects, address) == ("200", "1", f"{site}city/barcelona")
    assert content_type.partition(";")[0] == accepted
    triples = read_graph((tmp_path / "body").read_bytes(), TYPES[accepted])
    wanted = facts.graph(f"CONSTRUCT {{ <{thing}> ?p ?o }} WHERE {{ <{thing}> ?p ?o }}")
    assert wanted <= triples <= {quad.triple for quad in facts.store}


@pytest.mark.parametrize("path", ["city/barcelona", "practices", "data/iccgraph.ttl", "def"])
def test_compressed(live: str, tmp_path: Path, path: str) -> None:
    """`--compressed` moves fewer bytes and gives the same ones in the end."""
    plain = saying(tmp_path, "%{size_download}", "--header", TURTLE, live + path)
    whole = (tmp_path / "body").read_bytes()
    small = saying(tmp_path, "%{size_download}", "--compressed", "--header", TURTLE, live + path)
    assert (tmp_path / "body").read_bytes() == whole
    assert len(whole) == int(plain)
    assert int(small) < int(plain) / 2


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("path", ["city/barcelona", "practices", "catalogue", "data/iccgraph.nq"])
def test_conditional(live: str, tmp_path: Path, path: str, packed: bool) -> None:
    """With the tag that `--etag-save` kept, `--etag-compare` gets 304 and no body."""
    words = ["--header", TURTLE, *(["--compressed"] if packed else []), live + path]
    assert saying(tmp_path, "%{http_code}", "--etag-save", "tag", *words) == "200"
    assert (tmp_path / "tag").read_text(encoding="utf-8").strip()
    again = saying(tmp_path, "%{http_code} %{size_download}", "--etag-compare", "tag", *words)
    assert again == "304 0"
    (tmp_path / "tag").write_text('"another"\n', encoding="utf-8")
    assert saying(tmp_path, "%{http_code}", "--etag-compare", "tag", *words) == "200"


@pytest.mark.parametrize("path", ["city/barcelona.ttl", "data/iccgraph.nq", "sparql?query=ASK{}"])
def test_head(live: str, tmp_path: Path, path: str) -> None:
    """`--head` tells the length, type and tag that a GET has."""
    told = "%{http_code} %{content_type} %header{etag} %header{content-length}"
    assert saying(tmp_path, told, "--globoff", "--head", live + path) == saying(
        tmp_path, told, "--globoff", live + path
    )
    assert int(saying(tmp_path, "%header{content-length}", "--globoff", live + path)) > 0


def test_dump_in_two_parts(live: str, dumps: Path, tmp_path: Path) -> None:
    """`--continue-at` fetches the rest of a dump that broke off, and the whole is right."""
    whole = (dumps / "iccgraph.nq").read_bytes()
    part = tmp_path / "iccgraph.nq"
    part.write_bytes(whole[: len(whole) // 3])
    words = ["--continue-at", "-", "--output", part.name, "--write-out", "%{http_code}"]
    assert curl(tmp_path, *words, f"{live}data/iccgraph.nq") == b"206"
    sums = curl(tmp_path, f"{live}data/SHA256SUMS").decode()
    assert f"{hashlib.sha256(part.read_bytes()).hexdigest()}  iccgraph.nq" in sums


@pytest.mark.parametrize("way", [["--get"], []], ids=["GET", "POST"])
@pytest.mark.parametrize("accepted", RESULTS)
def test_query(live: str, facts: Facts, tmp_path: Path, way: list[str], accepted: str) -> None:
    """`--data-urlencode query=` by GET and by POST has the rows of our store."""
    query = PREFIXES + "SELECT ?c ?l { ?c a icc:City ; rdfs:label ?l }"
    words = ["--header", f"Accept: {accepted}", "--data-urlencode", f"query={query}"]
    text = curl(tmp_path, *way, *words, f"{live}sparql")
    assert read_rows(text, RESULTS[accepted]) == facts.rows(query)


def test_query_from_a_file(live: str, facts: Facts, tmp_path: Path) -> None:
    """`--data-binary @file` as application/sparql-query has the rows of our store."""
    (tmp_path / "count.rq").write_text(COUNT, encoding="utf-8")
    words = ["--header", "Content-Type: application/sparql-query", "--data-binary", "@count.rq"]
    assert read_rows(curl(tmp_path, *words, f"{live}sparql")) == facts.rows(COUNT)


def test_fail_is_seen(live: str, tmp_path: Path) -> None:
    """An error has a status and a body that says what is wrong, for `--fail-with-body` too."""
    told = "%{http_code} %{content_type}"
    said = saying(tmp_path, told, f"{live}city/no-such-city")
    assert said == "404 application/problem+json"
    assert "no-such-city" in (tmp_path / "body").read_text(encoding="utf-8")
