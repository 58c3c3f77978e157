"""``/summary``: the figures of a week, a month, a quarter, as staff get them in the chat.

Asking makes a row; ``handlers/summarising.py`` reads what it needs beside everything else, so that nobody who writes to
the bot waits for it. One message says that it is being made, and becomes the answer; below that comes the chart. Files
are made the same way. Staff see their stations; owners, and staff of no station, all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from liaisonbot import summary_words, windows
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.figures import Scope
from liaisonbot.model import Actor
from liaisonbot.outgoing import Button, Outgoing, Priority, Receipt, Rows, Send, StoredFile
from liaisonbot.permissions import Permission, may
from liaisonbot.ports import UnitOfWork
from liaisonbot.reports import bulletins, summary_book, summary_charts, workbooks
from liaisonbot.services import cards, figures, paging, people, scores, summary_days, summary_which, summary_wishes
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.summary_days import last_week
from liaisonbot.services.visit import Visit
from liaisonbot.summaries import CHAT, Summary, SummaryJob, packed, stations_of
from liaisonbot.texts import Text
from liaisonbot.window_names import named
from liaisonbot.windows import Window, WindowKind

_SHOWN: Final = "summary-shown"
NAMED: Final = 3
"""Stations whose names stand in the heading."""
STATIONS: Final = 8
"""Stations on one page of the choice."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a summary: who makes it (``reports.MAKERS``), and what it is called."""

    maker: str
    ending: str
    media_type: str


CHART: Final[File | None] = File(summary_charts.MAKER, "png", summary_charts.MEDIA_TYPE)
"""The picture below the text."""
FILES: Final[Mapping[str, File]] = {
    "xlsx": File(summary_book.MAKER, "xlsx", workbooks.MEDIA_TYPE),
    "docx": File(bulletins.MAKER, "docx", bulletins.MEDIA_TYPE),
}
"""By what stands in a button: the files that can be asked for."""


# --- asking -----------------------------------------------------------------------------------------------------------


def _summary(visit: Visit, answers: Answers) -> None:
    """/summary: of the last week that is over, or of the named part of the calendar; of one's stations, or one. Or when
    it is to come by itself.
    """
    line = answers.get("line") or {}
    if "wish" in line:
        summary_wishes.choose(visit, line["wish"])
        return
    window = windows.read(line["window"]) if line.get("window") else last_week(visit.desk)
    if window is None:
        raise Refused("summary-no-such-window", typed=line["window"], last=last_week(visit.desk).label)
    station = visit.uow.stations.by_code(line["station"]) if line.get("station") else None
    _ask(visit, window, station.id if station else None, line.get("what", CHAT))


def _require(actor: Actor, station_id: int | None = None) -> None:
    """Refuse whoever may not read such figures, or not those of that station."""
    if not may(actor, Permission.SUMMARY_READ):
        raise NotFound("unknown-command")
    own = stations_of(actor)
    if station_id is not None and own is not None and station_id not in own:
        raise Refused("summary-not-yours")


def _ask(visit: Visit, window: Window, station_id: int | None, what: str) -> None:
    _require(visit.actor, station_id)
    if figures.begins(visit.desk, window) >= visit.desk.now:
        raise Refused("window-ahead", window=named(window))
    own = stations_of(visit.actor)
    turned = what.startswith(summary_which.PREFIX) and visit.press is not None
    job = visit.uow.summary_jobs.ask(
        person_id=visit.person_id,
        chat_id=visit.place.chat_id,
        language=visit.language,
        window=window.label,
        station_id=station_id,
        station_ids=own,
        what=what,
        message_id=visit.press.message_id if turned and visit.press else None,
        now=visit.desk.now,
    )
    visit.toast(Text.of("toast-summary"))
    if not turned:
        text = Text.of("summary-working", what=Text.of(f"summary-what-{_kind(what)}"), window=named(window))
        visit.say(text, rows=_cancel(job), noted_as=(_SHOWN, job.id))


