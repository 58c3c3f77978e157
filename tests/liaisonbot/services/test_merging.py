"""Like cases: offered under the receipt, joined, merged and split; each author is answered by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from liaisonbot.model import Attachment
from liaisonbot.vocabulary import Outcome, Stage
from liaisonbot.workflow import Event
from storage.export import read_cases
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import GROUP, Office, Sent

CAROL = 103
LAMP, SAME_LAMP = "小区东门的路灯坏了好几天了", "东门的路灯坏了，好几天没人修"


def offer(office: Office, who: int) -> Sent:
    return office.last(who, containing="是同一件就点一下")


def authors(office: Office, number: int) -> set[int]:
    with office.unit() as uow:
        return {author.telegram_id for author in uow.cases.authors(number)}


def merged(office: Office, *people: int) -> None:
    """Each of them reports the lamp; all are handled together as #1."""
    office.writes(ALICE, LAMP)
    for number, who in enumerate(people, start=2):
        office.writes(who, SAME_LAMP)
        office.writes(STAFF, f"/merge {number} 1")


# --- offered ---


def test_what_is_alike_is_offered_under_the_receipt(office: Office) -> None:
    """With date, station, stage, the redacted words and the pictures; after the case exists."""
    photo = Attachment("photo", "P1")
    office.writes(ALICE, f"{LAMP}，请打 13812345678", attachments=(photo,))
    office.writes(BOB, SAME_LAMP)
    offered = offer(office, BOB)
    assert office.chats[BOB].index(offered) > office.chats[BOB].index(office.last(BOB, containing="已收到"))
    for words in ("#1", "11月23日", "收集", "阳光联络站", "路灯坏了", "1 张照片"):
        assert words in offered.text
    assert "13812345678" not in offered.text
    assert str(ALICE) not in offered.text
    assert office.case(2).open


def offers(office: Office, who: int) -> list[str]:
    return [sent.text for sent in office.chats[who] if "是同一件就点一下" in sent.text]


def test_the_receipt_goes_first_and_the_offer_follows_once(office: Office) -> None:
    """That the case is still to be compared stands in the database when the receipt goes out."""
    office.writes(ALICE, LAMP)
    office.comparing = False
    office.writes(BOB, SAME_LAMP)
    assert "已收到" in office.told(BOB)
    assert offers(office, BOB) == []
    office.comparing = True
    office.ticks()
    office.ticks()
    assert len(offers(office, BOB)) == 1


def test_nothing_is_offered_for_a_case_that_is_over_meanwhile(office: Office) -> None:
    """Nor of words that were to be forgotten."""
    office.writes(ALICE, LAMP)
    office.comparing = False
    office.writes(BOB, SAME_LAMP)
    office.writes(CAROL, SAME_LAMP)
    office.writes(BOB, "/withdraw 2")
    office.writes(BOB, "/forget")
    office.presses(BOB, office.last(BOB), "确认")
    office.writes(ALICE, "/withdraw 1")
    office.comparing = True
    office.ticks()
    assert offers(office, BOB) == offers(office, CAROL) == []


def test_who_chooses_another_station_is_offered_what_is_alike_there(office: Office) -> None:
    """The first station had nothing."""
    river = office.station("B", "滨河联络站")
    office.writes(CAROL, LAMP)
    office.presses(CAROL, office.last(CAROL, containing="#1"), "滨河")
    office.writes(BOB, SAME_LAMP)
    office.presses(BOB, office.last(BOB, containing="#2"), "阳光")
    assert offers(office, BOB) == []
    office.presses_data(BOB, f"station:2:{river}")
    assert len(offers(office, BOB)) == 1


def test_joining_adds_the_author_and_ends_their_own_case_as_merged(office: Office) -> None:
    """One press; both sides are told, and nothing is lost."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    office.presses(BOB, offer(office, BOB), "#1")
    assert (office.case(2).stage, office.case(2).outcome) == (Stage.CLOSED, Outcome.MERGED)
    assert authors(office, 1) == {ALICE, BOB}
    assert authors(office, 2) == {BOB}
    assert "现在合在一起办" in office.told(BOB)
    told = office.last(DEPUTY, containing="#2 并入了 #1")
    assert SAME_LAMP in told.text
    assert "2 位群众" in told.text
    office.presses(BOB, Sent(BOB, 1, offer(office, BOB).outgoing, "", {"again": "metoo:2:1"}), "again")
    assert "已并入 #1" in office.toasts[-1], "pressed twice, as on a slow phone: it is so"
    assert authors(office, 1) == {ALICE, BOB}
    office.writes(BOB, "/withdraw 2")
    office.presses_data(BOB, "metoo:2:1")
    assert "「办结」，这一步做不了" in office.toasts[-1]
    assert authors(office, 1) == {ALICE}


def test_a_forged_button_joins_nothing(office: Office) -> None:
    """Only what was offered to the author can be joined, and only by them."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, "学校食堂的饭菜太贵")
    office.presses_data(BOB, "metoo:2:1")
    assert office.case(2).open
    office.writes(CAROL, SAME_LAMP)
    office.presses_data(BOB, "metoo:3:1")
    assert office.case(3).open
    for data in ("metoo:3", "metoo:x:1", "metoo:3:99999999999999999"):
        office.presses_data(CAROL, data)
    assert authors(office, 1) == {ALICE}


@pytest.mark.parametrize(
    "text", ["学校食堂的饭菜太贵", "我要举报社区干部贪污路灯维修的钱，东门的路灯坏了好几天"], ids=["unlike", "private"]
)
def test_what_is_unlike_or_private_is_not_offered(office: Office, text: str) -> None:
    """An accusation is for the office alone, however like it is."""
    office.writes(ALICE, text)
    if "举报" in text:
        assert office.case(1).kind == "accusation"
    office.writes(BOB, SAME_LAMP)
    assert not any("是同一件就点一下" in sent.text for sent in office.chats[BOB])


