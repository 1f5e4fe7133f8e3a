"""The table of attacks: what is sent, and which statuses may come back, named as in the docs.

`docs/attacks.md` shows these tables; a test there holds both to be the same. A status of 0 is a
connection that was closed without any answer.
"""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote, urlencode

DIRECT = "application/sparql-query"
CARTESIAN = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
TWO, THREE = "?a ?b ?c . ?d ?e ?f", "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
DEEP = 20_000


def _nested(before: str, after: str, middle: str = "") -> str:
    return before * DEEP + middle + after * DEEP


NESTED = {
    "groups": f"SELECT * {_nested('{', '}')}",
    "parentheses": f"ASK {{ FILTER({_nested('(', ')', '1')}) }}",
    "lists": f"ASK {{ ?s ?p {_nested('(', ')', '1')} }}",
    "blank nodes": f"ASK {{ ?s ?p {_nested('[<x:p> ', ']', '1')[:60_000]} }}",
    "or": f"ASK {{ FILTER(1{'||1' * DEEP}) }}",
    "and": f"ASK {{ FILTER(1{'&&1' * DEEP}) }}",
    "not": f"ASK {{ FILTER({'!' * DEEP}1) }}",
    "minus": f"ASK {{ FILTER({'- ' * DEEP}1) }}",
    "sums": f"ASK {{ FILTER(1{'+1' * DEEP}) }}",
    "paths in parentheses": f"ASK {{ ?s {_nested('(', ')*', '<x:p>')} ?o }}",
    "inverse paths": f"ASK {{ ?s {'^' * DEEP}<x:p> ?o }}",
    "paths in a row": f"ASK {{ ?s a{'/a' * DEEP} ?o }}",
    "paths beside each other": f"ASK {{ ?s a{'|a' * DEEP} ?o }}",
    "subqueries": f"SELECT * {{ {'{SELECT * {' * 5000}{'}}' * 5000} }}",
    "not exists": f"ASK {{ {'FILTER NOT EXISTS {' * 3000}{'}' * 3000} }}",
    "optionals": f"ASK {{ {'OPTIONAL{' * 6000}{'}' * 6000} }}",
    "functions": f"ASK {{ FILTER({'STR(' * 12000}1{')' * 12000}) }}",
    "quoted triples": f"ASK {{ {'<< ' * 8000}<x:a> <x:b> <x:c>{' >>' * 8000} <x:b> <x:c> }}",
}
"""Each would end a process by its stack, if it came to the engine."""

ODD = {
    "nine hundred {": "SELECT * " + "{" * 900 + "}" * 900,
    "nine hundred (": "ASK { FILTER(" + "(" * 900 + "1" + ")" * 900 + ") }",
    "a row of !": "ASK { FILTER(" + "!" * 1900 + "true) }",
    "a row of ^": "SELECT * { ?s " + "^" * 1900 + "<x:p> ?o }",
    "a path in ( (": "SELECT * { ?s " + "(" * 900 + "<x:p>" + ")" * 900 + " ?o }",
    "blank nodes in each other": "SELECT * { ?s ?p " + "[ <x:p> " * 200 + "1" + "]" * 200 + " }",
    "lists in each other": "SELECT * { ?s ?p " + "(" * 900 + "1" + ")" * 900 + " }",
    "six hundred ||": "ASK { FILTER(1" + "||1" * 600 + ") }",
    "nine hundred +": "ASK { FILTER(1" + "+1" * 900 + " > 0) }",
    "repetitions in each other": "ASK { FILTER(REGEX('a', '((a{1,100}){1,100}){1,100}')) }",
    "230 UNION": "ASK { {} " + "UNION {}" * 230 + " }",
    "170 OPTIONAL": "ASK { " + "OPTIONAL {}" * 170 + " }",
    "EXISTS in EXISTS": "ASK { " + "FILTER EXISTS {" * 120 + "}" * 120 + "}",
    "three hundred steps": "SELECT * { ?s <x:a>" + "/<x:a>" * 300 + " ?o }",
    "COALESCE in COALESCE": "ASK { FILTER(" + "COALESCE(" * 190 + "1" + ")" * 190 + ") }",
    "open quoted triples": "ASK {" + "<<" * 900,
    "only {": "{" * 1999,
    "only quotes": '"' * 1999,
    "only <": "<" * 1999,
    "only backslashes": "\\" * 1999,
}
"""Short texts that nest, repeat or mean nothing; each is answered or refused."""

_NUMBERS = " ".join(map(str, range(8000)))


