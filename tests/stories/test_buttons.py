"""Buttons are checked like anything typed: old ones, forged ones, other people's."""

from __future__ import annotations

import pytest

from sandbox.model import Message
from tests.stories.steps import answered, pressed, reported_privately, unfolded
from tests.support.town import Town

FORGED = (
    "",
    "x",
    "do",
    "do:",
    "do:accept",
    "do:accept:",
    "do:accept:abc",
    "do:accept:-1",
    "do:accept:99999999999999999999",
    "do:accept:1:2",
    "do:forget:1",
    "do:start:1",
    "rate:1",
    "rate:1:attitude:9",
    "rate:1:kindness:3",
    "rate:999:attitude:3",
    "check:1:3",
    "check:1:7",
    "ans:1:yes",
    "ans:999:1",
    "cancel:999",
    "page:inbox:-8",
    "page:inbox:99999",
    "page:roster:0",
    "page:secrets:0",
    "timeline:1:-5",
    "timeline:999:0",
    "station:1:999",
    "deputy:1:999",
    "deputies:999",
    "more",
    "more:card",
    "more:card:1:2",
    "more:secrets:1",
    "less:case:1:x",
    "１２３",
    "do:case:１",
    "a" * 64,
    "do:case:1;drop table cases",
)


async def test_forged_buttons_are_answered_in_words_and_change_nothing(town: Town) -> None:
    """Whatever a client sends; each gets an answer, so that no circle turns for ever, and nothing is set aside."""
    await reported_privately(town, town.lin, "路灯坏了")
    receipt = town.lin.chat.stands("民情 #1")
    before = await town.read(lambda uow: uow.cases.get(1))
    for data in FORGED:
        query = await pressed(town, town.he.presses_data(await _own_message(town), data))
        assert query.answer or data.startswith(("page:", "timeline:")), data
    await town.settled()

    assert await town.read(lambda uow: uow.cases.get(1)) == before
    assert await town.read(lambda uow: uow.set_asides.list()) == []
    assert receipt.labels


async def _own_message(town: Town) -> Message:
    """Something below which the forger can press."""
    if not town.he.chat.messages:
        await town.opens(town.he)
    return town.he.chat.messages[-1]


@pytest.mark.parametrize("data", ["do:accept:1", "do:reply:1", "do:case:1", "rate:1:attitude:3", "timeline:1:0"])
async def test_other_people_s_cases_look_like_none(town: Town, data: str) -> None:
    """The answer about a case that is not yours is word for word that about one that does not exist."""
    await reported_privately(town, town.lin, "路灯坏了")
    await answered(town, town.wang, 1)
    await town.opens(town.he)
    below = town.he.chat.messages[-1]

    theirs = await pressed(town, town.he.presses_data(below, data))
    nobodys = await pressed(town, town.he.presses_data(below, data.replace(":1", ":7", 1)))
    assert theirs.answer == nobodys.answer.replace("#7", "#1")
    assert "没有找到民情 #1" in theirs.answer
    assert theirs.alert


async def test_old_buttons_say_where_the_case_stands(town: Town) -> None:
    """A card that was left behind: its buttons are refused with the stage and what is possible from there."""
    card = await reported_privately(town, town.lin, "路灯坏了")
    town.wang.presses(card, "受理")
    await town.lin.told("已受理")
    await town.settled()

    old = await pressed(town, town.wang.presses_data(card, "do:accept:1"))
    assert "「调处」" in old.answer
    assert "答复" in old.answer
    assert len(old.answer) <= 200
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert case.stage == "mediation"


async def test_a_rating_pressed_twice_counts_once(town: Town) -> None:
    """Impatient thumbs, and buttons of an answer that was rated already."""
    await reported_privately(town, town.lin, "路灯坏了")
    reply = await answered(town, town.wang, 1)
    data = reply.buttons[1][0].callback_data or ""
    await pressed(town, town.lin.presses_data(reply, data))
    await pressed(town, town.lin.presses_data(reply, data))
    await pressed(town, town.lin.presses(reply, "满意"))
    await town.lin.told("民情 #1 已办结")

    late = await pressed(town, town.lin.presses_data(reply, data))
    assert "评价已经结束" in late.answer
    await town.settled()
    assert sum("已办结" in text for text in town.lin.sees()) == 1


async def test_a_dialogue_s_buttons_are_its_owner_s(town: Town) -> None:
    """Somebody else's answer to my question in a group is not mine."""
    group = town.sandbox.group("阳光小区", [town.zhao, town.lin], bot=True)
    town.zhao.writes(group, "/bind")
    question = await town.sees(group, "绑定到哪个联络站")
    meddling = await pressed(town, town.lin.presses(question, "阳光联络站"))
    assert "已经结束" in meddling.answer
    await pressed(town, town.zhao.presses(question, "阳光联络站"))
    await town.sees(group, "已绑定")


async def test_more_unfolds_in_place_and_folds_back(town: Town) -> None:
    """The rest of what can be done is one press away, on the same message; nothing new is said."""
    card = await reported_privately(town, town.lin, "路灯坏了")
    await town.settled()
    before, said = list(card.labels), len(town.wang.chat.messages)
    assert before[-1] == "更多…"

    await unfolded(town, town.wang, card)
    assert set(before) - {"更多…"} < set(card.labels)
    town.wang.presses(card, "收起")
    await town.until(lambda: list(card.labels) == before, "the card as it was")
    assert len(town.wang.chat.messages) == said


@pytest.mark.parametrize("data", ["more:card:1", "more:case:1:0", "more:receipt:1", "less:card:1"])
async def test_what_others_may_do_is_not_unfolded(town: Town, data: str) -> None:
    """Somebody else's keyboard is theirs."""
    await reported_privately(town, town.lin, "路灯坏了")
    await town.opens(town.he)
    below = town.he.chat.messages[-1]
    theirs = await pressed(town, town.he.presses_data(below, data))
    assert "没有找到民情 #1" in theirs.answer
    await town.settled()
    assert not below.labels
