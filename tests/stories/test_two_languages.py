"""Everybody reads their own language; a group speaks the one its staff chose."""

from __future__ import annotations

import re

from tests.stories.steps import answered, reported
from tests.support.town import Town

CHINESE = re.compile(r"[\u4e00-\u9fff]")


async def test_each_reads_their_own_language(town: Town) -> None:
    """An English-speaking neighbour and a Chinese-speaking deputy work on the same case."""
    group = await town.group("阳光小区", [town.alice])
    await town.opens(town.alice)
    card = await reported(town, town.alice, "The street lamp is broken", group)
    assert "有新民情" in card.text
    public = await town.sees(group, "#1")
    assert "收集" in public.text, "the group speaks the default language"

    town.wang.presses(card, "受理")
    accepted = await town.alice.told("#1")
    assert "accepted" in accepted.text.lower()
    reply = await answered(town, town.wang, 1, "The lamp works again", to=town.alice.chat)
    town.alice.presses_at(reply, 1, 0)
    await town.until(lambda: any("✓" in label for label in reply.labels), "the first rating")
    town.alice.presses(reply, "Satisfied")
    await town.until(lambda: not reply.labels, "the end of the rating")
    await town.wang.told("态度：满意")
    await town.settled()

    for text in (m.text for m in town.alice.chat.messages if m.by_bot):
        left = text.replace("王芳", "").replace("阳光联络站", "")
        assert not CHINESE.search(left), text


async def test_a_person_chooses_a_language(town: Town) -> None:
    """By button or in one line; it leads over Telegram's, at once and from then on."""
    await town.opens(town.lin)
    town.lin.says("/language")
    asked = await town.lin.told("请选择语言")
    town.lin.presses(asked, "English")
    await town.until(lambda: any("English" in text for text in town.lin.sees()), "the new language")
    help_ = town.lin.says("/help")
    await town.sees(town.lin.chat, "your cases", after=help_)
    town.lin.says("/language zh")
    await town.lin.told("以后用中文")


async def test_staff_choose_the_group_s_language(town: Town) -> None:
    """A neighbour cannot; new cards speak it."""
    group = await town.group("阳光小区", [town.lin])
    asked = town.lin.writes(group, "/language en")
    await town.sees(group, "由本站工作人员设置", after=asked)
    asked = town.zhao.writes(group, "/language en")
    answer = await group.next_message(after=asked, by_bot=True)
    assert not CHINESE.search(answer.text)

    town.lin.writes(group, "/report 路灯坏了")
    card = await town.sees(group, "#1")
    assert "Collection" in card.text
    assert "王芳" in card.text
