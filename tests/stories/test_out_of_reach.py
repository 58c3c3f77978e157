"""People who blocked the bot: reached in the group where possible, else those who wait for it hear why not."""

from __future__ import annotations

from tests.stories.steps import answered, pressed, reported, reported_privately
from tests.support.town import Town

BLOCKED = "bot was blocked by the user"


async def test_who_blocked_the_bot_is_answered_in_the_group(town: Town) -> None:
    """Even when we learn of the block only by trying; the deputy still gets the sign that it arrived."""
    town.refusals.add(BLOCKED)
    group = await town.group("阳光小区", [town.lin])
    await town.opens(town.lin)
    card = await reported(town, town.lin, "电梯坏了，找13812345678", group)
    own = next(m for m in group.messages if m.sender is town.lin)
    town.lin.chat.blocked = True  # Telegram's note of it is still on its way

    said = town.wang.says("师傅在路上了，电话13900001111", reply_to=card)
    relayed = await town.sees(group, "师傅在路上了")
    assert relayed.reply_to is own
    assert "13900001111" not in relayed.text
    await town.until(lambda: said.reactions, "the reaction that it arrived")

    reply = await answered(town, town.wang, 1, "修好了", to=group)
    assert reply.reply_to is own
    await town.settled()
    assert len([c for c in town.sandbox.calls if c.error and BLOCKED in c.error]) == 1, "once is enough to know it"

    town.lin.unblocks()
    asked = town.lin.says("/mycases")
    await town.sees(town.lin.chat, "我的民情", after=asked)
    town.wang.says("还有问题吗", reply_to=card)
    await town.lin.told("还有问题吗")


async def test_in_private_the_deputy_hears_why_it_did_not_arrive(towns: Town) -> None:
    """The deputy's own message is answered with the reason; deputy and staff are told once a day that nobody can be
    reached, and of every formal reply that nobody read.
    """
    town = towns
    town.refusals.add(BLOCKED)
    card = await reported_privately(town, town.lin, "电梯坏了")
    town.lin.blocks()
    await town.settled()

    said = town.wang.says("师傅在路上了", reply_to=card)
    reason = await town.wang.told("没有送到群众")
    await town.zhao.told("没有送到群众")
    await town.settled()
    answer = [m for m in town.wang.chat.messages if m.reply_to is said]
    assert answer, "the message itself is answered"
    assert not said.reactions
    assert "#1" in reason.text

    town.wang.says("喂？", reply_to=card)
    await town.settled()
    for told in (town.wang, town.zhao):
        assert sum("没有送到群众（" in text for text in told.sees()) == 1

    town.wang.says("/reply 1 A 修好了")
    await town.wang.told("答复已发出")
    await town.settled()
    for told in (town.wang, town.zhao):
        assert sum("没有送到群众（" in text for text in told.sees()) == 2


async def test_a_deputy_out_of_reach_is_said_to_staff(town: Town) -> None:
    """Nobody's case lies unseen: staff can give it to another."""
    town.refusals |= {"can't initiate conversation", BLOCKED}
    town.wang.chat.started = False
    town.wang.chat.blocked = True
    group = await town.group("阳光小区", [town.lin])
    town.lin.writes(group, "/report 电梯坏了")
    told = await town.zhao.told("送不到 王芳代表")
    assert "/assign 1" in told.text

    town.zhao.says("/assign 1 李强")
    await town.zhao.told("已分派给 李强")
    await town.li.told("有新民情")
    await town.sees(group, "现在由 李强代表跟进")


async def test_what_was_sent_meanwhile_is_there_on_return(towns: Town) -> None:
    """Pictures and places, too: below the case stands a button that sends them once more, to whoever may read it."""
    town = towns
    town.refusals.add(BLOCKED)
    card = await reported_privately(town, town.lin, "电梯坏了")
    town.lin.blocks()
    await town.settled()
    shown = town.wang.sends_photo(town.wang.chat, "师傅已经到了", reply_to=card)
    town.wang.sends_location(town.wang.chat, reply_to=card)
    await town.zhao.told("没有送到群众")

    town.lin.unblocks()
    town.lin.presses(await town.lin.told("没能送到您这里"), "#1")
    course = await town.lin.told("经过")
    await pressed(town, town.lin.presses(course, "看附件（2）"))
    sent = await town.lin.told("师傅已经到了")
    assert sent.file_id == shown.file_id
    assert sent.origin is None
    place = await town.until(
        lambda: next((m for m in town.lin.chat.messages if m.kind == "location"), None), "the place"
    )
    town.lin.says("看到了", reply_to=place)
    await town.wang.told("看到了")

    town.sun.says("/case 1")
    await town.sun.told("没有找到民情 #1")
    forged = await pressed(town, town.sun.presses_data(town.sun.chat.stands("没有找到"), "files:1:0"))
    assert "没有找到民情 #1" in forged.answer


async def test_many_attachments_come_ten_at_a_time(town: Town) -> None:
    """The newest first sent; the rest by a button below the last."""
    card = await reported_privately(town, town.lin, "电梯坏了")
    for n in range(12):
        town.wang.sends_photo(town.wang.chat, f"第 {n + 1} 张", reply_to=card)
    await town.lin.told("第 12 张")
    await town.settled()
    town.lin.says("/case 1")
    before = await town.lin.told("经过")
    town.lin.presses(before, "看附件（12）")
    last = await town.sees(town.lin.chat, "第 12 张", after=before)
    await town.settled()
    assert [text.split("\n")[-1] for text in town.lin.sees()[-10:]] == [f"第 {n} 张" for n in range(3, 13)]
    town.lin.presses(last, "更早的附件（2）")
    await town.sees(town.lin.chat, "第 2 张", after=last)
    await town.settled()
    assert [text.split("\n")[-1] for text in town.lin.sees()[-2:]] == ["第 1 张", "第 2 张"]


async def test_where_a_group_forbids_pictures_the_words_arrive(town: Town) -> None:
    """Nothing of a reply or of talk is lost but the picture, which waits in the private chat; nobody hears that it did
    not arrive.
    """
    town.refusals |= {"not enough rights to send photos"}
    group = await town.group("阳光小区", [town.lin])
    card = await reported(town, town.lin, "路灯坏了", group)
    group.restricts(town.sandbox.bot, can_send_photos=False)
    await town.sees(group, "不能发图片")

    spoken = town.wang.sends_photo(town.wang.chat, "是这一盏吗", reply_to=card)
    talk = await town.sees(group, "是这一盏吗")
    assert "到私聊里看" in talk.text
    await town.until(lambda: spoken.reactions, "the sign that it arrived")
    town.wang.sends_album(town.wang.chat, ["photo", "photo"], "还是这两盏", reply_to=card)
    await town.sees(group, "还是这两盏")
    alone = await town.sees(group, "到私聊里看", after=talk)
    assert "还是这两盏" not in alone.text
    town.wang.sends_photo(town.wang.chat, "/reply 1 A 修好了")
    reply = await town.sees(group, "有答复了")
    await town.sees(group, "到私聊里看", after=reply)
    await town.settled()
    assert not any("没有送" in told.text for told in (*town.wang.chat.messages, *town.zhao.chat.messages))

    town.lin.starts("case_1")
    opened = await town.lin.told("修好了")
    town.lin.presses(opened, "看附件")
    await town.until(lambda: sum(m.kind == "photo" for m in town.lin.chat.messages) == 4, "the pictures")
