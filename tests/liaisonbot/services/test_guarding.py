"""What the office does about emergencies, accusations, court matters, numbers and minors."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from liaisonbot.model import Attachment
from liaisonbot.outgoing import Priority
from liaisonbot.vocabulary import Outcome, Role, Stage
from storage.schema import held
from tests.support.office import GROUP, Office

AUTHOR, NEIGHBOUR, DEPUTY, OTHER, STAFF = 101, 102, 11, 12, 21
ACCUSATION = "举报村支书李国富收红包，给自己亲戚办低保"
COURT = "法院判了我赢，对方一直不执行"
CHILD = "三年级的李小明在学校被同学打了，脸都肿了"
EMERGENCY = "3号楼着火了，浓烟很大"
HARMLESS = "3号楼的路灯坏了"
NUMBER = "我的身份证号是11010519491231002X，请查低保"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    station = office.station()
    office.roster(Role.DEPUTY, "张敏", DEPUTY, station)
    office.roster(Role.DEPUTY, "李强", OTHER, station)
    office.roster(Role.STAFF, "王芳", STAFF, station)
    office.bind_group(station)
    for who in (DEPUTY, OTHER, STAFF):
        office.writes(who, "/start")
    return office


def texts(office: Office, chat: int) -> str:
    return "\n".join(sent.text for sent in office.chats[chat])


def deputy_of(office: Office, number: int = 1) -> int | None:
    with office.unit() as uow:
        case = uow.cases.get(number)
        assert case is not None
        entry = uow.roster.get(case.deputy_id) if case.deputy_id else None
        return entry.telegram_id if entry else None


def findings(office: Office, number: int = 1) -> list[tuple[str, str | None]]:
    with office.unit() as uow:
        return [(found.topic, found.mark) for found in uow.guarded.of_case(number)]


# --- emergencies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [None, GROUP])
def test_an_emergency_is_answered_with_the_numbers_first(office: Office, group: int | None) -> None:
    """Before receipt and notice, more urgent than all else; the case is opened and given to a deputy all the same."""
    office.writes(AUTHOR, f"/report {EMERGENCY}", group=group)

    first, *others = office.chats[group or AUTHOR]
    assert all(number in first.text for number in ("110", "119", "120", "122"))
    assert first.outgoing.priority is Priority.URGENT
    assert any("民情 #1" in sent.text for sent in others)
    assert deputy_of(office) in (DEPUTY, OTHER)
    assert "紧急情况" in texts(office, STAFF)


def test_an_emergency_in_english_is_answered_in_english(office: Office) -> None:
    office.writes(AUTHOR, "There's a fire on the third floor", language="en")

    assert office.chats[AUTHOR][0].text.startswith("🚨 <b>If there is danger, call now:</b>")


def test_the_numbers_are_said_where_no_case_can_be_opened(office: Office) -> None:
    """A group without a station refuses the report, but nobody in danger is left without."""
    office.writes(AUTHOR, f"/report {EMERGENCY}", group=-999)

    first, second = office.chats[-999]
    assert "119" in first.text
    assert "还没有绑定" in second.text


def test_the_numbers_do_not_wait_for_those_who_are_slowed_down(tmp_path: Path) -> None:
    """The message waits, the numbers do not, and are said once."""
    office = Office(tmp_path, intake={"messages_per_minute": 1})
    office.station()
    office.writes(AUTHOR, HARMLESS)
    office.writes(AUTHOR, EMERGENCY)

    assert sum("119" in sent.text for sent in office.chats[AUTHOR]) == 1
    assert office.case(2) is None


def test_an_emergency_added_to_a_case_is_one_too(office: Office) -> None:
    office.writes(AUTHOR, HARMLESS)
    receipt = office.last(AUTHOR, containing="民情 #1")
    before = len(office.chats[AUTHOR])
    office.writes(AUTHOR, "现在电线断了掉在地上冒火花", answering=receipt)

    assert "119" in office.chats[AUTHOR][before].text
    assert "冒火花" in texts(office, STAFF)


def test_a_link_s_code_is_nothing_that_somebody_said(office: Office) -> None:
    """A code is made of letters at random, and some look like the short form of a crime."""
    office.writes(AUTHOR, "/start join_Akj38uV4BSmIRkpkkqJjKwEe3iROO4fA")
    assert "链接无效" in office.told(AUTHOR)
    assert not any("110" in sent.text for sent in office.chats[AUTHOR])


# --- what is held -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "number", "secret"), [(ACCUSATION, "12388", "李国富"), (COURT, "12368", "判"), (CHILD, "12355", "李小明")]
)
def test_what_is_held_is_not_echoed_in_the_group_and_reaches_no_deputy(
    office: Office, words: str, number: int, secret: str
) -> None:
    """Who has opened the private chat reads the channel and the reason there; the group only that it goes on there."""
    office.writes(AUTHOR, "/start")
    office.writes(AUTHOR, f"/report {words}", group=GROUP)

    public = texts(office, GROUP)
    assert "转到私聊处理" in public
    assert secret not in public
    assert str(number) not in public
    assert str(number) in texts(office, AUTHOR)
    card = office.last(GROUP)
    assert any(url.endswith("start=case_1") for url in card.buttons.values())
    assert deputy_of(office) is None
    assert secret not in texts(office, DEPUTY) + texts(office, OTHER)
    waiting = office.last(STAFF, containing="等工作人员看")
    assert secret in waiting.text
    assert {"放行", "告知渠道", "误报"} <= {label.split()[-1] for label in waiting.buttons}


TOPICS = [(ACCUSATION, "12388", "李国富"), (COURT, "12368", "判"), (CHILD, "12355", "李小明"), (NUMBER, "冒用", "1949")]


@pytest.mark.parametrize(("words", "advice", "secret"), TOPICS)
@pytest.mark.parametrize("reachable", [True, False])
def test_the_group_reads_neither_the_matter_nor_its_channel(
    office: Office, words: str, advice: str, secret: str, reachable: bool
) -> None:
    """Of each topic alike: even the channel would tell what it is. The button leads to both, in private."""
    if reachable:
        office.writes(AUTHOR, "/start")
    office.writes(AUTHOR, f"/report {words}", group=GROUP)

    (card,) = office.chats[GROUP]
    assert "转到私聊处理" in card.text
    assert "长按" in card.text
    assert not any(said in card.text for said in (advice, secret, "举报", "未成年", "号码", "法院"))
    assert any(url.endswith("start=case_1") for url in card.buttons.values())
    if not reachable:
        assert "点下面的按钮" in card.text
        assert not office.chats[AUTHOR]
        office.writes(AUTHOR, "/start case_1")
    assert advice in texts(office, AUTHOR)
    assert advice not in texts(office, GROUP)


@pytest.mark.parametrize(("words", "advice", "secret"), TOPICS)
def test_nor_of_what_is_added_to_a_case(office: Office, words: str, advice: str, secret: str) -> None:
    """By somebody whom we can reach in the group only; the card that stands there says no more either."""
    office.writes(AUTHOR, f"/report {HARMLESS}", group=GROUP)
    office.writes(AUTHOR, words, group=GROUP, answering=office.last(GROUP))

    public = texts(office, GROUP)
    assert "转到私聊处理" in office.chats[GROUP][0].text
    assert "点下面的按钮" in public
    assert advice not in public
    assert secret not in public
    office.writes(AUTHOR, "/start case_1")
    assert advice in texts(office, AUTHOR)


def test_what_comes_next_is_said_of_what_staff_read_first(office: Office) -> None:
    """A court matter that is added stays with the deputy, who reads on."""
    office.writes(AUTHOR, HARMLESS)
    office.writes(deputy_of(office) or 0, "/accept 1")
    office.writes(AUTHOR, COURT, answering=office.last(AUTHOR, containing="受理"))
    assert "代表不能干预个案" in texts(office, AUTHOR)
    assert "工作人员会先看" not in texts(office, AUTHOR)
    office.writes(NEIGHBOUR, COURT)
    assert "工作人员会先看" in texts(office, NEIGHBOUR)


def test_nothing_of_it_stands_in_the_group_later(office: Office) -> None:
    """Neither on the card that is renewed, nor in what is answered to somebody who can only be reached there."""
    office.writes(AUTHOR, f"/report {COURT}", group=GROUP)
    office.writes(STAFF, "/release 1")
    deputy = deputy_of(office)
    assert deputy is not None
    office.writes(deputy, "/accept 1")
    office.writes(deputy, "/mediate 1 判决书的复印件我看过了")
    office.writes(deputy, "/reply 1 D 判决由法院执行局办理")

    public = texts(office, GROUP)
    assert "判" not in public
    assert "有新消息" in public
    assert office.case(1).stage is Stage.REPLY


def test_the_author_in_private_is_told_channel_and_reason_in_the_receipt(office: Office) -> None:
    office.writes(AUTHOR, COURT)

    receipt = office.last(AUTHOR, containing="民情 #1")
    assert "12368" in receipt.text
    assert "代表不能干预个案" in receipt.text
    assert "换一位代表" not in "".join(receipt.buttons)
    assert deputy_of(office) is None


def test_a_message_registered_by_a_neighbour_is_looked_at_too(office: Office) -> None:
    """Also what the neighbour says about it."""
    from liaisonbot.incoming import QuotedMessage, Sender

    quoted = QuotedMessage(77, Sender(AUTHOR, None, "zh"), from_us=False, text="看看这个")
    office.writes(NEIGHBOUR, f"/report {ACCUSATION}", group=GROUP, answering=quoted)

    assert "李国富" not in texts(office, GROUP)
    assert deputy_of(office) is None


def test_the_caption_of_an_album_that_comes_late_is_looked_at(office: Office) -> None:
    """The first picture went to a deputy, who loses the case to the staff and does not read the caption."""
    photo = (Attachment("photo", "f1"),)
    office.writes(AUTHOR, None, attachments=photo, album="a")
    assert deputy_of(office) is not None
    office.writes(AUTHOR, ACCUSATION, attachments=photo, album="a")

    assert office.case(1).held
    assert "李国富" not in texts(office, DEPUTY) + texts(office, OTHER)
    assert "李国富" in texts(office, STAFF)
    assert "12388" in texts(office, AUTHOR)


def test_an_edit_is_looked_at(office: Office) -> None:
    """The group's card had the harmless words; after the edit it has none."""
    written = office.writes(AUTHOR, f"/report {HARMLESS}", group=GROUP)
    assert "路灯" in office.last(GROUP).text
    office.writes(AUTHOR, f"/report {ACCUSATION}", group=GROUP, message_id=written, edit=True)

    card = office.chats[GROUP][0]
    assert "转到私聊处理" in card.text
    assert "李国富" not in texts(office, GROUP) + texts(office, DEPUTY) + texts(office, OTHER)
    assert office.case(1).held


