"""Updates that Telegram delivers."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from structlog.testing import CapturingLogger

from handlers import polling
from handlers import webhook as webhooks
from handlers.api import BotApi
from handlers.intake import Intake
from handlers.office import Office
from handlers.polling import AnotherBot, Polling
from handlers.webhook import MOST_BYTES, SECRET_HEADER, CannotListen, Webhook
from liaisonbot.errors import TokenRefused
from sandbox import Person, Sandbox
from tests.handlers.conftest import an_api, eventually, going
from tests.handlers.test_polling import Counter, texts
from tests.support.ports import a_port

SECRET = "s3cret"
WORDS = "Nobody else is to read this"


@pytest.fixture
def port() -> int:
    return a_port()


@pytest.fixture
def url(port: int) -> str:
    return f"http://127.0.0.1:{port}/telegram/hook"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "WATCH_SECONDS", 0.1)
    monkeypatch.setattr(polling, "PAUSE_OF_NEWCOMER", 0.1)
    monkeypatch.setattr(polling, "PAUSE_OF_RESIDENT", 0.01)


@pytest.fixture
def taken() -> Counter:
    return Counter()


@pytest.fixture
async def webhook(api: BotApi, office: Office, taken: Counter, url: str, port: int) -> AsyncIterator[Webhook]:
    hook = Webhook(api, Intake(office, taken), url=url, host="127.0.0.1", port=port, secret=SECRET)
    async with going(hook.run()):
        await eventually(lambda: _is_set(api, url), "the webhook")
        yield hook


async def _is_set(api: BotApi, url: str) -> bool:
    return bool((await api.call("getWebhookInfo"))["url"] == url)


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def status(web: aiohttp.ClientSession, url: str, body: Any, secret: str | None = SECRET) -> int:
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    async with web.post(url, data=body, headers=headers) as response:
        return response.status


@pytest.mark.usefixtures("webhook")
async def test_telegram_delivers_and_is_told_when_it_is_stored(taken: Counter, alice: Person, sandbox: Sandbox) -> None:
    """In order; what was stored it does not deliver again."""
    for number in range(5):
        alice.says(str(number))

    await eventually(lambda: len(taken.taken) == 5, "the updates")
    await eventually(lambda: not sandbox.updates_pending, "the confirmation")
    assert texts(taken) == list("01234")


@pytest.mark.usefixtures("webhook")
@pytest.mark.parametrize("secret", [None, "", "wrong", "s3cret2", "ſecret"])
async def test_nobody_else_can_deliver(
    web: aiohttp.ClientSession, url: str, taken: Counter, secret: str | None
) -> None:
    """Whoever does not show the secret is turned away before anything is read."""
    assert await status(web, url, b'{"update_id": 1}', secret) == 403
    assert taken.taken == []


@pytest.mark.usefixtures("webhook")
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b'{"update_id": "1"}', b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_update_is_refused(
    web: aiohttp.ClientSession, url: str, taken: Counter, alice: Person, body: bytes
) -> None:
    """And stops nothing."""
    assert await status(web, url, body) == 400
    alice.says("next")
    await eventually(lambda: texts(taken) == ["next"], "the next update")


PACKED = gzip.compress(b'{"update_id": 1, "message": "%s"}' % WORDS.encode())
UNREADABLE = {
    "cut off": ("identity", b'{"update_id": 1, "message": "%s' % WORDS.encode()),
    "no gzip": ("gzip", WORDS.encode()),
    "gzip cut off": ("gzip", PACKED[:-12]),
    "gzip with a wrong sum": ("gzip", PACKED[:-8] + bytes(8)),
    "gzip, said to be something else": ("deflate", PACKED),
    "of a kind we do not know": ("zstd", PACKED),
}


@pytest.mark.usefixtures("webhook")
@pytest.mark.parametrize("what", UNREADABLE)
async def test_a_body_that_cannot_be_read_is_refused_and_on_record_without_its_words(
    web: aiohttp.ClientSession,
    url: str,
    taken: Counter,
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    what: str,
) -> None:
    """However it is packed: 400, one line in the log, and the next update comes."""
    log = CapturingLogger()
    monkeypatch.setattr(webhooks, "log", log)
    encoding, body = UNREADABLE[what]
    headers = {SECRET_HEADER: SECRET, "Content-Encoding": encoding}

    async with web.post(url, data=body, headers=headers, compress=False) as response:
        assert response.status == 400

    (call,) = log.calls
    assert call.kwargs == {"bytes": len(body)}
    assert WORDS not in repr(log.calls)
    assert caplog.records == []
    alice.says("next")
    await eventually(lambda: texts(taken) == ["next"], "the next update")


@pytest.mark.usefixtures("webhook")
async def test_a_huge_body_is_refused(web: aiohttp.ClientSession, url: str) -> None:
    """Before it fills the memory."""
    assert await status(web, url, b"x" * (MOST_BYTES + 1)) == 413


@pytest.mark.usefixtures("webhook")
async def test_the_proxy_can_ask_whether_we_are_there(web: aiohttp.ClientSession, port: int) -> None:
    """Without the secret; nothing else answers."""
    async with web.get(f"http://127.0.0.1:{port}/healthz") as response:
        assert response.status == 200
    async with web.get(f"http://127.0.0.1:{port}/") as response:
        assert response.status == 404


@pytest.mark.usefixtures("webhook")
async def test_what_could_not_be_stored_is_not_confirmed(
    web: aiohttp.ClientSession, url: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram is answered only after the commit."""
    release = asyncio.Event()
    write = office.memory.write

    async def slowly(unit: Callable[[Any], Any], **more: Any) -> Any:
        await release.wait()
        return await write(unit, **more)

    monkeypatch.setattr(office.memory, "write", slowly)
    delivery = asyncio.create_task(status(web, url, b'{"update_id": 1}'))
    done, _ = await asyncio.wait([delivery], timeout=0.2)
    assert not done
    release.set()

    assert await delivery == 200
    assert len(await office.memory.read(lambda uow: uow.inbox.pending(office.clock.now()))) == 1


