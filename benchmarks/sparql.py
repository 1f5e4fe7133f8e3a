"""Queries a second beside Oxigraph's own server and rdflib-endpoint, on the same quads.

Run: `python -m benchmarks.sparql 223 900 48500` (18 and 41 thousand, 1 million triples). It needs
`wrk` (Debian's package) and, for the second peer, a Python that has `rdflib-endpoint`, named by
the environment variable RDFLIB_ENDPOINT_PYTHON. A kind of query is one of the example queries.
“New” means that each request's text differs by a comment, so that nothing can be kept; “repeated”
sends the same text again. All limits are on, at their defaults.
rdflib-endpoint is asked by one client alone, for longer: it works on one query at a time, and what
several clients gave up would stand in the way of the next kind; its figures stand in every column.
Prints, for each number of clients: requests a second of each kind and server, the milliseconds
within which half, 95 and 99 of 100 were answered, and the geometric means of the ratios; then the
memory of each server's processes. A kind that a server answers with errors, or not within the time
of a run, counts as the number of answers that were right.
Units: requests a second; milliseconds; megabytes of resident memory.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.web.processes import descendants, memory

from benchmarks.generate import ROOT, settings_for
from benchmarks.serve import free_port
from iccgraph.publish.pipeline import build_release

KINDS = (
    *("01-practices-about-mediation", "02-everything-about-barcelona", "03-practices-of-barcelona"),
    *("04-practices-of-a-country", "05-practices-since-2020", "09-a-city-by-any-name"),
    *("11-ongoing-practices", "16-practices-by-country", "18-topics-per-country"),
    *("19-cities-most-like-barcelona", "23-is-there-a-practice", "30-cities-in-a-box"),
    *("33-topics-and-their-definitions", "41-wikidata-and-geonames", "17-topics-of-a-country"),
)
CLIENTS = (1, 16, 64)
SECONDS = 2
PATIENT_SECONDS = 10
"""How long each kind is asked of the peer whose queries take seconds."""
SCRIPT = """
local number, thread = 0, math.random(1000000)
local fresh = os.getenv("FRESH") == "yes"
request = function()
  number = number + 1
  local tail = fresh and ("%23" .. thread .. "-" .. number .. "-" .. os.time()) or ""
  return wrk.format("GET", os.getenv("TARGET") .. tail)
end
init = function() math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16)) end
done = function(summary, latency, _)
  local wrong = summary.errors.status + summary.errors.timeout + summary.errors.read
  io.write(string.format("RESULT %d %d %d %d %d %d\\n", summary.requests, wrong,
    summary.duration, latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
"""
RDFLIB = """
import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
graph = Dataset(default_union=True)
graph.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=graph, path="/sparql"), port=int(sys.argv[2]), log_level="error")
"""


@contextmanager
def running(command: list[str], port: int) -> Iterator[int]:
    """Run a server until its first answer, lend it, and end it."""
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT
    )
    address = f"http://127.0.0.1:{port}/{path_of(command)}?query=ASK%7B%7D"
    try:
        while True:
            try:
                urllib.request.urlopen(address, timeout=5).read()
                break
            except OSError:
                if server.poll() is not None:
                    raise SystemExit(f"could not be started: {' '.join(command)}") from None
                time.sleep(0.25)
        yield server.pid
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:  # it cannot leave a query that it has begun
            server.kill()
            server.wait()


def path_of(command: list[str]) -> str:
    """Return the path of the endpoint of a server."""
    return "query" if "serve-read-only" in command or command[0].endswith("oxigraph") else "sparql"


def load(
    target: str, port: int, clients: int, fresh: bool, script: Path, seconds: int = SECONDS
) -> list[float]:
    """Return right answers a second, and the milliseconds of 50, 95 and 99 of 100."""
    command = [
        *("wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout=30s"),
        *(f"-s{script}", f"http://127.0.0.1:{port}/"),
    ]
    environment = {**os.environ, "TARGET": target, "FRESH": "yes" if fresh else "no"}
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", said.stdout)
    assert found, said.stdout
    asked, wrong, micros, half, most, nearly = (int(x) for x in found.groups())
    return [max(asked - wrong, 0.1) / (micros / 1e6), half / 1e3, most / 1e3, nearly / 1e3]


def servers(release: Path, work: Path, count: int) -> Iterator[tuple[str, bool, list[str], int]]:
    """Yield each server: its name, whether requests are new, its command and its port."""
    quads = release / "dumps" / "iccgraph.nq"
    ours = [sys.executable, "-m", "iccgraph", "serve", f"--releases-dir={release.parent}"]
    ours += ["--log-requests=no"]
    for name, fresh in (("new", True), ("repeated", False)):
        port = free_port()
        yield name, fresh, [*ours, f"--port={port}"], port
    program = str(Path(sys.executable).with_name("oxigraph"))
    store = work / "oxigraph"
    subprocess.run(
        [program, "load", f"--location={store}", f"--file={quads}"], check=True, capture_output=True
    )
    port = free_port()
    yield (
        "oxigraph",
        True,
        [
            *(program, "serve-read-only", f"--location={store}", f"--bind=127.0.0.1:{port}"),
            "--union-default-graph",
        ],
        port,
    )
    python = os.environ.get("RDFLIB_ENDPOINT_PYTHON")
    if python:
        port = free_port()
        yield "rdflib", True, [python, "-c", RDFLIB, str(quads), str(port)], port


def measure(count: int, work: Path) -> None:
    """Print the table of one size."""
    settings = settings_for(count, work)
    built = build_release(settings, validate=False)
    print(
        f"\n{count:,} practices, {built.manifest.content.counts['triples']:,} triples", flush=True
    )
    script = work / "load.lua"
    script.write_text(SCRIPT, encoding="utf-8")
    results: dict[tuple[str, int, str], list[float]] = {}
    names = []
    for name, fresh, command, port in servers(settings.releases_dir / built.name, work, count):
        names.append(name)
        with running(command, port) as pid:
            patient = name == "rdflib"
            seconds = PATIENT_SECONDS if patient else SECONDS
            for clients in CLIENTS:
                for kind in KINDS:
                    if patient and clients > 1:
                        results[name, clients, kind] = results[name, 1, kind]
                        continue
                    text = (ROOT / "data" / "queries" / f"{kind}.rq").read_text(encoding="utf-8")
                    target = f"/{path_of(command)}?query={quote(text, safe='')}"
                    results[name, clients, kind] = load(
                        target, port, clients, fresh, script, seconds
                    )
            held = memory({pid, *descendants(pid)}) // 2**20
            print(f"{name:>9}: {held} MB after the run", flush=True)
    for clients in CLIENTS:
        print(f"\n{clients} clients: requests a second (50 / 95 / 99 of 100 within ms)")
        for kind in KINDS:
            cells = [results[name, clients, kind] for name in names]
            row = "".join(f"{c[0]:10,.0f} ({c[1]:.1f}/{c[2]:.1f}/{c[3]:.1f})" for c in cells)
            print(f"  {kind:<36}{row}")
        for name in names[:2]:
            for peer in names[2:]:
                ratios = [
                    results[name, clients, kind][0] / results[peer, clients, kind][0]
                    for kind in KINDS
                ]
                mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
                print(f"  geometric mean of {name} / {peer}: {mean:.2f} (least {min(ratios):.2f})")


def main() -> None:
    """Measure each size that is named."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing; install Debian's package of that name")
    for size in sys.argv[1:] or ["900", "48500"]:
        with tempfile.TemporaryDirectory(prefix="iccgraph-bench-") as folder:
            measure(int(size), Path(folder))


if __name__ == "__main__":
    main()
