"""The cases as other programs get them: ``bot.py export cases``, and whatever reads what it wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, exists, func, select, tuple_

from liaisonbot import as_json
from liaisonbot.vocabulary import Role, Stage
from liaisonbot.workflow import QUIET, RUNGS, Event
from storage import merge_notes
from storage.grouping import grouped
from storage.looks import Pause, hold_on
from storage.schema import (
    UtcDateTime,
    case_authors,
    case_messages,
    cases,
    handings,
    journal,
    promises,
    roster,
    stations,
    units,
)
from storage.statements import AnyRow, AnySelect

PAGE: Final = 500

_CASES: Final = (
    select(
        cases,
        stations.c.code.label("station"),
        stations.c.area,
        roster.c.name.label("deputy"),
    )
    .join(stations, stations.c.id == cases.c.station_id, isouter=True)
    .join(roster, roster.c.id == cases.c.deputy_id, isouter=True)
    .order_by(cases.c.created_at, cases.c.number)
    .limit(PAGE)
)
_FROM: Final = cases.c.created_at >= bindparam("since", type_=UtcDateTime())
_TO: Final = cases.c.created_at < bindparam("until", type_=UtcDateTime())
_AFTER: Final = tuple_(cases.c.created_at, cases.c.number) > tuple_(
    bindparam("last_at", type_=UtcDateTime()), bindparam("last_number")
)
_AT: Final = cases.c.station_id.in_(bindparam("stations", expanding=True))
_NOT_OWN: Final = ~exists().where(
    case_authors.c.case_number == cases.c.number, case_authors.c.person_id == bindparam("reader")
)
_NUMBERS: Final[BindParameter[Any]] = bindparam("numbers", expanding=True)
_AUTHORS: Final = (
    select(case_authors.c.case_number, case_authors.c.name, case_authors.c.phone, case_authors.c.consent_at)
    .where(case_authors.c.case_number.in_(_NUMBERS))
    .order_by(case_authors.c.case_number, case_authors.c.joined_at, case_authors.c.person_id)
)
_MESSAGES: Final = (
    select(
        case_messages.c.case_number,
        case_messages.c.at,
        case_messages.c.by_role,
        case_messages.c.kind,
        case_messages.c.text,
        case_messages.c.attachments,
        case_messages.c.opening,
    )
    .where(case_messages.c.case_number.in_(_NUMBERS))
    .order_by(case_messages.c.case_number, case_messages.c.at, case_messages.c.id)
)
_JOURNAL: Final = (
    select(
        journal.c.id,
        journal.c.case_number,
        journal.c.at,
        journal.c.by_role,
        journal.c.event,
        journal.c.from_stage,
        journal.c.to_stage,
        journal.c.outcome,
        journal.c.note,
        journal.c.details,
        journal.c.deputy_id,
        journal.c.rule,
        roster.c.name.label("deputy"),
    )
    .join(roster, roster.c.id == journal.c.deputy_id, isouter=True)
    .where(journal.c.case_number.in_(_NUMBERS))
    .order_by(journal.c.case_number, journal.c.id)
)
_PROMISES: Final = (
    select(promises).where(promises.c.case_number.in_(_NUMBERS)).order_by(promises.c.case_number, promises.c.id)
)
_HANDINGS: Final = (
    select(
        handings.c.case_number,
        units.c.name,
        handings.c.lead,
        handings.c.at,
        handings.c.due,
        handings.c.returned_at,
    )
    .join(units, units.c.id == handings.c.unit_id)
    .where(handings.c.case_number.in_(_NUMBERS))
    .order_by(handings.c.case_number, handings.c.id)
)
_EVENTS: Final = frozenset(Event) - {Event.URGED, Event.CHASED, *RUNGS} - QUIET
"""What moved a case, or changed who has it; that somebody was chased did not."""
_CHECKS: Final = frozenset({Event.FIXED, Event.NOT_FIXED, Event.CHECKED})


def read_cases(
    connection: Connection,
    *,
    since: datetime | None,
    until: datetime | None,
    stations: Collection[int] | None = None,
    reader: int | None = None,
    personal: bool = False,
    between_pages: Pause = hold_on,
) -> Iterator[dict[str, Any]]:
    """One object for each case created in [since, until), oldest first, as the contract describes it.

    ``stations``: those of these stations only (by id). ``reader``: not those of which that person is an author; nobody
    reads the office's notes on a case of their own. ``personal``: with a further key, ``authors``: what they gave of
    themselves. Reads page by page as it is consumed, so memory does not grow with the number of cases.

    ``between_pages``: with ``looks.let_go`` whoever consumes them slowly keeps nobody from erasing; a case is as it was
    when its page was read, and none is missed or given twice.
    """
    conditions, values = _window(since, until, stations, reader)
    statement: AnySelect = _CASES.where(*conditions)
    page = connection.execute(statement, values).all()
    while page:
        yield from _objects(connection, page, personal=personal, between_pages=between_pages)
        last = {"last_at": page[-1].created_at, "last_number": page[-1].number}
        page = connection.execute(statement.where(_AFTER), values | last).all()


def count_cases(
    connection: Connection,
    *,
    since: datetime | None,
    until: datetime | None,
    stations: Collection[int] | None = None,
    reader: int | None = None,
) -> int:
    """How many there are to read."""
    conditions, values = _window(since, until, stations, reader)
    statement = select(func.count()).select_from(cases).where(*conditions)
    return int(connection.execute(statement, values).scalar_one())


def _window(
    since: datetime | None, until: datetime | None, stations: Collection[int] | None, reader: int | None
) -> tuple[list[ColumnElement[bool]], dict[str, Any]]:
    given: tuple[tuple[ColumnElement[bool], str, Any], ...] = (
        (_FROM, "since", since),
        (_TO, "until", until),
        (_AT, "stations", None if stations is None else sorted(stations)),
        (_NOT_OWN, "reader", reader),
    )
    wanted = [(condition, name, value) for condition, name, value in given if value is not None]
    return [condition for condition, _, _ in wanted], {name: value for _, name, value in wanted}


def _objects(
    connection: Connection, page: Sequence[AnyRow], *, personal: bool, between_pages: Pause
) -> Iterator[dict[str, Any]]:
    numbers = {"numbers": [row.number for row in page]}
    messages = grouped(connection.execute(_MESSAGES, numbers), "case_number")
    lines = connection.execute(_JOURNAL, numbers).all()
    entries = grouped(lines, "case_number")
    others = merge_notes.of(connection, lines)
    promised = grouped(connection.execute(_PROMISES, numbers), "case_number")
    handed = grouped(connection.execute(_HANDINGS, numbers), "case_number")
    authors = grouped(connection.execute(_AUTHORS, numbers), "case_number") if personal else {}
    between_pages(connection)  # all of this page is read: whoever writes it may take their time
    for row in page:
        about = (messages, entries, promised, handed)
        case = _case(row, others, *(rows.get(row.number, []) for rows in about))
        yield case | {"authors": [_author(each) for each in authors.get(row.number, [])]} if personal else case


def _author(author: AnyRow) -> dict[str, Any]:
    """What they gave, or what whoever spoke for them did. Whose account it is stands in no export."""
    return {"name": author.name, "phone": author.phone, "on_behalf": author.consent_at is not None}


def _case(
    row: AnyRow,
    others: Mapping[int, str],
    messages: Sequence[AnyRow],
    entries: Sequence[AnyRow],
    promised: Sequence[AnyRow],
    handed: Sequence[AnyRow],
) -> dict[str, Any]:
    return {
        "number": row.number,
        "stage": row.stage,
        "outcome": row.outcome,
        "station": row.station,
        "area": row.area,
        "category": row.category,
        "deputy": row.deputy,
        "anonymous": row.anonymous,
        # What became of its authors since says nothing of how it came: they are erased, and others join by a merge.
        "on_behalf": any(entry.event == Event.ENTERED for entry in entries),
        "text": row.text,
        "attachments": _attachments(messages),
        "chat_type": row.chat_type,
        "created_at": as_json.moment(row.created_at),
        "closed_at": as_json.moment(row.closed_at),
        "due_at": as_json.moment(row.due_at),
        "reply_due_at": as_json.moment(row.reply_due_at),
        "paused_since": as_json.moment(row.paused_since),
        "reply_class": row.reply_class,
        "promise_date": _day(row.promise_date),
        "delivery": row.delivery,
        "kind": row.kind,
        "tags": row.tags,
        "rated_at": as_json.moment(row.rated_at),
        "dissatisfied": [_reason(entry) for entry in entries if "reason" in entry.details],
        "checks": [_check(entry) for entry in entries if entry.event in _CHECKS],
        "promises": [_promise(line) for line in promised],
        "chased": [as_json.moment(entry.at) for entry in entries if entry.event == Event.CHASED],
        "urged": [as_json.moment(entry.at) for entry in entries if entry.event == Event.URGED],
        "deputies": [
            {"at": as_json.moment(entry.at), "deputy": entry.deputy, "rule": entry.rule}
            for entry in entries
            if entry.rule is not None
        ],
        "units": [_handing(handing) for handing in handed],
        "ratings": {"attitude": row.attitude, "result": row.result},
        "history": [_step(entry, others.get(entry.id)) for entry in entries if entry.event in _EVENTS],
        "messages": [
            {"at": as_json.moment(message.at), "by": message.by_role, "kind": message.kind, "text": message.text}
            for message in messages
        ],
    }


def _attachments(messages: Sequence[AnyRow]) -> list[dict[str, Any]]:
    """What the constituents sent; first what the case was opened with."""
    theirs = [message for message in messages if message.by_role == Role.CONSTITUENT.value]
    return [
        {"kind": attachment["kind"], "file_id": attachment["file_id"]}
        for message in sorted(theirs, key=lambda message: not message.opening)
        for attachment in message.attachments
    ]


def _reason(entry: AnyRow) -> dict[str, Any]:
    return {"at": as_json.moment(entry.at), "reason": entry.details["reason"]}


def _check(entry: AnyRow) -> dict[str, Any]:
    return {"at": as_json.moment(entry.at), "result": entry.details.get("delivery")}


def _handing(handing: AnyRow) -> dict[str, Any]:
    return {
        "unit": handing.name,
        "lead": handing.lead,
        "at": as_json.moment(handing.at),
        "due": _day(handing.due),
        "returned_at": as_json.moment(handing.returned_at),
    }


def _promise(line: AnyRow) -> dict[str, Any]:
    return {
        "made_at": as_json.moment(line.made_at),
        "date": _day(line.day),
        "reported_at": as_json.moment(line.reported_at),
        "asked_at": as_json.moment(line.asked_at),
        "ended_at": as_json.moment(line.ended_at),
        "ending": line.ending,
    }


def _step(entry: AnyRow, other: str | None) -> dict[str, Any]:
    return {
        "at": as_json.moment(entry.at),
        "by": entry.by_role,
        "from": entry.from_stage,
        "to": entry.to_stage,
        "outcome": entry.outcome if entry.to_stage == Stage.CLOSED.value else None,
        "note": entry.note or other or _sorted(entry) or entry.details.get("said"),
    }


def _sorted(entry: AnyRow) -> str | None:
    """What was sorted where, in keys: ``category other > housing``."""
    if entry.event != Event.SORTED:
        return None
    steps = [(what, *entry.details[what]) for what in ("category", "kind", "tags") if what in entry.details]
    return "; ".join(f"{what} {_keys(old)} > {_keys(new)}" for what, old, new in steps)


def _keys(value: Any) -> str:
    return value if isinstance(value, str) else ", ".join(value) or "none"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
