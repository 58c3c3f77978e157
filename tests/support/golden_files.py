"""The workbooks and bulletins of both made-up cities, cell by cell: kept in ``tests/golden``, compared exactly.

``python -m tests.support.golden_files`` writes them anew. Read what has changed before you commit it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from liaisonbot.reports import bulletins, summary_book
from liaisonbot.texts import catalogue
from tests.support.city import City
from tests.support.golden import FOLDER, in_their_year, write


@dataclass(frozen=True, slots=True)
class GoldenFile:
    """A workbook or a bulletin as it was once looked at and found right."""

    city: str
    window: str
    form: str
    language: str
    whose: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of its file, below the folder of its city."""
        of = "".join(f".{kind}" for kind in self.whose)
        return f"{self.window.replace('/', '_')}{of}.{self.language}.{self.form}.cells"

    @property
    def path(self) -> Path:
        return FOLDER / self.city / self.name

    def written(self, city: City) -> str:
        """What stands in it now."""
        make, read = FORMS[self.form]
        say = catalogue(self.language, "Asia/Shanghai")
        with in_their_year():
            return "\n".join(read(make(city.summary(self.window, **self.whose), say))) + "\n"


# --- what stands in a file --------------------------------------------------------------------------------------------


def cells(content: bytes) -> Iterator[str]:
    """A workbook: what each sheet is like, then its rows, numbers as numbers, days and times behind an @."""
    for sheet in load_workbook(io.BytesIO(content)):
        yield f"# {sheet.title} · {sheet.freeze_panes} · {sheet.auto_filter.ref} · {_widths(sheet)}"
        for row in sheet.iter_rows():
            yield f"{row[0].row} {json.dumps([_cell(cell.value) for cell in row], ensure_ascii=False)}"
        formats = {cell.column_letter: cell.number_format for row in sheet.iter_rows() for cell in row if _shown(cell)}
        yield f"formats {json.dumps(dict(sorted(formats.items())))}"
        for chart in sheet._charts:  # openpyxl has no other name for those that it read
            yield f"chart {[series.val.numRef.f for series in chart.series]}"


def _cell(value: Any) -> Any:
    match value:
        case datetime() if value.time() == time():
            return f"@{value.date()}"
        case datetime():
            return f"@{value:%Y-%m-%d %H:%M:%S}"
        case date():
            return f"@{value}"
        case float():
            return round(value, 9)
        case _:
            return value


def _shown(cell: Any) -> bool:
    return cell.value is not None and cell.number_format != "General"


def _widths(sheet: Worksheet) -> str:
    return " ".join(f"{each.min}-{each.max}:{each.width:g}" for each in sheet.column_dimensions.values())


def blocks(content: bytes) -> Iterator[str]:
    """A bulletin from its first paragraph to its last: style and words, tables row by row, pictures by their words."""
    document = Document(io.BytesIO(content))
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from (json.dumps([cell.text for cell in row.cells], ensure_ascii=False) for row in block.rows)
        else:
            yield from _paragraph(block)


def _paragraph(paragraph: Paragraph) -> Iterator[str]:
    style = paragraph.style.name if paragraph.style else ""
    yield f"{style}: {paragraph.text}".rstrip()
    for picture in paragraph._p.iter(qn("wp:docPr")):
        yield f"picture: {picture.get('descr')}"


FORMS: Final[Mapping[str, tuple[Callable[..., bytes], Callable[[bytes], Iterator[str]]]]] = {
    "xlsx": (summary_book.book, cells),
    "docx": (bulletins.document, blocks),
}


# --- which ------------------------------------------------------------------------------------------------------------


def _of(city: str, window: str, *languages: str, **whose: str) -> Iterator[GoldenFile]:
    for language in languages:
        for form in FORMS:
            yield GoldenFile(city, window, form, language, whose)


GOLDEN_FILES: Final = (
    *_of("small", "2026-W47", "zh", "en"),
    *_of("small", "2026-W30", "zh"),
    *_of("large", "2026-W47", "zh", "en"),
    *_of("large", "2026-10", "en", area="城西"),
    *_of("large", "2026-W47", "zh", deputy="王芳"),
    *_of("large", "2026", "zh"),
)
"""A week of each in both languages, an empty one, a month of an area, a week of a deputy, a year that is not over."""


if __name__ == "__main__":
    write(GOLDEN_FILES)
