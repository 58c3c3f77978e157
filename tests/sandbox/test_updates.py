"""getUpdates: offsets, confirmation, long polling, conflicts, and which updates there are."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest
from telegram import Bot
from telegram.error import Conflict, InvalidToken

from sandbox import Person, Room, Sandbox
from tests.sandbox.conftest import Inbox, bot_of


async def texts(bot: Bot, offset: int | None = None, limit: int | None = None) -> list[str]:
    return [str(update.message.text) for update in await bot.get_updates(offset, limit) if update.message]


async def test_an_update_stays_until_it_is_confirmed(bot: Bot, alice: Person, private: Room) -> None:
    """A bot that dies before it confirmed gets the update again."""
    alice.says("one")
    alice.says("two")

    first = await bot.get_updates()
    again = await bot.get_updates()
    rest = await bot.get_updates(offset=first[0].update_id + 1)
    gone = await texts(bot)

    assert [u.update_id for u in first] == [u.update_id for u in again]
    assert [str(u.message.text) for u in rest if u.message] == ["two"]
    assert gone == ["two"]


async def test_ids_increase_and_begin_where_one_says() -> None:
    """After a quiet week Telegram's ids begin anywhere, so no bot may rely on them."""
    async with Sandbox(first_update_id=17) as sandbox, bot_of(sandbox) as bot:
        alice = sandbox.user("Alice")
        for number in range(3):
            alice.says(str(number))

        updates = await bot.get_updates()

    assert [update.update_id for update in updates] == [17, 18, 19]


async def test_the_limit_is_kept(bot: Bot, alice: Person, private: Room) -> None:
    """At most 100, or fewer if one asks for fewer."""
    for number in range(105):
        alice.says(str(number))

    assert await texts(bot, limit=2) == ["0", "1"]
    assert len(await texts(bot)) == 100


async def test_a_negative_offset_takes_the_last_and_forgets_the_rest(bot: Bot, alice: Person, private: Room) -> None:
    """As documented: all previous updates are forgotten."""
    for number in range(5):
        alice.says(str(number))

    assert await texts(bot, offset=-2) == ["3", "4"]
    assert await texts(bot) == ["3", "4"]


async def test_an_offset_far_ahead_confirms_nothing(bot: Bot, alice: Person, private: Room) -> None:
    """A stored high-water mark from before ids began anew must not lose what came since; Telegram starts over too."""
    alice.says("hello")

    assert await texts(bot, offset=2_000_000_000) == ["hello"]


async def test_a_long_poll_answers_as_soon_as_something_happens(bot: Bot, alice: Person, private: Room) -> None:
    """No sleeping on either side; what happens at once comes together."""
    waiting = asyncio.create_task(bot.get_updates(timeout=10))
    await asyncio.sleep(0.05)
    alice.sends_album(private, ["photo", "video"])

    updates = await asyncio.wait_for(waiting, 2)

    assert len(updates) == 2


async def test_a_long_poll_ends_empty_when_nothing_happens(bot: Bot) -> None:
    """After its time the answer is an empty list, not an error."""
    assert await bot.get_updates(timeout=1) == ()


async def test_a_second_poll_ends_the_first_with_a_conflict(sandbox: Sandbox, bot: Bot) -> None:
    """Two bots on one token notice each other."""
    async with bot_of(sandbox) as other:
        first = asyncio.create_task(bot.get_updates(timeout=10))
        await sandbox.wait_for(lambda: sandbox.world.updates.waiting)
        await other.get_updates()

        with pytest.raises(Conflict, match="make sure that only one bot instance is running"):
            await first


async def test_a_bot_killed_in_its_poll_leaves_nothing_behind(sandbox: Sandbox, bot: Bot) -> None:
    """Its successor is not told of a conflict."""
    async with aiohttp.ClientSession() as session:
        dead = asyncio.create_task(session.get(f"{sandbox.url}/bot{sandbox.token}/getUpdates?timeout=10"))
        await sandbox.wait_for(lambda: sandbox.world.updates.waiting)
        dead.cancel()
    await sandbox.wait_for(lambda: not sandbox.world.updates.waiting)

    assert await bot.get_updates() == ()


async def test_some_kinds_come_only_when_asked_for(sandbox: Sandbox, inbox: Inbox, alice: Person, group: Room) -> None:
    """Reactions and others' membership are not in the default; an empty list means the default again."""
    group.promotes_bot()
    message = alice.writes(group, "hello")
    await inbox.fetch()

    alice.reacts(message, "👍")
    assert await inbox.kinds(["message_reaction", "chat_member"]) == []  # nothing is delivered after the fact
    alice.reacts(message, "🔥")
    group.joins(sandbox.user("Carol"))
    assert await inbox.kinds() == ["message_reaction", "chat_member"]  # the setting lasts
    alice.writes(group, "again")
    assert await inbox.kinds([]) == []
    alice.reacts(message)
    alice.writes(group, "again")
    assert await inbox.kinds() == ["message"]


async def test_updates_are_kept_a_day(sandbox: Sandbox, bot: Bot, alice: Person) -> None:
    """A bot that was away longer has lost them."""
    alice.says("old")
    sandbox.clock.move(timedelta(hours=23))
    alice.says("newer")
    sandbox.clock.move(timedelta(hours=2))

    assert await texts(bot) == ["newer"]


async def test_moving_the_clock_takes_nothing_from_a_bot_that_listens(
    sandbox: Sandbox, bot: Bot, alice: Person, private: Room
) -> None:
    """In the days that are skipped a running bot would have fetched its updates."""
    await bot.get_updates()
    alice.says("hello")
    sandbox.clock.move(timedelta(days=8))

    assert await texts(bot) == ["hello"]


async def test_a_wrong_token_is_unauthorized(sandbox: Sandbox) -> None:
    """401, which the library calls an invalid token."""
    with pytest.raises(InvalidToken):
        async with Bot("42:WRONG", base_url=f"{sandbox.url}/bot"):
            pass


async def test_the_raw_answer_looks_like_telegrams(sandbox: Sandbox) -> None:
    """Programs without the library rely on the envelope."""
    async with aiohttp.ClientSession(f"{sandbox.url}/bot{sandbox.token}/") as session:
        good = await (await session.post("getme")).json()
        bad = await session.post("sendMessage", json={"chat_id": 1, "text": "x"})
        unknown = await session.get("noSuchMethod")

        assert good["ok"] is True
        assert good["result"]["is_bot"] is True
        assert (bad.status, unknown.status) == (400, 404)
        assert await bad.json() == {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}
        assert await unknown.json() == {"ok": False, "error_code": 404, "description": "Not Found"}
