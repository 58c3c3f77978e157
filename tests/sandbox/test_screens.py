"""What people read on a phone: no message needs more than one scroll, in either language.

``SCREENS=/some/folder`` keeps a picture of each message, light and dark, to be looked at.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Browser

from sandbox import Person, Room
from sandbox.sandbox import Sandbox
from tests.stories.steps import pressed
from tests.support.browser import PHONE, Screen, a_browser, a_screen
from tests.support.town import ROSTER, Town, a_town

pytestmark = pytest.mark.browser

SCROLLS: Final = 1
NAMES: Final = (
    "欧阳秀兰",
    "诸葛建国",
    "司马玉梅",
    "上官志强",
    "Margaret Fairfield-Wood",
    "慕容春花",
    "陈小红",
    "周大海",
)
MANY: Final = ROSTER + "".join(
    f"deputy,{name},SUN,阳光联络站,城东,roads_transport;utilities;municipal_facilities,{5100 + place},,\n"
    for place, name in enumerate(NAMES)
)
LONG: Final = (
    "东门到三号楼这一段路，前年开始下雨就积水，去年冬天结冰摔了好几位老人；今年春天物业说要修，拉来两车沙子，"
    "堆在路边到现在没动，孩子上学只好绕到马路上走，早上车多，很危险。"
)
MATTERS: Final = (
    "路灯坏了三天，晚上看不清路",
    f"{LONG * 8}",
    "The lift in building 5 has been out of order for two weeks, and old people cannot get down",
    "楼道里的电动车堵住了门，充电线从六楼拉下来",
    "垃圾站的味道很大，一开窗就进来",
    "广场舞的音箱太响，孩子写不了作业",
    "水管裂了，一楼进水",
    "小区门口的红绿灯时间太短，老人过不去",
    "公交站的棚子漏雨",
    "河边的栏杆断了一截",
)
WORK: Final = (
    "/accept {0}",
    "/mediate {0} " + LONG,
    "/mediate {0} 已联系市政公司，周五来换灯；配件要从外地发来，先挂了一盏临时的灯",
    "/reply {0} B 2026-12-18 灯杆要整根换，12月18日前换好，换之前每天晚上有人巡查。" + 2 * LONG,
    "/accept {1}",
    "/ask {1} 积水最深的地方在哪一栋楼前面？有没有照片？",
    "/accept {4}",
    *(f"/mediate {{4}} 第{place}次联系：" + LONG + LONG for place in range(1, 12)),
    "/accept {2}",
    "/reply {2} A The lift was repaired on Monday; the company comes every month from now on",
)
ASKED: Final = {
    "lin": ("/help", "/mycases", "/case {0}", "/case {1}", "/privacy", "/start", "/deputy", "/help add", "/sort {1}"),
    "wang": (
        "/help",
        "/inbox",
        "/case {0}",
        "/case {1}",
        "/case {4}",
        "/promises",
        "/templates",
        "/dispute {1}",
        "/leave",
        "/reply {3}",
        "/polls",
        "/transfer {3}",
        "/help reply",
    ),
    "zhao": (
        "/help",
        "/unassigned",
        "/overdue",
        "/roster",
        "/units",
        "/held",
        "/polls",
        "/announcements",
        "/inquiries",
        "/reopenings",
        "/lookback",
        "/promises",
        "/case {1}",
        "/assign {3}",
        "/announce 周三上午八点到十二点停水，请各家提前接水",
    ),
    "owner": ("/help", "/overdue", "/unassigned", "/roster", "/held", "/case {1}"),
}
"""By who asks; the numbers are those of the deputy's own cases."""

