"""Everybody who ever wrote to us."""

from __future__ import annotations

from datetime import timedelta

from liaisonbot.ports import UnitOfWork
from tests.support.makers import NOW, a_person, a_station, a_telegram_id


def test_a_person_is_known_from_the_first_meeting_on(uow: UnitOfWork) -> None:
    """However often somebody writes, they are one person."""
    telegram_id = a_telegram_id()

    first = uow.people.meet(telegram_id, "zh-hans", NOW)
    again = uow.people.meet(telegram_id, "zh-hans", NOW + timedelta(days=1))

    assert again == first
    assert uow.people.find(telegram_id) == uow.people.get(first.id) == first
    assert not first.reachable


def test_the_language_telegram_tells_is_kept_up_to_date(uow: UnitOfWork) -> None:
    """Somebody who switches their phone to English is answered in English; silence changes nothing."""
    person = uow.people.meet(a_telegram_id(), "zh-hans", NOW)

    assert uow.people.meet(person.telegram_id, "en", NOW).language_code == "en"
    assert uow.people.meet(person.telegram_id, None, NOW).language_code == "en"


def test_an_overlong_language_code_is_no_obstacle(uow: UnitOfWork) -> None:
    """Telegram promises nothing about its length, and a message must not fail for it."""
    assert uow.people.meet(a_telegram_id(), "zh-hans-cn-x-something-private", NOW).language_code == "zh-hans-cn-x-som"


def test_what_a_person_chose_is_kept(uow: UnitOfWork) -> None:
    """Language, station, the notice, and whether the private chat is open."""
    person = a_person(uow, reachable=False)
    station = a_station(uow)

    uow.people.set_language(person.id, "en")
    uow.people.set_station(person.id, station.id)
    uow.people.notice_shown(person.id, NOW)
    uow.people.set_reachable(person.telegram_id, True)

    kept = uow.people.get(person.id)
    assert kept is not None
    assert (kept.language, kept.station_id, kept.notice_shown_at, kept.reachable) == ("en", station.id, NOW, True)


def test_the_pace_of_a_person_is_kept(uow: UnitOfWork) -> None:
    """Who is slowed down stays so over a restart, and is told once."""
    person = a_person(uow)
    assert uow.people.pace(person.id) == (None, False)

    uow.people.set_pace(person.id, NOW + timedelta(minutes=1), told=True)

    assert uow.people.pace(person.id) == (NOW + timedelta(minutes=1), True)


def test_nobody_is_found_under_a_number_nobody_has(uow: UnitOfWork) -> None:
    assert uow.people.get(4711) is None
    assert uow.people.find(4711) is None
    assert uow.people.pace(4711) == (None, False)
