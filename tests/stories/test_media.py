"""Not only words: pictures, voices, places … in both directions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox import Person
from sandbox.model import Chat, Message
from tests.stories.steps import reported, reported_privately
from tests.support.town import Town

Sends = Callable[..., Message]

KINDS: dict[str, Sends] = {
    "photo": lambda who, chat, **about: who.sends_photo(chat, "照片说明", **about),
    "video": lambda who, chat, **about: who.sends_video(chat, "视频说明", **about),
    "voice": lambda who, chat, **about: who.sends_voice(chat, **about),
    "video_note": lambda who, chat, **about: who.sends_video_note(chat, **about),
    "audio": lambda who, chat, **about: who.sends_audio(chat, "音频说明", **about),
    "document": lambda who, chat, **about: who.sends_document(chat, "文件说明", **about),
    "animation": lambda who, chat, **about: who.sends_animation(chat, "动图说明", **about),
    "sticker": lambda who, chat, **about: who.sends_sticker(chat, **about),
    "location": lambda who, chat, **about: who.sends_location(chat, **about),
    "venue": lambda who, chat, **about: who.sends_venue(chat, **about),
    "contact": lambda who, chat, **about: who.sends_contact(chat, own=False, **about),
}


def last_of(chat: Chat, kind: str) -> Message | None:
    return next((m for m in reversed(chat.messages) if m.by_bot and m.kind == kind), None)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_report_of_any_kind(town: Town, kind: str) -> None:
    """It is a case without a word; the deputy gets the same thing, without its origin."""
    sent = KINDS[kind](town.lin, town.lin.chat)
    receipt = await town.lin.told("已收到，民情 #1")
    assert receipt.reply_to is sent
    town.lin.presses(receipt, "阳光联络站")
    await town.wang.told("有新民情")

    passed_on = await town.until(lambda: last_of(town.wang.chat, kind), f"the {kind}")
    assert passed_on.origin is None
    assert passed_on.file_id == sent.file_id
    attachments = await town.read(lambda uow: [f for m in uow.messages.of_case(1) for f in m.attachments])
    assert [attachment.kind for attachment in attachments] == [kind]


async def test_every_kind_goes_to_and_fro_as_conversation(town: Town) -> None:
    """The deputy answers the card with it, the constituent answers what came with the same; both see that it
    arrived.
    """
    card = await reported_privately(town, town.lin, "路灯坏了")
    for kind, sends in KINDS.items():
        said = sends(town.wang, town.wang.chat, reply_to=card)
        await passed(town, town.lin, said, kind)
        heading = await town.lin.told("王芳代表（民情 #1）")
        answer = sends(town.lin, town.lin.chat, reply_to=heading)
        await passed(town, town.wang, answer, kind)


async def passed(town: Town, to: Person, said: Message, kind: str) -> None:
    """It arrived there, and who sent it sees so."""
    await town.until(lambda: said.reactions, f"the sign that the {kind} arrived")
    copy = last_of(to.chat, kind)
    assert copy is not None
    assert copy.origin is None
    assert copy.file_id == said.file_id
    assert said.caption in copy.caption


async def test_a_reply_with_a_picture(town: Town) -> None:
    """The formal reply takes its picture along."""
    card = await reported_privately(town, town.lin, "路灯坏了")
    town.wang.presses(card, "答复")
    town.wang.presses(await town.wang.told("哪一类"), "已解决或采纳")
    await town.wang.told("请写给群众的答复")
    town.wang.sends_photo(town.wang.chat, "灯亮了")
    town.wang.presses(await town.wang.told("民情 #1：就这样答复吗"), "确认")

    reply = await town.lin.told("有答复了")
    assert "灯亮了" in reply.text
    await town.until(lambda: last_of(town.lin.chat, "photo"), "the picture")


async def test_what_cannot_be_taken_is_answered_in_words(town: Town) -> None:
    """A poll of one's own is no report."""
    poll = town.lin.sends_poll(town.lin.chat, "修不修？", ["修", "不修"])
    answer = await town.lin.told("我还收不了")
    assert answer.id > poll.id
    assert await town.read(lambda uow: uow.cases.get(1)) is None


