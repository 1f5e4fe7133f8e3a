"""Loads N-Quads from standard input into a new store, in a process of its own.

Run as `python -m iccgraph.build.load FOLDER`: the loader then works on one processor while the
build goes on making quads on another, and its memory is not the build's.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from iccgraph.errors import ReleaseError


class StoreLoader:
    """The other end of the pipe: takes N-Quads and hands them to the loading process."""

    def __init__(self, folder: Path) -> None:
        """Start the loading process."""
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "iccgraph.build.load", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def write(self, lines: bytes) -> None:
        """Hand over whole lines of N-Quads.

        Raises: ReleaseError if the process has ended.
        """
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(lines)
        except BrokenPipeError as error:
            raise ReleaseError(self.folder, self._fault()) from error

    def finish(self) -> None:
        """Wait until everything is on disk.

        Raises: ReleaseError if the process could not load everything.
        """
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
        except BrokenPipeError as error:
            raise ReleaseError(self.folder, self._fault()) from error
        if self.process.wait() != 0:
            raise ReleaseError(self.folder, self._fault())
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
    """Load standard input into the folder that is the one argument."""
    store = Store(sys.argv[1])
    store.bulk_load(sys.stdin.buffer, format=RdfFormat.N_QUADS)
    store.flush()


if __name__ == "__main__":
    main()
