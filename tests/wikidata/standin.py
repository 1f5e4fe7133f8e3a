"""A real HTTP server that answers in the shapes of Wikidata's API, with faults when asked for.

Reads: entities.json, and traps.json for the second list of traps: facts in short, which the server
writes out as Wikibase does.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

HERE = Path(__file__).parent
WIKIS = [f"w{number}" for number in range(400)]
ITEM_PROPERTIES = ("P17", "P31", "P279")
Facts = dict[str, Any]


def load_facts() -> dict[str, Facts]:
    """Return the facts about every item of the stand-in."""
    facts: dict[str, Facts] = {}
    for name in ("entities.json", "traps.json"):
        facts |= json.loads((HERE / name).read_text(encoding="utf-8"))
    return facts


def snak(name: str, value: Any) -> Facts:
    """Return one snak as Wikibase writes it; somevalue and novalue have no datavalue."""
    if value in ("somevalue", "novalue"):
        return {"snaktype": value, "property": name, "hash": "0", "datatype": "string"}
    data: Facts = {"value": value, "type": "string"}
    if name in ITEM_PROPERTIES:
        entity = {"entity-type": "item", "numeric-id": int(value[1:]), "id": value}
        data = {"value": entity, "type": "wikibase-entityid"}
    elif name == "P625":
        globe = "Q405" if value == "moon" else "Q2"
        lat, lon = (0.0, 0.0) if value == "moon" else value
        place = {"latitude": lat, "longitude": lon, "altitude": None, "precision": 0.001}
        place["globe"] = f"http://www.wikidata.org/entity/{globe}"
        data = {"value": place, "type": "globecoordinate"}
    elif name in ("P576", "P582", "P585"):
        parts = [*value.split("-"), "00", "00"][:3]
        when = {"time": f"+{'-'.join(parts)}T00:00:00Z", "timezone": 0, "before": 0, "after": 0}
        when |= {"precision": 9 + value.count("-"), "calendarmodel": "…/Q1985727"}
        data = {"value": when, "type": "time"}
    elif name == "P1082":
        data = {"value": {"amount": f"+{value}", "unit": "1"}, "type": "quantity"}
    return {"snaktype": "value", "property": name, "hash": "0", "datavalue": data}


def statement(name: str, fact: Any) -> Facts:
    """Return a statement; a fact is a value, or value, rank, end and date in a list."""
    parts = fact if isinstance(fact, list) and name != "P625" else [fact]
    value, rank, ended, at = [*parts, *[None] * 4][:4]
    claim: Facts = {"mainsnak": snak(name, value), "type": "statement", "id": "Q0$0"}
    claim["rank"] = rank or "normal"
    qualifiers = {p: [snak(p, v)] for p, v in (("P582", ended), ("P585", at)) if v}
    return claim | ({"qualifiers": qualifiers} if qualifiers else {})


def entity(number: str, facts: Facts) -> Facts:
    """Return an item as `wbgetentities` gives it; empty maps are empty lists, as PHP has them."""
    if facts.get("missing"):
        return {"id": number, "missing": ""}
    labels = facts.get("labels", {})
    sites = [*WIKIS[: facts.get("wikis", 0)], *facts.get("bots", [])]
    return {
        "type": "item",
        "id": number,
        "lastrevid": 1000 + len(number),
        "modified": "2026-11-01T00:00:00Z",
        "labels": {k: {"language": k, "value": v} for k, v in labels.items()} or [],
        "descriptions": {
            k: {"language": k, "value": v} for k, v in facts.get("descriptions", {}).items()
        }
        or [],
        "aliases": {
            k: [{"language": k, "value": v} for v in values]
            for k, values in facts.get("aliases", {}).items()
        }
        or [],
        "claims": {
            name: [statement(name, fact) for fact in found]
            for name, found in facts.items()
            if re.fullmatch(r"P[0-9]+", name)
        }
        or [],
        "sitelinks": {
            f"{s}wiki": {"site": f"{s}wiki", "title": number, "badges": []} for s in sites
        }
        or [],
    }


Fault = Callable[["Handler"], None]


class StandIn:
    """What the server knows, what it was asked, and what is to go wrong next."""

    def __init__(self) -> None:
        """Begin with all facts and no fault."""
        self.facts = load_facts()
        self.requests: list[dict[str, str]] = []
        self.headers: list[Mapping[str, str]] = []
        self.faults: list[Fault] = []
        self.always: Fault | None = None
        self.together = self.most_together = 0
        self.lock = threading.Lock()
        self.url = ""

    def names(self, number: str, language: str = "") -> list[str]:
        """Return the labels and aliases of an item, in one language or all."""
        facts = self.facts[number]
        labels = {k: [v] for k, v in facts.get("labels", {}).items()}
        found: list[str] = []
        for part in (labels, facts.get("aliases", {})):
            for code, values in part.items():
                if not language or code in (language, "mul", "en"):
                    found += values
        return found

    def answer(self, query: Mapping[str, str]) -> Facts:
        """Return what Wikidata would answer."""
        if query["action"] == "wbsearchentities":
            return self._by_name(query)
        if query["action"] == "query":
            return self._by_words(query)
        return self._entities(query)

    def _by_name(self, query: Mapping[str, str]) -> Facts:
        text = query["search"].lower()
        hits = [
            number
            for number in self.facts
            if "hidden" not in self.facts[number]
            and any(n.lower().startswith(text) for n in self.names(number, query["language"]))
        ]
        found: list[Facts] = []
        for number in hits[: int(query["limit"])]:
            hit: Facts = {"id": number, "title": number, "pageid": 1, "repository": "wikidata"}
            hit |= {"display": {}, "match": {"type": "label", "text": query["search"]}}
            label = self.facts[number].get("labels", {}).get("en")
            found.append(hit | ({"label": label} if label else {}))
        return {"searchinfo": {"search": query["search"]}, "search": found, "success": 1}

    def _by_words(self, query: Mapping[str, str]) -> Facts:
        words = query["srsearch"]
        phrase = re.search(r'"([^"]*)"', words)
        filters = re.findall(r"haswbstatement:(P[0-9]+)=(\S+)", words)
        found = []
        for number, facts in self.facts.items():
            if {"redirect", "missing", "hidden"} & facts.keys():
                continue
            text = " | ".join(self.names(number)).lower()
            if phrase is not None and phrase[1].lower() not in text:
                continue
            if all(self._states(facts, name, value) for name, value in filters):
                found.append({"ns": 0, "title": number, "pageid": 1})
        hits = found[: int(query["srlimit"])]
        info = {"totalhits": len(found)}
        return {"batchcomplete": "", "query": {"searchinfo": info, "search": hits}}

    @staticmethod
    def _states(facts: Facts, name: str, value: str) -> bool:
        best = [fact[0] if isinstance(fact, list) else fact for fact in facts.get(name, [])]
        return value in best

    def _entities(self, query: Mapping[str, str]) -> Facts:
        numbers = query["ids"].split("|")
        assert len(numbers) <= 50, "Wikidata takes no more than 50 at once"
        assert len(query["languages"].split("|")) <= 50, "nor more than 50 languages"
        entities: Facts = {}
        for number in numbers:
            facts = self.facts.get(number)
            if facts is None or facts.get("missing"):
                entities[number] = {"id": number, "missing": ""}
            elif "redirect" in facts:
                target = facts["redirect"]
                moved = {"from": number, "to": target}
                entities[number] = entity(target, self.facts[target]) | {"redirects": moved}
            else:
                entities[number] = entity(number, facts)
        return {"entities": entities, "success": 1}


class Handler(BaseHTTPRequestHandler):
    """One request; a fault takes the place of the answer."""

    stand_in: StandIn
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer as told."""
        known = self.stand_in
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        with known.lock:
            known.requests.append(query)
            known.headers.append(dict(self.headers))
            known.together += 1
            known.most_together = max(known.most_together, known.together)
            fault = known.faults.pop(0) if known.faults else known.always
        try:
            if fault is not None:
                fault(self)
            else:
                self.send(json.dumps(known.answer(query)).encode())
        finally:
            with known.lock:
                known.together -= 1

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Send a whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A server that says nothing when a client goes away before it has read everything."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell only what is not the client's doing."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving() -> Iterator[StandIn]:
    """Run the stand-in on a free port of the loopback address."""
    known = StandIn()
    handler = type("BoundHandler", (Handler,), {"stand_in": known})
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    known.url = f"http://127.0.0.1:{server.server_address[1]}/w/api.php"
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
