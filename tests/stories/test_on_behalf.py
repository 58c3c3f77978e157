"""Somebody without Telegram is heard: entered by deputy or staff, followed by a code, erased by it."""

from __future__ import annotations

import re
from datetime import timedelta

from sandbox import Person, Room
from storage.schema import case_authors, dialogues
from tests.stories.steps import pressed
from tests.support.town import Town

LAMP = "三号楼的路灯坏了"
WHO = "王大爷 13800001111"


async def entered(town: Town, by: Person, words: str = LAMP, contact: str = WHO) -> str:
    """The whole dialogue; the receipt code."""
    by.says("/behalf")
    await by.told("本人说的是什么事")
    by.says(words)
    await by.told("怎么称呼本人")
    by.says(contact)
    consent = await by.told("本人同意吗")
    assert words in consent.text
    before = by.chat.last
    by.presses(consent, "确认")
    receipt = await town.sees(by.chat, "已代录", after=before)
    return code_in(receipt.text)


def code_in(text: str) -> str:
    found = re.search(r"[A-Z]{4}-[A-Z]{4}", text)
    assert found, text
    return found[0]


def seen(room: Room) -> str:
    return "\n".join(message.text for message in room.messages if message.by_bot)


async def test_entered_by_staff_and_followed_to_its_end(towns: Town) -> None:
    """Routed like any other; what happens is told through whoever entered it, and by the code to anybody who has it."""
    town = towns
    code = await entered(town, town.zhao)
    inbox = await town.wang.told("有新民情")
    assert "王大爷" in inbox.text, "the deputy of the case sees name and phone"
    town.wang.presses(inbox, "受理")
    accepted = await town.zhao.told("已受理")
    assert "请转告" in accepted.text

    await town.opens(town.lin)
    town.lin.says(f"/case {code.lower()}")
    course = await town.lin.told(LAMP)
    assert "民情 #1" in course.text
    assert "王大爷" not in course.text
    assert "13800001111" not in course.text
    town.wang.says("/reply 1 A 灯已修好，请大爷看看")
    reply = await town.zhao.told("灯已修好")
    assert "请问问本人" in reply.text
    town.lin.says(f"/start code_{code.replace('-', '')}")
    await town.lin.told("灯已修好")
    await town.settled()
    assert seen(town.zhao.chat).count(code) >= 1
    assert code not in seen(town.wang.chat)
    assert "王大爷" not in seen(town.li.chat) + seen(town.lin.chat)


async def test_entered_by_a_deputy_who_has_it_then(towns: Town) -> None:
    """And does not ask for satisfaction with themselves: staff do."""
    town = towns
    await entered(town, town.wang)
    await town.settled()
    assert await town.read(lambda uow: uow.cases.get(1).deputy_id) is not None  # type: ignore[union-attr]
    town.wang.says("/reply 1 A 灯已修好")
    asked = await town.zhao.told("灯已修好")
    assert any("满意" in label for label in asked.labels)
    assert not any("满意" in label for message in town.wang.chat.messages for label in message.labels)


async def test_without_consent_nothing_is_kept(towns: Town) -> None:
    """Cancelled where consent is asked for: no case, no name, and nobody heard of it."""
    town = towns
    town.zhao.says(f"/behalf {LAMP}")
    await town.zhao.told("怎么称呼本人")
    town.zhao.says(WHO)
    town.zhao.presses(await town.zhao.told("本人同意吗"), "取消")
    await town.settled()
    assert await town.read(lambda uow: uow.cases.get(1)) is None
    assert LAMP not in seen(town.wang.chat) + seen(town.li.chat)
    assert await town.read(lambda uow: uow.connection.execute(dialogues.select()).first()) is None


async def test_the_consent_is_noted(town: Town) -> None:
    """When it was given, and who asked."""
    await entered(town, town.zhao)
    author = await town.read(lambda uow: uow.connection.execute(case_authors.select()).one())
    asked_by = await town.read(lambda uow: uow.people.find(town.zhao.id))
    assert asked_by is not None
    assert author.entered_by == asked_by.id
    assert town.clock.now() - author.consent_at < timedelta(minutes=1)


async def test_the_code_is_shown_once(towns: Town) -> None:
    """To whoever entered it; neither the case nor a list shows it again."""
    town = towns
    code = await entered(town, town.zhao)
    asked = town.zhao.says("/case 1")
    card = await town.sees(town.zhao.chat, LAMP, after=asked)
    assert code not in card.text
    assert code not in (await town.program("export", "cases")).out


async def test_guessing_codes_is_slowed_down(towns: Town) -> None:
    """For that account, for an hour; another one, and the same one later, finds it."""
    town = towns
    code = await entered(town, town.zhao)
    await town.opens(town.lin)
    await town.opens(town.he)
    for letter in "ABCDE":
        wrong = town.lin.says(f"/case {letter * 4}-{letter * 4}")
        await town.sees(town.lin.chat, "没有这个凭证码", after=wrong)
    right = town.lin.says(f"/case {code}")
    await town.sees(town.lin.chat, "过一小时", after=right)
    assert LAMP not in seen(town.lin.chat)
    town.he.says(f"/case {code}")
    await town.he.told(LAMP)
    await town.later(hours=1, minutes=1)
    town.lin.says(f"/case {code}")
    await town.lin.told(LAMP)


async def test_by_the_code_everything_is_erased(towns: Town) -> None:
    """Asked once more; then words, name, phone and code are gone, for the office as well."""
    town = towns
    code = await entered(town, town.zhao)
    await town.opens(town.lin)
    town.lin.says(f"/case {code}")
    course = await town.lin.told(LAMP)
    town.lin.presses(course, "删除本人信息")
    asked = await town.lin.told("不能恢复")
    query = town.lin.presses(asked, "确认")
    await pressed(town, query)
    await town.lin.told("已全部删除")
    await town.settled()
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert case.text is None
    exported = (await town.program("export", "cases")).out
    assert LAMP not in exported
    assert "王大爷" not in exported
    again = town.lin.says(f"/case {code}")
    await town.sees(town.lin.chat, "没有这个凭证码", after=again)


async def test_what_is_said_on_behalf_passes_the_guard(towns: Town) -> None:
    """An accusation told by an old man at the window is held like one that is typed."""
    town = towns
    await entered(town, town.zhao, "王芳代表收了开发商的红包")
    await town.zhao.told("等工作人员看")
    assert "12388" in (await town.zhao.told("已代录")).text, "to be read out: where such things are told"
    await town.settled()
    assert "开发商" not in seen(town.wang.chat) + seen(town.li.chat)
