"""Many units, one commit: what is shared, and what is not."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from storage import group_commit, kept, wakeups
from storage.errors import DatabaseUnavailable
from storage.group_commit import Entry, GroupCommit, Outcome
from storage.sqlite_connection import HandRun, connect
from storage.unit_of_work import SqlUnitOfWork
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
    _room_for_little(bench)
    for run in (note("small"), note("large", 1_000_000), note("small too")):
        bench.hand_in(run)

    small, large, too = bench.work_off()

    assert (small.error, too.error) == (None, None)
    assert isinstance(large.error, DatabaseUnavailable)
    assert bench.names() == {"small", "small too"}


def _room_for_little(bench: Bench) -> None:
    pages = bench.raw.execute("PRAGMA page_count").fetchone()[0]
    bench.raw.execute(f"PRAGMA max_page_count = {pages + 5}")


@pytest.mark.parametrize("before", [0, 1])
def test_what_a_unit_promised_that_was_lost_is_told_nobody(bench: Bench, before: int) -> None:
    """Whoever waits for the news would send a message which no database knows of."""

    def lost(connection: sa.Connection) -> None:
        wakeups.notify(connection, "new", "lost")
        note("large", 1_000_000)(connection)

    _room_for_little(bench)
    for run in (*[note("small")] * before, lost, lambda connection: wakeups.notify(connection, "new", "kept")):
        bench.hand_in(run)

    assert [outcome.wakes for outcome in bench.work_off()] == [{}] * (before + 1) + [{"new": ["kept"]}]


def test_a_unit_that_swallows_its_loss_is_lost_alone(bench: Bench) -> None:
    """The transaction has ended with it: nothing may run on outside of any, and be kept though its caller hears no."""

    def swallowing(connection: sa.Connection) -> None:
        with suppress(sa.exc.OperationalError):
            note("large", 1_000_000)(connection)

    _room_for_little(bench)
    for run in (note("one"), swallowing, note("two")):
        bench.hand_in(run)

    one, bad, two = bench.work_off()

    assert (one.error, two.error) == (None, None)
    assert isinstance(bad.error, DatabaseUnavailable)
    assert bench.names() == {"one", "two"}


_steps = st.lists(st.sampled_from(["put a", "put b", "try a", "part b", "count", "ring", "refuse", "orphan", "lose"]))


@pytest.fixture(scope="module")
def one_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("group") / "group.db")
    yield made
    made.loop.close()
    made.raw.close()


@given(st.lists(_steps, min_size=1, max_size=8), st.integers(1, 9))
@example([["put a", "orphan"], ["put a"]], 2)  # the second one may have what the first one had only as long as it ran
@settings(max_examples=100, deadline=None)
def test_each_unit_ends_as_if_it_had_a_transaction_of_its_own(
    one_bench: Bench, units: list[list[str]], most: int
) -> None:
    """Whichever of them fail, and however: what each is told, whom it wakes, what it knew, and what stands at last."""
    bench = one_bench
    bench.raw.execute("DELETE FROM note")
    kept.forget(bench.group._connection)
    bench.delivered.clear()
    for number, steps in enumerate(units):
        bench.hand_in(lambda connection, number=number, steps=steps: _carry_out(connection, number, steps))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group_commit, "MAX_SECONDS", 10)
        patch.setattr(group_commit, "MAX_UNITS", most)
        outcomes = bench.work_off()

    names: set[str] = set()
    expected = [_expected(names, number, steps) for number, steps in enumerate(units)]
    assert [
        (_sort(outcome.error) or outcome.result, [news for told in outcome.wakes.values() for news in told])
        for outcome in outcomes
    ] == expected
    assert bench.names() == names


def _sort(error: BaseException | None) -> str | None:
    match error:
        case None:
            return None
        case DatabaseUnavailable():
            return "lost"
        case sa.exc.IntegrityError() | sqlite3.IntegrityError():
            return "conflict"
    return str(error)


def _carry_out(connection: sa.Connection, number: int, steps: Sequence[str]) -> list[int]:
    """How many names there were, each time it counted: it counts on with what is kept, as the real ones do."""
    counted = []
    for step in steps:
        match step.split():
            case ["put", name]:
                _put(connection, name)
            case ["try", name]:
                with suppress(sa.exc.IntegrityError):
                    _put(connection, name)
            case ["part", name]:
                with suppress(sa.exc.IntegrityError, KeyError), SqlUnitOfWork(connection).savepoint():
                    _put(connection, name)
                    raise KeyError
            case ["count"]:
                known = kept.of(connection, "notes")
                if "all" not in known:
                    known["all"] = connection.exec_driver_sql("SELECT count(*) FROM note").scalar_one()
                counted.append(known["all"])
            case ["ring"]:
                wakeups.notify(connection, "new", number)
            case ["refuse"]:
                raise ValueError("refused")
            case ["orphan"]:
                orphan(connection)
            case ["lose"]:
                connection.exec_driver_sql("ROLLBACK")
                raise ValueError("what SQLite says when it has undone everything by itself")
    return counted


def _put(connection: sa.Connection, name: str) -> None:
    known = kept.of(connection, "notes", counting=True)
    note(name)(connection)
    if "all" in known:
        known["all"] += 1


def _expected(names: set[str], number: int, steps: Sequence[str]) -> tuple[Any, list[int]]:
    """The same with a set. It stays as it was unless the unit ends well."""
    mine, counted, rung = set(names), [], []
    for step in steps:
        match step.split():
            case ["put", name]:
                if name in mine:
                    return "conflict", []
                mine.add(name)
            case ["try", name]:
                mine.add(name)
            case ["count"]:
                counted.append(len(mine))
            case ["ring"]:
                rung.append(number)
            case ["refuse"]:
                return "refused", []
            case ["lose"]:
                return "lost", []
    if "orphan" in steps:
        return "conflict", []
    names |= mine
    return counted, rung


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
