"""Whoever holds a receipt code speaks for somebody without Telegram: adds, rates, answers the check."""

from __future__ import annotations

import re

from tests.stories.steps import pressed
from tests.support.town import Town


async def test_a_granddaughter_speaks_for_her_grandfather(town: Town) -> None:
    """In English, by the code on his receipt: she adds words, rates his reply, and the deputy reads what he says."""
    town.zhao.says("/behalf 三号楼的路灯坏了")
    await town.zhao.told("称呼")
    town.zhao.says("王大爷")
    consent = await town.zhao.told("本人同意吗")
    town.zhao.presses(consent, "确认")
    receipt = await town.zhao.told("凭证码")
    found = re.search(r"[A-Z]{4}-[A-Z]{4}", receipt.text)
    assert found
    await town.settled()
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    deputy = town.wang if case.deputy_id == 1 else town.li

    town.alice.says(f"/case {found[0]}")
    course = await town.alice.told("#1")
    assert any("Add something for them" in label for label in course.labels)
    town.alice.presses(course, "Add something")
    await town.alice.told("what is to be added")
    town.alice.says("He says number four is out, too")
    await town.alice.told("Added to case #1")
    relayed = await deputy.told("number four is out, too")
    assert "Alice" not in relayed.text

    deputy.says("/reply 1 已请供电所修好")
    await town.zhao.told("已请供电所修好")
    asked = town.alice.says(f"/case {found[0]}")
    course = await town.sees(town.alice.chat, "#1", after=asked)
    await pressed(town, town.alice.presses_at(course, 1, 0))
    await town.until(lambda: "change" in course.labels[0], "the first rating")
    await pressed(town, town.alice.presses(course, "Satisfied"))
    await town.settled()
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert case.outcome == "resolved"
