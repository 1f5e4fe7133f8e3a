"""The manifest of a release: what is in the folder, what it was made of, and its name.

Writes and reads `manifest.json`. The release's name is its date and the first 12 hexadecimal
digits of the SHA-256 of its `content` part, so that the same inputs always have the same name.
The store, the search index and the history have their checksums beside it: they can be made again,
or depend on what was there before. The manifest's own checksum stands in it too, so that a change
of any byte in the folder of a release is found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from iccgraph.errors import ReleaseError
from iccgraph.release.description import DUMPS, ReleaseDescription, from_document, to_document

MANIFEST: Final = "manifest.json"
STORE: Final = "store"
INDEX: Final = "search.sqlite"
WHOLE_STEM: Final = "iccgraph"
"""What the dumps of everything are called, before their ending."""
QUADS: Final = f"{DUMPS}{WHOLE_STEM}.nq"
TRIPLES: Final = f"{DUMPS}{WHOLE_STEM}.nt"
TURTLE: Final = f"{DUMPS}{WHOLE_STEM}.ttl"
JSONLD: Final = f"{DUMPS}{WHOLE_STEM}.jsonld"
TRIG: Final = f"{DUMPS}{WHOLE_STEM}.trig"
RDFXML: Final = f"{DUMPS}{WHOLE_STEM}.rdf"
CITIES_GEOJSON: Final = f"{DUMPS}cities.geojson"
SUMS: Final = f"{DUMPS}SHA256SUMS"
LINKS_SSSOM: Final = "dumps/links.sssom.tsv"
LINKS_NT: Final = "dumps/links.nt"
LINKS_TTL: Final = "dumps/links.ttl"
DEFAULT_GRAPH: Final = "default graph"
"""The count of triples of all named graphs together, each once."""
CONTEXT: Final = "ontology/context.jsonld"
REPORT: Final = "validation/report.json"
REPORT_TURTLE: Final = "validation/report.ttl"
RETIRED: Final = "retired.csv"
QUERIES: Final = "queries.json"
CHANGES: Final = "history/changes.csv"
TOMBSTONES: Final = "history/withdrawn.csv"
MODIFIED: Final = "history/modified.json"
FORMAT: Final = 6
"""Raised when the read side needs something that releases of earlier versions do not have."""


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
    description: ReleaseDescription
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
        return name_of(self._content())

    def write(self, folder: Path) -> None:
        """Write the manifest into the folder."""
        (folder / MANIFEST).write_text(self.text(), encoding="utf-8")

    def text(self) -> str:
        """The file's content: all of the manifest, with a checksum of itself."""
        document = {"release": self.name, **asdict(self), "content": self._content()}
        document["checksum"] = hashlib.sha256(_canonical(document)).hexdigest()
        return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    def _content(self) -> dict[str, Any]:
        return {**asdict(self.content), "description": to_document(self.content.description)}

    @property
    def description(self) -> ReleaseDescription:
        """What the release says of itself, and of every file that can be downloaded."""
        return self.content.description

    def checked_files(self) -> dict[str, FileEntry]:
        """Return every file that must be there, by its path in the folder."""
        return {**self.content.files, INDEX: self.index, **self.store, **self.history.files}


def name_of(content: Mapping[str, Any]) -> str:
    """Return the name of the release with this content, as it stands in the manifest.

    Raises: KeyError if it has no date.
    """
    digest = hashlib.sha256(_canonical(content)).hexdigest()
    return f"{content['date']}-{digest[:12]}"


def is_unchanged(document: Mapping[str, Any]) -> bool:
    """True if a manifest, of any version, has the checksum that stands in it."""
    rest = {name: value for name, value in document.items() if name != "checksum"}
    return hashlib.sha256(_canonical(rest)).hexdigest() == document.get("checksum")


