"""Takes the README's pictures of a summary, of a made-up week: ``python -m docs.pictures.take_summary``.

Needs LibreOffice (soffice) and Poppler (pdftoppm) to show the bulletin as it is printed.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Final

from liaisonbot.reports import bulletins, summary_charts
from liaisonbot.texts import catalogue
from tests.support.figures import the_week

HERE: Final = Path(__file__).parent
DOTS: Final = "80"
"""An inch of the bulletin's page."""


def main() -> None:
    """The chart, and the first page of the bulletin, in Chinese."""
    week, say = the_week(), catalogue("zh", "Asia/Shanghai")
    (HERE / "summary-chart.png").write_bytes(summary_charts.draw(week, say))
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder, "bulletin.docx")
        document.write_bytes(bulletins.document(week, say))
        subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, document], check=True)
        printed = document.with_suffix(".pdf")
        subprocess.run(["pdftoppm", "-png", "-singlefile", "-r", DOTS, printed, HERE / "bulletin"], check=True)


if __name__ == "__main__":
    main()
