"""Neighbours in one group press "me too": each is answered and asked by themselves, also who never opened the chat."""

from __future__ import annotations

from sandbox import Person, Room
from sandbox.model import Message
from tests.stories.steps import answered, pressed, reported
from tests.support.town import Town


async def joined(town: Town, who: Person, text: str, group: Room, *, below: Room) -> None:
    """They report the same and press the offer below their own receipt."""
    who.writes(group, f"/report {text}")
    offer = await town.until(lambda: next((m for m in below.messages if _offers(m)), None), "the offer")
    query = await pressed(town, who.presses(offer, "#1"))
    assert "#1" in query.answer
    await town.settled()


def _offers(message: Message) -> bool:
    return message.by_bot and any("🙋" in label for label in message.labels)


def answers(group: Room) -> list[Message]:
    return [message for message in group.messages if message.by_bot and "有答复了" in message.text]


async def test_two_neighbours_of_whom_one_never_opened_the_chat(towns: Town) -> None:
    """Both read the answer where they can be reached. What one presses does not change what the other one sees."""
    town = towns
    group = await town.group("阳光小区", [town.lin, town.he, town.alice])
    await town.opens(town.alice)
    await reported(town, town.lin, "三号楼门口的路灯坏了，晚上看不见路", group)
    await joined(town, town.he, "三号楼门口路灯坏了，晚上看不见", group, below=group)
    await joined(town, town.alice, "3号楼门口的路灯不亮，晚上看不见路", group, below=town.alice.chat)
    await town.sees(group, "您的 #2 和 #1 是同一件事")
    await town.alice.told("Your case #3 and case #1 are the same matter")

    private = await answered(town, town.wang, 1, "灯已换好", to=town.alice.chat)
    await town.settled()
    of_lin, of_he = answers(group)
    assert {of_lin.reply_to.sender, of_he.reply_to.sender} == {town.lin, town.he}
    if of_lin.reply_to.sender == town.he:
        of_lin, of_he = of_he, of_lin
    buttons = of_he.labels
    query = await pressed(town, town.lin.presses_at(of_he, 1, 0))
    assert "办理态度：满意，已记下" in query.answer
    query = await pressed(town, town.lin.presses_at(of_he, 3, 0))
    assert "等他们也说了" in query.answer
    await town.settled()
    assert of_he.labels == buttons, "he has not rated yet"

    await pressed(town, town.he.presses_at(of_he, 1, 0))
    await pressed(town, town.he.presses_at(of_he, 3, 1))
    await pressed(town, town.alice.presses_at(private, 1, 0))
    await town.until(lambda: "change" in private.labels[0], "the first rating")
    await pressed(town, town.alice.presses(private, "Satisfied"))
    await town.alice.told("Case #1 is closed")
    await town.sees(group, "民情 #1 已办结")
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert (case.outcome, int(case.attitude or 0), int(case.result or 0)) == ("resolved", 3, 2)


async def test_a_passer_by_hears_whose_buttons_these_are(town: Town) -> None:
    """Not that a case, which stands there for all to read, cannot be found."""
    group = await town.group("阳光小区", [town.lin, town.he, town.alice])
    await reported(town, town.lin, "三号楼门口的路灯坏了，晚上看不见路", group)
    asked = town.he.writes(group, "/report 三号楼门口路灯坏了，晚上看不见")
    offer = await town.sees(group, "是同一件就点一下", after=asked)

    query = await pressed(town, town.alice.presses(offer, "#1"))

    assert "Only whoever reported this" in query.answer
    assert "/report" in query.answer
    case = await town.read(lambda uow: uow.cases.get(2))
    assert case is not None
    assert case.open


async def test_the_picture_that_all_have_seen_comes_with_the_offer(town: Town) -> None:
    """Posted with a report in the group: who reports the same sees it above words and buttons, in one message."""
    group = await town.group("阳光小区", [town.lin, town.he, town.alice])
    for person in (town.he, town.alice):
        await town.opens(person)
    town.lin.sends_photo(group, "/report 三号楼门口的路灯坏了，晚上看不见路")
    await town.wang.told("有新民情")
    await town.settled()

    asked = town.he.says("三号楼门口路灯坏了，晚上看不见")
    receipt = await town.sees(town.he.chat, "#2", after=asked)
    await pressed(town, town.he.presses(receipt, "阳光联络站"))
    offer = await town.he.told("是同一件就点一下")
    assert offer.kind == "photo"
    assert "📷" in offer.text
    assert any("#1" in label for label in offer.labels)
    await pressed(town, town.he.presses(offer, "#1"))
    await town.settled()
    assert offer.labels == []
    whose = await town.read(lambda uow: len(uow.cases.authors(1)))
    assert whose == 2


async def test_a_picture_sent_in_private_is_only_counted(town: Town) -> None:
    """Nobody but the office has seen it."""
    for person in (town.lin, town.he):
        await town.opens(person)
    for person, send in ((town.lin, town.lin.sends_photo), (town.he, lambda chat, text: town.he.says(text))):
        before = person.chat.last
        send(person.chat, "三号楼门口的路灯坏了，晚上看不见路")
        receipt = await town.sees(person.chat, "#", after=before)
        if "阳光联络站" in receipt.labels:
            await pressed(town, person.presses(receipt, "阳光联络站"))
        await town.settled()
    offer = await town.he.told("是同一件就点一下")
    assert offer.kind == "text"
    assert "1 张照片" in offer.text
