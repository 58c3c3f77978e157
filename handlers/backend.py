"""How python-telegram-bot speaks HTTP here: over aiohttp.

Its own default backend (httpx) is what limits a bot's speed. This one does what we use: JSON or multipart out, JSON in,
connections kept open, time-outs. The token stands in every URL, so no error text of aiohttp's is passed on.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final, Protocol

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest

from liaisonbot import as_json

KEEP_ALIVE_SECONDS: Final = 60.0
"""So long an idle connection stays open: a quiet office need not shake hands for every message."""

_JSON_HEADERS: Final = {"Content-Type": "application/json"}


class ConnectionCut(NetworkError):
    """The connection ended after the call was on its way: nobody can say whether it was carried out."""


class RequestData(Protocol):
    """What we need of python-telegram-bot's object of that name."""

    contains_files: bool

    @property
    def parameters(self) -> Mapping[str, Any]: ...
    @property
    def json_parameters(self) -> Mapping[str, str]: ...
    @property
    def multipart_data(self) -> Mapping[str, tuple[str, Any, str]]: ...


class Backend(BaseRequest):
    """The HTTP side of one bot. Used within one event loop, between ``initialize`` and ``shutdown``."""

    def __init__(self, *, read_seconds: float = 20.0, connect_seconds: float = 10.0) -> None:
        self._read_seconds = read_seconds
        self._connect_seconds = connect_seconds
        self._session: aiohttp.ClientSession | None = None
        self._timeouts: dict[tuple[float | None, float | None], aiohttp.ClientTimeout] = {}

    @property
    def read_timeout(self) -> float:
        return self._read_seconds

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as JSON. Unlike the library's own, it does not log one that cannot be read: words may be in it."""
        try:
            parsed: dict[str, Any] = as_json.read(payload)
        except ValueError:
            raise TelegramError("Invalid server response") from None
        return parsed

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE_SECONDS, limit=0),
                headers={"User-Agent": self.USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body. Raises TimedOut, ConnectionCut, or NetworkError when Telegram was not reached at all."""
        if self._session is None:
            raise NetworkError("the HTTP session is not open")
        body, headers = _body(request_data)
        timeout = self._timeout(read_timeout, connect_timeout)
        try:
            async with self._session.request(method, url, data=body, headers=headers, timeout=timeout) as response:
                return response.status, await response.read()
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as exc:
            raise NetworkError(f"not connected ({_plain(exc)})") from None
        except TimeoutError as exc:
            raise TimedOut(f"no answer in time ({_plain(exc)})") from None
        except (aiohttp.ClientError, OSError) as exc:
            raise ConnectionCut(f"connection cut ({_plain(exc)})") from None

    def _timeout(self, read: Any, connect: Any) -> aiohttp.ClientTimeout:
        wanted = (
            self._read_seconds if read is BaseRequest.DEFAULT_NONE else read,
            self._connect_seconds if connect is BaseRequest.DEFAULT_NONE else connect,
        )
        made = self._timeouts.get(wanted)
        if made is None:
            made = aiohttp.ClientTimeout(total=None, sock_connect=wanted[1], sock_read=wanted[0])
            self._timeouts[wanted] = made
        return made


def _body(data: RequestData | None) -> tuple[Any, Mapping[str, str] | None]:
    if data is None:
        return None, None
    if not data.contains_files:
        return as_json.data(data.parameters), _JSON_HEADERS
    # A file is called as it is called: percent signs in the name of a Chinese document help nobody.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return form, None


_REASONS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (aiohttp.ClientConnectorDNSError, "its name is not known here"),
    (aiohttp.ClientConnectorCertificateError, "its certificate is not accepted"),
    (aiohttp.ClientSSLError, "what answers there does not speak HTTPS"),
    (TimeoutError, "nothing came in time"),
    (aiohttp.InvalidURL, "there can be no such address"),
)
"""The first row that fits. Special cases of what the system says stand before it."""


def _plain(exc: BaseException) -> str:
    """Why, in words; never aiohttp's text: that may hold the URL, and so the token."""
    for kind, reason in _REASONS:
        if isinstance(exc, kind):
            return reason
    number = getattr(getattr(exc, "os_error", exc), "errno", None)
    return os.strerror(number) if number else "it broke off"
