"""How fast and how large the views at `/explore` are; and a matrix of 1,000 cities in Chromium.

Run: `python -m benchmarks.explore 223 20000 --matrix`. 223 means the real data; other numbers are
generated, and built without validation.
Each view is asked `ASKED` times as a page, SVG and CSV, with other filters each time, so that no
finished answer can be given again, and a few times as PNG. With `EXPLORE_WORK=FOLDER` what was
built stays there and is used again.
`--matrix` builds 1,000 made cities, opens the page that has them all, doubles its columns to 37,
and measures in the page: loading, a sort, a step by an arrow key, and frames while it is scrolled.
Units: milliseconds at the median and at the 95th of 100; bytes compressed with gzip.
"""

from __future__ import annotations

import csv
import gzip
import http.client
import os
import random
import statistics
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome
from tests.browser.chromium import start

from benchmarks.finding import running
from benchmarks.generate import SEED, settings_for
from benchmarks.serve import free_port
from iccgraph.publish.pipeline import build_release
from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.dataset.explore import VIEWS
from iccgraph.settings import Settings

ASKED, DRAWN = 40, 5
CITIES, COLUMNS = 1_000, 37
FILTERS = ("", "country=es", "year=2015-2018", "country=it&country=pt", "began=2016-", "q=school")
MEASURE = """const [columns, done] = arguments;
const table = document.querySelector('.matrix'), frame = table.parentElement;
for (const row of table.rows) {
  const cells = [...row.cells].slice(2);
  for (let at = 0; row.cells.length < columns + 2; at++)
    row.append(cells[at % cells.length].cloneNode(true));
}
const paint = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then)));
const timed = async (act) => {
  const begun = performance.now();
  act();
  await paint();
  return performance.now() - begun;
};
(async () => {
  await paint();
  const key = (name) => document.activeElement.dispatchEvent(
    new KeyboardEvent('keydown', {key: name, bubbles: true}));
  const byName = document.querySelector('[data-sorts=rows] [data-value=name]');
  const sort = await timed(() => byName.click());
  table.querySelector('td a').focus();
  const steps = [], frames = [];
  for (let n = 0; n < 20; n++) steps.push(await timed(() => key('ArrowDown')));
  for (let n = 0; n < 60; n++) frames.push(await timed(() => { frame.scrollTop += 300; }));
  const [load] = performance.getEntriesByType('navigation');
  done({load: load.loadEventEnd, bytes: load.encodedBodySize, cells: table.rows.length * columns,
        sort, step: Math.max(...steps), frame: frames.sort((a, b) => a - b)[57]});
})();"""


def release_for(count: int, work: Path) -> Settings:
    """Return the settings of a release with so many practices, built if it is not there."""
    settings = Settings(releases_dir=work / "releases")
    if ReleaseFolder(settings.releases_dir).current_name() is None:
        settings = settings_for(count, work)
        build_release(settings, validate=False)
    return settings


def command_for(settings: Settings, port: int) -> list[str]:
    """Return the command that serves a release."""
    return [
        *(sys.executable, "-m", "iccgraph", "serve", f"--port={port}", "--log-requests=no"),
        *(f"--releases-dir={settings.releases_dir}", "--client-requests=1000000"),
    ]


def times(line: http.client.HTTPConnection, path: str, asked: int) -> tuple[list[float], int]:
    """Return the milliseconds of answers to a path with filters, and the bytes without any.

    Raises: AssertionError if one is no answer.
    """
    found, size = [], 0
    for number, filters in enumerate(islice(cycle(FILTERS), asked + 2)):
        begun = time.perf_counter()
        line.request("GET", f"{path}?{filters}&_n={number}", headers={"Accept": "*/*"})
        answer = line.getresponse()
        body = answer.read()
        found.append((time.perf_counter() - begun) * 1000)
        assert answer.status == 200, (path, answer.status)
        size = size or (len(body) if path.endswith(".png") else len(gzip.compress(body, 6)))
    return sorted(found[2:]), size


def measure(count: int, work: Path) -> None:
    """Print the figures of one size."""
    settings, port = release_for(count, work), free_port()
    print(f"{count:,} practices")
    with running(command_for(settings, port), port) as line:
        for view in VIEWS:
            for ending, asked in (("", ASKED), (".svg", ASKED), (".csv", ASKED), (".png", DRAWN)):
                found, size = times(line, f"/explore/{view}{ending}", asked)
                middle, late = statistics.median(found), found[int(0.95 * len(found))]
                print(f"  {view + ending:16} {middle:8.1f} {late:8.1f} {size:9,}", flush=True)


def matrix(work: Path) -> None:
    """Print how a matrix of 1,000 cities and 37 columns behaves in Chromium."""
    settings = Settings(releases_dir=work / "releases")
    if ReleaseFolder(settings.releases_dir).current_name() is None:
        settings = settings_for(20_000, work)
        _made_cities(settings.data_dir)
        build_release(settings, validate=False)
    port, chrome = free_port(), start(work / "profile")
    assert chrome is not None, "install the packages chromium and chromium-driver"
    try:
        with running(command_for(settings, port), port):
            _show(chrome, f"http://127.0.0.1:{port}/en/explore/matrix?size={CITIES}")
    finally:
        chrome.quit()


def _show(chrome: Chrome, address: str) -> None:
    chrome.set_script_timeout(300)
    chrome.get(address)
    found: dict[str, Any] = chrome.execute_async_script(MEASURE, COLUMNS)
    for name, value in found.items():
        print(f"  {name:8} {value:12,.1f}")


def _made_cities(data: Path) -> None:
    """Give a data folder 1,000 more cities, and spread its practices over them."""
    chance = random.Random(SEED)  # noqa: S311  # made-up data, not secrets
    cities, practices = data / "cities.csv", data / "practices.csv"
    with cities.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = ("key", "name", "country", "kind")
    made = [
        {column: rows[n % len(rows)].get(column, "") for column in columns}
        | {"key": f"made-{n}", "name": f"Made {n}", "kind": "municipality"}
        for n in range(CITIES)
    ]
    _write(cities, list(rows[0]), [*rows, *made])
    with practices.open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    for row in listed:
        one = chance.choice(made)
        row |= {"cities": one["key"], "country": one["country"]}
    _write(practices, list(listed[0]), listed)


def _write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Measure what the command line asks for."""
    with tempfile.TemporaryDirectory(prefix="iccgraph-") as folder:
        kept = Path(os.environ.get("EXPLORE_WORK", folder))
        for asked in sys.argv[1:]:
            work = kept / asked.strip("-")
            work.mkdir(parents=True, exist_ok=True)
            if asked == "--matrix":
                matrix(work)
            else:
                measure(int(asked), work)


if __name__ == "__main__":
    main()