def test_an_accusation_that_is_added_takes_the_case_from_the_deputy(office: Office) -> None:
    """Staff read it, the deputy does not; released, it goes back to the same deputy."""
    office.writes(AUTHOR, HARMLESS)
    had = deputy_of(office)
    assert had is not None
    office.writes(had, "/accept 1")
    office.writes(AUTHOR, ACCUSATION, answering=office.last(AUTHOR, containing="受理"))

    assert "李国富" not in texts(office, had)
    assert "李国富" in texts(office, STAFF)
    assert deputy_of(office) is None
    office.presses(STAFF, office.last(STAFF, containing="等工作人员看"), "放行")
    assert deputy_of(office) == had
    assert office.case(1).stage is Stage.MEDIATION


def test_a_court_matter_that_is_added_stays_with_the_deputy_but_not_in_the_group(office: Office) -> None:
    """It was private between the two already; the author is told the channel once."""
    office.writes(AUTHOR, f"/report {HARMLESS}", group=GROUP)
    had = deputy_of(office)
    assert had is not None
    office.writes(AUTHOR, COURT, group=GROUP, answering=office.last(GROUP))
    office.writes(AUTHOR, "法院又判了", group=GROUP, answering=office.chats[GROUP][0])

    assert deputy_of(office) == had
    assert COURT in texts(office, had)
    assert "转到私聊处理" in office.chats[GROUP][0].text
    assert sum("点下面的按钮" in sent.text for sent in office.chats[GROUP]) == 1


