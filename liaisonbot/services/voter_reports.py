"""``/shuzhi DEPUTY FROM TO``: a deputy's report to voters (述职).

It is drawn from the record, the deputy makes it their own, staff publish it in the groups of the deputy's stations, and
there voters judge it in three levels; the result is announced on the spot. Until it is confirmed everything can be
changed or dropped. What is judged, and who is told, stands in ``appraisal_subjects`` and ``appraisal_telling``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from liaisonbot import masking, permissions
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Group, RosterEntry
from liaisonbot.outgoing import Outgoing, Priority, Rows, Send
from liaisonbot.permissions import Permission
from liaisonbot.polls import Poll, PollKind, PollState, PostState
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    announcing,
    appraisal_subjects,
    duty_drafts,
    guided,
    poll_words,
    polling,
    readers,
    voter_report_record,
    works_arguments,
)
from liaisonbot.services import voter_report_views as views
from liaisonbot.services.doing import Answers, entry_of, number_in
from liaisonbot.services.readers import Reader
from liaisonbot.services.visit import Visit
from liaisonbot.services.voter_report_arguments import WHOLE, may_edit, may_make, reached
from liaisonbot.texts import Text, catalogue
from liaisonbot.voter_reports import LEAST, LONGEST, UNPUBLISHED, ReportState, VoterReport, joined
from liaisonbot.voting import AppraisalRule

_S: Final = ReportState


@dataclass(frozen=True, slots=True)
class Held:
    """A report somebody has in hand, whose it is, and what the button said besides."""

    report: VoterReport
    deputy: RosterEntry
    argument: int = 0


def _find(visit: Visit, report_id: int) -> Held:
    """The report, if it is the visitor's own or of a deputy of theirs. Nobody else changes it meanwhile."""
    report = visit.uow.voter_reports.get(report_id, lock=True)
    deputy = visit.uow.roster.get(report.deputy_id) if report is not None else None
    if report is None or deputy is None or not _either(visit, deputy):
        raise NotFound("report-not-found", id=report_id)
    return Held(report, deputy)


# --- drawn ------------------------------------------------------------------------------------------------------------


def _shuzhi(visit: Visit, answers: Answers) -> None:
    """/shuzhi: drawn from the record; the deputy has it to edit. One about the same days goes on."""
    uow, desk = visit.uow, visit.desk
    deputy = entry_of(visit, answers["deputy"])
    if not may_make(visit.actor, deputy):
        raise Refused("deputy-unknown")
    first, last = (date.fromisoformat(day) for day in answers["span"].split("/"))
    visit.toast()
    for report in uow.voter_reports.of_deputy(deputy.id):
        key = _there_already(uow, report) if (report.first, report.last) == (first, last) else None
        if key is not None:
            _say(visit, Held(report, deputy), views.named(uow, report, key))
            return
    record = voter_report_record.look_up(uow, desk, deputy, first, last)
    text = voter_report_record.written(record, desk, desk.settings.locale.default_language)
    report = uow.voter_reports.add(deputy.id, first, last, text, visit.person_id, desk.now)
    own = _reader(visit, deputy)
    to_oneself = own is not None and own.chat_id == visit.place.chat_id
    if own is not None and not to_oneself:
        _hand_over(visit, report, own)
    key = "report-drawn-here" if own is None else "report-yours" if to_oneself else "report-drawn"
    waits = Text.of("report-unconfirmed", n=record.unconfirmed) if record.unconfirmed else None
    _say(visit, Held(report, deputy), views.named(uow, report, key), waits)


def _there_already(uow: UnitOfWork, report: VoterReport) -> str | None:
    """What is said of a report about the same days; None: another one may be drawn."""
    if report.state in UNPUBLISHED:
        return "report-there-already"
    poll = uow.polls.get(report.poll_number) if report.poll_number is not None else None
    return "report-out-then" if poll is not None and poll.state is not PollState.CANCELLED else None


def _reader(visit: Visit, deputy: RosterEntry) -> Reader | None:
    """Their private chat, if what we send there arrives."""
    return readers.of_entry(visit.uow, visit.desk, deputy) if reached(visit.uow, deputy) else None


