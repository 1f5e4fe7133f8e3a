"""Every error that iccgraph raises on purpose.

IccGraphError
├── SettingsError                a setting is missing or unusable            exit 2
├── SourceError                  a file of the data cannot be used           exit 3
│   └── RecordsError             rows that do not conform, all of them       exit 1
├── ConformanceError             the graph violates a shape                  exit 1
├── ReleaseError                 a release is missing, damaged or refused    exit 4
│   └── ReleaseFormatError       another version of iccgraph reads it        exit 4
├── DownloadError                a site does not give a release as it should exit 3
│   ├── DownloadTimeout          it is too slow                              exit 3
│   └── ChecksumError            what came is not what the release has       exit 3
├── CacheError                   what was fetched cannot be kept             exit 4
├── ArgumentError                a function does not take such a value       exit 2
├── ExtraMissing                 packages that a function needs are missing  exit 2
├── RequestError                 HTTP forbids it, or we do not take it (or 4xx, 501)  400
│   └── UnknownChoice            a list has no such filter, value or page    400
├── NotFound                     nothing has that name                       404
│   └── Gone                     something had that name once                410
└── QueryError                   a query cannot be answered       exit 2     400
    ├── QuerySyntaxError         it is not SPARQL (line, column)             400
    ├── QueryRefused             it asks for what this endpoint never does   403
    ├── QueryTooLarge            its text or its answer is over a limit      413
    ├── QueryTimeout             it ran longer than the limit                503
    ├── EngineError              the engine broke down on it                 500
    ├── EngineBusy               every worker and waiting place is taken     503
    │   └── EngineUnavailable    there is no engine that could be asked      503
    └── ServiceFailed            another endpoint gave no usable answer      502
        ├── ServiceBusy          it wants to be left alone for a while       503
        └── ServiceLate          it did not answer in time                   504

The command line and the web have one handler each: `exit_code` and `http_status` tell them what
to answer, and the message is what the person reads: what was read, what was expected, what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path


class IccGraphError(Exception):
    """The root of all errors that a person can do something about."""

    exit_code = 1
    http_status = 500
    title = "Something went wrong"


class SettingsError(IccGraphError):
    """A setting is missing, unreadable or contradicts another."""

    exit_code = 2
    title = "A setting cannot be used"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with one place in a source, in a form a coordinator can act on.

    Units: `row` and `column` count from 1 as a spreadsheet does; 0 means the whole file or row.
    """

    source: str
    row: int
    column: int
    field: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        """Return `file:row:column (field): what is wrong; what to do`."""
        numbers = "".join(f":{number}" for number in (self.row, self.column) if number)
        field = f" ({self.field})" if self.field else ""
        return f"{self.source}{numbers}{field}: {self.wrong}; {self.remedy}"


class SourceError(IccGraphError):
    """A source cannot be opened or understood at all."""

    exit_code = 3
    title = "A source cannot be read"


class RecordsError(SourceError):
    """One or more rows do not conform; `problems` holds every one that was found."""

    exit_code = 1
    title = "The data does not conform"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConformanceError(IccGraphError):
    """The graph violates the shapes; `problems` holds one entry a violation."""

    title = "The graph does not conform to the shapes"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ReleaseError(IccGraphError):
    """A release folder is missing, incomplete or not what its manifest says."""

    exit_code = 4
    http_status = 503
    title = "The release cannot be used"

    def __init__(self, path: Path | str, message: str) -> None:
        self.path = Path(path)
        super().__init__(f"{path}: {message}")


class ReleaseFormatError(ReleaseError):
    """A release was made by another version of iccgraph, in a format that this one cannot read."""

    title = "The release has another format"


class DownloadError(IccGraphError):
    """A site cannot be reached, or does not give a release as its manifest says."""

    exit_code = 3
    title = "A release cannot be fetched"

    def __init__(self, address: str, message: str) -> None:
        self.address = address
        super().__init__(f"{address}: {message}")


class DownloadTimeout(DownloadError):
    """A site does not answer, or does not send a file, in the time that it has."""

    title = "A site is too slow"


