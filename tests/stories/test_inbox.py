"""A deputy with many cases turns pages."""

from __future__ import annotations

from tests.support.town import Town


async def test_twenty_cases_on_three_pages(town: Town) -> None:
    """The most urgent first, one message that changes as the page is turned, a button for every case."""
    group = await town.group("阳光小区", [town.lin, town.he])
    for number in range(20):
        (town.lin if number % 2 else town.he).writes(group, f"/report 请王芳代表看看第{number + 1}盏路灯")
    await town.sees(group, "民情 #20")
    await town.settled()

    town.wang.says("/inbox")
    page = await town.wang.told("待办民情")
    assert "第 1–8 条，共 20 条" in page.text
    assert "#1" in page.text
    assert [label for label in page.labels if "页" in label] == ["下一页 ➡️"]
    town.wang.presses(page, "下一页")
    await town.shows(page, "第 9–16 条，共 20 条")
    town.wang.presses(page, "下一页")
    await town.shows(page, "第 17–20 条，共 20 条")
    assert [label for label in page.labels if "页" in label] == ["⬅️ 上一页"]
    assert "#20" in page.labels

    town.wang.presses(page, "#20")
    case = await town.sees(town.wang.chat, "第20盏路灯", after=page)
    town.wang.presses(case, "受理")
    await town.sees(group, "民情 #20 已受理")
    town.wang.presses(page, "上一页")
    await town.shows(page, "第 9–16 条")
    town.li.says("/inbox")
    await town.li.told("现在没有待办民情")
