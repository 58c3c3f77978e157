"""The clock stands still while a case waits for its constituent: asked for details, answered, reminded, given up.

Limits move by the working days of the pause; a limit that is counted in hours moves by the hours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import SYSTEM, Actor, Case
from liaisonbot.outgoing import ADDED
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, casework, quiet, reaching, readers, reminders
from liaisonbot.services.doing import Answers, confirm, files_of
from liaisonbot.services.relaying import Files
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import MessageKind
from liaisonbot.workflow import Event

REMINDER_AFTER: Final = 3
"""Working days after which the constituent is reminded of the question, once."""


def ask(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, text: str, files: Files | None = None) -> Case:
    """The deputy asks the authors for details; the clock stands still from the first question on."""
    case = casework.find(uow, actor, number, Permission.CASE_ASK)
    if not uow.cases.authors(number):
        raise Refused("author-gone", case=number)
    changes = {"paused_since": desk.now} if case.paused_since is None else {}
    message = casework.keep(uow, desk, actor, case, MessageKind.CONVERSATION, text, files=files)
    return casework.advance(
        uow, desk, actor, number, Event.ASKED, body=text, changes=changes, message=message, files=files
    )


def resume(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case, until: datetime | None = None) -> Case:
    """The clock of a case goes on: the details came, or are waited for no longer (``until`` then)."""
    if case.paused_since is None:
        return case
    until = until or desk.now
    calendar = desk.working_days
    days = calendar.count(calendar.local_day(case.paused_since), calendar.last_day(until))
    changes: dict[str, Any] = {"paused_since": None, "paused_days": case.paused_days + days}
    reply_due_at = case.reply_due_at if case.first_replied_at is None else None  # what was replied to late stays late
    for name, limit in (("due_at", case.due_at), ("reply_due_at", reply_due_at)):
        if limit is not None:
            changes[name] = calendar.after_pause(limit, case.paused_since, until)
    return casework.advance(uow, desk, actor, case.number, Event.RESUMED, changes=changes)


def answered(visit: Visit, case: Case, *, silently: bool = False) -> Case:
    """The constituent wrote about their case: if it waited for that, its clock goes on and they are told."""
    if case.paused_since is None:
        return case
    case = resume(visit.uow, visit.desk, SYSTEM, case)
    if case.due_at is not None and not silently:
        visit.say(
            Text.of("details-came", case=case.number, date=visit.desk.working_days.last_day(case.due_at)),
            case=case.number,
            purpose=ADDED,
        )
    return case


# --- what the clock does
# --------------------------------------------------------------------------------------------


def wait(uow: UnitOfWork, desk: Desk) -> int:
    """Remind of the question after some days; after the configured ones the clock goes on, and the deputy is told."""
    if quiet.until(desk) is not None:
        return 0
    count = after = 0
    while page := uow.cases.paused(after):
        count += sum(_waited(uow, desk, case) for case in page)
        after = page[-1].number
    return count


def _waited(uow: UnitOfWork, desk: Desk, case: Case) -> bool:
    if case.paused_since is None:
        return False
    given_up = desk.working_days.limit(case.paused_since, desk.settings.cases.details_days)
    if desk.now >= given_up:
        _give_up(uow, desk, resume(uow, desk, SYSTEM, case, given_up))
        return True
    if desk.now < desk.working_days.limit(case.paused_since, REMINDER_AFTER):
        return False
    if not uow.once.claim(f"details:{case.number}:{case.paused_since:%Y-%m-%dT%H%M%S}", desk.now):
        return False
    text = Text.of("remind-details", case=case.number, deputy=cards.deputy_name(uow, case))
    key = f"{reminders.REMINDER}details:{case.number}"
    for author in uow.cases.authors(case.number):
        reaching.to_author(uow, desk, case, author, text, key=key, force_reply=True, daytime=True)
    return True


def _give_up(uow: UnitOfWork, desk: Desk, case: Case) -> None:
    deputy = readers.deputy_of(uow, desk, case)
    told = [deputy] if deputy else readers.staff_for(uow, desk, case)
    reminders.remind(uow, desk, case, told, Text.of("details-never-came", case=case.number), kind="details")


STEPS: Final = (wait,)


# --- commands
# -------------------------------------------------------------------------------------------------------


def _ask(visit: Visit, answers: Answers) -> None:
    case = ask(visit.uow, visit.desk, visit.actor, answers["case"], answers["text"], files_of(visit, answers))
    confirm(visit, case, "done-asked")


def _resume(visit: Visit, answers: Answers) -> None:
    case = casework.find(visit.uow, visit.actor, answers["case"], Permission.CASE_RESUME, lock=True)
    if case.paused_since is None:
        raise Refused("not-paused", case=case.number)
    case = resume(visit.uow, visit.desk, visit.actor, case)
    confirm(visit, case, "done-resumed")


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"ask": _ask, "resume": _resume}
