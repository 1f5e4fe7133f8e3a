"""Validation with pySHACL: its time, and its share of a whole build.

Run: `python -m benchmarks.shacl 223 20000`. 223 means the real data; other numbers are generated.
The peer is pySHACL alone, given the same graph and the shapes as they are written, with the rules
about the whole graph in them; it is left out beyond 1,000 practices, where it takes minutes.
Units: seconds of wall time.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from pathlib import Path

import pyshacl
import rdflib
from pyoxigraph import NamedNode, RdfFormat, parse, serialize

from benchmarks.generate import settings_for
from iccgraph.iris import Iris
from iccgraph.publish.pipeline import build_release
from iccgraph.publish.shacl.reference import load_shapes, validate_graph
from iccgraph.release.manifest import QUADS


def measure(count: int, work: Path) -> None:
    """Print the figures of one size."""
    settings = settings_for(count, work)
    start = time.perf_counter()
    built = build_release(settings, validate=False)
    without = time.perf_counter() - start
    quads = parse(path=settings.releases_dir / built.name / QUADS, format=RdfFormat.N_QUADS)
    left_out = NamedNode(Iris().graph("shapes"))
    triples = [quad.triple for quad in quads if quad.graph_name != left_out]
    shapes = load_shapes(settings.shapes_dir)
    start = time.perf_counter()
    report = validate_graph(triples, shapes, lambda iri: None)
    ours = time.perf_counter() - start
    peer = "left out"
    if count <= 1000:
        graph = rdflib.Graph()
        graph.parse(data=serialize(triples, format=RdfFormat.N_TRIPLES) or b"", format="nt")
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pyshacl.validate(graph, shacl_graph=shapes, inference="none")
        peer = f"{time.perf_counter() - start:.2f} s"
    focus = sum(shape.focus_nodes for shape in report.shapes)
    print(
        f"{count:>7,} practices  {len(triples):>9,} triples  {focus:>8,} focus nodes  "
        f"validation {ours:.2f} s = {100 * ours / (ours + without):.0f} % of the build of "
        f"{ours + without:.2f} s  pySHACL with all rules: {peer}  "
        f"{len(report.violations)} violations",
        flush=True,
    )


def main() -> None:
    """Measure each size that is named."""
    for size in sys.argv[1:] or ["223", "20000"]:
        with tempfile.TemporaryDirectory(prefix="iccgraph-bench-") as folder:
            measure(int(size), Path(folder))


if __name__ == "__main__":
    main()
