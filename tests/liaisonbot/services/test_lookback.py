"""A sample of closed cases is asked once more: anybody draws the same, each answers once, and changes are listed."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from liaisonbot.services.lookback import shuffled
from liaisonbot.vocabulary import Outcome, Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OWNER, STAFF
from tests.support.numbers import numbers
from tests.support.office import GROUP, Office, Sent


def closed(office: Office, *authors: int, result: str = "😊 满意") -> None:
    """Cases that were answered, rated and closed, one for each author."""
    for author in authors:
        office.writes(author, f"路灯坏了，{author}")
        with office.unit() as uow:
            number = uow.cases.of_author(uow.people.meet(author, "zh", office.now).id)[0][0].number
        office.writes(DEPUTY, f"/reply {number} 已修好 {author}")
        answer = office.last(author, containing=f"已修好 {author}")
        office.presses(author, answer, "😊 满意")
        office.presses(author, answer, result)
        assert office.case(number).outcome is Outcome.RESOLVED


def drawn(office: Office, words: str = "10 4711", who: int = STAFF) -> Sent:
    office.writes(who, f"/lookback {words}".strip())
    preview = office.last(who)
    office.presses(who, preview, "确认")
    return preview


def question(office: Office, who: int) -> Sent:
    return office.last(who, containing="回头看</b>")


@given(st.sets(st.integers(1, 10_000), max_size=60), st.text("0123456789abcXYZ", min_size=1, max_size=16))
def test_a_seed_draws_the_same_whatever_order_they_come_in(numbers: set[int], seed: str) -> None:
    """Nothing but the numbers and the seed counts, and nothing is lost."""
    assert shuffled(sorted(numbers), seed) == shuffled(sorted(numbers, reverse=True), seed)
    assert set(shuffled(sorted(numbers), seed)) == numbers


def test_the_draw_can_be_repeated_by_hand() -> None:
    """What Python's own generator gives for that seed: no later version can change it unseen."""
    assert shuffled(range(1, 11), "4711") == [2, 10, 7, 6, 8, 9, 5, 1, 3, 4]


def test_preview_question_answers_and_results(office: Office) -> None:
    """Nobody is asked before the confirmation; the results say what got worse, and name content then, not now."""
    closed(office, ALICE, BOB, 103, 104)
    office.ticks(timedelta(days=3))
    office.writes(STAFF, "/lookback 10 4711")
    preview = office.last(STAFF)
    assert "抽查 4 件，问 4 位群众" in preview.text
    assert "4711" in preview.text
    assert "回头看" not in office.told(ALICE)
    office.presses(STAFF, preview, "确认")
    office.presses(ALICE, question(office, ALICE), "不满意")
    office.presses(BOB, question(office, BOB), "😊 满意")
    office.presses(103, question(office, 103), "基本满意")
    failed = office.last(STAFF, containing="现在不满意")
    assert "reopen" in failed.button("重新")
    office.writes(STAFF, "/lookback")
    office.presses(STAFF, office.last(STAFF), "第 1 次结果")
    results = office.last(STAFF)
    assert "一样 1　变差 2　未答 1" in results.text
    assert "重抽，结果一致" in results.text
    named = results.text.split("落实不满意</b>")[1].splitlines()
    assert "张三" in named[1]
    assert results.text.count("❌ 变差") == 2


def test_free_words_stand_in_the_results_and_reach_staff_not_the_deputy(office: Office) -> None:
    """Whoever answers the question in words speaks to those who asked."""
    closed(office, ALICE)
    office.ticks(timedelta(days=1))
    preview = drawn(office)
    office.presses(ALICE, question(office, ALICE), "不满意")
    before = len(office.chats[DEPUTY])
    office.writes(ALICE, "修了一天又坏了", answering=office.last(ALICE, containing="多说几句"))
    assert "修了一天又坏了" in office.told(STAFF)
    assert len(office.chats[DEPUTY]) == before
    office.writes(STAFF, "/lookback 10 4711")
    assert "修了一天又坏了" in office.told(STAFF)
    assert preview.text


