"""A build makes a whole release or nothing, and tells everything that stands in its way."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import QuerySolutions, RdfFormat, Store, parse

from iccgraph.cli.main import main
from iccgraph.errors import (
    ConformanceError,
    IccGraphError,
    Problem,
    RecordsError,
    ReleaseError,
    SettingsError,
    SourceError,
)
from iccgraph.publish.pipeline import Built, build_release
from iccgraph.release.index import open_index
from iccgraph.release.manifest import INDEX, QUADS, STORE, TURTLE
from iccgraph.settings import Settings
from tests.unit.support import (
    add,
    change,
    listing,
    load,
    options,
    remove,
    replace_text,
    table,
    withdraw,
)


def told(settings: Settings) -> list[str]:
    """Return the problems that stop a build, as a person reads them."""
    with pytest.raises((RecordsError, ConformanceError)) as caught:
        build_release(settings)
    return str(caught.value).splitlines()


def remarks(built: Built) -> list[Problem]:
    """Return the notes of a build about its sources."""
    return [note for note in built.notes if note.source != "settings"]


def test_all_problems_of_all_files(small: Settings) -> None:
    """One run tells the problems of every file."""
    change(small, "countries", "AR", west="west")
    change(small, "cities", "lisbon", kind="town")
    change(small, "links", "city:cordoba", object_id="Q5818")
    change(small, "doubles", "street-books", other="nobody")
    add(small, "retired", kind="practice", key="x", action="gone", date="2026-11-23", reason="r")
    change(small, "practices", "neighbours", cities="Nowhere")
    replace_text(small.data_dir / "dataset.ttl", "dcterms:title", "title")
    replace_text(small.data_dir / "topics-mapping.ttl", "@prefix", "@prfix")
    (small.ontology_dir / "icc.ttl").write_text("<x> .")
    (small.shapes_dir / "city.ttl").write_text("")
    places = [line.partition(" ")[0].rstrip(":") for line in told(small)]
    assert [place for place in places if ".csv" in place] == [
        "cities.csv:5:5",
        "countries.csv:4:9",
        "links.csv:3:4",
        "practices.csv:3:6",
        "retired.csv:2:3",
    ]
    assert [place.partition(":")[0] for place in places if ".ttl" in place] == [
        "city.ttl",
        "dataset.ttl",
        "icc.ttl",
        "topics-mapping.ttl",
    ]


def test_doubled_keys(small: Settings) -> None:
    """Each row whose key an earlier row has is told."""
    add(small, "practices", like="neighbours", title="Neighbours again")
    add(small, "practices", like="neighbours", title="Neighbours once more")
    assert told(small) == [
        f"practices.csv:{row}:1 (key): the practice key 'neighbours' stands in row 3 too;"
        " give each row a key of its own"
        for row in (6, 7)
    ]


def test_no_practice(small: Settings) -> None:
    """A table of practices that has lost its rows is told once."""
    path = table(small, "practices")
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n")
    assert told(small)[0] == "practices.csv:1: the table has no practice; add at least one row"


def test_spoiled_practices_are_told_once(small: Settings) -> None:
    """Who decided about a practice whose row is wrong is not told that it is unknown."""
    change(small, "practices", "street-books", recorded_on="soon")
    assert len(told(small)) == 1


REFERENCES = {
    "a double of nobody": (
        "doubles",
        {"practice": "nobody", "other": "neighbours", "decision": "related"},
        "doubles.csv:3 (practice): 'nobody' is an unknown practice;"
        " correct the key, or remove the row",
    ),
    "a double of itself": (
        "doubles",
        {"practice": "neighbours", "other": "neighbours", "decision": "related"},
        "doubles.csv:3 (other): both keys are the same; name two practices, or remove the row",
    ),
    "the same practice twice": (
        "doubles",
        {"practice": "neighbours", "other": "street-books", "decision": "same"},
        "doubles.csv:3 (decision): the two are the same, but both are in practices.csv;"
        " remove one there, and write its key into retired.csv as merged",
    ),
    "a name that became nobody's": (
        "retired",
        {"kind": "practice", "key": "old", "action": "renamed", "replaced_by": "nobody"},
        "retired.csv:2 (replaced_by): 'nobody' is an unknown practice;"
        " name the key that took its place",
    ),
    "a city that is still there": (
        "retired",
        {"kind": "city", "key": "lisbon", "action": "withdrawn"},
        "retired.csv:2 (key): the city 'lisbon' is still in its table; remove one of the two rows",
    ),
}


@pytest.mark.parametrize(("name", "cells", "expected"), REFERENCES.values(), ids=REFERENCES)
def test_references(small: Settings, name: str, cells: dict[str, str], expected: str) -> None:
    """A key that one table writes must be a key of another."""
    add(small, name, date="2026-11-23", reason="Because.", **cells)
    assert told(small) == [expected]


RELATED_TO = {
    "merged": "set the decision to same, or remove the row",
    "renamed": "write its new key, school-radio",
    "withdrawn": "remove the row",
}


@pytest.mark.parametrize(("action", "remedy"), RELATED_TO.items())
def test_a_relation_to_what_is_gone(small: Settings, action: str, remedy: str) -> None:
    """A practice that is related to a retired one is told once, with the row of the relation."""
    remove(small, "practices", "street-books")
    change(small, "doubles", "street-books", decision="related")
    add(
        small,
        "retired",
        kind="practice",
        key="street-books",
        action=action,
        replaced_by="" if action == "withdrawn" else "school-radio",
        date="2026-11-23",
        reason="Because.",
    )
    assert told(small) == [
        f"doubles.csv:2 (practice): 'street-books' was {action}, so nothing is related to it any"
        f" more; {remedy}"
    ]


def test_decision_about_a_merged_practice(small: Settings) -> None:
    """A decision may name a practice that has been merged since."""
    remove(small, "practices", "street-books")
    change(small, "doubles", "street-books", decision="same")
    add(
        small,
        "retired",
        kind="practice",
        key="street-books",
        action="merged",
        replaced_by="school-radio",
        date="2026-11-23",
        reason="They are one.",
    )
    assert build_release(small).manifest.content.counts["practice"] == 3


# What the shapes find.


def test_violation_names_the_row(small: Settings) -> None:
    """A place far from its country is told with its row, and stops the build."""
    change(small, "cities", "barcelona", lat="-10")
    (line,) = told(small)
    assert line.startswith("cities.csv:2: ")
    assert "lies outside" in line


def test_violation_names_the_row_of_the_focus(small: Settings) -> None:
    """A statement that is wrong is told with the row of what it is about, not of its value."""
    replace_text(
        small.shapes_dir / "practice.ttl",
        "sh:path icc:city ;",
        "sh:path icc:city ; sh:maxCount 1 ; sh:class icc:Country ;",
    )
    lines = told(small)
    assert {line.partition(" ")[0] for line in lines} == {
        "practices.csv:2",
        "practices.csv:3",
        "practices.csv:4",
    }


def test_unknown_topic_iri(small: Settings) -> None:
    """A topic with a misspelled address is a violation, not a silent loss."""
    path = small.data_dir / "topics-index.ttl"
    with path.open("a", encoding="utf-8") as file:
        file.write("\n<https://w3id.org/iccgraph/id/topics/music> a skos:Concept .\n")
    assert any("id/topics/music" in line for line in told(small))


def test_warnings_do_not_stop(small: Settings) -> None:
    """A warning of the shapes is reported and published."""
    change(small, "cities", "lisbon", lat="", lon="")
    built = build_release(small)
    assert [result.severity for result in built.report.results] == ["Warning"]
    assert built.manifest.content.validation["warnings"] == 1
    assert built.manifest.content.validation["conforms"] is True


def test_everything_is_checked(small: Settings) -> None:
    """Every shape with a target has looked at something."""
    assert [c.shape for c in build_release(small).report.shapes if c.focus_nodes == 0] == []


def test_validation_left_out(small: Settings) -> None:
    """A release that was not validated says so in its manifest."""
    built = build_release(small, validate=False)
    assert built.manifest.content.validation == {
        "engine": "",
        "conforms": False,
        "violations": 0,
        "warnings": 0,
        "shapes": 0,
        "focus_nodes": 0,
    }


BAD_SHAPES: dict[str, tuple[str, str, type[IccGraphError], str]] = {
    "a class that nobody has": (
        "sh:targetClass icc:Practice",
        "sh:targetClass icc:Practise",
        ConformanceError,
        r"PracticeShape \(targetClass\): .*def#Practise, which the ontology does not have",
    ),
    "no Turtle": ("@prefix", "@prfix", RecordsError, r"practice\.ttl:\d+:\d+: .*syntax error"),
    "a path that is none": (
        "sh:path dcterms:identifier",
        "sh:path 5",
        SourceError,
        "pySHACL cannot use the shapes",
    ),
    "a count that is none": (
        "sh:minCount 1",
        'sh:minCount "x"',
        SourceError,
        "pySHACL cannot use the shapes",
    ),
    "a pattern that is none": (
        'sh:pattern "\\\\S"',
        'sh:pattern "("',
        SourceError,
        "pySHACL cannot use the shapes",
    ),
}


@pytest.mark.parametrize(("old", "new", "error", "words"), BAD_SHAPES.values(), ids=BAD_SHAPES)
def test_bad_shapes(
    small: Settings, old: str, new: str, error: type[IccGraphError], words: str
) -> None:
    """Shapes that cannot be used, or match nothing, stop the build with one message."""
    replace_text(small.shapes_dir / "practice.ttl", old, new)
    with pytest.raises(error, match=words):
        build_release(small)


def test_bad_rule(small: Settings) -> None:
    """A rule about the whole graph that is not SPARQL stops the build and names its shape."""
    replace_text(small.shapes_dir / "dataset.ttl", "SELECT", "SELEKT")
    with pytest.raises(SourceError, match=r"shapes#DatasetShape-[a-z-]+: its rule is not SPARQL"):
        build_release(small)


@pytest.mark.parametrize("content", [None, "# nothing\n"])
def test_no_shapes(small: Settings, content: str | None) -> None:
    """A folder without shapes stops the build, for nothing would be checked."""
    for path in small.shapes_dir.glob("*.ttl"):
        if content is None:
            path.unlink()
        else:
            path.write_text(content)
    with pytest.raises(SourceError, match="expected SHACL node shapes, found none"):
        build_release(small)


def test_shapes_without_targets(small: Settings) -> None:
    """Shapes that match nothing at all stop the build."""
    for path in small.shapes_dir.glob("*.ttl"):
        path.unlink()
    (small.shapes_dir / "odd.ttl").write_text(
        "<https://a.org/S> a <http://www.w3.org/ns/shacl#NodeShape> ;"
        " <http://www.w3.org/ns/shacl#targetClass> <https://a.org/C> ."
    )
    with pytest.raises(ConformanceError, match="no shape has anything to check"):
        build_release(small)


# What is left behind.


def empty(folder: Path) -> None:
    """Remove everything in a folder."""
    shutil.rmtree(folder)
    folder.mkdir()


Spoil = Callable[[Settings], object]
SPOILED: dict[str, tuple[Spoil, int]] = {
    "a bad cell": (lambda s: change(s, "practices", "neighbours", recorded_on="soon"), 1),
    "a violation": (lambda s: change(s, "cities", "barcelona", lat="-10"), 1),
    "a syntax error": (lambda s: (s.data_dir / "dataset.ttl").write_text("<x"), 1),
    "no data folder": (lambda s: s.data_dir.rename(s.data_dir.with_name("gone")), 2),
    "a missing table": (lambda s: table(s, "cities").unlink(), 3),
    "missing metadata": (lambda s: (s.data_dir / "cities.csv-metadata.json").unlink(), 3),
    "a broken context": (lambda s: (s.ontology_dir / "context.jsonld").write_text("{"), 3),
    "missing ontology": (lambda s: (s.ontology_dir / "icc.ttl").unlink(), 3),
    "no shapes": (lambda s: empty(s.shapes_dir), 3),
    "a strange pointer": (lambda s: (s.releases_dir / "current").write_text("latest\n"), 4),
}


@pytest.mark.parametrize(("spoil", "code"), SPOILED.values(), ids=SPOILED)
def test_failing_build_leaves_everything(released: Settings, spoil: Spoil, code: int) -> None:
    """A build that fails has its exit code, one message, and leaves the releases as they were."""
    spoil(released)
    before = listing(released.releases_dir)
    result = run("build", *options(released), releases=released)
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    assert result.stderr
    assert "Traceback" not in result.stderr
    assert listing(released.releases_dir) == before


def test_first_build_that_fails(small: Settings) -> None:
    """A build that fails where no release is leaves an empty folder."""
    change(small, "practices", "neighbours", recorded_on="soon")
    told(small)
    assert listing(small.releases_dir) == {}


def test_interrupted_build(small: Settings) -> None:
    """A build that is interrupted leaves no draft, and no process at work."""

    def interrupt(stage: str, count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_release(small, progress=interrupt)
    assert listing(small.releases_dir) == {}


def test_full_disk(small: Settings) -> None:
    """A disk on which nothing more can be written ends a build with exit code 4, without trace."""
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (90_000, 90_000));"
        "from iccgraph.cli.main import main; main()"
    )
    command = [sys.executable, "-c", script, "build", "--skip-validation", *options(small)]
    command.append(f"--releases-dir={small.releases_dir}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stderr
    assert "is the disk full?" in done.stderr
    assert "Traceback" not in done.stderr
    assert listing(small.releases_dir) == {}


def test_unwritable_folder(small: Settings, tmp_path: Path) -> None:
    """A releases folder that cannot be made is told with its option."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ReleaseError, match="name another --releases-dir"):
        build_release(replace(small, releases_dir=tmp_path / "file" / "releases"))


