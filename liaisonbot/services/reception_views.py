"""How rotas and reception days look: to staff and deputies, to those who come, in groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Final, NamedTuple

from liaisonbot import guard, masking, reception_rules
from liaisonbot.incoming import Place
from liaisonbot.model import Actor
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission, may_for_reception
from liaisonbot.ports import UnitOfWork
from liaisonbot.reception_rules import Hours
from liaisonbot.receptions import Booking, BookingState, Reception, ReceptionState, Rota
from liaisonbot.services import accusations, cards
from liaisonbot.services import accused as who_is
from liaisonbot.texts import Text

SHOWN: Final = 80
"""Characters of a matter in a list."""
COMING: Final = (BookingState.BOOKED, BookingState.HEARD, BookingState.ABSENT)
ON_A_BUTTON: Final = 20


def may(actor: Actor, permission: Permission, day: Reception) -> bool:
    """Whether the actor may do that with the day."""
    return may_for_reception(actor, permission, day.station_id, day.deputy_ids)


def keeps(actor: Actor, day: Reception) -> bool:
    """Whether they are staff of its station, who read everything."""
    return may(actor, Permission.RECEPTION_KEEP, day)


class ReadAs(NamedTuple):
    """As whom somebody reads the record of a day."""

    deputies: frozenset[int] = frozenset()
    """As the deputy of the roster who they are, or were, and who does not read what accuses them; none: as nobody it
    could accuse.
    """
    keeps: bool = False
    """As staff, who read what the guard holds."""


STAFF: Final = ReadAs(keeps=True)


def read_by(uow: UnitOfWork, actor: Actor, day: Reception) -> ReadAs:
    """As whom the actor reads the record of the day. Staff read everything but what accuses them; owners read that,
    too.
    """
    return ReadAs(frozenset() if actor.owner else who_is.deputies(uow, actor), keeps(actor, day))


def kept(uow: UnitOfWork, booking: Booking, reader: ReadAs) -> bool:
    """Whether who comes, and with what, is not for that reader: what accuses them, for good; to a deputy also what the
    guard holds, until it was heard and staff release it.
    """
    if not reader.deputies:
        return False
    if not reader.deputies.isdisjoint(accused(uow, booking)):
        return True
    if reader.keeps:
        return False
    case = uow.cases.get(booking.case) if booking.case is not None else None
    if case is not None:
        return case.held
    return guard.topic_of(booking.guard) is not None and booking.state is not BookingState.HEARD


def accused(uow: UnitOfWork, booking: Booking) -> frozenset[int]:
    """The roster ids of the deputies whom a visitor accuses."""
    if booking.case is not None:
        return uow.guarded.accused(booking.case)
    day = uow.receptions.get(booking.reception_id) if booking.guard is not None else None
    return _accused_in(uow, day, booking.subject) if day is not None else frozenset()


def _accused_in(uow: UnitOfWork, day: Reception, words: str | None) -> frozenset[int]:
    if not words:
        return frozenset()
    verdict = accusations.look(uow, day.station_id, Place(0, "private"), words, also=day.deputy_ids)
    return frozenset(entry.id for entry in verdict.accused)


def summary(uow: UnitOfWork, day: Reception, reader: ReadAs) -> Text | None:
    """What was written about the whole day; a deputy does not read what accuses them."""
    if not day.minutes:
        return None
    hidden = bool(reader.deputies) and not reader.deputies.isdisjoint(_accused_in(uow, day, day.minutes))
    return Text.of("reception-summary", text=Text.of("reception-subject-kept") if hidden else day.minutes)


# --- words for parts --------------------------------------------------------------------------------------------------


def hours(begins: time, ends: time) -> str:
    """From when to when, as everybody reads it."""
    return f"{begins:%H:%M}–{ends:%H:%M}"


def hours_of(pair: Hours) -> str:
    return hours(*pair)


def rule(written: str) -> Text:
    """The rule in words."""
    parts = reception_rules.parts(written)
    if parts.key == "dates":
        return Text.of(
            "rota-rule-dates", days=cards.listed([Text.of("reception-day-number", day=day) for day in parts.days])
        )
    weekdays = cards.listed([Text.of(f"weekday-{number}") for number in parts.weekdays])
    if parts.key == "monthly":
        which = cards.listed([Text.of(f"reception-nth-{nth if nth > 0 else 'last'}") for nth in parts.nth])
        return Text.of("rota-rule-monthly", which=which, weekday=weekdays)
    return Text.of("rota-rule-weekly" if parts.key == "weekly" else "rota-rule-fortnightly", weekday=weekdays)


def names(uow: UnitOfWork, deputy_ids: Iterable[int]) -> Text:
    """The deputies in a line; that nobody is named yet."""
    found = [Text.of("works-name", name=entry.name) for id_ in deputy_ids if (entry := uow.roster.get(id_))]
    return cards.listed(found) if found else Text.of("reception-nobody")


def station(uow: UnitOfWork, station_id: int) -> str:
    found = uow.stations.get(station_id)
    return found.name if found else ""


def place(uow: UnitOfWork, found: Reception | Rota) -> str | None:
    """Where it is, beside the station's name; None where that says it."""
    return found.place if found.place != station(uow, found.station_id) else None


def blanks(uow: UnitOfWork, day: Reception) -> dict[str, object]:
    """What every sentence about a day may mention."""
    return {
        "id": day.id,
        "date": day.day,
        "hours": hours(day.begins, day.ends),
        "station": station(uow, day.station_id),
        "place": place(uow, day),
        "deputies": names(uow, day.deputy_ids),
    }


