"""Booking a time on a reception day, changing it, not coming after all: ``/book`` and the buttons below notices.

Nobody has two times on a day. What somebody says of their matter passes the guard: words that it holds are for staff,
and the deputies see that there is something, until they hear it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from liaisonbot.errors import NotFound, Refused
from liaisonbot.guard import Does
from liaisonbot.outgoing import Button, Rows
from liaisonbot.receptions import Booking, BookingState, Reception, ReceptionState
from liaisonbot.services import (
    accusations,
    arguments,
    cards,
    guarding,
    guided,
    readers,
    reception_notices,
    reception_views,
)
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

DAYS: Final = 5
FAR: Final = timedelta(days=120)
"""So far ahead one can book."""
OWN: Final = 10
SUBJECT: Final = 300
"""Characters of what somebody says of their matter."""


def bookable(visit: Visit, reception_id: int, *, lock: bool = False) -> Reception:
    """A day that is still to come; refuses one that is not, saying so."""
    day = visit.uow.receptions.get(reception_id, lock=lock)
    if day is None:
        raise NotFound("reception-not-found", id=reception_id)
    if day.state is not ReceptionState.PLANNED:
        raise Refused(f"reception-is-{day.state}", date=day.day)
    if reception_notices.is_over(visit.desk, day.day, day.ends):
        raise Refused("reception-is-over", date=day.day)
    return day


def own(visit: Visit, booking_id: int, *, lock: bool = False) -> tuple[Booking, Reception]:
    """A visit of one's own that is still to come, and its day."""
    booking = visit.uow.receptions.booking(booking_id, lock=lock)
    day = visit.uow.receptions.get(booking.reception_id) if booking else None
    if booking is None or day is None or booking.person_id != visit.person_id:
        raise NotFound("booking-not-found")
    if booking.state is not BookingState.BOOKED or reception_notices.is_over(visit.desk, day.day, day.ends):
        raise Refused("booking-is-over")
    return booking, day


def coming(visit: Visit) -> list[tuple[Booking, Reception]]:
    """One's own visits from today on."""
    found = []
    for booking in visit.uow.receptions.of_person(visit.person_id, visit.desk.today)[:OWN]:
        day = visit.uow.receptions.get(booking.reception_id)
        if day is not None:
            found.append((booking, day))
    return found


# --- looking ----------------------------------------------------------------------------------------------------------


def show_days(visit: Visit) -> None:
    """/book: what one has booked, and the coming days of one's own station (of all, where it is not known)."""
    station = visit.actor.person.station_id if visit.actor.person else None
    mine = coming(visit)
    days = _coming_days(visit, station) or _coming_days(visit, None)
    lines = [reception_views.booked_line(visit.uow, day, booking) for booking, day in mine]
    visit.toast()
    visit.show(
        Text.lines(
            Text.of("bookings-title") if mine else None,
            *lines,
            Text.of("book-days") if days else Text.of("book-none"),
            *(Text("book-day-line", reception_views.blanks(visit.uow, day)) for day in days),
        ),
        rows=(*_own_rows(mine), *reception_views.other_days(days)),
    )


def _coming_days(visit: Visit, station_id: int | None) -> list[Reception]:
    until = visit.desk.today + FAR
    stations = None if station_id is None else [station_id]
    days = visit.uow.receptions.between(visit.desk.today, until, station_ids=stations)
    return [day for day in days if not reception_notices.is_over(visit.desk, day.day, day.ends)][:DAYS]


def _own_rows(mine: Sequence[tuple[Booking, Reception]]) -> Rows:
    return tuple(
        (
            Button(
                Text.of("button-my-booking", date=day.day, slot=reception_views.clock(booking.slot)),
                data=f"mybook:{booking.id}:show",
            ),
        )
        for booking, day in mine
        if booking.state is BookingState.BOOKED
    )


def below_my_cases(visit: Visit) -> Rows:
    """Below /mycases: the way to one's visits, where there are any."""
    mine = [booking for booking, _ in coming(visit) if booking.state is BookingState.BOOKED]
    return ((Button(Text.of("button-my-bookings", n=len(mine)), data="bookable"),),) if mine else ()


def show_slots(visit: Visit, reception_id: int, _: int | None = None) -> None:
    """The day and its free times; where there are none, the next days that have some."""
    if not visit.place.private:
        raise Refused("private-please")
    day = bookable(visit, reception_id)
    mine = _mine_on(visit, day)
    free = reception_notices.free_from_now(visit.uow, visit.desk, day)
    visit.toast()
    about = Text("book-day", reception_views.blanks(visit.uow, day))
    if mine is not None:
        about = Text.lines(about, Text.of("book-you-have", slot=reception_views.clock(mine.slot)))
    if not free:
        others = reception_notices.next_days(visit.uow, visit.desk, day.station_id, but=day.id)
        full = Text.of("book-full-next" if others else "book-full")
        visit.show(Text.lines(about, full), rows=reception_views.other_days(others))
        return
    buttons = [Button(Text.of("choice-slot", slot=f"{slot:%H:%M}"), data=f"slot:{day.id}:{slot:%H%M}") for slot in free]
    visit.show(Text.lines(about, Text.of("book-choose")), rows=cards.in_pairs(buttons[:40], 4))


