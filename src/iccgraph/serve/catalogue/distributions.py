"""Writes the files of a dataset as distributions, with their addresses, formats and checksums.

The IRI of a file stays from release to release, since harvesters match by it; its download address
is that of one release, where it never changes.
Source: DCAT-AP 3.0.1, classes Distribution and Checksum.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from iccgraph.formats import FILE_FORMATS, Format
from iccgraph.release.csvw import ENDING
from iccgraph.release.description import DUMPS, DatasetDescription, File
from iccgraph.serve.catalogue.authorities import (
    AUTHORITY,
    GZIP,
    SHA256,
    authority,
    file_type,
    format_concept,
    media_type,
)
from iccgraph.serve.catalogue.publication import file_address, release_address
from iccgraph.serve.catalogue.statements import (
    EnglishAndFrench,
    Pairs,
    Value,
    both,
    describe,
    texts,
)
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import term

STABLE: Final = authority(f"{AUTHORITY}planned-availability/STABLE", "")


def is_open(file: File) -> bool:
    """True if portals count the file’s format as open and machine-readable."""
    return file_type(file.format) is not None


def describe_file(
    release: OpenRelease, site: str, dataset: DatasetDescription, file: File, shared: Pairs
) -> Iterator[Triple]:
    """Yield a file whose format is open.

    Arguments: `shared` is what is the same for all files of the release.
    """
    iri = release.iris.file(file.name)
    node, format_ = NamedNode(iri), _format(file.format)
    media, kind = media_type(format_.media_type), format_concept(format_)
    checksum = NamedNode(f"{iri}-checksum")
    pairs: list[tuple[str, Value]] = [
        ("dcterms:identifier", Literal(iri)),
        ("dcat:accessURL", NamedNode(file_address(site, file.name))),
        ("dcat:downloadURL", NamedNode(release_address(site, release.name, file.name))),
        ("dcat:mediaType", media),
        ("dcterms:format", kind.node),
        ("dcat:byteSize", Literal(str(file.size), datatype=term("xsd:nonNegativeInteger"))),
        ("spdx:checksum", checksum),
        ("dcatap:availability", STABLE.node),
        *shared,
    ]
    metadata = f"{file.inner or file.name}{ENDING}"
    if f"{DUMPS}{metadata}" in release.manifest.content.files:
        page = NamedNode(file_address(site, metadata))
        pairs.append(("foaf:page", page))
        yield from describe(page, "foaf:Document")
    if file.inner:
        pairs.append(("dcat:compressFormat", NamedNode(GZIP)))
        yield from describe(NamedNode(GZIP), "dcterms:MediaType")
    yield from describe(node, "dcat:Distribution", pairs)
    yield from texts(node, "dcterms:title", _titles(dataset, file))
    yield from texts(node, "dcterms:description", both(_about(file, format_)))
    yield from describe(media, "dcterms:MediaType")
    yield from _describe_checksum(checksum, file)
    yield from (*kind.triples(), *STABLE.triples())


def _format(name: str) -> Format:
    return next(format_ for format_ in FILE_FORMATS if format_.name == name)


def _titles(dataset: DatasetDescription, file: File) -> dict[str, str]:
    between = {"fr": "\u00a0: "}
    return {
        language: f"{title}{between.get(language, ': ')}{file.name}"
        for language, title in dataset.titles.items()
    }


def _about(file: File, format_: Format) -> EnglishAndFrench:
    """Return what a file is, in English and French."""
    english, french = f"A file in {format_.label}", f"Fichier au format {format_.label}"
    if file.rows is not None:
        english += f" with {file.rows} rows of data"
        french += f" avec {file.rows} lignes de données"
    if file.complete:
        english += " that holds every statement of the dataset"
        french += " qui contient tous les énoncés du jeu de données"
    if file.inner:
        english += ", packed with gzip"
        french += ", comprimé avec gzip"
    return f"{english}.", f"{french}."


def _describe_checksum(node: NamedNode, file: File) -> Iterator[Triple]:
    algorithm = NamedNode(SHA256)
    value = Literal(file.sha256, datatype=term("xsd:hexBinary"))
    pairs: tuple[tuple[str, Value], ...] = (
        ("spdx:algorithm", algorithm),
        ("spdx:checksumValue", value),
    )
    yield from describe(node, "spdx:Checksum", pairs)
    yield from describe(algorithm, "spdx:ChecksumAlgorithm")
