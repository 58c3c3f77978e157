"""What makes sense now is offered, and what does not is answered with what to do instead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot.services.asked import CHASING
from liaisonbot.vocabulary import Stage
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, Office, Sent

CHASE = "催一下"
EMERGENCY = "三号楼着火了，火苗窜出来了，快来人"


def offers_chase(office: Office, who: int = ALICE) -> bool:
    """Whether the case's card offers to chase, as whoever looks at it now sees it."""
    office.writes(who, "/case 1")
    return any(CHASE in label for label in office.last(who, containing="#1").buttons)


# --- 催一下 ---


def test_a_receipt_seconds_old_offers_no_chase_and_its_card_does_a_day_later(office: Office) -> None:
    """Nobody is chased for what was said just now; each stage begins anew."""
    office.writes(ALICE, "路灯坏了")
    assert not any(CHASE in label for label in office.last(ALICE, containing="已收到").buttons)
    assert not offers_chase(office)
    office.now += timedelta(days=1)
    assert offers_chase(office)
    office.writes(DEPUTY, "/accept 1")
    assert not offers_chase(office)
    office.now += timedelta(days=1)
    assert offers_chase(office)


def test_while_the_case_waits_for_its_author_nobody_is_chased(office: Office) -> None:
    """Asked for details: no button, and an old one says what is waited for; once they came it is the deputy's turn."""
    office.writes(ALICE, "路灯坏了")
    office.now += timedelta(days=1)
    office.writes(ALICE, "/case 1")
    old = office.last(ALICE, containing="#1")
    office.writes(DEPUTY, "/ask 1 哪一盏？")
    assert not offers_chase(office)
    office.presses(ALICE, old, CHASE)
    assert "请您补充情况" in office.toasts[-1]
    assert not any("群众在催" in sent.text for sent in office.chats[DEPUTY])
    office.writes(ALICE, "三号楼那盏", answering=office.last(ALICE, containing="哪一盏"))
    assert offers_chase(office)


