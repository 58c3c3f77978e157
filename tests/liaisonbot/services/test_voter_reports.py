"""/shuzhi: drawn from the record, edited by the deputy, published and judged in the groups, told on the spot."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

import pytest
from docx import Document

from liaisonbot import reports
from liaisonbot.duty import EntryState
from liaisonbot.errors import RecipientGone
from liaisonbot.model import Group
from liaisonbot.outgoing import Send
from liaisonbot.polls import PollState
from liaisonbot.projects import ProjectEvent
from liaisonbot.receptions import BookingState, Reception, ReceptionState
from liaisonbot.reports import charts
from liaisonbot.texts import catalogue
from liaisonbot.vocabulary import Role
from liaisonbot.voter_reports import ReportState, VoterReport, joined, paragraphs
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.numbers import numbers
from tests.support.office import GROUP, Office, Sent

LINE = "/shuzhi 张三 2026-01-01 2026-11-23"


def report(office: Office) -> VoterReport | None:
    with office.unit() as uow:
        return uow.voter_reports.get(1)


def drawn(office: Office) -> Sent:
    """Staff had it drawn; what the deputy got."""
    office.writes(DEPUTY, "/start")
    office.writes(STAFF, LINE)
    return office.last(DEPUTY, containing="起草好了")


def ready(office: Office) -> Sent:
    """The deputy says it is ready; what staff got."""
    office.presses(DEPUTY, drawn(office), "改好了")
    return office.last(STAFF, containing="改好了")


def control(office: Office) -> Sent:
    office.presses(STAFF, ready(office), "预览并发布")
    return office.last(STAFF, containing="才会发出")


def published(office: Office) -> Sent:
    """What the group votes in."""
    office.presses(STAFF, control(office), "确认")
    return next(sent for sent in reversed(office.chats[GROUP]) if sent.outgoing.kind is Send.POLL)


def a_full_record(office: Office) -> None:
    """Two cases, one of them resolved and judged; three entries; a reception day with a visitor."""
    for words in ("人民路12号井盖坏了", "路灯也不亮"):
        office.writes(ALICE, words)
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/reply 1 A 已经换了新的井盖")
    office.presses_data(ALICE, "rate:1:attitude:3")
    office.presses_data(ALICE, "rate:1:result:3")
    for line in ("/duty 走访 2026-11-20 三户", "/duty 走访 2026-11-21 两户", "/duty 调解纠纷 2026-11-21 邻里"):
        office.writes(DEPUTY, line)
    with office.unit() as uow:
        (deputy,) = (entry for entry in uow.roster.deputies() if entry.name == "张三")
        alice = uow.people.find(ALICE)
        assert alice is not None
        day = Reception(
            0,
            None,
            1,
            date(2026, 11, 20),
            time(9),
            time(11),
            "二楼",
            30,
            (deputy.id,),
            ReceptionState.HELD,
            "",
            office.now,
        )
        made = uow.receptions.add(day)
        assert made is not None
        uow.receptions.book(
            made.id, time(9), alice.id, subject="漏水", entered_by=None, now=office.now, state=BookingState.HEARD
        )


# --- drawn ------------------------------------------------------------------------------------------------------------


def test_it_is_drawn_from_the_record_in_numbers_only(office: Office) -> None:
    """Cases by outcome and satisfaction, entries by type and role, reception days; no constituent's words."""
    a_full_record(office)
    yours = drawn(office)
    for words in (
        "2026年1月1日",
        "民情 2 件，至今办结 1 件（",
        "还在办 1 件",
        "满意 1",
        "走访 2、调解纠纷 1",
        "联络员 2、调解员 1",
        "接待日 1 次",
        "共接待 1 人次",
    ):
        assert words in yours.text, words
    assert "✅" not in yours.text.partition("\n")[2]
    for words in ("井盖", "路灯", "漏水", "三户"):
        assert words not in yours.text
    assert "已起草" in office.last(STAFF).text


