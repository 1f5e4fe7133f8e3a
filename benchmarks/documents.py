"""Documents a second beside Flask's answer of a fixed string, on the same server.

Run: `python -m benchmarks.documents 210`; it needs `wrk` (Debian's package). The peer is a Flask
application of one route on granian, with as many processes. “First” asks for each practice once, so
that nothing can have been kept; “again” asks for one address all the time, “packed” does so as
browsers do, with `Accept-Encoding: gzip`, and “known” with its ETag, which gives 304. “Ceiling” is
an application of two lines on the same server, which sends the bytes of “again” and does nothing
else: nothing that is written in Python on this server can send them faster.
Prints answers a second with 16 clients, the processor time that server and client together take for
one, and the ratios of both to the peer (goal: 1.8 for what was finished before and for 304). On a
machine that does other things meanwhile the second ratio is the better one. Whole pages are far
larger than the peer's answer, and to copy them to the client takes the machine longer; what that
costs is seen in the ceiling.
Units: answers a second; microseconds.
"""

from __future__ import annotations

import http.client
import os
import pickle
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.generate import ROOT, settings_for
from benchmarks.serve import free_port
from iccgraph.publish.pipeline import build_release

FLASK = """
from flask import Flask
application = Flask(__name__)
@application.get("/")
def hello():
    return "Hello, world!"
"""
CEILING = """
import pickle
HEADERS, BODY = pickle.load(open("response", "rb"))
async def application(scope, protocol):
    protocol.response_bytes(200, HEADERS, BODY)
"""
SCRIPT = """
local paths, at = {}, 0
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
if #paths == 1 then  -- so that the client is in nobody's way
  wrk.path = paths[1]
else
  request = function()
    at = at % #paths + 1
    return wrk.format("GET", paths[at])
  end
end
done = function(summary, latency, _)
  io.write(string.format("RESULT %d %d %d\\n", summary.requests, summary.errors.status,
    summary.duration))
end
"""
SECONDS = 5


@contextmanager
def running(command: list[str], port: int, cwd: Path) -> Iterator[int]:
    """Run a server until its first answer, lend the number of its process, and end it."""
    server = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/")
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(2)
        yield server.pid
    finally:
        server.terminate()
        server.wait(60)


class Load(NamedTuple):
    """How often requests were answered. Units: answers a second; microseconds of processor time."""

    rate: float
    micros: float

    def beside(self, peer: Load) -> str:
        """Return the figures, each with its ratio to those of a peer; more is better."""
        rate, micros = self.rate / peer.rate, peer.micros / self.micros
        return f"{self.rate:,.0f}/s ({rate:.2f}), {self.micros:.0f} us ({micros:.2f})"


def processor_seconds(server: int) -> float:
    """Return the processor time of a server's processes, and of those that have ended of ours."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = ended.ru_utime + ended.ru_stime
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()  # from the third one (proc(5))
            if server in (int(path.parent.name), int(fields[1])):
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def load(
    server: int,
    port: int,
    paths: list[str],
    work: Path,
    headers: Sequence[str] = (),
    seconds: int = SECONDS,
) -> Load:
    """Ask a server for paths in turn, all of them answered rightly.

    Arguments: `server` is its process; `headers` are those of each request, as `Name: value`.
    """
    script, listed = work / "load.lua", work / "paths"
    script.write_text(SCRIPT, encoding="utf-8")
    listed.write_text("\n".join(paths), encoding="utf-8")
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", f"-s{script}"]
    command += [*(f"-H{header}" for header in headers), f"http://127.0.0.1:{port}/"]
    environment = {**os.environ, "PATHS": str(listed)}
    before = processor_seconds(server)
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    spent = processor_seconds(server) - before
    found = re.search(r"RESULT (\d+) (\d+) (\d+)", said.stdout)
    assert found, said.stdout
    asked, wrong, micros = (int(x) for x in found.groups())
    assert not wrong, said.stdout
    return Load(asked / (micros / 1e6), spent / asked * 1e6)


def granian(interface: str, module: str, port: int) -> list[str]:
    """Return the command that serves an application with as many processes as ours has."""
    program = str(Path(sys.executable).with_name("granian"))
    options = [f"--interface={interface}", "--workers=2", f"--port={port}"]
    return [program, *options, f"{module}:application"]


def ceiling(headers: list[tuple[str, str]], body: bytes, work: Path) -> Load:
    """Return how often the server itself can send a response."""
    own = ("server", "date")  # which the server adds
    kept = [(name, value) for name, value in headers if name.lower() not in own]
    (work / "response").write_bytes(pickle.dumps((kept, body)))
    (work / "ceiling.py").write_text(CEILING, encoding="utf-8")
    port = free_port()
    with running(granian("rsgi", "ceiling", port), port, work) as server:
        return load(server, port, ["/"], work)


def measure_format(form: str, keys: list[str], releases: Path, work: Path) -> dict[str, Load]:
    """Return what came of each way of asking for practices in a format."""
    port, found = free_port(), {}
    options = ["--log-requests=no", f"--port={port}", f"--releases-dir={releases}"]
    paths = [f"/practice/{key}.{form}" for key in keys]
    with running([sys.executable, "-m", "iccgraph", "serve", *options], port, ROOT) as server:
        found["first"] = load(server, port, paths, work, seconds=5 if form == "html" else 1)
        found["again"] = load(server, port, paths[:1], work)
        found["packed"] = load(server, port, paths[:1], work, ["Accept-Encoding: gzip"])
        line = http.client.HTTPConnection("127.0.0.1", port)
        line.request("GET", paths[0])
        response = line.getresponse()
        headers, etag, body = response.getheaders(), response.headers["ETag"], response.read()
        found["known"] = load(server, port, paths[:1], work, [f"If-None-Match: {etag}"])
    found["ceiling"] = ceiling(headers, body, work)
    return found


def measure(count: int, work: Path) -> None:
    """Print the figures of one size."""
    (work / "peer.py").write_text(FLASK, encoding="utf-8")
    port = free_port()
    with running(granian("wsgi", "peer", port), port, work) as server:
        fixed = load(server, port, ["/"], work)
    print(f"Flask, a fixed string: {fixed.rate:,.0f}/s, {fixed.micros:.0f} us", flush=True)
    settings = settings_for(count, work)
    built = build_release(settings, validate=False)
    with sqlite3.connect(settings.releases_dir / built.name / "search.sqlite") as index:
        rows = index.execute("SELECT key FROM thing WHERE kind = 'practice' ORDER BY key")
        keys = [key for (key,) in rows]
    for form in ("ttl", "nt", "jsonld", "rdf", "html"):
        found = measure_format(form, keys, settings.releases_dir, work)
        for name, figures in found.items():
            print(f"{form:>7}  {name:8}{figures.beside(fixed)}", flush=True)


def main() -> None:
    """Measure each size that is named."""
    for size in sys.argv[1:] or ["210"]:
        with tempfile.TemporaryDirectory(prefix="iccgraph-bench-") as folder:
            measure(int(size), Path(folder))


if __name__ == "__main__":
    main()
