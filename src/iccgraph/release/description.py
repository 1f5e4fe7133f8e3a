"""The one description of a release: what it is, and every file that can be downloaded of it.

The build writes it into the manifest; DCAT, VoID, schema.org, CSVW, Croissant and RO-Crate are
renderings of it, so nothing that they say differs. Sizes and checksums stand among the files of
the manifest, and are joined to the description when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Protocol

WHOLE: Final = ""
"""The key of the dataset that all others are parts of."""
PARTS: Final = ("practices", "places", "topics", "links", "networks", "assessments")
"""The keys of the parts, in the order in which they are shown."""
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "practices": ("practice",),
    "places": ("city", "country"),
    "topics": ("topic", "scheme", "city-topic", "guidance"),
    "networks": ("network", "membership"),
    "assessments": ("assessment", "profile"),
}
"""The kinds of thing that each part is about; decisions about links are no things."""
DUMPS: Final = "dumps/"
"""The folder of a release that holds what can be downloaded."""
Texts = dict[str, str]
"""A text in each language, by the language's tag."""


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence as each vocabulary names it: all are IRIs but the key and the name.

    The key is that of the SPDX list of licences.
    """

    key: str
    name: str
    eu: str
    creative_commons: str
    spdx: str


LICENCES: Final = {
    licence.key: licence
    for licence in (
        Licence(
            "CC-BY-4.0",
            "Creative Commons Attribution 4.0 International",
            "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0",
            "https://creativecommons.org/licenses/by/4.0/",
            "http://spdx.org/licenses/CC-BY-4.0",
        ),
        Licence(
            "CC-BY-SA-4.0",
            "Creative Commons Attribution Share Alike 4.0 International",
            "http://publications.europa.eu/resource/authority/licence/CC_BYSA_4_0",
            "https://creativecommons.org/licenses/by-sa/4.0/",
            "http://spdx.org/licenses/CC-BY-SA-4.0",
        ),
        Licence(
            "CC0-1.0",
            "Creative Commons Zero v1.0 Universal",
            "http://publications.europa.eu/resource/authority/licence/CC0",
            "https://creativecommons.org/publicdomain/zero/1.0/",
            "http://spdx.org/licenses/CC0-1.0",
        ),
    )
}
"""The licences that a dataset may have, by key."""


def find_licence(iri: str) -> Licence | None:
    """Return the licence that any vocabulary names so, None if it is not in the table."""
    return next(
        (found for found in LICENCES.values() if iri in (found.eu, found.creative_commons)), None
    )


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table.

    Arguments: `titles` are for people, in each language; `datatype` is string, integer, decimal,
    boolean, date or anyURI; `separator` stands between the values of a cell, and is empty if there
    is one only; `property` is the IRI of the property that the cells are values of, if there is
    one.
    """

    name: str
    titles: Texts
    datatype: str
    separator: str = ""
    property: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be downloaded.

    Arguments: `name` is the end of its address; `dataset` is the key of what it holds something of;
    `format` is the name of what it holds in `formats.FILE_FORMATS`, that of a gzip twin too;
    `inner` is the name of the file inside a gzip twin; `complete` is True if it holds every triple
    of the whole; tables have `columns` and the number of their `rows`.
    Units: bytes; SHA-256 in lower-case hexadecimal.
    """

    name: str
    dataset: str
    format: str
    size: int
    sha256: str
    inner: str = ""
    complete: bool = False
    columns: tuple[TableColumn, ...] = ()
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class DatasetDescription:
    """The whole, whose key is empty, or a part of it, with the kinds of thing that it is about."""

    key: str
    titles: Texts
    descriptions: Texts
    keywords: dict[str, tuple[str, ...]]
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: a name, a home page, and the name of a type in the ADMS list of publishers."""

    name: str
    homepage: str
    type: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to; what was not set is empty."""

    name: str = ""
    email: str = ""
    url: str = ""

    def __bool__(self) -> bool:
        """True if there is a way to reach them."""
        return bool(self.email or self.url)


@dataclass(frozen=True, slots=True)
class Spatial:
    """Where the things are: the box around all positions, and the countries.

    Units: degrees in WGS84; ISO 3166-1 alpha-3 codes, in upper case.
    """

    west: float
    south: float
    east: float
    north: float
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Temporal:
    """The first and the last year in which anything described is known to have gone on."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ReleaseDescription:
    """What a release says of itself, for catalogues of every kind.

    The first dataset is the whole. `issued` is the day on which the dataset was first published,
    `modified` that of the release, both ISO 8601; `licence` is a key of `LICENCES`; `languages` are
    tags; `source`, `themes`, `access_rights` and `frequency` are IRIs. The version is the name of
    the release, which depends on all of this.
    """

    datasets: tuple[DatasetDescription, ...]
    files: tuple[File, ...]
    issued: str
    modified: str
    licence: str
    languages: tuple[str, ...]
    publisher: Publisher
    contact: Contact
    rights: Texts = field(default_factory=dict)
    spatial: Spatial | None = None
    temporal: Temporal | None = None
    source: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    access_rights: str = ""
    frequency: str = ""

    @property
    def whole(self) -> DatasetDescription:
        """The dataset that all others are parts of."""
        return self.datasets[0]

    @property
    def parts(self) -> tuple[DatasetDescription, ...]:
        """The datasets that are parts of the whole."""
        return self.datasets[1:]

    def dataset(self, key: str) -> DatasetDescription:
        """Return the whole or a part by its key, which there must be."""
        return next(dataset for dataset in self.datasets if dataset.key == key)

    def file(self, name: str) -> File | None:
        """Return the file of a name, None if there is none."""
        return next((file for file in self.files if file.name == name), None)

    def files_of(self, key: str) -> tuple[File, ...]:
        """Return the files of a dataset, in the order in which they are shown."""
        return tuple(file for file in self.files if file.dataset == key)

    def twin(self, name: str) -> File | None:
        """Return the gzip twin of a file, None if it has none."""
        return next((file for file in self.files if file.inner == name), None)


