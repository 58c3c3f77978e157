"""A project that the deputies chose: confirmed, late, told of, inspected, carried out, judged, as people read it."""

from __future__ import annotations

import re

from liaisonbot.projects import ProjectState
from sandbox import Person, Room
from sandbox.model import Message
from storage.unit_of_work import SqlUnitOfWork
from tests.stories.steps import pressed
from tests.support.town import Town
from tests.support.units import a_unit

CARRY = "/carry 1 区住建局 | 三部电梯通梯 | 2027-10-31"
PARAGRAPH = re.compile(r"[\u4e00-\u9fff]")


async def chosen(town: Town, *supporters: Person) -> None:
    """Lin proposed it in private, the others joined it, the deputies voted for it."""
    for person in (town.lin, *supporters):
        await town.opens(person)
    asked = town.lin.says("/propose 老楼加装电梯，五楼的老人下不来")
    await town.sees(town.lin.chat, "1", after=asked)
    await town.settled()

    def unit(uow: SqlUnitOfWork) -> None:
        (station,) = (station for station in uow.stations.all() if station.code == "SUN")
        now = town.clock.now()
        for person in supporters:
            found = uow.people.find(person.id)
            assert found is not None
            uow.projects.support(1, found.id, now)
        uow.projects.update(1, now=now, state=ProjectState.CHOSEN, station_id=station.id, category="housing")

    with a_unit(town.database_url) as uow:
        unit(uow)


async def confirmed(town: Town) -> Message:
    """Zhao confirms it with one milestone; the screen with which it is carried on."""
    asked = town.zhao.says(CARRY)
    question = await town.sees(town.zhao.chat, "一行写一个", after=asked)
    said = town.zhao.says("2026-12-10 井道封顶")
    sure = await town.sees(town.zhao.chat, "2 个群、", after=question)
    assert "井道封顶" in sure.text
    town.zhao.presses(sure, "确认")
    return await town.sees(town.zhao.chat, "已确认，开始实施", after=said)


async def supervised(town: Town, panel: Message) -> None:
    """Wang alone is in the supervision group."""
    await pressed(town, town.zhao.presses(panel, "监督小组"))
    await town.shows(panel, "建议：")
    await pressed(town, town.zhao.presses(panel, "李强"))
    await town.until(lambda: any("⬜ 李强" in label for label in panel.labels), "that Li is left out")
    await pressed(town, town.zhao.presses(panel, "确认"))
    await town.sees(town.wang.chat, "请您参加 1 号项目")


def told(room: Room, words: str) -> list[Message]:
    return [message for message in room.messages if message.by_bot and words in message.text and not message.deleted]