def _values(names: str, count: int) -> str:
    """Return a VALUES block of each variable with so many numbers."""
    return " ".join(f"VALUES ?{n} {{ {' '.join(map(str, range(count)))} }}" for n in names)


def _doubling(begin: str, letters: str, times: int) -> str:
    """Return a text that is so many times as long with each letter."""
    steps = (f"BIND(CONCAT({', '.join([f'?{a}'] * times)}) AS ?{b})" for a, b in pairwise(letters))
    return f"BIND('{begin}' AS ?{letters[0]}) {' '.join(steps)}"


GROWING = f"SELECT (STRLEN(?m) AS ?size) {{ {_doubling('x' * 64, 'abcdefghijklm', 5)} }}"
BOMBS = {
    "everything times everything": CARTESIAN,
    "a sorted product": f"SELECT * {{ {THREE} }} ORDER BY ?c ?f ?i",
    "a grouped product": f"SELECT ?c ?f (COUNT(*) AS ?n) {{ {THREE} }} GROUP BY ?c ?f",
    "a product made distinct": f"SELECT DISTINCT ?c ?f ?i {{ {THREE} }}",
    "a product without an answer": (
        f"ASK {{ {THREE} FILTER(STRLEN(CONCAT(STR(?c), STR(?f))) = 1) }}"
    ),
    "a product out of VALUES": (
        f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {_NUMBERS} }} ?b ?c ?d . ?e ?f ?g }}"
    ),
    "tables of numbers crossed": f"SELECT (COUNT(*) AS ?n) {{ {_values('abcdefgh', 40)} }}",
    "all texts joined to one": (
        f"SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?x) {{ {TWO} }}"
    ),
    "a text that grows": GROWING,
    "a regular expression with heavy backtracking": (
        f"ASK {{ {TWO} FILTER(REGEX(CONCAT(STR(?c), STR(?f)), '(a|aa)+(b+)+(c*)*!$', 'i')) }}"
    ),
    "a huge pattern": (
        f"ASK {{ ?a ?b ?c FILTER(REGEX(STR(?c), '{'(x{1,99}){1,99}' * 20}y')) {TWO} }}"
    ),
    "replacements": (
        f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {TWO}"
        " BIND(REPLACE(CONCAT(STR(?c), STR(?f)), '(.)', '$1$1$1$1') AS ?x) }"
    ),
    "paths from everywhere": "ASK { ?a (!<x:a>|^(!<x:a>))* ?b . ?b (!<x:a>)* ?c FILTER(?a = 1) }",
    "a path of paths": "SELECT (COUNT(*) AS ?n) { ?a ((!<x:a>)*/(!<x:b>)*)* ?b }",
    "a graph of a product": f"CONSTRUCT {{ ?a ?e ?i }} {{ {THREE} }}",
    "a description of everything": f"DESCRIBE * {{ {TWO} }}",
    "eight thousand unions": f"ASK {{ {{}}{'UNION{}' * 8000} }}",
    "not exists in not exists": (
        "ASK { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f FILTER NOT EXISTS"
        " { ?g ?h ?i FILTER(?i != ?c && ?f != ?i && ?a = 1) } FILTER(?f = 2) } }"
    ),
}
"""Each needs more time, rows or memory than there is, and ends with 413 or 503."""

REFUSED = {
    "one huge table": (f"SELECT * {{ {_values('ab', 9000)} }}", 413),
    "more rows than may be": ("SELECT * { ?s ?p ?o . ?t ?q ?s }", 413),
    "half a query": ("SELECT * { ?s ?p", 400),
    "an update": ("DELETE WHERE { ?s ?p ?o }", 403),
    "another endpoint": ("SELECT * { SERVICE <http://127.0.0.1:22/> { ?s ?p ?o } }", 403),
    "another endpoint, silently": (
        "SELECT * { SERVICE SILENT <http://169.254.169.254/x> { ?s ?p ?o } }",
        403,
    ),
    "a file": (f"SELECT * FROM <file:{'/' * 3}etc/passwd> {{ ?s ?p ?o }}", 200),
}
"""Queries that have one answer on every machine."""


@dataclass(frozen=True)
class Wire:
    """Bytes that are sent as they are, and what may come back, in this order if it is several."""

    content: bytes
    allowed: tuple[int, ...]
    answers: int = 1


def _head(*lines: str, method: str = "GET", path: str = "/healthz") -> bytes:
    first = (f"{method} {path} HTTP/1.1", "Host: localhost", *lines)
    return "\r\n".join((*first, "", "")).encode("latin-1")


