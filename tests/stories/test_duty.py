"""The duty log, as deputies and staff live with it: filed with a thumb, left and taken up, returned, corrected."""

from __future__ import annotations

from liaisonbot.duty import DutyEntry, EntryState
from sandbox import Person
from sandbox.model import Message
from tests.stories.steps import pressed
from tests.support.town import Town


async def entries(town: Town) -> list[DutyEntry]:
    """Everything anybody has filed, by number."""
    found = await town.read(lambda uow: [uow.duty.get(number) for number in range(1, 20)])
    return [entry for entry in found if entry is not None]


async def the_entry(town: Town) -> DutyEntry:
    (entry,) = await entries(town)
    return entry


async def step(town: Town, who: Person, question: Message, word: str, then: str) -> Message:
    """Press it; the question that follows, with the bot restarted before anybody answers."""
    who.presses(question, word)
    asked = await who.told(then)
    await town.settled()
    await town.restart_bot()
    return asked


async def test_one_line_is_an_entry_at_once(towns: Town) -> None:
    """Type, day and words; the card says that it waits, and can be changed."""
    town = towns
    town.wang.says("/duty 接待选民 2026-11-20 接待五人，三件转民情")
    card = await town.wang.told("登记好了")
    assert "接待选民" in card.text
    assert any("修改" in label for label in card.labels)
    entry = await the_entry(town)
    assert (entry.type, entry.day.isoformat(), entry.state) == ("reception", "2026-11-20", EntryState.FILED)


async def test_a_dialogue_survives_a_restart_before_every_answer(towns: Town) -> None:
    """Type, calendar, words, place, time, back, confirmation: one entry, with everything that was said."""
    town = towns
    town.wang.says("/duty")
    asked = await town.wang.told("这次做的是哪一类")
    await town.settled()
    await town.restart_bot()
    town.wang.presses(asked, "更多类型")
    await town.shows(asked, "属于哪一类")
    town.wang.presses(asked, "监督")
    await town.shows(asked, "监督：是哪一种")
    asked = await step(town, town.wang, asked, "执法检查", "是哪一天的事")
    town.wang.presses(asked, "看日历")
    await town.shows(asked, "2026年11月哪一天")
    await town.settled()
    await town.restart_bot()
    asked = await step(town, town.wang, asked, "20", "做了什么")
    before = town.wang.chat.last
    town.wang.says("查了两家餐馆")
    check = await town.sees(town.wang.chat, "看一遍", after=before)
    await town.settled()
    await town.restart_bot()
    town.wang.presses(check, "补充")
    await town.shows(check, "要改哪里")
    asked = await step(town, town.wang, check, "用时", "用了多长时间")
    town.wang.presses(asked, "上一步")
    await town.shows(asked, "看一遍")
    await town.settled()
    await town.restart_bot()
    town.wang.presses(asked, "补充")
    await town.shows(asked, "要改哪里")
    asked = await step(town, town.wang, asked, "用时", "用了多长时间")
    town.wang.presses(asked, "半天")
    check = await town.sees(town.wang.chat, "4 小时", after=asked)
    await town.settled()
    await town.restart_bot()
    town.wang.presses(check, "确认")
    await town.wang.told("登记好了")
    entry = await the_entry(town)
    assert (entry.type, entry.day.isoformat(), entry.minutes) == ("enforcement", "2026-11-20", 240)
    assert entry.text == "查了两家餐馆"


async def test_what_was_left_is_left(town: Town) -> None:
    """/cancel half way: nothing is filed, and what is written later answers nothing."""
    town.wang.says("/duty 走访")
    await town.wang.told("是哪一天的事")
    town.wang.says("/cancel")
    await town.wang.told("已取消")
    later = town.wang.says("今天")
    await town.sees(town.wang.chat, "直接回复民情卡片", after=later)
    assert await entries(town) == []


async def test_an_album_goes_along_whole(town: Town) -> None:
    """As an answer, and under one line; staff see it again from the list."""
    town.wang.says("/duty 走访 今天")
    await town.wang.told("做了什么")
    town.wang.sends_album(town.wang.chat, ["photo"] * 3, "走访三户")
    check = await town.wang.told("看一遍")
    await town.settled()
    town.wang.presses(check, "确认")
    await town.wang.told("登记好了")
    town.wang.sends_album(town.wang.chat, ["photo"] * 2, "/duty 走访 今天 又走访两户")
    await town.sees(town.wang.chat, "又走访两户", after=town.wang.chat.last)
    await town.settled()
    first, second = await entries(town)
    assert [len(entry.sources.ids) for entry in (first, second) if entry.sources] == [3, 2]

    town.zhao.says("/duty review")
    listed = await town.zhao.told("等待确认的履职记录：2 条")
    town.zhao.presses(listed, "1")
    await town.shows(listed, "履职记录 1 · 王芳")
    town.zhao.presses(listed, "看附件")
    await town.until(
        lambda: sum(m.by_bot and m.kind == "photo" for m in town.zhao.chat.messages) == 3, "the three pictures"
    )


