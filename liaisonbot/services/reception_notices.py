"""Who hears of a reception day, and when: the groups, the deputies, those who booked, staff.

Everything that is due by the clock is told in the morning, when the quiet hours are over: once a day, each thing by its
own key, so that a restart repeats nothing, and a start at noon does not announce what is over. What staff change on a
day that people know of is told at once, in the daytime.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.receptions import Booking, BookingState, Reception, ReceptionState, Rota
from liaisonbot.services import accused, actors, quiet, readers, reception_views
from liaisonbot.services.readers import Reader
from liaisonbot.services.reception_views import ReadAs
from liaisonbot.texts import Text

MORNING: Final = time(7)
"""Before it nobody is told of a day, also where there are no quiet hours."""
AT_ONCE: Final = 100
"""Days that one tick tells of; the next goes on."""
LATELY: Final = timedelta(days=7)
"""So long a day that nobody ended is asked about."""
OTHERS: Final = 3
"""Other days that are offered."""
_SATURDAY, _SUNDAY = 5, 6


# --- the calendar -----------------------------------------------------------------------------------------------------


def is_over(desk: Desk, day: date, ends: time) -> bool:
    """Whether the hours of that day have passed."""
    return datetime.combine(day, ends, desk.timezone) <= desk.now


def has_begun(desk: Desk, day: Reception) -> bool:
    """Whether its hours are on now."""
    return datetime.combine(day.day, day.begins, desk.timezone) <= desk.now and not is_over(desk, day.day, day.ends)


def is_day_off(desk: Desk, day: date) -> bool:
    """Whether it is a holiday. A weekend is meant where a rota names it, unless it stands within a holiday."""
    days = desk.working_days
    if days.is_working_day(day):
        return False
    beside = {_SATURDAY: day - timedelta(days=1), _SUNDAY: day + timedelta(days=1)}.get(day.weekday())
    return beside is None or not days.is_working_day(beside)


def next_working_day(desk: Desk, day: date) -> date:
    return desk.working_days.day_after(day, 1)


# --- what the clock does ----------------------------------------------------------------------------------------------


def tell_in_the_morning(uow: UnitOfWork, desk: Desk) -> int:
    """Groups some days ahead and on the day, the deputies' lists for today, reminders of tomorrow; staff, the day
    before the groups, of a deputy who cannot come.
    """
    key = f"receptions-told:{desk.today}"
    if quiet.until(desk) is not None or desk.now.astimezone(desk.timezone).time() < MORNING or uow.once.claimed(key):
        return 0
    until = desk.today + timedelta(days=desk.settings.reception.notice_days + 1)
    done = _ask_to_end(uow, desk)
    for day in uow.receptions.between(desk.today, until):
        done += _tell(uow, desk, day)
        if done >= AT_ONCE:
            return done
    uow.once.claim(key, desk.now)
    return done


def _ask_to_end(uow: UnitOfWork, desk: Desk) -> int:
    """A day has passed, and nobody has ended it: those who received are asked once. How many days."""
    done = 0
    for day in uow.receptions.between(desk.today - LATELY, desk.today - timedelta(days=1)):
        if uow.once.claim(f"reception-open:{day.id}:{day.day}", desk.now):
            text = Text("reception-still-open", reception_views.blanks(uow, day))
            told = _receivers(uow, desk, day) or readers.staff_of(uow, desk, day.station_id)
            tell(uow, desk, told, text, rows=_way(day))
            done += 1
    return done


def _tell(uow: UnitOfWork, desk: Desk, day: Reception) -> int:
    """What is due about the day this morning; 1 where something was."""
    if is_over(desk, day.day, day.ends):
        return 0
    told = [_ask_about_who_is_away(uow, desk, day), tell_if_near(uow, desk, day)]
    if day.day == desk.today and uow.once.claim(f"reception-list:{day.id}:{day.day}", desk.now):
        _give_lists(uow, desk, day)
        told.append(True)
    if day.day == desk.today + timedelta(days=1) and uow.once.claim(f"reception-remind:{day.id}:{day.day}", desk.now):
        _remind(uow, desk, day)
        told.append(True)
    return int(any(told))


def _ask_about_who_is_away(uow: UnitOfWork, desk: Desk, day: Reception) -> bool:
    """A deputy of the day is on leave then, or has left the station: staff are asked once whether others receive."""
    here, away = {entry.id for entry in uow.roster.deputies(day.station_id)}, uow.leaves.on(day.day)
    missing = [
        id_
        for id_ in day.deputy_ids
        if (id_ in away or id_ not in here) and uow.once.claim(f"reception-away:{day.id}:{day.day}:{id_}", desk.now)
    ]
    if not missing:
        return False
    text = Text(
        "reception-who-is-away", {**reception_views.blanks(uow, day), "who": reception_views.names(uow, missing)}
    )
    rows = ((Button(Text.of("button-day-receivers"), data=f"rday:{day.id}:receivers"),), *_way(day))
    tell(uow, desk, readers.staff_of(uow, desk, day.station_id), text, rows=rows)
    return True


def tell_if_near(uow: UnitOfWork, desk: Desk, day: Reception) -> bool:
    """The groups hear of it if it is near enough: once ahead, and once on the day."""
    ahead = (day.day - desk.today).days
    if not 0 <= ahead <= desk.settings.reception.notice_days or is_over(desk, day.day, day.ends):
        return False
    if not uow.once.claim(_notice_key(day, today=ahead == 0), desk.now):
        return False
    text = Text("reception-notice-today" if ahead == 0 else "reception-notice", reception_views.blanks(uow, day))
    _to_groups(uow, desk, day, text, rows=group_rows(desk, day))
    return True


def _notice_key(day: Reception, *, today: bool) -> str:
    return f"reception-{'today' if today else 'notice'}:{day.id}:{day.day}"


def _groups_know(uow: UnitOfWork, day: Reception) -> bool:
    return any(uow.once.claimed(_notice_key(day, today=today)) for today in (True, False))


def group_rows(desk: Desk, day: Reception) -> Rows:
    """The private chat opens at the day's free times."""
    return ((Button(Text.of("button-book"), url=desk.bot.deep_link(f"reception_{day.id}")),),)