def test_ones_own_closed_and_other_stations_cases_are_not_offered(office: Office) -> None:
    """Nobody is asked whether they are the same as themselves."""
    office.writes(ALICE, LAMP)
    office.writes(ALICE, SAME_LAMP)
    assert not any("是同一件就点一下" in sent.text for sent in office.chats[ALICE])
    office.writes(ALICE, "/withdraw 1")
    office.writes(ALICE, "/withdraw 2")
    office.writes(BOB, SAME_LAMP)
    assert not any("是同一件就点一下" in sent.text for sent in office.chats[BOB])


def test_in_a_group_only_what_was_said_in_a_group_is_offered(office: Office) -> None:
    """Private words stay private; who has not opened the private chat is asked in the group."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, f"/report {SAME_LAMP}", group=GROUP)
    assert not any("是同一件就点一下" in sent.text for sent in office.chats[GROUP])
    office.writes(CAROL, f"/report {SAME_LAMP}", group=GROUP)
    offered = offer(office, GROUP)
    assert "#2" in offered.text
    assert "#1 " not in offered.text
    office.presses(BOB, offered, "#2")
    assert office.case(3).open
    office.presses(CAROL, offered, "#2")
    assert office.case(3).outcome is Outcome.MERGED
    assert "并入 <b>#2</b>" in office.last(GROUP, containing="办结").text


# --- merged ---


def test_staff_merge_in_one_line_or_with_buttons(office: Office) -> None:
    """The question offers what is alike first."""
    office.writes(ALICE, LAMP)
    office.writes(CAROL, "学校食堂的饭菜太贵")
    office.writes(BOB, SAME_LAMP)
    office.writes(STAFF, "/merge 3")
    office.presses(STAFF, office.last(STAFF), "#1")
    office.presses(STAFF, office.last(STAFF), "确认")
    assert office.case(3).outcome is Outcome.MERGED
    assert authors(office, 1) == {ALICE, BOB}
    assert "拆" in office.last(STAFF, containing="已并入 #1").text


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/merge 1 1", "不能并入它自己"),
        ("/merge 1 9", "9"),
        ("/merge 1 2", "已经办结"),
        ("/merge 2 1", "办结"),
        ("/split 1", "没有并入"),
    ],
)
def test_what_cannot_be_merged_is_refused_in_words(office: Office, line: str, says: str) -> None:
    """And nothing is changed."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, "/report 学校食堂的饭菜太贵")
    office.writes(BOB, "/withdraw 2")
    office.writes(STAFF, line)
    assert says in office.told(STAFF)
    assert office.case(1).open


def test_nobody_but_staff_merges_and_no_deputy_gets_a_case_of_their_own(office: Office) -> None:
    """Rights as in the table."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    for who in (ALICE, DEPUTY):
        office.writes(who, "/merge 2 1")
    assert office.case(2).open
    office.writes(DEPUTY, f"/report {SAME_LAMP}")  # goes to the other deputy
    office.writes(STAFF, "/merge 3 1")
    assert office.case(3).open
    assert "张三" in office.told(STAFF)


def test_answers_to_the_old_messages_reach_the_whole(office: Office) -> None:
    """Whatever Bob answers to, it is heard by the deputy who has the matter."""
    merged(office, BOB)
    receipt = office.last(BOB, containing="#2")
    office.writes(BOB, "三号楼门口那盏", answering=receipt)
    heard = office.last(DEPUTY, containing="三号楼门口那盏")
    assert "#1" in heard.text
    office.writes(DEPUTY, "收到，明天去看", answering=heard)
    assert "收到" in office.told(BOB)
    assert "收到" in office.told(ALICE)
    office.writes(ALICE, "/case 1")
    assert "三号楼门口那盏" not in office.told(ALICE)  # what Bob says is between him and the office
    office.writes(BOB, "/case 2")
    assert "并入 <b>#1</b>" in office.told(BOB)


def test_who_had_the_part_learns_where_it_went(office: Office) -> None:
    """Its deputy hears it, and an answer to its old card says who has it now."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    office.writes(STAFF, "/assign 2 李四")
    card = office.last(OTHER_DEPUTY, containing="#2")
    office.writes(STAFF, "/merge 2 1")
    assert "#1" in office.told(OTHER_DEPUTY)
    office.writes(OTHER_DEPUTY, "您好", answering=card)
    assert "张三" in office.told(OTHER_DEPUTY)
    assert "您好" not in office.told(BOB)


def test_who_joins_sees_the_others_words_only_masked(office: Office) -> None:
    """The first author's phone number is not theirs to read."""
    office.writes(ALICE, f"{LAMP}，请打 13812345678")
    office.writes(BOB, SAME_LAMP)
    office.writes(STAFF, "/merge 2 1")
    for command in ("/case 1", "/mycases"):
        office.writes(BOB, command)
        assert "路灯" in office.told(BOB)
        assert "13812345678" not in office.told(BOB)
    office.writes(ALICE, "/case 1")
    assert "13812345678" in office.told(ALICE)


# --- answered one by one ---


def rate(office: Office, who: int, attitude: str = "😊 满意", result: str = "😊 满意") -> None:
    answer = office.last(who, containing="有答复了")
    office.presses(who, answer, attitude)
    office.presses(who, answer, result)


def test_each_author_gets_the_answer_and_rates_by_themselves(office: Office) -> None:
    """The case closes once all have; one's press does not show as another's."""
    merged(office, BOB, CAROL)
    office.writes(DEPUTY, "/reply 1 已换新灯")
    rate(office, ALICE)
    assert office.case(1).stage is Stage.REPLY
    assert "还有别人反映" in office.told(ALICE)
    assert any("满意" in label for label in office.last(BOB, containing="有答复了").buttons)
    rate(office, BOB, result="基本满意")
    assert office.case(1).stage is Stage.REPLY
    rate(office, CAROL)
    case = office.case(1)
    assert (case.outcome, {int(case.attitude), int(case.result)}) == (Outcome.RESOLVED, {2, 3})
    with office.unit() as uow:
        said = uow.verdicts.of(1)
        given = [level for each in said.values() for level in (each.attitude, each.result)]
        assert sorted(given, key=int) == [2, 3, 3, 3, 3, 3]  # each rating is kept, the case has the worst
        rated = [entry for entry in uow.journal.of_case(1) if entry.event == Event.RATED]
        assert len({entry.person_id for entry in rated}) == 3


