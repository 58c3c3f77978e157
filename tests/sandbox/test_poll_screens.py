"""Polls, ballots and livelihood projects as people read them on a phone: with long words, in either language.

``SCREENS=/some/folder`` keeps a picture of each message, as in ``test_screens``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser

from liaisonbot.projects import Phase, ProjectState
from sandbox import Person, Room
from sandbox.model import CallbackQuery
from storage.unit_of_work import SqlUnitOfWork
from tests.sandbox.test_screens import LONG, MANY, shown, too_much
from tests.support.browser import PHONE, a_browser, a_screen
from tests.support.town import Town, a_town
from tests.support.units import a_unit

pytestmark = pytest.mark.browser

PLACES: Final = (
    "东门到三号楼的路面，雨天积水、冬天结冰",
    "菜场后街的路灯",
    "The playground behind building 12, whose slide has been closed since spring",
    "河边栏杆和亲水平台",
    "老年活动室的暖气",
)
QUESTION: Final = "今年的小修小补经费只够做两处，您觉得先修哪一处好？"
POLLS: Final = (
    f"/poll {QUESTION} | " + " | ".join(PLACES) + " | 多选",
    f"/poll {QUESTION} | " + " | ".join(PLACES[:3]) + " | 密封 | 3d",
    "/poll 暑期图书室几点开门？ | 早上八点 | 下午两点 | 晚上七点",
    "/poll 广场舞的音响几点关？"
    + " | ".join(["", *(f"第{n}小区：晚上八点半以前关，周末可以到九点" for n in range(1, 25))]),
)
TITLES: Final = (
    "给一九八五年以前建的六层老楼加装电梯，先做有八十岁以上老人的单元",
    "A walking path along the river with lamps, benches and a toilet that is open in the evening",
    "办社区食堂",
    "把东门到三号楼的路重新铺一遍",
)
TARGET: Final = "三个单元各装一部电梯，通梯以前路面修平"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as running:
        yield running


@pytest.fixture
async def busy(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Town]:
    async with a_town(tmp_path, sqlite_url, intake={"messages_per_minute": 1000}) as town:
        town.import_roster(MANY)
        town.refusals.add("chat not found")  # the other deputies have not opened the bot
        yield town


async def tap(town: Town, who: Person, *words: str) -> None:
    """Press the newest button that has one of these words, whichever language it is in, below the newest messages."""
    for message in reversed(who.chat.messages[-4:]):
        label = next((label for label in message.labels if any(word in label for word in words)), None)
        if label is not None:
            assert isinstance(who.presses(message, label), CallbackQuery)
            await town.settled()
            return
    raise AssertionError(f"no button {words}: {[(m.text, m.labels) for m in who.chat.messages[-4:]]}")


async def says(town: Town, who: Person, line: str) -> None:
    who.says(line)
    await town.settled()


async def polls_held(town: Town, group: Room) -> None:
    """Several polls at a time, votes in them, a ballot of many pages, reminders, results."""
    for line in POLLS:
        await says(town, town.zhao, line)
    for message in [message for message in group.messages if message.poll]:
        for place, person in enumerate((town.lin, town.he, town.wang)):
            person.votes(message, [place % 2])
    await town.settled()
    await says(town, town.zhao, "/polls")
    await tap(town, town.zhao, "P4")
    town.lin.starts("ballot_4")
    await town.settled()
    page = town.lin.chat.messages[-1]
    for data in ("turn", "look"):
        found = [button for row in page.buttons for button in row if f":{data}" in (button.callback_data or "")]
        if found:
            town.lin.presses_data(page, found[-1].callback_data or "")
            await town.settled()
    await says(town, town.lin, "/ballot")
    await town.later(hours=55)
    await town.later(days=2)
    await says(town, town.zhao, "/polls")
    # answers given one by one become a draft
    for line in ("/poll", QUESTION, "\n".join(PLACES)):
        await says(town, town.zhao, line)


async def projects_held(town: Town, group: Room) -> None:
    """Proposals, a cycle, the deputies' vote, a project carried out and judged by residents and by secret ballot."""
    await says(town, town.zhao, "/newcycle 2027 镇级 2 SUN")
    await tap(town, town.zhao, "确认", "Confirm")
    for title in TITLES:
        await says(town, town.lin, f"/propose {title}。{LONG}")
    for who in (town.lin, town.zhao):
        for line in ("/projects", "/project 1"):
            await says(town, who, line)
    await says(town, town.zhao, "/cycle")
    _put(town, Phase.VOTE, ProjectState.CANDIDATE)
    await says(town, town.zhao, "/vote 24h")
    await tap(town, town.zhao, "确认", "Confirm")
    for deputy in (town.wang, town.li):
        for words in (("去投票", "Vote"), ("1 赞成", "1 For"), ("看一遍", "let me see"), ("确认", "Confirm")):
            await tap(town, deputy, *words)
    await says(town, town.wang, "/ballot")
    await town.later(hours=25)
    _put(town, Phase.IMPLEMENTATION, ProjectState.CHOSEN)
    await says(town, town.zhao, f"/carry 1 区住房和城乡建设局 | {TARGET} | 2027-10-31")
    await says(town, town.zhao, "2026-12-10 井道封顶\n2027-03-01 设备进场")
    await tap(town, town.zhao, "确认", "Confirm")
    await says(town, town.zhao, f"/progress 1 {LONG}")
    await tap(town, town.zhao, "确认", "Confirm")
    await says(town, town.wang, f"/inspect 1 2026-12-20 {LONG[:24]}")
    await says(town, town.zhao, "/carriedout 1 三部电梯都通了")
    await tap(town, town.zhao, "确认", "Confirm")
    await says(town, town.zhao, "/appraise 1 residents residents 3d")
    await tap(town, town.zhao, "确认", "Confirm")
    asked = next(message for message in reversed(group.messages) if message.poll)
    for place, person in enumerate((town.lin, town.he, town.wang)):
        person.votes(asked, [place % 2])
    await town.settled()
    await town.later(days=4)
    await says(town, town.zhao, "/appraise 1 secret zhenhai 7d")
    await tap(town, town.zhao, "确认", "Confirm")
    for who in (town.lin, town.zhao, town.wang):
        await says(town, who, "/project 1")


