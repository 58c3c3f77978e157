"""What was promised is asked about, on its day or before, and the ledger knows what became of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from liaisonbot.model import Attachment, PledgeFigures
from liaisonbot.vocabulary import Outcome, PledgeEnd, PledgeState, Role, Stage
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, MONDAY, Office, Sent

PHOTO = (Attachment("photo", "file-1"),)
MON, TUE, FRI = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 27)
NEXT_MON = date(2026, 11, 30)


def promised(office: Office, day: date = FRI, *, number: int = 1, author: int = ALICE, rated: bool = True) -> None:
    """A case whose reply promises that day; rated well, unless it is not rated."""
    if office.case(number) is None:
        office.writes(author, f"路灯坏了 {number}")
    deputy = DEPUTY
    office.writes(deputy, f"/reply {number} B {day} 月底修好")
    if rated:
        answer = office.last(author, containing="月底修好")
        office.presses(author, answer, "😊 满意")
        office.presses(author, answer, "😊 满意")


def at(office: Office, day: date, hour: int = 10) -> None:
    """The clock moves to that local hour."""
    office.ticks((day - MON) + timedelta(hours=hour - 10) - (office.now - MONDAY))


def asked(office: Office, who: int = ALICE) -> Sent:
    return next(sent for sent in reversed(office.chats[who]) if any("已落实" in label for label in sent.buttons))


def states(office: Office) -> dict[PledgeState, int]:
    with office.unit() as uow:
        return {state: n for state, n in uow.promises.counts(office.desk.today).items() if n}


def figures(office: Office, since: date = MON, until: date = NEXT_MON) -> tuple[int, int, int]:
    with office.unit() as uow:
        as_of = office.desk.working_days.end_of(until - timedelta(days=1))
        found = uow.promises.figures(since, until, as_of)
    return found.due, found.kept, found.broken


def test_a_promise_that_is_kept(office: Office) -> None:
    """Asked on its day at nine, answered fixed: the case closes, the ledger has it among those kept."""
    promised(office)
    assert states(office) == {PledgeState.DUE: 1}
    at(office, FRI, 8)
    assert "真的落实了吗" not in office.told(ALICE)
    at(office, FRI, 9)
    office.presses(ALICE, asked(office), "✅ 已落实")
    assert office.case(1).outcome is Outcome.RESOLVED
    assert states(office) == {PledgeState.KEPT: 1}
    assert figures(office) == (1, 1, 0)


@pytest.mark.parametrize(("label", "ending"), [("部分落实", PledgeEnd.PARTLY), ("未落实", PledgeEnd.NOT_FIXED)])
def test_a_promise_that_is_broken_goes_back_and_staff_hear_of_it(office: Office, label: str, ending: PledgeEnd) -> None:
    """Partly is not kept; deputy and staff are told, and another promise does not mend the first."""
    promised(office)
    at(office, FRI)
    office.presses(ALICE, asked(office), label)
    assert office.case(1).stage is Stage.MEDIATION
    assert "退回调处" in office.last(DEPUTY, containing="退回").text
    assert "#1" in office.told(STAFF)
    with office.unit() as uow:
        pledge = uow.promises.latest_of(1)
    assert pledge is not None
    assert pledge.ending is ending
    promised(office, date(2026, 12, 4))
    assert states(office) == {PledgeState.BROKEN: 1, PledgeState.DUE: 1}
    assert figures(office) == (1, 0, 1)


def test_a_past_week_stays_as_it_was(office: Office) -> None:
    """What is fixed after the week's end was broken in that week, whenever one asks."""
    promised(office)
    at(office, FRI)
    at(office, date(2026, 12, 1))
    office.presses(ALICE, asked(office), "✅ 已落实")
    assert figures(office) == (1, 0, 1)
    with office.unit() as uow:
        assert uow.promises.figures(MON, NEXT_MON, office.now + timedelta(seconds=1)) == PledgeFigures(1, 1)


def test_a_date_moved_in_time_is_another_promise_and_one_moved_too_late_was_broken(office: Office) -> None:
    """Nobody improves the figures by moving what is overdue."""
    promised(office, TUE)
    office.writes(DEPUTY, f"/followup 1 {FRI} 下雨")
    assert figures(office, MON, date(2026, 11, 25)) == (0, 0, 0)
    at(office, date(2026, 11, 28))
    office.writes(DEPUTY, "/followup 1 2026-12-04 又下雨")
    assert figures(office) == (1, 0, 1)
    with office.unit() as uow:
        pledge = uow.promises.open_of(1)
    assert pledge is not None
    assert (pledge.first_day, pledge.moves) == (TUE, 2)
    office.writes(DEPUTY, "/promises")
    assert "原定 11月24日周二，改期 2 次" in office.told(DEPUTY)


