"""Somebody looks for a case by its words, and opens what was found."""

from __future__ import annotations

from tests.stories.steps import reported_privately
from tests.support.town import Town


async def test_from_a_word_to_the_case(town: Town) -> None:
    """Typed in one line; then asked with buttons, where the answer takes the place of the question."""
    await reported_privately(town, town.lin, "小区东门的路灯坏了三天了")
    town.lin.says("/search 東門的路燈")
    answer = await town.lin.told("🔎 「東門的路燈」：共 1 件")
    assert "小区<b>东门的路灯</b>坏了三天了" in answer.text or "小区东门的路灯坏了三天了" in answer.text
    town.lin.presses(answer, "再找")
    question = await town.lin.told("想找什么")
    town.lin.presses(question, "未办结")
    shown = await town.shows(question, "🔎 「阶段：未办结」：共 1 件")
    town.lin.presses(shown, "#1")
    await town.lin.told("路灯坏了三天了", after=shown)
