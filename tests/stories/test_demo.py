"""The demo as a newcomer starts it: one command, a page, people who have something to say, and a clean end."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from sandbox import cast
from sandbox.demo import Folder
from tests.support.programs import as_long_as_it_works
from tests.support.source import ROOT

ENDS_WITHIN = 15.0
THREE_WEEKS = 21 * 86_400.0

pytestmark = pytest.mark.timeout(300)  # it takes a few seconds by itself, and what it gets of a busy machine


class Demo:
    """A running ``bot.py demo``."""

    def __init__(self, process: asyncio.subprocess.Process, said: str, url: str) -> None:
        self.process = process
        self.said = said
        self.url = url

    async def get(self, path: str) -> Any:
        async with aiohttp.ClientSession() as web, web.get(self.url + path) as answer:
            assert answer.status == 200
            return await answer.json() if answer.content_type == "application/json" else await answer.text()

    async def do(self, action: str, **parameters: Any) -> Any:
        """What the page asks the server to do."""
        async with aiohttp.ClientSession() as web, web.post(f"{self.url}/sandbox/{action}", json=parameters) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def texts(self) -> list[str]:
        """Everything that was said, in all chats."""
        state = await self.get("/sandbox/state")
        return [message.get("text") or message.get("caption") or "" for message in state["messages"]]

    async def count(self, words: str) -> int:
        """How many messages say it."""
        return sum(words in text for text in await self.texts())

    async def waits_for(self, words: str, more_than: int = 0) -> None:
        """Until so many messages say it, and one more."""

        async def said() -> None:
            while await self.count(words) <= more_than:
                await asyncio.sleep(0.05)

        await as_long_as_it_works(self.process, said())

    async def ends(self, by: signal.Signals = signal.SIGINT) -> None:
        """It finishes what is in hand, says goodbye, and ends well, also under the hand of somebody impatient."""
        assert self.process.stdout is not None
        self.process.send_signal(by)
        async with asyncio.timeout(ENDS_WITHIN):
            last = (await self.process.stdout.readline()).decode()
            with suppress(ProcessLookupError):
                self.process.send_signal(by)
            last += (await self.process.stdout.read()).decode()
            assert await self.process.wait() == 0, last
        assert last.strip() == "演示已结束。 The demo has ended."


@asynccontextmanager
async def a_demo(*words: str) -> AsyncIterator[Demo]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "bot.py",
        "demo",
        *words,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield await _begun(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _begun(process: asyncio.subprocess.Process) -> Demo:
    """Wait until it has said where it is and how to stop it."""
    assert process.stdout is not None
    said = ""
    while "Ctrl-C ends" not in said:
        line = await as_long_as_it_works(process, process.stdout.readline())
        assert line, f"it ended: {said}"
        said += line.decode()
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found is not None
    return Demo(process, said, found[0])


async def test_one_command_shows_everything(tmp_path: Path) -> None:
    """Address and how to stop in both languages, the page, people, cases in every stage; kept, and not seeded twice."""
    kept = tmp_path / "kept"
    async with a_demo("--port", "0", "--data", str(kept)) as demo:
        saved = json.loads((kept / "chats.json").read_text(encoding="utf-8"))
        assert abs(saved["clock_ahead"]) < 1, "complete means that a crash from then on loses nothing of it"
        assert "按 Ctrl-C 结束" in demo.said
        assert "<title>LiaisonBot" in await demo.get("/")
        state = await demo.get("/sandbox/state")
        assert len(state["scene"]["columns"]) == 4
        roles = list(state["scene"]["roles"].values())
        assert (roles.count("deputy"), roles.count("staff"), roles.count("constituent")) == (4, 2, 7)
        said = await demo.texts()
        for stage in ("🔵 收集", "🔵 调处", "已办结：群众确认", "不予受理", "代表待分派", "转入督办"):
            assert any(stage in text for text in said), stage
        for words in ("✅ 确认了 2 条", "📢 代表述职：李建国", "李建国代表述职", "正在测评"):
            assert any(words in text for text in said), words
        present = datetime.fromisoformat(state["now"]).timestamp()
        assert all(message["date"] <= present for message in state["messages"])
        for chat in state["chats"]:
            own = [(m["message_id"], m["date"]) for m in state["messages"] if m["chat_id"] == chat["id"]]
            assert sorted(own) == sorted(own, key=lambda one: (one[1], one[0])), chat["title"]
        refused = {call["error"] for call in await demo.get("/sandbox/calls?limit=5000")} - {None}
        assert refused <= {"Bad Request: not enough rights to manage pinned messages in the chat"}

        wang = next(user["id"] for user in state["users"] if user["name"] == "王芳")
        await demo.do("write", user=wang, text="/report 路灯又坏了")
        await demo.waits_for("民情 #9")
        reports, lists = [await demo.count(words) for words in ("📢 代表述职：李建国", "我的民情")]
        await demo.ends()

    async with a_demo("--port", "0", "--data", str(kept)) as demo:
        assert await demo.count("📢 代表述职：李建国") == reports
        await demo.do("write", user=wang, text="/mycases")
        await demo.waits_for("我的民情", more_than=lists)
        urged = await demo.count("督办：民情")
        await demo.do("clock", seconds=await seconds_to(demo, 23) + THREE_WEEKS)
        await demo.waits_for("督办：民情", more_than=urged)
        await demo.ends(signal.SIGTERM)


async def seconds_to(demo: Demo, hour: int) -> float:
    """How long it is until that hour in the demo's town: at eleven in the evening nobody would be reminded."""
    now = datetime.fromisoformat((await demo.get("/sandbox/state"))["now"]).astimezone(ZoneInfo(cast.ZONE))
    return ((now.replace(hour=hour, minute=0) - now) % timedelta(days=1)).total_seconds()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"liaison.db": "a station's own"}, "{folder} holds liaison.db, which is not a demo's; "),
        ({"roster.csv": "a station's own"}, "{folder} holds roster.csv, which is not a demo's; "),
        ({"liaison.db": "its own", "demo/x": "", "begun/x": ""}, "{folder} holds liaison.db, which is not a demo's; "),
        ({"seeded": "", "liaison.db": ""}, "{folder}: chats.json of the demo is missing; "),
        ({"seeded": "", "liaison.db": "", "chats.json": "half a"}, "{folder}/chats.json is not a sandbox's state; "),
    ],
)
async def test_a_folder_that_is_no_whole_demo_is_left_alone(tmp_path: Path, files: dict[str, str], said: str) -> None:
    """Above all a station's own database, which has the same name: one sentence, and nothing is thrown away."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")

    process = await asyncio.create_subprocess_exec(
        sys.executable, "bot.py", "demo", "--port", "0", "--data", str(folder), cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await as_long_as_it_works(process, process.communicate())

    assert process.returncode == 1
    assert errors.decode() == f"{said.format(folder=folder)}name another folder: bot.py demo --data DIR\n"
    assert {name: (folder / name).read_text(encoding="utf-8") for name in files} == files


def test_starting_over_may_be_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was thrown away by then, the demo begins anew in that folder."""
    folder = Folder(tmp_path)
    folder.claim()
    for part in (folder.database, folder.world, folder.seeded):
        part.touch()
    with monkeypatch.context() as patched:
        patched.setattr(Folder, "_found", lambda _: [folder.world, tmp_path / "killed here"])
        with pytest.raises(FileNotFoundError):
            folder.clear()

    Folder(tmp_path).claim()

    assert [found.name for found in tmp_path.iterdir()] == [folder.begun.name]


async def test_a_port_in_use_is_one_sentence() -> None:
    """No traceback: which port, and what to type instead."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "bot.py", "demo", "--port", str(port), cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        _, errors = await as_long_as_it_works(process, process.communicate())

    assert process.returncode == 1
    assert errors.decode().splitlines() == [f"port {port} is in use; name another: bot.py demo --port {port + 1}"]


async def test_who_ends_it_while_it_starts_over_has_ended_it() -> None:
    """Ctrl-C in the second in which everything is put away: it does not come back by itself."""
    async with a_demo("--port", "0") as demo:
        await demo.do("start-over")
        demo.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(ENDS_WITHIN):
            assert await demo.process.wait() == 0


async def test_it_can_start_over() -> None:
    """The page's button: what was tried out is gone, and the examples are back at the same address."""
    async with a_demo("--port", "0") as demo:
        state = await demo.get("/sandbox/state")
        somebody = state["users"][0]["id"]
        await demo.do("write", user=somebody, text="tried out")

        await demo.do("start-over")

        assert demo.process.stdout is not None
        again = await _begun(demo.process)
        assert again.url == demo.url
        assert "tried out" not in await again.texts()
        assert any("已办结：群众确认" in text for text in await again.texts())
        await again.ends()
