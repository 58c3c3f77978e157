"""A month of one station: one deputy files, one snoozes, one is on leave, one blocks the bot, one never answers.

What everybody reads is compared message by message with what should have been sent; also where the bot is killed and
started anew at every step, where summer time begins on the way, and where two bots share the database.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from handlers import running
from liaisonbot.desk import Desk
from liaisonbot.duty import RemindedState
from liaisonbot.incoming import Bot
from liaisonbot.services import clockwork, duty_owed
from liaisonbot.vocabulary import Role
from sandbox import Person
from sandbox.model import Message
from storage.database import open_database
from storage.unit_of_work import SqlUnitOfWork
from tests.stories.steps import pressed
from tests.support.town import OWNER, Town

ROSTER: Final = """\
role,name,station,station_name,area,specialties,telegram_id,username,language
deputy,王芳,SUN,阳光联络站,城东,,5001,,zh
deputy,李强,SUN,阳光联络站,城东,,5002,,zh
deputy,陈静,SUN,阳光联络站,城东,,5003,,zh
deputy,刘洋,SUN,阳光联络站,城东,,5004,,zh
deputy,赵雪,SUN,阳光联络站,城东,,5005,,zh
staff,赵敏,SUN,阳光联络站,城东,,6001,,zh
"""

ABOUT_FILING: Final = re.compile(r"这个月的履职登记|再提醒您登记|还没登记够|登记够了|请假|欢迎回来")

UNMARKED: Final = re.compile(r"</?b>")

SHOULD_BE_SENT: Final = """\
01 10:00 陈静 🏖️ 已记下：{first}到{last}请假
01 10:00 赵敏 🏖️ 陈静代表请假：{first}到{last}。新民情先转给站里其他代表。
02 09:00 李强 ⏰ 好的，{third} 09:00再提醒您登记履职。
02 09:00 王芳 ✅ 这个月的履职登记够了，谢谢！
02 09:00 赵雪 📝 这个月的履职登记还差 2 条（每月至少 2 条）。
03 09:00 李强 ⏰ 好的，{third} 11:00再提醒您登记履职。
03 11:01 李强 ✅ 这个月的履职登记够了，谢谢！
09 09:00 李强 ✅ 这个月的履职登记够了，谢谢！
09 09:00 赵雪 📝 再提醒一下：这个月的履职登记还差 2 条（每月至少 2 条）。
16 09:00 赵敏 📋 {month}履职登记：2 位代表还没登记够（每月至少 2 条）。请问一声，看有没有难处。
"""
"""Day and local time, who, and how it begins as it reads at the end of the month."""

WAS_SENT: Final = """\
02 09:00 李强 📝 这个月的履职登记还差 2 条（每月至少 2 条）。
02 09:00 王芳 📝 这个月的履职登记还差 2 条（每月至少 2 条）。
02 09:00 赵雪 📝 这个月的履职登记还差 2 条（每月至少 2 条）。
03 09:00 李强 📝 这个月的履职登记还差 2 条（每月至少 2 条）。
03 11:01 李强 📝 这个月的履职登记还差 2 条（每月至少 2 条）。
09 09:00 李强 📝 再提醒一下：这个月的履职登记还差 1 条（每月至少 2 条）。
09 09:00 赵雪 📝 再提醒一下：这个月的履职登记还差 2 条（每月至少 2 条）。
16 09:00 赵敏 📋 {month}履职登记：2 位代表还没登记够（每月至少 2 条）。请问一声，看有没有难处。
"""
"""The same of every reminder and list as it was when it came: what became of it since cannot hide anything."""
SOMETHING_IS_DUE: Final = frozenset(line[:8] for line in WAS_SENT.splitlines())
"""The moments at which the clock has something to send."""


class Month:
    """The month in that town; ``first`` is a Sunday. Each step says what happens at a moment of it."""

    def __init__(self, town: Town, first: str) -> None:
        self.town = town
        self.first = date.fromisoformat(first)
        self.zone = ZoneInfo(town.settings.locale.timezone)
        self.liu = town.sandbox.user("刘洋", id=5004, language="zh-hans")
        self.xue = town.sandbox.user("赵雪", id=5005, language="zh-hans")
        for deputy in (self.liu, self.xue):
            deputy.chat.started = True
        self.people = {
            "王芳": town.wang,
            "李强": town.li,
            "陈静": town.chen,
            "刘洋": self.liu,
            "赵雪": self.xue,
            "赵敏": town.zhao,
        }
        self.steps: tuple[tuple[str, Callable[[], Awaitable[None]] | None], ...] = (
            ("01 10:00", self._before),
            ("02 08:59", None),
            ("02 09:00", self._one_files_and_one_snoozes),
            ("03 08:59", None),
            ("03 09:00", partial(self._snoozes, "2 小时后")),
            ("03 11:01", partial(self._files, self.town.li)),
            ("09 09:00", None),
            ("10 12:00", partial(self._files, self.town.li)),
            ("16 09:00", None),
            ("23 09:00", None),
            ("28 23:30", None),
        )

    async def begin(self) -> None:
        """The town as it is before its bot runs."""
        self.town.clock.set(self.moment("01 10:00"))
        await self.town.sandbox.start()
        self.town.import_roster(ROSTER)

    def moment(self, local: str) -> datetime:
        day, hour = local.split()
        at = datetime.fromisoformat(f"{self.first:%Y-%m}-{day}T{hour}")
        return at.replace(tzinfo=self.zone).astimezone(UTC)

    # --- what they do ---

    async def _before(self) -> None:
        """One goes on leave, one writes once and closes the chat."""
        self.town.chen.says(f"/leave {self.first} {self.first.replace(day=30)}")
        await self.town.chen.told("已记下")
        self.liu.says("/inbox")
        await self.liu.told("待办民情")
        await self.town.settled()
        self.liu.blocks()

    async def _one_files_and_one_snoozes(self) -> None:
        reminder = await self.town.wang.told("这个月的履职登记还差")
        assert reminder.labels == ["📝 现在登记", "⏰ 2 小时后", "📅 明天", "🏖️ 我请假了"]
        self.town.wang.presses(reminder, "现在登记")
        await self.town.settled()
        await self._files(self.town.wang)
        await self._files(self.town.wang)
        await self._snoozes("明天")

    async def _snoozes(self, word: str) -> None:
        reminder = await self.town.li.told("这个月的履职登记还差")
        await pressed(self.town, self.town.li.presses(reminder, word))
        await self.town.shows(reminder, "再提醒您登记")

    async def _files(self, deputy: Person) -> None:
        day = self.town.clock.now().astimezone(self.zone).date()
        before = deputy.says(f"/duty 走访 {day} 看望独居老人")
        await self.town.sees(deputy.chat, "看望独居老人", after=before)

    # --- and what they read ---

    async def ticked(self) -> None:
        """The clock's work of this moment is done, and everything is sent."""
        await self.town.eventually(self._nothing_is_due, "the clock's tick")
        await self.town.settled()

    async def _nothing_is_due(self) -> bool:
        desk = Desk(self.town.clock.now(), self.town.settings, Bot(1, "bot"))
        fire = duty_owed.last_fire(desk)
        assert fire is not None

        def unit(uow: SqlUnitOfWork) -> bool:
            waits = uow.duty_reminders.due(desk.now, 1) or uow.duty_reminders.stale(1)
            return uow.once.claimed(f"duty-search:{fire.name}") and not waits

        return await self.town.read(unit)

    def read(self) -> list[str]:
        """Everything about filing that stands in their chats: when it came, and how it begins."""
        lines = [
            f"{self._sent(message):%d %H:%M} {name} {message.text.splitlines()[0]}"
            for name, person in self.people.items()
            for message in person.chat.messages
            if message.by_bot and ABOUT_FILING.search(message.text)
        ]
        return sorted(lines)

    def was_sent(self) -> list[str]:
        """Every reminder and every list the bot sent, as it was then."""
        names = {person.chat.id: name for name, person in self.people.items()}
        return sorted(
            f"{call.at.astimezone(self.zone):%d %H:%M} {names[call.params['chat_id']]} {UNMARKED.sub('', line)}"
            for call in self.town.sandbox.calls
            if call.method == "sendMessage" and call.result is not None and call.params["chat_id"] in names
            for line in call.params["text"].splitlines()[:1]
            if line.startswith(("📝 <b>这个月", "📝 <b>再提醒", "📋"))
        )

    def _sent(self, message: Message) -> datetime:
        return datetime.fromtimestamp(message.date, UTC).astimezone(self.zone)

    def should_be_sent(self) -> tuple[list[str], list[str]]:
        """How it reads at the month's end, and how it was when it came."""
        month = self.first

        def day(number: int) -> str:
            weekday = "一二三四五六日"[month.replace(day=number).weekday()]
            return f"{month.month}月{number}日周{weekday}"

        named = {"first": day(1), "last": day(30), "third": day(3), "month": f"{month.year}年{month.month}月"}
        return sorted(SHOULD_BE_SENT.format(**named).splitlines()), sorted(WAS_SENT.format(**named).splitlines())

    def check(self) -> None:
        reads, was = self.should_be_sent()
        assert self.was_sent() == was
        assert self.read() == reads
        listed = next(m.text for m in self.town.zhao.chat.messages if "还没登记够" in m.text)
        assert listed.splitlines()[1:] == [
            "🏠 阳光联络站",
            "· 刘洋：0/2 条，机器人联系不上，请打电话",
            "· 赵雪：0/2 条",
        ]
        tried = [call for call in self.town.sandbox.calls if call.params.get("chat_id") == 5004 and call.error]
        assert tried == []


