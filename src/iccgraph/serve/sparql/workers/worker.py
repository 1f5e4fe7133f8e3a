"""The query workers: one process that waits to be copied, and a copy for each query at a time.

Run as `python -m iccgraph.serve.sparql.workers.worker SOCKET`, the number of an open Unix socket.
Its first message says what to open. Then each byte that comes with a socket and the end of a pipe
makes a copy of the process, which talks over that socket and has the pipe for its standard error;
a handle of the copy goes back. A copy is made in some milliseconds, with its modules, and a store
that fits in memory, already there.
A message is the lengths of its two parts in 4 and 8 bytes, a JSON document and a body. The first
message of either process says that its store is open, or why it is not.
Memory is limited by the kernel: a worker that wants more dies alone. After opening, no socket can
be opened, whatever a query says (`sandbox`). Everybody ends soon after the web process, however
that ended: this process at the end of its socket, its copies by the kernel's signal.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Store

from iccgraph.errors import QueryError, QuerySyntaxError
from iccgraph.jsonld import Context
from iccgraph.release.manifest import CONTEXT, STORE
from iccgraph.serve.dataset.open import open_store
from iccgraph.serve.sparql.evaluate import evaluate
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.serve.sparql.workers.sandbox import end_with_parent, shut_in

HEAD: Final = struct.Struct(">IQ")
Document = dict[str, Any]
READY: Final[Document] = {"ok": True}
JOINED: Final = 1 << 16
"""Up to this size a body is sent together with its head. Units: bytes."""


def message(document: Document, size: int = 0) -> bytes:
    """Return a message but for its body of so many bytes, which follows."""
    content = json.dumps(document).encode()
    return HEAD.pack(len(content), size) + content


def read_message(read: Callable[[int], bytes]) -> Document | None:
    """Return the document of the next message, None at the end; `read` waits for all it is asked.

    Messages that have a body go the other way.
    """
    head = read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    document: Document = json.loads(read(HEAD.unpack(head)[0]))
    return document


def main() -> None:
    """Make copies of this process until the server's end of the socket is closed."""
    control = socket.socket(fileno=int(sys.argv[1]))
    opening = read_message(lambda size: control.recv(size, socket.MSG_WAITALL))
    if opening is None:
        return
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel clears away workers that ended
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server is told to stop, and closes us
    try:
        store, context = _open_in_memory(opening), _context(opening)
    except Exception as error:
        control.sendall(message(_failure(error)))
        return
    gc.collect()
    gc.freeze()
    control.sendall(message(READY))
    parent = os.getpid()
    while True:
        byte, handles, _, _ = socket.recv_fds(control, 1, 2)
        if not byte:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            _work(handles, opening, (store, context), parent)
        for handle in handles:
            os.close(handle)
        handle = os.pidfd_open(pid)
        socket.send_fds(control, [struct.pack(">I", pid)], [handle])
        os.close(handle)


def _open_in_memory(opening: Document) -> Store | None:
    """Return the store if it is served from memory, which all copies begin with.

    A store on disk runs threads, which no copy would have, so each worker opens its own.
    """
    if not opening["folder"]:
        return Store()
    if opening["triples"] > opening["memory_triples"]:
        return None
    return open_store(Path(opening["folder"]), opening["memory_triples"], opening["triples"])


def _context(opening: Document) -> Context:
    folder = opening["folder"]
    text = (Path(folder) / CONTEXT).read_text(encoding="utf-8") if folder else '{"@context": {}}'
    return Context(text)


def _work(
    handles: list[int], opening: Document, opened: tuple[Store | None, Context], parent: int
) -> None:
    """Answer queries until the other end is closed, and end this process."""
    try:
        end_with_parent()
        if os.getppid() != parent:  # it has ended before that
            return
        talk, stderr = socket.socket(fileno=handles[0]), handles[1]
        os.set_blocking(stderr, False)  # who breaks down does not wait until somebody reads why
        os.dup2(stderr, sys.stderr.fileno())
        os.close(stderr)
        faulthandler.enable()  # it writes which signal ended the process
        store, context = opened
        try:
            store = _shut_in(opening, store)
        except Exception as error:
            talk.sendall(message(_failure(error)))
            return
        talk.sendall(message(READY))
        _answer_all(talk, store, context, opening)
    except BaseException as error:  # the engine's panics are no Exception
        sys.stderr.write(f"{type(error).__name__}\n")
    finally:
        os._exit(0)


def _shut_in(opening: Document, store: Store | None) -> Store:
    """Limit this process for good, and return the store that it has open."""
    if store is not None:
        shut_in(opening["memory"], None)
        return store
    folder = Path(opening["folder"])
    store = open_store(folder, opening["memory_triples"], opening["triples"])
    shut_in(opening["memory"], folder / STORE)
    return store


def _answer_all(talk: socket.socket, store: Store, context: Context, opening: Document) -> None:
    read = talk.makefile("rb").read
    while (request := read_message(read)) is not None:
        status, body = READY, b""
        try:
            query = SparqlQuery(**request)
            body = evaluate(store, context, query, opening["rows"], opening["bytes"])
        except (QueryError, MemoryError, OSError) as error:
            status = _failure(error)
        head = message(status, len(body))
        if len(body) <= JOINED:
            talk.sendall(head + body)
        else:
            talk.sendall(head)
            talk.sendall(body)


def _failure(error: Exception) -> Document:
    report = {"ok": False, "error": type(error).__name__, "message": str(error)}
    if isinstance(error, QuerySyntaxError):
        report |= {"line": error.line, "column": error.column, "parser": error.parser}
    return report


if __name__ == "__main__":
    main()
