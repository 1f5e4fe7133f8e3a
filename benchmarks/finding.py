"""How fast people find: lists, words, three filters, completion, a city; beside Datasette.

Run: `python -m benchmarks.finding 223 20000 500000`. 223 means the real data; other numbers are
generated, and built without validation. The peer is Datasette over the same rows with full text
and facets, in an environment of its own, so that its dependencies are not ours:
`python3 -m venv var/datasette && var/datasette/bin/pip install datasette`.
Each question is asked `ASKED` times over one connection, with other words, values or cities each
time, so that no finished answer can be given again. Datasette gets as much time as it needs.
With `FINDING_WORK=FOLDER` what was built stays there and is used again.
Prints the median and the 95th of 100 of both, and the ratio of the medians (goals: at least 2
everywhere; three filters at 500,000 practices within 50 ms at the 95th).
Units: milliseconds.
"""

from __future__ import annotations

import http.client
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks.generate import ROOT, settings_for
from benchmarks.serve import free_port
from iccgraph.publish.pipeline import build_release
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.manifest import INDEX
from iccgraph.settings import Settings

ASKED = 60
LEAST = 10
MOST_SECONDS = 40
"""A question is asked fewer times, but so often at least, once its answers took so long."""
PEER = ROOT / "var" / "datasette" / "bin" / "datasette"
LIMITS = ("sql_time_limit_ms", "facet_time_limit_ms", "facet_suggest_time_limit_ms")
SCHEMA = """
CREATE TABLE practices (
  id INTEGER PRIMARY KEY, key TEXT, title TEXT, summary TEXT, country TEXT, city TEXT, topics TEXT,
  year INTEGER);
CREATE VIRTUAL TABLE practices_fts USING fts5(
  title, summary, content='practices', content_rowid='id');
CREATE TABLE names (name TEXT, kind TEXT, key TEXT);
CREATE INDEX name ON names (name);
CREATE INDEX city ON practices (city);
CREATE INDEX country ON practices (country);
CREATE INDEX year ON practices (year);
"""
ROWS = """
INSERT INTO practices
SELECT g.id, g.key, g.label, (SELECT text FROM old.practice_summary s WHERE s.practice = g.id),
  g.country, (SELECT city FROM old.practice_city c WHERE c.practice = g.id),
  (SELECT json_group_array(topic) FROM old.practice_topic t WHERE t.practice = g.id), p.first_year
FROM old.thing g JOIN old.practice p ON p.id = g.id WHERE g.kind = 'practice'
"""
Questions = dict[str, tuple[list[str], list[str]]]
"""What is asked: paths of ours and of the peer, by the name of the question."""


