"""Files that staff asked for are made one after the other, by a program of their own: nobody waits for it.

The program (``handlers/terminal/export_program.py``) reads the database itself, says how far it is, and is ended as
soon as its file is not wanted any more: it was cancelled, or somebody was forgotten whose words it may have read.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import structlog

from handlers.beside import Beside
from handlers.office import Office
from liaisonbot import as_json
from liaisonbot.errors import MemoryUnavailable
from liaisonbot.exporting import WAKE_UP, Ending, ExportJob
from liaisonbot.outgoing import MOST_BYTES
from liaisonbot.services import exports

log = structlog.get_logger()

ROOT: Final = Path(__file__).parent.parent
PROGRAM: Final = "handlers.terminal.export_program"
ASK_EVERY: Final = 1.0
"""Seconds between looks whether the file is still wanted."""
TELL_EVERY: Final = 3
"""After so many of these looks its progress is shown."""
TO_END: Final = 5.0
"""Seconds a program has to end once it has said all."""
FOLDER: Final = "liaisonbot-export-"
"""How the folders begin in which files are written; behind it stands the number of the process."""


@dataclass(slots=True)
class _Progress:
    """What the program has said so far."""

    done: int = 0
    total: int = 0
    ending: Ending = Ending.FAILED
    packed: bool = False
    error: str | None = None


class Exporting(Beside):
    """Makes one after the other; what was not made by then is made by the next run."""

    wake_up = WAKE_UP
    failed = "an export failed"

    def __init__(self, office: Office, somebody_waits: Callable[[], bool]) -> None:
        super().__init__(office, somebody_waits)
        self._begun = False
        self._in_hand: ExportJob | None = None

    async def do_one(self) -> bool:
        self._in_hand = None
        try:
            return await self._next()
        except MemoryUnavailable:
            self._begun = False  # what was in hand is begun anew once the database is back
            raise

    async def give_up_one(self) -> bool:
        if self._in_hand is None:
            return False
        await self._office.write(partial(exports.finished, job=self._in_hand, ending=Ending.FAILED))
        return True

    async def _next(self) -> bool:
        if not self._begun:
            await asyncio.to_thread(_remove_left_behind)
            await self._office.write(exports.start_over)
            self._begun = True
        if await self._office.memory.read(lambda uow: uow.export_jobs.next()) is None:
            return False
        self._in_hand = await self._office.write(exports.begin)
        if self._in_hand is not None:
            await self._make(self._in_hand)
        return True

    async def _make(self, job: ExportJob) -> None:
        with _folder() as folder:
            path = folder / f"export.{job.format}"
            found = await self._written(job, path)
            if found is None:
                return
            if found.ending is Ending.FAILED:
                log.error(self.failed, error=found.error)
            made = path.with_name(f"{path.name}.zip") if found.packed else path
            content = await asyncio.to_thread(made.read_bytes) if found.ending is Ending.MADE else None
        ended = partial(exports.finished, ending=found.ending, rows=found.done, content=content, packed=found.packed)
        await self._office.write(partial(ended, job=job))

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
            status = await _ended(program, TO_END if listening.done() else 0)
            listening.cancel()
            progress.error = progress.error or f"the program ended with {status}"

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
            "drafts": False,
            "format": job.format,
            "path": str(path),
            "name": exports.name_of(job),
            "most": MOST_BYTES,
        }
        return as_json.data(order)


async def _ended(program: asyncio.subprocess.Process, seconds: float) -> int:
    """With what it ended: by itself within so many seconds, else it is killed. One that is just ending must not be:
    what it ended with would be lost.
    """
    try:
        async with asyncio.timeout(seconds):
            return await program.wait()
    except TimeoutError:
        program.kill()
        return await program.wait()


async def _listen(program: asyncio.subprocess.Process, order: bytes, progress: _Progress) -> None:
    """Give the order, and follow what the program says of it, a line each time, until it ends."""
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(order)
    program.stdin.close()
    async for line in program.stdout:
        said = as_json.read(line)
        progress.done, progress.total = said["done"], said["total"]
        progress.ending = Ending(said.get("ending", Ending.FAILED))
        progress.packed, progress.error = said.get("packed", False), said.get("error")


# --- what lies about --------------------------------------------------------------------------------------------------

_in_use: Final[set[str]] = set()


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of the system's for what is being written; nothing of it stays."""
    with TemporaryDirectory(prefix=f"{FOLDER}{os.getpid()}-") as folder:
        _in_use.add(folder)
        try:
            yield Path(folder)
        finally:
            _in_use.discard(folder)


def _remove_left_behind() -> None:
    """Remove the folders of a bot that was killed: people's words stand in them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        process = folder.name.removeprefix(FOLDER).partition("-")[0]
        # A number comes again when a container does: our own may have been that of whoever was killed.
        alive = process.isdigit() and int(process) != os.getpid() and _lives(int(process))
        if not alive and str(folder) not in _in_use:
            shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True