def test_missing_folder(small: Settings, tmp_path: Path) -> None:
    """A folder of sources that is not there is a fault of the settings."""
    with pytest.raises(SettingsError, match=r"shapes_dir is .*; there is no such folder"):
        build_release(replace(small, shapes_dir=tmp_path / "gone"))


# What is in the graph.


def quads(settings: Settings, name: str) -> list[tuple[str, str, str, str]]:
    """Return the quads of a release's dump as texts."""
    path = settings.releases_dir / name / QUADS
    return [
        (str(q.subject), str(q.predicate), str(q.object), str(q.graph_name))
        for q in parse(path=path, format=RdfFormat.N_QUADS)
    ]


def test_store_holds_the_dump(small: Settings) -> None:
    """The store on disk holds exactly the quads of the dump, in the very same words."""
    change(small, "cities", "barcelona", lat="41.0", lon="2")
    change(small, "cities", "cordoba-ar", lat="-31.40")
    name = build_release(small, validate=False).name
    store = Store.read_only(str(small.releases_dir / name / STORE))
    held = {(str(q.subject), str(q.predicate), str(q.object), str(q.graph_name)) for q in store}
    dumped = set(quads(small, name))
    assert len(held) == len(dumped)
    assert {q for q in held - dumped if "_:" not in (q[0][:2], q[2][:2])} == set()


