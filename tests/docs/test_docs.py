"""The documentation says what the code does: settings, verbs, routes, dependencies, links."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from werkzeug.routing import Rule

import iccgraph
from iccgraph import errors
from iccgraph.cli import main as cli
from iccgraph.errors import IccGraphError
from iccgraph.properties import PROPERTIES
from iccgraph.publish.pipeline import Built
from iccgraph.serve.app import create_app
from iccgraph.serve.handlers import operations
from iccgraph.settings import Settings, variable
from iccgraph.tables.years import read_period
from iccgraph.vocab import PREFIXES, RDF, term
from tests.derived import short_name
from tests.docs.documents import (
    DOCS,
    DOCUMENTS,
    ROOT,
    anchors,
    code,
    prose,
    table,
    tables,
    text_of,
)
from tests.for_all import for_all

SETTINGS_HEADER = ("setting", "option", "variable", "default", "unit", "meaning", "verbs")
FORBIDDEN = ("/wor" + "k/", "/ro" + "ot/", "/ho" + "me/", "/tm" + "p/", "file://" + "/")
"""Words that only make sense on one machine; split, so that this file does not hold them."""
REGISTRIES = re.compile(
    r"--(?:extra-)?index-url|\"resolved\"|\b(?:nexus|artifactory|jfrog)\b", re.I
)


def verbs(command: click.Command, path: str = "iccgraph") -> Iterator[tuple[str, click.Command]]:
    """Yield every command that a person can give, with its whole name."""
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            yield from verbs(child, f"{path} {name}")
    else:
        yield path, command


VERBS = dict(verbs(cli.main))


def settings_rows() -> list[list[str]]:
    """Return the rows that docs/settings.md should have, one a field of Settings."""
    rows = []
    for item in fields(Settings):
        taking = [
            name.removeprefix("iccgraph ")
            for name, verb in VERBS.items()
            if any(option.name == item.name for option in verb.params)
        ]
        default = f"`{item.default}`" if f"{item.default}" else "empty"
        option = f"`--{item.name.replace('_', '-')}`"
        meaning = item.metadata["help"].replace("<", "&lt;")
        words = [f"`{item.name}`", option, f"`{variable(item.name)}`", default]
        rows.append([*words, item.metadata["unit"], meaning, ", ".join(taking)])
    return rows


def test_every_setting_is_documented() -> None:
    """docs/settings.md has one row a setting, with its default, unit and meaning."""
    wanted = settings_rows()
    lines = "\n".join(f"| {' | '.join(row)} |" for row in wanted)
    assert table("docs/settings.md", *SETTINGS_HEADER) == wanted, f"the table should be:\n{lines}"


def test_every_setting_is_an_option() -> None:
    """Each setting can be given on the command line of at least one verb."""
    assert [row[0] for row in settings_rows() if not row[-1]] == []


def test_every_verb_is_documented() -> None:
    """Each verb has a section with an example, and its own options are explained there."""
    parts = re.split(r"^#+ `(iccgraph[^`]*)`$", text_of("docs/commands.md"), flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    settings = {item.name for item in fields(Settings)}

    def fact(name: str) -> None:
        assert name in sections, f"docs/commands.md has no section `{name}`"
        assert f"{name}" in sections[name], f"the section of {name} has no example"
        for parameter in VERBS[name].params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                known = parameter.name in settings
                said = known or f"`{parameter.opts[0]}" in sections[name]
                assert said, f"the section of {name} does not explain {parameter.opts[0]}"

    for_all(VERBS, fact)


def test_no_verb_is_documented_that_is_not_there() -> None:
    """docs/commands.md has sections for existing verbs only."""
    named = re.findall(r"^#+ `(iccgraph[^`]*)`$", text_of("docs/commands.md"), re.MULTILINE)
    assert sorted(named) == sorted(VERBS)


def test_every_exit_code_is_documented() -> None:
    """docs/commands.md names every exit code of the errors, success, and being interrupted."""
    codes = {str(e.exit_code) for e in vars(errors).values() if _is_error(e)} | {"0", "130"}
    rows = table("docs/commands.md", "exit code", "meaning")
    assert {row[0] for row in rows} == codes


def test_every_status_of_an_error_is_documented() -> None:
    """docs/http.md names every HTTP status of the errors."""
    statuses = {str(e.http_status) for e in vars(errors).values() if _is_error(e)}
    assert statuses <= {row[0] for row in table("docs/http.md", "status", "when")}


def _is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, IccGraphError)


def test_every_route_is_documented() -> None:
    """docs/http.md has every route of the application with its methods, and no other."""
    places = {
        frozenset(code(values)): name.strip("`")
        for name, values in table("docs/http.md", "in an address", "stands for one of")
    }
    rules = {
        (_address(rule, places), ", ".join(sorted((rule.methods or set()) - {"OPTIONS"})))
        for rule in create_app(Settings()).url_map.iter_rules()
    } | {(path, "GET, HEAD") for path in operations.PATHS}
    endings = {
        (f"{address}.{{format}}", methods)
        for address, methods in rules
        if address == "/{kind}/{key}"
    }
    rows = table("docs/http.md", "address", "methods", "answer")
    documented = {(address.strip("`"), methods) for address, methods, _ in rows}
    assert documented == rules | endings


def _address(rule: Rule, places: dict[frozenset[str], str]) -> str:
    def named(match: re.Match[str]) -> str:
        values = frozenset(re.findall(r"'([^']+)'", match[1]))
        return places.get(values, f"{{one of {', '.join(sorted(values))}}}")

    address = re.sub(r"<any\(([^)]*)\):\w+>", named, rule.rule)
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", address)


def test_every_limit_is_the_default() -> None:
    """The limits that docs/http.md names are the defaults of the settings."""
    said = prose("docs/http.md").partition("## Limits")[2]
    default = Settings()
    for text in (
        f"{default.address_length:,} bytes",
        f"{default.head_length:,} bytes | 431",
        f"{default.query_length:,} bytes",
        f"{default.query_depth} levels",
        f"{default.query_timeout:g} seconds",
        f"{default.body_seconds:g} seconds | 408",
        f"{default.query_rows:,} rows or triples, {default.query_bytes // 2**20} MiB",
        f"{default.query_memory // 2**30} GiB",
        f"{default.query_queue} of each in each web process",
        f"{default.reconcile_batch:,}, {default.reconcile_bytes // 2**20} MiB",
        f"{default.reconcile_seconds:g} seconds",
        f"{default.client_requests:,} a minute",
        f"{default.client_queries} in each web process",
    ):
        assert text in said


def test_every_dependency_has_a_reason() -> None:
    """docs/dependencies.md has each package of pyproject.toml and package.json, and no other."""
    project = tomllib.loads(text_of("pyproject.toml"))
    requirements = [
        *project["project"]["dependencies"],
        *(r for group in project["project"]["optional-dependencies"].values() for r in group),
        *project["build-system"]["requires"],
    ]
    package = json.loads(text_of("package.json"))
    wanted = {re.split(r"[\s<>=!~;\[]", requirement)[0] for requirement in requirements}
    wanted |= {*package.get("dependencies", {}), *package.get("devDependencies", {})}
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", text_of("docs/dependencies.md"), re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(wanted)
    assert all(reason.endswith(".") for _, reason in rows)


def test_every_link_leads_somewhere() -> None:
    """Each relative link and image of a document exists, and so does its anchor."""

    def fact(path: Path) -> None:
        lost = []
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(str(path.relative_to(ROOT)))):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = path.parent / name if name else path
            whole = file.suffix != ".md" or not anchor
            if not file.exists() or not (whole or anchor in anchors(file)):
                lost.append(target)
        assert lost == []

    for_all(DOCUMENTS, fact)


def test_every_document_is_linked_from_the_readme() -> None:
    """A reader of README.md finds every document of docs/."""
    readme = text_of("README.md")
    names = sorted(path.name for path in DOCS.glob("*.md"))
    assert [name for name in names if f"](docs/{name})" not in readme] == []


def test_citation_file() -> None:
    """CITATION.cff has the version, words, licences and authors of the package."""
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    text = text_of("CITATION.cff")
    cited = dict(re.findall(r"^([\w-]+): (.+)$", text, re.MULTILINE))
    assert cited["version"] == iccgraph.__version__
    assert (cited["title"], cited["abstract"]) == (project["name"], project["description"])
    lists = {
        name: re.findall(r"^  - (?:name: )?(.+)$", rows, re.MULTILINE)
        for name, rows in re.findall(r"^([\w-]+):\n((?:  .*\n)+)", text, re.MULTILINE)
    }
    assert lists["license"] == re.findall(r"[\w.-]+(?= AND |$)", project["license"])
    assert lists["keywords"] == project["keywords"]
    assert lists["authors"] == [author["name"] for author in project["authors"]]


def test_one_sentence_a_line() -> None:
    """In a paragraph, no line goes on after the end of a sentence."""

    def fact(path: Path) -> None:
        text = prose(str(path.relative_to(ROOT)))
        lines = [line for line in text.splitlines() if re.match(r"[A-Z“`\[]", line)]
        assert [line for line in lines if re.search(r"[a-z)`”]\. [A-Z]", line)] == []

    for_all([path for path in DOCUMENTS if path.parent in (ROOT, DOCS)], fact)


def tracked_files() -> list[Path]:
    """Return the files that are or will be kept in the repository.

    They come from git, which reads only; where there is no git, the test is skipped.
    """
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("there is no git repository to ask which files are kept")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    paths = [ROOT / name for name in output.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_file_speaks_of_one_machine() -> None:
    """No kept text file holds the path of a folder of one machine, or a registry’s address."""
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path}: {word}" for word in FORBIDDEN if word in text]
        if path.parent == ROOT and path.suffix in (".txt", ".json", ".toml"):
            found += [f"{path}: {match}" for match in REGISTRIES.findall(text)]
    assert found == []


def test_the_changelog_has_this_version() -> None:
    """CHANGELOG.md has a section for what is not released, then one for the version of the code."""
    versions = re.findall(r"^## (.+)$", text_of("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == "[Unreleased]"
    assert re.fullmatch(rf"\[{re.escape(iccgraph.__version__)}] - \d{{4}}-\d\d-\d\d", versions[1])


def test_the_changelog_has_the_usual_parts() -> None:
    """Each part of CHANGELOG.md has one of the six titles of Keep a Changelog."""
    parts = re.findall(r"^### (.+)$", text_of("CHANGELOG.md"), re.MULTILINE)
    usual = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert parts
    assert set(parts) <= usual


def test_every_file_of_a_release_is_explained(built: Built, real_settings: Settings) -> None:
    """docs/architecture.md names every file of a release but those of the engine."""
    folder = real_settings.releases_dir / built.name
    named = {
        name for row in table("docs/architecture.md", "file", "holds") for name in code(row[0])
    }
    files = {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] != "store"
    }
    assert named == files | {"store/"}


def test_every_module_is_on_the_map() -> None:
    """docs/architecture.md names every module and folder of the code, and no other."""
    source = ROOT / "src" / "iccgraph"
    modules = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if path.stem not in ("__init__", "__main__")
    }
    named = {
        name for row in table("docs/architecture.md", "module", "noun") for name in code(row[0])
    }
    assert named == modules


def test_every_column_is_documented() -> None:
    """data/README.md has a row for each column of each table."""
    missing = []
    for path in sorted((ROOT / "data").glob("*.csv-metadata.json")):
        name = path.name.removesuffix("-metadata.json")
        text = text_of("data/README.md").partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        named = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
        for column in json.loads(path.read_text(encoding="utf-8"))["tableSchema"]["columns"]:
            if column["name"] not in named:
                meaning = column.get("dc:description", "what it is")
                missing.append(f"## {name}: | `{column['name']}` | an example | {meaning} |")
    assert missing == [], "rows that are missing; `make derived`:\n" + "\n".join(missing)


def test_every_property_is_documented() -> None:
    """docs/data-model.md has a row for each property of the table of properties."""
    header = ["property", "often", "value"]
    rows = [row for found in tables("docs/data-model.md") if found[0] == header for row in found]
    named = {name for row in rows for name in code(row[0])}
    wanted = {item: short_name(item) for item in PROPERTIES}
    missing = [
        f"{', '.join(item.kinds)}: | `{name}` | {'0..n' if item.many else '0..1'} | its meaning |"
        for item, name in wanted.items()
        if name not in named
    ]
    assert missing == [], "rows that are missing:\n" + "\n".join(missing)


def test_times_are_read_as_explained() -> None:
    """The table of printed times in docs/data-model.md is what the reader of years makes."""
    header = ("printed", "`icc:period`", "first year", "last year", "years", "ongoing")
    rows = table("docs/data-model.md", *header)
    assert len(rows) > 2
    for printed, period, first, last, years, ongoing in rows:
        read = read_period(printed.strip("`"))
        texts = [read.edtf, read.first_year, read.last_year, read.ongoing]
        said = ["" if value is None else str(value).lower() for value in texts]
        assert said == [period.strip("`"), first, last, ongoing]
        assert years == ", ".join(map(str, read.years))


def own_terms(*classes: NamedNode) -> set[str]:
    """Return the terms of the ontology that are of one of the classes, with prefix."""
    quads = parse(path=ROOT / "ontology" / "icc.ttl", format=RdfFormat.TURTLE)
    subjects = {q.subject.value for q in quads if q.predicate == RDF.type and q.object in classes}
    own = PREFIXES["icc"]
    return {f"icc:{iri.removeprefix(own)}" for iri in subjects if iri.startswith(own)}


def test_own_terms_have_their_reason() -> None:
    """Each class and property of ours is listed once, with why no term of others would do."""
    classes = own_terms(term("owl:Class"))
    properties = own_terms(term("owl:ObjectProperty"), term("owl:DatatypeProperty"))
    for kind, terms in (("class", classes), ("property", properties)):
        rows = table("docs/data-model.md", f"own {kind}", "why no term of others")
        assert sorted(code(name)[0] for name, _ in rows) == sorted(terms)
        assert all(len(why) > 10 for _, why in rows if not why.startswith("as `icc:"))
        known = {code(why)[0] for _, why in rows if why.startswith("as `icc:")}
        assert known <= terms
    said = f"has {len(classes)} classes and {len(properties)} properties of its own"
    assert said in text_of("docs/data-model.md")
