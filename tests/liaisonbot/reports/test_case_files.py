"""Cases as files: what a program reads, and what somebody opens in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from liaisonbot.reports import tables
from liaisonbot.reports.case_files import CASES
from liaisonbot.texts import catalogue

PLAIN = CASES.without_personal()
HERE = tables.Reader(ZoneInfo("Asia/Shanghai"))


def a_case(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A case as ``storage.export`` gives it."""
    return {
        "number": number,
        "stage": "closed",
        "outcome": "resolved",
        "station": "YG",
        "area": "城东",
        "category": "sanitation",
        "deputy": "王芳",
        "anonymous": True,
        "text": "垃圾没人收",
        "attachments": [{"kind": "photo", "file_id": "x"}, {"kind": "voice", "file_id": "y"}],
        "chat_type": "private",
        "created_at": "2026-11-23T09:00:00Z",
        "closed_at": None,
        "due_at": None,
        "reply_class": "B",
        "promise_date": "2026-12-01",
        "delivery": 3,
        "kind": "complaint",
        "tags": ["a", "b"],
        "rated_at": None,
        "checks": [{"at": "2026-12-01T01:00:00Z", "result": 3}],
        "promises": [{"date": "2026-12-01", "ended_at": "2026-12-01T01:00:00Z", "ending": "fixed"}],
        "chased": [],
        "deputies": [{"at": "2026-11-23T09:00:00Z", "deputy": "王芳", "rule": "specialty"}],
        "units": [{"unit": "路灯所", "lead": True, "at": "T1", "due": "2026-12-01", "returned_at": None}],
        "ratings": {"attitude": 3, "result": None},
        "history": [
            {"at": "T1", "by": "constituent", "from": None, "to": "collection", "outcome": None, "note": None},
            {"at": "T2", "by": "constituent", "from": "reply", "to": "closed", "outcome": "resolved", "note": "ok"},
        ],
        "messages": [{"at": "T1", "by": "constituent", "kind": "conversation", "text": "垃圾没人收"}],
        **fields,
    }


def as_csv(*cases: dict[str, Any]) -> list[dict[str, str]]:
    file = io.BytesIO()
    tables.write_csv(PLAIN, cases, file, HERE)
    return list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"))))


def test_one_object_a_line_is_what_was_read() -> None:
    """Nothing added, nothing taken away; Chinese stays readable."""
    file = io.BytesIO()
    tables.write_jsonl([a_case(1), a_case(2, text=None)], file)
    lines = file.getvalue().decode().splitlines()

    assert [json.loads(line) for line in lines] == [a_case(1), a_case(2, text=None)]
    assert "垃圾没人收" in lines[0]


def test_a_table_has_a_column_for_everything() -> None:
    """Lists become lines of one cell; nothing of the contract is missing."""
    (row,) = as_csv(a_case())

    assert set(a_case()) - {"ratings"} <= set(row)
    assert (row["number"], row["attitude"], row["result"], row["attachments"]) == ("1", "3", "", "photo;voice")
    assert row["history"].splitlines() == ["T1 constituent → collection", "T2 constituent reply → closed resolved ok"]
    assert row["deputies"] == "2026-11-23 17:00 王芳 specialty"


def test_excel_knows_the_encoding() -> None:
    """Without the mark it shows nonsense for Chinese."""
    file = io.BytesIO()
    tables.write_csv(CASES, [], file, HERE)

    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    assert not file.closed


@pytest.mark.parametrize("text", ["=1+1", "+86 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠A1"])
def test_what_people_wrote_never_becomes_a_formula(text: str, tmp_path: Path) -> None:
    """Neither in CSV nor in a workbook."""
    tables.write_xlsx(PLAIN, [a_case(text=text)], tmp_path / "cases.xlsx", HERE)
    sheet = load_workbook(tmp_path / "cases.xlsx").active
    column = list(PLAIN.columns).index("text")

    assert as_csv(a_case(text=text))[0]["text"].startswith("'")
    assert sheet is not None
    cell = sheet.cell(2, column + 1)
    assert (cell.data_type, str(cell.value)[0]) == ("s", "'")


def test_a_workbook_holds_numbers_as_numbers(tmp_path: Path) -> None:
    """So that they can be counted and sorted."""
    tables.write_xlsx(PLAIN, [a_case(7), a_case(8)], tmp_path / "cases.xlsx", HERE)
    rows = list(load_workbook(tmp_path / "cases.xlsx").worksheets[0].iter_rows(values_only=True))

    assert rows[0] == tuple(PLAIN.columns)
    assert [row[0] for row in rows[1:]] == [7, 8]


