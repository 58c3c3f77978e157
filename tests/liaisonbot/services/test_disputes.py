"""Disputes: both sides consent, sit down together, and agree in writing; nothing of it is said in a group."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from docx import Document

from liaisonbot import reports
from liaisonbot.outgoing import Send, StoredFile
from liaisonbot.reports import agreements
from liaisonbot.texts import catalogue
from storage import schema
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import GROUP, Office, Sent

TERMS = "一、赵大十二月十日前拆掉雨棚。\n二、双方不再为此争吵。"


def disputed(office: Office, *, group: int | None = None) -> None:
    """Case 1: a dispute that its deputy has accepted."""
    office.writes(ALICE, "/report 楼上邻居的雨棚往我家滴水" if group else "楼上邻居的雨棚往我家滴水", group=group)
    office.writes(DEPUTY, "/accept 1")
    with office.unit() as uow:
        uow.cases.update(1, kind="dispute")


def consented(office: Office) -> None:
    office.writes(DEPUTY, "/party 1 赵大")
    office.presses(ALICE, office.last(ALICE, containing="愿意调解吗"), "✅ 同意调解")
    office.writes(DEPUTY, "/dispute 1")
    office.presses(DEPUTY, office.last(DEPUTY, containing="纠纷调解</b>"), "赵大同意")


def agrees(office: Office) -> None:
    """The agreement is written out, read once more, and sent."""
    office.writes(DEPUTY, f"/agreement 1 {TERMS}")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")


def document(office: Office, who: int) -> Sent:
    return next(sent for sent in reversed(office.chats[who]) if sent.outgoing.kind is Send.DOCUMENT)


def file_of(sent: Sent) -> StoredFile:
    """As it was sent: made from what was kept."""
    assert sent.outgoing.content is not None
    return reports.made(sent.outgoing.content, catalogue(sent.outgoing.language, "Asia/Shanghai"))


def words_of(sent: Sent) -> str:
    paper = Document(io.BytesIO(file_of(sent).content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def test_consent_session_agreement(office: Office) -> None:
    """The whole way: the other side is named, both consent, a session is held, the agreement reaches both."""
    disputed(office)
    office.writes(DEPUTY, "/party 1 赵大")
    assert "另一方 赵大：⏳ 还没有同意" in office.told(DEPUTY)
    question = office.last(ALICE, containing="愿意调解吗")
    office.presses(ALICE, question, "✅ 同意调解")
    assert "您已同意调解" in question.text
    assert "群众同意调解" in office.told(DEPUTY)
    office.presses(DEPUTY, office.last(DEPUTY), "纠纷调解")
    overview = office.last(DEPUTY)
    office.presses(DEPUTY, overview, "赵大同意")
    assert "另一方 赵大：✅ 11月23日" in overview.text
    office.writes(DEPUTY, "/session 1 2026-11-23 社区会议室 | 小林、赵大、张三 | 赵大答应看雨棚")
    assert "调解 1 次" in office.told(DEPUTY)
    assert "社区会议室" in office.told(DEPUTY)
    agrees(office)
    for who in (ALICE, DEPUTY):
        agreed = office.last(who, containing="调解协议书</b>")
        assert "当事人：赵大" in agreed.text
        assert "拆掉雨棚" in agreed.text
        paper = words_of(document(office, who))
        assert "调解协议书" in paper
        assert "乙方：赵大（2026年11月23日同意调解）" in paper
        assert "达成协议日期：2026年11月23日" in paper
        assert "甲方：＿＿＿＿＿＿，民情 #1 的反映人" in paper, "whoever gave no name writes it there"
        assert "二、双方不再为此争吵。" in paper
        assert paper.count("签名：") == 3
    with office.unit() as uow:
        events = [entry.event for entry in uow.journal.of_case(1)]
    assert events[2:] == ["party_named", "consent_asked", "consented", "other_consented", "session_held", "agreed"]
    office.writes(DEPUTY, "/case 1")
    assert office.last(DEPUTY).button("纠纷调解") == "do:dispute:1"


def test_by_buttons_and_questions(office: Office) -> None:
    """Everything is asked for, one question at a time; the agreement is shown once more before it goes out."""
    disputed(office)
    consented(office)
    office.writes(DEPUTY, "/dispute 1")
    office.presses(DEPUTY, office.last(DEPUTY), "记录调解")
    office.presses(DEPUTY, office.last(DEPUTY), "11月23日")
    office.writes(DEPUTY, "社区会议室")
    office.writes(DEPUTY, "双方和张三 | 还有居委会")
    office.writes(DEPUTY, "谈成了")
    overview = office.last(DEPUTY)
    assert "双方和张三 | 还有居委会" in overview.text
    office.presses(DEPUTY, overview, "写协议")
    office.writes(DEPUTY, TERMS)
    preview = office.last(DEPUTY)
    assert "拆掉雨棚" in preview.text
    assert not any(sent.outgoing.kind is Send.DOCUMENT for sent in office.chats[ALICE])
    office.presses(DEPUTY, preview, "确认")
    assert "拆掉雨棚" in words_of(document(office, ALICE))


@pytest.mark.parametrize("what", ["/session 1 2026-11-23 会议室 | 双方 | 谈了", f"/agreement 1 {TERMS}"])
def test_without_the_consent_of_both_sides_there_is_no_mediation(office: Office, what: str) -> None:
    """The refusal says who is missing; what was given can be taken back."""
    disputed(office)
    office.writes(DEPUTY, what)
    assert "要双方都同意" in office.told(DEPUTY)
    assert "还没有登记" in office.told(DEPUTY)
    office.writes(DEPUTY, "/party 1 赵大")
    office.writes(DEPUTY, what)
    assert "赵大：⏳ 还没有同意" in office.told(DEPUTY)
    consent = office.last(ALICE, containing="愿意调解吗")
    office.presses(ALICE, consent, "✅ 同意调解")
    office.writes(DEPUTY, "/dispute 1")
    office.presses(DEPUTY, office.last(DEPUTY), "赵大同意")
    office.presses(ALICE, consent, "不同意调解")
    assert "群众不同意调解" in office.told(DEPUTY)
    office.writes(DEPUTY, what)
    assert "要双方都同意" in office.told(DEPUTY)
    assert "🚫" in office.told(DEPUTY)
    with office.unit() as uow:
        assert uow.disputes.sessions(1) == []
        assert uow.disputes.agreement(1) is None


def test_only_the_two_sides_decide_and_only_the_office_keeps_the_record(office: Office) -> None:
    """A constituent cannot consent for the other side, nor anybody else for them; strangers learn nothing."""
    disputed(office)
    office.writes(DEPUTY, "/party 1 赵大")
    with office.unit() as uow:
        own, other = uow.disputes.parties(1)
    office.presses_data(ALICE, f"consent:{other.id}:1")
    office.presses_data(BOB, f"consent:{own.id}:1")
    office.presses_data(DEPUTY, f"consent:{own.id}:1")
    for data in ("consent:99:1", "consent:x:1", "consent:1:7", "consent:copy:1"):
        office.presses_data(BOB, data)
    with office.unit() as uow:
        assert [party.consents for party in uow.disputes.parties(1)] == [None, None]
    for who in (ALICE, BOB, OTHER_DEPUTY):
        office.writes(who, "/dispute 1")
        assert "赵大" not in office.told(who)
    office.writes(STAFF, "/dispute 1")
    assert "赵大" in office.told(STAFF)


def test_a_dispute_is_never_spoken_of_in_a_group(office: Office) -> None:
    """Whoever has not opened the private chat is not asked at all; the deputy hears why."""
    disputed(office, group=GROUP)
    said = len(office.chats[GROUP])
    office.writes(DEPUTY, "/party 1 赵大")
    office.presses(DEPUTY, office.last(DEPUTY), "请群众确认")
    assert "还没有打开和机器人的私聊" in office.toasts[-1]
    assert len(office.chats[GROUP]) == said
    office.writes(ALICE, "/start")
    office.presses(DEPUTY, office.last(DEPUTY), "请群众确认")
    office.presses(ALICE, office.last(ALICE, containing="愿意调解吗"), "✅ 同意调解")
    office.presses(DEPUTY, office.last(DEPUTY, containing="纠纷调解</b>"), "赵大同意")
    office.writes(DEPUTY, "/session 1 2026-11-23 会议室 | 双方 | 谈成了")
    agrees(office)
    assert document(office, ALICE)
    assert not any("赵大" in sent.text or "雨棚拆" in sent.text for sent in office.chats[GROUP])


def test_a_case_of_another_kind_is_no_dispute(office: Office) -> None:
    """The refusal says what to do if it is one."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/accept 1")
    for words in ("/dispute 1", "/party 1 赵大", "/session 1 2026-11-23 会议室 | 双方 | 谈了", "/session 1"):
        office.writes(DEPUTY, words)
        assert "不是纠纷" in office.told(DEPUTY), words
    assert not any("纠纷调解" in label for label in office.last(DEPUTY, containing="路灯").buttons)


