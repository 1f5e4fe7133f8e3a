"""The wheel, installed where there is no checkout: it brings what it needs, and works."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import tarfile
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from iccgraph.publish.pipeline import Built
from tests.conftest import ROOT, LiveServer

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
WHEEL = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir"]
LIBRARIES = sysconfig.get_path("purelib")
"""Where the libraries of the test run are; a path file does not read the path files there."""


def run(command: list[str], folder: Path) -> str:
    """Return what a command prints; it must end well."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build_wheel(source: Path, folder: Path) -> Path:
    """Build the wheel of a source folder without asking the network."""
    run([*PIP, *WHEEL, str(folder), str(source)], folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


@dataclass(frozen=True, slots=True)
class Installation:
    """A wheel in an environment of its own, and a folder that was empty."""

    python: Path
    folder: Path

    def run(self, *words: str) -> str:
        """Return what `iccgraph` prints."""
        return run([str(self.python.with_name("iccgraph")), *words], self.folder)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of this checkout."""
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Install the wheel beside the libraries of the test run, but without the checkout."""
    environment = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", "--without-pip", str(environment)], ROOT)
    python = environment / "bin" / "python"
    install = ["--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    run([*PIP, *install], environment)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(f"{LIBRARIES}\n", encoding="utf-8")
    return Installation(python, tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def release(installed: Installation) -> str:
    """Return the name of the release that the installed copy makes in the empty folder."""
    assert installed.run("init").splitlines() == ["data", "ontology", "shapes"]
    return installed.run("build").strip()


@pytest.fixture(scope="module")
def site(installed: Installation, release: str) -> Iterator[str]:
    """Serve that release with the installed copy."""
    server = LiveServer(
        installed.folder / "releases",
        installed.folder / "serve.log",
        python=installed.python,
        folder=installed.folder,
    )
    yield server.url
    server.stop()


def fetch(address: str) -> str:
    """Return the body of a page."""
    with urllib.request.urlopen(address, timeout=60) as response:
        text: str = response.read().decode()
        return text


def test_the_installed_copy_runs(installed: Installation) -> None:
    """The environment of these tests imports the wheel's files, not the checkout's."""
    script = "import iccgraph.cli; print(iccgraph.cli.__file__)"
    printed = run([str(installed.python), "-c", script], installed.folder)
    assert Path(printed.strip()).is_relative_to(installed.python.parent.parent)


def test_it_builds_the_release_of_the_checkout(release: str, built: Built) -> None:
    """From an empty folder, `init` and `build` make just the release that the checkout makes."""
    assert release == built.name


def test_it_answers_queries(installed: Installation, release: str, built: Built) -> None:
    """`query` counts the practices of the release."""
    text = installed.run("query", "SELECT (COUNT(*) AS ?n) { ?practice a icc:Practice }")
    assert text.split() == ["n", str(built.manifest.content.counts["practice"])]


def test_it_serves_pages(site: str) -> None:
    """`serve` gives pages from its templates, with the style sheets that they name."""
    page = fetch(f"{site}city/barcelona")
    assert "<h1" in page
    sheets = re.findall(r'<link rel="stylesheet" href="[^"]*?/(static/[^"]+)"', page)
    assert sheets
    assert all("{" in fetch(f"{site}{sheet}") for sheet in sheets)


def test_it_serves_queries(site: str) -> None:
    """`serve` answers SPARQL queries by its worker processes."""
    query = "ASK%20%7B%20%3Fpractice%20a%20icc%3APractice%20%7D"
    assert fetch(f"{site}sparql?query={query}&format=csv").split() == ["true"]


def test_the_source_archive_is_complete(wheel: Path, tmp_path: Path) -> None:
    """A wheel built from the source archive is, byte for byte, that of the checkout."""
    run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)], ROOT)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(tmp_path, filter="data")
    (source,) = tmp_path.glob("iccgraph-*/")
    (tmp_path / "again").mkdir()
    assert build_wheel(source, tmp_path / "again").read_bytes() == wheel.read_bytes()


def test_every_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    """The wheel has every file of the package, and its licences."""
    source = ROOT / "src"
    files = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    names = set(zipfile.ZipFile(wheel).namelist())
    assert files <= names
    licences = {name.rpartition("/")[2] for name in names if "/licenses/" in name}
    assert licences == {"LICENSE", "LICENSE-DATA.md"}