def test_times_and_days_are_those_of_the_office(tmp_path: Path) -> None:
    """In a workbook as such, so that one can sort by them; in CSV as a spreadsheet reads them. The day can change."""
    late = a_case(created_at="2026-11-30T16:30:05.123Z", chased=["2026-11-30T16:30:05Z"])
    tables.write_xlsx(PLAIN, [late], tmp_path / "cases.xlsx", HERE)
    sheet = load_workbook(tmp_path / "cases.xlsx").worksheets[0]
    in_workbook = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))
    (in_csv,) = as_csv(late)

    assert (in_workbook["created_at"], in_workbook["promise_date"]) == (
        datetime.fromisoformat("2026-12-01T00:30:05"),
        datetime.fromisoformat("2026-12-01"),
    )
    assert (in_csv["created_at"], in_csv["promise_date"]) == ("2026-12-01 00:30:05", "2026-12-01")
    assert in_csv["chased"] == "2026-12-01 00:30"


def test_a_workbook_opens_ready_to_be_read(tmp_path: Path) -> None:
    """The heading stays, every column can be filtered, long words have room."""
    tables.write_xlsx(PLAIN, [a_case(), a_case(2)], tmp_path / "cases.xlsx", HERE)
    sheet = load_workbook(tmp_path / "cases.xlsx").worksheets[0]

    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref is not None
    assert sheet.auto_filter.ref.endswith("3")
    wide = sheet.column_dimensions[sheet.cell(1, 1 + list(PLAIN.columns).index("text")).column_letter].width
    assert wide > 3 * sheet.column_dimensions["A"].width


def test_lines_end_as_the_standard_says() -> None:
    """RFC 4180: also where a cell has several lines."""
    file = io.BytesIO()
    assert tables.write_csv(PLAIN, [a_case(text="一\n二"), a_case(2)], file, HERE) == 2
    text = file.getvalue().decode("utf-8-sig")

    assert text.endswith("\r\n")
    assert '"一\n二"' in text


def test_who_somebody_is_stands_in_no_file_unless_asked_for() -> None:
    """Nor do their numbers, which stay as long as they were; dates, floors and the case's other numbers stay."""
    said = "电话 13812345678，身份证 110101199003078515，3号楼，2026-11-23"
    row = a_case(
        text=said,
        authors=[{"name": "张三", "phone": "13812345678", "on_behalf": False}],
        history=[{"at": "T1", "by": "deputy", "from": None, "to": "reply", "outcome": None, "note": said}],
        messages=[{"at": "T1", "by": "constituent", "kind": "conversation", "text": said}],
    )

    masked = tables.withheld(CASES, row)

    assert "12345678" not in json.dumps(masked)
    assert "199003078515" not in json.dumps(masked)
    assert "张三" not in json.dumps(masked, ensure_ascii=False)
    assert len(masked["text"]) == len(said)
    assert masked["text"].endswith("3号楼，2026-11-23")
    assert masked["text"] == masked["messages"][0]["text"] == masked["history"][0]["note"]
    assert "authors" not in PLAIN.columns


def test_a_reader_gets_headings_and_keys_in_words() -> None:
    """No key of ours is left in what somebody opens on a telephone."""
    for language, others in (("zh", "[a-z_]{4,}"), ("en", "[a-z]+_[a-z]+|[\u4e00-\u9fff]")):
        file = io.BytesIO()
        reader = tables.Reader(ZoneInfo("Asia/Shanghai"), catalogue(language, "Asia/Shanghai"))
        row = a_case(authors=[], deputy=None, deputies=[], units=[], text="", messages=[], tags=["slow_approval"])
        tables.write_csv(CASES, [row], file, reader)
        heads, cells, *more = csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig")))

        assert more == []
        assert not set(heads) & set(CASES.columns)
        assert not re.search(others, " ".join((*heads, *cells)).replace("ok", "").replace(row["area"], ""))


def test_a_cell_that_is_too_long_is_cut_and_marked(tmp_path: Path) -> None:
    """A spreadsheet would refuse the whole file."""
    tables.write_xlsx(PLAIN, [a_case(text="长" * 40_000)], tmp_path / "cases.xlsx", HERE)
    rows = list(load_workbook(tmp_path / "cases.xlsx").worksheets[0].iter_rows(values_only=True))

    assert str(rows[1][list(PLAIN.columns).index("text")]).endswith("长…")


def test_more_cases_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than left out in silence."""
    monkeypatch.setattr(tables, "MOST_SHEET_ROWS", 3)

    with pytest.raises(tables.TooManyForASheet):
        tables.write_xlsx(PLAIN, [a_case(number) for number in range(4)], tmp_path / "cases.xlsx", HERE)
