"""Two of the same are one too many; both are told so in a sentence, and the first goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers import polling
from storage.urls import sqlite_url
from tests.support import programs
from tests.support.programs import BotProcess
from tests.support.town import Town


async def test_a_second_bot_with_the_same_token_gives_way(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine, another database: Telegram would hand updates to either. Who was there first stays."""
    monkeypatch.setattr(polling, "NEWCOMER_SECONDS", 0.0)  # the first one has been running for long
    town.refusals.add("Conflict")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    sections = town.sections | {"database": {"url": sqlite_url(folder / "liaison.db")}}
    second = BotProcess(programs.write_config(folder / "config.toml", sections), town.settings)
    await second.start()
    assert await second.ended() == 1
    assert "Another program is running with this bot's token" in second.said()
    assert "Traceback" not in second.said()

    town.lin.says("路灯坏了")
    await town.lin.told("民情 #1")


async def test_a_second_bot_on_the_same_file_is_refused(town: Town) -> None:
    """At once, and before it has said a word to Telegram."""
    calls = len(town.sandbox.calls)
    second = await town.start_process()
    assert await second.ended() == 1
    said = second.said().strip().splitlines()
    assert len(said) == 1
    assert "liaison.db" in said[0]
    assert not any(call.method == "getMe" for call in list(town.sandbox.calls)[calls:])

    town.lin.says("路灯坏了")
    await town.lin.told("民情 #1")
