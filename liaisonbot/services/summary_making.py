"""Summaries as they are made: computed and drawn beside everything else, told in short units.

The words come first (:func:`make_next`, :func:`tell`). What takes a program of its own – the chart below them, a
workbook, a bulletin – stays owed in the job's row until its bytes are there (:func:`draw_next`, :func:`hand_out`): it
can be cancelled to the last, nobody's messages wait behind it, and the next run makes what a killed one did not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from liaisonbot import summary_words, windows
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Actor, RosterEntry
from liaisonbot.outgoing import MOST_BYTES, Button, Outgoing, Priority, Receipt, Rows, Send, StoredFile
from liaisonbot.permissions import Permission, may
from liaisonbot.ports import UnitOfWork
from liaisonbot.reports import bulletins, sheets, summary_book, summary_charts, workbooks
from liaisonbot.services import (
    accused,
    actors,
    figures,
    scores,
    summary_days,
    summary_which,
    summary_whose,
    summary_wishes,
)
from liaisonbot.summaries import (
    CHART,
    CHAT,
    EVERYBODYS,
    WHICH,
    Summary,
    SummaryJob,
    Whose,
    packed,
    stations_of,
    without_cases,
)
from liaisonbot.texts import Text, catalogue
from liaisonbot.window_names import named
from liaisonbot.windows import Window, WindowKind

COMPOSED: Final = "summary"
"""With it begins ``Outgoing.composed`` of words and files that show figures."""
SHOWN: Final = "summary-shown"
_FILE: Final = "summary-file"


SHEET: Final = "sheet"
"""What comes with the year: the points and days of each deputy."""


@dataclass(frozen=True, slots=True)
class Form:
    """A file of a summary: who makes it (``reports.MAKERS``), and how it is sent."""

    maker: str
    media_type: str
    kind: Send = Send.DOCUMENT
    names_cases: bool = True
    """Whether it says anything of single cases."""


FORMS: Final[Mapping[str, Form]] = {
    CHART: Form(summary_charts.MAKER, summary_charts.MEDIA_TYPE, Send.PHOTO, names_cases=False),
    "xlsx": Form(summary_book.MAKER, workbooks.MEDIA_TYPE),
    "docx": Form(bulletins.MAKER, bulletins.MEDIA_TYPE),
    SHEET: Form(sheets.MAKER, sheets.MEDIA_TYPE),
}
"""By the ending of its name, or what it is."""
FILES: Final = ("xlsx", "docx")
"""Those that can be asked for with a button."""
AT_ONCE: Final = 8
"""Staff who are told in one unit of the writer."""


def _summary(uow: UnitOfWork, desk: Desk, job: SummaryJob) -> Summary:
    """As of the moment it was asked for: the chart of a week that is not over shows what the words above it say."""
    window = windows.read(job.window)
    if window is None:
        raise Refused("summary-no-such-window", typed=job.window, last=windows.last_week(desk.today).label)
    summary = summary_whose.of(uow, replace(desk, now=job.asked_at), window, _as_of_now(uow, desk, job))
    return replace(summary, figures=replace(summary.figures, kept=_kept(uow, desk, job)))


def _kept(uow: UnitOfWork, desk: Desk, job: SummaryJob) -> frozenset[int]:
    """What accuses whoever reads it: their station's figures count it like any other, and no list names it to them."""
    return accused.numbers(uow, actors.known(uow, desk, job.chat_id))


def _as_of_now(uow: UnitOfWork, desk: Desk, job: SummaryJob) -> SummaryJob:
    """The job with the stations that are theirs now: while a bot is away roles come and go. Raises Refused for whoever
    may not read it any more. What comes by itself is for them as staff, even where they own everything.
    """
    own = stations_of(_reader(uow, desk, job.chat_id, job.whose, scheduled=job.scheduled))
    return replace(job, station_ids=None if own is None else tuple(sorted(own)))


def _reader(uow: UnitOfWork, desk: Desk, chat_id: int, whose: Whose, *, scheduled: bool) -> Actor:
    actor = actors.known(uow, desk, chat_id)
    if scheduled:
        actor = replace(actor, owner=False)
    if not may(actor, Permission.SUMMARY_READ):
        raise NotFound("unknown-command")
    summary_whose.require(uow, actor, whose)
    return actor


# --- words ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a job, read beside everything else: words with their buttons, or why there are none."""

    job: SummaryJob
    text: Text | None
    """None: nothing; what comes by itself is not for them any more."""
    rows: Rows = ()
    forms: tuple[str, ...] = ()
    """What comes behind them."""
    alike: tuple[SummaryJob, ...] = ()
    """Others to whom the same is owed."""


