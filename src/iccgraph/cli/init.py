"""The verb `init`: copies the tables, the ontology and the shapes that come with the package.

Reads `iccgraph/packaged` of an installed wheel, or the folders of the checkout in an editable
install; writes the folders that `build` reads.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from iccgraph.cli.options import settings_options
from iccgraph.errors import SettingsError, SourceError
from iccgraph.settings import Settings

FOLDERS = ("data", "ontology", "shapes")
LEFT_OUT = ("checks", "examples")
"""Folders that only the tests of the repository read; pyproject.toml leaves them out as well."""


@click.command(epilog="Example: iccgraph init")
@settings_options(*(f"{name}_dir" for name in FOLDERS))
def init(settings: Settings) -> None:
    """Copy the tables, the ontology and the shapes that come with iccgraph, to build from.

    Nothing is overwritten: if one of the folders is there already, nothing is copied.
    """
    targets: dict[str, Path] = {name: getattr(settings, f"{name}_dir") for name in FOLDERS}
    for name, target in targets.items():
        if target.exists() or target.is_symlink():
            raise SettingsError(
                f"{name}_dir is {target}; it is there already and is not overwritten: run this in"
                " an empty folder, and take what you need from there"
            )
    for name, target in targets.items():
        _copy_folder(_packaged() / name, target)
        click.echo(target)
    click.echo(
        f"next: `iccgraph build`, then `iccgraph serve`; {targets['data'] / 'README.md'}"
        " explains the tables",
        err=True,
    )


def _packaged() -> Path:
    """Return the folder that holds data, ontology and shapes."""
    package = Path(__file__).parent.parent
    packaged = package / "packaged"
    return packaged if packaged.is_dir() else package.parent.parent


def _copy_folder(source: Path, target: Path) -> None:
    """Copy a folder to a place where nothing is: beside it first, then by one rename.

    Raises: SourceError if it cannot be copied; there is no part of it then.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as beside:
            _copy_entries(source, Path(beside, target.name)).rename(target)
    except OSError as error:
        raise SourceError(
            f"{target}: cannot be copied from {source} ({error.strerror}); use a folder that you"
            " may write to, or install iccgraph anew"
        ) from error


def _copy_entries(source: Path, target: Path) -> Path:
    target.mkdir()
    for entry in source.iterdir():
        if entry.is_file():
            (target / entry.name).write_bytes(entry.read_bytes())
        elif entry.name not in LEFT_OUT:
            _copy_entries(entry, target / entry.name)
    return target
