"""The bulletin of a window (情况通报) in Word's format, ready to be edited and forwarded.

Headings, tables whose heads come again on each page, the chart as a picture with its words; fonts, paper and margins as
official documents have them (GB/T 9704).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from liaisonbot import summary_words, window_names
from liaisonbot.reports import bulletin_parts, summary_charts
from liaisonbot.reports.bulletin_parts import Cell, Grid, Part, Term
from liaisonbot.reports.documents import MEDIA_TYPE, number_pages, printable, set_fonts, set_page
from liaisonbot.summaries import Summary, unpacked
from liaisonbot.texts import Catalogue, Text

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["MAKER", "MEDIA_TYPE", "document", "made"]

MAKER: Final = "bulletin"
_SIZES: Final[Mapping[str, Mapping[str, int | None]]] = {
    "zh": {"Normal": 16, "Title": 22, "Heading 1": 16, "Caption": 10},
    "en": {"Normal": 12, "Title": 20, "Heading 1": 14, "Caption": 10},
}
"""Points. In Chinese 二号 and 三号, as official documents have them."""
_TYPES: Final = {"Normal": "FangSong", "Heading 1": "SimHei"}
"""正文仿宋，一级标题黑体，大标题宋体."""
_IN_TABLES: Final = 10.5
"""五号"""
_IN_WIDE_TABLES: Final = 9
"""小五, where there are many columns."""
_MANY: Final = 8
_CELL_MARGIN: Final = 57
"""Twentieths of a point, left and right of what stands in a cell: 1 mm."""
_TERMS: Final = 10.5
_WIDE: Final = 156
"""Millimetres between the margins."""
_PICTURE: Final = 128


def made(content: bytes, say: Catalogue) -> bytes:
    """The .docx of a packed summary, in that language."""
    return document(unpacked(content), say)


def document(summary: Summary, say: Catalogue) -> bytes:
    """The bytes of a .docx. It draws the chart: use a process of its own, as ``reports.HEAVY`` does."""
    from docx import Document  # takes its time; needed once a week

    figures = summary.figures
    made = Document()
    set_page(made)
    set_fonts(made, _SIZES[say.language], _TYPES)
    made.styles["Caption"].font.bold = False
    number_pages(made)
    title = printable(say.plain(Text.of(f"bulletin-title-{figures.window.kind}")))
    about = made.core_properties
    about.title = f"{title} {figures.window.label}"
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = figures.end.replace(tzinfo=None)
    _title(made, title, summary, say)
    for part in bulletin_parts.parts(figures):
        _part(made, part, summary, say)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _title(made: Document, title: str, summary: Summary, say: Catalogue) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn

    properties = made.styles["Title"].element.get_or_add_pPr()
    for line in properties.findall(qn("w:pBdr")):  # a blue line, which no official document has
        properties.remove(line)
    made.add_heading(title, level=0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    figures = summary.figures
    period = Text.of(
        "bulletin-period", window=window_names.named(figures.window), place=summary_words.whose(summary.place)
    )
    for line in (period, *summary_words.days(figures)):
        made.add_paragraph(printable(say.plain(line))).alignment = WD_ALIGN_PARAGRAPH.CENTER
    if figures.empty:
        _line(made, Text.of("summary-empty"), say)


def _part(made: Document, part: Part, summary: Summary, say: Catalogue) -> None:
    heading = made.add_heading(printable(say.plain(part.title)), level=1)
    heading.paragraph_format.page_break_before = part.new_page
    if part.title.key == f"bulletin-part-{bulletin_parts.CHART}":
        _picture(made, summary, say)
    for block in part.blocks:
        if isinstance(block, Grid) and made.paragraphs:
            made.paragraphs[-1].paragraph_format.keep_with_next = True
        _WRITTEN[type(block)](made, block, say)


def _line(made: Document, text: Text, say: Catalogue) -> None:
    """A paragraph for each of its lines; in Chinese it begins two characters in."""
    from docx.shared import Pt

    size = _SIZES[say.language]["Normal"] or 0
    for words in printable(say.plain(text)).splitlines():
        paragraph = made.add_paragraph(_ended(words, say.language))
        paragraph.paragraph_format.line_spacing = 1.25
        paragraph.paragraph_format.space_after = Pt(4)
        if say.language == "zh":
            paragraph.paragraph_format.first_line_indent = Pt(2 * size)


def _ended(words: str, language: str) -> str:
    """In a document a sentence has its full stop; a line of the chat goes without."""
    return words if words.endswith(tuple("。：！？.:!?")) else words + _STOPS[language]


_STOPS: Final[Mapping[str, str]] = {"zh": "。", "en": "."}


def _term(made: Document, term: Term, say: Catalogue) -> None:
    from docx.shared import Pt

    paragraph = made.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(3)
    name, *meaning = (printable(say.plain(text)) for text in (term.name, *term.meaning))
    words = [paragraph.add_run(f"{name}  "), paragraph.add_run(("" if say.language == "zh" else " ").join(meaning))]
    words[0].bold = True
    for run in words:
        run.font.size = Pt(_TERMS)


def _grid(made: Document, grid: Grid, say: Catalogue) -> None:
    """A table that can be edited: its head comes again on each page, and no row is torn."""
    from docx.shared import Mm, Pt

    table: Any = made.add_table(rows=0, cols=len(grid.columns))
    table.style = "Table Grid"
    table.autofit = False
    _narrow_margins(table)
    size = _IN_TABLES if len(grid.columns) < _MANY else _IN_WIDE_TABLES
    widths = [Mm(_WIDE * wide / sum(grid.widths)) for wide in grid.widths]
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = wide
    for place, cells in enumerate((grid.columns, *grid.rows)):
        row: Any = table.add_row()
        _marked(row, "w:cantSplit", *(("w:tblHeader",) if place == 0 else ()))
        for cell, wide, value, words in zip(row.cells, widths, cells, grid.worded, strict=True):
            cell.width = wide
            _cell(cell, value, say, size=size, head=place == 0, middle=place == 0 or not words)
    below = made.add_paragraph().paragraph_format
    below.space_after, below.line_spacing = Pt(0), Pt(_IN_TABLES)


def _narrow_margins(table: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins: Any = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin: Any = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(_CELL_MARGIN))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))  # the schema wants it behind the margins
    (look.addprevious if look is not None else table._tbl.tblPr.append)(margins)


def _marked(row: Any, *marks: str) -> None:
    from docx.oxml import OxmlElement

    for mark in marks:
        row._tr.get_or_add_trPr().append(OxmlElement(mark))


def _cell(cell: Any, value: Cell, say: Catalogue, *, size: float, head: bool, middle: bool) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(printable(say.plain(value) if isinstance(value, Text) else str(value)))
    run.bold = head
    run.font.size = Pt(size)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.paragraph_format.keep_with_next = head
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    if middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _picture(made: Document, summary: Summary, say: Catalogue) -> None:
    """The chart, with its words for those who do not see it, and below it for everybody."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    shown: Any = made.add_picture(io.BytesIO(summary_charts.draw(summary, say)), width=Mm(_PICTURE))
    caption = printable(say.plain(summary_words.caption(summary.figures, summary.place)))
    shown._inline.docPr.set("descr", caption)
    made.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.paragraphs[-1].paragraph_format.keep_with_next = True
    made.add_paragraph(caption, style="Caption").alignment = WD_ALIGN_PARAGRAPH.CENTER


_WRITTEN: Final[Mapping[type, Callable[[Document, Any, Catalogue], None]]] = {Text: _line, Grid: _grid, Term: _term}
