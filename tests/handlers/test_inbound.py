"""The border on the way in: what Telegram sends becomes our own values.

The updates are the sandbox's, read by the real library; those it never sends are written out here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from handlers import inbound
from liaisonbot.incoming import Bot, ButtonPress, CommandCall, IncomingMessage, MembershipChange, Place, Sender
from liaisonbot.model import Attachment
from sandbox import Person, Room, Sandbox, wire

US = Bot(42, "liaison_demo_bot")
CHAT = {"id": -1001, "type": "supergroup", "title": "阳光小区"}
ALICE = {"id": 5_000_000_123, "is_bot": False, "first_name": "Alice", "username": "alice", "language_code": "zh-hans"}


class Arrivals:
    """What the sandbox has for the bot, one after the other."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._seen: set[int] = set()

    def update(self) -> Update:
        for raw in self._sandbox.world.updates.parsed():
            if raw["update_id"] not in self._seen:
                self._seen.add(raw["update_id"])
                update = Update.de_json(raw, None)
                assert update is not None
                return update
        raise AssertionError("nothing arrived")

    def message(self) -> IncomingMessage:
        update = self.update()
        said = update.message or update.edited_message
        assert said is not None
        incoming = inbound.message(said, update.update_id, US)
        assert incoming is not None
        return incoming

    def membership(self) -> MembershipChange:
        while (update := self.update()).my_chat_member is None:
            pass
        change = inbound.membership(update.my_chat_member, update.update_id, US)
        assert change is not None
        return change


@pytest.fixture
def arrivals(sandbox: Sandbox, alice: Person, group: Room) -> Iterator[Arrivals]:
    return Arrivals(sandbox)


def read(said: dict[str, Any], bot: Bot = US) -> IncomingMessage | None:
    """A message as Telegram would write it."""
    whole = {"message_id": 7, "date": 1_790_000_000, "chat": CHAT, "from": ALICE, **said}
    update = Update.de_json({"update_id": 1, "message": whole}, None)
    assert update is not None
    assert update.message is not None
    return inbound.message(update.message, 1, bot)


def must_read(said: dict[str, Any]) -> IncomingMessage:
    incoming = read(said)
    assert incoming is not None
    return incoming


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


# --- words ------------------------------------------------------------------------------------------------------------


def test_a_message_is_told_in_our_words() -> None:
    """Who, where, when, what."""
    assert read({"text": "路灯坏了"}) == IncomingMessage(
        update_id=1,
        place=Place(-1001, "supergroup", "阳光小区"),
        sender=Sender(5_000_000_123, "alice", "zh-hans"),
        message_id=7,
        sent_at=datetime.fromtimestamp(1_790_000_000, UTC),
        text="路灯坏了",
    )


@pytest.mark.parametrize(
    ("text", "length", "call"),
    [
        ("/report The lamp\nis broken ", 7, CommandCall("report", "The lamp\nis broken")),
        ("/report@Liaison_Demo_Bot x", 24, CommandCall("report", "x", to_us=True)),
        ("/REPORT", 7, CommandCall("report", "")),
        ("/report@other_bot x", 17, None),
        ("see /report x", 7, None),
    ],
)
def test_a_command_is_one_when_it_begins_the_message_and_is_meant_for_us(
    text: str, length: int, call: CommandCall | None
) -> None:
    """In a group, what is addressed to another bot is no command of ours."""
    incoming = must_read({"text": text, "entities": [entity("bot_command", text.index("/"), length)]})

    assert incoming.command == call


def test_in_private_a_command_is_ours_whatever_name_was_copied_with_it(alice: Person, arrivals: Arrivals) -> None:
    """Nobody else is there, and it must not become a case."""
    alice.says("/help@other_bot")

    assert arrivals.message().command == CommandCall("help", "", to_us=True)


def test_a_caption_can_hold_a_command(arrivals: Arrivals, alice: Person, group: Room) -> None:
    """A picture of the lamp with ``/report`` below it."""
    alice.sends_photo(group, "/report the lamp 🎉")

    incoming = arrivals.message()

    assert incoming.command == CommandCall("report", "the lamp 🎉")
    assert [attachment.kind for attachment in incoming.attachments] == ["photo"]


