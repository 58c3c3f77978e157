"""The workbook of a summary: its figures, the cases they count, whose they are, and what each figure means.

Every sheet says what ``figures.Figures`` says, in the reader's language; nothing that a constituent wrote is in it. The
first sheet: ``summary_overview.py``; the others: ``summary_sheets.py``; the charts: ``summary_book_charts.py``.
"""

from __future__ import annotations

import io
from typing import Final

from liaisonbot.reports import summary_book_charts
from liaisonbot.reports.summary_overview import Overview, title
from liaisonbot.reports.summary_sheets import SHEETS
from liaisonbot.reports.workbooks import Sheet, writing
from liaisonbot.summaries import Summary, unpacked
from liaisonbot.texts import Catalogue

MAKER: Final = "summary-book"


def made(kept: bytes, say: Catalogue) -> bytes:
    """The bytes of an .xlsx of what ``summaries.packed`` kept."""
    return book(unpacked(kept), say)


def book(summary: Summary, say: Catalogue) -> bytes:
    """The bytes of an .xlsx. Takes its time: never inside a unit of work."""
    written = io.BytesIO()
    with writing(written, say, title(summary)) as open_book:
        overview = Overview(open_book, summary)
        places: dict[str, tuple[Sheet, int, int]] = dict(overview.places)
        for made_sheet in SHEETS:
            places |= made_sheet(open_book, summary.figures)
        if not summary.figures.empty:
            summary_book_charts.draw(open_book, overview.sheet, summary.figures, places)
    return written.getvalue()
