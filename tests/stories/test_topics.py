"""Forums: whoever writes in a topic is answered in that topic."""

from __future__ import annotations

import pytest

from tests.stories.steps import answered
from tests.support.town import Town


@pytest.mark.parametrize("in_topic", [True, False], ids=["topic", "General"])
async def test_every_answer_stays_in_its_topic(town: Town, in_topic: bool) -> None:
    """Receipt, steps, reply and refusals; in General without a thread."""
    forum = await town.group("阳光小区", [town.lin], kind="forum", topics=["报修", "闲聊"])
    topic = next(t for t in forum.topics.values() if t.name == "报修") if in_topic else None
    town.lin.writes(forum, "/report 路灯坏了", thread=topic)
    card = await town.wang.told("有新民情")
    town.wang.presses(card, "受理")
    await town.sees(forum, "已受理")
    town.wang.says("哪一盏？", reply_to=card)
    asked = await town.sees(forum, "哪一盏？")
    town.lin.writes(forum, "左边那盏", reply_to=asked, thread=topic)
    await town.wang.told("左边那盏")
    await answered(town, town.wang, 1, "修好了", to=forum)
    town.lin.writes(forum, "/inbox", thread=topic)
    await town.sees(forum, "私聊")
    await town.settled()

    answers = [m for m in forum.messages if m.by_bot and "#1" in m.text]
    assert len(answers) >= 4
    assert all(m.topic is topic for m in answers)


async def test_a_topic_that_is_closed_or_gone_does_not_swallow_the_answer(town: Town) -> None:
    """It is written to the group as a whole instead."""
    town.refusals |= {"TOPIC_CLOSED", "message thread not found"}
    forum = await town.group("阳光小区", [town.lin], kind="forum", topics=["报修"])
    topic = next(iter(forum.topics.values()))
    town.lin.writes(forum, "/report 路灯坏了", thread=topic)
    card = await town.wang.told("有新民情")
    topic.closed = True

    town.wang.presses(card, "受理")
    accepted = await town.sees(forum, "已受理")
    assert accepted.topic is None
