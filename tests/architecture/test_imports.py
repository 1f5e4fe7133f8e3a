"""Two houses and one bridge: who may import whom, read from the source text alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent.parent / "src"
LONGEST = 300
TABLES_OF_WORDS = {"iccgraph.serve.web.strings"}
"""Modules that hold one table and no code, which nobody reads from top to bottom."""
GROUND = ("errors", "vocab", "iris", "settings", "jsonld")
BUILD = (
    "sources.year_spans",
    "sources.year_words",
    "sources.years",
    "records",
    "sources.problems",
    "sources.queries",
    "sources.csvw",
    "sources.tables",
    "sources.places",
    "sources.topics",
    "sources.practices",
    "sources.decisions",
    "sources.wikidata",
    "wikidata.answers",
    "wikidata.cache",
    "wikidata.connection",
    "wikidata.client",
    "wikidata.subjects",
    "wikidata.classes",
    "wikidata.candidates",
    "wikidata.ranking",
    "wikidata.decision",
    "wikidata.rows",
    "wikidata.recheck",
    "wikidata.ledger",
    "wikidata.statements",
    "wikidata.review",
    "link",
    "sources.inputs",
    "graph",
    "identities",
    "index",
    "load",
    "void",
    "dumps",
    "csv_dumps",
    "link_dumps",
    "notes",
    "doubles",
    "references",
    "examples",
    "draft",
    "rules",
    "validate",
    "history",
    "pipeline",
    "check",
)
"""The modules of the write side, in the order of the work: each may import those before it."""
COMMAND_LINE = {
    f"iccgraph.{name}" for name in ("cli", "cli_init", "cli_link", "cli_options", "cli_reconcile")
}
WAY_OUT = "iccgraph.build.wikidata.connection"
"""The one module of the write side that reaches the network; no stage of a build imports it."""


@cache
def modules() -> dict[str, Path]:
    """Return every module of the package by its dotted name."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
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
            found.update((whole & modules().keys()) or {name})
    return frozenset(found)


def ours(module: str) -> set[str]:
    """Return the modules of this package that a module imports."""
    return {name for name in imports(module) if name.partition(".")[0] == "iccgraph"}


def others(module: str) -> set[str]:
    """Return the top-level names of all other packages that a module imports."""
    return {name.partition(".")[0] for name in imports(module)} - {"iccgraph"}


def within(house: str) -> list[str]:
    """Return the modules of a house."""
    start = f"iccgraph.{house}"
    return sorted(m for m in modules() if m == start or m.startswith(f"{start}."))


def houses(module: str) -> set[str]:
    """Return the parts of the package that a module imports from."""
    return {name.split(".")[1] for name in ours(module) if "." in name}


def test_the_package_is_read() -> None:
    """The rules below look at the whole package."""
    assert {"iccgraph.cli", "iccgraph.build.pipeline", "iccgraph.serve.web.app"} <= set(modules())


@pytest.mark.parametrize("module", within("build"))
def test_write_side_knows_no_read_side(module: str) -> None:
    """The write side imports the ground, the bridge and itself."""
    assert houses(module) <= {*GROUND, "release", "build"}


@pytest.mark.parametrize("module", within("serve"))
def test_read_side_knows_no_write_side(module: str) -> None:
    """The read side imports the ground, the bridge and itself."""
    assert houses(module) <= {*GROUND, "release", "serve"}


@pytest.mark.parametrize("module", within("release"))
def test_bridge_stands_on_the_ground(module: str) -> None:
    """The bridge imports the ground and itself."""
    assert houses(module) <= {*GROUND, "release"}


@pytest.mark.parametrize("rank", range(len(GROUND)), ids=GROUND)
def test_ground(rank: int) -> None:
    """A module of the ground imports the ground only."""
    assert houses(f"iccgraph.{GROUND[rank]}") <= set(GROUND)


