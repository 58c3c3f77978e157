"""The group chats, and what happens when one becomes a supergroup."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from liaisonbot.model import Link
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.ports import StoredUpdate, UnitOfWork
from liaisonbot.texts import Text
from tests.support.makers import (
    NOW,
    a_case,
    a_group,
    a_group_chat,
    a_letter,
    a_message,
    a_message_id,
    a_person,
    a_photo,
    a_station,
)

OLD, NEW = -77, -1_000_000_000_077


def test_a_group_is_remembered_as_it_was_saved_last(uow: UnitOfWork) -> None:
    """Bound, renamed, left: one row for each chat."""
    station = a_station(uow)
    group = a_group(uow, station=station, title="邻里群")
    assert uow.groups.get(group.chat_id) == group
    assert uow.groups.of_station(station.id) == [group]

    gone = replace(group, present=False, title="t" * 300)
    uow.groups.save(gone)

    assert uow.groups.get(group.chat_id) == replace(gone, title="t" * 255)
    assert uow.groups.of_station(station.id) == []
    assert uow.groups.get(-1) is None


def test_a_group_that_moved_keeps_its_binding(uow: UnitOfWork) -> None:
    """And is a supergroup from then on; hearing of the move twice changes nothing."""
    station = a_station(uow)
    group = a_group(uow, station=station, chat_id=OLD, type="group", language="en")

    uow.groups.moved(OLD, NEW)
    uow.groups.moved(OLD, NEW)

    assert uow.groups.get(OLD) is None
    assert uow.groups.get(NEW) == replace(group, chat_id=NEW, type="supergroup")


def test_a_move_told_after_the_new_chat_is_known_merges_the_two(uow: UnitOfWork) -> None:
    """Telegram may name the new chat before it tells of the move; the binding must not be lost for that."""
    station = a_station(uow)
    a_group(uow, station=station, chat_id=OLD, type="group", title="邻里群", language="en")
    a_group(uow, chat_id=NEW, type="supergroup", title="")

    uow.groups.moved(OLD, NEW)

    merged = uow.groups.get(NEW)
    assert merged is not None
    assert (merged.station_id, merged.title, merged.language) == (station.id, "邻里群", "en")
    assert uow.groups.get(OLD) is None


def test_authors_are_answered_in_the_new_chat(uow: UnitOfWork) -> None:
    """Their messages have other numbers there, so the answer quotes none."""
    author = a_person(uow)
    place = a_group_chat(OLD, thread_id=5)
    case = a_case(uow, author=author, letter=a_letter(sender=author.telegram_id, place=place))

    uow.groups.moved(OLD, NEW)

    (moved,) = uow.cases.authors(case.number)
    assert (moved.chat_id, moved.chat_type) == (NEW, "supergroup")
    assert (moved.message_id, moved.thread_id) == (None, None)


def test_messages_on_record_and_links_keep_the_old_chat(uow: UnitOfWork) -> None:
    """A message of the new chat with the same number is another message; only cards are let go."""
    author = a_person(uow)
    letter = a_letter(sender=author.telegram_id, place=a_group_chat(OLD), message_id=10)
    case = a_case(uow, author=author, letter=letter)
    uow.links.add(Link(OLD, 10, case.number, "origin"))
    uow.links.add(Link(OLD, 11, case.number, "card"))

    uow.groups.moved(OLD, NEW)

    assert uow.messages.by_chat(OLD, 10) is not None
    assert uow.messages.by_chat(NEW, 10) is None
    assert uow.links.case_of(OLD, 10) == Link(OLD, 10, case.number, "origin")
    assert uow.links.cards(case.number) == []
    again = a_letter(sender=author.telegram_id, place=a_group_chat(NEW), message_id=10)
    a_message(uow, case, letter=again, person=author)


def test_what_is_owed_and_what_came_in_goes_on_in_the_new_chat(uow: UnitOfWork) -> None:
    """The waiting promise is sent there; updates of the old chat keep their place before those of the new one."""
    uow.outbox.add(Outgoing(Send.TEXT, OLD, text=Text.of("receipt"), reply_to=10), NOW)
    uow.inbox.add([StoredUpdate(1, OLD, "{}"), StoredUpdate(2, NEW, "{}")], NOW)

    uow.groups.moved(OLD, NEW)

    (promise,) = uow.outbox.turn(NOW, ())
    assert (promise.outgoing.chat_id, promise.outgoing.reply_to) == (NEW, None)
    assert [update.lane for update in uow.inbox.pending(NOW)] == [NEW, NEW]


def test_an_open_dialogue_goes_on_in_the_new_chat(uow: UnitOfWork) -> None:
    """Unless another one was begun there meanwhile: then that is the one."""
    first, second = a_person(uow), a_person(uow)
    later = NOW + timedelta(hours=1)
    uow.dialogues.start(OLD, first.id, "report", {}, "text", later)
    old = uow.dialogues.start(OLD, second.id, "report", {}, "text", later)
    new = uow.dialogues.start(NEW, second.id, "bind", {}, "code", later)
    uow.dialogues.prompted(old.id, a_message_id())

    uow.groups.moved(OLD, NEW)

    moved = uow.dialogues.current(NEW, first.id, NOW)
    assert moved is not None
    assert (moved.command, moved.prompt_id) == ("report", None)
    assert uow.dialogues.current(NEW, second.id, NOW) == new
    assert uow.dialogues.current(OLD, second.id, NOW) is None


def test_loose_album_parts_of_the_old_chat_are_let_go(uow: UnitOfWork) -> None:
    """Nobody can send the rest of that album any more."""
    author = a_person(uow)
    part = a_letter(
        sender=author.telegram_id, place=a_group_chat(OLD), attachments=(a_photo(),), media_group_id="album"
    )
    uow.messages.keep_loose_part(part)

    uow.groups.moved(OLD, NEW)

    for chat in (OLD, NEW):
        assert uow.messages.take_loose_parts(chat, "album", author.telegram_id) == []
