"""New cases are compared once nobody waits for an answer: each once, and one that fails stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest

from handlers import beside as module
from handlers.comparing import Comparing
from handlers.office import Office
from liaisonbot.desk import Desk
from liaisonbot.errors import MemoryUnavailable
from liaisonbot.model import Station
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import similar
from storage.unit_of_work import SqlUnitOfWork
from tests.handlers.conftest import eventually, going
from tests.support.makers import a_case, a_letter, a_person, a_station

LAMP = "小区东门的路灯坏了好几天了"


class Screens:
    """Whether somebody looks at a screen and waits, as the test says."""

    def __init__(self) -> None:
        self.wait = False
        self.looks = 0

    def __call__(self) -> bool:
        self.looks += 1
        return self.wait


@asynccontextmanager
async def going_on(office: Office, screens: Screens) -> AsyncIterator[Comparing]:
    made = Comparing(office, screens)
    async with going(made.run()):
        yield made


@pytest.fixture
def screens() -> Screens:
    return Screens()


async def opened(office: Office, cases: int) -> None:
    """So many cases about the same lamp, each of somebody else."""

    def unit(uow: SqlUnitOfWork, desk: Desk) -> None:
        station: Station = uow.stations.all()[0] if uow.stations.all() else a_station(uow)
        for _ in range(cases):
            person = a_person(uow)
            a_case(uow, author=person, letter=a_letter(LAMP, sender=person.telegram_id), station=station)

    await office.write(unit)  # type: ignore[arg-type]


async def offered(office: Office) -> int:
    now = office.clock.now()
    return len(await office.memory.read(lambda uow: uow.outbox.turn(now, ())))


async def test_each_new_case_is_compared_once_also_those_of_an_earlier_run(office: Office, screens: Screens) -> None:
    """Three are alike: the second and the third are offered something, and it stays at that."""
    await opened(office, 2)
    async with going_on(office, screens):
        await eventually(lambda: _is(office, 1), "the offer that was owed from before")
        await opened(office, 1)
        await eventually(lambda: _is(office, 2), "the offer for a new case")
    async with going_on(office, screens):
        await asyncio.sleep(0.05)
    assert await offered(office) == 2


async def test_who_waits_for_an_answer_comes_first(
    office: Office, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody does, cases are compared by ones, so that under an endless load none waits for ever."""
    monkeypatch.setattr(module, "GLANCES", 1_000_000)
    screens.wait = True
    await opened(office, 2)
    async with going_on(office, screens):
        await eventually(lambda: screens.looks > 5, "some glances")
        assert await offered(office) == 0
    monkeypatch.setattr(module, "GLANCES", 5)
    async with going_on(office, screens):
        await eventually(lambda: _is(office, 1), "an offer in spite of the load")
        await opened(office, 10)
        screens.wait = False
        await eventually(lambda: _is(office, 11), "all of them once nobody waits")


@pytest.mark.parametrize("part", ["search", "offer"])
async def test_one_that_fails_does_not_hold_up_the_others(
    office: Office, screens: Screens, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """It goes without an offer."""
    failed = []

    def fails_once(*given: Any) -> Any:
        if not failed:
            failed.append(True)
            raise ValueError("a mistake of ours")
        return as_before(*given)

    as_before = getattr(similar, part)
    monkeypatch.setattr(similar, part, fails_once)
    await opened(office, 3)
    async with going_on(office, screens):
        await eventually(lambda: _is(office, 1), "the offer for the last")
    assert failed


async def test_a_database_out_of_reach_is_waited_for(
    office: Office, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is given up for it."""
    monkeypatch.setattr(module, "PAUSE_WITHOUT_MEMORY", 0.01)
    failed = []

    def away_twice(uow: UnitOfWork) -> similar.Compared | None:
        if len(failed) < 2:
            failed.append(True)
            raise MemoryUnavailable
        return compare_next(uow)

    compare_next = similar.compare_next
    monkeypatch.setattr(similar, "compare_next", away_twice)
    await opened(office, 2)
    async with going_on(office, screens):
        await eventually(lambda: _is(office, 1), "the offer")


async def test_what_changed_while_it_was_compared_is_not_offered(
    office: Office, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A like case that closed meanwhile is none any more; words that were edited meanwhile are compared anew."""

    async def meanwhile(sql: str) -> None:
        await office.memory.write(lambda uow: uow.connection.exec_driver_sql(sql) and None)

    await opened(office, 2)
    compared = [await office.memory.read(similar.compare_next)]
    await office.write(partial(similar.offer_compared, compared=compared[0]))
    compared.append(await office.memory.read(similar.compare_next))
    assert compared[1].alike == (1,)
    await meanwhile("UPDATE cases SET text = '别的事情，河边有烟' WHERE number = 2")
    await office.write(partial(similar.offer_compared, compared=compared[1]))
    assert await offered(office) == 0
    compared.append(await office.memory.read(similar.compare_next))
    assert (compared[2].case.number, compared[2].alike) == (2, ())

    await opened(office, 1)
    await office.write(partial(similar.offer_compared, compared=compared[2]))
    third = await office.memory.read(similar.compare_next)
    assert third.alike == (1,)
    await meanwhile(
        "UPDATE cases SET stage = 'closed', outcome = 'withdrawn', closed_at = stage_since WHERE number = 1"
    )
    await office.write(partial(similar.offer_compared, compared=third))
    assert await offered(office) == 0


async def test_it_ends_when_told_to(office: Office, screens: Screens) -> None:
    """Also while somebody waits for an answer."""
    screens.wait = True
    await opened(office, 2)
    made = Comparing(office, screens)
    running = asyncio.create_task(made.run())
    await asyncio.sleep(0.02)
    made.stop()
    await asyncio.wait_for(running, 1.0)


async def _is(office: Office, count: int) -> bool:
    return await offered(office) == count