def _give_lists(uow: UnitOfWork, desk: Desk, day: Reception) -> None:
    """The list for the day: numbers, times, matters; a name only where it was given."""
    for reader, read_as in _who_expect(uow, desk, day):
        key = "reception-list-nobody" if read_as.keeps else "reception-list-today"
        text = Text.lines(Text.of(key), reception_views.card(uow, day, read_as))
        tell(uow, desk, [reader], text, rows=_way(day))


def _who_expect(uow: UnitOfWork, desk: Desk, day: Reception) -> list[tuple[Reader, ReadAs]]:
    """Who hears who comes, and as whom: each deputy who can be told; where none can, the staff of the station."""
    deputies = [(reader, ReadAs(frozenset({id_}))) for id_ in day.deputy_ids for reader in _entries(uow, desk, (id_,))]
    return deputies or [
        (reader, as_staff(uow, desk, day, reader)) for reader in readers.staff_of(uow, desk, day.station_id)
    ]


def as_staff(uow: UnitOfWork, desk: Desk, day: Reception, reader: Reader) -> ReadAs:
    """As whom somebody on the staff reads the record of the day."""
    return reception_views.read_by(uow, actors.known(uow, desk, reader.chat_id), day)._replace(keeps=True)


def _remind(uow: UnitOfWork, desk: Desk, day: Reception) -> None:
    for booking in reception_views.still_coming(uow, day):
        text = Text.lines(Text.of("booking-tomorrow"), reception_views.booked(uow, day, booking))
        to_visitor(uow, desk, booking, text, rows=reception_views.booked_rows(booking))


def _way(day: Reception) -> Rows:
    return ((Button(Text.of("button-reception-open"), data=f"rday:{day.id}:show"),),)


# --- what staff change ------------------------------------------------------------------------------------------------


def say_days_off(uow: UnitOfWork, desk: Desk, made: Iterable[Reception]) -> None:
    """A rota has a day on a holiday: staff decide, it is neither kept nor left out in silence. Asked about once, also
    where the calendar of its year was published after it was made.
    """
    for day in made:
        if is_day_off(desk, day.day) and uow.once.claim(f"reception-off:{day.id}:{day.day}", desk.now):
            rows = (
                (
                    Button(
                        Text.of("button-move-to", date=next_working_day(desk, day.day)),
                        data=f"rday:{day.id}:moveto:{next_working_day(desk, day.day):%Y%m%d}",
                    ),
                ),
                (
                    Button(Text.of("button-keep-day"), data=f"rday:{day.id}:keep"),
                    Button(Text.of("button-day-cancel"), data=f"rday:{day.id}:cancel"),
                ),
            )
            text = Text("reception-on-day-off", reception_views.blanks(uow, day))
            tell(uow, desk, readers.staff_of(uow, desk, day.station_id), text, rows=rows)


