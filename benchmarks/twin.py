"""Whether two servers of one release answer every request alike, old code beside new code.

Run: `python -m benchmarks.twin OLD_SITE NEW_SITE [--limit N] [--out FILE.json]`, both started with
the same releases folder and the same `--site-url`. Sends each request of `benchmarks.twin_cases` to
one and to the other, and compares status, headers and the bytes of bodies, these after gzip.
`--name` is a thing that the release withdrew or renamed, such as `practice/old-key`; `--endpoint`
is the IRI of another endpoint of the servers' list, which is then asked by SERVICE.
Left out of account: Date, Server, the request's id, the servers' own addresses, the figures of
/metrics, the time and place of static files, the order of headers and of methods in Allow, and the
labels of blank nodes, which each process makes up anew.
Prints what differs in groups, the largest first, and how many requests got which status.
Exit status: 0 if they are alike, 1 if they are not, 2 if they cannot be compared.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from benchmarks.twin_cases import KINDS, Case, all_cases
from benchmarks.twin_site import Response, Site

EXAMPLES: Final = 3
"""So many requests of a group are printed."""
CHANGES: Final = 6
"""So many different changes of one thing are groups of their own; more are one group."""
SAMPLE: Final = 15
"""One of so many things of a kind is asked for."""
OTHER_BYTES: Final = "other bytes"
SAME_GRAPH: Final = "the same graph, written otherwise"
_GRAPHS: Final = {
    "text/turtle": RdfFormat.TURTLE,
    "application/x-turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
_GRAPHS_BY_ANOTHER_NAME: Final = {
    ("text/plain", b"<http"): RdfFormat.N_TRIPLES,
    ("application/xml", b"<rdf:RDF"): RdfFormat.RDF_XML,
    ("text/xml", b"<rdf:RDF"): RdfFormat.RDF_XML,
    ("application/json", b'"@context"'): RdfFormat.JSON_LD,
}
"""Formats by what the media type and the beginning of the body are."""
_LABEL: Final = re.compile(rb"(?<![0-9A-Za-z])[0-9a-f]{24,32}(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: what, in what way it changed, and what each site said."""

    what: str
    change: str
    old: str
    new: str


def differences(old: Response, new: Response) -> Iterator[Difference]:
    """Yield what differs; where the statuses do, nothing else is looked at."""
    if old.status != new.status:
        change = f"{old.status} -> {new.status}"
        yield Difference(f"status {change}", "", _shown(old.body), _shown(new.body))
        return
    for name in sorted(old.headers.keys() | new.headers.keys()):
        was, is_ = old.headers.get(name, "(none)"), new.headers.get(name, "(none)")
        follows = name == "content-length" and old.body != new.body
        if was != is_ and not follows:
            yield Difference(f"header {name.title()}", _change(name, was, is_), was, is_)
    if old.body != new.body and not only_labels(old, new):
        found = verdict(old, new)
        what = f"body {old.media_type or 'of no type'}: {found}"
        change = _changed_line(old.body, new.body) if found == OTHER_BYTES else ""
        yield Difference(what, change, *_around(old.body, new.body))


def _change(name: str, was: str, is_: str) -> str:
    """Return what changed in a header, without what is peculiar to one address."""
    old, new = (_general(name, value) for value in (was, is_))
    return f"another value like {old}" if old == new else f"{old} -> {new}"


def _general(name: str, value: str) -> str:
    if name == "etag":
        return re.sub(r"[0-9a-zA-Z]{12,}", "…", value)
    if name in ("content-length", "content-range", "retry-after"):
        return re.sub(r"\d+", "N", value)
    return re.sub(r"<[^>]*>", "<…>", value) if name == "link" else value


def only_labels(old: Response, new: Response) -> bool:
    """Return whether bodies differ in nothing but labels of blank nodes, and what these order."""
    lines = []
    for body in (old.body, new.body):
        masked, found = _LABEL.subn(b"LABEL", body)
        if not found:
            return False
        lines.append(sorted(line.rstrip(b",") for line in masked.splitlines()))
    form = form_of(old)
    return lines[0] == lines[1] and (form is None or _as_graphs(old, new, form) == SAME_GRAPH)


