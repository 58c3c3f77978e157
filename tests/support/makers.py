"""Makers of what tests need: each fills in what the test does not care about.

    station = a_station(uow)
    deputy = a_deputy(uow, station=station)
    author = a_person(uow)
    case = a_case(uow, author=author, deputy=deputy, stage=Stage.REPLY)

They write through the repositories, so what they make is what the bot would have made.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from liaisonbot.incoming import IncomingMessage, Place, Sender
from liaisonbot.model import Attachment, Case, Group, Person, RosterEntry, Station
from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import (
    Delivery,
    MessageKind,
    Outcome,
    Rating,
    ReplyClass,
    Role,
    RoutingRule,
    Stage,
)
from liaisonbot.workflow import Event

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, and a working day."""

_numbers = count(1)
_BEYOND_32_BITS: Final = 5_000_000_000
"""Telegram ids are 64-bit; tests should notice where somebody forgot."""


def a_telegram_id() -> int:
    """An account nobody had yet."""
    return _BEYOND_32_BITS + next(_numbers)


def a_message_id() -> int:
    return 1_000_000 + next(_numbers)


# --- what reaches us --------------------------------------------------------------------------------------------------


def a_private_chat(telegram_id: int) -> Place:
    return Place(telegram_id, "private")


def a_group_chat(
    chat_id: int | None = None, *, title: str = "Spring Street residents", thread_id: int | None = None
) -> Place:
    return Place(chat_id or -1_000_000_000_000 - next(_numbers), "supergroup", title, thread_id)


def a_letter(
    text: str | None = "The lamp in my street is broken",
    *,
    sender: int | None = None,
    place: Place | None = None,
    message_id: int | None = None,
    sent_at: datetime = NOW,
    attachments: tuple[Attachment, ...] = (),
    media_group_id: str | None = None,
    **more: Any,
) -> IncomingMessage:
    """A message that somebody wrote to us, in private unless a ``place`` is given."""
    telegram_id = sender or a_telegram_id()
    return IncomingMessage(
        update_id=next(_numbers),
        place=place or a_private_chat(telegram_id),
        sender=Sender(telegram_id, username=None, language_code="zh-hans"),
        message_id=message_id or a_message_id(),
        sent_at=sent_at,
        text=text,
        attachments=attachments,
        media_group_id=media_group_id,
        **more,
    )


def a_photo(file_id: str | None = None) -> Attachment:
    return Attachment("photo", file_id or f"photo-{next(_numbers)}")


# --- who is who -------------------------------------------------------------------------------------------------------


def a_person(
    uow: UnitOfWork,
    *,
    telegram_id: int | None = None,
    language_code: str | None = "zh-hans",
    reachable: bool = True,
    now: datetime = NOW,
) -> Person:
    """Somebody who has written to us."""
    telegram_id = telegram_id or a_telegram_id()
    person = uow.people.meet(telegram_id, language_code, now)
    if reachable:
        uow.people.set_reachable(telegram_id, True)
    return replace(person, reachable=reachable)


def a_station(uow: UnitOfWork, *, code: str | None = None, name: str | None = None, area: str = "东城") -> Station:
    number = next(_numbers)
    return uow.stations.save(code or f"S{number}", name or f"联络站 {number}", area)


def a_deputy(uow: UnitOfWork, *, station: Station | None = None, **fields: Any) -> RosterEntry:
    """A deputy, of a new station unless one is given."""
    return _an_entry(uow, Role.DEPUTY, station, fields)


def a_staff_member(uow: UnitOfWork, *, station: Station | None = None, **fields: Any) -> RosterEntry:
    return _an_entry(uow, Role.STAFF, station, fields)


def _an_entry(uow: UnitOfWork, role: Role, station: Station | None, fields: dict[str, Any]) -> RosterEntry:
    defaults: dict[str, Any] = {
        "name": f"{role} {next(_numbers)}",
        "telegram_id": a_telegram_id(),
        "username": None,
        "language": None,
        "station_ids": {(station or a_station(uow)).id},
        "specialties": (),
        "now": NOW - timedelta(days=365),
    }
    return uow.roster.save(role, **(defaults | fields))


def a_group(uow: UnitOfWork, *, station: Station | None = None, chat_id: int | None = None, **fields: Any) -> Group:
    """A group chat the bot is in, bound to the station if one is given."""
    place = a_group_chat(chat_id)
    group = Group(place.chat_id, place.title or "", place.type, station.id if station else None, None, present=True)
    group = replace(group, **fields)
    uow.groups.save(group)
    return group


# --- cases ------------------------------------------------------------------------------------------------------------

_WAY: Final[dict[Stage, tuple[tuple[Event, Stage], ...]]] = {
    Stage.COLLECTION: (),
    Stage.MEDIATION: ((Event.ACCEPTED, Stage.MEDIATION),),
    Stage.REPLY: ((Event.ACCEPTED, Stage.MEDIATION), (Event.ANSWERED, Stage.REPLY)),
    Stage.FOLLOW_UP: (
        (Event.ACCEPTED, Stage.MEDIATION),
        (Event.ANSWERED, Stage.REPLY),
        (Event.PROMISE_RATED_WELL, Stage.FOLLOW_UP),
    ),
    Stage.CLOSED: (
        (Event.ACCEPTED, Stage.MEDIATION),
        (Event.ANSWERED, Stage.REPLY),
        (Event.RATED_WELL, Stage.CLOSED),
    ),
}


