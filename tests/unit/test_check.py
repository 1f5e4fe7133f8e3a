"""`iccgraph validate`: all sources, one table, or one file of RDF."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iccgraph.cli.main import main
from iccgraph.publish.check import check_all, check_file
from iccgraph.publish.pipeline import Built
from iccgraph.release.manifest import TURTLE
from iccgraph.settings import Settings
from tests.unit.support import PRACTICES, change, listing, options, remove, replace_text, table

PREFIX = """\
@prefix icc: <https://w3id.org/iccgraph/def#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix id: <https://w3id.org/iccgraph/id/> .
"""
CITY = PREFIX + (
    "<https://w3id.org/iccgraph/id/city/girona> a icc:City ; dcterms:identifier 'girona' ;"
    " rdfs:label 'Girona'@en ; icc:kind icc:kind-municipality ;"
    " icc:country <https://w3id.org/iccgraph/id/country/es> .\n"
)


def run(settings: Settings, *files: Path) -> Result:
    """Run `validate` in this process."""
    place = f"--releases-dir={settings.releases_dir}"
    return CliRunner().invoke(main, ["validate", *options(settings), place, *map(str, files)])


def told(path: Path, settings: Settings) -> list[str]:
    """Return the problems of a file, without its name."""
    return [str(p).removeprefix(str(path)) for p in check_file(path, settings).problems]


def test_good_sources(small: Settings) -> None:
    """Good sources have no problem, and nothing is written."""
    result = run(small)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no problem found\n"
    assert not small.releases_dir.exists()


def test_real_sources(real_settings: Settings) -> None:
    """The real sources have no problem."""
    assert check_all(real_settings).problems == ()


def test_bad_sources(small: Settings) -> None:
    """Problems are results: one a line on standard output, their number beside it."""
    change(small, "practices", "neighbours", recorded_on="soon")
    change(small, "cities", "lisbon", kind="town")
    result = run(small)
    assert result.exit_code == 1
    assert [line.partition(" ")[0] for line in result.stdout.splitlines()] == [
        "cities.csv:5:5",
        "practices.csv:3:19",
    ]
    assert result.stderr == "2 problems\n"


def test_remarks(small: Settings) -> None:
    """What a build would remark, `validate` remarks too: notes and warnings of the shapes."""
    change(small, "practices", "street-books", year_text="é020")
    change(small, "cities", "lisbon", lat="", lon="")
    result = run(small)
    assert (result.exit_code, result.stdout) == (0, "")
    note, warning, end = result.stderr.splitlines()
    assert note.startswith("note: practices.csv:5 (year_text): 'é020'")
    assert warning.startswith("warning: cities.csv:5: ")
    assert end == "no problem found"


def test_own_table_without_a_row(released: Settings) -> None:
    """The folder's own table is whole, so a published key that it lacks is told by its name too."""
    remove(released, "practices", "neighbours")
    result = run(released, table(released, "practices"))
    assert result.exit_code == 1
    assert "the practice 'neighbours' (Neighbours) is published" in result.stdout


def test_one_problem(small: Settings) -> None:
    """One problem is counted in the singular."""
    change(small, "practices", "neighbours", recorded_on="soon")
    assert run(small).stderr == "1 problem\n"


def test_violations_are_problems(small: Settings) -> None:
    """What the shapes find is told with its row too."""
    change(small, "cities", "barcelona", lat="-10")
    result = run(small)
    assert result.exit_code == 1
    assert result.stdout.startswith("cities.csv:2: ")


# Tables.


def test_good_table(small: Settings, tmp_path: Path) -> None:
    """A table from elsewhere is held against the other sources."""
    path = tmp_path / "elsewhere" / "practices.csv"
    path.parent.mkdir()
    shutil.copy(table(small, "practices"), path)
    assert run(small, path).exit_code == 0


