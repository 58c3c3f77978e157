"""Several pictures in one go are one case, whole, whatever happens between them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox import Person, Room
from sandbox.model import Message
from tests.support.town import Town


def pictures(room: Room) -> list[Message]:
    """The photos the bot has passed on there."""
    return [message for message in room.messages if message.by_bot and message.kind == "photo"]


async def photo(town: Town, who: Person, album: str, caption: str = "", room: Room | None = None) -> Message:
    """One part of an album, so that something can happen before the next."""
    return who.sends_photo(room or who.chat, caption, album=album)


@pytest.mark.parametrize("part_stored", [True, False], ids=["after its first part", "before any was handled"])
async def test_an_album_survives_a_kill_between_its_parts(towns: Town, part_stored: bool) -> None:
    """One case with all its pictures; the deputy gets them all, the constituent one receipt."""
    town = towns
    await town.stop_bot()
    process = await town.start_process()
    town.configure("telegram", flood_limits=False)
    town.lin.starts()
    await town.lin.told("直接发给我")

    await photo(town, town.lin, "album-1", "河边有人倒垃圾，王芳代表请看")
    if part_stored:
        await town.lin.told("已收到，民情 #1")
        await town.settled()  # what was in flight at the kill would be sent again
    await process.kill()
    await photo(town, town.lin, "album-1")
    await photo(town, town.lin, "album-1")

    await town.start_process()
    if not part_stored:
        await town.lin.told("已收到，民情 #1")
    receipt = town.lin.chat.stands("已收到，民情 #1")
    town.lin.presses(receipt, "阳光联络站")
    await town.wang.told("河边有人倒垃圾")
    await town.until(lambda: len(pictures(town.wang.chat)) >= 3, "the three pictures")
    await town.settled()
    assert len(pictures(town.wang.chat)) == 3
    assert sum("民情 #1" in m.text and "已收到" in (m.versions or [m.text])[0] for m in town.lin.chat.messages) == 1
    files = await town.read(lambda uow: [f.kind for m in uow.messages.of_case(1) for f in m.attachments])
    assert files == ["photo"] * 3
    assert await town.read(lambda uow: uow.cases.get(2)) is None


async def test_an_album_in_a_group_is_one_case(town: Town) -> None:
    """With the command as its caption; the deputy sees the pictures together."""
    group = await town.group("阳光小区", [town.lin], admin=True)
    parts = town.lin.sends_album(group, ["photo", "photo", "video"], "/report 河边有人倒垃圾")

    card = await town.sees(group, "民情 #1")
    assert card.reply_to is parts[0]
    await town.wang.told("有新民情")
    media = lambda: [m for m in town.wang.chat.messages if m.kind in ("photo", "video")]  # noqa: E731
    await town.until(lambda: len(media()) == 3, "the three files")
    await town.settled()
    assert await town.read(lambda uow: uow.cases.get(2)) is None
    assert [m.kind for m in media()] == ["photo", "photo", "video"]


async def test_an_album_whose_last_part_speaks(town: Town) -> None:
    """The words may stand under any of the pictures."""
    group = await town.group("阳光小区", [town.lin], admin=True)
    await photo(town, town.lin, "album-2", room=group)
    await photo(town, town.lin, "album-2", room=group)
    await photo(town, town.lin, "album-2", "/report 河边有人倒垃圾", room=group)

    await town.sees(group, "民情 #1")
    await town.until(lambda: len(pictures(town.wang.chat)) == 3, "the three pictures")


async def test_an_album_is_sorted_by_the_words_of_its_last_part(town: Town) -> None:
    """In private the case is there with the first picture; what it is about is known with the words."""
    await photo(town, town.lin, "album-4")
    receipt = await town.lin.told("已收到，民情 #1")
    await photo(town, town.lin, "album-4", "河边有人倒垃圾")
    town.lin.presses(receipt, "阳光联络站")
    card = await town.wang.told("河边有人倒垃圾")
    assert "环境卫生" in card.text


async def test_an_album_survives_hours_without_the_bot(town: Town) -> None:
    """In a group, the words below its last picture; between the others and that one nobody was there for hours."""
    group = await town.group("阳光小区", [town.lin], admin=True)
    await photo(town, town.lin, "album-3", room=group)
    await photo(town, town.lin, "album-3", room=group)
    await town.settled()
    await town.stop_bot()
    await photo(town, town.lin, "album-3", "/report 河边有人倒垃圾", room=group)
    town.clock.move(timedelta(hours=3))
    await town.start_bot()

    await town.sees(group, "民情 #1")
    await town.until(lambda: len(pictures(town.wang.chat)) == 3, "the three pictures")


async def test_an_album_goes_to_the_constituent_whole(town: Town) -> None:
    """The deputy answers a card with several pictures: they arrive, with one sign that they did."""
    town.lin.says("河边有人倒垃圾")
    receipt = await town.lin.told("民情 #1")
    town.lin.presses(receipt, "阳光联络站")
    card = await town.wang.told("有新民情")

    parts = town.wang.sends_album(town.wang.chat, ["photo", "photo"], "已经清理干净了", reply_to=card)
    await town.until(lambda: len(pictures(town.lin.chat)) == 2, "both pictures")
    await town.lin.told("已经清理干净了")
    await town.until(lambda: any(part.reactions for part in parts), "the sign that they arrived")
