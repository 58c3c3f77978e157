"""What every report asks for is read seldom, and a change of it counts at once all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import date, time
from typing import Any

import pytest

from liaisonbot.receptions import Reception, ReceptionState
from liaisonbot.vocabulary import Role
from storage import kept, ready
from storage.database import Database, open_database
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case

DAY = date(2026, 11, 23)


class _Undone(Exception):
    """A unit that raises."""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database[SqlUnitOfWork]]:
    async with await open_database(database_url, unit_of_work=SqlUnitOfWork) as opened:
        await opened.write(_open_office)
        yield opened


def _open_office(uow: SqlUnitOfWork) -> None:
    station = uow.stations.save("A", "阳光联络站", "城东")
    _save(uow, "张三", station.id)


def _save(uow: SqlUnitOfWork, name: str, station: int, telegram_id: int = 11) -> int:
    return uow.roster.save(
        Role.DEPUTY,
        name,
        telegram_id=telegram_id,
        username=None,
        language="zh",
        station_ids=(station,),
        specialties=(),
        now=NOW,
    ).id


def known(uow: SqlUnitOfWork) -> tuple[str, list[str], list[int]]:
    """The station's name, its deputies, and the roster ids of those who are away. Whoever is a deputy is found by their
    account, and nobody else.
    """
    (station,) = uow.stations.all()
    deputies = [entry.name for entry in uow.roster.deputies(station.id)]
    found = [entry.name for account in (11, 12, 13) for entry in uow.roster.of(account, "somebody")]
    assert found == deputies
    return station.name, deputies, list(uow.leaves.on(DAY))


def burdens(uow: SqlUnitOfWork) -> tuple[dict[str, int], int]:
    """By name, how many open cases each deputy has; and how many of them receive that day."""
    (station,) = uow.stations.all()
    deputies = uow.roster.deputies(station.id)
    counts = uow.roster.open_counts([entry.id for entry in deputies])
    return {entry.name: counts[entry.id] for entry in deputies}, len(uow.receptions.on_duty(station.id, DAY))


def _burden(uow: SqlUnitOfWork) -> int:
    """Another case for the deputy, who also receives that day."""
    burdens(uow)
    (station,) = uow.stations.all()
    deputy = uow.roster.deputies(station.id)[0]
    case = a_case(uow, station=station, deputy=deputy)
    if not uow.receptions.on_duty(station.id, DAY):
        hours = (time(9), time(11), "二楼", 30, (deputy.id,))
        uow.receptions.add(Reception(0, None, station.id, DAY, *hours, ReceptionState.PLANNED, None, NOW))
    return case.number


def _change_everything(uow: SqlUnitOfWork) -> None:
    """Another name for the station, another deputy, and that one is away."""
    known(uow)
    station = uow.stations.save("A", "朝阳联络站", "城东")
    retired, *_ = uow.roster.deputies(station.id)
    uow.roster.retire(retired.id, NOW)
    uow.leaves.add(_save(uow, "李四", station.id, 12), DAY, DAY, None, NOW)
    assert known(uow)[:2] == ("朝阳联络站", ["李四"])


async def test_what_was_changed_counts_in_the_next_unit(database: Database[SqlUnitOfWork]) -> None:
    """And in the one that changes it."""
    assert await database.write(known) == ("阳光联络站", ["张三"], [])
    await database.write(_change_everything)
    name, deputies, away = await database.write(known)
    assert (name, deputies, len(away)) == ("朝阳联络站", ["李四"], 1)


async def test_open_cases_and_reception_days_count_in_the_next_unit(
    database: Database[SqlUnitOfWork], database_url: str
) -> None:
    """And in the one that changes them; not where it is undone; and where another process does it."""
    assert await database.write(burdens) == ({"张三": 0}, 0)

    def undone(uow: SqlUnitOfWork) -> None:
        _burden(uow)
        assert burdens(uow) == ({"张三": 1}, 1)
        raise _Undone

    def undone_unasked(uow: SqlUnitOfWork) -> None:
        kept.forget(uow.connection)
        kept.unit_begins(uow.connection)
        a_case(uow, deputy=uow.roster.all()[0])
        burdens(uow)
        raise _Undone

    with pytest.raises(_Undone):
        await database.write(undone_unasked)
    assert await database.write(burdens) == ({"张三": 0}, 0)
    with pytest.raises(_Undone):
        await database.write(undone)
    assert await database.write(burdens) == ({"张三": 0}, 0)

    def partly(uow: SqlUnitOfWork) -> Any:
        with suppress(_Undone), uow.savepoint():
            undone(uow)
        return burdens(uow)

    assert await database.write(partly) == ({"张三": 0}, 0)
    number = await database.write(_burden)
    assert await database.write(burdens) == ({"张三": 1}, 1)
    async with await open_database(database_url, unit_of_work=SqlUnitOfWork) as other:
        await other.write(_burden)
    assert await database.write(burdens) == ({"张三": 2}, 1)
    await database.write(lambda uow: uow.cases.update(number, deputy_id=None))
    assert await database.write(burdens) == ({"张三": 1}, 1)


async def test_cases_are_numbered_on_without_a_gap(database: Database[SqlUnitOfWork], database_url: str) -> None:
    """Whatever is undone in between, by whichever process the one before was opened."""

    def opened(uow: SqlUnitOfWork) -> int:
        return a_case(uow).number

    def undone(uow: SqlUnitOfWork) -> None:
        opened(uow)
        opened(uow)
        raise _Undone

    def partly(uow: SqlUnitOfWork) -> list[int]:
        first = opened(uow)
        with suppress(_Undone), uow.savepoint():
            undone(uow)
        return [first, opened(uow)]

    with pytest.raises(_Undone):
        await database.write(undone)
    assert [await database.write(opened) for _ in range(2)] == [1, 2]
    with pytest.raises(_Undone):
        await database.write(undone)
    assert await database.write(partly) == [3, 4]
    async with await open_database(database_url, unit_of_work=SqlUnitOfWork) as other:
        assert [await other.write(opened) for _ in range(2)] == [5, 6]
        assert await database.write(opened) == 7
        assert await other.write(opened) == 8


async def test_who_comes_back_is_there_again(database: Database[SqlUnitOfWork]) -> None:
    """The end of a leave counts at once."""
    await database.write(_change_everything)
    (away,) = (await database.write(known))[2]
    await database.write(lambda uow: [uow.leaves.over(leave.id, NOW) for leave in uow.leaves.of_deputy(away)])
    assert (await database.write(known))[2] == []


async def test_a_unit_that_is_undone_has_changed_nothing(database: Database[SqlUnitOfWork]) -> None:
    """What it has read of its own changes is not taken for what is there."""

    def undone(uow: SqlUnitOfWork) -> None:
        _change_everything(uow)
        known(uow)
        raise _Undone

    assert await database.write(known) == ("阳光联络站", ["张三"], [])
    with pytest.raises(_Undone):
        await database.write(undone)
    assert await database.write(known) == ("阳光联络站", ["张三"], [])


async def test_part_of_a_unit_that_is_undone_has_changed_nothing(database: Database[SqlUnitOfWork]) -> None:
    """The same within the unit, and after it."""

    def partly(uow: SqlUnitOfWork) -> Any:
        with suppress(_Undone), uow.savepoint():
            _change_everything(uow)
            known(uow)
            raise _Undone
        return known(uow)

    assert await database.write(partly) == ("阳光联络站", ["张三"], [])
    assert await database.write(known) == ("阳光联络站", ["张三"], [])


async def test_what_another_process_changes_counts(database: Database[SqlUnitOfWork], database_url: str) -> None:
    """``roster import`` beside the running bot: the next unit knows."""
    assert await database.write(known) == ("阳光联络站", ["张三"], [])
    async with await open_database(database_url, unit_of_work=SqlUnitOfWork) as other:
        await other.write(_change_everything)
    assert (await database.write(known))[:2] == ("朝阳联络站", ["李四"])


async def test_who_is_known_by_a_username_is_found_by_it_once(database: Database[SqlUnitOfWork]) -> None:
    """Then by the account, also under another name; somebody else who takes the username is nobody."""

    def add(uow: SqlUnitOfWork) -> None:
        assert uow.roster.of(77, "lisi") == []
        about: dict[str, Any] = {"telegram_id": None, "username": "@LiSi", "language": None}
        uow.roster.save(Role.STAFF, "李四", **about, station_ids=(), specialties=(), now=NOW)

    def found(account: int, username: str | None) -> Callable[[SqlUnitOfWork], list[str]]:
        return lambda uow: [entry.name for entry in uow.roster.of(account, username)]

    await database.write(add)
    assert await database.write(found(78, "wangwu")) == []
    assert await database.write(found(77, "LiSi")) == ["李四"]
    assert await database.write(found(77, None)) == ["李四"]
    assert await database.write(found(78, "lisi")) == []


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements SQLite is asked to carry out."""
    asked: list[str] = []
    carried_out: Callable[..., Any] = ready.carried_out

    def noted(raw: Any, sql: str, given: Any, **more: Any) -> Any:
        asked.append(sql)
        return carried_out(raw, sql, given, **more)

    monkeypatch.setattr(ready, "carried_out", noted)
    return asked


