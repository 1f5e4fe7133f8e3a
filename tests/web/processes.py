"""What the tests see of a server's processes, read from /proc."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

WORKER = b"iccgraph.serve.sparql.workers.worker"


def _children() -> dict[int, list[tuple[int, str]]]:
    """Return the processes by their parent, each with its state."""
    found: dict[int, list[tuple[int, str]]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            found.setdefault(int(fields[1]), []).append((int(folder.name), fields[0]))
    return found


def descendants(pid: int) -> dict[int, str]:
    """Return the processes below one, each with its state."""
    children = _children()
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        for child, state in children.get(waiting.pop(), []):
            found[child] = state
            waiting.append(child)
    return found


def workers(pid: int) -> set[int]:
    """Return the query workers of a server; the process that they are copied from is none."""
    return {
        child
        for child in descendants(pid)
        if WORKER in _words(child) and WORKER in _words(_parent(child))
    }


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def zombies(pid: int) -> set[int]:
    """Return the processes of a server that ended and that nobody has asked after."""
    return {child for child, state in descendants(pid).items() if state == "Z"}


def pending(pid: int) -> set[int]:
    """Return the signals that a process was sent and has not looked at yet."""
    try:
        said = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return set()
    bits = int(said.partition("ShdPnd:")[2].split()[0], 16)
    return {number + 1 for number in range(64) if bits >> number & 1}


def memory(pids: set[int]) -> int:
    """Return how many bytes of memory some processes hold together."""
    pages = 0
    for pid in pids:
        try:
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * 4096


def files(pids: set[int]) -> int:
    """Return how many files and sockets some processes have open together."""
    found = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            found += sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    return found


def alive(pid: int) -> bool:
    """Return whether a process is there and runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(fact: Callable[[], bool], seconds: float = 60) -> bool:
    """Return whether something becomes true; so long a time passes only where it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if fact():
            return True
        time.sleep(0.05)
    return fact()
