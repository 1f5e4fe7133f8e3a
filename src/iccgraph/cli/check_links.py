"""The verb `check-links`: whether the addresses in the tables still lead somewhere."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from iccgraph.cli.options import settings_options, show_progress
from iccgraph.errors import ReleaseError
from iccgraph.settings import Settings
from iccgraph.tables.edit import replace_file


@click.command(
    "check-links",
    epilog="Example: iccgraph check-links --check-contact me@example.org --output checked.csv",
)
@settings_options("data_dir", "check_", "wikidata_contact")
@click.argument("tables", nargs=-1)
@click.option("--output", type=click.Path(path_type=Path), help="write here; default: print it")
def check_links(settings: Settings, tables: tuple[str, ...], output: Path | None) -> None:
    """Ask all web addresses that the tables hold, or just TABLES, and list what they answer.

    Hosts are asked politely: one request at a time, with a pause.
    """
    from iccgraph.linkcheck.addresses import read_addresses
    from iccgraph.linkcheck.check import check_addresses
    from iccgraph.linkcheck.table import KINDS, as_csv

    uses = read_addresses(settings.data_dir, tables)
    checked = check_addresses(uses, settings, show_progress)
    content = as_csv(checked, uses)
    if output is None:
        click.echo(content, nl=False)
    else:
        _write(output, content)
    counts = Counter(found.answer.what for found in checked.values())
    words = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind])
    click.echo(f"{len(checked)} addresses: {words or 'none to ask'}", err=True)


def _write(path: Path, content: bytes) -> None:
    try:
        replace_file(path, content)
    except OSError as error:
        raise ReleaseError(
            path, f"cannot be written ({error.strerror}); name a file in a folder that you own"
        ) from error
