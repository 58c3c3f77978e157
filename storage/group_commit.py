"""Many units, one commit: what makes whole units on one connection fast.

Writing a commit through to the disk costs as much as dozens of units. Those that queue up while one commit is under way
share the next one. One that fails undoes itself and nothing else: SQLite copies every page that changes within a
savepoint, so there are none at first; few units fail, and where one does, all is undone and those before it run again,
each with a savepoint of its own.

Everything here runs on the connection's thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage import kept, wakeups
from storage.errors import DatabaseUnavailable
from storage.sqlite_connection import HandRun, overlay, unavailable

# The first who joins a group waits for the last: a bound on that wait, and on what a failing commit takes with it.
MAX_UNITS = 512
MAX_SECONDS = 0.005


@dataclass(slots=True)
class Entry:
    """A unit that waits for its turn, and who waits for it. ``alone``: outside any transaction."""

    run: Callable[[sa.Connection], Any]
    future: asyncio.Future[Any]
    alone: bool = False


@dataclass(slots=True)
class Outcome:
    """How a unit ended: with a result, or with an error, never both."""

    entry: Entry
    result: Any = None
    error: BaseException | None = None
    wakes: wakeups.Rung = field(default_factory=dict)


class _GroupLost(Exception):
    """SQLite has rolled the whole transaction back by itself (disk full, I/O error)."""


class _UnitFailed(Exception):
    """A unit without a savepoint has raised: the whole transaction is to be undone with it."""


class GroupCommit:
    """Works a queue off on one connection. ``deliver`` is called after each commit, with what it settled."""

    def __init__(self, raw: HandRun, path: Path, deliver: Callable[[list[Outcome]], None]) -> None:
        self._raw = raw
        self._path = path
        self._deliver = deliver
        self._connection = overlay(raw)
        self._engine = self._connection.engine
        self._others = 0
        """SQLite's number for what other connections have committed."""
        kept.keep_from_now_on(self._connection)

    def work_off(self, queue: deque[Entry], committing: Callable[[], None] = lambda: None) -> None:
        """One commit's worth of the queue, to which others may append meanwhile.

        ``committing`` is called when the units have run, and what remains is to wait for the disk.
        """
        if queue[0].alone:
            committing()
            self._deliver([self._run_alone(queue.popleft())])
        else:
            self._deliver(self._run_group(queue, committing))

    def _notice_others(self) -> None:
        """What another process has written meanwhile is not as we have read it."""
        (others,) = self._raw.execute("PRAGMA data_version").fetchone()
        if others != self._others:
            self._others = others
            kept.forget(self._connection)

    def _run_alone(self, entry: Entry) -> Outcome:
        try:
            return Outcome(entry, entry.run(self._connection))
        except BaseException as exc:
            return Outcome(entry, error=self._translated(exc))

    def _run_group(
        self, queue: deque[Entry], committing: Callable[[], None] = lambda: None, *, savepoints: bool = False
    ) -> list[Outcome]:
        try:
            self._raw.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as exc:
            return [Outcome(entry, error=self._lost(exc)) for entry in _all(queue)]
        self._notice_others()
        kept.unit_begins(self._connection)
        outcomes: list[Outcome] = []
        deadline = time.monotonic() + MAX_SECONDS
        try:
            while True:
                outcomes.append(Outcome(queue.popleft()))
                self._run_unit(outcomes[-1], savepoint=savepoints)
                if not queue or queue[0].alone or len(outcomes) >= MAX_UNITS or time.monotonic() > deadline:
                    break
            committing()
            self._raw.execute("COMMIT")
        except _UnitFailed as exc:
            self._raw.execute("ROLLBACK")
            self._forget_unit()
            return self._without_the_last(outcomes, exc.__cause__ or exc)
        except BaseException as exc:
            self._roll_back()
            return self._after_failure(outcomes, exc)
        return outcomes

    def _run_unit(self, outcome: Outcome, *, savepoint: bool) -> None:
        if outcome.entry.future.cancelled():
            return
        raw, connection = self._raw, self._connection
        if savepoint:
            raw.execute("SAVEPOINT unit")
            kept.unit_begins(connection)
        raw.lent = True
        try:
            outcome.result = outcome.entry.run(connection)
            raw.lent = False
            _require_transaction(raw)
            outcome.wakes = wakeups.take(connection)
        except BaseException as exc:
            raw.lent = False
            if not raw.in_transaction:
                raise _GroupLost from exc
            if not savepoint:
                raise _UnitFailed from exc
            raw.execute("ROLLBACK TO unit")
            self._forget_unit()
            outcome.error = self._translated(exc)
        if savepoint:
            raw.execute("RELEASE unit")

    def _forget_unit(self) -> None:
        """It was undone, and those before it up to where ``kept`` was told that one begins."""
        wakeups.take(self._connection)
        kept.undo(self._connection)
        # Savepoints it left open are gone, and SQLAlchemy must not go on believing in them.
        self._connection.close()
        self._connection = self._engine.connect()

    def _without_the_last(self, outcomes: list[Outcome], error: BaseException) -> list[Outcome]:
        """The last one failed and everything was undone: the others run again, and no other can take them along.

        Where one of these fails now, the last one may have failed for what that one did, and has another try.
        """
        last = outcomes.pop()
        last.error = self._translated(error)
        again = deque(outcome.entry for outcome in outcomes)
        settled: list[Outcome] = []
        while again:
            settled += self._run_group(again, savepoints=True)
        if any(outcome.error for outcome in settled):
            return settled + self._run_group(deque([last.entry]))
        return [*settled, last]

    def _after_failure(self, outcomes: list[Outcome], error: BaseException) -> list[Outcome]:
        """The group is gone. Where one unit broke it, the others need not suffer for it: each gets its own commit, also
        one that had failed: perhaps for what another did that is gone now.
        """
        if isinstance(error, sqlite3.IntegrityError | _GroupLost) and len(outcomes) > 1:
            return [again for outcome in outcomes for again in self._run_group(deque([outcome.entry]))]
        own = error if isinstance(error, sqlite3.IntegrityError) else self._lost(error)
        return [Outcome(outcome.entry, error=outcome.error or own) for outcome in outcomes]

    def _roll_back(self) -> None:
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")
        kept.forget(self._connection)
        self._forget_unit()

    def _lost(self, error: BaseException) -> DatabaseUnavailable:
        cause = error.__cause__ if isinstance(error, _GroupLost) and error.__cause__ else error
        mine = unavailable(self._path, cause) or DatabaseUnavailable(str(self._path), str(cause))
        mine.__cause__ = cause
        return mine

    def _translated(self, error: BaseException) -> BaseException:
        if isinstance(error, StopIteration):
            # A future refuses to carry this one.
            return RuntimeError("the unit raised StopIteration")
        mine = unavailable(self._path, error)
        if mine is None:
            return error
        mine.__cause__ = error
        return mine


def _require_transaction(raw: HandRun) -> None:
    """Raises where a unit has swallowed the error with which the transaction ended: others would run outside of any."""
    if not raw.in_transaction:
        raise RuntimeError("the unit went on after an error that undid it: let it rise")


def _all(queue: deque[Entry]) -> list[Entry]:
    return [queue.popleft() for _ in range(len(queue))]
