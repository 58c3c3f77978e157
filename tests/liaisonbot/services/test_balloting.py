"""Ballots in the private chat: filled in, looked through, cast, changed, found again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from liaisonbot import voting
from liaisonbot.errors import DeliveryError, MessageGone, OurMistake, RecipientGone
from liaisonbot.incoming import Belonging
from liaisonbot.outgoing import Receipt
from liaisonbot.polls import Elector, Eligible, Poll, PollKind, PollState
from liaisonbot.services import balloting, delivery, polling, receipt_codes
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import GROUP, Office, Sent

OPTIONS = tuple(f"第{n}处路灯" for n in range(1, 16))


def a_ballot(office: Office, **about: Any) -> Poll:
    """A ballot, open in the group."""
    electors: list[Elector] = about.pop("electors", [])
    drafted: dict[str, Any] = {
        "kind": PollKind.BALLOT,
        "question": "先修哪一处？",
        "options": OPTIONS,
        "sealed": True,
        "person_id": None,
        "chat_id": STAFF,
        "language": "zh",
        "minutes": 3 * 24 * 60,
    }
    with office.unit() as uow:
        (station,) = uow.stations.all()
        group = uow.groups.get(GROUP)
        assert group is not None
        poll = uow.polls.draft(**{**drafted, "station_ids": [station.id], **about})
        uow.polls.enrol(poll.number, electors)
        polling.address(uow, poll, [group])
        poll = polling.open_now(uow, office.desk, poll)
        polling.send_card(uow, office.desk, poll, STAFF, "zh")
    office.ticks()
    return poll


def a_vote(office: Office, *, rule: str = "half_of_all", places: int = 2, options: int = 4, **about: Any) -> Poll:
    """A deputies' vote."""
    with office.unit() as uow:
        electors = [Elector(entry_id=entry.id) for entry in uow.roster.all() if entry.role is Role.DEPUTY]
    return a_ballot(
        office,
        kind=PollKind.VOTE,
        question="票决哪两个项目？",
        options=tuple(f"项目{n}" for n in range(1, options + 1)),
        secret=True,
        eligible=Eligible.LISTED,
        rule=voting.Rule.preset(rule, places).to_json(),
        electors=electors,
        **about,
    )


def opens(office: Office, who: int, poll: Poll) -> Sent:
    office.writes(who, f"/start ballot_{poll.number}")
    return office.last(who, containing=poll.question)


def casts(office: Office, who: int, poll: Poll, *words: str) -> Sent:
    """Press these, then look, then confirm."""
    shown = opens(office, who, poll)
    for word in words:
        office.presses(who, shown, word)
    if "看一遍您的票" not in shown.text:
        office.presses(who, shown, "看一遍")
    office.presses(who, shown, "确认")
    return shown


def code_in(sent: Sent) -> str:
    data = next(data for data in sent.buttons.values() if ":edit:" in data)
    return data.rsplit(":", 1)[1]


def ballots_in(office: Office, poll: Poll) -> dict[str, Any]:
    with office.unit() as uow:
        return {code: dict(ballot) for code, ballot in uow.urns.ballots(poll.number).items()}


def test_the_groups_button_opens_it_and_pages_keep_the_draft(office: Office) -> None:
    """Fifteen options on two pages; nothing is stored before 确认."""
    poll = a_ballot(office, multiple=True, secret=True)
    invitation = office.last(GROUP, containing="先修哪一处")
    assert invitation.buttons == {"🗳 去投票": "https://t.me/liaison_bot?start=ballot_1"}
    shown = opens(office, ALICE, poll)
    assert "第 1 页，共 2 页" in shown.text
    office.presses(ALICE, shown, "▫️ 3.")
    office.presses(ALICE, shown, "下一页")
    office.presses(ALICE, shown, "▫️ 12.")
    office.presses(ALICE, shown, "上一页")
    assert "✅ 3. 第3处路灯" in shown.buttons
    assert "已选 2 项" in shown.text
    office.presses(ALICE, shown, "看一遍")
    assert "选了 2 项：\n3. 第3处路灯\n12. 第12处路灯" in shown.text
    assert ballots_in(office, poll) == {}
    office.presses(ALICE, shown, "确认")
    assert "投进去了" in shown.text
    assert list(ballots_in(office, poll).values()) == [{"options": [2, 11]}]
    assert receipt_codes.written(code_in(shown)) in shown.text


