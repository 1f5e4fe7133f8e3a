"""What the tests of the documentation share: the documents, and how Markdown is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "data/*.md", "ontology/*.md", "shapes/*.md")
    for path in ROOT.glob(pattern)
)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a document, and the block that follows as its answer, if any."""

    document: str
    line: int
    language: str
    text: str
    answer: str

    def __str__(self) -> str:
        """Return where the block is."""
        return f"{self.document}:{self.line}"


def text_of(name: str) -> str:
    """Return the text of a document, by its path in the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str, answer: str = "") -> list[Block]:
    """Return the fenced blocks of a language; `answer` is the language of what they answer."""
    text = text_of(name)
    found = list(_FENCE.finditer(text))
    result = []
    for number, match in enumerate(found):
        if match[1] != language:
            continue
        after = found[number + 1] if number + 1 < len(found) else None
        follows = after is not None and not text[match.end() : after.start()].strip()
        said = after[2] if after is not None and follows and after[1] == answer else ""
        line = text.count("\n", 0, match.start()) + 1
        result.append(Block(name, line, language, match[2], said))
    return result


def tables(name: str) -> Iterator[list[list[str]]]:
    """Yield the tables of a document as rows of cells, the header first."""
    table: list[list[str]] = []
    for line in [*text_of(name).splitlines(), ""]:
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            table.append([cell.strip() for cell in cells])
        elif table:
            yield [table[0], *table[2:]]
            table = []


def table(name: str, *header: str) -> list[list[str]]:
    """Return the rows of the table that has this header."""
    found = [rows for rows in tables(name) if rows[0] == list(header)]
    assert len(found) == 1, f"{name} has {len(found)} tables with the columns {header}"
    return found[0][1:]


def code(cell: str) -> list[str]:
    """Return what stands between backticks in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def prose(name: str) -> str:
    """Return the text of a document without its fenced blocks."""
    return _FENCE.sub("", text_of(name))


def anchors(path: Path) -> set[str]:
    """Return the anchors that the headings of a document make."""
    found = set()
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
        found.add(words.strip().replace(" ", "-"))
    return found
