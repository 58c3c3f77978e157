"""Special inquiries, and the questions for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from liaisonbot.announcements import Inquiry, Question
from liaisonbot.vocabulary import Role
from storage.schema import inquiries, question_supports, questions
from storage.statements import AnyRow, PerEngine

_COLUMNS: Final = tuple(inquiries.c[name] for name in Inquiry.__dataclass_fields__)
_QUESTION: Final = (
    questions.c.id,
    questions.c.inquiry_id,
    questions.c.person_id,
    questions.c.by_role,
    questions.c.text,
    questions.c.joined_to,
    questions.c.asked_at,
    questions.c.guard,
)
_MAKE: Final = insert(inquiries).returning(*_COLUMNS)
_GET: Final = select(*_COLUMNS).where(inquiries.c.id == bindparam("inquiry"))
_OPEN: Final = select(*_COLUMNS).where(inquiries.c.closed_at.is_(None)).order_by(inquiries.c.day, inquiries.c.id)
_LATEST: Final = select(*_COLUMNS).order_by(inquiries.c.id.desc()).limit(bindparam("most"))
_CLOSE: Final = update(inquiries).where(inquiries.c.id == bindparam("inquiry")).values(closed_at=bindparam("at"))
_ASK: Final = insert(questions).returning(*_QUESTION)
_SHOW_TO_ALL: Final = update(questions).where(questions.c.id == bindparam("question")).values(guard=None)
_GET_QUESTION: Final = select(*_QUESTION).where(questions.c.id == bindparam("question"))
_QUESTIONS: Final = select(*_QUESTION).where(questions.c.inquiry_id == bindparam("inquiry")).order_by(questions.c.id)
_JOIN: Final = (
    update(questions)
    .where(or_(questions.c.id == bindparam("question"), questions.c.joined_to == bindparam("question")))
    .values(joined_to=bindparam("to"))
)
_SUPPORT: Final = PerEngine(
    lambda insert: insert(question_supports).on_conflict_do_nothing().returning(question_supports.c.question_id)
)
_SUPPORTERS: Final = (
    select(question_supports.c.question_id, question_supports.c.person_id)
    .join(questions, questions.c.id == question_supports.c.question_id)
    .where(questions.c.inquiry_id == bindparam("inquiry"))
)


class SqlInquiries:
    """See ``ports.Inquiries``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, *, person_id: int, topic: str, day: date, station_ids: Collection[int], now: datetime) -> Inquiry:
        values = {"person_id": person_id, "topic": topic, "day": day, "created_at": now}
        return _inquiry(self._connection.execute(_MAKE, {**values, "station_ids": sorted(station_ids)}).one())

    def get(self, inquiry_id: int, *, lock: bool = False) -> Inquiry | None:
        statement = _GET.with_for_update() if lock else _GET
        row = self._connection.execute(statement, {"inquiry": inquiry_id}).first()
        return None if row is None else _inquiry(row)

    def open(self) -> list[Inquiry]:
        return [_inquiry(row) for row in self._connection.execute(_OPEN)]

    def latest(self, limit: int) -> list[Inquiry]:
        return [_inquiry(row) for row in self._connection.execute(_LATEST, {"most": limit})]

    def close(self, inquiry_id: int, now: datetime) -> None:
        self._connection.execute(_CLOSE, {"inquiry": inquiry_id, "at": now})

    def ask(
        self, inquiry_id: int, *, person_id: int, by: Role, text: str, now: datetime, guard: str | None = None
    ) -> Question:
        values = {"inquiry_id": inquiry_id, "person_id": person_id, "by_role": by.value, "text": text, "asked_at": now}
        return _question(self._connection.execute(_ASK, {**values, "guard": guard}).one())

    def show_to_all(self, question_id: int) -> None:
        self._connection.execute(_SHOW_TO_ALL, {"question": question_id})

    def question(self, question_id: int) -> Question | None:
        row = self._connection.execute(_GET_QUESTION, {"question": question_id}).first()
        return None if row is None else _question(row)

    def questions(self, inquiry_id: int) -> list[Question]:
        return [_question(row) for row in self._connection.execute(_QUESTIONS, {"inquiry": inquiry_id})]

    def join(self, question_id: int, to: int) -> None:
        self._connection.execute(_JOIN, {"question": question_id, "to": to})

    def support(self, question_id: int, person_id: int, now: datetime) -> bool:
        values = {"question_id": question_id, "person_id": person_id, "at": now}
        return self._connection.execute(_SUPPORT.on(self._connection), values).first() is not None

    def supporters(self, inquiry_id: int) -> Mapping[int, frozenset[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for row in self._connection.execute(_SUPPORTERS, {"inquiry": inquiry_id}):
            found[row.question_id].add(row.person_id)
        return {question: frozenset(people) for question, people in found.items()}


def _inquiry(row: AnyRow) -> Inquiry:
    values = dict(row._mapping)
    return Inquiry(**{**values, "station_ids": tuple(values["station_ids"])})


def _question(row: AnyRow) -> Question:
    values = dict(row._mapping)
    return Question(by=Role(values.pop("by_role")), **values)
