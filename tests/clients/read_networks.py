"""Runs beside networkx and bicm, in their own environment: reads networks, solves the null model.

`read PATH …` prints what networkx finds in each file; `model` reads links from standard input and
prints what bicm makes of them, both as JSON.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

warnings.simplefilter("error", ResourceWarning)


def _graph(path: Path) -> Any:
    networkx = import_module("networkx")

    match path.suffix:
        case ".graphml":
            return networkx.read_graphml(path)
        case ".gexf":
            return networkx.read_gexf(path)
        case ".json":
            document = json.loads(path.read_text(encoding="utf-8"))
            return networkx.node_link_graph(document, edges="links")
    graph = networkx.Graph()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            ends = row.pop("source"), row.pop("target")
            del row["source_label"], row["target_label"]
            graph.add_edge(*ends, **{name: float(cell) for name, cell in row.items() if cell})
    return graph


def read(paths: list[str]) -> Any:
    """Return kind, nodes, links and what the file says of itself, by path."""
    found = {}
    for path in paths:
        graph = _graph(Path(path))
        found[path] = {
            "kind": type(graph).__name__,
            "about": {k: v for k, v in graph.graph.items() if isinstance(v, str)},
            "nodes": {key: dict(said) for key, said in graph.nodes(data=True)},
            "links": [[*sorted((a, b)), dict(said)] for a, b, said in graph.edges(data=True)],
        }
    return found


def model(links: list[tuple[str, str]]) -> Any:
    """Return the probability of each link, p of each pair of rows, and pairs that differ."""
    numpy, bicm = import_module("numpy"), import_module("bicm")

    rows, columns = (sorted({link[side] for link in links}) for side in (0, 1))
    matrix = numpy.zeros((len(rows), len(columns)), dtype=int)
    for row, column in links:
        matrix[rows.index(row), columns.index(column)] = 1
    graph = bicm.BipartiteGraph(biadjacency=matrix)
    graph.solve_tool(tol=1e-10, print_error=False)
    likely = graph.get_bicm_matrix()
    graph.compute_projection(rows=True, approx_method="poibin", threads_num=2, alpha=0.05)
    pairs = {
        f"{rows[a]} {rows[b]}": float(p)
        for a, others in graph.rows_pvals.items()
        for b, p in others.items()
    }
    validated = [
        sorted((rows[a], rows[b]))
        for a, others in graph.projected_rows_adj_list.items()
        for b in others
    ]
    return {
        "likely": {
            f"{row} {column}": float(likely[i, j])
            for i, row in enumerate(rows)
            for j, column in enumerate(columns)
        },
        "p": pairs,
        "validated": sorted(map(list, {tuple(pair) for pair in validated})),
    }


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):  # bicm prints what it does
        made = read(sys.argv[2:]) if sys.argv[1] == "read" else model(json.load(sys.stdin))
    json.dump(made, sys.stdout)
