"""People correct what they wrote."""

from __future__ import annotations

from tests.stories.steps import reported, reported_privately
from tests.support.town import Town


async def test_an_edited_report_is_shown_anew_and_said_once(towns: Town) -> None:
    """The case shows the new text and the old below it; cards follow. The deputy is told once: who corrects a slip at
    once changes what was told, so that nothing stands there that is not so any more.
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
    await town.until(lambda: own.reactions, "the sign that the deputy was told")
    town.lin.edits(own, "/report 六号楼的灯坏了")
    await town.shows(public, "六号楼")
    await town.shows(told, "六号楼")
    await town.settled()
    assert sum("群众修改了" in text for text in town.wang.sees()) == 1

    await town.later(minutes=30)
    town.lin.edits(own, "/report 七号楼的灯坏了")
    again = await town.sees(town.wang.chat, "七号楼的灯坏了", after=told)
    assert "群众修改了" in again.text
    data = await town.program("export", "cases")
    assert "七号楼的灯坏了" in data.out
    versions = await town.read(lambda uow: [m.text for m in uow.messages.of_case(1)])
    assert versions == ["七号楼的灯坏了"]
    for who in (town.wang, town.lin):
        who.says("/case 1")
        course = await who.told("经过")
        assert "七号楼的灯坏了" in course.text
        assert [line.split("原来是：")[1] for line in course.text.splitlines() if "原来是" in line] == [
            "三号楼的灯坏了",
            "五号楼的灯坏了",
            "六号楼的灯坏了",
        ]


async def test_words_that_come_by_an_edit_are_the_case_s(town: Town) -> None:
    """Two pictures without a word; the caption is written below the second one afterwards."""
    parts = town.lin.sends_album(town.lin.chat, ["photo", "photo"])
    town.lin.presses(await town.lin.told("已收到，民情 #1"), "阳光联络站")
    card = await town.wang.told("没有文字，见附件")
    town.lin.edits(parts[1], "河边有人倒垃圾")
    await town.shows(card, "河边有人倒垃圾")
    told = await town.wang.told("群众修改了民情 #1 的内容")
    assert "河边有人倒垃圾" in told.text
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert (case.text, case.category) == ("河边有人倒垃圾", "sanitation")


async def test_an_edit_that_comes_too_late_is_answered(town: Town) -> None:
    """An answer to a question was taken as it was: who changes it in private hears that nothing came of that. A live
    location, which changes without a word, is left alone.
    """
    card = await reported_privately(town, town.lin, "三号楼的灯坏了")
    town.wang.presses(card, "受理")
    await town.lin.told("已受理")
    town.wang.says("/mediate 1")
    await town.wang.told("请写调处情况")
    said = town.wang.says("联系了物业")
    await town.wang.told("已记下")
    town.wang.edits(said, "联系了街道")
    await town.wang.told("改过的消息我不会再办")


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
