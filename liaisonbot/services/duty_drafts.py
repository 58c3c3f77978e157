"""Drafts of the duty log, from what a deputy really did: nobody types twice what the office knows already.

:data:`ACTS` says what of a case's course, a vote, an inspection … is worth an entry, and of which type. What a deputy
does for one case on one day is one draft, whose card grows with it; one tap files it, one tap corrects it first; where
several wait, one tap files all of them. A draft holds no word of a constituent: the number of the case, its category,
and what was done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.duty import DutyEntry, EntryEvent, EntryState
from liaisonbot.errors import Refused
from liaisonbot.model import SYSTEM, Actor, Case, RosterEntry
from liaisonbot.outgoing import Button, Outgoing, Priority, Receipt, Rows, Send
from liaisonbot.polls import Poll, PollKind
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project, ProjectEvent
from liaisonbot.services import cards, duty_log, duty_views, electors, project_names, readers
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Catalogue, Text, catalogue
from liaisonbot.workflow import Event

PREFERENCE: Final = "duty_offers"
"""Of a deputy: False, where nothing is to be offered."""
SOON: Final = timedelta(seconds=2)
"""So long after the act its card comes: below the answer to it, and with what is done for the same thing meanwhile."""
_E: Final = EntryEvent
_DISPUTE: Final = "dispute"
"""The kind of a case in which two sides are at odds."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something a deputy did: the type of entry it makes by itself, and its weight among others of that day."""

    type: str
    weight: int = 1


ACTS: Final[Mapping[str, Act]] = {
    # for a case
    "accepted": Act("online"),
    "asked": Act("online"),
    "declined": Act("online", 2),
    "handed": Act("deed", 3),
    "mediated": Act("deed", 3),
    "answered": Act("online", 2),
    "closed": Act("deed", 3),
    "settled": Act("mediation", 5),
    "session": Act("mediation", 6),
    "agreed": Act("mediation", 6),
    # for projects, at reception days, with households
    "voted": Act("voting"),
    "judged": Act("appraisal"),
    "progress": Act("project"),
    "inspected": Act("project", 2),
    "received": Act("reception"),
    "visited": Act("pairing"),
    "reported": Act("report"),
}
"""Key → what it makes. Of several on one day and for one thing, the weightiest gives the type."""

OF_CASES: Final[Mapping[Event, str]] = {
    Event.ACCEPTED: "accepted",
    Event.ASKED: "asked",
    Event.DECLINED: "declined",
    Event.HANDED: "handed",
    Event.MEDIATED: "mediated",
    Event.ANSWERED: "answered",
    Event.CLOSED: "closed",
    Event.SESSION_HELD: "session",
    Event.AGREED: "agreed",
}
"""Which act an event of a case is."""
OF_PROJECTS: Final[Mapping[ProjectEvent, str]] = {
    ProjectEvent.PROGRESS: "progress",
    ProjectEvent.MILESTONE_REACHED: "progress",
    ProjectEvent.INSPECTED: "inspected",
    ProjectEvent.PUT_RIGHT: "inspected",
}
OF_POLLS: Final[Mapping[PollKind, str]] = {PollKind.VOTE: "voted", PollKind.APPRAISAL: "judged"}
IN_A_DISPUTE: Final[Mapping[str, str]] = {"mediated": "settled"}
"""What an act is where two sides are at odds."""


# --- offering ---------------------------------------------------------------------------------------------------------


def after_case(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case, event: Event) -> None:
    """The deputy who has the case let that happen to it: offered as an entry."""
    act = OF_CASES.get(event)
    if act is None or actor.deputy is None or actor.deputy.id != case.deputy_id:
        return
    if _at_a_reception(uow, desk, actor.deputy, case):
        return
    if case.kind == _DISPUTE:
        act = IN_A_DISPUTE.get(act, act)
    about = Text.of("draft-case", case=case.number, category=Text.of(f"category-{case.category}"))
    offer(uow, desk, actor.deputy, act, origin=f"case:{case.number}", about=about, case=case.number)


