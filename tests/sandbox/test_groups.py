"""Groups: who hears what, coming and going, rights, the upgrade to a supergroup, topics."""

import pytest
from telegram import Bot
from telegram.error import ChatMigrated

from sandbox import Impossible, Person, Room, Sandbox
from tests.sandbox.conftest import Inbox, refusal


async def test_in_privacy_mode_the_bot_hears_only_what_is_meant_for_it(
    sandbox: Sandbox, bot: Bot, inbox: Inbox, alice: Person, bob: Person, group: Room
) -> None:
    """Commands, answers to it, and mentions of it; nothing else of what people say."""
    card = await bot.send_message(group.id, "card")
    shown = group.last
    assert shown is not None
    assert shown.id == card.message_id
    for text in ("good morning", "/report lamp", "/report@liaison_demo_bot x", "/roll@other_bot", "not /this"):
        alice.writes(group, text)
    alice.writes(group, "hey @liaison_demo_bot, look")
    alice.writes(group, "@liaison_demo_bots")
    bob.writes(group, "yes", reply_to=shown)
    bob.writes(group, "answer to Alice", reply_to=group.messages[-2])
    alice.sends_photo(group, "/report with a photo")
    alice.sends_photo(group)

    assert await inbox.texts() == [
        "/report lamp",
        "/report@liaison_demo_bot x",
        "hey @liaison_demo_bot, look",
        "yes",
        "/report with a photo",
    ]


async def test_an_administrator_hears_everything(inbox: Inbox, alice: Person, group: Room) -> None:
    """Privacy mode does not hold for administrators."""
    group.promotes_bot()
    alice.writes(group, "good morning")

    assert await inbox.kinds() == ["my_chat_member", "message"]


async def test_without_privacy_mode_everything_is_heard() -> None:
    """As after /setprivacy, Disable."""
    async with Sandbox(privacy=False) as sandbox:
        alice = sandbox.user("Alice")
        group = sandbox.supergroup("Group", [alice], bot=True)
        alice.writes(group, "good morning")

        assert sandbox.updates_pending[-1]["message"]["text"] == "good morning"


async def test_edits_are_heard_like_messages(inbox: Inbox, alice: Person, group: Room) -> None:
    """An edited message keeps its id and carries the new words."""
    message = alice.writes(group, "/report lamp")
    aside = alice.writes(group, "by the way")
    await inbox.fetch()

    alice.edits(message, "/report both lamps")
    alice.edits(aside, "never mind")
    (update,) = await inbox.fetch()

    assert update.edited_message is not None
    assert update.edited_message.message_id == message.id
    assert update.edited_message.text == "/report both lamps"
    assert update.edited_message.edit_date is not None
    assert message.versions == ["/report lamp"]


async def test_the_bot_is_told_when_it_comes_and_goes(sandbox: Sandbox, bot: Bot, inbox: Inbox, alice: Person) -> None:
    """my_chat_member and the service messages."""
    group = sandbox.supergroup("Group", [alice])
    group.adds_bot(by=alice)
    group.promotes_bot(by=alice, can_pin_messages=False)
    group.kicks_bot(by=alice)
    updates = await inbox.fetch()

    changes = [
        (u.my_chat_member.old_chat_member.status, u.my_chat_member.new_chat_member.status)
        for u in updates
        if u.my_chat_member
    ]
    assert changes == [("left", "member"), ("member", "administrator"), ("administrator", "kicked")]
    assert updates[1].message is not None
    assert [user.id for user in updates[1].message.new_chat_members] == [bot.id]
    assert updates[-1].message is not None
    assert updates[-1].message.left_chat_member is not None
    assert await refusal(bot.send_message(group.id, "x")) == "Forbidden: bot was kicked from the supergroup chat"


async def test_others_coming_and_going_shows_in_service_messages(
    sandbox: Sandbox, inbox: Inbox, group: Room, bob: Person
) -> None:
    """Service messages get through privacy mode."""
    carol = sandbox.user("Carol")
    carol.joins(group)
    bob.leaves(group)
    updates = await inbox.fetch()

    assert [m.new_chat_members[0].id for u in updates if (m := u.message) and m.new_chat_members] == [carol.id]
    assert [m.left_chat_member.id for u in updates if (m := u.message) and m.left_chat_member] == [bob.id]
    with pytest.raises(Impossible, match="Bob is not in 阳光小区"):
        bob.writes(group, "hello?")


