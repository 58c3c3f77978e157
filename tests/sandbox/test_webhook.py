"""Webhooks: updates are posted with the secret, in order, until they are taken."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import Conflict

from sandbox import Person, Room, Sandbox
from tests.sandbox.conftest import refusal

SECRET = "s3cret_-Token"


class Receiver:
    """A webhook that notes what it gets; ``refuse`` many requests are answered with 500 first."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.secrets: set[str | None] = set()
        self.refuse = 0
        self.at_once = self.most_at_once = 0
        self.delay = 0.0
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if self.refuse:
            self.refuse -= 1
            return web.Response(status=500)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.delay)
        self.at_once -= 1
        self.texts.append((await request.json())["message"]["text"])
        return web.Response()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_are_posted_in_order_with_the_secret(
    sandbox: Sandbox, bot: Bot, receiver: Receiver, alice: Person, private: Room
) -> None:
    """What happened before the webhook was set comes too."""
    alice.says("0")
    await bot.set_webhook(receiver.url, secret_token=SECRET)
    for number in range(1, 20):
        alice.says(str(number))

    await sandbox.all_confirmed()

    assert receiver.texts == [str(number) for number in range(20)]
    assert receiver.secrets == {SECRET}


async def test_a_refused_update_is_sent_again_and_holds_back_its_chat_only(
    sandbox: Sandbox, bot: Bot, receiver: Receiver, alice: Person, private: Room
) -> None:
    """Order within a chat holds whatever the server answers; the trouble shows in getWebhookInfo."""
    receiver.refuse = 2
    await bot.set_webhook(receiver.url)
    alice.says("one")
    alice.says("two")
    await sandbox.wait_for(lambda: sandbox.world.webhook.settings.last_error)
    info = await bot.get_webhook_info()
    bob = sandbox.user("Bob")
    bob.says("from Bob")

    await sandbox.all_confirmed()

    assert info.pending_update_count == 2
    assert "500" in str(info.last_error_message)
    assert [text for text in receiver.texts if text != "from Bob"] == ["one", "two"]
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_no_more_connections_are_used_than_asked_for(sandbox: Sandbox, bot: Bot, receiver: Receiver) -> None:
    """Different chats go side by side, up to max_connections."""
    receiver.delay = 0.02
    await bot.set_webhook(receiver.url, max_connections=3)
    for number in range(10):
        sandbox.user(f"User {number}").says("hello")

    await sandbox.all_confirmed()

    assert receiver.most_at_once == 3


async def test_polling_and_webhook_exclude_each_other(sandbox: Sandbox, bot: Bot, receiver: Receiver) -> None:
    """A poll that waits is ended, later ones are refused, until the webhook is deleted."""
    waiting = asyncio.create_task(bot.get_updates(timeout=10))
    await sandbox.wait_for(lambda: sandbox.world.updates.waiting)
    await bot.set_webhook(receiver.url)

    with pytest.raises(Conflict, match="terminated by setWebhook"):
        await waiting
    with pytest.raises(Conflict, match="use deleteWebhook to delete the webhook first"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()
    assert (await bot.get_webhook_info()).url == ""


async def test_the_kinds_last_asked_for_are_told_and_the_default_is_not(bot: Bot, receiver: Receiver) -> None:
    """Whoever leaves the list out changes nothing; an empty one brings the default back, of which nothing is said."""
    told = [(await bot.get_webhook_info()).allowed_updates]
    for asked in (["message", "chat_member"], None, []):
        await bot.set_webhook(receiver.url, allowed_updates=asked)
        told.append((await bot.get_webhook_info()).allowed_updates)

    assert told == [(), ("chat_member", "message"), ("chat_member", "message"), ()]


async def test_pending_updates_can_be_dropped(sandbox: Sandbox, bot: Bot, alice: Person) -> None:
    """drop_pending_updates means what it says."""
    alice.says("old")

    await bot.delete_webhook(drop_pending_updates=True)

    assert sandbox.updates_pending == []


async def test_addresses_that_are_no_good_are_refused(bot: Bot) -> None:
    """And the sandbox never reaches out to another machine."""
    assert "https url must be provided" in await refusal(bot.set_webhook("ftp://127.0.0.1/x"))
    assert "this machine only" in await refusal(bot.set_webhook("https://example.org/hook"))
    assert "unallowed characters" in await refusal(bot.set_webhook("http://127.0.0.1:1/", secret_token="a b"))


async def test_an_unreachable_webhook_keeps_the_updates(
    sandbox: Sandbox, bot: Bot, alice: Person, unused_tcp_port: int
) -> None:
    """Nothing is lost while the bot's server is down."""
    await bot.set_webhook(f"http://127.0.0.1:{unused_tcp_port}/hook")
    alice.says("hello")

    await sandbox.wait_for(lambda: sandbox.world.webhook.settings.last_error)

    assert len(sandbox.updates_pending) == 1