def peer_database(index: Path, path: Path) -> None:
    """Write the rows of a release's index as a database for the peer."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(SCHEMA)
        database.execute("ATTACH ? AS old", (f"file:{index}?mode=ro",))
        database.execute(ROWS)
        database.execute("INSERT INTO practices_fts(practices_fts) VALUES ('rebuild')")
        database.execute(
            "INSERT INTO names SELECT s.start, g.kind, g.key FROM old.name_start s"
            " JOIN old.thing g ON g.id = s.thing"
        )
        database.commit()


def questions(index: Path) -> Questions:
    """Return what is asked, with words and values of the release."""
    with closing(sqlite3.connect(f"file:{index}?mode=ro", uri=True)) as found:
        words = [w for (w,) in found.execute(
            "SELECT folded FROM word WHERE practices > 0 AND length(folded) > 4"
            " ORDER BY practices DESC LIMIT ?", (ASKED,))]  # fmt: skip
        values = {
            kind: [key for (key,) in found.execute(
                "SELECT key FROM facet WHERE kind = ? AND key <> 'none'"
                " ORDER BY practices DESC LIMIT 12", (kind,))]
            for kind in ("country", "topic", "year", "itself")
        }  # fmt: skip
    facets = "_facet=country&_facet_array=topics&_facet=year"
    three: tuple[list[str], list[str]] = ([], [])
    for number, word in enumerate(words):
        country, topic, year = (
            values[k][number % len(values[k])] for k in ("country", "topic", "year")
        )
        ours = {"q": word, "country": country, "topic": topic, "year": year}
        theirs = {"_search": word, "country": country, "topics__arraycontains": topic, "year": year}
        three[0].append(f"/practices?{urlencode(ours)}")
        three[1].append(f"/data/practices?{facets}&{urlencode(theirs)}")
    starts = [word[:3] for word in words]
    cities, table = values["itself"], f"/data/practices?{facets}"
    return {
        "home": (
            [f"/?page={page}" for page in range(1, 10)],
            [f"{table}&_size=25" for page in range(1, 10)],
        ),
        "a word": (
            [f"/practices?q={quote(word)}" for word in words],
            [f"{table}&_size=25&_search={quote(word)}" for word in words],
        ),
        "three filters and a word": three,
        "completion": (
            [f"/suggest?q={quote(start)}" for start in starts],
            [f"/data/names.json?_size=8&name__startswith={quote(start)}" for start in starts],
        ),
        "a city": (
            [f"/city/{city}?scheme={s}" for city in cities for s in ("index", "website")],
            [f"{table}&_size=50&city={city}" for city in cities],
        ),
    }


@contextmanager
def running(command: list[str], port: int) -> Iterator[http.client.HTTPConnection]:
    """Run a server, wait until it answers, and lend a connection."""
    server = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 600
        while True:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
            try:
                line.request("GET", "/robots.txt")
                line.getresponse().read()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        yield line
    finally:
        server.terminate()
        server.wait(60)


def times(line: http.client.HTTPConnection, paths: list[str]) -> list[float]:
    """Return the milliseconds of each answer; the first few are not counted.

    Raises: AssertionError if one is no answer.
    """
    found: list[float] = []
    for number, path in enumerate([*paths[:2], *islice(cycle(paths), ASKED)]):
        if sum(found) > MOST_SECONDS * 1000 and len(found) > LEAST:
            break
        begun = time.perf_counter()
        line.request(
            "GET", f"{path}&_n={number}", headers={"Accept": "text/html, application/json;q=0.9"}
        )
        answer = line.getresponse()
        answer.read()
        found.append((time.perf_counter() - begun) * 1000)
        assert answer.status in (200, 404), (path, answer.status)
    return found[2:]


def measure(count: int, work: Path) -> None:
    """Print the figures of one size."""
    settings = Settings(releases_dir=work / "releases")
    if ReleaseFolder(settings.releases_dir).current_name() is None:
        settings = settings_for(count, work)
        build_release(settings, validate=False)
    name = ReleaseFolder(settings.releases_dir).current_name() or ""
    index = settings.releases_dir / name / INDEX
    asked, port = questions(index), free_port()
    command = [
        *(sys.executable, "-m", "iccgraph", "serve", f"--port={port}", "--log-requests=no"),
        *(f"--releases-dir={settings.releases_dir}", "--client-requests=1000000"),
    ]
    with running(command, port) as line:
        ours = {what: times(line, paths) for what, (paths, _) in asked.items()}
    database = work / "data.db"
    database.unlink(missing_ok=True)
    peer_database(index, database)
    limits = [part for name in LIMITS for part in ("--setting", name, "600000")]
    command = [str(PEER), "serve", str(database), f"--port={port}", *limits]
    with running(command, port) as line:
        theirs = {what: times(line, paths) for what, (_, paths) in asked.items()}
    print(f"{count:,} practices")
    for what in asked:
        mine, other = sorted(ours[what]), sorted(theirs[what])
        row = [statistics.median(mine), mine[int(0.95 * len(mine))]]
        row += [statistics.median(other), other[int(0.95 * len(other))]]
        shown = "  ".join(f"{value:9.1f}" for value in row)
        print(f"  {what:26} {shown}   ratio {row[2] / row[0]:.1f}", flush=True)


def main() -> None:
    """Measure the sizes of the command line."""
    assert PEER.exists(), f"{PEER} is missing; the module says how to get it"
    print(f"{'':28} {'ours':>9}  {'95th':>9}  {'Datasette':>9}  {'95th':>9}")
    with tempfile.TemporaryDirectory(prefix="iccgraph-") as folder:
        kept = Path(os.environ.get("FINDING_WORK", folder))
        for count in map(int, sys.argv[1:]):
            (kept / f"b{count}").mkdir(parents=True, exist_ok=True)
            measure(count, kept / f"b{count}")


if __name__ == "__main__":
    main()
