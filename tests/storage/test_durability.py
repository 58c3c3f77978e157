"""What was acknowledged is there after ``kill -9``."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.schema import counters
from tests.storage.connections import connected

_WRITER = """
    import asyncio, os, sys
    from itertools import count
    from storage.database import open_database
    from tests.storage.counting import note

    async def main(url):
        database = await open_database(url, unit_of_work=lambda connection: connection)
        numbers = count()

        async def keep_writing():
            for number in numbers:
                await database.write(note(f"{number}-a"))
                os.write(1, f"{number}\\n".encode())  # past every buffer: this is the acknowledgement

        await asyncio.gather(*(keep_writing() for _ in range(20)))

    asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.parametrize("seconds", [0.05, 0.15, 0.3])
def test_what_was_acknowledged_survives_kill_9(database_url: str, seconds: float) -> None:
    """write() returns after the commit is on the disk, not before: each acknowledged row is found."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_WRITER), database_url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    acknowledged = {int(line) for line in (first + process.stdout.read()).splitlines(keepends=True) if line[-1] == "\n"}
    process.wait()
    process.stdout.close()

    with connected(database_url) as connection:
        stored = {int(name.split("-")[0]) for name in connection.execute(sa.select(counters.c.name)).scalars()}

    assert len(acknowledged) > 10
    assert acknowledged <= stored