def supervised(office: Office, deputy: str, *lines: tuple[str, ProjectEvent, bool]) -> None:
    """A project, and on which day what happened to it; True: that deputy is in its supervision group from then on."""
    with office.unit() as uow:
        (own,) = (entry for entry in uow.roster.deputies() if entry.name == deputy)
        project = uow.projects.propose(
            title="加装电梯",
            text="六层楼没有电梯",
            station_id=1,
            category="municipal_facilities",
            person_id=None,
            by=Role.STAFF,
            cycle_id=None,
            now=office.now,
        )
        for day, event, member in lines:
            uow.projects.record(
                project.number,
                event,
                at=datetime.fromisoformat(f"{day}T12:00:00+08:00"),
                by=Role.STAFF,
                person_id=None,
                details={"entries": [own.id] if member else []},
            )


@pytest.mark.parametrize(
    ("lines", "n"),
    [
        ([("2026-03-01", ProjectEvent.SUPERVISORS, True)], 1),
        ([("2025-03-01", ProjectEvent.SUPERVISORS, True)], 1),
        ([("2026-07-01", ProjectEvent.SUPERVISORS, True)], 0),
        ([("2025-03-01", ProjectEvent.SUPERVISORS, True), ("2025-12-31", ProjectEvent.SUPERVISORS, False)], 0),
        ([("2025-03-01", ProjectEvent.SUPERVISORS, True), ("2026-01-01", ProjectEvent.SUPERVISORS, False)], 1),
        ([("2025-03-01", ProjectEvent.SUPERVISORS, True), ("2025-11-01", ProjectEvent.CARRIED_OUT, False)], 0),
        ([("2025-03-01", ProjectEvent.SUPERVISORS, True), ("2026-05-01", ProjectEvent.CARRIED_OUT, False)], 1),
        ([("2025-03-01", ProjectEvent.SUPERVISORS, False)], 0),
    ],
)
def test_projects_are_those_supervised_in_its_days(
    office: Office, lines: list[tuple[str, ProjectEvent, bool]], n: int
) -> None:
    """Not those supervised now: a group is left, handed over, and ends with its project."""
    supervised(office, "张三", *lines)
    office.writes(DEPUTY, "/start")
    office.writes(STAFF, "/shuzhi 张三 2026-01-01 2026-06-30")
    text = office.last(DEPUTY, containing="起草好了").text
    assert (f"监督项目 {n} 个" in text) is bool(n)


def test_staff_read_which_figures_may_still_change(office: Office) -> None:
    """Entries that wait for them; the deputy and the voters are spared that."""
    a_full_record(office)
    yours = drawn(office)
    assert "3 条履职登记还没有确认" in office.told(STAFF)
    assert "确认，见" not in yours.text


def test_an_empty_record_reads_well(office: Office) -> None:
    """Nothing is said of nought."""
    text = drawn(office).text
    assert "没有收到民情" in text
    assert "没有登记履职活动" in text
    assert "0" not in numbers(text)


def test_typed_alone_it_asks_with_buttons(office: Office) -> None:
    """Whose, then this year, last year."""
    office.writes(STAFF, "/shuzhi")
    office.presses(STAFF, office.last(STAFF), "张三")
    asked = office.last(STAFF)
    assert [label[:2] for label in asked.buttons][:2] == ["今年", "去年"]
    office.presses(STAFF, asked, "去年")
    found = report(office)
    assert found is not None
    assert (found.first, found.last) == (date(2025, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-11-23"),
        ("今年", "2026-01-01", "2026-11-23"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("2025年3月1日 到 2025年6月30日", "2025-03-01", "2025-06-30"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("本届", "2026-01-01", "2026-11-23"),
        ("2026-01-01 to 2026-06-30", "2026-01-01", "2026-06-30"),
        ("from 1 Jan 2026 to 30 June 2026", "2026-01-01", "2026-06-30"),
        ("2026.1.1-2026.6.30", "2026-01-01", "2026-06-30"),
        ("从2025年1月1日到6月30日", "2025-01-01", "2025-06-30"),
        ("2026年1月1日至今", "2026-01-01", "2026-11-23"),
        ("2026年1月至2026年6月", "2026-01-01", "2026-06-30"),
        ("2024年到2026年", "2024-01-01", "2026-11-23"),
    ],
)
def test_days_as_people_write_them(office: Office, span: str, first: str, last: str) -> None:
    """A year that goes on ends today."""
    office.writes(STAFF, f"/shuzhi 张三 {span}")
    found = report(office)
    assert found is not None
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/shuzhi 赵云 2026", "没有"),
        ("/shuzhi 张三 上个世纪", "看不出从哪天到哪天"),
        ("/shuzhi 张三 2026-01-01", "看不出从哪天到哪天"),
        ("/shuzhi 张三 2026-02-30 2026-03-01", "看不出从哪天到哪天"),
        ("/shuzhi 张三 2026-06-01 2026-01-01", "还晚"),
        ("/shuzhi 张三 2026-06-01 2027-01-01", "还没到"),
        ("/shuzhi 张三 2027", "还没到"),
        ("/shuzhi 张三 0001-01-01 2026-01-01", "太早了"),
        ("/shuzhi 张三 2026-01-01 2026-06-30 谢谢", "看不出从哪天到哪天"),
    ],
)
def test_bad_input_is_a_sentence(office: Office, line: str, says: str) -> None:
    """Nothing is drawn."""
    office.writes(STAFF, line)
    assert says in office.told(STAFF)
    assert report(office) is None


