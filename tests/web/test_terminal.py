"""`iccgraph query`: a table for people on a terminal, data in a pipe."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import Graph

from iccgraph.publish.pipeline import Built
from iccgraph.settings import Settings
from tests.web.processes import alive, descendants, eventually

BARCELONA = "https://w3id.org/iccgraph/id/city/barcelona"
LABELS = f"SELECT ?label {{ <{BARCELONA}> rdfs:label ?label }} ORDER BY ?label"
DESCRIBE = f"DESCRIBE <{BARCELONA}>"


def command(releases: Path, *words: str) -> list[str]:
    """Return the command line of a query against a folder of releases."""
    return [sys.executable, "-m", "iccgraph", "query", f"--releases-dir={releases}", *words]


def run(releases: Path, *words: str, typed: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a query with its output in a pipe."""
    return subprocess.run(
        command(releases, *words), capture_output=True, text=True, input=typed, timeout=60
    )


def on_terminal(releases: Path, *words: str) -> tuple[int, str]:
    """Run a query on a terminal of 100 columns; return the exit code and what it shows."""
    parent, child = pty.openpty()
    environ = {**os.environ, "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}
    with subprocess.Popen(
        command(releases, *words), stdout=child, stderr=child, stdin=child, env=environ
    ) as process:
        os.close(child)
        shown = b""
        while True:
            try:
                part = os.read(parent, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        os.close(parent)
        return process.wait(timeout=60), re.sub(r"\x1b\[[0-9;]*m", "", shown.decode())


@pytest.fixture(scope="module")
def releases(real_settings: Settings, built: Built) -> Path:
    """Return the folder of the real release."""
    assert built.name
    return real_settings.releases_dir


def test_pipe(releases: Path) -> None:
    """In a pipe rows come as CSV and a graph as Turtle, and nothing else is on the output."""
    rows = run(releases, LABELS)
    assert (rows.returncode, rows.stderr) == (0, "")
    assert list(csv.reader(io.StringIO(rows.stdout))) == [["label"], ["Barcelona"], ["Barcelone"]]
    graph = run(releases, DESCRIBE)
    assert (graph.returncode, graph.stderr) == (0, "")
    assert len(Graph().parse(data=graph.stdout, format="turtle")) > 5


def test_relative_iris(releases: Path) -> None:
    """A relative IRI is resolved as by the server whose address is set."""
    query = "SELECT (STR(<city/oslo>) AS ?x) {}"
    assert run(releases, query).stdout.split() == ["x", "http://localhost:8000/city/oslo"]
    done = run(releases, query, "--site-url=https://a.example/b/")
    assert done.stdout.split() == ["x", "https://a.example/b/city/oslo"]


def test_terminal(releases: Path) -> None:
    """On a terminal rows come as a table with their number below it, terms with their prefix."""
    code, shown = on_terminal(
        releases, "SELECT ?kind ?name { VALUES (?kind ?name) { (icc:City 1) } }"
    )
    assert code == 0
    assert re.search(r"kind\s.*name", shown)
    assert re.search(r"icc:City\s.*1", shown)
    assert "1 rows" in shown
    assert "https://" not in shown


def test_terminal_shows_ask_and_graphs(releases: Path) -> None:
    """On a terminal ASK says yes or no, and a graph is Turtle."""
    assert on_terminal(releases, f"ASK {{ <{BARCELONA}> ?p ?o }}") == (0, "yes\r\n")
    assert on_terminal(releases, "ASK { <x:none> ?p ?o }") == (0, "no\r\n")
    code, shown = on_terminal(releases, DESCRIBE)
    assert code == 0
    assert "@prefix icc:" in shown


@pytest.mark.parametrize("value", ["[bold]thick[/bold]", "[/x]", "[link=x]y", ":smile:", "[2014]"])
def test_terminal_shows_text_as_it_is(releases: Path, value: str) -> None:
    """Text with square brackets is shown as it is, not taken for a style."""
    code, shown = on_terminal(releases, f"SELECT ?x {{ VALUES ?x {{ '{value}' }} }}")
    assert code == 0
    assert value in shown


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("csv", "label\r\nBarcelona"),
        ("tsv", '?label\n"Barcelona"@en'),
        ("xml", "<?xml"),
        ("json", '{"head":'),
    ],
)
def test_row_formats(releases: Path, form: str, begins: str) -> None:
    """Each format of rows can be named, on a terminal too."""
    done = subprocess.run(
        command(releases, LABELS, "--format", form), capture_output=True, check=True, timeout=60
    )
    assert done.stdout.decode().startswith(begins)
    assert on_terminal(releases, LABELS, "--format", form)[1].startswith(begins.split("\n")[0])


def test_table_in_a_pipe(releases: Path) -> None:
    """A table can be asked for in a pipe; its number of rows is a message, not a result."""
    done = run(releases, LABELS, "--format", "table")
    assert "Barcelone" in done.stdout
    assert "rows" not in done.stdout
    assert "2 rows" in done.stderr


