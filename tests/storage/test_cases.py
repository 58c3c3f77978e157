"""The cases: opening, reading, changing them, and whose they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from liaisonbot.model import Author
from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import Delivery, Outcome, Rating, ReplyClass, Stage
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_deputy, a_group_chat, a_letter, a_person, a_station
from tests.support.units import a_unit

REFUSED_BY_THE_DATABASE = (sa.exc.IntegrityError, sqlite3.IntegrityError)


def undone(uow: UnitOfWork, work: Callable[[], object]) -> None:
    """Do the work, and let it come to nothing."""
    with suppress(RuntimeError), uow.savepoint():
        work()
        raise RuntimeError


def test_numbers_have_no_gaps(uow: UnitOfWork) -> None:
    """Also when a case is undone: a missing number would look like a case that was made to disappear."""
    first = a_case(uow)
    undone(uow, lambda: a_case(uow))
    second = a_case(uow)

    assert (first.number, second.number) == (1, 2)


def test_a_case_reads_as_it_was_opened(uow: UnitOfWork) -> None:
    """What ``open`` gives is what stands in the database."""
    station = a_station(uow)
    opened = uow.cases.open(
        station_id=station.id,
        category="housing",
        kind="complaint",
        text="屋顶漏水",
        chat_type="group",
        now=NOW,
        due_at=NOW + timedelta(days=2),
    )

    assert uow.cases.get(opened.number) == opened
    assert uow.cases.get(opened.number, lock=True) == opened
    assert opened.anonymous
    assert opened.open
    assert uow.cases.get(4711) is None


def test_every_change_reads_back(uow: UnitOfWork) -> None:
    """The case that ``update`` gives is the one that stands there then, whatever was changed."""
    station, deputy = a_station(uow), a_deputy(uow)
    case = a_case(uow)
    changes = {
        "station_id": station.id,
        "stage": Stage.CLOSED,
        "outcome": Outcome.RESOLVED,
        "deputy_id": deputy.id,
        "category": "health",
        "kind": "enquiry",
        "text": "other words",
        "anonymous": False,
        "stage_since": NOW + timedelta(hours=1),
        "due_at": None,
        "replied_at": NOW + timedelta(hours=2),
        "reply_class": ReplyClass.B,
        "promise_date": (NOW + timedelta(days=9)).date(),
        "attitude": Rating.SATISFIED,
        "result": Rating.DISSATISFIED,
        "rated_at": NOW + timedelta(hours=3),
        "delivery": Delivery.PARTLY,
        "closed_at": NOW + timedelta(hours=4),
    }

    changed = uow.cases.update(case.number, **changes)

    assert changed == replace(case, **changes)  # type: ignore[arg-type]
    assert uow.cases.get(case.number) == changed


@pytest.mark.parametrize("column", ["created_at", "chat_type", "no_such_column"])
def test_what_never_changes_is_refused(uow: UnitOfWork, column: str) -> None:
    """A misspelt column must not be a change that silently does not happen."""
    case = a_case(uow)

    with pytest.raises(ValueError, match=column):
        uow.cases.update(case.number, **{column: 1})
    with pytest.raises(LookupError):
        uow.cases.update(4711, text="words")


def test_a_closed_case_has_an_outcome_and_no_other_has(uow: UnitOfWork) -> None:
    """The database itself holds this, whatever the program does."""
    case = a_case(uow)

    with pytest.raises(REFUSED_BY_THE_DATABASE), uow.savepoint():
        uow.cases.update(case.number, stage=Stage.CLOSED, closed_at=NOW)
    with pytest.raises(REFUSED_BY_THE_DATABASE), uow.savepoint():
        uow.cases.update(case.number, outcome=Outcome.RESOLVED)


def test_an_author_is_known_with_the_place_they_wrote_in(uow: UnitOfWork) -> None:
    """So that the answer goes there, into the same topic, quoting their message."""
    person = a_person(uow)
    letter = a_letter(sender=person.telegram_id, place=a_group_chat(-5, thread_id=3))
    case = a_case(uow, author=person, letter=letter)

    assert uow.cases.authors(case.number) == [
        Author(
            case=case.number,
            person_id=person.id,
            telegram_id=person.telegram_id,
            language="zh",
            reachable=True,
            chat_id=-5,
            chat_type="supergroup",
            thread_id=3,
            message_id=letter.message_id,
        )
    ]
    assert uow.cases.author_ids(case.number) == {person.id}


def test_an_author_who_joined_by_a_button_is_told_in_private(uow: UnitOfWork) -> None:
    """They come after those who wrote, and joining twice makes one author of them."""
    case, joined = a_case(uow), a_person(uow)

    uow.cases.add_author(case.number, joined.id, None, NOW + timedelta(hours=1))
    uow.cases.add_author(case.number, joined.id, a_letter(), NOW + timedelta(hours=2))

    _, author = uow.cases.authors(case.number)
    assert (author.chat_id, author.chat_type, author.message_id) == (joined.telegram_id, "private", None)


@pytest.mark.parametrize(
    ("code", "chosen", "read"),
    [("zh-hans", None, "zh"), ("de", None, "en"), (None, None, "en"), ("zh-hans", "en", "en"), ("en", "zh", "zh")],
)
def test_an_author_reads_their_own_language(database_url: str, code: str | None, chosen: str | None, read: str) -> None:
    """Their own choice leads, then what Telegram says, then the office's language (English in this one)."""
    with a_unit(database_url, default_language="en") as uow:
        person = a_person(uow, language_code=code)
        if chosen:
            uow.people.set_language(person.id, chosen)
        case = a_case(uow, author=person)

        assert [author.language for author in uow.cases.authors(case.number)] == [read]


def test_a_contact_is_what_the_author_chose_to_give(uow: UnitOfWork) -> None:
    """One at a time; giving a phone number does not take the name away."""
    person = a_person(uow)
    case = a_case(uow, author=person)

    uow.cases.set_author_contact(case.number, person.id, name="王" * 200, phone=None)
    uow.cases.set_author_contact(case.number, person.id, name=None, phone="13800138000")

    (author,) = uow.cases.authors(case.number)
    assert (author.name, author.phone) == ("王" * 120, "13800138000")


def test_units_on_two_connections_count_up_the_same_numbers(postgres_url: str) -> None:
    """Workers on PostgreSQL share the counter: the second goes on where the first ended."""
    with a_unit(postgres_url) as one:
        first = a_case(one)
    with a_unit(postgres_url) as two:
        second = a_case(two)

    assert (first.number, second.number) == (1, 2)


def test_a_unit_that_is_undone_leaves_the_loads_as_they_were(uow: SqlUnitOfWork) -> None:
    """The count of open cases belongs to the same transaction as the cases."""
    deputy = a_deputy(uow)

    undone(uow, lambda: a_case(uow, deputy=deputy))

    assert uow.roster.open_counts([deputy.id]) == {deputy.id: 0}