class Entry(Protocol):
    """What the manifest says of any file."""

    @property
    def size(self) -> int:
        """Its size in bytes."""

    @property
    def sha256(self) -> str:
        """Its checksum."""


def to_document(description: ReleaseDescription) -> dict[str, Any]:
    """Return the description as JSON, without what the manifest says of every file."""
    document = asdict(description)
    for file in document["files"]:
        del file["size"], file["sha256"]
    return document


def from_document(document: Mapping[str, Any], entries: Mapping[str, Entry]) -> ReleaseDescription:
    """Return what `to_document` was given; `entries` are the files of the manifest, by path.

    Raises: KeyError, TypeError or ValueError if the document is no such description.
    """
    values = {item.name: _tuples(document[item.name]) for item in fields(ReleaseDescription)}
    values["datasets"] = tuple(DatasetDescription(**_mapping(d)) for d in document["datasets"])
    values["files"] = tuple(_file(file, entries) for file in document["files"])
    values["publisher"] = Publisher(**document["publisher"])
    values["contact"] = Contact(**document["contact"])
    for name, kind in (("spatial", Spatial), ("temporal", Temporal)):
        values[name] = kind(**_mapping(document[name])) if document[name] else None
    return ReleaseDescription(**values)


def _file(document: Mapping[str, Any], entries: Mapping[str, Entry]) -> File:
    entry = entries[f"{DUMPS}{document['name']}"]
    columns = tuple(TableColumn(**column) for column in document["columns"])
    return File(**{**document, "columns": columns, "size": entry.size, "sha256": entry.sha256})


def _mapping(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _tuples(value) for name, value in document.items()}


def _tuples(value: Any) -> Any:
    """Return a value of JSON with its lists as tuples."""
    if isinstance(value, list):
        return tuple(map(_tuples, value))
    if isinstance(value, dict):
        return {name: _tuples(inner) for name, inner in value.items()}
    return value
