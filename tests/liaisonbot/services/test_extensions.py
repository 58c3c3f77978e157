"""More time for a case, with the reason told."""

from __future__ import annotations

from datetime import date, timedelta

from liaisonbot.working_days import working_days
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, STAFF
from tests.support.office import Office

DAYS = working_days("Asia/Shanghai")


def last_day(office: Office) -> date:
    return DAYS.last_day(office.case(1).due_at)


def accepted(office: Office) -> None:
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/accept 1")
    assert last_day(office) == date(2026, 12, 7)


def test_the_constituent_reads_until_when_and_why(office: Office) -> None:
    """By the deputy, once; the card counts to the new day."""
    accepted(office)
    office.writes(DEPUTY, "/extend 1 2026-12-18 要等配件")

    assert last_day(office) == date(2026, 12, 18)
    assert "12月18日" in office.told(ALICE)
    assert "要等配件" in office.told(ALICE)
    office.writes(ALICE, "/case 1")
    assert "要等配件" in office.told(ALICE)


def test_a_deputy_extends_once_and_not_too_far(office: Office) -> None:
    """Beyond the preset's maximum, or a second time, staff decide."""
    accepted(office)
    office.writes(DEPUTY, "/extend 1 2027-03-01 很难")
    assert "最晚可以延到 2027年1月4日" in office.told(DEPUTY)
    office.writes(DEPUTY, "/extend 1 2026-12-18 很难")
    office.writes(DEPUTY, "/extend 1 2026-12-25 更难")
    assert "只能延一次" in office.told(DEPUTY)
    assert last_day(office) == date(2026, 12, 18)

    office.writes(STAFF, "/extend 1 2027-03-01 跨年施工")
    assert last_day(office) == date(2027, 3, 1)
    assert "工作人员延长" in office.told(DEPUTY)
    assert "跨年施工" in office.told(ALICE)


def test_an_extension_is_later_than_the_limit(office: Office) -> None:
    """An earlier day would take time away."""
    accepted(office)
    office.writes(DEPUTY, "/extend 1 2026-12-07 同一天")

    assert "更晚" in office.told(DEPUTY)
    assert office.case(1).extended_to is None


def test_an_extended_case_is_not_reminded_of_the_old_limit(office: Office) -> None:
    """Its ladder begins anew with the new day."""
    accepted(office)
    office.writes(DEPUTY, "/extend 1 2026-12-18 要等配件")
    office.ticks(timedelta(days=22))
    assert not [text for text in office.all_texts() if "已到期" in text or "催办：" in text]
    office.ticks(timedelta(days=4))
    assert [text for text in office.all_texts() if "已到期" in text]


def test_what_happens_within_the_stage_keeps_the_extension(office: Office) -> None:
    """A note, another deputy, another category: the constituent was told a day, and it stays."""
    accepted(office)
    office.writes(DEPUTY, "/extend 1 2026-12-18 要等配件")
    office.writes(DEPUTY, "/mediate 1 联系了供电所")
    office.writes(STAFF, "/assign 1 李四")
    office.writes(STAFF, "/sort 1 环境卫生")

    assert last_day(office) == date(2026, 12, 18)


def test_by_dialogue(office: Office) -> None:
    """The button asks for the day, then for the reason."""
    accepted(office)
    office.writes(DEPUTY, "/case 1")
    office.presses(DEPUTY, office.last(DEPUTY), "延期")
    office.writes(DEPUTY, "2026-12-18")
    office.writes(DEPUTY, "要等配件")

    assert last_day(office) == date(2026, 12, 18)
