"""A small town and its office, for whole journeys: people in the sandbox, and the real bot that answers over HTTP.

``town`` is on SQLite; ``towns`` is the same once on each engine. A test waits for what people see, never for a time.
When a test is over, everything the bot said and every call it made is looked through once more (:meth:`Town.examine`).
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from handlers import running
from handlers.clockwork import Clockwork
from liaisonbot.clock import MovableClock
from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import roster_files, roster_import
from liaisonbot.settings import Settings
from sandbox import Person, Room, Sandbox
from sandbox.model import Message
from sandbox.waiting import Patience
from storage.schema import comparisons
from storage.unit_of_work import SqlUnitOfWork
from tests.support import programs
from tests.support.keyboards import too_many
from tests.support.office import SELDOM
from tests.support.programs import BotProcess, Told
from tests.support.units import a_look, a_unit

T = TypeVar("T")

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten o'clock on a working Monday in Shanghai."""

ROSTER = """\
role,name,station,station_name,area,specialties,telegram_id,username,language
deputy,王芳,SUN,阳光联络站,城东,,5001,wangfang,zh
deputy,李强,SUN,阳光联络站,城东,,5002,,zh
deputy,陈静,RIVER,滨河联络站,城西,,5003,chenjing,
staff,赵敏,SUN,阳光联络站,城东,,6001,,zh
staff,孙伟,RIVER,滨河联络站,城西,,6002,,zh
"""
OWNER = 7001

PATIENCE = 20.0
"""When nothing has happened for so many seconds, what people wait for will not come."""

RETRIES_WITHIN = timedelta(minutes=10)
"""What could not be sent is tried again before that."""

UGLY = re.compile(r"[{}]|\bNone\b|（\s*）|\(\s*\)|：：|\n{3,}|&(lt|gt|amp|quot|#\d+);|</?(b|i|blockquote|code)>")
"""What no reader should ever see: blanks left open, empty brackets, markup, three line breaks."""


