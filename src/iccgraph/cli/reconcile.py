"""The verb `reconcile`: adds our keys and IRIs to somebody's table, from a release on disk.

The table goes to standard output or a file, which is written whole or not at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from iccgraph.cli.options import settings_options
from iccgraph.errors import SourceError
from iccgraph.settings import Settings
from iccgraph.tables.edit import replace_file

if TYPE_CHECKING:
    from iccgraph.serve.reconcile.table import Outcome, Table

MOST_MESSAGES = 50


@click.command(
    epilog="Example: iccgraph reconcile table.csv --column city --country-column country"
)
@settings_options("releases_dir")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", required=True, metavar="NAME", help="the column of names")
@click.option("--country-column", metavar="NAME", help="the column of countries, which tells apart")
@click.option(
    "--kind",
    type=click.Choice(["city", "country", "topic", "practice", "network", "guidance"]),
    default="city",
    help="what the names are names of; default: city",
)
@click.option("--output", type=click.Path(path_type=Path), help="write here; default: print it")
def reconcile(
    file: Path,
    column: str,
    country_column: str | None,
    kind: str,
    output: Path | None,
    settings: Settings,
) -> None:
    """Add our key, IRI, label and Wikidata item to each row of the table FILE that is certain."""
    from iccgraph.release.folder import ReleaseFolder
    from iccgraph.serve.dataset.open import open_current
    from iccgraph.serve.reconcile.service import Reconciler
    from iccgraph.serve.reconcile.table import ADDED, matched, read_table

    table = read_table(file, [name for name in (column, country_column) if name is not None])
    names = _column(file, table, column)
    countries = None if country_column is None else _column(file, table, country_column)
    if double := [name for name in ADDED if table.column(name) is not None]:
        raise click.UsageError(f"{file} has columns of ours already: remove {', '.join(double)}")
    release = open_current(ReleaseFolder(settings.releases_dir), settings.memory_triples)
    content, outcome = matched(Reconciler(release), table, kind, names, countries)
    if output is None:
        click.echo(content, nl=False)
    else:
        _write(output, content)
    _tell(outcome)


def _column(file: Path, table: Table, name: str) -> int:
    """Return where a column stands, counted from 0; a UsageError if the table has none."""
    place = table.column(name)
    if place is None:
        there = ", ".join(cell.strip() for cell in table.header)
        raise click.UsageError(f"{file} has no column {name!r}; its columns are {there}")
    return place


def _tell(outcome: Outcome) -> None:
    """Print what a person should look at, and how many rows were found."""
    for line in outcome.messages[:MOST_MESSAGES]:
        click.echo(line, err=True)
    if len(outcome.messages) > MOST_MESSAGES:
        click.echo(f"… and {len(outcome.messages) - MOST_MESSAGES} rows more", err=True)
    counts = outcome.counts
    click.echo(
        f"{counts.total()} rows: {counts['certain']} certain, {counts['ambiguous']} ambiguous,"
        f" {counts['none']} not found",
        err=True,
    )


def _write(path: Path, content: bytes) -> None:
    try:
        replace_file(path, content)
    except OSError as error:
        raise SourceError(
            f"{path}: cannot be written ({error.strerror}); name a file in a folder that you own"
        ) from error
