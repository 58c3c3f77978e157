"""The one place that reaches behind aiosqlite's public interface."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.connection_thread import ConnectionThread
from storage.sqlite_connection import connect


@pytest.fixture
async def thread(tmp_path: Path) -> AsyncIterator[ConnectionThread]:
    opened = await ConnectionThread.open(lambda: connect(tmp_path / "a.db"))
    yield opened
    await opened.close()


async def test_whole_functions_run_one_after_the_other_on_one_other_thread(thread: ConnectionThread) -> None:
    """Should an upgrade of aiosqlite move what we use, this says so."""
    ran: list[tuple[int, int]] = []

    await asyncio.gather(*(thread.run(lambda n=n: ran.append((n, threading.get_ident()))) for n in range(50)))

    assert [number for number, _ in ran] == list(range(50))
    assert len({ident for _, ident in ran}) == 1
    assert threading.get_ident() not in {ident for _, ident in ran}


async def test_results_and_exceptions_come_back(thread: ConnectionThread) -> None:
    """As if the function had been called here."""
    assert await thread.run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await thread.run(lambda: 1 // 0)


async def test_a_cancelled_caller_does_not_stop_a_function_half_way(thread: ConnectionThread) -> None:
    """Nor those behind it."""
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go_on.wait(10)
        done.set()

    task = asyncio.create_task(thread.run(slow))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()

    assert await thread.run(done.is_set)


async def test_a_connection_that_cannot_be_opened_is_an_error_and_leaves_no_thread(tmp_path: Path) -> None:
    """Nothing is left that would keep the process from ending."""
    with pytest.raises(sqlite3.OperationalError):
        await ConnectionThread.open(lambda: connect(tmp_path / "missing.db", read_only=True))

    assert connection_threads() == []


def connection_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if "_connection_worker" in thread.name]