@pytest.mark.parametrize(("kind", "word"), [("group", "group"), ("supergroup", "supergroup")])
async def test_a_bot_outside_a_group_is_told_so(
    sandbox: Sandbox, bot: Bot, alice: Person, kind: str, word: str
) -> None:
    """Kicked and left are two answers."""
    kicked = getattr(sandbox, kind)("Kicked", [alice], bot=True)
    left = getattr(sandbox, kind)("Left", [alice], bot=True)
    kicked.kicks_bot()
    await bot.leave_chat(left.id)

    assert await refusal(bot.send_message(kicked.id, "x")) == f"Forbidden: bot was kicked from the {word} chat"
    assert await refusal(bot.send_message(left.id, "x")) == f"Forbidden: bot is not a member of the {word} chat"
    assert await refusal(bot.send_message(-100999, "x")) == "Chat not found"


async def test_a_group_becomes_a_supergroup(
    sandbox: Sandbox, bot: Bot, inbox: Inbox, alice: Person, group: Room
) -> None:
    """Both chats tell of it; the old one answers with the new id; people write in the new one."""
    new = group.upgrades()
    alice.writes(new, "/report lamp")
    first, second, third = await inbox.fetch()

    assert first.message is not None
    assert (first.message.chat.id, first.message.migrate_to_chat_id) == (group.id, new.id)
    assert second.message is not None
    assert (second.message.chat.id, second.message.migrate_from_chat_id) == (new.id, group.id)
    assert third.message is not None
    assert third.message.chat.type == "supergroup"
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "x")
    assert caught.value.new_chat_id == new.id
    assert (await bot.send_message(new.id, "x")).chat.id == new.id
    with pytest.raises(Impossible, match="has become a supergroup"):
        alice.writes(group, "too late")


async def test_a_poll_from_before_the_upgrade_still_takes_votes(
    bot: Bot, inbox: Inbox, alice: Person, bob: Person, group: Room
) -> None:
    """It stands in the old chat's history, which members go on reading; the bot hears of votes and cannot stop it."""
    await bot.send_poll(group.id, "Where?", ["here", "there"], is_anonymous=False)
    poll = group.last
    assert poll is not None
    alice.votes(poll, [0])
    new = group.upgrades()
    alice.votes(poll, [1])
    new.leaves(bob)
    with pytest.raises(Impossible, match="is not in"):
        bob.votes(poll, [0])

    answers = [update.poll_answer.option_ids for update in await inbox.fetch() if update.poll_answer]
    assert answers == [(0,), (1,)]
    with pytest.raises(ChatMigrated):
        await bot.stop_poll(group.id, poll.id)


async def test_members_and_rights_can_be_asked_for(
    sandbox: Sandbox, bot: Bot, alice: Person, bob: Person, group: Room
) -> None:
    """What a bot looks at to say which rights it lacks."""
    group.promotes_bot(can_pin_messages=False)
    me = await bot.get_chat_member(group.id, bot.id)
    administrators = await bot.get_chat_administrators(group.id)
    stranger = await bot.get_chat_member(group.id, sandbox.user("Carol").id)

    assert me.status == "administrator"
    assert me.to_dict()["can_pin_messages"] is False
    assert me.to_dict()["can_delete_messages"] is True
    assert {member.user.id for member in administrators} == {alice.id, bot.id}
    assert (await bot.get_chat_member(group.id, alice.id)).status == "creator"
    assert (await bot.get_chat_member(group.id, bob.id)).status == "member"
    assert stranger.status == "left"
    assert await bot.get_chat_member_count(group.id) == 3
    chat = await bot.get_chat(group.id)
    assert chat.title == "阳光小区"
    assert chat.permissions is not None