def _hand_over(visit: Visit, report: VoterReport, own: Reader) -> None:
    """To the deputy, in private, with what can be done with it."""
    said = Outgoing(
        Send.TEXT,
        own.chat_id,
        language=own.language,
        text=views.named(visit.uow, report, "report-yours"),
        body=report.text,
        rows=views.own_rows(report),
    )
    visit.uow.outbox.add(said, visit.desk.now)


def _say(visit: Visit, held: Held, *said: Text | None) -> None:
    """The report as a message of its own, with what the visitor can do with it."""
    text = Text.lines(*said, views.card(visit.uow, held.report))
    visit.say(text, body=held.report.text, rows=views.rows(visit.uow, visit.actor, held.report, held.deputy))


def _show(visit: Visit, held: Held) -> None:
    visit.toast()
    text = views.card(visit.uow, held.report)
    visit.show(text, body=held.report.text, rows=views.rows(visit.uow, visit.actor, held.report, held.deputy))


# --- edited -----------------------------------------------------------------------------------------------------------


def _parts(visit: Visit, held: Held) -> None:
    """Which paragraph is to be said otherwise."""
    visit.toast()
    visit.show(
        views.named(visit.uow, held.report, "report-which-part"), rows=views.part_rows(held.report, held.argument)
    )


def _part(visit: Visit, held: Held) -> None:
    _require_part(held.report, held.argument)
    guided.begin(visit, "reportwords", {"report": held.report.id, "part": held.argument})


def _require_part(report: VoterReport, part: int) -> None:
    if part > len(report.paragraphs) + 1:
        raise Refused("report-no-part", n=len(report.paragraphs))


def ask_words(visit: Visit, answers: Answers) -> tuple[Text, Rows]:
    """What the paragraph says now, and that it can be struck."""
    held, part = _find(visit, answers["report"]), answers["part"]
    _require_part(held.report, part)
    parts = held.report.paragraphs
    if part == WHOLE:
        return Text.of("ask-report-whole", most=LONGEST), ()
    if part > len(parts):
        return Text.of("ask-report-more"), ()
    strike = views.button(held.report, "button-report-strike", "strike", part)
    return Text.of("ask-report-text", part=part, text=parts[part - 1]), ((strike,),)


def _reportwords(visit: Visit, answers: Answers) -> None:
    """/reportwords: other words for a paragraph, for all of it, or one more."""
    held, part = _find(visit, answers["report"]), answers["part"]
    _require_editable(visit, held)
    _require_part(held.report, part)
    typed = answers["text"].strip()
    words = masking.mask(typed)
    parts = held.report.paragraphs
    text = joined([words]) if part == WHOLE else joined([*parts[: part - 1], words, *parts[part:]])
    _changed(visit, held, text, Text.of("report-masked") if words != typed else None)


def _require_editable(visit: Visit, held: Held) -> None:
    if not may_edit(visit.uow, visit.actor, held.deputy):
        raise Refused("report-deputys-own", deputy=held.deputy.name)
    if held.report.state not in UNPUBLISHED:
        raise Refused("report-out-already")


def _changed(visit: Visit, held: Held, text: str, also: Text | None = None) -> None:
    """It says that from now on. Who was told that it is ready hears that it is not."""
    if len(text) > LONGEST:
        raise Refused("report-too-long", n=len(text), most=LONGEST)
    report = visit.uow.voter_reports.update(held.report.id, text=text, state=_S.DRAFT)
    if held.report.state is _S.READY:
        _tell_staff(visit, report, "report-changed-again")
    visit.toast()
    _say(visit, Held(report, held.deputy), Text.of("report-changed"), also)


def _ask_strike(visit: Visit, held: Held) -> None:
    """A paragraph that is struck is gone: asked once."""
    words = _paragraph(held)
    visit.toast()
    rows = (
        (
            views.button(held.report, "button-confirm", "strike-now", held.argument),
            views.button(held.report, "button-back", "words", held.argument),
        ),
    )
    visit.show(Text.of("report-ask-strike", part=held.argument, text=words), rows=rows)


def _paragraph(held: Held) -> str:
    parts = held.report.paragraphs
    if not 1 <= held.argument <= len(parts):
        raise Refused("report-no-part", n=len(parts))
    if len(parts) == 1:
        raise Refused("report-last-part")
    return parts[held.argument - 1]