def _mine_on(visit: Visit, day: Reception) -> Booking | None:
    """One's own visit on that day, at whichever station."""
    for booking, other in coming(visit):
        if other.day == day.day and booking.state is BookingState.BOOKED:
            return booking
    return None


def show_own(visit: Visit, booking_id: int) -> None:
    booking, day = own(visit, booking_id)
    visit.toast()
    visit.show(reception_views.booked(visit.uow, day, booking), rows=reception_views.booked_rows(booking))


# --- booking ----------------------------------------------------------------------------------------------------------


def choose(visit: Visit, reception_id: int, slot: time) -> None:
    """A time was pressed: the visit on that day moves there, or the question for the matter follows."""
    day = bookable(visit, reception_id, lock=True)
    mine = _mine_on(visit, day)
    if mine is not None and mine.reception_id != day.id:
        raise Refused("booking-same-day", date=day.day, slot=reception_views.clock(mine.slot))
    _require_free(visit, day, slot)
    if mine is None:
        guided.begin(visit, "bookslot", {"reception": day.id, "slot": f"{slot:%H%M}"})
        return
    after = visit.uow.receptions.update_booking(mine.id, slot=slot)
    visit.toast()
    visit.show(
        Text.lines(Text.of("booking-changed"), reception_views.booked(visit.uow, day, after)),
        rows=reception_views.booked_rows(after),
    )
    reception_notices.tell_of_today(visit.uow, visit.desk, day, "reception-visitor-moved", after)


def _require_free(visit: Visit, day: Reception, slot: time) -> None:
    if slot not in day.slots():
        raise Refused("slot-none", slot=f"{slot:%H:%M}", id=day.id)
    if slot not in reception_notices.free_from_now(visit.uow, visit.desk, day):
        raise Refused("slot-taken", slot=f"{slot:%H:%M}")


def ask_another_time(visit: Visit, command: str, day: Reception, slot: time, answers: Answers) -> None:
    """Somebody else was quicker: another time is asked for, and nobody writes the rest again."""
    if not reception_notices.free_from_now(visit.uow, visit.desk, day):
        raise Refused("slot-taken", slot=f"{slot:%H:%M}")
    kept = {name: answers.get(name) or "" for name in ("text", "who") if name in answers}
    gone = arguments.Doubt("slot", Text.of("slot-gone", slot=f"{slot:%H:%M}"))
    guided.begin(visit, command, {"reception": day.id, **kept, arguments.DOUBT: gone})


def _book(visit: Visit, answers: Answers) -> None:
    """/book: as much as was said; the rest is asked for with buttons."""
    if "reception" not in answers:
        show_days(visit)
    elif not answers.get("slot"):
        show_slots(visit, answers["reception"])
    elif not answers.get("text"):
        choose(visit, answers["reception"], slot_of(answers["slot"]))
    else:
        _book_slot(visit, answers)


def _book_slot(visit: Visit, answers: Answers) -> None:
    """The visit is booked; staff hear of words that are for them alone."""
    day = bookable(visit, answers["reception"], lock=True)
    slot = slot_of(answers["slot"])
    mine = _mine_on(visit, day)
    if mine is not None:
        raise Refused("booking-same-day", date=day.day, slot=reception_views.clock(mine.slot))
    if slot in day.slots() and slot not in reception_notices.free_from_now(visit.uow, visit.desk, day):
        ask_another_time(visit, "bookslot", day, slot, answers)
        return
    _require_free(visit, day, slot)
    words = (answers.get("text") or "").strip()[:SUBJECT] or None
    verdict = _look(visit, day, words)
    booking = visit.uow.receptions.book(
        day.id,
        slot,
        visit.person_id,
        subject=words,
        entered_by=None,
        now=visit.desk.now,
        guard=verdict,
    )
    if booking is None:
        raise Refused("slot-taken", slot=f"{slot:%H:%M}")
    visit.toast()
    visit.say(
        Text.lines(
            Text.of("booked"),
            reception_views.booked(visit.uow, day, booking),
            guarding.advice_on(verdict) if verdict else None,
        ),
        rows=reception_views.booked_rows(booking),
    )
    _tell(visit, day, booking)


def _look(visit: Visit, day: Reception, words: str | None) -> str | None:
    """The topic for which only staff read the words beforehand; None: the deputies may. Numbers to call are said."""
    if not words:
        return None
    verdict = accusations.look(visit.uow, day.station_id, visit.place, words, also=day.deputy_ids)
    reply_to = visit.message.message_id if visit.message is not None else None
    guarding.say_numbers(visit.uow, visit.desk, visit.actor.person, visit.place, reply_to, verdict)
    return next((finding.topic for finding in verdict.of(Does.HOLD)), None)


