"""Summaries are made beside everything else: words at once, files by a program that is ended when nobody wants them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from handlers import summarising, workshop
from handlers.office import Office
from handlers.summarising import Drawing, Summarising
from liaisonbot import reports
from liaisonbot.outgoing import Outgoing, StoredFile
from liaisonbot.settings import Settings
from liaisonbot.summaries import SummaryJob
from storage.schema import outbox
from storage.unit_of_work import SqlUnitOfWork
from tests.handlers.conftest import eventually, going
from tests.support.makers import a_case

CHAT = 6001
OWNERS = range(CHAT, CHAT + 4)
PROGRAM = "liaisonbot.reports"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Whoever asks here may: who may no more gets nothing."""
    access = settings.access.model_copy(update={"owner_ids": tuple(OWNERS)})
    return settings.model_copy(update={"access": access})


def never() -> bool:
    return False


async def asked_for(office: Office, what: str, chat_id: int = CHAT, window: str | None = None) -> SummaryJob:
    """An owner has asked for it, and the message that says so is there. There is one case."""

    def unit(uow: SqlUnitOfWork) -> SummaryJob:
        a_case(uow, now=office.clock.now())
        person = uow.people.meet(chat_id, "zh", office.clock.now())
        return uow.summary_jobs.ask(
            person_id=person.id, chat_id=chat_id, language="zh", window=window or this_week(office),
            station_ids=None, what=what, message_id=5, now=office.clock.now(),
        )  # fmt: skip

    return await office.memory.write(unit)


def this_week(office: Office) -> str:
    year, week, _ = office.desk().today.isocalendar()
    return f"{year}-W{week:02}"


async def owed(office: Office, chat_id: int = CHAT) -> list[Outgoing]:
    now = office.clock.now()
    promises = await office.memory.read(lambda uow: uow.outbox.turn(now, (), 64, 20))
    return [promise.outgoing for promise in promises if promise.outgoing.chat_id == chat_id]


async def file_owed(office: Office, chat_id: int = CHAT) -> StoredFile | None:
    """What stands behind the words, as it would be sent."""

    def unit(uow: SqlUnitOfWork) -> StoredFile | None:
        here = select(outbox.c.file_id).where(outbox.c.chat_id == chat_id, outbox.c.file_id.isnot(None))
        number = uow.connection.execute(here).scalar()
        return None if number is None else uow.files.get(number)

    return await office.memory.read(unit)


async def job_left(office: Office, job: SummaryJob) -> SummaryJob | None:
    return await office.memory.read(lambda uow: uow.summary_jobs.get(job.id))


def programs() -> list[psutil.Process]:
    """Those that make a file for us now."""
    return [each for each in psutil.Process().children() if _makes_a_file(each)]


def _makes_a_file(program: psutil.Process) -> bool:
    try:
        return PROGRAM in program.cmdline()
    except psutil.Error:  # it has just ended
        return False


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Put other lines in the place of the program that makes files; looks are quick."""
    folder = tmp_path / "program" / "liaisonbot" / "reports"
    folder.mkdir(parents=True)
    for package in (folder.parent, folder):
        (package / "__init__.py").write_text("")
    monkeypatch.setattr(workshop, "ROOT", tmp_path / "program")
    monkeypatch.setattr(summarising, "ASK_EVERY", 0.05)
    return lambda lines: (folder / "__main__.py").write_text(lines) and None


ENDLESS = "import time\nwhile True: time.sleep(1)\n"
QUICK = "import sys\nsys.stdin.buffer.read()\nprint('made')\n"


async def test_what_was_asked_for_is_owed_when_it_is_whole(office: Office) -> None:
    """So nobody's messages wait behind the making of it."""
    job = await asked_for(office, "xlsx")
    async with going(Drawing(office, never).run()):
        stored = await eventually(lambda: file_owed(office), "the file", seconds=60)

    assert stored.content.startswith(b"PK\x03\x04")
    assert stored.maker is None
    assert await job_left(office, job) is None
    said = [each.text.key for each in await owed(office) if each.text is not None]
    assert said == ["summary-file-ready"], "how far it was has given way to the answer"


async def test_words_are_told_while_files_are_made(office: Office, program: Callable[[str], None]) -> None:
    """Whoever asks for figures waits for nobody's workbook."""
    program(ENDLESS)
    await asked_for(office, "docx")
    async with going(Drawing(office, never).run()), going(Summarising(office, never).run()):
        await eventually(programs, "the program")
        job = await asked_for(office, "chat", chat_id=6002)
        (told,) = await eventually(lambda: owed(office, 6002), "the words")

    assert told.target == 5
    left = await job_left(office, job)
    assert left is not None
    assert (left.behind, left.forms) == (True, ("png",)), "the chart is made after the bulletin"


async def test_one_that_is_cancelled_is_ended_at_once(office: Office, program: Callable[[str], None]) -> None:
    program(ENDLESS)
    job = await asked_for(office, "xlsx")
    async with going(Drawing(office, never).run()):
        await eventually(programs, "the program")
        await office.memory.write(lambda uow: uow.summary_jobs.remove(job.id))
        await eventually(lambda: not programs(), "its end")
        program(QUICK)
        await asked_for(office, "docx", chat_id=6002)
        await eventually(lambda: file_owed(office, 6002), "the next one's file")
        assert await file_owed(office) is None


async def test_at_the_end_of_the_bot_it_is_ended_and_made_by_the_next_run(
    office: Office, program: Callable[[str], None]
) -> None:
    program(ENDLESS)
    job = await asked_for(office, "xlsx")
    drawing = Drawing(office, never)
    async with going(drawing.run()) as running:
        await eventually(programs, "the program")
        drawing.stop()
        await asyncio.wait_for(running, 5)
    assert programs() == []
    assert await job_left(office, job) == job
    program(QUICK)
    async with going(Drawing(office, never).run()):
        await eventually(lambda: file_owed(office), "the file")


async def test_a_program_that_was_killed_is_begun_once_more(office: Office, program: Callable[[str], None]) -> None:
    program(ENDLESS)
    await asked_for(office, "xlsx")
    async with going(Drawing(office, never).run()):
        (first,) = await eventually(programs, "the program")
        program(QUICK)
        first.kill()
        await eventually(lambda: file_owed(office), "the file")


async def test_one_that_fails_is_told_and_holds_up_nobody(office: Office, program: Callable[[str], None]) -> None:
    program("raise SystemExit(3)\n")
    failed = await asked_for(office, "xlsx")
    async with going(Drawing(office, never).run()):
        await eventually(lambda: _told(office, "summary-failed"), "the words")
        program(QUICK)
        await asked_for(office, "docx", chat_id=6002)
        await eventually(lambda: file_owed(office, 6002), "the next one's file")
    assert await job_left(office, failed) is None


async def _told(office: Office, key: str) -> bool:
    return any(each.text is not None and each.text.key == key for each in await owed(office))


async def test_one_chart_is_drawn_for_all_who_get_the_same(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Monday morning all staff of a station do."""
    drawn: list[Any] = []

    async def by_a_program(self: Any, stored: Any, language: str) -> bytes:
        drawn.append(stored.maker)
        return b"made"

    monkeypatch.setattr(workshop.Workshop, "_by_a_program", by_a_program)
    for person in OWNERS:
        await asked_for(office, "+png", chat_id=person, window="2026-W30")
    async with going(Drawing(office, never).run()):
        for person in OWNERS:
            await eventually(lambda person=person: file_owed(office, person), "the chart")
    assert drawn == [reports.summary_charts.MAKER]
