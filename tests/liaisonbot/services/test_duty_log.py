"""The one door of the duty logs: the table says what can happen, the table of rights who may, the journal keeps it."""

from __future__ import annotations

import itertools

import pytest

from liaisonbot import duty
from liaisonbot.duty import DutyEntry, EntryEvent, EntryState, Period
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Actor
from liaisonbot.services import duty_log
from liaisonbot.vocabulary import Role
from storage.unit_of_work import SqlUnitOfWork
from tests.liaisonbot.services.conftest import ALICE, BOB, OWNER, STAFF
from tests.support.office import Office

DATED = {EntryState.FILED, EntryState.CONFIRMED, EntryState.RETURNED}


def actor(uow: SqlUnitOfWork, office: Office, who: int) -> Actor:
    person = uow.people.meet(who, "zh", office.now)
    staff = next((entry for entry in uow.roster.staff() if entry.telegram_id == who), None)
    deputy = next((entry for entry in uow.roster.deputies() if entry.telegram_id == who), None)
    return Actor(person, deputy=deputy, staff=staff, owner=who == OWNER)


def an_entry(uow: SqlUnitOfWork, office: Office, state: EntryState = EntryState.FILED) -> DutyEntry:
    deputy = uow.roster.deputies()[0]
    return uow.duty.add(
        deputy_id=deputy.id,
        station_id=min(deputy.station_ids),
        type="visit",
        day=office.desk.today,
        state=state,
        now=office.now,
        confirmed_by=Role.STAFF if state is EntryState.CONFIRMED else None,
        reason="哪一天？" if state is EntryState.RETURNED else None,
    )


def the_deputy(uow: SqlUnitOfWork, office: Office) -> Actor:
    account = uow.roster.deputies()[0].telegram_id
    assert account is not None
    return actor(uow, office, account)


def whoever_may(uow: SqlUnitOfWork, office: Office, event: EntryEvent) -> Actor:
    staff = duty_log.NEEDS[event] == "duty:review"
    return actor(uow, office, STAFF) if staff else the_deputy(uow, office)


def test_each_event_needs_the_same_right_in_every_state() -> None:
    """Otherwise a right could not be asked before the state is known."""
    for event in duty_log.NEEDS:
        assert len({row.needs for row in duty.STEPS if row.event is event}) == 1
    pairs = [(state, row.event) for row in duty.STEPS for state in row.when]
    assert len(pairs) == len(set(pairs))


def test_filing_confirming_and_returning_are_kept(office: Office) -> None:
    """Who said so, when, and why; another decision lets go of the former one."""
    with office.unit() as uow:
        mine = the_deputy(uow, office)
        deputy = uow.roster.deputies()[0]
        entry = duty_log.make(
            uow, office.desk, mine, deputy, EntryEvent.FILED, type="visit", day=office.desk.today, text="走访三户"
        )
        staff = actor(uow, office, STAFF)
        returned = duty_log.advance(uow, office.desk, staff, entry.id, EntryEvent.RETURNED, text="哪三户？")
        again = duty_log.advance(uow, office.desk, mine, entry.id, EntryEvent.FILED, changes={"text": "走访李家等三户"})
        confirmed = duty_log.advance(uow, office.desk, staff, entry.id, EntryEvent.CONFIRMED)
        lines = uow.duty.story(entry.id)
    assert (returned.state, returned.reason) == (EntryState.RETURNED, "哪三户？")
    assert (again.state, again.reason, again.text) == (EntryState.FILED, None, "走访李家等三户")
    assert (confirmed.state, confirmed.confirmed_by) == (EntryState.CONFIRMED, Role.STAFF)
    assert [(line.event, line.by) for line in lines] == [
        (EntryEvent.FILED, Role.DEPUTY),
        (EntryEvent.RETURNED, Role.STAFF),
        (EntryEvent.FILED, Role.DEPUTY),
        (EntryEvent.CONFIRMED, Role.STAFF),
    ]


def test_what_is_deleted_leaves_a_line(office: Office) -> None:
    """With the words it had."""
    with office.unit() as uow:
        mine = the_deputy(uow, office)
        deputy = uow.roster.deputies()[0]
        day = office.desk.today
        entry = duty_log.make(uow, office.desk, mine, deputy, EntryEvent.FILED, type="visit", day=day, text="记错了的")
        duty_log.advance(uow, office.desk, mine, entry.id, EntryEvent.DELETED, text="记错了")
        assert uow.duty.get(entry.id) is None
        line = uow.duty.story(entry.id)[-1]
    assert (line.event, line.text, line.details["words"]) == (EntryEvent.DELETED, "记错了", "记错了的")


@pytest.mark.parametrize(("state", "event"), list(itertools.product(EntryState, duty_log.NEEDS)))
def test_what_the_table_does_not_know_is_refused_in_words(office: Office, state: EntryState, event: EntryEvent) -> None:
    """And changes nothing."""
    with office.unit() as uow:
        entry = an_entry(uow, office, state)
        whoever = whoever_may(uow, office, event)
        if duty.step(state, event) is None:
            refusal = NotFound if state is EntryState.DRAFT and whoever.staff else Refused
            with pytest.raises(refusal):
                duty_log.advance(uow, office.desk, whoever, entry.id, event, text="x")
            assert uow.duty.get(entry.id) == entry
        else:
            duty_log.advance(uow, office.desk, whoever, entry.id, event, text="x")


def test_what_is_not_yours_answers_like_what_does_not_exist(office: Office) -> None:
    """A constituent, another deputy, staff before it is filed; and nobody confirms their own."""
    with office.unit() as uow:
        filed, draft = an_entry(uow, office), an_entry(uow, office, EntryState.DRAFT)
        others = [deputy.telegram_id for deputy in uow.roster.deputies()[1:] if deputy.telegram_id]
        for who in (ALICE, BOB, *others):
            with pytest.raises(NotFound) as told:
                duty_log.advance(uow, office.desk, actor(uow, office, who), filed.id, EntryEvent.CONFIRMED)
            assert told.value.key == "duty-not-found"
        for event in (EntryEvent.CONFIRMED, EntryEvent.RETURNED):
            with pytest.raises(NotFound):
                duty_log.advance(uow, office.desk, actor(uow, office, STAFF), draft.id, event)
        mine = the_deputy(uow, office)
        both = Actor(mine.person, deputy=mine.deputy, staff=actor(uow, office, STAFF).staff, owner=True)
        with pytest.raises(NotFound):
            duty_log.advance(uow, office.desk, both, filed.id, EntryEvent.CONFIRMED)


def test_periods_are_those_of_the_calendar() -> None:
    """First and last day of the month, quarter and year a day is in."""
    from datetime import date

    day = date(2026, 11, 25)
    assert Period.MONTH.around(day) == (date(2026, 11, 1), date(2026, 11, 30))
    assert Period.QUARTER.around(day) == (date(2026, 10, 1), date(2026, 12, 31))
    assert Period.YEAR.around(day) == (date(2026, 1, 1), date(2026, 12, 31))
    assert Period.QUARTER.around(date(2026, 2, 28)) == (date(2026, 1, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("words", "key"), [("接待选民", "reception"), ("走访", "visit"), ("Visit", "visit"), ("调 研", "research")]
)
def test_types_are_known_by_their_names(words: str, key: str) -> None:
    """In either language, by key, and by what people call them."""
    found = duty.by_name(words)
    assert found is not None
    assert found.key == key
