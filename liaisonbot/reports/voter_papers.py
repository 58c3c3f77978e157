"""A deputy's report to voters (述职报告) as a document to print and to read out, in Word's format."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from liaisonbot import as_json
from liaisonbot.outgoing import StoredFile
from liaisonbot.reports.documents import MEDIA_TYPE, number_pages, printable, set_fonts, set_page
from liaisonbot.texts import Catalogue

if TYPE_CHECKING:
    from docx.document import Document

MAKER: Final = "voter-report"
_INDENT: Final = 2
"""Characters: so begins a paragraph in Chinese."""
_TITLE: Final = 22
_BODY: Final = 16
"""Points (二号, 三号), as official documents have them (GB/T 9704); and it is read out."""
_HEADED: Final = re.compile(r"(【[^【】\n]{1,20}】)(.*)")
_SALUTES: Final = ("：", ":")
"""So ends a line that addresses somebody: in Chinese it begins at the margin."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands in it, in its own language."""

    title: str
    days: str
    """Which days it is about."""
    paragraphs: Sequence[str]
    signed: Sequence[str]
    """Who reports, and the day."""
    language: str


def file(paper: Paper) -> StoredFile:
    """The document, to be made when its turn comes."""
    return StoredFile(f"{paper.title}.docx", MEDIA_TYPE, as_json.text(asdict(paper)).encode(), MAKER)


def made(kept: bytes, say: Catalogue) -> bytes:
    """The bytes of a .docx. It is in the language of the report, not of whoever gets it."""
    from docx import Document  # takes its time; needed once a term

    paper = Paper(**as_json.read(kept))
    document = Document()
    set_page(document)
    set_fonts(document, {"Normal": _BODY, "Title": _TITLE})
    number_pages(document)
    document.core_properties.title = paper.title
    document.core_properties.author = ""
    _title(document, paper)
    for words in paper.paragraphs:
        _paragraph(document, words, indented=paper.language == "zh")
    _signature(document, paper.signed)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _title(document: Document, paper: Paper) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn

    properties = document.styles["Title"].element.get_or_add_pPr()
    for line in properties.findall(qn("w:pBdr")):  # a blue line, which no official document has
        properties.remove(line)
    for paragraph in (document.add_heading(printable(paper.title), level=0), document.add_paragraph(paper.days)):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _paragraph(document: Document, words: str, *, indented: bool) -> None:
    """A line each. What it is about, where that stands before it in 【】, is bold. Where no indent tells one paragraph
    from the next, space does.
    """
    from docx.shared import Pt

    for line in printable(words).splitlines():
        paragraph = _line(document)
        headed = _HEADED.match(line)
        if headed:
            paragraph.add_run(headed[1]).bold = True
        paragraph.add_run(headed[2] if headed else line)
        if indented and not line.endswith(_SALUTES):
            _indent(paragraph)
    if not indented:
        document.paragraphs[-1].paragraph_format.space_after = Pt(_BODY / 2)


def _line(document: Document) -> Any:
    from docx.shared import Pt

    paragraph: Any = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = 1.5
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def _indent(paragraph: Any) -> None:
    from docx.shared import Pt

    paragraph.paragraph_format.first_line_indent = Pt(_INDENT * _BODY)


def _signature(document: Document, signed: Sequence[str]) -> None:
    """At the right, below an empty line, and never alone on a page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    document.paragraphs[-1].paragraph_format.keep_with_next = True
    lines = ["", *signed]
    for place, words in enumerate(lines):
        paragraph = _line(document)
        paragraph.add_run(printable(words))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.keep_with_next = place < len(lines) - 1
