"""Sending, answering, copying, editing, deleting: with the real library, as the bot does."""

from datetime import timedelta

import pytest
from telegram import (
    Bot,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)
from telegram.constants import ParseMode, ReactionEmoji

from sandbox import Person, Room, Sandbox
from tests.sandbox.conftest import PNG, Inbox, refusal

ACCEPT = InlineKeyboardMarkup([[InlineKeyboardButton("受理", callback_data="accept:1")]])


async def test_a_message_is_seen_as_it_was_sent(bot: Bot, alice: Person, private: Room) -> None:
    """Text, entities, buttons and what it answers."""
    question = alice.says("What now?")

    sent = await bot.send_message(
        private.id,
        "<b>Received</b> &amp; noted",
        parse_mode=ParseMode.HTML,
        reply_markup=ACCEPT,
        reply_parameters=ReplyParameters(question.id),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )

    seen = private.last
    assert seen is not None
    assert (seen.id, seen.text, seen.reply_to, seen.by_bot) == (sent.message_id, "Received & noted", question, True)
    assert [entity["type"] for entity in seen.entities] == ["bold"]
    assert [[button.callback_data for button in row] for row in seen.buttons] == [["accept:1"]]
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "What now?"
    assert alice.sees()[-1] == "Received & noted"


@pytest.mark.parametrize(
    ("text", "words"),
    [("x" * 4097, "message is too long"), ("  \n", "text must be non-empty"), ("<b></b>", "text must be non-empty")],
)
async def test_texts_that_telegram_refuses(bot: Bot, private: Room, text: str, words: str) -> None:
    """Measured after the markup is parsed."""
    assert words in (await refusal(bot.send_message(private.id, text, parse_mode="HTML"))).lower()


@pytest.mark.parametrize(
    ("kind", "offset", "length", "words"),
    [
        ("bold", 100, 1, "entity begins after the end of the text at utf-16 offset 100"),
        ("bold", 0, 100, "entity beginning at utf-16 offset 0 ends after the end of the text at utf-16 offset 100"),
        ("bold", -1, 2, "receive an entity with incorrect offset -1"),
        ("loud", 0, 1, "can't parse messageentity: unsupported type specified"),
    ],
)
async def test_entities_beside_a_text_stand_inside_it(
    bot: Bot, private: Room, kind: str, offset: int, length: int, words: str
) -> None:
    """Whoever miscounts is told, as by Telegram; the offsets are UTF-16's."""
    await bot.send_message(private.id, "好👍", entities=[MessageEntity("bold", 0, 3)])

    wrong = [MessageEntity(kind, offset, length)]
    assert words in (await refusal(bot.send_message(private.id, "hi", entities=wrong))).lower()


async def test_markup_does_not_count_towards_the_length(bot: Bot, private: Room) -> None:
    """4096 characters of text may have more of markup."""
    await bot.send_message(private.id, "<b>" + "民" * 4096 + "</b>", parse_mode="HTML")

    assert "message caption is too long" in (await refusal(bot.send_photo(private.id, PNG, "c" * 1025))).lower()


async def test_a_person_who_never_pressed_start_cannot_be_written_to(sandbox: Sandbox, bot: Bot, alice: Person) -> None:
    """Not even if they talk in a group with the bot."""
    group = sandbox.group("G", [alice], bot=True)
    alice.writes(group, "/help")

    assert await refusal(bot.send_message(alice.id, "x")) == "Forbidden: bot can't initiate conversation with a user"
    assert await refusal(bot.send_message(999, "x")) == "Chat not found"
    alice.starts("join_abc")
    assert (await bot.send_message(alice.id, "x")).text == "x"


async def test_a_person_can_block_the_bot_and_come_back(inbox: Inbox, bot: Bot, alice: Person, private: Room) -> None:
    """The bot is refused, and told of both."""
    alice.blocks()
    assert await refusal(bot.send_message(alice.id, "x")) == "Forbidden: bot was blocked by the user"
    alice.starts()
    updates = await inbox.fetch()

    changes = [u.my_chat_member.new_chat_member.status for u in updates if u.my_chat_member]
    assert changes == ["kicked", "member"]
    assert updates[-1].message is not None
    assert updates[-1].message.text == "/start"


