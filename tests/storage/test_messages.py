"""The messages of the cases, and the parts of albums that are not part of one yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from liaisonbot.model import Attachment, FormerWords, Replaced
from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import MessageKind, Role
from storage.schema import case_messages
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_group_chat, a_letter, a_message, a_person, a_photo


def test_a_message_that_telegram_repeats_is_kept_once(uow: UnitOfWork) -> None:
    """The one on record stays, and who adds it again is told."""
    author = a_person(uow)
    letter = a_letter("in time", sender=author.telegram_id)
    case = a_case(uow, author=author, letter=letter)

    again = uow.messages.add(
        case.number,
        at=NOW,
        by=Role.CONSTITUENT,
        person_id=author.id,
        kind=MessageKind.CONVERSATION,
        text="changed",
        chat_id=letter.place.chat_id,
        message_id=letter.message_id,
    )

    assert again is None
    assert [message.text for message in uow.messages.of_case(case.number)] == ["in time"]


def test_a_message_reads_as_it_was_kept(uow: UnitOfWork) -> None:
    """With everything that came with it: files, coordinates, any sign of any script."""
    author = a_person(uow)
    place = Attachment("venue", None, {"latitude": 39.9, "longitude": 116.4, "title": "东城"})
    letter = a_letter("路灯坏了 💡 <b>", sender=author.telegram_id, attachments=(a_photo("p1"), place))
    case = a_case(uow, author=author, letter=letter)

    (message,) = uow.messages.of_case(case.number)

    assert uow.messages.by_chat(letter.place.chat_id, letter.message_id) == message
    assert (message.text, message.attachments) == (letter.text, letter.attachments)
    assert (message.at, message.by, message.kind) == (NOW, Role.CONSTITUENT, MessageKind.CONVERSATION)


def test_messages_without_a_chat_are_all_kept(uow: UnitOfWork) -> None:
    """A reply typed as a command has no message of its own; two of them are two."""
    case = a_case(uow)
    later = a_message(uow, case, by=Role.DEPUTY, kind=MessageKind.REPLY, text="Done", at=NOW + timedelta(days=2))
    a_message(uow, case, by=Role.DEPUTY, kind=MessageKind.NOTE, text="Asked the unit", at=NOW + timedelta(days=1))

    kept = uow.messages.of_case(case.number)

    assert [message.kind for message in kept] == [MessageKind.CONVERSATION, MessageKind.NOTE, MessageKind.REPLY]
    assert kept[-1].id == later


def test_the_parts_of_an_album_find_their_case(uow: UnitOfWork) -> None:
    """By the chat and Telegram's mark of the album, in the database: a crash between the parts changes nothing."""
    author = a_person(uow)
    first = a_letter(sender=author.telegram_id, message_id=8, attachments=(a_photo(),), media_group_id="album")
    case = a_case(uow, author=author, letter=first)
    earlier = replace(first, message_id=7, text=None)
    words = replace(first, message_id=9, attachments=(), media_group_id=None)
    for part in (earlier, words):
        a_message(uow, case, letter=part, person=author, opening=True)

    chat = first.place.chat_id
    first = uow.messages.first_of_album(chat, "album")
    assert first is not None
    assert (first.case, first.opening) == (case.number, True)
    assert uow.messages.first_of_album(chat, "another") is None
    assert uow.messages.first_of_album(chat + 1, "album") is None
    assert uow.messages.opening_files(case.number) == [(chat, 7), (chat, 8)]


def test_an_album_sent_into_a_running_case_did_not_open_it(uow: UnitOfWork) -> None:
    case = a_case(uow)
    part = a_letter(attachments=(a_photo(),), media_group_id="album")
    a_message(uow, case, letter=part)

    first = uow.messages.first_of_album(part.place.chat_id, "album")
    assert first is not None
    assert (first.case, first.opening) == (case.number, False)


def test_an_edit_shows_the_new_text_and_keeps_the_old(uow: SqlUnitOfWork) -> None:
    """A report of an edit without other words is none."""
    case = a_case(uow)
    row = a_message(uow, case, letter=a_letter("first"))
    later = NOW + timedelta(minutes=1)

    assert uow.messages.edit(row, "second", NOW)
    assert not uow.messages.edit(row, "second", later)
    uow.messages.edit_told(row)
    assert uow.messages.edit(row, "third", later)
    assert not uow.messages.edit(4711, "words", later)

    kept = uow.messages.of_case(case.number)[-1]
    assert (kept.text, kept.edited_at, kept.edit_told) == ("third", later, True)
    assert uow.messages.former(case.number) == {row: [FormerWords("first", NOW), FormerWords("second", later)]}
    assert uow.messages.former(case.number + 1) == {}


