"""The documents of practices, cut out of the dumps, where what they say is written already.

Each says what `describe` says, in the dump's order. To ask the store and write it anew takes ten
times as long, and there are more practices than of anything else.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

import orjson
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from iccgraph.release import manifest
from iccgraph.serve.dataset.describe import brief
from iccgraph.serve.dataset.embedding import Embedding
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.http.negotiation import JSONLD, NTRIPLES, RDFXML, TURTLE, Format
from iccgraph.vocab import PREFIXES

_PREFIXED: Final = re.compile(rb"[\s^]([a-z]+):")
_ELEMENT: Final = re.compile(rb"<([a-z]+):")
_NAMED: Final = re.compile(rb"> <([^>]*[/#])")
"""Finds the namespaces in N-Triples of properties and classes, which become elements, and of other
objects."""
_NAMES: Final = {PREFIXES[name].encode(): name for name in PREFIXES}
_LINES: Final = {
    name.encode(): f"@prefix {name}: <{PREFIXES[name]}> .\n".encode() for name in PREFIXES
}
_DECLARATIONS: Final = {
    name.encode(): f' xmlns:{name}="{PREFIXES[name]}"'.encode() for name in PREFIXES
}
_DUMPS: Final = {
    TURTLE.name: (manifest.TURTLE, "turtle", "<{}>"),
    NTRIPLES.name: (manifest.TRIPLES, "triples", "<{}>"),
    JSONLD.name: (manifest.JSONLD, "jsonld", '"{}"'),
    RDFXML.name: (manifest.TRIPLES, "triples", "<{}>"),
}
"""The dump that each format is made of, the columns of the index that tell places in it, and how
the dump writes a name."""
_SPAN: Final = (
    "SELECT p.{0}_at, p.{0}_size FROM thing t JOIN practice p ON p.id = t.id"
    " WHERE t.kind = 'practice' AND t.key = ?"
)
MOST_BRIEFS: Final = 30_000
"""What is said of so many mentioned things is kept, in whatever format; each takes some 200 bytes,
as JSON-LD 500."""


class PracticeExcerpts:
    """Gives the documents of one release's practices to any number of threads."""

    def __init__(self, release: OpenRelease) -> None:
        """Open the dumps.

        Raises: OSError if one is not there.
        """
        self.release = release
        self.files: dict[str, int] = {}
        self.things: dict[str, re.Pattern[bytes]] = {}
        start = re.escape(f"{release.iris.base}id/")
        name = rf"({start}(?:city|country|topic|practice)/[a-z0-9-]+)"
        for form, (path, _, written) in _DUMPS.items():
            self.files[form] = os.open(release.folder / path, os.O_RDONLY)
            self.things[form] = re.compile(written.format(name).encode())
        self.briefs: OrderedDict[tuple[str, bytes], Any] = OrderedDict()
        self.embedding = Embedding(release.context)
        self.lock = threading.Lock()

    def document(self, key: str, form: Format) -> bytes | None:
        """Return the document about a practice, None if there is none or it must be made anew."""
        said = self._said(key, form.name)
        if said is None:
            return None
        root = self.release.iris.thing("practice", key).encode()
        mentioned = sorted(set(self.things[form.name].findall(said)) - {root})
        if form == JSONLD:
            briefs = {iri.decode(): self._brief(JSONLD.name, iri, self._node) for iri in mentioned}
            return self.embedding.document(orjson.loads(b"[%b]" % said), briefs)
        if form == RDFXML:  # what the dump holds was checked when it was written
            found = _NAMES.keys() & _NAMED.findall(said)
            quads = parse(said, format=RdfFormat.N_TRIPLES, lenient=True)
            used = {_NAMES[start]: start.decode() for start in found}
            said = _elements([quad.triple for quad in quads], used)
        write = _WRITERS[form.name]
        body = b"".join((said, *(self._brief(form.name, iri, write) for iri in mentioned)))
        return _FRAMES[form.name](body)

    def _said(self, key: str, form: str) -> bytes | None:
        """Return what the dump of a format says of a practice."""
        try:
            query = _SPAN.format(_DUMPS[form][1])
            row = self.release.index.execute(query, (key,)).fetchone()
        except sqlite3.OperationalError:  # a release that was built before the index told the place
            return None
        if row is None or row[0] is None:
            return None
        return os.pread(self.files[form], row[1], row[0])

    def _brief(self, form: str, iri: bytes, write: Callable[[list[Triple]], Any]) -> Any:
        """Return the type and labels of a thing that is only mentioned, as a format writes them."""
        kept = self.briefs.get((form, iri))
        if kept is not None:
            return kept
        found = write(list(brief(self.release, NamedNode(iri.decode()))))
        with self.lock:
            self.briefs[form, iri] = found
            if len(self.briefs) > MOST_BRIEFS:
                self.briefs.popitem(last=False)
        return found

    def _node(self, triples: list[Triple]) -> dict[str, Any]:
        nodes = self.release.compactor.nodes((t.subject, t.predicate, t.object) for t in triples)
        return nodes[0] if nodes else {}

    def __del__(self) -> None:
        """Close the dumps with the release."""
        for file in self.files.values():
            os.close(file)


def _turtle(triples: list[Triple]) -> bytes:
    turtle = serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    return turtle[turtle.index(b"\n<") + 1 :] if triples else b""


def _triples(triples: list[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _elements(triples: list[Triple], prefixes: dict[str, str] = PREFIXES) -> bytes:
    xml = serialize(triples, format=RdfFormat.RDF_XML, prefixes=prefixes) or b""
    return xml[xml.index(b"\n\t<") + 1 : xml.rindex(b"</rdf:RDF>")] if triples else b""


def _with_prefixes(body: bytes) -> bytes:
    used = set(_PREFIXED.findall(body))
    return b"".join((*(line for name, line in _LINES.items() if name in used), body))


def _with_root(body: bytes) -> bytes:
    used = {b"rdf", *_ELEMENT.findall(body)}
    said = b"".join(written for name, written in _DECLARATIONS.items() if name in used)
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF' + said
    return b"".join((head, b">\n", body, b"</rdf:RDF>"))


_WRITERS: Final = {TURTLE.name: _turtle, NTRIPLES.name: _triples, RDFXML.name: _elements}
_FRAMES: Final[dict[str, Callable[[bytes], bytes]]] = {
    TURTLE.name: _with_prefixes,
    NTRIPLES.name: bytes,
    RDFXML.name: _with_root,
}