def test_positions_are_canonical(small: Settings) -> None:
    """Numbers are written one way, however the table has them."""
    change(small, "cities", "barcelona", lat="41.10", lon="+02.00")
    change(small, "cities", "cordoba", lat="40", lon="-0.0")
    build = build_release(small, validate=False)
    values = {
        (s.rpartition("/")[2].rstrip(">"), o)
        for s, p, o, _ in quads(small, build.name)
        if "wgs84_pos" in p and "/city/" in s
    }
    decimal = "^^<http://www.w3.org/2001/XMLSchema#decimal>"
    assert {("barcelona", f'"41.1"{decimal}'), ("barcelona", f'"2"{decimal}')} <= values
    assert {("cordoba", f'"40"{decimal}'), ("cordoba", f'"0"{decimal}')} <= values


def test_city_topics(small: Settings) -> None:
    """What a place does about a topic is computed from its practices, with their years."""
    store = Store.read_only(
        str(small.releases_dir / build_release(small, validate=False).name / STORE)
    )
    rows = store.query(
        "PREFIX icc: <https://w3id.org/iccgraph/def#> PREFIX dcterms: <http://purl.org/dc/terms/>"
        " SELECT ?key ?n ?first ?last ?year ?on"
        " { GRAPH ?g { ?x a icc:CityTopic ; dcterms:identifier ?key ; icc:practiceCount ?n"
        " OPTIONAL { ?x icc:firstYear ?first }"
        " OPTIONAL { ?x icc:lastYear ?last } OPTIONAL { ?x icc:year ?year }"
        " OPTIONAL { ?x icc:ongoing ?on } } } ORDER BY ?key"
    )
    assert isinstance(rows, QuerySolutions)
    assert [tuple(getattr(v, "value", None) for v in row) for row in rows] == [
        ("barcelona/education", "1", "2016", "2018", None, None),
        ("barcelona/neighbourhood", "1", "2016", "2018", None, None),
        ("cordoba-ar/education", "1", None, None, "2019", None),
        ("cordoba/education", "1", "2016", "2018", None, None),
        ("cordoba/neighbourhood", "1", "2016", "2018", None, None),
        ("lisbon/public-services", "1", "2014", None, None, "true"),
    ]