# --- deputies who are accused -----------------------------------------------------------------------------------------


def test_an_accusation_never_reaches_the_deputy_it_names(office: Office) -> None:
    """Neither by the name in it, nor by release, assignment, transfer or the author's choice."""
    office.writes(AUTHOR, "我要投诉张敏代表，收了开发商的钱")
    assert office.case(1).guard == "accusation"
    office.writes(STAFF, "/assign 1 张敏")
    assert office.case(1).held

    office.writes(STAFF, "/release 1")
    assert deputy_of(office) == OTHER
    office.writes(STAFF, "/assign 1 张敏")
    assert "不能交给本人" in office.told(STAFF)
    office.writes(OTHER, "/transfer 1 张敏 你来办")
    assert "不能交给本人" in office.told(OTHER)
    assert deputy_of(office) == OTHER
    office.presses_data(AUTHOR, "deputy:1:1")
    assert deputy_of(office) == OTHER
    assert "开发商" not in texts(office, DEPUTY)


def test_a_second_accusation_of_another_deputy_is_held_again(office: Office) -> None:
    office.writes(AUTHOR, "我要投诉张敏代表，收了开发商的钱")
    office.writes(STAFF, "/release 1")
    office.writes(AUTHOR, "李强代表也收了钱", answering=office.last(AUTHOR, containing="民情 #1"))

    assert office.case(1).held
    assert "也收了钱" not in texts(office, OTHER)
    office.writes(STAFF, "/release 1")
    assert deputy_of(office) is None  # both are accused: it stays with staff


