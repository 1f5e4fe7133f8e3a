"""Who may import whom, read from the source text alone; one list of offenders a rule."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

SOURCE: Final = Path(__file__).parent.parent.parent / "src"
GROUND: Final = frozenset(
    (
        *("errors", "vocab", "iris", "settings", "jsonld", "formats", "cache", "properties"),
        *("languages", "resources", "sparql_syntax", "word_forms", "geojson"),
    )
)
"""Modules at the top of the package that stand on the standard library and the engine's terms."""
MAY_IMPORT: Final[dict[str, frozenset[str]]] = {
    "release": frozenset(),
    "tables": frozenset(),
    "publish": frozenset(("release", "tables")),
    "link": frozenset(("tables", "publish.records", "publish.sources")),
    "linkcheck": frozenset(("tables", "link.connection")),
    "serve": frozenset(("release", "tables")),
    "research": frozenset(("release", "tables", "linkcheck.session")),
    "cli": frozenset(("release", "tables", "publish", "link", "linkcheck", "serve")),
}
"""Each house, and what it may import besides the ground and itself; nothing imports `cli`."""
ROOMS: Final[dict[str, tuple[str, ...]]] = {
    "http": (),
    "dataset": (),
    "catalogue": ("dataset", "http"),
    "reconcile": ("dataset",),
    "sparql": ("dataset",),
    "releases": ("dataset", "reconcile", "sparql"),
    "context": ("catalogue", "dataset", "http", "releases"),
    "pages": ("catalogue", "context", "dataset", "http"),
    "routes": ("catalogue", "context", "dataset", "http", "pages", "reconcile"),
    "app": ("context", "http", "pages", "routes"),
    "handlers": ("catalogue", "context", "dataset", "http", "releases", "sparql"),
    "front": ("context", "handlers", "http", "releases"),
    "server": ("app", "dataset", "front", "handlers", "http", "releases", "sparql"),
}
"""Each room of the read side, and the others that it may import."""
LIBRARIES: Final[dict[str, frozenset[str]]] = {
    "release": frozenset(),
    "tables": frozenset(),
    "publish": frozenset(("pyshacl", "rdflib")),
    "link": frozenset(("requests", "urllib3")),
    "linkcheck": frozenset(("requests", "urllib3")),
    "serve": frozenset(("requests", "urllib3", "flask", "werkzeug", "granian", "jinja2")),
    "research": frozenset(
        ("requests", "urllib3", "pandas", "numpy", "networkx", "platformdirs"),
    ),
}
"""Libraries that belong to a house; what no house owns anybody may use."""
WAYS_OUT: Final = [
    *("link.connection", "linkcheck.session", "linkcheck.visit"),
    "research.download",
]
"""The modules outside the server that reach the network, each for one task."""


@cache
def modules() -> dict[str, Path]:
    """Return every module by its dotted name below the package; the package itself is empty."""
    found = {}
    for path in (SOURCE / "iccgraph").rglob("*.py"):
        parts = path.relative_to(SOURCE / "iccgraph").with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    assert {"cli.main", "publish.pipeline", "serve.app"} <= found.keys()
    return found


@cache
def imports(module: str) -> frozenset[str]:
    """Return the full names of all modules that a module imports, wherever in its text."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(modules()[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            name = node.module or ""
            whole = {f"{name}.{alias.name}" for alias in node.names}
            known = {full for full in whole if full.removeprefix("iccgraph.") in modules()}
            found.update(known or {name})
    return frozenset(found)


def ours(module: str) -> set[str]:
    """Return the modules of this package that a module imports, named below the package."""
    return {n.removeprefix("iccgraph.") for n in imports(module) if n.startswith("iccgraph.")}


def others(module: str) -> set[str]:
    """Return the top-level names of all other packages that a module imports."""
    return {name.partition(".")[0] for name in imports(module)} - {"iccgraph"}


def house(module: str) -> str:
    """Return the first part of a module's name."""
    return module.partition(".")[0]


def below(module: str, names: frozenset[str]) -> bool:
    """Return whether a module is one of these, or in one of them."""
    return any(module == name or module.startswith(f"{name}.") for name in names)


def test_every_module_has_its_place() -> None:
    """Every module is of a house, of the ground, or an entry point."""
    placed = {*MAY_IMPORT, *GROUND, "", "__main__"}
    assert [m for m in modules() if house(m) not in placed] == []


