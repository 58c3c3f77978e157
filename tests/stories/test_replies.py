"""The formal reply through Telegram: preview, template, correction where it was read, why not satisfied, not solved."""

from __future__ import annotations

from sandbox.model import Message
from tests.stories.steps import answered, pressed, rated, reported_privately
from tests.support.town import Town


async def test_from_a_template_to_a_correction_and_back(towns: Town) -> None:
    """Each side reads in their own language; what is corrected is the message that was read."""
    town = towns
    await town.opens(town.alice)
    card = await reported_privately(town, town.alice, "The street lamp at gate 3 is broken")
    town.wang.presses(card, "答复")
    asked = await town.wang.told("答复属于哪一类")
    town.wang.presses(asked, "A ")
    offered = await town.wang.told("请写给群众的答复")
    town.wang.presses(offered, "单位已修好")
    await town.wang.told("【单位】填什么")
    town.wang.says("供电所")
    await town.wang.told("【做了什么】填什么")
    town.wang.says("换了灯泡")
    preview = await town.wang.told("就这样答复吗")
    assert "English" in preview.text
    assert any("修改" in label for label in preview.labels)
    town.wang.presses(preview, "确认")
    read = await town.alice.told("供电所")
    assert "A: solved or adopted" in read.text
    await town.settled()

    town.wang.says("/correct 1 供电所换了整盏灯")
    await town.shows(read, "供电所换了整盏灯")
    assert "corrected" in read.text
    await town.alice.told("was corrected")

    await rated_in_english(town, read)
    why = await town.alice.told("What is wrong?")
    await pressed(town, town.alice.presses(why, "Not solved"))
    await town.wang.told("没解决")
    await town.zhao.told("没解决")
    await town.alice.told("Would you like to say more")
    town.alice.says("It is dark again")
    for who in (town.wang, town.zhao):
        await who.told("It is dark again")
    await town.settled()


async def rated_in_english(town: Town, read: Message) -> None:
    """Satisfied with the attitude, dissatisfied with the result."""
    await pressed(town, town.alice.presses_at(read, 1, 0))
    await town.until(lambda: any("✓" in label for label in read.labels), "the first rating")
    await pressed(town, town.alice.presses(read, "Dissatisfied"))


async def test_a_closed_case_is_asked_for_and_reopened_with_one_press(town: Town) -> None:
    """The author needs no command, the staff one press."""
    await town.opens(town.lin)
    await reported_privately(town, town.lin, "垃圾三天没人收")
    reply = await answered(town, town.wang, 1, "已经清走了")
    await rated(town, town.lin, reply, "满意", "满意")
    done = await town.lin.told("已办结")
    town.lin.presses(done, "还没解决")
    await town.lin.told("哪里还没解决")
    town.lin.says("楼后面还堆着")
    request = await town.zhao.told("请求重新办理")
    assert "楼后面还堆着" in request.text
    town.zhao.presses(request, "重新办理")
    await town.lin.told("应群众请求")
    await town.wang.told("重新办理")


async def test_a_slip_of_the_deputy_reaches_nobody(towns: Town) -> None:
    """A letter that is no class and a Saturday are asked about, in the deputy's words; then a slip is put right."""
    town = towns
    await reported_privately(town, town.lin, "路灯坏了")
    town.wang.says("/reply 1 Z 单位正在修")
    asked = await town.wang.told("「Z」不是答复类别")
    town.wang.presses(asked, "B ")
    await town.wang.told("要写哪天完成")
    town.wang.says("12月5日")
    await town.wang.told("到完成那天之前")
    town.wang.says("无")
    preview = await town.wang.told("12月5日周六是周末，不是工作日")
    assert not any("有答复了" in text for text in town.lin.sees())
    town.wang.presses(preview, "改到 12月7日周一")
    moved = await town.sees(town.wang.chat, "12月7日周一", after=preview)
    town.wang.presses(moved, "确认")
    read = await town.lin.told("单位正在修")
    assert "12月7日周一" in read.text
    await town.wang.told("B类：正在解决，12月7日周一前完成")

    town.wang.says("/correct 1 B 12月8日 供电所正在修")
    await town.shows(read, "供电所正在修")
    await town.shows(read, "12月8日周二")
    await town.settled()


async def test_what_was_ended_by_a_slip_is_put_back(towns: Town) -> None:
    """By whoever did it, with one press; the other side reads what happened, each in their language."""
    town = towns
    await town.opens(town.alice)
    await reported_privately(town, town.alice, "The street lamp at gate 3 is broken")
    town.alice.says("/withdraw 1")
    done = await town.alice.told("was withdrawn, as you asked")
    await town.wang.told("已由群众撤回")
    town.alice.presses(done, "Undo, pressed by mistake")
    await town.alice.told("still in “Collection”")
    await town.wang.told("已经恢复，仍在「收集」")
    town.wang.says("/decline 1 不归我们管")
    declined = await town.wang.told("正在把原因告诉群众")
    town.wang.presses(declined, "点错了，恢复")
    await town.alice.told("ended by mistake")
    await town.settled()
