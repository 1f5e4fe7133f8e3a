"""The map of the site for crawlers: every page, with its addresses in each language.

Writes the documents of the Sitemaps protocol 0.9 (https://www.sitemaps.org/protocol.html), with
`xhtml:link` for the languages. Each address stands by itself with all the others of its page, since
crawlers believe only languages that name each other.
Things are taken by their row numbers, so that a part costs the same wherever it lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from iccgraph.iris import COLLECTIONS, KINDS
from iccgraph.serve.dataset.explore import VIEWS
from iccgraph.serve.dataset.open import OpenRelease

THINGS_A_PART: Final = 1_500
"""With English and French a part has 4,500 addresses in about 2 MB, so that it can be stored; the
protocol allows 50,000, and 50 MB."""
PAGES: Final = ("", *COLLECTIONS, "explore", *(f"explore/{view}" for view in VIEWS), "queries",
                "data/", "catalogue", "def", "shapes", "validation", "links",
                "release/")  # fmt: skip
"""The pages that are no page of a thing; the first part has them."""
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_URLSET: Final = f'<urlset xmlns="{_NAMESPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'


def parts(release: OpenRelease) -> int:
    """Return how many parts the map of a release has."""
    (last,) = release.index.execute("SELECT coalesce(max(id), 0) FROM thing").fetchone()
    return 1 + -(-int(last) // THINGS_A_PART)


def index(release: OpenRelease, site: str) -> str:
    """Return the index, which names all parts."""
    day = release.manifest.description.modified
    rows = (
        f"<sitemap><loc>{escape(site)}sitemap-{part}.xml</loc><lastmod>{day}</lastmod></sitemap>\n"
        for part in range(parts(release))
    )
    return f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{"".join(rows)}</sitemapindex>\n'


def part(release: OpenRelease, site: str, languages: Sequence[str], number: int) -> str:
    """Return a part: 0 has the pages that are no page of a thing, the others have those of things.

    Arguments: `languages` are those that pages come in.
    """
    pages = (*PAGES, *(f"queries/{query.name}" for query in release.queries))
    paths = _things(release, number) if number else ((path, "") for path in pages)
    day = release.manifest.description.modified
    rows = _entries(paths, escape(site), languages, day)
    return f"{_HEAD}{_URLSET}{''.join(rows)}</urlset>\n"


def _things(release: OpenRelease, number: int) -> Iterator[tuple[str, str]]:
    """Yield the path of the page of each thing of a part, and the day on which it changed."""
    last = number * THINGS_A_PART
    kinds = ",".join("?" * len(KINDS))
    query = f"SELECT id, kind, key FROM thing WHERE id > ? AND id <= ? AND kind IN ({kinds})"  # noqa: S608  # placeholders
    rows = release.index.execute(
        f"{query} ORDER BY id",
        (last - THINGS_A_PART, last, *KINDS),
    )
    for thing, kind, key in rows:
        yield f"{kind}/{quote(key)}", release.modified_day(kind, thing)


def _entries(
    paths: Iterable[tuple[str, str]], site: str, languages: Sequence[str], day: str
) -> Iterator[str]:
    """Yield what stands for each page: its address in each language, and in none."""
    tags = {**{tag: f"{tag}/" for tag in languages}, "x-default": ""}
    for path, changed in paths:
        same = "".join(
            f'<xhtml:link rel="alternate" hreflang="{tag}" href="{site}{start}{path}"/>'
            for tag, start in tags.items()
        )
        for start in tags.values():
            yield (
                f"<url><loc>{site}{start}{path}</loc><lastmod>{changed or day}</lastmod>"
                f"{same}</url>\n"
            )
