"""Logs: ids, kinds and places, never words and never the token."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

import structlog

QUIET: Final = ("httpx", "httpcore", "apscheduler", "aiosqlite", "alembic", "aiohttp.access", "telegram", "asyncio")
"""Libraries that are heard from warnings on."""

HIDDEN: Final = "<token>"
_FRAMES: Final = 12


def configure(*secrets: str, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Write log lines to ``stream``, else to standard error. Each of the ``secrets`` is blotted out everywhere."""
    scrub = Scrubber(secrets)
    common: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        only_the_place,
        scrub,
    ]
    structlog.configure(
        processors=[*common, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=common,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                scrub,
                structlog.processors.LogfmtRenderer(key_order=("timestamp", "level", "event"), bool_as_flag=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class Scrubber:
    """Blots secrets out of every value of a log line."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        for key, value in event.items():
            if key.startswith("_") or isinstance(value, (int, float, bool)) or value is None:
                continue
            text = value if isinstance(value, str) else str(value)
            event[key] = self.scrubbed(text)
        return event

    def scrubbed(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


def only_the_place(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """An exception is logged as its type and the lines it came through: its text may hold what somebody wrote.

    Of messages only the first line is kept: asyncio puts the exception's text below it.
    """
    event["event"] = str(event.get("event", "")).partition("\n")[0]
    info = event.pop("exc_info", None)
    error, trace = _error(info)
    if error is not None:
        event["exception"] = type(error).__name__
        event["at"] = _way(trace)
    return event


def _error(info: Any) -> tuple[BaseException | None, TracebackType | None]:
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple):
        info = info[1]
    if isinstance(info, BaseException):
        return info, info.__traceback__
    return None, None


def _way(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return " ".join(
        f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno}" for frame in frames
    )
