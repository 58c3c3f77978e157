"""The control API: what the page and other processes use."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from sandbox import Person, Room, Sandbox
from sandbox.errors import Impossible
from tests.sandbox.conftest import Inbox


class Control:
    """A client of the control API."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def get(self, path: str) -> Any:
        async with self.session.get(f"/sandbox/{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def do(self, action: str, *, status: int = 200, **params: Any) -> Any:
        async with self.session.post(f"/sandbox/{action}", json=params) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()


@pytest.fixture
async def control(sandbox: Sandbox) -> AsyncIterator[Control]:
    async with aiohttp.ClientSession(sandbox.url) as session:
        yield Control(session)


async def test_a_whole_conversation(control: Control, bot: Bot, inbox: Inbox) -> None:
    """People and groups are made, write, press, vote, edit, react; all by HTTP."""
    alice = await control.do("user", name="Alice", language="en")
    bob = await control.do("user", name="Bob")
    group = await control.do("group", title="G", members=[alice["id"], bob["id"]], bot=True)
    await control.do("start", user=alice["id"], payload="join_x")
    written = await control.do("write", user=bob["id"], chat=group["id"], text="/report lamp")
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("受理", callback_data="a:1")]])
    card = await bot.send_message(group["id"], "card", reply_markup=keyboard)
    poll = await bot.send_poll(group["id"], "Q", ["a", "b"], is_anonymous=False)
    pressing = asyncio.create_task(
        control.do("press", user="Bob", chat=group["id"], message=card.message_id, row=0, column=0)
    )
    await control.do("vote", user="Alice", chat=group["id"], message=poll.message_id, options=[1])
    await control.do("edit", user="Bob", chat=group["id"], message=written["message"], text="/report lamps")
    await control.do("react", user="Alice", chat=group["id"], message=card.message_id, emoji="👍")
    for update in await inbox.fetch():
        if update.callback_query:
            await update.callback_query.answer("done")
            assert update.callback_query.data == "a:1"

    assert (await pressing)["text"] == "done"
    state = await control.get("state")
    shown = {m["message_id"]: m for m in state["messages"] if m["chat_id"] == group["id"]}
    assert shown[written["message"]]["text"] == "/report lamps"
    assert shown[written["message"]]["versions"] == ["/report lamp"]
    assert shown[card.message_id]["reactions"] == [{"user": alice["id"], "emoji": ["👍"]}]
    assert shown[poll.message_id]["votes"] == [{"user": alice["id"], "options": [1]}]
    assert {user["name"] for user in state["users"]} == {"Alice", "Bob"}


async def test_a_long_text_goes_as_clients_send_it(control: Control, alice: Person, private: Room) -> None:
    """In several messages, broken where a line or a word ends; what is written by one hand at a time is not longer."""
    await control.do("write", user=alice.id, text=f"{'x' * 4000}\n{'y' * 3000} {'z' * 3000}")
    await control.do("write", user=alice.id, text="字" * 5000)

    assert alice.sees()[-5:] == ["x" * 4000, "y" * 3000, "z" * 3000, "字" * 4096, "字" * 904]
    with pytest.raises(Impossible):
        alice.says("x" * 4097)
    with pytest.raises(Impossible):
        alice.sends_photo(private, "x" * 1025)


async def test_changes_come_as_events_and_can_be_caught_up_on(
    sandbox: Sandbox, control: Control, alice: Person, private: Room
) -> None:
    """A page that was away asks from the number it knows; numbers do not jump."""
    seen = sandbox.world.feed.seq
    alice.says("one")
    message = alice.says("two")
    async with control.session.get(f"/sandbox/events?after={seen}") as stream:
        first = await next_event(stream)
        second = await next_event(stream)
        alice.edits(message, "three")
        third = await next_event(stream)

    assert [e["seq"] for e in (first, second, third)] == [seen + 1, seen + 2, seen + 3]
    assert [e["kind"] for e in (first, second, third)] == ["message"] * 3
    assert first["value"]["text"] == "one"
    assert third["value"]["text"] == "three"
    assert [m["text"] for m in (await control.get(f"state?since={seen + 1}"))["messages"]] == ["three"]


async def test_a_page_that_was_away_too_long_is_told_to_begin_anew(sandbox: Sandbox, control: Control) -> None:
    """As is one that followed another run of the sandbox."""
    async with control.session.get("/sandbox/events", headers={"Last-Event-ID": "999999"}) as stream:
        while True:
            line = (await asyncio.wait_for(stream.content.readline(), 2)).decode()
            if line.startswith("event:"):
                break

    assert line == "event: reset\n"


