"""Merges, verdicts and deliveries as they are kept, on both engines."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from liaisonbot.model import Person, Verdict
from liaisonbot.vocabulary import Delivery, Rating, Stage
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_message, a_person, a_station


def of(uow: SqlUnitOfWork, number: int) -> set[int]:
    return {author.person_id for author in uow.cases.authors(number)}


def two_cases(uow: SqlUnitOfWork) -> tuple[int, int, Person, Person]:
    first, second, station = a_person(uow), a_person(uow), a_station(uow)
    into = a_case(uow, author=first, station=station).number
    return into, a_case(uow, author=second, station=station, stage=Stage.MEDIATION).number, first, second


def test_a_merge_brings_the_authors_and_its_undoing_takes_them_back(uow: SqlUnitOfWork) -> None:
    """The part keeps its own all the while."""
    into, part, first, second = two_cases(uow)
    uow.merges.add(part, into, Stage.MEDIATION, NOW)
    assert (uow.merges.into(part), uow.merges.target(part), uow.merges.parts(into)) == (into, into, [part])
    assert of(uow, into) == {first.id, second.id}
    assert [author.by_merge for author in uow.cases.authors(into)] == [False, True]
    assert [case.number for case in uow.merges.newest(None)] == [part]
    assert uow.merges.undo(part, NOW) is Stage.MEDIATION
    assert of(uow, into) == {first.id}
    assert of(uow, part) == {second.id}
    assert (uow.merges.into(part), uow.merges.newest(None)) == (None, [])
    with pytest.raises(LookupError):
        uow.merges.undo(part, NOW)


def test_whom_another_part_brings_stays(uow: SqlUnitOfWork) -> None:
    """Two cases of one person in one whole: a split of either leaves them there."""
    into, part, first, second = two_cases(uow)
    other = a_case(uow, author=second).number
    for each in (part, other):
        uow.merges.add(each, into, Stage.MEDIATION, NOW)
    uow.merges.undo(part, NOW)
    assert of(uow, into) == {first.id, second.id}
    uow.merges.undo(other, NOW)
    assert of(uow, into) == {first.id}


def test_a_case_is_part_of_one_other_at_most(uow: SqlUnitOfWork) -> None:
    """The database holds it, too."""
    into, part, _, _ = two_cases(uow)
    uow.merges.add(part, into, Stage.MEDIATION, NOW)
    with pytest.raises(sa.exc.IntegrityError), uow.savepoint():
        uow.merges.add(part, a_case(uow).number, Stage.MEDIATION, NOW)


def test_who_left_the_whole_has_left_the_part(uow: SqlUnitOfWork) -> None:
    """A split brings nobody back who withdrew."""
    into, part, first, second = two_cases(uow)
    uow.merges.add(part, into, Stage.MEDIATION, NOW)
    uow.cases.leave(into, second.id, NOW)
    assert of(uow, into) == {first.id}
    assert second.id in uow.cases.author_ids(into)
    uow.merges.undo(part, NOW)
    assert of(uow, part) == set()


def test_each_author_has_a_verdict_of_their_own(uow: SqlUnitOfWork) -> None:
    """Given part by part, taken back, and begun anew with the next reply."""
    into, _, first, second = two_cases(uow)
    assert not uow.verdicts.give(into, first.id, NOW, attitude=3).rated
    assert uow.verdicts.give(into, first.id, NOW, result=1).rated
    uow.verdicts.give(into, first.id, NOW, attitude=None)
    uow.verdicts.give(into, second.id, NOW, delivery=2)
    assert uow.verdicts.of(into) == {
        first.id: Verdict(result=Rating.DISSATISFIED),
        second.id: Verdict(delivery=Delivery.PARTLY),
    }
    uow.verdicts.renew(into)
    assert uow.verdicts.of(into) == {}


def test_delivery_is_noted_for_each_author(uow: SqlUnitOfWork) -> None:
    """What arrived in the end has arrived."""
    into, _, first, second = two_cases(uow)
    case = uow.cases.get(into)
    assert case is not None
    row = a_message(uow, case, text="已换新灯")
    uow.messages.missed(row, NOW, first.id)
    uow.messages.delivered(row, NOW, first.id)
    uow.messages.missed(row, NOW, second.id)
    assert uow.messages.deliveries(into) == {row: {first.id: True, second.id: False}}


def test_what_an_author_missed_is_known_until_it_arrives_or_they_leave(uow: SqlUnitOfWork) -> None:
    """By case, with the newest message of it."""
    into, _, first, second = two_cases(uow)
    case = uow.cases.get(into)
    assert case is not None
    rows = [a_message(uow, case, text=text) for text in ("已派人去看", "已换新灯")]
    for row in rows:
        uow.messages.missed(row, NOW, first.id)
        uow.messages.missed(row, NOW, second.id)
    assert uow.messages.missed_by(first.id) == {into: rows[1]}

    uow.messages.delivered(rows[1], NOW, first.id)
    assert uow.messages.missed_by(first.id) == {into: rows[0]}
    uow.messages.delivered(rows[0], NOW, first.id)
    assert uow.messages.missed_by(first.id) == {}

    uow.cases.leave(into, second.id, NOW)
    assert uow.messages.missed_by(second.id) == {}
