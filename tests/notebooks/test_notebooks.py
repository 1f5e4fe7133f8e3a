"""The notebooks run to their end, and their documents are what `make notebooks` would write."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest

from tests.conftest import ROOT
from tests.docs.documents import text_of
from tests.for_all import for_all
from tests.notebooks.render import FOLDER, MADE, WIKIDATA

NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))
RELEASE = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{12} \(\d{4}\)|\d{4}-\d{2}-\d{2}-[0-9a-f]{12}")
"""The name of a release, which changes with every table, and the year beside it."""
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def rendered(live: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run all notebooks as `make notebooks` does, and return the folder of their documents."""
    folder = tmp_path_factory.mktemp("notebooks")
    command = [sys.executable, "-m", "tests.notebooks.render", "--site", live, "--to", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ}, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return folder


def test_documents_are_what_the_notebooks_print(rendered: Path) -> None:
    """Each document has the text, code and output of its notebook today."""
    assert len(NAMES) == 3

    def fact(name: str) -> None:
        now = (rendered / f"{name}.md").read_text(encoding="utf-8")
        kept = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
        assert RELEASE.sub("…", kept) == RELEASE.sub("…", now), "run `make notebooks`"

    for_all(NAMES, fact)


def test_pictures_are_there(rendered: Path) -> None:
    """Each document shows a picture or more, in words too, and all of them are kept."""

    def fact(name: str) -> None:
        text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
        pictures = re.findall(r"!\[([^\]]+)\]\((images/[\w-]+\.png)\)", text)
        assert pictures
        assert all(len(words) > 30 for words, _ in pictures)
        made = sorted(path.name for path in (rendered / "images").glob(f"{name}-*"))
        assert made == sorted(Path(path).name for _, path in pictures)
        assert all((FOLDER / path).read_bytes().startswith(PNG) for _, path in pictures)

    for_all(NAMES, fact)


def test_made_numbers_are_called_so() -> None:
    """A document whose numbers are not Wikidata’s own says so, and no other does."""

    def fact(name: str) -> None:
        asks = WIKIDATA in (FOLDER / f"{name}.py").read_text(encoding="utf-8")
        assert (MADE in (FOLDER / f"{name}.md").read_text(encoding="utf-8")) == asks

    for_all(NAMES, fact)


def test_notebooks_are_plain_python() -> None:
    """A notebook is kept without what it prints, and reads again as it is written."""

    def fact(name: str) -> None:
        text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
        notebook = jupytext.reads(text, fmt="py:percent")
        again = jupytext.reads(jupytext.writes(notebook, fmt="py:percent"), fmt="py:percent")
        assert [cell.source for cell in again.cells] == [cell.source for cell in notebook.cells]
        assert notebook.cells[0].source.startswith("# ")

    for_all(NAMES, fact)


def test_the_entry_names_all_notebooks() -> None:
    """docs/research.md leads to the document of each notebook."""
    text = text_of("docs/research.md")
    assert [name for name in NAMES if f"](notebooks/{name}.md)" not in text] == []
