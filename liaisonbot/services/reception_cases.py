"""What a visitor brought to a reception day becomes a case: their own, at the station, with the deputy who heard it.

The case has a note that says where it came from and where it is meant to go; the visit has the case's number. An exit
that was settled on the spot (``Exit.answer``) is the formal reply as well: given by the deputy who has the case, at
once where they write the record themselves, else with one press, since nobody answers in a deputy's name.
"""

from __future__ import annotations

from typing import Any, Final

from liaisonbot import permissions, receptions, workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Actor, Case
from liaisonbot.outgoing import RECEIPT, Button
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.receptions import Booking, Exit, Reception
from liaisonbot.services import (
    accusations,
    cards,
    casework,
    deputy_work,
    first_cards,
    guarding,
    intake,
    readers,
    receipts,
    reception_notices,
    reception_views,
)
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import MessageKind, ReplyClass, Role
from liaisonbot.workflow import Event


def forgotten(uow: UnitOfWork, booking: Booking) -> bool:
    """Whether nobody is left whose case it could be: they had what we knew of them erased."""
    if booking.code is not None:
        return False
    person = uow.people.get(booking.person_id)
    return person is None or not person.telegram_id


def make(visit: Visit, day: Reception, booking: Booking, exit_: Exit) -> tuple[Booking, Case]:
    """Open the case of a visit whose minutes are written, and tell everybody concerned; both as they stand then."""
    uow, desk = visit.uow, visit.desk
    case = _open(visit, day, booking)
    booking = uow.receptions.update_booking(booking.id, case=case.number)
    _leave_note(visit, day, booking, case, exit_)
    if exit_.answer is not None and _may_answer(uow, visit.actor, case):
        return booking, _answer(visit, day, booking, case, exit_.answer)
    if exit_.answer is not None and case.deputy_id is not None and not case.held:
        _ask_for_the_answer(uow, desk, day, booking, case)
    else:
        first_cards.promise(uow, desk, case, with_files=False)
    _tell_visitor(visit, day, booking, case)
    return booking, case


# --- the case ---------------------------------------------------------------------------------------------------------


def _open(visit: Visit, day: Reception, booking: Booking) -> Case:
    """The visitor's own, with the deputy who heard it unless that cannot be."""
    uow, desk = visit.uow, visit.desk
    person = uow.people.get(booking.person_id)
    absent = person is None or not person.telegram_id
    words = "\n".join(part for part in (booking.subject, booking.minutes) if part)
    verdict = accusations.look(uow, day.station_id, visit.place, words, also=day.deputy_ids)
    case, route = intake.new_case(
        uow,
        desk,
        day.station_id,
        words,
        "private",
        verdict,
        not_to=() if absent or person is None else (person.telegram_id,),
        named=_heard_by(visit, day),
    )
    _add_author(visit, case, booking, absent=absent)
    uow.messages.add(
        case.number,
        at=desk.now,
        by=Role.CONSTITUENT,
        person_id=booking.person_id,
        kind=MessageKind.CONVERSATION,
        opening=True,
        text=words,
    )
    details = {**route.details, "reception": day.id}
    casework.record(uow, desk, visit.actor, None, case, Event.ENTERED, rule=route.rule, details=details)
    guarding.note_new(uow, desk, case, verdict)
    author = visit.actor.person if absent else person
    if author is not None:
        guarding.tell_new(uow, desk, case, verdict, author)
    return uow.cases.get(case.number) or case


def _heard_by(visit: Visit, day: Reception) -> int | None:
    """The deputy who writes it down; where staff do, the first of those who receive."""
    me = visit.actor.deputy
    if me is not None and me.id in day.deputy_ids:
        return me.id
    return next(iter(day.deputy_ids), None)


def _add_author(visit: Visit, case: Case, booking: Booking, *, absent: bool) -> None:
    """Somebody without Telegram is spoken for by whoever entered them; where that one has gone, by who writes this."""
    uow, now = visit.uow, visit.desk.now
    if not absent:
        uow.cases.add_author(case.number, booking.person_id, None, now)
        return
    uow.cases.add_absent_author(
        case.number,
        booking.person_id,
        entered_by=booking.entered_by if booking.entered_by is not None else visit.person_id,
        name=booking.name,
        phone=booking.phone,
        now=now,
    )
    if booking.name or booking.phone:
        uow.cases.update(case.number, anonymous=False)
    if booking.code:
        uow.receipt_codes.add(booking.code, case.number, booking.person_id)