def test_an_answer_counts_once_and_only_from_the_one_who_was_asked(office: Office) -> None:
    """A forged press, or a second one, changes nothing."""
    closed(office, ALICE)
    office.ticks(timedelta(days=1))
    drawn(office)
    data = question(office, ALICE).button("不满意")
    office.presses_data(BOB, data)
    office.presses_data(ALICE, data)
    office.presses_data(ALICE, data[:-1] + "3")
    assert "已经回答过了" in office.toasts[-1]
    with office.unit() as uow:
        (answer,) = uow.lookbacks.questions(1)
    assert answer.answer == 1


def test_nobody_is_asked_twice_in_ninety_days(office: Office) -> None:
    """Another seed draws the others; a person with two cases is asked about one."""
    closed(office, ALICE, ALICE, BOB)
    office.ticks(timedelta(days=1))
    drawn(office, "1 77")
    office.writes(STAFF, "/lookback 10 78")
    assert "抽查 1 件，问 1 位群众" in office.told(STAFF)
    office.presses(STAFF, office.last(STAFF), "确认")
    office.ticks(timedelta(days=60))
    office.writes(STAFF, "/lookback 10 79")
    assert "没有可以再问的人" in office.told(STAFF)


def test_a_confirmation_pressed_twice_asks_once(office: Office) -> None:
    """The seed and the day name the sample."""
    closed(office, ALICE)
    office.ticks(timedelta(days=1))
    preview = drawn(office)
    office.presses_data(STAFF, "lookback:go:10:4711:2026-11-24")
    assert sum("回头看</b>" in sent.text for sent in office.chats[ALICE]) == 1
    assert preview.buttons


def test_nobody_is_asked_at_night(office: Office) -> None:
    """Confirmed late, asked in the morning."""
    closed(office, ALICE)
    office.ticks(timedelta(days=1, hours=13))
    drawn(office)
    assert "回头看" not in office.told(ALICE)
    office.ticks(timedelta(hours=9))
    assert question(office, ALICE).buttons


def test_a_reopened_case_shows_in_a_new_draw(office: Office) -> None:
    """The results say that the sample cannot be drawn as it was."""
    closed(office, ALICE, BOB)
    office.ticks(timedelta(days=1))
    drawn(office)
    office.writes(STAFF, "/reopen 1 群众说又坏了")
    office.writes(STAFF, "/lookback 10 4711 2026-11-24")
    assert "差 1 件" in office.told(STAFF)


def test_stations_keep_to_themselves(office: Office) -> None:
    """Staff of another station neither draw from these cases nor see the results; an owner draws from all."""
    closed(office, ALICE)
    office.ticks(timedelta(days=1))
    drawn(office)
    elsewhere = office.station("B", "滨江联络站")
    office.roster(Role.STAFF, "赵六", 22, elsewhere)
    office.writes(22, "/lookback 10 4711")
    assert "没有办结的民情" in office.told(22)
    office.presses_data(22, "lookback:show:1:0")
    assert "4711" not in numbers(office.told(22))
    office.writes(OWNER, "/lookback")
    assert "第 1 次" in office.told(OWNER)
    office.writes(ALICE, "/lookback")
    office.presses_data(ALICE, "lookback:list")
    office.presses_data(DEPUTY, "lookback:new:5")
    assert not any("抽样编号" in sent.text for who in (ALICE, DEPUTY) for sent in office.chats[who])


def test_what_cannot_be_read_is_explained(office: Office) -> None:
    """With the form that can."""
    for words in ("many", "0", "500", "10 编号", "10 4711 2026-13-77", "10 4711 2027-01-01"):
        office.writes(STAFF, f"/lookback {words}")
        assert "❌" not in office.told(STAFF)
        assert any(hint in office.told(STAFF) for hint in ("/lookback 10", "日期", "还没有到")), words