class Town:
    """The sandbox, its people, the office's settings, and the bot, which runs in this process unless a test says so.

    Attributes are the people: deputies ``wang`` and ``li`` of the station SUN and ``chen`` of RIVER; staff ``zhao``
    (SUN) and ``sun`` (RIVER); the ``owner``; constituents ``lin``, ``he`` (zh) and ``alice`` (en), who have not met the
    bot yet.
    """

    def __init__(self, folder: Path, database_url: str, **settings: dict[str, Any]) -> None:
        self.folder = folder
        self.database_url = database_url
        self.clock = MovableClock()
        self.clock.set(MONDAY)
        self.sandbox = Sandbox(clock=self.clock, patience=PATIENCE)
        self.sandbox.world.at_work = self._at_work
        self._sections = settings
        self._stop: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None
        self._processes: list[BotProcess] = []
        self.call_seconds = 20.0
        self.refusals: set[str] = set()
        """Words of Telegram's refusals that this journey is about; any other refused call is our mistake."""
        self.ugly_allowed = False
        """Somebody writes on purpose what looks like a mistake of ours."""
        self._people()

    def _people(self) -> None:
        person = self.sandbox.user
        self.wang = person("王芳", id=5001, username="wangfang", language="zh-hans")
        self.li = person("李强", id=5002, language="zh-hans")
        self.chen = person("陈静", id=5003, username="chenjing", language="zh-hans")
        self.zhao = person("赵敏", id=6001, language="zh-hans")
        self.sun = person("孙伟", id=6002, language="zh-hans")
        self.owner = person("周平", id=OWNER, language="zh-hans")
        self.lin = person("小林", id=8001, username="lin_private", language="zh-hans", phone="+8613811112222")
        self.he = person("小何", id=8002, language="zh-hans")
        self.alice = person("Alice", id=8003, username="alice_private", language="en")
        for worker in self.office:
            worker.chat.started = True

    def _at_work(self) -> bool:
        """Whether the bot has something to do that is not to be seen in town: a process of its own that begins, a file
        that is made.
        """
        begins = any(process.running for process in self._processes) and not self.sandbox.world.updates.waiting
        return begins or programs.something_is_made()

    @property
    def office(self) -> tuple[Person, ...]:
        """Everybody who works here; they have opened their private chats before."""
        return (self.wang, self.li, self.chen, self.zhao, self.sun, self.owner)

    # --- the bot ------------------------------------------------------------------------------------------------------

    @property
    def sections(self) -> dict[str, dict[str, Any]]:
        base: dict[str, dict[str, Any]] = {
            "telegram": {"token": self.sandbox.token, "api_base_url": self._api, "flood_limits": False},
            "database": {"url": self.database_url},
            "access": {"owner_ids": [OWNER]},
            "summary": SELDOM,
        }
        return base | {name: base.get(name, {}) | keys for name, keys in self._sections.items()}

    @property
    def _api(self) -> str:
        """Where the bot finds the sandbox; some address, as long as that does not listen yet."""
        return self.sandbox.url if self.sandbox.port else "http://127.0.0.1:1"

    def configure(self, section: str, **keys: Any) -> None:
        """Change the configuration; it counts from the bot's next start."""
        self._sections[section] = self._sections.get(section, {}) | keys

    @property
    def settings(self) -> Settings:
        return Settings(**self.sections)

    @property
    def config(self) -> Path:
        """The configuration as a file, for calls of the program."""
        return programs.write_config(self.folder / "config.toml", self.sections)

    async def start_bot(self) -> None:
        """Returns when it is about to receive; raises what kept it from that."""
        assert self._task is None, "it runs already"
        ready, self._stop = asyncio.Event(), asyncio.Event()
        self._task = asyncio.create_task(
            running.run(self.settings, self.clock, ready=ready.set, stop=self._stop, call_seconds=self.call_seconds)
        )
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._task, waiting}, return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE)
        waiting.cancel()
        if self._task.done():
            task, self._task = self._task, None
            await task

    async def stop_bot(self) -> None:
        """As SIGTERM does: what is in hand is finished."""
        if self._task is None:
            return
        assert self._stop is not None
        self._stop.set()
        task, self._task = self._task, None
        await asyncio.wait_for(task, PATIENCE)

    async def restart_bot(self) -> None:
        await self.stop_bot()
        await self.start_bot()

    async def start_process(self) -> BotProcess:
        """The bot as a process of its own, which can be killed. Its clock is the town's as it is now."""
        process = BotProcess(self.config, self.settings, ahead=self.clock.ahead)
        self._processes.append(process)
        await process.start()
        return process

    async def program(self, *words: str) -> Told:
        """``python bot.py …`` with this office's configuration, in the town's time."""
        return await programs.call(self.config, *words, ahead=self.clock.ahead)

    # --- what happens in town -----------------------------------------------------------------------------------------

    async def group(
        self, title: str, members: Iterable[Person] = (), *, station: str = "SUN", kind: str = "group", **about: Any
    ) -> Room:
        """A group with the bot in it, bound by a staff member who has left again; nothing of that is to be seen."""
        staff = self.sun if station == "RIVER" else self.zhao
        make = getattr(self.sandbox, kind)
        room: Room = make(title, [staff, *members], bot=True, **about)
        asked = staff.writes(room, f"/bind {station}")
        await staff.told("已绑定", chat=room, after=asked)
        await self.settled()
        return room

    async def opens(self, person: Person) -> None:
        """The person presses Start and has read what comes."""
        before = person.chat.last
        person.starts()
        await self.sees(person.chat, "直接发给我" if person.language_code != "en" else "just write to me", after=before)
        await self.settled()

    async def sees(self, room: Room, words: str, *, after: Message | None = None) -> Message:
        """Wait for the bot's newest message in that chat with these words, edits counted."""
        return await room.next_message(containing=words, after=after, by_bot=True)

    async def shows(self, message: Message, words: str) -> Message:
        """Wait until that message reads so."""
        assert isinstance(message.chat, Room)
        return await message.chat.reads(message, words)

    async def until(self, condition: Callable[[], Any], what: str) -> Any:
        """Wait until the condition gives something true; that."""
        return await self.sandbox.wait_for(condition, what=what)

    async def eventually(self, condition: Callable[[], Awaitable[T]], what: str, within: float = PATIENCE) -> T:
        """The same for a condition that has to be asked for."""
        began = time.monotonic()
        patience = Patience(self.sandbox.world.feed, within, self.sandbox.world.at_work)
        while not (found := await condition()):
            assert patience.left(), f"{what} did not come within {within:g} s"
            await asyncio.sleep(min(0.02 + (time.monotonic() - began) / 20, 0.5))
        return found

    async def settled(self, within: float = PATIENCE) -> None:
        """Wait until everything said so far was handled and everything owed for it was sent (not what is due later)."""
        await self.sandbox.all_confirmed(within)
        await self.eventually(self._nothing_waits, "the end of all work", within)

    async def _nothing_waits(self) -> bool:
        def unit(uow: SqlUnitOfWork) -> bool:
            now = self.clock.now()
            owed = uow.outbox.turn(now + RETRIES_WITHIN, (), 1, 1)
            compared = uow.connection.execute(comparisons.select()).first() is None
            return compared and not uow.inbox.pending(now + timedelta(seconds=2), limit=1) and not owed

        return not _somebody_ticks() and await self.read(unit)

    async def read(self, unit: Callable[[SqlUnitOfWork], T]) -> T:
        """Look into the database, beside the running bot, which writes nothing meanwhile."""
        with a_look(self.database_url) as uow:
            return unit(uow)

    def import_roster(self, text: str = ROSTER, *, replacing: bool = False) -> None:
        """Import a roster file through the office's own code."""
        path = self.folder / "roster.csv"
        path.write_text(text, encoding="utf-8")
        file = roster_files.read(path)
        bot = Bot(self.sandbox.bot.id, self.sandbox.bot.username or "")

        def unit(uow: UnitOfWork) -> None:
            roster_import.apply(
                uow, Desk(self.clock.now(), self.settings, bot), roster_import.plan(uow, file, replacing=replacing)
            )

        with a_unit(self.database_url) as uow:
            unit(uow)

    async def later(self, **by: float) -> None:
        """Put the clock forward (``days=3``); everything that became due has been done and sent."""
        self.clock.move(timedelta(**by))
        await self.settled()

    # --- beginning and end --------------------------------------------------------------------------------------------

    async def open(self) -> Town:
        await self.sandbox.start()
        self.import_roster()
        await self.start_bot()
        return self

    async def close(self) -> None:
        for process in self._processes:
            if process.running:
                await process.kill()
        await self.stop_bot()
        await self.sandbox.close()

    def examine(self) -> None:
        """What must be true of every journey: no refused call, nothing ugly to be read, no identity given away."""
        assert not (refused := [c for c in self.sandbox.calls if c.error and not self._expected(c.error)]), "\n".join(
            f"{call.method} {call.params}: {call.error}" for call in refused
        )
        for message in self._said():
            assert self.ugly_allowed or not UGLY.search(message.text), f"ugly: {message}"
            assert all(label.strip() for label in message.labels), f"a button without a word: {message}"
            assert not (many := too_many(message.buttons)), f"too much to do: {many} below {message}"

    def _expected(self, error: str) -> bool:
        # Whether it may pin the station's card the bot learns by trying; it says so in the group when it may not.
        usual = ("not enough rights to manage pinned messages",)
        return any(words in error for words in usual) or any(words in error for words in self.refusals)

    def _said(self) -> Iterable[Message]:
        for chat in self.sandbox.world.chats.values():
            yield from (message for message in chat.messages if message.by_bot)


def _somebody_ticks() -> bool:
    """Whether a bot in this process does what became due when the clock was moved; it promises the messages at the end
    of that only.
    """
    works = (task.get_coro() for task in asyncio.all_tasks())
    return any(getattr(work, "__qualname__", "") == Clockwork.tick.__qualname__ for work in works)


@pytest.fixture
async def town(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Town]:
    """The town on SQLite, with its bot running."""
    async with a_town(tmp_path, sqlite_url) as made:
        yield made


@pytest.fixture
async def towns(tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    """The town once on each engine."""
    async with a_town(tmp_path, database_url) as made:
        yield made


@asynccontextmanager
async def a_town(folder: Path, database_url: str, **settings: dict[str, Any]) -> AsyncIterator[Town]:
    """A town with settings of its own; what was said in it is looked through at the end."""
    made = Town(folder, database_url, **settings)
    try:
        yield await made.open()
        made.examine()
    finally:
        await made.close()
