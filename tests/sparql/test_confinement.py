"""What a query worker can still do after it was shut in, and what it cannot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from iccgraph.serve.sparql.workers.sandbox import refuse_calls

WAYS_OUT = {
    "a socket": "import socket; socket.socket()",
    "a connection": "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
    "a name": "import socket; socket.gethostbyname('example.org')",
    "another program": "import os; os.execv('/bin/true', ['true'])",
    "a child with another program": "import subprocess; subprocess.run(['/bin/true'])",
}


def python(code: str, *arguments: str) -> str:
    """Return what a program prints in a process of its own."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def filters() -> bool:
    """Return whether this kernel takes our filter; asked in a process of its own."""
    code = "from iccgraph.serve.sparql.workers.sandbox import refuse_calls; print(refuse_calls())"
    return python(code) == "True\n"


@pytest.mark.parametrize("way", WAYS_OUT)
@pytest.mark.parametrize("store", ["memory", "disk"])
def test_no_way_out(way: str, store: str, tmp_path: Path) -> None:
    """A worker opens no socket and starts no program, also where the engine may open files."""
    if store == "disk" and not filters():
        pytest.skip("this kernel or machine has no seccomp filter for us")
    for number in range(50):
        (tmp_path / f"{number}.sst").touch()
    folder = repr(str(tmp_path)) if store == "disk" else ""
    code = (
        "from pathlib import Path\n"
        "from iccgraph.serve.sparql.workers.sandbox import shut_in\n"
        f"shut_in(2**30, Path({folder}) if {folder or None!r} else None)\n"
        "try:\n"
        f"    {WAYS_OUT[way]}\n"
        "except OSError: print('refused')\n"
        "else: print('done')\n"
    )
    assert python(code) == "refused\n"


def test_store_of_many_files(tmp_path: Path) -> None:
    """A store of more files than the engine opens at first is read to its last quad."""
    store, count = Store(str(tmp_path / "store")), 0
    for part in range(40):
        quads = [
            Quad(
                NamedNode(f"https://example.org/{part}/{number}"),
                NamedNode(f"https://example.org/p{number % 7}"),
                Literal(f"{part} {number}"),
                NamedNode(f"https://example.org/g{part % 3}"),
            )
            for number in range(50)
        ]
        lines = "".join(f"{quad} .\n" for quad in quads)
        store.bulk_load(lines.encode(), RdfFormat.N_QUADS)
        store.flush()
        count += len(quads)
    del store
    assert len(list((tmp_path / "store").glob("*.sst"))) > 64
    code = (
        "import sys; from pathlib import Path; from pyoxigraph import Store\n"
        "from iccgraph.serve.sparql.workers.sandbox import shut_in\n"
        "store = Store.read_only(sys.argv[1]); shut_in(2**30, Path(sys.argv[1]))\n"
        "query = 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?s ?q ?o }'\n"
        "answer = store.query(query, use_default_graph_as_union=True)\n"
        "print(next(answer)['n'].value)\n"
    )
    assert python(code, str(tmp_path / "store")) == f"{count}\n"


def test_unknown_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine whose calls have other numbers, no filter is set, and that is told."""
    monkeypatch.setattr("platform.machine", lambda: "vax")
    assert refuse_calls() is False
