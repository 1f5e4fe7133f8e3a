"""pandas and Frictionless read every table, here and on the web, as what our descriptions say."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from csvw import CSVW

from iccgraph.iris import COLLECTIONS
from iccgraph.publish.pipeline import Built
from iccgraph.release.description import File
from iccgraph.release.networks import FILES
from tests.clients.facts import PREFIXES, Facts
from tests.conftest import ROOT
from tests.for_all import for_all
from tests.peers.installed import tables_command
from tests.web.client import ask

CSVW_TYPE = "application/csvm+json"
SCRIPT = Path(__file__).with_name("read_tables.py")
CLASSES = {
    "practices": "icc:Practice",
    "cities": "icc:City",
    "countries": "icc:Country",
    "networks": "icc:Network",
    "memberships": "org:Membership",
}
SCHEMED = ("topics", "city-topics")
"""The lists of one topic scheme at a time."""
Table = Mapping[str, Any]


def read(reader: str, tables: Sequence[Table]) -> list[Any]:
    """Return what a reader says of tables."""
    command = [*tables_command(), str(SCRIPT), reader]
    done = subprocess.run(
        command,
        input=json.dumps([*tables]),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    assert len(found) == len(tables)
    return found


def described(built: Built) -> list[File]:
    """Return the tables of the release, with their gzip twins."""
    files = built.manifest.description.files
    found = [file for file in files if file.columns and file.format == "csv"]
    assert len(found) > 15
    return found


def on_site(site: str, file: File) -> Table:
    """Return what readers are told of a table of the site: its address, and what CSVW says of it.

    The description is found by the header `Link`; a column whose cells hold several values is text.
    """
    name = file.inner or file.name
    head = ask(site, f"data/{name}", "HEAD")
    (address,) = (url for url, kind in head.links("describedby") if kind == CSVW_TYPE)
    columns = ask(site, urlsplit(address).path[1:]).json()["tableSchema"]["columns"]
    types = {
        column["name"]: "string" if "separator" in column else column["datatype"]
        for column in columns
        if not column.get("virtual")
    }
    return {"path": f"{site}data/{file.name}", "types": types}


def ends(file: File) -> list[str]:
    """Return the columns that tell the links of a network apart; none for a table of things."""
    return ["source", "target"] if file.name.startswith(FILES) else []


def values(kinds: list[str], row: list[str]) -> list[object]:
    """Return the values of a row by their datatypes, however they are written."""

    def value(kind: str, cell: str) -> object:
        if not cell or kind not in ("decimal", "boolean"):
            return cell
        return float(cell) if kind == "decimal" else cell.lower()

    return [value(*pair) for pair in zip(kinds, row, strict=True)]


def test_pandas_reads_the_dumps(live: str, built: Built) -> None:
    """With the datatypes that CSVW describes, pandas has every cell of every dump, gzip or not."""
    files = described(built)
    tables = [on_site(live, file) for file in files]
    found = read("pandas", tables)

    def fact(row: tuple[File, Table, Any]) -> None:
        file, told, table = row
        text = ask(live, f"data/{file.inner or file.name}").body.decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text, newline=""))
        kinds = list(told["types"].values())
        assert table["columns"] == header == list(told["types"])
        assert [values(kinds, r) for r in table["rows"]] == [values(kinds, r) for r in rows]
        assert table["guessed"] == [file.rows, header]
        assert len(rows) == file.rows

    for_all(zip(files, tables, found, strict=True), fact)


def test_pandas_keeps_codes(live: str, built: Built) -> None:
    """A code that begins with zeros is the same code in pandas."""
    (file,) = (file for file in described(built) if file.name == "countries.csv")
    (table,) = read("pandas", [on_site(live, file)])
    place = table["columns"].index("iso_numeric")
    codes = {row[place] for row in table["rows"]}
    assert {"008", "040"} < codes


def test_pandas_reads_the_lists(live: str, built: Built, facts: Facts) -> None:
    """The CSV of a list has the rows of its dump, for both topic schemes, and no thing lacks."""
    files = {f.name.removesuffix(".csv"): f for f in described(built) if not f.inner}
    names = sorted(files.keys() & COLLECTIONS.keys())
    assert CLASSES.keys() < set(names)
    schemes = [(name, f"?scheme={s}") for name in SCHEMED for s in ("index", "website")]
    lists = [*((name, "") for name in names if name not in SCHEMED), *schemes]
    dumps = {name: on_site(live, files[name]) for name in names}
    tables = [*dumps.values()]
    tables += [{**dumps[name], "path": f"{live}{name}.csv{rest}"} for name, rest in lists]
    found = read("pandas", tables)
    parts = list(zip(lists, found[len(names) :], strict=True))

    def fact(name: str) -> None:
        table, dump = [part for (n, _), part in parts if n == name], found[names.index(name)]
        assert len(table) == 1 + (name in SCHEMED)
        assert [part["columns"] for part in table] == [dump["columns"]] * len(table)
        assert sorted(row for part in table for row in part["rows"]) == sorted(dump["rows"])
        if name in CLASSES:
            query = f"SELECT ?s {{ ?s a {CLASSES[name]} }}"
            org = "PREFIX org: <http://www.w3.org/ns/org#> "
            things = facts.rows(PREFIXES + org + query)
            iris = sorted((f"<{row[0]}>",) for row in dump["rows"])
            assert iris == things

    for_all(names, fact)


def test_pandas_reads_pages(live: str, built: Built) -> None:
    """The pages of a list in CSV, put together, are the list."""
    (file,) = (file for file in described(built) if file.name == "practices.csv")
    address, last = f"{live}practices.csv", -(-(file.rows or 0) // 100)
    pages = [f"{address}?size=100&page={number}" for number in range(1, last + 1)]
    tables = [{**on_site(live, file), "path": path} for path in (address, *pages)]
    whole, *parts = read("pandas", tables)
    assert len(parts) > 2
    assert [row for part in parts for row in part["rows"]] == whole["rows"]
    assert ask(live, f"practices.csv?size=100&page={last + 1}").status == 400


def test_frictionless_reads_the_dumps(live: str, built: Built) -> None:
    """Frictionless has nothing against any dump, with the datatypes that we describe."""
    files = [file for file in described(built) if not file.inner]
    found = read("frictionless", [{**on_site(live, f), "key": ends(f) or ["iri"]} for f in files])

    def fact(pair: tuple[File, Any]) -> None:
        file, told = pair
        assert told == {"rows": file.rows, "faults": []}

    for_all(zip(files, found, strict=True), fact)


def test_csvw_reads_the_dumps(live: str, built: Built, tmp_path: Path) -> None:
    """The library csvw finds the description of each table, and the saved table is as it says."""
    site = live.replace("127.0.0.1", "localhost")  # the description speaks of the site by its name

    def fact(file: File) -> None:
        metadata, without_header = CSVW.locate_metadata(f"{site}data/{file.name}")
        assert (metadata["url"], without_header) == (file.name, False)
        # saved, since the library takes the byte order mark for a letter where it reads the web
        for name in (file.name, f"{file.name}-metadata.json"):
            (tmp_path / name).write_bytes(ask(live, f"data/{name}").body)
        table = CSVW(tmp_path / file.name)
        assert table.is_valid, table.warnings
        rows = list(table.tables[0].iterdicts())
        if ends(file):
            assert len(rows) == len({tuple(row[end] for end in ends(file)) for row in rows})
            assert len(rows) == file.rows
            return
        iris = {row["iri"].unsplit() for row in rows}
        assert len(rows) == len(iris) == file.rows
        assert all(iri.startswith("https://w3id.org/iccgraph/id/") for iri in iris)

    for_all([file for file in described(built) if not file.inner], fact)


def source(name: str) -> Table:
    """Return a table of the sources as its metadata describe it."""
    path = ROOT / "data" / f"{name}.csv"
    schema = json.loads(Path(f"{path}-metadata.json").read_text(encoding="utf-8"))["tableSchema"]
    kinds, constraints = {}, {}
    for column in schema["columns"]:
        facets = column.get("datatype", "string")
        facets = facets if isinstance(facets, dict) else {"base": facets}
        one = "separator" not in column
        kinds[column["name"]] = facets["base"] if one else "string"
        limits = {"required": column.get("required", False)}
        if one:
            limits |= {
                wanted: facets[name]
                for name, wanted in (
                    ("format", "pattern"),
                    ("maxLength", "maxLength"),
                    ("minimum", "minimum"),
                    ("maximum", "maximum"),
                )
                if name in facets and (name != "format" or facets["base"] in ("string", "anyURI"))
            }
        constraints[column["name"]] = limits
    keys = schema["primaryKey"]
    keys = [keys] if isinstance(keys, str) else keys
    return {"path": str(path), "types": kinds, "constraints": constraints, "key": keys}


def test_frictionless_reads_the_sources() -> None:
    """Frictionless has nothing against the tables that people edit, with all that CSVW says."""
    names = sorted(p.stem for p in (ROOT / "data").glob("*.csv"))
    assert len(names) > 10
    found = read("frictionless", [source(name) for name in names])

    def fact(pair: tuple[str, Any]) -> None:
        name, told = pair
        assert told["faults"] == [], name

    for_all(zip(names, found, strict=True), fact)


def test_frictionless_sees_faults(tmp_path: Path) -> None:
    """Frictionless does complain of a wrong table, so its silence means something."""
    file = tmp_path / "wrong.csv"
    file.write_text("key,year,page\na,1999,https://a.example/\na,soon,nowhere\n")
    kinds = {"key": "string", "year": "integer", "page": "anyURI"}
    (told,) = read("frictionless", [{"path": str(file), "types": kinds, "key": ["key"]}])
    assert {fault.partition(":")[0] for fault in told["faults"]} == {"type-error", "primary-key"}


@pytest.fixture(autouse=True)
def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let readers reach this machine as it is."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
