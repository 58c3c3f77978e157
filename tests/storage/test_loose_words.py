"""What was said in private without naming a case: kept until it is known which, and known again afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import Delivery, MessageKind, Role, Stage
from liaisonbot.workflow import Event
from tests.support.makers import NOW, a_case, a_letter, a_person, a_photo

LATER = NOW + timedelta(minutes=5)


def test_words_wait_until_they_are_put_to_a_case(uow: UnitOfWork) -> None:
    """With their files; put there, the case has the words and nothing of them stands here."""
    person, case = a_person(uow), a_case(uow).number
    photo = a_photo()
    letter = a_letter("靠学校那边", sender=person.telegram_id, attachments=(photo,), media_group_id="a")
    row = uow.loose_words.add(person.id, letter, NOW, None)
    assert row is not None
    assert uow.loose_words.add(person.id, letter, NOW, None) is None
    (kept,) = uow.loose_words.waiting(person.id)
    assert (kept.text, kept.attachments, kept.album, kept.case) == ("靠学校那边", (photo,), "a", None)
    assert uow.loose_words.of_album(kept.chat_id, "a") == [kept]
    assert uow.loose_words.kept_since(NOW) == [kept]
    other = a_photo()
    assert uow.loose_words.edited(kept.chat_id, kept.message_id, "靠学校南门", (other,))
    (now,) = uow.loose_words.waiting(person.id)
    assert (now.text, now.attachments) == ("靠学校南门", (other,))
    kept = now

    uow.loose_words.put(row, case, LATER, row)

    assert uow.loose_words.waiting(person.id) == []
    assert uow.loose_words.kept_since(LATER) == []
    put = uow.loose_words.get(row)
    assert put is not None
    assert (put.text, put.attachments, put.case, put.at) == (None, (), case, LATER)
    assert uow.loose_words.latest(person.id, LATER) == put
    assert uow.loose_words.latest(person.id, LATER + timedelta(seconds=1)) is None
    assert uow.loose_words.said(person.id, case, NOW)
    assert not uow.loose_words.edited(kept.chat_id, kept.message_id, "again", (photo,))


def test_what_one_press_put_there_is_known_together(uow: UnitOfWork) -> None:
    """And of older words it is forgotten where they went; what waits stays."""
    person, case = a_person(uow), a_case(uow).number
    rows = [uow.loose_words.add(person.id, a_letter(text, sender=person.telegram_id), NOW, None) for text in "abc"]
    first, second, third = (row for row in rows if row is not None)
    uow.loose_words.put(first, case, NOW, first)
    uow.loose_words.put(second, case, NOW, first)
    leading = uow.loose_words.get(first)
    assert leading is not None
    assert [words.id for words in uow.loose_words.together(leading)] == [first, second]

    uow.loose_words.purge(LATER)

    assert uow.loose_words.get(first) is None
    assert [words.id for words in uow.loose_words.waiting(person.id)] == [third]


def test_words_may_follow_what_was_said_joined_or_answered_a_short_while_ago(uow: UnitOfWork) -> None:
    """Not what still waits for a case, what happened before, what else happened, nor what others did."""
    nobody, talks, joins, answers = (a_person(uow) for _ in range(4))
    number = a_case(uow, author=nobody).number
    moved: dict[str, Any] = {"by": Role.CONSTITUENT, "from_stage": Stage.COLLECTION, "to_stage": Stage.COLLECTION}
    uow.journal.add(number, at=NOW, person_id=nobody.id, event=Event.CHASED, **moved)
    uow.loose_words.add(nobody.id, a_letter("靠学校", sender=nobody.telegram_id), NOW, None)

    uow.loose_words.add(talks.id, a_letter("靠学校", sender=talks.telegram_id), NOW, number)
    uow.journal.add(number, at=NOW, person_id=joins.id, event=Event.JOINED, **moved)
    uow.promises.keep_check(number, answers.id, None, Delivery.FIXED, NOW)

    may = [uow.loose_words.may_follow(person.id, NOW) for person in (nobody, talks, joins, answers)]
    assert may == [False, True, True, True]
    assert not any(uow.loose_words.may_follow(person.id, LATER) for person in (nobody, talks, joins, answers))


def test_a_message_moves_to_the_case_it_opens(uow: UnitOfWork) -> None:
    """With the rest of its album, and nothing else of that chat."""
    person = a_person(uow)
    old, new = a_case(uow, author=person).number, a_case(uow).number
    for message_id, album in ((1, "a"), (2, "a"), (3, None)):
        uow.messages.add(
            old,
            at=NOW,
            by=Role.CONSTITUENT,
            person_id=person.id,
            kind=MessageKind.CONVERSATION,
            text=str(message_id),
            attachments=(a_photo(),),
            chat_id=person.telegram_id,
            message_id=message_id,
            media_group_id=album,
        )

    uow.messages.move(person.telegram_id, 1, "a", new)

    assert {"1", "2"} <= {message.text for message in uow.messages.of_case(new)}
    assert "3" in {message.text for message in uow.messages.of_case(old)}
    first = uow.messages.first_of_album(person.telegram_id, "a")
    assert first is not None
    assert (first.case, first.opening) == (new, True)
