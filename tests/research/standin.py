"""A site with the releases of a folder, and with every fault that a site can have."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from iccgraph.release.manifest import MANIFEST

LATEST = f"/data/latest/{MANIFEST}"
PAGE = b"<!doctype html><title>A page</title><p>Not a release."


@dataclass
class Site:
    """What the stand-in serves, what is wrong with it, and what it was asked.

    Arguments: `faults` says by the end of an address what is wrong with it: `silent`, `slow-head`,
    `slow`, `page`, `cut`, `changed`, `long`, `loop`, `gone`, or a status; `asked` has each address
    with its header Range.
    """

    folder: Path
    current: str
    url: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    ranges: bool = True
    ended: threading.Event = field(default_factory=threading.Event)

    def fault(self, path: str) -> str:
        """Return what is wrong with an address, empty if nothing is."""
        return next((fault for end, fault in self.faults.items() if path.endswith(end)), "")

    def content(self, path: str) -> bytes | None:
        """Return the file of a release, None if there is none."""
        _, _, rest = path.partition("/release/")
        release, _, name = rest.partition("/")
        place = Path(MANIFEST) if name == MANIFEST else Path("dumps") / name
        file = self.folder / release / place
        return file.read_bytes() if name and file.is_file() else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        """Answer as a site does, or as its fault says."""
        site, asked = self.site, self.headers.get("Range", "")
        site.asked.append((self.path, asked))
        fault = site.fault(self.path)
        if fault == "silent":
            site.ended.wait()
            self.close_connection = True
        elif fault == "slow-head":
            self._slowly(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 100_000)
        elif fault.isdigit():
            self._send(int(fault), b"")
        elif fault == "page":
            self._send(200, PAGE, {"Content-Type": "text/html"})
        elif fault == "loop":
            self._send(302, b"", {"Location": self.path})
        elif self.path == LATEST:
            self._send(302, b"", {"Location": f"/release/{site.current}/{MANIFEST}"})
        else:
            self._file(site.content(self.path), fault, asked)

    def _file(self, content: bytes | None, fault: str, asked: str) -> None:
        if content is None:
            return self._send(404, PAGE)
        if fault == "changed":
            content = content[:-1] + bytes([content[-1] ^ 1])
        if fault == "long":
            content += b"more"
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.site.ranges else 0
        headers = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
        rest = content[start:]
        if fault in ("cut", "slow"):
            self.send_response(200)
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            if fault == "slow":
                return self._slowly(rest)
            self.wfile.write(rest[: len(rest) // 2])
            self.close_connection = True
            return None
        return self._send(206 if start else 200, rest, headers if start else {})

    def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _slowly(self, content: bytes) -> None:
        """Send a letter now and then, never so late that the line is silent."""
        for letter in content:
            if self.site.ended.wait(0.02):
                break
            with contextlib.suppress(OSError):
                self.wfile.write(bytes([letter]))
                continue
            break
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def standing_in(folder: Path, current: str) -> Iterator[Site]:
    """Serve the releases of a folder from a free port."""
    site = Site(folder, current)
    handler = type("Handler", (_Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield site
    finally:
        site.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
