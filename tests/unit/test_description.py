"""A release describes itself once: datasets, files, columns, who publishes, and its day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from iccgraph.cli.main import main
from iccgraph.errors import RecordsError, SettingsError
from iccgraph.formats import FILE_FORMATS, find
from iccgraph.iris import Iris
from iccgraph.publish.pipeline import Built, build_release
from iccgraph.release.csvw import ENDING
from iccgraph.release.description import (
    DUMPS,
    LICENCES,
    PARTS,
    Contact,
    Publisher,
    ReleaseDescription,
    Temporal,
    find_licence,
)
from iccgraph.release.manifest import MANIFEST, QUADS, STORE, SUMS, Manifest, read_manifest
from iccgraph.settings import Settings, load_settings
from iccgraph.vocab import DCTERMS, FOAF
from tests.for_all import for_all
from tests.unit.support import change, listing, options, replace_text, small_sources

DATASET = NamedNode(Iris().dataset)


@pytest.fixture(scope="module")
def described(built: Built) -> ReleaseDescription:
    """Return the description of the real release."""
    return built.manifest.description


def test_read_back(real_settings: Settings, built: Built) -> None:
    """The manifest gives back the description as it was made."""
    folder = real_settings.releases_dir / built.name
    assert read_manifest(folder).description == built.manifest.description


def test_sizes_stand_once(real_settings: Settings, built: Built) -> None:
    """The manifest has the size and checksum of each file in one place."""
    path = real_settings.releases_dir / built.name / MANIFEST
    files = json.loads(path.read_bytes())["content"]["description"]["files"]
    assert [file for file in files if "size" in file or "sha256" in file] == []


def test_every_dump_is_described(described: ReleaseDescription, built: Built) -> None:
    """Each dump is described once, with its size and checksum, but for what is about dumps."""
    dumps = {p.removeprefix(DUMPS): e for p, e in built.manifest.content.files.items()
             if p.startswith(DUMPS) and p != SUMS and not p.endswith(ENDING)}  # fmt: skip
    assert {(f.name, f.size, f.sha256) for f in described.files} == {
        (name, entry.size, entry.sha256) for name, entry in dumps.items()
    }
    assert len(described.files) == len(dumps)


def test_files(described: ReleaseDescription) -> None:
    """Each file has a known format and dataset; a twin has those of the file inside."""

    def fact(name: str) -> None:
        file = described.file(name)
        assert file is not None
        assert find(file.format, FILE_FORMATS) is not None
        assert file.dataset in ("", *PARTS)
        if file.inner:
            inner = described.file(file.inner)
            assert inner is not None
            same = ("dataset", "format", "complete", "columns", "rows")
            assert [getattr(file, n) for n in same] == [getattr(inner, n) for n in same]

    for_all([file.name for file in described.files], fact)


def test_complete_files(described: ReleaseDescription) -> None:
    """The files that hold every statement are those of the whole in each format of RDF."""
    names = {file.name for file in described.files if file.complete and not file.inner}
    assert names == {f"iccgraph.{e}" for e in ("ttl", "nt", "nq", "trig", "jsonld", "rdf")}


def test_columns(described: ReleaseDescription) -> None:
    """Each column of each table has a title in English and French."""
    columns = [c for file in described.files for c in file.columns]

    def fact(number: int) -> None:
        assert set(columns[number].titles) == {"en", "fr"}
        assert all(columns[number].titles.values())

    for_all(range(len(columns)), fact)


def test_columns_of_a_table_that_is_not_there(small: Settings) -> None:
    """Where a table of ours is missing, its columns are described by their names."""
    for path in small.data_dir.glob("profiles.csv*"):
        path.unlink()
    file = build_release(small, validate=False).manifest.description.file("profiles.csv")
    assert file is not None
    assert file.rows == 0
    titles = {column.name: column.titles for column in file.columns}
    assert titles["shares_year"] == {"en": "shares_year"}


def test_datasets(described: ReleaseDescription) -> None:
    """The whole and each part have title, description and keywords in English and French."""
    assert [dataset.key for dataset in described.datasets] == ["", *PARTS]

    def fact(number: int) -> None:
        dataset = described.datasets[number]
        for found in (dataset.titles, dataset.descriptions, dataset.keywords):
            assert set(found) == {"en", "fr"}
        assert described.files_of(dataset.key)

    for_all(range(len(described.datasets)), fact)


def test_coverage(first_release: Settings, tmp_path: Path) -> None:
    """Years go from the first to the newest; the box holds every place; countries have codes."""
    found = manifest_of(first_release).description
    assert found.temporal == Temporal(2014, 2026)  # what is ongoing was so when it was recorded
    assert found.spatial is not None
    box = (found.spatial.west, found.spatial.south, found.spatial.east, found.spatial.north)
    assert box == (-64.18105, -31.4135, 2.15899, 41.38879)
    assert found.spatial.countries == ("ARG", "ESP", "PRT")


def manifest_of(settings: Settings) -> Manifest:
    """Return the manifest of the one release that there is."""
    (folder,) = (p for p in settings.releases_dir.iterdir() if p.is_dir())
    return read_manifest(folder)


def test_licences() -> None:
    """A licence is found by the IRI of the EU and by that of Creative Commons."""
    for licence in LICENCES.values():
        assert find_licence(licence.eu) == find_licence(licence.creative_commons) == licence
    assert find_licence("https://example.org/") is None


def test_unknown_licence(small: Settings) -> None:
    """A licence that catalogues have no name for stops the build, which names those that do."""
    known = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
    replace_text(small.data_dir / "dataset.ttl", f"dcterms:license <{known}>",
                 "dcterms:license <https://example.org/licence>")  # fmt: skip
    with pytest.raises(RecordsError, match=rf"dcterms:license.*write one of <{known}>"):
        build_release(small, validate=False)


def test_part_that_is_not_described(small: Settings) -> None:
    """A part of the dataset without a description stops the build, which names it."""
    replace_text(small.data_dir / "dataset.ttl", "dataset-places", "dataset-cities")
    with pytest.raises(RecordsError, match=r"dataset-places> is not described; take it from our"):
        build_release(small, validate=False)


def test_publisher_and_contact(small: Settings) -> None:
    """Who publishes and whom to write to are settings; the graph names the publisher."""
    settings = replace(
        small,
        publisher_name="City of Reggio Emilia",
        publisher_url="https://example.org/",
        publisher_type="LocalAuthority",
        contact_email="data@example.org",
    )
    built = build_release(settings, validate=False)
    described = built.manifest.description
    wanted = Publisher("City of Reggio Emilia", "https://example.org/", "LocalAuthority")
    assert described.publisher == wanted
    assert described.contact == Contact(email="data@example.org")
    assert [note for note in built.notes if note.source == "settings"] == []
    said = {
        (quad.predicate, str(quad.object))
        for quad in parse(path=small.releases_dir / built.name / QUADS, format=RdfFormat.N_QUADS)
        if quad.subject == NamedNode(Iris().publisher)
    }
    assert (FOAF.name, '"City of Reggio Emilia"') in said
    assert (FOAF.homepage, "<https://example.org/>") in said


def test_no_contact(small: Settings) -> None:
    """Without a contact the build says what portals will miss."""
    (note,) = [n for n in build_release(small, validate=False).notes if n.source == "settings"]
    assert "nobody to write to" in note.wrong
    assert note.remedy == "set contact_email or contact_url"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("publisher_name", " "),
        ("publisher_url", "example.org"),
        ("publisher_type", "City"),
        ("contact_email", "data at example.org"),
        ("contact_email", "a@b"),
        ("contact_url", "mailto:a@example.org"),
    ],
)
def test_bad_people(name: str, value: str) -> None:
    """A publisher or contact that no catalogue could use is told by its setting."""
    with pytest.raises(SettingsError, match=f"^{name} is "):
        load_settings({}, **{name: value})


def modified(settings: Settings, name: str) -> list[str]:
    """Return the days of the last change that the graph of a release states of the dataset."""
    return [
        quad.object.value
        for quad in parse(path=settings.releases_dir / name / QUADS, format=RdfFormat.N_QUADS)
        if (quad.subject, quad.predicate) == (DATASET, DCTERMS.modified)
        and isinstance(quad.object, Literal)
    ]


def test_day_of_the_first_release(small: Settings) -> None:
    """The first release has the newest day of its inputs, whatever day is given."""
    built = build_release(small, validate=False, day=date(2030, 1, 1))
    day = built.manifest.content.date
    assert built.name.startswith(day)
    assert day < "2030"
    assert built.manifest.description.modified == day
    assert modified(small, built.name) == [day]


def test_day_of_a_change_without_a_day(small: Settings) -> None:
    """An input that changed without a newer day makes a release of the day that is given."""
    first = build_release(small, validate=False)
    change(small, "practices", "neighbours", title="Changed")
    built = build_release(small, validate=False, day=date(2030, 1, 1))
    assert built.manifest.content.date == "2030-01-01"
    assert modified(small, built.name) == ["2030-01-01"]
    again = build_release(small, validate=False, day=date(2031, 1, 1))
    assert (again.name, again.new) == (built.name, False)
    change(small, "practices", "neighbours", title="Neighbours")
    back = build_release(small, validate=False, day=date(2032, 1, 1))
    assert (back.name, back.new) == (first.name, False)


def test_day_is_never_earlier(small: Settings) -> None:
    """A day before that of the current release is not taken."""
    first = build_release(small, validate=False).manifest.content.date
    change(small, "practices", "neighbours", title="Changed")
    built = build_release(small, validate=False, day=date(2000, 1, 1))
    assert built.manifest.content.date == first


def test_day_of_a_change_with_a_day(small: Settings) -> None:
    """An input with a newer day makes a release of that day."""
    build_release(small, validate=False)
    today = datetime.now(UTC).date()
    change(small, "practices", "neighbours", recorded_on=today.isoformat())
    built = build_release(small, validate=False, day=today + timedelta(days=9))
    assert built.manifest.content.date == today.isoformat()


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "20261123", "2026-11-23T00:00"])
def test_bad_day(small: Settings, day: str) -> None:
    """A day that is none is a usage error that shows how to write one."""
    result = CliRunner().invoke(main, ["build", "--day", day, *options(small)])
    assert result.exit_code == 2
    assert "is no day; write one such as 2026-11-23" in result.output


def test_same_bytes(tmp_path: Path) -> None:
    """Two builds of the same inputs on the same day are the same, byte by byte."""
    found: list[dict[str, bytes]] = []
    for name in ("one", "two"):
        settings = small_sources(tmp_path / name)
        build_release(settings, validate=False)
        change(settings, "practices", "neighbours", title="Changed")
        built = build_release(settings, validate=False, day=date(2030, 1, 1))
        files = listing(settings.releases_dir / built.name)
        found.append({built.name: b"", **{p: c for p, c in files.items() if is_fixed(p)}})
    assert found[0] == found[1]


def is_fixed(path: str) -> bool:
    """True if a file of a release depends on the inputs alone; the engine's and indexes may not."""
    return not path.startswith(STORE) and path.endswith(
        (".gz", ".csv", ".nq", ".nt", ".ttl", ".trig", ".rdf", ".jsonld", ".geojson", "SUMS")
    )
