"""Documents a second beside Flask's answer of a fixed string, on the same server.

Run: `python -m benchmarks.documents 20000`; it needs `wrk` (Debian's package). The peer is a Flask
application of one route on granian, with as many processes. “First” asks for each practice once, so
that nothing can have been kept; “again” asks for one address all the time, and “known” does so with
its ETag, which gives 304.
Prints answers a second with 16 clients, and the ratios to the peer (goals: 0.7 for data that is
asked for the first time, 2 for what was finished before and for 304).
Units: answers a second.
"""

from __future__ import annotations

import http.client
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
SCRIPT = """
local paths, etag, at = {}, os.getenv("ETAG"), 0
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
if etag ~= "" then wrk.headers["If-None-Match"] = etag end
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
def running(command: list[str], port: int, cwd: Path) -> Iterator[None]:
    """Run a server until its first answer, lend it, and end it."""
    server = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/")
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(2)
        yield
    finally:
        server.terminate()
        server.wait(60)


def load(
    port: int, paths: list[str], work: Path, etag: str = "", seconds: float = SECONDS
) -> float:
    """Return right answers a second."""
    script, listed = work / "load.lua", work / "paths"
    script.write_text(SCRIPT, encoding="utf-8")
    listed.write_text("\n".join(paths), encoding="utf-8")
    command = ["wrk", "-t1", "-c16", f"-d{seconds:g}s", f"-s{script}", f"http://127.0.0.1:{port}/"]
    environment = {**os.environ, "PATHS": str(listed), "ETAG": etag}
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    found = re.search(r"RESULT (\d+) (\d+) (\d+)", said.stdout)
    assert found, said.stdout
    asked, wrong, micros = (int(x) for x in found.groups())
    assert not wrong, said.stdout
    return asked / (micros / 1e6)


def measure(count: int, work: Path) -> None:
    """Print the figures of one size."""
    (work / "peer.py").write_text(FLASK, encoding="utf-8")
    port = free_port()
    granian = str(Path(sys.executable).with_name("granian"))
    peer = [granian, "--interface=wsgi", "--workers=2", f"--port={port}", "peer:application"]
    with running(peer, port, work):
        fixed = load(port, ["/"], work)
    print(f"Flask, a fixed string {fixed:10,.0f}", flush=True)
    settings = settings_for(count, work)
    built = build_release(settings, validate=False)
    with sqlite3.connect(settings.releases_dir / built.name / "search.sqlite") as index:
        rows = index.execute("SELECT key FROM thing WHERE kind = 'practice' ORDER BY key")
        keys = [key for (key,) in rows]
    ours = [sys.executable, "-m", "iccgraph", "serve", "--log-requests=no"]
    for form in ("ttl", "nt", "jsonld", "rdf", "html"):
        port = free_port()
        command = [*ours, f"--port={port}", f"--releases-dir={settings.releases_dir}"]
        with running(command, port, ROOT):
            paths = [f"/practice/{key}.{form}" for key in keys]
            first = load(port, paths, work, seconds=5 if form == "html" else 1)
            again = load(port, paths[:1], work)
            line = http.client.HTTPConnection("127.0.0.1", port)
            line.request("GET", paths[0])
            etag = line.getresponse().headers["ETag"]
            known = load(port, paths[:1], work, etag)
        print(
            f"{form:>7}  first {first:9,.0f} ({first / fixed:.2f})  again {again:9,.0f} "
            f"({again / fixed:.2f})  known {known:9,.0f} ({known / fixed:.2f})",
            flush=True,
        )


def main() -> None:
    """Measure each size that is named."""
    for size in sys.argv[1:] or ["20000"]:
        with tempfile.TemporaryDirectory(prefix="iccgraph-bench-") as folder:
            measure(int(size), Path(folder))


if __name__ == "__main__":
    main()
