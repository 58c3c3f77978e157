"""Nobody hears of a commit before the disk has it, though the writer does not wait for the disk."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storage import log_sync
from storage.database import Database, open_database
from storage.errors import LogNotKept
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import sqlite_path
from storage.urls import sqlite_url as url_of
from tests.support.makers import NOW

Sync = Callable[[int], None]


class Disk:
    """The disk under the log: it can be made to wait or to fail, and remembers what it would have after a power cut."""

    def __init__(self, database: Path, kept: Path) -> None:
        self._database = database
        self._kept = kept
        self._really: Sync = log_sync._through
        self.times = 0
        self.may = threading.Event()
        self.may.set()
        self.error: OSError | None = None

    def __call__(self, descriptor: int) -> None:
        assert self.may.wait(10)
        if self.error is not None:
            raise self.error
        self._really(descriptor)
        self.times += 1
        for file in self._database.parent.glob(f"{self._database.name}*"):
            shutil.copy(file, self._kept / file.name)

    def has(self) -> set[str]:
        """The names that are there after a power cut at this moment."""
        with closing(sqlite3.connect(self._kept / self._database.name)) as connection:
            return {key for (key,) in connection.execute("SELECT key FROM done_once")}


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return sqlite_path(sqlite_url)


@pytest.fixture
def disk(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    kept = tmp_path / "after the power cut"
    kept.mkdir()
    made = Disk(path, kept)
    monkeypatch.setattr(log_sync, "_through", made)
    return made


@pytest.fixture
async def database(path: Path, disk: Disk) -> AsyncIterator[Database[SqlUnitOfWork]]:
    async with await open_database(url_of(path), unit_of_work=SqlUnitOfWork) as opened:
        yield opened


def note(name: str) -> Callable[[SqlUnitOfWork], Any]:
    return lambda uow: uow.once.claim(name, NOW)


def names(uow: SqlUnitOfWork) -> set[str]:
    return set(uow.connection.execute(sa.text("SELECT key FROM done_once")).scalars())


async def test_who_was_told_finds_it_after_a_power_cut(database: Database[SqlUnitOfWork], disk: Disk) -> None:
    """However many write at once, and however few times the disk was waited for."""

    async def writes(name: str) -> None:
        await database.write(note(name))
        assert name in disk.has()

    for some in range(5):
        await asyncio.gather(*(writes(f"{some}-{number}") for number in range(20)))
    assert disk.times < 100


async def test_the_writer_goes_on_and_nobody_is_told(database: Database[SqlUnitOfWork], disk: Disk) -> None:
    """While the disk takes its time further units run; their results come in their order, when it has them."""
    disk.may.clear()
    ran, told = asyncio.Event(), []
    loop = asyncio.get_running_loop()

    async def first() -> None:
        told.append(await database.write(note("first")))

    def second(uow: SqlUnitOfWork) -> bool:
        claimed: bool = uow.once.claim("second", NOW)
        loop.call_soon_threadsafe(ran.set)
        return claimed

    one = asyncio.create_task(first())
    await asyncio.sleep(0)
    two = asyncio.create_task(database.write(second))
    async with asyncio.timeout(10):
        await ran.wait()
    assert (told, two.done()) == ([], False)
    disk.may.set()
    assert await two
    assert one.done()
    assert {"first", "second"} <= disk.has()


async def test_what_a_reader_saw_is_on_the_disk(database: Database[SqlUnitOfWork], disk: Disk) -> None:
    """Else a message could go out for a case that a power cut takes back."""
    disk.may.clear()
    written = asyncio.create_task(database.write(note("seen")))
    read = asyncio.create_task(database.read(names))
    done, _ = await asyncio.wait((written, read), timeout=0.2)
    assert not done
    disk.may.set()
    found = await read
    assert found <= disk.has()
    assert await written


async def test_without_anything_new_a_reader_waits_for_nobody(database: Database[SqlUnitOfWork], disk: Disk) -> None:
    """The disk is asked once for each group, and not for what is only read."""
    await database.write(note("old"))
    before = disk.times
    disk.may.clear()
    assert await database.read(names) >= {"old"}
    disk.may.set()
    assert disk.times == before


async def test_a_disk_that_refuses_is_believed_no_more(database: Database[SqlUnitOfWork], disk: Disk) -> None:
    """A second attempt may succeed without what the first has lost: the program has to start again."""
    await database.write(note("kept"))
    disk.error = OSError(5, "Input/output error")
    with pytest.raises(LogNotKept, match="Input/output error"):
        await database.write(note("lost"))
    disk.error = None
    with pytest.raises(LogNotKept, match="start LiaisonBot again"):
        await database.write(note("later"))
    assert "kept" in disk.has()


async def test_one_that_fails_by_itself_asks_nothing_of_the_disk(database: Database[SqlUnitOfWork], disk: Disk) -> None:
    """Nothing of it is to be kept."""
    before = disk.times

    def fails(_: SqlUnitOfWork) -> None:
        raise ValueError

    with pytest.raises(ValueError):
        await database.write(fails)
    assert disk.times == before


async def test_at_the_end_all_is_kept(path: Path, disk: Disk) -> None:
    """Closing waits for what was handed in."""
    async with await open_database(url_of(path), unit_of_work=SqlUnitOfWork) as opened:
        writing = [asyncio.create_task(opened.write(note(f"n{number}"))) for number in range(50)]
        await asyncio.sleep(0)
    assert all([await each for each in writing])
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM done_once").fetchone() == (50,)
