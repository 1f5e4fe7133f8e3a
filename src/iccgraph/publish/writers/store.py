"""Loads N-Quads into a new store while they are written, in a process of its own.

Run as `python -m iccgraph.publish.writers.store STORE`; the quads come on standard input in
stretches, each of which is loaded at once. A stretch is pieces of bytes, each after its length in
eight bytes; the length 0 ends it, and the length END the last one. An input that ends before that
comes from a build that has died, and ends the loader too.
The loader works on one processor while the build goes on making quads on another, neither waits
for the other, and its memory, which is that of any bulk load, is not the build's.
"""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import IO, BinaryIO, cast

from pyoxigraph import RdfFormat, Store

from iccgraph.errors import ReleaseError
from iccgraph.publish.graph import Batch
from iccgraph.release.manifest import QUADS, STORE, FileEntry, file_entry

PIECE = 1024 * 1024
END = 2**64 - 1
STRETCH = 32 * 1024 * 1024
"""Bytes of the stretches at the beginning and at the end: so loading begins early and ends soon
after the last."""
BEGINNING = 256 * 1024 * 1024
"""Bytes after which all others up to the end are one stretch: it makes fewer files in the store,
which saves a third of the work."""


class StoreWriter:
    """Hands the growing N-Quads to the loading process, from a thread, so that nobody waits."""

    def __init__(self, folder: Path) -> None:
        """Start the process; the file of N-Quads is there, and may be empty."""
        self.folder, self.store, self.quads = folder, folder / STORE, folder / QUADS
        self.lengths: SimpleQueue[int] = SimpleQueue()
        self.ending = False
        self.process = subprocess.Popen(
            [sys.executable, "-m", "iccgraph.publish.writers.store", str(self.store)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.feeder = threading.Thread(target=self._feed, daemon=True)
        self.feeder.start()

    def _feed(self) -> None:
        """Pass on what the file grows by, until it is complete or the process has ended."""
        pipe = self.process.stdin
        assert pipe is not None
        sent = begun = 0
        with contextlib.suppress(OSError), self.quads.open("rb") as file:
            while length := self.lengths.get():
                end = sent + length
                while piece := file.read(min(PIECE, end - sent)):
                    pipe.write(struct.pack(">Q", len(piece)) + piece)
                    sent += len(piece)
                short = sent < BEGINNING or self.ending
                if short and sent - begun >= STRETCH:
                    pipe.write(struct.pack(">Q", 0))
                    begun = sent
            pipe.write(struct.pack(">Q", END))

    def write(self, batch: Batch) -> None:
        """Let a batch be loaded; its N-Quads must be on disk.

        Raises: ReleaseError if the process has ended.
        """
        if self.process.poll() is not None:
            raise ReleaseError(self.store, self._failure())
        if batch.nquads:
            self.lengths.put(len(batch.nquads))

    def begin_to_end(self) -> None:
        """Load the long stretch now, for little is to come."""
        self.ending = True

    def finish(self) -> dict[str, FileEntry]:
        """Wait until the store is whole and on disk; return what the manifest says of its files.

        Raises: ReleaseError if the process could not load everything.
        """
        self.lengths.put(0)
        self.feeder.join()
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        if self.process.wait() != 0:
            raise ReleaseError(self.store, self._failure())
        self._close()
        paths = sorted(path for path in self.store.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): file_entry(path) for path in paths}

    def close(self) -> None:
        """End the process without waiting for its work."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.lengths.put(0)
        self.feeder.join()
        self._close()

    def _close(self) -> None:
        for pipe in (self.process.stdin, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _failure(self) -> str:
        self.process.wait()
        output = self.process.stderr.read().decode(errors="replace") if self.process.stderr else ""
        last = output.strip().splitlines()[-1:] or [f"exit code {self.process.returncode}"]
        return f"the store could not be loaded ({last[0]}); is the disk full?"


class _Stretch:
    """The bytes of one stretch, as a file."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.left = stream, 0
        self.size = 0
        self.ended = self.last = False

    def read(self, size: int = PIECE) -> bytes:
        """Return some bytes, none at the end of the stretch."""
        if not self.left and not self.ended:
            head = self.stream.read(8)
            if len(head) < 8:
                raise EOFError("the build has ended before its last statement")
            self.left = struct.unpack(">Q", head)[0]
            self.last = self.left == END
            self.ended = self.last or not self.left
            self.left = 0 if self.ended else self.left
        content = self.stream.read(min(size, self.left))
        self.left -= len(content)
        self.size += len(content)
        return content


def main() -> None:
    """Load standard input into the store that the first argument names."""
    store = Store(sys.argv[1])
    size = 0
    while True:
        stretch = _Stretch(sys.stdin.buffer)
        store.bulk_load(cast(IO[bytes], stretch), format=RdfFormat.N_QUADS, lenient=True)
        size += stretch.size
        if stretch.last:
            break
    if size <= BEGINNING:  # short stretches make files that overlap: reading takes twice as long
        store.optimize()
    store.flush()


if __name__ == "__main__":
    main()