def test_one_who_is_dissatisfied_sends_it_back_at_once(office: Office) -> None:
    """The worst leads; the others are told in their own words, and all are asked anew with the next reply."""
    merged(office, BOB)
    office.writes(DEPUTY, "/reply 1 已换新灯")
    rate(office, ALICE)
    rate(office, BOB, result="不满意")
    assert office.case(1).stage is Stage.MEDIATION
    assert "还没让您满意" in office.told(BOB)
    assert "有人觉得还没办好" in office.told(ALICE)
    office.writes(DEPUTY, "/reply #1 这次真换了")
    for who in (ALICE, BOB):
        answer = office.last(who, containing="这次真换了")
        office.presses(who, answer, "😊 满意")
        office.presses(who, answer, "😊 满意")
    assert office.case(1).outcome is Outcome.RESOLVED


def test_the_silent_are_reminded_and_left_out_when_the_window_ends(office: Office) -> None:
    """One confirmed, one said nothing: it is resolved; where nobody says anything it is unconfirmed."""
    merged(office, BOB)
    office.writes(DEPUTY, "/reply 1 已换新灯")
    rate(office, ALICE)
    before = len(office.chats[ALICE])
    office.ticks(timedelta(days=4))
    assert "还满意吗" in office.told(BOB)
    assert len(office.chats[ALICE]) == before
    office.ticks(timedelta(days=40))
    assert office.case(1).outcome is Outcome.RESOLVED


def test_delivery_is_checked_with_each_author(office: Office) -> None:
    """Fixed for one, and the other is waited for; not fixed for one, and it goes back."""
    merged(office, BOB)
    office.writes(DEPUTY, "/reply 1 B 2026-11-30 换灯")
    rate(office, ALICE)
    rate(office, BOB)
    assert office.case(1).stage is Stage.FOLLOW_UP
    office.ticks(timedelta(days=8))
    office.presses(ALICE, office.last(ALICE, containing="真的落实了吗"), "已落实")
    assert office.case(1).stage is Stage.FOLLOW_UP
    office.presses(BOB, office.last(BOB, containing="真的落实了吗"), "部分落实")
    assert office.case(1).stage is Stage.MEDIATION
    assert int(office.case(1).delivery) == 2


def test_who_comes_after_the_reply_reads_and_rates_it(office: Office) -> None:
    """Masked: it was written to somebody else."""
    office.writes(ALICE, LAMP)
    office.writes(DEPUTY, "/reply 1 已换新灯，有事打 13812345678")
    office.writes(BOB, SAME_LAMP)
    office.writes(STAFF, "/merge 2 1")
    answer = office.last(BOB, containing="已换新灯")
    assert "13812345678" not in answer.text
    rate(office, BOB)
    assert office.case(1).stage is Stage.REPLY
    rate(office, ALICE)
    assert office.case(1).outcome is Outcome.RESOLVED


def test_one_of_several_withdraws_and_it_goes_on_for_the_others(office: Office) -> None:
    """Nobody can end the matter of others; an old button of the part does what the whole's does."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    receipt = office.last(BOB, containing="已收到")
    office.writes(STAFF, "/merge 2 1")
    office.presses(BOB, receipt, "撤回")
    office.presses(BOB, office.last(BOB), "确认")
    assert "退出 #1" in office.told(BOB)
    assert office.case(1).open
    assert authors(office, 1) == {ALICE}
    office.writes(ALICE, "/withdraw 1")
    assert office.case(1).outcome is Outcome.WITHDRAWN


def test_one_is_forgotten_and_the_others_stay(office: Office) -> None:
    """Their words go, the case goes on."""
    merged(office, BOB)
    office.writes(BOB, "/forget")
    office.presses(BOB, office.last(BOB), "确认")
    assert authors(office, 1) == {ALICE}
    assert office.case(1).open
    assert office.case(2).text is None
    assert office.case(1).text == LAMP
    office.writes(DEPUTY, "/reply 1 已换新灯")
    rate(office, ALICE)
    assert office.case(1).outcome is Outcome.RESOLVED


def test_who_opened_it_is_forgotten_and_it_goes_on_for_the_others(office: Office) -> None:
    """The card speaks with the words of those who are left; a group's card of theirs stays as it is."""
    office.writes(ALICE, f"/report {LAMP}", group=GROUP)
    office.writes(BOB, f"/report {SAME_LAMP}", group=GROUP)
    office.writes(STAFF, "/merge 2 1")
    office.writes(BOB, "/start")
    office.writes(ALICE, "/forget")
    office.presses(ALICE, office.last(ALICE), "确认")
    assert office.case(1).open
    office.writes(STAFF, "/case 1")
    assert SAME_LAMP in office.told(STAFF)
    assert LAMP not in office.told(STAFF)
    office.writes(BOB, "/forget")
    office.presses(BOB, office.last(BOB), "确认")
    assert office.case(1).outcome is Outcome.WITHDRAWN


def test_a_forgotten_authors_erasure_leaves_the_others_card_in_the_group(office: Office) -> None:
    """Theirs is emptied, the one it was merged into is somebody else's."""
    office.writes(ALICE, f"/report {LAMP}", group=GROUP)
    card = office.last(GROUP, containing="#1")
    office.writes(BOB, f"/report {SAME_LAMP}", group=GROUP)
    office.writes(STAFF, "/merge 2 1")
    office.writes(BOB, "/forget")
    office.presses(BOB, office.last(BOB), "确认")
    assert "路灯坏了" in card.text


