"""Build without SHACL, beside pyoxigraph's own bulk load of the same quads.

Run: `python -m benchmarks.build 20000 500000`. Prints, for each size: triples a second of both,
their ratio (the goal is at least 0.5), and the peak memory of the build's process and of the
process that loads its store, beside that of the bulk load.
Units: seconds of wall time, megabytes of resident memory.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.generate import ROOT, generate

BULK = """
import resource, sys, time
from pyoxigraph import RdfFormat, Store
start = time.perf_counter()
store = Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=RdfFormat.N_QUADS)
store.flush()
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
BUILD = """
import json, resource, sys, time
from pathlib import Path
from iccgraph.publish.pipeline import build_release
from iccgraph.settings import Settings
root, work = Path(sys.argv[1]), Path(sys.argv[2])
settings = Settings(data_dir=work / "data", ontology_dir=root / "ontology",
                    shapes_dir=root / "shapes", releases_dir=work / "releases")
start = time.perf_counter()
built = build_release(settings, validate=False)
print(json.dumps([built.name, built.manifest.content.counts["triples"],
    time.perf_counter() - start,
    resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024]))
"""


def measure(count: int, work: Path) -> None:
    """Print one line of figures."""
    generate(count, work / "data")
    out = _python(BUILD, ROOT, work)
    name, triples, seconds, memory, loader = json.loads(out)
    quads = work / "releases" / name / "dumps" / "iccgraph.nq"
    bulk_seconds, bulk_memory = (float(x) for x in _python(BULK, quads, work / "bulk").split())
    ratio = bulk_seconds / seconds
    print(
        f"{count:>8,} practices  {triples:>11,} triples  build {seconds:7.1f} s "
        f"{triples / seconds:>9,.0f}/s {memory:>5} MB (+ loader {loader} MB)  "
        f"bulk load {bulk_seconds:7.1f} s {triples / bulk_seconds:>9,.0f}/s {bulk_memory:.0f} MB  "
        f"ratio {ratio:.2f}",
        flush=True,
    )


def _python(code: str, *arguments: object) -> str:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Measure each size that is named."""
    for size in sys.argv[1:] or ["20000", "500000"]:
        with tempfile.TemporaryDirectory(prefix="iccgraph-bench-") as folder:
            measure(int(size), Path(folder))
    print(f"peak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
