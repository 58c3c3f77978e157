"""Files that staff asked for are made by a program of their own, and ended when nobody wants them any more."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from structlog.testing import capture_logs

from handlers import exporting
from handlers.exporting import Exporting
from handlers.office import Office
from liaisonbot.errors import MemoryUnavailable
from liaisonbot.exporting import ExportJob, JobState
from liaisonbot.incoming import Bot
from liaisonbot.model import Person
from liaisonbot.outgoing import Send
from sandbox import Sandbox
from storage.database import open_database
from storage.unit_of_work import SqlUnitOfWork
from tests.handlers.conftest import OWNER, eventually, going, the_settings
from tests.support.makers import a_case, a_letter, a_person

CHAT = OWNER
LAMP = "小区东门的路灯坏了"


def nobody_waits() -> bool:
    return False


def asked_for(uow: SqlUnitOfWork, now: datetime, chat_id: int = CHAT) -> ExportJob:
    """An owner wants all cases."""
    person = uow.people.meet(chat_id, "zh", now)
    return uow.export_jobs.ask(
        person_id=person.id, chat_id=chat_id, language="zh", what="cases", first=None, last=None, format="jsonl",
        personal=False, station_ids=None, message_id=5, now=now,
    )  # fmt: skip


async def furnished(office: Office, cases: int = 1) -> Person:
    def unit(uow: SqlUnitOfWork) -> Person:
        author = a_person(uow)
        for _ in range(cases):
            a_case(uow, author=author, letter=a_letter(LAMP, sender=author.telegram_id))
        asked_for(uow, office.clock.now())
        return author

    return await office.memory.write(unit)


async def waiting(office: Office) -> list[Any]:
    now = office.clock.now()
    return [promise.outgoing for promise in await office.memory.read(lambda uow: uow.outbox.turn(now, ()))]


async def content_of(office: Office) -> bytes:
    """What stands in the file that is owed; nothing as long as there is none."""
    job = await office.memory.read(lambda uow: uow.export_jobs.of(1) or uow.export_jobs.of(2))
    if job is None or job.file_id is None:
        return b""
    file = await office.memory.read(lambda uow: uow.files.get(job.file_id))
    return bytes(file.content)


def programs() -> list[psutil.Process]:
    """Those that make a file for us now."""
    return [each for each in psutil.Process().children() if _makes_a_file(each)]


def _makes_a_file(program: psutil.Process) -> bool:
    try:
        return exporting.PROGRAM in program.cmdline()
    except psutil.Error:  # it has just ended
        return False


@pytest.fixture
async def office(database_url: str, sandbox: Sandbox) -> AsyncIterator[Office]:
    """On either engine: the program opens the database by itself."""
    settings = the_settings(sandbox.url, database_url)
    async with await open_database(database_url, unit_of_work=SqlUnitOfWork) as database:
        yield Office(database, sandbox.clock, settings, Bot(sandbox.bot.id, sandbox.bot.username or ""))


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_a_file_is_made_and_owed(office: Office) -> None:
    """Its message says that it is done, and the file stands behind it; also what an earlier run had begun."""
    await furnished(office, 3)
    await office.memory.write(lambda uow: uow.export_jobs.update(1, state=JobState.RUNNING.value, attempt=1))
    made = Exporting(office, nobody_waits)
    async with going(made.run()):
        content = await eventually(lambda: content_of(office), "the file", seconds=60)

    assert [json.loads(line)["text"] for line in content.decode().splitlines()] == [LAMP] * 3
    owed = await waiting(office)
    assert [each.kind for each in owed if each.chat_id == CHAT][:1] == [Send.EDIT]
    assert programs() == []


@pytest.fixture
def engine() -> str:
    """SQLite, where a test does not name the other one as well."""
    return "sqlite"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """A program that never comes to its end, and looks that are quick."""
    (tmp_path / "never_ends.py").write_text("import time\nwhile True: time.sleep(1)\n")
    monkeypatch.setattr(exporting, "ROOT", tmp_path)
    monkeypatch.setattr(exporting, "PROGRAM", "never_ends")
    monkeypatch.setattr(exporting, "ASK_EVERY", 0.05)


async def test_one_that_is_cancelled_is_ended(office: Office, slow: None) -> None:
    """Soon, and nothing is owed."""
    await furnished(office)
    async with going(Exporting(office, nobody_waits).run()):
        await eventually(programs, "the program")
        await office.memory.write(lambda uow: uow.export_jobs.remove(1))
        await eventually(lambda: not programs(), "its end")
        assert [each.kind for each in await waiting(office) if each.chat_id == CHAT] == []


async def test_who_is_forgotten_meanwhile_is_in_no_file(office: Office, slow: None) -> None:
    """What may have read their words is ended, and begun anew."""
    author = await furnished(office)
    async with going(Exporting(office, nobody_waits).run()):
        (first,) = await eventually(programs, "the program")
        await office.memory.write(lambda uow: uow.erasure.erase(author, office.clock.now()))
        await eventually(lambda: [each for each in programs() if each.pid != first.pid], "another one")
        assert not psutil.pid_exists(first.pid)


async def test_at_the_end_of_the_bot_it_is_ended_and_made_by_the_next_run(office: Office, slow: None) -> None:
    """Nobody waits for it."""
    await furnished(office)
    made = Exporting(office, nobody_waits)
    async with going(made.run()) as running:
        await eventually(programs, "the program")
        made.stop()
        await asyncio.wait_for(running, 5)
    assert programs() == []
    job = await office.memory.read(lambda uow: uow.export_jobs.get(1))
    assert job is not None


async def test_a_program_that_fails_is_told_and_holds_up_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one is made."""
    await furnished(office)
    monkeypatch.setattr(exporting, "PROGRAM", "no_such_program")
    async with going(Exporting(office, nobody_waits).run()):
        await eventually(lambda: waiting(office), "the words")
        await eventually(lambda: _gone(office), "the end of it")


