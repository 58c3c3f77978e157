"""Guided commands outlive the bot: it may be restarted between any two questions."""

from __future__ import annotations

from sandbox.model import Message
from tests.stories.steps import reported_privately
from tests.support.town import Town


async def asked_after_restart(town: Town, words: str) -> Message:
    """The next question; before it is answered the bot ends and begins again."""
    question = await town.wang.told(words)
    await town.settled()
    await town.restart_bot()
    return question


async def test_a_guided_reply_survives_a_restart_before_every_answer(towns: Town) -> None:
    """Case, class, date, words, plan, confirmation: six questions, six restarts, one reply."""
    town = towns
    await reported_privately(town, town.lin, "路灯坏了")
    town.wang.says("/reply")
    town.wang.presses(await asked_after_restart(town, "哪一件民情"), "#1 ")
    town.wang.presses(await asked_after_restart(town, "哪一类"), "正在解决")
    await asked_after_restart(town, "要写哪天完成")
    town.wang.says("2026-12-01")
    await asked_after_restart(town, "请写给群众的答复")
    town.wang.says("十二月一日前修好")
    await asked_after_restart(town, "完成那天之前")
    town.wang.says("先装临时灯")
    check = await asked_after_restart(town, "民情 #1：就这样答复吗")
    assert "B类：正在解决" in check.text
    town.wang.presses(check, "确认")

    reply = await town.lin.told("有答复了")
    assert "十二月一日前修好" in reply.text
    await town.settled()
    assert not check.labels, "what was confirmed cannot be confirmed again"
    assert sum("有答复了" in text for text in town.lin.sees()) == 1


async def test_a_killed_bot_remembers_the_question(town: Town) -> None:
    """SIGKILL while somebody is thinking about the answer."""
    town.wang.presses(await reported_privately(town, town.lin, "路灯坏了"), "受理")
    await town.lin.told("已受理")
    await town.settled()
    await town.stop_bot()
    process = await town.start_process()
    town.wang.says("/mediate 1")
    await town.wang.told("请写调处情况")
    await town.settled()
    await process.kill()
    town.wang.says("已经联系路灯所")
    await town.start_process()
    told = await town.lin.told("民情 #1 有进展")
    assert "已经联系路灯所" in told.text


async def test_a_wrong_answer_is_asked_again_and_a_dialogue_can_be_left(town: Town) -> None:
    """Nothing is lost by a typing mistake; Cancel changes nothing; what comes later is no answer any more."""
    await reported_privately(town, town.lin, "路灯坏了")
    town.wang.says("/reply")
    await town.wang.told("哪一件民情")
    wrong = town.wang.says("那一件")
    await town.sees(town.wang.chat, "不是编号", after=wrong)
    right = town.wang.says("#1")
    classes = await town.sees(town.wang.chat, "哪一类", after=right)
    town.wang.presses(classes, "正在解决")
    dates = await town.wang.told("要写哪天完成。点一个")
    past = town.wang.says("2020-01-01")
    await town.sees(town.wang.chat, "已经过去了", after=past)
    no_date = town.wang.says("下周")
    await town.sees(town.wang.chat, "看不出是哪一天", after=no_date)
    town.wang.presses(dates, "取消")
    await town.shows(dates, "已取消")
    later = town.wang.says("2026-12-01")
    await town.sees(town.wang.chat, "直接回复民情卡片", after=later)
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert case.stage == "collection"


async def test_a_new_command_takes_the_place_of_an_open_question(town: Town) -> None:
    """And words that would have answered the old question do not."""
    await reported_privately(town, town.lin, "路灯坏了")
    town.wang.says("/decline 1")
    await town.wang.told("请写明不予受理的原因")
    town.wang.says("/inbox")
    await town.wang.told("待办民情")
    words = town.wang.says("不归我们管")
    await town.sees(town.wang.chat, "直接回复民情卡片", after=words)
    assert not any("不予受理" in text for text in town.lin.sees())


async def test_an_unanswered_question_is_over_after_a_day(town: Town) -> None:
    """Its buttons say so."""
    await reported_privately(town, town.lin, "路灯坏了")
    town.wang.says("/reply 1")
    question = await town.wang.chat.next_message(containing="民情 #1「", by_bot=True)
    await town.later(hours=25)
    query = town.wang.presses(question, "取消")
    await town.until(lambda: not isinstance(query, str) and query.answered, "an answer")
    assert not isinstance(query, str)
    assert "没有正在进行的操作" in query.answer
