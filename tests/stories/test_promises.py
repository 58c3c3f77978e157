"""A reply that promises: the office comes back on the day and asks whether it was really done."""

from __future__ import annotations

from tests.stories.steps import answered, pressed, rated, reported_privately
from tests.support.town import Town


async def test_a_promise_is_checked_until_it_is_kept(towns: Town) -> None:
    """Class B: rated, followed up, on the day only partly done; promised again, and fixed in the end."""
    town = towns
    card = await reported_privately(town, town.lin, "人行道的砖松了")
    town.wang.presses(card, "受理")
    await town.lin.told("已受理")

    reply = await answered(town, town.wang, 1, "十二月一日前修好", reply_class="B 2026-12-01")
    assert "承诺 12月1日周二完成" in reply.text
    await rated(town, town.lin, reply, "满意", "基本满意")
    noted = await town.lin.told("转入督办")
    assert "12月1日" in noted.text
    await town.wang.told("检查落实")
    await town.shows(card, "🔵 督办")

    await town.later(days=7)
    await town.settled()
    assert "真的落实了吗" not in "".join(town.lin.sees()), "not before the day"
    await town.later(days=1)
    check = await town.lin.told("真的落实了吗")
    town.lin.presses(check, "部分落实")
    await town.lin.told("退回重新办理")
    card = await town.wang.told("退回调处")
    assert "🔵 调处" in card.text
    staff = await town.zhao.told("没有完全落实")
    assert "王芳" in staff.text

    again = await answered(town, town.wang, 1, "这次全部修好", reply_class="B 2026-12-04")
    await rated(town, town.lin, again, "满意", "满意")
    await town.lin.told("12月4日周五我会来问您")
    await town.later(days=3)
    second = await town.sees(town.lin.chat, "真的落实了吗", after=again)
    card = await town.wang.told("就快到了")
    town.lin.presses(second, "已落实")
    await town.lin.told("民情 #1 已办结")
    await town.shows(card, "已办结：群众确认")
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert case.outcome == "resolved"


async def test_the_date_can_be_moved_with_its_reason(town: Town) -> None:
    """The constituent is told, and asked on the new day."""
    await reported_privately(town, town.lin, "人行道的砖松了")
    reply = await answered(town, town.wang, 1, "十二月一日前修好", reply_class="B 2026-12-01")
    await rated(town, town.lin, reply, "满意", "满意")
    await town.lin.told("转入督办")

    town.wang.says("/followup 1 2026-12-03 下雨不能施工")
    moved = await town.lin.told("完成日期改为 12月3日")
    assert "下雨不能施工" in moved.text
    await town.later(days=9)
    assert "真的落实了吗" not in "".join(town.lin.sees())
    await town.later(days=1)
    await town.lin.told("真的落实了吗")


async def test_who_does_not_rate_is_reminded_once_and_the_case_ends(town: Town) -> None:
    """One reminder after three days; after the window the case is closed as unconfirmed, and both sides hear of it."""
    await reported_privately(town, town.lin, "人行道的砖松了")
    reply = await answered(town, town.wang, 1)

    await town.later(days=3, minutes=1)
    reminder = await town.lin.told("答复您还满意吗")
    await town.later(days=1)
    await town.later(days=1)
    assert sum("您还满意吗" in text for text in town.lin.sees()) == 1
    await town.later(days=5)
    await town.lin.told("先办结了")
    await town.wang.told("未评价")

    query = await pressed(town, town.lin.presses_at(reply, 1, 0))
    assert "评价已经结束" in query.answer
    assert reminder.labels


async def test_an_overdue_case_is_said_to_the_deputy_once(town: Town) -> None:
    """The limit of acceptance passes at the end of its last working day; it is said in the morning."""
    await reported_privately(town, town.lin, "人行道的砖松了")

    await town.later(days=2, hours=15)
    assert "已到期" not in "".join(town.wang.sees()), "not at night"
    await town.later(hours=7)
    overdue = await town.wang.told("民情 #1 已到期")
    assert any("受理" in label for label in overdue.labels)
    await town.later(days=1)
    assert sum("已到期" in text for text in town.wang.sees()) == 1


async def test_done_before_its_day_with_a_photo(towns: Town) -> None:
    """The deputy reports early; the constituent is asked at once, sends a photo, and the ledger says kept."""
    town = towns
    await reported_privately(town, town.lin, "人行道的砖松了")
    reply = await answered(town, town.wang, 1, "年底前修好", reply_class="B 2026-12-31")
    await rated(town, town.lin, reply, "满意", "满意")
    await town.lin.told("转入督办")

    town.wang.says("/promises")
    ledger = await town.wang.told("承诺台账 · 待兑现（1）")
    assert "还有 38 天" in ledger.text
    town.wang.presses(ledger, "报告已办好")
    check = await town.lin.told("王芳代表说已经办好了")
    town.lin.presses(check, "已落实")
    await town.lin.told("发张照片")
    town.lin.sends_photo(town.lin.chat, "新砖铺好了")
    await town.lin.told("照片已附在民情 #1")
    passed = await town.zhao.told("群众核实时发来的照片")
    assert "新砖铺好了" in passed.text
    await town.wang.told("群众核实时发来的照片")
    town.wang.says("/promises")
    ledger = await town.wang.told("现在没有待兑")
    town.wang.presses(ledger, "已兑现 1")
    await town.shows(ledger, "群众确认")


async def test_a_broken_promise_stands_in_the_ledger_of_staff(town: Town) -> None:
    """Nobody moved the date; on the day it was not fixed. Staff are told, and find it under its deputy's name."""
    await reported_privately(town, town.lin, "人行道的砖松了")
    reply = await answered(town, town.wang, 1, "十二月一日前修好", reply_class="B 2026-12-01")
    await rated(town, town.lin, reply, "满意", "满意")
    await town.lin.told("转入督办")
    await town.later(days=8)
    town.lin.presses(await town.lin.told("真的落实了吗"), "未落实")
    await town.zhao.told("没有完全落实")

    town.zhao.says("/promises")
    ledger = await town.zhao.told("承诺台账")
    town.zhao.presses(ledger, "未兑现 1")
    await town.shows(ledger, "群众说未落实")
    assert "王芳" in ledger.text


async def test_looking_back_on_closed_cases(town: Town) -> None:
    """Drawn, confirmed, asked in one's own language; whoever is dissatisfied now is named, and can be heard again."""
    await reported_privately(town, town.lin, "人行道的砖松了")
    reply = await answered(town, town.wang, 1)
    await rated(town, town.lin, reply, "满意", "满意")
    await town.lin.told("民情 #1 已办结")
    await town.later(days=3)

    town.zhao.says("/lookback 5 4711")
    preview = await town.zhao.told("抽查 1 件，问 1 位群众")
    town.zhao.presses(preview, "确认")
    question = await town.lin.told("民情 #1 回头看")
    town.lin.presses(question, "不满意")
    more = await town.lin.told("多说几句")
    failed = await town.zhao.told("群众现在不满意")
    town.lin.says("砖又松了", reply_to=more)
    await town.zhao.told("砖又松了")
    await town.lin.told("工作人员看到了")
    await town.shows(preview, "第 1 次回头看")

    town.zhao.says("/lookback 5 4711")
    results = await town.sees(town.zhao.chat, "落实不满意", after=failed)
    assert "#1 王芳" in results.text
    assert "变差 1" in results.text
    assert not any("砖又松了" in text for text in town.wang.sees())