def test_own_data_has_ones_own_ratings_and_where_ones_case_went(office: Office) -> None:
    """And nothing of what the others said."""
    office.writes(ALICE, f"{LAMP}，请打 13812345678")
    office.writes(BOB, SAME_LAMP)
    office.writes(STAFF, "/merge 2 1")
    office.writes(DEPUTY, "/reply 1 已换新灯，我的电话 13912345678")
    rate(office, ALICE)
    office.presses_data(BOB, "rate:1:attitude:2")
    office.presses_data(BOB, "rate:1:result:2")
    office.writes(BOB, "/mydata")
    _, content = office.last(BOB).outgoing.document or ("", "")
    first, second = json.loads(content)["cases"]
    assert (second["merged_into"], first["merged_into"]) == (1, None)
    assert (first["attitude"], first["result"]) == (2, 2)
    assert first["text"] is None
    assert "13812345678" not in content
    assert "13912345678" not in content


# --- split ---


def test_a_split_gives_everything_back(office: Office) -> None:
    """Stage, authors and deputy as they were; both are told."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    office.writes(STAFF, "/assign 2 李四")
    office.writes(OTHER_DEPUTY, "/accept 2")
    office.writes(STAFF, "/merge 2 1")
    office.writes(STAFF, "/reopen 2 再看看")
    assert office.case(2).outcome is Outcome.MERGED
    office.writes(STAFF, "/split 1")
    assert "/split 2" in office.told(STAFF)
    office.writes(STAFF, "/split 2")
    case = office.case(2)
    assert (case.stage, case.outcome, case.closed_at) == (Stage.MEDIATION, None, None)
    assert authors(office, 1) == {ALICE}
    assert authors(office, 2) == {BOB}
    assert "拆出来" in office.told(BOB)
    assert "拆出来" in office.last(OTHER_DEPUTY, containing="#2").text
    office.writes(OTHER_DEPUTY, "/reply 2 已换新灯")
    assert "已换新灯" in office.told(BOB)
    assert "已换新灯" not in office.told(ALICE)


@pytest.mark.parametrize("words", ["/extend 2 2026-12-30 要等厂家的配件", "/ask 2 是哪一盏？"])
def test_a_split_gives_back_the_clock(office: Office, words: str) -> None:
    """An extension that its author was told, or a pause, is not lost by a slip of the staff."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    office.writes(STAFF, "/assign 2 李四")
    office.writes(OTHER_DEPUTY, "/accept 2")
    office.ticks(timedelta(days=1))
    office.writes(OTHER_DEPUTY, words)
    before = office.case(2)
    office.writes(STAFF, "/merge 2 1")
    office.ticks(timedelta(days=2))
    office.writes(STAFF, "/split 2")
    clock = ("stage_since", "due_at", "reply_due_at", "extended_to", "paused_since", "paused_days")
    assert {name: getattr(office.case(2), name) for name in clock} == {name: getattr(before, name) for name in clock}
    assert before.extended_to or before.paused_since


def test_a_split_lets_no_deputy_read_what_was_held(office: Office) -> None:
    """Neither does the merge: those words wait for the staff."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, "举报村支书李国富收红包，给自己亲戚办低保")
    assert office.case(2).held
    office.writes(STAFF, "/merge 2 1")
    assert not any("李国富" in sent.text for sent in office.chats[DEPUTY])
    office.writes(STAFF, "/split 2")
    assert office.case(2).held
    assert office.case(2).deputy_id is None
    assert not any("李国富" in sent.text for who in (DEPUTY, OTHER_DEPUTY) for sent in office.chats[who])


def test_a_split_is_offered_as_a_button_and_asks_once_more(office: Office) -> None:
    """On the card of the case that was merged away."""
    merged(office, BOB)
    office.writes(STAFF, "/case 2")
    office.presses(STAFF, office.last(STAFF), "拆出")
    office.presses(STAFF, office.last(STAFF), "确认")
    assert office.case(2).open


def test_a_split_long_after_the_end_is_refused(office: Office) -> None:
    """As long as a closed case can be reopened, a merge can be undone."""
    merged(office, BOB)
    office.writes(DEPUTY, "/reply 1 已换新灯")
    rate(office, ALICE)
    rate(office, BOB)
    office.ticks(timedelta(days=90))
    office.writes(STAFF, "/split 2")
    assert "拆不出来" in office.told(STAFF)
    assert office.case(2).outcome is Outcome.MERGED


def test_who_was_waited_for_and_is_split_off_is_not_waited_for(office: Office) -> None:
    """Alice has rated; with Bob gone nobody is left to ask."""
    merged(office, BOB)
    office.writes(DEPUTY, "/reply 1 已换新灯")
    rate(office, ALICE)
    office.writes(STAFF, "/split 2")
    assert office.case(1).outcome is Outcome.RESOLVED
    assert office.case(2).open


def test_chains_hold(office: Office) -> None:
    """#3 in #2, #2 in #1: all are authors of #1; splitting the middle takes both, splitting the end takes one."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    office.writes(CAROL, SAME_LAMP)
    office.writes(STAFF, "/merge 3 2")
    office.writes(STAFF, "/merge 2 1")
    assert authors(office, 1) == {ALICE, BOB, CAROL}
    office.writes(CAROL, "还是黑的", answering=office.last(CAROL, containing="#3"))
    assert "#1" in office.last(DEPUTY, containing="还是黑的").text
    office.writes(STAFF, "/split 3")
    assert authors(office, 1) == {ALICE, BOB}
    assert authors(office, 2) == {BOB}
    office.writes(STAFF, "/merge 3 2")
    assert office.case(3).open  # what is closed takes nobody in
    office.writes(STAFF, "/merge 3 1")
    office.writes(STAFF, "/split 2")
    assert authors(office, 1) == {ALICE, CAROL}


# --- choosing where it goes ---


