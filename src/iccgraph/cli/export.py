"""The verb `export`: the networks of cities and topics as files for Gephi, R, Python and others."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from iccgraph.cli.options import settings_options
from iccgraph.errors import ReleaseError
from iccgraph.settings import Settings


@click.command("export", epilog="Example: iccgraph export --network networks --scheme website")
@settings_options("releases_dir")
@click.option(
    "--network",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=True),
    help="write the networks of cities and topics into this folder, which is made if need be",
)
@click.option("--scheme", metavar="KEY", help="only those of this scheme of topics, such as index")
def export(folder: Path, scheme: str | None, settings: Settings) -> None:
    """Write the networks of the current release as GraphML, GEXF, JSON and tables.

    The files are those of /network/… and /data/, byte for byte. Their paths are printed.
    """
    from iccgraph.release.description import DUMPS
    from iccgraph.release.folder import ReleaseFolder
    from iccgraph.release.manifest import dumps_of, file_entry, read_files
    from iccgraph.release.networks import files_by_scheme

    releases = ReleaseFolder(settings.releases_dir)
    release = releases.folder(releases.current())
    files = dumps_of(read_files(release))
    named = files_by_scheme(files)
    if scheme is not None and scheme not in named:
        known = ", ".join(named) or "none"
        raise click.BadParameter(
            f"no networks of {scheme!r} are in this release; its schemes are: {known}",
            param_hint="--scheme",
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name in [n for key, names in named.items() if scheme in (None, key) for n in names]:
        source = release / DUMPS / name
        if file_entry(source) != files[name]:
            raise ReleaseError(source, "has changed since the release was verified; build anew")
        _copy(source, folder / name)
        click.echo(str(folder / name))


def _copy(source: Path, path: Path) -> None:
    """Copy a file whole or not at all."""
    draft = path.with_name(f".{path.name}.part")
    try:
        shutil.copyfile(source, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
