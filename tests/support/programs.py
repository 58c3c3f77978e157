"""The program as those who run it see it: ``python bot.py …`` with a configuration file, as processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import psutil

from liaisonbot.settings import ENVIRONMENT_PREFIX, Settings
from tests.support.forked import BOT, Fork

T = TypeVar("T")

PATIENCE = 30.0
"""When a program has done nothing for so many seconds, it hangs."""
MAKERS = {"liaisonbot.reports", "handlers.terminal.export_program"}
"""The modules of those programs."""


@dataclass(frozen=True)
class Told:
    """How a call ended."""

    code: int
    out: str
    err: str


def something_is_made() -> bool:
    """Whether one of ours is making a file in a program of its own: it yields to everything else on the machine."""
    with suppress(psutil.Error):
        return any(MAKERS & set(child.cmdline()) for child in psutil.Process().children(recursive=True))
    return False


async def as_long_as_it_works(process: asyncio.subprocess.Process | Fork, work: Coroutine[Any, Any, T]) -> T:
    """What that gives, which waits for something of the process. A machine that has much else to do gives the program
    little of its time: it counts what it gets. Raises AssertionError when the program does nothing.
    """
    task, used, since = asyncio.create_task(work), -1.0, 0.0
    try:
        while not (await asyncio.wait({task}, timeout=0.5))[0]:
            now = _used_by(process.pid)
            since = since + 0.5 if now <= used else 0.0
            used = max(now, used)
            assert since < PATIENCE, f"it has done nothing for {PATIENCE:g} s"
        return task.result()
    finally:
        task.cancel()


def _used_by(pid: int) -> float:
    """Seconds of processor time; those of its own programs included."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        return sum(sum(each.cpu_times()[:2]) for each in (process, *process.children(recursive=True)))
    return 0.0


def write_config(path: Path, sections: Mapping[str, Mapping[str, Any]]) -> Path:
    """A configuration file with these sections; texts, numbers, lists and truth values look in TOML as in JSON."""
    lines = []
    for section, keys in sections.items():
        lines += [
            f"[{section}]",
            *(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in keys.items()),
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def environment() -> dict[str, str]:
    """This process's, without anything that would lead over the configuration file."""
    return {name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT_PREFIX)}


async def call(config: Path, *words: str, ahead: timedelta | None = None) -> Told:
    """``python bot.py WORDS --config CONFIG``, to its end, on a clock that is so much ahead of the machine's."""
    with TemporaryDirectory() as folder:
        out, err = (Path(folder) / name for name in ("out", "err"))
        words = (*words, "--config", str(config))
        process = await Fork.begin(*words, out=out, err=err, env=environment(), ahead=ahead)
        code = await as_long_as_it_works(process, process.wait())
        return Told(code, out.read_text("utf-8"), err.read_text("utf-8"))


class BotProcess:
    """``python bot.py run``: can be killed at any moment. Its log goes to a file beside the configuration.

    ``ahead``: how far its clock is ahead of the machine's; without it, it goes by that one.
    """

    def __init__(self, config: Path, settings: Settings, *, ahead: timedelta | None = None) -> None:
        self._config = config
        self._ahead = ahead
        self._token = settings.telegram.token.get_secret_value()
        self._process: Fork | None = None
        self.log = config.with_name("bot.log")

    async def start(self) -> None:
        """Returns when the process was made; what people see tells when it works."""
        words = ("run", "--config", str(self._config))
        self._process = await Fork.begin(
            *words, out=self.log, err=self.log, env=environment(), folder=BOT.parent, ahead=self._ahead
        )

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def terminate(self) -> tuple[int, float]:
        """SIGTERM; the exit code, and the seconds it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        code = await as_long_as_it_works(self._process, self._process.wait())
        return code, time.monotonic() - began

    async def ended(self) -> int:
        """Wait until it ends by itself; the exit code."""
        assert self._process is not None
        return await as_long_as_it_works(self._process, self._process.wait())

    def said(self) -> str:
        """What it wrote, which never holds the token."""
        text = self.log.read_text(encoding="utf-8")
        assert self._token not in text
        return text
