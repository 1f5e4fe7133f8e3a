"""Shuts a query worker in: limited memory, no new socket, no other program, hardly a new file.

Whatever a query makes the engine try, the kernel says no. Source: Linux, prctl(2), seccomp(2),
setrlimit(2); the numbers of the system calls are those of `asm/unistd.h`.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
from pathlib import Path
from typing import Final

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions of the kernel's packet filter (BPF): load a word, compare it, say what to do."""
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001
"""Let a call pass; or let it fail with EPERM."""
_NUMBER, _MACHINE = 0, 4
"""Where the number of the call and the kind of machine stand in what a filter sees."""
_OTHER_NUMBERS: Final = 0x40000000
"""From here on, numbers are those of another calling convention of the same machine (x32)."""
_REFUSED: Final = {
    "x86_64": (0xC000003E, {"socket": 41, "connect": 42, "execve": 59, "execveat": 322}),
    "aarch64": (0xC00000B7, {"socket": 198, "connect": 203, "execve": 221, "execveat": 281}),
}
_IO_URING_SETUP: Final = 425
_SET_DEATH_SIGNAL, _NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 1, 38, 22, 2
_prctl = ctypes.CDLL(None, use_errno=True).prctl


def shut_in(memory: int, store: Path | None) -> None:
    """Limit this process for good; `store` is the folder whose files the engine may still open.

    Units: `memory` in bytes, beyond what the process has now.
    """
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + memory
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    refuse_calls()
    # the engine opens most files of a store only when a query needs them
    files = 0 if store is None else _next_handle() + sum(1 for _ in store.iterdir())
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def _next_handle() -> int:
    handle = os.open("/", os.O_RDONLY)
    os.close(handle)
    return handle


def end_with_parent() -> None:
    """Have the kernel end this process when its parent has ended.

    It does so even while this process stands still, or is in the middle of a query.
    """
    _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def refuse_calls() -> bool:
    """Refuse this process sockets and other programs from now on; True if that works."""
    known = _REFUSED.get(platform.machine())
    if known is None:
        return False
    machine, calls = known
    numbers = (*calls.values(), _IO_URING_SETUP)
    last = len(numbers) + 1
    program = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 0, last + 2, machine),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, last, 0, _OTHER_NUMBERS),
        *((_EQUAL, last - place, 0, number) for place, number in enumerate(numbers, 1)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = b"".join(struct.pack("=HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    head = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(buffer)))
    if _prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(_prctl(_SET_SECCOMP, _FILTER, head, 0, 0) == 0)