def make_next(uow: UnitOfWork, desk: Desk) -> Made | None:
    """The words of the one whose turn it is; None: nobody waits for any. Reads only."""
    job = uow.summary_jobs.next(desk.now)
    if job is None:
        return None
    try:
        summary = _summary(uow, desk, job)
    except Refused as exc:
        return Made(job, None if job.scheduled else Text(exc.key, exc.params))
    if job.what != CHAT:
        lines = summary_which.lines(desk, summary, job)
        return Made(job, Text.lines(*lines), summary_which.rows(summary, job, summary.figures.window))
    text = summary_words.text(summary.figures, summary.place)
    rows = _buttons(desk, job, summary.figures.window)
    return Made(job, text, rows, _along(uow, desk, job, summary), _alike(uow, desk, job))


def _alike(uow: UnitOfWork, desk: Desk, job: SummaryJob) -> tuple[SummaryJob, ...]:
    """Of what is owed on a day: for staff of the same stations it is worked out, and drawn, once."""
    if not job.scheduled:
        return ()
    now = _as_of_now(uow, desk, job)
    owed = (each for each in uow.summary_jobs.owed_after(job) if _asks(each) == _asks(job))
    return tuple(islice((each for each in owed if _is_now(uow, desk, each, now)), AT_ONCE - 1))


def _is_now(uow: UnitOfWork, desk: Desk, job: SummaryJob, like: SummaryJob) -> bool:
    """Whether that is what they may still read."""
    try:
        own = _as_of_now(uow, desk, job)
        return _asks(own) == _asks(like) and _kept(uow, desk, own) == _kept(uow, desk, like)
    except Refused:
        return False


def _asks(job: SummaryJob) -> tuple[object, ...]:
    """Jobs of which this is equal get the same: a file is in one language, words are in none until they are sent."""
    return job.window, job.whose, job.station_ids, job.what, job.language if job.forms else ""


def _along(uow: UnitOfWork, desk: Desk, job: SummaryJob, summary: Summary) -> tuple[str, ...]:
    """What comes with a summary: nothing behind an empty one but the year's sheet; more with some of those that come by
    themselves.
    """
    kind = summary.figures.window.kind
    more = summary_days.ALONG.get(kind, ()) if job.scheduled else ()
    yearly = job.scheduled and kind is WindowKind.YEAR and _deputies(uow, _as_of_now(uow, desk, job))
    return (*(() if summary.figures.empty else (CHART, *more)), *((SHEET,) if yearly else ()))


def _deputies(uow: UnitOfWork, job: SummaryJob) -> list[RosterEntry]:
    """Those of their stations."""
    own = job.station_ids
    return [each for each in uow.roster.deputies() if own is None or each.station_ids.intersection(own)]


def tell(uow: UnitOfWork, desk: Desk, made: Made) -> bool:
    """Promise the words to all who wait for them; whether anybody still does. Nothing is sent for a job that was
    cancelled.
    """
    wanted = [job for each in (made.job, *made.alike) if (job := _wanted(uow, desk, each)) is not None]
    for job in wanted:
        if made.text is not None:
            _answer(uow, desk, job, made.text, made.rows, composed=_rights(uow, desk, job))
        _left(uow, job, made.forms)
    return bool(wanted) and made.text is not None


def _wanted(uow: UnitOfWork, desk: Desk, job: SummaryJob) -> SummaryJob | None:
    """The job as it stands now; None: it was cancelled, or comes too late."""
    current = uow.summary_jobs.get(job.id)
    if current is None or current.what != job.what:
        return None
    if current.scheduled and _overtaken(uow, desk, current):
        uow.summary_jobs.remove(current.id)
        return None
    return current


def _left(uow: UnitOfWork, job: SummaryJob, forms: Sequence[str]) -> None:
    """What is still to be made; nothing: the job is done."""
    if forms:
        uow.summary_jobs.left(job.id, forms)
    else:
        uow.summary_jobs.remove(job.id)


def _overtaken(uow: UnitOfWork, desk: Desk, job: SummaryJob) -> bool:
    """The next one of its kind is owed by now, or they want none any more."""
    window = windows.read(job.window)
    return window is None or summary_days.overtaken(desk, window, summary_days.wish_of(uow, job.person_id))


def give_up(uow: UnitOfWork, desk: Desk, *, drawn: bool = False) -> bool:
    """The next one cannot be made: whoever asked is told, and the others go on."""
    return _given_up(uow, desk, uow.summary_jobs.next(desk.now, drawn=drawn))


def _given_up(uow: UnitOfWork, desk: Desk, job: SummaryJob | None) -> bool:
    if job is None:
        return False
    uow.summary_jobs.remove(job.id)
    if not job.behind:
        _answer(uow, desk, job, Text.of("summary-failed"))
    return True