# --- identity and bank numbers ----------------------------------------------------------------------------------------


def test_a_case_with_an_identity_number_goes_on_in_private_with_its_deputy(office: Office) -> None:
    """Nobody need release it; written in private nothing is said of it."""
    office.writes(AUTHOR, f"/report {NUMBER}", group=GROUP)

    (card,) = office.chats[GROUP]
    assert "查低保" not in card.text
    deputy = deputy_of(office)
    assert deputy is not None
    assert "查低保" in texts(office, deputy)
    office.writes(NEIGHBOUR, NUMBER)
    assert "长按它删除" not in texts(office, NEIGHBOUR)


# --- what staff do ----------------------------------------------------------------------------------------------------


def test_staff_see_what_is_held_in_pages_and_release_it_there(office: Office) -> None:
    for _ in range(6):
        office.writes(AUTHOR, COURT)
    office.writes(STAFF, "/held")
    page = office.last(STAFF, containing="先由工作人员看的民情")
    assert "第 1–4 条，共 6 条" in page.text
    office.presses(STAFF, page, "下一页")
    assert "#5" in page.text
    office.presses(STAFF, page, "#5 放行")

    assert deputy_of(office, 5) is not None
    assert not office.case(5).held
    assert "民情 #5 已放行" in office.toasts[-1]
    assert "#5" not in page.text, "the list shows what still waits"
    assert "#6" in page.text
    office.presses(STAFF, page, "误报")
    assert "第 1–4 条" not in page.text, "no empty page stays behind"
    assert [label for label in page.buttons if "放行" in label] == [f"🔓 #{number} 放行" for number in (1, 2, 3, 4)]
    office.presses_data(STAFF, "held:0:redirect:1", page)
    assert office.case(1).held, "that one asks"
    office.writes(STAFF, "/release 5")
    assert "#5" in office.told(STAFF)
    assert "现在不能" in office.told(STAFF) or "只能" in office.told(STAFF) or "可以" in office.told(STAFF)