class ChecksumError(DownloadError):
    """A file that a site has sent, or one that was kept, has another checksum than it should."""

    title = "A file is not what the release has"


class CacheError(IccGraphError):
    """The folder in which fetched files are kept cannot be used."""

    exit_code = 4
    title = "The folder of fetched files cannot be used"

    def __init__(self, path: Path | str, message: str) -> None:
        self.path = Path(path)
        super().__init__(f"{path}: {message}")


class ArgumentError(IccGraphError, ValueError):
    """A function of the Python interface does not take this value of an argument."""

    exit_code = 2
    title = "An argument cannot be used"


class ExtraMissing(IccGraphError):
    """A function needs packages that come with an extra of iccgraph, which is not installed."""

    exit_code = 2
    title = "Packages are missing"


class RequestError(IccGraphError):
    """A request that HTTP does not allow, or that this server does not take.

    Arguments: `status` is the HTTP status and gives the title; `headers` are those that the status
    asks for, such as `Allow` or `Retry-After`.
    Source: RFC 9110, section 15; RFC 6585.
    """

    http_status = 400

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        self.http_status = status
        self.headers = dict(headers or {})
        self.title = _TITLES.get(status, HTTPStatus(status).phrase)
        super().__init__(message)


class UnknownChoice(RequestError):
    """A parameter of a list has a value that there is not, or there is no such parameter.

    Arguments: `nearest` are values that may have been meant, each with what it is called.
    """

    def __init__(
        self,
        parameter: str,
        value: str,
        message: str,
        nearest: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(400, message)
        self.title = "There is no such choice"
        self.parameter, self.value, self.nearest = parameter, value, tuple(nearest)


_TITLES = {413: "Request Entity Too Large", 414: "Request URI Too Long"}


class NotFound(IccGraphError):
    """Nothing is known by this name."""

    http_status = 404
    title = "Not found"


class Gone(NotFound):
    """A thing had this name and was withdrawn; names are never used again."""

    http_status = 410
    title = "Withdrawn"


class ClientDisconnected(Exception):
    """The client has gone; nobody will read a response, so this is no error of anybody's."""


class QueryError(IccGraphError):
    """A query cannot be answered."""

    exit_code = 2
    http_status = 400
    title = "The query cannot be answered"


class QuerySyntaxError(QueryError):
    """The text is not a SPARQL 1.1 query; `line` and `column` count from 1, 0 if unknown.

    `parser` is what the engine's parser has against it, for those who know grammars.
    """

    title = "The query has a syntax error"

    def __init__(self, message: str, line: int = 0, column: int = 0, parser: str = "") -> None:
        self.line = line
        self.column = column
        self.parser = parser
        super().__init__(message)


class QueryRefused(QueryError):
    """The query asks for something that this endpoint never does."""

    http_status = 403
    title = "The query is refused"


class QueryTooLarge(QueryError):
    """The query's text, or its answer, is larger than a limit allows."""

    http_status = 413
    title = "The query or its answer is too large"


class QueryTimeout(QueryError):
    """The query ran longer than the limit and was stopped."""

    http_status = 503
    title = "The query took too long"


class EngineBusy(QueryError):
    """Every worker is busy and the waiting line is full."""

    http_status = 503
    title = "The query service is busy"


class EngineUnavailable(EngineBusy):
    """No worker can be started, or the endpoint that holds the release does not answer."""

    title = "The query service does not answer"


class EngineError(QueryError):
    """The engine itself failed while it evaluated the query, through no limit of ours."""

    http_status = 500
    title = "The query engine failed on this query"


class ServiceFailed(QueryError):
    """An endpoint that a query asks by SERVICE cannot be reached, refuses or talks nonsense."""

    http_status = 502
    title = "Another endpoint failed"


class ServiceBusy(ServiceFailed):
    """An endpoint that a query asks wants to be left alone for `seconds`."""

    http_status = 503
    title = "Another endpoint is busy"

    def __init__(self, message: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(message)


class ServiceLate(ServiceFailed):
    """An endpoint that a query asks did not answer in the time that there was."""

    http_status = 504
    title = "Another endpoint is too slow"
