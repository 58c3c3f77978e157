"""The workbook of a summary, opened as somebody's spreadsheet opens it: every cell is what the figures say."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from liaisonbot import summary_words
from liaisonbot.definitions import DEFINITIONS
from liaisonbot.facts import CaseFact
from liaisonbot.reports import MAKERS, summary_book
from liaisonbot.reports.workbooks import width
from liaisonbot.summaries import Summary, packed
from liaisonbot.summary_json import as_json
from liaisonbot.texts import LANGUAGES, Catalogue, Text, catalogue
from liaisonbot.windows import Window, WindowKind
from tests.support.figures import ZONE, a_fact, an_empty_week, at, computed, the_week

SHEETS = (
    *("overview", "days", "cases", "stations", "deputies", "units", "satisfaction", "promises", "duty", "polls"),
    "definitions",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Opened:
    """A workbook in one language; its sheets by what they are called in the code."""

    def __init__(self, summary: Summary, language: str) -> None:
        self.say: Catalogue = catalogue(language, "Asia/Shanghai")
        made = MAKERS[summary_book.MAKER](packed(summary), self.say)
        self.book: Workbook = load_workbook(io.BytesIO(made))

    def word(self, key: str, **blanks: Any) -> str:
        return self.say.plain(Text.of(key, **blanks))

    def sheet(self, name: str) -> Worksheet:
        found: Worksheet = self.book[self.word(f"book-sheet-{name}")]
        return found

    def rows(self, name: str, *, top: int = 1) -> list[tuple[Any, ...]]:
        """What stands below the headings, which are in that row."""
        return list(self.sheet(name).iter_rows(min_row=top + 1, values_only=True))

    def cells(self) -> Iterator[Any]:
        for sheet in self.book:
            yield from (cell for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7])
def test_a_case_that_is_kept_from_its_reader_is_counted_and_named_nowhere(number: int, language: str) -> None:
    whole, told = the_week(), the_week()
    told = replace(told, figures=replace(told.figures, kept=frozenset({number})))
    book, other = Opened(told, language), Opened(whole, language)

    assert [row[0] for row in book.rows("cases")] == [n for n in range(1, 8) if n != number]
    assert all(number != row[1] for row in book.rows("promises"))
    named = [str(row[4] or "") for row in book.rows("overview")]
    assert not any(f"#{number}" in which.split() for which in named)
    figures = [row[:4] for row in other.rows("overview") if f"#{number}" not in str(row[4]).split()]
    assert [row for row in book.rows("overview") if row[:4] in figures]
    assert len(book.rows("overview")) >= len(other.rows("overview")) - len(whole.figures.gatherings)
    text = "\n".join(book.say.render(part) for part in [summary_words.text(told.figures, None)])
    assert f"#{number}" not in text.replace("⟦", " ").split()


@pytest.fixture(params=LANGUAGES)
def week(request: pytest.FixtureRequest) -> Opened:
    return Opened(the_week(), request.param)


def test_it_has_a_sheet_for_everything_in_the_readers_language(week: Opened) -> None:
    assert week.book.sheetnames == [week.word(f"book-sheet-{name}") for name in SHEETS]
    assert all(sheet["A1"].value for sheet in week.book)


def test_the_overview_says_what_the_json_says(week: Opened) -> None:
    told = as_json(computed(), ZONE, which=True)
    found = {(figure, detail): (value, which) for _, figure, detail, value, which in week.rows("overview", top=4)}

    def value(key: str, detail: str | None = None, **blanks: Any) -> Any:
        return found[week.word(f"figure-{key}"), week.word(detail, **blanks) if detail else None][0]

    for key in ("received", "received_previous", "answered", "closed", "reopened", "chased", "urged", "unassigned"):
        assert value(key) == told[key], key
    assert value("overdue") == told["overdue"]
    for key in ("answered_on_time", "open_overdue"):
        assert value(key) == told["on_time"][key]
    assert value("on_time_rate") == told["on_time"]["rate"]
    for name, key in (("channel", "by_channel"), ("kind", "by_kind"), ("category", "by_category")):
        assert {each: value(key, f"{name}-{each}") for each in told[key]} == told[key]
    assert value("business_climate") == told["business_climate"]["cases"]
    tags = told["business_climate"]["tags"]
    assert {tag: value("business_climate", f"tag-{tag}") for tag in tags} == tags
    assert {stage: value("stages", f"stage-{stage}") for stage in told["stages"]} == told["stages"]
    assert {each: value("outcomes", f"summary-outcome-{each}") for each in told["outcomes"]} == told["outcomes"]
    for key in ("first_answer_days", "closing_days"):
        assert value(key, "book-median") == told[key]["median"]
        assert value(key, "book-p90") == told[key]["p90"]
    ages = [value("ageing", "book-age", first=first, last=last) for first, last in ((0, 2), (3, 5), (6, 10), (11, 15))]
    ages.append(value("ageing", "book-older", days=15))
    assert ages == [sum(each) for each in zip(*told["ageing"].values(), strict=True)]
    for part in ("attitude", "result"):
        assert value("satisfaction", part) == told["satisfaction"][part]["rate"]
        assert value("satisfaction", "book-rated", part=Text.of(part)) == told["satisfaction"][part]["n"]
    for level, name in ((3, "fixed"), (2, "partly"), (1, "not_fixed")):
        assert value("delivery", f"cell-delivery-{level}") == told["delivery"][name]
    assert value("answered_well_not_delivered") == len(told["answered_well_not_delivered"])
    promises = {"due": value("promises")} | {name: value("promises", f"promises-{name}") for name in ("kept", "broken")}
    assert promises == told["promises"]
    assert value("duty") == told["duty"]["entries"]
    assert {key: value("duty_by_type", f"duty-type-{key}") for key in told["duty"]["by_type"]} == told["duty"][
        "by_type"
    ]
    assert value("duty_late") == told["duty"]["late"]
    assert found[week.word("figure-deputies_without"), None] == (1, "王五")
    assert value("polls") == len(told["polls"])
    assert value("projects", "phase-opinions") == told["projects"]["by_phase"]["opinions"]
    assert found[week.word("figure-received"), None] == (4, "#1 #4 #5 #6")
    assert [
        (value, which) for (figure, _), (value, which) in found.items() if figure == week.word("figure-gatherings")
    ] == [(2, "#1 #6")]


def test_days_are_days_and_add_up(week: Opened) -> None:
    *days, total = week.rows("days")

    assert [row[0] for row in days] == [moment(2026, 11, day) for day in range(16, 23)]
    assert [row[1:] for row in days] == [(1, 0, 0), (2, 1, 1), (0, 2, 0), (0, 0, 1), (1, 0, 1), (0, 0, 0), (0, 0, 0)]
    assert total == (week.word("book-total"), 4, 3, 3)


def test_every_case_that_is_counted_has_its_row(week: Opened) -> None:
    facts = computed().cases
    rows = {row[0]: row for row in week.rows("cases")}

    assert list(rows) == [1, 2, 3, 4, 5, 6, 7]
    yes = week.word("cell-yes")
    names = {11: "张三", 12: "李四", 14: "'@赵六"}
    stations = {1: "阳光联络站", 2: "'=河边联络站"}
    for number, row in rows.items():
        fact = facts[number]
        assert row[1] == _local(fact.created_at)
        assert row[2:4] == (week.word(f"kind-{fact.kind}"), week.word(f"category-{fact.category}"))
        assert row[4] == (week.word(f"tag-{fact.tags[0]}") if fact.tags else None)
        assert row[5:7] == (stations.get(fact.station_id or 0), names.get(fact.deputy_id or 0))
        assert row[7:9] == (week.word(f"stage-{fact.stage}"), _local(fact.stage_since))
        assert row[9] == (week.word(f"summary-outcome-{fact.outcome}") if fact.outcome else None)
        assert row[12] == _local(fact.first_replied_at)
        assert row[14] == (week.word(f"class-{fact.reply_class}") if fact.reply_class else None)
        assert row[15] == (fact.promise_date and datetime.combine(fact.promise_date, datetime.min.time()))
        assert row[16:18] == tuple(week.word(f"rating-{int(r)}") if r else None for r in (fact.attitude, fact.result))
        assert row[18] == _local(fact.closed_at)
    assert {number: row[13] for number, row in rows.items() if row[13] is not None} == {1: 2, 2: 10, 5: 1}
    assert {number: row[19] for number, row in rows.items() if row[19] is not None} == {1: 3, 5: 3, 6: 0}
    marked = {place: [number for number, row in rows.items() if row[place] == yes] for place in range(20, len(rows[1]))}
    assert marked == {20: [1, 4, 5, 6], 21: [1, 2, 5], 22: [1, 5], 23: [1, 5, 6], 24: [3], 25: [3], 26: []}


def test_a_limit_that_ends_with_a_day_is_that_day(week: Opened) -> None:
    rows = {row[0]: row for row in week.rows("cases")}

    assert rows[2][10] == moment(2026, 12, 1)  # END and nine days: the midnight between the first and the second
    assert rows[3][11] == moment(2026, 11, 9, 10)


def test_stations_and_deputies_with_their_totals(week: Opened) -> None:
    total = (4, 3, 2, 1, 0.5, 3, 4, 1, 1, 3, 2 / 3, 3, 2, 1)

    assert _rounded(week.rows("stations")) == _rounded(
        [
            ("阳光联络站", "A", 3, 1, 1, 0, 1, 2, 2, 0, 1, 1, 1, 1, 1, 1),
            ("'=河边联络站", "B", 1, 2, 1, 0, 0.5, 1, 1, 0, 1, 2, 0.5, 2, 1, 0),
            (week.word("book-no-station"), None, 0, 0, 0, 1, 0, 0, 1, 1, None, 0, None, 0, 0, 0),
            (week.word("book-total"), None, *total),
        ]
    )
    yes = week.word("cell-yes")
    assert _rounded(week.rows("deputies")) == _rounded(
        [
            ("张三", "阳光联络站", 2, 1, 1, 0, 1, 2, 1, 0, 1, 1, 1, 1, 1, 1, None),
            ("李四", "'=河边联络站", 1, 2, 1, 0, 0.5, 1, 1, 0, 1, 2, 0.5, 2, 1, 0, None),
            ("王五", "阳光联络站, 山上联络站", 0, 0, 0, 0, None, 0, 0, 0, None, 0, None, 0, 0, 0, yes),
            ("'@赵六", None, 1, 0, 0, 0, None, 0, 1, 0, None, 0, None, 0, 0, 0, None),
            (week.word("book-no-deputy"), None, 0, 0, 0, 1, 0, 0, 1, 1, None, 0, None, 0, 0, 0, None),
            (week.word("book-total"), None, *total, None),
        ]
    )


def test_what_people_say(week: Opened) -> None:
    good, fair, bad = (week.word(f"rating-{level}") for level in (3, 2, 1))
    rates = [row[:6] for row in week.rows("satisfaction")[:2]]
    rated = week.rows("satisfaction", top=5)

    assert _rounded(rates) == _rounded(
        [(week.word("attitude"), 2, 1, 0, 3, 1), (week.word("result"), 1, 1, 1, 3, 2 / 3)]
    )
    assert rated == [
        (1, "阳光联络站", "张三", good, good, None, None),
        (2, "'=河边联络站", "李四", good, fair, week.word("cell-delivery-1"), week.word("cell-yes")),
        (5, "'=河边联络站", "李四", fair, bad, None, None),
    ]


def test_promises_duty_and_polls(week: Opened) -> None:
    yes = week.word("cell-yes")

    assert week.rows("promises") == [
        (moment(2026, 11, 18), 1, "阳光联络站", "张三", week.word("promises-kept"), yes),
        (moment(2026, 11, 19), 2, "'=河边联络站", "李四", week.word("promises-broken"), yes),
        (moment(2026, 12, 1), 7, "阳光联络站", "张三", week.word("promises-due"), None),
    ]
    contact, reception, visit = week.word("duty-group-contact"), week.word("duty-type-reception"), "duty-type-visit"
    filed, confirmed = week.word("duty-state-filed"), week.word("duty-state-confirmed")
    late, on_time = _local(at(18)), _local(at(19))
    assert week.rows("duty") == [
        (moment(2026, 11, 9), "张三", "阳光联络站", contact, reception, None, late, filed, yes),
        (moment(2026, 11, 17), "张三", "阳光联络站", contact, reception, 1.5, on_time, confirmed, None),
        (moment(2026, 11, 18), "李四", "'=河边联络站", contact, week.word(visit), None, on_time, filed, None),
    ]
    quick, ballot = week.word("cell-poll-quick"), week.word("cell-poll-ballot")
    still, over = week.word("cell-poll-open"), week.word("cell-poll-closed")
    assert week.rows("polls") == [
        ("P3", "'+路灯装哪里？", quick, still, 7, yes, _local(at(20)), _local(at(25)), None),
        ("P2", "接待日定哪天", ballot, over, 12, None, _local(at(9)), _local(at(17)), _local(at(17))),
    ]


def test_the_definitions_stand_at_the_end(week: Opened) -> None:
    assert week.book.sheetnames[-1] == week.word("book-sheet-definitions")
    assert week.rows("definitions") == [
        tuple(week.word(f"figure-{part}{key}") for part in ("", "counts-", "how-")) for key in DEFINITIONS
    ]


def test_no_cell_is_a_formula(week: Opened) -> None:
    """Names and questions that begin like one are words, also after somebody has edited the cell."""
    assert not [cell.coordinate for cell in week.cells() if cell.data_type == "f"]
    assert not [cell.value for cell in week.cells() if isinstance(cell.value, str) and cell.value.startswith(FORMULA)]


@pytest.mark.parametrize("begins", FORMULA)
def test_however_a_formula_begins(begins: str) -> None:
    words = f'{begins}HYPERLINK("http://example.org")'
    opened = Opened(the_week(names={11: words}), "zh")

    (found,) = {row[6] for row in opened.rows("cases") if row[6] is not None}
    assert found.replace("_x000D_", "\r") == f"'{words}"


def test_headings_stay_columns_fit_and_rows_can_be_filtered(week: Opened) -> None:
    tops = {"overview": 4, "satisfaction": 5}
    for name in SHEETS:
        sheet, top = week.sheet(name), tops.get(name, 1)
        assert sheet.freeze_panes == f"B{top + 1}", name
        if name != "definitions":
            _, first, _, last = range_boundaries(sheet.auto_filter.ref)
            assert first == top, name
            assert sheet.cell(last, 1).value not in (None, week.word("book-total")), name
        for column in sheet.iter_cols(min_row=top + 1) if sheet.max_row > top else ():
            words = [width(line) for cell in column if isinstance(cell.value, str) for line in cell.value.splitlines()]
            wide = _wide(sheet, column[0].column)
            assert wide >= min(max(words, default=0), 58), (name, column[0].coordinate)


def test_numbers_are_shown_as_what_they_are(week: Opened) -> None:
    stations, cases = week.sheet("stations"), week.sheet("cases")

    assert stations["G2"].number_format == "0%"
    assert stations["C2"].number_format == "0"
    assert cases["B2"].number_format == "yyyy-mm-dd hh:mm"
    assert week.sheet("promises")["A2"].number_format == "yyyy-mm-dd"


def test_charts_are_drawn_from_cells_that_say_the_same(week: Opened) -> None:
    """A telephone shows what was stored with the chart; a spreadsheet reads the cells."""
    charts = week.sheet("overview")._charts

    assert [len(chart.series) for chart in charts] == [2, 1, 3]
    for chart in charts:
        for series in chart.series:
            stored = [float(point.v) for point in series.val.numRef.numCache.pt]
            assert stored == _at(week.book, series.val.numRef.f)
            names = _at(week.book, (series.cat.strRef or series.cat.numRef).f)
            shown = [point.v for point in (series.cat.strRef or series.cat.numRef).strCache.pt]
            assert [name.date().isoformat() if isinstance(name, datetime) else name for name in names] == shown


def _at(book: Workbook, reference: str) -> list[Any]:
    sheet, cells = reference.rsplit("!", 1)
    found = book[sheet.strip("'")][cells.replace("$", "")]
    return [row[0].value for row in found] if isinstance(found, tuple) else [found.value]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_week_is_told_as_such(language: str) -> None:
    empty = Opened(an_empty_week(), language)

    assert empty.sheet("overview")["A3"].value == empty.word("summary-empty")
    assert not empty.sheet("overview")._charts
    assert {row[3] for row in empty.rows("overview", top=5)} == {0, None}
    for name in ("cases", "promises", "duty", "polls"):
        assert empty.rows(name) == [], name


def test_of_a_year_the_months_are_told() -> None:
    year = Window.around(WindowKind.YEAR, date(2026, 1, 1))
    opened = Opened(Summary(computed(window=year)), "zh")
    *months, total = opened.rows("days")

    assert [row[0] for row in months] == [moment(2026, month, 1) for month in range(1, 12)]
    assert months[-1][1:] == total[1:] == (4, 3, 3)


def test_one_station_stands_in_the_title() -> None:
    opened = Opened(Summary(computed(), "A", "阳光联络站"), "zh")

    assert opened.sheet("overview")["A1"].value == "工作小结 · 2026 年第 47 周 · 阳光联络站"


def test_a_large_city_is_written_row_by_row() -> None:
    """Every case once, in the order of the numbers."""
    many: dict[int, CaseFact] = {number: a_fact(number, at(17)) for number in range(1, 501)}
    everything = computed(
        cases={**computed().cases, **many}, received=list(many.values()), events=[], promised=[], open=[]
    )
    opened = Opened(Summary(everything), "zh")

    assert [row[0] for row in opened.rows("cases")] == list(range(1, 501))
    assert opened.rows("days")[1][1] == 500


def moment(*parts: int) -> datetime:
    """As a spreadsheet has it: of no zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def _wide(sheet: Worksheet, column: int) -> float:
    """Columns next to each other that are equally wide are kept as one."""
    return next(each.width for each in sheet.column_dimensions.values() if each.min <= column <= each.max)


def _local(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(ZONE).replace(tzinfo=None)


def _rounded(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [[round(cell, 6) if isinstance(cell, float) else cell for cell in row] for row in rows]