def _words_again(visit: Visit, held: Held) -> None:
    """It stays; other words for it are still welcome."""
    text, rows = ask_words(visit, {"report": held.report.id, "part": held.argument})
    visit.toast()
    visit.show(text, rows=rows)


def _strike(visit: Visit, held: Held) -> None:
    _paragraph(held)
    visit.uow.dialogues.end(visit.place.chat_id, visit.person_id)  # it asked for other words for that paragraph
    parts = held.report.paragraphs
    _changed(visit, held, joined([*parts[: held.argument - 1], *parts[held.argument :]]))


def _ready(visit: Visit, held: Held) -> None:
    """The deputy says so; staff may publish it."""
    report = visit.uow.voter_reports.update(held.report.id, state=_S.READY)
    _tell_staff(visit, report, "report-is-ready")
    _show(visit, Held(report, held.deputy))


def _tell_staff(visit: Visit, report: VoterReport, key: str) -> None:
    """Who had it drawn, or, where that one has gone, the staff of the deputy's stations; not whoever did it."""
    uow, desk = visit.uow, visit.desk
    rows: Rows = ()
    if report.state is _S.READY:
        rows = ((views.button(report, "button-report-publish", "publish"),),)
    for reader in _staff(visit, report):
        if reader.chat_id != visit.place.chat_id:
            text = views.named(uow, report, key)
            uow.outbox.add(
                Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text, rows=rows), desk.now
            )


def _staff(visit: Visit, report: VoterReport) -> list[Reader]:
    uow, desk = visit.uow, visit.desk
    deputy = uow.roster.get(report.deputy_id)
    stations = deputy.station_ids if deputy else frozenset()
    maker = readers.still_staff(uow, desk, report.person_id, stations)
    if maker is not None:
        return [maker]
    found = [reader for id_ in sorted(stations) for reader in readers.staff_of(uow, desk, id_)]
    return list(dict.fromkeys(found))


def _docx(visit: Visit, held: Held) -> None:
    """As a document to print."""
    file = visit.uow.files.add(views.paper(visit, held.report, held.deputy), visit.desk.now)
    caption = views.named(visit.uow, held.report, "report-paper-caption")
    visit.toast()
    visit.promise(Outgoing(Send.DOCUMENT, visit.place.chat_id, text=caption, file=file, priority=Priority.ANSWER))


# --- dropped ----------------------------------------------------------------------------------------------------------


def _ask_drop(visit: Visit, held: Held) -> None:
    visit.toast()
    text = views.named(visit.uow, held.report, "report-ask-drop")
    visit.show(text, rows=views.sure_rows(held.report, "drop-now"))


def _drop(visit: Visit, held: Held) -> None:
    """It is gone, and the deputy hears of it."""
    uow, desk, report = visit.uow, visit.desk, held.report
    said = views.named(uow, report, "report-dropped")
    uow.voter_reports.remove(report.id)
    if report.poll_number is not None:
        uow.polls.drop(report.poll_number)
    own = readers.of_entry(uow, desk, held.deputy)
    if own is not None and own.chat_id != visit.place.chat_id:
        uow.outbox.add(Outgoing(Send.TEXT, own.chat_id, language=own.language, text=said), desk.now)
    visit.toast()
    visit.show(said)


# --- published --------------------------------------------------------------------------------------------------------


def _publish(visit: Visit, held: Held) -> None:
    """As the groups will read it, then to whom it goes and how it is judged. Nothing goes out yet."""
    poll = _poll(visit, held)
    report = visit.uow.voter_reports.update(held.report.id, poll_number=poll.number)
    visit.toast()
    visit.promise(views.look(visit, report))
    groups = _groups(visit, held.deputy)
    text, rows = views.control(visit.uow, report, poll), views.control_rows(report, poll, groups)
    visit.say(text, rows=rows)


