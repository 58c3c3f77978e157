"""What goes wrong on demand, and Telegram's sending limits."""

import asyncio
import time

import aiohttp
import pytest
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, RetryAfter, TimedOut

from sandbox import Person, Room, Sandbox
from sandbox.faults import Faults


async def test_too_many_requests_says_how_long_to_wait(sandbox: Sandbox, bot: Bot, private: Room) -> None:
    """Once, as ordered; then all is well again."""
    sandbox.faults.add("429", "sendMessage", retry_after=7)

    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(private.id, "x")
    await bot.send_message(private.id, "y")

    assert "7" in str(caught.value)
    assert [message.text for message in private.messages if message.by_bot] == ["y"]


@pytest.mark.parametrize("kind", ["500", "502"])
async def test_server_errors(sandbox: Sandbox, bot: Bot, private: Room, kind: str) -> None:
    """A 502 comes as a web server's page, not as JSON."""
    sandbox.faults.add(kind, times=1)

    with pytest.raises(NetworkError):
        await bot.send_message(private.id, "x")

    assert not [message for message in private.messages if message.by_bot]


@pytest.mark.parametrize(("kind", "arrives"), [("cut_before", False), ("cut_after", True)])
async def test_a_cut_connection_leaves_the_bot_in_doubt(
    sandbox: Sandbox, bot: Bot, private: Room, kind: str, arrives: bool
) -> None:
    """The error is the same whether the message arrived or not."""
    sandbox.faults.add(kind, chat_id=private.id)

    with pytest.raises(NetworkError):
        await bot.send_message(private.id, "x")

    assert [message.text for message in private.messages if message.by_bot] == (["x"] if arrives else [])


async def test_any_answer_can_be_ordered(sandbox: Sandbox, bot: Bot, private: Room) -> None:
    """Such as a 429 that does not say how long to wait, or a token that was revoked."""
    sandbox.faults.answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"}, "sendMessage")

    with pytest.raises(InvalidToken):
        await bot.send_message(private.id, "x")

    assert not [message for message in private.messages if message.by_bot]


async def test_a_hanging_call_is_not_applied(sandbox: Sandbox, bot: Bot, private: Room) -> None:
    """The client gives up; the server does not hold on to it."""
    sandbox.faults.add("hang")

    with pytest.raises(TimedOut):
        await bot.send_message(private.id, "x", read_timeout=0.2)

    assert not [message for message in private.messages if message.by_bot]


async def test_a_call_that_is_never_answered_is_applied(sandbox: Sandbox, bot: Bot, private: Room) -> None:
    """The moment in which a program can die and never know."""
    sandbox.faults.add("mute_after", chat_id=private.id)

    with pytest.raises(TimedOut):
        await bot.send_message(private.id, "x", read_timeout=0.2)

    assert [message.text for message in private.messages if message.by_bot] == ["x"]


async def test_a_hang_ends_by_itself(sandbox: Sandbox) -> None:
    """So that a client without patience of its own cannot hang for ever."""
    sandbox.faults.add("hang", seconds=0.05)

    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await session.post(f"{sandbox.url}/bot{sandbox.token}/getMe")


def strikes(seed: int) -> list[str]:
    faults = Faults()
    faults.rate("500", 0.1, seed=seed)
    faults.rate("cut_after", 0.1, seed=seed)
    struck = (faults.strike("sendMessage", 1) for _ in range(1000))
    return [fault.kind.value if fault else "" for fault in struck]


def test_the_same_seed_gives_the_same_faults() -> None:
    """A drill that failed can be run again."""
    first, again, other = strikes(1), strikes(1), strikes(2)

    assert first == again != other
    assert 60 < first.count("500") < 140
    assert 60 < first.count("cut_after") < 140


def test_exempt_methods_are_spared_by_rates_only() -> None:
    """Fetching can be made to fail on purpose, but a rate on everything leaves it alone."""
    faults = Faults()
    faults.rate("500", 0.999)
    assert all(faults.strike("getUpdates", None) is None for _ in range(50))

    faults.add("502", "getUpdates", times=2)
    struck = [faults.strike("getUpdates", None) for _ in range(3)]

    assert [fault is not None for fault in struck] == [True, True, False]
    faults.clear()
    assert faults.strike("sendMessage", 1) is None


async def test_telegrams_limits_hold_when_switched_on() -> None:
    """A burst to one person is refused with the time to wait; others are not held back by it."""
    async with Sandbox(flood=True) as sandbox:
        people = [sandbox.user(f"User {number}") for number in range(8)]
        for person in people:
            person.starts()
        url = f"{sandbox.url}/bot{sandbox.token}/sendMessage"
        async with aiohttp.ClientSession() as session:

            async def send(person: Person) -> int:
                async with session.post(url, json={"chat_id": person.id, "text": "x"}) as answer:
                    if answer.status == 429:
                        wait = (await answer.json())["parameters"]["retry_after"]
                        assert 1 <= wait <= 5
                    return answer.status

            to_one = await asyncio.gather(*(send(people[0]) for _ in range(8)))
            begun = time.monotonic()
            to_others = await asyncio.gather(*(send(person) for person in people[1:] for _ in range(5)))
            took = time.monotonic() - begun

    assert to_one.count(429) == 3
    assert took > 1 or to_others.count(429) == 35 - (30 - 5)
    assert sandbox.flood.refused == (to_one + to_others).count(429)


async def test_a_group_takes_twenty_a_minute() -> None:
    """Edits count as well."""
    async with Sandbox(flood=True) as sandbox:
        group = sandbox.group("G", bot=True)
        url = f"{sandbox.url}/bot{sandbox.token}/sendMessage"
        async with aiohttp.ClientSession() as session:
            statuses = [(await session.post(url, json={"chat_id": group.id, "text": "x"})).status for _ in range(22)]

    assert statuses == [200] * 20 + [429] * 2


async def test_no_limits_unless_asked_for(sandbox: Sandbox, private: Room) -> None:
    """Benchmarks measure the bot, not the limits."""
    url = f"{sandbox.url}/bot{sandbox.token}/sendMessage"
    async with aiohttp.ClientSession() as session:
        statuses = {(await session.post(url, json={"chat_id": private.id, "text": "x"})).status for _ in range(60)}

    assert statuses == {200}
