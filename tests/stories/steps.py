"""Steps that many journeys take on their way to what they are about."""

from __future__ import annotations

from sandbox import Person, Room
from sandbox.model import CallbackQuery, Message
from tests.support.town import Town


async def reported(town: Town, who: Person, text: str, room: Room, *, to: Person | None = None) -> Message:
    """Somebody reports something in a bound group; the card with which the deputy hears of it."""
    deputy = to or town.wang
    before = deputy.chat.last
    who.writes(room, f"/report {text}")
    return await town.sees(deputy.chat, "有新民情", after=before)


async def reported_privately(town: Town, who: Person, text: str, *, to: Person | None = None) -> Message:
    """The same in private, by somebody who is asked for the station and chooses that of the deputy."""
    deputy = to or town.wang
    before = deputy.chat.last
    asked = who.says(text)
    receipt = await who.chat.next_message(after=asked, containing="#", by_bot=True)
    station = "滨河联络站" if deputy is town.chen else "阳光联络站"
    if station in receipt.labels:
        who.presses(receipt, station)
    return await town.sees(deputy.chat, "有新民情", after=before)


async def answered(
    town: Town, deputy: Person, number: int, text: str = "已经办好了", *, reply_class: str = "A", to: Room | None = None
) -> Message:
    """The deputy's formal reply; the message by which the constituent reads it, with the rating buttons."""
    room = to or town.lin.chat
    before = room.last
    deputy.says(f"/reply {number} {reply_class} {text}")
    return await town.sees(room, text, after=before)


async def rated(town: Town, who: Person, reply: Message, attitude: str, result: str) -> None:
    """Both parts rated by buttons."""
    first = who.presses(reply, attitude) if _once(reply, attitude) else _upper(who, reply, attitude)
    await pressed(town, first)
    await town.until(lambda: any("点此重选" in label for label in reply.labels), "the first rating")
    await pressed(town, who.presses(reply, result))


def _once(reply: Message, word: str) -> bool:
    return sum(word in label for label in reply.labels) == 1


def _upper(who: Person, reply: Message, word: str) -> CallbackQuery | str:
    """The attitude's buttons stand in the second row, best first."""
    return who.presses_at(reply, 1, ("满意", "基本满意", "不满意").index(word))


async def pressed(town: Town, query: CallbackQuery | str) -> CallbackQuery:
    """Wait until the press was answered."""
    assert isinstance(query, CallbackQuery), "that was a link"
    await town.until(lambda: query.answered, f"the answer to the press of {query.data}")
    return query


async def unfolded(town: Town, who: Person, message: Message) -> Message:
    """Press *More…* and wait until everything that can be done is there."""
    who.presses(message, "更多")
    await town.until(lambda: any("收起" in label for label in message.labels), "the whole keyboard")
    return message