def test_files_that_were_replaced_are_kept_with_the_words(uow: SqlUnitOfWork) -> None:
    """The message has the new ones; of an edit of words the files are no part."""
    case = a_case(uow)
    old, new = a_photo(), a_photo()
    row = a_message(uow, case, letter=a_letter("the lamp", attachments=(old,)))
    later = NOW + timedelta(minutes=1)

    assert uow.messages.edit(row, "the lamp", NOW, files=Replaced((new,), (old,)))
    assert uow.messages.edit(row, "the lamp at gate 3", later)
    assert uow.messages.edit(row, "the lamp at gate 3", later, files=Replaced((old,), (new.trace,)))

    kept = uow.messages.of_case(case.number)[-1]
    assert (kept.text, kept.attachments) == ("the lamp at gate 3", (old,))
    assert uow.messages.former(case.number)[row] == [
        FormerWords("the lamp", NOW, (old,)),
        FormerWords("the lamp", later),
        FormerWords("the lamp at gate 3", later, (Attachment("photo"),)),
    ]


def test_a_loose_part_is_kept_as_it_is_now(uow: UnitOfWork) -> None:
    """Its picture was replaced before the album was claimed; what is not kept is not begun to be kept."""
    place, old, new = a_group_chat(-5), a_photo(), a_photo()
    part = a_letter(None, place=place, attachments=(old,), media_group_id="album")
    assert part.sender is not None
    uow.messages.edit_loose_part(replace(part, attachments=(new,)))
    uow.messages.keep_loose_part(part)
    uow.messages.edit_loose_part(replace(part, attachments=(new,)))

    assert uow.messages.take_loose_parts(-5, "album", part.sender.telegram_id) == [(part.message_id, new)]


def test_a_delivery_is_noted(uow: SqlUnitOfWork) -> None:
    """When it reached the other side."""
    row = a_message(uow, a_case(uow), by=Role.DEPUTY, text="Done")

    uow.messages.delivered(row, NOW)

    noted = uow.connection.execute(sa.select(case_messages.c.delivered_at).where(case_messages.c.id == row))
    assert noted.scalar_one() == NOW


def test_loose_parts_are_given_to_who_sent_them_once(uow: UnitOfWork) -> None:
    """In Telegram's order; only those of that album and that person."""
    place, author = a_group_chat(-5), a_person(uow)
    common = {"place": place, "media_group_id": "album"}
    for message_id in (12, 11, 11):
        photo = a_photo(f"photo-{message_id}")
        uow.messages.keep_loose_part(
            a_letter(None, sender=author.telegram_id, message_id=message_id, attachments=(photo,), **common)
        )
    uow.messages.keep_loose_part(a_letter(None, attachments=(a_photo(),), **common))

    taken = uow.messages.take_loose_parts(-5, "album", author.telegram_id)

    assert taken == [(11, a_photo("photo-11")), (12, a_photo("photo-12"))]
    assert uow.messages.take_loose_parts(-5, "album", author.telegram_id) == []


def test_loose_parts_are_kept_for_a_while_only(uow: UnitOfWork) -> None:
    """They were not addressed to us; nothing that nobody could claim is kept at all."""
    part = a_letter(None, place=a_group_chat(-5), attachments=(a_photo(),), media_group_id="album")
    uow.messages.keep_loose_part(part)
    uow.messages.keep_loose_part(replace(part, sender=None, message_id=1))
    uow.messages.keep_loose_part(replace(part, attachments=(), message_id=2))
    assert part.sender is not None

    uow.messages.purge_loose_parts(NOW)
    uow.messages.purge_loose_parts(NOW + timedelta(seconds=1))

    assert uow.messages.take_loose_parts(-5, "album", part.sender.telegram_id) == []


def test_what_is_said_anew_in_another_case_stands_for_the_message_there(uow: UnitOfWork) -> None:
    """Both are kept: where it was said it reads as it did, and the next edit finds the new one."""
    author = a_person(uow)
    letter = a_letter("五号楼", sender=author.telegram_id, attachments=(a_photo("p1"),), media_group_id="album")
    was, other = a_case(uow, author=author, letter=letter), a_case(uow, author=author)
    (first,) = uow.messages.of_case(was.number)
    chat, later = letter.place.chat_id, NOW + timedelta(days=1)

    uow.messages.say_anew(first.id, other.number, "六号楼", later)
    anew = uow.messages.by_chat(chat, letter.message_id)
    assert anew is not None
    uow.messages.say_anew(anew.id, other.number, "七号楼", later, files=Replaced((a_photo("p2"),), ()))

    assert uow.messages.of_case(was.number) == [first]
    kept = [message for message in uow.messages.of_case(other.number) if message.text in ("六号楼", "七号楼")]
    assert [(message.text, message.attachments[0].file_id) for message in kept] == [("六号楼", "p1"), ("七号楼", "p2")]
    assert [(message.at, message.edited_at, message.opening) for message in kept] == [(later, later, False)] * 2
    assert uow.messages.by_chat(chat, letter.message_id) == kept[1]
    of_album = uow.messages.first_of_album(chat, "album")
    assert of_album is not None
    assert of_album.id == kept[1].id
