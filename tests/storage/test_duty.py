"""Duty logs, reception days and preferences, on each engine."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from liaisonbot.announcements import Sources
from liaisonbot.duty import DutyEntry, EntryEvent, EntryState
from liaisonbot.model import Attachment
from liaisonbot.receptions import BookingState, Reception, ReceptionState, Rota
from liaisonbot.vocabulary import Role
from storage import erasure
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_deputy, a_person, a_station

TODAY = NOW.date()
ON_RECORD = (EntryState.FILED, EntryState.CONFIRMED)


def an_entry(uow: SqlUnitOfWork, deputy: int, *, day: date = TODAY, **fields: Any) -> DutyEntry:
    values = {"type": "visit", "station_id": None, "state": EntryState.FILED, "now": NOW, **fields}
    return uow.duty.add(deputy_id=deputy, day=day, **values)


def test_an_entry_reads_as_it_was_written(uow: SqlUnitOfWork) -> None:
    """Also what lies in it as JSON; and its journal outlives it."""
    deputy = a_deputy(uow)
    photo = Sources(5, (7,), (Attachment("photo", "F"),))
    entry = an_entry(
        uow, deputy.id, minutes=90, place="和平社区", place_kind="community", sources=photo, acts=("replied",)
    )
    assert uow.duty.get(entry.id) == entry == uow.duty.get(entry.id, lock=True)
    assert (entry.sources, entry.acts, entry.filed_at, entry.counts) == (photo, ("replied",), NOW, True)

    uow.duty.record(entry, EntryEvent.DELETED, at=NOW, by=Role.DEPUTY, person_id=None, text="记错了")
    uow.duty.remove(entry.id)
    assert uow.duty.get(entry.id) is None
    assert [(line.event, line.text) for line in uow.duty.story(entry.id)] == [(EntryEvent.DELETED, "记错了")]


def test_what_was_done_is_counted_by_type_day_and_hours(uow: SqlUnitOfWork) -> None:
    """Within its days, both ends included; drafts and returned entries are not on record."""
    deputy, other = a_deputy(uow), a_deputy(uow)
    for type_, ago in (("visit", 0), ("visit", 0), ("reception", 3), ("visit", 40)):
        an_entry(uow, deputy.id, type=type_, day=TODAY - timedelta(days=ago), minutes=30)
    an_entry(uow, deputy.id, state=EntryState.DRAFT)
    an_entry(uow, deputy.id, state=EntryState.RETURNED, reason="哪一天？")
    an_entry(uow, other.id)
    span = (TODAY - timedelta(days=3), TODAY)

    assert uow.duty.count(deputy.id, *span, states=ON_RECORD) == {"visit": 2, "reception": 1}
    assert uow.duty.days(deputy.id, *span, states=ON_RECORD) == 2
    assert uow.duty.days(deputy.id, *span, states=ON_RECORD, types={"reception"}) == 1
    assert uow.duty.minutes(deputy.id, *span, states=ON_RECORD) == 90
    assert uow.duty.most_used(deputy.id) == ["visit", "reception"]
    found = uow.duty.of_deputy(deputy.id, *span, states=ON_RECORD, limit=2)
    assert [entry.day for entry in found] == [TODAY, TODAY]


def test_what_was_confirmed_since(uow: SqlUnitOfWork) -> None:
    """From that moment on, by day; neither what was taken back nor another deputy's."""
    deputy, other = a_deputy(uow), a_deputy(uow)
    confirmed = {"state": EntryState.CONFIRMED, "confirmed_by": Role.STAFF, "decided_at": NOW}
    today = an_entry(uow, deputy.id, **confirmed)
    before = an_entry(uow, deputy.id, day=TODAY - timedelta(days=1), **confirmed)
    an_entry(uow, deputy.id, **{**confirmed, "decided_at": NOW - timedelta(seconds=1)})
    an_entry(uow, deputy.id)
    an_entry(uow, other.id, **confirmed)
    assert uow.duty.confirmed_since(deputy.id, NOW) == [before, today]
    assert uow.duty.confirmed_since(deputy.id, NOW + timedelta(seconds=1)) == []


