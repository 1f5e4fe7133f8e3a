"""Where the programs of others are that the tests run beside ours; `make peers` fetches them.

Each function returns a command, or skips the test and says what is missing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PEERS = ROOT / "var" / "peers"
JENA = PEERS / "jena" / "jena-fuseki-server.jar"
COMUNICA = PEERS / "comunica" / "node_modules" / ".bin"
READERS = PEERS / "readers" / "bin"
TABLES_READY = PEERS / ".ready-tables"
NETWORKS_READY = PEERS / ".ready-networks"
CKAN_READY = PEERS / ".ready-ckan"
HOSTS = Path(__file__).with_name("hosts")
"""The only names that programs in Java can look up."""
JAVA_OF_JENA = 17
JAVA_OF_RDF4J = {"4": 11, "5": 11}
FUSEKI = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"


def oxigraph_command() -> list[str]:
    """Return the command of Oxigraph, which comes with the packages of the tests."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.exists() else shutil.which("oxigraph")
    if program is None:
        pytest.skip("the program oxigraph is missing; `make setup` installs it")
    return [program]


@cache
def _java_version() -> int:
    """Return the first number of the version of Java, 0 if there is none."""
    if shutil.which("java") is None:
        return 0
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', said.stderr)
    return int(found[1]) if found else 0


def jena_command(program: str) -> list[str]:
    """Return the command of one of Jena's programs, such as `riotcmd.riot`."""
    version = _java_version()
    if version < JAVA_OF_JENA:
        seen = f"it is {version}" if version else "there is none"
        pytest.skip(f"Jena needs Java {JAVA_OF_JENA}, and {seen}")
    if not JENA.exists():
        pytest.skip("Apache Jena is missing; `make peers` fetches it")
    options = ["-Xmx1g", f"-Djdk.net.hosts.file={HOSTS}"]
    if program != FUSEKI:  # what ends soon is sooner done without the best compiler
        options += ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    return ["java", *options, "-cp", str(JENA), program]


@cache
def _compiles() -> bool:
    """Return whether Java can run a file of source text, for which it needs its compiler."""
    known = subprocess.run(["java", "--list-modules"], capture_output=True, text=True, check=False)
    return "jdk.compiler@" in known.stdout


def rdf4j_command(version: str) -> list[str]:
    """Return the command that reads addresses with Eclipse RDF4J, of the version 4 or 5."""
    if _java_version() < JAVA_OF_RDF4J[version]:
        pytest.skip(f"RDF4J {version} needs Java {JAVA_OF_RDF4J[version]}")
    if not _compiles():
        pytest.skip("RDF4J needs a JDK, and there is a Java without its compiler only")
    libraries = PEERS / f"rdf4j-{version}"
    if not libraries.is_dir():
        pytest.skip("Eclipse RDF4J is missing; `make peers` fetches it")
    options = [f"-Djdk.net.hosts.file={HOSTS}", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    program = Path(__file__).with_name("rdf4j") / "Rdf4j.java"
    return ["java", "-Xmx1g", *options, "-cp", f"{libraries}/*", str(program)]


def node_command() -> list[str]:
    """Return the command that runs JavaScript."""
    if shutil.which("node") is None:
        pytest.skip("the program node is missing, which Comunica runs on")
    return ["node"]


def comunica_command(program: str) -> list[str]:
    """Return the command of one of Comunica's programs, such as `comunica-sparql`."""
    node_command()
    if not (COMUNICA / program).exists():
        pytest.skip("Comunica is missing; `make peers` fetches it")
    return [str(COMUNICA / program)]


def reader_command(program: str) -> list[str]:
    """Return a program of the environment that has the readers of descriptions of datasets."""
    if not (READERS / program).exists():
        pytest.skip("the readers of descriptions are missing; `make peers` installs them")
    return [str(READERS / program)]


def tables_command() -> list[str]:
    """Return the command that runs Python where pandas and Frictionless are installed."""
    if not TABLES_READY.exists():
        pytest.skip("pandas and Frictionless are missing; `make peers` installs them")
    return [str(PEERS / "tables" / "bin" / "python")]


def networks_command() -> list[str]:
    """Return the command that runs Python where networkx and bicm are installed."""
    if not NETWORKS_READY.exists():
        pytest.skip("networkx and bicm are missing; `make peers` installs them")
    return [str(PEERS / "networks" / "bin" / "python")]


def ckan_command() -> list[str]:
    """Return the command that runs Python where CKAN and its harvester of DCAT are installed."""
    if not CKAN_READY.exists():
        pytest.skip("CKAN is missing; `make peers` fetches it")
    return [str(PEERS / "ckan" / "bin" / "python")]
