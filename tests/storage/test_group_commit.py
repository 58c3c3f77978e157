"""Many units, one commit: what is shared, and what is not."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storage import group_commit, wakeups
from storage.errors import DatabaseUnavailable
from storage.group_commit import Entry, GroupCommit, Outcome
from storage.sqlite_connection import HandRun, connect
from storage.urls import sqlite_path


class Bench:
    """A connection with a queue before it, on this thread, and a record of what SQLite was told."""

    def __init__(self, path: Path) -> None:
        self.raw: HandRun = connect(path)
        self.told: list[str] = []
        self.delivered: list[list[Outcome]] = []
        self.queue: deque[Entry] = deque()
        self.group = GroupCommit(self.raw, path, self.delivered.append)
        self.loop = asyncio.new_event_loop()
        self.raw.execute("CREATE TABLE note (name TEXT PRIMARY KEY, body BLOB)")
        self.raw.execute("CREATE TABLE child (of TEXT REFERENCES note (name) DEFERRABLE INITIALLY DEFERRED)")
        self.raw.set_trace_callback(self.told.append)

    def hand_in(self, run: Callable[[sa.Connection], Any]) -> asyncio.Future[Any]:
        future = self.loop.create_future()
        self.queue.append(Entry(run, future))
        return future

    def work_off(self) -> list[Outcome]:
        while self.queue:
            self.group.work_off(self.queue)
        return [outcome for group in self.delivered for outcome in group]

    def names(self) -> set[str]:
        return {name for (name,) in self.raw.execute("SELECT name FROM note")}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "group.db")
    yield made
    made.loop.close()
    made.raw.close()


def note(name: str, size: int = 1) -> Callable[[sa.Connection], str]:
    def unit(connection: sa.Connection) -> str:
        connection.exec_driver_sql("INSERT INTO note VALUES (?, zeroblob(?))", (name, size))
        return name

    return unit


def orphan(connection: sa.Connection) -> None:
    connection.exec_driver_sql("INSERT INTO child VALUES ('nobody')")


def orphan_now(connection: sa.Connection) -> None:
    connection.exec_driver_sql("INSERT INTO note VALUES ('one', NULL)")


def test_units_that_queue_up_share_a_commit(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is waited for once, not a hundred times."""
    monkeypatch.setattr(group_commit, "MAX_SECONDS", 10)
    for number in range(100):
        bench.hand_in(note(f"n{number}"))

    outcomes = bench.work_off()

    assert bench.told.count("COMMIT") == 1
    assert "SAVEPOINT unit" not in bench.told
    assert [outcome.result for outcome in outcomes] == [f"n{n}" for n in range(100)]