def test_bad_table(small: Settings, tmp_path: Path) -> None:
    """A problem of a table from elsewhere names the file as the person did."""
    path = tmp_path / "practices.csv"
    path.write_text(PRACTICES.replace("Barcelona|Cordoba", "Barcelna"), encoding="utf-8")
    assert told(path, small) == [
        ":3:6 (cities): 'Barcelna' is an unknown place;"
        " is Barcelona meant? Else add the place to cities.csv"
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_table_by_its_header(small: Settings, tmp_path: Path, delimiter: str) -> None:
    """A table of any name is known by its header."""
    path = tmp_path / "Kopie von Tabelle.CSV"
    text = PRACTICES.replace("2026-11-21", "soon").replace(",", delimiter)
    path.write_text(f"\ufeff{text}", encoding="utf-8")
    assert told(path, small) == [
        ":4:19 (recorded_on): 'soon' is not a date; write it as year-month-day, such as 2026-11-23"
    ]


def test_table_without_a_double(small: Settings, tmp_path: Path) -> None:
    """What other tables say of rows that a table from elsewhere lacks is no problem of it."""
    path = tmp_path / "practices.csv"
    path.write_text("".join(PRACTICES.splitlines(keepends=True)[:2]), encoding="utf-8")
    assert told(path, small) == []


def test_header_of_no_table(small: Settings, tmp_path: Path) -> None:
    """A file with the header of no table is told, with the tables that there are."""
    path = tmp_path / "shopping.csv"
    path.write_text("what,how many\nmilk,2\n")
    (line,) = told(path, small)
    assert line.startswith(": its header is that of no table; use the columns of one of practices")


@pytest.mark.parametrize("content", [b"", b"\xff\xfea\0", b"\n\n"])
def test_table_that_is_none(small: Settings, tmp_path: Path, content: bytes) -> None:
    """A file named as a table that cannot be read is told in one message."""
    path = tmp_path / "practices.csv"
    path.write_bytes(content)
    assert len(told(path, small)) == 1


def test_missing_file(small: Settings, tmp_path: Path) -> None:
    """A file that is not there, and a folder, are told."""
    result = run(small, tmp_path / "gone.csv", tmp_path)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{tmp_path / 'gone.csv'}: there is no such file; check the name",
        f"{tmp_path}: there is no such file; check the name",
    ]


def test_unknown_ending(small: Settings, tmp_path: Path) -> None:
    """A file whose name tells no format is told."""
    path = tmp_path / "practices.xlsx"
    path.write_bytes(b"PK")
    assert told(path, small)[0].startswith(": .xlsx is an unknown file format; name a .csv table")


def test_several_files(small: Settings, tmp_path: Path) -> None:
    """The problems of all files that were named come in one run."""
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text("<x")
    result = run(small, tmp_path / "a.ttl", tmp_path / "b.ttl")
    assert result.exit_code == 1
    assert result.stderr == "2 problems\n"


# RDF.


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        ("ttl", CITY),
        (
            "jsonld",
            '{"@context": {"@vocab": "https://w3id.org/iccgraph/def#"}, "@type": "City", "@id":'
            ' "https://w3id.org/iccgraph/id/city/girona", "kind": {"@id":'
            ' "https://w3id.org/iccgraph/def#kind-municipality"}, "country":'
            ' {"@id": "https://w3id.org/iccgraph/id/country/es"},'
            ' "http://purl.org/dc/terms/identifier": "girona",'
            ' "http://www.w3.org/2000/01/rdf-schema#label":'
            ' {"@value": "Girona", "@language": "en"}}',
        ),
    ],
)
def test_good_rdf(small: Settings, tmp_path: Path, ending: str, text: str) -> None:
    """A good description of a new thing may refer to things of the sources."""
    path = tmp_path / f"girona.{ending}"
    path.write_text(text)
    assert told(path, small) == []


