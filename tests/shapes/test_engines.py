"""The SHACL engine `shacl` gives the same verdict as pySHACL."""

from __future__ import annotations

from functools import cache

import shacl
from rdflib import Graph

from iccgraph.publish.pipeline import Built
from iccgraph.settings import Settings
from tests.shapes.examples import shapes
from tests.shapes.verdicts import (
    Verdict,
    agree_on_the_examples,
    agree_on_the_release,
    release,
    verdict,
)


@cache
def compiled() -> shacl.Shapes:
    """Return the shapes as `shacl` reads them."""
    return shacl.Shapes.from_text(shapes().serialize(format="turtle"))


def found_by_shacl(data: bytes) -> Verdict:
    """Return what `shacl` finds in N-Triples."""
    said = compiled().validate_text(data.decode(), format="ntriples").serialize("ntriples")
    return verdict(Graph().parse(data=said, format="nt"))


def test_examples() -> None:
    """`shacl` finds in each example of the shapes what pySHACL finds, and nothing else."""
    agree_on_the_examples(found_by_shacl)


def test_release(real_settings: Settings, built: Built) -> None:
    """`shacl` finds in the release what pySHACL finds, and nothing else."""
    agree_on_the_release(found_by_shacl, release(real_settings, built))