def test_a_mention_is_cut_out(arrivals: Arrivals, alice: Person, group: Room) -> None:
    """Wherever it stands, in whatever case, and with an emoji before it, which counts two for Telegram."""
    alice.writes(group, "🎉 hello @Liaison_Demo_Bot the lamp")
    assert arrivals.message().mention == "🎉 hello the lamp"
    alice.writes(group, "@liaison_demo_bot")
    assert arrivals.message().mention == ""
    alice.sends_photo(group, "@liaison_demo_bot look")
    assert arrivals.message().mention == "look"


def test_a_mention_by_name_counts_and_others_do_not() -> None:
    """Telegram can name us without our username."""
    us = {"id": 42, "is_bot": True, "first_name": "Liaison"}
    assert must_read({"text": "Li x", "entities": [entity("text_mention", 0, 2, user=us)]}).mention == "x"
    assert must_read({"text": "@bob hi", "entities": [entity("mention", 0, 4)]}).mention is None


def test_in_private_and_with_a_command_a_mention_means_nothing(arrivals: Arrivals, alice: Person, group: Room) -> None:
    """There the message is meant for us anyway."""
    alice.writes(alice.chat, "hello @liaison_demo_bot")
    assert arrivals.message().mention is None
    alice.writes(group, "/report @liaison_demo_bot x")
    assert arrivals.message().mention is None


def test_the_start_button_is_known(arrivals: Arrivals, alice: Person, group: Room) -> None:
    """With what the link carried."""
    alice.starts("case_12")
    incoming = arrivals.message()
    assert incoming.command == CommandCall("start", "case_12")
    assert incoming.via_start_button
    alice.writes(group, "/start@liaison_demo_bot")
    assert not arrivals.message().via_start_button


def test_what_no_database_takes_is_left_out() -> None:
    """NUL, and halves of characters that a forger may send."""
    assert must_read({"text": "a\0b"}).text == "ab"
    assert must_read({"text": "a\ud83cb"}).text == "a?b"
    assert must_read({"text": "/report \ud83c", "entities": [entity("bot_command", 0, 7)]}).command == (
        CommandCall("report", "?")
    )


@pytest.mark.parametrize("blank", ["\u200b", " \u3164\n", "\u2800\ufeff", "\u200d\ufe0f", "\u180b\U000e0100"])
def test_what_nobody_can_see_is_no_words(blank: str) -> None:
    """Signs of no width, which clients do send: a case of them would be an empty one. What only looks odd is kept."""
    assert must_read({"text": blank}).text is None
    command = must_read({"text": f"/report {blank}", "entities": [entity("bot_command", 0, 7)]}).command
    assert command == CommandCall("report", "")
    assert must_read({"text": f"{blank}❤️{blank}"}).text == f"{blank}❤️{blank}"


@pytest.mark.parametrize(
    "seen",
    ["❤️", "☺︎", "🇨🇳", "👨‍👩‍👧", "1️⃣", "🏻", "\u0301", "\u064e", "\u05b0", "\u06dd", "水\u00ad管", "\u200fשלום", "·"],
)
def test_what_can_be_seen_is_words(seen: str) -> None:
    """Signs, flags and families, marks of all scripts, and words with signs of no width in them stay as they are."""
    assert must_read({"text": seen}).text == seen


def test_an_edit_is_a_message_like_any_other(arrivals: Arrivals, alice: Person, group: Room) -> None:
    """With its new words and its old number."""
    said = alice.writes(alice.chat, "lamp")
    first = arrivals.message()
    alice.edits(said, "lamps")

    edited = arrivals.message()

    assert (edited.text, edited.message_id) == ("lamps", first.message_id)


# --- things -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["photo", "video", "voice", "audio", "document", "animation", "video_note", "sticker"])
def test_a_file_is_known_by_its_kind_and_id(arrivals: Arrivals, alice: Person, kind: str) -> None:
    """So that it can be sent on without being fetched."""
    said = getattr(alice, f"sends_{kind}")(alice.chat)

    [attachment] = arrivals.message().attachments

    assert (attachment.kind, bool(attachment.file_id)) == (kind, True)
    assert said.kind == kind


def test_of_a_photo_the_largest_size_is_taken() -> None:
    """Telegram offers several."""
    sizes = [
        {"file_id": name, "file_unique_id": name, "width": side, "height": side}
        for name, side in [("s", 90), ("l", 1280), ("m", 320)]
    ]

    assert must_read({"photo": sizes}).attachments == (Attachment("photo", "l", unique_id="l"),)