def test_who_is_behind(uow: SqlUnitOfWork) -> None:
    """Page by page, by roster id; somebody who left the roster is nobody's business."""
    busy, idle, gone = a_deputy(uow), a_deputy(uow), a_deputy(uow)
    for _ in range(2):
        an_entry(uow, busy.id)
    an_entry(uow, idle.id)
    an_entry(uow, idle.id, state=EntryState.DRAFT)
    uow.roster.retire(gone.id, NOW)
    month = (TODAY.replace(day=1), TODAY)

    assert uow.duty.behind(*month, 2) == [(idle.id, 1)]
    assert uow.duty.behind(*month, 2, after=idle.id) == []
    assert uow.duty.behind(*month, 3, limit=1) == [(busy.id, 2)]


def test_what_waits_for_staff(uow: SqlUnitOfWork) -> None:
    """Of their stations, oldest first; a count for the pages."""
    here, there = a_station(uow), a_station(uow)
    deputy = a_deputy(uow, station=here)
    first, second = an_entry(uow, deputy.id, station_id=here.id), an_entry(uow, deputy.id, station_id=here.id)
    third = an_entry(uow, deputy.id, station_id=there.id)
    an_entry(uow, deputy.id, station_id=here.id, state=EntryState.CONFIRMED, confirmed_by=Role.STAFF)

    assert uow.duty.waiting({here.id}) == ([first, second], 2)
    assert uow.duty.waiting({here.id}, offset=1, limit=1) == ([second], 2)
    assert uow.duty.waiting(None)[1] == 3
    assert third in uow.duty.waiting(None)[0]


def test_a_draft_is_found_by_what_it_was_made_from(uow: SqlUnitOfWork) -> None:
    """One for each deputy, day and origin."""
    deputy = a_deputy(uow)
    draft = an_entry(uow, deputy.id, state=EntryState.DRAFT, origin="case:7")
    assert uow.duty.of_origin(deputy.id, TODAY, "case:7") == draft
    assert uow.duty.of_origin(deputy.id, TODAY, "case:8") is None
    assert draft.filed_at is None


def test_a_missed_meeting_is_noted_once(uow: SqlUnitOfWork) -> None:
    """Said again, it is put right."""
    deputy = a_deputy(uow)
    noted = {"person_id": None, "now": NOW}
    uow.duty.miss(deputy.id, TODAY, "congress", excused=False, text=None, **noted)
    missed = uow.duty.miss(deputy.id, TODAY, "congress", excused=True, text="住院", **noted)
    assert uow.duty.missed(deputy.id, TODAY, TODAY) == [missed]
    assert (missed.excused, missed.text) == (True, "住院")
    uow.duty.unmiss(missed.id)
    assert uow.duty.missed(deputy.id, TODAY, TODAY) == []


def test_a_preference_is_set_and_let_go(uow: SqlUnitOfWork) -> None:
    """Nothing set is what everybody has."""
    person = a_person(uow)
    uow.preferences.set(person.id, "duty_offers", True)
    uow.preferences.set(person.id, "duty_offers", False)
    assert uow.preferences.get(person.id, "duty_offers") is False
    uow.preferences.set(person.id, "duty_offers", None)
    assert uow.preferences.get(person.id, "duty_offers") is None


def a_rota(uow: SqlUnitOfWork) -> Rota:
    station = a_station(uow)
    deputies = (a_deputy(uow, station=station).id, a_deputy(uow, station=station).id)
    new = Rota(0, station.id, "FREQ=MONTHLY;BYDAY=1MO", time(9), time(11), "二楼", 30, deputies, TODAY, None)
    return uow.receptions.add_rota(new, person_id=None, now=NOW)


