"""Fetching: nothing is confirmed before it is stored, and one bot fetches at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from structlog.testing import capture_logs

from handlers import polling
from handlers.api import BotApi
from handlers.handling import Handling
from handlers.intake import Intake
from handlers.office import Office
from handlers.polling import AnotherBot, Polling
from handlers.routes import ALLOWED_UPDATES
from liaisonbot.errors import MemoryUnavailable, TokenRefused
from liaisonbot.ports import StoredUpdate
from sandbox import Person, Sandbox
from tests.handlers.conftest import an_api, eventually, going


class Counter(Handling):
    """Takes updates and does nothing with them."""

    def __init__(self) -> None:
        self.taken: list[StoredUpdate] = []

    def take(self, updates: Any) -> None:
        self.taken += updates

    async def room(self) -> None:
        return


@pytest.fixture
def taken() -> Counter:
    return Counter()


@pytest.fixture
def intake(office: Office, taken: Counter) -> Intake:
    return Intake(office, taken)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(polling, "PAUSE_OF_NEWCOMER", 0.1)
    monkeypatch.setattr(polling, "PAUSE_OF_RESIDENT", 0.01)


def texts(taken: Counter) -> list[str]:
    import json

    return [json.loads(update.payload)["message"]["text"] for update in taken.taken]


async def test_updates_are_fetched_in_order_and_confirmed_after(
    api: BotApi, intake: Intake, taken: Counter, alice: Person, sandbox: Sandbox
) -> None:
    """What waited, and what comes while we wait; only the kinds that somebody handles are asked for."""
    alice.says("one")
    async with going(Polling(api, intake).run()):
        await eventually(lambda: texts(taken) == ["one"], "the first")
        alice.says("two")
        await eventually(lambda: texts(taken) == ["one", "two"], "the second")
        await eventually(lambda: not sandbox.updates_pending, "the confirmation")

    asked = [call.params for call in sandbox.calls if call.method == "getUpdates"]
    assert "offset" not in asked[0]
    assert set(asked[0]["allowed_updates"]) == set(ALLOWED_UPDATES)


async def test_nothing_is_confirmed_that_could_not_be_stored(
    api: BotApi,
    intake: Intake,
    office: Office,
    taken: Counter,
    alice: Person,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A full disk, a database server away: Telegram keeps the updates, and they come once it is back. Meanwhile the log
    says what is wrong, for whoever looks why nothing happens.
    """
    away = [True]
    write = office.memory.write

    async def refusing(unit: Callable[[Any], Any], **more: Any) -> Any:
        if away:
            raise MemoryUnavailable("the disk is full; make room")
        return await write(unit, **more)

    monkeypatch.setattr(office.memory, "write", refusing)
    alice.says("one")
    with capture_logs() as logs:
        async with going(Polling(api, intake).run()):
            await eventually(lambda: [call for call in sandbox.calls if call.method == "getUpdates"], "the request")
            assert len(sandbox.updates_pending) == 1
            await eventually(lambda: [each["why"] for each in logs if "why" in each], "what stands in the log")
    assert {each["why"] for each in logs if "why" in each} == {"the disk is full; make room"}
    async with going(Polling(api, intake).run()):
        away.clear()
        await eventually(lambda: texts(taken) == ["one"], "the update")
        await eventually(lambda: not sandbox.updates_pending, "the confirmation")


async def test_a_repeated_update_is_taken_once(
    api: BotApi, intake: Intake, taken: Counter, alice: Person, sandbox: Sandbox
) -> None:
    """After a crash between the commit and the next request Telegram sends it again."""
    alice.says("one")
    for _ in range(2):
        async with going(Polling(api, intake).run()):
            await eventually(lambda: [call for call in sandbox.calls if call.method == "getUpdates"], "the request")
            await eventually(lambda: taken.taken, "the update")

    assert texts(taken) == ["one"]


async def test_trouble_is_waited_out(
    api: BotApi, intake: Intake, taken: Counter, alice: Person, sandbox: Sandbox
) -> None:
    """Of any kind, and the pauses do not stay long once it works again."""
    for fault in ("502", "500", "cut_before", "cut_after", "429"):
        sandbox.faults.add(fault, "getUpdates")
    sandbox.faults.add("502", "deleteWebhook")
    alice.says("one")

    async with going(Polling(api, intake).run()):
        await eventually(lambda: texts(taken) == ["one"], "the update")


async def test_a_webhook_is_removed_first(api: BotApi, intake: Intake, taken: Counter, alice: Person) -> None:
    """Telegram refuses to answer otherwise; what waits for it is kept."""
    await api.call("setWebhook", {"url": "http://127.0.0.1:9/hook"})
    alice.says("one")

    async with going(Polling(api, intake).run()):
        await eventually(lambda: texts(taken) == ["one"], "the update")
        await api.call("setWebhook", {"url": "http://127.0.0.1:9/hook"})
        alice.says("two")
        await eventually(lambda: texts(taken) == ["one", "two"], "the next one")


async def test_a_second_bot_on_the_token_gives_way(
    sandbox: Sandbox, api: BotApi, intake: Intake, taken: Counter, alice: Person
) -> None:
    """The newcomer stops with a sentence; the one that was there goes on."""
    clock = [0.0]
    resident = Polling(api, intake, now=lambda: clock[0])
    async with going(resident.run()) as first, an_api(sandbox.url) as other:
        await eventually(lambda: sandbox.world.updates.waiting, "the first request")
        clock[0] = polling.NEWCOMER_SECONDS + 1

        with pytest.raises(AnotherBot, match=r"telegram\.token"):
            await asyncio.wait_for(Polling(other, intake).run(), 10)

        alice.says("still here")
        await eventually(lambda: texts(taken) == ["still here"], "the update")
        assert not first.done()