NOVEMBER: Final = ("2026-11-01", "Asia/Shanghai")
MARCH_IN_NEW_YORK: Final = ("2026-03-01", "America/New_York")
"""Summer time begins on the eighth: the second reminder comes at nine by the new time."""


@pytest.mark.parametrize("place", [NOVEMBER, MARCH_IN_NEW_YORK], ids=["november", "summer-time"])
async def test_a_month_of_one_station(tmp_path: Path, database_url: str, place: tuple[str, str]) -> None:
    """Message by message."""
    town = Town(tmp_path, database_url, locale={"timezone": place[1]})
    month = Month(town, place[0])
    try:
        await month.begin()
        await town.start_bot()
        for at, happens in month.steps:
            town.clock.set(month.moment(at))
            await month.ticked()
            if happens is not None:
                await happens()
                await month.ticked()
        month.check()
        town.examine()
    finally:
        await town.close()


@pytest.mark.drill
@pytest.mark.timeout(240)
async def test_killed_and_started_anew_at_every_step(tmp_path: Path, database_url: str) -> None:
    """Whatever became due while it was dead is sent once; what was sent before is not sent again.

    Where something is due it is killed first while it sends that: promised, and never arrived.
    """
    town = Town(tmp_path, database_url)
    month = Month(town, NOVEMBER[0])
    try:
        await month.begin()
        for at, happens in month.steps:
            town.clock.set(month.moment(at))
            if at in SOMETHING_IS_DUE:
                await _killed_while_it_sends(town)
            bot = await town.start_process()
            try:
                await month.ticked()
                if happens is not None:
                    await happens()
                    await month.ticked()
            finally:
                await bot.kill()
            assert "Traceback" not in bot.said()
        month.check()
        town.examine()
    finally:
        await town.close()


