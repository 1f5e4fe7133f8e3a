"""Finished answers: what the application said, plain and compressed, and kept for the next client.

Every answer is a function of the release and the request, so one that was made once can be given
again until another release is served. Nothing has to be purged: the release is part of the key.
Source: RFC 9110, sections 8.4 (encodings), 8.8.3 (a strong ETag differs by encoding), 13.1.2.
"""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

Headers = list[tuple[str, str]]
Key = tuple[str, ...]

KEPT_BYTES: Final = 64 * 1024 * 1024
LARGEST: Final = 1024 * 1024
SMALLEST: Final = 1024
"""Bodies below this size are not compressed: the answer would hardly be smaller."""
KEEP: Final = "X-Keep-Answer"
"""Marks an answer that may be kept, with the release that it was made from; it is never sent."""
LABEL: Final = "X-Answer-Label"
"""The route and the format of an answer, for the metrics; it is never sent."""
FORMAT: Final = "X-Answer-Format"
"""The format of an answer; it becomes part of its label."""
_TEXTS: Final = ("text/", "application/", "image/svg")
_GZIP: Final = "-gzip"


@dataclass(slots=True)
class Answer:
    """One whole answer; `stream` gives the body where it is too large to hold."""

    status: int
    headers: Headers
    body: bytes
    label: str = ""
    release: str = ""
    stream: Iterable[bytes] | None = None
    packed: Answer | None = field(default=None, repr=False)
    unchanged: tuple[str, Answer] | None = field(default=None, repr=False)

    def header(self, name: str) -> str:
        """Return the value of a header, empty if it is not there; `name` is in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def compressible(self) -> bool:
        """Return whether this answer has a compressed twin."""
        kind = self.header("content-type")
        return (
            self.status == 200
            and self.stream is None
            and len(self.body) >= SMALLEST
            and kind.startswith(_TEXTS)
            and not self.header("content-encoding")
        )

    def encoded(self, gzipped: bool) -> Answer:
        """Return this answer, or its compressed twin if the client takes it."""
        if not gzipped or not self.compressible():
            return self
        if self.packed is None:
            body = gzip.compress(self.body, compresslevel=5, mtime=0)
            dropped = ("content-length", "etag")
            headers = [h for h in self.headers if h[0].lower() not in dropped]
            headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
            if etag := self.header("etag"):
                headers.append(("ETag", twin(etag)))
            self.packed = replace(self, headers=headers, body=body)
        return self.packed

    def fitting(self, known: str, gzipped: bool) -> Answer:
        """Return what a client gets that knows some ETags (If-None-Match) and may take gzip."""
        if not known:
            return self.encoded(gzipped)
        if self.unchanged is not None and self.unchanged[0] == known:
            return self.unchanged[1]
        answer = self.conditional(known, gzipped)
        if answer is not None and known == answer.header("etag"):  # as clients ask that kept it
            self.unchanged = known, answer
        return answer or self.encoded(gzipped)

    def conditional(self, header: str, gzipped: bool) -> Answer | None:
        """Return the 304 for a client that has this answer, in either encoding, else None."""
        if not header or not (etag := self.header("etag")):
            return None
        known = {part.strip().removeprefix("W/") for part in header.split(",")}
        other = twin(etag) if self.compressible() else etag
        if not known & {"*", etag, other}:
            return None
        told = other if other in known or (gzipped and etag not in known) else etag
        kept = [
            (name, value)
            for name, value in self.headers
            if not name.lower().startswith("content-") and name.lower() != "etag"
        ]
        return Answer(304, [*kept, ("ETag", told)], b"", self.label, self.release)


def twin(etag: str) -> str:
    """Return the ETag of the compressed form of what has this ETag."""
    return f'{etag[:-1]}{_GZIP}"'


def plain_tags(header: str) -> str:
    """Return an If-None-Match header that names the uncompressed forms only."""
    return header.replace(f'{_GZIP}"', '"')


def as_known(headers: Headers, known: str) -> Headers:
    """Return the headers of a 304 with the ETag by which its client knows the answer."""
    return [
        (name, twin(value) if name.lower() == "etag" and twin(value) in known else value)
        for name, value in headers
    ]


@lru_cache(maxsize=256)
def takes_gzip(header: str) -> bool:
    """Return whether an Accept-Encoding header allows gzip (RFC 9110, section 12.5.3)."""
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        try:
            weights[name.strip()] = float(parameter.partition("=")[2] or 1)
        except ValueError:
            weights[name.strip()] = 0
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0))) > 0


class FinishedAnswers:
    """The answers that were made of one release, up to a size; the oldest go first."""

    def __init__(self) -> None:
        """Begin with none."""
        self.kept: OrderedDict[Key, Answer] = OrderedDict()
        self.size = 0
        self.current = ""
        self.lock = threading.Lock()

    def find(self, key: Key) -> Answer | None:
        """Return the kept answer to a request."""
        return self.kept.get(key)

    def keep(self, key: Key, answer: Answer) -> None:
        """Keep an answer if it may be kept; the first part of the key is the release."""
        if not answer.release or answer.release != key[0] or answer.status != 200:
            return
        if answer.stream is not None or len(answer.body) > LARGEST:
            return
        with self.lock:
            if key[0] != self.current:
                self.kept.clear()
                self.current, self.size = key[0], 0
            if key in self.kept:
                return
            self.kept[key] = answer
            self.size += _weight(key, answer)
            while self.size > KEPT_BYTES:
                self.size -= _weight(*self.kept.popitem(last=False))


def _weight(key: Key, answer: Answer) -> int:
    """Return about how many bytes a kept answer takes with its twin; clients choose the key."""
    return len(answer.body) * 3 // 2 + 4 * sum(map(len, key)) + 4096
