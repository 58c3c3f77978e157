"""What happens on a reception day: who walks in, what was said, where each matter goes, and the end (纪要).

A matter takes one of the five exits of ``receptions.exits()``, and becomes a case of the visitor's own
(``reception_cases``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot import receptions
from liaisonbot.errors import NotFound, Refused
from liaisonbot.guard import Does
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission
from liaisonbot.receptions import Booking, BookingState, Exit, Reception, ReceptionState
from liaisonbot.services import (
    accusations,
    behalf,
    casework,
    guarding,
    guided,
    readers,
    receipt_codes,
    reception_cases,
    reception_days,
    reception_entries,
    reception_notices,
    reception_views,
)
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.reception_booking import SUBJECT, ask_another_time, slot_of
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

RECORD: Final = Permission.RECEPTION_RECORD


def find(visit: Visit, booking_id: int, *, lock: bool = False) -> tuple[Booking, Reception]:
    """Somebody's visit and its day, for whoever keeps the record of that day; else NotFound."""
    booking = visit.uow.receptions.booking(booking_id, lock=lock)
    if booking is None or booking.state is BookingState.CANCELLED:
        raise NotFound("visit-not-found")
    return booking, reception_days.find(visit, booking.reception_id, RECORD)


def _begun(visit: Visit, day: Reception) -> Reception:
    """The day has come, and was not cancelled."""
    if day.state is ReceptionState.CANCELLED:
        raise Refused("reception-is-cancelled", date=day.day)
    if day.day > visit.desk.today:
        raise Refused("reception-not-yet", date=day.day)
    return day


# --- walking in -------------------------------------------------------------------------------------------------------


def _walk_in(visit: Visit, answers: Answers) -> None:
    """/walkin, once the consent was confirmed: somebody is there, or calls, and is entered by who receives them. They
    get a code by which they follow the matter.
    """
    uow, desk = visit.uow, visit.desk
    day = reception_days.planned(reception_days.find(visit, answers["reception"], RECORD, lock=True))
    slot = slot_of(answers["slot"]) if answers.get("slot") else None
    if slot is not None and slot not in reception_notices.free_from_now(uow, desk, day):
        ask_another_time(visit, "walkin", day, slot, answers)
        return
    name, phone = behalf.name_and_phone(answers.get("who", ""))
    words = answers["text"].strip()[:SUBJECT]
    verdict = accusations.look(uow, day.station_id, visit.place, words, also=day.deputy_ids)
    guarding.say_numbers(uow, desk, visit.actor.person, visit.place, None, verdict)
    code = receipt_codes.new()
    booking = uow.receptions.book(
        day.id,
        slot,
        uow.people.absent(desk.now),
        subject=words,
        entered_by=visit.person_id,
        now=desk.now,
        guard=next((finding.topic for finding in verdict.of(Does.HOLD)), None),
        name=name,
        phone=phone,
        code=receipt_codes.digest(code),
    )
    if booking is None:
        raise Refused("slot-taken", slot=answers["slot"])
    visit.toast()
    visit.say(
        Text.of(
            "walkin-receipt",
            **reception_views.blanks(uow, day),
            slot=reception_views.clock(slot),
            code=receipt_codes.written(code),
        ),
        body=desk.bot.deep_link(receipt_codes.PREFIX + code),
        rows=(
            (Button(Text.of("button-visitor-open"), data=f"visitor:{booking.id}:show"),),
            (Button(Text.of("button-reception-open"), data=f"rday:{day.id}:show"),),
        ),
    )


# --- one visitor ------------------------------------------------------------------------------------------------------


def show(visit: Visit, booking_id: int, *, said: Text | None = None) -> None:
    """The visit as its record stands, and what can be written of it. ``said``: the answer to the press."""
    booking, day = find(visit, booking_id)
    visit.toast(said)
    visit.show(card(visit, day, booking), rows=_rows(visit, day, booking))