@pytest.mark.parametrize("data", ["page:0:0", "look:0:1", "page:1:0"])
def test_a_press_that_never_was_a_button_of_theirs_shows_no_question_of_a_group(office: Office, data: str) -> None:
    """Who is not a member of its groups reads nothing of a ballot, whatever a press of theirs says."""
    poll = a_ballot(office, eligible=Eligible.MEMBERS)
    office.belonging |= {ALICE: Belonging.STRANGER, BOB: Belonging.UNKNOWN, DEPUTY: Belonging.MEMBER}
    for who in (ALICE, BOB, DEPUTY):
        office.writes(who, "/start")
        office.presses_data(who, f"ballot:{poll.number}:{data}", office.chats[who][-1])
        assert any(poll.question in sent.text for sent in office.chats[who]) is (who == DEPUTY)


def test_one_of_several_is_one_press_and_a_look(office: Office) -> None:
    """An open answer is kept with its person, and can be changed and taken back without a code."""
    poll = a_ballot(office)
    shown = opens(office, ALICE, poll)
    office.presses(ALICE, shown, "▫️ 2.")
    office.presses(ALICE, shown, "确认")
    assert "记下了" in shown.text
    office.presses(ALICE, shown, "改票")
    assert "✅ 2. 第2处路灯" in shown.buttons
    office.presses(ALICE, shown, "下一页")
    office.presses(ALICE, shown, "▫️ 15.")
    office.presses(ALICE, shown, "确认")
    with office.unit() as uow:
        assert uow.polls.count(poll.number).counts[14] == 1
        assert uow.polls.count(poll.number).voters == 1
    office.presses(ALICE, shown, "改票")
    office.presses(ALICE, shown, "取消")
    assert "原来的票算数" in shown.text
    office.presses(ALICE, shown, "改票")
    office.presses(ALICE, shown, "下一页")
    office.presses(ALICE, shown, "✅ 15.")
    office.presses(ALICE, shown, "看一遍")
    office.presses(ALICE, shown, "确认")
    assert "收回了" in shown.text
    with office.unit() as uow:
        assert uow.polls.count(poll.number).voters == 0


def test_a_secret_ballot_is_changed_by_its_receipt(office: Office) -> None:
    """By the button, and typed; the same code stands for the new ballot."""
    poll = a_ballot(office, secret=True)
    shown = casts(office, ALICE, poll, "▫️ 1.")
    code = code_in(shown)
    office.presses(ALICE, shown, "改票")
    office.presses(ALICE, shown, "▫️ 4.")
    assert "还没有换上" in shown.text
    office.presses(ALICE, shown, "确认")
    assert ballots_in(office, poll) == {code: {"options": [3]}}
    office.writes(ALICE, f"/ballot p1 {code[:4].lower()} {code[4:].lower()}")
    again = office.chats[ALICE][-1]
    assert "✅ 4. 第4处路灯" in again.buttons
    office.presses(ALICE, again, "▫️ 5.")
    office.presses(ALICE, again, "取消")
    assert "原来的票算数" in again.text
    assert ballots_in(office, poll) == {code: {"options": [3]}}


