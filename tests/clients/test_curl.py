"""curl, as people type it, gets what docs/http.md promises, whole and as our store has it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat

from iccgraph.publish.pipeline import build_release
from tests.clients.facts import COUNT, PREFIXES, Facts, read_graph, read_rows
from tests.conftest import LiveServer
from tests.for_all import for_all
from tests.unit.support import change, small_sources
from tests.web.processes import eventually

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
    command = ["curl", "--silent", "--show-error", "--max-time", "60", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    return done.stdout


def saying(folder: Path, what: str, *words: str) -> str:
    """Return what curl tells of a transfer, such as `%{http_code}`; the body goes to `body`."""
    return curl(folder, "--output", "body", "--write-out", what, *words).decode()


def test_from_thing_to_document(own: Own, tmp_path: Path) -> None:
    """`curl -L -H Accept` leads from a thing to its document, in one step, in the format asked."""
    site, facts = own
    thing = f"{site}id/city/barcelona"
    wanted = facts.graph(f"CONSTRUCT {{ <{thing}> ?p ?o }} WHERE {{ <{thing}> ?p ?o }}")

    def fact(accepted: str) -> None:
        told = "%{http_code} %{num_redirects} %{url_effective} %{content_type}"
        said = saying(tmp_path, told, "--location", "--header", f"Accept: {accepted}", thing)
        status, redirects, address, content_type = said.split(" ", 3)
        assert (status, redirects, address) == ("200", "1", f"{site}city/barcelona")
        assert content_type.partition(";")[0] == accepted
        triples = read_graph((tmp_path / "body").read_bytes(), TYPES[accepted])
        assert wanted <= triples <= facts.document("city/barcelona", site)

    for_all(TYPES, fact)


def test_compressed(live: str, tmp_path: Path) -> None:
    """`--compressed` moves fewer bytes and gives the same ones in the end."""

    def fact(path: str) -> None:
        words = ("--header", TURTLE, live + path)
        plain = saying(tmp_path, "%{size_download}", *words)
        whole = (tmp_path / "body").read_bytes()
        small = saying(tmp_path, "%{size_download}", "--compressed", *words)
        assert (tmp_path / "body").read_bytes() == whole
        assert len(whole) == int(plain)
        assert int(small) < int(plain) / 2

    for_all(("city/barcelona", "practices", "data/iccgraph.ttl", "def"), fact)


def test_conditional(live: str, tmp_path: Path) -> None:
    """With the tag that `--etag-save` kept, `--etag-compare` gets 304 and no body."""

    def fact(row: tuple[str, list[str]]) -> None:
        path, packed = row
        words = ["--header", TURTLE, *packed, live + path]
        assert saying(tmp_path, "%{http_code}", "--etag-save", "tag", *words) == "200"
        assert (tmp_path / "tag").read_text(encoding="utf-8").strip()
        again = saying(tmp_path, "%{http_code} %{size_download}", "--etag-compare", "tag", *words)
        assert again == "304 0"
        (tmp_path / "tag").write_text('"another"\n', encoding="utf-8")
        assert saying(tmp_path, "%{http_code}", "--etag-compare", "tag", *words) == "200"

    paths = ("city/barcelona", "practices", "catalogue", "data/iccgraph.nq")
    for_all([(path, packed) for path in paths for packed in ([], ["--compressed"])], fact)


def test_head(live: str, tmp_path: Path) -> None:
    """`--head` tells the length, type and tag that a GET has."""
    told = "%{http_code} %{content_type} %header{etag} %header{content-length}"

    def fact(path: str) -> None:
        assert saying(tmp_path, told, "--globoff", "--head", live + path) == saying(
            tmp_path, told, "--globoff", live + path
        )
        assert int(saying(tmp_path, "%header{content-length}", "--globoff", live + path)) > 0

    for_all(("city/barcelona.ttl", "data/iccgraph.nq", "sparql?query=ASK{}"), fact)


def test_dump_in_two_parts(live: str, dumps: Path, tmp_path: Path) -> None:
    """`--continue-at` fetches the rest of a dump that broke off, and the whole is right."""
    whole = (dumps / "iccgraph.nq").read_bytes()
    part = tmp_path / "iccgraph.nq"
    part.write_bytes(whole[: len(whole) // 3])
    words = ["--continue-at", "-", "--output", part.name, "--write-out", "%{http_code}"]
    assert curl(tmp_path, *words, f"{live}data/iccgraph.nq") == b"206"
    sums = curl(tmp_path, f"{live}data/SHA256SUMS").decode()
    assert f"{hashlib.sha256(part.read_bytes()).hexdigest()}  iccgraph.nq" in sums


def test_dump_whose_release_is_gone(tmp_path: Path) -> None:
    """What broke off goes on at the address of its release when another one is served already."""
    settings = small_sources(tmp_path)
    old = build_release(settings, validate=False).name
    server = LiveServer(settings.releases_dir, tmp_path / "serve.log")
    told, name = "%{http_code} %{redirect_url}", "iccgraph.nt.gz"
    latest = f"{server.url}data/latest/{name}"
    try:
        address = f"{server.url}release/{old}/{name}"
        said = saying(tmp_path, told, latest).replace("localhost", "127.0.0.1")
        assert said == f"302 {address}"
        whole = curl(tmp_path, address)
        part = tmp_path / name
        part.write_bytes(whole[: len(whole) // 3])
        change(settings, "practices", "neighbours", title="Another title")
        new = build_release(settings, validate=False).name
        assert eventually(lambda: new in saying(tmp_path, told, latest))
        words = ["--continue-at", "-", "--output", name, "--write-out", "%{http_code}"]
        assert curl(tmp_path, *words, address) == b"206"
        assert part.read_bytes() == whole != curl(tmp_path, f"{server.url}data/{name}")
        sums = curl(tmp_path, f"{server.url}release/{old}/SHA256SUMS").decode()
        assert f"{hashlib.sha256(whole).hexdigest()}  {name}" in sums
    finally:
        server.stop()


def test_query(live: str, facts: Facts, tmp_path: Path) -> None:
    """`--data-urlencode query=` by GET and by POST has the rows of our store."""
    query = PREFIXES + "SELECT ?c ?l { ?c a icc:City ; rdfs:label ?l }"

    def fact(row: tuple[str, list[str]]) -> None:
        accepted, way = row
        words = ["--header", f"Accept: {accepted}", "--data-urlencode", f"query={query}"]
        text = curl(tmp_path, *way, *words, f"{live}sparql")
        assert read_rows(text, RESULTS[accepted]) == facts.rows(query)

    for_all([(accepted, way) for accepted in RESULTS for way in (["--get"], [])], fact)


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
