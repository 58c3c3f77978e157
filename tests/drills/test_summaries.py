"""Monday at nine: the bot is killed while it sends the week to sixty staff. Everybody gets it, hardly anybody twice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.deliver_loop import IN_FLIGHT
from sandbox import Person
from storage.urls import dialect_of
from tests.support.town import Town

STAFF = 60
FRIDAY = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 1, 0, 5, tzinfo=UTC)
HEADER = "role,name,station,station_name,area,specialties,telegram_id,username,language"

pytestmark = [pytest.mark.drill, pytest.mark.timeout(180)]


def weeks(person: Person) -> int:
    return sum(message.text.startswith("📊") and "第 48 周" in message.text for message in person.chat.messages)


@pytest.mark.parametrize("reached", [1, 20, 45])
async def test_killed_while_the_week_goes_out(tmp_path: Path, database_url: str, reached: int) -> None:
    """On PostgreSQL another process waits and takes over; on SQLite one is started anew."""
    crons = {"send_at": "0 9 * * mon", "two_monthly_at": "0 9 29 2 *", "yearly_at": "0 9 29 2 *"}
    town = Town(tmp_path, database_url, summary=crons)
    staff = [town.sandbox.user(f"员{number}", id=20_000 + number, language="zh-hans") for number in range(STAFF)]
    for person in staff:
        person.chat.started = True
    rows = [f"staff,{person.name},SUN,阳光联络站,城东,,{person.id},,zh" for person in staff]
    try:
        await town.sandbox.start()
        town.import_roster("\n".join([HEADER, *rows]) + "\n")
        town.clock.set(FRIDAY)
        first_day = await town.start_process()
        staff[0].says("/start")
        await staff[0].told("员0")
        await first_day.terminate()

        town.clock.set(MONDAY)
        one = await town.start_process()
        other = await town.start_process() if dialect_of(database_url) == "postgresql" else None
        await town.until(lambda: sum(map(weeks, staff)) >= reached, "the first of them")
        await one.kill()
        other = other or await town.start_process()
        await town.until(lambda: all(map(weeks, staff)), "everybody's week")
        await town.settled()

        repeated = sum(map(weeks, staff)) - STAFF
        assert 0 <= repeated <= IN_FLIGHT
        assert "Traceback" not in other.said()
        town.examine()
    finally:
        await town.close()
