"""Others agree with our networks: networkx reads every file, bicm finds the same probabilities."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.publish.statistics.counts import TopicCounts
from iccgraph.publish.statistics.networks import networks_of
from iccgraph.release.networks import CITY_CITY, ENDINGS, NETWORKS, TOPIC_TOPIC, file_name
from iccgraph.settings import Settings
from tests.for_all import for_all
from tests.peers.installed import networks_command

SCRIPT = Path(__file__).with_name("read_networks.py")
SECONDS = 300
Links = list[tuple[str, str]]


def run(arguments: list[str], given: str = "") -> Any:
    """Return what the script prints."""
    command = [*networks_command(), str(SCRIPT), *arguments]
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def release(built: Built, real_settings: Settings) -> Path:
    """Return the folder of the release of the real data."""
    return real_settings.releases_dir / built.name


@pytest.fixture
def links(release: Path) -> dict[str, Links]:
    """Return the links of cities and topics of the real data, by scheme."""
    with closing(sqlite3.connect(release / "search.sqlite")) as index:
        rows = index.execute("SELECT scheme, city, topic FROM city_topic").fetchall()
    found: dict[str, Links] = {}
    for scheme, city, topic in rows:
        found.setdefault(scheme, []).append((city, topic))
    return found


def planted() -> Links:
    """Return links at random in which three groups of cities work on topics of their own."""
    draw = random.Random(7)
    groups = {f"c{n:02}": n % 3 for n in range(36)}
    chances = {(0, 0): 0.95, (1, 1): 0.95, (2, 2): 0.95}
    return [
        (city, f"t{topic:02}")
        for city, group in groups.items()
        for topic in range(40)
        if draw.random() < chances.get((group, topic % 3), 0.02)
    ]


def held_against_bicm(links: Links) -> int:
    """Compare probabilities, p and the pairs that differ, on both sides; return how many do."""
    shared = dict.fromkeys(links, 1)
    ones = {end: 1 for link in links for end in link}
    ours = networks_of(TopicCounts("", shared, ones, ones, len(links)))
    differ = 0
    for network, seen in (
        (CITY_CITY, links),
        (TOPIC_TOPIC, [(topic, city) for city, topic in links]),
    ):
        theirs = run(["model"], json.dumps(seen))
        pairs, _ = ours.pairs[network]
        assert len(pairs) > 50

        def fact(pair: Any, theirs: Any = theirs) -> None:
            assert theirs["p"][f"{pair.source} {pair.target}"] == pytest.approx(pair.p, abs=1e-6)

        for_all(pairs, fact)
        own = sorted([pair.source, pair.target] for pair in pairs if pair.q <= 0.05)
        assert own == theirs["validated"]
        differ += len(own)
    return differ


@pytest.mark.parametrize("scheme", ["index", "website"])
def test_bicm_on_the_real_data(links: dict[str, Links], scheme: str) -> None:
    """On the data, bicm finds our p for every pair, and the same pairs that differ from chance."""
    held_against_bicm(links[scheme])


def test_bicm_on_planted_groups() -> None:
    """Where groups of cities do share topics, bicm and we find the same pairs of them."""
    assert held_against_bicm(planted()) > 20


def test_networkx_reads_every_file(built: Built, release: Path) -> None:
    """Networkx reads the same nodes and links from all four formats, and what the file says."""
    names = [
        (scheme, network, ending)
        for scheme in ("index", "website")
        for network in NETWORKS
        for ending in ENDINGS
    ]
    paths = {name: str(release / "dumps" / file_name(*name)) for name in names}
    found = run(["read", *paths.values()])

    def numbers(said: dict[str, Any]) -> dict[str, float]:
        return {name: float(value) for name, value in said.items() if name != "id"}

    def fact(name: tuple[str, str, str]) -> None:
        scheme, network, ending = name
        one, judge = found[paths[name]], found[paths[scheme, network, "json"]]
        assert one["kind"] == "Graph"
        assert one["nodes"].keys() == judge["nodes"].keys()
        own = {(a, b): numbers(said) for a, b, said in one["links"]}
        assert own == {(a, b): numbers(said) for a, b, said in judge["links"]}
        assert len(own) > 50
        if ending != "csv":
            some = next(iter(one["nodes"]))
            assert one["nodes"][some]["label"] == judge["nodes"][some]["label"]
        if ending in ("graphml", "json"):
            assert {"null_model", "release", "licence", "source"} <= one["about"].keys()
            assert built.manifest.content.date in one["about"]["release"]

    for_all(names, fact)
