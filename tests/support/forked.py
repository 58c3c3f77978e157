"""``python bot.py …`` as a process of its own that begins at once.

To load the program takes more than most calls of it: a second and more of the processor's time, and one story makes a
dozen calls. So they are forked from a process that has loaded everything and done nothing yet, one for each worker of
a run. That a call begins from nothing as well, as people start it, ``tests/test_cli.py``, the demo's story and the
terminal's tests see.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import pkgutil
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final, Self

from liaisonbot.clock import SystemClock

BOT: Final = Path(__file__).parents[2] / "bot.py"
_SERVER: Final = get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.support.loaded"])


class Fork:
    """A call that has begun; of ``asyncio.subprocess.Process`` what stories use."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process

    @classmethod
    async def begin(
        cls,
        *words: str,
        out: Path,
        err: Path,
        env: Mapping[str, str],
        folder: Path | None = None,
        ahead: timedelta | None = None,
    ) -> Self:
        """What it says is added to those files; its clock is so much ahead of the machine's."""
        given = (words, out, err, dict(env), folder or Path.cwd(), ahead)
        process = _SERVER.Process(target=_call, args=given, daemon=True)
        # On a thread: for the first one everything is loaded.
        await asyncio.to_thread(process.start)
        return cls(process)

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code; below 0 the signal that ended it. None as long as it runs."""
        return self._process.exitcode

    async def wait(self) -> int:
        """Until it has ended: its exit code."""
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        watched = os.dup(self._process.sentinel)  # one of one's own: others may wait as well
        loop.add_reader(watched, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(watched)
            os.close(watched)
        self._process.join()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _call(
    words: Sequence[str], out: Path, err: Path, env: Mapping[str, str], folder: Path, ahead: timedelta | None
) -> None:
    """What the new process does: it becomes that call."""
    for path, ours in ((out, 1), (err, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, ours)
        os.close(file)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    if ahead is not None:
        SystemClock.now = lambda self: datetime.now(UTC) + ahead  # type: ignore[method-assign]
    sys.argv = [str(BOT), *words]
    sys.path[0] = str(BOT.parent)
    runpy.run_path(str(BOT), run_name="__main__")


def load_everything() -> None:
    """What calls of the program load, but for the libraries that draw: few calls need them."""
    for package in ("liaisonbot", "liaisonbot.services", "storage", "handlers", "handlers.terminal"):
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(module.name)