def tell_receivers(uow: UnitOfWork, desk: Desk, made: Sequence[Reception], *, but: int | None = None) -> None:
    """The deputies of days that were made just now: one message each, with all of theirs."""
    _tell_each(uow, desk, _by_deputy((day, day.deputy_ids) for day in made), _you_receive, but=but)


def tell_other_receivers(
    uow: UnitOfWork,
    desk: Desk,
    changed: Sequence[tuple[Reception, Reception]],
    *,
    deputies: bool = True,
    but: int | None = None,
) -> None:
    """Others receive on those days (before, after): whoever booked one hears of it, and so do the groups that know of
    it; the deputies who come now, and those who need not, in one message each (``deputies=False``: they know).
    """
    others = [(before, after) for before, after in changed if set(before.deputy_ids) != set(after.deputy_ids)]
    if deputies:
        came = _by_deputy((after, set(after.deputy_ids) - set(before.deputy_ids)) for before, after in others)
        went = _by_deputy((after, set(before.deputy_ids) - set(after.deputy_ids)) for before, after in others)
        _tell_each(uow, desk, came, _you_receive, but=but)
        _tell_each(uow, desk, went, _you_need_not, but=but)
    for _, day in others:
        if not is_over(desk, day.day, day.ends):
            _say_who_receives(uow, desk, day)


def _say_who_receives(uow: UnitOfWork, desk: Desk, day: Reception) -> None:
    for booking in reception_views.still_coming(uow, day):
        text = Text.lines(Text.of("booking-has-others"), reception_views.booked(uow, day, booking))
        to_visitor(uow, desk, booking, text, rows=reception_views.booked_rows(booking))
    if _groups_know(uow, day):
        text = Text("reception-has-others", reception_views.blanks(uow, day))
        _to_groups(uow, desk, day, text, rows=group_rows(desk, day))


def _by_deputy(found: Iterable[tuple[Reception, Collection[int]]]) -> dict[int, list[Reception]]:
    """Roster id → the days that concern them."""
    days: dict[int, list[Reception]] = {}
    for day, ids in found:
        for id_ in ids:
            days.setdefault(id_, []).append(day)
    return days


def _tell_each(
    uow: UnitOfWork,
    desk: Desk,
    days: Mapping[int, list[Reception]],
    words: Callable[[UnitOfWork, list[Reception]], Text],
    *,
    but: int | None,
) -> None:
    for id_, theirs in days.items():
        rows = _way(theirs[0]) if len(theirs) == 1 and id_ in theirs[0].deputy_ids else ()
        tell(uow, desk, _entries(uow, desk, (id_,)), words(uow, theirs), rows=rows, but=but)


def _you_receive(uow: UnitOfWork, days: list[Reception]) -> Text:
    lines = (Text("reception-you-on", reception_views.blanks(uow, day)) for day in days)
    return Text.lines(Text.of("reception-you-receive"), *lines)


def _you_need_not(uow: UnitOfWork, days: list[Reception]) -> Text:
    return Text.lines(*(Text("reception-you-not", reception_views.blanks(uow, day)) for day in days))


def tell_rota_ended(uow: UnitOfWork, desk: Desk, rota: Rota, *, but: int | None = None) -> None:
    """Its deputies: no more days."""
    text = Text.lines(Text.of("rota-has-ended"), reception_views.rota(uow, rota))
    tell(uow, desk, _entries(uow, desk, rota.deputy_ids), text, but=but)


@dataclass(frozen=True, slots=True)
class Told:
    """How many of those who had booked were told, and how many nothing reaches."""

    people: int = 0
    missed: int = 0

    def __add__(self, reached: bool | Told) -> Told:
        more = reached if isinstance(reached, Told) else Told(int(reached), int(not reached))
        return Told(self.people + more.people, self.missed + more.missed)

    @property
    def not_told(self) -> Text | None:
        """The sentence for whoever did it; None where everybody was told."""
        return Text.of("visitors-not-told", n=self.missed) if self.missed else None