def test_redirecting_declines_with_the_channel_as_reason(office: Office) -> None:
    """The sentence is ready; staff may add words of their own."""
    office.writes(AUTHOR, COURT)
    office.writes(STAFF, "/redirect 1 请带上判决书")
    assert office.case(1).held
    office.presses(STAFF, office.last(STAFF, containing="不由代表办，告诉群众该找谁"), "确认")

    case = office.case(1)
    assert case.outcome is Outcome.DECLINED
    told = office.told(AUTHOR)
    assert "12368" in told
    assert "请带上判决书" in told
    assert not case.held
    assert findings(office) == [("litigation", "right")]


def test_the_words_added_to_a_redirection_can_be_changed(office: Office) -> None:
    """What was typed comes back below a question, and the constituent reads what stands there in the end."""
    office.writes(AUTHOR, COURT)
    office.writes(STAFF, "/redirect 1 请带上判决")
    office.presses(STAFF, office.last(STAFF, containing="不由代表办，告诉群众该找谁"), "修改")
    assert "还要对群众说什么" in office.told(STAFF)
    assert "请带上判决" in office.told(STAFF)
    office.writes(STAFF, "请带上判决书")
    office.presses(STAFF, office.last(STAFF, containing="不由代表办，告诉群众该找谁"), "确认")
    assert "请带上判决书" in office.told(AUTHOR)


def test_redirecting_by_button_shows_what_will_be_said(office: Office) -> None:
    office.writes(AUTHOR, ACCUSATION)
    office.presses(STAFF, office.last(STAFF, containing="等工作人员看"), "告知渠道")
    asked = office.last(STAFF, containing="不由代表办，告诉群众该找谁")
    assert "12388" in asked.text
    office.presses(STAFF, asked, "确认")

    assert office.case(1).outcome is Outcome.DECLINED
    assert "12388" in office.told(AUTHOR)


def test_a_false_alarm_goes_its_way_and_counts(office: Office) -> None:
    """The group may read the words again, and staff see which rule was wrong."""
    office.writes(AUTHOR, f"/report {COURT}", group=GROUP)
    office.presses(STAFF, office.last(STAFF, containing="等工作人员看"), "误报")

    assert deputy_of(office) is not None
    assert "判了我赢" in office.chats[GROUP][0].text
    assert findings(office) == [("litigation", "false_alarm")]
    office.writes(STAFF, "/held")
    office.presses(STAFF, office.last(STAFF, containing="现在没有等着看"), "规则准不准")
    assert "打官司：1 次，误报 1" in office.told(STAFF)


def test_a_false_alarm_of_an_emergency_counts(office: Office) -> None:
    office.writes(AUTHOR, EMERGENCY)
    office.writes(STAFF, "/falsealarm 1")

    assert findings(office) == [("emergency", "false_alarm")]
    assert office.case(1).guard is None


def test_a_miss_is_marked_and_from_then_on_treated_like_the_rest(office: Office) -> None:
    """By the deputy or staff, with topic in words or by buttons: the words leave the group, the author is told."""
    office.writes(AUTHOR, f"/report {HARMLESS}", group=GROUP)
    had = deputy_of(office)
    assert had is not None
    office.writes(had, "/missed 1")
    office.presses(had, office.last(had, containing="属于哪一类"), "未成年人")

    assert findings(office) == [("minors", "missed")]
    assert office.case(1).held
    assert "路灯" not in texts(office, GROUP)
    assert "点下面的按钮" in texts(office, GROUP)
    office.writes(AUTHOR, "/start case_1")
    assert "12355" in texts(office, AUTHOR)
    office.writes(STAFF, "/missed 1 minors")
    assert "已经按" in office.told(STAFF)
    office.writes(STAFF, "/held")
    office.presses(STAFF, office.last(STAFF, containing="先由工作人员看的"), "规则准不准")
    assert "漏报 1 次" in office.told(STAFF)


