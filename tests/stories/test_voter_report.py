"""A deputy reports to voters: drawn, edited, published in two groups, judged there, told on the spot."""

from __future__ import annotations

import io
import re

from docx import Document

from sandbox import Room
from sandbox.model import Message
from tests.stories.steps import pressed, reported_privately
from tests.support.town import Town

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMES = re.compile(r"王芳|阳光联络站|阳光小区|各位乡亲[^\n]*")


def told(room: Room, words: str) -> list[Message]:
    return [message for message in room.messages if message.by_bot and words in message.text and not message.deleted]


async def a_record(town: Town) -> None:
    """A case that is being handled, a visit on record."""
    await town.opens(town.lin)
    await reported_privately(town, town.lin, "一号楼的路灯坏了")
    asked = town.wang.says("/duty 走访 今天 看望三户老人")
    await town.sees(town.wang.chat, "登记好了", after=asked)
    await town.settled()


async def test_from_the_record_to_the_result(towns: Town) -> None:
    """Staff have it drawn; Wang edits it, after a restart; staff leave out one of three groups; two people judge
    it; the result goes to the groups, to Wang and to staff.
    """
    town = towns
    groups = [await town.group(f"阳光小区{n}", [town.he, town.alice]) for n in range(3)]
    await a_record(town)
    asked = town.zhao.says("/shuzhi 王芳 今年")
    await town.sees(town.zhao.chat, "已起草", after=asked)
    yours = await town.sees(town.wang.chat, "起草好了")
    assert "走访 1" in yours.text
    for words in ("路灯", "小林", "老人"):
        assert words not in yours.text

    # one paragraph in the deputy's own words, with the bot started anew in between
    await pressed(town, town.wang.presses(yours, "修改"))
    await town.until(lambda: any(label.startswith("1. ") for label in yours.labels), "the paragraphs")
    town.wang.presses(yours, "1. ")
    question = await town.sees(town.wang.chat, "第 1 段现在是")
    await town.settled()
    await town.restart_bot()
    said = town.wang.says("各位乡亲，我是王芳，有事打 13812345678 找我。")
    changed = await town.sees(town.wang.chat, "改好了，现在是这样", after=question)
    assert "13812345678" not in changed.text
    town.wang.presses(changed, "Word")
    paper = await town.sees(town.wang.chat, "述职报告（", after=changed)
    assert paper.kind == "document"
    town.wang.presses(changed, "改好了")
    news = await town.sees(town.zhao.chat, "改好了，可以看一遍")

    # looked at once more, and published in two of three groups
    town.zhao.presses(news, "预览并发布")
    control = await town.sees(town.zhao.chat, "才会发出", after=said)
    assert "3 个群" in control.text
    await pressed(town, town.zhao.presses(control, "群"))
    await town.until(lambda: any("阳光小区2" in label for label in control.labels), "the groups")
    await pressed(town, town.zhao.presses(control, "阳光小区2"))
    await pressed(town, town.zhao.presses(control, "返回"))
    await town.shows(control, "2 个群")
    town.zhao.presses(control, "确认")
    await town.shows(control, "送到 2")
    await town.settled()
    assert not told(groups[2], "述职")
    polls = []
    for group in groups[:2]:
        report, poll = (message for message in group.messages if message.by_bot and "述职" in message.text)
        assert "各位乡亲" in report.text
        assert poll.kind == "poll"
        polls.append(poll)
    assert len(told(town.wang.chat, "已发到 2 个群")) == 1
    assert len(told(town.wang.chat, "记进履职吗")) == 1

    # judged, reminded once, told
    town.he.votes(polls[0], [0])
    town.alice.votes(polls[1], [0])
    await town.settled()
    await town.later(hours=57)
    for group in groups[:2]:
        await town.sees(group, "快结束了")
    await town.later(hours=17)
    for room in (*groups[:2], town.wang.chat, town.zhao.chat):
        result = await town.sees(room, "结论：满意")
        assert result.kind == "photo"
        for words in ("参加 2 人", "不少于 50 人：未达到", "办法："):
            assert words in result.text
    assert all(len(told(group, "快结束了")) == 1 for group in groups[:2])
    assert not told(groups[2], "测评结果")


async def test_the_document_can_be_read(town: Town) -> None:
    """As Telegram delivers it."""
    await a_record(town)
    asked = town.zhao.says("/shuzhi 王芳 2026")
    await town.sees(town.zhao.chat, "已起草", after=asked)
    yours = await town.sees(town.wang.chat, "起草好了")
    town.wang.presses(yours, "Word")
    paper = await town.sees(town.wang.chat, "述职报告（", after=yours)
    stored = town.sandbox.world.files.by_id[paper.file_id]
    assert stored.name == "王芳代表述职报告.docx"
    document = Document(io.BytesIO(town.sandbox.world.files.read(stored)))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[0] == "王芳代表述职报告"
    assert any("走访 1" in line for line in words)


async def test_it_reads_in_english(town: Town) -> None:
    """Staff and group who read English meet no Chinese but names and what was typed."""
    group = await town.group("阳光小区", [town.alice])
    await a_record(town)
    asked = town.zhao.says("/language en")
    await town.sees(town.zhao.chat, "English", after=asked)
    asked = town.zhao.writes(group, "/language en")
    await town.settled()
    asked = town.zhao.says("/shuzhi 王芳 this year")
    first = await town.sees(town.zhao.chat, "been drawn up", after=asked)
    await town.sees(town.wang.chat, "起草好了")
    await town.settled()
    asked = town.wang.says("/reportwords 1 0 各位乡亲，我是王芳。")
    changed = await town.sees(town.wang.chat, "改好了", after=asked)
    town.wang.presses(changed, "改好了")
    news = await town.sees(town.zhao.chat, "is ready: have")
    town.zhao.presses(news, "Preview")
    control = await town.sees(town.zhao.chat, "Nothing goes out before", after=news)
    town.zhao.presses(control, "Confirm")
    await town.shows(control, "1 of 1 delivered")
    await town.settled()
    (poll,) = (message for message in group.messages if message.by_bot and message.kind == "poll")
    town.alice.votes(poll, [2])
    await town.settled()
    await town.later(hours=80)
    result = await town.sees(group, "Verdict: Dissatisfied")
    assert "Not reached (1)" in result.text
    shown = [message for message in town.zhao.chat.messages if message.by_bot and message.id > first.id]
    for message in (*shown, poll, result):
        assert not CHINESE.search(NAMES.sub("", message.text)), message.text
