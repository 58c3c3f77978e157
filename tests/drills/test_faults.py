"""The fault drill: a tenth of all calls goes wrong in each of Telegram's ways, and everything arrives, in order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox import Person
from sandbox.model import Message
from tests.drills.crowd import Crowd
from tests.support.town import Town

REPORTS = 200
PEOPLE = 50
GROUPS = 12
ANSWERED = 40
"""So many of the cases are also worked on to their end."""
SHARE = 0.1
HANG_SECONDS = 2.0
CALL_SECONDS = 1.0
"""The bot's patience with a call, shorter than a hang; in life it is 20 seconds."""
PATIENCE = 100.0

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]


@pytest.fixture
async def crowd(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Crowd]:
    """People, groups and a bot that is impatient; nothing goes wrong yet."""
    town = Town(tmp_path, sqlite_url)
    town.call_seconds = CALL_SECONDS
    town.refusals.add("query is too old")  # the answer to a press whose first answer was cut off after it was given
    await town.open()
    try:
        yield await Crowd.gather(town, people=PEOPLE, groups=GROUPS)
        town.sandbox.faults.clear()
        town.examine()
    finally:
        await town.close()


def trouble(town: Town, *kinds: str) -> None:
    """From now on that share of all calls goes wrong in each of these ways, fetching updates not excepted."""
    town.sandbox.faults.exempt = {"getMe", "deleteWebhook"}
    for seed, kind in enumerate(kinds):
        town.sandbox.faults.rate(kind, SHARE, seed=seed, retry_after=1, seconds=HANG_SECONDS)


async def test_whatever_was_not_applied_is_sent_again_and_nothing_twice(crowd: Crowd) -> None:
    """429, 502, a call that hangs, a connection cut before the call: everything arrives exactly once."""
    trouble(crowd.town, "429", "502", "hang", "cut_before")
    await _report_and_work(crowd)
    assert crowd.repeated() == 0
    assert all(crowd.town.sandbox.faults.struck[kind] for kind in ("429", "502", "hang", "cut_before"))


async def test_only_a_connection_cut_after_the_call_repeats_a_message(crowd: Crowd) -> None:
    """Nobody can know then whether it arrived: it is sent again, once for each time that happened."""
    trouble(crowd.town, "429", "502", "hang", "cut_before", "cut_after")
    crowd.town.refusals |= {
        "message is not modified",  # an edit that was made, and had to be made again
        "message to delete not found",  # a deletion that was
    }
    await _report_and_work(crowd)
    assert 0 < crowd.repeated() <= crowd.town.sandbox.faults.struck["cut_after"]


async def _settled(town: Town) -> None:
    """Until everything is done. The clock is hurried on: growing pauses are the pauses of the office's clock."""

    async def hurry() -> None:
        while True:
            await asyncio.sleep(0.25)
            town.clock.move(timedelta(seconds=3))

    hurrying = asyncio.create_task(hurry())
    try:
        await town.settled(within=PATIENCE)
    finally:
        hurrying.cancel()


async def _report_and_work(crowd: Crowd) -> None:
    """Reports by everybody; the deputies answer some, whose authors rate them; at the end all is counted."""
    town = crowd.town
    await crowd.report(REPORTS, random.Random("faults"), pause=0.002)
    await _settled(town)
    await crowd.check_nothing_lost_nothing_twice()

    cases = [case for case in await crowd.exported() if case["deputy"]][:ANSWERED]
    for case in cases:
        deputy = next(deputy for deputy in crowd.deputies if deputy.name == case["deputy"])
        deputy.says(f"/accept {case['number']}")
        deputy.says(f"/reply {case['number']} A 办好了第{case['number']}件")
    await _settled(town)
    for case in cases:
        author, reply = _reply_to(crowd, case["number"])
        author.presses_at(reply, 1, 0)
    await _settled(town)
    for case in cases:
        author, reply = _reply_to(crowd, case["number"])
        author.presses(reply, "满意")
    await _settled(town)

    ended = {case["number"]: case["outcome"] for case in await crowd.exported()}
    assert {ended[case["number"]] for case in cases} == {"resolved"}
    for case in cases:
        _in_order(crowd, case["number"])


def _reply_to(crowd: Crowd, number: int) -> tuple[Person, Message]:
    """The formal reply as its author has it, and the author."""
    reply = next(message for message in crowd.said() if f"办好了第{number}件" in message.text)
    answered = reply.reply_to or crowd.reports[0]
    author = reply.chat.user or answered.sender
    assert isinstance(author, Person)
    return author, reply


def _in_order(crowd: Crowd, number: int) -> None:
    """Accepted, answered, closed: its author heard it in this order."""
    _, reply = _reply_to(crowd, number)
    told = [m.text.splitlines()[0] for m in reply.chat.messages if m.by_bot and f"民情 #{number} " in m.text]
    firsts = [text for text in dict.fromkeys(told) if text.startswith(("✋", "📬", "🎉"))]
    assert [text[0] for text in firsts] == ["✋", "📬", "🎉"], firsts
