"""The one door: every change of a case's stage, outcome or deputy goes through :func:`advance`, and nowhere else.

Right, record and promise come with it: the table of stages says whether it can happen, the table of rights who may, the
journal keeps it, and the outbox owes everybody their sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from liaisonbot import facts, permissions, workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.limits import Part
from liaisonbot.model import SYSTEM, Actor, Author, Case, JournalEntry, RosterEntry, Verdict
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import asked, duty_drafts, ledger, notices, reminders, routing
from liaisonbot.services.notices import News
from liaisonbot.services.relaying import Files
from liaisonbot.services.routing import Matter
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Delivery, MessageKind, Outcome, Rating, ReplyClass, Role, RoutingRule, Stage
from liaisonbot.workflow import Event

NEEDS: Mapping[Event, Permission] = {row.on: row.needs for row in workflow.STEPS}
"""The permission each event needs; the same in every stage."""


def find(uow: UnitOfWork, actor: Actor, number: int, permission: Permission, *, lock: bool = False) -> Case:
    """The case, if it exists and the actor may do that to it; else :class:`NotFound`, the same for both. Who withdrew
    from it while others stayed, and may read it still, is told so (:class:`Refused`).
    """
    case = uow.cases.get(number, lock=lock)
    if case is None:
        raise NotFound("case-not-found", case=number)
    mine = replace(case, deputy_id=None) if _accuses_its_deputy(uow, actor, case) else case
    authors = uow.cases.author_ids(number)
    if permissions.has_left(actor, authors) and not permissions.may_for_case(actor, permission, mine, authors):
        raise Refused("left-already", case=number)
    permissions.require_for_case(actor, permission, mine, authors)
    return case


def _accuses_its_deputy(uow: UnitOfWork, actor: Actor, case: Case) -> bool:
    """Whether the actor had the closed case, and it accuses them since: then it is not theirs to read. (An open one
    loses its deputy, see ``guarding``.)
    """
    had_it = actor.deputy is not None and actor.deputy.id == case.deputy_id
    return had_it and not case.open and case.deputy_id in uow.guarded.accused(case.number)


def advance(
    uow: UnitOfWork,
    desk: Desk,
    actor: Actor,
    number: int,
    event: Event,
    *,
    note: str | Text | None = None,
    body: str | Text | None = None,
    changes: Mapping[str, Any] | None = None,
    rule: RoutingRule | None = None,
    details: Mapping[str, Any] | None = None,
    **news: Any,
) -> Case:
    """Let ``event`` happen to the case. ``note`` goes into the journal, ``body`` to those who are told, ``news`` are
    further fields of :class:`News`. Words of the program's own come as a :class:`Text` without blanks, which everybody
    reads in their language.

    Raises NotFound when it is not the actor's to do, Refused (naming the stage and what is possible from there) when
    the table has no such row. Nothing is changed then.
    """
    before = find(uow, actor, number, NEEDS[event], lock=True)
    row = workflow.applies(before, event)
    if row is None:
        raise refusal(uow, desk, actor, before, event)
    after = uow.cases.update(number, **{**_moved(desk, before, row), **(changes or {})})
    if row.becomes is not Stage.CLOSED and "due_at" not in (changes or {}):
        after = _with_limit(uow, desk, before, after)
    if _reminded_of(after) != _reminded_of(before) or event in _CONCERN_A_LIMIT:
        reminders.drop(uow, desk, number)
    elif after.deputy_id != before.deputy_id:
        reminders.drop_of_former(uow, desk, number, before.deputy_id)
    if before.open and not after.open:
        details = {**(details or {}), WAS: _to_keep(before)}
    if facts.figured(before) != facts.figured(after):
        uow.cases.keep_past(before, desk.now)
    record(uow, desk, actor, before, after, event, note=note, rule=rule, details=details)
    ledger.follow(uow, desk, before, after, event)
    notices.tell(uow, desk, row.tells, News(before, after, actor, body=body, **news))
    duty_drafts.after_case(uow, desk, actor, after, event)
    return after


SAID: Final = "said"
"""In the journal: the key of the program's own words that are the entry's note."""
WAS: Final = "was"
"""In the journal of an end: what of the case's clock and of the guard's hold ended with it, for whoever undoes it."""
_KEPT: Final[Mapping[str, Callable[[Any], Any]]] = {
    "stage_since": datetime.fromisoformat,
    "due_at": datetime.fromisoformat,
    "paused_since": datetime.fromisoformat,
    "extended_to": date.fromisoformat,
    "paused_days": int,
    "held": bool,
}
"""What that is, and how it is read again."""


def as_it_was(end: JournalEntry | None) -> dict[str, Any]:
    """The changes that put a case back to where it stood, from what its end has kept; none where it kept nothing."""
    kept = end.details.get(WAS, {}) if end is not None else {}
    return {name: read(kept[name]) if kept[name] is not None else None for name, read in _KEPT.items() if name in kept}


def _to_keep(case: Case) -> dict[str, Any]:
    values = {name: getattr(case, name) for name in _KEPT}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _with_limit(uow: UnitOfWork, desk: Desk, before: Case, after: Case) -> Case:
    """The case with another limit, where what happened gives it one. One that was moved by hand stays in its stage."""
    after = _with_reply_limit(uow, desk, before, after)
    limit = due_at(desk, after)
    moved = after.extended_to is not None or after.paused_days > 0
    if limit == due_at(desk, before) or (moved and after.stage is before.stage):
        return after
    return uow.cases.update(after.number, due_at=limit)


def _with_reply_limit(uow: UnitOfWork, desk: Desk, before: Case, after: Case) -> Case:
    """Another category has another limit; a pause that ended with its stage has moved it."""
    limit = after.reply_due_at
    if limit is None or limit != before.reply_due_at or after.replied_at is not None:
        return after
    if before.paused_since is not None and after.paused_since is None:
        limit = desk.working_days.after_pause(limit, before.paused_since, desk.now)
    elif after.category != before.category and limit == reply_due_at(desk, before):
        limit = reply_due_at(desk, after)
    return after if limit == after.reply_due_at else uow.cases.update(after.number, reply_due_at=limit)


def _reminded_of(case: Case) -> tuple[object, ...]:
    """What a reminder is about: when that changes, one that waits is void."""
    return case.stage, case.due_at, case.reply_due_at, case.paused_since


_CONCERN_A_LIMIT = frozenset({Event.HANDED, Event.RETURNED, Event.REPORTED_DONE})
"""What changes a limit that does not stand in the case: of a handling unit, of a promise. What still holds of what is
dropped is owed again.
"""


def _moved(desk: Desk, case: Case, row: workflow.Step) -> dict[str, Any]:
    if row.when is row.becomes is Stage.CLOSED:
        return {"stage": Stage.CLOSED}  # closed it stays, as and since it was
    changes: dict[str, Any] = {"stage": row.becomes, "outcome": row.outcome}
    if row.becomes is not case.stage or row.on is Event.ANSWERED:
        changes |= {"stage_since": desk.now, "paused_since": None, "paused_days": 0, "extended_to": None}
    if row.becomes is Stage.CLOSED:
        changes |= {"closed_at": desk.now, "due_at": None}
    elif case.stage is Stage.CLOSED:
        changes["closed_at"] = None
    if row.on is Event.HELD:
        changes |= {"held": True, "deputy_id": None, "standing_in_for": None}
    elif case.held and (row.on is Event.RELEASED or row.becomes is Stage.CLOSED):
        changes["held"] = False
    return changes


def due_at(desk: Desk, case: Case) -> datetime | None:
    """When the limit of the case's stage ends, as the configuration and the preset of its category say."""
    if case.stage is Stage.FOLLOW_UP and case.promise_date is not None:
        return desk.working_days.end_of(case.promise_date)
    part = _LIMITS.get(case.stage)
    if part is None:
        return None
    begun = case.replied_at if case.stage is Stage.REPLY else None
    return desk.limit(part, case.category).ends(desk.working_days, begun or case.stage_since)


