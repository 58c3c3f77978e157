"""Monday morning: staff find the week that is over in their chats, one asks for another day, one has left the bot."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select

from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot
from liaisonbot.services import clockwork
from liaisonbot.vocabulary import Role
from storage.database import Database, open_database
from storage.schema.summaries import summary_jobs
from storage.unit_of_work import SqlUnitOfWork
from tests.stories.steps import pressed, reported
from tests.support.town import Town

MONDAY_AT_NINE = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
FRIDAY_AT_NINE = datetime(2026, 12, 11, 1, 0, tzinfo=UTC)


async def test_a_week_comes_on_monday_and_from_then_on_on_fridays(town: Town) -> None:
    town.configure("summary", send_at="0 9 * * mon")
    await town.restart_bot()
    await town.sees(town.zhao.chat, "第 47 周")  # it is ten on a Monday: that week's is due since nine
    room = await town.group("阳光小区", [town.lin])
    await reported(town, town.lin, "三号楼前的路灯坏了", room)
    await town.settled()
    town.sun.blocks()
    town.refusals |= {"bot was blocked by the user"}

    town.clock.set(MONDAY_AT_NINE)
    told = await town.sees(town.zhao.chat, "收到民情 1 件")  # the words of the chart below do not say it so
    assert "第 48 周" in told.text
    town.clock.move(timedelta(minutes=11))
    unreached = await town.sees(town.owner.chat, "没有发到")
    assert "孙伟" in unreached.text
    assert "第 48 周" in unreached.text

    before = town.zhao.chat.last
    await pressed(town, town.zhao.presses(told, "发送时间"))
    choice = await town.sees(town.zhao.chat, "按统一时间", after=before)
    await pressed(town, town.zhao.presses(choice, "星期五"))
    await town.shows(choice, "12月11日")

    before = town.zhao.chat.last
    town.clock.set(FRIDAY_AT_NINE)
    await town.sees(town.zhao.chat, "第 49 周", after=before)
    heads = [message.text.splitlines()[0] for message in town.zhao.chat.messages if "收件" in message.text]
    assert heads == [f"📊 2026 年第 {week} 周 · 阳光联络站" for week in (47, 48, 49)]


async def test_two_clocks_tick_at_the_same_moment(tmp_path: Path, postgres_url: str) -> None:
    """Forty of the staff, two connections, each ticking as fast as it can: everybody is owed one summary."""
    town = Town(tmp_path, postgres_url, summary={"send_at": "0 9 * * mon"})
    make = partial(SqlUnitOfWork, default_language="zh")
    async with (
        await open_database(postgres_url, unit_of_work=make) as one,
        await open_database(postgres_url, unit_of_work=make) as other,
    ):
        await one.write(_forty_of_the_staff)
        begun = Desk(MONDAY_AT_NINE - timedelta(days=3), town.settings, Bot(1, "bot"))
        await one.write(lambda uow: clockwork.tick(uow, begun))
        desk = Desk(MONDAY_AT_NINE, town.settings, Bot(1, "bot"))

        async def tick(database: Database[SqlUnitOfWork]) -> None:
            while await database.write(lambda uow: clockwork.tick(uow, desk)):
                pass

        await asyncio.gather(*(tick(database) for database in (one, other, one, other)))

        def owed(uow: SqlUnitOfWork) -> list[int]:
            return sorted(uow.connection.execute(select(summary_jobs.c.chat_id)).scalars())

        assert await one.read(owed) == list(range(9001, 9041))


def _forty_of_the_staff(uow: SqlUnitOfWork) -> None:
    for number in range(9001, 9041):
        uow.roster.save(
            Role.STAFF,
            f"员{number}",
            telegram_id=number,
            username=None,
            language="zh",
            station_ids=[],
            specialties=[],
            now=MONDAY_AT_NINE,
        )
