"""What all documents in Word's format have in common: fonts that show Chinese, and words without control characters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from docx.document import Document

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LATIN: Final = "Times New Roman"
EAST_ASIAN: Final = "SimSun"
"""Song type (宋体), which every office program for Chinese has or replaces. Named for East Asian characters on its own:
Word shows them in a font of its choice otherwise.
"""


def printable(words: str) -> str:
    """XML has no place for control characters."""
    return "".join(letter for letter in words if letter.isprintable() or letter in "\t\n")


def set_fonts(
    document: Document, sizes: Mapping[str, int | None], east_asian: Mapping[str, str] = MappingProxyType({})
) -> None:
    """``sizes``: the styles that are used, and their size in points (None: as the style has it). ``east_asian``: those
    whose Chinese characters are in another type than ``EAST_ASIAN``.
    """
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    styles: Any = document.styles
    for name, size in sizes.items():
        font = styles[name].font
        font.name = LATIN
        font.color.rgb = RGBColor(0, 0, 0)
        fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), east_asian.get(name, EAST_ASIAN))
        if size is not None:
            font.size = Pt(size)
    for said in styles.element.iter(qn("w:lang")):
        said.set(qn("w:val"), "en-GB")
        said.set(qn("w:eastAsia"), "zh-CN")


def set_page(document: Document) -> None:
    """A4 with the margins of official documents (GB/T 9704); python-docx begins with American letter."""
    from docx.shared import Mm

    section: Any = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)


def number_pages(document: Document) -> None:
    """At the foot of each page: — 1 —"""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    foot: Any = document.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field: Any = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot.add_run("— ")
    foot._p.append(field)
    foot.add_run(" —")
