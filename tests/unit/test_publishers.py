"""Who publishes may be killed, be one of several, or be refused by the operating system."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from iccgraph.publish.pipeline import build_release
from iccgraph.release.folder import DRAFT, ReleaseFolder, is_whole
from iccgraph.settings import Settings
from tests.unit.support import change, listing, options, small_sources

DEADLINE = 60
PAUSED = (
    "import sys, time, iccgraph.cli.main as cli\n"
    "def pause(stage, count):\n"
    "    if stage == sys.argv[1]:\n"
    "        print('here', flush=True)\n"
    "        time.sleep(600)\n"
    "cli.show_progress = pause\n"
    "cli.main(sys.argv[2:])\n"
)
"""Runs a verb that stops in the middle of a build, at the stage that the first argument names."""


def eventually(fact: Callable[[], bool]) -> bool:
    """True if the fact comes true before a wide deadline."""
    end = time.monotonic() + DEADLINE
    while not fact():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def build_words(settings: Settings) -> list[str]:
    """Return the words of a build in these folders."""
    return ["build", *options(settings), f"--releases-dir={settings.releases_dir}"]


def drafts(settings: Settings) -> list[Path]:
    """Return what builds have in hand, or left."""
    return [p for p in settings.releases_dir.iterdir() if p.name.startswith(".")]


def verb(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a verb of the releases in a process of its own."""
    command = [sys.executable, "-m", "iccgraph", "releases", *words]
    command.append(f"--releases-dir={settings.releases_dir}")
    return subprocess.run(command, capture_output=True, text=True, check=False)


@contextmanager
def paused(settings: Settings, stage: str) -> Iterator[subprocess.Popen[str]]:
    """Run a build until a stage, where it waits."""
    command = [sys.executable, "-c", PAUSED, stage, *build_words(settings)]
    with subprocess.Popen(command, stdout=-1, stderr=-1, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "here\n"
            yield process
        finally:
            process.kill()


# Killed.


@pytest.mark.parametrize("stage", ["practices", "validate", "publish"])
def test_killed_build(released: Settings, stage: str) -> None:
    """What a killed build leaves is gone after any verb; before that it disturbs nothing."""
    before = listing(released.releases_dir)
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    with paused(released, stage) as process:
        (draft,) = drafts(released)
        assert draft.name.startswith(DRAFT)
        process.kill()
    assert eventually(lambda: verb(released, "list").returncode == 0 and not drafts(released))
    assert listing(released.releases_dir) == before
    assert build_release(released, validate=False).manifest.history.changed == 1


def test_next_build_cleans_up(released: Settings) -> None:
    """The next build removes what a killed one left, and a pointer that was never put in place."""
    with paused(released, "practices"):
        pass
    (released.releases_dir / ".current-x").write_text("2026")
    assert eventually(lambda: bool(build_release(released, False)) and not drafts(released))


def test_build_at_work_is_left_alone(released: Settings) -> None:
    """No verb touches the draft of a build that is still at work, nor has to wait for it."""
    with paused(released, "practices"):
        assert verb(released, "list").returncode == 0
        assert verb(released, "use", "current").returncode == 0
        assert len(drafts(released)) == 1


def test_interrupted(small: Settings) -> None:
    """A build that is interrupted ends with 130, without a traceback, and leaves nothing."""
    with paused(small, "practices") as process:
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=DEADLINE)
    assert process.returncode == 130
    assert told == "interrupted\n"
    assert drafts(small) == []


# Several.


def test_publishers_take_turns(small: Settings, tmp_path: Path) -> None:
    """Builds at the same time all publish; each history goes on from the release before."""
    processes = []
    for number in range(3):
        settings = small_sources(tmp_path / f"publisher{number}")
        change(settings, "practices", "casa-aberta", summary=f"Opens {number} houses.")
        words = [*build_words(settings)[:-1], f"--releases-dir={small.releases_dir}"]
        command = [sys.executable, "-m", "iccgraph", *words, "--skip-validation"]
        processes.append(subprocess.Popen(command, stdout=-1, stderr=-1, text=True))
    ended = [process.communicate(timeout=10 * DEADLINE) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], ended
    names = {out.strip() for out, _ in ended}
    releases = ReleaseFolder(small.releases_dir)
    assert set(releases.names()) == names
    assert all(is_whole(releases.folder(name)) for name in names)
    chain = [releases.current()]
    while (previous := releases.before(chain[-1])) is not None:
        chain.append(previous)
    assert sorted(chain) == sorted(names)
    assert drafts(small) == []


