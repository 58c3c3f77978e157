"""What is particular to the SQLite file: a disk that fills up, and bytes that must be gone."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from storage import sqlite
from storage.database import Database, open_database
from storage.errors import DatabaseUnavailable, TracesRemain
from storage.schema import counters
from storage.sqlite_connection import connect, overlay
from tests.storage.conftest import bare
from tests.storage.counting import count_up, names, note
from tests.support import live_files

Bare = Database[sa.Connection]


@contextmanager
def no_file_may_grow() -> Iterator[None]:
    """What a full disk feels like to this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_commit_that_fails_is_told_to_everybody_and_nothing_is_kept(sqlite_database: Bare) -> None:
    """The disk is full: all who shared the commit learn it, none of them is half there, and later it works again."""
    await sqlite_database.write(note("before"))

    with no_file_may_grow():
        results = await asyncio.gather(
            *(sqlite_database.write(note(f"n{n}")) for n in range(20)), return_exceptions=True
        )
    await sqlite_database.write(note("after"))

    assert {type(result) for result in results} == {DatabaseUnavailable}
    assert await sqlite_database.read(names) == {"before", "after"}


async def test_erased_bytes_are_in_no_file_any_more(sqlite_database: Bare, tmp_path: Path) -> None:
    """/forget means the bytes, not only the row: neither the database nor its log has them."""
    secrets = [f"secret-{number}-" + "s" * (number * 7 % 100) for number in range(400)]
    for secret in secrets:
        await sqlite_database.write(note(secret))
    assert traces(tmp_path)

    await sqlite_database.write(lambda connection: connection.execute(counters.delete()).rowcount)
    await sqlite_database.erase_traces()

    assert traces(tmp_path) == []


async def test_who_is_forgotten_right_after_others_waits_no_longer_than_was_promised(
    sqlite_database: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rewriting a large file holds up the bot, so those who ask meanwhile share the next one; but it begins in time."""
    rewritten = []

    def slowly(connection: sa.Connection) -> None:
        rewritten.append(time.monotonic())
        time.sleep(0.3)
        connection.execute(counters.delete().where(counters.c.name == "traces"))

    monkeypatch.setattr(sqlite.traces, "rewrite_file", slowly)
    monkeypatch.setattr(sqlite, "_PROMISED_SECONDS", 3.0)
    waited = []
    for _ in range(3):
        await sqlite_database.write(sqlite.traces.note)
        asked = time.monotonic()
        await sqlite_database.erase_traces()
        waited.append(time.monotonic() - asked)

    assert max(waited) < 3.0
    pauses = [after - before - 0.3 for before, after in pairwise(rewritten)]
    assert min(pauses) > 0.1, "they gather"


async def test_words_written_over_are_gone_as_well(sqlite_database: Bare, tmp_path: Path) -> None:
    """Erasure mostly empties a column and keeps the row."""
    for number in range(200):
        await sqlite_database.write(note(f"secret-{number}"))

    await sqlite_database.write(
        lambda connection: (
            connection.execute(counters.update().values(name=sa.func.hex(sa.func.randomblob(8)))).rowcount
        )
    )
    await sqlite_database.erase_traces()

    assert traces(tmp_path) == []


async def test_a_reader_who_does_not_let_go_is_named_and_does_not_stop_the_writer(sqlite_database: Bare) -> None:
    """The log cannot be emptied under a reader; the bot goes on, and the next try succeeds."""
    await sqlite_database.write(note("one"))
    reading, let_go = threading.Event(), threading.Event()

    def hold(connection: sa.Connection) -> None:
        names(connection)
        reading.set()
        let_go.wait(10)

    task = asyncio.create_task(sqlite_database.read(hold))
    await asyncio.to_thread(reading.wait, 10)
    await sqlite_database.write(note("two"))
    with pytest.raises(TracesRemain):
        await sqlite_database.erase_traces(within=0.1)
    await asyncio.wait_for(sqlite_database.write(note("three")), 2)
    let_go.set()
    await task

    await sqlite_database.erase_traces()


async def test_closing_leaves_one_file_that_stands_by_itself(sqlite_url: str, tmp_path: Path) -> None:
    """Whoever copies the file of a stopped bot has everything."""
    database = await open_database(sqlite_url, unit_of_work=bare)
    await database.write(note("one"))

    await database.close()

    assert [file.name for file in tmp_path.iterdir()] == ["liaison.db"]


async def test_what_is_no_database_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """And left as it is."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear station, the lamp is broken." * 50)

    with pytest.raises(DatabaseUnavailable, match="not a database"):
        await open_database(f"sqlite:///{path}", unit_of_work=bare)

    assert path.read_text().startswith("Dear station")


