"""SQLite's log is written through to the disk by a thread of its own, while the writer goes on with the next group.

With ``synchronous=FULL`` the writer itself waits for the disk at each COMMIT: 0.5 ms on one machine, 4 ms on another,
in which it could have opened a case or four. So its connection has ``synchronous=NORMAL``, under which SQLite leaves
the log to the operating system at a COMMIT (everything else it still writes through: the log's beginning, and both
files around a checkpoint; https://sqlite.org/pragma.html#pragma_synchronous), and what FULL would do then is done here.
Nobody hears of a commit before that:

- a unit's result, and the bells it rings, go out when the log is on the disk up to its commit;
- what a reader has seen goes out when all that was committed by then is (``SqliteDatabase.read``).

So after a power cut nothing is missing that anybody was told of, as with FULL.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from storage.errors import LogNotKept, reason
from storage.group_commit import Outcome

_through: Final[Callable[[int], None]] = getattr(os, "fdatasync", os.fsync)  # macOS has only the second

Group = list[Outcome]


class LogSync:
    """``settle`` is called on the thread with groups whose commits are on the disk, in their order."""

    def __init__(self, database: Path, settle: Callable[[list[Group]], None]) -> None:
        self._log = database.with_name(f"{database.name}-wal")
        self._settle = settle
        self._waiting: SimpleQueue[Group | None] = SimpleQueue()
        self._open: tuple[int, int] | None = None
        """The log's descriptor, and which file it was."""
        self._failed: LogNotKept | None = None
        self._thread = Thread(target=self._work, name="log", daemon=True)
        self._thread.start()

    def keep(self, group: Group) -> None:
        """The writer has committed these, or undone them."""
        self._waiting.put(group)

    def close(self) -> None:
        """Finish what was handed in. Waits for the disk."""
        self._waiting.put(None)
        self._thread.join()
        if self._open is not None:
            os.close(self._open[0])

    def _work(self) -> None:
        while True:
            groups, over = self._next()
            if groups:
                self._write_through(groups)
                self._settle(groups)
            if over:
                return

    def _next(self) -> tuple[list[Group], bool]:
        """All that waits: however many groups, the disk is waited for once. And whether nothing more will come."""
        first = self._waiting.get()
        groups: list[Group] = []
        while first is not None:
            groups.append(first)
            try:
                first = self._waiting.get_nowait()
            except Empty:
                return groups, False
        return groups, True

    def _write_through(self, groups: list[Group]) -> None:
        committed = [
            outcome for group in groups for outcome in group if outcome.error is None and not outcome.entry.alone
        ]
        if not committed:
            return
        if self._failed is None:
            try:
                _through(self._descriptor())
            except OSError as exc:
                # Whether the disk has it, nobody can say any more: a second attempt may succeed without what the first
                # one lost. What was written is not taken for kept until the program has read it from the disk anew.
                self._failed = LogNotKept(str(self._log), reason(exc))
        if self._failed is not None:
            for outcome in committed:
                outcome.result, outcome.error, outcome.wakes = None, self._failed, {}

    def _descriptor(self) -> int:
        """The log, opened for a look: SQLite's own descriptor is not ours, and the disk is told of the file anyway."""
        found = self._log.stat().st_ino
        if self._open is not None and self._open[1] != found:
            os.close(self._open[0])
            self._open = None
        if self._open is None:
            self._open = os.open(self._log, os.O_RDONLY), found
        return self._open[0]