def clock(slot: time | None) -> str | Text:
    return f"{slot:%H:%M}" if slot else Text.of("reception-no-slot")


# --- a rota -----------------------------------------------------------------------------------------------------------


def rota(uow: UnitOfWork, found: Rota) -> Text:
    """When and where, who, how long for each."""
    return Text.of(
        "rota-card",
        rule=rule(found.rule),
        hours=hours(found.begins, found.ends),
        station=station(uow, found.station_id),
        place=place(uow, found),
        deputies=names(uow, found.deputy_ids),
        minutes=found.slot_minutes,
    )


def rota_line(uow: UnitOfWork, found: Rota) -> Text:
    return Text.of(
        "rota-line",
        rule=rule(found.rule),
        hours=hours(found.begins, found.ends),
        station=station(uow, found.station_id),
        deputies=names(uow, found.deputy_ids),
    )


# --- a day ------------------------------------------------------------------------------------------------------------


def label(day: Reception) -> Text:
    """On a button."""
    return Text.of("choice-reception", date=day.day, hours=hours(day.begins, day.ends))


def visitors(uow: UnitOfWork, day: Reception) -> list[Booking]:
    """Those who come, or came: by their time, those without one last."""
    return [each for each in uow.receptions.bookings(day.id) if each.state in COMING]


def place_in_row(uow: UnitOfWork, day: Reception, booking: Booking) -> int:
    """The number by which that day's list names them; 0: they are not on it."""
    ids = [each.id for each in visitors(uow, day)]
    return ids.index(booking.id) + 1 if booking.id in ids else 0


def free(uow: UnitOfWork, day: Reception) -> list[time]:
    """The times that nobody has."""
    taken = {each.slot for each in uow.receptions.bookings(day.id) if each.state is not BookingState.CANCELLED}
    return [slot for slot in day.slots() if slot not in taken]


def day_line(uow: UnitOfWork, day: Reception) -> Text:
    coming = len(visitors(uow, day))
    return Text.of("reception-line", **blanks(uow, day), n=coming)


def still_coming(uow: UnitOfWork, day: Reception) -> list[Booking]:
    """Those who booked and were not heard yet."""
    return [each for each in visitors(uow, day) if each.state is BookingState.BOOKED]


def card(uow: UnitOfWork, day: Reception, reader: ReadAs) -> Text:
    """The day with its list, as that one may read it (see :func:`read_by`)."""
    coming = visitors(uow, day)
    lines = [visitor_line(uow, place, each, reader) for place, each in enumerate(coming, start=1)]
    return Text.lines(
        Text.of("reception-card", **blanks(uow, day)),
        Text.of("reception-state-held") if day.state is ReceptionState.HELD else None,
        Text.of("reception-state-cancelled") if day.state is ReceptionState.CANCELLED else None,
        Text.of("reception-coming", people=len(coming), free=len(free(uow, day))),
        *lines,
        summary(uow, day, reader),
    )


def visitor_line(uow: UnitOfWork, place: int, booking: Booking, reader: ReadAs) -> Text:
    """A number, a time, the matter, what became of it: no account, a name only where it was given."""
    hidden = kept(uow, booking, reader)
    return Text.of(
        "reception-visitor",
        place=place,
        slot=clock(booking.slot),
        subject=subject(booking, hidden=hidden),
        name=None if hidden else booking.name,
        became=became(booking),
    )


def subject(booking: Booking, *, hidden: bool, length: int = SHOWN) -> str | Text:
    """What they come with, unless it is hidden from the reader (see :func:`kept`)."""
    if hidden:
        return Text.of("reception-subject-kept")
    if not booking.subject:
        return Text.of("reception-subject-none")
    return masking.shorten(" ".join(booking.subject.split()), length)


def became(booking: Booking) -> Text | None:
    """What became of a visit; None while it is still to come."""
    if booking.state is BookingState.ABSENT:
        return Text.of("visit-absent")
    if booking.exit is not None:
        exit_ = Text.of(f"reception-exit-{booking.exit}")
        return Text.of("visit-exit-case", exit=exit_, case=booking.case) if booking.case else exit_
    return Text.of("visit-heard") if booking.state is BookingState.HEARD else None


def visitor_button(place: int, booking: Booking) -> Button:
    return Button(Text.of("button-visitor", place=place, slot=clock(booking.slot)), data=f"visitor:{booking.id}:show")


# --- for those who come -----------------------------------------------------------------------------------------------


def booked(uow: UnitOfWork, day: Reception, booking: Booking) -> Text:
    """Their own visit: when, where, who receives them, what they come with."""
    return Text.of(
        "booking-card",
        **blanks(uow, day),
        slot=clock(booking.slot),
        subject=booking.subject,
    )


def booked_line(uow: UnitOfWork, day: Reception, booking: Booking) -> Text:
    return Text.of("booking-line", **blanks(uow, day), slot=clock(booking.slot), became=became(booking))


def booked_rows(booking: Booking) -> Rows:
    """Another time, other words, not coming."""
    return (
        (
            Button(Text.of("button-booking-time"), data=f"slots:{booking.reception_id}"),
            Button(Text.of("button-booking-cancel"), data=f"mybook:{booking.id}:cancel"),
        ),
        (Button(Text.of("button-booking-about"), data=f"mybook:{booking.id}:about"),),
    )


def other_days(days: Sequence[Reception]) -> Rows:
    return tuple((Button(label(day), data=f"slots:{day.id}"),) for day in days)


def days_listed(days: Sequence[date]) -> Text:
    return cards.listed([Text.of("reception-date", date=day) for day in days])
