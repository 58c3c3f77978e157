"""What we owe people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from liaisonbot.model import Attachment, Link
from liaisonbot.outgoing import Button, Outgoing, Priority, Promise, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.texts import Text
from storage.outbox import GATHERING_ENDS
from tests.support.makers import NOW, a_case

SECOND = timedelta(seconds=1)


def a_text(chat_id: int = 5, text: str = "hello", **more: Any) -> Outgoing:
    return Outgoing(Send.TEXT, chat_id, text=Text.of(text), **more)


def texts(promises: list[Promise]) -> list[str]:
    return [promise.outgoing.text.key for promise in promises if promise.outgoing.text]


def test_a_promise_survives_storage_unchanged(uow: UnitOfWork) -> None:
    """Everything a row needs is in it, whatever its kind."""
    owed = Outgoing(
        Send.COPY,
        -(2**45),
        language="en",
        thread_id=3,
        text=Text.of("receipt", case=1, name="<b>", when=NOW, lines=[Text.of("a")]),
        body="说\0的话 🎉",
        rows=((Button(Text.of("x"), data="d"), Button(Text.of("y"), url="https://t.me/x")),),
        copy_from=2**45,
        copy_ids=(1, 2),
        attachment=Attachment("venue", details={"title": "站"}),
        document=("a.json", "{}"),
        acknowledge=(5, 6),
        fallback=a_text(7, priority=Priority.ANSWER),
        sent=(8, 9),
    )

    number = uow.outbox.add(owed, NOW)

    assert uow.outbox.turn(NOW, ()) == [Promise(number, owed, 0, NOW)]


def test_a_chat_hears_things_in_the_order_they_were_promised(uow: UnitOfWork) -> None:
    """Urgency decides between chats, never within one."""
    uow.outbox.add(a_text(1, "first", priority=Priority.ANNOUNCEMENT), NOW)
    uow.outbox.add(a_text(2, "calm", priority=Priority.CONVERSATION), NOW)
    uow.outbox.add(a_text(1, "second", priority=Priority.ANSWER), NOW)

    assert texts(uow.outbox.turn(NOW, ())) == ["first", "second", "calm"]


def test_a_turn_is_bounded(uow: UnitOfWork) -> None:
    """However much waits, only so many chats, and so many messages of each, are taken into memory."""
    for chat in range(1, 6):
        for number in range(4):
            uow.outbox.add(a_text(chat, f"{chat}-{number}"), NOW)

    taken = uow.outbox.turn(NOW, ["chat:1"], lanes=2, per_lane=3)

    assert texts(taken) == ["2-0", "2-1", "2-2", "3-0", "3-1", "3-2"]


def test_one_chat_with_very_much_does_not_hide_the_others(uow: UnitOfWork) -> None:
    """They are found behind it."""
    for number in range(50):
        uow.outbox.add(a_text(1, f"long-{number}"), NOW)
    uow.outbox.add(a_text(2, "other"), NOW)

    assert texts(uow.outbox.turn(NOW, (), lanes=2, per_lane=1)) == ["long-0", "other"]


def test_what_waits_for_a_retry_holds_what_stands_behind_it(uow: UnitOfWork) -> None:
    """The order stays right at the price of waiting; other chats go on."""
    uow.outbox.add(a_text(1, "stuck"), NOW)
    uow.outbox.add(a_text(1, "behind"), NOW)
    uow.outbox.add(a_text(2, "other"), NOW)
    stuck = uow.outbox.turn(NOW, ())[0]

    uow.outbox.retry(stuck, NOW + SECOND, "later")

    assert texts(uow.outbox.turn(NOW, ())) == ["other"]
    assert uow.outbox.next_due(NOW) == NOW + SECOND
    again = uow.outbox.turn(NOW + SECOND, ())
    assert texts(again) == ["stuck", "behind", "other"]
    assert (again[0].attempts, again[0].retry_at) == (1, NOW + SECOND)
    assert uow.outbox.next_due(NOW + SECOND) is None


def test_no_retry_waits_longer_than_the_latest(uow: UnitOfWork) -> None:
    """One that was noted by a clock far ahead comes in sight; one that is nearer stays where it is."""
    for chat in (1, 2):
        uow.outbox.add(a_text(chat, "stuck"), NOW)
    first, second = uow.outbox.turn(NOW, ())
    uow.outbox.retry(first, NOW + 8 * 3600 * SECOND, "later")
    uow.outbox.retry(second, NOW + SECOND, "later")

    uow.outbox.hasten(NOW + 60 * SECOND)

    assert uow.outbox.next_due(NOW) == NOW + SECOND
    assert uow.outbox.next_due(NOW + SECOND) == NOW + 60 * SECOND
    assert len(uow.outbox.turn(NOW + 60 * SECOND, ())) == 2


def test_what_is_planned_for_later_holds_nobody(uow: UnitOfWork) -> None:
    """It counts as not there until its time has come."""
    uow.outbox.add(a_text(1, "later", not_before=NOW + SECOND), NOW)
    uow.outbox.add(a_text(1, "now"), NOW)

    assert texts(uow.outbox.turn(NOW, ())) == ["now"]
    assert uow.outbox.next_due(NOW) == NOW + SECOND
    assert texts(uow.outbox.turn(NOW + SECOND, ())) == ["later", "now"]


def test_what_was_kept_is_gone(uow: UnitOfWork) -> None:
    """And the words in it."""
    uow.outbox.add(a_text(), NOW)
    [promise] = uow.outbox.turn(NOW, ())

    uow.outbox.kept(promise)

    assert uow.outbox.turn(NOW, ()) == []
    assert uow.set_asides.list() == []


def test_a_newer_promise_takes_the_place_of_one_that_still_waits(uow: UnitOfWork) -> None:
    """A card that changes twice before it is sent is sent once, where the first stood."""
    first = uow.outbox.add(a_text(1, "old card", key="card:1"), NOW)
    uow.outbox.add(a_text(1, "next"), NOW)
    uow.outbox.add(a_text(2, "of another chat", key="card:1"), NOW)

    second = uow.outbox.add(a_text(1, "new card", key="card:1"), NOW)

    assert second == first
    assert texts(uow.outbox.turn(NOW, ["chat:2"])) == ["new card", "next"]


def test_what_is_replaced_on_its_way_goes_out_in_its_new_form_too(uow: UnitOfWork) -> None:
    """The old form may have arrived already: the new one must not be taken for it."""
    uow.outbox.add(a_text(1, "old", key="card:1"), NOW)
    [on_its_way] = uow.outbox.turn(NOW, ())
    uow.outbox.add(a_text(1, "new", key="card:1"), NOW)

    uow.outbox.kept(on_its_way)
    uow.outbox.set_aside(on_its_way, "too late as well")

    assert texts(uow.outbox.turn(NOW, ())) == ["new"]


def test_an_album_gathers_until_shortly_before_it_goes(uow: UnitOfWork) -> None:
    """A part that comes later is a promise of its own: none is sent twice, none is lost."""
    until = NOW + 2 * SECOND
    closing = until - GATHERING_ENDS
    uow.outbox.add(a_text(1, "parts 1", key="album", not_before=until), NOW)

    waiting = uow.outbox.waiting(1, "album", NOW + SECOND)
    uow.outbox.add(a_text(1, "parts 1 2", key="album", not_before=until), NOW + SECOND)
    assert waiting is not None
    assert waiting.text == Text.of("parts 1")
    assert uow.outbox.waiting(1, "album", closing) is None
    uow.outbox.add(a_text(1, "part 3", key="album", not_before=until + SECOND), closing)

    assert texts(uow.outbox.turn(until + SECOND, ())) == ["parts 1 2", "part 3"]


def test_a_card_is_looked_up_when_its_turn_comes(uow: UnitOfWork) -> None:
    """It may be one of the messages before it; until those are sent, nobody knows its id."""
    case = a_case(uow).number
    uow.outbox.add(a_text(1, "the card"), NOW)
    uow.outbox.add(Outgoing(Send.EDIT, 1, text=Text.of("its change"), card=case), NOW)
    before = uow.outbox.turn(NOW, ())
    assert texts(before) == ["the card"]

    uow.links.add(Link(1, 70, case, "card"))
    uow.links.add(Link(1, 71, case, "card"))
    uow.links.add(Link(2, 99, case, "card"))
    uow.outbox.kept(before[0])

    [change] = uow.outbox.turn(NOW, ())
    assert change.outgoing.target == 71


def test_a_card_that_is_not_there_has_no_target(uow: UnitOfWork) -> None:
    """Whoever sends it finds that there is nothing to do."""
    uow.outbox.add(Outgoing(Send.EDIT, 1, text=Text.of("change"), card=4), NOW)

    assert uow.outbox.turn(NOW, ())[0].outgoing.target is None


def test_another_message_takes_the_place_of_one_that_failed(uow: UnitOfWork) -> None:
    """In the order of its own chat it stands where the first was promised, and starts anew."""
    uow.outbox.add(a_text(1, "private"), NOW)
    uow.outbox.add(a_text(-9, "promised later"), NOW)
    private = uow.outbox.turn(NOW, ())[0]
    uow.outbox.retry(private, NOW, "once")

    uow.outbox.replace(private, a_text(-9, "in the group"))

    assert texts(uow.outbox.turn(NOW, ())) == ["in the group", "promised later"]
    assert [promise.attempts for promise in uow.outbox.turn(NOW, ())] == [0, 0]


def test_what_cannot_be_sent_stands_aside_and_holds_nobody(uow: UnitOfWork) -> None:
    """It waits with its error; put back, it is due again."""
    uow.outbox.add(a_text(1, "broken"), NOW)
    uow.outbox.add(a_text(1, "next"), NOW)
    broken = uow.outbox.turn(NOW, ())[0]
    uow.outbox.retry(broken, NOW + SECOND, "once")

    uow.outbox.set_aside(broken, "Bad Request")

    assert texts(uow.outbox.turn(NOW, ())) == ["next"]
    [aside] = uow.set_asides.list()
    assert (aside.kind, aside.id, aside.error) == ("message", broken.id, "Bad Request")
    assert uow.set_asides.retry(f"m{broken.id}") is True
    assert [promise.attempts for promise in uow.outbox.turn(NOW, ())] == [0, 0]


def test_a_promise_that_cannot_be_read_holds_up_nobody(uow: UnitOfWork) -> None:
    """A row of another version comes as an empty message, which is set aside when it is to be sent."""
    uow.outbox.add(a_text(1, "fine"), NOW)
    number = uow.outbox.add(replace(a_text(2), body="x", rows=()), NOW)
    connection: Any = uow.connection  # type: ignore[attr-defined]
    connection.exec_driver_sql(f'UPDATE outbox SET payload = \'{{"kind": "telegraph"}}\' WHERE id = {number}')

    taken = uow.outbox.turn(NOW, ())

    assert texts(taken) == ["fine"]
    assert taken[1].outgoing == Outgoing(Send.TEXT, 2)


def test_a_moved_group_is_owed_everything_under_its_new_id(uow: UnitOfWork) -> None:
    """In the same order; message ids of the old chat mean nothing in the new one."""
    uow.outbox.add(a_text(-1, "a", reply_to=5, acknowledge=(-1, 5)), NOW)
    uow.outbox.add(a_text(-1, "b", target=5, acknowledge=(7, 5)), NOW)
    uow.outbox.retry(uow.outbox.turn(NOW, ())[0], NOW + SECOND, "flood")

    uow.outbox.chat_moved(-1, -100)

    moved = uow.outbox.turn(NOW, ())
    assert [promise.outgoing for promise in moved] == [a_text(-100, "a"), a_text(-100, "b", acknowledge=(7, 5))]


def test_what_is_owed_to_a_chat_can_be_dropped(uow: UnitOfWork) -> None:
    """Nothing else goes with it."""
    uow.outbox.add(a_text(-1, "a"), NOW)
    uow.outbox.add(a_text(2, "b"), NOW)

    uow.outbox.drop_for(-1)

    assert texts(uow.outbox.turn(NOW, ())) == ["b"]


@pytest.mark.parametrize("name", ["u5", "m5", "x5", "u", "m-1", "u²", "", f"u{2**70}"])
def test_nothing_is_done_for_names_of_nothing(uow: UnitOfWork, name: str) -> None:
    """Whatever somebody types after ``set-aside``."""
    assert uow.set_asides.get(name) is None
    assert uow.set_asides.retry(name) is False
    assert uow.set_asides.drop(name) is False


def test_what_was_put_away_can_be_dropped(uow: UnitOfWork) -> None:
    """A message is gone; an update stays on record without its words, should Telegram repeat it."""
    from tests.storage.test_inbox import an_update

    uow.inbox.add([an_update(1)], NOW)
    uow.inbox.set_aside(1, "error", NOW)
    uow.outbox.add(a_text(), NOW)
    [promise] = uow.outbox.turn(NOW, ())
    uow.outbox.set_aside(promise, "error")

    assert uow.set_asides.drop("u1") is True
    assert uow.set_asides.drop(f"m{promise.id}") is True

    assert uow.set_asides.list() == []
    assert uow.inbox.add([an_update(1)], NOW) == []


def test_an_update_put_back_is_handled_again(uow: UnitOfWork) -> None:
    """After the mistake that stopped it was repaired."""
    from tests.storage.test_inbox import an_update

    uow.inbox.add([an_update(1)], NOW)
    uow.inbox.set_aside(1, "error", NOW)

    assert uow.set_asides.retry("u1") is True

    assert [update.update_id for update in uow.inbox.pending(NOW)] == [1]


def test_what_was_said_is_taken_from_who_lost_the_case(uow: UnitOfWork) -> None:
    """Of that case and that chat only; cards and notices stay, and what they are to tell its author."""
    case, other = a_case(uow).number, a_case(uow).number
    uow.outbox.add(a_text(1, "card", case=case), NOW)
    uow.outbox.add(a_text(1, "first", case=case, message=7), NOW)
    uow.outbox.add(a_text(2, "elsewhere", case=case, message=7), NOW)
    uow.outbox.add(a_text(1, "of another", case=other, message=8), NOW)
    uow.outbox.add(a_text(1, "to be told", case=case, message=7, person=3), NOW)
    uow.outbox.add(a_text(1, "second", case=case, message=9), NOW)

    taken = uow.outbox.take_said(case, 1)

    assert [outgoing.text.key for outgoing in taken if outgoing.text] == ["first", "second"]
    assert sorted(texts(uow.outbox.turn(NOW, ()))) == ["card", "elsewhere", "of another", "to be told"]