def test_who_lost_the_code_hears_that_the_vote_stands(office: Office) -> None:
    """Nobody can find it for them; another's code helps them no more than none."""
    poll = a_ballot(office, secret=True)
    code = code_in(casts(office, ALICE, poll, "▫️ 1."))
    office.writes(ALICE, "/start ballot_1")
    assert "码找不到了，就不能再改" in office.told(ALICE)
    office.writes(BOB, f"/ballot P1 {code}")
    assert "没有您这个回执码的票" in office.told(BOB)
    office.writes(ALICE, "/ballot P1 ABCD-EFGH")
    assert "没有您这个回执码的票" in office.told(ALICE)
    assert ballots_in(office, poll) == {code: {"options": [0]}}


def test_two_devices_at_once_are_one_vote(office: Office) -> None:
    """The second press finds that the vote is cast."""
    poll = a_ballot(office, secret=True)
    first, second = opens(office, ALICE, poll), opens(office, ALICE, poll)
    for shown, word in ((first, "▫️ 1."), (second, "▫️ 2.")):
        office.presses(ALICE, shown, word)
    confirm = {shown.message_id: shown.button("确认") for shown in (first, second)}
    office.presses_data(ALICE, confirm[first.message_id], first)
    office.presses_data(ALICE, confirm[second.message_id], second)
    assert "已经投过了" in office.toasts[-1]
    assert list(ballots_in(office, poll).values()) == [{"options": [0]}]


def test_a_deputies_vote_with_a_spoiled_ballot(office: Office) -> None:
    """Approve, against, abstain: a press each. A spoiled one is shown as such before it goes in."""
    poll = a_vote(office)
    shown = opens(office, DEPUTY, poll)
    assert "▫️ 1. 项目1" in shown.text
    for word in ("1 赞成", "2 赞成", "3 赞成", "4 反对"):
        office.presses(DEPUTY, shown, word)
    assert "赞成 3 · 反对 1 · 弃权 0" in shown.text
    office.presses(DEPUTY, shown, "看一遍")
    assert "会<b>作废</b>：选了 3 项，只有 2 个名额" in shown.text
    office.presses(DEPUTY, shown, "回去改")
    office.presses(DEPUTY, shown, "3 弃权")
    office.presses(DEPUTY, shown, "看一遍")
    assert "作废" not in shown.text
    office.presses(DEPUTY, shown, "确认")
    assert list(ballots_in(office, poll).values()) == [{"options": [0, 1], "against": [3]}]
    casts(office, OTHER_DEPUTY, poll, "1 赞成", "2 赞成", "3 赞成")
    with office.unit() as uow:
        assert uow.urns.turnout(poll.number) == 2
        deputies = sorted(entry.id for entry in uow.roster.all() if entry.role is Role.DEPUTY)
        assert list(uow.urns.voted(poll.number)) == deputies


def test_picking_is_a_row_for_each_and_fewer_will_do(office: Office) -> None:
    """Nothing picked is said to be abstaining from all."""
    poll = a_vote(office, rule="half_of_all_pick")
    shown = opens(office, DEPUTY, poll)
    office.presses(DEPUTY, shown, "看一遍")
    assert "等于全部弃权" in shown.text
    office.presses(DEPUTY, shown, "回去改")
    office.presses(DEPUTY, shown, "2. 项目2")
    office.presses(DEPUTY, shown, "看一遍")
    office.presses(DEPUTY, shown, "确认")
    assert list(ballots_in(office, poll).values()) == [{"options": [1], "against": []}]


def test_who_may_not_vote_is_told_why(office: Office) -> None:
    """Nothing is changed."""
    vote = a_vote(office)
    for who in (ALICE, STAFF):
        office.writes(who, f"/start ballot_{vote.number}")
        assert "名单上没有您" in office.told(who)
        office.presses_data(who, f"ballot:{vote.number}:cast:0:1")
        assert "名单上没有您" in office.toasts[-1]
    assert ballots_in(office, vote) == {}


