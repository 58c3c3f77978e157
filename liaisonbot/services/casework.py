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
from liaisonbot.model import SYSTEM, Actor, AuthorIds, Case, JournalEntry
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import accused, asked, cards, case_limits, duty_drafts, ledger, notices, reminders, voices
from liaisonbot.services.notices import News
from liaisonbot.services.relaying import Files
from liaisonbot.texts import Text
from liaisonbot.vocabulary import MessageKind, Outcome, Role, RoutingRule, Stage
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
    mine, authors = case, uow.cases.author_ids(number)
    if _accuses(uow, actor, case, authors):
        mine = replace(case, deputy_id=None, station_id=None)
        authors = AuthorIds(authors, left=authors.left)
    if permissions.has_left(actor, authors) and not permissions.may_for_case(actor, permission, mine, authors):
        raise Refused("left-already", case=number)
    permissions.require_for_case(actor, permission, mine, authors)
    return case


def can_read(uow: UnitOfWork, actor: Actor, number: int) -> bool:
    """Whether :func:`find` shows them the case: no button leads to one that is kept from them."""
    try:
        find(uow, actor, number, Permission.CASE_READ)
    except Refused:
        return False
    return True


def _accuses(uow: UnitOfWork, actor: Actor, case: Case, authors: AuthorIds) -> bool:
    """Whether the actor had the closed case, or entered it for somebody without Telegram, or is staff, and it accuses
    them: then it is not theirs to read. (An open one loses its deputy, see ``guarding``.)
    """
    had_it = actor.deputy is not None and actor.deputy.id == case.deputy_id and not case.open
    entered_it = actor.person is not None and actor.person.id in authors.entered_by
    if not (had_it or entered_it or actor.staff is not None):
        return False
    whom = uow.guarded.accused(case.number)
    return bool(whom) and not accused.deputies(uow, actor).isdisjoint(whom)


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
    found: Case | None = None,
    **news: Any,
) -> Case:
    """Let ``event`` happen to the case. ``note`` goes into the journal, ``body`` to those who are told, ``news`` are
    further fields of :class:`News`. Words of the program's own come as a :class:`Text` without blanks, which everybody
    reads in their language. ``found``: the case, locked, where :func:`find` has just said that it is theirs to do.

    Raises NotFound when it is not the actor's to do, Refused (naming the stage and what is possible from there) when
    the table has no such row. Nothing is changed then.
    """
    before = found or find(uow, actor, number, NEEDS[event], lock=True)
    row = workflow.applies(before, event)
    if row is None:
        raise refusal(uow, desk, actor, before, event)
    after = uow.cases.update(number, **{**_moved(desk, before, row), **(changes or {})})
    if row.becomes is not Stage.CLOSED and "due_at" not in (changes or {}):
        after = case_limits.follow(uow, desk, before, after)
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
    if event is Event.FALSE_ALARM and (parts := _guarded_parts(uow, case.number)):
        return Refused("false-alarm-of-part", case=case.number, ways=cards.to_type("falsealarm", parts))
    return not_from_here(uow, desk, actor, case)


def _guarded_parts(uow: UnitOfWork, number: int) -> list[int]:
    parts = (uow.cases.get(part) for part in cards.parts_of(uow, number))
    return [part.number for part in parts if part is not None and part.guard is not None]


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
    """Keep words, and the files that go along, as a message of the case; its row id.

    What is said on the word of an author without Telegram is that author's, whoever passes it on: it is hidden from the
    other authors as theirs is, follows their case, and is erased with them.
    """
    if case is None:
        return None
    if files is not None:
        more = {**files.kept_as, **more}
    permission = Permission.CASE_NOTE if kind is MessageKind.NOTE else Permission.CASE_WRITE
    authors = uow.cases.author_ids(case.number)
    by, whose = role_for(actor, permission, case, authors), actor.person.id if actor.person else None
    if kind is MessageKind.CONVERSATION:
        names = voices.passed_on(uow, actor, case)
        by, whose = (Role.CONSTITUENT, min(names)) if names else (by, whose)
    return uow.messages.add(
        case.number,
        at=desk.now,
        by=by,
        person_id=whose,
        kind=kind,
        text=text,
        **more,
    )