def test_the_same_days_again_go_on_with_what_there_is(office: Office) -> None:
    """Nobody's edited words are lost by a second line."""
    drawn(office)
    office.writes(STAFF, LINE)
    assert "已经在起草" in office.told(STAFF)
    with office.unit() as uow:
        assert uow.voter_reports.get(2) is None


def test_it_is_for_staff_of_the_deputys_stations(office: Office) -> None:
    """Neither a deputy nor a constituent can have one drawn; another's buttons are nobody's."""
    for who in (ALICE, DEPUTY):
        office.writes(who, LINE)
    assert report(office) is None
    drawn(office)
    for who, data in ((OTHER_DEPUTY, "shuzhi:1:ready"), (DEPUTY, "shuzhi:1:publish"), (STAFF, "shuzhi:1:ready")):
        office.presses_data(who, data)
        assert "没有找到这份述职报告" in office.toasts[-1]


# --- edited -----------------------------------------------------------------------------------------------------------


def test_the_deputy_edits_a_paragraph_adds_one_and_strikes_one(office: Office) -> None:
    """Each with its words; numbers that lead to somebody are hidden."""
    before = drawn(office)
    office.presses(DEPUTY, before, "修改")
    office.presses(DEPUTY, before, "1. ")
    asked = office.last(DEPUTY)
    assert "第 1 段现在是" in asked.text
    office.writes(DEPUTY, "乡亲们好，我是张三，电话 13812345678。")
    assert "已经遮住" in office.told(DEPUTY)
    found = report(office)
    assert found is not None
    assert found.paragraphs[0].startswith("乡亲们好")
    assert "13812345678" not in found.text
    n = len(found.paragraphs)

    office.writes(DEPUTY, f"/reportwords 1 {n + 1} 明年我想把电梯的事办成。")
    office.presses_data(DEPUTY, "shuzhi:1:part:2", before)
    question = office.last(DEPUTY)
    office.presses(DEPUTY, question, "删掉这一段")
    office.presses(DEPUTY, question, "确认")
    found = report(office)
    assert found is not None
    assert len(found.paragraphs) == n
    assert "民情办理" not in found.text
    assert found.paragraphs[-1] == "明年我想把电梯的事办成。"


def test_the_whole_of_it_can_be_written_anew(office: Office) -> None:
    """With empty lines between paragraphs; too long is a sentence."""
    drawn(office)
    office.writes(DEPUTY, "/reportwords 1 0 第一段\n\n第二段")
    assert report(office).paragraphs == ["第一段", "第二段"]  # type: ignore[union-attr]
    office.writes(DEPUTY, "/reportwords 1 0 " + "长" * 3600)
    assert "太长了" in office.told(DEPUTY)
    for line, says in (
        ("9 1 x", "没有找到"),
        ("1 9 x", "没有这一段"),
        ("1 x", "不是第几段"),
        ("x", "不是述职报告的编号"),
    ):
        office.writes(DEPUTY, f"/reportwords {line}")
        assert says in office.told(DEPUTY)
    office.writes(STAFF, "/reportwords 1 1 我来改")
    assert "代表自己改" in office.told(STAFF)