def test_only_staff_of_the_station_release(office: Office) -> None:
    """What is not theirs answers like what does not exist, for buttons and commands alike."""
    elsewhere = office.station("B", "滨河联络站")
    office.roster(Role.STAFF, "孙伟", 22, elsewhere)
    office.writes(AUTHOR, COURT)
    for who in (AUTHOR, DEPUTY, 22):
        for command in ("release", "redirect", "falsealarm"):
            office.presses_data(who, f"do:{command}:1")
        office.presses_data(who, "held:0")
    office.writes(22, "/held")

    assert office.case(1).held
    assert "现在没有等着看" in office.told(22)


def test_a_held_case_can_be_withdrawn_and_needs_no_release_then(office: Office) -> None:
    office.writes(AUTHOR, COURT)
    office.writes(AUTHOR, "/withdraw 1")

    assert not office.case(1).held
    office.writes(STAFF, "/held")
    assert "现在没有等着看" in office.told(STAFF)


def test_everything_is_on_record(office: Office) -> None:
    """Who held, released, marked; the rule stands in the details, words nowhere."""
    office.writes(AUTHOR, ACCUSATION)
    office.writes(STAFF, "/falsealarm 1")

    with office.unit() as uow:
        journal = [(entry.event, str(entry.by)) for entry in uow.journal.of_case(1)]
        details = json.dumps([entry.details for entry in uow.journal.of_case(1)], ensure_ascii=False)
    assert journal == [("opened", "constituent"), ("held", "system"), ("released", "staff")]
    assert "report by name" in details or "corruption" in details or "money" in details
    assert "李国富" not in details


def test_being_forgotten_forgets_whom_one_accused(office: Office) -> None:
    office.writes(AUTHOR, "我要投诉张敏代表，收了开发商的钱")
    with office.unit() as uow:
        person = uow.people.find(AUTHOR)
        assert person is not None
        assert uow.guarded.accused(1)
        assert uow.erasure.everything_of(person)["cases"][0]["guard"] == "accusation"
        uow.erasure.erase(person, office.now)
        assert not uow.guarded.accused(1)
        assert uow.connection.execute(sa.select(sa.func.count()).select_from(held)).scalar_one() == 1


def test_the_caption_of_an_album_that_accuses_who_had_the_closed_case_does_not_reach_them(office: Office) -> None:
    """It was kept waiting, and the case has been closed meanwhile; they keep the case."""
    office.writes(AUTHOR, None, attachments=(Attachment("photo", "f1"),), album="a")
    had = deputy_of(office)
    assert had is not None
    office.writes(had, "/decline 1 看不出是什么")
    assert not office.case(1).open
    before = len(office.chats[had])
    name = {DEPUTY: "张敏", OTHER: "李强"}[had]
    office.writes(AUTHOR, f"举报{name}代表收红包", attachments=(Attachment("photo", "f2"),), album="a")
    office.ticks(timedelta(minutes=1))
    assert deputy_of(office) == had
    assert len(office.chats[had]) == before


def test_a_name_given_after_an_accusation_does_not_reach_who_had_the_closed_case(office: Office) -> None:
    office.writes(AUTHOR, HARMLESS)
    had = deputy_of(office)
    assert had is not None
    office.writes(had, "/decline 1 已经有人在修")
    name = {DEPUTY: "张敏", OTHER: "李强"}[had]
    office.writes(AUTHOR, f"举报{name}代表收红包", answering=office.last(AUTHOR, containing="#1"))
    office.writes(AUTHOR, "/name 1 王小红")
    assert "王小红" not in texts(office, had)


