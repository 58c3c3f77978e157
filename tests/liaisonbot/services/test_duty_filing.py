"""The duty log in one line: read as people write it, refused with the reason, changed and deleted until confirmed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from liaisonbot import duty
from liaisonbot.duty import DutyEntry, EntryEvent, EntryState
from liaisonbot.model import Attachment
from liaisonbot.services import duty_log
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import Office

TODAY = date(2026, 11, 23)
PHOTO = (Attachment("photo", "photo-1"),)


def entries(office: Office) -> list[DutyEntry]:
    """The deputy's, newest first; what the bot offers beside them is not."""
    with office.unit() as uow:
        (deputy,) = [each for each in uow.roster.deputies() if each.telegram_id == DEPUTY]
        return uow.duty.of_deputy(deputy.id, date(2020, 1, 1), date(2030, 1, 1), states=duty_log.STANDING)


def the_entry(office: Office) -> DutyEntry:
    (entry,) = entries(office)
    return entry


@pytest.mark.parametrize(
    ("line", "type_", "day", "text"),
    [
        ("走访 2026-11-20 走访三户困难群众", "visit", date(2026, 11, 20), "走访三户困难群众"),
        ("接待选民 昨天 接待五人", "reception", TODAY - timedelta(days=1), "接待五人"),
        ("调研 11月18日，看了三家企业", "research", date(2026, 11, 18), "看了三家企业"),
        ("Reception of voters yesterday five people came", "reception", TODAY - timedelta(days=1), "five people came"),
        ("visit 20261120 three homes", "visit", date(2026, 11, 20), "three homes"),
        ("走访今天 三户", "visit", TODAY, "三户"),
        ("走访 12月1日 去年的事", None, None, None),
    ],
)
def test_one_line_is_filed(office: Office, line: str, type_: str | None, day: date | None, text: str | None) -> None:
    """Type in either language or by key, the day as people write it; a day that has no year is the last there was."""
    office.writes(DEPUTY, f"/duty {line}")
    if type_ is None:  # last December is too long ago
        assert entries(office) == []
        return
    entry = the_entry(office)
    assert (entry.type, entry.day, entry.text, entry.state) == (type_, day, text, EntryState.FILED)
    assert "登记好了" in office.told(DEPUTY)


def test_without_a_day_it_is_asked_for(office: Office) -> None:
    """Today is the first button; it is never taken in silence, and the entry is shown before it is filed."""
    office.writes(DEPUTY, "/duty 走访 三户困难群众")
    assert entries(office) == []
    asked = office.last(DEPUTY)
    assert next(iter(asked.buttons.values())).endswith(TODAY.isoformat())
    office.presses_data(DEPUTY, next(iter(asked.buttons.values())), asked)
    check = office.last(DEPUTY)
    assert "三户困难群众" in check.text
    assert entries(office) == []
    office.presses(DEPUTY, check, "确认")
    assert (the_entry(office).day, the_entry(office).text) == (TODAY, "三户困难群众")


def test_words_alone_are_words(office: Office) -> None:
    """Whoever writes only what was done is asked what kind it was and when; nothing is typed twice."""
    office.writes(DEPUTY, "/duty 今天去三户困难群众家看了看")
    office.presses(DEPUTY, office.last(DEPUTY), "走访")
    asked = office.last(DEPUTY)
    office.presses_data(DEPUTY, next(iter(asked.buttons.values())), asked)
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert (the_entry(office).type, the_entry(office).text) == ("visit", "今天去三户困难群众家看了看")


def test_a_name_that_is_part_of_the_words_stays_in_them(office: Office) -> None:
    """走访三户 is a visit, and its words are not 三户."""
    office.writes(DEPUTY, "/duty 走访三户困难群众")
    asked = office.last(DEPUTY)
    office.presses_data(DEPUTY, next(iter(asked.buttons.values())), asked)
    assert "走访三户困难群众" in office.told(DEPUTY)


