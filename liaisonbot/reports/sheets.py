"""A table as a workbook for people: one sheet, a heading that stays, real numbers and dates."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from liaisonbot import as_json
from liaisonbot.outgoing import StoredFile
from liaisonbot.spreadsheets import neutralised
from liaisonbot.texts import Catalogue, Text

MAKER: Final = "sheet"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | Decimal | date | Text | None


def file(name: str, title: Text, head: Sequence[Text], rows: Sequence[Sequence[Cell]]) -> StoredFile:
    """The workbook, to be made when its turn comes; ``title`` names its sheet."""
    kept = {
        "title": title.to_json(),
        "head": [words.to_json() for words in head],
        "rows": [[_kept(cell) for cell in row] for row in rows],
    }
    return StoredFile(name, MEDIA_TYPE, as_json.text(kept).encode(), MAKER)


def _kept(cell: Cell) -> Any:
    match cell:
        case Text():
            return {"text": cell.to_json()}
        case date():
            return {"day": cell.isoformat()}
        case Decimal():
            return float(cell)
        case _:
            return cell


def made(kept: bytes, say: Catalogue) -> bytes:
    """The bytes of an .xlsx; no cell can be taken for a formula."""
    from xlsxwriter import Workbook  # takes its time; needed by those who want a workbook only

    fields = as_json.read(kept)
    written = io.BytesIO()
    with Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet(_sheet_name(say.plain(Text.from_json(fields["title"]))))
        heading, day = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 1)
        head = [say.plain(Text.from_json(words)) for words in fields["head"]]
        widths = [len(words.encode("gb18030")) for words in head]
        for column, words in enumerate(head):
            sheet.write_string(0, column, words, heading)
        for number, row in enumerate(fields["rows"], start=1):
            for column, cell in enumerate(row):
                words = _words(cell, say)
                if isinstance(words, str):
                    sheet.write_string(number, column, neutralised(words))
                    widths[column] = max(widths[column], len(words.encode("gb18030", "replace")))
                elif isinstance(words, date):
                    sheet.write_datetime(number, column, words, day)
                elif words is not None:
                    sheet.write_number(number, column, words)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(max(width + 2, 11), 60))
        sheet.autofilter(0, 0, len(fields["rows"]), max(len(head) - 1, 0))
    return written.getvalue()


def _words(cell: Any, say: Catalogue) -> Any:
    match cell:
        case {"text": words}:
            return say.plain(Text.from_json(words))
        case {"day": words}:
            return date.fromisoformat(words)
        case _:
            return cell


def _sheet_name(words: str) -> str:
    """Excel takes 31 characters, and none of these."""
    return "".join(letter for letter in words if letter not in "[]:*?/\\")[:31]
