"""The files that set the environment up: the Makefile, the two locks and the workflow."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

OLD = f"""#!/bin/sh
exec {sys.executable} -c 'import sys; sys.version_info = (3, 10, 13); exec(sys.argv[1])' "$2"
"""
"""A program that takes itself for Python 3.10, when it is asked as `python -c`."""
TESTERS = {"pytest", "mypy", "ruff", "selenium", "hypothesis", "oxigraph", "hatchling"}


def pins(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Return version and checksums of each package of a lock."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = {}
    for block in re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]:
        package, version = block.split()[0].split("==")
        found[package] = (version, frozenset(re.findall(r"--hash=(\S+)", block)))
    return found


def test_both_locks_agree() -> None:
    """What runs is locked as it was tested: the same versions with the same checksums."""
    run, everything = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {"flask", "pyoxigraph", "pyshacl"} <= run.keys()
    assert run.items() <= everything.items()
    assert all(checksums for _, checksums in everything.values())


def test_the_lock_of_what_runs_has_no_testers() -> None:
    """Whoever only runs iccgraph installs no tool of its development."""
    assert pins("requirements-dev.txt").keys() >= TESTERS
    assert TESTERS & pins("requirements.txt").keys() == set()


def project() -> dict[str, Any]:
    """Return the table `project` of pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)["project"]
    return table


def make(*words: str) -> subprocess.CompletedProcess[str]:
    """Run make in the checkout."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    command = ["make", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_a_python_that_is_too_old_is_told(tmp_path: Path) -> None:
    """With too old a Python the set-up says what is needed, and makes no environment."""
    needed = project()["requires-python"].removeprefix(">=")
    old = tmp_path / "old-python"
    old.write_text(OLD, encoding="utf-8")
    old.chmod(0o755)
    done = make("setup", f"PYTHON={old}", f"VENV={tmp_path / 'environment'}")
    assert done.returncode != 0
    assert f"iccgraph needs Python {needed} or newer, and {old} is 3.10" in done.stderr
    assert not (tmp_path / "environment").exists()


def test_what_another_python_left_is_cleared(tmp_path: Path) -> None:
    """The set-up begins with an empty environment; here it ends before anything is installed."""
    left = tmp_path / "environment" / "left"
    left.parent.mkdir()
    left.touch()
    done = make("setup", f"PYTHON={sys.executable}", f"VENV={left.parent}", "BIN=nowhere")
    assert done.returncode != 0
    assert (left.parent / "pyvenv.cfg").exists()
    assert not left.exists()


def test_every_supported_python_is_tested() -> None:
    """The workflow runs with each version of Python that the package says it supports."""
    classifiers = project()["classifiers"]
    supported = re.findall(r"Python :: (3\.\d+)", "\n".join(classifiers))
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    matrices = re.findall(r"^ +python: \[(.+)\]$", workflow, re.MULTILINE)
    assert matrices
    for matrix in matrices:
        assert re.findall(r'"([^"]+)"', matrix) == supported


def test_the_workflow_runs_what_a_developer_runs() -> None:
    """Each step of the workflow that runs a command runs a script of the repository, whole."""
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    commands = re.findall(r"^ +- run: (.+)$", workflow, re.MULTILINE)
    assert sorted(commands) == [".ci/run", ".ci/wheel"]
    assert all(os.access(ROOT / command, os.X_OK) for command in commands)
