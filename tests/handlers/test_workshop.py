"""Files that are made when their turn comes, by a program of their own."""

from __future__ import annotations

import asyncio

import pytest

from handlers import workshop
from handlers.workshop import Workshop
from liaisonbot.errors import OurMistake, TryLater
from liaisonbot.outgoing import StoredFile
from liaisonbot.reports import charts
from liaisonbot.reports.charts import Bar, Chart, Part
from liaisonbot.texts import Text

CHART = Chart(Text.of("card-text", text="先办哪一件？"), (Bar(Text.of("card-text", text="路灯"), (Part(3),)),))
STORED = StoredFile("result.png", charts.MEDIA_TYPE, charts.to_be_made(CHART), charts.MAKER)


async def test_a_chart_is_drawn_once_for_all_who_read_one_language() -> None:
    """The second group gets the same bytes, at once."""
    shop = Workshop("Asia/Shanghai")
    first = await shop.finished(STORED, "zh")
    assert first.content.startswith(b"\x89PNG")
    assert first.maker is None
    async with asyncio.timeout(0.1):
        assert await shop.finished(STORED, "zh") == first


async def test_a_finished_file_stays_as_it_is() -> None:
    """Nothing is to be made of it."""
    stored = StoredFile("a.txt", "text/plain", b"a")
    assert await Workshop("Asia/Shanghai").finished(stored, "zh") is stored


async def test_a_program_that_takes_too_long_is_stopped_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it for ever."""
    monkeypatch.setattr(workshop, "SECONDS", 0.01)
    with pytest.raises(TryLater):
        await Workshop("Asia/Shanghai").finished(STORED, "zh")


async def test_what_cannot_be_made_is_our_mistake() -> None:
    """It would fail again."""
    broken = StoredFile("result.png", charts.MEDIA_TYPE, b"not JSON", charts.MAKER)
    with pytest.raises(OurMistake):
        await Workshop("Asia/Shanghai").finished(broken, "zh")
