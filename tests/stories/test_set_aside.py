"""What cannot be handled is put aside, said once, and does not stand in anybody's way."""

from __future__ import annotations

import pytest

from liaisonbot.services import counter
from tests.support.town import Town


def receives_nonsense(town: Town) -> int:
    """An update that no library can parse; its id."""
    updates = town.sandbox.world.updates
    number = updates.next_id
    chat = {"id": town.lin.id, "type": "private"}
    updates.add("message", {"message_id": 4711, "date": "yesterday", "chat": chat, "text": "秘密的话"}, town.lin.id)
    return number


async def test_an_update_that_cannot_be_parsed(towns: Town) -> None:
    """The owner hears of it once, without its words; what comes next in the same chat is handled."""
    town = towns
    name = f"u{receives_nonsense(town)}"
    town.lin.says("路灯坏了")
    await town.lin.told("民情 #1")
    told = await town.owner.told("有一条消息无法处理")
    assert name in told.text
    assert "秘密的话" not in told.text

    listed = await town.program("set-aside", "list")
    assert name in listed.out
    assert "秘密的话" not in listed.out
    shown = await town.program("set-aside", "show", name)
    assert "秘密的话" in shown.out
    assert (await town.program("set-aside", "retry", name)).code == 0

    async def tried_again() -> bool:
        return any(item.kind == "update" for item in await town.read(lambda uow: uow.set_asides.list()))

    await town.eventually(tried_again, "the second attempt")
    await town.settled()
    assert sum("无法处理" in text for text in town.owner.sees()) == 1, "once"

    assert (await town.program("set-aside", "drop", name)).code == 0
    assert "nothing is set aside" in (await town.program("set-aside", "list")).err
    unknown = await town.program("set-aside", "show", "u1")
    assert unknown.code == 1


async def test_an_update_whose_handler_fails_can_be_tried_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it took effect; once the program is mended, ``retry`` does what the person had wanted."""

    def broken(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    mended = counter.PERFORM["report"]
    monkeypatch.setitem(counter.PERFORM, "report", broken)  # type: ignore[arg-type]  # a dict, shown as a Mapping
    group = await town.group("阳光小区", [town.lin])
    town.lin.writes(group, "/report 路灯坏了")
    town.lin.writes(group, "/help")
    await town.sees(group, "在群里反映问题")
    told = await town.owner.told("无法处理")
    assert "RuntimeError" in told.text
    assert await town.read(lambda uow: uow.cases.get(1)) is None

    monkeypatch.setitem(counter.PERFORM, "report", mended)  # type: ignore[arg-type]
    (item,) = await town.read(lambda uow: uow.set_asides.list())
    assert (await town.program("set-aside", "retry", f"u{item.id}")).code == 0
    await town.sees(group, "民情 #1")
    await town.wang.told("有新民情")
    assert await town.read(lambda uow: uow.set_asides.list()) == []


async def test_a_message_that_telegram_refuses(towns: Town) -> None:
    """Put aside and said once; the messages behind it in the same chat go on. Put back, it goes out by itself."""
    town = towns
    town.sandbox.faults.answer(
        400, {"ok": False, "error_code": 400, "description": "Bad Request: BUTTON_DATA_INVALID"}, "sendMessage"
    )
    town.lin.says("/start")
    await town.owner.told("有一条消息发不出去")
    await town.lin.told("直接发给我")
    (item,) = await town.read(lambda uow: uow.set_asides.list())
    assert item.kind == "message"
    assert (await town.program("set-aside", "retry", f"m{item.id}")).code == 0
    await town.lin.told("隐私说明")


async def test_an_owner_who_cannot_be_reached_is_not_the_only_one_to_hear(town: Town) -> None:
    """A mistyped id in access.owner_ids, or a blocked bot: then staff hear of it, once."""
    town.refusals.add("blocked")
    town.owner.blocks()
    name = f"u{receives_nonsense(town)}"

    told = await town.zhao.told("有一条消息无法处理")
    await town.sun.told("有一条消息无法处理")
    await town.settled()

    assert name in told.text
    assert sum("无法处理" in text for text in town.zhao.sees()) == 1
