"""The border on the way out: what Telegram's answers mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from handlers import failures
from handlers.api import BotApi
from handlers.backend import ConnectionCut
from handlers.courier import Courier
from handlers.failures import Refusal
from liaisonbot.errors import (
    DeliveryError,
    FilesRefused,
    MessageGone,
    OurMistake,
    RecipientGone,
    RecipientMoved,
    TokenRefused,
    TryLater,
)
from liaisonbot.model import Attachment
from liaisonbot.outgoing import Button, Outgoing, Receipt, Send
from liaisonbot.texts import Text
from sandbox import Person, Room, Sandbox
from tests.handlers.conftest import an_api

HELLO = Text.of("delivered")
ROWS = ((Button(HELLO, data="x"),),)


@pytest.fixture
def courier(api: BotApi) -> Courier:
    return Courier(api, "Asia/Shanghai")


def a_text(chat_id: int, **more: Any) -> Outgoing:
    return Outgoing(Send.TEXT, chat_id, language="en", text=HELLO, **more)


# --- what arrives -----------------------------------------------------------------------------------------------------


async def test_a_receipt_names_the_messages_it_became(courier: Courier, alice: Person) -> None:
    """All parts of a long one, so that an answer to any finds the case."""
    receipt = await courier.deliver(a_text(alice.id, body="word " * 1500))

    assert receipt == Receipt(tuple(message.id for message in alice.chat.messages[-2:]))


async def test_an_edit_makes_no_message(courier: Courier, alice: Person) -> None:
    """The receipt of it is empty."""
    sent = await courier.deliver(a_text(alice.id))

    edited = await courier.deliver(
        Outgoing(Send.EDIT, alice.id, language="zh", text=HELLO, target=sent.message_ids[0], rows=ROWS)
    )

    assert edited == Receipt()
    assert alice.chat.last.buttons


async def test_a_copied_album_has_all_its_links(courier: Courier, alice: Person, sandbox: Sandbox) -> None:
    """Words first, then each of its parts."""
    bob = sandbox.user("Bob")
    bob.starts()
    parts = bob.sends_album(bob.chat, ["photo", "video"], caption="look")
    ids = tuple(part.id for part in parts)

    receipt = await courier.deliver(
        Outgoing(Send.COPY, alice.id, language="en", text=HELLO, copy_from=bob.id, copy_ids=ids)
    )

    assert (len(receipt.message_ids), receipt.missing) == (3, 0)
    assert [message.caption for message in alice.chat.messages[-2:]] == ["", ""]


async def test_parts_that_are_gone_are_counted(courier: Courier, alice: Person, sandbox: Sandbox) -> None:
    """Telegram leaves them out without a word."""
    bob = sandbox.user("Bob")
    bob.starts()
    parts = bob.sends_album(bob.chat, ["photo", "video"], caption="look")
    ids = (*(part.id for part in parts), parts[-1].id + 500)

    receipt = await courier.deliver(Outgoing(Send.COPY, alice.id, copy_from=bob.id, copy_ids=ids))

    assert (len(receipt.message_ids), receipt.missing, receipt.failure) == (2, 1, None)


@pytest.mark.parametrize("kind", ["sticker", "location"])
async def test_a_copied_thing_without_a_caption_arrives(
    courier: Courier, alice: Person, sandbox: Sandbox, kind: str
) -> None:
    """The empty caption that goes along for safety does no harm."""
    bob = sandbox.user("Bob")
    bob.starts()
    sent = bob.sends_sticker(bob.chat) if kind == "sticker" else bob.sends_location(bob.chat)

    receipt = await courier.deliver(
        Outgoing(Send.COPY, alice.id, language="en", text=HELLO, copy_from=bob.id, copy_ids=(sent.id,))
    )

    assert (len(receipt.message_ids), receipt.failure) == (2, None)
    assert alice.chat.last.kind == kind


# --- what Telegram refuses --------------------------------------------------------------------------------------------


async def test_an_edit_that_changes_nothing_is_kept(courier: Courier, alice: Person) -> None:
    """It may be the second attempt of one that succeeded."""
    [sent] = (await courier.deliver(a_text(alice.id))).message_ids

    assert await courier.deliver(replace(a_text(alice.id), kind=Send.EDIT, target=sent)) == Receipt()


async def test_what_is_past_is_kept(courier: Courier, alice: Person) -> None:
    """An old press cannot be answered: nothing is owed any more. That a message is gone is said: some are sent anew."""
    gone = await courier.deliver(replace(a_text(alice.id), kind=Send.EDIT, target=999))
    assert isinstance(gone.failure, MessageGone)
    assert await courier.deliver(Outgoing(Send.CALLBACK, alice.id, callback_id="1")) == Receipt()
    assert await courier.deliver(Outgoing(Send.REACTION, alice.id, target=999, reaction="👌")) == Receipt()


async def test_a_caption_is_edited_where_a_picture_carries_the_words(
    courier: Courier, alice: Person, sandbox: Sandbox
) -> None:
    """Whoever promised the edit need not know what the message was."""
    bob = sandbox.user("Bob")
    bob.starts()
    photo = bob.sends_photo(bob.chat)
    copy = Outgoing(
        Send.COPY,
        alice.id,
        language="zh",
        text=HELLO,
        copy_from=bob.id,
        copy_ids=(photo.id,),
        attachment=Attachment("photo", "f"),
    )
    [sent] = (await courier.deliver(copy)).message_ids
    before = alice.chat.last.caption

    receipt = await courier.deliver(replace(a_text(alice.id, rows=ROWS), kind=Send.EDIT, target=sent))

    assert receipt == Receipt()
    assert alice.chat.last.caption not in ("", before)


async def test_a_topic_that_is_gone_does_not_swallow_the_message(
    courier: Courier, alice: Person, sandbox: Sandbox
) -> None:
    """It goes to the group as a whole."""
    forum = sandbox.forum("Forum", [alice], topics=["lamps"], bot=True)

    receipt = await courier.deliver(a_text(forum.id, thread_id=4711))

    assert (len(receipt.message_ids), receipt.failure) == (1, None)
    assert forum.last.topic is None


async def test_an_answered_message_that_is_gone_does_not_either(courier: Courier, alice: Person) -> None:
    """The answer stands by itself."""
    assert len((await courier.deliver(a_text(alice.id, reply_to=999))).message_ids) == 1


async def test_nobody_there(courier: Courier, alice: Person, group: Room, sandbox: Sandbox) -> None:
    """Never started, blocked, deactivated, removed from the group, or no such chat."""
    stranger = sandbox.user("Stranger")
    gone = sandbox.user("Gone")
    gone.starts()
    gone.deactivates()
    alice.blocks()
    group.kicks_bot()

    for chat_id in (stranger.id, alice.id, gone.id, group.id, 4711):
        assert isinstance((await courier.deliver(a_text(chat_id))).failure, RecipientGone)


async def test_a_group_that_moved_names_its_new_chat(courier: Courier, alice: Person, sandbox: Sandbox) -> None:
    """For what is owed to it."""
    old = sandbox.group("Group", [alice], bot=True)
    new = old.upgrades()

    failure = (await courier.deliver(a_text(old.id))).failure

    assert isinstance(failure, RecipientMoved)
    assert failure.new_chat_id == new.id


async def test_a_wrong_token_is_told_apart(sandbox: Sandbox, alice: Person) -> None:
    """Nothing can be sent at all."""
    async with an_api(sandbox.url, "42:WRONG") as api:
        receipt = await Courier(api, "Asia/Shanghai").deliver(a_text(alice.id))

    assert isinstance(receipt.failure, TokenRefused)


async def test_what_cannot_be_rendered_is_our_mistake(courier: Courier, alice: Person) -> None:
    """A sentence that nobody wrote, say; where it happened is told, its words are not."""
    receipt = await courier.deliver(Outgoing(Send.TEXT, alice.id, text=Text.of("no-such-key", x="secret")))

    assert isinstance(receipt.failure, OurMistake)
    assert "LookupError at liaisonbot.texts:" in str(receipt.failure)


async def test_what_telegram_refuses_as_such_is_our_mistake(courier: Courier, alice: Person, sandbox: Sandbox) -> None:
    """Sending it again cannot help."""
    receipt = await courier.deliver(Outgoing(Send.COPY, alice.id, copy_from=alice.id, copy_ids=(999,)))

    assert isinstance(receipt.failure, OurMistake)


# --- what goes wrong on the way ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "after", "flood", "ambiguous"),
    [
        ("429", 1.0, True, False),
        ("500", None, False, True),
        ("502", None, False, True),
        ("cut_before", None, False, True),
        ("cut_after", None, False, True),
        ("hang", None, False, True),
    ],
)
async def test_trouble_on_the_way_is_for_later(
    sandbox: Sandbox, alice: Person, fault: str, after: float | None, flood: bool, ambiguous: bool
) -> None:
    """With what is known about it."""
    sandbox.faults.add(fault, "sendMessage")
    async with an_api(sandbox.url, read_seconds=0.3) as api:
        failure = (await Courier(api, "Asia/Shanghai").deliver(a_text(alice.id))).failure

    assert isinstance(failure, TryLater)
    assert (failure.after, failure.flood, failure.ambiguous) == (after, flood, ambiguous)


async def test_what_went_out_before_the_trouble_is_on_the_receipt(
    courier: Courier, alice: Person, sandbox: Sandbox
) -> None:
    """So that the next attempt goes on after it."""
    long = a_text(alice.id, body="word " * 1500)
    sandbox.faults.add("502", "sendMessage", times=2)
    first = await courier.deliver(long)
    assert first.message_ids == ()
    sandbox.faults.clear()
    whole = len((await courier.deliver(long)).message_ids)
    before = len(alice.chat.messages)

    resumed = await courier.deliver(replace(long, sent=(4711,)))

    assert resumed.message_ids == (4711, alice.chat.last.id)
    assert len(alice.chat.messages) - before == whole - 1


# --- the table --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "kind", "known"),
    [
        (ChatMigrated(-5), RecipientMoved, {"new_chat_id": -5}),
        (RetryAfter(7), TryLater, {"after": 7.0, "flood": True, "ambiguous": False}),
        (NetworkError("Too Many Requests: retry after 9"), TryLater, {"after": 9.0, "flood": True}),
        (NetworkError("Too Many Requests (429)"), TryLater, {"after": None, "flood": True}),
        (NetworkError("Bad Gateway (502)"), TryLater, {"ambiguous": True, "flood": False}),
        (NetworkError("not connected (ClientConnectorError)"), TryLater, {"ambiguous": False}),
        (NetworkError("Request Entity Too Large (413)"), OurMistake, {}),
        (ConnectionCut("cut"), TryLater, {"ambiguous": True}),
        (TimedOut(), TryLater, {"ambiguous": True}),
        (TelegramError("Invalid server response"), TryLater, {"ambiguous": True}),
        (KeyError("result"), TryLater, {"ambiguous": True}),
        (Conflict("other"), TryLater, {}),
        (Forbidden("Forbidden: bot was blocked by the user"), RecipientGone, {}),
        (InvalidToken(), TokenRefused, {}),
        (BadRequest("Bad Request: TOPIC_CLOSED"), RecipientGone, {}),
        (BadRequest("Bad Request: not enough rights to send text messages to the chat"), RecipientGone, {}),
        (BadRequest("Bad Request: not enough rights to send photos to the chat"), FilesRefused, {}),
        (BadRequest("Bad Request: message is too long"), OurMistake, {}),
    ],
)
def test_each_of_the_library_s_errors_has_a_meaning(
    error: TelegramError | KeyError, kind: type[DeliveryError], known: dict[str, Any]
) -> None:
    """Its classes are kinds of each other in unexpected ways."""
    ours = failures.translated(error)

    assert type(ours) is kind
    assert {name: getattr(ours, name) for name in known} == known


@pytest.mark.parametrize(("words", "meaning"), failures.REFUSALS)
def test_each_row_of_the_refusals_is_found(words: str, meaning: Refusal) -> None:
    """However Telegram spells the beginning; no row hides another."""
    assert failures.refusal(BadRequest(f"Bad Request: {words.upper()} (whatever)")) is meaning
    assert failures.refusal(Forbidden(words)) is None


def test_what_telegram_quotes_stays_out_of_errors() -> None:
    """It may be what somebody typed."""
    assert "secret" not in failures.without_words('Bad Request: can\'t parse entities: Unsupported start tag "secret"')
