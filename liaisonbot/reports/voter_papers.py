"""A deputy's report to voters (述职报告) as a document to print and to read out, in Word's format."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from babel.dates import format_date

from liaisonbot.outgoing import StoredFile
from liaisonbot.reports.documents import MEDIA_TYPE, printable, set_fonts
from liaisonbot.texts import Catalogue, Text

if TYPE_CHECKING:
    from docx.document import Document

MAKER: Final = "voter-report"
_LOCALES: Final = {"zh": "zh_Hans_CN", "en": "en_GB"}
_INDENT: Final = 2
"""Characters: so begins a paragraph in Chinese."""
_BODY: Final = 14
"""Points, for one who reads it out."""


def file(title: str, first: date, last: date, paragraphs: Sequence[str]) -> StoredFile:
    """The document, to be made when its turn comes: a title, the days it is about, the words."""
    kept = {"title": title, "first": first.isoformat(), "last": last.isoformat(), "paragraphs": list(paragraphs)}
    return StoredFile(f"{title}.docx", MEDIA_TYPE, json.dumps(kept, ensure_ascii=False).encode(), MAKER)


def made(kept: bytes, say: Catalogue) -> bytes:
    """The bytes of a .docx."""
    from docx import Document  # takes its time; needed once a term

    fields = json.loads(kept)
    document = Document()
    _a4(document)
    set_fonts(document, {"Normal": _BODY, "Title": 22})
    document.core_properties.title = fields["title"]
    document.core_properties.author = ""
    _centred(document.add_heading(printable(fields["title"]), level=0))
    _centred(document.add_paragraph(_days(fields, say)))
    for words in fields["paragraphs"]:
        _paragraph(document, words, say)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _a4(document: Document) -> None:
    """The paper that is in printers here; python-docx begins with American letter."""
    from docx.shared import Mm

    section: Any = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)


def _days(fields: dict[str, Any], say: Catalogue) -> str:
    first, last = (
        format_date(date.fromisoformat(fields[end]), "long", locale=_LOCALES[say.language]) for end in ("first", "last")
    )
    return say.plain(Text.of("report-paper-days", first=first, last=last))


def _centred(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _paragraph(document: Document, words: str, say: Catalogue) -> None:
    """A line each; in Chinese the first is indented by two characters."""
    from docx.shared import Pt

    for line in words.splitlines():
        paragraph: Any = document.add_paragraph(printable(line))
        paragraph.paragraph_format.line_spacing = 1.5
        if say.language == "zh":
            paragraph.paragraph_format.first_line_indent = Pt(_INDENT * _BODY)
