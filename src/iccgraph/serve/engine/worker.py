"""A query worker: one process, one read-only store, one question at a time.

Run as `python -m iccgraph.serve.engine.worker`; the first frame on standard input says what to
open, each further one is a question. A frame is its length in four bytes, then JSON; the first one
on standard output says that the store is open, each further one is a status and is followed by the
length of a body in eight bytes and the body.
Memory is limited by the kernel: a worker that wants more dies alone. After opening, no further
file or socket can be opened, whatever a query says.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from iccgraph.errors import QueryError, QuerySyntaxError
from iccgraph.serve.engine.evaluation import evaluate
from iccgraph.serve.engine.port import Question
from iccgraph.serve.store import open_store


def read_frame(stream: BinaryIO) -> dict[str, Any] | None:
    """Return the next frame, None at the end."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    document: dict[str, Any] = json.loads(stream.read(struct.unpack(">I", head)[0]))
    return document


def frame(document: dict[str, Any]) -> bytes:
    """Return a document as the bytes of a frame."""
    content = json.dumps(document).encode()
    return struct.pack(">I", len(content)) + content


def _end_with_parent() -> None:
    """End this process soon after the server's, even in the middle of a query."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    """Answer questions until the input ends."""
    _end_with_parent()
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    opening = read_frame(stdin)
    if opening is None:
        return
    store = open_store(Path(opening["folder"]), opening["memory_triples"], opening["triples"])
    _shut_in(opening["memory"])
    stdout.write(frame({"ready": True}))
    stdout.flush()
    while (request := read_frame(stdin)) is not None:
        status: dict[str, Any] = {"ok": True}
        body = b""
        try:
            body = evaluate(store, Question(**request), opening["rows"], opening["bytes"])
        except QueryError as error:
            status = {"ok": False, "error": type(error).__name__, "message": str(error)}
            if isinstance(error, QuerySyntaxError):
                status |= {"line": error.line, "column": error.column}
        except MemoryError:
            status = {"ok": False, "error": "QueryTooLarge", "message": "it needs too much memory"}
        except OSError:
            status = {"ok": False, "error": "QueryRefused", "message": "it wants what is not here"}
        stdout.write(frame(status) + struct.pack(">Q", len(body)) + body)
        stdout.flush()


def _shut_in(memory: int) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


if __name__ == "__main__":
    main()