def test_dump_of_a_release(real_settings: Settings, built: Built) -> None:
    """The dump of a release is good RDF by the sources that it was made from."""
    dump = real_settings.releases_dir / built.name / TURTLE
    assert check_file(dump, real_settings).problems == ()


def test_syntax_error(small: Settings, tmp_path: Path) -> None:
    """A syntax error is told with line and column."""
    path = tmp_path / "girona.ttl"
    path.write_text(CITY.replace("icc:country", "icc:country ;"))
    (line,) = told(path, small)
    assert line.startswith(":7:")
    assert "it has a syntax error" in line


def test_violation(small: Settings, tmp_path: Path) -> None:
    """A violation of the shapes is told with the file and what to do."""
    path = tmp_path / "girona.ttl"
    path.write_text(CITY.replace("country/es", "country/xx"))
    lines = told(path, small)
    assert lines
    assert all("girona" in line or "country/xx" in line for line in lines)


def test_violation_of_a_blank_node(small: Settings, tmp_path: Path) -> None:
    """A thing without an address does not escape the shapes."""
    path = tmp_path / "girona.ttl"
    path.write_text(PREFIX + "[] a icc:City .\n")
    assert told(path, small) != []


def test_blank_dataset(small: Settings, tmp_path: Path) -> None:
    """A dataset without an address is no reason to stumble."""
    path = tmp_path / "dataset.ttl"
    path.write_text(PREFIX + "[] a <http://rdfs.org/ns/void#Dataset> .\n")
    assert told(path, small) != []


def test_nothing_to_check(small: Settings, tmp_path: Path) -> None:
    """RDF in which no shape finds anything has not been proved to be good."""
    path = tmp_path / "other.nt"
    path.write_text("<https://a.org/> <https://b.org/> <https://c.org/> .\n")
    assert told(path, small) == [
        ": no shape has anything to check in its 1 triples;"
        " check that it uses the classes of the ontology"
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "it holds no triple"), (b"<a:a> <a:b> '\xff' .", ": it ")],
)
def test_empty_rdf(small: Settings, tmp_path: Path, content: bytes, words: str) -> None:
    """RDF without triples, or that is not UTF-8, is told."""
    path = tmp_path / "other.nt"
    path.write_bytes(content)
    (line,) = told(path, small)
    assert words in line


def test_remote_context(small: Settings, tmp_path: Path) -> None:
    """A JSON-LD file that needs another document is told, and nothing is fetched."""
    path = tmp_path / "other.jsonld"
    path.write_text('{"@context": "https://example.org/context.jsonld", "@type": "City"}')
    (line,) = told(path, small)
    assert line.startswith((": it ", ":1"))


def test_rdf_beside_bad_sources(small: Settings, tmp_path: Path) -> None:
    """Who checks RDF against sources with problems is told of those."""
    change(small, "cities", "lisbon", kind="town")
    path = tmp_path / "girona.ttl"
    path.write_text(CITY)
    result = run(small, path)
    assert result.exit_code == 1
    assert "cities.csv:5:5 (kind)" in result.output


def test_rdf_beside_hopeless_sources(small: Settings, tmp_path: Path) -> None:
    """Who checks RDF against sources with countless problems is told of the first of those."""
    rows = "".join(f"city:none{n},x,owl:sameAs,,,,,,,,,\n" for n in range(500))
    with table(small, "links").open("a", encoding="utf-8") as file:
        file.write(rows)
    path = tmp_path / "girona.ttl"
    path.write_text(CITY)
    result = run(small, path)
    assert result.exit_code == 1
    assert "the reading stopped after 1000 problems" in result.output


def test_nothing_is_left(small: Settings) -> None:
    """A check writes nothing into the folders of the sources."""
    before = listing(small.data_dir.parent)
    replace_text(table(small, "cities"), "Lisboa@pt|", "Lisboa@pt |")
    run(small)
    replace_text(table(small, "cities"), "Lisboa@pt |", "Lisboa@pt|")
    assert listing(small.data_dir.parent) == before
