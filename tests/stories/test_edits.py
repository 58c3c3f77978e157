"""People correct what they wrote."""

from __future__ import annotations

from tests.stories.steps import reported
from tests.support.town import Town


async def test_an_edited_report_is_shown_anew_and_said_once(towns: Town) -> None:
    """The case shows the new text and keeps the old; cards follow; the deputy is told once, however often it is
    edited.
    """
    town = towns
    group = await town.group("阳光小区", [town.lin])
    card = await reported(town, town.lin, "三号楼的灯坏了", group)
    public = await town.sees(group, "民情 #1")
    own = next(m for m in group.messages if m.sender is town.lin)

    town.lin.edits(own, "/report 五号楼的灯坏了")
    told = await town.wang.told("群众修改了民情 #1 的内容")
    assert "五号楼的灯坏了" in told.text
    await town.shows(public, "五号楼")
    await town.shows(card, "五号楼")
    town.lin.edits(own, "/report 六号楼的灯坏了")
    await town.shows(public, "六号楼")
    await town.settled()

    assert sum("群众修改了" in text for text in town.wang.sees()) == 1
    data = await town.program("export", "cases")
    assert "六号楼的灯坏了" in data.out
    versions = await town.read(lambda uow: [m.text for m in uow.messages.of_case(1)])
    assert versions == ["六号楼的灯坏了"]


async def test_an_edited_answer_of_the_deputy_reaches_the_constituent(town: Town) -> None:
    """Conversation can be corrected in both directions."""
    group = await town.group("阳光小区", [town.lin])
    await town.opens(town.lin)
    card = await reported(town, town.lin, "三号楼的灯坏了", group)

    said = town.wang.says("明天修", reply_to=card)
    relayed = await town.lin.told("明天修")
    town.wang.edits(said, "后天修")
    changed = await town.lin.told("修改了一条消息")
    assert "后天修" in changed.text
    own = town.lin.says("好的，谢谢", reply_to=relayed)
    await town.wang.told("好的，谢谢")
    town.lin.edits(own, "不行，太晚了")
    told = await town.wang.told("不行，太晚了")
    assert "修改" in told.text
