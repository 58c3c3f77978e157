"""What follows from how a delivery went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from liaisonbot.desk import Desk
from liaisonbot.errors import OurMistake, RecipientGone, RecipientMoved, TryLater
from liaisonbot.incoming import Bot
from liaisonbot.model import Link
from liaisonbot.outgoing import Outgoing, Promise, Receipt, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import delivery
from liaisonbot.settings import Settings
from liaisonbot.texts import Text
from storage.schema import case_messages
from tests.support.makers import NOW, a_case, a_deputy, a_group, a_message, a_person, a_staff_member, a_station
from tests.support.units import a_unit

OWNER = 9_000_000_001


@pytest.fixture
def uow(sqlite_url: str) -> Iterator[UnitOfWork]:
    with a_unit(sqlite_url) as unit:
        yield unit


@pytest.fixture
def desk() -> Desk:
    settings = Settings.model_validate({"telegram": {"token": "42:TEST"}, "access": {"owner_ids": [OWNER]}})
    return Desk(NOW, settings, Bot(42, "liaison_bot"))


def a_promise(uow: UnitOfWork, outgoing: Outgoing) -> Promise:
    """It stands in the outbox, and its turn has come."""
    number = uow.outbox.add(outgoing, NOW)
    return next(promise for promise in uow.outbox.turn(NOW, ()) if promise.id == number)


def a_text(chat_id: int = 5, **more: Any) -> Outgoing:
    return Outgoing(Send.TEXT, chat_id, text=Text.of("hello"), **more)


def owed(uow: UnitOfWork, at: timedelta = timedelta()) -> list[Outgoing]:
    return [promise.outgoing for promise in uow.outbox.turn(NOW + at, ())]


# --- it arrived -------------------------------------------------------------------------------------------------------


def test_who_gets_an_album_of_which_parts_are_gone_reads_so(uow: UnitOfWork, desk: Desk) -> None:
    """They would take it for the whole."""
    promise = a_promise(uow, Outgoing(Send.COPY, 5, copy_from=4, copy_ids=(6, 7, 8)))
    delivery.record(uow, desk, promise, Receipt((1,), missing=2))

    (said,) = owed(uow)
    assert (said.chat_id, said.text) == (5, Text.of("parts-missing", n=2))


def test_what_arrived_is_no_longer_owed(uow: UnitOfWork, desk: Desk) -> None:
    """Its messages find their case, all of them; the case message is noted as delivered."""
    case = a_case(uow)
    row = a_message(uow, case)
    promise = a_promise(uow, a_text(case=case.number, purpose="relay", message=row))

    delivery.record(uow, desk, promise, Receipt((70, 71)))

    assert owed(uow) == []
    assert uow.links.case_of(5, 70) == Link(5, 70, case.number, "relay")
    assert uow.links.case_of(5, 71) == Link(5, 71, case.number, "relay")
    connection: Any = uow.connection  # type: ignore[attr-defined]
    at = connection.scalar(sa.select(case_messages.c.delivered_at).where(case_messages.c.id == row))
    assert at == NOW


def test_of_a_long_card_the_part_with_the_buttons_is_the_card(uow: UnitOfWork, desk: Desk) -> None:
    """That is the one to be edited later."""
    case = a_case(uow).number

    delivery.record(uow, desk, a_promise(uow, a_text(case=case, purpose="card")), Receipt((70, 71)))

    assert uow.links.cards(case) == [Link(5, 71, case, "card")]


def test_whoever_waits_to_hear_sees_a_reaction(uow: UnitOfWork, desk: Desk) -> None:
    """On the message that was passed on."""
    promise = a_promise(uow, a_text(acknowledge=(8, 80)))

    delivery.record(uow, desk, promise, Receipt((70,)))

    [reaction] = owed(uow)
    assert (reaction.kind, reaction.chat_id, reaction.target) == (Send.REACTION, 8, 80)
    assert reaction.reaction == delivery.ARRIVED


def test_where_reactions_are_forbidden_words_do_the_same(uow: UnitOfWork, desk: Desk) -> None:
    """A group can switch them off; that is nobody's mistake."""
    promise = a_promise(uow, Outgoing(Send.REACTION, -8, target=80, reaction=delivery.ARRIVED))

    delivery.record(uow, desk, promise, Receipt(failure=OurMistake("Bad Request: REACTION_INVALID")))

    [words] = owed(uow)
    assert (words.kind, words.chat_id, words.reply_to, words.text) == (Send.TEXT, -8, 80, Text.of("delivered"))
    assert uow.set_asides.list() == []