def verdict(old: Response, new: Response) -> str:
    """Return in what way two bodies differ: as graphs, as JSON, or just as bytes."""
    if old.media_type != new.media_type:
        return "other bytes of another type"
    found = []
    if form := form_of(old):
        found.append(_as_graphs(old, new, form))
    if old.media_type.endswith("json"):
        found.append(_as_json(old.body, new.body))
    if not found and sorted(old.body.splitlines()) == sorted(new.body.splitlines()):
        found.append("the same lines in another order")
    return ", ".join(found) or OTHER_BYTES


def form_of(response: Response) -> RdfFormat | None:
    """Return the format of a body that is a graph, whatever its media type calls it."""
    if form := _GRAPHS.get(response.media_type):
        return form
    for (media_type, mark), form in _GRAPHS_BY_ANOTHER_NAME.items():
        if media_type == response.media_type and mark in response.body[:200]:
            return form
    return None


def _as_graphs(old: Response, new: Response, form: RdfFormat) -> str:
    found = []
    for response in (old, new):
        try:
            graph = Dataset(parse(response.body, format=form, base_iri="http://SITE/"))
        except (SyntaxError, ValueError):
            return "not readable as RDF"
        graph.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
        found.append(graph)
    return SAME_GRAPH if found[0] == found[1] else "another graph"


def _as_json(old: bytes, new: bytes) -> str:
    try:
        was, is_ = json.loads(old), json.loads(new)
    except ValueError:
        return "not readable as JSON"
    if was == is_:
        return "equal as JSON"
    if not (isinstance(was, dict) and isinstance(is_, dict)):
        return "other JSON"
    names = sorted(n for n in was.keys() | is_.keys() if was.get(n) != is_.get(n))
    return f"other JSON at {', '.join(names[:5])}{' …' if len(names) > 5 else ''}"


