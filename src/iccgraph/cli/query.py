"""Answers a query from the current release on standard output, for `iccgraph query`."""

from __future__ import annotations

import asyncio
import logging
import sys
from dataclasses import replace
from typing import Final

import click
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from rich.console import Console
from rich.table import Table
from rich.text import Text

from iccgraph import formats
from iccgraph.errors import SettingsError
from iccgraph.formats import CSV, JSON, RESULT_TYPES, TURTLE
from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.dataset.open import open_current
from iccgraph.serve.sparql.engines import open_engine
from iccgraph.serve.sparql.federation.endpoints import Services
from iccgraph.serve.sparql.guard import QuerySummary, inspect
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.settings import Settings
from iccgraph.vocab import PREFIXES

TABLE: Final = "table"
_UNLIMITED: Final = sys.maxsize // 2
_YEAR: Final = 366 * 86400.0
log = logging.getLogger("iccgraph")


def answer(settings: Settings, text: str, form: str | None) -> None:
    """Print the answer to a query in the named format, or the one that fits the output.

    Raises: QueryError, ReleaseError, or SettingsError for a format that does not fit the query.
    """
    summary = inspect(text, _UNLIMITED, settings.query_depth)
    wanted = _format(summary, form)
    query = SparqlQuery(
        text,
        summary.query_type,
        JSON.name if wanted == TABLE else wanted,
        summary.dataset,
        federated=summary.federated,
        base=settings.endpoint,
    )
    log.addHandler(logging.NullHandler())  # the error says all of it
    content = asyncio.run(_answered(settings, query))
    if wanted == TABLE:
        _print_table(content)
    else:
        click.echo(content, nl=not content.endswith(b"\n"))


def _format(summary: QuerySummary, name: str | None) -> str:
    """Return the name of the format to print; without one, that which fits the output.

    Raises: SettingsError for a format that does not fit the query.
    """
    results = summary.query_type in RESULT_TYPES
    if name is None and not results:
        return TURTLE.name
    if name is None:
        return TABLE if sys.stdout.isatty() else CSV.name
    if name == TABLE and results:
        return TABLE
    offers = formats.of_answer(summary.query_type)
    if (found := formats.find(name, offers)) is not None:
        return found.name
    fitting = [offer.name for offer in offers] + ([TABLE] if results else [])
    raise SettingsError(
        f"--format is {name!r}; for a {summary.query_type} query it can be {', '.join(fitting)}"
    )


async def _answered(settings: Settings, query: SparqlQuery) -> bytes:
    """Return the answer of a worker process, so that nothing a query does can end this one.

    Whoever asks at a command line may take as long, and as much, as the machine has. One query is
    answered sooner from disk than from memory, into which everything would have to be read.
    """
    alone = replace(
        settings,
        sparql_endpoint="",
        memory_triples=1,
        query_workers=1,
        query_timeout=_YEAR,
        query_rows=_UNLIMITED,
        query_bytes=_UNLIMITED,
        query_memory=_UNLIMITED,
        query_memory_together=_UNLIMITED,
    )
    release = open_current(ReleaseFolder(settings.releases_dir), alone.memory_triples)
    engine = open_engine(release, alone, Services(alone))
    try:
        return await engine.answer(query)
    finally:
        engine.close()


def _print_table(content: bytes) -> None:
    results = parse_query_results(content, format=QueryResultsFormat.JSON)
    if not isinstance(results, QuerySolutions):
        click.echo("yes" if results else "no")
        return
    names = [variable.value for variable in results.variables]
    table = Table(*names, header_style="bold")
    for solution in results:
        table.add_row(*(Text(_cell(solution[name])) for name in names))
    console = Console()
    with console.capture() as shown:
        console.print(table)
    click.echo(shown.get(), nl=False, color=True)
    click.echo(f"{table.row_count} rows", err=True)


def _cell(term: object) -> str:
    if term is None:
        return ""
    value = str(getattr(term, "value", term))
    for prefix, start in PREFIXES.items():
        if value.startswith(start) and "/" not in value[len(start) :]:
            return f"{prefix}:{value[len(start) :]}"
    return value