def test_what_is_asked_of_members_alone_is_told_to_nobody_else(office: Office) -> None:
    """Who belongs to the station need not belong to the group: they are neither reminded nor find it in their list."""
    for person in (ALICE, BOB):
        office.writes(person, "/start")
        office.writes(person, "/report 楼道灯坏了", group=GROUP)
    office.writes(STAFF, "/poll 群里的事怎么办？ | 好 | 不好 | 群成员 | 2d")
    office.belonging[ALICE] = Belonging.MEMBER
    office.writes(ALICE, "/start ballot_1")
    office.presses(ALICE, office.last(ALICE), "好")
    office.presses(ALICE, office.last(ALICE), "确认")
    for person in (ALICE, BOB):
        office.writes(person, "/ballot")
    assert "群里的事" in office.told(ALICE)
    office.ticks(timedelta(hours=46))
    office.ticks(timedelta(hours=1))
    assert any("快结束了" in sent.text for sent in office.chats[GROUP])
    assert not any("群里的事" in sent.text for sent in office.chats[BOB])


def test_members_of_the_group_may_and_strangers_may_not(office: Office) -> None:
    """Telegram is asked at the border; where it does not answer nothing is lost."""
    poll = a_ballot(office, eligible=Eligible.MEMBERS, secret=True)
    office.belonging[ALICE] = Belonging.MEMBER
    office.belonging[BOB] = Belonging.STRANGER
    shown = opens(office, ALICE, poll)
    office.presses(ALICE, shown, "▫️ 1.")
    office.belonging[ALICE] = Belonging.UNKNOWN
    office.presses(ALICE, shown, "确认")
    assert "您选的还在" in office.toasts[-1]
    assert "看一遍您的票" in shown.text
    office.belonging[ALICE] = Belonging.MEMBER
    office.presses(ALICE, shown, "确认")
    assert "投进去了" in shown.text
    office.writes(BOB, "/start ballot_1")
    assert "您不在群里" in office.told(BOB)
    with office.unit() as uow:
        assert balloting.groups_asked(uow, poll.number) == (GROUP,)
        assert balloting.groups_asked(uow, 99) == ()


def test_too_late_and_cancelled(office: Office) -> None:
    """A button that outlived its poll changes nothing."""
    poll, gone = a_ballot(office, secret=True), a_ballot(office, secret=True)
    shown, other = opens(office, ALICE, poll), opens(office, ALICE, gone)
    office.presses(ALICE, shown, "▫️ 1.")
    office.presses(ALICE, other, "▫️ 1.")
    with office.unit() as uow:
        polling.cancel(uow, office.desk, gone)
    office.presses(ALICE, other, "确认")
    assert "已经撤销" in office.toasts[-1]
    office.now += timedelta(days=3)
    office.presses(ALICE, shown, "确认")
    assert "已经结束" in office.toasts[-1]
    office.writes(ALICE, "/start ballot_1")
    assert "已经结束" in office.told(ALICE)
    assert ballots_in(office, poll) == ballots_in(office, gone) == {}


@pytest.mark.parametrize(
    "data",
    [
        "ballot",
        "ballot:1",
        "ballot:x:open",
        "ballot:1:open:0",
        "ballot:1:edit",
        "ballot:1:fly:0:0",
        "ballot:1:cast:0:3",
        "ballot:1:cast:0:zzzzzzzz",
        "ballot:1:cast:0:!",
        "ballot:1:cast:0:1:ABCDEFGH",
        "ballot:1:edit:ABCDEFGH",
        "ballot:1:cast:0:0",
        "ballot:9:open",
        "ballot:2:open",
    ],
)
def test_forged_buttons_change_nothing(office: Office, data: str) -> None:
    """Each is answered in words."""
    poll = a_ballot(office, secret=True)
    office.writes(STAFF, "/poll 先修哪里 | 路灯 | 长椅")
    office.writes(ALICE, "/start")
    office.presses_data(ALICE, data)
    assert office.toasts[-1]
    assert ballots_in(office, poll) == {}


