"""``/export``: a file of cases, duty logs or polls for staff, made beside everything else (``handlers/exporting.py``).

Staff get the rows of their stations, owners all. One message says how far it is, and is where it can be cancelled; the
file follows. Personal data is in it only where that was asked for and confirmed, which the office's journal keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from liaisonbot import permissions, windows
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.exporting import PACKED, WITHOUT_PERSONS, Ending, ExportJob, JobState
from liaisonbot.office_journal import PERSONAL_EXPORT
from liaisonbot.outgoing import MOST_BYTES, Button, Outgoing, Priority, Receipt, Rows, Send, StoredFile
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import actors, arguments, cards
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.export_arguments import ALL, WITH, named
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import Role
from liaisonbot.windows import Window

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "zip": "application/zip",
}

COMPOSED: Final = "export"
"""With it begins ``Outgoing.composed`` of a file."""
_SHOWN, _FILE = "export", "export-file"


# --- asking -----------------------------------------------------------------------------------------------------------


def check(visit: Visit) -> None:
    """Refuse before the first question what could not be done at the end."""
    if not arguments.stations_of(visit) and not visit.actor.owner:
        raise Refused("export-without-station")
    before = visit.uow.export_jobs.of(visit.person_id)
    if before is not None:
        raise Refused("export-on-its-way" if before.state is JobState.MADE else "export-under-way")


def _ask(visit: Visit, answers: Answers) -> None:
    """/export: in a line without more, all there is, as a workbook, without personal data."""
    check(visit)
    uow = visit.uow
    what, label = answers["what"], answers.get("window", ALL)
    window = None if label == ALL else windows.read(label)
    personal = answers.get("personal") == WITH and what not in WITHOUT_PERSONS
    everywhere = permissions.may_for_station(visit.actor, Permission.EXPORT_MAKE, None)
    job = uow.export_jobs.ask(
        person_id=visit.person_id,
        chat_id=visit.place.chat_id,
        language=visit.language,
        what=what,
        first=window.first if window else None,
        last=window.last if window else None,
        format=answers.get("format", "xlsx"),
        personal=personal,
        station_ids=None if everywhere else [station.id for station in arguments.stations_of(visit)],
        message_id=visit.press.message_id if visit.press else None,
        now=visit.desk.now,
    )
    if personal:
        _record(visit, job)
    visit.toast()
    text = Text.of("export-waiting", head=head(job), n=uow.export_jobs.before(job.id))
    visit.show(text, rows=_cancel(job), noted_as=None if visit.press else (_SHOWN, job.id))


def _record(visit: Visit, job: ExportJob) -> None:
    """Who asks for personal data does so on record, before anything is read."""
    stations = None if job.station_ids is None else [station.code for station in arguments.stations_of(visit)]
    details = {
        "what": job.what,
        "format": job.format,
        "first": job.first and job.first.isoformat(),
        "last": job.last and job.last.isoformat(),
        "stations": stations,
    }
    role = Role.OWNER if visit.actor.owner else Role.STAFF
    visit.uow.office_journal.add(visit.desk.now, visit.person_id, role, PERSONAL_EXPORT, details)


def _preview(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    """What is confirmed: only files with personal data are."""
    label = answers.get("window", ALL)
    window = None if label == ALL else windows.read(label)
    return Text.of("ask-sure-export", what=Text.of(f"export-{answers['what']}"), window=named(window)), None


def _stop(visit: Visit, rest: Sequence[str]) -> None:
    """Cancel below the message that says how far it is."""
    if len(rest) != 2 or rest[0] != "stop":
        raise Refused("old-button")
    job = visit.uow.export_jobs.get(number_in(rest[1]))
    if job is None or job.person_id != visit.person_id:
        raise Refused("export-over")
    if job.state is JobState.MADE:
        raise Refused("export-on-its-way")
    visit.uow.export_jobs.remove(job.id)
    visit.toast(Text.of("toast-export-stopped"))
    visit.show(Text.of("export-cancelled", head=head(job)))


def window_of(job: ExportJob) -> Window | None:
    """The part of the calendar it is for, by its own name where it has one."""
    if job.first is None or job.last is None:
        return None
    return Window.whole(job.first, job.last)


def head(job: ExportJob) -> Text:
    """What it is: cases, of the 47th week, as a workbook."""
    return Text.of(
        "export-head",
        what=Text.of(f"export-{job.what}"),
        window=named(window_of(job)),
        format=Text.of(f"export-{job.format}"),
    )


def _cancel(job: ExportJob) -> Rows:
    return ((Button(Text.of("button-cancel"), data=f"export:stop:{job.id}"),),)


# --- while it is made -------------------------------------------------------------------------------------------------


def start_over(uow: UnitOfWork, desk: Desk) -> None:
    """What an earlier run of the bot had begun is begun anew."""
    uow.export_jobs.start_over()


def begin(uow: UnitOfWork, desk: Desk) -> ExportJob | None:
    """The one whose turn it is, taken in hand; None: nobody waits, or it is not theirs any more."""
    job = uow.export_jobs.next()
    if job is None:
        return None
    if not _is_theirs(uow, desk, job):
        _end(uow, desk, job, Text.of("export-not-yours", head=head(job)))
        return None
    uow.export_jobs.update(job.id, state=JobState.RUNNING, attempt=job.attempt + 1)
    return replace(job, state=JobState.RUNNING, attempt=job.attempt + 1)


def is_wanted(uow: UnitOfWork, job: ExportJob) -> bool:
    """Whether it was neither cancelled nor, since somebody was forgotten, to be made anew."""
    now = uow.export_jobs.get(job.id)
    return now is not None and (now.state, now.attempt) == (JobState.RUNNING, job.attempt)


def progressed(uow: UnitOfWork, desk: Desk, job: ExportJob, done: int, total: int) -> None:
    """Say how far it is, where that can be said."""
    if is_wanted(uow, job):
        text = Text.of("export-running", head=head(job), done=f"{done:,}", total=f"{total:,}")
        _show(uow, desk, job, text, rows=_cancel(job), ended=False)


def finished(
    uow: UnitOfWork,
    desk: Desk,
    job: ExportJob,
    ending: Ending,
    rows: int = 0,
    content: bytes | None = None,
    packed: bool = False,
) -> None:
    """The file goes to whoever asked, or they are told why there is none. ``packed``: it lies in a zip."""
    if not is_wanted(uow, job):
        return
    if not _is_theirs(uow, desk, job):
        _end(uow, desk, job, Text.of("export-not-yours", head=head(job)))
    elif ending is not Ending.MADE:
        _end(uow, desk, job, _why(job, ending))
    elif not content:
        _end(uow, desk, job, Text.of("export-nothing", head=head(job)))
    else:
        name, media_type = name_of(job), MEDIA_TYPES["zip" if packed else job.format]
        file = uow.files.add(StoredFile(f"{name}.zip" if packed else name, media_type, content), desk.now)
        uow.export_jobs.update(job.id, state=JobState.MADE, file_id=file)
        _show(uow, desk, job, _ready(uow, job, rows, packed=packed))
        _send(uow, desk, job, file)


def _send(uow: UnitOfWork, desk: Desk, job: ExportJob, file: int) -> None:
    """It may have to wait, and whoever asked may lose the right meanwhile: see ``compose``."""
    sent = Outgoing(
        Send.DOCUMENT,
        job.chat_id,
        language=job.language,
        composed=f"{COMPOSED}:{job.id}",
        file=file,
        priority=Priority.CONVERSATION,
        noted_as=(_FILE, job.id),
    )
    uow.outbox.add(sent, desk.now)


def compose(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> Outgoing | None:
    """The file, if it is still theirs now that its turn has come; else that it is not."""
    job = uow.export_jobs.get(int((outgoing.composed or "").rpartition(":")[2]))
    if job is None:
        return None
    if _is_theirs(uow, desk, job):
        return replace(outgoing, composed=None)
    text = Text.of("export-not-yours", head=head(job))
    return replace(outgoing, kind=Send.TEXT, composed=None, text=text, content=None)


def _end(uow: UnitOfWork, desk: Desk, job: ExportJob, text: Text) -> None:
    """There is no file."""
    _show(uow, desk, job, text)
    uow.export_jobs.remove(job.id)


def _is_theirs(uow: UnitOfWork, desk: Desk, job: ExportJob) -> bool:
    """Whether whoever asked may still have it: a while has gone by since then."""
    actor = actors.known(uow, desk, job.chat_id)
    stations = (None,) if job.station_ids is None else job.station_ids
    return all(permissions.may_for_station(actor, Permission.EXPORT_MAKE, station) for station in stations)


def _ready(uow: UnitOfWork, job: ExportJob, rows: int, *, packed: bool) -> Text:
    """How much there is, and what is not in it."""
    own = job.what == "cases" and uow.cases.of_author(job.person_id)[1] > 0
    stations = [uow.stations.get(station) for station in job.station_ids or ()]
    persons = rows and job.what not in WITHOUT_PERSONS
    names = cards.names([station.name for station in stations if station])
    return Text.lines(
        Text.of("export-done", head=head(job), n=rows) if rows else Text.of("export-empty", head=head(job)),
        Text.of("export-packed") if packed else None,
        Text.of("export-stations", stations=names) if stations else None,
        Text.of("export-personal" if job.personal else "export-masked") if persons else None,
        Text.of("export-own-left-out") if own else None,
        Text.of("export-no-drafts") if job.what == "duty" else None,
    )


def _why(job: ExportJob, ending: Ending) -> Text:
    if ending is not Ending.TOO_LARGE:
        return Text.of(f"export-{ending}", head=head(job))
    other = None if job.format in PACKED else Text.of("export-csv")
    return Text.of("export-too-large", head=head(job), most=MOST_BYTES // 1024**2, call=_call(job), other=other)


def _call(job: ExportJob) -> str:
    """What gives the whole file on the machine itself."""
    words = ["bot.py", "export", job.what]
    if job.first is not None and job.last is not None:
        words += ["--since", job.first.isoformat(), "--until", (job.last + timedelta(days=1)).isoformat()]
    words += ["--personal"] if job.personal else []
    return " ".join([*words, "--format", job.format, "--out", f"{job.what}.{job.format}"])


def name_of(job: ExportJob) -> str:
    """What the file is called, in the reader's language."""
    window = window_of(job)
    label = f"-{window.label.replace('/', '_')}" if window else ""
    return f"{catalogue(job.language, 'UTC').plain(Text.of(f'export-{job.what}'))}{label}.{job.format}"


