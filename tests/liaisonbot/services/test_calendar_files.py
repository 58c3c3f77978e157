"""Days off and make-up days that the office enters itself, in a file that is read again when it changes."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from liaisonbot.errors import ImportRefused
from liaisonbot.services import calendar_files
from liaisonbot.services.calendar_files import EnteredDays

GOOD = "日期,安排,说明,登记人\n2027-02-06,放假,春节,王芳\n2027-02-20,上班,调休,王芳\n"


def test_both_languages_and_who_entered_it(tmp_path: Path) -> None:
    """Headings and kinds in Chinese or English; each day says who entered it."""
    file = tmp_path / "calendar.csv"
    file.write_text(GOOD, "utf-8")
    off, work = calendar_files.read(file)
    assert (off.date, off.kind, off.note, off.by) == (date(2027, 2, 6), False, "春节", "王芳")
    assert work.kind
    file.write_text("date,kind,by\n2027-02-06,off,Wang\n", "utf-8")
    assert calendar_files.read(file)[0].date == date(2027, 2, 6)


def test_every_problem_has_its_row_and_column(tmp_path: Path) -> None:
    """All of them at once."""
    file = tmp_path / "calendar.csv"
    file.write_text("date,kind,by\nsoon,off,Wang\n2027-02-06,maybe,\n2027-02-07,off,W\n2027-02-07,work,W\n", "utf-8")
    with pytest.raises(ImportRefused) as refused:
        calendar_files.read(file)
    for problem in ("row 2, column date", "row 3, column kind", "row 3, column by: is empty", "row 5, column date"):
        assert problem in str(refused.value.problems)


def test_it_is_read_again_when_it_changes_and_a_bad_one_changes_nothing(tmp_path: Path) -> None:
    """Neither a release nor a restart; what was read before holds while the file is broken or gone."""
    file = tmp_path / "calendar.csv"
    entered = EnteredDays(file)
    assert entered.days() == frozenset()
    file.write_text(GOOD, "utf-8")
    days = entered.days()
    assert days == {(date(2027, 2, 6), False), (date(2027, 2, 20), True)}
    file.write_text("nonsense", "utf-8")
    os.utime(file, (1, 1))
    assert entered.days() == days
    file.unlink()
    assert entered.days() == days
    assert EnteredDays(None).days() == frozenset()
