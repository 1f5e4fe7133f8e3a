"""How the example queries are read, what is wrong with bad ones, and where they go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from iccgraph.errors import RecordsError, SourceError
from iccgraph.iris import Iris
from iccgraph.publish.graph import example, prefix_declarations
from iccgraph.publish.pipeline import build_release
from iccgraph.publish.sources.queries import read_queries
from iccgraph.release.manifest import QUERIES
from iccgraph.release.queries import ExampleQuery, queries_json
from iccgraph.release.queries import read_queries as read_published
from iccgraph.settings import Settings
from iccgraph.tables.problems import Problems
from iccgraph.vocab import PREFIXES, SH

HEADER = "# title@en: Titles\n# title@fr: Titres\n# text@en: All titles.\n# text@fr: Tous.\n"
QUERY = "SELECT ?title { ?s <https://w3id.org/iccgraph/def#title> ?title }\n"
ELSEWHERE = Iris("https://example.org/sub/")


def read(
    folder: Path, *contents: str | bytes, names: Sequence[str] = ("01-x",), iris: Iris | None = None
) -> tuple[list[ExampleQuery], list[str]]:
    """Return the queries of some files and the problems as a person reads them."""
    (folder / "queries").mkdir(exist_ok=True)
    for name, content in zip(names, contents, strict=False):
        path = folder / "queries" / f"{name}.rq"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    problems = Problems()
    queries = read_queries(folder, iris or Iris(), problems)
    return queries, [str(problem) for problem in sorted(problems.found)]


def values(triples: Iterable[Triple], predicate: NamedNode) -> dict[object, str]:
    """Return the text that the triples say with a predicate, by subject."""
    return {
        t.subject: t.object.value
        for t in triples
        if t.predicate == predicate and isinstance(t.object, Literal)
    }


def test_query(tmp_path: Path) -> None:
    """A file gives a key, titles, explanations, a form and the query without its first lines."""
    queries, told = read(tmp_path, f"{HEADER}# result: map\n\n# A remark.\n{QUERY}")
    assert told == []
    assert queries == [
        ExampleQuery(
            "01-x",
            {"en": "Titles", "fr": "Titres"},
            {"en": "All titles.", "fr": "Tous."},
            "map",
            "SELECT",
            f"# A remark.\n{QUERY}",
            name="x",
        )
    ]


@pytest.mark.parametrize(
    ("query", "form", "result"),
    [
        (QUERY, "SELECT", "table"),
        ("prefix select: <urn:x#>\nask { ?s select:insert ?load }", "ASK", "table"),
        ("CONSTRUCT { ?s ?p 1 } WHERE { ?s ?p 'a # DELETE' }", "CONSTRUCT", "graph"),
        ("# INSERT nothing\nDESCRIBE <urn:x#SERVICE>", "DESCRIBE", "graph"),
        ("SELECT ?service { ?service <urn:SERVICE> '''SERVICE\n''' }", "SELECT", "table"),
    ],
)
def test_form(tmp_path: Path, query: str, form: str, result: str) -> None:
    """The form is the query's first word that is neither in a name, a text nor a comment."""
    queries, told = read(tmp_path, f"{HEADER}\n{query}")
    assert told == []
    assert [(q.form, q.result) for q in queries] == [(form, result)]


def test_other_base(tmp_path: Path) -> None:
    """IRIs of things move with the base, those of the vocabulary do not."""
    query = (
        "PREFIX city: <https://w3id.org/iccgraph/id/city/>\n"
        "PREFIX icc: <https://w3id.org/iccgraph/def#>\n"
        "SELECT * { ?s icc:city city:lisbon , <https://w3id.org/iccgraph/id/city/oslo> }\n"
    )
    queries, told = read(tmp_path, f"{HEADER}\n{query}", iris=ELSEWHERE)
    assert told == []
    moved = query.replace("https://w3id.org/iccgraph/id", "https://example.org/sub/id")
    assert queries[0].query == moved