async def _gone(office: Office) -> bool:
    return await office.memory.read(lambda uow: uow.export_jobs.get(1)) is None


async def test_after_the_database_was_away_it_is_begun_anew(office: Office, slow: None) -> None:
    """Nobody has to start the bot again, or ask again."""
    await furnished(office)
    made = Exporting(office, nobody_waits)
    memory, away = office.memory, asyncio.Event()

    class Away:
        """Gone for one look whether the file is still wanted."""

        def __getattr__(self, name: str) -> Any:
            return getattr(memory, name)

        async def read(self, unit: Any, *, unhurried: bool = False) -> Any:
            if away.is_set():
                away.clear()
                raise MemoryUnavailable("gone")
            return await memory.read(unit, unhurried=unhurried)

    office.memory = Away()
    async with going(made.run()):
        (first,) = await eventually(programs, "the program")
        away.set()
        await eventually(lambda: [each for each in programs() if each.pid != first.pid], "another one")
        assert not psutil.pid_exists(first.pid)


async def test_one_that_cannot_be_taken_in_is_given_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is that fails: the bot goes on, and whoever asked is told."""
    await furnished(office)

    async def breaks(self: Exporting, job: ExportJob, path: Path) -> None:
        raise ValueError

    monkeypatch.setattr(Exporting, "_written", breaks)
    async with going(Exporting(office, nobody_waits).run()):
        await eventually(lambda: waiting(office), "the words")
        await eventually(lambda: _gone(office), "the end of it")


async def test_why_a_program_failed_stands_in_the_log(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its place alone: an owner who is told can find it."""
    await furnished(office)
    made = Exporting(office, nobody_waits)
    monkeypatch.setattr(
        made, "_order", lambda job, path: json.dumps({"first": None, "end": None, "what": "cases"}).encode()
    )
    with capture_logs() as logs:
        async with going(made.run()):
            await eventually(lambda: _gone(office), "the end of it", seconds=60)
    (said,) = [entry["error"] for entry in logs if entry["event"] == "an export failed"]
    assert said.startswith("KeyError at terminal.export_program:")


async def test_with_what_a_program_ended_stands_in_the_log(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As it ended by itself: one that has closed its output is not killed while it ends."""
    await furnished(office)
    (tmp_path / "ends_with_three.py").write_text(
        "import os, sys, time\nsys.stdin.read()\nos.close(1)\ntime.sleep(0.2)\nos._exit(3)\n"
    )
    monkeypatch.setattr(exporting, "ROOT", tmp_path)
    monkeypatch.setattr(exporting, "PROGRAM", "ends_with_three")
    with capture_logs() as logs:
        async with going(Exporting(office, nobody_waits).run()):
            await eventually(lambda: _gone(office), "the end of it", seconds=60)
    assert [entry["error"] for entry in logs if entry["event"] == "an export failed"] == ["the program ended with 3"]


async def test_what_a_bot_that_was_killed_left_behind_is_removed(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People's words stand in it; what another bot is writing stays."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await dead.wait()
    left, own, others = (tmp_path / f"{exporting.FOLDER}{of}-x" for of in (dead.pid, os.getpid(), os.getppid()))
    for folder in (left, own, others):
        folder.mkdir()
        (folder / "export.csv").write_text(LAMP)
    async with going(Exporting(office, nobody_waits).run()):
        await eventually(lambda: not left.exists() and not own.exists(), "that they are gone")
    assert others.exists()