def _leave_note(visit: Visit, day: Reception, booking: Booking, case: Case, exit_: Exit) -> None:
    """Where the case comes from, and where the matter is meant to go: those who work on it read that."""
    words = catalogue(visit.language, visit.desk.settings.locale.timezone)
    note = Text.lines(
        Text.of(
            "visit-note",
            date=day.day,
            id=day.id,
            place=reception_views.place_in_row(visit.uow, day, booking),
            exit=Text.of(f"reception-exit-{exit_.key}"),
        ),
        Text.of(f"visit-note-{exit_.key}") if exit_.key in MEANT else None,
    )
    casework.keep(visit.uow, visit.desk, visit.actor, case, MessageKind.NOTE, words.plain(note))


MEANT: Final = ("proposal", "higher")
"""Exits of which a note says what is to be done, so that they are not lost among cases."""


# --- it was settled there ---------------------------------------------------------------------------------------------


def _may_answer(uow: UnitOfWork, actor: Actor, case: Case) -> bool:
    """Whether it is the actor's case to answer now: not somebody else's, and not held by the guard."""
    may = permissions.may_for_case(actor, Permission.CASE_ANSWER, case, uow.cases.author_ids(case.number))
    return may and workflow.applies(case, Event.ANSWERED) is not None


def _answer(visit: Visit, day: Reception, booking: Booking, case: Case, class_: ReplyClass) -> Case:
    """The minutes are the formal reply; its author is asked to rate it, as any other."""
    return deputy_work.answer(
        visit.uow,
        visit.desk,
        visit.actor,
        case.number,
        booking.minutes or "",
        reply_class=class_,
        occasion=Text.of("visit-occasion", date=day.day),
    )


def _ask_for_the_answer(uow: UnitOfWork, desk: Desk, day: Reception, booking: Booking, case: Case) -> None:
    """The deputy who has the case reads what somebody else wrote down, and gives it as their answer with one press."""
    deputy = uow.roster.get(case.deputy_id) if case.deputy_id is not None else None
    reader = readers.of_entry(uow, desk, deputy) if deputy is not None else None
    if reader is None:
        return
    text = Text.of("visit-please-answer", case=case.number, date=day.day, subject=booking.subject)
    rows = (
        (Button(Text.of("button-visit-answer"), data=f"visitor:{booking.id}:answer"),),
        (Button(Text.of("button-visit-case", case=case.number), data=f"do:case:{case.number}"),),
    )
    reception_notices.tell(
        uow, desk, [reader], text, rows=rows, body=booking.minutes, case=case.number, tell_if_gone=True
    )


def said_of_the_answer(uow: UnitOfWork, case: Case, exit_: Exit) -> Text | None:
    """What becomes of an answer that was given on the spot, for whoever wrote it down; None where none was."""
    if exit_.answer is None:
        return None
    if case.replied_at is not None:
        return Text.of("visit-answer-sent")
    if case.deputy_id is None or case.held:
        return Text.of("visit-answer-waits")
    return Text.of("visit-answer-asked", deputy=cards.deputy_name(uow, case))


def answer_pressed(visit: Visit, booking_id: int) -> None:
    """The deputy of the case gives the minutes as their answer. Once: an answered case says where it stands."""
    booking = visit.uow.receptions.booking(booking_id, lock=True)
    day = visit.uow.receptions.get(booking.reception_id) if booking is not None else None
    exit_ = receptions.exits().get(booking.exit or "") if booking is not None else None
    if booking is None or day is None or booking.case is None or exit_ is None or exit_.answer is None:
        raise NotFound("visit-not-found")
    case = casework.find(visit.uow, visit.actor, booking.case, Permission.CASE_ANSWER, lock=True)
    if not booking.minutes:
        raise Refused("author-gone", case=case.number)
    if not _may_answer(visit.uow, visit.actor, case):
        raise casework.refusal(visit.uow, visit.desk, visit.actor, case, Event.ANSWERED)
    case = _answer(visit, day, booking, case, exit_.answer)
    visit.toast(Text.of("toast-visit-answered"))
    visit.show(
        Text.of("visit-answered", case=case.number),
        body=booking.minutes,
        rows=((Button(Text.of("button-visit-case", case=case.number), data=f"do:case:{case.number}"),),),
    )


# --- the visitor ------------------------------------------------------------------------------------------------------


def _tell_visitor(visit: Visit, day: Reception, booking: Booking, case: Case) -> None:
    """They read what became of their matter, as of any other case of theirs."""
    uow, desk = visit.uow, visit.desk
    person = uow.people.get(booking.person_id)
    text = Text.lines(Text.of("visit-became-case", date=day.day), intake.receipt_text(uow, desk, case))
    rows = receipts.rows(uow, desk, Actor(person), case) if person is not None and person.telegram_id else ()
    link: dict[str, Any] = {"case": case.number, "purpose": RECEIPT}
    reception_notices.to_visitor(uow, desk, booking, text, rows=rows, but=visit.telegram_id, **link)
