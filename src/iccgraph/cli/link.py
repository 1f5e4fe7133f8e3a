"""The verb `link`: proposes, reviews and rechecks links to Wikidata, and fetches what it says.

Results go to standard output, messages to standard error.
"""

from __future__ import annotations

import getpass
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import click

from iccgraph.cli.options import settings_options, show_progress
from iccgraph.errors import SettingsError, SourceError
from iccgraph.settings import Settings

if TYPE_CHECKING:
    from iccgraph.link.client import WikidataClient
    from iccgraph.link.items import Item
    from iccgraph.link.linker import LinkTables
    from iccgraph.link.things import Thing
    from iccgraph.publish.records import Link

ANSWERS = {
    word[:length]: word[0] for word in ("accept", "reject", "skip", "quit") for length in (1, 6)
}


@click.command(epilog="Example: iccgraph link lisbon --wikidata-contact me@example.org --dry-run")
@settings_options("base_iri", "data_dir", "wikidata_")
@click.argument("keys", nargs=-1)
@click.option("--kind", type=click.Choice(["city", "country", "topic"]), help="only these")
@click.option("--reviewer", metavar="NAME", help="who reviews; default: the name of the login")
@click.option("--dry-run", is_flag=True, help="print what would be decided, write nothing")
@click.option("--recheck", is_flag=True, help="look whether accepted items have changed")
@click.option("--review", is_flag=True, help="decide the open links, one after the other")
@click.option("--fetch", is_flag=True, help="fetch what Wikidata states into wikidata.csv")
def link(
    settings: Settings,
    keys: tuple[str, ...],
    kind: str | None,
    reviewer: str | None,
    **flags: bool,
) -> None:
    """Find the Wikidata items of all places, countries and topics, or of those with these KEYS.

    What is certain is accepted, the rest is left open for a person; both become rows of links.csv.
    """
    tasks = [name for name, chosen in flags.items() if chosen]
    if len(tasks) > 1:
        raise click.UsageError("give only one of --dry-run, --recheck, --review and --fetch")
    from iccgraph.link.linker import read_tables

    tables = read_tables(settings)
    things, unknown = tables.choose(keys, kind or "")
    if unknown:
        remedy = "write keys as they stand in the tables, such as lisbon or country:pt"
        raise click.UsageError(f"no {kind or 'thing'} has the key {', '.join(unknown)}; {remedy}")
    match tasks:
        case ["recheck"]:
            _recheck(settings, tables, things)
        case ["review"]:
            _review(settings, tables, things, reviewer or _login())
        case ["fetch"]:
            _fetch(settings, tables, things)
        case _:
            _propose(settings, tables, things, dry_run=bool(tasks))


@contextmanager
def _wikidata(
    settings: Settings, tables: LinkTables, days: float = math.inf
) -> Iterator[WikidataClient]:
    """Open a client that believes no answer older than so many days; at the end tell its calls."""
    from iccgraph.link.client import WikidataClient
    from iccgraph.link.things import requested_languages

    settings = replace(settings, wikidata_cache_days=min(settings.wikidata_cache_days, days))
    languages = requested_languages(tables.countries)
    with closing(WikidataClient(settings, languages, show_progress)) as client:
        yield client
        known = client.remembered
        click.echo(f"{client.calls} requests to Wikidata, {known} answers known before", err=True)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise SettingsError("who reviews is not known; give a name with --reviewer") from None


def _propose(
    settings: Settings, tables: LinkTables, things: Sequence[Thing], dry_run: bool
) -> None:
    from iccgraph.link.decide import KEY, decision_rows
    from iccgraph.link.linker import Linker
    from iccgraph.tables.edit import TableEditor

    editor, today = TableEditor(tables.path, KEY), date.today()
    with _wikidata(settings, tables) as client:
        decisions = Linker(client, tables, today).propose(things)
    counts = {"accepted": 0, "open": 0}
    for decision in decisions:
        rows = decision_rows(decision, tables.links, today)
        if not rows and decision.reason and decision.thing.kind != "topic":
            click.echo(f"{decision.thing.id}: {decision.reason}", err=True)
        for row in rows:
            editor.put(row)
            counts[row["status"]] += 1
            names = ("status", "subject_id", "object_id", "confidence", "comment")
            click.echo("\t".join(row[name] for name in names))
    if not dry_run:
        editor.save()
    verb = "would be written" if dry_run else "written"
    without = sum(d.accepted is None and not d.candidates for d in decisions)
    click.echo(
        f"{len(things)} looked at, {len(things) - len(decisions)} of them decided before; "
        f"{counts['accepted']} accepted and {counts['open']} open rows {verb}; "
        f"{without} without a candidate",
        err=True,
    )