def a_day(rota: Rota, day: date = TODAY) -> Reception:
    hours = (rota.begins, rota.ends, rota.place, rota.slot_minutes, rota.deputy_ids)
    return Reception(0, rota.id, rota.station_id, day, *hours, ReceptionState.PLANNED, None, NOW)


def test_a_rota_has_each_day_once(uow: SqlUnitOfWork) -> None:
    """And says who is on duty on it; a cancelled day has nobody."""
    rota = a_rota(uow)
    assert uow.receptions.rota(rota.id) == rota
    assert uow.receptions.rotas({rota.station_id}) == [rota]
    held = uow.receptions.add(a_day(rota))
    assert held is not None
    assert uow.receptions.add(a_day(rota)) is None
    assert uow.receptions.get(held.id) == held
    assert held.slots() == [time(9), time(9, 30), time(10), time(10, 30)]
    one, two = rota.deputy_ids
    assert uow.receptions.on_duty(rota.station_id, TODAY) == {one, two}
    assert uow.receptions.on_duty(rota.station_id, TODAY + timedelta(days=1)) == frozenset()
    assert uow.receptions.days_of(one, TODAY) == [TODAY]
    assert uow.receptions.between(TODAY, TODAY, station_ids={rota.station_id}) == [held]

    changed = uow.receptions.update(held.id, deputy_ids=(two,), place="一楼")
    assert (changed.deputy_ids, changed.place) == ((two,), "一楼")
    uow.receptions.update(held.id, state=ReceptionState.CANCELLED)
    assert uow.receptions.on_duty(rota.station_id, TODAY) == frozenset()
    uow.receptions.end_rota(rota.id, NOW)
    assert uow.receptions.rotas({rota.station_id}) == []


def test_a_visit_is_erased_by_its_code_and_again_from_a_backup(uow: SqlUnitOfWork) -> None:
    """Words, name, phone and code go, and the time is free; what a restored backup brings back goes once more."""
    held = uow.receptions.add(a_day(a_rota(uow)))
    assert held is not None
    author, code = uow.people.absent(NOW), "c0de" * 16
    told = {"subject": "漏水", "name": "王大爷", "phone": "13800001111", "code": code}
    teller = a_person(uow).id
    booking = uow.receptions.book(held.id, time(9), author, entered_by=teller, now=NOW, **told)
    assert booking is not None
    assert uow.receptions.by_code(code) == booking
    uow.erasure.erase_absent(author, code, NOW)
    gone = uow.receptions.booking(booking.id)
    assert gone is not None
    assert (gone.subject, gone.name, gone.phone, gone.code, gone.state) == (*[None] * 4, BookingState.CANCELLED)
    uow.receptions.update_booking(booking.id, **told)
    erasure.forget_again(uow.connection)
    assert uow.receptions.by_code(code) is None
    assert uow.receptions.booking(booking.id) == gone


def test_a_slot_is_one_persons(uow: SqlUnitOfWork) -> None:
    """Until they let it go; walking in needs none."""
    rota = a_rota(uow)
    held = uow.receptions.add(a_day(rota))
    assert held is not None
    one, two = a_person(uow), a_person(uow)
    booked = uow.receptions.book(held.id, time(9), one.id, subject="漏水", entered_by=None, now=NOW)
    assert booked is not None
    assert uow.receptions.book(held.id, time(9), two.id, subject=None, entered_by=None, now=NOW) is None
    uow.receptions.update_booking(booked.id, state=BookingState.CANCELLED)
    again = uow.receptions.book(held.id, time(9), two.id, subject=None, entered_by=None, now=NOW)
    walked_in = uow.receptions.book(held.id, None, one.id, subject=None, entered_by=two.id, now=NOW)
    assert again is not None
    assert walked_in is not None
    assert [each.id for each in uow.receptions.bookings(held.id)] == [booked.id, again.id, walked_in.id]
    assert uow.receptions.of_person(one.id, TODAY) == [walked_in]
    assert uow.receptions.booking(again.id) == again
