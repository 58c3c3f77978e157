"""Presses on buttons and their answers, as both sides see them."""

from datetime import timedelta

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from sandbox import CallbackQuery, Impossible, Message, Person, Room, Sandbox
from sandbox.people import button_with
from tests.sandbox.conftest import Inbox, refusal

LINK = "https://t.me/liaison_demo_bot?start=case_1"
KEYBOARD = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("✅ 受理", callback_data="yes:1"), InlineKeyboardButton("不受理", callback_data="no:1")],
        [InlineKeyboardButton("私聊", url=LINK)],
    ]
)  # fmt: skip


@pytest.fixture
async def card(bot: Bot, group: Room) -> Message:
    await bot.send_message(group.id, "card", reply_markup=KEYBOARD)
    assert group.last is not None
    return group.last


async def test_a_press_reaches_the_bot_and_its_answer_the_person(
    bot: Bot, inbox: Inbox, bob: Person, card: Message
) -> None:
    """Also in a group in privacy mode."""
    pressed = bob.presses(card, "✅")
    assert isinstance(pressed, CallbackQuery)
    (update,) = await inbox.fetch()
    assert update.callback_query is not None

    await update.callback_query.answer("Not your case", show_alert=True)

    assert update.callback_query.data == "yes:1"
    assert update.callback_query.from_user.id == bob.id
    assert update.callback_query.message is not None
    assert update.callback_query.message.message_id == card.id
    assert (pressed.answered, pressed.answer, pressed.alert) == (True, "Not your case", True)


async def test_one_says_which_button_clearly(bob: Person, card: Message) -> None:
    """A word that fits none or several is the test's mistake, and says which labels there are."""
    with pytest.raises(Impossible, match=r"0 buttons .* by '办结'.*私聊"):
        bob.presses(card, "办结")
    with pytest.raises(Impossible, match=r"2 buttons .* by '理'"):
        bob.presses(card, "理")


@pytest.mark.parametrize(
    ("word", "label"),
    [("受理", "✅ 受理"), ("不受理", "不受理"), ("不", "不受理"), ("私", "私聊"), ("✅", "✅ 受理")],
)
async def test_a_whole_word_counts_before_a_part(card: Message, word: str, label: str) -> None:
    """受理 and 不受理 stand side by side under a card."""
    assert button_with(card, word).text == label


async def test_a_link_is_followed_to_the_private_chat(inbox: Inbox, bob: Person, card: Message) -> None:
    """The payload comes with /start."""
    url = bob.presses(card, "私聊")
    assert url == LINK

    bob.follows(str(url))

    assert await inbox.texts() == ["/start case_1"]
    with pytest.raises(Impossible, match="does not lead to the bot"):
        bob.follows("https://t.me/another_bot?start=x")


async def test_forged_data_and_deleted_messages_reach_the_bot(
    bot: Bot, inbox: Inbox, bob: Person, group: Room, card: Message
) -> None:
    """A client may send anything; the bot must check it. A message that is gone comes without its content."""
    bob.presses_data(card, "accept:999")
    await bot.delete_message(group.id, card.id)
    bob.presses_data(card, "accept:1")
    first, second = await inbox.fetch()

    assert first.callback_query is not None
    assert first.callback_query.data == "accept:999"
    assert second.callback_query is not None
    assert second.callback_query.message is not None
    assert not second.callback_query.message.is_accessible


async def test_an_old_or_unknown_query_cannot_be_answered(
    sandbox: Sandbox, bot: Bot, bob: Person, card: Message
) -> None:
    """Nor one that was answered."""
    words = "Query is too old and response timeout expired or query id is invalid"
    query = bob.presses_data(card, "x")
    late = bob.presses_data(card, "x")
    await bot.answer_callback_query(query.id)
    sandbox.clock.move(timedelta(minutes=20))

    assert await refusal(bot.answer_callback_query(query.id)) == words
    assert await refusal(bot.answer_callback_query(late.id)) == words
    assert await refusal(bot.answer_callback_query("1")) == words


async def test_somebody_outside_cannot_press(sandbox: Sandbox, card: Message) -> None:
    """One must be in the chat to see the button."""
    with pytest.raises(Impossible, match="Carol is not in"):
        sandbox.user("Carol").presses(card, "✅")


async def test_keys_of_a_reply_keyboard_send_what_they_say(bot: Bot, alice: Person, private: Room) -> None:
    """Or the contact they ask for."""
    keys = ReplyKeyboardMarkup([["我的民情"], [KeyboardButton("Share my number", request_contact=True)]])
    await bot.send_message(private.id, "Choose", reply_markup=keys)

    assert alice.taps("民情").text == "我的民情"
    assert alice.taps("Share").kind == "contact"