def test_what_the_guard_knows_is_shown_to_who_publishes_it(office: Office) -> None:
    """They decide; nothing hides in the text."""
    drawn(office)
    office.writes(DEPUTY, "/reportwords 1 1 我要举报村主任张伟贪污受贿，收了红包")
    assert "可能涉及" in office.told(DEPUTY)
    office.presses(DEPUTY, office.last(DEPUTY), "改好了")
    office.presses(STAFF, office.last(STAFF, containing="改好了"), "预览并发布")
    assert "可能涉及" in office.last(STAFF, containing="才会发出").text


def test_the_document_opens_and_reads_as_the_report(office: Office) -> None:
    """Title, days, every paragraph; Song type for Chinese."""
    yours = drawn(office)
    office.presses(DEPUTY, yours, "Word")
    file = office.last(DEPUTY, containing="述职报告").outgoing.content
    assert file is not None
    assert file.name == "张三代表述职报告.docx"
    document = Document(io.BytesIO(reports.made(file, catalogue("zh", "Asia/Shanghai")).content))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert round(document.sections[0].page_height.mm) == 297
    assert words[:2] == ["张三代表述职报告", "（2026年1月1日至2026年11月23日）"]
    assert words[2:-3] == "\n".join(report(office).paragraphs).splitlines()  # type: ignore[union-attr]
    assert words[-3:] == ["", "述职人：张三", "2026年11月23日"]
    assert "PAGE" in document.sections[0].footer.paragraphs[0]._p.xml
    assert 'w:eastAsia="SimSun"' in document.styles.element.xml


def test_the_document_is_in_the_language_of_the_report(office: Office) -> None:
    """Whoever asks for it: voters read it, and half of it in English helps nobody."""
    office.writes(STAFF, "/language en")
    drawn(office)
    office.presses(STAFF, office.last(STAFF), "Word document")
    file = office.last(STAFF, containing="Report to voters").outgoing.content
    assert file is not None
    assert file.name == "张三代表述职报告.docx"
    document = Document(io.BytesIO(reports.made(file, catalogue("en", "Asia/Shanghai")).content))
    assert document.paragraphs[1].text == "（2026年1月1日至2026年11月23日）"


def test_words_changed_after_it_was_ready_are_not_published_unread(office: Office) -> None:
    """It is a draft again, and staff hear of it; an old confirmation means the words it stood below."""
    asked = control(office)
    office.writes(DEPUTY, "/reportwords 1 1 换了一种说法")
    assert "又在改" in office.told(STAFF)
    office.presses(STAFF, asked, "确认")
    assert "正在起草" in office.toasts[-1]
    office.presses(DEPUTY, office.last(DEPUTY), "改好了")
    office.presses(STAFF, asked, "确认")
    assert "又改过了" in office.toasts[-1]
    found = report(office)
    assert found is not None
    assert found.state is ReportState.READY


def test_dropping_asks_and_leaves_nothing(office: Office) -> None:
    """The deputy hears of it; its poll is gone as well."""
    asked = control(office)
    office.presses_data(STAFF, "shuzhi:1:drop", asked)
    office.presses(STAFF, asked, "确认")
    assert "已作废" in office.told(DEPUTY)
    assert report(office) is None
    with office.unit() as uow:
        assert uow.polls.in_state(PollState.DRAFT) == []


def test_a_deputy_without_an_account_has_staff_edit_for_them(office: Office) -> None:
    """Staff say that it is ready."""
    with office.unit() as uow:
        uow.roster.save(
            uow.roster.deputies()[0].role,
            "钱六",
            telegram_id=None,
            username=None,
            language="zh",
            station_ids=(1,),
            specialties=(),
            now=office.now,
        )
    office.writes(STAFF, "/shuzhi 钱六 2026")
    office.presses(STAFF, office.last(STAFF), "改好了")
    office.presses(STAFF, office.last(STAFF), "预览并发布")
    office.presses(STAFF, office.last(STAFF, containing="才会发出"), "确认")
    assert any("钱六" in sent.text for sent in office.chats[GROUP])


