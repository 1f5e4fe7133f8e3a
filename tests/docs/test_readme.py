"""What the documentation tells people to type works, and answers what is printed there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.settings import Settings
from tests.docs.documents import DOCUMENTS, ROOT, Block, blocks, code, table
from tests.docs.test_docs import VERBS
from tests.for_all import for_all
from tests.web.client import Client

HERE = "http://localhost:8000/"
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS if path.parent.name != "shapes"]
ANY = "…"
"""A line of an answer that stands for any number of lines."""


def commands(block: Block) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a console block with the lines that it prints."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, *answer = re.sub(r"\\\n\s*", "", part).splitlines()
        yield command, answer


CONSOLE = [
    pytest.param(command, answer, id=f"{block}: {command[:50]}")
    for name in NAMES
    for block in blocks(name, "console")
    for command, answer in commands(block)
]
QUERIES = [block for name in NAMES for block in blocks(name, "sparql", answer="csv")]
PROGRAMS = [
    pytest.param(b, id=str(b)) for name in NAMES for b in blocks(name, "python", answer="text")
]
LINES = [
    (str(block), line)
    for name in NAMES
    for block in blocks(name, "sh")
    for line in re.sub(r"\\\n\s*", "", block.text).splitlines()
    if line and not line.startswith("#")
]


@pytest.fixture
def folder(tmp_path: Path, built: Built, real_settings: Settings) -> Path:
    """Return a folder that looks like a fresh clone after the first build."""
    for name in ("data", "ontology", "shapes", "Makefile"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(real_settings.releases_dir, tmp_path / "releases")
    return tmp_path


def run(command: list[str], folder: Path) -> str:
    """Return what a command prints; it must end well."""
    names = [name for name in os.environ if not name.startswith("ICCGRAPH_")]
    environ = {name: os.environ[name] for name in names}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def alike(answer: list[str], printed: str) -> bool:
    """Return whether an answer is as printed, spaces apart; `…` stands for any lines."""
    lines = [" ".join(line.split()) for line in answer]
    pattern = "".join(r"(?:.*\n)*?" if line == ANY else re.escape(line) + r"\n" for line in lines)
    text = "".join(f"{' '.join(line.split())}\n" for line in printed.splitlines())
    return re.fullmatch(pattern, text) is not None


def test_an_answer_that_is_not_as_printed_is_noticed() -> None:
    """The comparison of answers sees lines that differ, are missing or are too many."""
    assert alike(["…", "b  c", "…"], "a\n b c\nd\n")
    assert alike(["a", "…"], "a\n")
    assert not alike(["a", "…"], "b\na\n")
    assert not alike(["a"], "a\nb\n")
    assert not alike(["a", "b"], "a\n")


@pytest.mark.parametrize(("command", "answer"), CONSOLE)
def test_a_command_answers_what_is_printed(
    command: str, answer: list[str], folder: Path, live: str
) -> None:
    """A command of the documentation ends well and prints what stands below it."""
    if command.startswith("curl") and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    ours = f"{sys.executable} -m iccgraph"
    text = command.replace(HERE, live).replace(".venv/bin/iccgraph", ours)
    printed = run(["bash", "-o", "pipefail", "-c", text], folder)
    assert not answer or alike(answer, printed), printed


def test_a_query_has_the_answer_that_is_printed(client: Client) -> None:
    """A query of the documentation finds something, and just that if its answer is printed."""
    headers = {"Accept": "text/csv", "Content-Type": "application/sparql-query"}

    def fact(block: Block) -> None:
        answer = client.ask("sparql", "POST", headers, block.text.encode())
        assert answer.status == 200
        lines = answer.text.splitlines()
        assert len(lines) > 1, "the query finds nothing"
        assert not block.answer or lines == block.answer.splitlines()

    for_all(QUERIES, fact)


@pytest.mark.parametrize("block", PROGRAMS)
def test_a_program_prints_what_is_printed(block: Block, folder: Path, live: str) -> None:
    """A Python program of the documentation runs and prints what stands below it."""
    printed = run([sys.executable, "-c", block.text.replace(HERE, live)], folder)
    assert printed == block.answer


def test_a_line_could_be_run() -> None:
    """A line that changes the machine names what there is: targets, verbs, options, modules."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")

    def fact(row: tuple[str, str]) -> None:
        words = row[1].split()
        if words[0] == "make":
            run(["make", "-n", *words[1:]], ROOT)
        elif words[0].endswith("iccgraph"):
            _check_verb(words)
        elif words[0].endswith("python") and words[1] == "-m":
            module = ROOT / f"{words[2].replace('.', '/')}.py"
            assert module.exists() or not words[2].startswith("benchmarks")
        elif words[0].endswith("pytest"):
            assert [word for word in words if word[0] == "t" and not (ROOT / word).exists()] == []

    for_all(LINES, fact)


def _check_verb(words: list[str]) -> None:
    verb = " ".join(["iccgraph", *words[1:3]])
    name = verb if verb in VERBS else " ".join(["iccgraph", words[1]])
    known = {o for p in VERBS[name].params if isinstance(p, click.Option) for o in p.opts}
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert given <= known


def test_every_address_of_the_readme_answers(live: str) -> None:
    """Each address of this copy that README.md names is there."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    addresses = set(re.findall(rf"<({HERE}[^>]*)>", text))
    assert len(addresses) > 5
    for address in sorted(addresses):
        with urllib.request.urlopen(address.replace(HERE, live), timeout=60) as response:
            assert response.status == 200


def test_the_graph_has_as_many_things_as_is_said(live: str) -> None:
    """The table of classes in docs/data-model.md counts as the graph does."""
    for name, _, count in table("docs/data-model.md", "class", "what it is", "how many"):
        query = f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a {code(name)[0]} }}"
        if "foaf:Document" in name:
            query = query.replace(" }", " ; foaf:primaryTopic ?y }")
        address = f"{live}sparql?{urllib.parse.urlencode({'query': query, 'format': 'csv'})}"
        with urllib.request.urlopen(address, timeout=60) as response:
            assert response.read().decode().split() == ["n", count], name
