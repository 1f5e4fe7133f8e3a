"""`/reconcile` on a live port: what clients send, what they get, and what no request breaks."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlencode, urljoin

import pytest

from iccgraph.settings import Settings
from tests.conftest import LiveServer
from tests.for_all import for_all
from tests.web.client import Answer, accept, ask, raw
from tests.web.processes import eventually

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def post(live: str, **fields: Any) -> Answer:
    """Send a form, with values that are no texts as JSON."""
    said = {n: v if isinstance(v, str) else json.dumps(v) for n, v in fields.items()}
    return ask(live, "reconcile", "POST", FORM, urlencode(said).encode())


def get(live: str, path: str = "", **fields: Any) -> Answer:
    """Ask with parameters in the address."""
    said = {n: v if isinstance(v, str) else json.dumps(v) for n, v in fields.items()}
    return ask(live, f"reconcile{path}?{urlencode(said)}")


def refused(answer: Answer, status: int) -> str:
    """Return why a request was refused, as every client may read it."""
    assert (answer.status, answer.type) == (status, "application/problem+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    return str(answer.json()["detail"])


def test_manifest(live: str) -> None:
    """The manifest names what there is, by whole addresses of this site."""
    manifest = ask(live, "reconcile").json()
    site = manifest["documentation"].removesuffix("reconcile")
    assert "0.2" in manifest["versions"]
    assert manifest["batchSize"] == Settings().reconcile_batch
    assert {t["id"] for t in manifest["defaultTypes"]} == {"city", "country", "topic", "practice"}
    assert manifest["view"]["url"] == f"{site}{{{{id}}}}"
    for what in ("entity", "type", "property"):
        assert manifest["suggest"][what]["service_url"] == f"{site}reconcile"
        assert "${id}" in manifest["suggest"][what]["flyout_service_path"]


def test_everything_in_the_manifest_answers(live: str) -> None:
    """Each address of the manifest can be followed as clients do."""
    manifest = ask(live, "reconcile").json()
    site = manifest["documentation"].removesuffix("reconcile")
    entity = quote("city/barcelona", safe="")
    addresses = [manifest[n]["url"].replace("{{id}}", entity) for n in ("view", "preview")]
    ids = {"entity": entity, "type": "city", "property": "country"}
    for what, name in ids.items():
        part = manifest["suggest"][what]
        addresses.append(f"{part['service_url']}{part['service_path']}?prefix=c")
        path = part["flyout_service_path"].replace("${id}", name)
        addresses.append(f"{part['flyout_service_url']}{path}")
    part = manifest["extend"]["propose_properties"]
    addresses.append(f"{part['service_url']}{part['service_path']}?type=city&limit=3")
    for address in addresses:
        answer = ask(live, address.removeprefix(site))
        assert answer.status == 200, address
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["etag"]


@pytest.mark.parametrize("send", [get, post])
def test_batch(live: str, send: Any) -> None:
    """A batch is answered key by key, by GET and by a form."""
    queries = {
        "q0": {"query": "Genf", "type": "city", "type_strict": "should", "limit": 3},
        "q1": {
            "query": "Cartagena",
            "type": ["city"],
            "properties": [{"pid": "country", "v": "ES"}],
        },
        "née": {"query": "nothing like it at all"},
    }
    answer = send(live, queries=queries)
    assert (answer.status, answer.type) == (200, "application/json")
    found = answer.json()
    assert list(found) == list(queries)
    best = found["q0"]["result"][0]
    assert (best["id"], best["match"], best["score"]) == ("city/geneva", True, 100)
    assert best["type"] == [{"id": "city", "name": "City"}]
    assert {f["id"]: f["value"] for f in found["q1"]["result"][0]["features"]}["country"] is True
    assert len(found["q0"]["result"]) <= 3
    assert not any(c["match"] for c in found["née"]["result"])


def test_type_guess(live: str) -> None:
    """OpenRefine’s guess of a type, ten names with a limit of 3, gets candidates with types."""
    names = ("Barcelona", "Bergen", "Bilbao", "Botkyrka", "Oslo", "Lisbon", "Paris", "Lublin")
    queries = {f"q{n}": {"query": name, "limit": 3} for n, name in enumerate(names)}
    for result in post(live, queries=queries).json().values():
        assert 1 <= len(result["result"]) <= 3
        assert result["result"][0]["type"][0]["id"] == "city"


@pytest.mark.parametrize("send", [get, post])
def test_single_query(live: str, send: Any) -> None:
    """One query, as a text or as an object, is answered with its result alone."""
    for query in ("Barcelona", {"query": "Barcelona", "type": "city", "limit": 1}):
        answer = send(live, query=query, type="city")
        assert answer.json()["result"][0]["id"] == "city/barcelona"
    assert send(live, query="Genève", country="ch").json()["result"][0]["match"] is True


def test_get_may_be_kept_and_post_not(live: str) -> None:
    """A GET has an ETag that answers 304; a POST is for its client alone."""
    answer = get(live, query="Oslo")
    assert answer.headers["cache-control"].startswith("public")
    again = ask(live, "reconcile?query=Oslo", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status == 304
    sent = post(live, query="Oslo")
    assert sent.headers["cache-control"] == "no-store"
    assert sent.json() == answer.json()


def test_jsonp(live: str) -> None:
    """A callback gets a script that calls it; nothing but a name is taken for one."""
    for path in ("reconcile", "reconcile?query=Oslo", "reconcile/suggest/entity?prefix=osl"):
        address = f"{path}{'&' if '?' in path else '?'}callback=jQuery31.cb_1"
        answer = ask(live, address, headers=accept("text/javascript, */*;q=0.1"))
        assert (answer.status, answer.type) == (200, "text/javascript")
        assert answer.headers["x-content-type-options"] == "nosniff"
        inside = re.fullmatch(r"/\*\*/jQuery31\.cb_1\((.*)\);", answer.text, re.DOTALL)
        assert inside is not None
        assert json.loads(inside[1]) == ask(live, path).json()
    for name in ("alert(1)", "a.b;c", "a b", "<script>", "é", "1a", "a.", "x" * 200, "a\n"):
        assert "callback" in refused(get(live, query="Oslo", callback=name), 400)


SENSELESS_BATCHES = [
    *("", "{", "[]", "null", '"a"', '{"q0": 1}', '{"q0": {}}', '{"q0": null}', "NaN"),
    *('{"q0": {"query": []}}', '{"q0": {"query": {"a": 1}}}', '{"q0": {"query": true}}'),
    *('{"q0": {"query": "a", "limit": -1}}', '{"q0": {"query": "a", "limit": "many"}}'),
    *('{"q0": {"query": "a", "limit": []}}', '{"q0": {"query": "a", "type": 3}}'),
    *('{"q0": {"query": "a", "type": [[]]}}', '{"q0": {"query": "a", "type_strict": []}}'),
    *('{"q0": {"query": "a", "type_strict": "none"}}', '{"q0": {"properties": []}}'),
    *('{"q0": {"query": "a", "properties": {}}}', '{"q0": {"query": "a", "properties": [1]}}'),
    '{"q0": {"query": "a", "properties": [{"pid": 3, "v": 1}]}}',
    '{"q0": {"query": "a", "properties": [{"pid": "country", "v": [[]]}]}}',
    '{"q0": {"query": "a", "properties": [{"pid": "country", "v": {"id": 3}}]}}',
    '{"q0": {"query": "a", "properties": [' + '{"pid": "x", "v": 1},' * 60 + "{}]}}",
    '{"q0": ' + "[" * 50_000 + "]" * 50_000 + "}",
    '{"q0": {"query": "a", "type": ' + '{"id":' * 900 + "1" + "}" * 900 + "}}",
]


def test_batches_that_make_no_sense(live: str) -> None:
    """A batch that cannot be understood is refused, and told why."""

    def fact(queries: str) -> None:
        assert refused(post(live, queries=queries), 400)

    for_all(SENSELESS_BATCHES, fact)


SENSELESS_EXTENSIONS = [
    *("", "{", "[]", "{}", '{"ids": "a", "properties": []}', '{"ids": [1], "properties": []}'),
    *('{"ids": []}', '{"ids": [], "properties": [1]}', '{"ids": [], "properties": [{}]}'),
]


def test_extensions_that_make_no_sense(live: str) -> None:
    """A request for values that cannot be understood is refused, and told why."""

    def fact(extend: str) -> None:
        assert refused(post(live, extend=extend), 400)

    for_all(SENSELESS_EXTENSIONS, fact)


def test_limits(live: str) -> None:
    """Too many queries, things or bytes are 413; as many as may be are all answered."""
    most = Settings().reconcile_batch
    many = {f"q{n}": {"query": "Barcelona"} for n in range(10_000)}
    assert f"{most:,}" in refused(post(live, queries=many), 413)
    ids = [f"city/{n}" for n in range(10_000)]
    assert f"{most:,}" in refused(
        post(live, extend={"ids": ids, "properties": [{"id": "key"}]}), 413
    )
    head = "POST /reconcile HTTP/1.1\r\nHost: here\r\nContent-Length: 50000000\r\n\r\n"
    assert raw(live, head.encode()).startswith(b"HTTP/1.1 413 ")
    full = {f"q{n}": {"query": f"Barselona {n}"} for n in range(most)}
    assert len(post(live, queries=full).json()) == most
    long = post(live, queries={"q0": {"query": "x" * 500_000}, "q1": {"query": "Oslo"}}).json()
    assert long["q0"] == {"result": []}
    assert long["q1"]["result"][0]["match"] is True


def test_limits_are_settings(
    real_settings: Settings, live: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The size of a batch is in the manifest, and one that takes too long is 503, not cut."""
    assert live
    log = tmp_path_factory.mktemp("log") / "serve.log"
    limits: dict[str, Any] = {"reconcile_seconds": 0.001, "reconcile_batch": 100}
    server = LiveServer(real_settings.releases_dir, log, **limits)
    try:
        assert ask(server.url, "reconcile").json()["batchSize"] == 100
        many = {f"q{n}": {"query": f"Some name with the number {n}"} for n in range(100)}
        late = post(server.url, queries=many)
        assert "fewer queries" in refused(late, 503)
        assert int(late.headers["retry-after"]) > 0
        one = {"q": {"query": "Oslo"}}
        assert eventually(lambda: post(server.url, queries=one).status == 200)
        assert "100" in refused(post(server.url, queries=many | {"one": {"query": "more"}}), 413)
    finally:
        server.stop()