def _put(town: Town, phase: Phase, state: ProjectState) -> None:
    """The way there is told elsewhere (``stories/test_whole_cycle.py``)."""

    def unit(uow: SqlUnitOfWork) -> None:
        station = next(station.id for station in uow.stations.all() if station.code == "SUN")
        uow.cycles.update(1, phase=phase)
        for number in range(1, len(TITLES) + 1):
            changes = {"state": state, "cycle_id": 1, "station_id": station, "category": "housing"}
            uow.projects.update(number, now=town.clock.now(), **changes)

    with a_unit(town.database_url) as uow:
        unit(uow)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_polls_and_projects_need_no_more_than_one_scroll(busy: Town, browser: Browser, language: str) -> None:
    """In the group, and with a resident, a deputy and staff."""
    town = busy
    group = await town.group("阳光小区", [town.lin, town.he, town.wang])
    await town.opens(town.lin)
    for deputy in (town.wang, town.li):
        await says(town, deputy, "/start")
    if language == "en":
        for who in (town.lin, town.wang, town.li, town.zhao):
            await says(town, who, "/language en")
        town.zhao.writes(group, "/language en")
        await town.settled()
    await polls_held(town, group)
    await projects_held(town, group)
    found: list[str] = []
    tabs = (town.lin, town.wang, town.zhao)
    shown(town.sandbox, group, tabs)
    async with a_screen(browser, town.sandbox.url, size=PHONE) as screen:
        for place in range(len(tabs) + 1):
            found += await too_much(screen, place, language)
    assert found == [], "\n".join(found)
