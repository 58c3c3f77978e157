"""Files that staff asked for are made one after the other, by a program of their own: nobody waits for it.

The program (``handlers/terminal/export_program.py``) reads the database itself, says how far it is, and is ended as
soon as its file is not wanted any more: it was cancelled, or somebody was forgotten whose words it may have read.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import structlog

from handlers.office import Office
from handlers.traces import place_of
from liaisonbot.errors import MemoryUnavailable
from liaisonbot.exporting import MOST_BYTES, WAKE_UP, Ending, ExportJob
from liaisonbot.services import exports

log = structlog.get_logger()

ROOT: Final = Path(__file__).parent.parent
PROGRAM: Final = "handlers.terminal.export_program"
LOOK_EVERY: Final = 30.0
"""Seconds between looks without any wake-up: a hint can get lost."""
ASK_EVERY: Final = 1.0
"""Seconds between looks whether the file is still wanted."""
TELL_EVERY: Final = 3
"""After so many of these looks its progress is shown."""
PAUSE_WITHOUT_MEMORY: Final = 1.0


@dataclass(slots=True)
class _Progress:
    """What the program has said so far."""

    done: int = 0
    total: int = 0
    ending: Ending = Ending.FAILED


class Exporting:
    """Runs until ``stop``; what was not made by then is made by the next run."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        bell: Any = await self._office.memory.wake(WAKE_UP)
        bell.set()
        begun = False
        while not self._stopped.is_set():
            bell.clear()
            try:
                if not begun:
                    await self._office.write(exports.start_over)
                    begun = True
                await self._until_nobody_waits()
            except MemoryUnavailable as exc:
                log.warning("no database", why=type(exc).__name__)
                await self._either(asyncio.Event(), PAUSE_WITHOUT_MEMORY)
                bell.set()
            await self._either(bell, LOOK_EVERY)

    def stop(self) -> None:
        self._stopped.set()

    async def _until_nobody_waits(self) -> None:
        while not self._stopped.is_set():
            if await self._office.memory.read(lambda uow: uow.export_jobs.next()) is None:
                return
            job = await self._office.write(exports.begin)
            if job is not None:
                await self._make(job)

    async def _make(self, job: ExportJob) -> None:
        """One that fails is given up, and whoever asked is told: the others must not wait behind it."""
        with TemporaryDirectory(prefix="liaisonbot-export-") as folder:
            path = Path(folder) / f"export.{job.format}"
            try:
                found = await self._written(job, path)
            except OSError as exc:
                log.error("an export failed", error=place_of(exc), exc_info=exc)
                found = _Progress()
            if found is None:
                return
            content = await asyncio.to_thread(path.read_bytes) if found.ending is Ending.MADE else None
        await self._office.write(
            partial(exports.finished, job=job, ending=found.ending, rows=found.done, content=content)
        )

    async def _written(self, job: ExportJob, path: Path) -> _Progress | None:
        """What became of it; None: it is not wanted any more, or we are to end."""
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            PROGRAM,
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        progress = _Progress()
        listening = asyncio.create_task(_listen(program, self._order(job, path), progress))
        try:
            looks = 0
            while not listening.done():
                await self._either(listening, ASK_EVERY)
                if listening.done():
                    break
                looks += 1
                if self._stopped.is_set() or not await self._is_wanted(job):
                    return None
                if looks % TELL_EVERY == 0 and progress.total:
                    told = {"done": progress.done, "total": progress.total}
                    await self._office.write(partial(exports.progressed, job=job, **told))
            return progress
        finally:
            listening.cancel()
            if program.returncode is None:
                program.kill()
            await program.wait()

    async def _is_wanted(self, job: ExportJob) -> bool:
        return await self._office.memory.read(lambda uow: exports.is_wanted(uow, job))

    def _order(self, job: ExportJob, path: Path) -> bytes:
        """What the program needs to know. The database's address may hold a password: it stands in no command line."""
        settings = self._office.settings
        order = {
            "url": settings.database.url,
            "zone": settings.locale.timezone,
            "language": job.language,
            "scoring": settings.duty.scoring,
            "what": job.what,
            "first": job.first and job.first.isoformat(),
            "end": job.last and (job.last + timedelta(days=1)).isoformat(),
            "stations": job.station_ids,
            "reader": job.person_id,
            "personal": job.personal,
            "format": job.format,
            "path": str(path),
            "most": MOST_BYTES,
        }
        return json.dumps(order).encode()

    async def _either(self, other: asyncio.Event | asyncio.Task[None], seconds: float) -> None:
        """Wait until the event or the task is there, we are to stop, or the time is over."""
        events = [self._stopped, *([other] if isinstance(other, asyncio.Event) else [])]
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(event.wait()) for event in events]
        tasks = [other] if isinstance(other, asyncio.Task) else []
        try:
            await asyncio.wait([*waits, *tasks], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


async def _listen(program: asyncio.subprocess.Process, order: bytes, progress: _Progress) -> None:
    """Give the order, and follow what the program says of it, a line each time, until it ends."""
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(order)
    program.stdin.close()
    async for line in program.stdout:
        said = json.loads(line)
        progress.done, progress.total = said["done"], said["total"]
        progress.ending = Ending(said.get("ending", Ending.FAILED))
