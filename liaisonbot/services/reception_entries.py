"""What a reception day leaves in the duty log: who received is offered an entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from liaisonbot.desk import Desk
from liaisonbot.ports import UnitOfWork
from liaisonbot.receptions import BookingState, Reception
from liaisonbot.services import duty_drafts, reception_views
from liaisonbot.texts import Text


def heard(uow: UnitOfWork, day: Reception) -> int:
    """How many were received."""
    return sum(each.state is BookingState.HEARD for each in reception_views.visitors(uow, day))


def until_now(desk: Desk, day: Reception) -> Reception:
    """The day as it is where it ends, for all or for some who received, before its hours are over. Who received before
    they began took the time of one visitor.
    """
    now = desk.now.astimezone(desk.timezone)
    over = day.day < now.date() or datetime.combine(day.day, day.ends, desk.timezone) <= desk.now
    one = (datetime.combine(day.day, day.begins) + timedelta(minutes=day.slot_minutes)).time()
    until = now.time().replace(second=0, microsecond=0)
    return day if over else replace(day, ends=until if until > day.begins else one)


def offer(uow: UnitOfWork, desk: Desk, day: Reception, deputy_ids: Iterable[int]) -> None:
    """An entry of the deputies' logs: the day, the hours, the place, how many came; theirs to file or throw away."""
    for id_ in deputy_ids:
        deputy = uow.roster.get(id_)
        if deputy is not None:
            duty_drafts.offer(
                uow,
                desk,
                deputy,
                "received",
                origin=f"reception:{day.id}",
                about=Text.of("draft-reception", n=heard(uow, day)),
                day=day.day,
                anew=True,  # who went and came back received longer than they were offered
                station_id=day.station_id,
                minutes=(day.ends.hour - day.begins.hour) * 60 + day.ends.minute - day.begins.minute,
                place=day.place,
            )


def received_by(uow: UnitOfWork, desk: Desk, day: Reception, deputy_ids: tuple[int, ...]) -> Reception:
    """Others receive that day from now on. Who received until then, and goes, is offered an entry of what there was of
    it.
    """
    if heard(uow, day):
        gone = [id_ for id_ in day.deputy_ids if id_ not in deputy_ids]
        offer(uow, desk, until_now(desk, day), gone)
    return uow.receptions.update(day.id, deputy_ids=deputy_ids)
