"""The command line: one verb a task; the only module that knows both sides.

Results go to standard output, messages to standard error; exit codes stand on the errors.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iccgraph import __version__
from iccgraph.cli.check_links import check_links
from iccgraph.cli.export import export
from iccgraph.cli.init import init
from iccgraph.cli.link import link
from iccgraph.cli.options import settings_options, show_progress, tell_terminal
from iccgraph.cli.portals import portal_score
from iccgraph.cli.reconcile import reconcile
from iccgraph.errors import IccGraphError, Problem, RecordsError, ReleaseError
from iccgraph.settings import Settings

if TYPE_CHECKING:
    from iccgraph.publish.identities import IdentityCounts
    from iccgraph.release.folder import ReleaseFolder
    from iccgraph.release.report import ValidationReport


class Verbs(click.Group):
    """The group of verbs, with the one handler of every error."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; an error of ours becomes its message and its exit code."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except IccGraphError as error:
            many = isinstance(error, RecordsError) or "\n" in str(error)
            click.echo(f"{error.title}:" + ("\n" if many else " ") + str(error), err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("\ninterrupted" if sys.stderr.isatty() else "interrupted", err=True)
            ctx.exit(128 + signal.SIGINT)
        except BrokenPipeError:
            _drop_output()
            ctx.exit(0)
        except OSError as error:
            what = f"{error.filename}: cannot be used"
            if error.filename is None:  # standard output, most likely
                what = "what is printed cannot be written"
                _drop_output()
            click.echo(f"{what} ({error.strerror or error})", err=True)
            ctx.exit(ReleaseError.exit_code)
        return result


def _day(context: click.Context, option: click.Parameter, text: str | None) -> date | None:
    """Return the day that an option gives; what is none is a usage error."""
    if text is None:
        return None
    with suppress(ValueError):
        if len(text) == len("2026-11-23"):
            return date.fromisoformat(text)
    raise click.BadParameter(f"{text!r} is no day; write one such as 2026-11-23")


def _drop_output() -> None:
    """Let what is still to be printed go nowhere, for the reader has gone, or the disk is full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


SOURCE_SETTINGS = ("base_iri", "data_dir", "ontology_dir", "shapes_dir")
SERVE_SETTINGS = (
    *("host", "port", "site_url", "releases_dir", "vendor_dir", "web_"),
    *("body_seconds", "proxies", "client_", "log_requests", "page_size", "address_length"),
    *("head_length", "memory_triples", "query_", "sparql_endpoint", "service", "reconcile_"),
    "wikidata_contact",
)


NO_CONTACT = (
    "note: the catalogue names nobody to write to, so data portals will miss a contact (20 of the "
    "405 points of data.europa.eu); set contact_email or contact_url and build again"
)
"""What the build says if no contact is set."""


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="iccgraph")
def main() -> None:
    """Turn the tables of good practices into a knowledge graph, and publish it as linked data.

    Exit codes: 0 good, 1 the data does not conform, 2 a usage, setting or query cannot be used,
    3 a source cannot be read, 4 a release, or a file or folder to write, cannot be used,
    130 interrupted.
    """


@main.command(epilog="Example: iccgraph build --releases-dir releases")
@settings_options(*SOURCE_SETTINGS, "releases_dir", "publisher_", "contact_")
@click.option("--skip-validation", is_flag=True, help="publish without asking the shapes")
@click.option(
    "--day",
    metavar="YYYY-MM-DD",
    callback=_day,
    help="the day of a release whose inputs have changed without a newer day; default: today, UTC",
)
def build(skip_validation: bool, day: date | None, settings: Settings) -> None:
    """Build a release from the tables and publish it; the server switches to it by itself."""
    from iccgraph.publish.pipeline import build_release

    built = build_release(settings, not skip_validation, show_progress, tell_terminal, day)
    counts, history = built.manifest.content.counts, built.manifest.history
    _tell_remarks(built.notes, built.report)
    things = ", ".join(
        f"{n} {kind}" for kind, n in counts.items() if kind not in ("triples", "notes")
    )
    click.echo(f"{counts['triples']} triples: {things}", err=True)
    click.echo(_links_in_words(built.identities), err=True)
    if not built.manifest.description.contact:
        click.echo(NO_CONTACT, err=True)
    if not built.new:
        click.echo("this release is there already, and stays as it is", err=True)
    elif history.previous:
        click.echo(
            f"since {history.previous}: {history.added} added, {history.changed} changed, "
            f"{history.withdrawn} withdrawn",
            err=True,
        )
    click.echo(built.name)


def _tell_remarks(notes: Iterable[Problem], report: ValidationReport | None) -> None:
    """Print what a person may want to look at, and that stops nothing."""
    for note in notes:
        click.echo(f"note: {note}", err=True)
    if report is None:
        return
    for shape in (count.shape for count in report.shapes if not count.focus_nodes):
        click.echo(f"note: {shape}: nothing in the data is checked by this shape", err=True)
    for result in report.results:
        where = f"{result.source}:{result.row}: " if result.source else ""
        what = f"{result.focus}: {result.message}"
        click.echo(f"{result.severity.lower()}: {where}{what}", err=True)


def _links_in_words(found: IdentityCounts) -> str:
    decided = ", ".join(f"{count} {status}" for status, count in found.decided.items())
    if not found.fetched:
        return f"links: {decided}; Wikidata’s statements: not fetched (`iccgraph link --fetch`)"
    days = found.first if found.first == found.last else f"{found.first} to {found.last}"
    of = f"{found.fetched} of {found.decided['accepted']} accepted items, read {days}"
    return f"links: {decided}; Wikidata’s statements: of {of}"


@main.command(epilog="Example: iccgraph validate data/practices.csv")
@settings_options(*SOURCE_SETTINGS, "releases_dir")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def validate(files: tuple[Path, ...], settings: Settings) -> None:
    """Check all sources, or just FILES (tables or RDF): one line a problem, and what to do."""
    from iccgraph.publish.check import check_all, check_file

    checks = [check_file(path, settings) for path in files] or [check_all(settings)]
    for check in checks:
        if not check.problems:
            _tell_remarks(check.notes, check.report)
    problems = [problem for check in checks for problem in check.problems]
    for problem in problems:
        click.echo(str(problem))
    if problems:
        word = "problem" if len(problems) == 1 else "problems"
        click.echo(f"{len(problems)} {word}", err=True)
        raise click.exceptions.Exit(1)
    click.echo("no problem found", err=True)


@main.group()
def releases() -> None:
    """List the releases, compare two of them, verify one, go back to one, or delete old ones."""


def _folder(settings: Settings) -> ReleaseFolder:
    """Return the folder of releases, without what killed builds left there."""
    from iccgraph.release.folder import ReleaseFolder

    folder = ReleaseFolder(settings.releases_dir, tell_terminal)
    folder.tidy()
    return folder


@releases.command("list", epilog="Example: iccgraph releases list")
@settings_options("releases_dir")
def releases_list(settings: Settings) -> None:
    """Print the releases, the oldest first; a star marks the one that is served."""
    from iccgraph.release.manifest import is_of_older_version, read_manifest

    folder = _folder(settings)
    current = folder.current_name()
    for name in folder.names():
        star = "*" if name == current else " "
        if is_of_older_version(folder.path / name):
            click.echo(f"{star} {name}  made by an older version of iccgraph; build anew")
            continue
        try:
            manifest = read_manifest(folder.path / name)
        except ReleaseError as error:
            click.echo(f"{star} {name}  damaged: {error}")
            continue
        counts, history = manifest.content.counts, manifest.history
        click.echo(
            f"{star} {name}  {counts.get('practice', 0)} practices  {counts['triples']} triples  "
            f"+{history.added} ~{history.changed} -{history.withdrawn}"
        )
    if not folder.names():
        click.echo(f"no release yet in {folder.path}; run `iccgraph build`", err=True)


@releases.command("compare", epilog="Example: iccgraph releases compare 3f2a9c current")
@settings_options("releases_dir")
@click.argument("old")
@click.argument("new", default="current")
def releases_compare(old: str, new: str, settings: Settings) -> None:
    """Print each thing that was added, changed or withdrawn from OLD to NEW."""
    from iccgraph.release.changes import compare

    folder = _folder(settings)
    names = folder.resolve(old), folder.resolve(new)
    total = 0
    for change in compare(*(folder.folder(name) for name in names)):
        click.echo(f"{change.change}\t{change.kind}/{change.key}\t{change.label}")
        total += 1
    click.echo(f"{total} differences from {names[0]} to {names[1]}", err=True)


@releases.command("use", epilog="Example: iccgraph releases use 2026-11-23-3f2a9c")
@settings_options("releases_dir")
@click.argument("name")
def releases_use(name: str, settings: Settings) -> None:
    """Serve the release NAME (its beginning or end is enough), be it older or newer."""
    folder = _folder(settings)
    _go_to(folder, folder.resolve(name))


@releases.command("rollback", epilog="Example: iccgraph releases rollback")
@settings_options("releases_dir")
def releases_rollback(settings: Settings) -> None:
    """Serve the release that was current before the present one was built."""
    folder = _folder(settings)
    previous = folder.before(folder.current())
    if previous is None:
        raise ReleaseError(folder.path, "there is no earlier release to go back to")
    _go_to(folder, previous)


def _go_to(folder: ReleaseFolder, name: str) -> None:
    """Make a release current; if it is an older one, say that the tables do not know of it."""
    names, left = folder.names(), folder.current_name()
    folder.use(name)
    if left in names and names.index(name) < names.index(left):
        click.echo(
            f"the tables still hold what {left} was made of, and the next `iccgraph build` "
            "publishes that again: put the tables right first",
            err=True,
        )
    click.echo(name)


@releases.command("verify", epilog="Example: iccgraph releases verify current")
@settings_options("releases_dir")
@click.argument("name", default="current")
def releases_verify(name: str, settings: Settings) -> None:
    """Compute every checksum of the release NAME, and look for files that are not part of it."""
    from iccgraph.release.manifest import verify_release

    folder = _folder(settings)
    found = folder.resolve(name)
    verify_release(folder.folder(found))
    click.echo(f"{found}: every checksum is right, and there is no other file", err=True)


@releases.command("prune", epilog="Example: iccgraph releases prune --keep 5")
@settings_options("releases_dir")
@click.option("--keep", type=click.IntRange(min=1), required=True, help="how many releases stay")
def releases_prune(keep: int, settings: Settings) -> None:
    """Delete old releases until KEEP are left; the current one stays, then those before it."""
    for name in _folder(settings).prune(keep):
        click.echo(name)


@main.command(epilog="Example: iccgraph serve --port 8080")
@settings_options(*SERVE_SETTINGS)
def serve(settings: Settings) -> None:
    """Serve the current release as pages, data and SPARQL."""
    from iccgraph.serve.server import serve as run

    run(settings)


@main.command(epilog="Example: iccgraph query 'SELECT * { ?s ?p ?o } LIMIT 5' --format csv")
@settings_options("releases_dir", "site_url", "service", "wikidata_contact")
@click.argument("query", required=False)
@click.option("--file", "file", type=click.File("r", encoding="utf-8"), help="read the query here")
@click.option(
    "--format",
    "form",
    help="table, json, xml, csv, tsv, turtle, jsonld or nt; default: table on a terminal,"
    " else csv or turtle",
)
def query(query: str | None, file: Any, form: str | None, settings: Settings) -> None:
    """Answer a SPARQL query (an argument, --file, or standard input) from the current release."""
    from iccgraph.cli.query import answer

    text = query if query is not None else (file or sys.stdin).read()
    answer(settings, text, form)


main.add_command(check_links)
main.add_command(export)
main.add_command(init)
main.add_command(link)
main.add_command(portal_score)
main.add_command(reconcile)
