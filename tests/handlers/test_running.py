"""The bot as a whole: it begins, works, notices what is wrong, and ends in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import subprocess
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import CapturingLogger

from handlers import clockwork as ticking
from handlers import menus, polling, running
from liaisonbot.clock import SystemClock
from liaisonbot.errors import TokenRefused
from liaisonbot.services import clockwork, frontdesk, roles
from liaisonbot.settings import Settings
from sandbox import Person, Sandbox
from storage.errors import AlreadyRunning, DatabaseUnavailable
from storage.leadership import leadership
from tests.handlers.conftest import eventually, the_settings
from tests.handlers.test_webhook import port  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[2]
RECEIVED = "Received"


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """The bot configures logging for its process; that is undone here."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@asynccontextmanager
async def a_bot(settings: Settings, sandbox: Sandbox, **more: Any) -> AsyncIterator[asyncio.Task[None]]:
    """The bot while it runs; ended in order afterwards."""
    ready, stop = asyncio.Event(), asyncio.Event()
    bot = asyncio.create_task(running.run(settings, sandbox.clock, ready=ready.set, stop=stop, **more))
    try:
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({bot, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        yield bot
    finally:
        stop.set()
        await asyncio.wait_for(bot, 15)


async def test_a_report_is_answered(database_url: str, sandbox: Sandbox, alice: Person) -> None:
    """From Telegram through the database and back, on both engines."""
    async with a_bot(the_settings(sandbox.url, database_url), sandbox):
        alice.says("The lamp in my street is broken")

        receipt = await alice.told(RECEIVED)

    assert receipt.reply_to is not None


async def test_it_works_by_webhook_as_well(sqlite_url: str, sandbox: Sandbox, alice: Person, port: int) -> None:  # noqa: F811
    """Telegram delivers, and everything else is the same."""
    hook = {
        "mode": "webhook",
        "webhook_url": f"http://127.0.0.1:{port}/hook",
        "webhook_listen": f"127.0.0.1:{port}",
        "webhook_secret": "s3cret",
    }
    async with a_bot(the_settings(sandbox.url, sqlite_url, **hook), sandbox):
        alice.says("The lamp in my street is broken")

        await alice.told(RECEIVED)


async def test_what_came_while_it_was_away_is_answered(settings: Settings, sandbox: Sandbox, alice: Person) -> None:
    """Telegram has kept it; what was stored but not handled stands in the inbox."""
    alice.says("first")
    async with a_bot(settings, sandbox):
        await alice.told(RECEIVED)
    alice.says("second")
    async with a_bot(settings, sandbox):
        await eventually(lambda: sum(RECEIVED in text for text in alice.sees(alice.chat)) == 2, "the second receipt")


async def test_a_group_that_moves_in_the_middle_keeps_its_answers(
    settings: Settings, sandbox: Sandbox, alice: Person
) -> None:
    """What is owed to the old chat arrives in the new one."""
    group = sandbox.group("Group", [alice], bot=True)
    async with a_bot(settings, sandbox):
        sandbox.faults.add("429", "sendMessage", chat_id=group.id, retry_after=1)
        alice.writes(group, "/report the lamp")
        await eventually(lambda: sandbox.faults.struck["429"], "the flood")
        new = group.upgrades()

        await new.next_message(containing="")


async def test_the_clock_can_be_moved(
    settings: Settings, sandbox: Sandbox, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is due then is done at once."""
    ticks = []
    monkeypatch.setattr(clockwork, "tick", lambda uow, desk: ticks.append(desk.now) or False)
    async with a_bot(settings, sandbox):
        await eventually(lambda: ticks, "the first tick")
        sandbox.clock.move(timedelta(days=3))
        await eventually(lambda: ticks[-1] - ticks[0] > timedelta(days=2), "the tick after the move")


async def test_a_tick_that_fails_is_tried_again(
    settings: Settings, sandbox: Sandbox, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops nothing else."""
    ticks = []

    def tick(uow: Any, desk: Any) -> bool:
        ticks.append(desk.now)
        if len(ticks) == 1:
            raise ValueError("a mistake")
        return False

    monkeypatch.setattr(clockwork, "tick", tick)
    monkeypatch.setattr(ticking, "TICK_SECONDS", 0.2)
    async with a_bot(settings, sandbox):
        await eventually(lambda: len(ticks) > 1, "the second tick")
        alice.says("lamp")
        await alice.told(RECEIVED)


async def test_a_database_out_of_reach_at_the_start_does_not_end_it(
    settings: Settings, sandbox: Sandbox, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owners' menus are the first thing it writes; they come once it is there again."""
    tried = []

    def show(uow: Any, desk: Any) -> None:
        tried.append(desk.now)
        if len(tried) == 1:
            raise DatabaseUnavailable("liaison.db", "database or disk is full")

    monkeypatch.setattr(roles, "show_owners", show)
    monkeypatch.setattr(menus, "PAUSE_WITHOUT_MEMORY", 0.05)
    async with a_bot(settings, sandbox) as bot:
        await eventually(lambda: len(tried) > 1, "the second try")
        alice.says("lamp")
        await alice.told(RECEIVED)
        assert not bot.done()


async def test_it_waits_for_a_network_that_is_not_there_yet(
    settings: Settings, sandbox: Sandbox, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that has just started, say."""
    monkeypatch.setattr(running, "FIRST_PAUSE", 0.05)
    sandbox.faults.add("cut_before", "getMe", times=3)
    async with a_bot(settings, sandbox):
        alice.says("lamp")
        await alice.told(RECEIVED)


async def test_a_wrong_token_is_told_in_a_sentence(sandbox: Sandbox, sqlite_url: str) -> None:
    """Which does not hold the token."""
    settings = the_settings(sandbox.url, sqlite_url, token="42:WRONG")

    with pytest.raises(TokenRefused, match=r"telegram\.token") as refused:
        await running.run(settings, SystemClock())

    assert "WRONG" not in str(refused.value)


async def test_a_second_bot_on_the_same_file_is_refused(settings: Settings, sandbox: Sandbox) -> None:
    """Before it fetches anything."""
    async with a_program(SLEEPER, settings.database.url, until="held"):
        with pytest.raises(AlreadyRunning):
            await running.run(settings, sandbox.clock)


SLEEPER = """
import sys, time
from storage.instance_lock import sole_use
from storage.urls import sqlite_path
with sole_use(sqlite_path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


async def test_a_second_bot_on_the_same_token_is_refused(
    settings: Settings, sandbox: Sandbox, tmp_path: Path, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that was there first goes on."""
    monkeypatch.setattr(polling, "NEWCOMER_SECONDS", 0.0)
    other = the_settings(sandbox.url, f"sqlite:///{tmp_path}/other.db")
    async with a_bot(settings, sandbox) as first:
        await eventually(lambda: sandbox.world.updates.waiting, "the first request")
        async with a_process(other) as newcomer:
            _, said = await asyncio.wait_for(newcomer.communicate(), 30)

        assert "AnotherBot" in said.decode()
        assert not first.done()
        alice.says("lamp")
        await alice.told(RECEIVED)


async def test_a_part_that_fails_ends_the_whole(
    settings: Settings, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bot that only looks alive helps nobody; whoever started it hears why."""

    async def fail(self: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(running.DeliverLoop, "_look", fail)

    with pytest.raises(RuntimeError, match="broken"):
        await running.run(settings, sandbox.clock)


async def test_one_bad_update_stops_nothing(
    settings: Settings, sandbox: Sandbox, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is set aside, and the owner hears of it."""
    receive = frontdesk.receive

    def stumble(uow: Any, desk: Any, message: Any) -> Any:
        if message.text == "bad":
            raise ValueError("a mistake")
        return receive(uow, desk, message)

    monkeypatch.setattr(frontdesk, "receive", stumble)
    owner = sandbox.user("Owner", language="en", id=settings.access.owner_ids[0])
    owner.starts()
    async with a_bot(settings, sandbox):
        alice.says("bad")
        alice.says("good")
        await alice.told(RECEIVED)
        await owner.told("set-aside")


# --- as a process -----------------------------------------------------------------------------------------------------

BOT = """
import asyncio, sys
from handlers import running
from liaisonbot.clock import SystemClock
from liaisonbot.settings import Settings
telegram = {"token": "42:TEST", "api_base_url": sys.argv[1], "flood_limits": False}
settings = Settings.model_validate({"telegram": telegram, "database": {"url": sys.argv[2]}})
asyncio.run(running.run(settings, SystemClock(), ready=lambda: print("ready", flush=True)))
"""


@asynccontextmanager
async def a_program(source: str, *arguments: str, until: str) -> AsyncIterator[Process]:
    """Another process, once it has said that it is so far; it does not outlive the test."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", source, *arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        said = (await process.stdout.readline()).decode().strip()
        assert said == until, (await process.communicate())[1].decode()
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


@asynccontextmanager
async def a_process(settings: Settings) -> AsyncIterator[Process]:
    """The bot as a process of its own, once it fetches."""
    async with a_program(BOT, settings.telegram.api_base_url, settings.database.url, until="ready") as process:
        yield process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_in_order_when_told_to(
    settings: Settings, sandbox: Sandbox, alice: Person, number: signal.Signals
) -> None:
    """In the middle of a call that takes its time: that is finished, nothing is repeated, the exit code is 0."""
    async with a_process(settings) as process:
        await eventually(lambda: sandbox.world.updates.waiting, "the first request")
        for count in range(20):
            alice.says(str(count))
        await alice.told(RECEIVED)
        began = time.monotonic()
        process.send_signal(number)
        _, said = await asyncio.wait_for(process.communicate(), 15)

        assert process.returncode == 0, said.decode()
        assert time.monotonic() - began < 10
        assert b"42:TEST" not in said
    async with a_process(settings):
        await eventually(lambda: receipts(alice) == 20, "all receipts", seconds=20)
    assert receipts(alice) == 20


async def test_a_call_that_hangs_does_not_keep_it_from_ending(
    settings: Settings, sandbox: Sandbox, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not answered in time is sent again at the next start."""
    usual = running.GRACE_SECONDS
    monkeypatch.setattr(running, "GRACE_SECONDS", 0.3)
    sandbox.faults.add("hang", "sendMessage")
    async with a_bot(settings, sandbox):
        alice.says("lamp")
        await eventually(lambda: sandbox.faults.struck["hang"], "the call")
        began = time.monotonic()
    assert time.monotonic() - began < usual
    async with a_bot(settings, sandbox):
        await alice.told(RECEIVED)


async def test_killed_in_the_middle_it_loses_nothing(settings: Settings, sandbox: Sandbox, alice: Person) -> None:
    """And repeats no more than what was on its way."""
    from handlers.deliver_loop import IN_FLIGHT

    people = [alice, *(sandbox.user(f"P{number}", language="en") for number in range(5))]
    for person in people[1:]:
        person.starts()
    for count in range(60):
        people[count % 6].says(str(count))
    kills = 0
    while sum(map(receipts, people)) < 60 and kills < 3:
        async with a_process(settings) as process:
            seen = sum(map(receipts, people))
            await eventually(lambda seen=seen: sum(map(receipts, people)) > seen + 5, "some receipts", seconds=20)
            process.kill()
            kills += 1
    async with a_process(settings):
        await eventually(lambda: all(receipts(person) >= 10 for person in people), "all receipts", seconds=20)
        await asyncio.sleep(0.3)

    numbers = [text.partition("#")[2].split()[0] for person in people for text in person.sees() if RECEIVED in text]
    assert len(set(numbers)) == 60
    assert len(numbers) - 60 <= kills * IN_FLIGHT


def receipts(person: Person) -> int:
    return sum(RECEIVED in (text or "") for text in person.sees())


async def test_who_waits_to_lead_says_so(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second one on the same PostgreSQL database does nothing for hours: its log tells why."""
    log = CapturingLogger()
    monkeypatch.setattr(running, "log", log)
    monkeypatch.setattr(running, "LEADS_WITHIN", 0.1)
    async with leadership(postgres_url) as first:
        await first.acquired()
        async with leadership(postgres_url) as second:
            waiting = asyncio.create_task(running.leading(second))
            await eventually(lambda: any("waits to take over" in call.args[0] for call in log.calls), "the line")
            assert not waiting.done()
            await first.__aexit__()
            assert await waiting > 0