def tell_cancelled(
    uow: UnitOfWork,
    desk: Desk,
    day: Reception,
    why: str | None,
    *,
    early: bool = False,
    deputies: bool = True,
    but: int | None = None,
) -> Told:
    """Whoever booked gets another day to choose, the groups that knew of it hear, and so do the deputies. ``early``:
    it had begun, and ends before its time.
    """
    blanks = {**reception_views.blanks(uow, day), "why": why}
    others = next_days(uow, desk, day.station_id)
    told = Told()
    for booking in reception_views.still_coming(uow, day):
        uow.receptions.update_booking(booking.id, state=BookingState.CANCELLED)
        ask = _another_day(booking, others)
        text = Text.lines(Text("booking-day-cancelled", {**blanks, "slot": reception_views.clock(booking.slot)}), ask)
        told += to_visitor(uow, desk, booking, text, rows=reception_views.other_days(others))
    text = Text("reception-was-ended-early" if early else "reception-was-cancelled", blanks)
    if _groups_know(uow, day):
        _to_groups(uow, desk, day, text)
    if deputies:
        tell(uow, desk, _receivers(uow, desk, day), text, but=but)
    return told


def _another_day(booking: Booking, others: Sequence[Reception]) -> Text:
    """What they can do instead; whoever tells somebody without Telegram reads the days, and has no buttons for them."""
    if not others:
        return Text.of("booking-no-other-day")
    if booking.entered_by is None:
        return Text.of("booking-another-day")
    return Text.of("booking-days-to-tell", days=reception_views.days_listed([day.day for day in others]))


def tell_moved(uow: UnitOfWork, desk: Desk, before: Reception, after: Reception, *, but: int | None = None) -> Told:
    """Whoever booked keeps the same place in the row, and can say that it does not suit them."""
    coming, told = _moved_slots(uow, before, after), Told()
    blanks = {
        **reception_views.blanks(uow, after),
        "before": before.day,
        "before_hours": reception_views.hours(before.begins, before.ends),
    }
    for booking in coming:
        text = Text.lines(Text("booking-day-moved", blanks), reception_views.booked(uow, after, booking))
        told += to_visitor(uow, desk, booking, text, rows=reception_views.booked_rows(booking))
    text = Text("reception-was-moved", blanks)
    if _groups_know(uow, before):
        _to_groups(uow, desk, after, text, rows=group_rows(desk, after))
        near = 0 <= (after.day - desk.today).days <= desk.settings.reception.notice_days
        if near:  # they have just read it
            uow.once.claim(_notice_key(after, today=after.day == desk.today), desk.now)
    else:
        tell_if_near(uow, desk, after)
    tell(uow, desk, _receivers(uow, desk, after), text, but=but)
    return told


def _moved_slots(uow: UnitOfWork, before: Reception, after: Reception) -> list[Booking]:
    """Those who come, at the times that are theirs now: the third of the morning is the third of the afternoon. Who was
    heard keeps theirs; whoever would stand there gets the next that is free.
    """
    coming = reception_views.still_coming(uow, after)
    old, new = before.slots(), after.slots()
    if old == new:
        return coming
    for booking in coming:  # all of them leave first: nobody stands in another's way
        uow.receptions.update_booking(booking.id, slot=None)
    taken = {each.slot for each in reception_views.visitors(uow, after)}
    places = {booking.id: old.index(booking.slot) for booking in coming if booking.slot in old}
    wanted = {id_: new[place] for id_, place in places.items() if place < len(new)}
    free = [slot for slot in new if slot not in taken | set(wanted.values())]
    moved = []
    for booking in coming:
        slot = wanted.get(booking.id)
        if slot is not None and slot in taken:
            slot = next((each for each in free if each > slot), None)
            free = [each for each in free if each != slot]
        moved.append(uow.receptions.update_booking(booking.id, slot=slot))
    return moved


def tell_of_today(uow: UnitOfWork, desk: Desk, day: Reception, key: str, booking: Booking) -> None:
    """Once the deputies have their list, what changes in it is told them."""
    if day.day == desk.today and uow.once.claimed(f"reception-list:{day.id}:{day.day}"):
        slot = reception_views.clock(booking.slot)
        for reader, read_as in _who_expect(uow, desk, day):
            subject = reception_views.subject(booking, hidden=reception_views.kept(uow, booking, read_as))
            tell(uow, desk, [reader], Text(key, {"slot": slot, "subject": subject}), rows=_way(day))


def next_days(uow: UnitOfWork, desk: Desk, station_id: int | None, *, but: int | None = None) -> list[Reception]:
    """The station's next days (None: of all stations) that have a free time, without that one."""
    until = desk.today + timedelta(days=120)
    stations = None if station_id is None else [station_id]
    found = []
    for day in uow.receptions.between(desk.today, until, station_ids=stations):
        if day.id != but and not is_over(desk, day.day, day.ends) and free_from_now(uow, desk, day):
            found.append(day)
            if len(found) >= OTHERS:
                break
    return found