MEASURE: Final = """log => [...log.querySelectorAll('.message.theirs')].map(message => ({
    id: Number(message.dataset.id),
    screens: message.getBoundingClientRect().height / log.clientHeight,
    aside: [...message.querySelectorAll('.bubble, .key')].some(
        part => part.getBoundingClientRect().right > innerWidth || part.scrollWidth > part.clientWidth + 1),
    says: message.innerText.slice(0, 80),
}))"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as running:
        yield running


@pytest.fixture
async def busy(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Town]:
    """A town in which a deputy and staff have much to do."""
    async with a_town(tmp_path, sqlite_url, intake={"messages_per_minute": 1000}) as town:
        town.import_roster(MANY)
        town.refusals.add("chat not found")  # the others have not opened the bot
        yield town


async def unfold_all(town: Town, who: Person) -> None:
    """Press *More…* wherever it stands, and turn through the topics of /help."""
    for message in list(who.chat.messages):
        for word in ("更多…", "More…"):
            if word in message.labels:
                await pressed(town, who.presses(message, word))
    await town.settled()


async def whole_days(town: Town, group: Room, language: str) -> None:
    """Reports in the group and in private, work on them, days that go by, and everything that can be looked at."""
    people = {"lin": town.lin, "wang": town.wang, "zhao": town.zhao, "owner": town.owner}
    for who in people.values():
        if language == "en":
            who.says("/language en")
    if language == "en":
        town.zhao.writes(group, "/language en")
    await town.settled()
    for matter in MATTERS:
        town.lin.writes(group, f"/report {matter}")
        await town.settled()
    deputy = await town.read(lambda uow: uow.roster.of(5001, None)[0].id)
    for number in range(1, len(MATTERS) + 1):
        town.zhao.says(f"/assign {number} 王芳")
    await town.settled()
    own = await town.read(lambda uow: sorted(case.number for case in uow.cases.of_deputy(deputy, limit=50)[0]))
    assert len(own) >= 8
    for line in WORK:
        town.wang.says(line.format(*own))
        await town.settled()
    await town.later(days=4, hours=1)
    for name, lines in ASKED.items():
        for line in lines:
            people[name].says(line.format(*own))
            await town.settled()
    town.lin.says("东门路灯又不亮了")
    town.lin.sends_photo(town.lin.chat, "楼道里的灯也坏了")
    await town.settled()
    for who in people.values():
        await unfold_all(town, who)


def shown(sandbox: Sandbox, group: Room, people: Sequence[Person]) -> None:
    sandbox.scene = {
        "columns": [{"chat": group.id, "viewer": people[0].id}, *({"chat": person.id} for person in people)],
        "roles": {
            person.id: role for person, role in zip(people, ("constituent", "deputy", "staff", "owner"), strict=False)
        },
        "timezone": "Asia/Shanghai",
    }


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_no_message_needs_more_than_one_scroll(busy: Town, browser: Browser, language: str) -> None:
    """Measured in a browser as large as a phone, keyboards unfolded; nothing stands out to the side."""
    town = busy
    group = await town.group("阳光小区", [town.lin, town.he])
    await town.opens(town.lin)
    await whole_days(town, group, language)
    found: list[str] = []
    for tabs in ((town.lin, town.wang, town.zhao), (town.lin, town.owner)):
        shown(town.sandbox, group, tabs)
        async with a_screen(browser, town.sandbox.url, size=PHONE) as screen:
            for place in range(len(tabs) + 1):
                found += await too_much(screen, place, language)
    assert found == [], "\n".join(found)


async def too_much(screen: Screen, place: int, language: str) -> list[str]:
    """The messages of one column that are too high or too wide for a phone."""
    await screen.page.locator("#tabs button").nth(place).click()
    log = screen.page.locator("section.column:visible .log")
    await log.locator(".message.theirs").first.wait_for()
    measured: list[dict[str, Any]] = await log.evaluate(MEASURE)
    assert len(measured) > 3
    await keep_pictures(screen, place, language)
    return [
        f"{one['screens']:.1f} screens{', wide' if one['aside'] else ''}: {one['says']}"
        for one in measured
        if one["screens"] > 1 + SCROLLS or one["aside"]
    ]


async def keep_pictures(screen: Screen, place: int, language: str) -> None:
    """Where a folder is named for them."""
    folder = os.environ.get("SCREENS")
    if folder is None:
        return
    name = (await screen.page.locator("section.column:visible .title").first.inner_text()).split()[0]
    await screen.page.set_viewport_size({"width": PHONE["width"], "height": 10 * PHONE["height"]})
    for scheme in ("light", "dark"):
        await screen.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        messages = screen.page.locator("section.column:visible .message.theirs")
        for number in range(await messages.count()):
            path = Path(folder) / f"{language}-{scheme}-{name}-{number:03}.png"
            await messages.nth(number).screenshot(path=path)
    await screen.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
