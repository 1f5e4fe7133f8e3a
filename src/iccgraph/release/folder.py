"""The folder of releases: publish by one rename, list, find the current one, roll back, prune.

Reads and writes `<releases_dir>/<name>/` and the file `<releases_dir>/current`, which holds the
name of the release that is served. Both change by renaming only, so a reader sees one state.
Whoever changes something holds a lock (`flock`) on the folder, and whoever builds holds one on the
folder of the draft; the kernel drops both with the process, so what has no lock is left over.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from iccgraph.errors import ReleaseError
from iccgraph.release.manifest import Manifest, read_manifest, verify_release

CURRENT = "current"
DRAFT = ".draft-"
_POINTER = f".{CURRENT}-"
_NAME = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{12}")


def is_release_name(text: str) -> bool:
    """True if the text can be the name of a release."""
    return _NAME.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class ReleaseFolder:
    """The folder in which releases stand side by side; `tell` gets a message before a wait."""

    path: Path
    tell: Callable[[str], None] = lambda message: None

    def __post_init__(self) -> None:
        """Make the path absolute, for messages that are read elsewhere."""
        object.__setattr__(self, "path", self.path.absolute())

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

    def current(self) -> str:
        """Return the name of the release that is served.

        Raises: ReleaseError if there is none.
        """
        name = self.current_name()
        if name is None:
            raise ReleaseError(self.path, "there is no release yet; run `iccgraph build`")
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
        if text == CURRENT:
            return self.current()
        if len(found) != 1:
            raise ReleaseError(
                self.path / text, f"{len(found)} releases have this name; `iccgraph releases list`"
            )
        return found[0]

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """Lend a new empty folder to build in, beside the releases.

        Raises: ReleaseError if the folder cannot be made.
        """
        with self._as_release_error():
            self.path.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            with self.locked():
                self._remove_leftovers()
                folder = Path(tempfile.mkdtemp(prefix=DRAFT, dir=self.path))
                held.enter_context(lock_folder(folder))
                held.callback(shutil.rmtree, folder, ignore_errors=True)
            yield folder

    def tidy(self) -> None:
        """Remove what killed builds left behind, unless somebody is at work or forbids it."""
        with suppress(OSError), lock_folder(self.path, wait=False):
            self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        for path in self.path.glob(f"{_POINTER}*"):
            path.unlink(missing_ok=True)
        for path in self.path.glob(f"{DRAFT}*"):
            with suppress(OSError), lock_folder(path, wait=False):
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else change anything meanwhile; waits for whoever does so now.

        Raises: ReleaseError for anything that the operating system refuses.
        """
        with self._as_release_error(), ExitStack() as held:
            try:
                held.enter_context(lock_folder(self.path, wait=False))
            except BlockingIOError:
                self.tell(f"{self.path}: another process is changing the releases; waiting for it")
                held.enter_context(lock_folder(self.path))
            yield

    @contextmanager
    def _as_release_error(self) -> Iterator[None]:
        """Turn errors of the operating system into one that says what to do."""
        try:
            yield
        except OSError as error:
            raise ReleaseError(
                self.path,
                f"cannot be written ({error.strerror or error}); make room, get the right to write "
                "there, or name another --releases-dir",
            ) from error

    def place(self, draft: Path, manifest: Manifest) -> None:
        """Give a finished draft its name; the caller holds the lock.

        A folder that has the name already is replaced, for it was found to be damaged.
        Raises: ReleaseError if the draft is not what its manifest says.
        """
        target = self.path / manifest.name
        manifest.write(draft)
        _sync(draft)
        draft.chmod(0o755)
        aside = Path(tempfile.mkdtemp(prefix=DRAFT, dir=self.path))
        if target.exists():
            target.rename(aside / target.name)
        draft.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
        verify_release(target, full=False)  # checksums were taken while it was written

    def use(self, name: str) -> None:
        """Make a release the one that is served.

        Raises: ReleaseError if it is missing or damaged, or nothing can be written.
        """
        with self.locked():
            verify_release(self.folder(name))
            self.point(name)

    def point(self, name: str) -> None:
        """Name a whole release in the file `current`; the caller holds the lock."""
        handle, temporary = tempfile.mkstemp(prefix=_POINTER, dir=self.path)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(f"{name}\n")
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(self.path / CURRENT)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(self.path)

    def prune(self, keep: int) -> list[str]:
        """Delete releases until `keep` are left, and return the names of the deleted ones.

        The current release stays, then those before it, each the one that was current when the
        next was made, then the newest of the others.
        Raises: ReleaseError if there is no current release, or one cannot be deleted.
        """
        with self.locked():
            kept = [self.current()]
            self.folder(kept[0])
            while (previous := self._before(kept[-1])) is not None and previous not in kept:
                kept.append(previous)
            kept += [name for name in reversed(self.names()) if name not in kept]
            doomed = [name for name in self.names() if name not in kept[:keep]]
            for name in doomed:
                leftover = self.path / f"{DRAFT}{name}"  # a half-deleted one is no release
                (self.path / name).rename(leftover)
                if leftover.is_symlink():
                    leftover.unlink()
                else:
                    shutil.rmtree(leftover)
        return doomed

    def _before(self, name: str) -> str | None:
        with suppress(ReleaseError):
            return self.before(name)
        return None

    def before(self, name: str) -> str | None:
        """Return the release that was current when the named one was made, if it is still here."""
        previous = read_manifest(self.folder(name)).history.previous
        return previous if previous in self.names() else None


def is_whole(folder: Path) -> bool:
    """True if the folder is a release and each byte of it is as it was made."""
    try:
        verify_release(folder)
    except ReleaseError:
        return False
    return True


@contextmanager
def lock_folder(folder: Path, wait: bool = True) -> Iterator[None]:
    """Hold the one lock of a folder; it ends with the process at the latest.

    Raises: BlockingIOError if somebody else holds it and it is not waited for.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


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
