"""A mediation agreement (调解协议书) as a document to print and sign, in Word's format."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from babel.dates import format_date

from liaisonbot.texts import Catalogue, Text

if TYPE_CHECKING:
    from docx.document import Document

MAKER: Final = "agreement"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_SIDES: Final = {True: "paper-other-party", False: "paper-own-party"}

LATIN: Final = "Times New Roman"
EAST_ASIAN: Final = "SimSun"
"""Song type (宋体), which every office program for Chinese has or replaces. Named for East Asian characters on its own:
Word shows them in a font of its choice otherwise.
"""


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands in it."""

    case: int
    station: str | Text
    mediator: str | Text
    parties: Sequence[tuple[str | Text, bool, date]]
    """Name, whether of the other side, and the day on which they consented."""
    sessions: Sequence[tuple[date, str]]
    agreed_on: date
    terms: str
    made_at: datetime


def to_be_made(paper: Paper) -> bytes:
    """What is kept of it until its turn comes; ``made`` makes the document of it."""
    kept = Text.of(
        MAKER,
        case=paper.case,
        station=paper.station,
        mediator=paper.mediator,
        parties=[Text(_SIDES[other], {"name": name, "date": day}) for name, other, day in paper.parties],
        sessions=[Text.of("paper-session", date=day, place=place) for day, place in paper.sessions],
        agreed_on=paper.agreed_on,
        terms=paper.terms,
        made_at=paper.made_at,
    )
    return json.dumps(kept.to_json(), ensure_ascii=False).encode()


def made(kept: bytes, say: Catalogue) -> bytes:
    """The document of what ``to_be_made`` gave."""
    fields = dict(Text.from_json(json.loads(kept)).params)
    parties = [(side.params["name"], side.key == _SIDES[True], side.params["date"]) for side in fields["parties"]]
    sessions = [(held.params["date"], held.params["place"]) for held in fields["sessions"]]
    return document(Paper(**{**fields, "parties": parties, "sessions": sessions}), say)


def document(paper: Paper, say: Catalogue) -> bytes:
    """The bytes of a .docx; the same paper always gives the same words."""
    from docx import Document  # takes its time; needed by those who come to an agreement only

    made = Document()
    _fonts(made)
    _properties(made, paper, say)
    made.add_heading(say.plain(Text.of("paper-title")), level=0)
    _lines(made, say, Text.of("paper-case", case=paper.case, station=paper.station))
    made.add_heading(say.plain(Text.of("paper-parties")), level=1)
    for name, other, consented in paper.parties:
        _lines(made, say, Text(_SIDES[other], {"name": name, "date": _long(consented, say)}))
    if paper.sessions:
        made.add_heading(say.plain(Text.of("paper-sessions")), level=1)
        for held_on, place in paper.sessions:
            _lines(made, say, Text.of("paper-session", date=_long(held_on, say), place=place))
    made.add_heading(say.plain(Text.of("paper-terms")), level=1)
    for line in paper.terms.splitlines():
        made.add_paragraph(_printable(line))
    _lines(made, say, Text.of("paper-free-will"))
    _lines(made, say, Text.of("paper-date", date=_long(paper.agreed_on, say)))
    made.add_heading(say.plain(Text.of("paper-signatures")), level=1)
    _signatures(made, paper, say)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _lines(made: Document, say: Catalogue, text: Text) -> None:
    made.add_paragraph(_printable(say.plain(text)))


def _long(day: date, say: Catalogue) -> str:
    """With its year: what is signed is read for years."""
    return format_date(day, "long", locale=_LOCALES[say.language])


_LOCALES: Final = {"zh": "zh_Hans_CN", "en": "en_GB"}


def _printable(words: str) -> str:
    """XML has no place for control characters."""
    return "".join(letter for letter in words if letter.isprintable() or letter in "\t\n")


def _signatures(made: Document, paper: Paper, say: Catalogue) -> None:
    """A line for everybody, with room for a name and a date."""
    table = made.add_table(rows=0, cols=2)
    names = [*[name for name, _, _ in paper.parties], paper.mediator]
    labels = [*["paper-party-signs"] * len(paper.parties), "paper-mediator-signs"]
    for label, name in zip(labels, names, strict=True):
        cells: Any = table.add_row().cells
        cells[0].text = _printable(say.plain(Text(label, {"name": name})))
        cells[1].text = say.plain(Text.of("paper-sign-here"))


def _fonts(made: Document) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    styles: Any = made.styles
    for name in ("Normal", "Title", "Heading 1"):
        font = styles[name].font
        font.name = LATIN
        font.color.rgb = RGBColor(0, 0, 0)
        fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), EAST_ASIAN)
    styles["Normal"].font.size = Pt(12)
    for said in styles.element.iter(qn("w:lang")):
        said.set(qn("w:val"), "en-GB")
        said.set(qn("w:eastAsia"), "zh-CN")


def _properties(made: Document, paper: Paper, say: Catalogue) -> None:
    about = made.core_properties
    about.title = say.plain(Text.of("paper-title"))
    about.author = about.last_modified_by = ""
    about.comments = ""
    about.created = about.modified = paper.made_at.astimezone(UTC).replace(tzinfo=None)