@pytest.mark.parametrize("release", [False, True])
def test_what_accuses_a_deputy_is_not_merged_into_a_case_they_have(office: Office, *, release: bool) -> None:
    """They would be told its words. Staff read why, and it stays where it is."""
    office.writes(AUTHOR, HARMLESS)
    had = deputy_of(office)
    assert had is not None
    name = {DEPUTY: "张敏", OTHER: "李强"}[had]
    office.writes(NEIGHBOUR, f"举报{name}代表收红包，{HARMLESS}")
    if release:
        office.writes(STAFF, "/release 2")
    office.writes(STAFF, "/merge 2 1")
    assert "红包" not in texts(office, had)
    assert name in office.told(STAFF)
    assert office.case(2).open


# --- what became part of another case ---------------------------------------------------------------------------------

OWNER = 31


@pytest.fixture
def whole(tmp_path: Path) -> Office:
    """Zhang Min has case 1, of which case 2 is a part; this accuses Li Qiang."""
    office = Office(tmp_path, access={"owner_ids": [OWNER]})
    station = office.station()
    office.roster(Role.DEPUTY, "张敏", DEPUTY, station)
    office.roster(Role.DEPUTY, "李强", OTHER, station)
    office.roster(Role.STAFF, "王芳", STAFF, station)
    office.writes(AUTHOR, HARMLESS)
    office.writes(STAFF, "/assign 1 张敏")
    office.writes(NEIGHBOUR, f"举报李强代表收红包，{HARMLESS}")
    office.writes(STAFF, "/release 2")
    office.writes(STAFF, "/merge 2 1")
    assert not office.case(2).open
    return office


def _leave(office: Office) -> None:
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-25 李强")
    office.presses(DEPUTY, office.last(DEPUTY), "手上的")


def _handover(office: Office) -> None:
    office.writes(OWNER, "/handover 张敏 李强")
    office.presses(OWNER, office.last(OWNER), "确认")


def _release(office: Office) -> None:
    office.writes(AUTHOR, "举报张敏代表收红包", answering=office.last(AUTHOR, containing="#1"))
    office.writes(STAFF, "/release 1")


def _reopen(office: Office) -> None:
    office.writes(DEPUTY, "/decline 1 不属于代表职责")
    office.writes(STAFF, "/reopen 1 再看看")
    office.writes(STAFF, "/assign 1 李强")


GIVEN: dict[str, Callable[[Office], object]] = {
    "assign": lambda office: office.writes(STAFF, "/assign 1 李强"),
    "transfer": lambda office: office.writes(DEPUTY, "/transfer 1 李强 他熟悉"),
    "leave": _leave,
    "handover": _handover,
    "reopen": _reopen,
    "release": _release,
}


@pytest.mark.parametrize("how", GIVEN)
def test_whom_a_part_accuses_does_not_get_the_whole(whole: Office, how: str) -> None:
    """However it changes hands."""
    GIVEN[how](whole)
    assert deputy_of(whole) != OTHER
    assert not any("#1" in sent.text and sent.outgoing.case == 1 for sent in whole.chats[OTHER])
    whole.writes(STAFF, "/split 2")
    GIVEN["assign"](whole)
    assert deputy_of(whole) == OTHER, "it accuses them no more"


def test_what_was_lent_does_not_come_back_to_whom_a_part_accuses_since(office: Office) -> None:
    """Zhang Min is away, Li Qiang has the case meanwhile, and what accuses Zhang Min is merged into it."""
    office.writes(AUTHOR, HARMLESS)
    office.writes(STAFF, "/assign 1 张敏")
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-25 李强")
    office.presses(DEPUTY, office.last(DEPUTY), "手上的")
    assert deputy_of(office) == OTHER
    office.writes(NEIGHBOUR, f"举报张敏代表收红包，{HARMLESS}")
    office.writes(STAFF, "/release 2")
    office.writes(STAFF, "/merge 2 1")
    before = len(office.chats[DEPUTY])
    office.ticks(timedelta(days=3))
    assert deputy_of(office) != DEPUTY
    assert not any("红包" in sent.text or sent.outgoing.case == 1 for sent in office.chats[DEPUTY][before:])