def test_a_deputy_who_blocked_us_is_not_waited_for(office: Office) -> None:
    """Nor one who never opened our chat: staff edit for them and publish it."""
    office.writes(DEPUTY, "/start")
    with office.unit() as uow:
        uow.people.set_reachable(DEPUTY, False)
    office.writes(STAFF, LINE)
    assert "收不到消息" in office.told(STAFF)
    assert "述职" not in office.told(DEPUTY)
    office.writes(STAFF, "/shuzhi 李四 2026")
    assert "收不到消息" in office.told(STAFF)
    office.presses(STAFF, office.last(STAFF), "改好了")
    office.presses(STAFF, office.last(STAFF), "预览并发布")
    assert "才会发出" in office.told(STAFF)


# --- published, judged ------------------------------------------------------------------------------------------------


def test_the_preview_says_where_and_how(office: Office) -> None:
    """As it will look; groups, span, rule and least; nothing goes out before 确认."""
    asked = control(office)
    for words in ("1 个群", "3 天", "参加人数", "不少于 50 人"):
        assert words in asked.text
    office.presses(STAFF, asked, "⏱")
    assert "7 天" in asked.text
    assert not any("述职" in sent.text for sent in office.chats[GROUP])


def test_groups_can_be_chosen(office: Office) -> None:
    """Only those of the deputy's stations; to none of them is a sentence."""
    office.bind_group(1, -9002)
    asked = control(office)
    assert "2 个群" in asked.text
    office.presses(STAFF, asked, "群")
    office.presses_data(STAFF, f"shuzhi:1:group:{-GROUP}", asked)
    office.presses(STAFF, asked, "返回")
    assert "1 个群" in asked.text
    office.presses_data(STAFF, "shuzhi:1:group:9002", asked)
    office.presses(STAFF, asked, "返回")
    office.presses(STAFF, asked, "确认")
    assert "还没有选群" in office.toasts[-1]
    office.presses_data(STAFF, "shuzhi:1:group:77", asked)
    office.presses_data(STAFF, "shuzhi:1:group:9002", asked)
    office.presses(STAFF, asked, "返回")
    office.presses(STAFF, asked, "确认")
    assert any(sent.outgoing.kind is Send.POLL for sent in office.chats[-9002])
    assert not office.chats[GROUP]


def test_voters_judge_it_and_hear_the_result_on_the_spot(office: Office) -> None:
    """The report, below it the poll with its rule; one reminder; then the verdict with its chart, and the least."""
    for who in (ALICE, BOB):
        office.writes(who, "/start")
    poll = published(office)
    here = [sent.outgoing.kind for sent in office.chats[GROUP]]
    assert here == [Send.TEXT, Send.POLL]
    assert "代表述职：张三" in office.chats[GROUP][0].text
    for words in ("您满意吗", "弃权", "办法：", "不少于 50 人"):
        assert words in poll.text
    assert "已发到 1 个群" in office.last(DEPUTY, containing="评议到").text
    office.votes(ALICE, poll, 0)
    office.votes(BOB, poll, 1)
    for _ in range(4):
        office.ticks(timedelta(hours=19))
    assert len([sent for sent in office.chats[GROUP] if "快结束了" in sent.text]) == 1
    for chat in (GROUP, DEPUTY, STAFF):
        (result,) = (sent for sent in office.chats[chat] if sent.outgoing.kind is Send.PHOTO)
        for words in ("满意度测评结果", "参加 2 人", "结论：<b>满意</b>", "未达到（2 人）", "办法："):
            assert words in result.text, (chat, words)
        assert result.outgoing.content is not None
        assert result.outgoing.content.maker == charts.MAKER
    with office.unit() as uow:
        number = uow.polls.in_state(PollState.CLOSED)[0].number
        found = uow.polls.get(number)
        assert found is not None
        assert found.result is not None
        assert found.result["rule"]["least"] == 50


def test_where_the_report_did_not_arrive_nobody_is_asked_to_judge_it(office: Office) -> None:
    """Staff read which group it was; the other one goes on."""
    office.bind_group(1, -9002)
    office.refuses[-9002] = RecipientGone(-9002)
    published(office)
    assert not office.chats[-9002]
    assert "没送到 1" in office.last(STAFF, containing="通知 1").text
    office.ticks(timedelta(days=4))
    assert not office.chats[-9002]


