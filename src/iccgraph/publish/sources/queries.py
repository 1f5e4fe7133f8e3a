"""Reads the example queries of data/queries/*.rq: titles, explanations and the query itself.

Each file begins with comment lines `# title@en: …`, `# title@fr: …`, `# text@en: …` and
`# text@fr: …`, optionally `# result: …`, `# group: …`, `# name: …`, `# general@…: …` and
`# about@…: …` in both languages, and a line `# param: …` for each parameter; the query follows.
Source: SPARQL 1.1 Query Language, sections 4.2 and 19.8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from iccgraph.errors import SourceError
from iccgraph.iris import DEFAULT_BASE, Iris, is_key
from iccgraph.publish.sources.parameters import read_parameters
from iccgraph.release.parameters import Parameter
from iccgraph.release.queries import GROUPS, ExampleQuery, name_of
from iccgraph.settings import WIKIDATA
from iccgraph.sparql_syntax import QUERY_TYPES, UPDATES, position, tokens
from iccgraph.tables.problems import Problems

QUERY_FOLDER: Final = "queries"
RESULTS: Final = ("table", "map", "chart", "graph")
NEEDED: Final = ("title@en", "title@fr", "text@en", "text@fr")
_WORDED: Final = ("title", "text", "about", "general")
_SINGLE: Final = ("result", "group", "name")
_HEADER = re.compile(r"# *([a-z]+)(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*))? *: *(.*)")
_NAME = re.compile(r"([0-9]+)-(.+)")
_WIKIDATA = re.compile(rf"\bSERVICE(?: +SILENT)? +(<{re.escape(WIKIDATA)}>)", re.I)
_REASON = re.compile(r"[A-Z][A-Za-z]*(?: [A-Za-z]+){2,}")
"""The part of the engine's complaint that is a sentence; the rest lists what it can read."""
_OURS = re.compile(re.escape(DEFAULT_BASE) + r"[^\s<>\"{}|\\^`]*")


@dataclass(slots=True)
class _File:
    """One file while it is read, and where its problems go."""

    source: str
    problems: Problems
    headers: dict[str, str] = field(default_factory=dict)
    parameters: list[tuple[int, str]] = field(default_factory=list)
    sound: bool = True

    def by_language(self, name: str) -> dict[str, str]:
        """Return the texts of the headers of a name."""
        parts = ((key.partition("@"), text) for key, text in self.headers.items())
        return {language: text for (kind, _, language), text in parts if kind == name}

    def complain(self, line: int, name: str, wrong: str, remedy: str, column: int = 0) -> None:
        """Tell a problem; the file then is no query."""
        self.sound = False
        self.problems.add(self.source, line, column, name, wrong, remedy)


def query_files(data: Path) -> list[Path]:
    """Return the files of all example queries, in their order."""
    return sorted((data / QUERY_FOLDER).glob("*.rq"))


def read_queries(data: Path, iris: Iris, problems: Problems) -> list[ExampleQuery]:
    """Return every example query, its IRIs moved to this installation's base.

    Raises: SourceError if a file cannot be opened.
    """
    queries: list[ExampleQuery] = []
    seen: dict[str, str] = {}
    names: dict[str, str] = {}
    for path in query_files(data):
        file = _File(f"{QUERY_FOLDER}/{path.name}", problems)
        _check_name(path, file, seen)
        query = _read(path, file, iris)
        if (
            query is not None
            and file.sound
            and names.setdefault(query.name, path.name) != path.name
        ):
            wrong = f"{names[query.name]} has the name {query.name!r} too"
            file.complain(0, "name", wrong, "add a line `# name: …` with another one")
        if query is not None and file.sound:
            queries.append(query)
    return queries


def _check_name(path: Path, file: _File, seen: dict[str, str]) -> None:
    parts = _NAME.fullmatch(path.stem)
    if parts is None or not is_key(path.stem):
        remedy = "name it by number and topic, such as 01-practices-about-mediation.rq"
        file.complain(0, "", "the file's name cannot be a key", remedy)
        return
    for part in parts.groups():
        if part in seen:
            file.complain(0, "", f"{seen[part]} is called {part!r} too", "rename one of the two")
        seen[part] = path.name


