"""A mediation agreement (调解协议书) as a document to print and sign, in Word's format."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from liaisonbot import as_json
from liaisonbot.reports.documents import MEDIA_TYPE as MEDIA_TYPE
from liaisonbot.reports.documents import printable, set_fonts
from liaisonbot.texts import Catalogue, Text
from liaisonbot.written_dates import format_date

if TYPE_CHECKING:
    from docx.document import Document

MAKER: Final = "agreement"
_SIDES: Final = {True: "paper-other-party", False: "paper-own-party"}


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
    return as_json.text(kept.to_json()).encode()


def made(kept: bytes, say: Catalogue) -> bytes:
    """The document of what ``to_be_made`` gave."""
    fields = dict(Text.from_json(as_json.read(kept)).params)
    parties = [(side.params["name"], side.key == _SIDES[True], side.params["date"]) for side in fields["parties"]]
    sessions = [(held.params["date"], held.params["place"]) for held in fields["sessions"]]
    return document(Paper(**{**fields, "parties": parties, "sessions": sessions}), say)


def document(paper: Paper, say: Catalogue) -> bytes:
    """The bytes of a .docx; the same paper always gives the same words."""
    from docx import Document  # takes its time; needed by those who come to an agreement only

    made = Document()
    set_fonts(made, {"Normal": 12, "Title": None, "Heading 1": None})
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
        made.add_paragraph(printable(line))
    _lines(made, say, Text.of("paper-free-will"))
    _lines(made, say, Text.of("paper-date", date=_long(paper.agreed_on, say)))
    made.add_heading(say.plain(Text.of("paper-signatures")), level=1)
    _signatures(made, paper, say)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _lines(made: Document, say: Catalogue, text: Text) -> None:
    made.add_paragraph(printable(say.plain(text)))


def _long(day: date, say: Catalogue) -> str:
    """With its year: what is signed is read for years."""
    return format_date(day, "long", say.language)


def _signatures(made: Document, paper: Paper, say: Catalogue) -> None:
    """A line for everybody, with room for a name and a date."""
    table = made.add_table(rows=0, cols=2)
    names = [*[name for name, _, _ in paper.parties], paper.mediator]
    labels = [*["paper-party-signs"] * len(paper.parties), "paper-mediator-signs"]
    for label, name in zip(labels, names, strict=True):
        cells: Any = table.add_row().cells
        cells[0].text = printable(say.plain(Text(label, {"name": name})))
        cells[1].text = say.plain(Text.of("paper-sign-here"))


def _properties(made: Document, paper: Paper, say: Catalogue) -> None:
    about = made.core_properties
    about.title = say.plain(Text.of("paper-title"))
    about.author = about.last_modified_by = ""
    about.comments = ""
    about.created = about.modified = paper.made_at.astimezone(UTC).replace(tzinfo=None)
