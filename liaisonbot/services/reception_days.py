"""The rota of a station and its reception days (接待日): made, moved, cancelled, changed. ``/reception``.

A rota is a rule; its days are rows, made ahead by the clock, so that each can be moved, cancelled and booked by itself.
Which of a rota's days was made already is remembered apart from the rows: one that was moved is not made again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from liaisonbot import reception_rules
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Station
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.receptions import BookingState, Reception, ReceptionState, Rota
from liaisonbot.services import arguments, guided, paging, reception_entries, reception_notices, reception_views
from liaisonbot.services.doing import Answers
from liaisonbot.services.reception_views import keeps, may
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

AHEAD: Final = timedelta(days=60)
"""So far ahead days are made."""
AT_ONCE: Final = 100
"""Rotas that one tick looks at; the next goes on."""
PAGE: Final = 6
ROTAS: Final = 8
NEXT: Final = 4
"""Days named in a preview."""


def find(visit: Visit, reception_id: int, permission: Permission, *, lock: bool = False) -> Reception:
    """The day, if it exists and the visitor may do that with it; else NotFound, the same for both."""
    day = visit.uow.receptions.get(reception_id, lock=lock)
    if day is None or not may(visit.actor, permission, day):
        raise NotFound("reception-not-found", id=reception_id)
    return day


def planned(day: Reception) -> Reception:
    """The same; refuses one that was held or cancelled."""
    if day.state is not ReceptionState.PLANNED:
        raise Refused(f"reception-is-{day.state}", date=day.day)
    return day


def find_rota(visit: Visit, rota_id: int) -> Rota:
    """A rota of one's own stations that goes on; else NotFound."""
    rota = visit.uow.receptions.rota(rota_id)
    own = {station.id for station in arguments.stations_of(visit)}
    if rota is None or rota.station_id not in own or rota.ended_at is not None:
        raise NotFound("rota-not-found", id=rota_id)
    return rota


# --- making days ------------------------------------------------------------------------------------------------------


def make_ahead(uow: UnitOfWork, desk: Desk, rota: Rota) -> list[Reception]:
    """The rota's days until :data:`AHEAD` that were not made before. Each is told of as is due, and staff are asked
    about those on a holiday.
    """
    days = {_made(rota, day): day for day in _days_ahead(desk, rota)}
    known = uow.once.claimed_among(list(days))
    made = []
    for key, day in days.items():
        if key not in known and uow.once.claim(key, desk.now):
            found = uow.receptions.add(_day_of(rota, day, desk.now))
            if found is not None:
                made.append(found)
                reception_notices.tell_if_near(uow, desk, found)
    _ask_about_holidays(uow, desk, rota, [day for day in days.values() if reception_notices.is_day_off(desk, day)])
    return made


def _made(rota: Rota, day: date) -> str:
    return f"reception-made:{rota.id}:{day}"


def _ask_about_holidays(uow: UnitOfWork, desk: Desk, rota: Rota, off: Sequence[date]) -> None:
    """Also where the calendar of a year came later than its days."""
    for day in off:
        there = uow.receptions.between(day, day, station_ids=[rota.station_id])
        reception_notices.say_days_off(uow, desk, [each for each in there if each.rota_id == rota.id])


def _days_ahead(desk: Desk, rota: Rota) -> list[date]:
    days = reception_rules.occurrences(rota.rule, rota.first, desk.today, desk.today + AHEAD)
    return [day for day in days if not reception_notices.is_over(desk, day, rota.ends)]


def _day_of(rota: Rota, day: date, now: datetime) -> Reception:
    return Reception(
        0,
        rota.id,
        rota.station_id,
        day,
        rota.begins,
        rota.ends,
        rota.place,
        rota.slot_minutes,
        rota.deputy_ids,
        ReceptionState.PLANNED,
        None,
        now,
    )


def make_days(uow: UnitOfWork, desk: Desk) -> int:
    """What the clock does, once a day for each rota: the days that came within :data:`AHEAD`. How many rotas."""
    all_made = f"receptions-made:{desk.today}"
    if uow.once.claimed(all_made):
        return 0
    done = 0
    for rota in uow.receptions.rotas():
        if uow.once.claim(f"rota-looked-at:{rota.id}:{desk.today}", desk.now):
            make_ahead(uow, desk, rota)
            done += 1
            if done >= AT_ONCE:
                return done
    uow.once.claim(all_made, desk.now)
    return done


# --- /reception -------------------------------------------------------------------------------------------------------