async def test_from_the_confirmation_to_the_verdict(towns: Town) -> None:
    """Milestone late, progress with two photos to two groups and three people of whom one blocked the bot, a finding
    put right, carried out, judged, told.
    """
    town = towns
    town.refusals |= {"bot was blocked by the user"}
    groups = [await town.group(f"阳光小区{n}", [town.he]) for n in range(2)]
    await chosen(town, town.he, town.alice)
    panel = await confirmed(town)
    await town.settled()
    for room in (town.lin.chat, town.he.chat):
        assert len(told(room, "您提的或支持的 1 号项目")) == 1
    english = told(town.alice.chat, "which you proposed or support")
    assert len(english) == 1
    assert all(len(told(group, "确定实施")) == 1 for group in groups)
    await supervised(town, panel)

    # its day comes and goes
    await town.later(days=17)
    for watcher in (town.zhao, town.wang):
        await town.sees(watcher.chat, "到日子了")
    assert not told(town.li.chat, "到日子了")
    await town.later(days=2)
    assert len(told(town.zhao.chat, "到日子了")) == 1
    asked = town.lin.says("/project 1")
    story = await town.sees(town.lin.chat, "井道封顶（应于", after=asked)
    assert "已晚 2 天" in story.text

    # progress by the group, with two photos
    town.he.blocks()
    await town.settled()
    sent = town.wang.sends_album(town.wang.chat, ["photo", "photo"], "/progress 1 井道封顶了")
    draft = await town.sees(town.wang.chat, "项目的进展", after=sent[-1])
    await town.settled()
    drafts = told(town.wang.chat, "项目的进展")
    assert "2 个群，和提出、支持的 2 位群众" in drafts[-1].text
    town.wang.presses(draft, "确认")
    await town.shows(draft, "送到 4")
    await town.settled()
    for room in (*groups, town.lin.chat, town.alice.chat):
        pictures = [message for message in room.messages if message.by_bot and message.kind == "photo"]
        assert len(pictures) == 2, room
        assert len(told(room, "井道封顶了")) == 1
    assert not told(town.he.chat, "井道封顶了")

    # a finding, put right too late
    asked = town.wang.says("/inspect 1 2026-12-20 三号楼没有警示灯")
    await town.sees(town.wang.chat, "的视察记下了", after=asked)
    await town.sees(town.zhao.chat, "三号楼没有警示灯")
    await town.later(days=10)
    late = await town.sees(town.wang.chat, "过了整改日期（")
    await pressed(town, town.wang.presses(late, "实施与监督"))
    await town.until(lambda: any("问题整改" in label for label in late.labels), "what can be done")
    await pressed(town, town.wang.presses(late, "问题整改"))
    await town.until(lambda: any("三号楼" in label for label in late.labels), "the finding")
    town.wang.presses(late, "三号楼")
    when = await town.sees(town.wang.chat, "哪天整改好的", after=late)
    town.wang.presses(when, when.labels[0])
    sure = await town.sees(town.wang.chat, "三号楼没有警示灯", after=when)
    town.wang.presses(sure, "确认")
    await town.sees(town.zhao.chat, "整改好了")

    # carried out
    asked = town.zhao.says("/carriedout 1 三部电梯都通了")
    sure = await town.sees(town.zhao.chat, "登记为办结", after=asked)
    assert "还有 1 个节点没完成" in sure.text
    town.zhao.presses(sure, "确认")
    await town.sees(town.lin.chat, "1 号项目办结了")
    await town.sees(town.alice.chat, "was carried out")
    for group in groups:
        await town.sees(group, "1 号项目办结了")

    # judged by the deputies, told at once
    asked = town.zhao.says("/appraise 1 deputies zhenhai 3d")
    sure = await town.sees(town.zhao.chat, "镇海办法", after=asked)
    town.zhao.presses(sure, "确认")
    for deputy, level in ((town.wang, "满意"), (town.li, "弃权")):
        ballot = await town.sees(deputy.chat, "请您评一评")
        await pressed(town, deputy.presses(ballot, f"{level}"))
        await town.shows(ballot, "您评的是")
    await town.later(days=4)
    for room in (*groups, town.lin.chat):
        result = await town.sees(room, "结论：满意")
        assert result.kind == "photo"
        assert "≥" in result.text
    english_result = await town.sees(town.alice.chat, "this is how it was judged")
    assert "Verdict: Satisfied" in english_result.text
    asked = town.lin.says("/project 1")
    story = await town.sees(town.lin.chat, "结论：满意", after=asked)
    for words in ("监督小组：王芳", "井道封顶了（照片 2 张）", "三号楼没有警示灯", "三部电梯都通了", "应评 2 人"):
        assert words in story.text


async def test_everything_reads_in_english(town: Town) -> None:
    """Somebody whose Telegram speaks English meets no Chinese but what people typed."""
    await town.group("Sunny Court", [town.alice])
    await town.group("Sunny Court 2", [town.alice])
    await chosen(town, town.alice)
    asked = town.zhao.says("/language en")
    await town.sees(town.zhao.chat, "English", after=asked)
    asked = town.zhao.says("/carry 1 Housing | three lifts | 2027-10-31")
    question = await town.sees(town.zhao.chat, "Which milestones", after=asked)
    town.zhao.presses(question, "No milestones yet")
    sure = await town.sees(town.zhao.chat, "Once you confirm", after=asked)
    town.zhao.presses(sure, "Confirm")
    panel = await town.sees(town.zhao.chat, "under way", after=sure)
    asked = town.zhao.says("/milestone 1 2027-03-31 design finished")
    await town.sees(town.zhao.chat, "new milestone", after=asked)
    asked = town.zhao.says("/inspect 1 2027-01-31 no warning light")
    await town.sees(town.zhao.chat, "is noted", after=asked)
    await pressed(town, town.zhao.presses(panel, "Supervision group"))
    await town.shows(panel, "Proposed:")
    await town.settled()
    title = "老楼加装电梯"
    for message in told(town.alice.chat, "Project 1"):
        left = message.text.replace(title, "").replace("，五楼的老人下不来", "")
        assert not PARAGRAPH.search(left), message.text