def test_country_in_the_index(small: Settings) -> None:
    """The index has the country of practices, places, and what is computed of these."""
    name = build_release(small, validate=False).name
    with closing(open_index(small.releases_dir / name / INDEX)) as index:
        found = set(index.execute("SELECT kind, country FROM thing WHERE key GLOB 'cordoba-ar*'"))
        found |= set(index.execute("SELECT kind, country FROM thing WHERE key = 'casa-aberta'"))
    assert found == {("city", "ar"), ("city-topic", "ar"), ("practice", "pt")}


def test_only_accepted_links(small: Settings) -> None:
    """Accepted identities are in the graph, candidates are not."""
    found = {
        o
        for _, p, o, _ in quads(small, build_release(small, validate=False).name)
        if p.endswith("#sameAs>")
    }
    assert found == {f"<http://www.wikidata.org/entity/Q{n}>" for n in (1492, 5818, 29)}


def test_curators_notes_are_not_published(small: Settings) -> None:
    """The columns of remarks enter neither the graph nor the tables."""
    change(small, "practices", "neighbours", note="Ask XYZZY again")
    change(small, "cities", "lisbon", note="Ask XYZZY again")
    name = build_release(small, validate=False).name
    files = listing(small.releases_dir / name)
    assert [path for path, content in files.items() if b"XYZZY" in content] == []


