"""All addresses of the tables: who is asked together, what is kept, what table comes out."""

from __future__ import annotations

import csv
import io
import json
import shutil
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iccgraph.cli.main import main
from iccgraph.errors import SourceError
from iccgraph.linkcheck.addresses import Use, read_addresses, table_names
from iccgraph.linkcheck.check import check_addresses
from iccgraph.linkcheck.table import COLUMNS, KINDS
from iccgraph.settings import Settings
from tests.conftest import ROOT, free_port
from tests.for_all import for_all
from tests.linkcheck.conftest import CONTACT
from tests.linkcheck.standin import Handler, StandIn, leads, reset, status

OK = status(200)
SCHEMA = {
    "tableSchema": {
        "primaryKey": ["key", "part"],
        "columns": [
            {"name": "key", "datatype": "string"},
            {"name": "part", "datatype": "string"},
            {"name": "page", "datatype": {"base": "anyURI"}},
            {"name": "pages", "datatype": "anyURI", "separator": "|"},
            {"name": "text", "datatype": "string"},
        ],
    }
}


def write_table(folder: Path, *rows: Sequence[str]) -> None:
    """Write a table that no part of iccgraph knows."""
    folder.mkdir(exist_ok=True)
    (folder / "new.csv-metadata.json").write_text(json.dumps(SCHEMA))
    with (folder / "new.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("key", "part", "page", "pages", "text"), *rows])


def test_new_tables_are_read_too(tmp_path: Path) -> None:
    """A table counts by its metadata alone: columns of addresses, and a key of two columns."""
    first, second = "https://a.example/1", "https://a.example/2#x"
    write_table(
        tmp_path,
        ("k", "1", first, f"{first}|{second}", "https://no.example/"),
        ("k", "2", "", second, ""),
    )
    assert read_addresses(tmp_path) == {
        first: [Use("new", "k/1", "page"), Use("new", "k/1", "pages")],
        second: [Use("new", "k/1", "pages"), Use("new", "k/2", "pages")],
    }


def test_all_addresses_of_the_real_tables() -> None:
    """Every cell of a column of addresses is found, with its row."""
    found = read_addresses(ROOT / "data")
    uses = {(str(use), address) for address, named in found.items() for use in named}
    assert {"practices", "memberships", "guidance", "assessments", "networks", "profiles"} < {
        use.table for named in found.values() for use in named
    }

    def fact(name: str) -> None:
        schema = json.loads((ROOT / "data" / f"{name}.csv-metadata.json").read_text())[
            "tableSchema"
        ]
        keys = schema["primaryKey"]
        with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for column in schema["columns"]:
            if column["datatype"] != "anyURI":
                continue
            for row in rows:
                key = "/".join(row[k] for k in ([keys] if isinstance(keys, str) else keys))
                for address in filter(None, row[column["name"]].split("|")):
                    assert (f"{name} {key} {column['name']}", address) in uses

    for_all(table_names(ROOT / "data"), fact)


def test_hosts_are_asked_at_the_same_time(sites: StandIn, settings: Settings) -> None:
    """Two hosts are asked together, each by one request at a time."""
    both = threading.Barrier(2)

    def together(handler: Handler) -> None:
        both.wait(60)
        handler.send(200)

    hosts = ("127.0.0.1", "localhost")
    paths = [f"/{number}" for number in range(4)]
    for path in paths:
        sites.put(path, together)
    found = check_addresses([sites.url(path, host) for path in paths for host in hosts], settings)
    assert {checked.answer.what for checked in found.values()} == {"ok"}
    assert sites.most_together == dict.fromkeys(hosts, 1)


def test_hosts_that_others_lead_to_are_asked_in_turn(sites: StandIn, settings: Settings) -> None:
    """A host gets one request at a time, also if another host leads to it."""
    sites.put("/page", OK)
    pages = [sites.put(f"/{n}", leads(302, sites.url("/page", "localhost"))) for n in range(5)]
    own = [sites.url(f"/{n}", "localhost") for n in range(5, 10)]
    for address in own:
        sites.put(address.removeprefix(sites.url("", "localhost")), OK)
    check_addresses([*pages, *own], settings)
    assert sites.most_together["localhost"] == 1
    assert len(sites.asked("/page")) == 5


def test_so_many_hosts_at_once(sites: StandIn, settings: Settings) -> None:
    """No more hosts are asked at the same time than is set."""
    pages = []
    for number in range(4):
        path = f"/{number}"
        sites.put(path, OK)
        pages += [sites.url(path), sites.url(path, "localhost")]
    check_addresses(pages, replace(settings, check_hosts=1))
    order = [request.host for request in sites.requests]
    assert sorted(order) == order, "one host after the other"


def test_answers_are_kept(sites: StandIn, settings: Settings) -> None:
    """What was answered lately is not asked again, and tells its day; after its days it is."""
    addresses = [sites.put("/page", OK), sites.put("/none", status(404))]
    first = check_addresses(addresses, settings)
    sites.requests.clear()
    assert check_addresses(addresses, settings) == first
    assert sites.requests == []
    check_addresses(addresses, replace(settings, check_cache_days=0))
    assert sites.asked() == ["HEAD", "GET", "HEAD"]


def test_what_may_pass_is_asked_again(sites: StandIn, settings: Settings) -> None:
    """A fault that may be over by now is asked about by the next run."""
    page = sites.put("/page", *[status(500)] * 2, OK)
    assert check_addresses([page], settings)[page].answer.what == "failed"
    assert check_addresses([page], settings)[page].answer.what == "ok"


def test_run_that_was_interrupted(sites: StandIn, settings: Settings) -> None:
    """After Ctrl-C the next run goes on where the first one stopped."""
    pages = [sites.put(f"/{number}", OK) for number in range(6)]

    def interrupt(stage: str, done: int, total: int) -> None:
        assert (stage, total) == ("addresses", 6)
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_addresses(pages, settings, interrupt)
    before = len(sites.asked())
    assert 3 <= before <= 6
    found = check_addresses(pages, settings)
    assert len(found) == 6
    assert len(sites.asked()) - before <= 3


def test_not_connected(settings: Settings) -> None:
    """If not one host of several can be reached, it is told, and no address is blamed."""
    port = free_port()
    hosts = ("127.0.0.1", "localhost", "[::1]")
    with pytest.raises(SourceError, match="connected"):
        check_addresses([f"http://{host}:{port}/" for host in hosts], settings)


def run(settings: Settings, *words: str) -> Result:
    """Return what the verb says."""
    options = [f"--data-dir={settings.data_dir}", f"--check-cache={settings.check_cache}"]
    options += [f"--check-pause={settings.check_pause}", f"--check-contact={CONTACT}"]
    return CliRunner().invoke(main, ["check-links", *options, *words])


def test_table(sites: StandIn, settings: Settings, tmp_path: Path) -> None:
    """The verb writes what needs a person first, with the rows that hold it; broken is no error."""
    good, old = sites.put("/good", OK), sites.put("/old", leads(301, "/good"))
    gone, ends = sites.put("/gone", status(410)), sites.put("/ends", reset)
    write_table(
        settings.data_dir, ("k", "1", good, f"{gone}|{old}", ""), ("k", "2", gone, ends, "")
    )
    file = tmp_path / "checked.csv"
    done = run(settings, f"--output={file}")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "4 addresses: 1 gone, 1 unreachable, 1 moved, 1 ok" in done.stderr
    with file.open(encoding="utf-8", newline="") as text:
        found = list(csv.DictReader(text))
    assert tuple(found[0]) == COLUMNS
    assert [(r["address"], r["what"], r["status"], r["change_to"]) for r in found] == [
        (gone, "gone", "410", ""),
        (ends, "unreachable", "", ""),
        (old, "moved", "200", good),
        (good, "ok", "200", ""),
    ]
    assert (found[0]["uses"], found[0]["used_by"]) == ("2", "new k/1 pages|new k/2 page")
    printed = run(settings).stdout
    assert next(csv.DictReader(io.StringIO(printed, newline=""))) == found[0]


def test_chosen_tables(settings: Settings) -> None:
    """Only the tables that are named are read; one that there is not is a wrong usage."""
    shutil.copytree(ROOT / "data", settings.data_dir)
    done = run(settings, "doubles", "retired")
    assert (done.exit_code, done.stdout.splitlines()) == (0, [",".join(COLUMNS)])
    assert "0 addresses: none to ask" in done.stderr
    done = run(settings, "practises")
    assert done.exit_code == 2
    assert "no table practises; there are assessments, cities" in done.stderr


def test_what_ends_the_verb(sites: StandIn, settings: Settings, tmp_path: Path) -> None:
    """No contact is exit code 2, no table 2, one that cannot be read 3, no place to write 4."""
    write_table(settings.data_dir, ("k", "1", sites.put("/page", OK), "", ""))
    assert run(settings, "--check-contact=").exit_code == 2
    assert sites.requests == []
    assert run(replace(settings, data_dir=tmp_path / "none")).exit_code == 2
    assert run(settings, f"--output={tmp_path}/none/x.csv").exit_code == 4
    (settings.data_dir / "new.csv").unlink()
    assert run(settings).exit_code == 3


def test_kinds_are_explained() -> None:
    """The documentation says of each kind of answer what it means."""
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for_all(KINDS, lambda kind: text.index(f"| `{kind}` |"))