def test_an_unknown_type_before_a_day_is_asked_about(office: Office) -> None:
    """The day and the words are kept."""
    office.writes(DEPUTY, "/duty 巡视 昨天 看了河道")
    asked = office.last(DEPUTY)
    assert "没有「巡视」这个类型" in asked.text
    office.writes(DEPUTY, "巡逻")
    assert "没有「巡逻」这个类型" in office.told(DEPUTY)
    office.writes(DEPUTY, "视察")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    entry = the_entry(office)
    assert (entry.type, entry.day, entry.text) == ("inspection", TODAY - timedelta(days=1), "看了河道")


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-11-24", "还没有到"),
        ("明天", "还没有到"),
        ("2026-09-23", "太久了"),
        ("2026-02-30", "没有"),
        ("2026-1x", "看不出是哪一天"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_the_reason(office: Office, day: str, why: str) -> None:
    """And asked for anew; the words are kept. Sixty days ago is still filed."""
    office.writes(DEPUTY, f"/duty 走访 {day} 三户")
    assert why in office.told(DEPUTY)
    assert entries(office) == []
    office.writes(DEPUTY, day)
    assert why in office.told(DEPUTY), "in answer to the question as well"
    office.writes(DEPUTY, "2026-09-24")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert the_entry(office).day == date(2026, 9, 24)


def test_a_photo_or_a_voice_message_is_enough(office: Office) -> None:
    """The line as its caption; staff see it again where the entry is."""
    office.writes(DEPUTY, "/duty 走访 今天", attachments=PHOTO)
    entry = the_entry(office)
    assert entry.text is None
    assert entry.sources is not None
    assert entry.sources.attachments == PHOTO
    office.presses(DEPUTY, office.last(DEPUTY), "看附件")
    assert office.carried[-1].attachment == PHOTO[0]


def test_an_entry_can_be_changed_until_it_is_confirmed(office: Office) -> None:
    """With everything it says filled in; what was confirmed is not offered to be changed, and an old button says so."""
    office.writes(DEPUTY, "/duty 走访 今天 三户", attachments=PHOTO)
    card = office.last(DEPUTY)
    office.presses(DEPUTY, card, "修改")
    check = office.last(DEPUTY)
    assert "三户" in check.text
    office.presses(DEPUTY, check, "修改")
    office.presses(DEPUTY, office.last(DEPUTY), "类型")
    office.presses(DEPUTY, office.last(DEPUTY), "座谈")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    entry = the_entry(office)
    assert (entry.type, entry.text, entry.state) == ("forum", "三户", EntryState.FILED)
    assert entry.sources is not None, "the photos stay"
    with office.unit() as uow:
        assert [line.event for line in uow.duty.story(entry.id)] == [EntryEvent.FILED, EntryEvent.CHANGED]
        uow.duty.update(entry.id, state=EntryState.CONFIRMED, confirmed_by=Role.STAFF)
    office.presses_data(DEPUTY, f"duty:{entry.id}:change", card)
    assert "已确认" in office.toasts[-1]
    office.presses_data(DEPUTY, f"dropduty:{entry.id}", card)
    assert "已确认" in office.toasts[-1]


def test_what_was_returned_is_filed_again(office: Office) -> None:
    """With its reason in sight; its day may be older by then than one that is filed anew."""
    office.writes(DEPUTY, "/duty 走访 2026-09-24 三户")
    entry = the_entry(office)
    with office.unit() as uow:
        uow.duty.update(entry.id, state=EntryState.RETURNED, reason="哪三户？")
    office.now += timedelta(days=10)
    office.presses_data(DEPUTY, f"duty:{entry.id}:change")
    check = office.last(DEPUTY)
    assert "退回原因：哪三户？" in check.text
    office.presses(DEPUTY, check, "确认")
    again = the_entry(office)
    assert (again.state, again.reason, again.filed_at) == (EntryState.FILED, None, office.now)


def test_deleting_asks_first_and_leaves_a_line(office: Office) -> None:
    """取消 leads back to the card."""
    office.writes(DEPUTY, "/duty 走访 今天 记错了")
    entry, card = the_entry(office), office.last(DEPUTY)
    office.presses(DEPUTY, card, "删除")
    assert entries(office) == [entry]
    office.presses(DEPUTY, card, "取消")
    assert "履职记录" in card.text
    office.presses(DEPUTY, card, "删除")
    office.presses(DEPUTY, card, "确认")
    assert entries(office) == []
    with office.unit() as uow:
        assert uow.duty.story(entry.id)[-1].details["words"] == "记错了"
    office.presses_data(DEPUTY, f"duty:{entry.id}:show", card)
    assert "没有找到" in office.toasts[-1]


def test_an_entry_is_nobody_elses_to_change(office: Office) -> None:
    """Neither another deputy's nor a constituent's; staff read it, and do not change it."""
    office.writes(DEPUTY, "/duty 走访 今天 三户")
    entry = the_entry(office)
    for who, told in ((OTHER_DEPUTY, "没有找到"), (ALICE, "没有找到"), (STAFF, "旧")):
        office.presses_data(who, f"duty:{entry.id}:change")
        assert told in office.toasts[-1] or who == STAFF
        office.presses_data(who, f"dropduty:{entry.id}")
        assert "没有找到" in office.toasts[-1]
    assert the_entry(office) == entry


def test_an_act_is_not_moved_onto_a_day_that_has_it(office: Office) -> None:
    """One entry a deputy, day and origin."""
    with office.unit() as uow:
        (deputy,) = [each for each in uow.roster.deputies() if each.telegram_id == DEPUTY]
        for ago in (0, 1):
            uow.duty.add(
                deputy_id=deputy.id,
                station_id=min(deputy.station_ids),
                type="mediation",
                day=TODAY - timedelta(days=ago),
                state=EntryState.FILED,
                now=office.now,
                origin="case:7",
            )
    today, _ = entries(office)
    office.presses_data(DEPUTY, f"duty:{today.id}:change")
    office.presses(DEPUTY, office.last(DEPUTY), "修改")
    office.presses(DEPUTY, office.last(DEPUTY), "日期")
    office.writes(DEPUTY, "昨天")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert "已经有同一件事" in office.toasts[-1]


def test_types_are_found_at_the_beginning() -> None:
    """The longest name that fits; Latin letters that go on are another word."""
    assert [
        found and (found[0].key, found[1]) for found in map(duty.at_start, ("走访群众 三户", "视察：河道", "visits"))
    ] == [
        ("visit", "三户"),
        ("inspection", "河道"),
        None,
    ]