async def test_a_deleted_account_is_told_apart(bot: Bot, alice: Person, private: Room) -> None:
    """403 of a third kind."""
    alice.deactivates()

    assert await refusal(bot.send_message(alice.id, "x")) == "Forbidden: user is deactivated"


async def test_answering_a_message_that_is_gone(bot: Bot, alice: Person, private: Room) -> None:
    """Refused, unless one allowed it to go without."""
    message = alice.says("never mind")
    alice.deletes(message)
    strict, lenient = ReplyParameters(message.id), ReplyParameters(message.id, allow_sending_without_reply=True)

    assert await refusal(bot.send_message(alice.id, "x", reply_parameters=strict)) == "Message to be replied not found"
    sent = await bot.send_message(alice.id, "x", reply_parameters=lenient)
    assert sent.reply_to_message is None


async def test_editing_shows_the_new_words_and_keeps_the_old(bot: Bot, private: Room) -> None:
    """A card is edited as its case moves; without a keyboard in the call the keyboard goes."""
    card = await bot.send_message(private.id, "Collection", reply_markup=ACCEPT)
    await bot.edit_message_text("Mediation", private.id, card.message_id)

    seen = private.last
    assert seen is not None
    assert (seen.text, seen.versions, seen.buttons) == ("Mediation", ["Collection"], [])
    same = bot.edit_message_text("Mediation", private.id, card.message_id)
    assert (await refusal(same)).startswith("Message is not modified: specified new message content and reply markup")
    await bot.edit_message_reply_markup(private.id, card.message_id, reply_markup=ACCEPT)
    assert seen.labels == ["受理"]


async def test_what_cannot_be_edited(bot: Bot, alice: Person, private: Room) -> None:
    """Others' messages, deleted ones, the text of a photo."""
    theirs = alice.says("hello")
    photo = await bot.send_photo(private.id, PNG, "caption")
    gone = await bot.send_message(private.id, "x")
    await gone.delete()

    assert await refusal(bot.edit_message_text("y", private.id, theirs.id)) == "Message can't be edited"
    assert await refusal(gone.edit_text("y")) == "Message to edit not found"
    assert await refusal(photo.edit_text("y")) == "There is no text in the message to edit"
    await photo.edit_caption("another")
    assert private.messages[-1].caption == "another"


async def test_a_copy_carries_everything_but_its_origin(
    sandbox: Sandbox, bot: Bot, alice: Person, bob: Person, private: Room
) -> None:
    """So deputy and constituent never see each other's account."""
    bob.starts()
    text = alice.says("see https://example.org")
    photo = alice.sends_photo(private, "look")
    place = alice.sends_venue(private)

    for message in (text, photo, place):
        await bot.copy_message(bob.id, private.id, message.id)
    await bot.copy_message(bob.id, private.id, photo.id, caption="<b>redacted</b>", parse_mode="HTML")

    copies = bob.chat.messages[-4:]
    assert [copy.kind for copy in copies] == ["text", "photo", "venue", "photo"]
    assert copies[0].entities == text.entities
    assert copies[1].file_id == photo.file_id
    assert [copy.caption for copy in copies] == ["", "look", "", "redacted"]
    assert all(copy.sender is sandbox.bot and copy.origin is None for copy in copies)


async def test_an_album_is_copied_as_an_album(bot: Bot, alice: Person, bob: Person, private: Room) -> None:
    """copyMessages keeps albums together and leaves out what is gone."""
    bob.starts()
    album = alice.sends_album(private, ["photo", "photo", "video"], "three")
    alice.deletes(album[1])

    ids = await bot.copy_messages(bob.id, private.id, [message.id for message in album])

    copies = bob.chat.messages[-2:]
    assert [copy.id for copy in copies] == [id.message_id for id in ids]
    assert len({copy.album for copy in copies}) == 1
    assert copies[0].album not in (None, album[0].album)


async def test_a_forwarded_message_shows_its_origin(bot: Bot, alice: Person, bob: Person, private: Room) -> None:
    """Unlike a copy."""
    bob.starts()
    message = alice.says("hello")

    forwarded = await bot.forward_message(bob.id, private.id, message.id)

    assert forwarded.forward_origin is not None
    assert forwarded.forward_origin.to_dict()["sender_user"]["id"] == alice.id