def reply_due_at(desk: Desk, case: Case) -> datetime:
    """When the first formal reply is due, unless the limit was moved by a pause or an extension."""
    return desk.limit(Part.REPLY, case.category).ends(desk.working_days, case.created_at)


_LIMITS: Mapping[Stage, Part] = {
    Stage.COLLECTION: Part.ACCEPT,
    Stage.MEDIATION: Part.MEDIATION,
    Stage.REPLY: Part.RATING,
    Stage.FOLLOW_UP: Part.CHECK,
}


def record(
    uow: UnitOfWork,
    desk: Desk,
    actor: Actor,
    before: Case | None,
    after: Case,
    event: Event,
    *,
    note: str | Text | None = None,
    rule: RoutingRule | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write the journal's line. What is done on the word of somebody without Telegram is marked so."""
    case = before or after
    if isinstance(note, Text):
        details, note = {**(details or {}), SAID: note.key}, None
    if permissions.on_their_word(actor, NEEDS[event], case, uow.cases.author_ids(case.number)):
        details = {**(details or {}), "on_word": True}
    uow.journal.add(
        after.number,
        at=desk.now,
        by=acting_as(uow, actor, before or after, event),
        person_id=actor.person.id if actor.person else None,
        event=event,
        from_stage=before.stage if before else None,
        to_stage=after.stage,
        outcome=after.outcome,
        note=note,
        deputy_id=after.deputy_id if rule is not None else None,
        rule=rule,
        details=details,
    )


def acting_as(uow: UnitOfWork, actor: Actor, case: Case, event: Event) -> Role:
    """The role in which the actor did it: the narrowest of theirs that may, since that is the one meant."""
    return role_for(actor, NEEDS[event], case, uow.cases.author_ids(case.number))


def role_for(actor: Actor, permission: Permission, case: Case, authors: frozenset[int]) -> Role:
    """The role in which the actor uses that permission on that case: as its author, its deputy, staff, or owner."""
    if actor is SYSTEM or actor.person is None:
        return Role.SYSTEM
    grants = permissions.GRANTS[permission]
    if Role.CONSTITUENT in grants and actor.person.id in authors:
        return Role.CONSTITUENT
    if Role.DEPUTY in grants and actor.deputy is not None and case.deputy_id == actor.deputy.id:
        return Role.DEPUTY
    if Role.STAFF in grants and actor.staff is not None:
        return Role.STAFF
    return Role.OWNER if actor.owner else actor.roles[0]


def refusal(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case, event: Event) -> Refused:
    """Why the event cannot happen to the case."""
    row = workflow.step(case.stage, event)
    if row is not None and row.disputed and case.kind != workflow.DISPUTE:
        return Refused("not-a-dispute", case=case.number)
    return not_from_here(uow, desk, actor, case)


def not_from_here(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case) -> Refused:
    """Names the stage the case is in, and what the actor can do from there."""
    authors, pointless = uow.cases.author_ids(case.number), asked.pointless(uow, desk, case)
    labels = [
        Text.of(button.label)
        for button, row in workflow.buttons_for(case)
        if button.event not in pointless and permissions.may_for_case(actor, row.needs, case, authors)
    ]
    labels = [*asked.ways(uow, actor, case), *labels]
    if case.outcome is Outcome.MERGED:
        labels.insert(0, Text.of("way-whole", case=uow.merges.target(case.number)))
    stage = Text.of(f"stage-{case.stage}")
    if not labels:
        return Refused("not-from-here", case=case.number, stage=stage)
    return Refused("not-from-here-but", case=case.number, stage=stage, possible=Text.lines(*labels))


# --- what deputies do
# ---------------------------------------------------------------------------------------------------


def accept(uow: UnitOfWork, desk: Desk, actor: Actor, number: int) -> Case:
    return advance(uow, desk, actor, number, Event.ACCEPTED)


def mediate(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, text: str, files: Files | None = None) -> Case:
    """Record what was done: handed over, chased, brought together. The constituent reads it."""
    case = advance(uow, desk, actor, number, Event.MEDIATED, note=text, body=text, files=files)
    keep(uow, desk, actor, case, MessageKind.MEDIATION, text, files=files)
    return case


def answer(
    uow: UnitOfWork,
    desk: Desk,
    actor: Actor,
    number: int,
    text: str,
    *,
    reply_class: ReplyClass = ReplyClass.A,
    promise: date | None = None,
    files: Files | None = None,
    said: tuple[int, int] | None = None,
    occasion: Text | None = None,
) -> Case:
    """The formal reply. Class B needs its finish date, today or later; the other classes have none.

    ``said``: the (chat, message) in which it was typed. ``occasion``: where it was given, for its author.
    """
    case = find(uow, actor, number, Permission.CASE_ANSWER)
    if reply_class is ReplyClass.B and promise is None:
        raise Refused("class-b-needs-date", case=number)
    if promise is not None:
        not_past(desk, promise)
    changes = {
        "reply_class": reply_class,
        "promise_date": promise if reply_class is ReplyClass.B else None,
        "replied_at": desk.now,
        "first_replied_at": case.first_replied_at or desk.now,
        "attitude": None,
        "result": None,
        "rated_at": None,
        "delivery": None,
    }
    details = {"class": reply_class.value, "promise": promise.isoformat() if promise else None}
    uow.verdicts.renew(number)
    origin = {"chat_id": said[0], "message_id": said[1]} if said else {}
    message = keep(uow, desk, actor, uow.cases.get(number), MessageKind.REPLY, text, files=files, **origin)
    return advance(
        uow,
        desk,
        actor,
        number,
        Event.ANSWERED,
        body=text,
        changes=changes,
        details=details,
        message=message,
        files=files,
        more={"occasion": occasion},
    )


def decline(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, text: str, files: Files | None = None) -> Case:
    return advance(uow, desk, actor, number, Event.DECLINED, note=text, body=text, files=files)


def reschedule(
    uow: UnitOfWork, desk: Desk, actor: Actor, number: int, day: date, text: str | Text, files: Files | None = None
) -> Case:
    """Another date for the check of delivery. There is one only after a reply of class B."""
    case = find(uow, actor, number, Permission.CASE_RESCHEDULE)
    if case.promise_date is None and workflow.step(case.stage, Event.RESCHEDULED):
        raise Refused("nothing-promised", case=number)
    not_past(desk, day)
    details = {"promise": day.isoformat()}
    return advance(
        uow,
        desk,
        actor,
        number,
        Event.RESCHEDULED,
        note=text,
        body=text,
        changes={"promise_date": day},
        details=details,
        files=files,
    )


def close(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, reason: str, files: Files | None = None) -> Case:
    return advance(uow, desk, actor, number, Event.CLOSED, note=reason, body=reason, files=files)


def not_past(desk: Desk, day: date) -> None:
    """A date that is over cannot be promised."""
    if day < desk.today:
        raise Refused("date-past", date=day)


def keep(
    uow: UnitOfWork,
    desk: Desk,
    actor: Actor,
    case: Case | None,
    kind: MessageKind,
    text: str | None,
    *,
    files: Files | None = None,
    **more: Any,
) -> int | None:
    """Keep words, and the files that go along, as a message of the case; its row id."""
    if case is None:
        return None
    if files is not None:
        more = {**files.kept_as, **more}
    permission = Permission.CASE_NOTE if kind is MessageKind.NOTE else Permission.CASE_WRITE
    by = role_for(actor, permission, case, uow.cases.author_ids(case.number))
    return uow.messages.add(
        case.number,
        at=desk.now,
        by=by,
        person_id=actor.person.id if actor.person else None,
        kind=kind,
        text=text,
        **more,
    )


def note(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, text: str, files: Files | None = None) -> Case:
    """An internal note: the office reads it, the constituent does not."""
    case = find(uow, actor, number, Permission.CASE_NOTE)
    keep(uow, desk, actor, case, MessageKind.NOTE, text, files=files)
    return case


# --- who has the case
# ---------------------------------------------------------------------------------------------------


def assign(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, to: RosterEntry) -> Case:
    """Staff give the case to a deputy. The one who had it, the new one and the constituent are told."""
    case = find(uow, actor, number, Permission.CASE_ASSIGN)
    _can_take(uow, desk, case, to)
    if to.id == case.deputy_id:
        raise Refused("has-it-already", case=number, deputy=to.name)
    changes: dict[str, Any] = {"deputy_id": to.id, "standing_in_for": None}
    if case.station_id is None and to.station_ids:
        changes["station_id"] = min(to.station_ids)
    return advance(uow, desk, actor, number, Event.ASSIGNED, changes=changes, rule=RoutingRule.ASSIGNED)


def transfer(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, to: RosterEntry | None, text: str) -> Case:
    """Hand the case over, to a deputy or (None) to the staff's queue, with the reason."""
    case = find(uow, actor, number, Permission.CASE_TRANSFER)
    if to is not None and to.id == case.deputy_id:
        raise Refused("has-it-already", case=number, deputy=to.name)
    if to is not None:
        _can_take(uow, desk, case, to)
    rule = RoutingRule.TRANSFERRED if to else RoutingRule.STAFF_QUEUE
    changes = {"deputy_id": to.id if to else None, "standing_in_for": None}
    return advance(uow, desk, actor, number, Event.TRANSFERRED, note=text, changes=changes, rule=rule, reason=text)


def matter(uow: UnitOfWork, case: Case) -> Matter:
    """What the choice of a deputy for it goes by, and the question whether it is one's own or one's employer's."""
    authors = tuple(author.telegram_id for author in uow.cases.authors(case.number) if author.telegram_id is not None)
    units = tuple(handing.unit for handing in uow.handings.of_case(case.number) if handing.open)
    accused = uow.guarded.accused(case.number)
    return Matter(case.station_id, case.category, case.text or "", authors, units, accused=accused)


_NOT_THEIRS: Mapping[str, str] = {"own": "own-case", "accused": "accused-deputy", "employer": "employer-case"}


def is_author(uow: UnitOfWork, case: Case, entry: RosterEntry) -> bool:
    """Whether it is a case of that deputy's own. Who has no account is nobody of the roster."""
    return entry.telegram_id is not None and entry.telegram_id in matter(uow, case).authors


def _can_take(uow: UnitOfWork, desk: Desk, case: Case, to: RosterEntry) -> None:
    """Nobody is given a case that is a conflict of interest, or one that could not reach them."""
    if to.telegram_id is None:
        raise Refused("deputy-without-account", deputy=to.name)
    why = routing.conflict(to, matter(uow, case))
    if why is not None:
        raise Refused(_NOT_THEIRS[why], case=case.number, deputy=to.name)
    routing.require_here(uow, desk, to)


def release_deputy(uow: UnitOfWork, desk: Desk, entry: RosterEntry) -> list[int]:
    """Somebody is a deputy no longer: their open cases go to the staff's queue. The numbers of those cases."""
    numbers: list[int] = []
    while True:
        page, _ = uow.cases.of_deputy(entry.id, limit=50)
        if not page:
            return numbers
        for case in page:
            changes = {"deputy_id": None, "standing_in_for": None}
            advance(uow, desk, SYSTEM, case.number, Event.TRANSFERRED, changes=changes, rule=RoutingRule.STAFF_QUEUE)
            numbers.append(case.number)


# --- what constituents do
# -----------------------------------------------------------------------------------------------


def withdraw(uow: UnitOfWork, desk: Desk, actor: Actor, number: int) -> Case:
    """The case ends; where others are its authors as well it goes on for them, and only whoever withdraws leaves."""
    case = find(uow, actor, number, Permission.CASE_WITHDRAW, lock=True)
    whose = voice(uow, actor, case)
    others = [author for author in uow.cases.authors(number) if author.person_id != whose]
    if not others:
        return advance(uow, desk, actor, number, Event.WITHDRAWN)
    case = advance(uow, desk, actor, number, Event.LEFT)
    uow.cases.leave(number, whose, desk.now)
    return decide(uow, desk, SYSTEM, case)


def voices(uow: UnitOfWork, actor: Actor, case: Case, permission: Permission) -> frozenset[int]:
    """In whose names the actor may do that as an author: their own, or those of the authors without Telegram for whom
    they speak. Nobody's, where they may do it by their role or not at all.
    """
    ids = uow.cases.author_ids(case.number)
    if actor.person is None:
        return frozenset()
    if actor.by_code and actor.speaks_for is not None and permissions.on_their_word(actor, permission, case, ids):
        return frozenset({actor.speaks_for})
    if actor.person.id in ids:
        return frozenset({actor.person.id})
    if not permissions.on_their_word(actor, permission, case, ids):
        return frozenset()
    absent = [author for author in uow.cases.authors(case.number) if author.telegram_id is None]
    entered = [author for author in absent if author.through == actor.person.telegram_id]
    names = frozenset(author.person_id for author in entered or absent)
    return names & {actor.speaks_for} if actor.speaks_for is not None else names


def voice(uow: UnitOfWork, actor: Actor, case: Case) -> int:
    """In whose name the actor speaks; of several without Telegram, the first who has not yet said what is asked."""
    names = sorted(voices(uow, actor, case, Permission.CASE_RATE))
    said = uow.verdicts.of(case.number) if len(names) > 1 else {}
    waiting = [name for name in names if not _answered(case, said.get(name))]
    return next(iter(waiting or names), actor.person.id if actor.person else 0)


def require_voice(uow: UnitOfWork, actor: Actor, case: Case) -> None:
    """Refuse a button that names an author for whom they do not speak: what one said is never taken for another's."""
    if actor.speaks_for is not None and actor.speaks_for not in voices(uow, actor, case, Permission.CASE_RATE):
        raise NotFound("case-not-found", case=case.number)


def rate(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, part: str, level: int) -> Case:
    """Rate ``attitude`` or ``result``; level 0 takes it back. Both together move the case, as the contract says.

    Of several authors each rates by themselves; ``decide`` says when the case moves.
    """
    case = find(uow, actor, number, Permission.CASE_RATE, lock=True)
    require_voice(uow, actor, case)
    if case.stage is not Stage.REPLY or actor.person is None:
        raise Refused("rating-over", case=number, stage=Text.of(f"stage-{case.stage}"))
    said = uow.verdicts.give(number, voice(uow, actor, case), desk.now, **{part: level or None})
    before, case = case, uow.cases.update(number, **worst_ratings(uow, number))
    if facts.figured(before) != facts.figured(case):  # half a rating is on record, too
        uow.cases.keep_past(before, desk.now)
    if not said.rated:
        return case
    if len(uow.cases.authors(number)) > 1:
        own = {"attitude": int(said.attitude or 0), "result": int(said.result or 0)}
        case = advance(uow, desk, actor, number, Event.RATED, details=own)
    return decide(uow, desk, actor, case)


def check(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, level: Delivery) -> Case:
    """Answer the check of delivery: fixed closes the case, partly or not fixed sends it back to mediation.

    Of several authors each answers by themselves: the case closes once all who can be asked have said that it is fixed.
    """
    case = find(uow, actor, number, Permission.CASE_RATE, lock=True)
    require_voice(uow, actor, case)
    if level is not Delivery.FIXED or case.stage is not Stage.FOLLOW_UP or actor.person is None:
        event = Event.FIXED if level is Delivery.FIXED else Event.NOT_FIXED
        if actor.person is not None and workflow.applies(case, event):
            uow.verdicts.give(number, voice(uow, actor, case), desk.now, delivery=level)
        return advance(uow, desk, actor, number, event, changes={"delivery": level}, details={"delivery": int(level)})
    uow.verdicts.give(number, voice(uow, actor, case), desk.now, delivery=level)
    if awaited(uow, case):
        return advance(uow, desk, actor, number, Event.CHECKED, details={"delivery": int(level)})
    return decide(uow, desk, actor, case)


def worst_ratings(uow: UnitOfWork, number: int) -> dict[str, Rating | None]:
    """For each part the worst that any author has given: the ratings of the case."""
    said = uow.verdicts.of(number).values()
    return {
        "attitude": min((each.attitude for each in said if each.attitude), default=None),
        "result": min((each.result for each in said if each.result), default=None),
    }


def awaited(uow: UnitOfWork, case: Case) -> list[Author]:
    """The authors who can be asked, and have not yet said what the stage asks them."""
    said = uow.verdicts.of(case.number)
    authors = uow.cases.authors(case.number)
    return [author for author in authors if _can_answer(author) and not _answered(case, said.get(author.person_id))]


def _can_answer(author: Author) -> bool:
    """Who has blocked the bot and wrote in no group cannot be asked, and is not waited for."""
    return author.telegram_id is None or author.reachable or author.chat_type != "private"


def _answered(case: Case, said: Verdict | None) -> bool:
    if said is None:
        return False
    return said.rated if case.stage is Stage.REPLY else said.delivery is not None


def decide(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case, *, waiting: bool = True) -> Case:
    """Move the case when its authors have said enough: at once when one of them is dissatisfied; else when nobody is
    waited for. ``waiting=False``: nobody is waited for any longer.
    """
    said = [each for each in uow.verdicts.of(case.number).values() if _answered(case, each)]
    if not said or case.stage not in (Stage.REPLY, Stage.FOLLOW_UP):
        return case
    if case.stage is Stage.FOLLOW_UP:
        if waiting and awaited(uow, case):
            return case
        level = min(each.delivery for each in said if each.delivery)
        changes: dict[str, Any] = {"delivery": level}
        return advance(uow, desk, actor, case.number, Event.FIXED, changes=changes, details={"delivery": int(level)})
    ratings = {name: int(level) for name, level in worst_ratings(uow, case.number).items() if level}
    bad = any(Rating.DISSATISFIED in (each.attitude, each.result) for each in said)
    if not bad and waiting and awaited(uow, case):
        return case
    well = Event.PROMISE_RATED_WELL if case.reply_class is ReplyClass.B else Event.RATED_WELL
    event = Event.RATED_BADLY if bad else well
    return advance(uow, desk, actor, case.number, event, changes={"rated_at": desk.now}, details=ratings)


def window_over(uow: UnitOfWork, desk: Desk, case: Case) -> Case:
    """The time to answer is over: what some authors said counts. Where nobody said anything it closes unconfirmed, or
    what was promised is still checked.
    """
    moved = decide(uow, desk, SYSTEM, case, waiting=False)
    if moved.stage is not case.stage:
        return moved
    promised = workflow.applies(case, Event.UNRATED) is not None
    return advance(uow, desk, SYSTEM, case.number, Event.UNRATED if promised else Event.FELL_SILENT)


def reopen(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, text: str | Text) -> Case:
    """Take up a closed case again, within ``cases.reopen_days`` working days of its closing. ``text``: why."""
    case = find(uow, actor, number, Permission.CASE_REOPEN)
    require_reopenable(uow, desk, case, "reopen-too-late")
    changes: dict[str, Any] = {"delivery": None}
    if case.deputy_id in uow.guarded.accused(number):  # staff give it to somebody else
        changes |= {"deputy_id": None, "standing_in_for": None}
    after = advance(uow, desk, actor, number, Event.REOPENED, note=text, body=text, changes=changes, reason=text)
    uow.reopenings.settle(number)
    return after


def require_reopenable(uow: UnitOfWork, desk: Desk, case: Case, too_late: str) -> None:
    """Refuse where nobody is left whose case it is, or its time for reopening has passed."""
    if not uow.cases.authors(case.number):
        raise Refused("author-gone", case=case.number)
    if asked.closed_too_long(desk, case):
        raise Refused(too_late, case=case.number, n=desk.settings.cases.reopen_days)