def _tell(visit: Visit, day: Reception, booking: Booking) -> None:
    """Staff of what they alone may read now; the deputies of today's, once they have their list."""
    _tell_staff(visit, day, booking)
    reception_notices.tell_of_today(visit.uow, visit.desk, day, "reception-visitor-new", booking)


def _tell_staff(visit: Visit, day: Reception, booking: Booking) -> None:
    uow, desk = visit.uow, visit.desk
    if booking.guard is not None:
        text = Text(
            "booking-held-staff",
            {
                **reception_views.blanks(uow, day),
                "slot": reception_views.clock(booking.slot),
                "topic": Text.of(f"guard-name-{booking.guard}"),
                "subject": booking.subject,
            },
        )
        rows = ((Button(Text.of("button-reception-open"), data=f"rday:{day.id}:show"),),)
        told = readers.staff_but(uow, desk, day.station_id, reception_views.accused(uow, booking))
        reception_notices.tell(uow, desk, told, text, rows=rows)


def _about(visit: Visit, answers: Answers) -> None:
    """Other words for the matter of a visit that is still to come."""
    booking, day = own(visit, answers["booking"], lock=True)
    words = answers["text"].strip()[:SUBJECT]
    topic = _look(visit, day, words)
    after = visit.uow.receptions.update_booking(booking.id, subject=words, guard=topic)
    visit.toast()
    visit.say(
        Text.lines(
            Text.of("booking-changed"),
            reception_views.booked(visit.uow, day, after),
            guarding.advice_on(topic) if topic else None,
        ),
        rows=reception_views.booked_rows(after),
    )
    _tell_staff(visit, day, after)
    if words != booking.subject:
        reception_notices.tell_of_today(visit.uow, visit.desk, day, "reception-visitor-about", after)


def slot_of(typed: str) -> time:
    """``0915``, as buttons and answers have it."""
    return datetime.strptime(typed, "%H%M").time()  # noqa: DTZ007 - a time of day, local to the station


# --- not coming -------------------------------------------------------------------------------------------------------


def _show(visit: Visit, booking_id: int) -> None:
    show_own(visit, booking_id)


def _ask_cancel(visit: Visit, booking_id: int) -> None:
    booking, day = own(visit, booking_id)
    visit.toast()
    visit.show(
        Text.of("ask-sure-booking-cancel", date=day.day, slot=reception_views.clock(booking.slot)),
        rows=(
            (
                Button(Text.of("button-confirm"), data=f"mybook:{booking.id}:cancel-now"),
                Button(Text.of("button-booking-keep"), data=f"mybook:{booking.id}:show"),
            ),
        ),
    )


def _cancel(visit: Visit, booking_id: int) -> None:
    """The time is free for somebody else."""
    booking, day = own(visit, booking_id, lock=True)
    visit.uow.receptions.update_booking(booking.id, state=BookingState.CANCELLED)
    visit.toast()
    others = reception_notices.next_days(visit.uow, visit.desk, day.station_id)
    visit.show(Text.of("booking-cancelled", date=day.day), rows=reception_views.other_days(others))
    reception_notices.tell_of_today(visit.uow, visit.desk, day, "reception-visitor-gone", booking)


def _ask_about(visit: Visit, booking_id: int) -> None:
    booking, _ = own(visit, booking_id)
    guided.begin(visit, "aboutvisit", {"booking": booking.id})


_ACTIONS: Final[Mapping[str, Callable[[Visit, int], None]]] = {
    "show": _show,
    "cancel": _ask_cancel,
    "cancel-now": _cancel,
    "about": _ask_about,
}


def _press(visit: Visit, rest: Sequence[str]) -> None:
    """``mybook:ID:ACTION``."""
    act = _ACTIONS.get(rest[1]) if len(rest) == 2 else None
    if act is None:
        raise Refused("old-button")
    act(visit, number_in(rest[0]))


def _press_slots(visit: Visit, rest: Sequence[str]) -> None:
    """``slots:DAY``."""
    if len(rest) != 1:
        raise Refused("old-button")
    show_slots(visit, number_in(rest[0]))


def _press_slot(visit: Visit, rest: Sequence[str]) -> None:
    """``slot:DAY:HHMM``."""
    if len(rest) != 2 or len(rest[1]) != 4 or not number_in(rest[1]) < 2400 or int(rest[1][2:]) > 59:
        raise Refused("old-button")
    choose(visit, number_in(rest[0]), slot_of(rest[1]))


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "bookable": lambda visit, rest: show_days(visit),
    "slots": _press_slots,
    "slot": _press_slot,
    "mybook": _press,
}
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "book": _book,
    "bookslot": _book_slot,
    "aboutvisit": _about,
}
START_AT: Final[Mapping[str, Callable[..., None]]] = {"reception": show_slots}
"""The button below a notice in a group: the private chat opens at the day's free times."""
