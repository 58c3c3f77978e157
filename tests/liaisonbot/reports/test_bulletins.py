"""The bulletin, opened again and compared with the figures it was made of."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from liaisonbot.figures import Gathering
from liaisonbot.reports import HEAVY, bulletin_parts, bulletins
from liaisonbot.reports.bulletin_parts import MOST_ROWS, PARTS
from liaisonbot.summaries import packed
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import Stage
from tests.support.figures import an_empty_week, computed, the_week

ZONE = "Asia/Shanghai"
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@cache
def opened(language: str, *, empty: bool = False) -> Any:
    summary = an_empty_week() if empty else the_week()
    return Document(io.BytesIO(bulletins.made(packed(summary), catalogue(language, ZONE))))


def words_of(document: Any) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def table(document: Any, first: str, *, nth: int = 0) -> list[list[str]]:
    """The table whose head begins so, as rows of words."""
    found = [table for table in document.tables if table.rows[0].cells[0].text == first]
    return [[cell.text for cell in row.cells] for row in found[nth].rows]


@LANGUAGES
def test_its_parts_are_headings_in_their_order(language: str) -> None:
    say = catalogue(language, ZONE)
    for empty in (False, True):
        headings = [p.text for p in opened(language, empty=empty).paragraphs if p.style.name == "Heading 1"]
        assert headings == [say.plain(Text.of(f"bulletin-part-{key}")) for key in PARTS]


@LANGUAGES
def test_it_is_on_the_paper_and_in_the_fonts_of_official_documents(language: str) -> None:
    document = opened(language)
    section = document.sections[0]

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    styles = (document.styles[name].element for name in ("Title", "Heading 1", "Normal"))
    assert [style.rPr.rFonts.get(qn("w:eastAsia")) for style in styles] == ["SimSun", "SimHei", "FangSong"]
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in document.tables)
    assert document.core_properties.author == ""


def test_what_was_received_handled_and_said() -> None:
    figures = computed()
    words = words_of(opened("zh"))

    assert words.startswith("一周民情办理情况通报\n2026 年第 47 周 · 全部联络站")
    assert f"收到民情 {len(figures.received)} 件，比上周多 2 件（+100%）" in words
    assert f"首次答复 {len(figures.answered)} 件，其中按时 {len(figures.answered_on_time)} 件" in words
    assert "办理结果：满意率 67%" in words
    assert "没有履职记录的代表 1 位：王五" in words
    assert "到期承诺 2 项：兑现 1，没兑现 1：#2" in words
    shares = [["环境卫生", "3", "75%"], ["营商环境", "1", "25%"]]
    assert table(opened("zh"), "类别") == [["类别", "件数", "占比"], *shares]
    assert [len(cases) for cases in figures.by_category.values()] == [3, 1]


def test_ages_come_to_the_open_cases() -> None:
    figures = computed()
    _, *rows, total = table(opened("zh"), "阶段")
    stages = [stage for stage in Stage if stage is not Stage.CLOSED]

    assert [[int(cell) for cell in row[1:]] for row in rows] == [
        [*map(len, figures.ageing[stage]), figures.stages[stage]] for stage in stages
    ]
    assert int(total[-1]) == len(figures.open)


def test_lists_name_each_case_with_whose_it_is() -> None:
    figures = computed()
    overdue, broken, undelivered = (table(opened("zh"), "民情", nth=nth)[1:] for nth in (0, 2, 3))

    assert [row[0] for row in overdue] == [f"#{number}" for number in figures.overdue]
    assert broken == undelivered == [["#2", "道路交通", "=河边联络站", "李四", "调处"]]
    assert table(opened("zh"), "民情", nth=1)[1][:2] == ["#1", "2"]
    assert [row[0] for row in table(opened("zh"), "投票")] == ["投票", "P3"]


@LANGUAGES
@pytest.mark.parametrize("column", ["station", "deputy"])
def test_stations_and_deputies_come_to_the_whole(column: str, language: str) -> None:
    say = catalogue(language, ZONE)
    figures = computed()
    _, *rows, total = table(opened(language), say.plain(Text.of(f"bulletin-column-{column}")))
    counted = {1: figures.received, 2: figures.answered, 4: figures.closed, 5: figures.open, 6: figures.overdue}

    for place, cases in counted.items():
        assert sum(int(row[place]) for row in rows) == int(total[place]) == len(cases)
    assert int(total[8]) == len(figures.duty)


@LANGUAGES
def test_the_chart_is_in_it_with_words_for_who_does_not_see_it(language: str) -> None:
    document = opened(language)
    (shape,) = document.inline_shapes

    assert shape._inline.docPr.get("descr") in words_of(document)
    assert "67%" in shape._inline.docPr.get("descr")
    assert shape.width.mm <= 156
    assert bulletins.MAKER in HEAVY


@LANGUAGES
def test_an_empty_week_says_so_everywhere(language: str) -> None:
    say = catalogue(language, ZONE)
    words = words_of(opened(language, empty=True))

    for key in ("summary-empty", "bulletin-nothing-overdue", "bulletin-nothing-hot", "bulletin-nothing-promised"):
        assert say.plain(Text.of(key)) in words
    assert say.plain(Text.of("bulletin-no-polls")) in words


def test_of_many_cases_the_first_ones_are_named() -> None:
    """A bulletin is read; the rest is in the workbook and behind the button."""
    figures = computed()
    many = tuple(range(1000, 1000 + MOST_ROWS + 7))
    cases = dict(figures.cases) | dict.fromkeys(many, figures.cases[3])
    blocks = list(bulletin_parts._cases(replace(figures, cases=cases), many, Text.of("bulletin-overdue", n=len(many))))

    assert [len(block.rows) for block in blocks if isinstance(block, bulletin_parts.Grid)] == [MOST_ROWS]
    assert blocks[-1] == Text.of("bulletin-more", n=7)


def test_words_that_break_a_document_are_left_out() -> None:
    """What is typed may hold what XML has no place for."""
    summary = the_week()
    torn = replace(summary.figures, gatherings=(Gathering(1, (1, 6), ("路灯\x00\x0b",), None),))
    document = Document(io.BytesIO(bulletins.document(type(summary)(torn), catalogue("zh", ZONE))))

    assert table(document, "民情", nth=1)[1] == ["#1", "2", "路灯", "—"]


@LANGUAGES
def test_a_case_that_is_kept_from_its_reader_is_counted_and_named_nowhere(language: str) -> None:
    told = the_week()
    for number in told.figures.cases:
        figures = replace(told.figures, kept=frozenset({number}))
        document = Document(
            io.BytesIO(bulletins.made(packed(replace(told, figures=figures)), catalogue(language, ZONE)))
        )
        cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
        assert f"#{number}" not in cells
        assert f"#{number} " not in words_of(document).replace("\n", " ") + " "