def test_places_and_contacts_are_kept_as_their_details(arrivals: Arrivals, alice: Person) -> None:
    """They have no file; a venue is one, not also a location."""
    alice.sends_location(alice.chat)
    alice.sends_venue(alice.chat)
    alice.sends_contact(alice.chat, own=True)

    location, venue, contact = (arrivals.message().attachments[0] for _ in range(3))

    assert (location.kind, set(location.details)) == ("location", {"latitude", "longitude"})
    assert (venue.kind, set(venue.details)) == ("venue", {"latitude", "longitude", "title", "address"})
    assert contact.kind == "contact"
    assert contact.details["phone_number"]
    assert contact.details["user_id"] == alice.id


def test_the_parts_of_an_album_name_it(arrivals: Arrivals, alice: Person) -> None:
    """Each is an update of its own."""
    alice.sends_album(alice.chat, ["photo", "photo"], caption="two")

    parts = [arrivals.message() for _ in range(2)]

    assert parts[0].media_group_id is not None
    assert parts[0].media_group_id == parts[1].media_group_id


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"dice": {"emoji": "🎲", "value": 3}}, "dice"),
        ({"story": {"id": 1, "chat": CHAT}}, "story"),
        ({"something_of_2031": {"x": 1}}, "something_of_2031"),
        ({}, "message"),
    ],
)
def test_what_a_case_cannot_hold_is_named(said: dict[str, Any], name: str) -> None:
    """Also what is younger than the library, so that nothing is met with silence."""
    assert must_read(said).unsupported == name


def test_a_poll_is_not_a_message_of_a_case(arrivals: Arrivals, alice: Person) -> None:
    """Even though it has a question."""
    alice.sends_poll(alice.chat, "Which?", ["a", "b"])

    assert arrivals.message().unsupported == "poll"


@pytest.mark.parametrize(
    "said",
    [
        {"new_chat_members": [ALICE]},
        {"left_chat_member": ALICE},
        {"new_chat_title": "x"},
        {"delete_chat_photo": True},
        {"pinned_message": {"message_id": 5, "date": 0, "chat": CHAT}},
        {"forum_topic_created": {"name": "x", "icon_color": 7322096}},
        {"video_chat_started": {}},
    ],
)
def test_what_telegram_itself_notes_down_nobody_said(said: dict[str, Any]) -> None:
    """It gets no answer."""
    assert read(said) is None


# --- who and where ----------------------------------------------------------------------------------------------------


def test_who_writes_anonymously_is_nobody(arrivals: Arrivals, alice: Person, group: Room, sandbox: Sandbox) -> None:
    """As the group, or as a channel: the account Telegram names is a stand-in."""
    bob = sandbox.user("Bob")
    group.joins(bob)
    group.promotes(bob, anonymous=True)
    sandbox.world.updates.clear()
    bob.writes(group, "/report x", anonymously=True)
    assert arrivals.message().sender is None
    bob.writes(group, "/report x", as_channel=sandbox.channel("News", [bob]))
    assert arrivals.message().sender is None


def test_a_topic_is_kept_and_an_ordinary_thread_is_not(arrivals: Arrivals, alice: Person, sandbox: Sandbox) -> None:
    """Answers in ordinary groups have a thread id as well; it must not be sent back."""
    forum = sandbox.forum("Forum", [alice], topics=["lamps"], bot=True)
    sandbox.world.updates.clear()
    topic = next(iter(forum.topics.values()))
    alice.writes(forum, "/report x", thread=topic)

    incoming = arrivals.message()

    assert incoming.place.thread_id == topic.id
    assert incoming.quoted is None
    assert must_read({"text": "x", "message_thread_id": 9}).place.thread_id is None


def test_an_answer_brings_what_it_answers(arrivals: Arrivals, alice: Person, group: Room, sandbox: Sandbox) -> None:
    """Its author, words and files: it may be about to become a case."""
    bob = sandbox.user("Bob", language="zh")
    group.joins(bob)
    first = bob.sends_photo(group, "my lamp")
    sandbox.world.updates.clear()
    alice.writes(group, "/report", reply_to=first)

    quoted = arrivals.message().quoted

    assert quoted is not None
    assert (quoted.message_id, quoted.text, quoted.from_us) == (first.id, "my lamp", False)
    assert quoted.sender is not None
    assert quoted.sender.telegram_id == bob.id
    assert [attachment.kind for attachment in quoted.attachments] == ["photo"]