def test_a_dialogue_knows_in_which_message_its_question_stands(uow: UnitOfWork, desk: Desk) -> None:
    """In a group the answer reaches us only as a reply to it."""
    person = a_person(uow)
    dialogue = uow.dialogues.start(-8, person.id, "report", {}, "text", NOW + timedelta(hours=1))

    delivery.record(uow, desk, a_promise(uow, a_text(-8, prompt_for=dialogue.id)), Receipt((70,)))

    current = uow.dialogues.current(-8, person.id, NOW)
    assert current is not None
    assert current.prompt_id == 70


# --- it has to wait ---------------------------------------------------------------------------------------------------


def test_pauses_grow_and_end_at_five_minutes() -> None:
    """With some spread, so that many that failed together do not come back together."""
    assert [delivery.pause(attempts, 0.5) for attempts in range(4)] == [1, 2, 4, 8]
    assert delivery.pause(0, 0.0) == 0.8
    assert delivery.pause(0, 1.0) == pytest.approx(1.2)
    assert delivery.pause(1000) == delivery.LONGEST_PAUSE


def test_telegram_gets_exactly_the_patience_it_asks_for(uow: UnitOfWork, desk: Desk) -> None:
    """And the message goes out after that."""
    promise = a_promise(uow, a_text())

    delivery.record(uow, desk, promise, Receipt(failure=TryLater("flood", after=7, flood=True)))

    assert uow.outbox.next_due(NOW) == NOW + timedelta(seconds=7)
    assert owed(uow) == []
    assert owed(uow, timedelta(seconds=7)) == [promise.outgoing]


def test_an_interrupted_message_goes_on_where_it_stopped(uow: UnitOfWork, desk: Desk) -> None:
    """What arrived of it is not repeated, and belongs to its case already."""
    case = a_case(uow).number
    promise = a_promise(uow, a_text(case=case, purpose="relay"))

    delivery.record(uow, desk, promise, Receipt((70, 71), TryLater("cut", after=1)))

    assert uow.links.case_of(5, 71) is not None
    assert owed(uow, timedelta(seconds=1)) == [replace(promise.outgoing, sent=(70, 71))]


# --- nobody is there --------------------------------------------------------------------------------------------------


def test_who_blocked_us_is_reached_in_the_group(uow: UnitOfWork, desk: Desk) -> None:
    """The fallback takes the place, and does for the same people what the first would have done."""
    person = a_person(uow)
    case = a_case(uow, author=person).number
    fallback = a_text(-8, body="masked")
    promise = a_promise(
        uow, a_text(person.telegram_id, case=case, acknowledge=(8, 80), tell_if_gone=True, fallback=fallback)
    )

    delivery.record(uow, desk, promise, Receipt(failure=RecipientGone("blocked")))

    [in_group] = owed(uow)
    assert (in_group.chat_id, in_group.body, in_group.case) == (-8, "masked", case)
    assert (in_group.acknowledge, in_group.tell_if_gone, in_group.fallback) == ((8, 80), True, None)
    now = uow.people.get(person.id)
    assert now is not None
    assert now.reachable is False


def test_where_nobody_can_be_reached_the_deputy_and_staff_are_told(uow: UnitOfWork, desk: Desk) -> None:
    """And whoever wrote it is answered with the reason."""
    station = a_station(uow)
    deputy = a_deputy(uow, station=station)
    staff = a_staff_member(uow, station=station)
    person = a_person(uow)
    case = a_case(uow, author=person, station=station, deputy=deputy).number
    promise = a_promise(
        uow, a_text(person.telegram_id, case=case, acknowledge=(deputy.telegram_id or 0, 80), tell_if_gone=True)
    )

    delivery.record(uow, desk, promise, Receipt(failure=RecipientGone("blocked")))

    told = {(outgoing.chat_id, outgoing.text.key) for outgoing in owed(uow) if outgoing.text}
    assert told == {
        (deputy.telegram_id, "undelivered-gone"),
        (deputy.telegram_id, "constituent-unreachable"),
        (staff.telegram_id, "constituent-unreachable"),
    }