async def test_on_sqlite_they_are_read_once(sqlite_url: str, asked: list[str]) -> None:
    """A unit that finds all of it known asks the database for the accounts of those in the roster only."""
    async with await open_database(sqlite_url, unit_of_work=SqlUnitOfWork) as database:
        await database.write(_open_office)
        for unit in (known, burdens):
            await database.write(unit)
        asked.clear()
        for unit in (known, burdens):
            await database.write(unit)
    assert len(asked) == 1
    assert "roster.telegram_id = ?" in asked[0]


async def test_a_unit_that_is_undone_and_wrote_nothing_of_it_leaves_it_known(sqlite_url: str, asked: list[str]) -> None:
    """Every refusal undoes a unit. What the unit before wrote stays, and so does what was read of it."""

    def refused(uow: SqlUnitOfWork) -> None:
        assert uow.roster.of(99, "nobody") == []
        raise _Undone

    async with await open_database(sqlite_url, unit_of_work=SqlUnitOfWork) as database:
        await database.write(_open_office)
        await database.write(known)
        asked.clear()
        with pytest.raises(_Undone):
            await database.write(refused)
        assert await database.write(lambda uow: uow.roster.of(99, None)) == []
    assert asked == []


async def test_what_is_not_there_is_not_kept(database: Database[SqlUnitOfWork]) -> None:
    """Whoever asks for numbers out of thin air fills no memory."""

    def asking(uow: SqlUnitOfWork) -> tuple[int, int]:
        for number in range(1000, 1100):
            assert uow.roster.get(number) is None
            assert uow.stations.get(number) is None
        return len(uow.roster._read), len(uow.stations._read)

    assert max(await database.write(asking)) < 10
