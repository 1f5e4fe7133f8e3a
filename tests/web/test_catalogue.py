"""Portals find the dataset at /catalogue, take every file, and have nothing to complain about."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse, serialize
from pyshacl import validate
from rdflib import SH, Graph, URIRef

from iccgraph.publish.pipeline import Built
from iccgraph.release.description import Contact
from iccgraph.serve.catalogue.dcat import catalogue
from iccgraph.serve.catalogue.document import catalogue_document, statements
from iccgraph.serve.catalogue.quality import METRICS, MOST, Statements, passed, points
from iccgraph.serve.dataset.open import OpenRelease, open_release
from iccgraph.settings import Settings
from iccgraph.vocab import PREFIXES, RDF, term
from tests.docs.documents import table
from tests.for_all import for_all
from tests.web.client import Client, accept, ask

SITE: Final = "https://data.example.org/icc/"
SHAPES: Final = Path(__file__).with_name("catalogue-shapes.ttl")
OFFICIAL: Final = "DCAT_AP_SHAPES"
"""The environment variable that names a folder with the official shapes."""
BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
COMUNICA: Final = "application/n-quads,application/trig;q=0.95,text/turtle;q=0.9,text/html;q=0.2"
CHOSEN: Final = (
    ("", "text/turtle"),
    ("*/*", "text/turtle"),
    ("image/png, */*;q=0.1", "text/turtle"),
    ("text/html", "text/html"),
    (BROWSER, "text/html"),
    ("text/html;q=0.1, */*", "text/html"),
    ("text/turtle, text/html", "text/html"),
    ("application/xml, application/xhtml+xml, text/html;q=0.9, text/plain;q=0.8", "text/html"),
    ("text/html;q=0, */*", "text/turtle"),
    ("text/turtle, text/html;q=0.5", "text/turtle"),
    ("application/rdf+xml", "application/rdf+xml"),
    ("application/ld+json, */*;q=0.1", "application/ld+json"),
    (COMUNICA, "text/turtle"),
)


@pytest.fixture(scope="module")
def bare(built: Built, real_settings: Settings) -> OpenRelease:
    """Return the real release, for which no contact was set."""
    return open_release(real_settings.releases_dir / built.name, 10**9)


@pytest.fixture(scope="module")
def release(bare: OpenRelease) -> OpenRelease:
    """Return the real release as it is with a contact."""
    contact = Contact("Data team", "data@example.org", "https://data.example.org/contact")
    content = bare.manifest.content
    described = replace(content, description=replace(content.description, contact=contact))
    return replace(bare, manifest=replace(bare.manifest, content=described))


def as_graph(triples: Iterable[Triple | Quad]) -> Graph:
    """Return statements as a graph that pySHACL judges."""
    plain = dict.fromkeys(one.triple if isinstance(one, Quad) else one for one in triples)
    text = serialize(plain, format=RdfFormat.N_TRIPLES) or b""
    return Graph().parse(data=text, format="nt")


@pytest.fixture(scope="module")
def served(release: OpenRelease) -> Graph:
    """Return what /catalogue says of the release with a contact."""
    return as_graph(catalogue_document(release, SITE))


def results(data: Graph, shapes: Graph) -> list[str]:
    """Return what shapes have to say: severity, thing, property, value."""
    _, report, _ = validate(data, shacl_graph=shapes, do_owl_imports=False, inference="none")
    assert isinstance(report, Graph)
    return sorted(
        " ".join(
            str(report.value(result, name))
            for name in (SH.resultSeverity, SH.focusNode, SH.resultPath, SH.value)
        )
        for result in report.objects(None, SH.result)
    )


def test_who_names_no_format_gets_data(live: str) -> None:
    """Without Accept or with */* alone /catalogue is Turtle, with text/html in it the page.

    A client that names a format of data and likes it better than HTML gets that.
    """

    def fact(row: tuple[str, str]) -> None:
        answer = ask(live, "catalogue", headers=accept(row[0]) if row[0] else {})
        assert (answer.status, answer.type) == (200, row[1])

    for_all(CHOSEN, fact)


def test_a_language_before_the_path_is_a_page(live: str) -> None:
    """An address in a language is that of the page, whatever Accept likes."""
    assert ask(live, "fr/catalogue", headers=accept("*/*")).type == "text/html"


def test_every_format_says_the_same(live: str, bare: OpenRelease) -> None:
    """The catalogue is served in every format of RDF, and each has all of its statements."""
    expected = {quad.triple for quad in catalogue_document(bare, ask_site(live))}

    def fact(row: tuple[str, RdfFormat]) -> None:
        found = parse(ask(live, f"catalogue.{row[0]}").body, format=row[1])
        assert {quad.triple for quad in found} == expected

    formats = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}
    formats |= {"trig": RdfFormat.TRIG, "nq": RdfFormat.N_QUADS, "jsonld": RdfFormat.JSON_LD}
    for_all(formats.items(), fact)


