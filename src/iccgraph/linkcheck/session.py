"""A session of requests in which the head of an answer has a deadline.

A time-out is about silence only: a site that sends a letter now and then would hold a run for ever.
"""

from __future__ import annotations

import contextlib
import socket
from http.client import HTTPException
from threading import Timer
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

SILENCES = 3
"""The head of an answer may take so many times as long as a site may be silent."""


class _Deadline(HTTPConnection):
    """A connection that ends if the head of an answer does not."""

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 has it
        """Return the answer, as soon as its head is whole.

        Raises: TimeoutError.
        """
        late = False

        def end() -> None:
            nonlocal late
            late = True
            with contextlib.suppress(OSError):
                if self.sock is not None:
                    self.sock.shutdown(socket.SHUT_RDWR)

        timer = Timer(SILENCES * float(self.timeout or 0), end)
        timer.daemon = True
        timer.start()
        try:
            response = super().getresponse()
        except (OSError, HTTPException) as error:
            if late:
                raise TimeoutError("the head of the answer did not end") from error
            raise
        finally:
            timer.cancel()
        if late:  # a head that is cut reads as one that is whole
            response.close()
            raise TimeoutError("the head of the answer did not end")
        return response


class _SecureDeadline(_Deadline, HTTPSConnection):
    """The same with TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Deadline


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureDeadline


class _Adapter(HTTPAdapter):
    """Connects in this way."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """Make the pools of connections."""
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


def no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave a request as it is, so that no password of a file such as `.netrc` is sent."""
    return request


def open_session(agent: str) -> requests.Session:
    """Return a session that calls itself so, and sends no passwords."""
    session = requests.Session()
    session.headers.update({"User-Agent": agent, "Accept": "*/*"})
    session.auth = no_credentials
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())
    return session
