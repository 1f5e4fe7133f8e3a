"""The manifest of a release: what is in the folder, what it was made of, and its name.

Writes and reads `manifest.json`. The release's name is its date and the first 12 hexadecimal
digits of the SHA-256 of its `content` part, so that the same inputs always have the same name;
the store, the search index and the history are not part of it: they can be made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from iccgraph.errors import ReleaseError

MANIFEST: Final = "manifest.json"
STORE: Final = "store"
INDEX: Final = "search.sqlite"
QUADS: Final = "dumps/iccgraph.nq"
TRIPLES: Final = "dumps/iccgraph.nt"
TURTLE: Final = "dumps/iccgraph.ttl"
JSONLD: Final = "dumps/iccgraph.jsonld"
LINKS_SSSOM: Final = "dumps/links.sssom.tsv"
LINKS_NT: Final = "dumps/links.nt"
LINKS_TTL: Final = "dumps/links.ttl"
CONTEXT: Final = "ontology/context.jsonld"
REPORT: Final = "validation/report.json"
REPORT_TURTLE: Final = "validation/report.ttl"
RETIRED: Final = "retired.csv"
QUERIES: Final = "queries.json"
CHANGES: Final = "history/changes.csv"
TOMBSTONES: Final = "history/withdrawn.csv"
FORMAT: Final = 1
FULL_CHECK_BYTES: Final = 64 * 1024 * 1024
"""Up to this size every byte is checked when a release is opened; beyond, sizes are."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the release. Units: size in bytes; SHA-256 in lower-case hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Content:
    """All that the name of a release depends on."""

    date: str
    base_iri: str
    counts: dict[str, int]
    graphs: dict[str, int]
    files: dict[str, FileEntry]
    inputs: dict[str, str]
    versions: dict[str, str]
    validation: dict[str, Any]
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class History:
    """What changed since the release that was current when this one was made."""

    previous: str = ""
    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    files: dict[str, FileEntry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole manifest."""

    content: Content
    index: FileEntry
    store: dict[str, FileEntry] = field(default_factory=dict)
    history: History = field(default_factory=History)

    @property
    def name(self) -> str:
        """Return the release's name: its date and what its content hashes to."""
        digest = hashlib.sha256(_canonical(asdict(self.content))).hexdigest()
        return f"{self.content.date}-{digest[:12]}"

    def write(self, folder: Path) -> None:
        """Write the manifest into the folder."""
        document = {"release": self.name, **asdict(self)}
        text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    def checked_files(self) -> dict[str, FileEntry]:
        """Return every file that must be there, by its path in the folder."""
        return {**self.content.files, INDEX: self.index, **self.store, **self.history.files}


def _canonical(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a release folder.

    Raises: ReleaseError if it is missing, unreadable or of another format.
    """
    path = folder / MANIFEST
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["content"]["format"] != FORMAT:
            raise ReleaseError(path, f"is of format {document['content']['format']}; build anew")
        content, history = dict(document["content"]), dict(document["history"])
        content["files"] = _entries(content["files"])
        history["files"] = _entries(history["files"])
        index = FileEntry(**document["index"])
        store = _entries(document["store"])
        return Manifest(Content(**content), index, store, History(**history))
    except FileNotFoundError as error:
        raise ReleaseError(path, "is missing; this folder is no release") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(path, f"is not a manifest ({error}); build the release anew") from error


def _entries(files: dict[str, dict[str, Any]]) -> dict[str, FileEntry]:
    return {path: FileEntry(**entry) for path, entry in files.items()}


def file_entry(path: Path) -> FileEntry:
    """Return the size and checksum of a file.

    Raises: OSError if it cannot be read.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileEntry(path.stat().st_size, digest)


def verify_release(folder: Path, full: bool | None = None) -> Manifest:
    """Check a release folder against its manifest and return it.

    With `full` every checksum is computed; without, only sizes are compared; None decides by size.
    Raises: ReleaseError naming the first file that is missing or differs.
    """
    manifest = read_manifest(folder)
    if folder.name != manifest.name:
        raise ReleaseError(
            folder, f"its content belongs to a release named {manifest.name}; build it anew"
        )
    files = manifest.checked_files()
    if full is None:
        full = sum(entry.size for entry in files.values()) <= FULL_CHECK_BYTES
    for path, entry in files.items():
        _verify_file(folder / path, entry, full)
    if not any((folder / STORE).iterdir() if (folder / STORE).is_dir() else ()):
        raise ReleaseError(folder / STORE, "is missing; build the release anew")
    return manifest


def _verify_file(path: Path, entry: FileEntry, full: bool) -> None:
    try:
        size = path.stat().st_size
        if size != entry.size:
            raise ReleaseError(path, f"has {size} bytes, expected {entry.size}; build anew")
        if full and file_entry(path).sha256 != entry.sha256:
            raise ReleaseError(path, "is not what the manifest says (checksum); build anew")
    except OSError as error:
        raise ReleaseError(path, f"cannot be read ({error.strerror}); build anew") from error


def checksum_lines(files: Iterable[tuple[str, FileEntry]]) -> str:
    """Return the lines that `sha256sum --check` takes."""
    return "".join(f"{entry.sha256}  {path}\n" for path, entry in sorted(files))