def _reception(visit: Visit, answers: Answers) -> None:
    """/reception: the list; with words behind it, a new rota."""
    words = answers.get("text")
    if not words:
        show_list(visit)
        return
    from liaisonbot.commands import BY_NAME

    if not arguments.stations_of(visit):
        raise Refused("reception-staff-only")
    guided.begin(visit, "newrota", arguments.parse(visit, BY_NAME["newrota"], words))


def show_list(visit: Visit, offset: int = 0) -> None:
    """Staff: the rotas and coming days of their stations. Deputies: the days on which they receive."""
    stations = arguments.stations_of(visit)
    rotas = visit.uow.receptions.rotas([station.id for station in stations]) if stations else []
    days = _coming(visit, stations)
    shown = days[offset : offset + PAGE]
    text = Text.lines(
        Text.of("receptions-title"),
        *(reception_views.rota_line(visit.uow, rota) for rota in rotas[:ROTAS]),
        Text.of("receptions-days") if shown else Text.of("receptions-none"),
        *(reception_views.day_line(visit.uow, day) for day in shown),
    )
    buttons = [Button(reception_views.label(day), data=f"rday:{day.id}:show") for day in shown]
    visit.toast()
    visit.show(
        text,
        rows=(
            *((button,) for button in buttons),
            *paging.turns("rlist", offset, PAGE, len(days)),
            *_rota_rows(rotas[:ROTAS], stations),
        ),
    )


def _coming(visit: Visit, stations: list[Station]) -> list[Reception]:
    """Today's and the coming days of one's stations, and those on which one receives; held ones of the last weeks."""
    today, own = visit.desk.today, {station.id for station in stations}
    me = visit.actor.deputy.id if visit.actor.deputy else None
    at = own | (visit.actor.deputy.station_ids if visit.actor.deputy else frozenset())
    both = (ReceptionState.PLANNED, ReceptionState.HELD)
    before = visit.uow.receptions.between(
        today - timedelta(days=30), today - timedelta(days=1), station_ids=at, states=both
    )
    now = visit.uow.receptions.between(today, today, station_ids=at, states=both)
    near = visit.uow.receptions.between(today + timedelta(days=1), today + AHEAD + AHEAD, station_ids=at)
    return [day for day in (*now, *near, *reversed(before)) if day.station_id in own or me in day.deputy_ids]


def _rota_rows(rotas: list[Rota], stations: list[Station]) -> Rows:
    found = [
        Button(Text.of("button-rota", rule=reception_views.rule(rota.rule)), data=f"rota:{rota.id}:show")
        for rota in rotas
    ]
    new = [Button(Text.of("button-new-rota"), data="rota:0:new")] if stations else []
    return tuple((button,) for button in (*found, *new))


# --- a rota -----------------------------------------------------------------------------------------------------------


def meant(answers: Answers, first: date) -> tuple[str | None, list[tuple[date, time, time]], tuple[time, time] | None]:
    """What the dialogue's answers say: a rule and its hours, or days with theirs."""
    when = answers["when"]
    said = when.get("hours") or answers.get("hours")
    pair = (time.fromisoformat(said[0]), time.fromisoformat(said[1])) if said else None
    rule = when.get("rule") or _rule_of_buttons(when, answers)
    days = [
        (
            date.fromisoformat(day),
            time.fromisoformat(own[0]) if own else pair[0] if pair else time(9),
            time.fromisoformat(own[1]) if own else pair[1] if pair else time(11),
        )
        for day, own in when.get("days", ())
    ]
    return rule, days, pair


def _rule_of_buttons(when: Mapping[str, Any], answers: Answers) -> str | None:
    if "every" not in when:
        return None
    every: str = when["every"]
    return every.replace("*", reception_rules.WEEKDAYS[int(answers["weekday"])])


def _drafted(visit: Visit, answers: Answers) -> tuple[Rota | None, list[Reception]]:
    """The rota that the answers make and its first days, or the days of their own; nothing is kept yet."""
    desk = visit.desk
    rule, days, pair = meant(answers, desk.today)
    station_id, place, slot = answers["station"], answers["place"], int(answers["slot"])
    deputies = tuple(answers["deputies"])
    if rule is not None and pair is not None:
        rota = Rota(0, station_id, rule, *pair, place, slot, deputies, desk.today, None)
        return rota, [_day_of(rota, day, desk.now) for day in _days_ahead(desk, rota)]
    own = [
        Reception(0, None, station_id, day, begins, ends, place, slot, deputies, ReceptionState.PLANNED, None, desk.now)
        for day, begins, ends in days
        if not reception_notices.is_over(desk, day, ends)
    ]
    return None, own


