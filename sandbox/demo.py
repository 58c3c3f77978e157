"""Everything on one machine: the sandbox with its page, the office with its database, and the bot between them.

The bot is the real one, over HTTP; only its clock is the sandbox's, so that the page can put it forward. It keeps no
sending limits: nobody wants to wait for them here, and the sandbox has none.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import shutil
import signal
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from handlers import running
from liaisonbot.clock import MovableClock
from liaisonbot.desk import Desk
from liaisonbot.errors import LiaisonError
from liaisonbot.incoming import Bot
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import roster_files, roster_import
from liaisonbot.settings import Settings
from sandbox import cast, stories
from sandbox.persistence import UnreadableState
from sandbox.sandbox import Sandbox
from storage.database import Database
from storage.instance_lock import sole_use
from storage.opening import opened
from storage.unit_of_work import SqlUnitOfWork

READY: Final = """
  LiaisonBot 演示 · demo

  ➜  {url}

  在浏览器里打开上面的地址。按 Ctrl-C 结束。{kept_zh}
  Open this address in a browser. Ctrl-C ends the demo.{kept_en}
"""


MAKING: Final = """
  正在准备示例，约半分钟……
  Preparing the examples; this takes half a minute…"""

ELSEWHERE: Final = "name another folder: bot.py demo --data DIR"

SHORT_WHILE: Final = 0.01
PREPARING: Final = {"preparing": True}
"""What the page is told by whoever opens it before the address is printed, or has started over there."""


class PortTaken(LiaisonError):
    """Somebody else listens where the page should be."""


class FolderRefused(LiaisonError):
    """What lies in the folder is not a demo's, or only a part of one: it is left as it is."""


async def demo(port: int, data: Path | None) -> None:
    """Run the demo until Ctrl-C or SIGTERM. Port 0 takes any free one.

    With ``data`` everything is kept in that folder, and is there again the next time; without it, nothing is.
    Raises PortTaken, FolderRefused, AlreadyRunning where another demo has the folder, and what stops the bot.
    """
    with contextlib.ExitStack() as stack:
        folder = data or Path(stack.enter_context(TemporaryDirectory(prefix="liaisonbot-demo-")))
        again = True
        while again:
            life = _Life(port, folder, kept=data is not None)
            again = await life.run()
            port = life.port  # the page comes back to the same address