def test_the_deputy_reports_early_and_every_author_is_asked_at_once(office: Office) -> None:
    """Instead of on the day; the deputy's words and nobody's identity go along."""
    promised(office, date(2026, 12, 31))
    with office.unit() as uow:
        bob = uow.people.meet(BOB, "zh", office.now)
        uow.people.set_reachable(BOB, True)
        uow.cases.add_author(1, bob.id, None, office.now)
    card = office.last(DEPUTY, containing="#1")
    assert "📣 报告已办好" in card.buttons
    office.writes(DEPUTY, "/done 1 昨天已经换了新灯")
    for who in (ALICE, BOB):
        assert "张三代表说已经办好了" in asked(office, who).text
        assert "昨天已经换了新灯" in asked(office, who).text
    assert "已请群众核实" in office.told(DEPUTY)
    office.writes(DEPUTY, "/done 1")
    assert "正在等回答" in office.told(DEPUTY)
    asked_so_far = len(office.chats[ALICE])
    at(office, date(2026, 12, 31))
    assert len(office.chats[ALICE]) == asked_so_far
    office.presses(BOB, asked(office, BOB), "✅ 已落实")
    assert office.case(1).outcome is None
    office.presses(ALICE, asked(office), "✅ 已落实")
    assert office.case(1).outcome is Outcome.RESOLVED


def test_one_press_is_enough_and_nobody_is_asked_at_night(office: Office) -> None:
    """The check waits for the morning where the deputy reports late in the evening."""
    promised(office, date(2026, 12, 31))
    at(office, MON, 23)
    office.presses(DEPUTY, office.last(DEPUTY, containing="#1"), "报告已办好")
    assert office.case(1).stage is Stage.FOLLOW_UP
    assert not any("已经办好了" in sent.text for sent in office.chats[ALICE])
    at(office, TUE, 8)
    assert "已经办好了" in asked(office).text


