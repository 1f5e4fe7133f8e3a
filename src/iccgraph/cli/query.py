"""Answers a query from the current release on standard output, for `iccgraph query`."""

from __future__ import annotations

import sys

from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from rich.console import Console
from rich.table import Table
from rich.text import Text

from iccgraph.errors import SettingsError
from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.dataset.open import OpenRelease, open_current
from iccgraph.serve.sparql.evaluate import GRAPHS, RESULTS, evaluate
from iccgraph.serve.sparql.federation.endpoints import Services
from iccgraph.serve.sparql.federation.engine import Federation
from iccgraph.serve.sparql.guard import inspect
from iccgraph.serve.sparql.port import HangUp, Question, nobody_hangs_up
from iccgraph.settings import Settings
from iccgraph.vocab import PREFIXES

_NAMES = {"turtle": "ttl", "ntriples": "nt", "json-ld": "jsonld", "rdfxml": "rdf"}
_UNLIMITED = sys.maxsize // 2


def answer(settings: Settings, text: str, form: str | None) -> None:
    """Print the answer to a query in the named format, or the one that fits the output.

    Raises: QueryError, ReleaseError, or SettingsError for a format that does not fit the query.
    """
    query = inspect(text, _UNLIMITED, settings.query_depth)
    selecting = query.form in ("SELECT", "ASK")
    wanted = form or (
        "table" if sys.stdout.isatty() and selecting else "csv" if selecting else "ttl"
    )
    wanted = _NAMES.get(wanted, wanted)
    fitting = [*RESULTS, "table"] if selecting else [*GRAPHS]
    if wanted not in fitting:
        raise SettingsError(
            f"--format is {form!r}; for a {query.form} query it can be {', '.join(fitting)}"
        )
    release = open_current(ReleaseFolder(settings.releases_dir), settings.memory_triples)
    machine = "json" if wanted == "table" else wanted
    asked = Question(text, query.form, machine, query.dataset, federated=query.federated)
    content = _evaluated(release, asked, settings)
    if wanted == "table":
        _print_table(content)
    else:
        sys.stdout.buffer.write(content if content.endswith(b"\n") else content + b"\n")
        sys.stdout.buffer.flush()


def _evaluated(release: OpenRelease, question: Question, settings: Settings) -> bytes:
    """Return the answer; our own part of it may take as long and be as large as it likes."""

    def ask(asked: Question, _: HangUp) -> bytes:
        return evaluate(release.store, asked, _UNLIMITED, _UNLIMITED)

    services = Services(settings)
    if question.federated and services.endpoints:
        return Federation(ask, services, settings).answer(question)
    return ask(question, nobody_hangs_up)


def _print_table(content: bytes) -> None:
    results = parse_query_results(content, format=QueryResultsFormat.JSON)
    console = Console()
    if not isinstance(results, QuerySolutions):
        console.print("yes" if results else "no")
        return
    names = [variable.value for variable in results.variables]
    table = Table(*names, header_style="bold")
    rows = 0
    for solution in results:
        table.add_row(*(Text(_cell(solution[name])) for name in names))
        rows += 1
    console.print(table)
    Console(stderr=True).print(f"{rows} rows")


def _cell(term: object) -> str:
    if term is None:
        return ""
    value = str(getattr(term, "value", term))
    for prefix, start in PREFIXES.items():
        if value.startswith(start) and "/" not in value[len(start) :]:
            return f"{prefix}:{value[len(start) :]}"
    return value