def test_nothing_imports_the_command_line() -> None:
    """Only the package's entry point and itself import the command line."""
    importing = {m for m in modules() if imports(m) & COMMAND_LINE}
    verbs = {"iccgraph.cli_init", "iccgraph.cli_link", "iccgraph.cli_reconcile"}
    assert importing == {"iccgraph.__main__", "iccgraph.cli", *verbs}


def test_every_module_has_its_place() -> None:
    """Every module is of a house, the bridge, the ground, or an entry point."""
    placed = {*within("build"), *within("serve"), *within("release")}
    placed |= {f"iccgraph.{name}" for name in GROUND}
    assert set(modules()) - placed == {"iccgraph", "iccgraph.__main__", *COMMAND_LINE}


def test_every_module_of_the_write_side_has_a_rank() -> None:
    """The list of ranks above names every module of the write side."""
    packages = {"iccgraph.build", "iccgraph.build.sources", "iccgraph.build.wikidata"}
    assert set(within("build")) - packages == {f"iccgraph.build.{name}" for name in BUILD}


@pytest.mark.parametrize("rank", range(len(BUILD)), ids=BUILD)
def test_ranks_of_the_write_side(rank: int) -> None:
    """A stage of the work knows what comes before it, not who calls it."""
    before = {f"iccgraph.build.{name}" for name in BUILD[:rank]}
    inside = {m for m in ours(f"iccgraph.build.{BUILD[rank]}") if m.startswith("iccgraph.build")}
    assert inside <= before


def test_records_know_no_rdf() -> None:
    """Records and the readers of tables could serve any other output."""
    assert others("iccgraph.build.records") <= set(sys.stdlib_module_names)
    assert "rdflib" not in others("iccgraph.build.sources.tables")


@pytest.mark.parametrize("module", within("serve"))
def test_libraries_of_the_read_side(module: str) -> None:
    """The read side needs none of the write side's libraries; names are compared on both."""
    matching = {"rapidfuzz"} if module.startswith("iccgraph.serve.reconcile.") else set()
    assert others(module) & {"pyshacl", "rdflib", "rapidfuzz"} <= matching


@pytest.mark.parametrize("module", [*within("build"), *within("release")])
def test_libraries_of_the_write_side(module: str) -> None:
    """The write side and the bridge need none of the read side's libraries."""
    way_out = {"requests"} if module == WAY_OUT else set()
    theirs = {"flask", "werkzeug", "granian", "jinja2", "requests", "rich"}
    assert others(module) & theirs == way_out


@pytest.mark.parametrize("module", [f"iccgraph.{name}" for name in GROUND])
def test_libraries_of_the_ground(module: str) -> None:
    """The ground needs the engine's terms and the standard library."""
    assert others(module) <= {*sys.stdlib_module_names, "pyoxigraph"}


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


@pytest.mark.parametrize("module", sorted(modules().keys() - TABLES_OF_WORDS))
def test_length(module: str) -> None:
    """A module is short enough to be read in one sitting."""
    lines = modules()[module].read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST


@pytest.mark.parametrize("module", sorted(modules()))
def test_header(module: str) -> None:
    """A module begins by saying what it is for."""
    assert ast.get_docstring(ast.parse(modules()[module].read_text(encoding="utf-8")))


LOADED = (
    "import sys, {module}; "
    "print(*sorted({{name.partition('.')[0] for name in sys.modules}} & set({names!r})))"
)


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("iccgraph.serve.web.app", ("pyshacl", "rdflib")),
        ("iccgraph.build.pipeline", ("flask", "granian", "requests", "rich")),
        ("iccgraph.release.folder", ("pyshacl", "rdflib", "flask", "granian")),
        ("iccgraph.cli", ("pyshacl", "rdflib", "flask", "granian", "pyoxigraph", "rich")),
    ],
)
def test_what_an_import_loads(module: str, names: tuple[str, ...]) -> None:
    """Importing one side loads nothing of the other, and the command line loads neither."""
    script = LOADED.format(module=module, names=names)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