def _kind(what: str) -> str:
    return what.partition(":")[0]


def _cancel(job: SummaryJob) -> Rows:
    return ((Button(Text.of("button-cancel"), data=f"summary:stop:{job.id}"),),)


def _press(visit: Visit, rest: Sequence[str]) -> None:
    """``summary:WHAT:WINDOW:STATION[:…]``; see the buttons below."""
    _require(visit.actor)
    if len(rest) == 2 and rest[0] == "stop":
        _stop(visit, number_in(rest[1]))
        return
    if len(rest) < 3 or (window := windows.read(rest[1])) is None:
        raise Refused("old-button")
    what, station = rest[0], number_in(rest[2]) or None
    if what == "stations":
        _choose_station(visit, window, number_in(rest[3]) if len(rest) > 3 else 0)
    elif what == summary_which.WHICH and len(rest) == 5 and rest[3] in summary_which.FIGURES:
        _ask(visit, window, station, f"{summary_which.PREFIX}{rest[3]}:{number_in(rest[4])}")
    elif what == summary_which.WHICH and len(rest) == 3:
        visit.toast()
        visit.say(Text.of("summary-which", window=named(window)), rows=summary_which.choice(window, station))
    elif what == CHAT or what in FILES:
        _ask(visit, window, station, what)
    else:
        raise Refused("old-button")


def _stop(visit: Visit, job_id: int) -> None:
    job = visit.uow.summary_jobs.get(job_id)
    if job is None or job.person_id != visit.person_id:
        raise Refused("summary-over")
    visit.uow.summary_jobs.remove(job_id)
    visit.toast()
    visit.show(Text.of("summary-stopped"))


def _choose_station(visit: Visit, window: Window, offset: int) -> None:
    own = stations_of(visit.actor)
    found = [station for station in visit.uow.stations.all() if own is None or station.id in own]
    page = found[offset : offset + STATIONS]
    each = [
        Button(Text.of("choice-station", station=station.name), data=f"summary:{CHAT}:{window.label}:{station.id}")
        for station in page
    ]
    all_of_them = ((Button(Text.of("button-summary-all"), data=f"summary:{CHAT}:{window.label}:0"),),)
    turns = paging.turns(f"summary:stations:{window.label}:0", offset, STATIONS, len(found))
    visit.toast()
    visit.say(Text.of("summary-which-station"), rows=(*all_of_them, *cards.in_pairs(each), *turns))


# --- making -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a job, read beside everything else: a summary, or why there is none."""

    job: SummaryJob
    summary: Summary | None
    refused: Refused | None = None
    lines: tuple[Text, ...] = ()
    """Of the cases behind a figure."""
    rows: Rows = ()
    sheet: StoredFile | None = None
    """What comes with the year: the points and days of each deputy."""


def make_next(uow: UnitOfWork, desk: Desk) -> Made | None:
    """Compute the one whose turn it is; None: nobody waits. Reads only."""
    job = uow.summary_jobs.next(desk.now)
    if job is None:
        return None
    window = windows.read(job.window)
    try:
        if window is None:
            raise Refused("summary-no-such-window", typed=job.window, last=last_week(desk).label)
        job = _as_of_now(uow, desk, job)
        summary = of(uow, desk, window, job.station_id, job.station_ids)
        if _kind(job.what) == summary_which.WHICH:
            return Made(
                job,
                summary,
                rows=summary_which.rows(summary, job, window),
                lines=summary_which.lines(desk, summary, job),
            )
    except Refused as exc:
        return Made(job, None, exc)
    return Made(job, summary, sheet=_yearly_sheet(uow, desk, job, window))


def _as_of_now(uow: UnitOfWork, desk: Desk, job: SummaryJob) -> SummaryJob:
    """The job with the stations that are theirs now: while a bot is away roles come and go. Raises Refused for whoever
    may not read it any more. What comes by itself is for them as staff, even where they own everything.
    """
    actor = people.known(uow, desk, job.chat_id)
    if job.scheduled:
        actor = replace(actor, owner=False)
    _require(actor, job.station_id)
    own = stations_of(actor)
    return replace(job, station_ids=None if own is None else tuple(sorted(own)))