def test_waiting_is_told(released: Settings) -> None:
    """Who must wait for another publisher says so, and goes on when that one is done."""
    told: list[str] = []
    waiting = ReleaseFolder(released.releases_dir, told.append)
    name = waiting.current()
    thread = threading.Thread(target=waiting.use, args=(name,))
    with ReleaseFolder(released.releases_dir).locked():
        (released.releases_dir / "current").unlink()
        thread.start()
        assert eventually(lambda: bool(told))
        assert waiting.current_name() is None
    thread.join(DEADLINE)
    assert waiting.current_name() == name
    assert told == [
        f"{released.releases_dir}: another process is changing the releases; waiting for it"
    ]


# Refused.


def full(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a verb where no file can get a byte, as on a full disk."""
    return subprocess.run(
        [sys.executable, "-m", "iccgraph", *words, f"--releases-dir={settings.releases_dir}"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )


def test_full_disk(released: Settings) -> None:
    """On a full disk every verb that writes says so with exit code 4, and changes nothing."""
    first = ReleaseFolder(released.releases_dir).current()
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    build_release(released, validate=False)
    change(released, "practices", "casa-aberta", summary="Opens three houses.")
    before = listing(released.releases_dir)
    for words in (
        ("releases", "use", first),
        ("releases", "rollback"),
        ("build", *options(released)),
    ):
        done = full(released, *words)
        assert done.returncode == 4, done.stderr
        assert "cannot be written (" in done.stderr
        assert "Traceback" not in done.stderr
        assert listing(released.releases_dir) == before


def test_folder_that_nobody_can_make(small: Settings) -> None:
    """A releases folder where the system allows none ends a build with exit code 4."""
    command = [sys.executable, "-m", "iccgraph", *build_words(small)[:-1]]
    done = subprocess.run(
        [*command, "--releases-dir=/proc/releases"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 4
    assert "/proc/releases: cannot be written (" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder(released: Settings) -> None:
    """Where nothing may be written, reading verbs work, and the others end with exit code 4."""
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    build_release(released, validate=False)
    released.releases_dir.chmod(0o555)
    try:
        for words, code in (("list", 0), ("verify", 0), ("rollback", 4), ("prune --keep 1", 4)):
            done = verb(released, *words.split())
            assert done.returncode == code, done.stderr
            assert "Traceback" not in done.stderr
    finally:
        released.releases_dir.chmod(0o755)


def test_output_that_cannot_be_written(released: Settings) -> None:
    """A full device as output is told with exit code 4 by any verb."""
    place = f"--releases-dir={released.releases_dir}"
    with Path("/dev/full").open("w") as device:
        for words in (["query", "ASK { ?s ?p ?o }", place], ["releases", "list", place]):
            done = subprocess.run(
                [sys.executable, "-m", "iccgraph", *words],
                stdout=device,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
            assert done.returncode == 4, (words, done.stderr)
            assert "No space left on device" in done.stderr
            assert "Traceback" not in done.stderr


def test_release_that_is_copied(released: Settings, tmp_path: Path) -> None:
    """A release that was copied to another machine as the guide says is served there."""
    name = ReleaseFolder(released.releases_dir).current()
    there = tmp_path / "there"
    there.mkdir()
    shutil.copytree(released.releases_dir / name, there / ".incoming")
    subprocess.run(["mv", "-T", there / ".incoming", there / name], check=True)
    ReleaseFolder(there).use(name)
    assert ReleaseFolder(there).current() == name
    shutil.copytree(released.releases_dir / name, there / ".incoming")
    again = subprocess.run(["mv", "-T", there / ".incoming", there / name], check=False)
    assert again.returncode != 0
    assert is_whole(there / name)