async def test_files_are_sent_and_shown(control: Control, inbox: Inbox, alice: Person, private: Room) -> None:
    """Several make an album; a picture is served as one, anything else as a download."""
    form = aiohttp.FormData({"user": str(alice.id), "text": "look"})
    form.add_field("a", b"pixels", filename="a.png", content_type="image/png")
    form.add_field("b", b"<script>", filename="b.html", content_type="text/html")
    async with control.session.post("/sandbox/write", data=form) as answer:
        assert len((await answer.json())["messages"]) == 2
    picture, page = private.messages[-2:]

    assert (picture.kind, page.kind, picture.caption) == ("photo", "document", "look")
    assert picture.album == page.album is not None
    async with control.session.get(f"/sandbox/file/{picture.file_id}") as shown:
        assert (shown.content_type, await shown.read()) == ("image/png", b"pixels")
    async with control.session.get(f"/sandbox/file/{page.file_id}") as shown:
        assert shown.content_type == "application/octet-stream"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_clock_and_faults_are_set_by_http(sandbox: Sandbox, control: Control) -> None:
    """For drills that run the sandbox in another process."""
    await control.do("clock", seconds=86400)
    planned = await control.do("faults", kind="502", share=0.1, seed=7)
    cleared = await control.do("faults", clear=True)

    assert sandbox.clock.ahead.days == 1
    assert (planned["rules"], cleared["rules"]) == (1, 0)


async def test_groups_change_by_http(sandbox: Sandbox, control: Control, alice: Person, group: Room) -> None:
    """Promotion, leaving, coming back, the upgrade."""
    await control.do("member", chat=group.id, user="bot", do="promote")
    assert group.member(sandbox.bot).status == "administrator"
    await control.do("member", chat=group.id, user="bot", do="leave")
    assert not group.has_bot
    await control.do("member", chat=group.id, user="bot", do="join")
    new = await control.do("upgrade", chat=group.id)

    assert group.upgraded_to is not None
    assert group.upgraded_to.id == new["id"]


async def test_mistakes_are_answered_in_words(control: Control, alice: Person, bob: Person, private: Room) -> None:
    """400 for what makes no sense, 409 for what Telegram would not allow."""
    assert "nobody here" in (await control.do("write", status=400, user="Zoe", text="x"))["error"]
    assert "text" in (await control.do("write", status=400, user="Alice"))["error"]
    refused = await control.do("write", status=409, user="Bob", chat=private.id, text="x")
    assert "Bob is not in" in refused["error"]
    async with control.session.post("/sandbox/fly", json={}) as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:8081"},
        {"Host": "localhost.evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
@pytest.mark.parametrize("path", ["sandbox/write", "bot42:TEST/sendMessage"])
async def test_foreign_pages_are_kept_out(control: Control, private: Room, headers: dict[str, str], path: str) -> None:
    """A page from anywhere that runs in a browser on this machine can reach the port, but nothing behind it."""
    body = {"user": private.id, "chat_id": private.id, "text": "x"}
    async with control.session.post(f"/{path}", json=body, headers=headers) as answer:
        assert answer.status == 403

    assert [message.text for message in private.messages] == ["/start"]


async def test_the_own_page_is_let_in(sandbox: Sandbox, control: Control, private: Room) -> None:
    """Same origin, by number or by name."""
    for host in (f"127.0.0.1:{sandbox.port}", f"localhost:{sandbox.port}"):
        headers = {"Host": host, "Origin": f"http://{host}"}
        async with control.session.post(
            "/sandbox/write", json={"user": private.id, "text": "x"}, headers=headers
        ) as answer:
            assert answer.status == 200


async def test_it_runs_alone_and_ends_cleanly() -> None:
    """python -m sandbox, for other programs and languages."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--port", "0", "--token", "7:X", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found is not None
    async with aiohttp.ClientSession() as session, session.get(f"{found[0]}/bot7:X/getMe") as answer:
        assert (await answer.json())["result"]["id"] == 7
    process.send_signal(signal.SIGTERM)

    assert await asyncio.wait_for(process.wait(), 10) == 0


async def next_event(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    while True:
        line = (await asyncio.wait_for(stream.content.readline(), 2)).decode()
        if line.startswith("data:"):
            event: dict[str, Any] = json.loads(line.removeprefix("data:"))
            return event


async def test_a_picture_is_replaced_by_a_form(
    sandbox: Sandbox, control: Control, alice: Person, private: Room
) -> None:
    """The words stay unless others are given."""
    said = alice.sends_photo(private, "the lamp")
    for words in ({}, {"text": "the lamp at gate 3"}):
        form = aiohttp.FormData({"user": str(alice.id), "message": str(said.id), **words})
        form.add_field("file0", b"another", filename="lamp.png", content_type="image/png")
        before = said.file_id
        async with control.session.post("/sandbox/edit", data=form) as answer:
            assert answer.status == 200, await answer.text()
        assert said.file_id != before
        assert said.text == words.get("text", "the lamp")