async def test_what_cannot_be_copied(bot: Bot, alice: Person, group: Room) -> None:
    """Service messages, and what is not there."""
    service = group.messages[0]
    alice.starts()

    assert await refusal(bot.copy_message(alice.id, group.id, service.id)) == "Message can't be copied"
    assert await refusal(bot.copy_message(alice.id, group.id, 9999)) == "Message to copy not found"


async def test_deleting(sandbox: Sandbox, bot: Bot, alice: Person, group: Room) -> None:
    """One's own within two days; others' with the right."""
    own = await bot.send_message(group.id, "x")
    theirs = alice.writes(group, "spam")
    old = await bot.send_message(group.id, "old")

    await own.delete()
    assert await refusal(own.delete()) == "Message to delete not found"
    assert "can't be deleted" in await refusal(bot.delete_message(group.id, theirs.id))
    group.promotes_bot()
    await bot.delete_message(group.id, theirs.id)
    sandbox.clock.move(timedelta(hours=49))
    assert "can't be deleted" in await refusal(old.delete())
    assert [message.text for message in group.messages if not message.is_service] == ["old"]


async def test_reactions(inbox: Inbox, bot: Bot, alice: Person, private: Room) -> None:
    """The bot sets one of the allowed emoji; people's reach it if it asked."""
    message = alice.says("thanks")
    await inbox.fetch(["message_reaction", "message"])

    await bot.set_message_reaction(private.id, message.id, ReactionEmoji.THUMBS_UP)
    alice.reacts(message, "🔥")
    (update,) = await inbox.fetch()

    assert message.reactions == {bot.id: ["👍"], alice.id: ["🔥"]}
    assert update.message_reaction is not None
    assert update.message_reaction.new_reaction[0].to_dict()["emoji"] == "🔥"
    assert "REACTION_INVALID" in (await refusal(bot.set_message_reaction(private.id, message.id, "🧨"))).upper()
    assert await refusal(bot.set_message_reaction(private.id, 999, "👍")) == "Message to react not found"


async def test_chat_actions_are_checked(bot: Bot, private: Room) -> None:
    """Typing is fine; an action that does not exist is not."""
    assert await bot.send_chat_action(private.id, "typing")
    assert "action" in await refusal(bot.send_chat_action(private.id, "dancing"))


async def test_commands_are_kept_by_scope_and_language(bot: Bot, alice: Person) -> None:
    """As clients choose their menu."""
    await bot.set_my_commands([("help", "Help")])
    await bot.set_my_commands([("help", "帮助")], language_code="zh")
    await bot.set_my_commands([("inbox", "Cases")], scope=BotCommandScopeChat(alice.id))

    assert [c.description for c in await bot.get_my_commands()] == ["Help"]
    assert [c.description for c in await bot.get_my_commands(language_code="zh")] == ["帮助"]
    assert [c.command for c in await bot.get_my_commands(scope=BotCommandScopeChat(alice.id))] == ["inbox"]
    assert "BOT_COMMAND_INVALID" in (await refusal(bot.set_my_commands([("Help", "x")]))).upper()
    await bot.set_my_description("A bot")
    assert (await bot.get_my_description()).description == "A bot"
    assert (await bot.get_my_name()).name == "Liaison"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["x"] * 9], "reply markup is too long"),
        ([["x"]] * 101, "reply markup is too long"),
        ([[" "]], "text must be non-empty"),
    ],
)
async def test_keyboards_that_are_too_large(bot: Bot, private: Room, rows: list[list[str]], words: str) -> None:
    """A hundred buttons, eight in a row."""
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data="x") for label in row] for row in rows])

    assert words in (await refusal(bot.send_message(private.id, "x", reply_markup=keyboard))).lower()


async def test_buttons_that_do_nothing_or_lead_nowhere(bot: Bot, private: Room) -> None:
    """A button has exactly one purpose."""
    nothing = InlineKeyboardMarkup([[InlineKeyboardButton("x")]])
    nowhere = InlineKeyboardMarkup([[InlineKeyboardButton("x", url="example")]])

    assert "text buttons are unallowed" in await refusal(bot.send_message(private.id, "x", reply_markup=nothing))
    assert "is invalid" in await refusal(bot.send_message(private.id, "x", reply_markup=nowhere))
