"""Which cases share terms with a text, from an index: on both engines, and for many as for few."""

from __future__ import annotations

from liaisonbot import likeness
from liaisonbot.vocabulary import Outcome, Stage
from storage import terms
from storage.schema import case_terms
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_letter, a_person, a_station

LAMP = "小区东门的路灯坏了好几天了"


def compared(uow: SqlUnitOfWork) -> list[int]:
    """Take every case that is owed a comparison; their numbers."""
    numbers = []
    while (case := uow.terms.next()) is not None and uow.terms.take(case.number):
        numbers.append(case.number)
    return numbers


def found(uow: SqlUnitOfWork, station: int, text: str) -> list[int]:
    compared(uow)
    return [number for number, _ in uow.terms.candidates(station, likeness.numbers(text))]


def test_a_new_case_is_taken_once_to_be_compared_the_oldest_first(uow: SqlUnitOfWork) -> None:
    """One without words, or without a station, is like no other."""
    here = a_station(uow)
    first = a_case(uow, letter=a_letter(LAMP), station=here).number
    second = a_case(uow, letter=a_letter(LAMP), station=here).number
    a_case(uow, letter=a_letter(""), station=here)
    a_case(uow, letter=a_letter(LAMP))
    uow.terms.owe(first)
    assert uow.terms.candidates(here.id, likeness.numbers(LAMP)) == []
    assert compared(uow) == [first, second]
    assert sorted(found(uow, here.id, LAMP)) == [first, second]
    uow.terms.owe(first)
    assert compared(uow) == [first]


def test_a_comparison_can_be_forgone(uow: SqlUnitOfWork) -> None:
    """What cannot be compared must not be tried for ever."""
    number = a_case(uow, letter=a_letter(LAMP), station=a_station(uow)).number
    assert uow.terms.forgo()
    assert not uow.terms.forgo()
    assert number not in compared(uow)


def test_cases_with_the_same_terms_are_found_those_with_most_first(uow: SqlUnitOfWork) -> None:
    """Of that station only."""
    here, there = a_station(uow), a_station(uow)
    little = a_case(uow, letter=a_letter("东门的垃圾没人收"), station=here)
    much = a_case(uow, letter=a_letter("东门路灯坏了"), station=here)
    a_case(uow, letter=a_letter("学校食堂的饭菜太贵"), station=here)
    a_case(uow, letter=a_letter(LAMP), station=there)
    assert found(uow, here.id, LAMP) == [much.number, little.number]
    assert found(uow, here.id, "") == []


def test_only_open_cases_are_found_and_by_their_words_as_they_are_now(uow: SqlUnitOfWork) -> None:
    """Closing, reopening, an edit, and a change of station are followed."""
    here, there = a_station(uow), a_station(uow)
    number = a_case(uow, letter=a_letter(LAMP), station=here).number
    uow.cases.update(number, stage=Stage.CLOSED, outcome=Outcome.DECLINED, closed_at=NOW)
    assert found(uow, here.id, LAMP) == []
    uow.cases.update(number, stage=Stage.MEDIATION, outcome=None, closed_at=None)
    assert found(uow, here.id, LAMP) == [number]
    uow.cases.update(number, station_id=there.id)
    assert found(uow, here.id, LAMP) == []
    assert found(uow, there.id, LAMP) == [number]
    uow.cases.update(number, text="学校食堂的饭菜太贵")
    assert found(uow, there.id, LAMP) == []


def test_a_rare_term_finds_an_old_case_among_many(uow: SqlUnitOfWork) -> None:
    """What everybody writes does not hide what one wrote."""
    here = a_station(uow)
    old = a_case(uow, letter=a_letter("槐荫里路灯坏了"), station=here)
    for _ in range(terms._COMMON + 20):
        a_case(uow, letter=a_letter("路灯坏了"), station=here)
    assert found(uow, here.id, "槐荫里的路灯坏了")[0] == old.number


def test_nothing_of_the_forgotten_is_left_in_the_index(uow: SqlUnitOfWork) -> None:
    """Pairs of characters are words, too."""
    here, person = a_station(uow), a_person(uow)
    a_case(uow, author=person, letter=a_letter(LAMP, sender=person.telegram_id), station=here)
    compared(uow)
    a_case(uow, author=person, letter=a_letter(LAMP, sender=person.telegram_id), station=here)
    uow.erasure.erase(person, NOW)
    assert len(compared(uow)) == 1
    assert uow.connection.execute(case_terms.select()).all() == []


def test_all_can_be_kept_anew(uow: SqlUnitOfWork) -> None:
    """As the migration does, and whoever fills the table by hand."""
    here = a_station(uow)
    number = a_case(uow, letter=a_letter(LAMP), station=here).number
    assert compared(uow) == [number]
    uow.connection.execute(case_terms.delete())
    terms.keep_all_anew(uow.connection)
    assert found(uow, here.id, LAMP) == [number]