def test_one_of_several_authors_does_not_move_the_case_of_the_others(office: Office) -> None:
    """Neither to another station nor to another deputy, by an old button or a forged one; alone again, they can."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, "路灯不亮")
    other = office.station("B", "滨河联络站")
    receipt = office.last(BOB, containing="#2")
    office.writes(STAFF, "/merge 2 1")
    before = office.case(1)
    for data in (f"station:1:{other}", "deputy:1:2", "stations:1:0", "deputies:1", "deputycard:1:2:0"):
        office.presses_data(BOB, data, receipt)
        assert "还有别的群众" in office.toasts[-1], data
    assert office.case(1) == before
    assert not any(word in label for label in receipt.buttons for word in ("换联络站", "换一位代表"))
    office.writes(STAFF, "/split 2")
    assert {data.split(":")[-1] for data in receipt.buttons.values() if data.startswith("do:")} == {"2"}
    office.presses_data(BOB, f"station:2:{other}", receipt)
    assert office.case(2).station_id == other


def test_who_is_left_alone_with_a_case_chooses_again(office: Office) -> None:
    """Those who left it are not counted."""
    merged(office, BOB)
    office.writes(BOB, "/withdraw 2")
    office.presses_data(ALICE, "deputy:1:2", office.last(ALICE))
    assert office.case(1).deputy_id == 2


# --- the number they know ---


def test_the_number_they_know_leads_to_where_it_is_handled(office: Office) -> None:
    """What an author says of the case that was merged is done to the one it became part of; /case shows the way."""
    merged(office, BOB)
    office.writes(BOB, "/add 2 昨天有人摔了")
    assert "昨天有人摔了" in office.last(DEPUTY, containing="摔了").text
    office.writes(BOB, "/case 2")
    office.presses(BOB, office.last(BOB), "看 #1")
    assert LAMP in office.told(BOB)
    office.writes(BOB, "/sort 2 公共安全")
    assert office.case(1).category == "public_safety"
    office.writes(BOB, "/withdraw 2")
    assert "已退出 #1" in office.told(BOB)
    assert authors(office, 1) == {ALICE}


def test_staff_and_deputies_are_told_where_it_is_handled(office: Office) -> None:
    """They say which case they mean; the refusal names the other one. Who had the part does not see the whole."""
    merged(office, BOB)
    office.writes(STAFF, "/urge 2")
    assert "并入 #1" in office.told(STAFF)
    assert "/case 1" in office.told(STAFF)
    office.writes(STAFF, "/assign 1 李四")
    office.writes(DEPUTY, "/case 2")
    assert not any("看 #1" in label for label in office.last(DEPUTY).buttons)


def test_who_left_a_case_does_nothing_to_it_any_more(office: Office) -> None:
    """It goes on for the others: not withdrawn twice, not rated, sorted or chased by who left; read, and what they
    still say arrives.
    """
    merged(office, BOB)
    office.writes(DEPUTY, "/accept 1")
    office.writes(BOB, "/withdraw 2")
    heard = len(office.chats[DEPUTY])
    before = office.case(1)
    for line in ("/withdraw 2", "/withdraw 1", "/sort 1 公共安全", "/name 1 老王", "/chase 1"):
        office.writes(BOB, line)
        assert "您已经退出 #1" in office.told(BOB), line
    assert office.case(1) == before
    assert len(office.chats[DEPUTY]) == heard
    office.writes(DEPUTY, "/reply 1 修好了")
    for part in ("attitude", "result"):
        office.presses_data(BOB, f"rate:1:{part}:1")
        assert "您已经退出 #1" in office.toasts[-1]
    assert office.case(1).stage is Stage.REPLY
    office.writes(BOB, "/case 1")
    assert LAMP in office.told(BOB)
    office.writes(BOB, "/add 2 灯柱也歪了")
    assert "灯柱也歪了" in office.told(DEPUTY)
    office.writes(STAFF, "/split 2")
    assert "已经撤回，不用拆" in office.told(STAFF)


def test_what_somebody_writes_who_left_is_something_new(office: Office) -> None:
    """Also where they were asked why a moment ago."""
    merged(office, BOB)
    office.writes(DEPUTY, "/reply 1 修好了")
    for part in ("attitude", "result"):
        office.presses_data(BOB, f"rate:1:{part}:1")
    office.writes(BOB, "/withdraw 2")
    office.writes(BOB, "楼道里的垃圾没人清")
    assert "已收到，民情 #3" in office.last(BOB, containing="#3").text


def test_a_corrected_reply_is_masked_for_who_came_after_it(office: Office) -> None:
    """As the reply itself was: it was written to somebody else."""
    office.writes(ALICE, "路灯坏了")
    office.writes(BOB, "路灯坏了很久")
    office.writes(DEPUTY, "/reply 1 已打 13800001111 说过，修好了")
    office.now += timedelta(minutes=1)
    office.writes(STAFF, "/merge 2 1")
    assert "修好了" in office.last(BOB, containing="有答复了").text
    office.writes(DEPUTY, "/correct 1 已打 13800001111 说过，昨天修好了")
    assert "13800001111" in office.last(ALICE, containing="昨天修好了").text
    assert office.last(BOB, containing="昨天修好了")
    assert not any("13800001111" in sent.text for sent in office.chats[BOB])


def test_what_another_author_said_is_not_shown_once_their_case_is_split_off(office: Office) -> None:
    """It stays in the case where it was said: its deputy reads it, its other author does not, as before."""
    office.writes(ALICE, "路灯坏了")
    office.writes(BOB, "路灯坏了很久")
    office.writes(STAFF, "/assign 1 张三")
    office.writes(STAFF, "/merge 2 1")
    office.writes(BOB, "我家在五号楼", answering=office.last(BOB, containing="#1"))
    office.writes(STAFF, "/split 2")
    for who, reads in ((DEPUTY, True), (ALICE, False)):
        office.writes(who, "/case 1")
        assert ("五号楼" in office.told(who)) is reads


def apart(office: Office) -> None:
    """Two matters with a deputy each, handled together for a while: Bob's is the part."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, "垃圾好几天没人收")
    office.writes(STAFF, "/assign 1 张三")
    office.writes(STAFF, "/assign 2 李四")
    office.writes(STAFF, "/merge 2 1")


def news(office: Office, do: Callable[[], object]) -> dict[int, list[Sent]]:
    """What each of them gets by it."""
    people = (ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF)
    before = {who: len(office.chats[who]) for who in people}
    do()
    return {who: here for who in people if (here := office.chats[who][before[who] :])}


