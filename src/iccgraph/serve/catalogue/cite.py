"""How to cite the dataset and a release of it: BibTeX, and the Citation File Format 1.2.

Source: https://github.com/citation-file-format/citation-file-format/blob/1.2.0/schema-guide.md
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from iccgraph.languages import DEFAULT
from iccgraph.serve.catalogue.publication import Publication, text, words

_SPECIAL: Final = re.compile(r"[\\{}%&$#_~^]")
_WRITTEN: Final = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def bibtex(published: Publication) -> str:
    """Return two entries: the dataset, whatever its state, and the release that is served."""
    told = published.description
    whole = {
        "author": f"{{{_tex(told.publisher.name)}}}",
        "title": f"{{{_tex(text(told.whole.titles, DEFAULT))}}}",
        "publisher": _tex(told.publisher.name),
        "year": told.issued[:4],
        "url": published.iris.dataset,
        "note": f"Licence: {told.licence}",
    }
    release = {
        "year": told.modified[:4],
        "date": told.modified,
        "version": published.name,
        "url": published.release_iri,
    }
    return _entry("iccgraph", whole) + _entry(f"iccgraph-{published.name}", whole | release)


def _entry(key: str, fields: Mapping[str, str]) -> str:
    rows = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{key},\n{rows}}}\n"


def _tex(words: str) -> str:
    """Return a text as TeX reads it."""
    return _SPECIAL.sub(lambda found: _WRITTEN.get(found[0], f"\\{found[0]}"), words)


def citation_file(published: Publication) -> str:
    """Return the citation of the release that is served as a `CITATION.cff`."""
    told = published.description
    whole = told.whole
    rows = [
        ("cff-version", "1.2.0"),
        ("message", "If you use these data, please cite them as below."),
        ("type", "dataset"),
        ("title", text(whole.titles, DEFAULT)),
        ("abstract", text(whole.descriptions, DEFAULT)),
        ("version", published.name),
        ("date-released", told.modified),
        ("license", told.licence),
        ("url", published.landing_page),
    ]
    identifiers = [
        {"type": "url", "value": iri} for iri in (published.iris.dataset, published.release_iri)
    ]
    lists: Iterable[tuple[str, object]] = (
        ("authors", [{"name": told.publisher.name}]),
        ("identifiers", identifiers),
        ("keywords", words(whole.keywords, DEFAULT)),
    )
    return "".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in (*rows, *lists)
    )
