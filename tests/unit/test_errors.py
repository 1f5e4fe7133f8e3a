"""Every error has an exit code and an HTTP status, and the tree in the header is the real one."""

from __future__ import annotations

import inspect
import re

import pytest

from iccgraph import errors
from iccgraph.errors import (
    ConformanceError,
    IccGraphError,
    Problem,
    QueryError,
    QuerySyntaxError,
    RecordsError,
    ReleaseError,
    SourceError,
)
from tests.for_all import for_all

CLASSES = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, IccGraphError)
]
LINE = re.compile(
    r"(?P<indent>[│ ]*)[├└]── (?P<name>\w+) +(?P<words>.*\S) +(?P<code>exit \d|\d{3})"
)


def documented() -> list[tuple[str, str, str]]:
    """Return name, parent and code of each line of the tree in the module's header."""
    found = []
    above = [(-1, "IccGraphError")]
    for line in (errors.__doc__ or "").splitlines():
        if (match := LINE.fullmatch(line.rstrip())) is None:
            continue
        depth = len(match["indent"])
        above = [(d, n) for d, n in above if d < depth]
        found.append((match["name"], above[-1][1], match["code"]))
        above.append((depth, match["name"]))
    return found


def test_documented_tree() -> None:
    """The tree in the header has every class below its real parent, in the module's order."""
    real = [(c.__name__, c.__base__.__name__) for c in CLASSES[1:] if c.__base__ is not None]
    assert sorted((name, parent) for name, parent, _ in documented()) == sorted(real)


def test_documented_codes() -> None:
    """The code that the header tells is that of the class."""

    def fact(row: tuple[str, str]) -> None:
        name, code = row
        error = getattr(errors, name)
        kind, _, number = code.rpartition(" ")
        assert int(number) == (error.exit_code if kind else error.http_status)

    for_all([(name, code) for name, _, code in documented()], fact)


def test_codes() -> None:
    """Each error has an exit code, an HTTP status, a title and a docstring."""

    def fact(error: type[IccGraphError]) -> None:
        assert error.exit_code in (1, 2, 3, 4)
        assert 400 <= error.http_status < 600
        assert error.title[:1].isupper()
        assert (error.__doc__ or "").strip().endswith(".")

    for_all(CLASSES, fact)


def test_only_queries_and_names_are_the_clients_fault() -> None:
    """A status below 500 means that the request was wrong."""
    assert {c.__name__ for c in CLASSES if c.http_status < 500} == {
        "NotFound",
        "Gone",
        "RequestError",
        "UnknownChoice",
        "QueryError",
        "QuerySyntaxError",
        "QueryRefused",
        "QueryTooLarge",
    }


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (
            Problem("a.csv", 3, 2, "name", "it is odd", "mend it"),
            "a.csv:3:2 (name): it is odd; mend it",
        ),
        (
            Problem("a.csv", 3, 0, "name", "it is odd", "mend it"),
            "a.csv:3 (name): it is odd; mend it",
        ),
        (Problem("a.ttl", 3, 2, "", "it is odd", "mend it"), "a.ttl:3:2: it is odd; mend it"),
        (Problem("a.csv", 0, 0, "", "it is odd", "mend it"), "a.csv: it is odd; mend it"),
    ],
)
def test_problem(problem: Problem, text: str) -> None:
    """A problem reads as file, row, column, field, what is wrong and what to do."""
    assert str(problem) == text


def test_order_of_problems() -> None:
    """Problems sort by file and then by row as a number."""
    ten, two = (Problem("a.csv", row, 0, "", "w", "r") for row in (10, 2))
    other = Problem("b.csv", 1, 0, "", "w", "r")
    assert sorted([other, ten, two]) == [two, ten, other]


@pytest.mark.parametrize("error", [RecordsError, ConformanceError])
def test_all_problems_are_in_the_message(
    error: type[RecordsError] | type[ConformanceError],
) -> None:
    """An error with problems keeps them and reads as one line a problem."""
    problems = [Problem("a.csv", row, 0, "", "w", "r") for row in (1, 2)]
    raised = error(problems)
    assert raised.problems == tuple(problems)
    assert str(raised) == "a.csv:1: w; r\na.csv:2: w; r"


def test_release_error_names_the_path() -> None:
    """An error about a release begins with the file or folder."""
    assert str(ReleaseError("releases/x", "is missing")) == "releases/x: is missing"


def test_syntax_error_keeps_its_place() -> None:
    """A syntax error of a query keeps line and column beside its message."""
    error = QuerySyntaxError("no", 3, 7)
    assert (str(error), error.line, error.column) == ("no", 3, 7)
    assert isinstance(error, QueryError)


def test_records_are_a_source() -> None:
    """Whoever handles errors of sources handles those of rows too."""
    assert issubclass(RecordsError, SourceError)
