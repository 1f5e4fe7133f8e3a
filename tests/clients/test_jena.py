"""Apache Jena reads what we write without a warning, and is told what our store says."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from iccgraph.publish.pipeline import Built
from tests.clients.facts import PREFIXES, Facts, read_graph, read_rows
from tests.peers.installed import jena_command
from tests.web.client import ask

RIOT, REMOTE, LOCAL = "riotcmd.riot", "arq.rsparql", "arq.arq"
FORMATS = ("ttl", "nt", "jsonld", "rdf")
DOCUMENTS = (
    "city/barcelona",
    "practice/espai-avinyo",
    "country/es",
    "topic/education",
    "city-topic/barcelona/education",
    "practices",
    "topics",
    "def",
    "shapes",
    "catalogue",
    "validation",
)
DUMPS = ("iccgraph.nq", "iccgraph.nt", "iccgraph.ttl", "iccgraph.jsonld")
SELECT = "SELECT ?c ?l ?n { ?c a icc:City ; rdfs:label ?l OPTIONAL { ?c icc:population ?n } }"
CONSTRUCT = "CONSTRUCT { ?c rdfs:label ?l } WHERE { ?c a icc:City ; rdfs:label ?l }"


def jena(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Return what one of Jena's programs said."""
    command = [*jena_command(program), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def quiet(program: str, *words: str) -> str:
    """Return the output of one of Jena's programs, which has nothing to complain about."""
    done = jena(program, *words)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def counts(names: list[str]) -> dict[str, int]:
    """Return how many triples or quads riot counts in each file, by its name."""
    text = jena(RIOT, "--count", *names).stderr  # it takes this for a message
    found = re.findall(r"^(\S+)\s+: (?:Triples|Quads) = ([\d,]+)$", text, re.MULTILINE)
    return {Path(name).name: int(number.replace(",", "")) for name, number in found}


def complaints(names: list[str]) -> list[str]:
    """Return what riot says about files beyond that it reads each, its warnings and errors."""
    done = jena(RIOT, "--validate", *names)
    lines = done.stdout.splitlines()
    reading = [line for line in lines if re.search(r" INFO +riot +:: File: ", line)]
    assert len(reading) == (len(names) if len(names) > 1 else 0)
    return [line for line in lines if line not in reading] + done.stderr.splitlines()


def test_riot_warns(tmp_path: Path) -> None:
    """Riot does complain about a date that is none, so its silence means something."""
    file = tmp_path / "wrong.ttl"
    date = '"2026-13-45"^^<http://www.w3.org/2001/XMLSchema#date>'
    file.write_text(f"<http://example.org/a> <http://example.org/b> {date} .\n", encoding="utf-8")
    (complaint,) = complaints([str(file)])
    assert "2026-13-45" in complaint


def test_riot_reads_the_documents(live: str, tmp_path: Path) -> None:
    """Riot reads each document in each format, warns of nothing, and counts the same in all."""
    files = []
    for path in DOCUMENTS:
        for ending in FORMATS:
            answer = ask(live, f"{path}.{ending}")
            assert answer.status == 200
            files.append(tmp_path / f"{path.replace('/', '_')}.{ending}")
            files[-1].write_bytes(answer.body)
    names = [str(file) for file in files]
    assert complaints(names) == []
    found = counts(names)
    assert len(found) == len(DOCUMENTS) * len(FORMATS)
    for path in DOCUMENTS:
        numbers = {found[f"{path.replace('/', '_')}.{ending}"] for ending in FORMATS}
        assert len(numbers) == 1, (path, numbers)
        assert min(numbers) > 5


@pytest.mark.parametrize("ending", FORMATS)
def test_riot_reads_every_term(live: str, facts: Facts, tmp_path: Path, ending: str) -> None:
    """What riot reads in a city's document of each format is in our store, term by term."""
    file = tmp_path / f"document.{ending}"
    file.write_bytes(ask(live, f"city/barcelona.{ending}").body)
    triples = read_graph(quiet(RIOT, "--output=nt", str(file)))
    city = "<https://w3id.org/iccgraph/id/city/barcelona>"
    wanted = facts.graph(f"CONSTRUCT {{ {city} ?p ?o }} WHERE {{ {city} ?p ?o }}")
    assert wanted <= triples <= facts.document("city/barcelona")


def test_riot_reads_the_dumps(dumps: Path, built: Built) -> None:
    """Riot reads all dumps, warns of nothing, and counts what the manifest says."""
    names = [str(dumps / name) for name in DUMPS]
    assert complaints(names) == []
    triples = built.manifest.content.counts["triples"]
    assert counts(names) == dict.fromkeys(DUMPS, triples)


@pytest.mark.parametrize("kind", ["city/barcelona", "topic/education"])
def test_riot_follows_a_thing(own: tuple[str, Facts], kind: str) -> None:
    """Given the IRI of a thing, riot is led to its document and reads it."""
    site, facts = own
    thing = f"{site}id/{kind}"
    triples = read_graph(quiet(RIOT, "--output=nt", thing))
    wanted = facts.graph(f"CONSTRUCT {{ <{thing}> ?p ?o }} WHERE {{ <{thing}> ?p ?o }}")
    assert wanted <= triples


@pytest.mark.parametrize("way", ["by GET", "by POST"])
def test_select(live: str, facts: Facts, way: str) -> None:
    """A SELECT through Jena has the rows of our store."""
    query = PREFIXES + SELECT
    post = ["--post"] if way == "by POST" else []
    text = quiet(REMOTE, f"--service={live}sparql", *post, "--results=JSON", query)
    assert read_rows(text) == facts.rows(query)


@pytest.mark.parametrize("kind", ["icc:City", "icc:NoSuchThing"])
def test_ask(live: str, facts: Facts, kind: str) -> None:
    """An ASK through Jena is true for what is there, and false for what is not."""
    query = f"{PREFIXES} ASK {{ ?s a {kind} }}"
    said = json.loads(quiet(REMOTE, f"--service={live}sparql", "--results=JSON", query))
    assert said["boolean"] is facts.true(query) is (kind == "icc:City")


def test_construct(live: str, facts: Facts) -> None:
    """A CONSTRUCT through Jena has the triples of our store."""
    query = PREFIXES + CONSTRUCT
    text = quiet(REMOTE, f"--service={live}sparql", "--results=NT", query)
    assert read_graph(text) == facts.graph(query)


def test_federation_to_us(live: str, facts: Facts, dumps: Path) -> None:
    """A query over a local file that asks us with SERVICE has the rows of our store."""
    remote = f"SERVICE <{live}sparql> {{ ?p icc:city ?c ; a icc:Practice }}"
    local = "?c icc:country ?k . ?k icc:iso3 'ESP'"
    query = f"{PREFIXES} SELECT ?p ?c {{ {local} . {remote} }}"
    words = [f"--data={dumps / 'iccgraph.ttl'}", "--results=JSON", query]
    wanted = f"{PREFIXES} SELECT ?p ?c {{ {local} . ?p icc:city ?c ; a icc:Practice }}"
    assert read_rows(quiet(LOCAL, *words)) == facts.rows(wanted)


def test_error_is_told(live: str) -> None:
    """A query that is refused ends Jena with our status."""
    query = "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
    done = jena(REMOTE, f"--service={live}sparql", query)
    assert done.returncode != 0
    assert "403" in done.stderr