@pytest.mark.parametrize("released", [False, True])
def test_a_part_whose_words_accuse_who_had_it_is_neither_read_nor_had_by_them(
    office: Office, *, released: bool
) -> None:
    """They are edited while the case is part of another one; who had it kept the closed part to read."""
    office.writes(AUTHOR, HARMLESS)
    said = office.writes(NEIGHBOUR, "3号楼的垃圾没人收")
    office.writes(STAFF, "/assign 1 张敏")
    office.writes(STAFF, "/assign 2 李强")
    office.writes(STAFF, "/merge 2 1")
    office.writes(NEIGHBOUR, "举报李强代表收红包", message_id=said, edit=True)
    assert office.case(1).held
    office.writes(OTHER, "/case 2")
    if released:
        office.writes(STAFF, "/release 1")
        assert deputy_of(office, 1) == DEPUTY
    office.writes(STAFF, "/split 2")
    assert office.case(2).held is not released
    assert deputy_of(office, 2) != OTHER
    assert "红包" not in texts(office, OTHER)
    office.writes(STAFF, "/assign 2 李强")
    assert deputy_of(office, 2) != OTHER


def test_what_staff_find_in_a_part_takes_the_whole_from_whom_it_accuses(office: Office) -> None:
    """The guard had missed it."""
    office.writes(AUTHOR, HARMLESS)
    office.writes(NEIGHBOUR, "张敏代表家的人占了3号楼的车位")
    office.writes(STAFF, "/assign 1 张敏")
    office.writes(STAFF, "/merge 2 1")
    assert deputy_of(office, 1) == DEPUTY
    office.writes(STAFF, "/missed 2 accusation")
    assert findings(office, 2)
    assert deputy_of(office, 1) != DEPUTY
    assert office.case(1).held


@pytest.mark.parametrize("later", ["", "陈静代表收了开发商的钱"], ids=["at once", "added"])
def test_an_accusation_does_not_reach_whom_it_names_by_a_change_of_station(office: Office, later: str) -> None:
    """The first station knew nobody of that name: it is looked at again for the one its author chooses, whose staff
    read it first.
    """
    river = office.station("B", "滨河联络站")
    office.roster(Role.DEPUTY, "陈静", 71, river)
    office.roster(Role.STAFF, "孙伟", 72, river)
    office.writes(AUTHOR, HARMLESS)
    office.presses(AUTHOR, office.last(AUTHOR, containing="住在哪个联络站附近"), "阳光联络站")
    opening = HARMLESS if later else "我要投诉陈静代表，收了开发商的钱"
    office.writes(AUTHOR, f"{opening}，第二次说了")
    receipt = office.last(AUTHOR, containing="已收到，民情 #2")
    if later:
        office.writes(AUTHOR, later, answering=receipt)
    office.presses(AUTHOR, receipt, "换联络站")
    office.presses(AUTHOR, office.last(AUTHOR), "滨河联络站")
    assert office.case(2).held
    assert deputy_of(office, 2) is None
    assert "12388" in office.told(AUTHOR)
    assert "民情 #2" in texts(office, 72)
    assert not office.chats[71]

    office.writes(72, "/release 2")
    assert deputy_of(office, 2) is None
    office.writes(72, "/assign 2 陈静")
    assert "不能交给本人" in office.told(72)


@pytest.mark.parametrize("found", ["by the guard", "by staff"])
def test_of_what_was_said_in_private_it_is_not_said_that_it_leaves_a_group(office: Office, found: str) -> None:
    """Nothing of it ever stood in one; its author reads which case it is about."""
    office.writes(AUTHOR, HARMLESS)
    if found == "by staff":
        office.writes(STAFF, "/missed 1 accusation")
    else:
        office.writes(AUTHOR, "局长贪污受贿", answering=office.last(AUTHOR, containing="#1"))
    advice = office.last(AUTHOR, containing="12388").text
    assert "转到私聊" not in advice
    assert "关于 <b>民情 #1</b>" in advice
