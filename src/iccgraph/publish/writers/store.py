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
        """Start the process; the N-Quads may still be empty, or not yet there."""
        self.folder, self.store, self.quads = folder, folder / STORE, folder / QUADS
        self.size, self.complete = 0, False
        self.ending = self.abandoned = False
        self.grown = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "iccgraph.publish.writers.store", str(self.store)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.feeder = threading.Thread(target=self._feed, daemon=True)
        self.feeder.start()

    def _feed(self) -> None:
        """Pass on what the file has grown by, until it is complete or the process has ended."""
        assert self.process.stdin is not None
        sent = begun = 0
        with contextlib.suppress(OSError), contextlib.ExitStack() as opened:
            while (size := self._grown_beyond(sent)) > sent:
                if not sent:
                    file = opened.enter_context(self.quads.open("rb"))
                while sent < size:
                    piece = file.read(min(PIECE, size - sent))
                    self.process.stdin.write(struct.pack(">Q", len(piece)) + piece)
                    sent += len(piece)
                short = sent < BEGINNING or self.ending
                if short and sent - begun >= STRETCH:
                    self.process.stdin.write(struct.pack(">Q", 0))
                    begun = sent
            if not self.abandoned:
                self.process.stdin.write(struct.pack(">Q", END))

    def _grown_beyond(self, sent: int) -> int:
        """Wait until the file is larger, or complete, and return its size."""
        with self.grown:
            self.grown.wait_for(lambda: self.complete or self.size > sent)
            return self.size

    def write(self, batch: Batch) -> None:
        """Let a batch be loaded; its N-Quads must be on disk.

        Raises: ReleaseError if the process has ended.
        """
        if self.process.poll() is not None:
            raise ReleaseError(self.store, self._fault())
        self._grow(self.size + len(batch.nquads), complete=False)

    def _grow(self, size: int, complete: bool) -> None:
        with self.grown:
            self.size, self.complete = size, complete
            self.grown.notify()

    def begin_to_end(self) -> None:
        """Load the long stretch now, for little is to come."""
        self.ending = True

    def finish(self) -> dict[str, FileEntry]:
        """Wait until the store is whole and on disk; return what the manifest says of its files.

        Raises: ReleaseError if the process could not load everything.
        """
        self._grow(self.size, complete=True)
        self.feeder.join()
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        if self.process.wait() != 0:
            raise ReleaseError(self.store, self._fault())
        self._close()
        paths = sorted(path for path in self.store.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): file_entry(path) for path in paths}

    def close(self) -> None:
        """End the process without waiting for its work."""
        self.abandoned = True
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._grow(self.size, complete=True)
        self.feeder.join()
        self._close()

    def _close(self) -> None:
        for pipe in (self.process.stdin, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _fault(self) -> str:
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
