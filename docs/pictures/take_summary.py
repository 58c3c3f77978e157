"""Takes the pictures of a summary's forms, of the large made-up city: ``python -m docs.pictures.take_summary``.

Needs LibreOffice (soffice) and Poppler (pdftoppm) to show workbook and bulletin as they are printed.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Final

from liaisonbot.reports import bulletins, summary_book, summary_charts
from liaisonbot.texts import catalogue
from tests.support import cities

HERE: Final = Path(__file__).parent
DOTS: Final = "80"
"""An inch of a page."""


def main() -> None:
    """The chart of a week in Chinese and of a month in English; the first pages of the bulletin and of the workbook."""
    with tempfile.TemporaryDirectory() as folder:
        city = cities.large(Path(folder))
        week, month = city.summary("2026-W47"), city.summary("2026-10")
    chinese, english = (catalogue(language, "Asia/Shanghai") for language in ("zh", "en"))
    (HERE / "summary-chart.png").write_bytes(summary_charts.draw(week, chinese))
    (HERE / "summary-chart-month.png").write_bytes(summary_charts.draw(month, english))
    _printed("bulletin.docx", bulletins.document(week, chinese))
    _printed("summary-book.xlsx", summary_book.book(week, chinese))


def _printed(name: str, content: bytes) -> None:
    """The first page, as a picture of the same name."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, name)
        made.write_bytes(content)
        subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, made], check=True)
        page = HERE / made.stem
        subprocess.run(["pdftoppm", "-png", "-singlefile", "-r", DOTS, made.with_suffix(".pdf"), page], check=True)


if __name__ == "__main__":
    main()
