"""Chooses a representation: what was asked for against what there is (RFC 9110, section 12).

Pure and total: a broken header is read as far as it makes sense, then as if it were not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from iccgraph.cache import BoundedCache
from iccgraph.errors import RequestError
from iccgraph.formats import HTML, Format, content_type

_PIECE = re.compile(r'((?:[^,"]|"(?:[^"\\]|\\.)*+"?)*+)(?:,|$)', re.DOTALL)
_PARAMETER = re.compile(r';\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_LONGEST: Final = 8192


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One media range of an Accept header. Units: `quality` from 0 to 1."""

    media_range: str
    quality: float

    def fit(self, media_type: str) -> int:
        """Return how exactly the range names the type: 0 not at all, 3 to the letter."""
        if self.media_range == media_type:
            return 3
        if self.media_range == f"{media_type.partition('/')[0]}/*":
            return 2
        return 1 if self.media_range == "*/*" else 0


def parse_accept(header: str) -> list[MediaRange]:
    """Return the media ranges of an Accept header; what makes no sense is left out."""
    accepted = []
    text = header[:_LONGEST]
    position = 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None or match.end() == position:
            break
        position = match.end()
        accepted_range = _parse_range(match[1])
        if accepted_range is not None:
            accepted.append(accepted_range)
    return accepted


def _parse_range(piece: str) -> MediaRange | None:
    media_range = piece.partition(";")[0].strip().lower()
    if media_range == "*":
        media_range = "*/*"
    if not re.fullmatch(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+", media_range):
        return None
    quality = 1.0
    for name, value in _PARAMETER.findall(piece):
        if name.lower() == "q":
            quality = _quality(value.strip())
    return MediaRange(media_range, quality)


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 1.0
    return min(max(quality, 0.0), 1.0) if quality == quality else 1.0


@dataclass(frozen=True, slots=True)
class Representation:
    """The chosen format and the media type to answer with, which may be one of its aliases."""

    format: Format
    media_type: str

    @property
    def content_type(self) -> str:
        """The Content-Type of the response."""
        return content_type(self.media_type)


_JUDGED: Final = BoundedCache[tuple[str, ...], tuple[Representation | None]](
    1 << 18, lambda key, _: 4 * len(key[0]) + 512
)
"""Decisions by header and offers; headers are chosen by clients, so they are weighed."""


def choose(header: str | None, offers: Sequence[Format], default: Format) -> Representation | None:
    """Return the best offer for an Accept header, None if none is acceptable.

    Few clients send headers of their own, so most are judged once.
    """
    key = (header or "", default.name, *(offer.name for offer in offers))
    known = _JUDGED.get(key)
    if known is None:
        known = (_choose(header, offers, default),)
        _JUDGED.put(key, known)
    return known[0]


def _choose(header: str | None, offers: Sequence[Format], default: Format) -> Representation | None:
    """Judge every offer.

    Between equals, a type that is named wins over a wildcard, then the order of the offers
    decides; a header of wildcards only, an empty or a broken one gets the default.
    """
    accepted = parse_accept(header or "")
    if not accepted:
        return Representation(default, default.media_type)
    best: tuple[float, int, int] = (0.0, 0, 0)
    chosen: Representation | None = None
    for order, offer in enumerate(offers):
        for rank, media_type in enumerate((offer.media_type, *offer.aliases)):
            fit, liked = _judge(accepted, media_type)
            quality = liked * offer.quality
            if rank and fit < 3:
                continue
            if fit == 1 and offer != default:
                score = (quality, 0, -order)
            else:
                score = (quality, fit, -order if rank == 0 else -order - 100)
            if quality > 0 and (chosen is None or score > best):
                best, chosen = score, Representation(offer, media_type)
    return chosen


def _judge(accepted: Sequence[MediaRange], media_type: str) -> tuple[int, float]:
    """Return the most exact fit and its quality; the most exact range decides (section 12.5.1)."""
    fit, quality = 0, 0.0
    for accepted_range in accepted:
        found = accepted_range.fit(media_type)
        if found > fit or (found == fit and found and accepted_range.quality > quality):
            fit, quality = found, accepted_range.quality
    return fit, quality


def acceptable(header: str | None, offers: Sequence[Format], default: Format) -> Representation:
    """Return the best offer for an Accept header.

    Raises: RequestError (406) when nothing that there is is acceptable.
    """
    chosen = choose(header, offers, default)
    if chosen is None:
        there = ", ".join(offer.media_type for offer in offers)
        raise RequestError(
            406, f"None of the accepted types is available here; available types: {there}"
        )
    return chosen


def wants_page(header: str | None, offers: Sequence[Format]) -> bool:
    """True if an Accept header names HTML, and likes no format better that it names as well.

    Only a format's own media type names it: browsers have long asked for XML and plain text.
    """
    named = {one.media_range: one.quality for one in reversed(parse_accept(header or ""))}
    page = named.pop(HTML.media_type, 0.0)
    return page > 0 and all(named.get(offer.media_type, 0.0) <= page for offer in offers)


def choose_language(header: str | None, offers: Sequence[str]) -> str:
    """Return the offered language that an Accept-Language header likes best, else the first."""
    best, chosen = 0.0, offers[0]
    for piece in (header or "")[:_LONGEST].split(","):
        tag, _, rest = piece.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        quality = 1.0
        if match := re.search(r"q\s*=\s*([\d.]+)", rest):
            quality = _quality(match[1])
        if language in offers and quality > best:
            best, chosen = quality, language
    return chosen
