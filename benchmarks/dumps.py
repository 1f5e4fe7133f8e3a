"""What the dumps of a release cost: a build with all, and one with N-Quads and tables alone.

Run: `python -m benchmarks.dumps 223 20000 500000`. 223 means the real data; other numbers are
generated. Nothing is validated. Prints a row of the table in docs/operating.md for each size: time
of all processors and on the clock with and without, the memory of the build itself, and the bytes
of what can be downloaded, compressed and not. The store reads the N-Quads, so they are always made.
Units: seconds; MB of 2**20 bytes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import ROOT, settings_for
from iccgraph.settings import Settings

MIB = 2**20
BUILD = """
import json, resource, sys, time
from pathlib import Path
from iccgraph.publish.pipeline import build_release
from iccgraph.publish.writers import rdf, twins
from iccgraph.release.manifest import QUADS
from iccgraph.settings import Settings
if sys.argv[1] == "without":
    def write(self, batch):
        self.files[QUADS].write(batch.nquads)
        self.files[QUADS].file.flush()
    rdf.RdfWriter.write = write
    twins.Twins.write = lambda self, path, content: None
folders = map(Path, sys.argv[2:])
names = ("data_dir", "ontology_dir", "shapes_dir", "releases_dir")
start = time.perf_counter()
built = build_release(Settings(**dict(zip(names, folders))), validate=False)
spent = time.perf_counter() - start
own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
busy = sum(one.ru_utime + one.ru_stime for one in (own, others))
print(json.dumps([built.name, built.manifest.content.counts["triples"], spent, busy,
    own.ru_maxrss * 1024]))
"""


@dataclass(frozen=True)
class Run:
    """One build: its triples, seconds on the clock and of all processors, bytes of memory."""

    triples: int
    seconds: float
    busy: float
    memory: int
    plain: int
    packed: int


def build(settings: Settings, which: str) -> Run:
    """Build with or without the dumps, and delete the release."""
    names = ("data_dir", "ontology_dir", "shapes_dir", "releases_dir")
    folders = [str(getattr(settings, name)) for name in names]
    command = [sys.executable, "-c", BUILD, which, *folders]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    name, triples, seconds, busy, memory = json.loads(done.stdout)
    dumps = list((settings.releases_dir / name / "dumps").iterdir())
    packed = sum(path.stat().st_size for path in dumps if path.suffix == ".gz")
    plain = sum(path.stat().st_size for path in dumps) - packed
    shutil.rmtree(settings.releases_dir)
    return Run(triples, seconds, busy, memory, plain, packed)


def main() -> None:
    """Print a row for each size that is named."""
    for count in map(int, sys.argv[1:] or ["223", "20000"]):
        with tempfile.TemporaryDirectory(prefix="iccgraph-dumps-") as folder:
            settings = settings_for(count, Path(folder))
            without, complete = (build(settings, which) for which in ("without", "with"))
            print(
                f"| {count:,} | {complete.triples:,} | {without.seconds:,.1f} s, "
                f"{without.busy:,.1f} s busy, {without.memory // MIB:,} MB "
                f"| {complete.seconds:,.1f} s, {complete.busy:,.1f} s busy, "
                f"{complete.memory // MIB:,} MB | {complete.plain // MIB:,} MB "
                f"| {complete.packed // MIB:,} MB |",
                flush=True,
            )


if __name__ == "__main__":
    main()
