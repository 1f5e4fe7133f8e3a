"""The query workers: one process that waits to be copied, and a copy for each query at a time.

Run as `python -m iccgraph.serve.sparql.workers.worker SOCKET`, the number of an open Unix socket.
Its first frame says what to open. Then each byte that comes with a socket makes a copy of the
process, which talks over that socket; a handle of the copy goes back. A copy is made in some
milliseconds, with its modules, and a store that fits in memory, already there.
A frame is its length in four bytes, then JSON. A worker's first frame says that the store is open;
each further one is a status and is followed by the length of a body in eight bytes and the body.
Memory is limited by the kernel: a worker that wants more dies alone. After opening, no socket can
be opened, whatever a query says (`confinement`).
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from iccgraph.errors import QueryError, QuerySyntaxError
from iccgraph.release.manifest import STORE
from iccgraph.serve.dataset.open import open_store
from iccgraph.serve.sparql.evaluate import evaluate
from iccgraph.serve.sparql.port import Question
from iccgraph.serve.sparql.workers.sandbox import end_with_parent, shut_in


def read_frame(read: Callable[[int], bytes]) -> dict[str, Any] | None:
    """Return the next frame, None at the end; `read` returns as many bytes as it is asked for."""
    head = read(4)
    if len(head) < 4:
        return None
    document: dict[str, Any] = json.loads(read(struct.unpack(">I", head)[0]))
    return document


def frame(document: dict[str, Any]) -> bytes:
    """Return a document as the bytes of a frame."""
    content = json.dumps(document).encode()
    return struct.pack(">I", len(content)) + content


def main() -> None:
    """Make copies of this process until the server's end of the socket is closed."""
    control = socket.socket(fileno=int(sys.argv[1]))
    opening = read_frame(lambda size: control.recv(size, socket.MSG_WAITALL))
    if opening is None:
        return
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel clears away workers that ended
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server is told to stop, and closes us
    ready = open_ready(opening)
    gc.collect()
    gc.freeze()
    control.sendall(frame({"ready": True}))
    parent = os.getpid()
    while True:
        message, handles, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            _work(handles[0], opening, ready, parent)
        os.close(handles[0])
        handle = os.pidfd_open(pid)
        socket.send_fds(control, [struct.pack(">I", pid)], [handle])
        os.close(handle)


def open_ready(opening: dict[str, Any]) -> Store | None:
    """Return the store if it is served from memory, which all copies begin with.

    A store on disk runs threads, which no copy would have, so each worker opens its own.
    """
    if not opening["folder"]:
        return Store()
    if opening["triples"] > opening["memory_triples"]:
        return None
    return open_store(Path(opening["folder"]), opening["memory_triples"], opening["triples"])


def _work(handle: int, opening: dict[str, Any], ready: Store | None, parent: int) -> None:
    """Answer questions until the other end is closed, and end this process."""
    try:
        _end_with_parent(parent)
        talk = socket.socket(fileno=handle)
        store, folder = ready, None
        if store is None:
            folder = Path(opening["folder"])
            store = open_store(folder, opening["memory_triples"], opening["triples"])
        shut_in(opening["memory"], folder / STORE if folder else None)
        _answer_all(talk, store, opening["rows"], opening["bytes"])
    finally:
        os._exit(0)


def _answer_all(talk: socket.socket, store: Store, most_rows: int, most_bytes: int) -> None:
    talk.sendall(frame({"ready": True}))
    read = talk.makefile("rb").read
    while (request := read_frame(read)) is not None:
        status: dict[str, Any] = {"ok": True}
        body = b""
        try:
            body = evaluate(store, Question(**request), most_rows, most_bytes)
        except QueryError as error:
            status = {"ok": False, "error": type(error).__name__, "message": str(error)}
            if isinstance(error, QuerySyntaxError):
                status |= {"line": error.line, "column": error.column}
        except MemoryError:
            status = {"ok": False, "error": "QueryTooLarge", "message": "it needs too much memory"}
        except OSError:
            status = {"ok": False, "error": "QueryRefused", "message": "it wants what is not here"}
        talk.sendall(frame(status) + struct.pack(">Q", len(body)) + body)


def _end_with_parent(parent: int) -> None:
    """End this process soon after the one it was copied from, even in the middle of a query."""
    if end_with_parent() and os.getppid() == parent:
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