PHOTO, OTHER_PHOTO = Attachment("photo", "f1", unique_id="u1"), Attachment("photo", "f2", unique_id="u2")
EDITS = {
    "words": ((), ()),
    "caption": ((PHOTO,), (PHOTO,)),
    "picture": ((PHOTO,), (OTHER_PHOTO,)),
    "picture beside words": ((), (PHOTO,)),
    "voice": ((Attachment("voice", "v1"),), (Attachment("voice", "v1"),)),
}


@pytest.mark.parametrize("kind", EDITS)
@pytest.mark.parametrize("album", [None, "a"])
def test_what_is_edited_after_a_split_goes_to_who_has_the_case_now(
    office: Office, kind: str, album: str | None
) -> None:
    """The deputy of the other case has read what was said until then, and keeps that; the new words and pictures are
    for the deputy of their own. Edited once more, they are put right there.
    """
    apart(office)
    then, now = EDITS[kind]
    answering = office.last(BOB, containing="#1")
    said = office.writes(BOB, "我家在五号楼", attachments=then, album=album, answering=answering)
    office.ticks(timedelta(minutes=1))
    office.writes(STAFF, "/split 2")
    edit = {"attachments": now, "album": album, "message_id": said, "edit": True}
    told = news(office, lambda: office.writes(BOB, "我家在六号楼", **edit))
    assert told.keys() == {OTHER_DEPUTY}
    assert "#2" in told[OTHER_DEPUTY][0].text
    assert "六号楼" in told[OTHER_DEPUTY][0].text
    assert bool(told[OTHER_DEPUTY][0].outgoing.copy_ids) is bool(now)
    for number, words in ((1, "我家在五号楼"), (2, "我家在六号楼")):
        with office.unit() as uow:
            last = uow.messages.of_case(number)[-1]
            assert (last.text, last.attachments) == (words, now if number == 2 else then)
            assert not uow.messages.former(number)
    told = news(office, lambda: office.writes(BOB, "我家在七号楼", **edit))
    assert told.keys() <= {OTHER_DEPUTY}
    assert "七号楼" in office.last(OTHER_DEPUTY, containing="#2").text
    for who, reads in ((DEPUTY, "五号楼"), (OTHER_DEPUTY, "七号楼")):
        office.writes(who, f"/case {1 if who == DEPUTY else 2}")
        assert reads in office.told(who)


def test_what_the_other_author_edits_after_a_split_stays_with_their_deputy(office: Office) -> None:
    """And so does what was said before the merge, in either case."""
    apart(office)
    said = office.writes(ALICE, "在三号楼旁边", answering=office.last(ALICE, containing="#1"))
    office.writes(STAFF, "/split 2")
    told = news(office, lambda: office.writes(ALICE, "在四号楼旁边", message_id=said, edit=True))
    assert told.keys() == {DEPUTY}
    told = news(office, lambda: office.writes(BOB, "垃圾三天没人收", message_id=2, edit=True))
    assert OTHER_DEPUTY in told
    assert DEPUTY not in told


@pytest.mark.parametrize("again", [False, True])
def test_what_a_deputy_edits_after_a_split_reaches_everybody_to_whom_it_was_said(office: Office, again: bool) -> None:
    """In their own case, where an answer goes to who has that; nobody goes by words that are not so any more."""
    apart(office)
    said = office.writes(DEPUTY, "周三来修", answering=office.last(DEPUTY, containing="#1"))
    office.ticks(timedelta(minutes=1))
    office.writes(STAFF, "/split 2")
    if again:
        office.ticks(timedelta(minutes=1))
        office.writes(STAFF, "/merge 2 1")
    told = news(office, lambda: office.writes(DEPUTY, "周四来修", message_id=said, edit=True))
    assert [("周四来修" in each.text, "张三" in each.text) for each in told[ALICE]] == [(True, True)]
    assert [("周四来修" in each.text, "张三" in each.text) for each in told[BOB]] == [(True, True)]
    assert f"#{1 if again else 2}" in told[BOB][0].text
    told = news(office, lambda: office.writes(BOB, "好", answering=office.last(BOB, containing="周四来修")))
    assert (DEPUTY if again else OTHER_DEPUTY) in told


def test_what_is_said_after_a_split_and_edited_is_not_theirs(office: Office) -> None:
    apart(office)
    office.writes(STAFF, "/split 2")
    office.ticks(timedelta(minutes=1))
    office.writes(DEPUTY, "/case 1")
    said = office.writes(DEPUTY, "周三来修", answering=office.chats[DEPUTY][-1])
    told = news(office, lambda: office.writes(DEPUTY, "周四来修", message_id=said, edit=True))
    assert ALICE in told
    assert BOB not in told


def test_a_reply_that_is_corrected_after_a_split_reaches_who_had_read_it(office: Office) -> None:
    apart(office)
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/reply 1 昨天修好了")
    assert office.last(BOB, containing="昨天修好了")
    office.writes(STAFF, "/split 2")
    told = news(office, lambda: office.writes(DEPUTY, "/correct 1 明天修"))
    assert any("明天修" in each.text for each in told[BOB])


def test_whom_a_case_accuses_since_the_split_says_nothing_more_to_its_author(office: Office) -> None:
    """Not by editing what they said before either; whose case goes on reads what it says now."""
    apart(office)
    said = office.writes(DEPUTY, "周三来修", answering=office.last(DEPUTY, containing="#1"))
    office.ticks(timedelta(minutes=1))
    office.writes(STAFF, "/split 2")
    office.ticks(timedelta(minutes=1))
    office.writes(BOB, "张三收了好处费", answering=office.last(BOB, containing="#2"))
    told = news(office, lambda: office.writes(DEPUTY, "说话小心点", message_id=said, edit=True))
    assert ALICE in told
    assert BOB not in told


def test_a_class_that_is_corrected_after_a_split_is_nothing_to_who_had_read_the_words(office: Office) -> None:
    """They would read that something changed, and find the same words."""
    apart(office)
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/reply 1 A 昨天修好了")
    office.writes(STAFF, "/split 2")
    told = news(office, lambda: office.writes(DEPUTY, "/correct 1 C 昨天修好了"))
    assert ALICE in told
    assert BOB not in told