def _answer(
    uow: UnitOfWork,
    desk: Desk,
    job: SummaryJob,
    text: Text,
    rows: Rows = (),
    *,
    ended: bool = True,
    composed: str | None = None,
) -> None:
    """In place of the message that said that it is being made; where there is none, in a message of its own.

    ``ended``: it is the answer; else how far it is, which is not worth a message of its own. ``composed``: see
    :func:`compose`.
    """
    said = Outgoing(Send.TEXT, job.chat_id, language=job.language, text=text, rows=rows, priority=Priority.ANSWER)
    window = windows.read(job.window)
    if job.scheduled and window is not None:
        noted_as = (summary_days.noted_as(window.kind), window.first.toordinal())
        said = replace(said, noted_as=noted_as, **summary_days.manner(desk, job, window, job.what))
    if job.message_id is not None:
        key = f"edit:{job.message_id}"
        said = replace(said, kind=Send.EDIT, target=job.message_id, key=key, fallback=said if ended else None)
    elif not ended:
        return
    uow.outbox.add(replace(said, composed=composed), desk.now)


# --- once more, when its turn to be sent has come ---------------------------------------------------------------------


def _rights(uow: UnitOfWork, desk: Desk, job: SummaryJob) -> str:
    """What has to be theirs still when it goes out, which may be a while after it was made."""
    try:
        own = _as_of_now(uow, desk, job).station_ids
    except Refused:
        own = job.station_ids
    stations = "*" if own is None else ",".join(map(str, own))
    return f"{COMPOSED}:{int(job.scheduled or job.behind)}:{int(job.scheduled)}:{job.whose.data}:{stations}"