def test_houses_import_what_they_may() -> None:
    """A house imports the ground, itself and what stands beside it in the table."""
    breaches = [
        f"{module} -> {name}"
        for module in modules()
        if house(module) in MAY_IMPORT
        for name in ours(module)
        if not below(name, MAY_IMPORT[house(module)] | GROUND | {house(module)})
    ]
    assert breaches == []


def test_rooms_of_the_read_side_import_what_they_may() -> None:
    """Within `serve`, imports run from the server down to HTTP and the dataset, and never up."""
    rooms = {m: m.split(".")[1] for m in modules() if m.startswith("serve.")}
    assert set(rooms.values()) == ROOMS.keys()
    breaches = [
        f"{module} -> {name}"
        for module, room in rooms.items()
        for name in ours(module)
        if name in rooms and rooms[name] not in (room, *ROOMS[room])
    ]
    assert breaches == []


def test_handlers_do_not_import_each_other() -> None:
    """The front is handed its handlers; one that needs another is given a function of it."""
    names = {m for m in modules() if m.startswith("serve.handlers.")}
    assert len(names) == 4
    assert {m: ours(m) & names for m in names if ours(m) & names} == {}


def test_ground_imports_the_ground() -> None:
    """A module of the ground imports the ground, the standard library, terms and word forms."""
    ground = GROUND & modules().keys()
    known = {*sys.stdlib_module_names, "pyoxigraph", "orjson", "snowballstemmer"}
    assert {m: ours(m) - GROUND for m in ground if ours(m) - GROUND} == {}
    assert {m: others(m) - known for m in ground if others(m) - known} == {}


def test_libraries_stay_in_their_house() -> None:
    """A library that belongs to a house is imported nowhere else but on the command line."""
    owned = frozenset().union(*LIBRARIES.values())
    breaches = [
        f"{module} -> {name}"
        for module in modules()
        if house(module) in LIBRARIES
        for name in others(module) & owned - LIBRARIES[house(module)]
    ]
    assert breaches == []


def test_one_way_out_of_the_write_side() -> None:
    """No stage of a build reaches the network; linking, checking and fetching do, in these."""
    asking = [m for m in modules() if house(m) != "serve" and "requests" in others(m)]
    assert sorted(asking) == WAYS_OUT


def test_records_know_no_rdf() -> None:
    """Records could serve any other output."""
    assert others("publish.records") <= set(sys.stdlib_module_names)


def cycles() -> Iterator[list[str]]:
    """Yield one path of each import cycle."""
    done: set[str] = set()

    def visit(module: str, path: list[str]) -> Iterator[list[str]]:
        if module in path:
            yield [*path[path.index(module) :], module]
        elif module not in done:
            for name in sorted(ours(module) & modules().keys()):
                yield from visit(name, [*path, module])
            done.add(module)

    for module in sorted(modules()):
        yield from visit(module, [])


def test_no_cycle() -> None:
    """No module imports itself by way of others."""
    assert list(cycles()) == []


def test_every_module_says_what_it_is_for() -> None:
    """A module begins with a docstring."""
    texts = {m: path.read_text(encoding="utf-8") for m, path in modules().items()}
    assert [m for m, text in texts.items() if not ast.get_docstring(ast.parse(text))] == []


LOADED: Final = (
    "import sys, {module}; "
    "print(*sorted({{name.partition('.')[0] for name in sys.modules}} & set({names!r})))"
)


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("iccgraph.serve.app", ("pyshacl", "rdflib")),
        ("iccgraph.publish.pipeline", ("flask", "granian", "requests", "rich")),
        ("iccgraph.release.folder", ("pyshacl", "rdflib", "flask", "granian")),
        (
            "iccgraph.research",
            ("flask", "werkzeug", "jinja2", "granian", "pyoxigraph", "pyshacl", "rdflib"),
        ),
        ("iccgraph", ("pandas", "numpy", "networkx", "platformdirs", "requests", "pyoxigraph")),
        ("iccgraph.cli.main", ("pyshacl", "rdflib", "flask", "granian", "pyoxigraph", "rich")),
    ],
)
def test_what_an_import_loads(module: str, names: tuple[str, ...]) -> None:
    """Importing one side loads nothing of the other, and the command line loads neither."""
    script = LOADED.format(module=module, names=names)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
