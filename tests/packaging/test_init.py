"""`iccgraph init` in a checkout: what it copies, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iccgraph.cli.main import main
from tests.conftest import ROOT


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def iccgraph(*words: str) -> Result:
    """Run a verb in this process."""
    return CliRunner().invoke(main, words)


def files(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_it_copies_what_a_build_reads(empty: Path) -> None:
    """The copies are those of the checkout, without the folders that only tests read."""
    assert iccgraph("init").exit_code == 0
    copied = files(empty)
    there: dict[str, bytes] = {}
    for name in ("data", "ontology", "shapes"):
        there |= {f"{name}/{path}": content for path, content in files(ROOT / name).items()}
    left_out = ("ontology/checks/", "ontology/examples/", "shapes/examples/")
    assert copied == {path: c for path, c in there.items() if not path.startswith(left_out)}
    assert "data/practices.csv" in copied


def test_it_says_what_to_do_next(empty: Path) -> None:
    """The folders are the result; the verbs that come next are a message."""
    done = iccgraph("init")
    assert done.stdout.splitlines() == ["data", "ontology", "shapes"]
    assert "`iccgraph build`, then `iccgraph serve`" in done.stderr


def test_it_copies_where_a_build_looks(empty: Path) -> None:
    """The settings that name the folders for a build name them for `init` too."""
    words = ("init", "--data-dir", "mine/tables", "--shapes-dir", "mine/rules")
    assert iccgraph(*words).stdout.splitlines() == ["mine/tables", "ontology", "mine/rules"]
    assert (empty / "mine" / "tables" / "practices.csv").is_file()


@pytest.mark.parametrize("name", ["data", "ontology", "shapes"])
def test_it_overwrites_nothing(name: str, empty: Path) -> None:
    """If one of the folders is there, it is named and nothing is copied, not even the others."""
    (empty / name).mkdir()
    done = iccgraph("init")
    assert done.exit_code == 2
    assert f"{name}_dir is {name}; it is there already and is not overwritten" in done.stderr
    assert [path.name for path in empty.rglob("*")] == [name]


def test_a_folder_that_cannot_be_written_is_told(empty: Path) -> None:
    """Where nothing can be written, the message says so, and no part is left."""
    (empty / "file").write_text("no folder", encoding="utf-8")
    done = iccgraph("init", "--data-dir", "file/data")
    assert done.exit_code == 3
    assert "file/data: cannot be copied" in done.stderr
    assert [path.name for path in empty.rglob("*")] == ["file"]


def test_a_build_without_tables_names_it(empty: Path) -> None:
    """A build in an empty folder says that `iccgraph init` makes what is missing."""
    done = iccgraph("build")
    assert done.exit_code == 2
    assert "begin in an empty folder with `iccgraph init`" in done.stderr
    assert files(empty) == {}
