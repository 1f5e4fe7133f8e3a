"""The examples in the docstrings of the Python interface print what stands below them."""

from __future__ import annotations

import doctest

import iccgraph
from iccgraph.research import opening


def test_examples(dataset: iccgraph.Dataset, live: str) -> None:
    """Each example of `iccgraph.open` and of the dataset runs as it is printed."""
    runner = doctest.DocTestRunner()
    names = {"iccgraph": _At(live), "dataset": dataset}
    ran = 0
    for example in doctest.DocTestFinder().find(opening, globs=names):
        ran += len(example.examples)
        said: list[str] = []
        runner.run(example, out=said.append)
        assert said == []
    assert ran > 15


class _At:
    """The package, whose function `open` knows where the site of the examples is."""

    def __init__(self, live: str) -> None:
        self.live = live

    def open(self, address: str) -> iccgraph.Dataset:
        """Open the site that the examples call that of this machine."""
        return iccgraph.open(address.replace("http://localhost:8000/", self.live))
