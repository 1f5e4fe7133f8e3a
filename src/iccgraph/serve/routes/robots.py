"""What crawlers read: `/robots.txt` (RFC 9309) and the map of the site, `/sitemap.xml`."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from iccgraph.errors import NotFound
from iccgraph.formats import SITEMAP
from iccgraph.serve.catalogue import sitemap
from iccgraph.serve.context import LANGUAGES, serving, settings, site
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.routes.respond import respond

robots = Blueprint("robots", __name__)
sitemaps = Blueprint("sitemaps", __name__)
_ANSWERS = ("sparql", "suggest", "reconcile")
"""What answers questions, of which there is no end."""
_RULES = """\
# All pages stand in the site map below. Lists with filters and answers to queries have no end, so
# keep out of them. Whoever wants all the data takes it as files, which are at {site}data/
# and of which this one has everything: {site}data/iccgraph.nt.gz
User-agent: *
Allow: {path}static/
{refused}
Sitemap: {site}sitemap.xml
"""


@robots.get("/robots.txt")
def rules() -> Response:
    """Let crawlers read everything but filtered lists and answers to queries."""
    path = settings().site_path
    starts = [path, *(f"{path}{tag}/" for tag in current_app.config[LANGUAGES])]
    refused = [f"Disallow: {path}*?"]
    refused += [f"Disallow: {start}{name}" for start in starts for name in _ANSWERS]
    # and once more for those who do not know what a star stands for
    refused += [
        f"Disallow: {start}{name}?" for start in starts for name in ("", "practices", "compare")
    ]
    text = _RULES.format(site=site(""), path=path, refused="\n".join(refused))
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.headers["Link"] = f'<{site("")}>; rel="canonical"'
    return response


@sitemaps.get("/sitemap.xml")
def sitemap_index() -> Response:
    """Name the parts of the map of the site."""
    body = sitemap.index(serving().release, site(""))
    return respond(body, Representation(SITEMAP, SITEMAP.media_type))


@sitemaps.get("/sitemap-<number>.xml")
def sitemap_part(number: str) -> Response:
    """List pages with the day of their last change and their addresses in each language.

    :raise 404: there is no such part.
    """
    release = serving().release
    if number not in map(str, range(sitemap.parts(release))):
        number = number[:20]
        raise NotFound(f"the map of the site has no part {number}; /sitemap.xml names all parts")
    body = sitemap.part(release, site(""), current_app.config[LANGUAGES], int(number))
    return respond(body, Representation(SITEMAP, SITEMAP.media_type))