def _yearly_sheet(uow: UnitOfWork, desk: Desk, job: SummaryJob, window: Window) -> StoredFile | None:
    """A row for each deputy of theirs, as below /score; where it comes by itself and there are deputies."""
    if not job.scheduled or window.kind is not WindowKind.YEAR:
        return None
    theirs = [
        deputy
        for deputy in uow.roster.deputies()
        if job.station_ids is None or deputy.station_ids.intersection(job.station_ids)
    ]
    return scores.sheet(uow, desk, theirs, window) if theirs else None


def of(
    uow: UnitOfWork, desk: Desk, window: Window, station_id: int | None, station_ids: Sequence[int] | None
) -> Summary:
    """The summary of one station, of several, or (None) of all."""
    if station_id is None and station_ids is not None and len(station_ids) == 1:
        station_id = station_ids[0]
    station = uow.stations.get(station_id) if station_id is not None else None
    if station is not None:
        scope = Scope(frozenset({station.id}))
        return Summary(figures.of(uow, desk, window, scope), station.code, station.name)
    scope = Scope(None if station_ids is None else frozenset(station_ids))
    return Summary(figures.of(uow, desk, window, scope), place=_places(uow, station_ids))


def _places(uow: UnitOfWork, station_ids: Sequence[int] | None) -> str | None:
    """The names of several stations, of many the first ones; None for all there are."""
    known = {station.id: station.name for station in uow.stations.all()}
    if station_ids is None or set(station_ids) >= known.keys():
        return None
    names = [known[station_id] for station_id in station_ids if station_id in known]
    return " · ".join([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])


def tell(uow: UnitOfWork, desk: Desk, made: Made) -> bool:
    """Promise what was made; whether the job was still wanted. Nothing is sent for one that was cancelled."""
    job = made.job
    current = uow.summary_jobs.get(job.id)
    if current is None or not uow.summary_jobs.remove(job.id):
        return False
    if job.scheduled and (made.refused is not None or _overtaken(uow, desk, job)):
        return False
    job = replace(job, message_id=current.message_id)
    if made.refused is not None or made.summary is None:
        text = Text(made.refused.key, made.refused.params) if made.refused else Text.of("summary-failed")
        _answer(uow, desk, job, text)
    elif job.what in FILES:
        _send_file(uow, desk, job, made.summary, FILES[job.what])
    elif made.lines:
        _answer(uow, desk, job, Text.lines(*made.lines), made.rows)
    else:
        _answer(uow, desk, job, summary_words.text(made.summary.figures, made.summary.place), _buttons(desk, job))
        if CHART is not None and not made.summary.figures.empty:
            caption = summary_words.caption(made.summary.figures, made.summary.place)
            _send(uow, desk, job, _stored(made.summary, CHART), CHART.ending, Send.PHOTO, caption)
        for file in _files_along(job, made.summary):
            _send(uow, desk, job, _stored(made.summary, file), file.ending)
        if made.sheet is not None:
            caption = Text.of("score-sheet-caption", window=named(made.summary.figures.window))
            _send(uow, desk, job, made.sheet, "sheet", caption=caption)
    return True


def _overtaken(uow: UnitOfWork, desk: Desk, job: SummaryJob) -> bool:
    """The next one of its kind is owed by now, or they want none any more."""
    window = windows.read(job.window)
    return window is None or summary_days.overtaken(desk, window, summary_days.wish_of(uow, job.person_id))


def _files_along(job: SummaryJob, summary: Summary) -> list[File]:
    """What comes with a summary that comes by itself."""
    if not job.scheduled or summary.figures.empty:
        return []
    return [FILES[what] for what in summary_days.ALONG.get(summary.figures.window.kind, ()) if what in FILES]