@pytest.mark.parametrize(
    ("form", "parser"),
    [
        *(("ttl", "turtle"), ("turtle", "turtle"), ("nt", "nt"), ("ntriples", "nt")),
        *(("rdf", "xml"), ("rdfxml", "xml"), ("text/turtle", "turtle")),
    ],
)
def test_graph_formats(releases: Path, form: str, parser: str) -> None:
    """Each format of a graph can be named."""
    done = run(releases, DESCRIBE, "--format", form)
    assert len(Graph().parse(data=done.stdout, format=parser)) > 5


def test_jsonld(releases: Path) -> None:
    """A graph comes as compact JSON-LD too."""
    for form in ("jsonld", "json-ld"):
        document = json.loads(run(releases, DESCRIBE, "--format", form).stdout)
        assert document["@context"]["rdfs"].endswith("rdf-schema#")


def test_query_from_file_and_input(releases: Path, tmp_path: Path) -> None:
    """The query may stand in a file or come on standard input."""
    file = tmp_path / "labels.rq"
    file.write_text(LABELS, encoding="utf-8")
    expected = run(releases, LABELS).stdout
    assert run(releases, "--file", str(file)).stdout == expected
    assert run(releases, typed=LABELS).stdout == expected


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((LABELS, "--format", "nonsense"), 2, "csv"),
        ((LABELS, "--format", "ttl"), 2, "SELECT"),
        ((DESCRIBE, "--format", "csv"), 2, "DESCRIBE"),
        (("--no-such-option",), 2, "no-such-option"),
    ],
)
def test_wrong_usage(releases: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """A format that does not fit, or an option that there is not, is exit code 2 with what fits."""
    done = run(releases, *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * {", "line 1"),
        ("", "SELECT"),
        ("CLEAR ALL", "CLEAR"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> {} }", "SERVICE (line 1, column 12)"),
        ("SELECT (<x:f>(1) AS ?x) {}", "x:f"),
    ],
)
def test_wrong_query(releases: Path, query: str, said: str) -> None:
    """A query that cannot be answered is one message and no exit code of success."""
    done = run(releases, query)
    assert done.returncode not in (0, 4)
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_no_release(tmp_path: Path) -> None:
    """Without a release the exit code is 4 and the message says what to do."""
    done = run(tmp_path, LABELS)
    assert (done.returncode, done.stdout) == (4, "")
    assert "iccgraph build" in done.stderr


def test_reader_that_leaves(releases: Path) -> None:
    """A pipe that is closed early, as `head` does, ends the command without a complaint."""
    words = command(releases, "SELECT * { ?s ?p ?o }")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert sorted(process.stdout.readline().strip().split(b",")) == [b"o", b"p", b"s"]
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("form", ["table", "json"])
def test_reader_that_takes_nothing(releases: Path, form: str) -> None:
    """A pipe that nobody reads ends the command quietly in every format."""
    words = command(releases, "SELECT * { ?s ?p ?o } LIMIT 3000", "--format", form)
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


MIXED = "SELECT ?v {{ VALUES ?v {{ {} {} }} }} ORDER BY ?v".format(
    " ".join(str(7 * n + 1) for n in range(57)), " ".join(f"'{7 * n + 3}'" for n in range(57))
)
DEEP = "ASK " + "{" * 20_000 + "}" * 20_000


def test_values_of_several_kinds_are_ordered(releases: Path) -> None:
    """Numbers among strings, over whose order the engine breaks down, come after them by value."""
    done = run(releases, "--format", "csv", typed=MIXED)
    texts = sorted(str(7 * n + 3) for n in range(57))
    assert done.stdout.split() == ["v", *texts, *(str(7 * n + 1) for n in range(57))]


def test_query_that_the_engine_dies_of(releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the engine breaks down on is one message and exit code 2, and no backtrace."""
    monkeypatch.setenv("ICCGRAPH_QUERY_DEPTH", "1000000")
    monkeypatch.setenv("RUST_BACKTRACE", "1")
    done = run(releases, typed=DEEP)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nests too deep" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "panicked" not in done.stderr


def test_nesting_over_the_limit(releases: Path) -> None:
    """Nesting over the limit is refused before the engine sees it."""
    done = run(releases, typed=DEEP)
    assert (done.returncode, done.stdout) == (2, "")
    assert "deeper than 200 levels" in done.stderr


def test_interrupt(releases: Path) -> None:
    """A command that is interrupted leaves no process behind."""
    words = command(releases, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert eventually(lambda: len(descendants(process.pid)) == 2, 60)
        below = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        output, said = process.communicate(timeout=60)
        assert process.returncode != 0
        assert output == b""
        assert b"Traceback" not in said
        assert eventually(lambda: not any(alive(pid) for pid in below), 60)
