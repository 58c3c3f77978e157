"""The announcement of a vote as a document to print and to forward (公告), in Word's format."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from liaisonbot import as_json
from liaisonbot.outgoing import StoredFile
from liaisonbot.reports.documents import MEDIA_TYPE, printable, set_fonts
from liaisonbot.texts import Catalogue, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document

MAKER: Final = "vote-sheet"
COLUMNS: Final = ("votes-sheet-project", "votes-sheet-stars", "votes-sheet-votes", "votes-sheet-result")


def file(name: str, title: str, words: str, rows: Sequence[Sequence[Text]]) -> StoredFile:
    """The document, to be made when its turn comes: a title, the words, a table of all candidates."""
    kept = {"title": title, "words": words, "rows": [[cell.to_json() for cell in row] for row in rows]}
    return StoredFile(name, MEDIA_TYPE, as_json.text(kept).encode(), MAKER)


def made(kept: bytes, say: Catalogue) -> bytes:
    """The bytes of a .docx."""
    from docx import Document  # takes its time; needed once a year

    fields = as_json.read(kept)
    document = Document()
    set_fonts(document, {"Normal": 12, "Title": 20})
    document.core_properties.title = fields["title"]
    document.core_properties.author = ""
    document.add_heading(printable(fields["title"]), level=0)
    for line in fields["words"].splitlines():
        document.add_paragraph(printable(line))
    rows = [[say.plain(Text.from_json(cell)) for cell in row] for row in fields["rows"]]
    _table(document, [say.plain(Text.of(key)) for key in COLUMNS], rows)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _table(document: Document, head: list[str], rows: list[list[str]]) -> None:
    table: Any = document.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    for cell, words in zip(table.rows[0].cells, head, strict=True):
        cell.text = words
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = printable(words)