def ask_site(live: str) -> str:
    """Return the address that the server believes to be served at."""
    return live.replace("127.0.0.1", "localhost")


def test_no_blank_nodes(release: OpenRelease) -> None:
    """Everything has an IRI, for blank nodes are others at every visit."""
    for quad in catalogue_document(release, SITE):
        assert not isinstance(quad.subject, BlankNode), quad
        assert not isinstance(quad.object, BlankNode), quad


def test_our_shapes(served: Graph) -> None:
    """The catalogue has all that DCAT-AP demands and recommends, and that portals match by."""
    shapes = Graph().parse(SHAPES)
    assert results(served, shapes) == []
    classes = set(shapes.objects(None, SH.targetClass))
    for_all(classes, lambda kind: next(served.subjects(URIRef(str(RDF.type.value)), kind)))


MANDATORY: Final = (
    *("dcat:accessURL", "dcat:byteSize", "spdx:checksumValue", "dcat:contactPoint"),
    *("dcterms:temporal", "dcat:endpointURL", "foaf:name", "skos:prefLabel"),
)


def test_our_shapes_miss_nothing(served: Graph) -> None:
    """A catalogue without one of its properties is found wanting."""
    shapes = Graph().parse(SHAPES)

    def fact(name: str) -> None:
        less = Graph()
        less += (t for t in served if str(t[1]) != term(name).value)
        assert results(less, shapes), name

    for_all(MANDATORY, fact)


def official_files() -> list[str]:
    """Return the files of the official shapes, if there are any."""
    folder = os.environ.get(OFFICIAL, "")
    return sorted(str(path) for path in Path(folder).glob("*.ttl")) if folder else []


@pytest.mark.skipif(not official_files(), reason=f"{OFFICIAL} names no folder of official shapes")
def test_official_shapes(served: Graph) -> None:
    """The official shapes have nothing to say but that the publisher is no body of the EU."""
    publisher = "https://w3id.org/iccgraph/catalogue#publisher"

    def fact(path: str) -> None:
        shapes = Graph().parse(path)
        for triple in list(shapes.triples((None, SH.property, None))):
            if (triple[2], SH.path, None) not in shapes:  # the file names some that it has not
                shapes.remove(triple)
        found = results(served, shapes)
        assert [one for one in found if not one.endswith(publisher)] == []

    for_all(official_files(), fact)


def test_every_file_is_there(release: OpenRelease) -> None:
    """Each file of the release is a distribution of its dataset, or a page if it is no open data.

    The description, the manifest and the catalogue name the same sizes and checksums.
    """
    said = statements(release, SITE)
    description, iris = release.manifest.description, release.iris
    files = release.manifest.content.files

    def fact(name: str) -> None:
        file = description.file(name)
        assert file is not None
        dataset = iris.dataset_part(file.dataset)
        iri = f"{iris.base}catalogue#file-{name}"
        if iri not in said.values(dataset, "dcat:distribution"):
            assert file.format == "tsv"
            assert f"{SITE}data/{name}" in said.values(dataset, "foaf:page")
            return
        entry = files[f"dumps/{name}"]
        assert said.values(iri, "dcat:byteSize") == [str(entry.size)]
        (checksum,) = said.values(iri, "spdx:checksum")
        assert said.values(checksum, "spdx:checksumValue") == [entry.sha256]
        assert said.values(iri, "dcat:accessURL") == [f"{SITE}data/{name}"]
        assert said.values(iri, "dcat:downloadURL") == [f"{SITE}release/{release.name}/{name}"]
        packed = said.values(iri, "dcat:compressFormat")
        assert bool(packed) == name.endswith(".gz") == bool(file.inner)

    for_all((file.name for file in description.files), fact)


def test_every_address_answers(live: str, client: Client, bare: OpenRelease) -> None:
    """HEAD of each access and download address of a file answers 200 with its size and type."""
    site = ask_site(live)
    said = statements(bare, site)
    addresses = [
        (address.removeprefix(site), file)
        for file in said.things("dcat:Distribution")
        for name in ("dcat:accessURL", "dcat:downloadURL")
        for address in said.values(file, name)
    ]

    def fact(row: tuple[str, str]) -> None:
        answer = client.ask(row[0], "HEAD")
        assert answer.status == 200
        assert [answer.headers["content-length"]] == said.values(row[1], "dcat:byteSize")
        packed = said.values(row[1], "dcat:compressFormat")
        (media,) = packed or said.values(row[1], "dcat:mediaType")
        assert media.endswith(answer.type), answer.type

    for_all(addresses, fact)


