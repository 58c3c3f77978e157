"""How the handling units did in a week, and which of them are named in its bulletin."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

from docx import Document
from openpyxl import load_workbook

from liaisonbot.figures import Figures
from liaisonbot.model import Handing
from liaisonbot.reports import bulletins, summary_book
from liaisonbot.summaries import Summary
from liaisonbot.summary_json import as_json
from liaisonbot.summary_words import text
from liaisonbot.texts import catalogue
from liaisonbot.unit_figures import UnitFigure
from tests.support.figures import ZONE, a_fact, at, computed

SAY = catalogue("zh", "Asia/Shanghai")
LAMPS, WATER = (1, "路灯所"), (2, "供水公司")


def handed(case: int, unit: tuple[int, str], on: datetime, due: int, **more: Any) -> Handing:
    return Handing(case, case, unit[0], unit[1], True, on, date(2026, 11, due), **more)


def a_week(**changes: Any) -> Figures:
    """Nine cases are with two units; the lamps do badly."""
    cases = {number: a_fact(number, at(2)) for number in range(1, 10)}
    cases[9] = a_fact(9, at(2), paused_since=at(3))
    handings = [
        handed(1, LAMPS, at(16), 18, finished_at=at(18, 23)),  # late on its last day is in time
        handed(2, LAMPS, at(9), 17, finished_at=at(18, 0)),  # the midnight behind it is not
        handed(3, LAMPS, at(9), 20),  # still there
        handed(4, LAMPS, at(17), 22),  # its day is the window's last
        handed(5, LAMPS, at(17), 18, returned_at=at(19)),  # not theirs, they say
        handed(6, LAMPS, at(9), 10, finished_at=at(12)),  # of the week before
        handed(7, WATER, at(9), 20, finished_at=at(19)),
        handed(8, WATER, at(20), 27),  # has time
        handed(9, LAMPS, at(9), 10),  # waits for the constituent
    ]
    return computed(cases=computed().cases | cases, handings=handings, unit_minimum=90, **changes)


def test_each_case_counts_where_it_stood_at_the_end() -> None:
    water, lamps = sorted(a_week().units, key=lambda unit: -unit.id)

    assert lamps == UnitFigure(1, "路灯所", handed=(1, 4, 5), finished=(1, 2), on_time=(1,), overdue=(3, 4))
    assert water == UnitFigure(2, "供水公司", handed=(8,), finished=(7,), on_time=(7,), overdue=())
    assert (lamps.rate, water.rate) == (0.25, 1.0)


def test_those_below_the_minimum_are_named_in_the_chat_and_in_the_bulletin() -> None:
    figures = a_week()
    document = Document(io.BytesIO(bulletins.document(Summary(figures), SAY)))
    (table,) = [table for table in document.tables if table.rows[0].cells[0].text == "承办单位"]

    assert "按时率低于 90% 的承办单位 1 个：路灯所 25%（共 4 件）" in SAY.plain(text(figures, None))
    assert [[cell.text for cell in row.cells] for row in table.rows[1:]] == [["路灯所", "2", "1", "2", "25%"]]


def test_where_all_are_good_enough_or_no_minimum_is_set_nobody_is_named() -> None:
    for minimum, said in ((25, "都不低于 25%"), (0, None)):
        figures = computed(cases=a_week().cases, handings=[handed(1, LAMPS, at(9), 20)], unit_minimum=minimum)
        good = computed(
            cases=a_week().cases,
            handings=[handed(1, LAMPS, at(9), 20, finished_at=at(18))],
            unit_minimum=minimum,
        )
        words = "\n".join(
            paragraph.text for paragraph in Document(io.BytesIO(bulletins.document(Summary(good), SAY))).paragraphs
        )
        assert "承办单位" not in SAY.plain(text(good, None))
        assert (said in words) if said else "承办单位的按时率" not in words
        assert bool(figures.units_below) is bool(minimum)


def test_other_programs_and_the_workbook_get_all_of_them() -> None:
    figures = a_week()
    told = as_json(figures, ZONE, which=True)
    book = load_workbook(io.BytesIO(summary_book.book(Summary(figures), SAY)))

    assert told["units"]["路灯所"] == {"rate": 0.25, "handed": 3, "finished": 2, "on_time": 1, "overdue": 2}
    assert told["cases"]["units"]["路灯所"]["overdue"] == [3, 4]
    assert list(book["承办单位"].iter_rows(min_row=2, values_only=True)) == [
        ("供水公司", 1, 1, 1, 0, 1, None),
        ("路灯所", 3, 2, 1, 2, 0.25, "是"),
    ]
