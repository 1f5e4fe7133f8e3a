"""What a release has, as its manifest says: files with checksums, columns of tables, licence.

Reads the text of `manifest.json`, wherever it comes from. The name of a release is made from its
content, so whoever knows the name knows that of every byte: the manifest is held against its name,
each file against the manifest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from iccgraph import __version__
from iccgraph.errors import ReleaseFormatError
from iccgraph.release.description import ReleaseDescription, from_document
from iccgraph.release.manifest import FORMAT, FileEntry, dumps_of, is_unchanged, name_of

LONGEST: Final = 64 * 2**20
"""No manifest is longer than this; the real one has some 60 KB. Units: bytes."""


@dataclass(frozen=True, slots=True)
class ReleaseContents:
    """What a release has: its name, the files that can be downloaded, and their description.

    Arguments: `text` is the manifest as it was read; `base_iri` is what names of things begin with.
    """

    name: str
    text: str
    base_iri: str
    files: Mapping[str, FileEntry]
    description: ReleaseDescription


def parse_contents(text: str, where: str) -> ReleaseContents:
    """Return what a manifest says; `where` is the folder or address that it is from, for errors.

    Raises: ReleaseFormatError if another version of iccgraph reads it, ValueError with the reason
    if it is no manifest, or not as it was made.
    """
    try:
        document = json.loads(text)
        content = document["content"]
        _check_format(content, where)
        if not is_unchanged(document) or document["release"] != name_of(content):
            raise ValueError("is not as it was made")
        entries = {path: FileEntry(**entry) for path, entry in content["files"].items()}
        description = from_document(content["description"], entries)
        base_iri = str(content["base_iri"])
    except (KeyError, TypeError, AttributeError, RecursionError, json.JSONDecodeError) as error:
        raise ValueError("is not the manifest of a release") from error
    return ReleaseContents(document["release"], text, base_iri, dumps_of(entries), description)


def _check_format(content: Mapping[str, Any], where: str) -> None:
    """Refuse a release of another format, and say which version of iccgraph has made it."""
    made, maker = content["format"], content["versions"]["iccgraph"]
    if not isinstance(made, int) or not isinstance(maker, str):
        raise TypeError("a format is a number, a version is a text")
    if made != FORMAT:
        age = "newer" if made > FORMAT else "older"
        raise ReleaseFormatError(
            where,
            f"is a release of the {age} format {made}, and iccgraph {__version__} reads format "
            f"{FORMAT}; iccgraph {maker} made it and reads it: "
            f"pip install 'iccgraph[research]=={maker}'",
        )
