"""What cases are found by is kept once nobody waits, and one that fails stops no other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from handlers import beside
from handlers.indexing import Indexing
from handlers.office import Office
from liaisonbot.finding import Wanted, phrases
from liaisonbot.services import indexing
from storage.unit_of_work import SqlUnitOfWork
from tests.handlers.conftest import eventually, going
from tests.support.makers import a_case, a_letter


async def opened(office: Office, *texts: str) -> None:
    def unit(uow: SqlUnitOfWork, _: Any) -> None:
        for text in texts:
            a_case(uow, letter=a_letter(text))

    await office.write(unit)  # type: ignore[arg-type]


async def found(office: Office, typed: str) -> int:
    def unit(uow: SqlUnitOfWork) -> int:
        return sum(len(part) for part in uow.finding.candidates(Wanted(phrases(typed)), None))

    return await office.memory.read(unit)


async def nothing_owed(office: Office) -> bool:
    return await office.memory.read(lambda uow: not uow.finding.unindexed(1) and uow.finding.indexed_from() <= 1)


async def test_all_is_indexed_also_what_was_there_before(office: Office) -> None:
    """Changes first; then what the migration left to be done."""
    await opened(office, "路灯坏了", "路灯不亮", "水管漏水")

    def as_after_an_upgrade(uow: SqlUnitOfWork, _: Any) -> None:
        uow.connection.exec_driver_sql("DELETE FROM unindexed WHERE case_number < 3")
        uow.finding.set_indexed_from(4)

    await office.write(as_after_an_upgrade)  # type: ignore[arg-type]
    async with going(Indexing(office, lambda: False).run()):
        await eventually(lambda: nothing_owed(office), "all of them")
    assert await found(office, "路灯") == 2
    assert await found(office, "漏水") == 1


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_one_that_fails_costs_no_other_its_entry(
    office: Office, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """Wherever it stands among those that are done together; it goes without one until it changes again."""
    texts = ["路灯坏了", "水管漏水", "电梯停了"]
    whole = indexing.finding.terms

    def fails(said: Iterable[str]) -> frozenset[int]:
        given = list(said)
        if texts[place] in given:
            raise ValueError("a mistake of ours")
        return whole(given)

    monkeypatch.setattr(indexing.finding, "terms", fails)
    monkeypatch.setattr(beside, "GLANCES", 1)
    await opened(office, *texts)
    async with going(Indexing(office, lambda: True).run()):
        await eventually(lambda: nothing_owed(office), "the others")
    assert [await found(office, text[:2]) for text in texts] == [0 if text == texts[place] else 1 for text in texts]


async def test_entries_let_answers_go_first_for_longest(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody misses them: ten times as long as anything else, and not for ever."""
    looks = []

    def somebody_waits() -> bool:
        looks.append(True)
        return True

    monkeypatch.setattr(beside, "GLANCES", 2)
    monkeypatch.setattr(beside, "GLANCE", 0)
    await opened(office, "路灯坏了")
    prepared: list[int] = []
    whole = indexing.prepare

    def counted(uow: Any, *, one_case: bool = False) -> Any:
        prepared.append(len(looks))
        return whole(uow, one_case=one_case)

    monkeypatch.setattr(indexing, "prepare", counted)
    async with going(Indexing(office, somebody_waits).run()):
        await eventually(lambda: nothing_owed(office), "the entry in spite of the load")
    assert prepared[0] == 20


async def test_a_block_that_fails_costs_no_change_its_entry(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The block is left out, what is owed an entry has it."""

    def fails(*given: Any) -> Any:
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(indexing, "prepare_block", fails)
    await opened(office, "路灯坏了", "水管漏水")
    await office.memory.write(lambda uow: uow.finding.set_indexed_from(3))
    async with going(Indexing(office, lambda: True).run()):
        await eventually(lambda: nothing_owed(office), "the changes")
    assert await found(office, "漏水") == await found(office, "路灯") == 1