def _around(old: bytes, new: bytes) -> tuple[str, str]:
    """Return the parts of two bodies where they begin to differ."""
    pairs = enumerate(zip(old, new, strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(len(old), len(new)))
    start = max(0, at - 40)
    return f"@{at} {_shown(old[start:])}", f"@{at} {_shown(new[start:])}"


def _changed_line(old: bytes, new: bytes) -> str:
    """Return the first lines that differ."""
    lines = [body.splitlines() for body in (old, new)]
    for was, is_ in zip(*lines, strict=False):
        if was != is_:
            return " -> ".join(repr(_shown(line.strip())[:60]) for line in (was, is_))
    return "one goes on where the other ends"


def _shown(body: bytes) -> str:
    return body[:240].decode("utf-8", "replace")


@dataclass(slots=True)
class Tally:
    """What came of all requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    different: int = 0
    relabelled: int = 0
    found: list[tuple[Case, Difference]] = field(default_factory=list)

    def add(self, case: Case, old: Response, new: Response) -> None:
        """Count one request and keep what differs."""
        self.statuses[old.status] += 1
        several = [(case, difference) for difference in differences(old, new)]
        self.different += bool(several)
        self.relabelled += old.body != new.body and not several
        self.found += several

    def groups(self) -> list[tuple[str, list[tuple[Case, Difference]]]]:
        """Return what differs by kind, the commonest first."""
        changes: dict[str, set[str]] = {}
        for _, one in self.found:
            changes.setdefault(one.what, set()).add(one.change)
        groups: dict[str, list[tuple[Case, Difference]]] = {}
        for case, one in self.found:
            many = len(changes[one.what])
            change = one.change if many <= CHANGES else f"{many} different changes"
            group = f"{one.what}: {change}" if change else one.what
            groups.setdefault(group, []).append((case, one))
        return sorted(groups.items(), key=lambda group: -len(group[1]))


def compare(old: Site, new: Site, cases: Sequence[Case], progress: Callable[[int], None]) -> Tally:
    """Send every request to both sites, one after the other, and return what came of it."""
    tally = Tally()
    for number, case in enumerate(cases):
        answers = [site.ask(case) for site in (old, new)]
        lengths = {answer.headers.get("content-length") for answer in answers}
        if case.method == "HEAD" and len(lengths) > 1:
            whole = [site.ask(replace(case, method="GET")) for site in (old, new)]
            if whole[0].body != whole[1].body and only_labels(whole[0], whole[1]):
                for answer in answers:
                    answer.headers.pop("content-length", None)
        tally.add(case, answers[0], answers[1])
        progress(number + 1)
    return tally


def release_of(site: Site) -> str:
    """Return the name of the release that a site serves.

    Raises: ValueError if it serves none.
    """
    found = site.ask(Case("GET", "/readyz"))
    if found.status != 200:
        status = found.status or "nothing"
        raise ValueError(f"{site.address}: /readyz answers {status}, expected 200; start it first")
    return found.body.decode().strip()


def sample(site: Site) -> list[str]:
    """Return the paths of some things of every kind that a site has."""
    paths = []
    for collection, kind in KINDS.items():
        table = site.ask(Case("GET", f"/{collection}.csv?size=1000")).body.decode()
        keys = [row["key"] for row in csv.DictReader(io.StringIO(table, newline=""))]
        paths += [f"{kind}/{key}" for key in keys[::SAMPLE]]
    return paths


def written(case: Case, length: int = 160) -> str:
    """Return a request in one line, its parts cut to a length."""
    headers = " ".join(f"[{name}: {value[:length]}]" for name, value in case.headers)
    body = "" if not case.body else f" {case.body[:length]!r}"
    return f"{case.method} {case.path[:length]} {headers}{body}".rstrip()


def examples(members: Sequence[tuple[Case, Difference]]) -> list[tuple[Case, Difference]]:
    """Return some members of a group, as unlike each other as there are."""
    firsts = {one.change: (case, one) for case, one in reversed(members)}
    unlike = list(reversed(firsts.values()))
    return unlike[:CHANGES] if len(unlike) > 1 else list(members[:EXAMPLES])


def report(tally: Tally) -> None:
    """Print the groups, each with some requests, then the counts."""
    for group, members in tally.groups():
        print(f"{len(members):>6}  {group}")
        shown: set[str] = set()
        for case, one in examples(members):
            print(f"          {written(case)}")
            if one.change not in shown:
                print(f"            old {one.old[:160]!r}\n            new {one.new[:160]!r}")
            shown.add(one.change)
    counts = ", ".join(f"{status}: {n:,}" for status, n in sorted(tally.statuses.items()))
    print(f"statuses of the old site: {counts}")
    print(f"alike but for labels of blank nodes: {tally.relabelled:,}")
    print(f"requests: {tally.statuses.total():,}; answered differently: {tally.different:,}")


def save(path: Path, tally: Tally) -> None:
    """Write every difference as JSON."""
    groups = [
        {
            "group": group,
            "requests": len(members),
            "differences": [
                {"request": written(case, 2000), "old": one.old, "new": one.new}
                for case, one in members
            ],
        }
        for group, members in tally.groups()
    ]
    document = {
        "requests": tally.statuses.total(),
        "different": tally.different,
        "relabelled": tally.relabelled,
        "statuses": {str(status): count for status, count in sorted(tally.statuses.items())},
        "groups": groups,
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Return what the command line asks for."""
    about = "Compare what two servers of one release answer."
    parser = argparse.ArgumentParser(prog="benchmarks.twin", description=about)
    parser.add_argument("old", metavar="OLD_SITE", help="such as http://127.0.0.1:8601/")
    parser.add_argument("new", metavar="NEW_SITE", help="such as http://127.0.0.1:8602/")
    add = parser.add_argument
    add("--out", type=Path, metavar="FILE.json", help="write every difference into this file")
    add("--limit", type=int, metavar="N", help="send only N requests, from all over the table")
    add("--name", action="append", default=[], help="a thing that was withdrawn or renamed")
    add("--endpoint", default="", metavar="IRI", help="another endpoint, to be asked by SERVICE")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Compare the two sites that are named, and return the exit status."""
    given = arguments(words)
    try:
        old, new = Site(given.old), Site(given.new)
        releases = [release_of(site) for site in (old, new)]
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if releases[0] != releases[1]:
        print(f"The releases differ ({' / '.join(releases)}), so most ETags will.")
    cases = all_cases(sample(old), given.name, given.endpoint)
    if given.limit:
        cases = cases[:: max(1, len(cases) // given.limit)][: given.limit]
    start = time.monotonic()

    def progress(number: int) -> None:
        if sys.stderr.isatty() and not number % 50:
            print(f"\r{number:,} of {len(cases):,} ", end="", file=sys.stderr, flush=True)

    tally = compare(old, new, cases, progress)
    report(tally)
    print(f"seconds: {time.monotonic() - start:.0f}")
    if given.out:
        save(given.out, tally)
    return 1 if tally.found else 0


if __name__ == "__main__":
    sys.exit(main())