def _at_a_reception(uow: UnitOfWork, desk: Desk, deputy: RosterEntry, case: Case) -> bool:
    """Whether it was brought to the deputy's reception day today: that day makes one entry, with all who came."""
    visit = uow.receptions.by_case(case.number)
    day = uow.receptions.get(visit.reception_id) if visit is not None else None
    return day is not None and day.day == desk.today and deputy.id in day.deputy_ids


def after_project(uow: UnitOfWork, desk: Desk, actor: Actor, project: Project, event: ProjectEvent) -> None:
    """A deputy of the supervision group let that happen to the project: offered as an entry."""
    act = OF_PROJECTS.get(event)
    if act is not None and actor.deputy is not None:
        about = Text.of("draft-project", title=project_names.title(project))
        offer(uow, desk, actor.deputy, act, origin=f"project:{project.number}", about=about, project=project.number)


def after_poll(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """A vote or an appraisal of the deputies is over: offered to all who took part.

    Only then: a draft at the moment of voting would put the voters in an order.
    """
    act = OF_POLLS.get(poll.kind)
    if act is None:
        return
    listed = {elector.entry_id for elector in uow.polls.electors(poll.number) if elector.entry_id is not None}
    about = Text.of("draft-poll", question=poll.question, poll=poll.number)
    # The rounds of a vote that follow each other on one day are one entry.
    rounds = poll.kind is PollKind.VOTE and poll.cycle_id is not None
    origin = f"cycle:{poll.cycle_id}" if rounds else f"poll:{poll.number}"
    for deputy in uow.roster.deputies():
        if deputy.id in listed and _took_part(uow, poll, deputy):
            offer(uow, desk, deputy, act, origin=origin, about=about)


def _took_part(uow: UnitOfWork, poll: Poll, deputy: RosterEntry) -> bool:
    """Whether a ballot or an answer is on record under the number by which the deputy votes there; one that was taken
    back is none.
    """
    if electors.by_entry(poll):
        return deputy.id in uow.urns.voted(poll.number)
    person = uow.people.find(deputy.telegram_id) if deputy.telegram_id is not None else None
    return person is not None and person.id in uow.polls.answered(poll.number)


def offer(
    uow: UnitOfWork,
    desk: Desk,
    deputy: RosterEntry,
    act: str,
    *,
    origin: str,
    about: Text,
    day: date | None = None,
    case: int | None = None,
    project: int | None = None,
    asked: bool = False,
    anew: bool = False,
    **fields: Any,
) -> DutyEntry | None:
    """Offer that as an entry; as it stands then. None: this deputy wants no offers, or not this one.

    ``act``: a key of :data:`ACTS`. ``origin``: what it was done for, see :class:`DutyEntry`; another act for the same
    on the same day joins the draft. ``about``: what to call that, in no constituent's words. ``fields``: of the entry,
    where more is known of it (place, minutes …). ``day``: today, unless it is said. ``asked``: the deputy said so
    themselves, whatever they prefer. ``anew``: what is known of it takes the place of what was, while it is a draft.
    """
    day = day or desk.today
    reader = readers.of_entry(uow, desk, deputy)
    if reader is None or not (asked or _wanted(uow, deputy, day, origin)):
        return None
    before = uow.duty.of_origin(deputy.id, day, origin)
    known_already = before is not None and act in before.acts
    if before is not None and known_already and not (anew and before.state is EntryState.DRAFT):
        return before
    if before is not None and before.state not in (EntryState.DRAFT, EntryState.FILED):
        return before
    acts = (*(before.acts if before else ()), *(() if known_already else (act,)))
    say = catalogue(reader.language, desk.settings.locale.timezone)
    drawn = {"acts": acts, "text": say.plain(_words(acts, about))}
    if before is None:
        known = {"case": case, "project": project, "origin": origin, **drawn, **fields}
        entry = duty_log.make(uow, desk, SYSTEM, deputy, _E.DRAFTED, type=_type(acts), day=day, **known)
    elif before.state is EntryState.DRAFT:
        changes = {"type": _type(acts), **drawn, **(fields if anew else {})}
        entry = duty_log.advance(uow, desk, SYSTEM, before.id, _E.CHANGED, changes=changes)
    else:  # filed in the meantime: what it says is the deputy's now, and only they add to it
        entry = duty_log.advance(uow, desk, SYSTEM, before.id, _E.CHANGED, changes={"acts": acts})
    _show(uow, desk, entry, reader)
    return entry


def withdraw(uow: UnitOfWork, desk: Desk, deputy: RosterEntry, day: date, *, origin: str) -> None:
    """What was offered turned out not to have been: its card goes. An entry they have filed stays; it is theirs."""
    entry = uow.duty.of_origin(deputy.id, day, origin)
    if entry is None or entry.state is not EntryState.DRAFT:
        return
    duty_log.advance(uow, desk, SYSTEM, entry.id, _E.DELETED)
    uow.outbox.drop_keyed(_key(entry))
    if entry.card_id is not None and entry.chat_id is not None:
        uow.outbox.add(Outgoing(Send.DELETE, entry.chat_id, targets=(entry.card_id,)), desk.now)


def _type(acts: Sequence[str]) -> str:
    return max((ACTS[act] for act in acts), key=lambda act: act.weight).type


def _words(acts: Sequence[str], about: Text) -> Text:
    return Text.of("draft-words", about=about, done=_done(acts))


def _done(acts: Sequence[str]) -> Text:
    return cards.listed([Text.of(f"act-{act}") for act in acts])


def _unsaid(entry: DutyEntry, say: Catalogue) -> list[str]:
    """What was done that the entry does not say."""
    return [act for act in entry.acts if say.plain(Text.of(f"act-{act}")) not in (entry.text or "")]


def _wanted(uow: UnitOfWork, deputy: RosterEntry, day: date, origin: str) -> bool:
    """Neither are offers switched off, nor was this one refused."""
    person = uow.people.find(deputy.telegram_id) if deputy.telegram_id is not None else None
    if person is None or uow.preferences.get(person.id, PREFERENCE) is False:
        return False
    return not uow.once.claimed(_refused(deputy.id, day, origin))


def _refused(deputy_id: int, day: date, origin: str) -> str:
    return f"no-draft:{deputy_id}:{day.isoformat()}:{origin}"


# --- its card ---------------------------------------------------------------------------------------------------------


def _show(uow: UnitOfWork, desk: Desk, entry: DutyEntry, reader: readers.Reader) -> None:
    """Its card, which is edited where it stands already; it comes without a sound."""
    say = catalogue(reader.language, desk.settings.locale.timezone)
    more = _unsaid(entry, say) if entry.state is not EntryState.DRAFT else []
    if entry.state is not EntryState.DRAFT and not more:
        return  # its deputy has written it down already
    card = Outgoing(
        Send.TEXT,
        reader.chat_id,
        language=reader.language,
        text=_card(entry, more),
        rows=_rows(uow, entry),
        key=_key(entry),
        noted_as=("draft-card", entry.id),
        silent=True,
        priority=Priority.ANNOUNCEMENT,
        not_before=desk.now + SOON,
    )
    if entry.card_id is not None and entry.chat_id == reader.chat_id:
        again = replace(card, noted_as=("draft-again", entry.id))
        card = replace(card, kind=Send.EDIT, target=entry.card_id, fallback=again, not_before=None)
    uow.outbox.add(card, desk.now)


def _key(entry: DutyEntry) -> str:
    return f"draft:{entry.id}"


def _card(entry: DutyEntry, more: Sequence[str]) -> Text:
    if entry.state is EntryState.DRAFT:
        return Text.lines(Text.of("draft-offer"), *duty_views.fields(entry))
    return Text.lines(Text.of("draft-more", id=entry.id, done=_done(more)), *duty_views.fields(entry))


def _rows(uow: UnitOfWork, entry: DutyEntry) -> Rows:
    change = Button(Text.of("button-draft-change"), data=f"duty:{entry.id}:change")
    if entry.state is not EntryState.DRAFT:
        return ((Button(Text.of("button-draft-add"), data=f"draft:{entry.id}:add"), change),)
    file = Button(Text.of("button-draft-file"), data=f"draft:{entry.id}:file")
    no = Button(Text.of("button-draft-no"), data=f"draft:{entry.id}:no")
    waiting = len(_waiting(uow, entry.deputy_id, entry.day))
    all_ = (Button(Text.of("button-draft-all", n=waiting), data=f"drafts:{entry.day.isoformat()}"),)
    return ((file,), (change, no), *((all_,) if waiting > 1 else ()))


def _waiting(uow: UnitOfWork, deputy_id: int, day: date) -> list[DutyEntry]:
    """The drafts of that day, as they were made."""
    found = uow.duty.of_deputy(deputy_id, day, day, states=(EntryState.DRAFT,))
    return sorted(found, key=lambda entry: entry.id)


def _note(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """The card was sent: from now on it is this message that is edited. One that was on its way when it was written
    anew is taken back.
    """
    assert outgoing.noted_as is not None
    name, number = outgoing.noted_as
    entry = uow.duty.get(number, lock=True)
    if entry is None or not receipt.message_ids:
        return
    sent = receipt.message_ids[-1]
    if name == "draft-card" and entry.chat_id == outgoing.chat_id and entry.card_id not in (None, sent):
        uow.outbox.add(Outgoing(Send.DELETE, outgoing.chat_id, targets=(entry.card_id,)), desk.now)
    uow.duty.update(number, chat_id=outgoing.chat_id, card_id=sent)


NOTED: Final[Mapping[str, Callable[[UnitOfWork, Desk, Outgoing, Receipt], None]]] = {
    "draft-card": _note,
    "draft-again": _note,
}


# --- its buttons ------------------------------------------------------------------------------------------------------


def _press(visit: Visit, rest: Sequence[str]) -> None:
    """``draft:N:file``, ``draft:N:no``, and ``draft:N:add`` for what was filed meanwhile."""
    if len(rest) != 2 or rest[1] not in _DOING:
        raise Refused("old-button")
    state, do = _DOING[rest[1]]
    entry = duty_log.find(visit.uow, visit.actor, number_in(rest[0]), duty_log.NEEDS[_E.CHANGED], lock=True)
    if entry.state is not state:
        raise duty_log.refusal(entry)
    visit.uow.outbox.drop_keyed(_key(entry), chat=visit.place.chat_id)
    do(visit, entry)


def _file(visit: Visit, entry: DutyEntry) -> None:
    """One tap: it is filed as it stands."""
    filed = duty_log.advance(visit.uow, visit.desk, visit.actor, entry.id, _E.FILED)
    visit.toast(Text.of("toast-draft-filed"))
    _show_filed(visit, filed, "duty-filed")


def _show_filed(visit: Visit, entry: DutyEntry, said: str) -> None:
    visit.show(Text.lines(Text.of(said), duty_views.card(visit, entry)), rows=duty_views.rows(visit, entry))


def _add(visit: Visit, entry: DutyEntry) -> None:
    """What was done since it was filed is written behind what it says."""
    say = catalogue(visit.language, visit.desk.settings.locale.timezone)
    unsaid = _unsaid(entry, say)
    if not unsaid:  # added already, or written down by the deputy
        visit.toast()
        _show_filed(visit, entry, "duty-filed")
        return
    done = _done(unsaid)
    text = say.plain(Text.of("draft-added", before=entry.text, done=done) if entry.text else done)
    automatic = entry.type in {ACTS[act].type for act in entry.acts}
    changes = {"text": text, "type": _type(entry.acts) if automatic else entry.type}
    changed = duty_log.advance(visit.uow, visit.desk, visit.actor, entry.id, _E.CHANGED, changes=changes)
    visit.toast(Text.of("toast-draft-filed"))
    _show_filed(visit, changed, "duty-changed")


def _no(visit: Visit, entry: DutyEntry) -> None:
    """Not this one; nor is it offered again today. What is never wanted can be switched off here."""
    duty_log.advance(visit.uow, visit.desk, visit.actor, entry.id, _E.DELETED)
    if entry.origin is not None:
        visit.uow.once.claim(_refused(entry.deputy_id, entry.day, entry.origin), visit.desk.now)
    visit.toast()
    visit.show(Text.of("draft-dropped"), rows=((Button(Text.of("button-offers-off"), data="offers:off"),),))


_DOING: Final[Mapping[str, tuple[EntryState, Callable[[Visit, DutyEntry], None]]]] = {
    "file": (EntryState.DRAFT, _file),
    "no": (EntryState.DRAFT, _no),
    "add": (EntryState.FILED, _add),
}
"""What a button does, and to an entry in which state."""


def _file_all(visit: Visit, rest: Sequence[str]) -> None:
    """``drafts:DAY``: all of that day are filed as they stand; their cards say so."""
    deputy = visit.actor.deputy
    day = _day_in(rest)
    drafts = _waiting(visit.uow, deputy.id, day) if deputy is not None else []
    if not drafts:
        raise Refused("drafts-none")
    filed = [duty_log.advance(visit.uow, visit.desk, visit.actor, each.id, _E.FILED) for each in drafts]
    visit.toast(Text.of("toast-draft-filed"))
    pressed = visit.press.message_id if visit.press is not None else None
    for entry in filed:
        visit.uow.outbox.drop_keyed(_key(entry), chat=visit.place.chat_id)
        if entry.card_id not in (None, pressed) and entry.chat_id == visit.place.chat_id:
            text = Text.lines(Text.of("duty-filed"), duty_views.card(visit, entry))
            rows = duty_views.rows(visit, entry)
            visit.promise(Outgoing(Send.EDIT, visit.place.chat_id, text=text, rows=rows, target=entry.card_id))
    visit.show(Text.lines(Text.of("drafts-filed", n=len(filed)), *(duty_views.line(entry) for entry in filed)))


def _day_in(rest: Sequence[str]) -> date:
    try:
        return date.fromisoformat(rest[0]) if len(rest) == 1 else date.min
    except ValueError:
        raise Refused("old-button") from None


# --- wanted or not ----------------------------------------------------------------------------------------------------


def _offers(visit: Visit, answers: Answers) -> None:
    """/offers: whether entries are offered, and the button for the other."""
    _say_offers(visit)


def _switch(visit: Visit, rest: Sequence[str]) -> None:
    """``offers:on`` or ``offers:off``."""
    if rest not in (["on"], ["off"]) or visit.actor.deputy is None:
        raise Refused("old-button")
    visit.uow.preferences.set(visit.person_id, PREFERENCE, None if rest == ["on"] else False)
    visit.toast()
    _say_offers(visit)


def _say_offers(visit: Visit) -> None:
    off = visit.uow.preferences.get(visit.person_id, PREFERENCE) is False
    key, button, data = (
        ("offers-off", "button-offers-on", "offers:on") if off else ("offers-on", "button-offers-off", "offers:off")
    )
    visit.show(Text.of(key), rows=((Button(Text.of(button), data=data),),))


# --- the clock --------------------------------------------------------------------------------------------------------


def let_go(uow: UnitOfWork, desk: Desk) -> int:
    """Drafts of days for which nothing can be filed any more (``duty.latest_days``)."""
    old = uow.duty.drafts_before(desk.today - timedelta(days=desk.settings.duty.latest_days), limit=100)
    for entry in old:
        duty_log.advance(uow, desk, SYSTEM, entry.id, _E.DELETED)
    return len(old)


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"offers": _offers}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "draft": _press,
    "drafts": _file_all,
    "offers": _switch,
}
STEPS: Final = (let_go,)
