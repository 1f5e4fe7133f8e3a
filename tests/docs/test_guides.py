"""The guides can be followed: their rows are taken, and what they name is there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable

import pytest

from iccgraph.publish.check import check_all
from iccgraph.publish.pipeline import Built, build_release
from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.http.metrics import Metrics
from iccgraph.settings import Settings
from tests.docs.documents import ROOT, blocks, code, table, text_of

FIRST, TASKS = "docs/first-practice.md", "docs/coordinators.md"


@pytest.fixture
def copy(built: Built, real_settings: Settings, sources: Settings) -> Settings:
    """Return settings for a copy of the real sources, whose release is published."""
    assert built.name
    shutil.copytree(real_settings.releases_dir, sources.releases_dir)
    return sources


def edit(settings: Settings, name: str, change: Callable[[str], str]) -> None:
    """Change the text of a file of the data folder, which must change."""
    path = settings.data_dir / name
    text = path.read_text(encoding="utf-8")
    assert change(text) != text, name
    path.write_text(change(text), encoding="utf-8")


def append(settings: Settings, name: str, text: str) -> None:
    """Add rows or statements at the end of a file of the data folder."""
    edit(settings, name, lambda before: f"{before.rstrip()}\n{text}")


def without_row(key: str) -> Callable[[str], str]:
    """Return how a table loses the row that begins with a key."""
    return lambda text: re.sub(rf"^{re.escape(key)},.*\n", "", text, flags=re.MULTILINE)


def renamed(old: str, new: str) -> Callable[[str], str]:
    """Return how a text gets a new word for an old one."""
    return lambda text: text.replace(old, new)


def numbered(text: str) -> str:
    """Return a message with another number of the row, which grows with the data."""
    return re.sub(r"(\.csv):\d+:", r"\1:N:", text).strip()


def test_the_first_practice(copy: Settings, built: Built) -> None:
    """The tutorial's rows give what it says, and going back gives the release before."""
    practice, city = (block.text for block in blocks(FIRST, "csv"))
    (printed,) = (block.text for block in blocks(FIRST, "text"))
    kept = {
        name: (copy.data_dir / name).read_text("utf-8") for name in ("practices.csv", "cities.csv")
    }
    append(copy, "practices.csv", practice)
    assert [numbered(str(p)) for p in check_all(copy).problems] == [numbered(printed)]
    append(copy, "cities.csv", city)
    found = build_release(copy)
    history = found.manifest.history
    assert (history.added, history.changed, history.withdrawn) == (4, 0, 0)
    ReleaseFolder(copy.releases_dir).use(built.name)
    for name, text in kept.items():
        (copy.data_dir / name).write_text(text, encoding="utf-8")
    again = build_release(copy)
    assert (again.name, again.new) == (built.name, False)


def test_the_tasks(copy: Settings) -> None:
    """Each row and block of the recipes is taken, and what it says of the old key becomes so."""
    link, *retired = (block.text for block in blocks(TASKS, "csv"))
    (topic,) = (block.text for block in blocks(TASKS, "turtle"))
    assert len(retired) == 3
    edit(copy, "links.csv", renamed("wikidata:Q478670,accepted", "wikidata:Q478670,rejected"))
    append(copy, "links.csv", link)
    edit(copy, "practices.csv", renamed("\nsurf-art,", "\nsurf-art-cascais,"))
    merged, withdrawn = (row.split(",")[1] for row in retired[1:])
    edit(copy, "topic-assignments.csv", renamed("\nsurf-art,", "\nsurf-art-cascais,"))
    for key in (merged, withdrawn):
        edit(copy, "practices.csv", without_row(key))
        edit(copy, "topic-assignments.csv", without_row(key))
    edit(copy, "doubles.csv", renamed(f"{merged},related", f"{merged},same"))
    for row in retired:
        append(copy, "retired.csv", row)
    edit(
        copy,
        "topics-website.ttl",
        renamed("topic:website-roma ,", "topic:website-roma , topic:website-sport ,"),
    )
    append(copy, "topics-website.ttl", topic)
    assert [str(problem) for problem in check_all(copy).problems] == []


def test_the_words_of_the_code() -> None:
    """Each class that the glossary explains is in the code."""
    names = [name for row in table("docs/glossary.md", "name", "is") for name in code(row[0])]
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    assert names == sorted(names)
    assert [name for name in names if not re.search(rf"^class {name}\b", source, re.M)] == []


def test_the_glossary_is_sorted() -> None:
    """The words of the glossary are in the order of the alphabet."""
    words = [row[0].lower() for row in table("docs/glossary.md", "word", "meaning")]
    assert words == sorted(words)


def test_the_figures() -> None:
    """docs/operating.md has each metric, and no other."""
    rows = table("docs/operating.md", "metric", "says")
    documented = {name.removesuffix("_total") for row in rows for name in code(row[0])}
    collectors = (value for value in vars(Metrics()).values() if hasattr(value, "describe"))
    assert documented == {metric.name for each in collectors for metric in each.describe()}


def test_the_service_is_whole() -> None:
    """The printed unit starts the command that is installed, as the user that is made."""
    (unit,) = (block.text for block in blocks("docs/operating.md", "ini"))
    settings = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line)
    page = text_of("docs/operating.md")
    program, verb, *_ = settings["ExecStart"].split()
    assert f"venv {program.removesuffix('/bin/iccgraph')}\n" in page
    assert verb == "serve"
    assert re.search(rf"^sudo useradd .* {settings['User']}$", page, re.MULTILINE)
    assert f'install -d -o "$USER" /opt/iccgraph {settings["WorkingDirectory"]}\n' in page