@pytest.mark.parametrize("accused", ["张三", "李四"])
def test_an_accusation_by_an_edit_after_a_split_is_held_in_their_own_case(office: Office, accused: str) -> None:
    """Whoever it accuses reads nothing of it, as little as the deputy from whom the case is taken; the other case goes
    on.
    """
    apart(office)
    said = office.writes(BOB, "我家在五号楼", answering=office.last(BOB, containing="#1"))
    office.writes(STAFF, "/split 2")
    told = news(office, lambda: office.writes(BOB, f"举报{accused}代表收红包", message_id=said, edit=True))
    assert not any("红包" in sent.text for who in (DEPUTY, OTHER_DEPUTY, ALICE) for sent in told.get(who, ()))
    assert "红包" in office.last(STAFF, containing="举报").text
    assert office.case(2).held
    assert not office.case(1).held


def test_an_answer_to_the_other_case_after_a_split_is_one_about_their_own(office: Office) -> None:
    """They were asked while two were one; who asked has their case no more. They read where it went."""
    apart(office)
    card = office.last(DEPUTY, containing="#1")
    office.writes(DEPUTY, "您家在几号楼？", answering=card)
    office.writes(STAFF, "/split 2")
    asked = office.last(BOB, containing="几号楼")
    told = news(office, lambda: office.writes(BOB, "五号楼", answering=asked))
    assert told.keys() == {OTHER_DEPUTY, BOB}
    assert "#2" in told[OTHER_DEPUTY][0].text
    assert "#2" in told[BOB][0].text
    told = news(office, lambda: office.writes(ALICE, "三号楼", answering=office.last(ALICE, containing="几号楼")))
    assert told.keys() == {DEPUTY}


def test_chains_are_undone_in_any_order_and_words_follow(office: Office) -> None:
    """A part of a part that is split off by the middle one, then by itself."""
    apart(office)
    office.writes(CAROL, "垃圾没人收")
    office.writes(STAFF, "/split 2")
    office.writes(STAFF, "/merge 3 2")
    office.writes(STAFF, "/merge 2 1")
    said = office.writes(CAROL, "我家在五号楼", answering=office.last(CAROL, containing="#1"))
    office.writes(STAFF, "/split 2")
    told = news(office, lambda: office.writes(CAROL, "我家在六号楼", message_id=said, edit=True))
    assert told.keys() == {OTHER_DEPUTY}
    office.writes(STAFF, "/split 3")
    office.writes(STAFF, "/assign 3 张三")
    told = news(office, lambda: office.writes(CAROL, "我家在七号楼", message_id=said, edit=True))
    assert told.keys() == {DEPUTY}
    assert "#3" in told[DEPUTY][0].text


def test_of_two_each_may_have_been_part_of_the_other(office: Office) -> None:
    """Whoever answers to either then reads what they always read, and authors are heard in their own."""
    apart(office)
    for line in ("/split 2", "/merge 1 2", "/split 1"):
        office.writes(STAFF, line)
    told = news(office, lambda: office.writes(STAFF, "什么时候修？", answering=office.last(STAFF, containing="#1")))
    assert told.keys() == {STAFF}
    told = news(office, lambda: office.writes(ALICE, "还没修", answering=office.last(ALICE, containing="#2")))
    assert "#1" in told[DEPUTY][0].text
    assert OTHER_DEPUTY not in told


def test_who_stays_edits_what_they_said_when_the_other_author_is_forgotten(office: Office) -> None:
    """The case has no words of its own any more, but theirs."""
    apart(office)
    said = office.writes(BOB, "我家在五号楼", answering=office.last(BOB, containing="#1"))
    office.writes(ALICE, "/forget")
    office.presses(ALICE, office.last(ALICE), "确认")
    told = news(office, lambda: office.writes(BOB, "我家在六号楼", message_id=said, edit=True))
    assert "六号楼" in told[DEPUTY][0].text
    assert DEPUTY not in news(office, lambda: office.writes(ALICE, LAMP + "，改", message_id=1, edit=True))


@pytest.mark.parametrize("caption", [None, "是三号楼后面的垃圾"])
def test_the_rest_of_an_album_that_opened_a_case_merged_meanwhile(office: Office, caption: str | None) -> None:
    """Who has the whole sees it as what its author says, the other author and who had the part do not; in the part it
    stands with the others.
    """
    office.writes(ALICE, LAMP)
    office.writes(BOB, None, attachments=(PHOTO,), album="a")
    office.writes(STAFF, "/assign 1 张三")
    office.writes(STAFF, "/assign 2 李四")
    office.ticks(timedelta(minutes=1))
    office.writes(STAFF, "/merge 2 1")
    late = news(office, lambda: office.writes(BOB, caption, attachments=(OTHER_PHOTO,), album="a"))
    late |= news(office, lambda: office.ticks(timedelta(minutes=1)))
    assert late.keys() == {DEPUTY}
    assert "#1" in late[DEPUTY][-1].text
    assert (caption or "") in late[DEPUTY][-1].text
    with office.unit() as uow:
        assert [m.attachments for m in uow.messages.of_case(2)] == [(PHOTO,), (OTHER_PHOTO,)]
        assert len(uow.messages.of_case(1)) == 1


def test_a_late_caption_that_accuses_the_deputy_of_the_whole_does_not_reach_them(office: Office) -> None:
    """The whole is held, as by any other words."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, None, attachments=(PHOTO,), album="a")
    office.writes(STAFF, "/assign 1 张三")
    office.ticks(timedelta(minutes=1))
    office.writes(STAFF, "/merge 2 1")
    office.writes(BOB, "举报张三代表收红包", attachments=(OTHER_PHOTO,), album="a")
    office.ticks(timedelta(minutes=1))
    assert office.case(1).held
    assert not any("红包" in sent.text for who in (DEPUTY, ALICE) for sent in office.chats[who])


def test_the_rest_of_a_deputy_s_album_goes_to_whom_it_was_begun_for(office: Office) -> None:
    """Not to the author of the case that was merged with it meanwhile."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    for number in (1, 2):
        office.writes(STAFF, f"/assign {number} 张三")
    card = office.last(DEPUTY, containing="#2")
    office.writes(DEPUTY, "这是您家门口吗", attachments=(PHOTO,), album="d", answering=card)
    office.ticks(timedelta(seconds=10))
    office.writes(STAFF, "/merge 2 1")
    office.writes(DEPUTY, None, attachments=(OTHER_PHOTO,), album="d", answering=card)
    late = news(office, lambda: office.ticks(timedelta(minutes=1)))
    assert not any(sent.outgoing.copy_ids for sent in [*late.get(ALICE, ()), *office.chats[ALICE]])
    assert sum(len(sent.outgoing.copy_ids) for sent in office.chats[BOB]) == 2