def a_case(
    uow: UnitOfWork,
    *,
    author: Person | None = None,
    letter: IncomingMessage | None = None,
    station: Station | None = None,
    deputy: RosterEntry | None = None,
    stage: Stage = Stage.COLLECTION,
    outcome: Outcome = Outcome.RESOLVED,
    category: str = "municipal_facilities",
    kind: str = "help",
    now: datetime = NOW,
    due_at: datetime | None = NOW + timedelta(days=2),
    **changes: Any,
) -> Case:
    """A case that has come as far as ``stage``, with its opening message and its journal. ``changes`` are columns."""
    author = author or a_person(uow, now=now)
    letter = letter or a_letter(sender=author.telegram_id, sent_at=now)
    case = uow.cases.open(
        station_id=station.id if station else None,
        category=category,
        kind=kind,
        text=letter.text or "",
        chat_type=letter.place.type,
        now=now,
        due_at=due_at,
    )
    uow.cases.add_author(case.number, author.id, letter, now)
    a_message(uow, case, letter=letter, person=author, opening=True, at=now)
    _note(uow, case, Event.OPENED, None, Stage.COLLECTION, now, deputy=deputy)
    if deputy is not None:
        case = uow.cases.update(case.number, deputy_id=deputy.id)
    case = _lead(uow, case, author, stage, outcome, now)
    return uow.cases.update(case.number, **changes) if changes else case


def _lead(uow: UnitOfWork, case: Case, author: Person, stage: Stage, outcome: Outcome, now: datetime) -> Case:
    for event, becomes in _WAY[stage]:
        changes = _changes(event, becomes, outcome, now)
        _note(uow, case, event, case.stage, becomes, now, person=author, outcome=changes.get("outcome"))
        case = uow.cases.update(case.number, stage=becomes, stage_since=now, **changes)
    return case


def _changes(event: Event, becomes: Stage, outcome: Outcome, now: datetime) -> dict[str, Any]:
    match event:
        case Event.ANSWERED:
            return {"replied_at": now, "reply_class": ReplyClass.A}
        case Event.PROMISE_RATED_WELL:
            promised = (now + timedelta(days=14)).date()
            return {**_RATED_WELL, "rated_at": now, "reply_class": ReplyClass.B, "promise_date": promised}
        case Event.RATED_WELL:
            return {**_RATED_WELL, "rated_at": now, "outcome": outcome, "closed_at": now, "due_at": None}
    return {}


_RATED_WELL: Final = {"attitude": Rating.SATISFIED, "result": Rating.FAIR}


def _note(
    uow: UnitOfWork,
    case: Case,
    event: Event,
    before: Stage | None,
    after: Stage,
    at: datetime,
    *,
    person: Person | None = None,
    deputy: RosterEntry | None = None,
    outcome: Outcome | None = None,
) -> None:
    rating = event in (Event.RATED_WELL, Event.PROMISE_RATED_WELL)
    uow.journal.add(
        case.number,
        at=at,
        by=Role.CONSTITUENT if rating or before is None else Role.DEPUTY,
        person_id=person.id if person and rating else None,
        event=event,
        from_stage=before,
        to_stage=after,
        outcome=outcome,
        deputy_id=deputy.id if deputy else None,
        rule=RoutingRule.FEWEST_OPEN if deputy else None,
        details={"attitude": 3, "result": 2} if rating else None,
    )


def a_message(
    uow: UnitOfWork,
    case: Case,
    *,
    letter: IncomingMessage | None = None,
    person: Person | None = None,
    by: Role = Role.CONSTITUENT,
    kind: MessageKind = MessageKind.CONVERSATION,
    text: str | None = None,
    at: datetime = NOW,
    opening: bool = False,
) -> int:
    """A message of the case; its row id. From a ``letter``, or written by the office."""
    row_id = uow.messages.add(
        case.number,
        at=at,
        by=by,
        person_id=person.id if person else None,
        kind=kind,
        text=letter.text if letter else text,
        attachments=letter.attachments if letter else (),
        chat_id=letter.place.chat_id if letter else None,
        message_id=letter.message_id if letter else None,
        media_group_id=letter.media_group_id if letter else None,
        opening=opening,
    )
    assert row_id is not None, "that message is on record already"
    return row_id


def a_check(uow: UnitOfWork, case: Case, result: Delivery, *, person: Person | None = None, at: datetime = NOW) -> None:
    """The constituent answered the check of delivery, as the journal keeps it."""
    fixed = result is Delivery.FIXED
    uow.journal.add(
        case.number,
        at=at,
        by=Role.CONSTITUENT,
        person_id=person.id if person else None,
        event=Event.FIXED if fixed else Event.NOT_FIXED,
        from_stage=Stage.FOLLOW_UP,
        to_stage=Stage.CLOSED if fixed else Stage.MEDIATION,
        outcome=Outcome.RESOLVED if fixed else None,
        details={"delivery": int(result)},
    )