def test_an_answer_to_us_is_known() -> None:
    """It is how a conversation goes on."""
    ours = {
        "message_id": 3,
        "date": 0,
        "chat": CHAT,
        "from": {"id": 42, "is_bot": True, "first_name": "L"},
        "text": "?",
    }
    opened = {**ours, "forum_topic_created": {"name": "x", "icon_color": 7322096}}

    quoted = must_read({"text": "x", "reply_to_message": ours}).quoted

    assert quoted is not None
    assert quoted.from_us
    assert must_read({"text": "x", "reply_to_message": opened}).quoted is None


# --- the rest ---------------------------------------------------------------------------------------------------------


def press(query: dict[str, Any]) -> ButtonPress:
    whole = {"id": "q", "from": ALICE, "chat_instance": "c", **query}
    update = Update.de_json({"update_id": 1, "callback_query": whole}, None)
    assert update is not None
    assert update.callback_query is not None
    return inbound.press(update.callback_query, 1)


def test_a_press_says_what_was_pressed_where() -> None:
    """Also below a message too old to be shown; what was forged is read like anything typed."""
    below = {"message_id": 3, "date": 1, "chat": CHAT, "from": ALICE, "text": "?"}
    sender = Sender(5_000_000_123, "alice", "zh-hans")
    place = Place(-1001, "supergroup", "阳光小区")

    assert press({"message": below, "data": "a:1"}) == ButtonPress(1, "q", sender, place, 3, "a:1")
    assert press({"message": {**below, "date": 0}, "data": "x"}).message_id == 3
    assert press({"data": "\0\ud83c"}) == ButtonPress(1, "q", sender, None, None, "?")
    assert press({"inline_message_id": "i", "game_short_name": "g"}).data == ""


def test_our_own_standing_is_followed(arrivals: Arrivals, alice: Person, group: Room) -> None:
    """Removed, added, promoted; blocked and unblocked in private."""
    group.kicks_bot(by=alice)
    removed = arrivals.membership()
    assert (removed.present, removed.was_present, removed.place.chat_id) == (False, True, group.id)
    assert removed.by is not None
    assert removed.by.telegram_id == alice.id

    group.adds_bot(by=alice)
    added = arrivals.membership()
    assert (added.present, added.was_present, added.reads_everything) == (True, False, False)

    group.promotes_bot()
    promoted = arrivals.membership()
    assert (promoted.administrator, promoted.reads_everything) == (True, True)

    alice.blocks()
    blocked = arrivals.membership()
    assert (blocked.present, blocked.place.private) == (False, True)
    alice.unblocks()
    assert arrivals.membership().present


def test_missing_rights_are_seen() -> None:
    """So that they can be named when we join."""
    rights = dict.fromkeys([*wire.PERMISSIONS], False)
    us = {"id": 42, "is_bot": True, "first_name": "L"}
    restricted = {"status": "restricted", "user": us, "until_date": 0, **rights}

    def change(chat: dict[str, Any], **more: Any) -> MembershipChange | None:
        raw = {
            "chat": chat,
            "from": ALICE,
            "date": 1,
            "old_chat_member": more.pop("before", {"status": "left", "user": us}),
            "new_chat_member": {**restricted, **more},
        }
        update = Update.de_json({"update_id": 1, "my_chat_member": raw}, None)
        assert update is not None
        assert update.my_chat_member is not None
        return inbound.membership(update.my_chat_member, 1, US)

    silenced = change(CHAT, is_member=True)
    assert silenced is not None
    assert (silenced.present, silenced.may_send, silenced.may_send_media) == (True, False, False)
    opened = change(CHAT, is_member=True, can_send_messages=True, before={**restricted, "is_member": True})
    assert opened is not None
    assert (opened.was_present, opened.might_send, opened.may_send) == (True, False, True)
    outside = change(CHAT, is_member=False, can_send_messages=True)
    assert outside is not None
    assert (outside.present, outside.may_send) == (False, True)
    assert change({"id": -9, "type": "channel", "title": "x"}, is_member=True) is None


def test_both_announcements_of_a_move_say_the_same(arrivals: Arrivals, alice: Person, sandbox: Sandbox) -> None:
    """One comes in the old chat, one in the new."""
    old = sandbox.group("Group", [alice], bot=True)
    sandbox.world.updates.clear()
    new = old.upgrades()

    moves = []
    while sandbox.world.updates.parsed() and len(moves) < 2:
        update = arrivals.update()
        if update.message is not None and (move := inbound.group_moved(update.message, update.update_id)):
            moves.append(move)

    assert [(move.old_chat_id, move.new_chat_id) for move in moves] == [(old.id, new.id)] * 2
