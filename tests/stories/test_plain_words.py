"""Old people never use the reply function: what they write goes where they mean it."""

from __future__ import annotations

import pytest

from tests.stories.steps import answered, pressed, rated, reported_privately
from tests.support.town import Town


async def test_a_plain_answer_and_one_about_something_else(towns: Town) -> None:
    """The deputy asks, the constituent just writes; the second time it was about something else, and one press says
    so.
    """
    town = towns
    await reported_privately(town, town.lin, "人行道的砖松了")
    town.wang.says("/ask 1 在哪一段？")
    await town.lin.told("想再了解一下")
    town.lin.says("小学门口那一段")
    told = await town.lin.told("已记到民情 #1")
    assert "人行道的砖松了" in told.text
    await town.wang.told("小学门口那一段")

    town.wang.says("/ask 1 有照片吗？")
    await town.lin.told("有照片吗")
    town.lin.sends_photo(town.lin.chat, "路灯也不亮了")
    told = await town.sees(town.lin.chat, "已记到民情 #1", after=told)
    await pressed(town, town.lin.presses(told, "这是另一件事"))
    await town.shows(told, "另立民情 #2")
    await town.shows(told, "还在等您回答")
    await town.wang.told("已另立民情 #2")
    town.lin.sends_photo(town.lin.chat, "砖在这里")
    await town.sees(town.lin.chat, "已记到民情 #1", after=told)
    await town.settled()
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert case.paused_since is None


async def test_in_english_with_two_cases_that_wait(town: Town) -> None:
    """Asked which one; the press puts it there; a restart on the way changes nothing."""
    await reported_privately(town, town.alice, "The paving stones are loose")
    town.wang.says("/ask 1 Where is it?")
    await town.alice.told("Where is it?")
    town.alice.says("/report The drain is blocked")
    await town.alice.told("case #2")
    await town.settled()
    case = await town.read(lambda uow: uow.cases.get(2))
    assert case is not None
    deputy = town.wang if case.deputy_id == 1 else town.li
    deputy.says("/ask 2 Which drain?")
    await town.alice.told("Which drain?")
    town.alice.says("The one by the school")
    which = await town.alice.told("Which one do you mean?")
    assert any("something else" in label for label in which.labels)
    await town.restart_bot()
    await pressed(town, town.alice.presses(which, "#2"))
    await town.shows(which, "Added to case #2")
    await deputy.told("The one by the school")


async def test_whoever_never_says_which_is_not_lost(town: Town) -> None:
    """After an hour it is a case of its own."""
    await reported_privately(town, town.lin, "人行道的砖松了")
    town.wang.says("/ask 1 在哪一段？")
    await town.lin.told("在哪一段")
    town.lin.says("/report 下水道堵了")
    await town.lin.told("民情 #2")
    await town.settled()
    case = await town.read(lambda uow: uow.cases.get(2))
    assert case is not None
    deputy = town.wang if case.deputy_id == 1 else town.li
    deputy.says("/ask 2 哪个下水道？")
    await town.lin.told("哪个下水道")
    town.lin.sends_photo(town.lin.chat, "靠学校那边")
    await town.lin.told("您说的是哪一件")
    await town.later(hours=1, minutes=1)
    await town.lin.told("单独作为民情 #3")


@pytest.mark.parametrize(
    ("who", "why", "told"), [("lin", "根本没人来", "为什么不满意"), ("alice", "Nobody came", "not satisfied with")]
)
async def test_why_not_satisfied_in_plain_words(town: Town, who: str, why: str, told: str) -> None:
    """No button, no reply: staff and deputy read it as the reason."""
    person = getattr(town, who)
    await reported_privately(town, person, "The paving stones are loose")
    reply = await answered(town, town.wang, 1, to=person.chat)
    if who == "lin":
        await rated(town, person, reply, "满意", "不满意")
    else:
        person.presses_at(reply, 1, 0)
        await town.until(lambda: len(reply.labels) < 8, "the first rating")
        await pressed(town, person.presses_at(reply, 2, 2))
    await person.told("哪里不满意" if who == "lin" else "What is wrong?")
    before = person.chat.last
    person.says(why)
    await town.sees(person.chat, told, after=before)
    await town.zhao.told(why)
    await town.wang.told(why)


async def test_still_broken_after_closing(town: Town) -> None:
    """Within the days the staff are asked, with the words; both ways are offered."""
    await reported_privately(town, town.alice, "The street lamp is out")
    reply = await answered(town, town.wang, 1, to=town.alice.chat)
    town.alice.presses_at(reply, 1, 0)
    await town.until(lambda: len(reply.labels) < 8, "the first rating")
    await pressed(
        town, town.alice.presses_at(reply, 3, 0) if len(reply.labels) > 5 else town.alice.presses_at(reply, 2, 0)
    )
    await town.alice.told("closed")
    town.alice.says("It is still broken")
    which = await town.alice.told("Which one do you mean?")
    await pressed(town, town.alice.presses(which, "#1"))
    await town.shows(which, "take up case #1 again")
    await town.zhao.told("It is still broken")
