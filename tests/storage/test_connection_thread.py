"""The one place that reaches behind aiosqlite's public interface."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from storage import connection_thread
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


async def test_the_loop_stands_still_until_a_function_lets_it_go_on(
    thread: ConnectionThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would only take Python's lock from it at every statement. How long it has patience is not the point here: on
    a busy machine the thread may not even have begun by then.
    """
    pause = connection_thread.PATIENCE / 4
    monkeypatch.setattr(connection_thread, "PATIENCE", 10.0)
    steps: list[str] = []

    def function(enough: Callable[[], None]) -> str:
        steps.append("at work")
        time.sleep(pause)
        steps.append("enough")
        enough()
        return "result"

    running = asyncio.create_task(thread.run_undisturbed(function))
    await asyncio.sleep(0)  # the task begins …
    await asyncio.sleep(0)  # … and hands the function over
    await asyncio.sleep(0)
    steps.append("the loop")

    assert await running == "result"
    assert steps == ["at work", "enough", "the loop"]


async def test_the_loop_does_not_stand_still_for_long(thread: ConnectionThread) -> None:
    """A unit that takes seconds must not keep the bot from answering."""
    go_on = threading.Event()

    running = asyncio.create_task(thread.run_undisturbed(lambda _: go_on.wait(10)))
    began = time.monotonic()
    while not go_on.is_set():
        await asyncio.sleep(0)
        if time.monotonic() - began > connection_thread.PATIENCE:
            go_on.set()

    assert await running
    assert time.monotonic() - began < 5


async def test_an_error_lets_the_loop_go_on_as_well(thread: ConnectionThread) -> None:
    """And comes back, as from any other function."""
    with pytest.raises(ZeroDivisionError):
        await thread.run_undisturbed(lambda _: 1 // 0)


def connection_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if "_connection_worker" in thread.name]