def test_more_than_may_be_chosen_is_refused(office: Office) -> None:
    """On the page already."""
    poll = a_ballot(office, multiple=True, most=2)
    shown = opens(office, ALICE, poll)
    for word in ("▫️ 1.", "▫️ 2.", "▫️ 3."):
        office.presses(ALICE, shown, word)
    assert "最多选 2 项" in office.toasts[-1]
    assert "已选 2 项" in shown.text


def test_the_card_shows_turnout_only(office: Office) -> None:
    """Edited a little later where votes come quickly."""
    poll = a_ballot(office, secret=True, sealed=False)
    for who in (ALICE, BOB):
        casts(office, who, poll, "▫️ 1.")
    office.ticks(timedelta(seconds=10))
    card = office.last(STAFF, containing="投票 P1")
    assert "已有 2 人投票" in card.text
    assert "票 ·" not in card.text


def test_the_list_of_what_is_open(office: Office) -> None:
    """For a deputy their votes; for others what is open at their station."""
    office.writes(DEPUTY, "/ballot")
    assert "没有轮到您投的票" in office.told(DEPUTY)
    vote = a_vote(office)
    office.writes(DEPUTY, "/ballot")
    listed = office.last(DEPUTY, containing="轮到您投的票")
    assert "票决哪两个项目" in listed.text
    assert "还没投" in listed.text
    casts(office, DEPUTY, vote, "1 赞成")
    office.writes(DEPUTY, "/ballot")
    assert "已投" in office.told(DEPUTY)
    office.writes(ALICE, "/ballot")
    assert "没有轮到您投的票" in office.told(ALICE)


def test_an_offer_goes_to_each_elector_who_can_be_reached(office: Office) -> None:
    """The names of the others are given back."""
    office.writes(DEPUTY, "/start")
    poll = a_vote(office)
    with office.unit() as uow:
        balloting.offer(uow, office.desk, poll)
    office.ticks()
    assert "1 人还没有打开机器人的私聊，选票没能发到：李四" in office.last(STAFF, containing="没能发到").text
    offered = office.last(DEPUTY, containing="票决哪两个项目")
    office.presses(DEPUTY, offered, "去投票")
    assert "1 赞成" in offered.buttons
    office.presses(DEPUTY, offered, "取消")
    assert "什么也没有记下" in offered.text
    office.presses(DEPUTY, offered, "去投票")
    assert "1 赞成" in offered.buttons


def test_deputies_who_have_not_voted_are_reminded_once(office: Office) -> None:
    """Only those who can be reached, and never at night."""
    for who in (DEPUTY, OTHER_DEPUTY):
        office.writes(who, "/start")
    poll = a_vote(office)
    casts(office, DEPUTY, poll, "1 赞成")
    office.ticks(timedelta(days=2, hours=7))
    office.ticks(timedelta(hours=1))
    told = {who: [s for s in office.chats[who] if "快结束了" in s.text] for who in (DEPUTY, OTHER_DEPUTY)}
    assert (len(told[DEPUTY]), len(told[OTHER_DEPUTY])) == (0, 1)
    office.presses(OTHER_DEPUTY, told[OTHER_DEPUTY][0], "去投票")
    assert "1 赞成" in told[OTHER_DEPUTY][0].buttons


def test_after_the_end_everybody_finds_what_was_counted_for_their_code(office: Office) -> None:
    """With a code only."""
    poll = a_ballot(office, secret=True)
    code = code_in(casts(office, ALICE, poll, "▫️ 7."))
    office.ticks(timedelta(days=4))
    office.writes(ALICE, f"/ballot P1 {receipt_codes.written(code)}")
    assert "计票时是这样的" in office.told(ALICE)
    assert "7. 第7处路灯" in office.told(ALICE)
    assert "已经计入" in office.told(ALICE)
    office.writes(ALICE, "/ballot P1 ABCDEFGH")
    assert "没有您这个回执码的票" in office.told(ALICE)
    office.writes(ALICE, "/ballot P1 12")
    assert "不像回执码" in office.told(ALICE)
    with office.unit() as uow:
        closed = uow.polls.get(poll.number)
        assert closed is not None
        assert closed.state is PollState.CLOSED


