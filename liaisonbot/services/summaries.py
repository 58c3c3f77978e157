"""``/summary``: the figures of a week, a month, a quarter, as staff get them in the chat.

Asking makes a row; ``handlers/summarising.py`` reads what it needs beside everything else, so that nobody who writes to
the bot waits for it. One message says that it is being made, and becomes the answer; below that comes the chart. Files
are made the same way. Staff see their stations; owners, and staff of no station, all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from liaisonbot import summary_words, windows
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.facts import Scope
from liaisonbot.model import Actor
from liaisonbot.outgoing import Button, Outgoing, Priority, Receipt, Rows, Send, StoredFile
from liaisonbot.permissions import Permission, may
from liaisonbot.ports import UnitOfWork
from liaisonbot.reports import bulletins, sheets, summary_book, summary_charts, workbooks
from liaisonbot.services import cards, figures, paging, people, scores, summary_days, summary_which, summary_wishes
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.summary_days import last_week
from liaisonbot.services.visit import Visit
from liaisonbot.summaries import CHAT, Summary, SummaryJob, packed, stations_of, without_cases
from liaisonbot.texts import Text
from liaisonbot.window_names import named
from liaisonbot.windows import Window, WindowKind

_SHOWN: Final = "summary-shown"
NAMED: Final = 3
"""Stations whose names stand in the heading."""
STATIONS: Final = 8
"""Stations on one page of the choice."""
AT_ONCE: Final = 8
"""Staff who are told in one unit of the writer."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a summary: who makes it (``reports.MAKERS``), and what it is called."""

    maker: str
    ending: str
    media_type: str
    names_cases: bool = True
    """Whether it says anything of single cases."""

    def stored(self, summary: Summary) -> StoredFile:
        """What is kept of it until its turn comes. Of a week in a large city that takes its time."""
        content = packed(summary if self.names_cases else without_cases(summary))
        return StoredFile(f"{summary.name}.{self.ending}", self.media_type, content, self.maker)


CHART: Final[File | None] = File(summary_charts.MAKER, "png", summary_charts.MEDIA_TYPE, names_cases=False)
"""The picture below the text."""
FILES: Final[Mapping[str, File]] = {
    "xlsx": File(summary_book.MAKER, "xlsx", workbooks.MEDIA_TYPE),
    "docx": File(bulletins.MAKER, "docx", bulletins.MEDIA_TYPE),
}
"""By what stands in a button: the files that can be asked for."""
SHEET: Final = File(sheets.MAKER, "sheet", sheets.MEDIA_TYPE)
"""What comes with the year: the points and days of each deputy."""
Attached = tuple[File, StoredFile, Text | None]
"""A file, what is kept of it until its turn comes, and the words below it."""


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
    elif what == summary_which.WHICH and len(rest) == 5 and summary_which.known(rest[3]):
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
    """What becomes of a job, read beside everything else: what is said, and the files that come with it."""

    job: SummaryJob
    said: Text | None
    """None: nothing; what comes by itself is not for them any more."""
    rows: Rows = ()
    files: tuple[Attached, ...] = ()
    alike: tuple[SummaryJob, ...] = ()
    """Others to whom the same is owed."""


def make_next(uow: UnitOfWork, desk: Desk) -> Made | None:
    """Make the one whose turn it is; None: nobody waits. Reads only."""
    job = uow.summary_jobs.next(desk.now)
    if job is None:
        return None
    window = windows.read(job.window)
    try:
        if window is None:
            raise Refused("summary-no-such-window", typed=job.window, last=last_week(desk).label)
        now = _as_of_now(uow, desk, job)
        made = _MAKE.get(_kind(job.what), _file)(desk, now, of(uow, desk, window, now.station_id, now.station_ids))
        files = (*made.files, *_yearly_sheet(uow, desk, now, window))
        return replace(made, files=files, alike=_alike(uow, desk, job, now))
    except Refused as exc:
        return Made(job, None if job.scheduled else Text(exc.key, exc.params))


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


def _text(desk: Desk, job: SummaryJob, summary: Summary) -> Made:
    """For the chat, with its chart; an empty week has none. What comes by itself can have more files."""
    said, rows = summary_words.text(summary.figures, summary.place), _buttons(desk, job)
    if summary.figures.empty:
        return Made(job, said, rows)
    along = summary_days.ALONG.get(summary.figures.window.kind, ()) if job.scheduled else ()
    caption = summary_words.caption(summary.figures, summary.place)
    chart = ((CHART, CHART.stored(summary), caption),) if CHART is not None else ()
    files = tuple((FILES[what], FILES[what].stored(summary), None) for what in along if what in FILES)
    return Made(job, said, rows, (*chart, *files))