def test_with_enough_voters_it_says_so(office: Office) -> None:
    """The setting says how many are enough."""
    duty = office.settings.duty.model_copy(update={"report_least_voters": 1})
    office.settings = office.settings.model_copy(update={"duty": duty})
    poll = published(office)
    office.votes(ALICE, poll, 0)
    office.ticks(timedelta(days=4))
    assert "已达到（1 人）" in office.last(GROUP, containing="结果").text


def test_nobody_judged(office: Office) -> None:
    """The deputy and staff hear of it; the groups are spared."""
    published(office)
    office.ticks(timedelta(days=4))
    for chat in (DEPUTY, STAFF):
        assert "没有人评" in office.last(chat, containing="没有结论").text
    assert not any("没有人评" in sent.text for sent in office.chats[GROUP])


def test_staff_can_end_or_cancel_it(office: Office) -> None:
    """From its card, which asks; nobody else's."""
    published(office)
    card = office.last(STAFF, containing="正在测评")
    office.presses_data(OTHER_DEPUTY, "appraisal:1:close-now")
    assert "没有找到" in office.toasts[-1]
    office.presses(STAFF, card, "撤销")
    office.presses(STAFF, card, "确认")
    assert "已撤销" in card.text


def test_who_was_promised_a_result_hears_that_it_was_cancelled(office: Office) -> None:
    """The report itself stays in the group, which staff read before they confirm; no reminder follows."""
    published(office)
    card = office.last(STAFF, containing="正在测评")
    office.presses(STAFF, card, "撤销")
    assert "报告还留在群里" in card.text
    office.presses(STAFF, card, "确认")
    assert "不会有结果" in office.told(DEPUTY)
    office.ticks(timedelta(days=4))
    assert not any("快结束了" in sent.text for sent in office.chats[GROUP])


def taken_back(office: Office) -> Sent:
    """Staff take the announcement back; what they read then."""
    progress = office.last(STAFF, containing="通知 1")
    office.presses(STAFF, progress, "撤回")
    assert "测评也一起撤销" in progress.text
    office.presses(STAFF, progress, "确认")
    assert "已撤回 1" in progress.text
    return office.last(STAFF, containing="从群里撤回了")


def test_a_report_that_is_taken_back_is_not_judged(office: Office) -> None:
    """Its appraisal goes with it, and the deputy hears of both; nothing is counted, reminded or told later."""
    poll = published(office)
    office.votes(ALICE, poll, 0)
    card = office.last(STAFF, containing="正在测评")
    taken_back(office)
    assert not office.chats[GROUP]
    assert "已撤销" in card.text
    assert "不计票" in office.last(DEPUTY, containing="从群里撤回了").text
    for _ in range(4):
        office.ticks(timedelta(hours=24))
    assert not any(words in sent.text for sent in office.chats[GROUP] for words in ("述职", "投票", "测评"))
    assert not any("结论" in sent.text for chat in (STAFF, DEPUTY) for sent in office.chats[chat])
    with office.unit() as uow:
        (deputy,) = (entry for entry in uow.roster.deputies() if entry.name == "张三")
        day = date(2026, 11, 23)
        assert not uow.duty.of_deputy(deputy.id, day, day, states=(EntryState.DRAFT,))


def test_what_was_taken_back_can_be_changed_and_published_again(office: Office) -> None:
    """With an appraisal of its own; the old buttons are answered in words."""
    published(office)
    old_card = office.last(STAFF, containing="正在测评")
    again = taken_back(office)
    office.presses_data(STAFF, "shuzhi:1:publish", again)
    assert "已撤回" in office.toasts[-1]
    office.writes(DEPUTY, "/reportwords 2 1 各位乡亲，上次发错了。")
    office.presses(DEPUTY, office.last(DEPUTY), "改好了")
    office.presses(STAFF, office.last(STAFF, containing="改好了"), "预览并发布")
    office.presses(STAFF, office.last(STAFF, containing="才会发出"), "确认")
    report_, poll = office.chats[GROUP][-2:]
    assert "上次发错了" in report_.text
    assert poll.outgoing.kind is Send.POLL
    office.presses_data(STAFF, "appraisal:1:show", old_card)
    assert "已撤销" in old_card.text
    office.votes(ALICE, poll, 2)
    office.ticks(timedelta(days=4))
    assert "不满意" in office.last(GROUP, containing="结论").text


