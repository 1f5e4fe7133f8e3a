"""Runs Comunica as a user does on a command line, without a way off this machine."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.clients.facts import Rows, read_rows
from tests.peers.installed import comunica_command

GUARD = Path(__file__).with_name("loopback.cjs")
RESULTS = "application/sparql-results+json"
SECONDS = 300


def guarded(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Return what a program of node said that can reach this machine only."""
    environment = {**os.environ, "NODE_OPTIONS": f"--require {GUARD}"}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Return what one of Comunica's programs said."""
    return guarded([*comunica_command(program), *words])


def answered(program: str, sources: list[str], query: str, form: str = RESULTS) -> str:
    """Return the answer to a query over sources; the program has nothing to complain about."""
    done = run(program, *sources, "--query", query, "--outputType", form)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr + done.stdout
    return done.stdout


def rows(text: str) -> Rows:
    """Return the rows of a result; Comunica adds a part of its own, which is left out."""
    result = json.loads(text)
    result.pop("metadata")
    return read_rows(json.dumps(result))


def http_requests(text: str) -> int:
    """Return with how many requests Comunica came to a result."""
    return int(json.loads(text)["metadata"]["httpRequests"])
