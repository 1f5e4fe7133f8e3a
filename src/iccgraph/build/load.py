"""Loads a growing file of N-Quads into a new store, in a process of its own.

Run as `python -m iccgraph.build.load STORE QUADS`; each line of standard input is the length, in
bytes, to which the file has grown and may be loaded. The loader works on one processor while the
build goes on making quads on another, neither waits for the other, and its memory is not the
build's.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from iccgraph.errors import ReleaseError

SMALLEST = 16 * 1024 * 1024
LARGEST = 32 * 1024 * 1024
"""Bytes that are loaded at once: few, so that loading begins early and ends soon after the last;
larger portions make fewer files in the store, and were measured to make it no faster."""


class StoreLoader:
    """Tells the loading process how far it may go."""

    def __init__(self, store: Path, quads: Path) -> None:
        """Start the process; the file may still be empty, or not yet there."""
        self.store = store
        self.told, self.portion = 0, SMALLEST
        self.process = subprocess.Popen(
            [sys.executable, "-m", "iccgraph.build.load", str(store), str(quads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def due(self, size: int) -> bool:
        """Return whether the file has grown by enough to be worth telling."""
        return size - self.told >= self.portion

    def tell(self, size: int) -> None:
        """Let everything up to this size be loaded; it must be on disk, and end with a line.

        Raises: ReleaseError if the process has ended.
        """
        assert self.process.stdin is not None
        self.told, self.portion = size, min(self.portion * 2, LARGEST)
        try:
            self.process.stdin.write(b"%d\n" % size)
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise ReleaseError(self.store, self._fault()) from error

    def finish(self, size: int) -> None:
        """Wait until everything up to this size is in the store, and the store on disk.

        Raises: ReleaseError if the process could not load everything.
        """
        assert self.process.stdin is not None
        self.tell(size)
        self.process.stdin.close()
        if self.process.wait() != 0:
            raise ReleaseError(self.store, self._fault())
        self._close()

    def stop(self) -> None:
        """End the process without waiting for its work."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._close()

    def _close(self) -> None:
        for pipe in (self.process.stdin, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _fault(self) -> str:
        self.process.wait()
        said = self.process.stderr.read().decode(errors="replace") if self.process.stderr else ""
        last = said.strip().splitlines()[-1:] or [f"exit code {self.process.returncode}"]
        return f"the store could not be loaded ({last[0]}); is the disk full?"


def main() -> None:
    """Load the file, the second argument, into the store, the first, as far as we are told."""
    store, loaded = Store(sys.argv[1]), 0
    for line in sys.stdin:
        with Path(sys.argv[2]).open("rb") as file:
            file.seek(loaded)
            portion = file.read(int(line) - loaded)
        store.bulk_load(portion, format=RdfFormat.N_QUADS, lenient=True)  # we wrote it ourselves
        loaded = int(line)
    store.flush()


if __name__ == "__main__":
    main()