def test_files_of_a_spreadsheet_user(tmp_path: Path) -> None:
    """A byte order mark and Windows line ends change nothing."""
    text = f"{HEADER}\n{QUERY}"
    plain, _ = read(tmp_path, text)
    queries, told = read(tmp_path, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert told == []
    assert queries == plain


def test_no_folder(tmp_path: Path) -> None:
    """Without the folder there are no example queries, and nothing is wrong."""
    problems = Problems()
    assert read_queries(tmp_path, Iris(), problems) == []
    assert problems.found == []


BAD = {
    "no French title": (
        HEADER.replace("# title@fr: Titres\n", "") + "\n" + QUERY,
        "1 (title@fr): it is missing; add a line `# title@fr: …`",
    ),
    "empty English text": (
        HEADER.replace("All titles.", "") + "\n" + QUERY,
        "1 (text@en): it is missing; add a line `# text@en: …`",
    ),
    "title twice": (
        f"{HEADER}# title@en: Again\n\n{QUERY}",
        "5 (title): the title appears twice; write one title@en and one title@fr",
    ),
    "title without language": (
        f"{HEADER}# title: Again\n\n{QUERY}",
        "5 (title): the title has no language; write one title@en and one title@fr",
    ),
    "unknown line": (
        f"{HEADER}# titel@de: Titel\n\n{QUERY}",
        "5: '# titel@de: Titel' is an unknown header;"
        " write title@en, title@fr, text@en, text@fr, general@…, about@…, result, group, name or"
        " param, a colon and the text",
    ),
    "unknown result": (
        f"{HEADER}# result: globe\n\n{QUERY}",
        "5 (result): 'globe' is an unknown kind of result;"
        " give one of table, map, chart, graph, once",
    ),
    "syntax error": (
        f"{HEADER}\nSELECT ?s {{\n  ?s ?p\n}}\n",
        "8:2: it is not SPARQL from here on; correct the line",
    ),
    "undeclared prefix": (
        f"{HEADER}\nSELECT ?s {{\n  ?s a icc:City\n}}\n",
        "7:16: it is not SPARQL: Prefix not found; correct the line",
    ),
    "no query": (f"{HEADER}\n", " it holds no query; write one below the first lines"),
    "other endpoint": (
        f"{HEADER}\nSELECT * {{\n  service <http://127.0.0.1:1/> {{ ?s ?p ?o }}\n}}\n",
        "7: SERVICE asks another endpoint; ask only this one",
    ),
    "update": (
        f"{HEADER}\n# A remark.\nINSERT DATA {{ <urn:a> <urn:b> 1 }}\n",
        "7: INSERT changes data; write a query",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_query(tmp_path: Path, case: str) -> None:
    """Each problem of a file is told once, with the line; the file then gives no query."""
    text, wanted = BAD[case]
    queries, told = read(tmp_path, text)
    assert queries == []
    assert len(told) == 1
    assert told[0].startswith(f"queries/01-x.rq:{wanted}"), told


def test_not_text(tmp_path: Path) -> None:
    """A file that is not UTF-8 is a problem of the whole file."""
    queries, told = read(tmp_path, b"# title@en: \xff\n")
    assert queries == []
    assert told == ["queries/01-x.rq: the file is not UTF-8 text; save it as UTF-8"]


def test_doubled_names(tmp_path: Path) -> None:
    """No two files have the same number, or the same topic."""
    text = f"{HEADER}\n{QUERY}"
    queries, told = read(tmp_path, text, text, text, names=("01-a", "01-b", "02-a"))
    assert [q.key for q in queries] == ["01-a"]
    assert told == [
        "queries/01-b.rq: 01-a.rq is called '01' too; rename one of the two",
        "queries/02-a.rq: 01-a.rq is called 'a' too; rename one of the two",
    ]


@pytest.mark.parametrize("name", ["mediation", "01-Mediation", "01-é", "01-a.b", "01"])
def test_bad_name(tmp_path: Path, name: str) -> None:
    """A file's name is a number and a topic that can be part of an address."""
    queries, told = read(tmp_path, f"{HEADER}\n{QUERY}", names=(name,))
    assert queries == []
    assert told == [
        f"queries/{name}.rq: the file's name cannot be a key;"
        " name it by number and topic, such as 01-practices-about-mediation.rq"
    ]


def test_unreadable(tmp_path: Path) -> None:
    """A file that cannot be opened is an error of the sources."""
    (tmp_path / "queries" / "01-x.rq").mkdir(parents=True)
    with pytest.raises(SourceError, match=r"01-x\.rq: cannot be read"):
        read(tmp_path)


def test_prefixes_are_declared() -> None:
    """Every shared prefix is declared once, with its namespace."""
    said = list(prefix_declarations(ELSEWHERE))
    prefixes, namespaces = values(said, SH.prefix), values(said, SH.namespace)
    assert {prefixes[node]: namespaces[node] for node in prefixes} == PREFIXES
    declared = {t.object for t in said if t.predicate == SH.declare}
    assert declared == set(prefixes)


def test_file_of_the_release(tmp_path: Path) -> None:
    """What the release keeps for its readers is what was read."""
    queries, _ = read(tmp_path, f"{HEADER}\n{QUERY}")
    assert [*read_published(queries_json(queries))] == queries


def test_description(tmp_path: Path) -> None:
    """An example is named below the endpoint of this installation."""
    queries, _ = read(tmp_path, f"{HEADER}\n{QUERY}", iris=ELSEWHERE)
    said = list(example(queries[0], ELSEWHERE))
    assert {t.subject for t in said} == {NamedNode("https://example.org/sub/sparql#01-x")}
    assert set(values(said, SH.select).values()) == {QUERY}


def test_build(small: Settings) -> None:
    """A build keeps the queries and their checksums, and stops at a bad one."""
    folder = small.data_dir / "queries"
    folder.mkdir()
    (folder / "01-x.rq").write_text(f"{HEADER}\n{QUERY}", encoding="utf-8")
    content = build_release(small, validate=False).manifest.content
    assert "data/queries/01-x.rq" in content.inputs
    assert QUERIES in content.files
    assert content.graphs["examples"] == 10
    (folder / "01-x.rq").write_text(QUERY, encoding="utf-8")
    with pytest.raises(RecordsError, match=r"queries/01-x\.rq:1 \(title@en\): it is missing"):
        build_release(small, validate=False)