@pytest.mark.parametrize("failure", [OurMistake("BUTTON_DATA_INVALID"), RecipientGone(ALICE), MessageGone("gone")])
def test_what_cannot_be_sent_stays_nowhere(office: Office, failure: DeliveryError) -> None:
    """No promise with a choice or a code is set aside; a receipt whose message is gone is sent anew, once."""
    poll = a_ballot(office, secret=True)
    shown = opens(office, ALICE, poll)
    office.presses(ALICE, shown, "▫️ 1.")
    office.cut_off = True
    office.presses(ALICE, shown, "确认")
    assert len(ballots_in(office, poll)) == 1
    for _ in range(2):
        with office.unit() as uow:
            for promise in uow.outbox.turn(office.now, ()):
                delivery.record(uow, office.desk, promise, Receipt(failure=failure))
    with office.unit() as uow:
        waiting = [promise.outgoing for promise in uow.outbox.turn(office.now, ()) if promise.outgoing.chat_id == ALICE]
        assert waiting == []
        assert not any(":edit:" in item.payload for item in uow.set_asides.list())


def test_who_has_themselves_forgotten_does_not_vote_a_second_time(office: Office) -> None:
    """The ballot that was cast counts still, and is nobody's now."""
    poll = a_ballot(office, secret=True)
    casts(office, ALICE, poll, "▫️ 1.")
    office.writes(ALICE, "/forget")
    office.presses(ALICE, office.chats[ALICE][-1], "确认")
    office.writes(ALICE, "/start ballot_1")
    assert "不能再投" in office.told(ALICE)
    assert len(ballots_in(office, poll)) == 1


def test_a_code_alone_is_told_how_to_write_it(office: Office) -> None:
    """With the number before it."""
    office.writes(ALICE, "/ballot ABCD-EFGH")
    assert "/ballot P3 ABCD-EFGH" in office.told(ALICE)


def test_an_appraisal_in_secret_is_one_vote_whichever_way_it_is_cast(office: Office) -> None:
    """By the button below the reminder, or from the list; whoever has judged is not reminded."""
    for who in (DEPUTY, OTHER_DEPUTY):
        office.writes(who, "/start")
    with office.unit() as uow:
        deputies = [Elector(entry_id=entry.id) for entry in uow.roster.all() if entry.role is Role.DEPUTY]
        first = deputies[0].entry_id
        assert first is not None
        project = uow.projects.propose(
            title="电梯",
            text="电梯",
            station_id=None,
            category="other",
            person_id=None,
            by=Role.STAFF,
            cycle_id=None,
            now=office.now,
        )
    poll = a_ballot(
        office,
        kind=PollKind.APPRAISAL,
        question="1 号民生实事项目「电梯」办完了，您满意吗？",
        options=("满意", "基本满意", "不满意", "弃权"),
        secret=True,
        eligible=Eligible.LISTED,
        rule=voting.AppraisalRule.preset(next(iter(voting.appraisal_rules()))).to_json(),
        electors=deputies,
        project=project.number,
    )
    with office.unit() as uow:
        assert uow.urns.cast(poll.number, first, "ABCDEFGH", {"options": [0]})
        assert [reader.chat_id for reader in polling.still_to_vote(uow, office.desk, poll)] == [OTHER_DEPUTY]
    office.writes(DEPUTY, f"/start ballot_{poll.number}")
    assert "已经投过了" in office.told(DEPUTY)
    casts(office, OTHER_DEPUTY, poll, "▫️ 2.")
    with office.unit() as uow:
        assert list(uow.urns.voted(poll.number)) == sorted(each.entry_id or 0 for each in deputies)
