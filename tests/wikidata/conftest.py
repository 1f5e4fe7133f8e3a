"""What the tests of linking are given: a stand-in for Wikidata, and settings that wait briefly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from iccgraph.settings import Settings
from tests.unit.support import small_sources
from tests.wikidata.standin import StandIn, serving

CONTACT = "test@example.org"


@pytest.fixture
def wikidata() -> Iterator[StandIn]:
    """Run a stand-in for Wikidata."""
    with serving() as known:
        yield known


@pytest.fixture
def settings(wikidata: StandIn, tmp_path: Path) -> Settings:
    """Return settings over a copy of four practices' sources, which ask the stand-in."""
    return replace(
        small_sources(tmp_path / "sources"),
        wikidata_api=wikidata.url,
        wikidata_contact=CONTACT,
        wikidata_cache=tmp_path / "answers.sqlite",
        wikidata_timeout=60.0,
        wikidata_wait=0.01,
        wikidata_wait_most=1.5,
    )
