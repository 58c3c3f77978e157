"""The crash drill: SIGKILL at any moment, and nothing that was said is lost or takes effect twice."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from handlers.deliver_loop import IN_FLIGHT
from tests.drills.crowd import Crowd
from tests.support.town import Town

REPORTS = 500
PEOPLE = 60
GROUPS = 5
CALLS = 1000
"""About so many calls the bot makes for that many reports: the moment of the kill is somewhere among them."""

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]


@pytest.mark.parametrize("round_", range(20))
async def test_killed_while_reports_come_in(sqlite_url: str, tmp_path: Path, round_: int) -> None:
    """Five hundred reports from sixty people, one to three kills; a different moment each round."""
    await _drill(Town(tmp_path, sqlite_url), random.Random(f"crash {round_}"))


@pytest.mark.parametrize("round_", range(3))
async def test_killed_on_postgresql(postgres_url: str, tmp_path: Path, round_: int) -> None:
    """The same promises on the other engine."""
    await _drill(Town(tmp_path, postgres_url), random.Random(f"crash on postgresql {round_}"))


async def _until_called(town: Town, count: int, reporting: asyncio.Task[None]) -> None:
    """Until the bot has made so many calls, or has nothing left to do."""
    while len(town.sandbox.calls) < count:
        await asyncio.sleep(0.001)
        if reporting.done() and not town.sandbox.updates_pending:
            return


async def _drill(town: Town, dice: random.Random) -> None:
    try:
        await town.sandbox.start()
        town.import_roster()
        process = await town.start_process()
        crowd = await Crowd.gather(town, people=PEOPLE, groups=GROUPS)
        await town.settled()

        kills = sorted(dice.randrange(1, CALLS) for _ in range(dice.randint(1, 3)))
        reporting = asyncio.create_task(crowd.report(REPORTS, dice, pause=0.002))
        begun = len(town.sandbox.calls)
        for moment in kills:
            await _until_called(town, begun + moment, reporting)
            await process.kill()
            process = await town.start_process()
        await reporting
        await town.settled(within=60)

        await crowd.check_nothing_lost_nothing_twice()
        repeated = crowd.repeated()
        assert repeated <= IN_FLIGHT * len(kills), f"{repeated} repeated messages after {len(kills)} kills"
        assert "Traceback" not in process.said()
        town.examine()
    finally:
        await town.close()