async def test_pinning_needs_the_right(bot: Bot, group: Room) -> None:
    """Members may not pin by default."""
    sent = await bot.send_message(group.id, "card")
    assert "Not enough rights to manage pinned messages" in await refusal(sent.pin())

    group.promotes_bot()
    await sent.pin()

    pinned = (await bot.get_chat(group.id)).pinned_message
    assert pinned is not None
    assert pinned.message_id == sent.message_id
    await bot.unpin_chat_message(group.id)
    assert group.pinned == []


async def test_a_muted_bot_cannot_write(sandbox: Sandbox, bot: Bot, group: Room) -> None:
    """Restrictions hold for the bot too."""
    group.restricts(sandbox.bot, can_send_messages=False)

    assert "Not enough rights to send text messages" in await refusal(bot.send_message(group.id, "x"))


async def test_administrators_can_stay_anonymous(sandbox: Sandbox, inbox: Inbox, alice: Person, group: Room) -> None:
    """The group itself speaks; a channel can, too."""
    channel = sandbox.channel("News", [alice])
    alice.writes(group, "/help", anonymously=True)
    alice.writes(group, "/help", as_channel=channel)
    first, second = await inbox.fetch()

    assert first.message is not None
    assert first.message.from_user is not None
    assert (first.message.from_user.id, first.message.sender_chat) == (1087968824, first.message.chat)
    assert second.message is not None
    assert second.message.sender_chat is not None
    assert second.message.sender_chat.id == channel.id


async def test_topics_keep_their_thread(sandbox: Sandbox, bot: Bot, inbox: Inbox, alice: Person) -> None:
    """A message in a topic names its thread, and answers, by default, the message that created the topic."""
    forum = sandbox.forum("Forum", [alice], topics=["路灯", "停车"], bot=True)
    lamps, _parking = forum.topics.values()
    await inbox.fetch()
    alice.writes(forum, "/report lamp", thread=lamps)
    alice.writes(forum, "/report in General")
    first, second = await inbox.fetch()

    assert first.message is not None
    assert first.message.is_topic_message
    assert first.message.message_thread_id == lamps.id
    assert first.message.reply_to_message is not None
    assert first.message.reply_to_message.forum_topic_created is not None
    assert second.message is not None
    assert second.message.message_thread_id is None
    assert second.message.chat.is_forum
    answer = await first.message.reply_text("received", do_quote=True)
    assert answer.message_thread_id == lamps.id
    assert forum.last is not None
    assert forum.last.topic is lamps
    assert "thread not found" in (await refusal(bot.send_message(forum.id, "x", message_thread_id=1))).lower()
    assert "thread not found" in (await refusal(bot.send_message(forum.id, "x", message_thread_id=999))).lower()


async def test_the_first_topic_is_not_general(sandbox: Sandbox, bot: Bot, alice: Person) -> None:
    """One that is made before anything is said has a number of its own, and can be written to."""
    forum = sandbox.forum("Forum", [alice], topics=["路灯"])
    (lamps,) = forum.topics
    forum.adds_bot()

    assert (await bot.send_message(forum.id, "x", message_thread_id=lamps)).message_thread_id == lamps


async def test_the_bot_can_make_topics_if_it_may(sandbox: Sandbox, bot: Bot, alice: Person) -> None:
    """Needs the right; what it makes can be written in, and closed."""
    forum = sandbox.forum("Forum", [alice], bot=True)
    assert "Not enough rights to create a topic" in await refusal(bot.create_forum_topic(forum.id, "x"))
    forum.promotes_bot()

    topic = await bot.create_forum_topic(forum.id, "第一站")
    await bot.send_message(forum.id, "x", message_thread_id=topic.message_thread_id)
    await bot.close_forum_topic(forum.id, topic.message_thread_id)

    assert forum.topics[topic.message_thread_id].closed


async def test_message_numbers_are_the_chats_own_in_supergroups(sandbox: Sandbox, alice: Person, group: Room) -> None:
    """Basic groups and private chats share the bot's one box, so their numbers differ from chat to chat."""
    supergroup = sandbox.supergroup("S", [alice], bot=True)
    first = alice.writes(supergroup, "x").id
    in_group = alice.writes(group, "x").id
    in_private = alice.says("x").id

    assert alice.writes(supergroup, "y").id == first + 1
    assert in_private == in_group + 1