def test_one_that_fails_undoes_itself_and_nothing_else(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those before it run again, those after it run once, and each hears how it went, in its order."""
    monkeypatch.setattr(group_commit, "MAX_SECONDS", 10)
    ran: list[str] = []

    def counted(name: str) -> Callable[[sa.Connection], str]:
        def unit(connection: sa.Connection) -> str:
            ran.append(name)
            note(name)(connection)
            if name.startswith("bad"):
                raise ValueError(name)
            return name

        return unit

    names = ["one", "two", "bad", "three", "bad too", "four"]
    for name in names:
        bench.hand_in(counted(name))

    outcomes = bench.work_off()

    assert [str(outcome.error) if outcome.error else outcome.result for outcome in outcomes] == names
    assert bench.names() == {"one", "two", "three", "four"}
    assert ran == ["one", "two", "bad", "one", "two", "three", "bad too", "three", "four"]


def test_a_second_one_may_fail_when_those_before_run_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there is time for one at a time only: none is left out."""
    runs: list[int] = []

    def second_time(connection: sa.Connection) -> None:
        runs.append(1)
        note(f"second time {len(runs)}")(connection)
        if len(runs) == 2:
            monkeypatch.setattr(group_commit, "MAX_SECONDS", -1)
            raise KeyError

    monkeypatch.setattr(group_commit, "MAX_SECONDS", 10)
    for run in (note("one"), second_time, note("two"), orphan_now, note("three")):
        bench.hand_in(run)

    one, second, two, bad, three = bench.work_off()

    assert [type(outcome.error) for outcome in (one, second, two, bad, three)] == [
        type(None),
        KeyError,
        type(None),
        sa.exc.IntegrityError,
        type(None),
    ]
    assert bench.names() == {"one", "two", "three"}


def test_a_group_in_which_one_failed_does_not_wake_anybody_twice(bench: Bench) -> None:
    """What a unit that was undone had to tell is forgotten with it."""

    def told(connection: sa.Connection) -> None:
        wakeups.notify(connection, "new", "told")

    def refused(connection: sa.Connection) -> None:
        wakeups.notify(connection, "new", "refused")
        raise ValueError

    for run in (told, refused, told):
        bench.hand_in(run)

    assert [outcome.wakes for outcome in bench.work_off()] == [{"new": ["told"]}, {}, {"new": ["told"]}]


def test_nothing_is_delivered_before_its_commit(bench: Bench) -> None:
    """An answer means: it is on the disk."""
    seen: list[bool] = []
    bench.group._deliver = lambda _: seen.append(bench.raw.in_transaction)
    for number in range(3):
        bench.hand_in(note(f"n{number}"))

    bench.work_off()

    assert seen == [False]


def test_a_group_is_bounded_by_number_and_by_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first who joins does not wait for an endless queue."""
    monkeypatch.setattr(group_commit, "MAX_SECONDS", 10)
    monkeypatch.setattr(group_commit, "MAX_UNITS", 10)
    for number in range(35):
        bench.hand_in(note(f"n{number}"))
    bench.work_off()
    assert [len(group) for group in bench.delivered] == [10, 10, 10, 5]

    bench.delivered.clear()
    monkeypatch.setattr(group_commit, "MAX_SECONDS", 0)
    for number in range(3):
        bench.hand_in(note(f"m{number}"))
    bench.work_off()
    assert [len(group) for group in bench.delivered] == [1, 1, 1]


def test_who_was_cancelled_before_his_turn_is_passed_over(bench: Bench) -> None:
    """Nothing of the unit takes effect."""
    bench.hand_in(note("stays"))
    bench.hand_in(note("gone")).cancel()

    bench.work_off()

    assert bench.names() == {"stays"}


def test_one_whose_promise_breaks_the_commit_does_not_take_the_others_with_it(bench: Bench) -> None:
    """A deferred foreign key speaks up only at COMMIT, when it is everybody's."""
    for run in (note("one"), orphan, note("two")):
        bench.hand_in(run)

    one, bad, two = bench.work_off()

    assert (one.error, two.error) == (None, None)
    assert isinstance(bad.error, sqlite3.IntegrityError)
    assert bench.names() == {"one", "two"}


def test_a_unit_for_which_there_is_no_room_fails_alone(bench: Bench) -> None:
    """SQLite then rolls the whole transaction back by itself; its neighbours fit, and are kept all the same."""
    pages = bench.raw.execute("PRAGMA page_count").fetchone()[0]
    bench.raw.execute(f"PRAGMA max_page_count = {pages + 5}")
    for run in (note("small"), note("large", 1_000_000), note("small too")):
        bench.hand_in(run)

    small, large, too = bench.work_off()

    assert (small.error, too.error) == (None, None)
    assert isinstance(large.error, DatabaseUnavailable)
    assert bench.names() == {"small", "small too"}


def test_an_error_does_not_repeat_what_people_wrote(bench: Bench) -> None:
    """It gets into logs and reports."""
    for _ in range(2):
        bench.hand_in(note("my neighbour beats his dog"))

    _, refused = bench.work_off()

    assert isinstance(refused.error, sa.exc.IntegrityError)
    assert "neighbour" not in str(refused.error)


def test_while_somebody_else_holds_the_file_units_fail_and_later_ones_work(bench: Bench, tmp_path: Path) -> None:
    """Busy is our error, after some patience, and nothing stays broken."""
    bench.raw.execute("PRAGMA busy_timeout = 50")
    with closing(connect(tmp_path / "group.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        bench.hand_in(note("held up"))
        bench.hand_in(note("held up too"))
        outcomes = bench.work_off()
    bench.hand_in(note("afterwards"))
    bench.work_off()

    assert [type(outcome.error) for outcome in outcomes] == [DatabaseUnavailable] * 2
    assert bench.names() == {"afterwards"}


def test_a_savepoint_left_open_does_not_confuse_the_next_unit(bench: Bench) -> None:
    """However untidily a unit ends."""

    def untidy(connection: sa.Connection) -> None:
        connection.begin_nested()
        note("undone")(connection)
        raise ValueError

    for run in (untidy, note("next")):
        bench.hand_in(run)

    _, following = bench.work_off()

    assert following.error is None
    assert bench.names() == {"next"}


def test_a_stop_iteration_reaches_its_caller_as_an_error(bench: Bench) -> None:
    """A future cannot carry one, and the rest of the group must not hang on it."""
    bench.hand_in(lambda _: next(iter(())))

    [outcome] = bench.work_off()

    assert isinstance(outcome.error, RuntimeError)


def test_the_connection_keeps_what_we_promise(bench: Bench, tmp_path: Path) -> None:
    """Durable commits, overwritten deletions, keys checked, and a file that only its owner reads."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}

    assert {name: bench.raw.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    for file in tmp_path.glob("group.db*"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_urls_name_absolute_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Later changes of the working folder do not matter."""
    monkeypatch.chdir(tmp_path)

    assert sqlite_path("sqlite:///data/liaison.db") == tmp_path / "data" / "liaison.db"
    assert sqlite_path("sqlite:////var/lib/liaison.db") == Path("/var/lib/liaison.db")
