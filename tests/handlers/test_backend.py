"""How python-telegram-bot speaks HTTP here."""

from __future__ import annotations

import asyncio
import socket
from typing import Any, NoReturn

import pytest
from telegram import Bot, InputFile, Message
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from handlers.api import BotApi
from handlers.backend import Backend, ConnectionCut, _plain
from sandbox import Person, Sandbox
from tests.handlers.conftest import an_api
from tests.support.ports import a_port


async def test_the_library_s_own_methods_work_over_it(sandbox: Sandbox, alice: Person) -> None:
    """Text, nested parameters, an uploaded file and its download."""
    backend = Backend()
    base = f"{sandbox.url}/bot"
    async with Bot("42:TEST", base, f"{sandbox.url}/file/bot", request=backend, get_updates_request=backend) as bot:
        markup: Any = {"inline_keyboard": [[{"text": "受理", "callback_data": "a"}]]}
        await bot.send_message(alice.id, "路灯 🎉 & <", reply_markup=markup)
        sent: Message = await bot.send_document(alice.id, InputFile(b"\x00content", "a.bin"), caption="二")
        assert sent.document is not None
        file = await sent.document.get_file()

        assert bytes(await file.download_as_bytearray()) == b"\x00content"

    assert [message.text or message.caption for message in alice.chat.messages[-2:]] == ["路灯 🎉 & <", "二"]
    assert alice.chat.messages[-2].buttons[0][0].text == "受理"


async def test_calls_give_plain_json(api: BotApi, alice: Person) -> None:
    """The result as Telegram gave it."""
    sent = await api.call("sendMessage", {"chat_id": alice.id, "text": "hello"})

    assert sent["text"] == "hello"
    assert await api.call("getMe")


async def test_a_file_goes_along(api: BotApi, alice: Person) -> None:
    """With its name and type."""
    file = ("document", ("协议 1.json", b"{}", "application/json"))

    sent = await api.call("sendDocument", {"chat_id": alice.id, "caption": "c", "protect_content": False}, file=file)

    assert sent["document"]["file_name"] == "协议 1.json"
    assert sent["document"]["mime_type"] == "application/json"


async def test_connections_are_kept_open(api: BotApi, sandbox: Sandbox) -> None:
    """One handshake serves many calls."""
    for _ in range(3):
        await api.call("getMe")

    session = api._backend._session
    assert session is not None
    connector: Any = session.connector
    assert sum(len(kept) for kept in connector._conns.values()) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("429", RetryAfter),
        ("500", NetworkError),
        ("502", NetworkError),
        ("cut_before", ConnectionCut),
        ("cut_after", ConnectionCut),
        ("hang", TimedOut),
    ],
)
async def test_what_goes_wrong_is_told_apart(
    sandbox: Sandbox, alice: Person, fault: str, error: type[TelegramError]
) -> None:
    """In the library's own words."""
    sandbox.faults.add(fault, "sendMessage")
    patience = 0.3 if fault == "hang" else 20.0
    async with an_api(sandbox.url, read_seconds=patience) as api:
        with pytest.raises(error) as caught:
            await api.call("sendMessage", {"chat_id": alice.id, "text": "x"})

    assert not isinstance(caught.value, BadRequest)


async def test_nobody_listening_is_not_a_cut() -> None:
    """Nothing was sent: sending again repeats nothing."""
    async with an_api(f"http://127.0.0.1:{a_port()}") as api:
        with pytest.raises(NetworkError, match="not connected") as caught:
            await api.call("getMe")

    assert not isinstance(caught.value, (ConnectionCut, TimedOut))


async def test_an_answer_that_is_no_json_is_an_error(caplog: pytest.LogCaptureFixture) -> None:
    """And what it said stays out of the log: words may be in it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nsecret words!")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, an_api(f"http://127.0.0.1:{port}") as api:
        with pytest.raises(TelegramError) as caught:
            await api.call("getMe")

    assert "secret" not in caplog.text + str(caught.value)


async def test_no_error_names_the_token(sandbox: Sandbox) -> None:
    """It stands in every URL, and errors end up in logs and on terminals."""
    token = "42:verysecret"
    said = []
    async with an_api(sandbox.url, token) as api:
        with pytest.raises(InvalidToken) as refused:
            await api.call("getMe")
        said.append(refused.value)
    for url in (f"http://127.0.0.1:{a_port()}", "http://[broken", "http://no-such-host.invalid"):
        async with an_api(url, token) as api:
            with pytest.raises(TelegramError) as failed:
                await api.call("getMe")
            said.append(failed.value)

    assert "verysecret" not in " ".join(f"{error!s} {error!r} {error.__cause__!r}" for error in said)


def test_an_error_says_why_in_words() -> None:
    """No name out of a program; and aiohttp's own text may hold the URL."""
    assert _plain(ConnectionResetError(104, "Connection reset by peer")) == "Connection reset by peer"
    assert _plain(OSError(111, "Connect call failed ('127.0.0.1', 8481)")) == "Connection refused"
    assert _plain(TimeoutError()) == "nothing came in time"
    assert _plain(ValueError("http://x/bot42:secret")) == "it broke off"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://no-such-host", "its name is not known here"),
        ("https://127.0.0.1:{port}", "what answers there does not speak HTTPS"),
    ],
)
async def test_why_it_was_not_reached_is_said_in_words(
    sandbox: Sandbox, url: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a name that is not known, and for https:// where only http:// is spoken."""
    monkeypatch.setattr(socket, "getaddrinfo", _unknown)  # a test asks no name server: it may be slow, or lie
    async with an_api(url.format(port=sandbox.port)) as api:
        with pytest.raises(NetworkError) as caught:
            await api.call("getMe")

    assert str(caught.value) == f"not connected ({why})"


def _unknown(*_: object, **__: object) -> NoReturn:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def test_before_and_after_its_life_it_says_so() -> None:
    """Instead of failing in odd ways."""
    backend = Backend()
    await backend.shutdown()

    with pytest.raises(NetworkError):
        await backend.do_request("http://127.0.0.1:1/", "POST")