def test_without_a_promise_there_is_nothing_to_report(office: Office) -> None:
    """The refusal says why."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 A 修好了")
    office.writes(DEPUTY, "/done 1")
    assert "没有承诺日期" in office.told(DEPUTY)
    office.writes(OTHER_DEPUTY, "/done 1")
    assert "#1" in office.told(OTHER_DEPUTY)
    assert office.case(1).stage is Stage.REPLY


def test_silence_about_the_reply_lets_nobody_off(office: Office) -> None:
    """Nobody rated: the window passes, the case waits in follow-up, and on the day the check is asked."""
    promised(office, date(2026, 12, 31), rated=False)
    at(office, date(2026, 12, 10))
    assert office.case(1).stage is Stage.FOLLOW_UP
    at(office, date(2026, 12, 31))
    office.presses(ALICE, asked(office), "✅ 已落实")
    assert office.case(1).outcome is Outcome.RESOLVED


def test_a_day_before_the_end_of_the_rating_window_counts_too(office: Office) -> None:
    """The day has come and nobody has rated yet: the check is asked all the same."""
    promised(office, TUE, rated=False)
    at(office, TUE)
    office.presses(ALICE, asked(office), "未落实")
    assert office.case(1).stage is Stage.MEDIATION


def test_nobody_answers_the_check(office: Office) -> None:
    """After the window the case closes as unconfirmed, and the promise counts as broken; urging changes nothing."""
    promised(office)
    at(office, FRI)
    office.writes(STAFF, "/urge 1")
    at(office, date(2026, 12, 4))
    assert office.case(1).stage is Stage.FOLLOW_UP
    assert states(office) == {PledgeState.OVERDUE: 1}
    at(office, date(2026, 12, 9))
    assert office.case(1).outcome is Outcome.UNCONFIRMED
    assert states(office) == {PledgeState.BROKEN: 1}


def test_a_photo_for_the_check_is_kept_and_reaches_deputy_and_staff(office: Office) -> None:
    """No case of its own is opened by it; the second photo, and one a day later, are something new again."""
    promised(office)
    at(office, FRI)
    office.presses(ALICE, asked(office), "部分落实")
    assert "发张照片" in office.told(ALICE)
    office.writes(ALICE, "还差一盏", attachments=PHOTO)
    assert "照片已附在<b>民情 #1</b>" in office.told(ALICE)
    for reader in (DEPUTY, STAFF):
        assert "群众核实时发来的照片" in office.told(reader)
        assert "还差一盏" in office.told(reader)
    with office.unit() as uow:
        alice = uow.people.find(ALICE)
        assert alice is not None
        check = uow.promises.checked_by(1, alice.id, MONDAY)
        assert check is not None
        kept = {message.id: message for message in uow.messages.of_case(1)}
    assert check.message is not None
    assert kept[check.message].attachments[0].kind == "photo"
    office.now += timedelta(minutes=11)
    office.writes(ALICE, "井盖也丢了", attachments=PHOTO)
    assert office.case(2).text == "井盖也丢了"


def test_a_photo_comes_too_late_after_a_day(office: Office) -> None:
    """By then it is a report of its own."""
    promised(office)
    at(office, FRI)
    office.presses(ALICE, asked(office), "未落实")
    at(office, date(2026, 11, 28), 11)
    office.writes(ALICE, "井盖丢了", attachments=PHOTO)
    assert office.case(2).text == "井盖丢了"


def test_another_authors_later_answer_is_passed_on(office: Office) -> None:
    """The window is over and the case closed by who answered; who sees it otherwise is heard all the same, once."""
    promised(office)
    with office.unit() as uow:
        bob = uow.people.meet(BOB, "zh", office.now)
        uow.people.set_reachable(BOB, True)
        uow.cases.add_author(1, bob.id, None, office.now)
    at(office, FRI)
    second = asked(office, BOB)
    with office.unit() as uow:
        uow.people.set_reachable(BOB, False)  # nobody waits for him
    office.presses(ALICE, asked(office), "✅ 已落实")
    office.presses(BOB, second, "未落实")
    for reader in (DEPUTY, STAFF):
        assert "另一位反映人的回答是「❌ 未落实」" in office.told(reader)
    office.presses_data(BOB, "check:1:3")
    assert "已经回答过了" in office.toasts[-1]
    assert office.case(1).outcome is Outcome.RESOLVED


def test_in_a_group_no_photo_is_asked_for(office: Office) -> None:
    """Whoever reported in a group and never opened the private chat is asked there."""
    office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.writes(DEPUTY, f"/reply 1 B {FRI} 月底修好")
    answer = office.last(GROUP, containing="月底修好")
    office.presses(ALICE, answer, "😊 满意")
    office.presses(ALICE, answer, "😊 满意")
    at(office, FRI)
    office.presses(ALICE, asked(office, GROUP), "✅ 已落实")
    assert office.case(1).outcome is Outcome.RESOLVED
    assert not any("发张照片" in text for text in office.all_texts())


# --- the ledger's pages -----------------------------------------------------------------------------------------------


def test_a_deputy_sees_their_own_promises_with_what_can_be_done(office: Office) -> None:
    """Overdue first; a filter for each state; each line opens its case."""
    promised(office, TUE)
    promised(office, FRI, number=2, author=BOB)
    office.writes(OTHER_DEPUTY, "/promises")
    assert "没有待兑现" in office.told(OTHER_DEPUTY)
    at(office, date(2026, 11, 25))
    office.writes(DEPUTY, "/promises")
    ledger = office.last(DEPUTY)
    assert "已超期（1）" in ledger.text
    assert "#1" in ledger.text
    office.presses(DEPUTY, ledger, "待兑现 1")
    assert "#2" in ledger.text
    assert "还有 2 天" in ledger.text
    assert not any("按代表" in label for label in ledger.buttons)
    office.presses(DEPUTY, ledger, "报告已办好")
    assert "已经办好了" in asked(office, BOB).text


def test_staff_see_their_stations_promises_by_deputy(office: Office) -> None:
    """Who has how many; another station's staff see none of them, an owner all."""
    promised(office, TUE)
    at(office, date(2026, 11, 25))
    office.writes(STAFF, "/promises")
    ledger = office.last(STAFF)
    assert "张三" in ledger.text
    assert ledger.button("催办").startswith("do:urge:")
    office.presses(STAFF, ledger, "按代表")
    office.presses(STAFF, ledger, "张三：待兑现 1，超期 1")
    assert "👤 张三" in ledger.text
    elsewhere = office.station("B", "滨江联络站")
    office.roster(Role.STAFF, "赵六", 22, elsewhere)
    office.writes(22, "/promises")
    assert "没有待兑现" in office.told(22)
    office.writes(OWNER, "/promises")
    assert "#1" in office.told(OWNER)


def test_a_constituent_has_no_ledger(office: Office) -> None:
    """Neither the command nor a forged button says anything about others' cases."""
    promised(office)
    office.writes(ALICE, "/promises")
    assert "台账" not in office.told(ALICE)
    office.presses_data(ALICE, "promises:due:0:0")
    office.presses_data(DEPUTY, "promises:due:0:x")
    office.presses_data(DEPUTY, "promises:none:0:0")
    assert not any("台账" in sent.text for sent in office.chats[ALICE])


