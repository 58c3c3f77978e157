"""People correct what they wrote."""

from __future__ import annotations

import json

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


async def test_an_edit_while_nobody_has_the_case_is_answered(town: Town) -> None:
    """No deputy is there whose having read it a reaction could tell: the author hears that the staff will see it, of a
    slip that is put right again at once no second time.
    """
    own = town.lin.says("三号楼的灯坏了")
    await town.lin.told("已收到，民情 #1")
    town.lin.edits(own, "五号楼的灯坏了")
    told = await town.owner.told("群众修改了民情 #1 的内容")
    await town.lin.told("改过的话已记进民情 #1，工作人员会看到")
    town.lin.edits(own, "六号楼的灯坏了")
    await town.shows(told, "六号楼")
    await town.settled()
    assert sum("改过的话" in text for text in town.lin.sees()) == 1


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


async def test_a_picture_that_is_replaced_is_the_case_s(towns: Town) -> None:
    """The wrong picture is replaced at once: the deputy gets the right one, once, and nothing keeps the other. One that
    is replaced later, by a video, is kept: the course says so, and it is among the attachments, marked.
    """
    town = towns
    wrong = town.lin.sends_photo(town.lin.chat, "三号楼的灯坏了", data=b"wrong")
    first = wrong.file_id
    town.lin.presses(await town.lin.told("已收到，民情 #1"), "阳光联络站")
    await town.wang.told("民情 #1 的附件")

    town.lin.replaces(wrong, data=b"right")
    right = wrong.file_id
    told = await town.wang.told("群众改了民情 #1 的附件")
    assert (told.file_id, told.text.splitlines()[-1]) == (right, "三号楼的灯坏了")
    await town.until(lambda: wrong.reactions, "the sign that the deputy was told")
    await town.settled()
    assert sum("改了民情" in text for text in town.wang.sees()) == 1
    town.wang.says("/case 1")
    course = await town.wang.told("经过")
    assert "群众换掉了原来的 [照片]" in course.text
    assert "📎 看附件（1）" in course.labels

    await town.later(minutes=30)
    town.lin.replaces(wrong, "video", "三号楼的灯坏了，看视频")
    again = await town.sees(town.wang.chat, "群众修改了民情 #1 的内容", after=told)
    assert (again.file_id, again.text.splitlines()[-1]) == (wrong.file_id, "三号楼的灯坏了，看视频")
    await town.settled()
    for who in (town.wang, town.lin):
        who.says("/case 1")
        course = await who.told("群众换了附件，原来的也在附件里：[照片]")
        assert "原来是：三号楼的灯坏了" in course.text
        assert "看视频 [视频]" in course.text
        who.presses(course, "📎 看附件（2）")
        before = await who.told("（后来换了）")
        assert (before.kind, before.file_id) == ("photo", right)
        now = await town.sees(who.chat, "看视频", after=before)
        assert (now.kind, now.file_id) == ("video", wrong.file_id)
    told_outside = json.loads((await town.program("export", "cases", "--format", "jsonl")).out)
    assert told_outside["attachments"] == [{"kind": "video", "file_id": wrong.file_id}]
    assert first is not None
    kept = await town.read(lambda uow: [uow.messages.of_case(1), uow.messages.former(1)])
    assert first not in str(kept)


async def test_who_replaces_a_picture_twice_put_a_slip_right(town: Town) -> None:
    """What the deputy was told is taken back for what is so now, without a sound; a word that is corrected then comes
    with the picture, too.
    """
    photo = town.alice.sends_photo(town.alice.chat, "The gate is broken")
    town.alice.presses(await town.alice.told("case #1"), "阳光联络站")
    await town.wang.told("民情 #1 的附件")
    town.alice.replaces(photo, data=b"2")
    told = await town.wang.told("改了民情 #1 的附件")
    await town.settled()

    town.alice.replaces(photo, data=b"3")
    again = await town.sees(town.wang.chat, "改了民情 #1 的附件", after=told)
    assert again.file_id == photo.file_id
    await town.until(lambda: told.deleted, "the end of the other one")
    await town.settled()
    town.alice.edits(photo, "Gate 3 is broken")
    last = await town.sees(town.wang.chat, "Gate 3 is broken", after=again)
    assert last.file_id == photo.file_id
    await town.settled()
    assert again.deleted
    silent = [call.params.get("disable_notification") for call in town.sandbox.called("copyMessage", chat_id=5001)]
    assert silent[-2:] == [True, True]
    town.alice.says("/case 1")
    assert "constituent replaced the earlier [photo]" in (await town.alice.told("What happened")).text


async def test_one_picture_of_an_album_is_replaced(town: Town) -> None:
    """The others stay, the deputy gets the new one by itself. Words can be given a picture afterwards."""
    group = await town.group("阳光小区", [town.lin])
    parts = town.lin.sends_album(town.lin.chat, ["photo", "photo", "photo"], "河边有人倒垃圾")
    town.lin.presses(await town.lin.told("已收到，民情 #1"), "阳光联络站")
    await town.wang.told("民情 #1 的附件")
    await town.settled()
    town.lin.replaces(parts[1], data=b"another")
    told = await town.wang.told("改了民情 #1 的附件")
    assert told.file_id == parts[1].file_id
    await town.settled()
    kept = await town.read(lambda uow: [file.file_id for m in uow.messages.of_case(1) for file in m.attachments])
    assert kept == [part.file_id for part in parts]

    said = town.lin.writes(group, "/report 路灯坏了")
    card = await town.sees(group, "民情 #2")
    await town.li.told("有新民情")
    town.lin.replaces(said)
    told = await town.li.told("改了民情 #2 的附件")
    assert (told.file_id, told.text.splitlines()[-1]) == (said.file_id, "路灯坏了")
    town.li.says("/case 2")
    assert "群众补上了附件" in (await town.li.told("经过")).text
    await town.settled()
    assert group.messages[-1] is card


async def test_a_picture_that_the_deputy_replaced_reaches_the_constituent(town: Town) -> None:
    """In talk, as an edit of words does. What goes with a formal reply stays, and the deputy hears what to do."""
    card = await reported_privately(town, town.alice, "The gate is broken")
    shown = town.wang.sends_photo(town.wang.chat, "这里吗", reply_to=card)
    await town.alice.told("这里吗")
    town.wang.replaces(shown, data=b"another")
    told = await town.alice.told("changed the attachment of a message (case #1)")
    assert (told.file_id, told.text.splitlines()[-1]) == (shown.file_id, "这里吗")
    await town.settled()

    reply = town.wang.sends_photo(town.wang.chat, "/reply 1 A 修好了")
    await town.alice.told("修好了")
    town.wang.replaces(reply, data=b"another")
    await town.wang.told("答复里的附件换不了")