def test_batches_wait_for_each_other(
    real_settings: Settings, live: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Few batches are worked on at a time; so many wait, and one more is told to come again."""
    assert live
    log = tmp_path_factory.mktemp("log") / "serve.log"
    server = LiveServer(real_settings.releases_dir, log, query_queue=1, reconcile_seconds=600)
    many = {f"q{n}": {"query": f"Barcelonna {n} beside the sea"} for n in range(1000)}
    try:
        post(server.url, queries={"q": {"query": "Oslo"}})  # reads the names
        with ThreadPoolExecutor(12) as pool:
            waiting = [pool.submit(post, server.url, queries=many) for _ in range(12)]
            assert ask(server.url, "city/bergen").status == 200
            answers = [answer.result() for answer in waiting]
        busy = [answer for answer in answers if answer.status != 200]
        assert 3 <= len(answers) - len(busy) < 12
        for answer in busy:
            assert "try again later" in refused(answer, 503)
            assert int(answer.headers["retry-after"]) > 0
        assert post(server.url, queries={"q": {"query": "Oslo"}}).status == 200
    finally:
        server.stop()


def test_other_requests_that_are_refused(live: str) -> None:
    """Other bodies, methods and numbers are refused with CORS; a preflight is answered."""
    kinds = {"Content-Type": "application/json"}
    assert refused(ask(live, "reconcile", "POST", kinds, b'{"query": "Oslo"}'), 415)
    kinds = {"Content-Type": f"{FORM['Content-Type']}; charset=utf-16"}
    assert refused(ask(live, "reconcile", "POST", kinds, "query=Oslo".encode("utf-16")), 415)
    assert refused(ask(live, "reconcile?query=%ff", "DELETE"), 405)
    for method in ("PUT", "DELETE", "PATCH"):
        assert refused(ask(live, "reconcile", method, body=b""), 405) is not None
    assert refused(ask(live, "reconcile/suggest/entity", "POST", FORM, b"prefix=a"), 405)
    assert refused(get(live, "/suggest/entity", prefix="a", limit="many"), 400)
    assert refused(get(live, "/preview", id="city/nowhere"), 404)
    assert refused(get(live, "/flyout/type", id="nothing"), 404)
    assert refused(get(live, "/flyout/property", id="nothing"), 404)
    assert refused(ask(live, "reconcile", "POST", FORM, b"&".join([b"a=1"] * 5000)), 400)
    asked = ask(live, "reconcile", "OPTIONS", {"Access-Control-Request-Method": "POST"})
    assert asked.status == 200
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert post(live, queries={}).json() == {}
    assert post(live, queries={"q": {"query": "Oslo", "properties": [{"pid": "x", "v": 1}]}})


def test_odd_bytes_are_no_error(live: str) -> None:
    """Controls and lone surrogates get an answer like any other."""
    for body in (
        b"queries=%7B%22q%22:%7B%22query%22:%22%5Cu0000%22%7D%7D",
        b"query=",
    ):
        assert ask(live, "reconcile", "POST", FORM, body).status == 200
    lone = ask(live, "reconcile", "POST", FORM, b'queries={"q":{"query":"\\ud800"}}')
    assert lone.status in (200, 400)


def test_suggest(live: str) -> None:
    """Suggestions begin with what was typed, in any language, and keep to a type."""

    def names(what: str = "entity", **fields: str) -> list[str]:
        return [one["id"] for one in get(live, f"/suggest/{what}", **fields).json()["result"]]

    assert "city/barcelona" in names(prefix="barc")
    assert names(prefix="lissab", type="city") == ["city/lisbon"]
    assert "city/lisbon" in names(prefix="Лисс")
    assert all(n.startswith("country/") for n in names(prefix="s", type="country"))
    assert names(prefix="") == []
    first = names(prefix="s", limit="3")
    assert len(first) == 3
    assert names(prefix="s", limit="2", cursor="1") == first[1:3]
    assert names("type", prefix="ci") == ["city"]
    assert len(names("type", prefix="")) == 6
    assert names(prefix="rpc", type="network") == ["network/rpci"]
    assert names(prefix="recommendation", type="guidance", limit="3")
    assert "country" in names("property", prefix="cou")
    assert names("property", prefix="zzz") == []


def test_extend(live: str) -> None:
    """Values come with their types; every row has every property, known or not."""
    asked: dict[str, Any] = {
        "ids": ["city/barcelona", "country/es", "city/nowhere"],
        "properties": [
            *({"id": "wikidata"}, {"id": "country"}, {"id": "lat"}, {"id": "unheard-of"}),
            {"id": "names", "settings": {"limit": "2"}},
        ],
    }
    answer = post(live, extend=asked).json()
    assert [m["id"] for m in answer["meta"]] == [p["id"] for p in asked["properties"]]
    assert answer["meta"][1]["type"] == {"id": "country", "name": "Country"}
    rows = answer["rows"]
    assert list(rows) == asked["ids"]
    assert all(list(row) == [p["id"] for p in asked["properties"]] for row in rows.values())
    assert rows["city/barcelona"]["wikidata"] == [{"str": "Q1492"}]
    assert rows["city/barcelona"]["country"] == [{"id": "country/es", "name": "Spain"}]
    assert isinstance(rows["city/barcelona"]["lat"][0]["float"], float)
    assert len(rows["city/barcelona"]["names"]) == 2
    assert set(map(str, rows["city/nowhere"].values())) == {"[]"}


def test_proposed_properties(live: str) -> None:
    """The properties of a type are proposed, with the type and the limit that were asked."""
    answer = get(live, "/properties", type="country").json()
    assert answer["type"] == "country"
    assert {"iso2", "wikidata"} <= {one["id"] for one in answer["properties"]}
    assert "population" not in {one["id"] for one in answer["properties"]}
    assert len(get(live, "/properties", type="city", limit="2").json()["properties"]) == 2


def test_preview_may_be_framed(live: str) -> None:
    """A preview is a small page that other sites may show; other pages are not."""
    answer = get(live, "/preview", id="city/barcelona")
    assert answer.type == "text/html"
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors" not in policy
    assert "script" not in answer.text
    assert "Q1492" in answer.text
    page = ask(live, "reconcile", headers=accept("text/html"))
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_types_and_properties_are_told_in_french(live: str) -> None:
    """A few lines about a type or property are in the language that is asked for."""
    for about, french in (("type", "Ville"), ("property", "pays")):
        name = {"type": "city", "property": "country"}[about]
        found = get(live, f"/flyout/{about}", id=name, lang="fr").json()["html"]
        assert french in found
        assert "place" not in found


def test_preview_of_a_network(live: str) -> None:
    """A network is shown by its kind, country and members, in the language that is asked for."""
    french = ask(live, "fr/reconcile/preview?id=network/rpci").text
    assert "Réseau national, Portugal" in french
    assert re.search(r"<dt>Membres</dt>\s*<dd>Albufeira\u202f; Amadora\u202f; Barcelos", french)
    assert re.search(r'<a href="http://localhost:\d+/fr/network/rpci"', french)
    bilbao = ask(live, "fr/reconcile/preview?id=city/bilbao")
    assert "Dernière évaluation" in bilbao.text
    flyout = get(live, "/flyout/entity", id="city/bilbao", lang="fr").json()
    assert "Dernière évaluation" in flyout["html"]
    for what, id_, text in (
        ("type", "network", "<h1>Réseau</h1>"),
        ("type", "topic", "un thème dont traitent des pratiques"),
        ("property", "name_fr", "<h1>nom en français</h1>"),
    ):
        assert text in get(live, f"/flyout/{what}", id=id_, lang="fr").json()["html"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_preview_is_in_one_language(live: str, language: str) -> None:
    """A preview is in the reader's language alone; so are its days, and the order of names."""
    practice, assessed = (
        ask(live, f"{language}/reconcile/preview?id={id_}").text
        for id_ in ("practice/district-mothers", "city/bilbao")
    )
    english = (
        "Trains migrant women",
        "Education; Neighbourhood; Welcoming newcomers",
        "December 2020",
    )
    french = (
        "Ce projet forme",
        "Accueil des nouveaux arrivants\u202f; Éducation\u202f; Quartier",
        "décembre 2020",
    )
    for text in english if language == "en" else french:
        assert text in practice + assessed
    for text in french if language == "en" else english:
        assert text not in practice + assessed


def test_page(live: str) -> None:
    """People get a form that works without JavaScript, its answer and the address to paste."""
    page = ask(live, "reconcile", headers=accept("text/html", Accept_Language="fr")).text
    address = ask(live, "reconcile").json()["documentation"]
    assert address in page
    assert '<html lang="fr">' in page
    found = ask(live, "reconcile?query=Genf&type=city&country=ch", headers=accept("text/html")).text
    assert "Geneva" in found
    assert urljoin("/", "city/geneva") in found
    hostile = quote('"><script>alert(1)</script>')
    spoilt = ask(live, f"reconcile?query={hostile}", headers=accept("text/html"))
    assert spoilt.status == 200
    assert "<script>alert" not in spoilt.text


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("reconcile?query=Bergen&query=Oslo", None, 400),
        ("reconcile?queries=%7B%7D&queries=%7B%7D", None, 400),
        ("reconcile?queries=%7B%7D", b"queries=%7B%7D", 400),
        ("reconcile?query=Bergen", b"query=Oslo", 400),
        ("reconcile", b"query=Bergen&quer%79=Oslo", 400),
        ("reconcile", b"query=%ff", 400),
        ("reconcile", b"query=\xff", 400),
        ("reconcile?query=%ff", None, 400),
        ("reconcile?a=1&a=2&query=Bergen", None, 200),
        ("reconcile?type=city", b"query=Bergen&type=practice", 200),
    ],
)
def test_parameters_that_are_given_twice(
    live: str, path: str, body: bytes | None, status: int
) -> None:
    """What may be there once is there once, in address and form together, and it is UTF-8."""
    form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
    assert ask(live, path, "GET" if body is None else "POST", form, body).status == status