def _file(desk: Desk, job: SummaryJob, summary: Summary) -> Made:
    what, window = Text.of(f"summary-what-{_kind(job.what)}"), named(summary.figures.window)
    file = FILES[job.what]
    return Made(
        job, Text.of("summary-file-ready", what=what, window=window), files=((file, file.stored(summary), None),)
    )


def _which(desk: Desk, job: SummaryJob, summary: Summary) -> Made:
    rows = summary_which.rows(summary, job, summary.figures.window)
    return Made(job, Text.lines(*summary_which.lines(desk, summary, job)), rows)


_MAKE: Final[Mapping[str, Callable[[Desk, SummaryJob, Summary], Made]]] = {CHAT: _text, summary_which.WHICH: _which}
"""By the kind of the job; all others are files."""


def _yearly_sheet(uow: UnitOfWork, desk: Desk, job: SummaryJob, window: Window) -> Iterator[Attached]:
    """A row for each deputy of theirs, as below /score; where the year comes by itself and there are deputies."""
    if not job.scheduled or window.kind is not WindowKind.YEAR:
        return
    theirs = [
        deputy
        for deputy in uow.roster.deputies()
        if job.station_ids is None or deputy.station_ids.intersection(job.station_ids)
    ]
    if theirs:
        yield SHEET, scores.sheet(uow, desk, theirs, window), Text.of("score-sheet-caption", window=named(window))


def _alike(uow: UnitOfWork, desk: Desk, job: SummaryJob, now: SummaryJob) -> tuple[SummaryJob, ...]:
    """Of what is owed on a day: for staff of the same stations it is worked out, and drawn, once. ``now``: the job as
    of now.
    """
    if not job.scheduled:
        return ()
    owed = (each for each in uow.summary_jobs.owed_after(job) if _about(each) == _about(job))
    return tuple(islice((each for each in owed if _is_now(uow, desk, each, now)), AT_ONCE - 1))


def _is_now(uow: UnitOfWork, desk: Desk, job: SummaryJob, like: SummaryJob) -> bool:
    """Whether that is what they may still read."""
    try:
        return _about(_as_of_now(uow, desk, job)) == _about(like)
    except Refused:
        return False


def _about(job: SummaryJob) -> tuple[object, ...]:
    """Jobs of which this is equal get the same."""
    return job.window, job.station_id, job.station_ids, job.what


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
    """Promise what was made to all who wait for it; whether anybody still does. Nothing is sent for a job that was
    cancelled.
    """
    wanted = [job for each in (made.job, *made.alike) if (job := _taken(uow, desk, each)) is not None]
    if made.said is None or not wanted:
        return False
    files = [(file, uow.files.add(stored, desk.now), caption) for file, stored, caption in made.files]
    for job in wanted:
        _answer(uow, desk, job, made.said, made.rows)
        for attached in files:
            _send(uow, desk, job, *attached)
    return True


def _taken(uow: UnitOfWork, desk: Desk, job: SummaryJob) -> SummaryJob | None:
    """The job as it stands now, which is done with; None: nobody wants it any more."""
    current = uow.summary_jobs.get(job.id)
    if current is None or not uow.summary_jobs.remove(job.id):
        return None
    return None if job.scheduled and _overtaken(uow, desk, current) else current


def _overtaken(uow: UnitOfWork, desk: Desk, job: SummaryJob) -> bool:
    """The next one of its kind is owed by now, or they want none any more."""
    window = windows.read(job.window)
    return window is None or summary_days.overtaken(desk, window, summary_days.wish_of(uow, job.person_id))


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


def _send(uow: UnitOfWork, desk: Desk, job: SummaryJob, file: File, number: int, caption: Text | None) -> None:
    """``number``: of the stored file, which is one for all who get it."""
    kind = Send.PHOTO if file is CHART else Send.DOCUMENT
    sent = Outgoing(kind, job.chat_id, language=job.language, text=caption, file=number, priority=Priority.CONVERSATION)
    window = windows.read(job.window)
    if job.scheduled and window is not None:
        sent = replace(sent, **summary_days.manner(desk, job, window, file.ending))
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
