"""Steps on the way of a livelihood project, as staff, residents and deputies take them: by commands and buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbox import Person, Room
from sandbox.model import Message
from tests.stories.steps import pressed
from tests.support.town import Town


async def answered(town: Town, who: Person, line: str, words: str, *, room: Room | None = None) -> Message:
    """Somebody writes a line; what the bot says with those words."""
    asked = who.writes(room, line) if room is not None else who.says(line)
    return await town.sees(room or who.chat, words, after=asked)


async def confirmed(town: Town, who: Person, line: str, words: str, then: str) -> Message:
    """A command that asks once more; what is said when it is done."""
    asked = await answered(town, who, line, words)
    await pressed(town, who.presses(asked, "确认"))
    return await town.sees(who.chat, then, after=asked)


async def moved_on(town: Town, who: Person, to: str) -> None:
    """Staff move the cycle on from its card."""
    card = await answered(town, who, "/cycle", "民生实事项目 2027 年")
    await pressed(town, who.presses(card, f"进入「{to}」"))
    await town.shows(card, f"进入「{to}」？")
    await pressed(town, who.presses(card, "确认"))
    await town.until(lambda: not any("确认" in label for label in card.labels), "what comes after the question")
    assert f"步，{to}" in card.text


async def a_cycle_in_screening(town: Town, who: Person, line: str, proposals: Mapping[str, Person]) -> None:
    """Begun with ``/newcycle``, collected, and moved on. The projects have the numbers in which they were proposed."""
    made = await answered(town, who, line, "新建 2027 年")
    await pressed(town, who.presses(made, "确认"))
    await town.settled()
    for number, (title, proposer) in enumerate(proposals.items(), 1):
        receipt = await answered(town, proposer, f"/propose {title}", f"{number} 号项目")
        if "阳光联络站" in receipt.labels:
            await pressed(town, proposer.presses(receipt, "阳光联络站"))
    await town.settled()
    await moved_on(town, who, "项目初定")


async def screened(town: Town, who: Person, count: int) -> None:
    """All of them become candidates."""
    card = await answered(town, who, "/cycle", "民生实事项目 2027 年")
    await pressed(town, who.presses(card, "初定筛选"))
    await town.shows(card, f"已筛 0 / {count}")
    await pressed(town, who.presses_data(card, "screen:1:look"))
    for done in range(1, count + 1):
        await pressed(town, who.presses(card, "列为候选"))
        await town.shows(card, f"已筛 {done} / {count}")
        if done < count:
            await pressed(town, who.presses(card, "下一个"))
            await town.settled()


async def cast(town: Town, deputy: Person, slip: Message, approved: Sequence[int]) -> None:
    """Fill in a ballot and put it in."""
    deputy.presses(slip, "去投票")
    await town.shows(slip, "赞成 0")
    for count, place in enumerate(approved, 1):
        deputy.presses(slip, f"{place} 赞成")
        await town.shows(slip, f"赞成 {count}")
    deputy.presses(slip, "看一遍")
    await town.shows(slip, "还没有投出")
    deputy.presses(slip, "确认")
    await town.shows(slip, "回执码")