def _show(uow: UnitOfWork, desk: Desk, job: ExportJob, text: Text, *, rows: Rows = (), ended: bool = True) -> None:
    """In the one message about it; where that is not there, the end is said in another."""
    said = Outgoing(Send.TEXT, job.chat_id, language=job.language, text=text, rows=rows, priority=Priority.CONVERSATION)
    known = uow.export_jobs.get(job.id)
    target = known.message_id if known else job.message_id
    if target is not None:
        said = replace(said, kind=Send.EDIT, target=target, key=f"edit:{target}", fallback=said if ended else None)
    elif not ended:
        return
    uow.outbox.add(said, desk.now)


# --- how the messages went --------------------------------------------------------------------------------------------


def _shown(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """The message in which its progress is shown from now on."""
    if outgoing.noted_as and receipt.message_ids:
        uow.export_jobs.update(outgoing.noted_as[1], message_id=receipt.message_ids[-1])


def _sent(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """The file has arrived, or cannot: nothing of it is kept."""
    job = uow.export_jobs.get(outgoing.noted_as[1]) if outgoing.noted_as else None
    if job is None or job.file_id != outgoing.file or job.file_id is None:
        return
    uow.files.drop(job.file_id)
    if receipt.failure is not None:
        _show(uow, desk, job, Text.of("export-not-sent", head=head(job)))
    uow.export_jobs.remove(job.id)


NOTED: Final[Mapping[str, Callable[[UnitOfWork, Desk, Outgoing, Receipt], None]]] = {_SHOWN: _shown, _FILE: _sent}
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"export": _ask}
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {"export": _preview}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"export": _stop}