def give_up(uow: UnitOfWork, desk: Desk) -> bool:
    """The next one cannot be made: whoever asked is told, and the others go on."""
    job = uow.summary_jobs.next(desk.now)
    if job is None:
        return False
    uow.summary_jobs.remove(job.id)
    _answer(uow, desk, job, Text.of("summary-failed"))
    return True


def _answer(uow: UnitOfWork, desk: Desk, job: SummaryJob, text: Text, rows: Rows = ()) -> None:
    """In place of the message that said that it is being made; where there is none, in a message of its own."""
    said = Outgoing(Send.TEXT, job.chat_id, language=job.language, text=text, rows=rows, priority=Priority.ANSWER)
    window = windows.read(job.window)
    if job.scheduled and window is not None:
        noted_as = (summary_days.noted_as(window.kind), window.first.toordinal())
        said = replace(said, noted_as=noted_as, **summary_days.manner(desk, job, window, job.what))
    if job.message_id is not None:
        key = f"edit:{job.message_id}"
        said = replace(said, kind=Send.EDIT, target=job.message_id, key=key, fallback=said)
    uow.outbox.add(said, desk.now)


def _send_file(uow: UnitOfWork, desk: Desk, job: SummaryJob, summary: Summary, file: File) -> None:
    window = named(summary.figures.window)
    what = Text.of(f"summary-what-{_kind(job.what)}")
    _answer(uow, desk, job, Text.of("summary-file-ready", what=what, window=window))
    _send(uow, desk, job, _stored(summary, file), file.ending)


def _stored(summary: Summary, file: File) -> StoredFile:
    return StoredFile(f"{summary.name}.{file.ending}", file.media_type, packed(summary), file.maker)


def _send(
    uow: UnitOfWork,
    desk: Desk,
    job: SummaryJob,
    stored: StoredFile,
    part: str,
    kind: Send = Send.DOCUMENT,
    caption: Text | None = None,
) -> None:
    number = uow.files.add(stored, desk.now)
    sent = Outgoing(kind, job.chat_id, language=job.language, text=caption, file=number, priority=Priority.CONVERSATION)
    window = windows.read(job.window)
    if job.scheduled and window is not None:
        sent = replace(sent, **summary_days.manner(desk, job, window, part))
    uow.outbox.add(sent, desk.now)


# --- buttons ----------------------------------------------------------------------------------------------------------


def _buttons(desk: Desk, job: SummaryJob) -> Rows:
    window = windows.read(job.window)
    if window is None:
        return ()
    place = f"{job.station_id or 0}"
    turned = [Button(Text.of("button-window-previous"), data=f"summary:{CHAT}:{window.previous().label}:{place}")]
    following = window.following()
    if figures.begins(desk, following) < desk.now:
        turned.append(Button(Text.of("button-window-following"), data=f"summary:{CHAT}:{following.label}:{place}"))
    files = [Button(Text.of(f"button-summary-{what}"), data=f"summary:{what}:{window.label}:{place}") for what in FILES]
    which = Button(Text.of("button-summary-which"), data=f"summary:{summary_which.WHICH}:{window.label}:{place}")
    several = job.station_ids is None or len(job.station_ids) > 1
    stations = (
        [Button(Text.of("button-summary-station"), data=f"summary:stations:{window.label}:0:0")] if several else []
    )
    days = ((summary_wishes.button(),),) if job.scheduled else ()
    return (tuple(turned), *((tuple(files),) if files else ()), (which, *stations), *days)


def _noted(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """The message that says that it is being made is there."""
    if outgoing.noted_as and receipt.message_ids and uow.summary_jobs.get(outgoing.noted_as[1]) is not None:
        uow.summary_jobs.shown(outgoing.noted_as[1], receipt.message_ids[-1])


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"summary": _summary}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"summary": _press}
NOTED: Final[Mapping[str, Callable[[UnitOfWork, Desk, Outgoing, Receipt], None]]] = {_SHOWN: _noted}