def test_who_works_on_a_case_and_had_one_of_their_own_in_it_speaks_as_who_works_on_it(office: Office) -> None:
    """What they answer goes to its author, not into the case of their own."""
    office.writes(ALICE, LAMP)
    office.writes(STAFF, "/assign 1 张三")
    office.writes(OTHER_DEPUTY, f"/report {SAME_LAMP}")
    office.writes(STAFF, "/assign 2 张三")
    office.writes(STAFF, "/merge 2 1")
    office.writes(STAFF, "/split 2")
    office.writes(STAFF, "/assign 1 李四")
    office.writes(OTHER_DEPUTY, "我明天去看", answering=office.last(OTHER_DEPUTY, containing="有新民情"))
    assert "我明天去看" in office.last(ALICE, containing="#1").text


@pytest.mark.parametrize("handed", ["transfer", "handover"])
def test_who_gets_the_whole_reads_what_each_of_its_authors_wrote(office: Office, handed: str) -> None:
    """Not only the words on its card: also those of the parts, with their pictures."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, "垃圾好几天没人收", attachments=(PHOTO,))
    office.writes(STAFF, "/assign 1 张三")
    office.writes(STAFF, "/merge 2 1")
    if handed == "transfer":
        told = news(office, lambda: office.writes(STAFF, "/transfer 1 李四 他熟悉"))
        assert any("垃圾好几天没人收" in sent.text and "#2" in sent.text for sent in told[OTHER_DEPUTY])
        assert any(sent.outgoing.copy_ids for sent in told[OTHER_DEPUTY])
    else:
        office.writes(STAFF, "/handover 张三 李四")
        office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(OTHER_DEPUTY, "/case 1")
    course = office.last(OTHER_DEPUTY)
    assert "垃圾好几天没人收" in course.text
    office.presses(OTHER_DEPUTY, course, "看附件（1）")
    assert office.last(OTHER_DEPUTY).outgoing.attachment == PHOTO
    for who in (ALICE, BOB):
        office.writes(who, "/case 1")
        assert "垃圾" not in office.told(who)
    office.writes(STAFF, "/split 2")
    office.writes(OTHER_DEPUTY, "/case 1")
    assert "垃圾" not in office.told(OTHER_DEPUTY)


def test_a_picture_without_words_stands_where_they_would(office: Office) -> None:
    """In a course there is one space before it, and one between words and pictures."""
    office.writes(ALICE, LAMP, language="en")
    office.writes(ALICE, "/language en")
    for text in (None, "here"):
        office.writes(ALICE, text, attachments=(PHOTO,), answering=office.last(ALICE, containing="#1"))
    office.writes(ALICE, "/case 1")
    assert "constituent: [photo]" in office.told(ALICE)
    assert "constituent: here [photo]" in office.told(ALICE)
    assert ":  " not in office.told(ALICE)


def test_whose_press_joined_two_cases_is_forgotten_and_the_others_read_no_more_than_before(office: Office) -> None:
    """What was said to others before one's case came is edited for these others; what a correction says of numbers is
    masked. And who was split off afterwards is found by the way it came.
    """
    office.writes(ALICE, LAMP)
    office.writes(STAFF, "/assign 1 张三")
    said = office.writes(DEPUTY, "周三来修，电话 13800001111", answering=office.last(DEPUTY, containing="#1"))
    office.ticks(timedelta(minutes=1))
    office.writes(BOB, SAME_LAMP)
    offered = offer(office, BOB)
    office.writes(CAROL, "垃圾好几天没人收")
    office.writes(STAFF, "/merge 3 2")
    office.ticks(timedelta(minutes=1))
    office.presses_data(BOB, offered.buttons[next(iter(offered.buttons))], offered)
    assert CAROL in authors(office, 1)
    office.ticks(timedelta(minutes=1))
    office.writes(BOB, "/forget")
    office.presses(BOB, office.last(BOB), "确认")
    before = len(office.chats[CAROL])
    office.writes(DEPUTY, "周四来修，电话 13800001111", message_id=said, edit=True)
    assert "周四来修" in office.told(ALICE)
    assert not any("周四来修" in sent.text for sent in office.chats[CAROL][before:])


@pytest.mark.parametrize("by_press", [True, False])
def test_where_a_case_went_is_exported_also_once_its_author_is_forgotten(office: Office, by_press: bool) -> None:
    """The numbers are the office's: without them the case would be one of its own, and the other of one person."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    if by_press:
        offered = offer(office, BOB)
        office.presses_data(BOB, offered.buttons[next(iter(offered.buttons))], offered)
    else:
        office.writes(STAFF, "/merge 2 1")
        office.writes(STAFF, "/split 2")
        office.writes(STAFF, "/merge 2 1")
    before = notes(office)
    assert "→ #1" in before[2]
    assert "← #2" in before[1]
    for who in (BOB, ALICE):
        office.writes(who, "/forget")
        office.presses(who, office.last(who), "确认")
        assert notes(office) == before


def notes(office: Office) -> dict[int, list[str]]:
    """What the export tells beside the steps of each case, as far as it tells of other cases."""
    with office.unit() as uow:
        cases = list(read_cases(uow.connection, since=None, until=None))
    return {case["number"]: [step["note"] for step in case["history"] if "#" in (step["note"] or "")] for case in cases}
