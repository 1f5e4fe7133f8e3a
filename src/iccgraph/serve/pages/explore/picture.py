"""Pictures as SVG files that need nothing else: title, what they show, drawing, source and release.

A file carries its own style, which is light, and generic fonts; on pages the same drawings take the
colours of the style sheet. What is told apart differs in lightness, so that print in grey is right.
Source: SVG 1.1, sections 5.4 (`title`, `desc`) and 6.6 (style sheets).
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 960
"""The width of a picture, margins and all. Units: pixels."""
MARGIN: Final = 24
INNER: Final = WIDTH - 2 * MARGIN
SMALL: Final = "small-picture"
"""The class of pictures on pages that lead to a view."""
LETTER: Final = 0.56
"""The mean width of a letter of a wide font, as a part of its height."""
FONTS: Final = "'Noto Sans','Segoe UI',Roboto,'Helvetica Neue','Liberation Sans',Arial,sans-serif"
STYLE: Final = (
    f"text{{font:13px {FONTS};fill:#16212b}}.title{{font-size:24px;font-weight:700}}"
    ".said{font-size:14px}.foot{font-size:12px;fill:#53616d}.quiet{fill:#53616d}"
    ".head{font-weight:700}.end{text-anchor:end}.middle{text-anchor:middle}"
    ".small{font-size:11px}.on{fill:#0e6a72}.few{fill:#fff;stroke:#0e6a72}"
    ".line{fill:none;stroke:#53616d}.rail{fill:#e8eeee}.mark{stroke:#16212b;stroke-width:2px}"
    ".s1{fill:#e2efef}.s2{fill:#b5d6d7}.s3{fill:#7db3b6}.s4{fill:#2f7f86}.s5{fill:#083f47}"
    ".s4+text,.s5+text{fill:#fff}.edge{fill:none;stroke:#0e6a72;stroke-opacity:.35}"
    ".topic{fill:#b8431f;stroke:#fff;stroke-width:1.5px}.city{fill:#0e6a72;stroke:#fff}"
    ".name{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}"
    ".sea{fill:#eef4f5}.land{fill:#fdfdfb;stroke:#9fb0b4;stroke-width:7}"
    ".graticule{fill:none;stroke:#d8dedf}.dot{fill:#b8431f;stroke:#fff;stroke-width:1.5px}"
    ".number{font-size:10px;font-weight:700;fill:#fff;text-anchor:middle}"
)
"""The rules of all pictures. Every pair of text and ground has a contrast of 4.5 or more."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a picture draws: SVG whose texts are escaped. Units: pixels."""

    body: str
    width: int
    height: int


def nested(drawing: Drawing, x: float, y: float, width: float, height: float) -> str:
    """Return a drawing inside another one, stretched to a place of it."""
    return (
        f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
        f' viewBox="0 0 {drawing.width} {drawing.height}" preserveAspectRatio="none">'
        f"{drawing.body}</svg>"
    )


def text(words: str, x: float, y: float, names: str = "") -> str:
    """Return a line of text whose characters are escaped here."""
    kind = f' class="{names}"' if names else ""
    return f'<text x="{x:g}" y="{y:g}"{kind}>{escape(words)}</text>'


def shortened(words: str, width: float, size: float = 13) -> str:
    """Return a text that is cut where it would be wider. Units: pixels."""
    most = max(1, int(width / (size * LETTER)))
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def lines_of(words: str, width: float, size: float) -> list[str]:
    """Return a text in lines that are not wider. Units: pixels."""
    return textwrap.wrap(words, max(1, int(width / (size * LETTER))), break_long_words=True)


def picture_file(
    drawing: Drawing, title: str, told: Sequence[str], foot: Sequence[str], language: str
) -> str:
    """Return a picture as a file of its own.

    Arguments: `told` says in words what it shows; `foot` tells source, release and licence.
    """
    parts, y = [], MARGIN + 24.0
    for names, words, size, high in (
        ("title", [title], 24, 32),
        ("said", told, 14, 20),
    ):
        for paragraph in words:
            for line in lines_of(paragraph, INNER, size):
                parts.append(text(line, MARGIN, y, names))
                y += high
    y += 8
    wide = min(INNER, drawing.width)
    high = round(drawing.height * wide / drawing.width)
    parts.append(nested(drawing, MARGIN, y, wide, high))
    y += high + 28
    for paragraph in foot:
        for line in lines_of(paragraph, INNER, 12):
            parts.append(text(line, MARGIN, y, "foot"))
            y += 17
    height = round(y + MARGIN - 12)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}" role="img" xml:lang="{language}"'
        f' aria-labelledby="picture-title picture-desc">'
        f'<title id="picture-title">{escape(title)}</title>'
        f'<desc id="picture-desc">{escape(" ".join(told))}</desc>'
        f"<style>{STYLE}</style>"
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def strip(counts: Mapping[int, int], first: int, last: int, most: int, high: int = 20) -> Drawing:
    """Return the numbers of years as columns side by side, as one path.

    Arguments: `most` is the number that fills the whole height.
    """
    columns = [
        f"M{year - first + 0.08:g} {high}v-{max(0.6, high * count / (most or 1)):.3g}h.84V{high}z"
        for year, count in sorted(counts.items())
        if count and first <= year <= last
    ]
    path = f'<path class="on" d="{"".join(columns)}"/>' if columns else ""
    return Drawing(path, last - first + 1, high)


def shade(count: int, most: int) -> int:
    """Return the shade of a number from 1 to 5, by steps that double where numbers are large."""
    if most <= 5:
        return min(5, count + (1 if most < 5 and count > 1 else 0))
    bounds = [math.pow(most, step / 5) for step in range(1, 5)]
    return 1 + sum(count > bound for bound in bounds)


def inline(drawing: Drawing, names: str, stretched: bool = False) -> str:
    """Return a drawing for a page, beside words that say the same."""
    ratio = ' preserveAspectRatio="none"' if stretched else ""
    return (
        f'<svg class="{names}" viewBox="0 0 {drawing.width} {drawing.height}"{ratio}'
        f' aria-hidden="true">{drawing.body}</svg>'
    )
