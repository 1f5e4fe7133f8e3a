"""How the hand-made Turtle is read: syntax, bases, blank nodes, and the names of topics."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode

from iccgraph.errors import SourceError
from iccgraph.iris import Iris
from iccgraph.publish.sources.topics import TOPIC_FILES, TopicNames, read_turtle
from iccgraph.settings import Settings
from iccgraph.tables.problems import Problems
from tests.unit.support import ROOT, Read

ELSEWHERE = Iris("https://example.org/sub/")


def read(path: Path, iris: Iris = Iris()) -> tuple[set[str], list[str]]:  # noqa: B008 — frozen
    """Return the triples of a file as text, and the problems."""
    problems = Problems()
    triples = read_turtle(path, iris, problems)
    return {str(triple) for triple in triples}, [str(problem) for problem in problems.found]


@pytest.fixture
def turtle(tmp_path: Path) -> Path:
    """Return the path of a Turtle file that a test writes."""
    return tmp_path / "some-topics.ttl"


def test_syntax_error(turtle: Path) -> None:
    """A syntax error is told with file, line and column."""
    turtle.write_text("@prefix a: <https://a.org/> .\n\na:x a:y a:z\na:x a:y a:w .\n")
    triples, told = read(turtle)
    assert triples == set()
    assert told[0].startswith("some-topics.ttl:4:")
    assert "the Turtle has a syntax error" in told[0]


@pytest.mark.parametrize(
    ("text", "wrong", "row"),
    [
        ("DÃ©fi", "“Ã©” is what a program shows", ":4"),
        ("a &amp; b", "the text holds “&amp;” of HTML", ":4"),
        ("x\u200by", "an invisible character (U+200B)", ":4"),
        (r"x\u200By", "an invisible character (U+200B)", ""),
    ],
)
def test_damaged_texts(turtle: Path, text: str, wrong: str, row: str) -> None:
    """Texts of Turtle files that were damaged are told as those of tables are."""
    turtle.write_text(
        f'@prefix a: <https://a.org/> .\n\na:x a:y "Good"@en ,\n "{text}"@fr ; a:z "&amp;" .\n'
    )
    (told,) = read(turtle)[1]
    assert told.startswith(f"some-topics.ttl{row}: ")
    assert wrong in told


def test_relative_iri(turtle: Path) -> None:
    """An address that is not whole is a syntax error, for a file has no base."""
    turtle.write_text("<x> <y> <z> .\n")
    assert read(turtle)[1][0].startswith("some-topics.ttl:1:")


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_empty_file(turtle: Path, content: bytes) -> None:
    """An empty file is told, for it has lost its content."""
    turtle.write_bytes(content)
    assert read(turtle)[1] == ["some-topics.ttl: the file is empty; restore its content"]


def test_wrong_encoding(turtle: Path) -> None:
    """Text that is not UTF-8 is told with its line."""
    turtle.write_bytes('<https://a.org/> <https://b.org/> "é" .\n'.encode("latin-1"))
    triples, told = read(turtle)
    assert triples == set()
    assert told[0].startswith("some-topics.ttl:1:")


def test_missing_file(turtle: Path) -> None:
    """A file that is not there is told with its whole path."""
    with pytest.raises(SourceError, match=r"some-topics\.ttl: cannot be read \(No such file"):
        read(turtle)


def test_rebasing(turtle: Path) -> None:
    """Things, documents and texts that are addresses move to another base; terms do not."""
    turtle.write_text(
        "<https://w3id.org/iccgraph/id/topic/a> a <https://w3id.org/iccgraph/def#Practice> ;\n"
        ' <https://w3id.org/iccgraph/shapes#x> "https://w3id.org/iccgraph/id/" ;\n'
        " <https://w3id.org/iccgraph/def#y> <https://w3id.org/iccgraph/topic/a> ,"
        " <https://w3id.org/> .\n"
    )
    thing = "<https://example.org/sub/id/topic/a>"
    assert read(turtle, ELSEWHERE)[0] == {
        f"{thing} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        " <https://w3id.org/iccgraph/def#Practice>",
        f'{thing} <https://w3id.org/iccgraph/shapes#x> "https://example.org/sub/id/"',
        f"{thing} <https://w3id.org/iccgraph/def#y> <https://example.org/sub/topic/a>",
        f"{thing} <https://w3id.org/iccgraph/def#y> <https://w3id.org/>",
    }


def test_blank_nodes(turtle: Path) -> None:
    """Blank nodes are named by their file, so that two readings name them alike."""
    turtle.write_text("<https://a.org/> <https://b.org/> [ <https://c.org/> [ ] ] .\n")
    once, again = (read_turtle(turtle, Iris(), Problems()) for _ in range(2))
    assert once == again
    nodes = {t.object.value for t in once if isinstance(t.object, BlankNode)}
    assert nodes == {"sometopics0", "sometopics1"}


def test_topic_by_key_or_label(small: Settings) -> None:
    """The topics with a name are found by key, and by each label in any language and case."""
    topics = Read(small).topics
    for name in ("education", "EDUCATION", "Éducation", "education "):
        assert topics.called(name) == ["education", "website-education"]
    assert topics.called("Website education") == ["website-education"]


def test_unknown_topic(small: Settings) -> None:
    """Who writes a name that means no topic is told the nearest, or all of them."""
    topics = Read(small).topics
    assert topics.called("cooking") == []
    assert topics.advice("neighborhood") == "did you mean neighbourhood?"
    assert topics.advice("xxxx").startswith("the keys are anti-discrimination, ")
    assert "public-space" in topics.advice("xxxx")


def test_labels(small: Settings) -> None:
    """A topic's label falls back to English and then to its key."""
    topics = Read(small).topics
    assert topics.label("education", "fr") == "Éducation"
    assert topics.label("education", "xx") == topics.label("education", "en")
    assert topics.label("nothing", "en") == "nothing"


def test_spoiled_topics_are_told_once(small: Settings) -> None:
    """Who uses a topic of a file with a syntax error is not told that it is unknown."""
    path = small.data_dir / "topics-index.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "<x\n", encoding="utf-8")
    assert len(Read(small).told) == 1


def test_topics_have_iris_of_the_base(small: Settings) -> None:
    """A topic is known by its key under any base."""
    path = small.data_dir / "topics-index.ttl"
    triples = read_turtle(path, ELSEWHERE, Problems())
    subjects = {t.subject.value for t in triples if isinstance(t.subject, NamedNode)}
    assert "https://example.org/sub/id/topic/education" in subjects


def test_the_keys_are_listed() -> None:
    """data/README.md has a row for each topic, with its key and label."""
    iris, problems, topics = Iris(), Problems(), TopicNames()
    for name in TOPIC_FILES:
        topics.take(read_turtle(ROOT / "data" / name, iris, problems), iris)
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \| ([^|`]+) \|$", text, re.MULTILINE)
    assert listed == [(key, topics.label(key, "en")) for key in topics.labels]
