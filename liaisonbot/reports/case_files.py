"""Cases as a file: one JSON object a line for programs, a table for people with a spreadsheet.

What is written takes no more memory for a million cases than for one.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from liaisonbot.errors import LiaisonError
from liaisonbot.spreadsheets import neutralised

Case = Mapping[str, Any]
"""A case as the contract of ``export cases --format jsonl`` describes it."""

MOST_SHEET_ROWS: Final = 1_048_576
_LONGEST_CELL: Final = 32_000
"""A spreadsheet's cell holds a little more; what is longer is cut and marked."""


class TooManyForASheet(LiaisonError):
    """A worksheet has an end."""

    def __init__(self) -> None:
        super().__init__(
            f"a worksheet holds {MOST_SHEET_ROWS - 1:,} cases and there are more; take fewer days, or another format"
        )


def write_jsonl(cases: Iterable[Case], file: BinaryIO) -> None:
    """One object a line, UTF-8."""
    for case in cases:
        file.write(json.dumps(case, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def write_csv(cases: Iterable[Case], file: BinaryIO) -> None:
    """UTF-8 with the mark by which Excel knows it; no cell can be taken for a formula."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    try:
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        writer.writerows([_cell(column(case)) for column in COLUMNS.values()] for case in cases)
        text.flush()
    finally:
        text.detach()


def write_xlsx(cases: Iterable[Case], path: Path) -> None:
    """A workbook with one sheet. Raises TooManyForASheet."""
    from xlsxwriter import Workbook  # takes its time; needed by those who want a workbook only

    with Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("cases")
        heading = book.add_format({"bold": True})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(COLUMNS) - 1, 18)
        for index, name in enumerate(COLUMNS):
            sheet.write_string(0, index, name, heading)
        last = 0
        for last, case in enumerate(cases, start=1):
            if last >= MOST_SHEET_ROWS:
                raise TooManyForASheet
            for index, column in enumerate(COLUMNS.values()):
                value = _cell(column(case))
                if isinstance(value, str):
                    sheet.write_string(last, index, value)
                elif value is not None:
                    sheet.write(last, index, value)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cut = value if len(value) <= _LONGEST_CELL else f"{value[:_LONGEST_CELL]}…"
    return neutralised(cut)


def _plain(key: str) -> Callable[[Case], Any]:
    return lambda case: case[key]


def _lines(key: str, line: Callable[[Mapping[str, Any]], str]) -> Callable[[Case], str]:
    return lambda case: "\n".join(line(item) for item in case[key])


def _rating(part: str) -> Callable[[Case], Any]:
    return lambda case: (case["ratings"] or {}).get(part)


def _joined(*parts: Any) -> str:
    return " ".join(str(part) for part in parts if part is not None and part != "")


COLUMNS: Final[Mapping[str, Callable[[Case], Any]]] = {
    **{key: _plain(key) for key in ("number", "stage", "outcome", "kind", "category")},
    "tags": lambda case: ";".join(case["tags"]),
    **{key: _plain(key) for key in ("station", "area", "deputy", "anonymous", "text")},
    "attachments": lambda case: ";".join(item["kind"] for item in case["attachments"]),
    **{key: _plain(key) for key in ("chat_type", "created_at", "due_at", "closed_at", "reply_class", "promise_date")},
    "attitude": _rating("attitude"),
    "result": _rating("result"),
    **{key: _plain(key) for key in ("rated_at", "delivery")},
    "checks": _lines("checks", lambda item: _joined(item["at"], item["result"])),
    "promises": _lines("promises", lambda item: _joined(item["date"], item["ended_at"], item["ending"])),
    "chased": lambda case: "\n".join(case["chased"]),
    "deputies": _lines("deputies", lambda item: _joined(item["at"], item["deputy"], item["rule"])),
    "units": _lines("units", lambda item: _joined(item["at"], item["unit"], item["due"], item["returned_at"])),
    "history": _lines(
        "history",
        lambda item: _joined(item["at"], item["by"], item["from"], "→", item["to"], item["outcome"], item["note"]),
    ),
    "messages": _lines("messages", lambda item: _joined(item["at"], item["by"], f"{item['kind']}:", item["text"])),
}
"""The table's columns, and what stands in each. Lists are several lines in one cell."""