def card(visit: Visit, day: Reception, booking: Booking) -> Text:
    """Number, time, matter, contact where it was given, what was said, where it went."""
    uow = visit.uow
    hidden = reception_views.kept(uow, booking, reception_views.read_by(visit.uow, visit.actor, day))
    return Text.lines(
        Text.of(
            "visitor-card",
            date=day.day,
            place=reception_views.place_in_row(uow, day, booking),
            slot=reception_views.clock(booking.slot),
            subject=reception_views.subject(booking, hidden=hidden, length=SUBJECT),
            name=None if hidden else booking.name,
            phone=None if hidden else booking.phone,
        ),
        Text.of("visitor-became", became=became) if (became := reception_views.became(booking)) else None,
        Text.of("visitor-minutes", text=booking.minutes) if booking.minutes and not hidden else None,
    )


def _rows(visit: Visit, day: Reception, booking: Booking) -> Rows:
    back = (Button(Text.of("button-reception-open"), data=f"rday:{day.id}:show"),)
    if booking.case is not None:
        case = Button(Text.of("button-visit-case", case=booking.case), data=f"do:case:{booking.case}")
        return ((case,), back) if casework.can_read(visit.uow, visit.actor, booking.case) else (back,)
    if day.day > visit.desk.today or day.state is ReceptionState.CANCELLED:
        return (back,)
    hear = Button(Text.of("button-visitor-hear"), data=f"visitor:{booking.id}:hear")
    absent = Button(Text.of("button-visitor-absent"), data=f"visitor:{booking.id}:absent")
    return ((hear, absent) if booking.state is BookingState.BOOKED else (hear,), back)


def _begin_hearing(visit: Visit, booking_id: int) -> None:
    booking, day = find(visit, booking_id)
    _may_hear(visit, booking, day)
    guided.begin(visit, "hear", {"booking": booking.id})


def _may_hear(visit: Visit, booking: Booking, day: Reception) -> None:
    """Nobody writes the record of their own visit, or of one who had everything about them erased; and what became a
    case goes on there.
    """
    _begun(visit, day)
    if booking.person_id == visit.person_id:
        raise Refused("visit-own")
    if booking.case is not None:
        raise Refused("visit-is-case", case=booking.case)
    if reception_cases.forgotten(visit.uow, booking):
        raise Refused("visitor-forgotten")


def _absent(visit: Visit, booking_id: int) -> None:
    """They did not come. Pressed by mistake, the record is written all the same."""
    booking, day = find(visit, booking_id, lock=True)
    _may_hear(visit, booking, day)
    if booking.state is BookingState.BOOKED:
        visit.uow.receptions.update_booking(booking.id, state=BookingState.ABSENT)
    show(visit, booking_id, said=Text.of("toast-visit-absent"))