def test_long_ledgers_have_pages(office: Office) -> None:
    """Five on a page."""
    for number in range(1, 8):
        promised(office, FRI, number=number)
    office.writes(DEPUTY, "/promises")
    ledger = office.last(DEPUTY)
    assert "第 1–5" in ledger.text or "1–5" in ledger.text
    office.presses(DEPUTY, ledger, "下一页")
    assert "#7" in ledger.text
    assert "#1<" not in ledger.text


# --- the ladder -------------------------------------------------------------------------------------------------------


def climbed(office: Office, who: int) -> list[str]:
    """The rungs of the promise that were told in that chat, by their signs."""
    signs = {
        "就快到了": "ahead",
        "已过</b>": "reminded",
        "催办：": "pressed",
        "重点督办：": "key",
        "督办：": "supervised",
    }
    told = [sent.text for sent in office.chats[who] if "承诺" in sent.text]
    return [next(sign for words, sign in signs.items() if words in text) for text in told if _is_rung(text)]


def _is_rung(text: str) -> bool:
    return any(words in text for words in ("就快到了", "已过</b>", "催办：民情", "督办：民情"))


def test_an_overdue_promise_climbs_the_same_ladder(office: Office) -> None:
    """Reminded ahead, reminded, chased, supervised, closely supervised: each once, to whom the table says."""
    promised(office, FRI)
    for day in range(1, 16):
        at(office, MON + timedelta(days=day))
        office.ticks()
        if office.case(1).stage is Stage.CLOSED:
            break
    assert climbed(office, DEPUTY) == ["ahead", "reminded", "pressed", "supervised", "key"]
    assert climbed(office, STAFF) == ["pressed", "supervised", "key"]
    assert climbed(office, OWNER) == ["key"]
    assert climbed(office, ALICE) == []


def test_whoever_reports_it_done_is_not_chased(office: Office) -> None:
    """Also when the day has come and the constituent was asked already: nobody is asked twice."""
    promised(office, FRI)
    at(office, FRI)
    questions = len(office.chats[ALICE])
    office.writes(DEPUTY, "/done 1 都换好了")
    assert len(office.chats[ALICE]) == questions
    at(office, date(2026, 12, 3))
    assert climbed(office, DEPUTY) == ["ahead"]
    office.writes(DEPUTY, "/done 1")
    assert "正在等回答" in office.told(DEPUTY)


def test_a_date_moved_begins_the_ladder_anew(office: Office) -> None:
    """The old date is nobody's limit any more."""
    promised(office, FRI)
    office.writes(DEPUTY, "/followup 1 2026-12-11 下雨")
    at(office, date(2026, 12, 4))
    assert climbed(office, DEPUTY) == []
    at(office, date(2026, 12, 10))
    assert climbed(office, DEPUTY) == ["ahead"]


def test_whoever_was_away_when_it_was_asked_answers_below_the_case(office: Office) -> None:
    """They had blocked the bot: the question went nowhere, and what leads them to the case has its buttons until they
    have answered.
    """
    promised(office)
    office.blocked.add(ALICE)
    at(office, FRI)
    assert "真的落实了吗" not in office.told(ALICE)

    office.blocked.remove(ALICE)
    office.writes(ALICE, "/start")
    office.presses(ALICE, office.last(ALICE, containing="没能送到您这里"), "#1")
    office.presses(ALICE, asked(office), "❌ 未落实")

    assert office.case(1).stage is Stage.MEDIATION
    office.writes(ALICE, "/case 1")
    assert not any("已落实" in label for label in office.last(ALICE, containing="经过").buttons)


def test_whoever_was_away_is_not_asked_before_its_day_nor_twice(office: Office) -> None:
    """The case offers the answer while it is waited for only; and of two authors to whoever has not said it yet."""
    promised(office)
    office.writes(ALICE, "/case 1")
    assert "check:1:3" not in office.last(ALICE, containing="经过").buttons.values()
    with office.unit() as uow:
        bob = uow.people.meet(BOB, "zh", office.now)
        uow.people.set_reachable(BOB, True)
        uow.cases.add_author(1, bob.id, None, office.now)
    at(office, FRI)
    office.presses(ALICE, asked(office), "✅ 已落实")
    for who, offered in ((ALICE, False), (BOB, True)):
        office.writes(who, "/case 1")
        assert ("check:1:3" in office.last(who, containing="经过").buttons.values()) is offered