def test_every_document_answers(live: str, client: Client, bare: OpenRelease) -> None:
    """Each page, document and service that the catalogue names on this site is there."""
    site = ask_site(live)
    said = statements(bare, site)
    named = {
        address.removeprefix(site)
        for kind, name in (
            *(("dcat:Dataset", name) for name in ("dcat:landingPage", "foaf:page")),
            *(("dcat:DataService", name) for name in ("dcat:endpointURL", "dcat:landingPage")),
            ("dcat:Distribution", "foaf:page"),
            ("dcat:Catalog", "foaf:homepage"),
        )
        for thing in said.things(kind)
        for address in said.values(thing, name)
    }
    assert {"", "sparql", "reconcile", "catalogue", "links", "data/"} <= named
    assert {f"data/{t}.csv-metadata.json" for t in ("practices", "cities", "topics")} <= named

    def fact(path: str) -> None:
        assert client.ask(path, "HEAD", accept("text/html, */*;q=0.1")).status == 200

    for_all(named, fact)


def test_names_stay(release: OpenRelease) -> None:
    """What things are called in the catalogue depends neither on the release nor on the site."""
    for site in (SITE, "http://localhost:8000/"):
        found = {
            triple.subject
            for triple in catalogue(release, site)
            if triple.predicate == RDF.type
            and triple.object in (term("dcat:Dataset"), term("dcat:Distribution"))
        }
        assert len(found) > 20
        start = f"<{release.iris.base}catalogue#"
        assert [one for one in found if not str(one).startswith(start)] == []
        assert [one for one in found if release.name in str(one) or "2026" in str(one)] == []


def test_odd_contacts(release: OpenRelease) -> None:
    """Every e-mail address becomes an IRI; a contact without a name is called as the publisher."""
    said = replace(release.manifest.content.description, contact=Contact(email="a{b}/c?@x.org"))
    content = replace(release.manifest.content, description=said)
    odd = replace(release, manifest=replace(release.manifest, content=content))
    card = f"{release.iris.base}catalogue#contact"
    found = statements(odd, SITE)
    assert found.values(card, "vcard:hasEmail") == ["mailto:a%7Bb%7D%2Fc%3F@x.org"]
    assert found.values(card, "vcard:fn") == ["iccgraph"]


def test_sizes_are_only_served(release: OpenRelease) -> None:
    """No size or checksum of a dump stands in the graph that is dumped and queried."""
    for name in ("dcat:byteSize", "spdx:checksum", "dcat:downloadURL", "dqv:value"):
        found = release.store.quads_for_pattern(None, term(name), None, None)
        assert next(iter(found), None) is None, name


def test_one_description(release: OpenRelease) -> None:
    """Nothing that can be said once of a dataset or file is said twice in different words.

    The graph that is dumped and what is made for the site speak of the same things.
    """
    quads = catalogue_document(release, SITE)
    for name in (
        *("dcterms:modified", "dcterms:issued", "dcterms:license", "dcterms:publisher"),
        *("dcterms:rights", "dcterms:accessRights", "dcat:version", "dcterms:identifier"),
        *("foaf:homepage", "dcat:bbox"),
    ):
        found: dict[object, set[object]] = {}
        for quad in quads:
            if quad.predicate == term(name):
                found.setdefault(quad.subject, set()).add(quad.object)
        assert found, name
        assert [subject for subject, values in found.items() if len(values) > 1] == [], name


def test_void_and_dcat_are_one(release: OpenRelease) -> None:
    """The whole is one resource, a dataset of VoID and of DCAT, and its dumps hold everything."""
    whole = NamedNode(release.iris.dataset)
    quads = [quad for quad in catalogue_document(release, SITE) if quad.subject == whole]
    kinds = {str(quad.object)[1:-1] for quad in quads if quad.predicate == RDF.type}
    assert kinds == {PREFIXES["void"] + "Dataset", PREFIXES["dcat"] + "Dataset"}
    dumps = {str(q.object)[1:-1] for q in quads if q.predicate == term("void:dataDump")}
    complete = {file.name for file in release.manifest.description.files if file.complete}
    assert dumps == {f"{SITE}data/{name}" for name in complete}
    assert all(name.startswith("iccgraph.") for name in complete)


def test_score(release: OpenRelease) -> None:
    """Each dataset has every point by the metrics of data.europa.eu, once a contact is set."""
    said = statements(release, SITE)
    assert MOST == 405
    assert len(said.things("dcat:Dataset")) == 7
    for_all(said.things("dcat:Dataset"), lambda one: points(passed(said, one)) == MOST or 1 / 0)


def test_score_without_contact(bare: OpenRelease) -> None:
    """Without a contact 20 points are missing, and nothing else."""
    said = statements(bare, SITE)
    for dataset in said.things("dcat:Dataset"):
        missing = [metric.name for metric, good in passed(said, dataset).items() if not good]
        assert missing == ["contactPointAvailability"]