async def test_a_wrong_token_stops_the_bot(
    sandbox: Sandbox, office: Office, taken: Counter, url: str, port: int
) -> None:
    """There is nothing to wait for."""
    async with an_api(sandbox.url, "42:WRONG") as api:
        hook = Webhook(api, Intake(office, taken), url=url, host="127.0.0.1", port=port, secret=SECRET)
        with pytest.raises(TokenRefused):
            await hook.run()


async def test_a_webhook_that_was_taken_away_is_set_again(
    api: BotApi, office: Office, taken: Counter, alice: Person, url: str, port: int
) -> None:
    """Or one that somebody pointed elsewhere: else we would wait for ever for what goes to nobody."""
    clock = [0.0]
    intake = Intake(office, taken)
    hook = Webhook(api, intake, url=url, host="127.0.0.1", port=port, secret=SECRET, now=lambda: clock[0])
    async with going(hook.run()):
        await eventually(lambda: _is_set(api, url), "the webhook")
        clock[0] = webhooks.NEWCOMER_SECONDS + 1
        for number, elsewhere in enumerate(("", "http://127.0.0.1:9/hook", "")):
            await api.call("setWebhook", {"url": elsewhere})
            alice.says(str(number))
            await eventually(lambda number=number: len(taken.taken) == number + 1, "the update")


async def test_an_address_that_is_taken_is_named(api: BotApi, office: Office, taken: Counter, url: str) -> None:
    """Before Telegram hears of it: which setting, what is wrong, what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        hook = Webhook(api, Intake(office, taken), url=url, host="127.0.0.1", port=port, secret=SECRET)
        with pytest.raises(
            CannotListen, match=rf"^telegram\.webhook_listen.*127\.0\.0\.1:{port} \(Address already in use\)"
        ):
            await hook.run()
    nowhere = Webhook(api, Intake(office, taken), url=url, host="nowhere.invalid", port=1, secret=SECRET)
    with pytest.raises(CannotListen, match=r"nowhere\.invalid:1 \([A-Z]"):
        await nowhere.run()
    assert not (await api.call("getWebhookInfo"))["url"]


@pytest.mark.usefixtures("webhook")
async def test_the_same_address_with_another_secret_is_set_again(
    api: BotApi, taken: Counter, alice: Person, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram would be turned away for ever; that it could not deliver stands in the log."""
    log = CapturingLogger()
    monkeypatch.setattr(webhooks, "log", log)
    await api.call("setWebhook", {"url": url})
    alice.says("as by hand")
    await eventually(lambda: texts(taken) == ["as by hand"], "the update")
    assert any("could not deliver" in call.args[0] for call in log.calls)


async def test_a_second_bot_with_a_webhook_gives_way_to_one_that_fetches(
    api: BotApi, office: Office, sandbox: Sandbox, taken: Counter, alice: Person, url: str, port: int
) -> None:
    """The newcomer stops with a sentence; the one that was there goes on."""
    clock = [0.0]
    intake = Intake(office, taken)
    async with going(Polling(api, intake, now=lambda: clock[0]).run()), an_api(sandbox.url) as other:
        await eventually(lambda: sandbox.world.updates.waiting, "the first request")
        clock[0] = polling.NEWCOMER_SECONDS + 1

        newcomer = Webhook(other, Intake(office, Counter()), url=url, host="127.0.0.1", port=port, secret=SECRET)
        with pytest.raises(AnotherBot, match=r"telegram\.token"):
            await asyncio.wait_for(newcomer.run(), 10)

        alice.says("still here")
        await eventually(lambda: texts(taken) == ["still here"], "the update")


async def test_a_second_bot_that_fetches_gives_way_to_one_with_a_webhook(
    api: BotApi, office: Office, sandbox: Sandbox, taken: Counter, alice: Person, url: str, port: int
) -> None:
    """The other way round."""
    clock = [0.0]
    intake = Intake(office, taken)
    hook = Webhook(api, intake, url=url, host="127.0.0.1", port=port, secret=SECRET, now=lambda: clock[0])
    async with going(hook.run()), an_api(sandbox.url) as other:
        await eventually(lambda: _is_set(api, url), "the webhook")
        clock[0] = webhooks.NEWCOMER_SECONDS + 1

        with pytest.raises(AnotherBot, match=r"telegram\.token"):
            await asyncio.wait_for(Polling(other, Intake(office, Counter())).run(), 10)

        await eventually(lambda: _is_set(api, url), "the webhook, set again")
        alice.says("still here")
        await eventually(lambda: texts(taken) == ["still here"], "the update")
