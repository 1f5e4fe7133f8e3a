"""Files of a site over HTTP, in the time that they have.

A site may be silent for as long as the time-out says, and must send 64 KiB a second beyond it; so
one that sends a letter now and then holds nobody for ever.
Source: RFC 9110, sections 14.2 (Range) and 15 (statuses).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import requests
import urllib3
from requests.exceptions import ChunkedEncodingError, SSLError

from iccgraph import __version__
from iccgraph.errors import ArgumentError, DownloadError, DownloadTimeout
from iccgraph.linkcheck.session import open_session

AGENT: Final = f"iccgraph/{__version__} (iccgraph.open) requests/{requests.__version__}"
SLOWEST: Final = 64 * 1024
"""What a site must send at least, once the time-out has passed. Units: bytes a second."""
PART: Final = 256 * 1024
"""What is read at once, at most. Units: bytes."""
_LATER: Final = (429, 500, 502, 503, 504)
_STARTS: Final = re.compile(r"bytes (\d+)-")


class Downloader:
    """Asks a site for files, each over a connection of its own, so that none is left open.

    Arguments: `timeout` is how long the site may be silent.
    Units: seconds.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout

    def read(self, address: str, most: int) -> tuple[str, bytes]:
        """Return where an address leads to, and what is there, which has at most `most` bytes.

        Raises: DownloadError.
        """
        with self._errors_told(address), self._get(address, 0) as response:
            body = bytearray()
            for part in self._parts(response, address, 0):
                body += part
                if len(body) > most:
                    raise DownloadError(
                        address, f"has more than the {most} bytes that it may have; nothing is read"
                    )
            return response.url, bytes(body)

    def parts(self, address: str, start: int, size: int) -> Iterator[tuple[int, bytes]]:
        """Yield the bytes of a file from `start` on, each part with its place in the file.

        A site that sends no ranges begins at 0 again.
        Raises: DownloadError if it cannot be had whole, or is longer than `size`.
        """
        with self._errors_told(address), self._get(address, start) as response:
            place = start if response.status_code == 206 else 0
            for part in self._parts(response, address, size - place):
                yield place, part
                place += len(part)
                if place > size:
                    raise DownloadError(
                        address, f"has more than the {size} bytes that its manifest says"
                    )
        if place < size:
            raise DownloadError(
                address,
                f"ended after {place} of {size} bytes; open the release again, which goes on there",
            )

    @contextmanager
    def _get(self, address: str, start: int) -> Iterator[requests.Response]:
        """Ask for a file from a place on; whatever is no part of it is an error."""
        # the files are compressed already, and ranges count the bytes that they have
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        with (
            open_session(AGENT) as session,
            session.get(address, headers=headers, timeout=self.timeout, stream=True) as response,
        ):
            status = response.status_code
            starts = _STARTS.match(response.headers.get("Content-Range", ""))
            if status == 200 or (status == 206 and starts and int(starts[1]) == start):
                yield response
            else:
                raise DownloadError(address, _refusal(status))

    def _parts(self, response: requests.Response, address: str, size: int) -> Iterator[bytes]:
        """Yield what a response has, until its time is up."""
        end = time.monotonic() + self.timeout + size / SLOWEST
        while part := response.raw.read1(PART):
            if time.monotonic() > end:
                raise DownloadTimeout(
                    address,
                    f"sends less than {SLOWEST // 1024} KiB a second; try again later, or give it "
                    "more time with timeout=",
                )
            yield part

    @contextmanager
    def _errors_told(self, address: str) -> Iterator[None]:
        """Turn what requests, urllib3 and the system say into one error in plain words."""
        try:
            yield
        except requests.TooManyRedirects as error:
            raise DownloadError(address, "leads from one address to another without end") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if isinstance(error, ValueError):  # InvalidURL, InvalidSchema, LocationParseError
                raise _no_address(address) from error
            raise self._in_words(address, error) from error
        except ValueError as error:
            if isinstance(error, ArgumentError):
                raise
            raise _no_address(address) from error

    def _in_words(self, address: str, error: Exception) -> DownloadError:
        if isinstance(error, SSLError):
            return DownloadError(
                address, "has a certificate that is not accepted; is it the right address?"
            )
        if _is_late(error):
            return DownloadTimeout(
                address,
                f"did not answer within {self.timeout:g} seconds; try again later, or give it more "
                "time with timeout=",
            )
        if isinstance(error, urllib3.exceptions.ProtocolError | ChunkedEncodingError):
            return DownloadError(
                address, "broke off before its end; open the release again, which goes on there"
            )
        return DownloadError(
            address,
            "cannot be reached; is the address right, and the site running? What was fetched "
            "before can be read with offline=True",
        )


def _no_address(address: str) -> ArgumentError:
    return ArgumentError(
        f"{address[:200]!r} is no address of a site; expected one such as http://localhost:8000/"
    )


def _refusal(status: int) -> str:
    """Return what a status means for whoever wants a file of a release."""
    if status == 404:
        return "is not there (404); expected a file of a release on a site of iccgraph"
    if status == 410:
        return "has been deleted (410); the page /release/ of the site lists the releases there are"
    if status in _LATER:
        return f"answers {status}; the site is busy or broken: try again later"
    return f"answers {status}, and no file; expected a site of iccgraph that everybody may read"


def _is_late(error: BaseException | None) -> bool:
    """True if a time-out stands behind an error."""
    late = (TimeoutError, requests.Timeout, urllib3.exceptions.ReadTimeoutError)
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        inner = [arg for arg in error.args if isinstance(arg, BaseException)]
        if isinstance(error, late) or any(isinstance(arg, late) for arg in inner):
            return True
        error = error.__cause__ or error.__context__ or (inner[0] if inner else None)
    return False
