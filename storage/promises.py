"""The promise ledger, and what authors answered to the check of delivery."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    not_,
    null,
    or_,
    select,
    update,
)

from liaisonbot.model import DeliveryCheck, Pledge, PledgeFigures
from liaisonbot.vocabulary import Delivery, PledgeEnd, PledgeState, Stage
from storage.ready import Ready
from storage.schema import UtcDateTime, cases, delivery_checks, promises
from storage.statements import AnyRow, AnySelect

_COLUMNS: Final = (
    promises.c.id,
    promises.c.case_number,
    promises.c.deputy_id,
    promises.c.made_at,
    promises.c.day,
    promises.c.first_day,
    promises.c.moves,
    promises.c.reported_at,
    promises.c.asked_at,
    promises.c.ended_at,
    promises.c.ended_on,
    promises.c.ending,
)
_WAITS: Final = promises.c.ended_at.is_(None)
_OF_CASE: Final = promises.c.case_number == bindparam("case")
LET_GO: Final = [end.value for end in (PledgeEnd.MOVED, PledgeEnd.REPLACED, PledgeEnd.WITHDRAWN, PledgeEnd.MERGED)]
"""Ends that come before the day without breaking the promise, and after it do not mend it."""

_MAKE: Final = Ready(insert(promises).returning(promises.c.id))
_OPEN: Final = Ready(select(*_COLUMNS).where(_OF_CASE, _WAITS))
_LATEST: Final = Ready(select(*_COLUMNS).where(_OF_CASE).order_by(promises.c.id.desc()).limit(1))
_THIS: Final = promises.c.id == bindparam("pledge")
_REPORTED: Final = Ready(update(promises).where(_THIS).values(reported_at=bindparam("moment")))
_ASKED: Final = Ready(update(promises).where(_THIS).values(asked_at=bindparam("moment")))
_END: Final = Ready(
    update(promises)
    .where(_THIS)
    .values(ending=bindparam("how"), ended_at=bindparam("moment"), ended_on=bindparam("day_of_it"))
)
_RESUME: Final = Ready(update(promises).where(_THIS).values(ending=null(), ended_at=null(), ended_on=null()))
_WITH_CASE: Final = select(*_COLUMNS).join(cases, cases.c.number == promises.c.case_number)
_TO_ASK: Final = Ready(
    _WITH_CASE.where(
        _WAITS,
        promises.c.day <= bindparam("until"),
        promises.c.asked_at.is_(None),
        or_(cases.c.stage == Stage.REPLY.value, cases.c.stage == Stage.FOLLOW_UP.value),
    )
    .order_by(promises.c.day, promises.c.id)
    .limit(bindparam("limit"))
)
_UNREPORTED: Final = Ready(
    _WITH_CASE.where(
        _WAITS,
        promises.c.day <= bindparam("until"),
        promises.c.reported_at.is_(None),
        promises.c.id > bindparam("after"),
        or_(cases.c.stage == Stage.REPLY.value, cases.c.stage == Stage.FOLLOW_UP.value),
    )
    .order_by(promises.c.id)
    .limit(bindparam("limit"))
)
_ASKED_BEFORE: Final = Ready(
    _WITH_CASE.where(
        _WAITS,
        promises.c.asked_at < bindparam("moment"),
        promises.c.id > bindparam("after"),
        cases.c.stage == Stage.FOLLOW_UP.value,
    )
    .order_by(promises.c.id)
    .limit(bindparam("limit"))
)

_KEEP_CHECK: Final = insert(delivery_checks)
_CHECKS: Final = (
    select(
        delivery_checks.c.id,
        delivery_checks.c.case_number,
        delivery_checks.c.person_id,
        delivery_checks.c.promise_id,
        delivery_checks.c.at,
        delivery_checks.c.result,
        delivery_checks.c.message_id,
    )
    .where(delivery_checks.c.person_id == bindparam("person"), delivery_checks.c.at >= bindparam("since"))
    .order_by(delivery_checks.c.id.desc())
    .limit(1)
)
_NEWEST_CHECK: Final = Ready(_CHECKS)
_CHECKED_BY: Final = Ready(_CHECKS.where(delivery_checks.c.case_number == bindparam("case")))
_WITHOUT_PHOTO: Final = Ready(_CHECKS.where(delivery_checks.c.message_id.is_(None)))
_ADD_PHOTO: Final = Ready(
    update(delivery_checks).where(delivery_checks.c.id == bindparam("check")).values(message_id=bindparam("message"))
)


class SqlPromises:
    """See ``ports.Promises``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def make(
        self, case: int, deputy_id: int | None, day: date, now: datetime, *, instead_of: Pledge | None = None
    ) -> Pledge:
        values = {
            "case_number": case,
            "deputy_id": deputy_id,
            "made_at": now,
            "day": day,
            "first_day": instead_of.first_day if instead_of else day,
            "moves": instead_of.moves + 1 if instead_of else 0,
        }
        made = _MAKE.scalar(self._connection, values)
        first, moves = values["first_day"], values["moves"]
        return Pledge(made, case, deputy_id, now, day, first, moves, None, None, None, None, None)  # type: ignore[arg-type]

    def open_of(self, case: int) -> Pledge | None:
        return _one(_OPEN.first(self._connection, {"case": case}))

    def latest_of(self, case: int) -> Pledge | None:
        return _one(_LATEST.first(self._connection, {"case": case}))

    def reported(self, pledge: int, at: datetime) -> None:
        _REPORTED.run(self._connection, {"pledge": pledge, "moment": at})

    def asked(self, pledge: int, at: datetime) -> None:
        _ASKED.run(self._connection, {"pledge": pledge, "moment": at})

    def end(self, pledge: int, ending: PledgeEnd, at: datetime, on: date) -> None:
        _END.run(self._connection, {"pledge": pledge, "how": ending.value, "moment": at, "day_of_it": on})

    def resume(self, pledge: int) -> None:
        _RESUME.run(self._connection, {"pledge": pledge})

    def to_ask(self, until: date, limit: int = 100) -> list[Pledge]:
        return [_pledge(row) for row in _TO_ASK.all(self._connection, {"until": until, "limit": limit})]

    def unreported(self, until: date, after: int = 0, limit: int = 100) -> list[Pledge]:
        wanted = {"until": until, "after": after, "limit": limit}
        return [_pledge(row) for row in _UNREPORTED.all(self._connection, wanted)]

    def asked_before(self, at: datetime, after: int = 0, limit: int = 100) -> list[Pledge]:
        wanted = {"moment": at, "after": after, "limit": limit}
        return [_pledge(row) for row in _ASKED_BEFORE.all(self._connection, wanted)]

    # --- lists and figures ---

    def page(
        self,
        state: PledgeState,
        today: date,
        *,
        deputy_id: int | None = None,
        station_ids: Collection[int] | None = None,
        offset: int = 0,
        limit: int = 5,
    ) -> tuple[list[Pledge], int]:
        """What waits comes by its day, what has ended newest first."""
        wanted = (*_whose(deputy_id, station_ids), _IN_STATE[state](today))
        waits = state in (PledgeState.DUE, PledgeState.OVERDUE)
        order = (promises.c.day, promises.c.id) if waits else (promises.c.ended_at.desc(), promises.c.id.desc())
        rows = self._connection.execute(_WITH_CASE.where(*wanted).order_by(*order).limit(limit).offset(offset))
        found = [_pledge(row) for row in rows]
        return found, self.counts(today, deputy_id=deputy_id, station_ids=station_ids)[state]

    def counts(
        self, today: date, *, deputy_id: int | None = None, station_ids: Collection[int] | None = None
    ) -> Mapping[PledgeState, int]:
        columns = [_how_many(condition(today)).label(state.value) for state, condition in _IN_STATE.items()]
        statement: AnySelect = select(*columns).join(cases, cases.c.number == promises.c.case_number)
        row = self._connection.execute(statement.where(*_whose(deputy_id, station_ids))).one()
        return {state: int(getattr(row, state.value)) for state in PledgeState}

    def holders(self, today: date, station_ids: Collection[int] | None) -> list[tuple[int, int, int]]:
        late = _how_many(promises.c.day < today)
        statement = (
            select(cases.c.deputy_id, func.count().label("waiting"), late.label("late"))
            .select_from(promises)
            .join(cases, cases.c.number == promises.c.case_number)
            .where(*_whose(None, station_ids), _WAITS, cases.c.deputy_id.isnot(None))
            .group_by(cases.c.deputy_id)
            .order_by(late.desc(), func.count().desc(), cases.c.deputy_id)
        )
        return [(row.deputy_id, row.waiting, int(row.late)) for row in self._connection.execute(statement)]

    def figures(self, since: date, until: date, as_of: datetime, station_id: int | None = None) -> PledgeFigures:
        moment = literal(as_of, UtcDateTime())
        over = and_(promises.c.ended_at.isnot(None), promises.c.ended_at < moment)
        let_go = and_(over, promises.c.ending.in_(LET_GO), promises.c.ended_on <= promises.c.day)
        counted: tuple[ColumnElement[bool], ...] = (
            promises.c.day >= since,
            promises.c.day < until,
            promises.c.made_at < moment,
            not_(let_go),
        )
        kept = and_(over, promises.c.ending == PledgeEnd.FIXED.value)
        statement: AnySelect = select(func.count().label("due"), _how_many(kept).label("kept")).select_from(promises)
        if station_id is not None:
            statement = statement.join(cases, cases.c.number == promises.c.case_number)
            counted = (*counted, cases.c.station_id == station_id)
        row = self._connection.execute(statement.where(*counted)).one()
        return PledgeFigures(row.due, int(row.kept))

    # --- answers to the check ---

    def keep_check(self, case: int, person_id: int, pledge: int | None, result: Delivery, at: datetime) -> None:
        values = {"case_number": case, "person_id": person_id, "promise_id": pledge, "at": at, "result": int(result)}
        self._connection.execute(_KEEP_CHECK, values)

    def checked_by(self, case: int, person_id: int, since: datetime) -> DeliveryCheck | None:
        return _check(_CHECKED_BY.first(self._connection, {"case": case, "person": person_id, "since": since}))

    def check_without_photo(self, person_id: int, since: datetime) -> DeliveryCheck | None:
        return _check(_WITHOUT_PHOTO.first(self._connection, {"person": person_id, "since": since}))

    def newest_check(self, person_id: int, since: datetime) -> DeliveryCheck | None:
        return _check(_NEWEST_CHECK.first(self._connection, {"person": person_id, "since": since}))

    def add_photo(self, check: int, message: int) -> None:
        _ADD_PHOTO.run(self._connection, {"check": check, "message": message})