def _poll(visit: Visit, held: Held) -> Poll:
    """The draft of its appraisal: that there is, or a new one. It goes to groups of the visitor's own stations, whoever
    had it in hand before; to all of them, unless some were chosen.
    """
    uow, desk = visit.uow, visit.desk
    number = held.report.poll_number
    poll = uow.polls.get(number, lock=True) if number is not None else None
    groups = _groups(visit, held.deputy)
    if not groups:
        raise Refused("report-no-groups", deputy=held.deputy.name)
    if poll is not None:
        _leave_to_others(uow, poll, groups)
        return poll
    locale = desk.settings.locale
    subject = appraisal_subjects.of_report(uow, held.report)
    question, options = poll_words.of_appraisal(subject, catalogue(locale.default_language, locale.timezone))
    rule = works_arguments.rules_for(works_arguments.RESIDENTS)[0]
    poll = uow.polls.draft(
        kind=PollKind.APPRAISAL,
        question=question,
        options=options,
        sealed=True,
        person_id=visit.person_id,
        chat_id=visit.telegram_id,
        language=visit.language,
        minutes=works_arguments.SPANS[1],
        rule=_rule(visit, rule),
    )
    polling.address(uow, poll, groups)
    return poll


def _leave_to_others(uow: UnitOfWork, poll: Poll, groups: Sequence[Group]) -> None:
    """Out with the groups of other stations, or unbound since; where nothing is left, all of one's own instead."""
    own = {group.chat_id for group in groups}
    chosen = [post.chat_id for post in uow.polls.posts(poll.number, PostState.WAITING)]
    others = [chat_id for chat_id in chosen if chat_id not in own]
    for chat_id in others:
        uow.polls.unaddress(poll.number, chat_id)
    if others and len(others) == len(chosen):
        polling.address(uow, poll, groups)


def _rule(visit: Visit, key: str) -> dict[str, Any]:
    """The rule it is counted by, with how many voters there should be."""
    return {**AppraisalRule.preset(key).to_json(), LEAST: visit.desk.settings.duty.report_least_voters}


def _groups(visit: Visit, deputy: RosterEntry) -> list[Group]:
    """The bound groups of those of the deputy's stations that are the visitor's as well, each once."""
    own = [
        id_
        for id_ in sorted(deputy.station_ids)
        if permissions.may_for_station(visit.actor, Permission.REPORT_MAKE, id_)
    ]
    found = {group.chat_id: group for id_ in own for group in visit.uow.groups.of_station(id_)}
    return list(found.values())


def _control(visit: Visit, held: Held) -> None:
    poll, groups = _poll(visit, held), _groups(visit, held.deputy)
    visit.toast()
    visit.show(views.control(visit.uow, held.report, poll), rows=views.control_rows(held.report, poll, groups))


def _choose_groups(visit: Visit, held: Held) -> None:
    poll, groups = _poll(visit, held), _groups(visit, held.deputy)
    visit.toast()
    rows = views.group_rows(visit.uow, held.report, poll, groups, held.argument)
    visit.show(views.named(visit.uow, held.report, "report-choose-groups"), rows=rows)