async def test_every_step_takes_only_what_it_asks_for(town: Town) -> None:
    """A sticker, a place, a contact, a voice where a day is asked for: told in words, and the question stays."""
    wang = town.wang
    wang.says("/duty")
    await wang.told("这次做的是哪一类")
    for wrong in (wang.sends_sticker, wang.sends_location, wang.sends_voice):
        await town.sees(wang.chat, "点", after=wrong(wang.chat))
    await town.sees(wang.chat, "没有「买菜」这个类型", after=wang.says("买菜"))
    wang.says("走访")
    await wang.told("是哪一天的事")
    await town.sees(wang.chat, "点", after=wang.sends_voice(wang.chat))
    await town.sees(wang.chat, "还没有到", after=wang.says("明天"))
    await town.sees(wang.chat, "太久了", after=wang.says("2026-01-05"))
    wang.says("昨天")
    await wang.told("做了什么")
    for wrong in (wang.sends_sticker, wang.sends_location, wang.sends_contact):
        await town.sees(wang.chat, "照片、视频、语音", after=wrong(wang.chat))
    wang.sends_voice(wang.chat)
    check = await wang.told("看一遍")
    await town.sees(wang.chat, "点", after=wang.says("可以"))
    wang.presses(check, "确认")
    await wang.told("登记好了")
    entry = await the_entry(town)
    assert entry.sources is not None
    assert [attachment.kind for attachment in entry.sources.attachments] == ["voice"]


async def test_returned_corrected_filed_again_and_confirmed(towns: Town) -> None:
    """The reason reaches the deputy with a button; a page is confirmed after a question; the log shows it."""
    town = towns
    town.wang.says("/duty 走访 今天 走访")
    await town.wang.told("登记好了")
    town.li.says("/duty 座谈 昨天 和物业座谈")
    await town.li.told("登记好了")
    town.zhao.says("/duty review")
    listed = await town.zhao.told("等待确认的履职记录：2 条")
    town.zhao.presses(listed, "1")
    await town.shows(listed, "履职记录 1 · 王芳")
    town.zhao.presses(listed, "退回")
    await town.zhao.told("为什么退回")
    town.zhao.says("走访了哪几户？")
    await town.zhao.told("已退回给王芳")

    back = await town.wang.told("走访了哪几户？")
    town.wang.presses(back, "去改")
    check = await town.wang.told("退回原因")
    town.wang.presses(check, "补充")
    await town.shows(check, "要改哪里")
    town.wang.presses(check, "正文")
    await town.wang.told("做了什么")
    before = town.wang.chat.last
    town.wang.says("走访李家、张家")
    town.wang.presses(await town.sees(town.wang.chat, "看一遍", after=before), "确认")
    await town.wang.told("改好重新登记了")

    town.zhao.says("/duty review")
    listed = await town.zhao.told("走访李家")
    town.zhao.presses(listed, "都确认")
    await town.shows(listed, "都确认吗")
    town.zhao.presses(listed, "确认")
    await town.shows(listed, "确认了 2 条")
    assert {entry.state for entry in await entries(town)} == {EntryState.CONFIRMED}

    town.wang.says("/mylogs")
    log = await town.wang.told("2026年11月履职：1 条")
    assert "✅ 1 ·" in log.text
    town.wang.presses(log, "1")
    await town.shows(log, "履职记录 1")
    assert "已确认" in log.text
    assert not any("修改" in label for label in log.labels)


async def test_everybody_reads_the_public_part_only(town: Town) -> None:
    """In their own language: types, days, kinds of places."""
    town.wang.says("/duty 走访 今天 张大爷家漏水")
    await town.wang.told("登记好了")
    await town.opens(town.alice)
    town.alice.says("/deputy 王芳")
    card = await town.alice.told("On duty 1 time this year")
    assert "Visit" in card.text
    assert "张大爷" not in card.text
    refused = town.alice.says("/duty Visit today nothing")
    await town.sees(town.alice.chat, "command", after=refused)


async def test_an_entry_is_deleted_after_a_question(town: Town) -> None:
    """And its button answers in words from then on."""
    town.wang.says("/duty 走访 今天 记错了")
    card = await town.wang.told("登记好了")
    town.wang.presses(card, "删除")
    await town.shows(card, "要删除这条")
    town.wang.presses(card, "确认")
    await town.shows(card, "已删除")
    assert await entries(town) == []
    query = await pressed(town, town.wang.presses_data(card, "duty:1:change"))
    assert "没有找到" in query.answer