def test_after_done_the_check_is_answered_instead(office: Office) -> None:
    """The deputy says that it is done, and the constituent is asked: chasing would be the wrong button."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 B 2026-12-01 会修好")
    assert not offers_chase(office)
    office.writes(ALICE, "/chase 1")
    assert "在等您评价" in office.told(ALICE)
    answer = office.last(ALICE, containing="会修好")
    office.presses_data(ALICE, "rate:1:attitude:3", answer)
    office.presses_data(ALICE, "rate:1:result:3", answer)
    office.now += timedelta(days=1)
    assert offers_chase(office)
    office.writes(DEPUTY, "/done 1")
    assert not offers_chase(office)
    office.writes(ALICE, "/chase 1")
    assert "真的落实了吗" in office.told(ALICE)


def test_the_table_has_a_row_for_every_open_stage() -> None:
    """And each row says either when it is offered, or what to do instead."""
    assert {stage for stage, _ in CHASING} == set(Stage) - {Stage.CLOSED}
    assert all((row.offered_after is None) != (row.instead is None) for row in CHASING.values())


# --- /explain, and other things that cannot be done yet ---


@pytest.mark.parametrize("command", ["/explain 1", "/explain 1 没人来过"])
def test_there_is_nothing_to_explain_before_a_rating(office: Office, command: str) -> None:
    """It is said at once what to do instead, and nothing is noted."""
    office.writes(ALICE, "路灯坏了")
    office.writes(ALICE, command)
    assert "还没有答复" in office.told(ALICE)
    office.writes(DEPUTY, "/accept 1")
    office.writes(ALICE, command)
    assert "还没有答复" in office.told(ALICE)
    office.writes(DEPUTY, "/reply 1 修好了")
    office.writes(ALICE, command)
    assert "请先发 /case 1，点下面的按钮评价" in office.told(ALICE)
    assert not any("记下了" in sent.text for sent in office.chats[ALICE])
    with office.unit() as uow:
        assert "explained" not in [entry.event for entry in uow.journal.of_case(1)]


def test_a_wrong_stage_names_all_that_an_author_can_do(office: Office) -> None:
    """Answering, rating, the check, adding: from the same tables as what is allowed."""
    office.writes(ALICE, "路灯坏了")
    office.writes(ALICE, "/again 1 没好")
    assert "换一位代表" in office.told(ALICE)
    assert "补充" in office.told(ALICE)
    office.writes(DEPUTY, "/ask 1 哪一盏？")
    office.writes(ALICE, "/again 1 没好")
    assert "回答代表的问题" in office.told(ALICE)
    assert CHASE not in office.told(ALICE)
    office.writes(DEPUTY, "/reply 1 B 2026-12-01 会修好")
    office.writes(ALICE, "/again 1 没好")
    assert "点下面的按钮评价" in office.told(ALICE)
    office.writes(DEPUTY, "/done 1")
    office.writes(ALICE, "/again 1 没好")
    assert "真的落实了吗" in office.told(ALICE)
    office.writes(ALICE, "/withdraw 1")
    office.writes(ALICE, "/withdraw 1")
    assert "直接发给我" in office.told(ALICE)


def test_a_deputy_is_not_told_what_an_author_can_do(office: Office) -> None:
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/followup 1 2026-12-01 等等")
    assert "补充：" not in office.told(DEPUTY)


@pytest.mark.parametrize("command", ["/again 1 没好", "/chase 1", "/explain 1"])
def test_what_waits_for_an_author_is_where_they_are_sent(office: Office, command: str) -> None:
    """The message that asked may never have reached them, as they had blocked the bot: its buttons stand below the
    case.
    """
    office.writes(ALICE, "路灯坏了")
    office.blocked.add(ALICE)
    office.writes(DEPUTY, "/reply 1 B 2026-12-01 会修好")
    office.blocked.remove(ALICE)
    office.writes(ALICE, command)
    assert "发 /case 1，点下面的" in office.last(ALICE, containing="评价").text
    office.writes(ALICE, "/case 1")
    course = office.last(ALICE, containing="经过")
    for data in ("rate:1:attitude:3", "rate:1:result:3"):
        assert "rate:1:result:3" in course.buttons.values()
        office.presses_data(ALICE, data, course)
    office.blocked.add(ALICE)
    office.writes(DEPUTY, "/done 1")
    office.blocked.remove(ALICE)
    if command != "/explain 1":
        office.writes(ALICE, command)
        assert "真的落实了吗？" in office.last(ALICE, containing="发 /case 1，点下面的").text
    office.writes(ALICE, "/case 1")
    assert "check:1:3" in office.last(ALICE, containing="经过").buttons.values()


def test_who_has_said_it_is_not_asked_for_it_again(office: Office) -> None:
    """While another author is waited for: neither when they chase it nor among what they can do."""
    office.writes(ALICE, "路灯坏了")
    with office.unit() as uow:
        bob = uow.people.meet(BOB, "zh", office.now)
        uow.people.set_reachable(BOB, True)
        uow.cases.add_author(1, bob.id, None, office.now)
    office.writes(DEPUTY, "/reply 1 修好了")
    answer = office.last(ALICE, containing="修好了")
    office.presses_data(ALICE, "rate:1:attitude:3", answer)
    office.presses_data(ALICE, "rate:1:result:3", answer)
    office.writes(ALICE, "/chase 1")
    assert "等他们也说了" in office.told(ALICE)
    office.writes(ALICE, "/again 1 没好")
    assert "点按钮评价" not in office.told(ALICE)
    office.writes(BOB, "/chase 1")
    assert "在等您评价" in office.told(BOB)


# --- what is not there ---


@pytest.mark.parametrize(
    ("who", "names", "not_names"),
    [
        (BOB, ["/mycases"], ["/inbox", "/unassigned"]),
        (DEPUTY, ["/inbox", "/mycases"], ["/unassigned"]),
        (STAFF, ["/unassigned", "/overdue"], ["/inbox"]),
        (OWNER, ["/unassigned"], ["/inbox"]),
    ],
)
def test_whoever_looks_for_a_case_is_told_the_lists_they_have(
    office: Office, who: int, names: list[str], not_names: list[str]
) -> None:
    """By a command and by a button alike; what is not theirs still looks like what does not exist."""
    office.writes(who, "/case 99")
    office.presses_data(who, "do:case:99")
    for said in (office.told(who), office.toasts[-1]):
        assert "没有找到民情 #99" in said
        assert all(name in said for name in names)
        assert not any(name in said for name in not_names)
        assert len(said) <= 200


# --- an emergency ---


def receipt_of_an_emergency(office: Office, language: str = "zh") -> Sent:
    words = EMERGENCY if language == "zh" else "The house is on fire, flames everywhere, please help"
    office.writes(ALICE, words, language=language)
    return office.last(ALICE, containing="#1")


def test_the_receipt_of_an_emergency_does_not_sound_like_days(office: Office) -> None:
    """The numbers first; then that nobody watches, that it is kept, and when somebody looks."""
    receipt = receipt_of_an_emergency(office)
    numbers = office.last(ALICE, containing="119")
    assert numbers.message_id < receipt.message_id
    assert "没有人昼夜值守" in receipt.text
    assert "11月23日" in receipt.text
    assert "工作日" not in receipt.text
    assert "12月" not in receipt.text


def test_an_emergency_at_night_is_read_on_the_next_working_day(office: Office) -> None:
    """Friday evening: nobody looks before Monday, and that is what is said; in English as well."""
    office.now += timedelta(days=4, hours=12)
    receipt = receipt_of_an_emergency(office, "en")
    assert "Nobody watches this chat day and night" in receipt.text
    assert "30 Nov" in receipt.text
    assert "working day" not in receipt.text


def test_in_a_group_the_card_of_an_emergency_says_so_too(office: Office) -> None:
    office.writes(ALICE, f"/report {EMERGENCY}", group=GROUP)
    assert "没有人昼夜值守" in office.last(GROUP, containing="#1").text