def test_once_the_result_is_told_only_the_words_are_taken_back(office: Office) -> None:
    """The verdict stands, and staff read that before they confirm."""
    poll = published(office)
    office.votes(ALICE, poll, 0)
    office.presses_data(STAFF, "appraisal:1:close-now")
    progress = office.last(STAFF, containing="通知 1")
    office.presses(STAFF, progress, "撤回")
    assert "结果不变" in progress.text
    office.presses(STAFF, progress, "确认")
    found = report(office)
    assert found is not None
    assert found.state is ReportState.PUBLISHED
    assert "从群里撤回了" not in office.told(DEPUTY)


def test_a_cancelled_appraisal_does_not_keep_the_report_from_being_taken_back(office: Office) -> None:
    """First the one, then the other: it can be published again all the same."""
    published(office)
    office.presses_data(STAFF, "appraisal:1:cancel-now")
    progress = office.last(STAFF, containing="通知 1")
    office.presses(STAFF, progress, "撤回")
    assert "测评也一起撤销" not in progress.text
    office.presses(STAFF, progress, "确认")
    assert "再发布" in office.last(STAFF, containing="从群里撤回了").text


def test_the_same_days_are_not_drawn_twice_by_a_slip(office: Office) -> None:
    """What is published is shown; the deputy is not given another draft of it."""
    published(office)
    before = len(office.chats[DEPUTY])
    office.writes(STAFF, LINE)
    assert "已经发布" in office.told(STAFF)
    assert len(office.chats[DEPUTY]) == before


def test_publishing_is_an_entry_of_the_duty_log(office: Office) -> None:
    """Offered to the deputy as a ready draft of that type."""
    published(office)
    with office.unit() as uow:
        deputy = next(entry for entry in uow.roster.deputies() if entry.name == "张三")
        day = office.desk.today
        (entry,) = uow.duty.of_deputy(deputy.id, day, day, states=(EntryState.DRAFT,))
    assert entry.type == "report"


def test_paragraphs_are_what_empty_lines_divide() -> None:
    """Also lines of blanks; joined they read the same."""
    parts = paragraphs("一\n　\n二\n三\n\n\n\n四\n")
    assert parts == ["一", "二\n三", "四"]
    assert paragraphs(joined(parts)) == parts


def test_who_had_it_drawn_and_has_left_is_not_told_but_who_is_staff_now(office: Office) -> None:
    """Else nobody who can publish it would know that it is ready."""
    yours = drawn(office)
    office.roster(Role.STAFF, "周七", 77, 1)
    with office.unit() as uow:
        (entry,) = uow.roster.of(STAFF, None)
        uow.roster.retire(entry.id, office.now)
    before = len(office.chats[STAFF])
    office.presses(DEPUTY, yours, "改好了")
    assert len(office.chats[STAFF]) == before
    assert office.last(77, containing="改好了").button("预览并发布")


def test_staff_publish_in_the_groups_of_their_own_stations_alone(office: Office) -> None:
    """Whoever had it in hand before: the other station's groups are not theirs to write to, nor to judge in."""
    river = office.station("B", "滨河联络站")
    office.roster(Role.DEPUTY, "张三", DEPUTY, 1, river)
    office.roster(Role.STAFF, "周七", 77, river)
    with office.unit() as uow:
        uow.groups.save(Group(-500, "滨河小区", "supergroup", river, None, present=True))
    assert "阳光小区" in control(office).text
    office.presses_data(77, "shuzhi:1:publish")
    theirs = office.last(77, containing="才会发出")
    assert "滨河小区" in theirs.text
    assert "阳光小区" not in theirs.text
    office.presses(77, theirs, "确认")
    assert office.chats[GROUP] == []
    assert [sent.outgoing.kind for sent in office.chats[-500]] == [Send.TEXT, Send.POLL]
