"""Compresses dumps while they are written, in a thread of its own.

Source: RFC 1952. The header of a twin holds neither a time nor a name, so that equal files have
equal twins. The thread works while the build goes on: zlib and SHA-256 let go of the interpreter.
"""

from __future__ import annotations

import contextlib
import threading
import zlib
from pathlib import Path
from queue import Queue
from typing import Final

from iccgraph.formats import GZIP
from iccgraph.publish.writers.files import HashedFile
from iccgraph.release.manifest import FileEntry

LEVEL: Final = 6
GZIP_WINDOW: Final = 31
"""The largest window, with the header of gzip (zlib, deflateInit2)."""
WAITING: Final = 16
"""So many pieces may wait to be compressed; then whoever writes waits."""


class Twins:
    """The gzip twins of all dumps of a release; their pieces are compressed one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, tuple[HashedFile, zlib._Compress]] = {}
        self._pieces: Queue[tuple[str, bytes] | None] = Queue(WAITING)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._compress, daemon=True)
        self._thread.start()

    def open(self, path: str) -> None:
        """Begin the twin of the file with this path in the release."""
        file = HashedFile(self.folder / (path + GZIP))
        self._files[path] = file, zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_WINDOW)

    def write(self, path: str, content: bytes) -> None:
        """Append bytes to the twin of a file.

        Raises: OSError if those before them could not be written.
        """
        if self._failure is not None:
            raise self._failure
        self._pieces.put((path, content))

    def _compress(self) -> None:
        while (piece := self._pieces.get()) is not None:
            if self._failure is None:
                try:
                    file, compressor = self._files[piece[0]]
                    file.write(compressor.compress(piece[1]))
                except BaseException as error:
                    self._failure = error

    def finish(self) -> dict[str, FileEntry]:
        """Wait for the rest, close the twins and return what the manifest says of each.

        Raises: OSError if one could not be written.
        """
        self._end()
        if self._failure is not None:
            raise self._failure
        entries = {}
        for path, (file, compressor) in self._files.items():
            file.write(compressor.flush())
            entries[path + GZIP] = file.finish()
        return entries

    def _end(self) -> None:
        if self._thread.is_alive():
            self._pieces.put(None)
            self._thread.join()

    def close(self) -> None:
        """Close the twins, finished or not."""
        self._end()
        for file, _ in self._files.values():
            with contextlib.suppress(OSError):  # what is left of an unfinished one has no room
                file.close()
