"""The look-backs: which closed cases were drawn, who was asked, what they said."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from liaisonbot.model import Lookback, LookbackQuestion
from liaisonbot.vocabulary import Outcome, Rating
from storage.schema import cases, lookback_questions, lookbacks
from storage.statements import CLOSED, AnyRow, plain

_RUN: Final = (
    lookbacks.c.id,
    lookbacks.c.made_at,
    lookbacks.c.by_name,
    lookbacks.c.station_ids,
    lookbacks.c.seed,
    lookbacks.c.size,
    lookbacks.c.since,
    lookbacks.c.until,
    lookbacks.c.pool,
)
_QUESTION: Final = (
    lookback_questions.c.id,
    lookback_questions.c.lookback_id,
    lookback_questions.c.case_number,
    lookback_questions.c.person_id,
    lookback_questions.c.rated,
    lookback_questions.c.asked_at,
    lookback_questions.c.answer,
    lookback_questions.c.answered_at,
    lookback_questions.c.words,
)
_ANSWERED_WITH: Final = [outcome.value for outcome in (Outcome.RESOLVED, Outcome.UNCONFIRMED)]
_POPULATION: Final = (
    select(cases.c.number)
    .where(
        cases.c.stage == CLOSED,
        cases.c.outcome.in_(_ANSWERED_WITH),
        cases.c.replied_at.isnot(None),
        cases.c.closed_at >= bindparam("since"),
        cases.c.closed_at < bindparam("until"),
    )
    .order_by(cases.c.number)
)
_ASKED: Final = select(lookback_questions.c.person_id).where(
    lookback_questions.c.person_id.in_(bindparam("people", expanding=True)),
    lookback_questions.c.asked_at >= bindparam("since"),
)
_THIS: Final = lookback_questions.c.id == bindparam("question")
_ANSWER: Final = (
    update(lookback_questions).where(_THIS).values(answer=bindparam("level"), answered_at=bindparam("moment"))
)
_WORDS: Final = update(lookback_questions).where(_THIS).values(words=bindparam("said"))


class SqlLookbacks:
    """See ``ports.Lookbacks``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def population(self, since: datetime, until: datetime, station_ids: Collection[int] | None) -> list[int]:
        statement = _POPULATION
        if station_ids is not None:
            statement = statement.where(cases.c.station_id.in_(list(station_ids)))
        return list(self._connection.execute(statement, {"since": since, "until": until}).scalars())

    def asked_since(self, person_ids: Collection[int], since: datetime) -> frozenset[int]:
        found = self._connection.execute(_ASKED, {"people": list(person_ids), "since": since})
        return frozenset(found.scalars())

    def add(
        self,
        now: datetime,
        *,
        by_name: str,
        station_ids: Collection[int] | None,
        seed: str,
        size: int,
        since: date,
        until: date,
        pool: int,
    ) -> Lookback:
        values: dict[str, Any] = {
            "made_at": now,
            "by_name": by_name,
            "station_ids": _kept(station_ids),
            "seed": seed,
            "size": size,
            "since": since,
            "until": until,
            "pool": pool,
        }
        return _run(self._connection.execute(insert(lookbacks).returning(*_RUN), values).one())

    def ask(self, lookback: int, case: int, person_id: int, rated: Rating | None, now: datetime) -> int:
        values = {
            "lookback_id": lookback,
            "case_number": case,
            "person_id": person_id,
            "rated": plain(rated),
            "asked_at": now,
        }
        made = self._connection.execute(insert(lookback_questions).returning(lookback_questions.c.id), values)
        return int(made.scalar_one())

    def get(self, lookback: int) -> Lookback | None:
        row = self._connection.execute(select(*_RUN).where(lookbacks.c.id == lookback)).first()
        return None if row is None else _run(row)

    def same(self, seed: str, until: date, station_ids: Collection[int] | None) -> Lookback | None:
        statement = select(*_RUN).where(lookbacks.c.seed == seed, lookbacks.c.until == until).order_by(lookbacks.c.id)
        found = [_run(row) for row in self._connection.execute(statement)]
        wanted = None if station_ids is None else frozenset(station_ids)
        return next((run for run in found if run.station_ids == wanted), None)

    def latest(self, station_ids: Collection[int] | None, limit: int = 6) -> list[Lookback]:
        """There are a few in a month: they are read until there are enough."""
        rows = self._connection.execute(select(*_RUN).order_by(lookbacks.c.id.desc()).limit(200))
        runs = [_run(row) for row in rows]
        if station_ids is not None:
            own = frozenset(station_ids)
            runs = [run for run in runs if run.station_ids is not None and run.station_ids <= own]
        return runs[:limit]

    def questions(self, lookback: int) -> list[LookbackQuestion]:
        statement = select(*_QUESTION).where(lookback_questions.c.lookback_id == lookback)
        rows = self._connection.execute(statement.order_by(lookback_questions.c.id))
        return [_question(row) for row in rows]

    def question(self, question: int) -> LookbackQuestion | None:
        row = self._connection.execute(select(*_QUESTION).where(_THIS), {"question": question}).first()
        return None if row is None else _question(row)

    def question_about(self, case: int, person_id: int) -> LookbackQuestion | None:
        statement = select(*_QUESTION).where(
            lookback_questions.c.case_number == case, lookback_questions.c.person_id == person_id
        )
        row = self._connection.execute(statement.order_by(lookback_questions.c.id.desc()).limit(1)).first()
        return None if row is None else _question(row)

    def answered(self, question: int, answer: Rating, at: datetime) -> None:
        self._connection.execute(_ANSWER, {"question": question, "level": int(answer), "moment": at})

    def add_words(self, question: int, words: str) -> None:
        self._connection.execute(_WORDS, {"question": question, "said": words})


def _kept(station_ids: Collection[int] | None) -> list[int]:
    return [] if station_ids is None else sorted(station_ids)


def _run(row: AnyRow) -> Lookback:
    id_, made_at, by_name, station_ids, *how = row
    return Lookback(id_, made_at, by_name, frozenset(station_ids) or None, *how)


def _question(row: AnyRow) -> LookbackQuestion:
    id_, lookback, case, person_id, rated, asked_at, answer, answered_at, words = row
    return LookbackQuestion(
        id_,
        lookback,
        case,
        person_id,
        Rating(rated) if rated else None,
        asked_at,
        Rating(answer) if answer else None,
        answered_at,
        words,
    )