def test_years_that_cannot_be_read(small: Settings) -> None:
    """A year that cannot be read is in the graph as printed, and is a note of the build."""
    change(small, "practices", "street-books", year_text="é020")
    built = build_release(small, validate=False)
    assert [str(note).partition(": ")[0] for note in remarks(built)] == [
        "practices.csv:5 (year_text)"
    ]
    assert any(o == '"é020"' for _, p, o, _ in quads(small, built.name) if p.endswith("timeText>"))


def test_suspicious_doubles(small: Settings) -> None:
    """Two practices of one place that look alike are a note, until somebody decides."""
    add(small, "practices", like="neighbours", key="neighbors", title="Neighbors", summary="Other")
    built = build_release(small, validate=False)
    assert [str(note).partition("; ")[0] for note in remarks(built)] == [
        "practices.csv:6 (title): 'neighbors' looks like 'neighbours'"
    ]
    add(
        small,
        "doubles",
        practice="neighbors",
        other="neighbours",
        decision="distinct",
        date="2026-11-23",
        reason="They are in two streets.",
    )
    assert remarks(build_release(small, validate=False)) == []


def test_related_practices(small: Settings) -> None:
    """Practices that were decided to be related point to each other."""
    change(small, "doubles", "street-books", decision="related")
    found = {
        (s.rpartition("/")[2], o.rpartition("/")[2])
        for s, p, o, _ in quads(small, build_release(small, validate=False).name)
        if p == "<http://purl.org/dc/terms/relation>"
    }
    assert found == {("street-books>", "school-radio>"), ("school-radio>", "street-books>")}