async def _killed_while_it_sends(town: Town) -> None:
    hangs = town.sandbox.faults.add("hang", "sendMessage", times=None, seconds=1)
    struck = town.sandbox.faults.struck.copy()

    async def is_sent() -> bool:
        return town.sandbox.faults.struck != struck

    bot = await town.start_process()
    try:
        await town.eventually(is_sent, "something to send")
    finally:
        await bot.kill()
        hangs.times = 0


async def test_two_bots_on_one_database(tmp_path: Path, postgres_url: str) -> None:
    """One leads, the other waits; in the middle of the month they change places, and each message is sent once."""
    town = Town(tmp_path, postgres_url)
    month = Month(town, NOVEMBER[0])
    stop = asyncio.Event()
    other: asyncio.Task[None] | None = None
    try:
        await month.begin()
        await town.start_bot()
        other = asyncio.create_task(running.run(town.settings, town.clock, stop=stop))
        for at, happens in month.steps:
            if at == "09 09:00":
                await town.stop_bot()
            town.clock.set(month.moment(at))
            await month.ticked()
            if happens is not None:
                await happens()
                await month.ticked()
        month.check()
        town.examine()
    finally:
        stop.set()
        if other is not None:
            await asyncio.wait_for(other, 20)
        await town.close()


async def test_two_clocks_tick_at_the_same_moment(tmp_path: Path, database_url: str) -> None:
    """Forty deputies, two connections, each ticking as fast as it can: everybody is promised one message."""
    town = Town(tmp_path, database_url)
    begun, fire = (datetime(2026, 11, day, 1, tzinfo=UTC) for day in (1, 2))
    make = partial(SqlUnitOfWork, default_language="zh")
    async with (
        await open_database(database_url, unit_of_work=make) as one,
        await open_database(database_url, unit_of_work=make) as other,
    ):
        await one.write(_forty_deputies)
        await one.write(lambda uow: clockwork.tick(uow, Desk(begun, town.settings, Bot(1, "bot"))))
        desk = Desk(fire, town.settings, Bot(1, "bot"))

        async def tick(database: object) -> None:
            while await database.write(lambda uow: clockwork.tick(uow, desk)):  # type: ignore[attr-defined]
                pass

        await asyncio.gather(*(tick(database) for database in (one, other, one, other)))

        def promised(uow: SqlUnitOfWork) -> list[int]:
            reminders = uow.outbox.turn(fire, (), 100, 100)
            return sorted(promise.outgoing.chat_id for promise in reminders)

        def sent(uow: SqlUnitOfWork) -> set[RemindedState]:
            month = date(2026, 11, 1)
            return {
                row.state
                for deputy in uow.roster.deputies()
                for row in uow.duty_reminders.of_deputy(deputy.id, month)
                if row.rung == "first"
            }

        assert await one.read(promised) == list(range(9001, 9041))
        assert await one.read(sent) == {RemindedState.SENT}


def _forty_deputies(uow: SqlUnitOfWork) -> None:
    station = uow.stations.save("SUN", "阳光联络站", "城东").id
    for number in range(9001, 9041):
        uow.roster.save(
            Role.DEPUTY,
            f"代表{number}",
            telegram_id=number,
            username=None,
            language="zh",
            station_ids=[station],
            specialties=[],
            now=datetime(2026, 11, 1, tzinfo=UTC),
        )
    assert OWNER not in range(9001, 9041)
