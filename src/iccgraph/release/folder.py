"""The folder of releases: publish by one rename, list, find the current one, roll back.

Reads and writes `<releases_dir>/<name>/` and the file `<releases_dir>/current`, which holds the
name of the release that is served. Both change by renaming only, so a reader sees one state.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from iccgraph.errors import ReleaseError
from iccgraph.release.manifest import Manifest, read_manifest, verify_release

CURRENT = "current"
DRAFT = ".draft-"
_NAME = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class ReleaseFolder:
    """The folder in which releases stand side by side."""

    path: Path

    def names(self) -> list[str]:
        """Return the names of all releases, the oldest first."""
        if not self.path.is_dir():
            return []
        found = [p for p in self.path.iterdir() if _NAME.fullmatch(p.name) and p.is_dir()]
        return [p.name for p in sorted(found, key=lambda p: (p.name[:10], p.stat().st_mtime_ns))]

    def current_name(self) -> str | None:
        """Return the name of the release that is served, None if there is none yet.

        Raises: ReleaseError if the file that names it holds something else.
        """
        try:
            name = (self.path / CURRENT).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise ReleaseError(self.path / CURRENT, f"cannot be read ({error})") from error
        if not _NAME.fullmatch(name):
            raise ReleaseError(
                self.path / CURRENT,
                f"holds {name[:40]!r}, expected the name of a release; "
                "run `iccgraph releases use NAME`",
            )
        return name

    def folder(self, name: str) -> Path:
        """Return the folder of a release.

        Raises: ReleaseError if there is none of that name.
        """
        if not _NAME.fullmatch(name) or not (self.path / name).is_dir():
            known = ", ".join(self.names()) or "none"
            raise ReleaseError(self.path / name, f"there is no such release; there are: {known}")
        return self.path / name

    def resolve(self, text: str) -> str:
        """Return the one release whose name is, begins or ends with the text.

        Raises: ReleaseError if there is none, or more than one.
        """
        found = [n for n in self.names() if text and (n.startswith(text) or n.endswith(text))]
        if text == CURRENT and (name := self.current_name()):
            return name
        if len(found) != 1:
            raise ReleaseError(
                self.path / text, f"{len(found)} releases have this name; `iccgraph releases list`"
            )
        return found[0]

    def draft(self) -> Path:
        """Return a new empty folder to build in, beside the releases.

        Raises: ReleaseError if the folder cannot be made.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._clear_old_drafts()
            return Path(tempfile.mkdtemp(prefix=DRAFT, dir=self.path))
        except OSError as error:
            raise ReleaseError(
                self.path, f"cannot be written ({error.strerror}); name another --releases-dir"
            ) from error

    def _clear_old_drafts(self) -> None:
        """Remove what builds that were killed left behind, if it is older than a day."""
        for path in self.path.glob(f"{DRAFT}*"):
            if path.stat().st_mtime < time.time() - 24 * 3600:
                shutil.rmtree(path, ignore_errors=True)

    def publish(self, draft: Path, manifest: Manifest) -> str:
        """Give a finished draft its name and make it the current release.

        A release that has the name already is kept if it is whole and has the same history, else
        replaced: the name tells the content, and the history depends on what was current.
        Raises: ReleaseError if the draft is not what its manifest says.
        """
        manifest.write(draft)
        target = self.path / manifest.name
        if target.exists() and _is_whole(target, manifest):
            shutil.rmtree(draft)
        else:
            _sync(draft)
            draft.chmod(0o755)
            aside = Path(tempfile.mkdtemp(prefix=DRAFT, dir=self.path))
            if target.exists():
                target.rename(aside / target.name)
            draft.rename(target)
            shutil.rmtree(aside)
        self.use(manifest.name)
        return manifest.name

    def use(self, name: str) -> None:
        """Make a release the one that is served.

        Raises: ReleaseError if it is missing or damaged.
        """
        verify_release(self.folder(name))
        handle, temporary = tempfile.mkstemp(prefix=f".{CURRENT}-", dir=self.path)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{name}\n")
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(self.path / CURRENT)
        _sync_folder(self.path)

    def before(self, name: str) -> str | None:
        """Return the release that was current when the named one was made, if it is still here."""
        previous = read_manifest(self.folder(name)).history.previous
        return previous if previous in self.names() else None


def _is_whole(folder: Path, manifest: Manifest) -> bool:
    try:
        return verify_release(folder, full=True).history == manifest.history
    except ReleaseError:
        return False


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            _sync_folder(path)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