def free_from_now(uow: UnitOfWork, desk: Desk, day: Reception) -> list[time]:
    """The times that nobody has, and that are still to come."""
    if day.state is not ReceptionState.PLANNED:
        return []
    return [slot for slot in reception_views.free(uow, day) if not is_over(desk, day.day, slot)]


# --- telling ----------------------------------------------------------------------------------------------------------


def tell(
    uow: UnitOfWork,
    desk: Desk,
    told: Iterable[Reader],
    text: Text,
    *,
    rows: Rows = (),
    but: int | None = None,
    **more: Any,
) -> None:
    """In the daytime. ``but``: whoever did it reads it on their own screen."""
    fields: dict[str, Any] = {"priority": Priority.NOTICE, "daytime": True, **more}
    for reader in told:
        if reader.chat_id != but:
            uow.outbox.add(
                Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text, rows=rows, **fields), desk.now
            )


def _to_groups(uow: UnitOfWork, desk: Desk, day: Reception, text: Text, *, rows: Rows = ()) -> None:
    groups = [group for group in uow.groups.of_station(day.station_id) if group.present]
    told = [Reader(group.chat_id, readers.group_language(desk, group)) for group in groups]
    tell(uow, desk, told, text, rows=rows, priority=Priority.ANNOUNCEMENT)


def _receivers(uow: UnitOfWork, desk: Desk, day: Reception) -> list[Reader]:
    return _entries(uow, desk, day.deputy_ids)


def _entries(uow: UnitOfWork, desk: Desk, entry_ids: Iterable[int]) -> list[Reader]:
    entries = [entry for id_ in entry_ids if (entry := uow.roster.get(id_))]
    return [reader for entry in entries if (reader := readers.of_entry(uow, desk, entry))]


def to_visitor(uow: UnitOfWork, desk: Desk, booking: Booking, text: Text, *, rows: Rows = (), **more: Any) -> bool:
    """To whoever comes; for somebody without Telegram to whoever passes it on (see :func:`_teller`). Whether there is
    anybody whom it reaches.
    """
    person = uow.people.get(booking.person_id)
    if person is not None and person.telegram_id:
        if person.reachable:
            tell(uow, desk, [Reader(person.telegram_id, readers.language_of(desk, person))], text, rows=rows, **more)
        return person.reachable
    day = uow.receptions.get(booking.reception_id)
    teller = _teller(uow, desk, booking)
    whom = reception_views.accused(uow, booking)
    those = [teller] if teller else readers.staff_but(uow, desk, day.station_id if day else None, whom)
    for reader in those:
        heading = Text.of(
            "please-tell-visitor",
            name=booking.name if teller else None,
            phone=booking.phone if teller else None,
        )
        way = () if teller else ((Button(Text.of("button-visitor-open"), data=f"visitor:{booking.id}:show"),),)
        key = f"{_TO_TELL}:{booking.id}:{desk.now.isoformat()}" if teller else None
        tell(uow, desk, [reader], Text.lines(heading, text), rows=way, **{"key": key, **more})
    return bool(those)


_TO_TELL: Final = "visitor"
"""Before a booking's number, in the key of what whoever entered it is to tell."""


def teller_left(uow: UnitOfWork, desk: Desk, account: int) -> None:
    """What waits for whoever has that account, and they were to tell visitors without Telegram, staff tell instead
    where they work here no longer: they read neither name nor number.
    """
    for row, waiting in uow.outbox.waiting_for(account).items():
        kind, _, rest = (waiting.key or "").partition(":")
        booking = uow.receptions.booking(int(rest.partition(":")[0])) if kind == _TO_TELL else None
        if booking is None or waiting.text is None or _teller(uow, desk, booking) is not None:
            continue
        uow.outbox.drop(row)
        _, *said = waiting.text.params["lines"]
        to_visitor(uow, desk, booking, Text.lines(*said), case=waiting.case, purpose=waiting.purpose)


def _teller(uow: UnitOfWork, desk: Desk, booking: Booking) -> Reader | None:
    """Whoever entered somebody without Telegram, as long as they work here and are not accused by them; else it is
    staff who pass it on.
    """
    teller = uow.people.get(booking.entered_by) if booking.entered_by is not None else None
    if teller is None or not teller.telegram_id:
        return None
    entries = uow.roster.of(teller.telegram_id, None)
    if not entries and not desk.is_owner(teller.telegram_id):
        return None
    if accused.is_among(uow, reception_views.accused(uow, booking), teller.telegram_id):
        return None
    return Reader(teller.telegram_id, readers.language_of(desk, teller, next(iter(entries), None)))


STEPS: Final = (tell_in_the_morning,)