@pytest.mark.parametrize("base", ["https://example.org/", "http://localhost:8000/sub/path/"])
def test_other_base(small: Settings, base: str) -> None:
    """Under another base no thing keeps an IRI of the default base, and terms keep theirs."""
    built = build_release(replace(small, base_iri=base))
    files = listing(small.releases_dir / built.name)
    home = b"https://w3id.org/iccgraph/"
    for path in (p for p in files if p.startswith("dumps/")):
        rest = files[path]
        for term in (b"def#", b"def/", b"def>", b"shapes#", b"shapes>", b'def"', b'shapes"'):
            rest = rest.replace(home + term, b"")
        around = rest.find(home)
        assert around < 0, (path, rest[around - 80 : around + 80])
    assert f"<{base}id/city/lisbon>" in files[QUADS].decode()
    assert b"https://w3id.org/iccgraph/def#Practice" in files[QUADS]
    assert b"@prefix icc: <https://w3id.org/iccgraph/def#>" in files[TURTLE]


def test_every_thing_has_a_graph(small: Settings) -> None:
    """Statements are kept apart by who makes them: tables, curators, or this program."""
    found: dict[str, set[str]] = {}
    for _, predicate, _, graph in quads(small, build_release(small, validate=False).name):
        name = predicate.rstrip(">").rpartition("#")[2].rpartition("/")[2]
        if "22-rdf-syntax-ns" in predicate:
            name = f"rdf:{name}"
        found.setdefault(name, set()).add(graph.rstrip(">").rpartition("/")[2])
    assert found["timeText"] == {"practices"}
    assert found["subject"] == {"assignments", "website-assignments", "derived"}
    assert found["sameAs"] == {"links"}
    assert found["period"] == {"periods"}
    assert found["practiceCount"] == {"derived"}
    assert found["population"] - {"profiles"} == found["lat"] == found["west"] == {"gazetteer"}
    assert found["definition"] == {"ontology", "shapes", "texts", "translations"}
    assert found["broadMatch"] == {"assignments"}
    assert found["topConceptOf"] == {"topics"}
    assert "shapes" in found["targetClass"]


def test_translations_have_a_graph(small: Settings) -> None:
    """What we wrote is in one graph, what we translated in another; labels of topics in neither."""
    french = {"summary_fr": "Des voisins.", "translated_titles": "Voisins@fr"}
    change(small, "practices", "neighbours", **french)
    found: dict[str, set[tuple[str, str]]] = {}
    for _, predicate, value, graph in quads(small, build_release(small, validate=False).name):
        name = graph.rstrip(">").rpartition("/")[2]
        if name in ("texts", "translations"):
            local = predicate.rstrip(">").rpartition("#")[2].rpartition("/")[2]
            found.setdefault(name, set()).add((local, value.rpartition("@")[2]))
    labels = {
        (local, tag) for local in ("definition", "altLabel", "description") for tag in ("en",)
    }
    assert labels <= found["texts"]
    assert {tag for _, tag in found["translations"]} == {"fr"}
    assert {local for local, _ in found["translations"]} == {
        *("definition", "altLabel", "description", "alternative"),
        *("comment", "groupRank"),
    }
    assert not {(local, "fr") for local, _ in found["translations"]} & found["texts"]


# The command line.


def run(*words: str, releases: Settings | None = None) -> Result:
    """Run the command line in this process."""
    more = [f"--releases-dir={releases.releases_dir}"] if releases else []
    return CliRunner().invoke(main, [*words, *more])


def test_build_on_the_command_line(small: Settings) -> None:
    """A build prints the name of the release, and everything else beside it."""
    change(small, "practices", "street-books", year_text="é020")
    result = run("build", *options(small), releases=small)
    assert result.exit_code == 0
    assert result.stdout.strip() == (small.releases_dir / "current").read_text().strip()
    assert "note: practices.csv:5 (year_text): 'é020'" in result.stderr
    assert "4 practice" in result.stderr