async def test_a_file_that_cannot_be_written_is_told_when_it_is_opened(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not with the first message that is to be kept: SQLite opens it all the same, only to read."""
    monkeypatch.setattr(os, "access", lambda *_: False)

    with pytest.raises(DatabaseUnavailable, match="Permission denied"):
        await open_database(sqlite_url, unit_of_work=bare)


def test_a_link_to_a_file_that_is_not_there_yet_makes_it(tmp_path: Path) -> None:
    """The database may lie on another disk."""
    (tmp_path / "liaison.db").symlink_to(tmp_path / "elsewhere.db")

    with closing(connect(tmp_path / "liaison.db")):
        assert (tmp_path / "elsewhere.db").stat().st_mode & 0o777 == 0o600


async def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    """No traceback for a typing mistake in the configuration."""
    (tmp_path / "file").touch()

    with pytest.raises(DatabaseUnavailable):
        await open_database(f"sqlite:///{tmp_path / 'file' / 'liaison.db'}", unit_of_work=bare)


async def test_what_another_process_commits_wakes_whoever_waits(sqlite_database: Bare, tmp_path: Path) -> None:
    """It cannot ring here: a roster import, or what is put back, would lie there until somebody looks by chance."""
    event = await sqlite_database.wake("outbox")
    await sqlite_database.write(note("ours"))
    writes = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()"
    row = "INSERT INTO counters (name, value) VALUES ('theirs', 0)"
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", writes, str(tmp_path / "liaison.db"), row)
    assert await other.wait() == 0

    await asyncio.wait_for(event.wait(), 5)

    assert await sqlite_database.read(names) == {"ours", "theirs"}


async def test_opening_a_file_once_more_takes_no_lock_from_who_has_it(sqlite_database: Bare, tmp_path: Path) -> None:
    """A second opening here, and then a program that ends, must not fold away the log into which the bot still writes:
    what it commits afterwards would be lost.
    """
    file = tmp_path / "liaison.db"
    await sqlite_database.write(note("before"))
    with closing(connect(file)):
        pass

    looked_at_by_another_program(file)

    await sqlite_database.write(note("after"))
    assert looked_at_by_another_program(file) == {"before", "after"}


def looked_at_by_another_program(file: Path) -> set[str]:
    """The names it sees; the last who closes a file folds the log in and removes it."""
    reads = "import sqlite3, sys; print(*(n for n, in sqlite3.connect(sys.argv[1]).execute(sys.argv[2])))"
    asked = [sys.executable, "-c", reads, str(file), "SELECT name FROM counters"]
    return set(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split())


async def test_one_s_own_commits_and_readers_wake_nobody(
    sqlite_database: Bare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot must not be stirred by itself, by erasing neither, nor by an export."""
    looks: list[int] = []

    def look(connection: sa.Connection) -> int:
        looks.append(commits_of_others(connection))
        return looks[-1]

    commits_of_others = sqlite.commits_of_others
    monkeypatch.setattr(sqlite, "commits_of_others", look)
    monkeypatch.setattr(sqlite, "LISTEN_EVERY", 0.001)
    await sqlite_database.write(note("count"))
    event = await sqlite_database.wake("outbox")
    url = f"sqlite:///{tmp_path / 'liaison.db'}"
    await sqlite_database.erase_traces()
    async with await open_database(url, unit_of_work=bare, read_only=True) as reading:
        while len(looks) < 20:
            await sqlite_database.write(count_up("count"))
            await reading.read(names)

    assert not event.is_set()


def traces(folder: Path) -> list[str]:
    return [name for name, content in live_files.contents(folder).items() if b"secret-" in content]


def test_what_a_statement_means_is_worked_out_once_for_all_connections(tmp_path: Path) -> None:
    """The writer, the readers and whoever looks into the file besides: it takes longer than most statements."""
    spelt = []

    class Spelt(FunctionElement[int]):
        inherit_cache = True
        type = sa.Integer()

    @compiles(Spelt)
    def spell(*_: object, **__: object) -> str:
        spelt.append(1)
        return "1"

    statement = sa.select(Spelt())
    for name in ("one.db", "one.db", "other.db"):
        with closing(connect(tmp_path / name)) as raw:
            assert overlay(raw).execute(statement).scalar() == 1

    assert spelt == [1]
