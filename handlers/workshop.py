"""Where files are made that are kept as what goes into them: beside the loop, so that nobody waits for it.

Light ones are made in a thread. What takes much time or memory (``reports.HEAVY``: charts) is made by a program of its
own, which gets the matter on its standard input, gives the file on its standard output, and is gone.
"""

from __future__ import annotations

import asyncio
import sys
from collections import OrderedDict
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from liaisonbot import reports, texts
from liaisonbot.errors import OurMistake, TryLater
from liaisonbot.outgoing import StoredFile
from liaisonbot.texts import catalogue

ROOT: Final = Path(__file__).parent.parent
SECONDS: Final = 60.0
"""So long a program may take while somebody's messages wait behind it."""
REMEMBERED: Final = 8
"""A chart goes to many groups, and that of a week to all its staff, one after the other."""


class Workshop:
    """Makes files in one time zone, and remembers the last few. ``seconds``: so long a program may take."""

    def __init__(self, timezone: str, seconds: float | None = None) -> None:
        self._timezone = timezone
        self._seconds = seconds or SECONDS
        self._made: OrderedDict[tuple[str | None, bytes, str], bytes] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def finished(self, stored: StoredFile, language: str) -> StoredFile:
        """The file as it is sent, in that language.

        Raises TryLater if the program that makes it takes too long or was killed, OurMistake if it failed.
        """
        if stored.maker is None:
            return stored
        if stored.maker not in reports.HEAVY:
            return await asyncio.to_thread(reports.made, stored, catalogue(language, self._timezone))
        async with self._one_at_a_time:
            key = (stored.maker, sha256(stored.content).digest(), language)
            if key not in self._made:
                self._made[key] = await self._by_a_program(stored, language)
            self._made.move_to_end(key)
            while len(self._made) > REMEMBERED:
                self._made.popitem(last=False)
            return replace(stored, content=self._made[key], maker=None)

    async def _by_a_program(self, stored: StoredFile, language: str) -> bytes:
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "liaisonbot.reports",
            str(stored.maker),
            language,
            self._timezone,
            texts.now().isoformat(),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            made, _ = await asyncio.wait_for(program.communicate(stored.content), self._seconds)
        except TimeoutError:
            raise TryLater("the program that makes a file takes too long") from None
        finally:
            if program.returncode is None:
                program.kill()
                await program.wait()
        if program.returncode < 0:
            raise TryLater("the program that makes a file was killed")
        if program.returncode or not made:
            raise OurMistake(f"a file could not be made: {stored.maker}")
        return made