def test_build_without_contact(small: Settings) -> None:
    """A build says what portals miss if there is no contact, and nothing of it if there is one."""
    missing = "set contact_email or contact_url"
    assert missing in run("build", *options(small), releases=small).stderr
    contact = ("--contact-email", "data@example.org")
    assert missing not in run("build", *options(small), *contact, releases=small).stderr


def test_second_build_tells_what_changed(released: Settings) -> None:
    """A build tells how much was added, changed and withdrawn since the release before."""
    first = (released.releases_dir / "current").read_text().strip()
    withdraw(released, "neighbours")
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    result = run("build", "--skip-validation", *options(released), releases=released)
    assert f"since {first}: 0 added, 1 changed, 5 withdrawn" in result.stderr


def test_skip_validation_on_the_command_line(small: Settings) -> None:
    """A build that skips validation publishes what the shapes would refuse."""
    change(small, "cities", "barcelona", lat="-10")
    assert run("build", "--skip-validation", *options(small), releases=small).exit_code == 0


def test_problems_on_the_command_line(small: Settings) -> None:
    """Problems are printed one a line under a title, and the exit code is 1."""
    change(small, "practices", "neighbours", recorded_on="soon", cities="Nowhere")
    result = run("build", *options(small), releases=small)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "The data does not conform:",
        "practices.csv:3:6 (cities): 'Nowhere' is an unknown place;"
        " correct the name, or add the place to cities.csv",
        "practices.csv:3:19 (recorded_on): 'soon' is not a date;"
        " write it as year-month-day, such as 2026-11-23",
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["build", "--help"], 0),
        (["build", "--port", "80"], 2),
        (["bild"], 2),
        (["build", "--base-iri", "x"], 2),
        (["validate", "--data-dir", "/nowhere"], 2),
        (["releases", "use", "x", "--releases-dir", "/nowhere"], 4),
        (["releases", "list", "--releases-dir", "/nowhere"], 0),
    ],
)
def test_exit_codes(words: list[str], code: int) -> None:
    """Each verb ends with the exit code of its fate, and never with a traceback."""
    result = run(*words)
    assert result.exit_code == code
    assert "Traceback" not in result.output


def test_every_exit_code_as_a_process(small: Settings) -> None:
    """The exit codes are those of the process that a script runs."""

    def code(*words: str) -> int:
        command = [sys.executable, "-m", "iccgraph", *words]
        return subprocess.run(command, capture_output=True, check=False).returncode

    releases = f"--releases-dir={small.releases_dir}"
    assert code("build", *options(small), releases) == 0
    change(small, "practices", "neighbours", cities="Nowhere")
    assert code("build", *options(small), releases) == 1
    assert code("build", "--no-such-option") == 2
    table(small, "practices").unlink()
    assert code("build", *options(small), releases) == 3
    (small.releases_dir / "current").write_text("?")
    assert code("releases", "verify", releases) == 4


def test_closed_pipe(released: Settings) -> None:
    """A reader that goes away ends the printing without a complaint."""
    command = f"{sys.executable} -m iccgraph query 'SELECT ?s ?p ?o {{ ?s ?p ?o }}' --format csv"
    command += f" --releases-dir={released.releases_dir} | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "s,p,o"
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 128 + signal.SIGPIPE)


def test_unknown_variable(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelled variable of the environment ends a build with exit code 2."""
    monkeypatch.setitem(os.environ, "ICCGRAPH_DATADIR", str(small.data_dir))
    assert run("build", releases=small).exit_code == 2


def test_every_row_of_the_real_tables(real_settings: Settings, built: Built) -> None:
    """Every row of the real tables is a thing of the real release."""
    counts = built.manifest.content.counts
    rows = {
        "practice": len(load(table(real_settings, "practices"))),
        "city": len(load(table(real_settings, "cities"))),
        "country": len(load(table(real_settings, "countries"))),
    }
    assert {kind: counts[kind] for kind in rows} == rows
