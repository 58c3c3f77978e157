"""The program as those who run it see it: ``python bot.py …`` with a configuration file, as processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from liaisonbot.settings import ENVIRONMENT_PREFIX, Settings

BOT = Path(__file__).parents[2] / "bot.py"
PATIENCE = 30.0


@dataclass(frozen=True)
class Told:
    """How a call ended."""

    code: int
    out: str
    err: str


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


async def call(config: Path, *words: str) -> Told:
    """``python bot.py WORDS --config CONFIG``, to its end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(BOT), *words, "--config", str(config)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(),
    )
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode is not None
    return Told(process.returncode, out.decode(), err.decode())


class BotProcess:
    """``python bot.py run``: can be killed at any moment. Its log goes to a file beside the configuration."""

    def __init__(self, config: Path, settings: Settings) -> None:
        self._config = config
        self._token = settings.telegram.token.get_secret_value()
        self._process: asyncio.subprocess.Process | None = None
        self.log = config.with_name("bot.log")

    @property
    def command(self) -> tuple[str, ...]:
        """What Python is called with."""
        return (str(BOT), "run", "--config", str(self._config))

    async def start(self) -> None:
        """Returns when the process was made; what people see tells when it works."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, *self.command),
                stdout=log,
                stderr=log,
                env=environment(),
                cwd=BOT.parent,
            )

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def terminate(self) -> tuple[int, float]:
        """SIGTERM; the exit code, and the seconds it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(self._process.wait(), PATIENCE)
        return code, time.monotonic() - began

    async def ended(self) -> int:
        """Wait until it ends by itself; the exit code."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    def said(self) -> str:
        """What it wrote, which never holds the token."""
        text = self.log.read_text(encoding="utf-8")
        assert self._token not in text
        return text


class ClockedBot(BotProcess):
    """The same at another time than the machine's: its clock runs on from that moment."""

    def __init__(self, config: Path, settings: Settings, now: datetime) -> None:
        super().__init__(config, settings)
        self._now = now

    @property
    def command(self) -> tuple[str, ...]:
        return ("-m", "tests.support.clocked", str(self._config), self._now.isoformat())
