"""Entries are sealed in the order of their numbers, also where they were committed in another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from liaisonbot.audit import Wrong
from liaisonbot.vocabulary import Role, Stage
from liaisonbot.workflow import Event
from storage.database import Database, open_database
from storage.schema import cases, journal
from storage.schema.sealing import seal_heads, seals
from storage.sealed import BY_TABLE
from storage.seals import Sealer
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.histories import OF_KEY, a_history, audited, found, ids, put_in, sealed_up
from tests.support.makers import NOW, a_case

Bare = Database[SqlUnitOfWork]
CASES = OF_KEY["cases"]


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Bare]:
    """An open database, once on each engine."""
    async with await open_database(database_url, unit_of_work=SqlUnitOfWork) as opened:
        yield opened


@pytest.fixture
async def server(postgres_url: str) -> AsyncIterator[Bare]:
    """An open database on PostgreSQL."""
    async with await open_database(postgres_url, unit_of_work=SqlUnitOfWork) as opened:
        yield opened


async def seal(database: Bare, sealer: Sealer, at_once: int = 500) -> int:
    return await database.beside(lambda uow: sealer.seal(uow.connection, NOW, at_once), writing=True)


async def sealed_entries(database: Bare) -> list[int]:
    statement = sa.select(seals.c.entry).where(seals.c.journal == "cases").order_by(seals.c.entry)
    return await database.read(lambda uow: list(uow.connection.execute(statement).scalars()))


async def test_what_was_committed_is_sealed_in_batches(office: Bare) -> None:
    """Until nothing is left, and then it costs a look only."""
    sealer = Sealer()
    await office.write(a_history)
    assert await office.beside(lambda uow: sealer.anything(uow.connection))

    counts = []
    while count := await seal(office, sealer, at_once=2):
        counts.append(count)

    assert len(counts) > 2
    assert not await office.beside(lambda uow: sealer.anything(uow.connection))
    assert not (await office.read(audited)).findings


async def test_of_two_that_seal_at_a_time_each_entry_gets_one_seal(office: Bare) -> None:
    """A leader that lost its place without noticing does no harm."""
    await office.write(a_history)
    sealers = [Sealer() for _ in range(4)]

    while any(await asyncio.gather(*(seal(office, sealer, at_once=1) for sealer in sealers))):
        pass

    assert not (await office.read(audited)).findings
    assert await sealed_entries(office) == await office.read(lambda uow: ids(uow, CASES))


async def test_a_seal_does_not_go_on_from_a_chain_that_was_cut(office: Bare) -> None:
    """What was tampered with stays to be seen, whatever is sealed after it."""
    await office.write(a_history)
    await office.write(sealed_up)
    await office.write(lambda uow: uow.connection.execute(sa.delete(seal_heads)))

    with pytest.raises(sa.exc.IntegrityError):
        await seal(office, Sealer())

    assert (await office.read(audited)).findings


def test_words_from_before_there_were_seals_get_their_salt(uow: SqlUnitOfWork) -> None:
    """A migration need not write every journal anew."""
    person = a_history(uow)
    uow.connection.execute(sa.update(journal).values(salt=None))
    sealed_up(uow)

    assert not audited(uow).findings
    uow.erasure.erase(person, NOW)
    assert not audited(uow).findings
    assert audited(uow).counts["cases"].emptied > 0


# --- two at a time, on PostgreSQL -------------------------------------------------------------------------------------


def another(uow: SqlUnitOfWork) -> None:
    """One more entry; nothing else, so that nobody waits for anybody's row."""
    case = uow.connection.execute(sa.select(sa.func.min(cases.c.number))).scalar_one()
    stage = Stage.MEDIATION
    uow.journal.add(
        case, at=NOW, by=Role.STAFF, person_id=None, event=Event.URGED, from_stage=stage, to_stage=stage, note="再催"
    )


