"""The folder in which fetched releases are kept: `releases/<name>/…`, as a server has them.

A file stands under its name only once all of it is there and has the checksum that its manifest
says; what broke off stands beside it as `….part`, and is gone on with. Files are checked again
each time they are used. Whoever deletes the folder loses nothing but time.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import secrets
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import platformdirs

from iccgraph.errors import ArgumentError, CacheError, ChecksumError
from iccgraph.release.description import DUMPS
from iccgraph.release.manifest import MANIFEST, FileEntry, file_entry
from iccgraph.research.contents import ReleaseContents
from iccgraph.research.download import Downloader

TWIN: Final = ".gz"
PART: Final = ".part"
_BLOCK: Final = 1024 * 1024


class KeptReleases:
    """Releases that were fetched, in a folder of the user, or in another one that is named."""

    def __init__(self, folder: Path | None) -> None:
        own = platformdirs.user_cache_path("iccgraph", appauthor=False)
        self.folder = own if folder is None else folder.absolute()

    def manifest(self, name: str) -> str | None:
        """Return the manifest of a release, None if it was not fetched.

        Raises: CacheError if it cannot be read.
        """
        with self._errors_told():
            try:
                return (self._release(name) / MANIFEST).read_text(encoding="utf-8")
            except FileNotFoundError:
                return None
            except UnicodeDecodeError:
                return ""  # whoever parses it sees that it is none

    def keep_manifest(self, contents: ReleaseContents) -> None:
        """Keep the manifest of a release.

        Raises: CacheError.
        """
        self._write(self._release(contents.name) / MANIFEST, contents.text.encode())

    def last(self, site: str) -> str | None:
        """Return the name of the release that was fetched last from a site, None if there is none.

        Raises: CacheError if it cannot be read.
        """
        with self._errors_told():
            try:
                document = json.loads(self._site(site).read_text(encoding="utf-8"))
                return str(document["release"])
            except (FileNotFoundError, ValueError, KeyError, TypeError):
                return None

    def remember(self, site: str, name: str) -> None:
        """Keep which release a site has now.

        Raises: CacheError.
        """
        if self.last(site) != name:
            text = json.dumps({"address": site, "release": name}, indent=1)
            self._write(self._site(site), f"{text}\n".encode())

    def find(self, release: str, file: str, entry: FileEntry) -> Path | None:
        """Return where a file is kept, None if it is not, or is not as it was made.

        Raises: CacheError if it cannot be read.
        """
        path = self._release(release) / DUMPS / file
        with self._errors_told():
            return path if path.is_file() and file_entry(path) == entry else None

    def fetch(
        self, contents: ReleaseContents, file: str, base: str, downloader: Downloader
    ) -> Path:
        """Fetch a file, by its gzip twin if it has one, check it, keep it, and return where it is.

        Arguments: `base` is the address below which the files of the release are.
        Raises: DownloadError, ChecksumError if it is not what the manifest says, CacheError.
        """
        target = self._release(contents.name) / DUMPS / file
        entry, twin = contents.files[file], contents.files.get(file + TWIN)
        if twin is None:
            self._download(base + file, entry, target, downloader)
            return target
        packed = target.with_name(file + TWIN)
        self._download(base + packed.name, twin, packed, downloader)
        try:
            self._unpack(packed, target, entry, base)
        finally:
            with suppress(OSError):
                packed.unlink()
        return target

    def _download(
        self, address: str, entry: FileEntry, target: Path, downloader: Downloader
    ) -> None:
        """Fetch one file to its name, going on where an earlier attempt broke off."""
        part = target.with_name(target.name + PART)
        own = target.with_name(f"{target.name}-{secrets.token_hex(4)}{PART}")
        with self._errors_told():
            target.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                part.rename(own)  # whoever renames it goes on with it, and nobody else
        try:
            resumed = self._append(address, entry, own, downloader)
            if self._entry(own) != entry and resumed:  # it may have been another file's beginning
                own.unlink()
                self._append(address, entry, own, downloader)
        except BaseException:
            with suppress(OSError):
                own.rename(part)
            raise
        with self._errors_told():
            if file_entry(own) != entry:
                own.unlink()
                raise _changed(address, entry)
            own.replace(target)

    def _append(self, address: str, entry: FileEntry, own: Path, downloader: Downloader) -> bool:
        """Write what is missing of a file, and return whether something was there before."""
        with self._errors_told():  # what the network does is told by the downloader
            start = own.stat().st_size if own.exists() else 0
            start = start if start < entry.size else 0
            with own.open("r+b" if start else "wb") as file:
                for place, part in downloader.parts(address, start, entry.size):
                    file.seek(place)
                    file.write(part)
                file.truncate()
        return start > 0

    def _unpack(self, packed: Path, target: Path, entry: FileEntry, base: str) -> None:
        """Write what is in a gzip twin, once it is known to be what the manifest says."""
        address = base + packed.name
        try:
            with self._errors_told(), self._draft(target) as draft:
                digest, size = hashlib.sha256(), 0
                with gzip.open(packed) as source, draft.open("wb") as out:
                    while (block := source.read(_BLOCK)) and size <= entry.size:
                        digest.update(block)
                        size += len(block)
                        out.write(block)
                if FileEntry(size, digest.hexdigest()) != entry:
                    raise _changed(address, entry)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise _changed(address, entry) from error

    def _write(self, path: Path, content: bytes) -> None:
        with self._errors_told():
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._draft(path) as draft:
                draft.write_bytes(content)

    @contextmanager
    def _draft(self, path: Path) -> Iterator[Path]:
        """Lend a file that gets the name `path` once it is written, and only then."""
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        os.close(handle)
        try:
            yield Path(name)
            with Path(name).open("rb") as file:
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _entry(self, path: Path) -> FileEntry:
        with self._errors_told():
            return file_entry(path)

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        """Turn errors of the operating system into one that says what to do."""
        try:
            yield
        except gzip.BadGzipFile:
            raise
        except OSError as error:
            raise CacheError(
                self.folder,
                f"cannot keep what is fetched ({error.strerror or error}); make room, get the "
                "right to write there, or name another folder with cache=",
            ) from error

    def _release(self, name: str) -> Path:
        if not name or Path(name).name != name:
            raise ArgumentError(f"{name!r} is no name of a release, which the page /release/ lists")
        return self.folder / "releases" / name

    def _site(self, site: str) -> Path:
        return self.folder / "sites" / f"{hashlib.sha256(site.encode()).hexdigest()[:16]}.json"


def _changed(address: str, entry: FileEntry) -> ChecksumError:
    return ChecksumError(
        address,
        f"is not the file that the manifest names (SHA-256 {entry.sha256[:12]}…); nothing of it "
        "was kept: open the release again, and tell the operator of the site if it stays so",
    )
