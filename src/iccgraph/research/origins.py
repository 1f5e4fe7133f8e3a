"""Where the files of a release come from: a folder, a site, or what was fetched from one before.

Each gives what the manifest says, and files that are what it says.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urljoin, urlsplit

from iccgraph.errors import ArgumentError, ChecksumError, DownloadError, ReleaseError
from iccgraph.release.description import DUMPS
from iccgraph.release.folder import CURRENT, ReleaseFolder, is_release_name
from iccgraph.release.manifest import MANIFEST, file_entry
from iccgraph.research.contents import LONGEST, ReleaseContents, parse_contents
from iccgraph.research.download import Downloader
from iccgraph.research.kept import KeptReleases

SCHEMES: Final = ("http://", "https://")
_NAMED: Final = re.compile(r"(.*/)release/([^/]+)/?")


class Origin(Protocol):
    """Gives the files of one release."""

    @property
    def where(self) -> str:
        """The folder or address."""

    @property
    def contents(self) -> ReleaseContents:
        """What the release has."""

    def path(self, file: str) -> Path:
        """Return where a file of the release is on this machine; it is what the manifest says.

        Raises: ReleaseError, DownloadError or CacheError.
        """


class FolderOrigin:
    """A release in a folder: its own, or one of a folder of releases."""

    def __init__(self, path: Path, release: str | None) -> None:
        """Read the manifest.

        Raises: ReleaseError if there is no such release.
        """
        self.folder = self._folder(path, release)
        self.where = str(self.folder)
        try:
            text = (self.folder / MANIFEST).read_bytes().decode("utf-8")
            self.contents = parse_contents(text, self.where)
        except OSError as error:
            raise ReleaseError(
                self.folder / MANIFEST,
                f"cannot be read ({error.strerror}); expected the manifest of a release",
            ) from error
        except ValueError as error:
            raise ReleaseError(
                self.folder / MANIFEST, f"{error}; fetch or build the release anew"
            ) from error
        if release is not None and self.contents.name != release:
            raise ReleaseError(path, f"is the release {self.contents.name}, and not {release!r}")

    def _folder(self, path: Path, release: str | None) -> Path:
        if not path.is_dir():
            raise ReleaseError(
                path,
                "is no folder; expected a folder of releases, or the address of a site, which "
                "begins with http:// or https://",
            )
        if (path / MANIFEST).exists():
            return path
        releases = ReleaseFolder(path)
        if not (path / CURRENT).exists() and not releases.names():
            raise ReleaseError(
                path,
                "is neither a release, which has a manifest.json, nor a folder of releases; "
                "`iccgraph build` makes one",
            )
        return releases.folder(release or releases.current())

    def path(self, file: str) -> Path:
        """Return where a file is.

        Raises: ReleaseError if it is missing or was changed.
        """
        path = self.folder / DUMPS / file
        try:
            unchanged = file_entry(path) == self.contents.files[file]
        except OSError as error:
            raise ReleaseError(
                path, f"cannot be read ({error.strerror}); fetch or build the release anew"
            ) from error
        if not unchanged:
            raise ReleaseError(
                path, "is not what the manifest says (checksum); fetch or build the release anew"
            )
        return path


class SiteOrigin:
    """A release of a site: each file is fetched when it is asked for first, and kept."""

    def __init__(
        self, address: str, release: str | None, kept: KeptReleases, downloader: Downloader
    ) -> None:
        """Fetch the manifest, of the current release unless one is named.

        Raises: DownloadError, ReleaseFormatError, CacheError; ArgumentError if it is no address.
        """
        self.where, release = split_address(address, release)
        self.kept, self._downloader = kept, downloader
        known = self._known(release)
        if known is None:
            known = self._fetch(f"release/{release}" if release else "data/latest")
            if release is not None and known.name != release:
                raise DownloadError(
                    self.where,
                    f"sent the manifest of {known.name}, where that of {release!r} was expected",
                )
            kept.keep_manifest(known)
        else:
            self._base = urljoin(self.where, f"release/{release}/")
        self.contents = known
        if release is None:
            kept.remember(self.where, known.name)

    def _known(self, release: str | None) -> ReleaseContents | None:
        """Return what is kept of a release that is named; it never changes."""
        text = self.kept.manifest(release) if release else None
        try:
            found = parse_contents(text, self.where) if text else None
        except ValueError:
            return None
        return found if found and found.name == release else None

    def _fetch(self, path: str) -> ReleaseContents:
        """Fetch a manifest; where it leads to is where the files of its release are."""
        asked = urljoin(self.where, f"{path}/{MANIFEST}")
        address, body = self._downloader.read(asked, LONGEST)
        self._base = urljoin(address, ".")
        try:
            return parse_contents(body.decode("utf-8"), self.where)
        except ValueError as error:
            what = "is not as it was made" if body[:1] == b"{" else "is something else"
            raise DownloadError(
                asked,
                f"{what}, where the manifest of a release was expected; is this the address of a "
                "site of iccgraph?",
            ) from error

    def path(self, file: str) -> Path:
        """Return where a file is kept, after it was fetched if it is not there yet.

        Raises: DownloadError, CacheError.
        """
        found = self.kept.find(self.contents.name, file, self.contents.files[file])
        return found or self.kept.fetch(self.contents, file, self._base, self._downloader)


class KeptOrigin:
    """What was fetched from a site before; nobody is asked."""

    def __init__(self, address: str, release: str | None, kept: KeptReleases) -> None:
        """Read the manifest of the release that was fetched last, or of the one that is named.

        Raises: DownloadError if there is none, CacheError, ReleaseFormatError; ArgumentError if it
        is no address.
        """
        self.where, release = split_address(address, release)
        self.kept = kept
        name = release or kept.last(self.where)
        text = kept.manifest(name) if name else None
        try:
            if not text:
                raise ValueError("no manifest is kept")
            self.contents = parse_contents(text, self.where)
        except ValueError as error:
            raise DownloadError(
                self.where,
                f"no release of this site was fetched into {kept.folder}; open it once without "
                "offline=True",
            ) from error

    def path(self, file: str) -> Path:
        """Return where a file is kept.

        Raises: ChecksumError if it was not fetched, or was changed since.
        """
        found = self.kept.find(self.contents.name, file, self.contents.files[file])
        if found is None:
            raise ChecksumError(
                self.where,
                f"{file} was not fetched, or was changed since; open the release once without "
                "offline=True, and fetch() brings all its tables",
            )
        return found


def split_address(address: str, release: str | None) -> tuple[str, str | None]:
    """Return the address of a site, with a slash at its end, and the release that is meant.

    That may stand in the address too: `http://localhost:8000/release/<name>/`.
    Raises: ArgumentError if it is no address, or names another release than `release`.
    """
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and not parts.query and not parts.fragment
        usable = usable and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise ArgumentError(
            f"{address[:200]!r} is no address of a site; expected one such as "
            "http://localhost:8000/"
        )
    site = address if address.endswith("/") else f"{address}/"
    if (named := _NAMED.fullmatch(site)) is not None:
        if release not in (None, named[2]):
            raise ArgumentError(
                f"the address names the release {named[2]!r}, and release= names {release!r}; "
                "give one of them"
            )
        site, release = named[1], named[2]
    if release is not None and not is_release_name(release):
        raise ArgumentError(
            f"{release[:80]!r} is no name of a release, such as 2026-11-28-6eb0a3eca632; the page "
            "/release/ of a site lists its releases"
        )
    return site, release
