"""The verb `link`: proposes, reviews and rechecks links to Wikidata, and fetches what it says.

Results go to standard output, messages to standard error.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from iccgraph.cli.options import progress, settings_options
from iccgraph.errors import SettingsError, SourceError
from iccgraph.settings import Settings, load_settings

if TYPE_CHECKING:
    from iccgraph.link.client import WikidataClient
    from iccgraph.link.items import Item
    from iccgraph.link.linker import LinkTables
    from iccgraph.link.review import Side
    from iccgraph.link.things import Thing
    from iccgraph.publish.records import Link

LINK_SETTINGS = (
    *("base_iri", "data_dir", "wikidata_api", "wikidata_contact", "wikidata_timeout"),
    *("wikidata_attempts", "wikidata_wait", "wikidata_wait_most"),
    *("wikidata_cache", "wikidata_cache_days"),
)
TASKS = ("recheck", "review", "fetch")
ANSWERS = {
    word[:length]: word[0] for word in ("accept", "reject", "skip", "quit") for length in (1, 6)
}


@click.command(epilog="Example: iccgraph link lisbon --wikidata-contact me@example.org --dry-run")
@settings_options(*LINK_SETTINGS)
@click.argument("keys", nargs=-1)
@click.option("--kind", type=click.Choice(["city", "country", "topic"]), help="only these")
@click.option("--dry-run", is_flag=True, help="print what would be decided, write nothing")
@click.option("--recheck", is_flag=True, help="look whether accepted items have changed")
@click.option("--review", is_flag=True, help="decide the open links, one after the other")
@click.option("--reviewer", metavar="NAME", help="who reviews; default: the name of the login")
@click.option("--fetch", is_flag=True, help="fetch what Wikidata states into wikidata.csv")
def link(
    keys: tuple[str, ...],
    kind: str | None,
    dry_run: bool,
    reviewer: str | None,
    **options: Any,
) -> None:
    """Find the Wikidata items of all places, countries and topics, or of those with these KEYS.

    What is certain is accepted, the rest is left open for a person; both become rows of links.csv.
    """
    tasks = [name for name in TASKS if options.pop(name)]
    if len(tasks) > 1 or (tasks and dry_run):
        raise click.UsageError("give only one of --dry-run, --recheck, --review and --fetch")
    from iccgraph.link.linker import read_tables

    settings = load_settings(os.environ, **options)
    tables = read_tables(settings)
    things, unknown = tables.choose(keys, kind or "")
    if unknown:
        remedy = "write keys as they stand in the tables, such as lisbon or country:pt"
        raise click.UsageError(f"no {kind or 'thing'} has the key {', '.join(unknown)}; {remedy}")
    task = tasks[0] if tasks else ""
    if task == "recheck":
        _recheck(settings, tables, things)
    elif task == "review":
        _review(settings, tables, things, reviewer or _login())
    elif task == "fetch":
        _fetch(settings, tables, things)
    else:
        _propose(settings, tables, things, dry_run)


def _client(settings: Settings, tables: LinkTables) -> WikidataClient:
    from iccgraph.link.client import WikidataClient
    from iccgraph.link.things import requested_languages

    return WikidataClient(settings, requested_languages(tables.countries), progress())


def _tell_calls(client: WikidataClient) -> None:
    click.echo(
        f"{client.calls} requests to Wikidata, {client.remembered} answers known before", err=True
    )


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
    with closing(_client(settings, tables)) as client:
        decisions = Linker(client, tables, today).propose(things)
        _tell_calls(client)
    counts = {"accepted": 0, "open": 0}
    for decision in decisions:
        for row in decision_rows(decision, tables.links, today):
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


def _accepted(tables: LinkTables, things: Sequence[Thing]) -> list[Link]:
    chosen = {thing.id for thing in things}
    return [link for link in tables.accepted() if link.thing in chosen]


def _fresh(settings: Settings) -> Settings:
    from iccgraph.link.recheck import FRESH_DAYS

    days = min(settings.wikidata_cache_days, FRESH_DAYS)
    return replace(settings, wikidata_cache_days=days)


def _recheck(settings: Settings, tables: LinkTables, things: Sequence[Thing]) -> None:
    from iccgraph.link.linker import codes_of_countries
    from iccgraph.link.recheck import recheck

    links = _accepted(tables, things)
    with closing(_client(_fresh(settings), tables)) as client:
        items = client.items([link.item for link in links], "items")
        countries = codes_of_countries(client, items.values(), tables.country_items())
        _tell_calls(client)
    findings = recheck(links, tables.things, items, countries, date.today())
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{len(links)} links checked, {len(findings)} things to look at", err=True)
    if findings:
        raise click.exceptions.Exit(1)


def _fetch(settings: Settings, tables: LinkTables, things: Sequence[Thing]) -> None:
    from iccgraph.link.statements import statement_rows, write_statements
    from iccgraph.link.things import member_languages

    links = _accepted(tables, things)
    languages = member_languages(tables.countries)
    with closing(_client(_fresh(settings), tables)) as client:
        fetched = client.dated_items([link.item for link in links], "items")
        _tell_calls(client)
    rows = {
        name: list(statement_rows(item, when, languages))
        for name, (item, when) in fetched.items()
        if not item.missing
    }
    for name in sorted(fetched.keys() - rows.keys()):
        click.echo(f"wikidata:{name} does not exist; see `iccgraph link --recheck`", err=True)
    keep = {link.item for link in tables.accepted()} - fetched.keys()
    path = tables.path.with_name("wikidata.csv")
    total = write_statements(path, rows, keep)
    click.echo(f"{path}: {total} statements, of {len(rows)} items fetched anew", err=True)


def _review(settings: Settings, tables: LinkTables, things: Sequence[Thing], reviewer: str) -> None:
    from iccgraph.link.decide import KEY
    from iccgraph.link.review import Review, compare
    from iccgraph.tables.edit import TableEditor

    chosen = {thing.id for thing in things}
    links = [k for k in tables.links if k.status == "open" and k.thing in chosen]
    items, countries = _evidence(settings, tables, links)
    review = Review(TableEditor(tables.path, KEY), tables.links, reviewer, date.today())
    answers, decided = _answers(), 0
    for number, link in enumerate(links, 1):
        thing = tables.things[link.thing]
        sides = compare(thing, items.get(link.item), countries)
        _show(f"{number} of {len(links)}: {link.thing}", link, sides)
        answer = _answer(answers, review.obstacle(link))
        if answer == "q":
            break
        if answer in "ar":
            review.decide(link, thing, accepted=answer == "a")
            decided += 1
    click.echo(f"{decided} decided, {len(links) - decided} still open", err=True)


def _evidence(
    settings: Settings, tables: LinkTables, links: Sequence[Link]
) -> tuple[dict[str, Item], Mapping[str, frozenset[str]]]:
    """Return the items of the links and the countries they name; nothing if nobody answers."""
    from iccgraph.link.linker import codes_of_countries

    try:
        with closing(_client(settings, tables)) as client:
            items = client.items([link.item for link in links], "items")
            return items, codes_of_countries(client, items.values(), tables.country_items())
    except (SourceError, SettingsError) as error:
        click.echo(f"Wikidata could not be asked, so only our side is shown: {error}", err=True)
        return {}, {}


def _show(title: str, link: Link, sides: Sequence[Side]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    address = f"https://www.wikidata.org/wiki/{link.item}"
    table = Table(title=Text(title), title_justify="left")
    for heading in ("", "ours", address):
        table.add_column(heading, overflow="fold")
    for side in sides:
        table.add_row(Text(side.about), Text(side.ours), Text(side.theirs))
    console = Console()
    console.print(table)
    console.print(Text(f"confidence {link.confidence:.2f}: {link.comment}"))


def _answers() -> Iterator[str]:
    for line in sys.stdin:
        yield line.strip().lower()


def _answer(answers: Iterator[str], obstacle: str) -> str:
    """Return a, r, s or q; the end of the input means q."""
    while True:
        click.echo("a(ccept), r(eject), s(kip), q(uit)? ", nl=False, err=True)
        answer = ANSWERS.get(next(answers, "q"), "")
        if not answer:
            click.echo("write a, r, s or q", err=True)
        elif answer == "a" and obstacle:
            click.echo(f"cannot be accepted: {obstacle}", err=True)
        else:
            return answer
