"""The cases: opening, reading, changing them, and whose they are. Lists of them are in ``case_lists.py``."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, literal_column, or_, select, update

from liaisonbot.facts import FIGURED
from liaisonbot.incoming import IncomingMessage
from liaisonbot.model import Author, AuthorIds, Case
from liaisonbot.texts import pick_language
from liaisonbot.vocabulary import Stage
from storage import closings, kept, loads
from storage.case_lists import COLUMNS, CaseLists, case_from
from storage.finding import SqlFinding
from storage.pasts import Pasts
from storage.ready import Ready
from storage.schema import case_authors, cases, counters, persons
from storage.schema.pasts import case_pasts
from storage.statements import AnyRow, clipped, plain
from storage.terms import SqlTerms

_BY_WHICH_IT_IS_FOUND: Final = frozenset({"text", "station_id", "closed_at"})
"""Columns that say under which terms a case is found, and whether at all; every closing and reopening sets the last."""
_FOUND_BY: Final = frozenset({"text", "station_id", "deputy_id", "category"})
"""Columns that say by what it is found in a search; every change of the stage stands in the journal, which says so."""
_BY_WHICH_IT_IS_COUNTED: Final = frozenset({"stage", "deputy_id", "station_id", "closed_at"})
"""Columns that say among whose open cases, or among which closed ones, it is counted."""
_CHANGEABLE: Final = frozenset(Case.__dataclass_fields__) - {"number", "created_at", "chat_type"}

_NEXT_NUMBER: Final = Ready(
    lambda insert: (
        insert(counters)
        .values(name="case", value=1)
        .on_conflict_do_update(index_elements=[counters.c.name], set_={"value": counters.c.value + 1})
        .returning(counters.c.value)
    )
)
_COUNT_ON: Final = Ready(
    update(counters).where(counters.c.name == literal_column("'case'")).values(value=bindparam("to"))
)
_OPEN: Final = Ready(insert(cases))
_one = select(*COLUMNS).where(cases.c.number == bindparam("case"))
_GET: Final = Ready(_one)
_GET_LOCKED: Final = Ready(_one.with_for_update())
_BEFORE: Final = Ready(
    select(cases.c.deputy_id, cases.c.station_id, cases.c.stage, cases.c.closed_at)
    .where(cases.c.number == bindparam("case"))
    .with_for_update()
)
PASTS: Final = Pasts(case_pasts, "case_number")

_teller = persons.alias("teller")
_AUTHORS: Final = Ready(
    select(
        case_authors.c.case_number,
        case_authors.c.person_id,
        persons.c.telegram_id,
        persons.c.language,
        persons.c.language_code,
        persons.c.reachable,
        case_authors.c.chat_id,
        case_authors.c.chat_type,
        case_authors.c.thread_id,
        case_authors.c.message_id,
        case_authors.c.name,
        case_authors.c.phone,
        case_authors.c.by_merge,
        _teller.c.telegram_id.label("through"),
    )
    .join(persons, persons.c.id == case_authors.c.person_id)
    .join(_teller, _teller.c.id == case_authors.c.entered_by, isouter=True)
    .where(
        case_authors.c.case_number == bindparam("case"),
        or_(persons.c.telegram_id.isnot(None), case_authors.c.entered_by.isnot(None)),
        case_authors.c.left_at.is_(None),
    )
    .order_by(case_authors.c.joined_at, case_authors.c.person_id)
)
_AUTHOR_IDS: Final = Ready(
    select(case_authors.c.person_id, case_authors.c.entered_by, case_authors.c.left_at).where(
        case_authors.c.case_number == bindparam("case")
    )
)
_ADD_ABSENT_AUTHOR: Final = Ready(insert(case_authors))
_ADD_AUTHOR: Final = Ready(lambda insert: insert(case_authors).on_conflict_do_nothing())
_LEAVE: Final = Ready(
    update(case_authors)
    .where(case_authors.c.case_number == bindparam("case"), case_authors.c.person_id == bindparam("person"))
    .values(left_at=bindparam("now", type_=case_authors.c.left_at.type))
)
_PRIVATE_CHAT: Final = Ready(select(persons.c.telegram_id).where(persons.c.id == bindparam("person")))
_SET_CONTACT: Final = (
    update(case_authors)
    .where(case_authors.c.case_number == bindparam("case"), case_authors.c.person_id == bindparam("person"))
    .values(
        name=func.coalesce(bindparam("given_name", type_=case_authors.c.name.type), case_authors.c.name),
        phone=func.coalesce(bindparam("given_phone", type_=case_authors.c.phone.type), case_authors.c.phone),
    )
)


class SqlCases(CaseLists):
    """See ``ports.Cases``. Authors who were forgotten are not named any more."""

    def __init__(self, connection: Connection, default_language: str, finding: SqlFinding) -> None:
        super().__init__(connection)
        self._finding = finding
        self._opened: dict[int, AuthorIds] = {}
        """The authors of the cases opened in this unit: nobody need ask the database for what was written just now."""
        self._default_language = default_language
        self._terms = SqlTerms(connection)

    def open(
        self,
        *,
        station_id: int | None,
        category: str,
        kind: str,
        text: str,
        chat_type: str,
        now: datetime,
        due_at: datetime | None,
        deputy_id: int | None = None,
        standing_in_for: int | None = None,
        tags: Collection[str] = (),
        guard: str | None = None,
        held: bool = False,
        announcement_id: int | None = None,
        reply_due_at: datetime | None = None,
    ) -> Case:
        case = Case(
            number=self._next_number(),
            station_id=station_id,
            stage=Stage.COLLECTION,
            outcome=None,
            deputy_id=deputy_id,
            category=category,
            kind=kind,
            text=text,
            chat_type=chat_type,
            anonymous=True,
            created_at=now,
            stage_since=now,
            due_at=due_at,
            standing_in_for=standing_in_for,
            tags=tuple(tags),
            guard=guard,
            held=held,
            announcement_id=announcement_id,
            reply_due_at=reply_due_at,
        )
        values = dict(zip(_FIELDS, _FIELDS_OF(case), strict=True))
        _OPEN.run(self._connection, values | {"stage": plain(case.stage), "tags": plain(case.tags)})
        loads.shift(self._connection, None, deputy_id)
        self._opened[case.number] = AuthorIds()
        if station_id is not None and text:
            self._terms.owe(case.number)
        return case

    def _next_number(self) -> int:
        """Counted on from the last one. The writer knows it, and has to ask nobody."""
        known = kept.of(self._connection, "numbers", counting=True)
        if "case" in known:
            number: int = known["case"] + 1
            _COUNT_ON.run(self._connection, {"to": number})
        else:
            number = _NEXT_NUMBER.scalar(self._connection)
        known["case"] = number
        return number

    def get(self, number: int, *, lock: bool = False) -> Case | None:
        row = (_GET_LOCKED if lock else _GET).first(self._connection, {"case": number})
        return None if row is None else case_from(row)

    def update(self, number: int, **changes: Any) -> Case:
        """Raises ValueError for a column that never changes or is none, LookupError for a case that is not there."""
        unknown = changes.keys() - _CHANGEABLE
        if unknown:
            raise ValueError(f"a case has no changeable column {', '.join(sorted(unknown))}")
        counted = bool(changes.keys() & _BY_WHICH_IT_IS_COUNTED)
        before = _BEFORE.first(self._connection, {"case": number}) if counted else None
        values: dict[str, Any] = {f"new_{name}": plain(value) for name, value in changes.items()}
        row = _update(frozenset(changes)).first(self._connection, {"case": number, **values})
        if row is None:
            raise LookupError(f"no case {number}")
        case = case_from(row)
        if before is not None:
            loads.shift(self._connection, _held_by(before), _held_by(case))
            closings.shift(self._connection, closings.key_of(before), closings.key_of(case))
        if changes.keys() & _BY_WHICH_IT_IS_FOUND:
            self._terms.keep(case)
        if changes.keys() & _FOUND_BY:
            self._finding.owe(number, anew="text" in changes)
        return case

    def keep_past(self, before: Case, until: datetime) -> None:
        """What the figures go by has changed at ``until``: keep what the case was until then."""
        was = {name: getattr(before, name) for name in FIGURED} | {"tags": list(before.tags)}
        PASTS.keep(self._connection, before.number, was, born=before.created_at, until=until)

    def authors(self, number: int) -> list[Author]:
        return [self._author(row) for row in _AUTHORS.all(self._connection, {"case": number})]

    def author_ids(self, number: int) -> AuthorIds:
        if number in self._opened:
            return self._opened[number]
        rows = _AUTHOR_IDS.all(self._connection, {"case": number})
        return AuthorIds(
            (row.person_id for row in rows),
            (row.entered_by for row in rows if row.entered_by),
            (row.person_id for row in rows if row.left_at is not None),
        )

    def add_author(self, number: int, person_id: int, message: IncomingMessage | None, now: datetime) -> None:
        """Without a message they wrote nothing for it, and are told in private. Authors already there stay as is."""
        values: dict[str, Any] = {"case_number": number, "person_id": person_id, "joined_at": now}
        if message is None:
            chat = _PRIVATE_CHAT.scalar(self._connection, {"person": person_id})
            values |= {"chat_id": chat, "chat_type": "private", "thread_id": None, "message_id": None}
        else:
            place = message.place
            values |= {"chat_id": place.chat_id, "chat_type": place.type}
            values |= {"thread_id": place.thread_id, "message_id": message.message_id}
        _ADD_AUTHOR.run(self._connection, values)
        if number in self._opened:
            known = self._opened[number]
            self._opened[number] = AuthorIds(known | {person_id}, known.entered_by)

    def add_absent_author(
        self, number: int, person_id: int, *, entered_by: int, name: str | None, phone: str | None, now: datetime
    ) -> None:
        values = {
            "case_number": number,
            "person_id": person_id,
            "chat_type": "private",
            "name": clipped(name, case_authors.c.name),
            "phone": clipped(phone, case_authors.c.phone),
            "joined_at": now,
            "entered_by": entered_by,
            "consent_at": now,
        }
        _ADD_ABSENT_AUTHOR.run(self._connection, values)
        if number in self._opened:
            known = self._opened[number]
            self._opened[number] = AuthorIds(known | {person_id}, known.entered_by | {entered_by})

    def look_again(self) -> None:
        """Authors were changed elsewhere: what was kept of them from this unit's beginning does not count."""
        self._opened.clear()

    def leave(self, number: int, person_id: int, now: datetime) -> None:
        _LEAVE.run(self._connection, {"case": number, "person": person_id, "now": now})

    def set_author_contact(self, number: int, person_id: int, *, name: str | None, phone: str | None) -> None:
        values = {
            "given_name": clipped(name, case_authors.c.name),
            "given_phone": clipped(phone, case_authors.c.phone),
        }
        self._connection.execute(_SET_CONTACT, {"case": number, "person": person_id, **values})

    def _author(self, row: AnyRow) -> Author:
        return Author(
            case=row.case_number,
            person_id=row.person_id,
            telegram_id=row.telegram_id,
            language=pick_language(row.language, row.language_code, default=self._default_language),
            reachable=row.reachable,
            chat_id=row.chat_id,
            chat_type=row.chat_type,
            thread_id=row.thread_id,
            message_id=row.message_id,
            name=row.name,
            phone=row.phone,
            through=row.through,
            by_merge=row.by_merge,
        )


def _held_by(case: Any) -> int | None:
    """The deputy whose open cases this one, or the row of one, is counted among."""
    return None if case.stage == Stage.CLOSED else case.deputy_id


_FIELDS: Final = tuple(Case.__dataclass_fields__)
_FIELDS_OF: Final = attrgetter(*_FIELDS)


@lru_cache(maxsize=256)
def _update(columns: frozenset[str]) -> Ready:
    """The statement for that set of columns; the services know a few dozen such sets."""
    fresh: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(columns)}
    return Ready(update(cases).where(cases.c.number == bindparam("case")).values(fresh).returning(*COLUMNS))
