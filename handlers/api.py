"""Calls to the Bot API by their own names, with their answers as plain JSON.

python-telegram-bot's methods (``bot.send_message`` …) take ten times as long, to build objects that we do not look at.
These calls go through the same backend and raise the same errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handlers.backend import Backend
from liaisonbot import as_json

UPLOAD_SECONDS: Final = 60.0


class BotApi:
    """One bot's calls."""

    def __init__(self, backend: Backend, base_url: str, token: str) -> None:
        self._backend = backend
        self._prefix = f"{base_url.rstrip('/')}/bot{token}/"

    async def call(
        self,
        method: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        file: tuple[str, tuple[str, bytes, str]] | None = None,
        read_seconds: float | None = None,
    ) -> Any:
        """The ``result`` of the method. ``file``: a parameter's name and its file name, content and type.

        Raises python-telegram-bot's errors, and KeyError for an answer that says neither success nor error.
        """
        more: dict[str, Any] = {}
        if file is not None:
            more["read_timeout"] = UPLOAD_SECONDS
        if read_seconds is not None:
            more["read_timeout"] = read_seconds
        data: Any = _Parameters(parameters or {}, file)
        return await self._backend.post(self._prefix + method, data, **more)


class _Parameters:
    """Looks to the backend like python-telegram-bot's own RequestData, whose constructor is not for others."""

    def __init__(self, parameters: Mapping[str, Any], file: tuple[str, tuple[str, bytes, str]] | None) -> None:
        self.parameters = parameters
        self.contains_files = file is not None
        self.multipart_data = {} if file is None else dict([file])

    @property
    def json_parameters(self) -> Mapping[str, str]:
        return {
            name: value if isinstance(value, str) else as_json.text(value) for name, value in self.parameters.items()
        }