LOST: Final = {
    "dcat:keyword": {"keywordAvailability"},
    "dcat:theme": {"categoryAvailability"},
    "dcterms:spatial": {"spatialAvailability"},
    "dcterms:temporal": {"temporalAvailability"},
    "dcat:accessURL": {"accessUrlStatusCode", "dcatApCompliance"},
    "dcat:downloadURL": {"downloadUrlAvailability", "downloadUrlStatusCode"},
    "dcterms:format": {
        *("formatAvailability", "formatMediaTypeVocabularyAlignment"),
        *("formatMediaTypeNonProprietary", "formatMediaTypeMachineInterpretable"),
    },
    "dcat:mediaType": {"mediaTypeAvailability", "formatMediaTypeVocabularyAlignment"},
    "foaf:name": {"dcatApCompliance"},
    "dcterms:license": {"licenceAvailability", "knownLicence"},
    "dcterms:accessRights": {"accessRightsAvailability", "accessRightsVocabularyAlignment"},
    "dcat:contactPoint": {"contactPointAvailability"},
    "dcterms:publisher": {"publisherAvailability", "dcatApCompliance"},
    "dcterms:rights": {"rightsAvailability"},
    "dcat:byteSize": {"byteSizeAvailability"},
    "dcterms:issued": {"dateIssuedAvailability"},
    "dcterms:modified": {"dateModifiedAvailability"},
}


def test_each_indicator_can_be_missed(release: OpenRelease) -> None:
    """A catalogue without a property loses the points of the indicators that look at it."""
    triples = [quad.triple for quad in catalogue_document(release, SITE)]
    files = {file.name for file in release.manifest.description.files}

    def fact(name: str) -> None:
        left = [triple for triple in triples if triple.predicate != term(name)]
        found = passed(Statements(left, SITE, files), release.iris.dataset)
        assert {metric.name for metric, good in found.items() if not good} == LOST[name]

    for_all(LOST, fact)
    assert set().union(*LOST.values()) == {metric.name for metric in METRICS}


def test_a_file_that_is_gone_cannot_be_reached(release: OpenRelease) -> None:
    """An address counts as reached only if the release has the file that it leads to."""
    triples = [quad.triple for quad in catalogue_document(release, SITE)]
    said = Statements(triples, SITE, {"practices.csv"})
    found = passed(said, release.iris.dataset)
    missing = {metric.name for metric, good in found.items() if not good}
    assert missing == {"accessUrlStatusCode", "downloadUrlStatusCode"}


def test_scores_are_data(release: OpenRelease) -> None:
    """The catalogue states each indicator of each dataset, and says how two of them were found."""
    triples = {quad.triple for quad in catalogue_document(release, SITE)}
    metric, value, dataset = map(term, ("dqv:isMeasurementOf", "dqv:value", "dqv:computedOn"))
    named = {
        t.subject: str(t.object)[1:-1].rpartition("#")[2] for t in triples if t.predicate == metric
    }
    values = {t.subject: t.object for t in triples if t.predicate == value}
    on = {t.subject: t.object for t in triples if t.predicate == dataset}
    assert len(named) == len(values) == len(on) == 7 * (len(METRICS) + 1)
    totals = {str(values[node].value) for node, name in named.items() if name == "scoring"}  # type: ignore[union-attr]
    assert totals == {"405"}
    noted = {t.subject for t in triples if t.predicate == term("rdfs:comment")} & set(named)
    assert {named[node] for node in noted} == {"accessUrlStatusCode", "downloadUrlStatusCode"}


def test_the_score_sheet_of_the_docs(release: OpenRelease) -> None:
    """docs/portals.md has each indicator with its points, and the points that we have."""
    found = passed(statements(release, SITE), release.iris.dataset)
    rows = table("docs/portals.md", "dimension", "indicator", "of", "points", "ours", "metric")
    wanted = [
        [m.dimension, m.label, m.of, str(m.points), str(m.points if good else 0), f"`{m.name}`"]
        for m, good in found.items()
    ]
    lines = "\n".join(f"| {' | '.join(row)} |" for row in wanted)
    assert rows == wanted, f"the table should be:\n{lines}"


def test_the_page(live: str, bare: OpenRelease) -> None:
    """The page lists the files of each dataset, says how to cite it, and folds the rest."""
    for language in ("en", "fr"):
        page = ask(live, f"{language}/catalogue").text
        start, _, folded = page.partition('id="graphs"')
        for file in bare.manifest.description.files:
            assert (f'/data/{file.name}"' in start) == (not file.inner), file.name
        assert bare.iris.dataset in start
        assert 'href="/cite.bib"' in start
        assert bare.name in start
        for dataset in bare.manifest.description.datasets:
            assert dataset.titles[language] in start
        assert "graph/practices" not in start
        assert "<details" in folded