def _preview_hear(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    """Of whom, what is kept, and what follows from the exit: a number is soon mistaken."""
    booking, day = find(visit, answers["booking"])
    _may_hear(visit, booking, day)
    exit_ = receptions.exits()[answers["exit"]]
    hidden = reception_views.kept(visit.uow, booking, reception_views.read_by(visit.uow, visit.actor, day))
    return Text.lines(
        Text.of(
            "ask-sure-hear-what",
            place=reception_views.place_in_row(visit.uow, day, booking),
            slot=reception_views.clock(booking.slot),
            subject=reception_views.subject(booking, hidden=hidden),
            exit=Text.of(f"reception-exit-{exit_.key}"),
        ),
        Text.of(_what_follows(visit, day, exit_)),
    ), answers["text"]


def _what_follows(visit: Visit, day: Reception, exit_: Exit) -> str:
    """The key of the sentence: only a deputy who receives answers with what they write."""
    if exit_.answer is None:
        return "hear-opens"
    receives = visit.actor.deputy is not None and visit.actor.deputy.id in day.deputy_ids
    return "hear-answers" if receives else "hear-asks-deputy"


def _hear(visit: Visit, answers: Answers) -> None:
    """/hear, once it was confirmed: what was said, and where it goes; it becomes a case."""
    uow = visit.uow
    booking, day = find(visit, answers["booking"], lock=True)
    _may_hear(visit, booking, day)
    exit_ = receptions.exits()[answers["exit"]]
    heard = {"state": BookingState.HEARD, "minutes": answers["text"], "exit": exit_.key}
    booking, case = reception_cases.make(visit, day, uow.receptions.update_booking(booking.id, **heard), exit_)
    visit.toast()
    visit.say(
        Text.lines(
            Text.of("visit-recorded"),
            card(visit, day, booking),
            reception_cases.said_of_the_answer(uow, case, exit_),
        ),
        rows=_rows(visit, day, booking),
    )


# --- the whole record -------------------------------------------------------------------------------------------------


def show_minutes(visit: Visit, reception_id: int) -> None:
    """Everything that was written of the day, for staff and those who received."""
    day = reception_days.find(visit, reception_id, RECORD)
    reader = reception_views.read_by(visit.uow, visit.actor, day)
    visitors = reception_views.visitors(visit.uow, day)
    lines = []
    for place, each in enumerate(visitors, start=1):
        lines.append(reception_views.visitor_line(visit.uow, place, each, reader))
        if each.minutes and not reception_views.kept(visit.uow, each, reader):
            lines.append(Text.of("minutes-line", text=each.minutes))
    visit.toast()
    visit.say(
        Text.lines(
            Text.of("minutes-title", **reception_views.blanks(visit.uow, day)),
            *(lines or [Text.of("minutes-nobody")]),
            reception_views.summary(visit.uow, day, reader),
        ),
        rows=((Button(Text.of("button-reception-open"), data=f"rday:{day.id}:show"),),),
    )


def _preview_held(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    """How many came, where their matters went, and who is written down as not having come."""
    day = _begun(visit, reception_days.planned(reception_days.find(visit, answers["reception"], RECORD)))
    visitors = reception_views.visitors(visit.uow, day)
    open_ = sum(each.state is BookingState.BOOKED for each in visitors)
    return Text.lines(
        Text.of("ask-sure-held", date=day.day, n=_heard(visitors)),
        *_by_exit(visitors),
        Text.of("held-absent", n=open_) if open_ else None,
    ), answers.get("text") or None


def _heard(visitors: Sequence[Booking]) -> int:
    return sum(each.state is BookingState.HEARD for each in visitors)


def _by_exit(visitors: Sequence[Booking]) -> list[Text]:
    counted = {key: sum(each.exit == key for each in visitors) for key in receptions.exits()}
    return [
        Text.of("held-exit", exit=Text.of(f"reception-exit-{key}"), n=count) for key, count in counted.items() if count
    ]


def _held(visit: Visit, answers: Answers) -> None:
    """/heldday, once it was confirmed: the day is over. Each deputy who received is offered an entry of the log."""
    uow, desk = visit.uow, visit.desk
    found = reception_days.find(visit, answers["reception"], RECORD, lock=True)
    day = _begun(visit, reception_days.planned(found))
    for each in reception_views.visitors(uow, day):
        if each.state is BookingState.BOOKED:
            uow.receptions.update_booking(each.id, state=BookingState.ABSENT)
    words = (answers.get("text") or "").strip() or None
    day = uow.receptions.update(day.id, state=ReceptionState.HELD, minutes=words)
    visitors = reception_views.visitors(uow, day)
    heading = Text.of("reception-was-held", **reception_views.blanks(uow, day), n=_heard(visitors))
    counts = Text.lines(heading, *_by_exit(visitors))
    rows = ((Button(Text.of("button-day-minutes"), data=f"rday:{day.id}:minutes"),),)
    visit.toast()
    visit.say(Text.lines(counts, reception_views.summary(uow, day, reception_views.STAFF)), rows=rows)
    for reader in readers.staff_of(uow, desk, day.station_id):
        written = reception_views.summary(uow, day, reception_notices.as_staff(uow, desk, day, reader))
        reception_notices.tell(uow, desk, [reader], Text.lines(counts, written), rows=rows, but=visit.telegram_id)
    reception_entries.offer(uow, desk, day, day.deputy_ids)


# --- buttons ----------------------------------------------------------------------------------------------------------

_ACTIONS: Final[Mapping[str, Callable[[Visit, int], None]]] = {
    "show": show,
    "hear": _begin_hearing,
    "absent": _absent,
    "answer": reception_cases.answer_pressed,
}


def _press(visit: Visit, rest: Sequence[str]) -> None:
    """``visitor:ID:ACTION``."""
    act = _ACTIONS.get(rest[1]) if len(rest) == 2 else None
    if act is None:
        raise Refused("old-button")
    if not visit.place.private:
        raise Refused("private-please")
    act(visit, number_in(rest[0]))


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"visitor": _press}
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "walkin": _walk_in,
    "hear": _hear,
    "heldday": _held,
}
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {
    "hear": _preview_hear,
    "heldday": _preview_held,
}
