"""Data about things without the application around it: the same as it would make."""

from __future__ import annotations

import http.client
import json
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from iccgraph.publish.pipeline import Built
from iccgraph.publish.writers.rdf import spans
from iccgraph.serve.app import create_app
from iccgraph.serve.dataset.describe import describe
from iccgraph.serve.dataset.documents import DataDocuments
from iccgraph.serve.dataset.excerpts import PracticeExcerpts
from iccgraph.serve.dataset.open import open_release
from iccgraph.serve.dataset.representation import jsonld_text
from iccgraph.serve.http.cache import KEEP, LABEL
from iccgraph.serve.http.negotiation import GRAPH_FORMATS, JSONLD, NTRIPLES, RDFXML, TURTLE
from iccgraph.settings import Settings
from tests.web.client import ask

PRACTICE = "practice/espai-avinyo"
OTHERS = (
    *("city/barcelona", "country/es", "topic/education", "scheme/index"),
    "city-topic/barcelona/education",
)
READ = {
    TURTLE: RdfFormat.TURTLE,
    NTRIPLES: RdfFormat.N_TRIPLES,
    JSONLD: RdfFormat.JSON_LD,
    RDFXML: RdfFormat.RDF_XML,
}
HIDDEN = {"x-request-id", "date", "server", "connection", KEEP.lower(), LABEL.lower()}


def test_every_practice(real_settings: Settings, built: Built) -> None:
    """What is cut out says of each practice what its description says, and no more."""
    release = open_release(real_settings.releases_dir / built.name, 10**6)
    excerpts = PracticeExcerpts(release)
    keys = [k for (k,) in release.index.execute("SELECT key FROM thing WHERE kind = 'practice'")]
    assert len(keys) == built.manifest.content.counts["practice"] > 200
    for key in keys:
        description = describe(release, "practice", key)
        assert description is not None
        for form, read in READ.items():
            cut = excerpts.document(key, form)
            assert cut is not None
            said = {str(quad.triple) for quad in parse(cut, format=read)}
            assert said == {str(triple) for triple in description.triples}
    for form in READ:
        assert excerpts.document("no-such-practice", form) is None


def test_jsonld_is_what_the_compactor_writes(real_settings: Settings, built: Built) -> None:
    """JSON-LD put together from pieces has the shape of that of the whole description."""
    release = open_release(real_settings.releases_dir / built.name, 10**6)
    excerpts = PracticeExcerpts(release)
    keys = [k for (k,) in release.index.execute("SELECT key FROM thing WHERE kind = 'practice'")]
    for key in keys:
        whole = excerpts.document(key, TURTLE)
        assert whole is not None
        triples = [quad.triple for quad in parse(whole, format=RdfFormat.TURTLE)]
        root = NamedNode(release.iris.thing("practice", key))
        wanted = jsonld_text(triples, release.context, root)
        assert json.loads(excerpts.document(key, JSONLD) or b"") == json.loads(wanted)


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (f"{PRACTICE}.ttl", None),
        (f"{PRACTICE}.ttl?lang=fr", "text/html"),
        (PRACTICE, "text/turtle"),
        (PRACTICE, "application/x-turtle, */*;q=0.1"),
        (PRACTICE, "application/rdf+xml;q=0.5, text/turtle;q=0.9"),
        (PRACTICE, "text/html, text/turtle;q=0.9"),
        (f"{PRACTICE}.jsonld", "text/turtle"),
        (f"{PRACTICE}.nt", None),
        (f"{PRACTICE}.rdf", None),
        (PRACTICE, "application/json"),
        (PRACTICE, "application/n-triples, text/html;q=0.5"),
        (f"{PRACTICE}.html", "text/turtle"),
        *((f"{thing}.{form.name}", None) for thing in OTHERS for form in GRAPH_FORMATS),
        *((f"{thing}?n=1", "text/turtle, text/html;q=0.1") for thing in OTHERS),
        *((thing, "text/html") for thing in OTHERS),
        ("city/no-such-city.ttl", None),
        ("city/barcelona/education.ttl", None),
        ("practice/no-such-practice.ttl", None),
        ("practice/no-such-practice", "text/turtle"),
    ],
)
def test_same_as_the_application(
    live: str, real_settings: Settings, path: str, accept: str | None
) -> None:
    """Status, headers and body are those that the application gives."""
    headers = {} if accept is None else {"Accept": accept}
    ask(live, path, headers=headers)
    again = f"{path}{'&' if '?' in path else '?'}again=1"  # what was described has been kept
    got = ask(live, again, headers=headers)
    application = create_app(replace(real_settings, port=urlsplit(live).port or 0))
    wanted = application.test_client().get(f"/{again}", headers=headers)
    application.config["CURRENT"].close()
    theirs = {n.lower(): v for n, v in wanted.headers.items() if n.lower() not in HIDDEN}
    ours = {n: v for n, v in got.headers.items() if n not in HIDDEN}
    if got.status != 200:  # an error tells the request's name
        theirs.pop("content-length")
        ours.pop("content-length")
    else:
        assert got.body == wanted.data
    assert (got.status, ours) == (wanted.status_code, theirs)


def test_accept_on_two_lines(live: str) -> None:
    """A header on two lines is one header, also for what is kept."""
    address = urlsplit(live)
    seen = []
    for lines in (["image/png", "text/turtle"], ["image/png"], ["image/png", "text/html"]):
        line = http.client.HTTPConnection(address.hostname or "", address.port)
        line.putrequest("GET", f"/{PRACTICE}", skip_accept_encoding=True)
        for accept in lines:
            line.putheader("Accept", accept)
        line.endheaders()
        answer = line.getresponse()
        seen.append((answer.status, answer.headers.get_content_type()))
        line.close()
    assert seen == [(200, "text/turtle"), (406, "application/problem+json"), (200, "text/html")]


def test_spans_that_do_not_fit() -> None:
    """Where the blocks of a batch are not those of its descriptions, no place is told."""
    assert spans(b"<a> a <b> .\n", [[], []], 7) == [(None, None)] * 2


def test_kept_documents_take_no_more_than_they_may(real_settings: Settings, built: Built) -> None:
    """Of documents that were described the last asked for are kept, up to so many bytes."""
    release = open_release(real_settings.releases_dir / built.name, 10**6)
    sizes = {}
    for key in ("barcelona", "bergen", "botkyrka"):
        description = describe(release, "city", key)
        assert description is not None
        sizes[key] = len(DataDocuments(release).write("city", key, TURTLE, description))
    documents = DataDocuments(release, sum(sizes.values()) - 1)
    for key in ("barcelona", "bergen", "barcelona", "botkyrka"):
        description = describe(release, "city", key)
        assert description is not None
        if documents.ready("city", key, TURTLE) is None:
            documents.write("city", key, TURTLE, description)
    assert documents.ready("city", "bergen", TURTLE) is None
    for key in ("barcelona", "botkyrka"):
        assert len(documents.ready("city", key, TURTLE) or b"") == sizes[key]
    assert documents.size == sizes["barcelona"] + sizes["botkyrka"]
    assert documents.ready("city", "barcelona", JSONLD) is None
