"""A sandbox for each test, and the real library as the bot that speaks to it."""

from collections.abc import AsyncIterator, Awaitable

import pytest
from telegram import Bot, Update
from telegram.error import TelegramError

from sandbox import Person, Room, Sandbox

PNG = b"\x89PNG\r\n\x1a\n"
"""What a picture begins with; more of one nobody looks at."""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as running:
        yield running


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    async with bot_of(sandbox) as speaking:
        yield speaking


@pytest.fixture
def alice(sandbox: Sandbox) -> Person:
    return sandbox.user("Alice", language="en")


@pytest.fixture
def bob(sandbox: Sandbox) -> Person:
    return sandbox.user("Bob", language="zh-hans")


@pytest.fixture
def group(sandbox: Sandbox, alice: Person, bob: Person) -> Room:
    """A basic group with Alice, who owns it, Bob and the bot; its first updates are out of the way."""
    group = sandbox.group("阳光小区", [alice, bob], bot=True)
    sandbox.world.updates.clear()
    return group


@pytest.fixture
def private(sandbox: Sandbox, alice: Person) -> Room:
    """Alice's private chat, started; its first updates are out of the way."""
    alice.starts()
    sandbox.world.updates.clear()
    return alice.chat


def bot_of(sandbox: Sandbox) -> Bot:
    return Bot(sandbox.token, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot")


class Inbox:
    """Fetches updates as a bot does: each once, confirming what it had."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.offset = 0

    async def fetch(self, allowed: list[str] | None = None) -> list[Update]:
        updates = await self.bot.get_updates(offset=self.offset, allowed_updates=allowed)
        if updates:
            self.offset = updates[-1].update_id + 1
        return list(updates)

    async def kinds(self, allowed: list[str] | None = None) -> list[str]:
        """What kinds of updates came."""
        return [kind_of(update) for update in await self.fetch(allowed)]

    async def texts(self) -> list[str]:
        """What the messages that came say."""
        found = [update.effective_message for update in await self.fetch()]
        return [message.text or message.caption or "" for message in found if message is not None]


@pytest.fixture
def inbox(bot: Bot) -> Inbox:
    return Inbox(bot)


def kind_of(update: Update) -> str:
    return next(key for key in update.to_dict() if key != "update_id")


async def refusal(call: Awaitable[object]) -> str:
    """What the server says when it refuses the call; the library drops "Bad Request" and capitalises the rest."""
    with pytest.raises(TelegramError) as caught:
        await call
    return caught.value.message