def test_a_session_lies_in_the_past(office: Office) -> None:
    """Nobody records what has not been."""
    disputed(office)
    consented(office)
    office.writes(DEPUTY, "/session 1 2026-11-25 会议室 | 双方 | 谈了")
    assert "还没有到" in office.told(DEPUTY)


def test_the_document_is_in_each_readers_language(office: Office) -> None:
    """English for those who read English, with fonts named for Chinese characters too."""
    disputed(office)
    consented(office)
    office.writes(ALICE, "/language en")
    agrees(office)
    english = document(office, ALICE)
    assert file_of(english).name == "agreement-1.docx"
    assert "Mediation agreement" in words_of(english)
    assert "拆掉雨棚" in words_of(english)
    with ZipFile(io.BytesIO(file_of(english).content)) as packed:
        styles = packed.read("word/styles.xml").decode()
    assert 'w:eastAsia="SimSun"' in styles
    office.writes(DEPUTY, "/dispute 1")
    office.presses(DEPUTY, office.last(DEPUTY), "再发一份协议")
    assert "调解协议书" in words_of(document(office, DEPUTY))


def test_both_sides_are_forgotten_together(office: Office) -> None:
    """The other side's name, the sessions and the terms go with the constituent's words, and so does the file."""
    disputed(office)
    consented(office)
    office.writes(DEPUTY, "/session 1 2026-11-23 社区会议室 | 赵大、张三 | 赵大答应看雨棚")
    agrees(office)
    with office.unit() as uow:
        alice = uow.people.find(ALICE)
        assert alice is not None
        given = json.dumps(uow.erasure.everything_of(alice), ensure_ascii=False)
        assert "拆掉雨棚" in given
        uow.erasure.erase(alice, office.now)
        kept = [
            str(tuple(row))
            for table in (schema.dispute_parties, schema.dispute_sessions, schema.dispute_agreements, schema.files)
            for row in uow.connection.execute(sa.select(table))
        ]
    assert kept
    assert not any(word in row for row in kept for word in ("赵大", "雨棚", "社区会议室"))
    office.writes(DEPUTY, "/dispute 1")
    assert "赵大" not in office.told(DEPUTY)