def _new_rota(visit: Visit, answers: Answers) -> None:
    """/newrota, once it was confirmed: the rota, or days of their own."""
    uow, desk = visit.uow, visit.desk
    rota, days = _drafted(visit, answers)
    _require_station(visit, answers["station"])
    if not days:
        raise Refused("reception-no-days")
    visit.toast()
    if rota is not None:
        kept = uow.receptions.add_rota(rota, person_id=visit.person_id, now=desk.now)
        made = make_ahead(uow, desk, kept)
        said = Text.lines(Text.of("rota-made", n=len(made)), reception_views.rota(uow, kept))
    else:
        made = [found for day in days if (found := uow.receptions.add(day))]
        for day in made:
            reception_notices.tell_if_near(uow, desk, day)
        said = Text.of("reception-days-made", n=len(made), days=reception_views.days_listed([d.day for d in made]))
    reception_notices.tell_receivers(uow, desk, made, but=visit.telegram_id)
    rows = tuple((Button(reception_views.label(day), data=f"rday:{day.id}:show"),) for day in made[:NEXT])
    visit.say(said, rows=(*rows, (Button(Text.of("button-receptions"), data="rlist:0"),)))


def _require_station(visit: Visit, station_id: int) -> None:
    if station_id not in {station.id for station in arguments.stations_of(visit)}:
        raise NotFound("station-unknown")