def _recheck(settings: Settings, tables: LinkTables, things: Sequence[Thing]) -> None:
    from iccgraph.link.review import FRESH_DAYS, recheck

    links = tables.links_of(things, "accepted")
    items, countries = _items_of(settings, tables, links, FRESH_DAYS)
    findings = recheck(links, tables.things, items, countries, date.today())
    for finding in findings:
        click.echo(finding)
    click.echo(f"{len(links)} links checked, {len(findings)} things to look at", err=True)
    if findings:
        raise click.exceptions.Exit(1)


def _fetch(settings: Settings, tables: LinkTables, things: Sequence[Thing]) -> None:
    from iccgraph.link.review import FRESH_DAYS
    from iccgraph.link.statements import statement_rows, write_statements
    from iccgraph.link.things import member_languages

    links = tables.links_of(things, "accepted")
    languages = member_languages(tables.countries)
    with _wikidata(settings, tables, FRESH_DAYS) as client:
        fetched = client.items([link.item for link in links], "items")
    rows = {
        name: list(statement_rows(item, languages))
        for name, item in fetched.items()
        if not item.missing
    }
    for name in sorted(fetched.keys() - rows.keys()):
        click.echo(f"wikidata:{name} does not exist; see `iccgraph link --recheck`", err=True)
    keep = {link.item for link in tables.accepted()} - fetched.keys()
    path = tables.path.with_name("wikidata.csv")
    total = write_statements(path, rows, keep)
    click.echo(f"{path}: {total} statements, of {len(rows)} items fetched anew", err=True)


def _review(settings: Settings, tables: LinkTables, things: Sequence[Thing], reviewer: str) -> None:
    from iccgraph.link.decide import KEY, reviewed_row
    from iccgraph.link.review import compare, obstacle
    from iccgraph.tables.edit import TableEditor

    links, accepted = tables.links_of(things, "open"), tables.accepted()
    items: dict[str, Item] = {}
    countries: dict[str, frozenset[str]] = {}
    try:
        items, countries = _items_of(settings, tables, links)
    except (SourceError, SettingsError) as error:
        click.echo(f"Wikidata could not be asked, so only our side is shown: {error}", err=True)
    editor, decided = TableEditor(tables.path, KEY), 0
    for number, link in enumerate(links, 1):
        thing = tables.things[link.thing]
        sides = compare(thing, items.get(link.item), countries)
        _show(f"{number} of {len(links)}: {link.thing}", link, sides)
        answer = _answer(obstacle(link, accepted))
        if answer == "q":
            break
        if answer in "ar":
            editor.put(reviewed_row(link, thing, answer == "a", reviewer, date.today()))
            editor.save()
            decided += 1
        if answer == "a":
            accepted.append(link)
    click.echo(f"{decided} decided, {len(links) - decided} still open", err=True)


def _items_of(
    settings: Settings, tables: LinkTables, links: Sequence[Link], days: float = math.inf
) -> tuple[dict[str, Item], dict[str, frozenset[str]]]:
    """Return the items of the links, and the ISO codes of the countries that they name."""
    from iccgraph.link.linker import codes_of_countries

    with _wikidata(settings, tables, days) as client:
        items = client.items([link.item for link in links], "items")
        linked = tables.country_items()
        return items, codes_of_countries(client, items.values(), linked, date.today())


def _show(title: str, link: Link, sides: Iterable[tuple[str, str, str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    address = f"https://www.wikidata.org/wiki/{link.item}"
    table = Table(title=Text(title), title_justify="left")
    for heading in ("", "ours", address):
        table.add_column(heading, overflow="fold")
    for row in sides:
        table.add_row(*map(Text, row))
    console = Console()
    console.print(table)
    console.print(Text(f"confidence {link.confidence:.2f}: {link.comment}"))


def _answer(obstacle: str) -> str:
    """Return a, r, s or q; the end of the input means q."""
    while True:
        click.echo("a(ccept), r(eject), s(kip), q(uit)? ", nl=False, err=True)
        line = sys.stdin.readline()
        answer = ANSWERS.get(line.strip().lower(), "") if line else "q"
        if not answer:
            click.echo("write a, r, s or q", err=True)
        elif answer == "a" and obstacle:
            click.echo(f"cannot be accepted: {obstacle}", err=True)
        else:
            return answer
