"""SPARQL servers of others, on a free port of this machine, with the quads of a release loaded.

Source: SPARQL 1.1 Graph Store HTTP Protocol, by which both take a whole dataset.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

from tests.conftest import free_port
from tests.peers.installed import FUSEKI, jena_command, oxigraph_command

_CONFIG = """\
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>
<#service> a fuseki:Service ;
  fuseki:name "iccgraph" ;
  fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "sparql" ] ;
  fuseki:endpoint [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ] ;
  fuseki:dataset [ a tdb2:DatasetTDB2 ; tdb2:location "--mem--" ; tdb2:unionDefaultGraph true ] .
"""
"""Only Jena's own store, here in memory, can have the union of all graphs as default graph."""
_VALIDATING = """\
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX ja: <http://jena.hpl.hp.com/2005/11/Assembler#>
<#service> a fuseki:Service ;
  fuseki:name "iccgraph" ;
  fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "sparql" ] ;
  fuseki:endpoint [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ] ;
  fuseki:endpoint [ fuseki:operation fuseki:shacl ; fuseki:name "shacl" ] ;
  fuseki:dataset [ a ja:MemoryDataset ] .
"""
LONGEST = 15
"""How long Fuseki goes on with a query that nobody waits for any more. Units: seconds."""


class Peer:
    """A running server of others; `url` is its query endpoint."""

    def __init__(self, command: list[str], folder: Path, site: str, query: str, data: str) -> None:
        """Start the process and wait until it answers queries."""
        self.url = f"{site}{query}"
        self._data = f"{site}{data}"
        self._folder, log = folder, folder / "log"
        with log.open("wb") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=file, cwd=folder)
        if not self._ready():
            said = log.read_text(encoding="utf-8", errors="replace")
            self.stop()
            raise AssertionError(f"{self.url} did not become ready:\n{said}")

    def _ready(self) -> bool:
        ask = f"{self.url}?{urlencode({'query': 'ASK {}'})}"
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(ask, timeout=60):
                    return True
            except OSError:
                time.sleep(0.1)
        return False

    def load(self, quads: Path) -> None:
        """Put a file of N-Quads in place of all that the server holds."""
        headers = {"Content-Type": "application/n-quads"}
        request = urllib.request.Request(self._data, quads.read_bytes(), headers, method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=120):
                return
        except OSError as error:
            self.stop()
            raise AssertionError(f"{self._data} did not take {quads.name}: {error}") from error

    def stop(self) -> None:
        """Stop the process as an operator does, and clear what it wrote."""
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def start_oxigraph(quads: Path, *, union: bool = False) -> Peer:
    """Start an Oxigraph server with the quads in memory.

    `union`: the default graph is the union of all graphs, as it is at our endpoint.
    """
    command, port = oxigraph_command(), free_port()
    options = [f"--bind=127.0.0.1:{port}", *(["--union-default-graph"] if union else [])]
    folder = Path(tempfile.mkdtemp(prefix="oxigraph-"))
    peer = Peer(
        [*command, "serve", *options], folder, f"http://127.0.0.1:{port}/", "query", "store"
    )
    peer.load(quads)
    return peer


def start_fuseki(quads: Path, *, union: bool = False) -> Peer:
    """Start an Apache Jena Fuseki server with the quads in memory.

    `union`: the default graph is the union of all graphs, as it is at our endpoint.
    """
    if union:
        peer = _fuseki(_CONFIG, "--config=config.ttl", data="/data")
    else:
        peer = _fuseki("", "--update", "--mem", "/iccgraph", data="")
    peer.load(quads)
    return peer


def start_fuseki_shacl() -> Peer:
    """Start an Apache Jena Fuseki server that holds shapes against its data, at `/shacl`."""
    return _fuseki(_VALIDATING, "--config=config.ttl", data="/data")


def _fuseki(config: str, *dataset: str, data: str) -> Peer:
    command, port = jena_command(FUSEKI), free_port()
    folder = Path(tempfile.mkdtemp(prefix="fuseki-"))
    (folder / "config.ttl").write_text(config, encoding="utf-8")
    limit = f"--set=arq:queryTimeout={LONGEST * 1000}"
    options = ["--localhost", f"--port={port}", limit, *dataset]
    site = f"http://127.0.0.1:{port}/iccgraph"
    return Peer([*command, *options], folder, site, "/sparql", data)
