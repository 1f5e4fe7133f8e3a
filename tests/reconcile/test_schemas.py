"""Every kind of answer of `/reconcile`, over the real data, against the specification’s rules."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from jsonschema import Draft202012Validator

from iccgraph.serve.reconcile.entities import KINDS
from iccgraph.serve.reconcile.properties import PROPERTIES
from iccgraph.serve.reconcile.service import Reconciler
from tests.reconcile import schemas
from tests.web.client import ask

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def check(value: Any, schema: schemas.Schema) -> None:
    """Fail with the first places where a value is not as the schema has it."""
    Draft202012Validator.check_schema(schema)
    errors = list(Draft202012Validator(schema).iter_errors(value))
    assert [f"{e.json_path}: {e.message[:200]}" for e in errors[:5]] == []


def post(live: str, **fields: Any) -> Any:
    """Return the answer to a form."""
    body = urlencode({name: json.dumps(value) for name, value in fields.items()}).encode()
    answer = ask(live, "reconcile", "POST", FORM, body)
    assert answer.status == 200, answer.text
    return answer.json()


def test_manifest(live: str) -> None:
    """The manifest has what version 0.2 asks for, by whole addresses."""
    check(ask(live, "reconcile").json(), schemas.MANIFEST)


def test_candidates(live: str, reconciler: Reconciler) -> None:
    """The candidates of every label that there is are written as the specification says."""
    labels = [entity.label for entity in reconciler.catalogue.held.values()]
    assert len(labels) > 400
    for start in range(0, len(labels), 200):
        part = labels[start : start + 200]
        queries = {f"q{n}": {"query": label, "limit": 5} for n, label in enumerate(part)}
        answer = post(live, queries=queries)
        check(answer, schemas.RESULTS)
        assert all(found["result"] for found in answer.values())
    check(ask(live, "reconcile?query=Oslo").json(), schemas.RESULT)


@pytest.mark.parametrize("kind", KINDS)
def test_values(live: str, reconciler: Reconciler, kind: str) -> None:
    """The values of all properties of all things are written as the specification says."""
    ids = [entity.id for entity in reconciler.catalogue.held.values() if entity.kind == kind]
    proposed = ask(live, f"reconcile/properties?type={kind}").json()
    check(proposed, schemas.PROPOSED)
    wanted = [{"id": one["id"]} for one in proposed["properties"]]
    filled: set[str] = set()
    for start in range(0, len(ids), 200):
        asked = {"ids": ids[start : start + 200], "properties": wanted}
        answer = post(live, extend=asked)
        check(answer, schemas.EXTENSION)
        filled |= {n for row in answer["rows"].values() for n, found in row.items() if found}
    # no topic has an accepted item yet, and documents have one title, none of them French
    without = {"topic": {"wikidata"}, "guidance": {"name_fr"}}.get(kind, set())
    assert filled | without == {one["id"] for one in wanted}


def test_suggestions(live: str) -> None:
    """What is completed, proposed or shown in short is written as the specification says."""
    for what, schema in schemas.SUGGESTED.items():
        for prefix in ("c", "ba", "éd", ""):
            answer = ask(live, f"reconcile/suggest/{what}?{urlencode({'prefix': prefix})}")
            check(answer.json(), schema)
        assert ask(live, f"reconcile/suggest/{what}?prefix=c").json()["result"]
    names = {"entity": "topic/education", "type": "practice", "property": "wikidata"}
    for what, name in names.items():
        check(ask(live, f"reconcile/flyout/{what}?id={name}").json(), schemas.FLYOUT)


def test_every_property_can_be_asked_for() -> None:
    """Each property is of some kind, and no two have one identifier."""
    assert all(item.kinds and item.id == name for name, item in PROPERTIES.items())


@pytest.mark.parametrize(
    "spoilt",
    [
        {"q": {"result": [{"id": "a", "name": "b", "score": 1, "match": True}]}},
        {"q": {"result": {}}},
        {"q": []},
        [],
    ],
)
def test_the_rules_refuse(spoilt: Any) -> None:
    """The rules find what is wrong: a candidate without type, a result that is no list."""
    assert not Draft202012Validator(schemas.RESULTS).is_valid(spoilt)