def _post(body: bytes, *lines: str) -> bytes:
    return _head(f"Content-Type: {DIRECT}", *lines, method="POST", path="/sparql") + body


CLOSE = "Connection: close"
CHUNKED = "Transfer-Encoding: chunked"
_PLAIN, _GOOD = b"ASK {}", b"6\r\nASK {}\r\n0\r\n\r\n"
_ZIPPED = gzip.compress(_PLAIN)
_SMUGGLED = _head(path="/smuggled")
_LONG = 10_000_000
WIRE = {
    "a body with Expect": Wire(
        _post(_PLAIN, CLOSE, "Content-Length: 6", "Expect: 100-continue"), (200,)
    ),
    "a huge body announced with Expect": Wire(
        _post(b"", f"Content-Length: {_LONG}", "Expect: 100-continue"), (413,)
    ),
    "a compressed body": Wire(
        _post(_ZIPPED, CLOSE, "Content-Encoding: gzip", f"Content-Length: {len(_ZIPPED)}"), (415,)
    ),
    "a body that was announced only": Wire(
        _post(b"", "Content-Length: 9", "Expect: 100-continue"), (408,)
    ),
    "a body without a length": Wire(_post(_PLAIN, CLOSE), (400,)),
    "a body longer than it says": Wire(_post(_PLAIN, "Content-Length: 3"), (400,), 2),
    "a body shorter than it says": Wire(_post(_PLAIN, "Content-Length: 60"), (408,)),
    "a negative length": Wire(_post(_PLAIN, "Content-Length: -6"), (400,)),
    "a length with a sign": Wire(_post(_PLAIN, "Content-Length: +6"), (400,)),
    "a length beyond all numbers": Wire(_post(_PLAIN, f"Content-Length: {'9' * 40}"), (400,)),
    "two lengths": Wire(_post(_PLAIN, "Content-Length: 6", "Content-Length: 60"), (400,)),
    "a list of lengths": Wire(_post(_PLAIN, "Content-Length: 6, 6"), (400,)),
    "a length and chunks": Wire(_post(_GOOD + _SMUGGLED, "Content-Length: 6", CHUNKED), (200, 400)),
    "chunks and a length": Wire(_post(_GOOD + _SMUGGLED, CHUNKED, "Content-Length: 3"), (200, 400)),
    "a transfer encoding nobody knows": Wire(
        _post(_PLAIN, "Transfer-Encoding: xchunked", "Content-Length: 6"), (400,)
    ),
    "chunks that are not last": Wire(_post(_GOOD, f"{CHUNKED}, identity"), (400,)),
    "a space before the colon": Wire(_post(_GOOD, "Transfer-Encoding : chunked"), (400,)),
    "a chunk without a size": Wire(_post(b"ZZ\r\nASK {}\r\n0\r\n\r\n", CHUNKED), (400,)),
    "a chunk of any size": Wire(_post(b"F" * 17 + b"\r\nASK {}\r\n0\r\n\r\n", CHUNKED), (400,)),
    "a chunk that never ends": Wire(_post(b"6\r\nASK", CHUNKED), (408,)),
    "a huge body": Wire(_post(b"x" * _LONG, f"Content-Length: {_LONG}"), (413, 0)),
    "a huge body in many chunks": Wire(
        _post((b"10000\r\n" + b"x" * 65536 + b"\r\n") * 160 + b"0\r\n\r\n", CHUNKED), (413, 408, 0)
    ),
    "a huge body in one chunk": Wire(
        _post((b"%x\r\n" % _LONG) + b"x" * _LONG + b"\r\n0\r\n\r\n", CHUNKED), (413, 0)
    ),
    "a huge body where none belongs": Wire(
        _head(f"Content-Length: {_LONG}", method="PUT", path="/city/paris") + b"x" * _LONG, (405, 0)
    ),
    "a huge body of a GET": Wire(
        _head(CLOSE, f"Content-Length: {_LONG}") + b"x" * _LONG, (200, 413, 0)
    ),
    "a huge address": Wire(_head(path=f"/sparql?query={'x' * _LONG}"), (414, 431, 0)),
    "an address over its limit": Wire(_head(CLOSE, path=f"/{'x' * 9000}"), (414,)),
    "a huge header": Wire(_head(f"X-Much: {'x' * 2_000_000}"), (431, 0)),
    "ten thousand headers": Wire(_head(*(f"X-{n}: x" for n in range(10_000))), (431, 0)),
    "NUL in a header": Wire(_head(CLOSE, "X-Nul: a\0b"), (400,)),
    "a folded header": Wire(_head(CLOSE, "X-Folded: a\r\n b"), (400,)),
    "NUL in the address": Wire(_head(CLOSE, path="/practice/%00"), (404,)),
    "a raw NUL in the address": Wire(_head(CLOSE, path="/practice/\0"), (400,)),
    "a way out of the folder": Wire(
        _head(CLOSE, path="/static/..%2f..%2f..%2fetc%2fpasswd"), (404,)
    ),
    "bytes that are no UTF-8 in the path": Wire(_head(CLOSE, path="/practice/%ff%fe"), (404,)),
    "bytes that are no UTF-8 in a query": Wire(
        _head(CLOSE, path=f"/sparql?query={quote('ASK { ?s ?p ')}%ff }}"), (400,)
    ),
    "bytes that are no UTF-8 in a text": Wire(
        _head(CLOSE, path=f"/sparql?query={quote('ASK { BIND(')}%22%ff%22{quote(' AS ?x) }')}"),
        (400,),
    ),
    "no Host": Wire(b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", (400,)),
    "two Hosts": Wire(_head(CLOSE, "Host: evil.example"), (400,)),
    "no Host in HTTP/1.0": Wire(b"GET /healthz HTTP/1.0\r\n\r\n", (200,)),
    "bytes that are no UTF-8 in a body": Wire(
        _post(b"ASK {} #\xff", CLOSE, "Content-Length: 9"), (400,)
    ),
    "NUL in a body": Wire(_post(b"ASK {} \0#", CLOSE, "Content-Length: 9"), (400,)),
    "TRACE": Wire(_head(CLOSE, method="TRACE"), (405,)),
    "CONNECT": Wire(_head(CLOSE, method="CONNECT", path="example.org:443"), (404, 405)),
    "a method nobody knows": Wire(_head(CLOSE, method="NONSENSE"), (501,)),
    "a method that is none": Wire(_head(CLOSE, method="G@T"), (400,)),
    "another server's address": Wire(_head(CLOSE, path="http://evil.example/healthz"), (200,)),
    "a star": Wire(_head(CLOSE, method="OPTIONS", path="*"), (404,)),
    "fifty requests at once": Wire(_head() * 49 + _head(CLOSE), (200,), 50),
    "every byte": Wire(bytes(range(256)) * 100, (400, 0)),
    "the greeting of TLS": Wire(
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 500, (400,)
    ),
    "the greeting of HTTP/2": Wire(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 0)),
    "HTTP/0.9": Wire(b"GET /\r\n\r\n", (400,)),
    "an upgrade to HTTP/2": Wire(
        _head("Connection: Upgrade, HTTP2-Settings, close", "Upgrade: h2c", "HTTP2-Settings: AA"),
        (200,),
    ),
}