class Folder:
    """What the demo keeps, and where."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = path / "liaison.db"
        self.world = path / "chats.json"
        self.roster = path / "roster.csv"
        self.begun = path / "begun"
        """A file, there before anything else is: what lies beside it is ours to throw away."""
        self.seeded = path / "seeded"
        """There once the examples are complete: what was begun and cut short is begun anew."""

    def claim(self) -> None:
        """Make it ours, empty or with a demo that goes on. Raises FolderRefused.

        A station's own database may have the same name: nothing is thrown away that no demo has made.
        """
        if self.seeded.exists():
            if missing := [kept.name for kept in (self.database, self.world) if not kept.exists()]:
                raise FolderRefused(f"{self.path}: {' and '.join(missing)} of the demo is missing; {ELSEWHERE}")
        elif self.begun.is_file():
            self.clear()
        elif foreign := self._found():
            raise FolderRefused(f"{self.path} holds {foreign[0].name}, which is not a demo's; {ELSEWHERE}")
        self.begun.touch()

    def clear(self) -> None:
        """Throw away what is ours, and nothing else. The lock stays: we hold it."""
        self.seeded.unlink(missing_ok=True)  # at first: who is cut off here has no whole demo any more
        for found in self._found():
            shutil.rmtree(found) if found.is_dir() else found.unlink()

    def _found(self) -> list[Path]:
        patterns = ("liaison.db*", "chats.json*", "roster.csv", "seeded")
        return sorted(found for pattern in patterns for found in self.path.glob(pattern) if found.suffix != ".lock")


class _Stop(asyncio.Event):
    """Set by a signal for good, also while it is set to begin anew: who ends the demo then wants it to end."""

    again = False

    def set(self) -> None:
        self.again = False
        super().set()

    def to_begin_anew(self) -> None:
        if not self.is_set():
            super().set()
            self.again = True


class _Life:
    """The demo from its start to Ctrl-C, or to the button that starts it over."""

    def __init__(self, port: int, folder: Path, *, kept: bool) -> None:
        self.port = port
        self._folder = Folder(folder)
        self._kept = kept
        self._clock = MovableClock()
        self._stop = _Stop()

    async def run(self) -> bool:
        """Live; whether it should all begin anew."""
        self._listen_to_signals()
        with sole_use(self._folder.database):
            self._folder.claim()
            async with self._sandbox() as sandbox:
                settings = self._settings(sandbox)
                async with opened(settings.database.url, settings.locale.default_language) as database:
                    await self._live(sandbox, settings, database)
            if self._stop.again:
                self._folder.clear()
        return self._stop.again

    @contextlib.asynccontextmanager
    async def _sandbox(self) -> AsyncIterator[Sandbox]:
        sandbox = Sandbox(
            token=cast.TOKEN,
            bot_username=cast.BOT_USERNAME,
            bot_name=cast.BOT_NAME,
            port=self.port,
            clock=self._clock,
            state_file=self._folder.world,
        )
        sandbox.start_over = self._stop.to_begin_anew
        sandbox.scene = PREPARING
        try:
            await sandbox.start()
        except OSError as exc:
            await sandbox.close()
            if exc.errno == errno.EADDRINUSE:
                raise PortTaken(
                    f"port {self.port} is in use; name another: bot.py demo --port {self.port + 1}"
                ) from exc
            raise
        except UnreadableState as exc:
            raise FolderRefused(f"{exc}; {ELSEWHERE}") from exc
        self.port = sandbox.port
        try:
            yield sandbox
        finally:
            await sandbox.close()

    async def _live(self, sandbox: Sandbox, settings: Settings, database: Database[SqlUnitOfWork]) -> None:
        """Run the bot, and the examples before it if they are not there yet."""
        ready = asyncio.Event()
        bot = asyncio.create_task(
            running.run(
                settings, self._clock, database=database, ready=ready.set, stop=self._stop, log_level=logging.WARNING
            )
        )
        if not self._folder.seeded.exists():
            print(MAKING, flush=True)  # noqa: T201
            cast.enter(sandbox)
            sandbox.scene = cast.scene(sandbox) | PREPARING
            await database.write(lambda uow: self._import_roster(uow, sandbox, settings))
            await _unless_ended(bot, self._seed(sandbox, database, ready))
        if not bot.done():
            sandbox.scene = cast.scene(sandbox) | {"start_over": True}
            self._say_hello(sandbox)
        try:
            await bot
        finally:
            self._listen_to_signals()
        if not self._stop.again:
            print("演示已结束。 The demo has ended.", flush=True)  # noqa: T201

    async def _seed(self, sandbox: Sandbox, database: Database[SqlUnitOfWork], ready: asyncio.Event) -> None:
        def nothing_waits(uow: UnitOfWork) -> bool:
            now = self._clock.now()
            return not uow.inbox.pending(now, limit=1) and not uow.outbox.turn(now, (), 1, 1)

        async def settled() -> None:
            await sandbox.all_confirmed(stories.PATIENCE)
            while not await database.read(nothing_waits):  # noqa: ASYNC110 - a database wakes nobody who only reads
                await asyncio.sleep(SHORT_WHILE)

        await ready.wait()
        await stories.tell(sandbox, settled)
        await sandbox.save()  # who has seen them complete finds them so, even after a crash
        self._folder.seeded.touch()

    def _import_roster(self, uow: UnitOfWork, sandbox: Sandbox, settings: Settings) -> None:
        """As ``roster import`` does it."""
        assert settings.files.roster is not None
        settings.files.roster.write_text(cast.roster(), encoding="utf-8")
        me = Bot(sandbox.bot.id, cast.BOT_USERNAME)
        desk = Desk(self._clock.now(), settings, me)
        roster_import.apply(uow, desk, roster_import.plan(uow, roster_files.read(settings.files.roster)))

    def _settings(self, sandbox: Sandbox) -> Settings:
        return Settings.model_validate(
            {
                "telegram": {"token": cast.TOKEN, "api_base_url": sandbox.url, "flood_limits": False},
                "database": {"url": f"sqlite:///{self._folder.database.absolute()}"},
                "access": {"owner_ids": cast.OWNERS},
                "locale": {"default_language": "zh", "timezone": cast.ZONE},
                "duty": {"quiet_hours": ""},  # whoever moves the clock at night wants to see what comes all the same
                "files": {"roster": self._folder.roster},
            }
        )

    def _say_hello(self, sandbox: Sandbox) -> None:
        where = self._folder.path
        words = (f"数据保存在 {where}。", f" Everything is kept in {where}.") if self._kept else ("", "")
        print(READY.format(url=sandbox.url, kept_zh=words[0], kept_en=words[1]), flush=True)  # noqa: T201

    def _listen_to_signals(self) -> None:
        """The bot listens for itself while it runs; this is for before and after, until everything is put away."""
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, self._stop.set)


async def _unless_ended(bot: asyncio.Task[None], work: Coroutine[Any, Any, None]) -> None:
    """Wait for the work, or for the bot's end if that comes first. Raises what went wrong with the work."""
    task = asyncio.create_task(work)
    await asyncio.wait({task, bot}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
        return
    task.cancel()
    await asyncio.wait({task})