def test_a_source_we_cannot_read_says_nothing_about_the_reader(uow: UnitOfWork, desk: Desk) -> None:
    """The bot was removed from the group out of which a picture is to be copied: the deputy is still there."""
    deputy = a_person(uow)
    group = a_group(uow, present=False)
    promise = a_promise(uow, Outgoing(Send.COPY, deputy.telegram_id, copy_from=group.chat_id, copy_ids=(5,)))

    delivery.record(uow, desk, promise, Receipt(failure=RecipientGone("Forbidden: bot was kicked")))

    now = uow.people.get(deputy.id)
    assert now is not None
    assert now.reachable is True
    assert [aside.id for aside in uow.set_asides.list()] == [promise.id]


def test_a_group_that_moved_gets_it_in_its_new_chat(uow: UnitOfWork, desk: Desk) -> None:
    """Together with all that is owed to it, in order; its binding goes along."""
    station = a_station(uow)
    group = a_group(uow, station=station)
    promise = a_promise(uow, a_text(group.chat_id, reply_to=5))
    uow.outbox.add(a_text(group.chat_id, case=None, body="second"), NOW)

    delivery.record(uow, desk, promise, Receipt(failure=RecipientMoved(-1009)))

    assert [(outgoing.chat_id, outgoing.reply_to, outgoing.body) for outgoing in owed(uow)] == [
        (-1009, None, None),
        (-1009, None, "second"),
    ]
    moved = uow.groups.get(-1009)
    assert moved is not None
    assert moved.station_id == station.id


def test_a_source_that_moved_moves_no_person(uow: UnitOfWork, desk: Desk) -> None:
    """Only groups move."""
    person = a_person(uow)
    promise = a_promise(uow, Outgoing(Send.COPY, person.telegram_id, copy_from=-8, copy_ids=(5,)))

    delivery.record(uow, desk, promise, Receipt(failure=RecipientMoved(-1009)))

    assert uow.people.find(person.telegram_id) is not None
    assert [aside.id for aside in uow.set_asides.list()] == [promise.id]


# --- our mistake ------------------------------------------------------------------------------------------------------


def test_what_telegram_refuses_stands_aside_and_is_told_once(uow: UnitOfWork, desk: Desk) -> None:
    """To the owners; whoever wrote it hears that it did not arrive. The next message goes on."""
    promise = a_promise(uow, a_text(acknowledge=(8, 80)))
    uow.outbox.add(a_text(body="next"), NOW)

    delivery.record(uow, desk, promise, Receipt(failure=OurMistake("Bad Request: odd")))

    assert [(aside.id, aside.error) for aside in uow.set_asides.list()] == [(promise.id, "Bad Request: odd")]
    assert [(outgoing.chat_id, outgoing.text.key) for outgoing in owed(uow) if outgoing.text] == [
        (8, "undelivered-refused"),
        (5, "hello"),
        (OWNER, "set-aside-message"),
    ]


def test_what_tells_of_a_mistake_does_not_tell_of_itself(uow: UnitOfWork, desk: Desk) -> None:
    """Else a mistake in that sentence would go round for ever."""
    told = Outgoing(Send.TEXT, OWNER, text=Text.of("set-aside-message", name="m1", error="x"))

    delivery.record(uow, desk, a_promise(uow, told), Receipt(failure=OurMistake("Bad Request: odd")))

    assert owed(uow) == []
    assert len(uow.set_asides.list()) == 1


# --- reminders, at night ----------------------------------------------------------------------------------------------


def test_a_reminder_whose_turn_comes_at_night_waits_for_the_morning(uow: UnitOfWork, desk: Desk) -> None:
    """After an outage or a restart; what stands behind it in the chat goes out meanwhile."""
    night = replace(desk, now=NOW + timedelta(hours=6))
    reminder = a_promise(uow, a_text(daytime=True))
    uow.outbox.add(a_text(body="talk"), NOW)
    assert delivery.put_off(desk, reminder.outgoing) is None
    assert delivery.put_off(night, a_text()) is None
    asleep = delivery.put_off(night, reminder.outgoing)
    assert asleep is not None

    delivery.record(uow, night, reminder, asleep)

    assert [outgoing.body for outgoing in owed(uow, timedelta(hours=6))] == ["talk"]
    assert [outgoing.daytime for outgoing in owed(uow, timedelta(hours=14, minutes=30))] == [True, False]