async def test_one_s_own_contact_ends_the_anonymity_of_that_case(town: Town) -> None:
    """Shared freely, in answer to a message of the case: its deputy sees name and phone."""
    card = await reported_privately(town, town.lin, "路灯坏了")
    town.lin.sends_contact(town.lin.chat, reply_to=town.lin.chat.stands("民情 #1"))
    given = await town.wang.told("留下了联系方式")
    assert "小林" in given.text
    assert "+8613811112222" in given.text
    await town.shows(card, "小林")
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert not case.anonymous

    town.zhao.says("/case 1")
    seen = await town.zhao.told("经过")
    assert not any("附件" in label for label in seen.labels), "staff do not see it"
    town.wang.says("/case 1")
    town.wang.presses(await town.wang.told("经过"), "看附件（1）")
    await town.wang.told("📎 民情 #1")


async def test_a_deputy_s_own_contact_stays_with_them(town: Town) -> None:
    """It would show the constituent their Telegram account: as conversation and in a formal reply they hear so, and
    nothing of it goes out.
    """
    card = await reported_privately(town, town.lin, "路灯坏了")
    town.wang.sends_contact(town.wang.chat, reply_to=card)
    await town.wang.told("名片没有转给群众")
    town.wang.presses(card, "受理")
    await town.lin.told("已受理")
    town.wang.says("/mediate 1")
    await town.wang.told("请写调处情况")
    town.wang.sends_contact(town.wang.chat)
    await town.wang.told("名片没有转给群众")
    await town.settled()
    assert last_of(town.lin.chat, "contact") is None
    assert await town.read(lambda uow: [f.kind for m in uow.messages.of_case(1) for f in m.attachments]) == []


async def test_a_contact_is_not_shown_in_a_group(town: Town) -> None:
    """Its number cannot be masked there: who reported hears that it waits in the private chat."""
    group = await town.group("阳光小区", [town.lin])
    card = await reported(town, town.lin, "路灯坏了", group)
    said = town.wang.sends_contact(town.wang.chat, own=False, phone="+8613900001111", name="物业", reply_to=card)
    told = await town.sees(group, "到私聊里看")
    assert "王芳代表（民情 #1）" in told.text
    assert any("打开私聊" in label for label in told.labels)
    await town.until(lambda: said.reactions, "the sign that it arrived")
    assert last_of(group, "contact") is None

    town.lin.starts("case_1")
    town.lin.presses(await town.lin.told("经过"), "看附件")
    shared = await town.until(lambda: last_of(town.lin.chat, "contact"), "the card")
    assert shared.content["contact"]["phone_number"] == "+8613900001111"


async def test_a_picture_whose_message_was_deleted_arrives(town: Town) -> None:
    """We know its file: it needs no message to be copied from. Nobody hears of anything set aside."""
    town.refusals.add("message to copy not found")
    sent = town.lin.sends_photo(town.lin.chat, "路灯坏了")
    receipt = await town.lin.told("已收到，民情 #1")
    town.lin.deletes(sent)
    town.lin.presses(receipt, "阳光联络站")
    card = await town.wang.told("有新民情")
    passed_on = await town.until(lambda: last_of(town.wang.chat, "photo"), "the picture")
    assert passed_on.file_id == sent.file_id
    town.wang.says("看到了", reply_to=passed_on)
    await town.lin.told("看到了")
    assert not any("set-aside" in text for text in town.owner.sees())
    assert card.labels


async def test_an_album_from_a_group_that_lost_the_bot_arrives(town: Town) -> None:
    """The next deputy of the case gets its pictures with their words, though nothing can be copied from there."""
    town.refusals |= {"bot was kicked", "can't initiate conversation"}
    group = await town.group("阳光小区", [town.lin], kind="supergroup", admin=True)
    town.lin.sends_album(group, ["photo", "photo"], "/report 路灯坏了，王芳代表请看")
    await town.until(lambda: sum(m.kind == "photo" for m in town.wang.chat.messages) == 2, "the pictures")
    group.kicks_bot(by=town.zhao)
    await town.zhao.told("被移出群")
    town.wang.says("/transfer 1 李强 归他联系")
    await town.li.told("📎 民情 #1 的附件")
    await town.until(lambda: sum(m.kind == "photo" for m in town.li.chat.messages) == 2, "the pictures")
    await town.settled()
    assert sum("📎 民情 #1 的附件" in text for text in town.li.sees()) == 1
    assert not any("set-aside" in text for text in town.owner.sees())
