"""The way of a message and nothing else: what the guarantees by themselves cost.

An update is stored before it is confirmed, handled once, and its answer stands in the outbox in the transaction that
checks it off; an answer's message is on record before its sender takes the next one. Units share commits, as in
``storage/group_commit.py``, and go through ``Application.process_update``. There are no people, rights, stations,
limits, guard, cards or languages; nothing is retried, no error caught. What LiaisonBot takes longer than this, its
services take.

``python -m benchmarks.skeleton_bot URL TOKEN DATABASE``
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from handlers.backend import Backend

HANDLED_AT_ONCE: Final = 16
IN_FLIGHT: Final = 8
"""As many as in ``handlers/``."""
GROUP_SECONDS: Final = 0.005
ROOM: Final = 400

_TABLES: Final = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE inbox (update_id INTEGER PRIMARY KEY, payload TEXT, handled_at REAL);
CREATE TABLE cases (id INTEGER PRIMARY KEY, chat_id INTEGER, words TEXT);
CREATE TABLE outbox (id INTEGER PRIMARY KEY, chat_id INTEGER, words TEXT, sent INTEGER);
CREATE TABLE links (chat_id INTEGER, message_id INTEGER, case_id INTEGER, PRIMARY KEY (chat_id, message_id));
"""


class Memory:
    """A database file with a thread that runs what is to be one transaction, several to a commit."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.executescript(_TABLES)
        self._loop = asyncio.get_running_loop()
        self._queue: deque[tuple[Callable[[], Any], asyncio.Future[Any]]] = deque()
        self._something = threading.Event()
        threading.Thread(target=self._work, daemon=True).start()

    def write(self, unit: Callable[[], Any]) -> asyncio.Future[Any]:
        """Done when the unit is on the disk."""
        future = self._loop.create_future()
        self._queue.append((unit, future))
        self._something.set()
        return future

    def _work(self) -> None:
        while True:
            self._something.wait()
            self._something.clear()
            while self._queue:
                self._loop.call_soon_threadsafe(_settle, self._group())

    def _group(self) -> list[tuple[asyncio.Future[Any], Any]]:
        done = []
        self.connection.execute("BEGIN IMMEDIATE")
        until = time.monotonic() + GROUP_SECONDS
        while self._queue and time.monotonic() < until:
            unit, future = self._queue.popleft()
            done.append((future, unit()))
        self.connection.execute("COMMIT")
        return done


def _settle(done: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, result in done:
        future.set_result(result)


class Skeleton:
    """Fetches, handles and sends."""

    def __init__(self, url: str, token: str, path: Path) -> None:
        self._memory = Memory(path)
        builder = Application.builder().token(token).base_url(f"{url}/bot").updater(None)
        self._application = builder.request(Backend()).get_updates_request(Backend(read_seconds=40)).build()
        self._application.add_handler(MessageHandler(filters.TEXT, self._on_text))
        self._lanes: dict[int, deque[dict[str, Any]]] = {}
        self._room = asyncio.Semaphore(ROOM)
        self._ready: asyncio.Queue[int] = asyncio.Queue()
        self._outbox: asyncio.Queue[tuple[int, int, int, int, str]] = asyncio.Queue()

    async def run(self) -> None:
        """Until the process is ended."""
        await self._application.initialize()
        workers = [self._handle() for _ in range(HANDLED_AT_ONCE)] + [self._send() for _ in range(IN_FLIGHT)]
        await asyncio.gather(self._fetch(), *workers)

    async def _fetch(self) -> None:
        confirmed: dict[str, int] = {}
        while True:
            asked = {"limit": 100, "timeout": 30, **confirmed}
            updates = await self._application.bot.do_api_request("getUpdates", asked)
            if not updates:
                continue
            rows = [(update["update_id"], json.dumps(update)) for update in updates]
            await self._memory.write(lambda rows=rows: self._store(rows))  # type: ignore[misc]
            confirmed = {"offset": updates[-1]["update_id"] + 1}
            for update in updates:
                await self._room.acquire()
                self._take(update["message"]["chat"]["id"], update)

    def _store(self, rows: Sequence[tuple[int, str]]) -> None:
        self._memory.connection.executemany("INSERT OR IGNORE INTO inbox VALUES (?, ?, NULL)", rows)

    def _take(self, lane: int, update: dict[str, Any]) -> None:
        if lane in self._lanes:
            self._lanes[lane].append(update)
        else:
            self._lanes[lane] = deque([update])
            self._ready.put_nowait(lane)

    async def _handle(self) -> None:
        while True:
            lane = await self._ready.get()
            update = self._lanes[lane].popleft()
            await self._application.process_update(Update.de_json(update, self._application.bot))
            self._room.release()
            if self._lanes[lane]:
                self._ready.put_nowait(lane)
            else:
                del self._lanes[lane]

    async def _on_text(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        said = update.message
        assert said is not None
        chat, message, words = said.chat_id, said.message_id, said.text

        def unit() -> tuple[int, int, int, int, str]:
            write = self._memory.connection.execute
            case = write("INSERT INTO cases (chat_id, words) VALUES (?, ?)", (chat, words)).lastrowid or 0
            receipt = f"已登记：{case}"
            promise = write("INSERT INTO outbox (chat_id, words) VALUES (?, ?)", (chat, receipt)).lastrowid or 0
            write("UPDATE inbox SET handled_at = ? WHERE update_id = ?", (time.time(), update.update_id))
            return chat, message, case, promise, receipt

        self._outbox.put_nowait(await self._memory.write(unit))

    async def _send(self) -> None:
        while True:
            chat, message, case, promise, receipt = await self._outbox.get()
            said = {"chat_id": chat, "text": receipt, "reply_parameters": {"message_id": message}}
            sent = await self._application.bot.do_api_request("sendMessage", said)

            def unit(
                case: int = case, promise: int = promise, row: tuple[int, int] = (chat, sent["message_id"])
            ) -> None:
                self._memory.connection.execute("UPDATE outbox SET sent = 1 WHERE id = ?", (promise,))
                self._memory.connection.execute("INSERT INTO links VALUES (?, ?, ?)", (*row, case))

            await self._memory.write(unit)


async def _run(url: str, token: str, path: Path) -> None:
    await Skeleton(url, token, path).run()


def main() -> None:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("database", type=Path)
    given = parser.parse_args()
    asyncio.run(_run(given.url, given.token, given.database))


if __name__ == "__main__":
    main()
