"""All the ways in which something said in a group becomes a case, and those in which it does not."""

from __future__ import annotations

from tests.stories.steps import reported
from tests.support.town import Town


async def test_a_neighbour_s_message_is_registered_in_their_name(town: Town) -> None:
    """/report in answer to another's message: its words and picture become its author's case, who can rate it."""
    group = await town.group("阳光小区", [town.lin, town.he])
    await town.opens(town.lin)
    complaint = town.lin.sends_photo(group, "楼下的井盖没了")
    town.he.writes(group, "/report", reply_to=complaint)

    card = await town.sees(group, "民情 #1")
    assert card.reply_to is complaint
    assert "井盖没了" in card.text
    deputy_card = await town.wang.told("有新民情")
    await town.until(lambda: any(m.kind == "photo" for m in town.wang.chat.messages), "the picture")
    town.wang.presses(deputy_card, "受理")
    await town.lin.told("民情 #1 已受理")

    again = town.he.writes(group, "/report 一样的", reply_to=complaint)
    await town.sees(group, "已经登记为民情 #1", after=again)
    assert not town.he.chat.messages


async def test_a_caption_with_the_command(town: Town) -> None:
    """A picture with /report under it."""
    group = await town.group("阳光小区", [town.lin])
    sent = town.lin.sends_photo(group, "/report 楼下的井盖没了")

    card = await town.sees(group, "民情 #1")
    assert card.reply_to is sent
    assert "/report" not in card.text
    await town.until(lambda: any(m.kind == "photo" for m in town.wang.chat.messages), "the picture")
    copied = next(m for m in town.wang.chat.messages if m.kind == "photo")
    assert copied.caption == "📎 民情 #1 的附件"


async def test_a_mention(town: Town) -> None:
    """@bot and some words; with no words at all the bot asks, and takes the answer to its question."""
    group = await town.group("阳光小区", [town.lin])
    town.lin.writes(group, f"@{town.sandbox.bot.username} 楼下的井盖没了")
    card = await town.sees(group, "民情 #1")
    assert "楼下的井盖没了" in card.text
    assert "@" not in card.text

    bare = town.lin.writes(group, f"@{town.sandbox.bot.username}")
    question = await town.sees(group, "请说说是什么事", after=bare)
    town.lin.writes(group, "三楼漏水", reply_to=question)
    await town.sees(group, "民情 #2")


async def test_the_command_alone_asks_what_it_is_about(town: Town) -> None:
    """Only the answer of who was asked counts."""
    group = await town.group("阳光小区", [town.lin, town.he])
    town.lin.writes(group, "/report")
    question = await town.sees(group, "请说说是什么事")
    town.he.writes(group, "我也来说一句", reply_to=question)
    await town.settled()
    assert await town.read(lambda uow: uow.cases.get(1)) is None

    town.lin.writes(group, "三楼漏水", reply_to=question)
    await town.sees(group, "民情 #1")


async def test_an_answer_that_belongs_to_no_case(town: Town) -> None:
    """An answer to a message of the bot that is about nothing is answered with how it is done."""
    group = await town.group("阳光小区", [town.lin])
    bound = next(m for m in group.messages if "已绑定" in m.text)
    own = town.lin.writes(group, "那楼道灯呢？", reply_to=bound)
    hint = await town.sees(group, "请发 /report 加上内容", after=own)
    assert hint.reply_to is own
    await town.settled()
    assert await town.read(lambda uow: uow.cases.get(1)) is None


async def test_a_neighbour_answering_a_card_adds_nothing_to_it(town: Town) -> None:
    """Only the author speaks on a case; whoever else answers its card hears what a stranger hears."""
    group = await town.group("阳光小区", [town.lin, town.he])
    await reported(town, town.lin, "三楼漏水", group)
    card = await town.sees(group, "民情 #1")

    meddling = town.he.writes(group, "我家也是", reply_to=card)
    answer = await town.sees(group, "没有找到民情 #1", after=meddling)
    assert answer.reply_to is meddling
    town.lin.writes(group, "是302室", reply_to=card)
    await town.wang.told("是302室")
    assert not any("我家也是" in text for text in town.wang.sees())


async def test_an_anonymous_administrator_is_asked_to_write_as_themselves(town: Town) -> None:
    """There is nobody to whom the case would belong."""
    group = await town.group("阳光小区", [town.lin], kind="supergroup")
    group.promotes(town.lin, by=town.zhao, anonymous=True)
    hidden = town.lin.writes(group, "/report 三楼漏水", anonymously=True)
    answer = await town.sees(group, "您现在是匿名身份")
    assert answer.reply_to is hidden
    assert any("打开私聊" in label for label in answer.labels)
    assert await town.read(lambda uow: uow.cases.get(1)) is None


async def test_group_talk_is_left_alone(town: Town) -> None:
    """Even where the bot hears everything it neither answers nor keeps what is not said to it."""
    group = await town.group("阳光小区", [town.lin, town.he], admin=True)
    heard = town.lin.writes(group, "今晚谁去跳舞")
    town.he.writes(group, "我去", reply_to=heard)
    town.he.writes(group, "/weather@another_bot")
    await town.settled()

    assert not [m for m in group.messages if m.by_bot and m.id > heard.id]
    for chat in (town.lin.chat, town.he.chat):
        assert not chat.messages


async def test_work_commands_in_a_group_do_nothing_there(town: Town) -> None:
    """They are answered with the way to the private chat."""
    group = await town.group("阳光小区", [town.lin, town.wang])
    await reported(town, town.lin, "三楼漏水", group)
    given = town.wang.writes(group, "/accept 1")
    answer = await town.sees(group, "私聊", after=given)
    assert any("打开私聊" in label for label in answer.labels)
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert case.stage == "collection"


async def test_a_neighbour_s_poll_is_no_report(town: Town) -> None:
    """/report in answer to something that a case cannot hold opens no empty case; with words of one's own it is one's
    own.
    """
    group = await town.group("阳光小区", [town.lin, town.he])
    poll = town.lin.sends_poll(group, "修不修？", ["修", "不修"])
    alone = town.he.writes(group, "/report", reply_to=poll)
    told = await town.sees(group, "我还收不了")
    assert told.reply_to is alone
    assert await town.read(lambda uow: uow.cases.get(1)) is None

    own = town.he.writes(group, "/report 大家都想修路灯", reply_to=poll)
    card = await town.sees(group, "民情 #1")
    assert card.reply_to is own
    assert "大家都想修路灯" in card.text


async def test_words_that_nobody_can_see_open_no_case(town: Town) -> None:
    """In private and in a group they are answered, and so is a reply of a deputy that would be empty."""
    group = await town.group("阳光小区", [town.lin])
    town.lin.says("\u200b")
    await town.lin.told("我还收不了")
    asked = town.lin.writes(group, "/report \u2800")
    answer = await town.sees(group, "请说说是什么事", after=asked)
    assert answer.reply_to is asked
    assert await town.read(lambda uow: uow.cases.get(1)) is None

    await reported(town, town.lin, "三楼漏水", group)
    town.wang.says("/reply 1 A \u200b")
    await town.wang.told("请写给群众的答复")
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert case.stage == "collection"