async def test_who_was_alone_for_a_while_stays_though_it_is_young_itself(
    sandbox: Sandbox, api: BotApi, intake: Intake, taken: Counter, alice: Person
) -> None:
    """Ten seconds are enough to know that one was there first, however long the meeting lasts."""
    clock = [0.0]
    earlier = Polling(api, intake, now=lambda: clock[0])
    async with going(earlier.run()) as first, an_api(sandbox.url) as other:
        await eventually(lambda: sandbox.world.updates.waiting, "the first request")
        clock[0] = 10.0

        with pytest.raises(AnotherBot):
            await asyncio.wait_for(Polling(other, intake, now=lambda: clock[0]).run(), 10)

        alice.says("still here")
        await eventually(lambda: texts(taken) == ["still here"], "the update")
        assert not first.done()


async def test_of_two_that_begin_at_once_one_stays(
    sandbox: Sandbox, api: BotApi, intake: Intake, taken: Counter, alice: Person
) -> None:
    """Telegram tells neither who was first; but never do both give way, nor do both go on."""
    async with an_api(sandbox.url) as other:
        both = [asyncio.create_task(Polling(own, intake).run()) for own in (api, other)]
        try:
            gone, left = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED, timeout=10)
            assert [type(task.exception()) for task in gone] == [AnotherBot]
            alice.says("one of us")
            await eventually(lambda: texts(taken) == ["one of us"], "the update")
            assert len(left) == 1
            assert not any(task.done() for task in left)
        finally:
            for task in both:
                task.cancel()
            await asyncio.wait(both)


async def test_a_stray_request_after_the_start_is_not_held_against_the_bot(
    sandbox: Sandbox, api: BotApi, intake: Intake, taken: Counter, alice: Person
) -> None:
    """Somebody tried the token with curl once, and started a second bot next week: that one gives way."""
    clock = [0.0]
    async with going(Polling(api, intake, now=lambda: clock[0]).run()) as first, an_api(sandbox.url) as other:
        await eventually(lambda: sandbox.world.updates.waiting, "the first request")
        await other.call("getUpdates", {"timeout": 0})
        await eventually(lambda: not sandbox.world.updates.waiting, "the conflict")
        await eventually(lambda: sandbox.world.updates.waiting, "the next request")
        clock[0] = 604_800.0

        with pytest.raises(AnotherBot):
            await asyncio.wait_for(Polling(other, intake, now=lambda: clock[0]).run(), 10)

        alice.says("still here")
        await eventually(lambda: texts(taken) == ["still here"], "the update")
        assert not first.done()


async def test_time_without_telegram_does_not_make_a_bot_older(
    sandbox: Sandbox, api: BotApi, intake: Intake, taken: Counter
) -> None:
    """A newcomer whose network comes up late is a newcomer all the same."""
    clock = [0.0]
    async with going(Polling(api, intake, now=lambda: clock[0]).run()) as first, an_api(sandbox.url) as other:
        await eventually(lambda: sandbox.world.updates.waiting, "the first request")
        clock[0] = polling.NEWCOMER_SECONDS + 1
        for _ in range(3):
            sandbox.faults.add("502", "getUpdates")
        late = Polling(other, intake, now=count(0.0, polling.NEWCOMER_SECONDS / 2).__next__)

        with pytest.raises(AnotherBot):
            await asyncio.wait_for(late.run(), 10)

        assert not first.done()


async def test_a_wrong_token_stops_with_a_sentence(sandbox: Sandbox, intake: Intake) -> None:
    """There is nothing to wait for."""
    async with an_api(sandbox.url, "42:WRONG") as api:
        with pytest.raises(TokenRefused):
            await Polling(api, intake).run()


async def test_an_update_nobody_can_place_is_kept_as_well(intake: Intake, office: Office, taken: Counter) -> None:
    """What has no id at all cannot be kept, and stops nothing."""
    odd = {"update_id": 1, "something_of_2031": {"x": "\ud83c\0"}}

    await intake.accept([odd, {"no": "id"}, "text", {"update_id": True}, {"update_id": 2**80}])

    [stored] = await office.memory.read(lambda uow: uow.inbox.pending(office.clock.now()))
    assert (stored.update_id, stored.lane) == (1, 0)
    assert [update.update_id for update in taken.taken] == [1]


@pytest.mark.parametrize(
    ("raw", "lane"),
    [
        ({"message": {"chat": {"id": -5}, "from": {"id": 7}}}, -5),
        ({"edited_message": {"chat": {"id": -5}}}, -5),
        ({"callback_query": {"from": {"id": 7}, "message": {"chat": {"id": -5}}}}, -5),
        ({"callback_query": {"from": {"id": 7}}}, 7),
        ({"my_chat_member": {"chat": {"id": 7}, "from": {"id": 7}}}, 7),
        ({"message": {"chat": {"id": "-5"}}}, 0),
        ({"message": {"chat": {"id": 2**70}}}, 0),
        ({"message": []}, 0),
        ({}, 0),
    ],
)
def test_an_update_s_lane_is_its_chat(raw: dict[str, Any], lane: int) -> None:
    """Else the person; whatever arrives, it has one."""
    from handlers.routes import lane_of

    assert lane_of(raw) == lane