def test_in_a_group_the_question_is_asked_there(office: Office) -> None:
    """Whoever has not opened the private chat is asked where they wrote; only they can answer."""
    office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.writes(DEPUTY, "/reply 1 已修好")
    answer = office.last(GROUP, containing="已修好")
    office.presses(ALICE, answer, "😊 满意")
    office.presses(ALICE, answer, "😊 满意")
    office.ticks(timedelta(days=1))
    drawn(office)
    asked = question(office, GROUP)
    office.presses(BOB, asked, "不满意")
    office.presses(ALICE, asked, "基本满意")
    with office.unit() as uow:
        (kept,) = uow.lookbacks.questions(1)
    assert kept.answer == 2


def test_words_are_forgotten_and_the_answer_is_counted(office: Office) -> None:
    """/mydata shows what they said, /forget takes the words."""
    closed(office, ALICE)
    office.ticks(timedelta(days=1))
    drawn(office)
    office.presses(ALICE, question(office, ALICE), "不满意")
    office.writes(ALICE, "修了一天又坏了", answering=office.last(ALICE, containing="多说几句"))
    with office.unit() as uow:
        alice = uow.people.find(ALICE)
        assert alice is not None
        assert "修了一天又坏了" in json.dumps(uow.erasure.everything_of(alice), ensure_ascii=False)
        uow.erasure.erase(alice, office.now)
        (kept,) = uow.lookbacks.questions(1)
    assert (kept.words, kept.answer) == (None, 1)


# --- the question below the case ---


def course(office: Office, who: int) -> Sent:
    office.writes(who, "/case 1")
    return office.last(who, containing="经过")


def asks(sent: Sent) -> bool:
    return any(data.startswith("again:") for data in sent.buttons.values())


def test_whoever_was_away_when_it_was_asked_answers_below_the_case(office: Office) -> None:
    """They had blocked the bot: the question went nowhere. What leads them to the case asks it, with its buttons, until
    they have answered.
    """
    closed(office, ALICE)
    office.ticks(timedelta(days=1))
    office.blocked.add(ALICE)
    drawn(office)
    office.blocked.remove(ALICE)
    office.writes(ALICE, "/start")
    office.presses(ALICE, office.last(ALICE, containing="没能送到您这里"), "#1")

    shown = office.last(ALICE, containing="经过")
    assert "现在看" in shown.text
    office.presses(ALICE, shown, "不满意")
    assert "现在不满意" in office.last(STAFF, containing="回头看：民情 #1").text
    for after in (office.last(ALICE, containing="经过"), course(office, ALICE)):
        assert not asks(after)
        assert "现在看" not in after.text
        assert after.buttons, "what else can be done stays"


def test_nobody_is_offered_it_who_was_not_asked_or_when_the_case_is_open_again(office: Office) -> None:
    """Before the look-back, to its deputy and staff, and once the case is taken up again."""
    closed(office, ALICE)
    assert not asks(course(office, ALICE))
    office.ticks(timedelta(days=1))
    drawn(office)
    assert asks(course(office, ALICE))
    assert not asks(course(office, DEPUTY))
    assert not asks(course(office, STAFF))
    office.writes(STAFF, "/reopen 1 群众说又坏了")
    assert not asks(course(office, ALICE))
    office.writes(DEPUTY, "/reply 1 又修好了")
    for _ in range(2):
        office.presses(ALICE, office.last(ALICE, containing="又修好了"), "😊 满意")
    assert office.case(1).outcome is Outcome.RESOLVED
    assert not asks(course(office, ALICE)), "it was asked about what was done before"


def test_who_answers_below_the_case_at_night_is_not_asked_in_the_morning(office: Office) -> None:
    """The question that waits for the end of the quiet hours is answered."""
    closed(office, ALICE)
    office.ticks(timedelta(days=1, hours=13))
    drawn(office)
    office.presses(ALICE, course(office, ALICE), "😊 满意")
    office.ticks(timedelta(hours=9))
    assert not any("回头看</b>" in sent.text for sent in office.chats[ALICE])