def _broken(today: date) -> ColumnElement[bool]:
    ended_badly = [PledgeEnd.PARTLY, PledgeEnd.NOT_FIXED, PledgeEnd.UNANSWERED, PledgeEnd.CLOSED]
    return or_(
        promises.c.ending.in_([end.value for end in ended_badly]),
        and_(promises.c.ending.in_(LET_GO), promises.c.ended_on > promises.c.day),
    )


_IN_STATE: Final[Mapping[PledgeState, Any]] = {
    PledgeState.DUE: lambda today: and_(_WAITS, promises.c.day >= today),
    PledgeState.OVERDUE: lambda today: and_(_WAITS, promises.c.day < today),
    PledgeState.KEPT: lambda today: promises.c.ending == PledgeEnd.FIXED.value,
    PledgeState.BROKEN: _broken,
}


def _whose(deputy_id: int | None, station_ids: Collection[int] | None) -> tuple[ColumnElement[bool], ...]:
    """The cases that deputy has now, and of those stations."""
    conditions: tuple[ColumnElement[bool], ...] = ()
    if deputy_id is not None:
        conditions += (cases.c.deputy_id == deputy_id,)
    if station_ids is not None:
        conditions += (cases.c.station_id.in_(list(station_ids)),)
    return conditions


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _one(row: AnyRow | None) -> Pledge | None:
    return None if row is None else _pledge(row)


def _pledge(row: AnyRow) -> Pledge:
    return Pledge(**{**dict(zip(_FIELDS, row, strict=True)), "ending": PledgeEnd(row.ending) if row.ending else None})


_FIELDS: Final = tuple(Pledge.__dataclass_fields__)


def _check(row: AnyRow | None) -> DeliveryCheck | None:
    if row is None:
        return None
    return DeliveryCheck(
        row.id, row.case_number, row.person_id, row.promise_id, row.at, Delivery(row.result), row.message_id
    )