def compose(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> Outgoing | None:
    """The words or the file, if all of it is still theirs now that its turn has come. Else that it is not; nothing,
    where nobody waits for it.
    """
    _, quiet, scheduled, place, stations = (outgoing.composed or "").split(":")
    plain = replace(outgoing, composed=None)
    try:
        _require_still(
            uow, desk, outgoing.chat_id, Whose.read(place) or EVERYBODYS, stations, scheduled=scheduled == "1"
        )
    except Refused as refused:
        if quiet == "1":
            return None
        said = Text(refused.key, refused.params)
        instead = plain.fallback and replace(plain.fallback, text=said, rows=())
        kind = Send.EDIT if plain.kind is Send.EDIT else Send.TEXT
        return replace(plain, kind=kind, text=said, rows=(), fallback=instead, file=None, content=None)
    return plain


def _require_still(uow: UnitOfWork, desk: Desk, chat_id: int, whose: Whose, stations: str, *, scheduled: bool) -> None:
    """Raises Refused where they may not read it, or only of some of those stations."""
    own = stations_of(_reader(uow, desk, chat_id, whose, scheduled=scheduled))
    if own is not None and (stations == "*" or not own.issuperset(map(int, filter(None, stations.split(","))))):
        raise Refused("summary-not-yours")


# --- files ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawn:
    """A file that is to be made, and what its maker is given; None: there are no such figures."""

    job: SummaryJob
    form: str
    file: StoredFile | None = None
    caption: Text | None = None
    alike: tuple[SummaryJob, ...] = ()
    """Others to whom the same is owed."""


def draw_next(uow: UnitOfWork, desk: Desk) -> Drawn | None:
    """The file whose turn it is; None: nobody waits for one. Reads only."""
    job = uow.summary_jobs.next(desk.now, drawn=True)
    if job is None:
        return None
    form = job.forms[0]
    try:
        summary = _summary(uow, desk, job)
    except Refused:
        return Drawn(job, form)
    if form == SHEET:
        return _sheet(uow, desk, job, summary.figures.window)
    figures, place = summary.figures, summary.place
    name = _name(summary, job.language, form)
    told = summary if FORMS[form].names_cases else without_cases(summary)
    file = StoredFile(name, FORMS[form].media_type, packed(told), FORMS[form].maker)
    caption = summary_words.caption(figures, place) if form == CHART else None
    return Drawn(job, form, file, caption, _alike(uow, desk, job))


def _sheet(uow: UnitOfWork, desk: Desk, job: SummaryJob, window: Window) -> Drawn:
    """A row for each deputy of theirs, as below /score."""
    file = scores.sheet(uow, desk, _deputies(uow, _as_of_now(uow, desk, job)), window)
    return Drawn(job, SHEET, file, Text.of("score-sheet-caption", window=named(window)), _alike(uow, desk, job))


def _name(summary: Summary, language: str, form: str) -> str:
    """As whoever it is forwarded to sees it: what it is, of when, and whose."""
    window = summary.figures.window
    what = Text.of(f"bulletin-title-{window.kind}") if form == "docx" else Text.of("summary-what-chat")
    said = [catalogue(language, "UTC").plain(what), window.label.replace("/", "_"), summary.place or ""]
    return f"{' '.join(filter(None, said)).replace('/', '_')}.{form}"


def is_wanted(uow: UnitOfWork, drawn: Drawn) -> bool:
    """Whether it was not cancelled meanwhile."""
    job = uow.summary_jobs.get(drawn.job.id)
    return job is not None and job.what == drawn.job.what


def being_drawn(uow: UnitOfWork, desk: Desk, drawn: Drawn) -> None:
    """The figures are there, the file is being made: that is said where somebody waits for it."""
    job = uow.summary_jobs.get(drawn.job.id)
    if job is not None and not job.behind:
        _answer(uow, desk, job, _about("summary-drawing", job), cancel(job), ended=False)


def _about(key: str, job: SummaryJob, **more: Any) -> Text:
    """A sentence about the file that the job is for."""
    window = windows.read(job.window)
    what = Text.of(f"summary-what-{job.forms[0]}")
    return Text.of(key, what=what, window=named(window) if window else job.window, **more)


def hand_out(uow: UnitOfWork, desk: Desk, drawn: Drawn, file: StoredFile | None) -> bool:
    """The file goes to all who wait for it; whether anybody still does. None: it could not be made."""
    wanted = [job for each in (drawn.job, *drawn.alike) if (job := _wanted(uow, desk, each)) is not None]
    for job in wanted:
        if file is None:
            _given_up(uow, desk, job)
        else:
            _hand_to(uow, desk, job, drawn, file)
    return bool(wanted)


def _hand_to(uow: UnitOfWork, desk: Desk, job: SummaryJob, drawn: Drawn, file: StoredFile) -> None:
    _left(uow, job, job.forms[1:])
    if len(file.content) > MOST_BYTES:
        told = replace(job, message_id=None) if job.behind else job  # the words above it stay what they are
        _answer(uow, desk, told, _about("summary-too-large", job, size=len(file.content) // 1024**2))
        return
    if not job.behind:
        _answer(uow, desk, job, _about("summary-file-ready", job))
    number = uow.files.add(file, desk.now)
    sent = Outgoing(
        FORMS[drawn.form].kind,
        job.chat_id,
        language=job.language,
        text=drawn.caption,
        file=number,
        priority=Priority.CONVERSATION,
        noted_as=(_FILE, number),
        composed=_rights(uow, desk, job),
    )
    uow.outbox.add(replace(sent, **_manner(desk, job, drawn.form)), desk.now)


def _manner(desk: Desk, job: SummaryJob, part: str) -> Mapping[str, Any]:
    window = windows.read(job.window)
    return summary_days.manner(desk, job, window, part) if job.scheduled and window else {}


# --- buttons ----------------------------------------------------------------------------------------------------------


def cancel(job: SummaryJob) -> Rows:
    """Below the message that says that it is being made."""
    return ((Button(Text.of("button-cancel"), data=f"summary:stop:{job.id}"),),)


def _buttons(desk: Desk, job: SummaryJob, window: Window) -> Rows:
    place = job.whose.data
    turned = [Button(Text.of("button-window-previous"), data=f"summary:{CHAT}:{window.previous().label}:{place}")]
    following = window.following()
    if figures.begins(desk, following) < desk.now:
        turned.append(Button(Text.of("button-window-following"), data=f"summary:{CHAT}:{following.label}:{place}"))
    files = [Button(Text.of(f"button-summary-{what}"), data=f"summary:{what}:{window.label}:{place}") for what in FILES]
    which = Button(Text.of("button-summary-which"), data=f"summary:{WHICH}:{window.label}:{place}")
    others = summary_whose.button(job, window)
    days = ((summary_wishes.button(),),) if job.scheduled else ()
    return (tuple(turned), tuple(files), (which, others), *days)


# --- how the messages went --------------------------------------------------------------------------------------------


def _noted(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """The message that says that it is being made is there."""
    if outgoing.noted_as and receipt.message_ids and uow.summary_jobs.get(outgoing.noted_as[1]) is not None:
        uow.summary_jobs.shown(outgoing.noted_as[1], receipt.message_ids[-1])


def _sent(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """It has arrived, or cannot: nothing of it is kept."""
    if outgoing.noted_as:
        uow.files.drop(outgoing.noted_as[1])


NOTED: Final[Mapping[str, Callable[[UnitOfWork, Desk, Outgoing, Receipt], None]]] = {SHOWN: _noted, _FILE: _sent}