def test_a_file_is_let_go_once_everybody_has_it(office: Office) -> None:
    """A day later, and not before whoever waits for it has it."""
    disputed(office)
    consented(office)
    agrees(office)
    office.ticks()
    with office.unit() as uow:
        assert uow.files.get(1) is not None
        office_row = uow.outbox.add(document(office, DEPUTY).outgoing, office.now)
        assert office_row
        assert uow.files.purge(office.now + timedelta(days=9)) == 0
        uow.outbox.drop_for(DEPUTY)
        assert uow.files.purge(office.now + timedelta(days=9)) == 1


def test_each_step_towards_consent_is_in_the_timeline(office: Office) -> None:
    """Who, when, what; the other side's name is read by those who work on the case, and goes with its words."""
    disputed(office)
    consented(office)
    office.presses(ALICE, office.last(ALICE, containing="您已同意调解"), "不同意调解")
    office.writes(STAFF, "/case 1")
    shown = office.told(STAFF)
    assert "登记了另一方（代表）：赵大" in shown
    assert "询问群众是否同意调解（代表）" in shown
    assert "10:00 同意调解（群众）" in shown
    assert "另一方同意调解（代表）：赵大" in shown
    assert "不同意调解（群众）" in shown
    office.writes(ALICE, "/case 1")
    assert "登记了另一方" in office.told(ALICE)
    assert "赵大" not in office.told(ALICE)


def test_the_unit_of_work_makes_no_document(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it: it is made when its turn comes, from what was kept, in each reader's language."""
    disputed(office)
    consented(office)
    made: list[int] = []
    document_of = agreements.document
    monkeypatch.setattr(agreements, "document", lambda *given: made.append(1) or document_of(*given))
    office.writes(DEPUTY, f"/agreement 1 {TERMS}")
    office.cut_off = True
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert made == []
    office.cut_off = False
    office.ticks()
    assert len(made) == 2
