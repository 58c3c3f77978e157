"""Cases handled together, answered one by one: from the offer under the receipt to the end, and apart again."""

from __future__ import annotations

from tests.stories.steps import answered, pressed, rated
from tests.support.town import Town

BLOCKED = "bot was blocked by the user"
LAMP, SAME, ENGLISH = "小区东门的路灯坏了好几天了", "东门的路灯坏了，好几天没人修", "东门的路灯坏了 (the street lamp)"


async def test_three_authors_of_whom_one_blocked_the_bot(towns: Town) -> None:
    """One joins by a press, one is merged by staff; one blocks the bot. The others are answered and rate; the deputy
    hears that one was not reached, and the case closes without waiting for them.
    """
    town = towns
    town.refusals.add(BLOCKED)
    group = await town.group("阳光小区", [town.lin, town.he, town.alice])
    for person in (town.lin, town.he, town.alice):
        await town.opens(person)

    town.lin.writes(group, f"/report {LAMP}，请打 13812345678")
    await town.wang.told("有新民情")
    town.he.writes(group, f"/report {SAME}")
    offer = await town.he.told("是同一件就点一下")
    assert "#1" in offer.text
    assert "13812345678" not in offer.text
    await pressed(town, town.he.presses(offer, "#1"))
    await town.he.told("现在合在一起办")
    await town.sees(group, "并入 #1")

    town.alice.says(ENGLISH)
    asked = await town.alice.told("Which liaison station")
    town.alice.presses(asked, "阳光联络站")
    await town.alice.told("Is it the same?")
    town.zhao.says("/merge 3 1")
    await town.zhao.told("共有 3 位群众")
    await town.alice.told("are handled together now")
    await town.settled()
    town.alice.chat.blocked = True  # Telegram's note of it is still on its way

    reply = await answered(town, town.wang, 1, "已换新灯")
    other = await town.he.told("已换新灯")
    await town.wang.told("3 位群众，其中一位没有收到")
    await town.zhao.told("3 位群众，其中一位没有收到")
    await town.settled()
    assert not any("换新灯" in text for text in town.alice.sees())

    await rated(town, town.lin, reply, "满意", "满意")
    await town.lin.told("还有别人反映了同一件事")
    town.zhao.says("/case 1")
    timeline = await town.zhao.told("已送达 2/3 人")
    assert "答复" in timeline.text
    await rated(town, town.he, other, "满意", "基本满意")
    for person in (town.lin, town.he):
        await person.told("已办结")
    await town.settled()

    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert (case.outcome, case.attitude, case.result) == ("resolved", 3, 2)
    said = await town.read(lambda uow: uow.verdicts.of(1))
    assert len(said) == 2


async def test_apart_again(town: Town) -> None:
    """A merge that was wrong is undone: each has their own case, stage and deputy again, and hears only of that."""
    for person, text in ((town.lin, LAMP), (town.he, SAME)):
        asked = person.says(text)
        receipt = await person.chat.next_message(after=asked, containing="#", by_bot=True)
        if "阳光联络站" in receipt.labels:
            await pressed(town, person.presses(receipt, "阳光联络站"))
    await town.settled()
    town.zhao.says("/merge")
    question = await town.zhao.told("哪一件")
    await pressed(town, town.zhao.presses(question, "#2"))
    question = await town.zhao.told("并到哪一件")
    await pressed(town, town.zhao.presses(question, "#1"))
    question = await town.zhao.told("把 #2 并入 #1")
    await pressed(town, town.zhao.presses(question, "确认"))
    await town.he.told("现在合在一起办")
    town.wang.says("/accept 1")
    await town.he.told("已受理")

    town.zhao.says("/split 2")
    await town.he.told("拆出来")
    await town.settled()
    town.wang.says("/reply #1 东门的灯换好了")
    await town.lin.told("东门的灯换好了")
    await town.settled()
    assert not any("灯换好了" in text for text in town.he.sees())
    stage = await town.read(lambda uow: [uow.cases.get(number) for number in (1, 2)])
    assert [case.stage for case in stage if case] == ["reply", "collection"]
