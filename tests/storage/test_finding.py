"""By what cases are found, on both engines: the same as a look at every text would give."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from liaisonbot.finding import BLOCK, Among, Facet, Wanted, facet, phrases
from liaisonbot.ports import Entry, UnitOfWork
from liaisonbot.services import indexing
from liaisonbot.vocabulary import MessageKind, Role, Stage
from storage import erasure
from storage import finding as module
from storage.backup import backup, restore
from storage.schema import counters, found_by, unindexed
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.connections import connected
from tests.support.makers import NOW, a_case, a_deputy, a_letter, a_message, a_person, a_station

LAMP = "小区东门的路灯坏了"


def found(uow: UnitOfWork, typed: str, among: Among | None = None, **more: object) -> list[int]:
    parts = uow.finding.candidates(Wanted(phrases(typed)), among, **more)  # type: ignore[arg-type]
    return [number for part in parts for number in part]


def test_a_case_is_found_by_all_that_is_said_in_it(uow: SqlUnitOfWork) -> None:
    """Once it was indexed; until then it is among those that are not."""
    case = a_case(uow, letter=a_letter(LAMP))
    a_message(uow, case, by=Role.DEPUTY, kind=MessageKind.REPLY, text="已联系供电公司")
    other = a_case(uow, letter=a_letter("水管漏水"))
    assert found(uow, "路灯") == []
    assert uow.finding.unindexed(10) == [other.number, case.number]
    indexing.all_at_once(uow)
    assert uow.finding.unindexed(10) == []
    assert found(uow, "路灯") == found(uow, "供电 东门") == [case.number]
    assert found(uow, "水") == [other.number]
    assert found(uow, "电梯") == []


def test_by_what_words_went_it_is_found_no_more(uow: SqlUnitOfWork) -> None:
    """After an edit by the new ones only, and no row remains of the old ones."""
    case = a_case(uow, letter=(letter := a_letter(LAMP)))
    indexing.all_at_once(uow)
    assert letter.sender is not None
    row = uow.messages.by_chat(letter.sender.telegram_id, letter.message_id)
    assert row is not None
    uow.messages.edit(row.id, "水管漏水", NOW)
    uow.connection.exec_driver_sql("DELETE FROM message_versions")
    uow.cases.update(case.number, text="水管漏水")
    indexing.all_at_once(uow)
    assert found(uow, "路灯") == []
    assert found(uow, "水管") == [case.number]
    kept = len(uow.connection.execute(found_by.select()).all())
    uow.finding.drop([case.number])
    assert kept > 0
    assert uow.connection.execute(found_by.select()).all() == []


def test_a_case_that_moves_is_found_where_it_is(uow: SqlUnitOfWork) -> None:
    """By its deputy, station, category and stage, and not by those it had."""
    here, there = a_station(uow), a_station(uow)
    one, other = a_deputy(uow, station=here), a_deputy(uow, station=there)
    case = a_case(uow, letter=a_letter(LAMP), station=here, deputy=one)
    indexing.all_at_once(uow)

    def by(kind: Facet, value: int | str) -> list[int]:
        wanted = Wanted(facets={kind: frozenset({facet(kind, value)})})
        return [number for part in uow.finding.candidates(wanted, None) for number in part]

    assert by(Facet.DEPUTY, one.id) == by(Facet.STATION, here.id) == [case.number]
    uow.cases.update(case.number, deputy_id=other.id, station_id=there.id, category="education")
    indexing.all_at_once(uow)
    assert by(Facet.DEPUTY, one.id) == by(Facet.STATION, here.id) == []
    assert by(Facet.DEPUTY, other.id) == by(Facet.STATION, there.id) == by(Facet.CATEGORY, "education") == [case.number]
    assert found(uow, "路灯", Among(frozenset({facet(Facet.STATION, here.id)}))) == []
    assert found(uow, "路灯", Among(frozenset(), frozenset({case.number}))) == [case.number]


def test_what_changes_while_an_entry_is_made_is_not_lost(uow: SqlUnitOfWork) -> None:
    """The entry that was read before is not made: the case is owed another."""
    case = a_case(uow, letter=a_letter(LAMP))
    prepared = indexing.prepare(uow)
    assert prepared is not None
    uow.cases.update(case.number, text=None)
    uow.connection.exec_driver_sql("UPDATE case_messages SET text = NULL")
    indexing.enter(uow, prepared)
    assert found(uow, "路灯") == []
    indexing.all_at_once(uow)
    assert found(uow, "路灯") == []


def test_nothing_of_what_was_forgotten_is_found(uow: SqlUnitOfWork) -> None:
    """At once: not even the numbers of its terms remain. What others said in a case of several is found still."""
    person, other = a_person(uow), a_person(uow)
    case = a_case(uow, author=person, letter=a_letter(LAMP))
    shared = a_case(uow, author=other, letter=a_letter("水管漏水"))
    uow.cases.add_author(shared.number, person.id, joined := a_letter("我家也漏了", sender=person.telegram_id), NOW)
    a_message(uow, shared, letter=joined, person=person)
    indexing.all_at_once(uow)
    assert found(uow, "我家") == [shared.number]
    uow.erasure.erase(person, NOW)
    assert uow.connection.execute(found_by.select()).all() == []
    assert uow.finding.unindexed(9) == [shared.number, case.number]
    indexing.all_at_once(uow)
    assert found(uow, "漏水") == [shared.number]
    assert found(uow, "我家") == found(uow, "路灯") == []


def test_what_cannot_be_indexed_holds_nothing_up(uow: SqlUnitOfWork) -> None:
    """It goes without an entry, also where it is owed several, and its words are gone; so does a block."""
    case = a_case(uow, letter=a_letter(LAMP))
    other = a_case(uow, letter=a_letter("水管漏水"))
    for _ in range(3):
        uow.finding.owe(case.number, anew=True)
    assert indexing.forgo_change(uow)
    assert uow.finding.unindexed(9) == [other.number]
    assert indexing.forgo_change(uow)
    assert not indexing.forgo_change(uow)
    uow.finding.set_indexed_from(3000)
    assert indexing.forgo_block(uow)
    assert uow.finding.indexed_from() == 2 * BLOCK
    assert indexing.forgo_block(uow)
    assert indexing.forgo_block(uow)
    assert not indexing.forgo_block(uow)


def test_a_unit_owes_a_case_its_entry_once(uow: SqlUnitOfWork) -> None:
    """However much happens to it; that words of it went is said besides, and what is undone owes nothing."""
    case = a_case(uow, letter=a_letter(LAMP))
    assert _owed(uow) == [(case.number, False)]
    uow.cases.update(case.number, text="另一盏")
    uow.cases.update(case.number, text="又一盏")
    assert _owed(uow) == [(case.number, False), (case.number, True)]
    indexing.all_at_once(uow)
    assert _owed(uow) == []
    with suppress(LookupError), uow.savepoint():
        uow.cases.update(case.number, category="housing")
        raise LookupError
    assert _owed(uow) == []
    uow.cases.update(case.number, category="housing")
    assert _owed(uow) == [(case.number, False)]


def _owed(uow: SqlUnitOfWork) -> list[tuple[int, bool]]:
    rows = uow.connection.execute(unindexed.select().order_by(unindexed.c.id))
    return [(row.case_number, row.anew) for row in rows]


def test_one_case_can_be_done_alone(uow: SqlUnitOfWork) -> None:
    """All that is owed to the one that has waited longest, and nothing else."""
    case = a_case(uow, letter=a_letter(LAMP))
    other = a_case(uow, letter=a_letter("水管漏水"))
    uow.finding.owe(case.number, anew=True)
    prepared = indexing.prepare(uow, one_case=True)
    assert prepared is not None
    assert prepared.owed.cases == {case.number: True}
    indexing.enter(uow, prepared)
    assert uow.finding.unindexed(9) == [other.number]
    assert found(uow, "路灯") == [case.number]


def test_a_restored_backup_is_searched_as_it_is_and_without_the_forgotten(database_url: str, tmp_path: Path) -> None:
    """Nothing has to be indexed again, and no term of somebody who was forgotten since comes back."""
    with connected(database_url) as connection:
        uow = SqlUnitOfWork(connection)
        gone, stays = a_person(uow), a_person(uow)
        a_case(uow, author=gone, letter=a_letter(LAMP, sender=gone.telegram_id))
        case = a_case(uow, author=stays, letter=a_letter("西门的路灯不亮", sender=stays.telegram_id))
        indexing.all_at_once(uow)
    backup(database_url, tmp_path / "backup")
    with connected(database_url) as connection:
        SqlUnitOfWork(connection).erasure.erase(gone, NOW + timedelta(hours=1))

    restore(database_url, tmp_path / "backup", after_restore=erasure.forget_again)

    with connected(database_url) as connection:
        uow = SqlUnitOfWork(connection)
        assert found(uow, "路灯") == found(uow, "西门") == [case.number]
        assert found(uow, "东门") == found(uow, "小区") == []
        assert {row.cases for row in connection.execute(found_by.select())} == {case.number.to_bytes(2)}


def test_what_was_there_before_the_index_comes_into_it(uow: SqlUnitOfWork) -> None:
    """As the migration leaves it: all but what has its own entry, or is owed one."""
    numbers = [a_case(uow, letter=a_letter(LAMP)).number for _ in range(3)]
    uow.connection.execute(unindexed.delete())
    uow = SqlUnitOfWork(uow.connection)  # the unit that made them is over
    uow.finding.set_indexed_from(numbers[-1] + 1)
    uow.finding.owe(numbers[1])
    block = indexing.prepare_block(uow)
    assert block is not None
    for part in block.parts():
        indexing.fill(uow, block, part)
    indexing.filled(uow, block)
    assert found(uow, "路灯") == [numbers[2], numbers[0]]
    indexing.all_at_once(uow)
    assert found(uow, "路灯") == numbers[::-1]
    assert indexing.prepare_block(uow) is None


@pytest.mark.parametrize("rising", [False, True])
def test_the_index_gives_what_a_look_at_all_cases_gives(uow: SqlUnitOfWork, rising: bool) -> None:
    """Over many blocks, with common words and rare ones, from any number on, in both directions."""
    dice = random.Random(7)
    words = dict(zip(range(8), (0.9, 0.5, 0.2, 0.05, 0.01, 0.002, 0.0005, 0), strict=True))
    cases = {number: {word for word, odds in words.items() if dice.random() < odds} for number in range(1, 30 * BLOCK)}
    uow.connection.execute(counters.insert(), {"name": "case", "value": len(cases)})
    entries = {number: Entry(frozenset(has), frozenset()) for number, has in cases.items() if has}
    uow.finding.enter(entries, {})
    for _ in range(25):
        wanted = set(dice.sample(sorted(words), dice.choice([1, 1, 2, 3])))
        beyond, first = dice.choice([None, dice.randrange(30 * BLOCK)]), dice.choice([1, dice.randrange(30 * BLOCK)])
        numbers = frozenset(dice.sample(range(1, 30 * BLOCK), 3000))
        among = dice.choice([None, Among(frozenset(), numbers)])
        looked = Wanted(facets={Facet(place + 1): frozenset({word}) for place, word in enumerate(wanted)})
        parts = uow.finding.candidates(looked, among, beyond=beyond, first=first, rising=rising)
        seen = [number for part in parts for number in part]
        expected = [
            number
            for number, has in cases.items()
            if wanted <= has
            and (among is None or number in numbers)
            and number >= first
            and (beyond is None or (number > beyond if rising else number < beyond))
        ]
        assert seen == (expected if rising else expected[::-1])


def test_bits_are_kept_shortly() -> None:
    """Few as a list, many as they are; read back they are the same."""
    dice = random.Random(3)
    for count in (1, 2, 63, 64, 65, 500, BLOCK):
        bits = sum(1 << place for place in dice.sample(range(BLOCK), count))
        kept = module._bytes(bits)
        assert module._bits(kept) == bits
        assert len(kept) <= min(2 * count, BLOCK // 8)


def test_a_merged_case_stays_its_authors(uow: SqlUnitOfWork) -> None:
    """Numbers of the cases somebody is an author of, or entered for somebody else."""
    person, staff = a_person(uow), a_person(uow)
    own = a_case(uow, author=person)
    for_another = a_case(uow, author=None)
    absent = a_person(uow)
    uow.cases.add_absent_author(for_another.number, absent.id, entered_by=staff.id, name=None, phone=None, now=NOW)
    assert uow.finding.numbers_of(person.id) == {own.number}
    assert uow.finding.numbers_of(staff.id) == {for_another.number}
    assert uow.finding.cases([own.number])[own.number].stage is Stage.COLLECTION