def _toggle_group(visit: Visit, held: Held) -> None:
    poll, groups = _poll(visit, held), _groups(visit, held.deputy)
    place = next((place for place, group in enumerate(groups) if -group.chat_id == held.argument), None)
    if place is None:
        raise Refused("station-not-yours")
    group = groups[place]
    if group.chat_id in {post.chat_id for post in visit.uow.polls.posts(poll.number)}:
        visit.uow.polls.unaddress(poll.number, group.chat_id)
    else:
        polling.address(visit.uow, poll, [group])
    _choose_groups(visit, Held(held.report, held.deputy, place // views.PAGE * views.PAGE))


def _next_span(visit: Visit, held: Held) -> None:
    poll = _poll(visit, held)
    following = next((each for each in works_arguments.SPANS if each > poll.minutes), works_arguments.SPANS[0])
    visit.uow.polls.update(poll.number, minutes=following)
    _control(visit, held)


def _next_rule(visit: Visit, held: Held) -> None:
    poll, keys = _poll(visit, held), works_arguments.rules_for(works_arguments.RESIDENTS)
    now = AppraisalRule.from_json(poll.rule or {}).key
    following = keys[(keys.index(now) + 1) % len(keys)] if now in keys else keys[0]
    visit.uow.polls.update(poll.number, rule=_rule(visit, following))
    _control(visit, held)


def _confirm(visit: Visit, held: Held) -> None:
    """It goes to the groups; where it has arrived, the poll follows. The words must be those that were shown."""
    uow, desk, report = visit.uow, visit.desk, held.report
    if held.argument != report.wording:
        raise Refused("report-read-again")
    poll = _poll(visit, held)
    posts = uow.polls.posts(poll.number, PostState.WAITING)
    if not posts:
        raise Refused("report-to-nobody")
    stations = sorted({post.station_id for post in posts if post.station_id is not None})
    uow.polls.update(
        poll.number,
        person_id=visit.person_id,
        chat_id=visit.telegram_id,
        language=visit.language,
        station_ids=stations,
        rule=_rule(visit, AppraisalRule.from_json(poll.rule or {}).key),
    )
    poll = polling.begin(uow, desk, poll)
    report = uow.voter_reports.update(report.id, state=_S.PUBLISHED, published_at=desk.now)
    visit.toast(Text.of("toast-announcing"))
    announcing.send_at_once(visit, report.text, station_ids=stations, poll=poll.number)
    polling.send_card(uow, desk, poll, visit.place.chat_id, visit.language)
    _tell_deputy(visit, Held(report, held.deputy), poll, len(posts))


def _tell_deputy(visit: Visit, held: Held, poll: Poll, groups: int) -> None:
    """It is out, until when voters judge it; and that is an entry of the duty log."""
    uow, desk, report = visit.uow, visit.desk, held.report
    own = readers.of_entry(uow, desk, held.deputy)
    if own is None:
        return
    if own.chat_id != visit.place.chat_id:
        named = appraisal_subjects.of_report(uow, report).named
        text = Text("report-out", {**named, "n": groups, "at": poll.closes_at})
        uow.outbox.add(Outgoing(Send.TEXT, own.chat_id, language=own.language, text=text), desk.now)
    about = Text.of("draft-report", first=report.first.isoformat(), last=report.last.isoformat())
    duty_drafts.offer(uow, desk, held.deputy, "reported", origin=views.origin(report), about=about)


# --- buttons ----------------------------------------------------------------------------------------------------------

Allowed = Callable[[Visit, RosterEntry], bool]


def _edits(visit: Visit, deputy: RosterEntry) -> bool:
    return may_edit(visit.uow, visit.actor, deputy)


def _makes(visit: Visit, deputy: RosterEntry) -> bool:
    return may_make(visit.actor, deputy)


def _either(visit: Visit, deputy: RosterEntry) -> bool:
    return _edits(visit, deputy) or _makes(visit, deputy)


_READY: Final = (_S.READY,)
ACTIONS: Final[Mapping[str, tuple[tuple[ReportState, ...], Allowed, Callable[[Visit, Held], None]]]] = {
    # button       possible while it is    whose      does
    "show": (tuple(_S), _either, _show),
    "docx": (tuple(_S), _either, _docx),
    "parts": (UNPUBLISHED, _edits, _parts),
    "part": (UNPUBLISHED, _edits, _part),
    "strike": (UNPUBLISHED, _edits, _ask_strike),
    "words": (UNPUBLISHED, _edits, _words_again),
    "strike-now": (UNPUBLISHED, _edits, _strike),
    "ready": ((_S.DRAFT,), _edits, _ready),
    "drop": (UNPUBLISHED, _makes, _ask_drop),
    "drop-now": (UNPUBLISHED, _makes, _drop),
    "publish": (_READY, _makes, _publish),
    "control": (_READY, _makes, _control),
    "groups": (_READY, _makes, _choose_groups),
    "group": (_READY, _makes, _toggle_group),
    "runs": (_READY, _makes, _next_span),
    "rule": (_READY, _makes, _next_rule),
    "confirm": (_READY, _makes, _confirm),
}


def _press(visit: Visit, rest: Sequence[str]) -> None:
    """``shuzhi:REPORT:ACTION[:ARGUMENT]``. What is not possible in its state is refused in words."""
    if len(rest) not in (2, 3) or rest[1] not in ACTIONS:
        raise Refused("old-button")
    states, allowed, act = ACTIONS[rest[1]]
    found = _find(visit, number_in(rest[0]))
    if not allowed(visit, found.deputy):
        raise NotFound("report-not-found", id=found.report.id)
    if found.report.state not in states:
        raise Refused("report-not-now", state=Text.of(f"report-state-{found.report.state}"))
    act(visit, Held(found.report, found.deputy, number_in(rest[2]) if len(rest) == 3 else 0))


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"shuzhi": _shuzhi, "reportwords": _reportwords}
BEFORE_WORDS: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, Rows]]]] = {"reportwords": ask_words}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"shuzhi": _press}