def _canonical(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a release folder.

    Raises: ReleaseError if it is missing, unreadable, changed or of another format.
    """
    path = folder / MANIFEST
    text = _read(path)
    try:
        document = json.loads(text)
        made = document["content"]["format"]
        if made != FORMAT:
            made_by = "an older version of iccgraph; build anew"
            if int(made) > FORMAT:
                made_by = "a newer version of iccgraph; update iccgraph, or build anew"
            raise ReleaseError(folder, f"was made by {made_by}")
        content, history = dict(document["content"]), dict(document["history"])
        content["files"] = _entries(content["files"])
        history["files"] = _entries(history["files"])
        content["description"] = from_document(content["description"], content["files"])
        index, store = FileEntry(**document["index"]), _entries(document["store"])
        manifest = Manifest(Content(**content), index, store, History(**history))
        unchanged = manifest.text() == text
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReleaseError(path, f"is not a manifest ({error}); build the release anew") from error
    if not unchanged:
        raise ReleaseError(path, "was changed since the release was made; build the release anew")
    return manifest


def read_files(folder: Path) -> dict[str, FileEntry]:
    """Return the files of a release that depend on nothing else, also of one of an older version.

    Raises: ReleaseError if its manifest is missing, or cannot be read.
    """
    try:
        return _entries(json.loads(_read(folder / MANIFEST))["content"]["files"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"is not a manifest ({error}); build the release anew"
        raise ReleaseError(folder / MANIFEST, message) from error


def read_text(folder: Path) -> str:
    """Return the manifest of a release, also of one of an older version, as it is written.

    Raises: ReleaseError if it is missing, cannot be read or was changed.
    """
    text = _read(folder / MANIFEST)
    try:
        unchanged = is_unchanged(json.loads(text))
    except (ValueError, AttributeError, RecursionError):
        unchanged = False
    if not unchanged:
        raise ReleaseError(folder / MANIFEST, "was changed since the release was made; build anew")
    return text


def dumps_of(files: Mapping[str, FileEntry]) -> dict[str, FileEntry]:
    """Return those files that can be downloaded, by file name."""
    return {path.removeprefix(DUMPS): e for path, e in files.items() if path.startswith(DUMPS)}


def is_of_older_version(folder: Path) -> bool:
    """True if a release was made by a version of iccgraph that wrote another format."""
    try:
        made = json.loads(_read(folder / MANIFEST))["content"]["format"]
    except (ReleaseError, ValueError, KeyError, TypeError, RecursionError):
        return False
    return isinstance(made, int) and made < FORMAT


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise ReleaseError(path, "is missing; this folder is not a release") from error
    except (OSError, ValueError) as error:
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


def verify_release(folder: Path, full: bool = True) -> Manifest:
    """Check a release folder against its manifest and return it.

    With `full` every checksum is computed, at about 1.4 GB a second; without, only what files there
    are and their sizes are compared.
    Raises: ReleaseError naming the first file that is missing, differs, or is of no release.
    """
    manifest = read_manifest(folder)
    if folder.name != manifest.name:
        raise ReleaseError(
            folder, f"its content belongs to a release named {manifest.name}; build it anew"
        )
    files = manifest.checked_files()
    try:
        for name, entry in files.items():
            path = folder / name
            if (size := path.stat().st_size) != entry.size:
                raise ReleaseError(path, f"has {size} bytes, expected {entry.size}; build anew")
        for stray in _strays(folder, {MANIFEST, *files}):
            raise ReleaseError(stray, "is not part of this release; move it out of its folder")
        for name, entry in files.items():
            if full and file_entry(folder / name).sha256 != entry.sha256:
                raise ReleaseError(
                    folder / name, "is not what the manifest says (checksum); build anew"
                )
    except OSError as error:
        where = error.filename or folder
        raise ReleaseError(where, f"cannot be read ({error.strerror}); build anew") from error
    return manifest


def _strays(folder: Path, known: set[str]) -> Iterator[Path]:
    """Yield what is in a release folder and no known file, nor a folder of some.

    The program itself writes nothing there once a release is published.
    """
    folders = {str(parent) for name in known for parent in PurePosixPath(name).parents}
    waiting = ["."]
    while waiting:
        for path in sorted((folder / waiting.pop()).iterdir()):
            name = path.relative_to(folder).as_posix()
            if name in folders and path.is_dir() and not path.is_symlink():
                waiting.append(name)
            elif name not in known or not path.is_file():
                yield path


def checksum_lines(files: Iterable[tuple[str, FileEntry]]) -> str:
    """Return the lines that `sha256sum --check` takes."""
    return "".join(f"{entry.sha256}  {path}\n" for path, entry in sorted(files))