Begin = Callable[[socket.socket, int], None]
"""What one of many clients does at first; the number tells them apart."""


def begin_head(line: socket.socket, _: int) -> None:
    """Begin a request, and do not go on."""
    line.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nX-Slow: ")


def begin_body(line: socket.socket, _: int) -> None:
    """Begin a query, and do not go on."""
    line.sendall(_post(b"ASK {", "Content-Length: 100000"))


def _answers(line: socket.socket, number: int) -> None:
    text = quote(f"SELECT * {{ ?s ?p ?o }} LIMIT 900 #{number}")
    line.sendall(_head(path=f"/sparql?query={text}") * 20)


def _dumps(line: socket.socket, number: int) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.sendall(_head(path=f"/data/iccgraph.nq?n={number}") * 3)


def begin_bomb(line: socket.socket, number: int) -> None:
    """Ask a query without end, by GET or by POST."""
    text = f"{CARTESIAN} #{number}"
    if number % 2:
        line.sendall(_head(path=f"/sparql?{urlencode({'query': text})}"))
    else:
        line.sendall(_post(text.encode(), f"Content-Length: {len(text)}"))


def _nothing(line: socket.socket, number: int) -> None:
    """Say nothing at all."""


LINES: dict[str, tuple[int, Begin]] = {
    "a head that never ends": (100, begin_head),
    "a body that never ends": (60, begin_body),
    "answers that nobody reads": (30, _answers),
    "dumps that nobody reads": (50, _dumps),
    "lines that say nothing": (1100, _nothing),
    "bombs": (32, begin_bomb),
}
"""Each kind of client that keeps a line open: how many of it come at once, and how they begin."""
