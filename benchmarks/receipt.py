"""What a report costs the processor, part by part: ``python -m benchmarks.receipt [REPORTS]`` (five seconds for 3,000).

The services and their statements in one process, without loop, calls and disk: five reports to a commit, from people of
whom each writes five times. Processor time says more than the clock while other work runs beside it; the least of many
batches says most.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from benchmarks.reports import various
from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot, IncomingMessage, Place, Sender
from liaisonbot.outgoing import WAKE_UP, Promise, Receipt
from liaisonbot.ports import StoredUpdate, UnitOfWork
from liaisonbot.services import delivery, first_cards, frontdesk
from liaisonbot.settings import Settings
from liaisonbot.vocabulary import Role
from storage import kept, migrate, wakeups
from storage.sqlite_connection import HandRun, connect, overlay
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import sqlite_url

T = TypeVar("T")

REPORTS: Final = 3000
EACH: Final = 5
BATCH: Final = 50
NOW: Final = datetime(2026, 3, 2, 2, tzinfo=UTC)
PAYLOAD: Final = "{" + "x" * 400 + "}"


class Office:
    """A station with four deputies on a connection of its own, and a stopwatch."""

    def __init__(self, raw: HandRun) -> None:
        self._raw = raw
        self._connection = overlay(raw)
        kept.keep_from_now_on(self._connection)
        settings = {"telegram": {"token": "42:BENCH"}, "intake": {"messages_per_minute": 1000}}
        self.desk = Desk(NOW, Settings.model_validate(settings), Bot(42, "liaison_bot"))
        self.took: dict[str, list[float]] = defaultdict(list)
        self._messages: dict[int, int] = defaultdict(int)
        self._unit("set-up", self._open)

    def _open(self, uow: SqlUnitOfWork) -> None:
        station = uow.stations.save("A", "阳光联络站", "城东").id
        about: dict[str, Any] = {"username": None, "language": "zh", "station_ids": (station,), "specialties": ()}
        for place in range(4):
            uow.roster.save(Role.DEPUTY, f"代表{place}", telegram_id=11 + place, **about, now=NOW)

    def _unit(self, name: str, unit: Callable[[SqlUnitOfWork], T]) -> T:
        began = time.thread_time()
        result = unit(SqlUnitOfWork(self._connection, "zh"))
        self.took[name].append(time.thread_time() - began)
        return result

    def report(self, number: int, who: int, text: str) -> None:
        """All that is done for it, but for the calls to Telegram and the search for like cases."""
        said = IncomingMessage(number, Place(who, "private"), Sender(who, None, "zh"), self._next(who), NOW, text)
        update = StoredUpdate(number, who, PAYLOAD)
        self._unit("storing the update", lambda uow: uow.inbox.add([update], NOW))
        self._unit("until the receipt is promised", lambda uow: self._receive(uow, said))
        for promise in wakeups.take(self._connection).get(WAKE_UP, ()):
            self._deliver(promise)

    def _receive(self, uow: UnitOfWork, said: IncomingMessage) -> None:
        frontdesk.receive(uow, self.desk, said)
        uow.inbox.handled(said.update_id, NOW)

    def _deliver(self, promise: Promise) -> None:
        outgoing, receipt = promise.outgoing, Receipt((self._next(promise.outgoing.chat_id),))
        if outgoing.composed is not None:
            self._unit("writing the deputy's card", lambda uow: first_cards.compose(uow, self.desk, outgoing))
        self._unit("recording a delivery", lambda uow: delivery.record(uow, self.desk, promise, receipt))

    def _next(self, chat_id: int) -> int:
        self._messages[chat_id] += 1
        return self._messages[chat_id]


def measure(path: Path, reports: int) -> dict[str, list[float]]:
    """Seconds of processor time of each unit, by what it does."""
    migrate.upgrade(sqlite_url(path))
    with closing(connect(path)) as raw:
        office, words = Office(raw), various(seed=7)
        for number in range(reports):
            if number % EACH == 0:
                raw.execute("BEGIN IMMEDIATE")
            office.report(number + 1, 8_000_000_000 + number % (reports // EACH), next(words))
            if number % EACH == EACH - 1:
                raw.execute("COMMIT")
    return office.took


def main() -> None:
    """Print the least batch and the median of each part."""
    reports = int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        took = measure(Path(folder) / "receipt.db", reports - reports % EACH)
    for name, seconds in took.items():
        batches = [sum(seconds[i : i + BATCH]) / BATCH for i in range(BATCH, len(seconds) - BATCH, BATCH)]
        if batches:
            median = sorted(seconds)[len(seconds) // 2]
            print(
                f"{name:32} least of {len(batches):3} batches {1000 * min(batches):.3f} ms, median {1000 * median:.3f}"
            )


if __name__ == "__main__":
    main()
