"""What deputies do with a case: accept it, mediate, reply, promise another day, decline, close, note for the office."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from liaisonbot import workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import Actor, Case
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import case_limits, casework
from liaisonbot.services.relaying import Files
from liaisonbot.texts import Text
from liaisonbot.vocabulary import MessageKind, ReplyClass
from liaisonbot.workflow import Event

_APART: Final = timedelta(seconds=1)
"""No two replies of a case have the same moment, also where the clock was put back: buttons tell them apart by it."""


def accept(uow: UnitOfWork, desk: Desk, actor: Actor, number: int) -> Case:
    return casework.advance(uow, desk, actor, number, Event.ACCEPTED)


def mediate(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, text: str, files: Files | None = None) -> Case:
    """Record what was done: handed over, chased, brought together. The constituent reads it."""
    case = casework.advance(uow, desk, actor, number, Event.MEDIATED, note=text, body=text, files=files)
    casework.keep(uow, desk, actor, case, MessageKind.MEDIATION, text, files=files)
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
    case = casework.find(uow, actor, number, Permission.CASE_ANSWER)
    if reply_class is ReplyClass.B and promise is None:
        raise Refused("class-b-needs-date", case=number)
    if promise is not None:
        case_limits.not_past(desk, promise)
    changes = {
        "reply_class": reply_class,
        "promise_date": promise if reply_class is ReplyClass.B else None,
        "replied_at": max(desk.now, case.replied_at + _APART) if case.replied_at else desk.now,
        "first_replied_at": case.first_replied_at or desk.now,
        "attitude": None,
        "result": None,
        "rated_at": None,
        "delivery": None,
    }
    details = {"class": reply_class.value, "promise": promise.isoformat() if promise else None}
    uow.verdicts.renew(number)
    origin = {"chat_id": said[0], "message_id": said[1]} if said else {}
    message = casework.keep(uow, desk, actor, uow.cases.get(number), MessageKind.REPLY, text, files=files, **origin)
    return casework.advance(
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
    return casework.advance(uow, desk, actor, number, Event.DECLINED, note=text, body=text, files=files)


def reschedule(
    uow: UnitOfWork, desk: Desk, actor: Actor, number: int, day: date, text: str | Text, files: Files | None = None
) -> Case:
    """Another date for the check of delivery. There is one only after a reply of class B."""
    case = casework.find(uow, actor, number, Permission.CASE_RESCHEDULE)
    if case.promise_date is None and workflow.step(case.stage, Event.RESCHEDULED):
        raise Refused("nothing-promised", case=number)
    case_limits.not_past(desk, day)
    details = {"promise": day.isoformat()}
    return casework.advance(
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
    return casework.advance(uow, desk, actor, number, Event.CLOSED, note=reason, body=reason, files=files)


def note(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, text: str | None, files: Files | None = None) -> Case:
    """An internal note: the office reads it, the constituent does not."""
    case = casework.find(uow, actor, number, Permission.CASE_NOTE)
    casework.keep(uow, desk, actor, case, MessageKind.NOTE, text, files=files)
    return case
