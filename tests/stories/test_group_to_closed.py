"""A neighbour writes in the group, the station's deputy answers from a private chat, the neighbour rates: closed."""

from __future__ import annotations

from tests.support.town import Town


async def test_from_a_group_to_closed(towns: Town) -> None:
    """Both sides see each step, the group sees a card that keeps up, and nobody learns who wrote."""
    town = towns
    group = await town.group("阳光小区", [town.lin, town.he])
    await town.opens(town.lin)

    # 收集: the report gets a number, a card in the group that answers it, and a deputy
    report = town.lin.writes(group, "/report 3号楼门口的路灯坏了，晚上很黑，电话13812345678")
    card = await town.sees(group, "#1")
    assert card.reply_to is report
    assert "阳光联络站" in card.text
    assert "王芳" in card.text
    assert "🔵 收集 › 调处 › 答复 › 督办" in card.text
    assert "小林" not in card.text
    assert "13812345678" not in card.text
    inbox = await town.wang.told("有新民情")
    assert "路灯坏了" in inbox.text
    assert "13812345678" in inbox.text, "the deputy reads it whole"
    assert "小林" not in inbox.text
    assert any("受理" in label for label in inbox.labels)

    # 调处: accepted, then a note of what was done
    town.wang.presses(inbox, "受理")
    await town.lin.told("民情 #1 已受理")
    await town.shows(card, "✅ 收集 › 🔵 调处")
    await town.shows(inbox, "✅ 收集 › 🔵 调处")
    town.wang.presses(inbox, "调处")
    await town.wang.told("请写调处情况")
    town.wang.says("已联系路灯所，他们明天来看")
    progress = await town.lin.told("民情 #1 有进展")
    assert "已联系路灯所" in progress.text
    assert "王芳" in progress.text

    # They talk: each side answers the other's message
    question = town.wang.says("是哪一盏灯？", reply_to=inbox)
    asked = await town.lin.told("是哪一盏灯？")
    await town.until(lambda: question.reactions, "the reaction that it arrived")
    answer = town.lin.says("左边那一盏", reply_to=asked)
    told = await town.wang.told("左边那一盏")
    assert "群众" in told.text
    assert "小林" not in told.text
    await town.until(lambda: answer.reactions, "the reaction that it arrived")

    # 答复: guided, with its class, and shown once more before it goes out
    town.wang.presses(inbox, "答复")
    town.wang.presses(await town.wang.told("哪一类"), "已解决或采纳")
    await town.wang.told("请写给群众的答复")
    town.wang.says("路灯已经修好，谢谢您反映")
    check = await town.wang.told("民情 #1：就这样答复吗")
    assert "路灯已经修好" in check.text
    town.wang.presses(check, "确认")
    reply = await town.lin.told("民情 #1 有答复了")
    assert "路灯已经修好，谢谢您反映" in reply.text
    assert "A类：已解决或采纳" in reply.text
    await town.shows(card, "✅ 调处 › 🔵 答复")

    # Rated by buttons, each part by itself; both together close the case
    attitude_row = [label for label in reply.labels if "办理态度" in label]
    assert len(attitude_row) == 1
    town.lin.presses_at(reply, 1, 0)
    await town.until(lambda: any("办理态度：满意" in label for label in reply.labels), "the rating of the attitude")
    town.lin.presses(reply, "基本满意")
    await town.lin.told("民情 #1 已办结")
    await town.wang.told("态度：满意，结果：基本满意")
    await town.shows(card, "✅ 已办结：群众确认")
    await town.shows(inbox, "✅ 已办结：群众确认")
    await town.until(lambda: not reply.labels, "that the rating is over")

    # The group saw the one card and nothing else
    await town.settled()
    assert [m for m in group.messages if m.by_bot and m.id > report.id] == [card]
    assert len(card.versions) >= 3