def _read(path: Path, file: _File, iris: Iris) -> ExampleQuery | None:
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror}); put it back") from error
    except UnicodeDecodeError:
        file.complain(0, "", "the file is not UTF-8 text", "save it as UTF-8")
        return None
    start = next((n for n, text in enumerate(lines) if not text.startswith("#")), len(lines))
    for number, line in enumerate(lines[:start], 1):
        _read_header(line, number, file)
    for name in NEEDED:
        if not file.headers.get(name):
            file.complain(1, name, "it is missing", f"add a line `# {name}: …`")
    while start < len(lines) and not lines[start].strip():
        start += 1
    query = "\n".join(lines[start:]).rstrip()
    if not query:
        file.complain(0, "", "it holds no query", "write one below the first lines")
        return None
    query_type = _query_type(query, start, file)
    if query_type is None:
        return None
    text = _OURS.sub(lambda match: iris.rebase(match[0]), query) + "\n"
    shown = "graph" if query_type in ("CONSTRUCT", "DESCRIBE") else "table"
    result = file.headers.get("result") or shown
    services = (WIKIDATA,) if any(word == "SERVICE" for word, _ in _words(query)) else ()
    return ExampleQuery(
        *(path.stem, file.by_language("title"), file.by_language("text"), result, query_type),
        *(text, services),
        name=file.headers.get("name") or name_of(path.stem),
        group=file.headers.get("group", ""),
        about=file.by_language("about"),
        general=file.by_language("general"),
        parameters=_parameters(file, text, iris),
    )


def _parameters(file: _File, query: str, iris: Iris) -> tuple[Parameter, ...]:
    """Return the parameters that the first lines declare; what is wrong with others is told."""
    lines = [_OURS.sub(lambda match: iris.rebase(match[0]), line) for _, line in file.parameters]
    found = []
    for (number, _), one in zip(file.parameters, read_parameters(lines, query, iris), strict=True):
        if isinstance(one, Parameter):
            found.append(one)
        else:
            file.complain(number, "param", *one)
    return tuple(found)


def _read_header(line: str, number: int, file: _File) -> None:
    parts = _HEADER.fullmatch(line.rstrip())
    if parts is None or parts[1] not in (*_WORDED, *_SINGLE, "param"):
        remedy = (
            "write title@en, title@fr, text@en, text@fr, general@…, about@…, result, group,"
            " name or param, a colon and the text"
        )
        file.complain(number, "", f"{line[:40]!r} is an unknown header", remedy)
        return
    name, language, text = parts.groups()
    if name == "param" and not language:
        file.parameters.append((number, text))
    elif name in _WORDED:
        _read_words(name, language or "", text, number, file)
    else:
        _read_single(name, f"{text}@{language}" if language else text, number, file)


def _read_words(name: str, language: str, text: str, number: int, file: _File) -> None:
    """Keep a text in a language."""
    key = f"{name}@{language}"
    if not language or key in file.headers:
        wrong = "appears twice" if language else "has no language"
        file.complain(number, name, f"the {name} {wrong}", f"write one {name}@en and one {name}@fr")
    else:
        file.headers[key] = text


def _read_single(name: str, text: str, number: int, file: _File) -> None:
    """Keep what stands once, and is one of few values or a key."""
    known = {"result": RESULTS, "group": GROUPS}.get(name, ())
    if name in file.headers or not (text in known if known else is_key(text)):
        kind = {"result": "kind of result"}.get(name, name)
        remedy = f"give one of {', '.join(known)}, once" if known else "give one key, once"
        file.complain(number, name, f"{text!r} is an unknown {kind}", remedy)
    else:
        file.headers[name] = text


def _query_type(query: str, before: int, file: _File) -> str | None:
    """Return the form of a query that the engine can read; `before` lines stand above it."""
    query_type, checked = "", _WIKIDATA.sub(_without_service, query)
    for word, line in _words(checked):
        if word == "SERVICE":
            wrong, remedy = "SERVICE asks another endpoint", f"ask only this one, or <{WIKIDATA}>"
            file.complain(before + line, "", wrong, remedy)
            return None
        if not query_type and word in UPDATES:
            file.complain(before + line, "", f"{word} changes data", "write a query")
            return None
        if not query_type and word in QUERY_TYPES:
            query_type = word
    try:
        Store().query(checked)
    except (SyntaxError, ValueError) as error:
        (line, column), reason = position(str(error)), _REASON.search(str(error))
        line = before + line if line else 0
        wrong = f"it is not SPARQL: {reason[0]}" if reason else "it is not SPARQL from here on"
        file.complain(line, "", wrong, "correct the line", column)
        return None
    return query_type


def _without_service(match: re.Match[str]) -> str:
    """Return a text of the same length that the grammar takes for the same; nobody is asked."""
    return "GRAPH".ljust(match.start(1) - match.start()) + match[1]


def _words(query: str) -> Iterator[tuple[str, int]]:
    """Yield the words of a query that are no names, with the line of each."""
    for token in tokens(query):
        if token.kind == "word":
            yield token.text.upper(), query.count("\n", 0, token.start) + 1
