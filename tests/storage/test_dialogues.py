"""The guided commands that people are in the middle of."""

from __future__ import annotations

from datetime import timedelta

from liaisonbot.ports import UnitOfWork
from tests.support.makers import NOW, a_person

SOON = NOW + timedelta(minutes=30)


def test_a_dialogue_goes_on_where_it_was(uow: UnitOfWork) -> None:
    """Each answer is kept; what was asked for last, and in which message, is known."""
    person = a_person(uow)
    chat = person.telegram_id

    begun = uow.dialogues.start(chat, person.id, "reply", {"case": 12}, "text", SOON)
    uow.dialogues.prompted(begun.id, 77)
    current = uow.dialogues.current(chat, person.id, NOW)
    assert current is not None
    assert (current.answers, current.asking, current.prompt_id) == ({"case": 12}, "text", 77)

    advanced = uow.dialogues.advance(current, {"case": 12, "text": "修好了"}, "class", SOON + timedelta(minutes=5))

    assert uow.dialogues.current(chat, person.id, NOW) == advanced
    assert (advanced.id, advanced.asking, advanced.prompt_id) == (begun.id, "class", None)


def test_one_dialogue_in_a_chat_at_a_time(uow: UnitOfWork) -> None:
    """A new one ends the old; its number is never given again, so an old button fits no new question."""
    person, other = a_person(uow), a_person(uow)
    old = uow.dialogues.start(-5, person.id, "report", {}, "text", SOON)
    theirs = uow.dialogues.start(-5, other.id, "report", {}, "text", SOON)
    uow.dialogues.end(-5, person.id)

    new = uow.dialogues.start(-5, person.id, "bind", {}, "code", SOON)

    assert new.id not in {old.id, theirs.id}
    assert uow.dialogues.current(-5, person.id, NOW) == new
    assert uow.dialogues.current(-5, other.id, NOW) == theirs


def test_a_dialogue_that_was_left_lying_is_gone(uow: UnitOfWork) -> None:
    """An answer that comes a day later is no answer; and what was answered before is not kept for nothing."""
    person, other = a_person(uow), a_person(uow)
    uow.dialogues.start(-5, person.id, "report", {"text": "路灯坏了"}, "sure", SOON)
    goes_on = uow.dialogues.start(-5, other.id, "report", {}, "text", SOON + timedelta(minutes=1))

    assert uow.dialogues.current(-5, person.id, SOON) is None
    uow.dialogues.purge(SOON)
    assert uow.dialogues.current(-5, person.id, NOW) is None
    assert uow.dialogues.current(-5, other.id, SOON) == goes_on


def test_leaving_says_whether_there_was_something_to_leave(uow: UnitOfWork) -> None:
    person = a_person(uow)
    uow.dialogues.start(-5, person.id, "report", {}, "text", SOON)

    assert uow.dialogues.end(-5, person.id)
    assert not uow.dialogues.end(-5, person.id)
    assert uow.dialogues.current(-5, person.id, NOW) is None
