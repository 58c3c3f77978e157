"""The Python side: what tests of the bot rely on."""

import asyncio

import pytest
from telegram import Bot

from sandbox import Impossible, Person, Room, Sandbox, waiting
from sandbox.feed import Feed


async def test_one_waits_for_what_the_bot_says(bot: Bot, alice: Person, private: Room) -> None:
    """Whether it was said before or comes later, in a new message or in an edited one."""
    card = await bot.send_message(private.id, "Case #1: Collection")
    assert (await alice.told("Collection")).id == card.message_id

    later = asyncio.create_task(alice.told("Mediation"))
    await asyncio.sleep(0.02)
    await card.edit_text("Case #1: Mediation")

    assert (await later).id == card.message_id


async def test_waiting_in_vain_shows_the_chat(bot: Bot, alice: Person, private: Room) -> None:
    """The first question after a failed test is what the bot said instead."""
    await bot.send_message(private.id, "Something else")

    with pytest.raises(AssertionError, match=r"containing 'receipt'(.|\n)*Alice: /start\n(.|\n)*Something else"):
        await alice.told("receipt", timeout=0.1)


async def test_one_can_ask_for_what_came_after(bot: Bot, alice: Person, private: Room) -> None:
    """Old words do not count as an answer to a new question."""
    await bot.send_message(private.id, "Received")
    question = alice.says("again")

    with pytest.raises(AssertionError):
        await alice.told("Received", after=question, timeout=0.05)
    await bot.send_message(private.id, "Received")
    assert (await private.next_message(after=question, containing="Rec")).id > question.id


async def test_what_was_read_before_is_no_answer(bot: Bot, alice: Person, private: Room) -> None:
    """Else a test goes on before the bot has done anything, and fails when the machine is slow."""
    card = await bot.send_message(private.id, "Case #1: Collection, 0 of 2")
    shown = await alice.told("Case #1")
    assert await alice.told("Case #1") is shown, "nothing was done meanwhile"

    alice.says("/accept 1")
    for again in (alice.told("Case #1", timeout=0.05), asyncio.wait_for(private.reads(shown, "Case #1"), 0.05)):
        with pytest.raises((AssertionError, TimeoutError)):
            await again
    assert private.stands("Case #1") is shown
    await card.edit_text("Case #1: Collection, 1 of 2")
    with pytest.raises(AssertionError):
        await alice.told("Collection", timeout=0.05)
    assert await private.reads(shown, "1 of 2") is shown

    alice.says("/next")
    await card.edit_text("One moment")
    await card.edit_text("Case #1: Collection, 1 of 2")
    assert await alice.told("1 of 2") is shown, "the words went and came again"


def test_one_waits_as_long_as_something_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine is no failure, silence is: seconds count from the last sign of life, in the world or beside it."""
    moment, working = 0.0, False
    monkeypatch.setattr(waiting, "monotonic", lambda: moment)
    feed = Feed()
    patience = waiting.Patience(feed, 20.0, lambda: working)

    moment = 19.0
    assert patience.left() == 1.0
    feed.add("message", None)
    moment = 21.0
    assert patience.left() == 20.0, "there was a message"
    working, moment = True, 42.0
    assert patience.left() == 20.0, "a chart is drawn"
    working, moment = False, 61.0
    assert patience.left() == 1.0
    moment = 62.0
    assert patience.left() == 0.0


async def test_a_condition_of_any_kind_can_be_waited_for(sandbox: Sandbox) -> None:
    """With a name for it, so that a failure says what did not come."""
    assert await sandbox.wait_for(lambda: "yes") == "yes"
    with pytest.raises(AssertionError, match=r"the moon did not come within 0\.05 s"):
        await sandbox.wait_for(lambda: None, timeout=0.05, what="the moon")


async def test_the_bots_calls_are_on_record(sandbox: Sandbox, bot: Bot, private: Room) -> None:
    """With parameters, result, and the refusal if there was one."""
    await bot.send_message(private.id, "hello")
    with pytest.raises(Exception, match="not found"):
        await bot.send_message(1, "nobody")

    (good,) = sandbox.called("sendMessage", chat_id=private.id)
    (bad,) = sandbox.called("sendMessage", chat_id=1)
    assert good.params["text"] == "hello"
    assert good.result["text"] == "hello"
    assert bad.error == "Bad Request: chat not found"


async def test_people_cannot_do_what_telegram_does_not_let_them(
    sandbox: Sandbox, alice: Person, bob: Person, private: Room
) -> None:
    """A test that asks for it is wrong, and is told so."""
    message = alice.says("mine")

    with pytest.raises(Impossible, match="Bob is not in"):
        bob.writes(private, "hello")
    with pytest.raises(Impossible, match="Bob did not write"):
        bob.edits(message, "yours")
    alice.blocks()
    with pytest.raises(Impossible, match="has blocked the bot"):
        alice.says("hello")
    with pytest.raises(Impossible, match="taken"):
        sandbox.user("Eve", id=alice.id)


async def test_only_so_much_is_remembered() -> None:
    """A benchmark of a million messages must not fill the memory."""
    async with Sandbox(history=50) as sandbox:
        alice = sandbox.user("Alice")
        message = alice.starts()
        for number in range(200):
            message = alice.says(str(number), reply_to=message)

        assert len(alice.chat.messages) == 50
        assert alice.chat.messages[0].text == "150"
        assert alice.chat.messages[0].reply_to is not None
        assert alice.chat.messages[0].reply_to.reply_to is None


async def test_the_picture_in_a_message_can_be_replaced(sandbox: Sandbox, alice: Person, private: Room) -> None:
    """The bot hears of it as of any edit: the words stay unless others are given, the file is another one. Words can be
    given a picture; a voice message, or another kind in an album, no client takes.
    """
    photo = alice.sends_photo(private, "the lamp", data=b"one")
    before = photo.file_id
    alice.replaces(photo, data=b"two")
    assert (photo.text, photo.kind) == ("the lamp", "photo")
    assert photo.file_id != before
    alice.replaces(photo, "video", "the lamp at night")
    assert (photo.text, photo.kind) == ("the lamp at night", "video")
    said = alice.says("look")
    alice.replaces(said)
    assert (said.text, said.kind) == ("look", "photo")

    with pytest.raises(Impossible, match="cannot be replaced"):
        alice.replaces(alice.sends_voice(private))
    part, _ = alice.sends_album(private, ["document", "document"])
    with pytest.raises(Impossible, match="cannot take the place"):
        alice.replaces(part)
    alice.replaces(part, "document")