class Held:
    """A unit that writes an entry, has its number by then, and waits before it commits."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.may_end = threading.Event()

    def __call__(self, uow: SqlUnitOfWork) -> None:
        another(uow)
        self.began.set()
        assert self.may_end.wait(20)


async def test_an_entry_that_is_committed_late_is_sealed_in_its_place(server: Bare, postgres_url: str) -> None:
    """Another took a higher number and was committed first: it waits until nothing can come below it any more."""
    unit, sealer = Held(), Sealer()
    await server.write(a_case)
    assert await seal(server, sealer) == 1
    async with await open_database(postgres_url, unit_of_work=SqlUnitOfWork) as other:
        late = asyncio.create_task(other.write(unit))
        await asyncio.to_thread(unit.began.wait, 20)
        await server.write(another)

        assert await seal(server, sealer) == 0
        assert await seal(server, sealer) == 0
        assert not (await server.read(audited)).findings
        unit.may_end.set()
        await late

    while await seal(server, sealer):
        pass
    entries = await sealed_entries(server)
    assert entries == sorted(entries) == await server.read(lambda uow: ids(uow, CASES))
    assert not (await server.read(audited)).findings


async def test_who_began_later_is_not_waited_for(server: Bare, postgres_url: str) -> None:
    """What they write has higher numbers: under a load that never ends the seals go on."""
    first, second, sealer = Held(), Held(), Sealer()
    await server.write(a_case)
    assert await seal(server, sealer) == 1
    async with await open_database(postgres_url, unit_of_work=SqlUnitOfWork) as other:
        one = asyncio.create_task(other.write(first))
        await asyncio.to_thread(first.began.wait, 20)
        await server.write(another)
        assert await seal(server, sealer) == 0
        two = asyncio.create_task(other.write(second))
        await asyncio.to_thread(second.began.wait, 20)
        first.may_end.set()
        await one

        assert await seal(server, sealer) > 0
        second.may_end.set()
        await two


async def test_a_number_that_was_rolled_back_and_is_filled_later_is_a_forgery(server: Bare) -> None:
    """Whoever was under way has ended by then."""
    sealer = Sealer()
    await server.write(a_case)

    def failing(uow: SqlUnitOfWork) -> None:
        another(uow)
        raise LookupError

    with pytest.raises(LookupError):
        await server.write(failing)
    await server.write(another)
    while await seal(server, sealer):
        pass
    first, last = await sealed_entries(server)
    assert last > first + 1
    assert not (await server.read(audited)).findings

    await server.write(lambda uow: put_in(uow, CASES, first + 1, like=first))

    assert await server.read(found) == {("cases", Wrong.PUT_IN, first + 1)}


async def test_sealing_makes_nobody_run_again(server: Bare, postgres_url: str) -> None:
    """Units that write the journals while it is being sealed, and forget people in it, meet no conflict with that."""
    runs, sealer = 0, Sealer()

    def counted(uow: SqlUnitOfWork) -> None:
        nonlocal runs
        runs += 1
        a_case(uow)

    async def sealing() -> None:
        while not done.is_set():
            await seal(server, sealer)

    done = asyncio.Event()
    task = asyncio.create_task(sealing())
    async with await open_database(postgres_url, unit_of_work=SqlUnitOfWork) as other:
        for _ in range(40):
            await other.write(counted)
    done.set()
    await task

    assert runs == 40
    assert not (await server.read(audited)).findings


async def test_somebody_is_forgotten_while_their_words_are_sealed(server: Bare, postgres_url: str) -> None:
    """Whichever comes first, no salt is left, and the chain is whole."""
    for _ in range(8):
        person = await server.write(a_history)
        async with await open_database(postgres_url, unit_of_work=SqlUnitOfWork) as other:
            forgetting = other.write(lambda uow, person=person: uow.erasure.erase(person, NOW))
            await asyncio.gather(seal(server, Sealer()), forgetting)
        theirs = sa.select(journal.c.salt).where(journal.c.person_id == person.id)
        assert set(await server.read(lambda uow, theirs=theirs: uow.connection.execute(theirs).scalars().all())) == {
            None
        }
    while await seal(server, Sealer()):
        pass
    assert not (await server.read(audited)).findings


async def test_the_head_is_the_same_on_both_engines(sqlite_url: str, postgres_url: str) -> None:
    """What is sealed does not depend on how an engine keeps a moment, a day or a yes."""
    heads = []
    for url in (sqlite_url, postgres_url):
        async with await open_database(url, unit_of_work=SqlUnitOfWork) as database:
            await database.write(a_history)
            contents = await database.read(
                lambda uow: [
                    BY_TABLE[sealed.table].content_of(row).content
                    for sealed in OF_KEY.values()
                    for row in uow.connection.execute(sealed.columns.order_by(sealed.id))
                ]
            )
            heads.append(contents)
    assert heads[0] == heads[1]
    assert len(heads[0]) > 20
