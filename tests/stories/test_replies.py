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