def _preview_rota(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    """All of it with the next days, and those of them that are days off."""
    rota, days = _drafted(visit, answers)
    if not days:
        raise Refused("reception-no-days")
    off = [day.day for day in days if reception_notices.is_day_off(visit.desk, day.day)]
    one = days[0]
    listed = [
        Text.of("rota-next-day", date=day.day, hours=reception_views.hours(day.begins, day.ends))
        for day in (days[:NEXT] if rota else days)
    ]
    return Text.lines(
        Text.of("ask-sure-rota-title"),
        Text.of("rota-how", rule=reception_views.rule(rota.rule)) if rota else None,
        Text.of(
            "rota-where",
            station=reception_views.station(visit.uow, one.station_id),
            place=reception_views.place(visit.uow, one),
            deputies=reception_views.names(visit.uow, one.deputy_ids),
            minutes=one.slot_minutes,
        ),
        Text.of("rota-next" if rota else "rota-days"),
        *listed,
        Text.of("rota-days-off", days=reception_views.days_listed(off[:NEXT])) if off else None,
        Text.of("rota-tells", n=visit.desk.settings.reception.notice_days),
    ), None


def show_rota(visit: Visit, rota_id: int) -> None:
    rota = find_rota(visit, rota_id)
    days = [
        day
        for day in visit.uow.receptions.between(visit.desk.today, visit.desk.today + AHEAD)
        if day.rota_id == rota.id
    ]
    visit.toast()
    visit.show(
        Text.lines(
            reception_views.rota(visit.uow, rota),
            Text.of("rota-next") if days else None,
            *(reception_views.day_line(visit.uow, day) for day in days[:NEXT]),
        ),
        rows=(
            *((Button(reception_views.label(day), data=f"rday:{day.id}:show"),) for day in days[:NEXT]),
            (
                Button(Text.of("button-rota-receivers"), data=f"rota:{rota.id}:receivers"),
                Button(Text.of("button-rota-end"), data=f"rota:{rota.id}:end"),
            ),
            (Button(Text.of("button-receptions"), data="rlist:0"),),
        ),
    )


def _days_of_rota(visit: Visit, rota: Rota) -> list[Reception]:
    """Those to come, and today's until its hours are over: who received then stays on record."""
    days = visit.uow.receptions.between(visit.desk.today, visit.desk.today + AHEAD + AHEAD)
    over = reception_notices.is_over
    return [day for day in days if day.rota_id == rota.id and not over(visit.desk, day.day, day.ends)]


def _end_rota(visit: Visit, answers: Answers) -> None:
    """No more days are made; those that were are cancelled, and whoever booked one hears of it."""
    rota = find_rota(visit, answers["rota"])
    days = _days_of_rota(visit, rota)
    visit.uow.receptions.end_rota(rota.id, visit.desk.now)
    told = reception_notices.Told()
    for day in days:
        told += _cancel(visit, day, None, deputies=False)
    reception_notices.tell_rota_ended(visit.uow, visit.desk, rota, but=visit.telegram_id)
    visit.toast()
    ended = Text.of("rota-ended", n=len(days), people=told.people)
    stays = [_stays(visit, day) for day in days]
    visit.say(Text.lines(ended, told.not_told, *stays), rows=((Button(Text.of("button-receptions"), data="rlist:0"),),))


def _rota_receivers(visit: Visit, answers: Answers) -> None:
    """/rotareceivers: who receives from now on. A day that was given to others by itself stays as it is."""
    uow, rota = visit.uow, find_rota(visit, answers["rota"])
    deputies = tuple(answers["deputies"])
    days = [day for day in _days_of_rota(visit, rota) if set(day.deputy_ids) == set(rota.deputy_ids)]
    uow.receptions.name_rota(rota.id, deputies)
    changed = [(day, reception_entries.received_by(uow, visit.desk, day, deputies)) for day in days]
    reception_notices.tell_other_receivers(uow, visit.desk, changed, but=visit.telegram_id)
    visit.toast(Text.of("toast-receivers"))
    show_rota(replace(visit, press=None), rota.id)


def _preview_end(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    rota = find_rota(visit, answers["rota"])
    days = _days_of_rota(visit, rota)
    people = sum(len(reception_views.still_coming(visit.uow, day)) for day in days)
    return Text.lines(
        Text.of("ask-sure-endrota"),
        reception_views.rota(visit.uow, rota),
        Text.of("rota-end-takes", n=len(days), people=people),
        *(_stays(visit, day) for day in days),
    ), None


# --- a day ------------------------------------------------------------------------------------------------------------


def show_day(visit: Visit, reception_id: int, *, unfolded: bool = False, said: Text | None = None) -> None:
    """The day with its list, for staff of the station and who receives. ``said``: the answer to the press."""
    day = find(visit, reception_id, Permission.RECEPTION_RECORD)
    visit.toast(said)
    visit.show(
        reception_views.card(visit.uow, day, reception_views.read_by(visit.uow, visit.actor, day)),
        rows=day_rows(visit, day, unfolded=unfolded),
    )


def day_rows(visit: Visit, day: Reception, *, unfolded: bool = False) -> Rows:
    """The visitors to look at, then what can be done with the day."""
    visitors = [
        reception_views.visitor_button(place, each)
        for place, each in enumerate(reception_views.visitors(visit.uow, day), start=1)
    ]
    in_threes = tuple(tuple(visitors[at : at + 3]) for at in range(0, len(visitors), 3))
    return (*in_threes, *_doing(visit, day, unfolded=unfolded))


def _doing(visit: Visit, day: Reception, *, unfolded: bool) -> Rows:
    """Before the day it may still change; from then on it is about who comes, and changing waits behind *More…*."""

    def row(*names: str) -> tuple[Button, ...]:
        return tuple(Button(Text.of(f"button-day-{name}"), data=f"rday:{day.id}:{name}") for name in names)

    if day.state is not ReceptionState.PLANNED:
        return (row("minutes"),) if day.state is ReceptionState.HELD else ()
    changing = (row("move", "cancel"), row("receivers")) if keeps(visit.actor, day) else ()
    if day.day > visit.desk.today:
        return (row("walkin"), *changing)
    recording = (row("walkin", "held"), row("minutes"))
    if not changing:
        return recording
    return (*recording, *changing, row("less")) if unfolded else (*recording, row("more"))


def _cancel_day(visit: Visit, answers: Answers) -> None:
    """/cancelday, once it was confirmed."""
    day = planned(find(visit, answers["reception"], Permission.RECEPTION_KEEP, lock=True))
    told = _cancel(visit, day, answers.get("text") or None)
    key = "reception-ended-early" if _had_begun(visit, day) else "reception-cancelled"
    visit.toast()
    visit.say(
        Text.lines(Text.of(key, date=day.day, people=told.people), told.not_told, _stays(visit, day)),
        rows=((Button(Text.of("button-receptions"), data="rlist:0"),),),
    )


def _cancel(visit: Visit, day: Reception, why: str | None, *, deputies: bool = True) -> reception_notices.Told:
    """The day does not take place, or ends now where people were received already: that stays on record, and who
    received is offered an entry. Everybody who is still to come, the deputies, and the groups that know of it are told.
    """
    uow, desk = visit.uow, visit.desk
    heard = reception_entries.heard(uow, day)
    state = ReceptionState.HELD if heard else ReceptionState.CANCELLED
    after = uow.receptions.update(day.id, state=state)
    told = reception_notices.tell_cancelled(
        uow, desk, after, why, early=_had_begun(visit, day), deputies=deputies, but=visit.telegram_id
    )
    if heard:
        reception_entries.offer(uow, desk, reception_entries.until_now(desk, day), day.deputy_ids)
    return told


def _had_begun(visit: Visit, day: Reception) -> bool:
    """Whether it took place already: then nobody reads that it is cancelled."""
    return bool(reception_entries.heard(visit.uow, day)) or reception_notices.has_begun(visit.desk, day)


def _stays(visit: Visit, day: Reception) -> Text | None:
    """What is said where people were received already."""
    heard = reception_entries.heard(visit.uow, day)
    return Text.of("reception-heard-stays", n=heard) if heard else None


def _preview_cancel(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    day = planned(find(visit, answers["reception"], Permission.RECEPTION_KEEP))
    people = len(reception_views.still_coming(visit.uow, day))
    text = Text.of("ask-sure-cancelday-what", **reception_views.blanks(visit.uow, day), people=people)
    return Text.lines(text, _stays(visit, day)), answers.get("text") or None


def _move_day(visit: Visit, answers: Answers) -> None:
    """/moveday, once it was confirmed: everybody keeps their time where the new hours have it."""
    day = planned(find(visit, answers["reception"], Permission.RECEPTION_KEEP, lock=True))
    begins, ends = _new_hours(day, answers)
    to = date.fromisoformat(answers["date"])
    _require_nobody_heard(visit, day, to)
    if (to, begins, ends) == (day.day, day.begins, day.ends):
        raise Refused("reception-is-there", date=day.day)
    if reception_notices.is_over(visit.desk, to, ends):
        raise Refused("reception-hours-over", date=to)
    same = [each for each in visit.uow.receptions.between(to, to, states=tuple(ReceptionState)) if each.id != day.id]
    clash = any(each.rota_id == day.rota_id is not None for each in same)
    changes: dict[str, Any] = {"day": to, "begins": begins, "ends": ends, **({"rota_id": None} if clash else {})}
    after = visit.uow.receptions.update(day.id, **changes)
    told = reception_notices.tell_moved(visit.uow, visit.desk, day, after, but=visit.telegram_id)
    visit.toast()
    blanks = {**reception_views.blanks(visit.uow, after), "people": told.people}
    visit.say(
        Text.lines(Text.of("reception-moved", **blanks), told.not_told),
        rows=((Button(reception_views.label(after), data=f"rday:{after.id}:show"),),),
    )


def _require_nobody_heard(visit: Visit, day: Reception, to: date) -> None:
    """Where somebody was received already, the day is on record; its hours may still change."""
    heard = any(each.state is BookingState.HEARD for each in reception_views.visitors(visit.uow, day))
    if heard and to != day.day:
        raise Refused("reception-has-begun", date=day.day)


def _new_hours(day: Reception, answers: Answers) -> tuple[time, time]:
    said = answers.get("hours")
    return (time.fromisoformat(said[0]), time.fromisoformat(said[1])) if said else (day.begins, day.ends)


def _preview_move(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    day = planned(find(visit, answers["reception"], Permission.RECEPTION_KEEP))
    begins, ends = _new_hours(day, answers)
    to = date.fromisoformat(answers["date"])
    _require_nobody_heard(visit, day, to)
    moved = replace(day, day=to, begins=begins, ends=ends)
    off = reception_notices.is_day_off(visit.desk, to)
    return Text.lines(
        Text.of(
            "ask-sure-moveday-what",
            before=day.day,
            before_hours=reception_views.hours(day.begins, day.ends),
            date=to,
            hours=reception_views.hours(begins, ends),
            people=len(reception_views.still_coming(visit.uow, day)),
        ),
        Text.of("rota-days-off", days=reception_views.days_listed([moved.day])) if off else None,
    ), None


def _receivers(visit: Visit, answers: Answers) -> None:
    """/receivers: who receives that day."""
    day = planned(find(visit, answers["reception"], Permission.RECEPTION_KEEP, lock=True))
    after = reception_entries.received_by(visit.uow, visit.desk, day, tuple(answers["deputies"]))
    reception_notices.tell_other_receivers(visit.uow, visit.desk, [(day, after)], but=visit.telegram_id)
    visit.toast(Text.of("toast-receivers"))
    visit.say(
        reception_views.card(visit.uow, after, reception_views.read_by(visit.uow, visit.actor, after)),
        rows=day_rows(visit, after),
    )


STEPS: Final = (make_days,)
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "reception": _reception,
    "newrota": _new_rota,
    "endrota": _end_rota,
    "rotareceivers": _rota_receivers,
    "cancelday": _cancel_day,
    "moveday": _move_day,
    "receivers": _receivers,
}
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {
    "newrota": _preview_rota,
    "endrota": _preview_end,
    "cancelday": _preview_cancel,
    "moveday": _preview_move,
}
