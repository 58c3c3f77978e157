"""Disputes: both sides and their consent, the sessions, what was agreed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from liaisonbot.model import DisputeAgreement, DisputeParty, DisputeSession
from storage.schema import dispute_agreements, dispute_parties, dispute_sessions
from storage.statements import clipped

_PARTY: Final = tuple(dispute_parties.c[name] for name in ("id", "case_number", "person_id", "name")) + tuple(
    dispute_parties.c[name] for name in ("asked_at", "consents", "decided_at")
)
_PARTIES: Final = (
    select(*_PARTY)
    .where(dispute_parties.c.case_number == bindparam("case"))
    .order_by(dispute_parties.c.person_id.is_(None), dispute_parties.c.id)
)
_ONE: Final = select(*_PARTY).where(dispute_parties.c.id == bindparam("party"))
_MINE: Final = _PARTIES.where(dispute_parties.c.person_id == bindparam("person"))
_THIS: Final = dispute_parties.c.id == bindparam("party")
_ASKED: Final = update(dispute_parties).where(_THIS).values(asked_at=bindparam("moment"))
_DECIDED: Final = (
    update(dispute_parties).where(_THIS).values(consents=bindparam("says"), decided_at=bindparam("moment"))
)
_SESSIONS: Final = (
    select(
        dispute_sessions.c.id,
        dispute_sessions.c.case_number,
        dispute_sessions.c.held_on,
        dispute_sessions.c.place,
        dispute_sessions.c.present,
        dispute_sessions.c.words,
    )
    .where(dispute_sessions.c.case_number == bindparam("case"))
    .order_by(dispute_sessions.c.held_on, dispute_sessions.c.id)
)
_AGREEMENT: Final = (
    select(
        dispute_agreements.c.id,
        dispute_agreements.c.case_number,
        dispute_agreements.c.agreed_on,
        dispute_agreements.c.terms,
    )
    .where(dispute_agreements.c.case_number == bindparam("case"))
    .order_by(dispute_agreements.c.id.desc())
    .limit(1)
)


class SqlDisputes:
    """See ``ports.Disputes``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def parties(self, case: int) -> list[DisputeParty]:
        return [DisputeParty(*row) for row in self._connection.execute(_PARTIES, {"case": case})]

    def party(self, party: int) -> DisputeParty | None:
        row = self._connection.execute(_ONE, {"party": party}).first()
        return None if row is None else DisputeParty(*row)

    def add_other(self, case: int, name: str) -> DisputeParty:
        return self._add({"case_number": case, "name": clipped(name, dispute_parties.c.name)})

    def own(self, case: int, person_id: int) -> DisputeParty:
        row = self._connection.execute(_MINE, {"case": case, "person": person_id}).first()
        return DisputeParty(*row) if row is not None else self._add({"case_number": case, "person_id": person_id})

    def _add(self, values: dict[str, Any]) -> DisputeParty:
        return DisputeParty(*self._connection.execute(insert(dispute_parties).returning(*_PARTY), values).one())

    def asked(self, party: int, at: datetime) -> None:
        self._connection.execute(_ASKED, {"party": party, "moment": at})

    def decided(self, party: int, consents: bool, at: datetime) -> None:
        self._connection.execute(_DECIDED, {"party": party, "says": consents, "moment": at})

    def add_session(self, case: int, held_on: date, place: str, present: str, words: str, now: datetime) -> None:
        values = {
            "case_number": case,
            "held_on": held_on,
            "place": clipped(place, dispute_sessions.c.place),
            "present": present,
            "words": words,
            "recorded_at": now,
        }
        self._connection.execute(insert(dispute_sessions), values)

    def sessions(self, case: int) -> list[DisputeSession]:
        return [DisputeSession(*row) for row in self._connection.execute(_SESSIONS, {"case": case})]

    def add_agreement(self, case: int, agreed_on: date, terms: str, now: datetime) -> None:
        values = {"case_number": case, "agreed_on": agreed_on, "terms": terms, "made_at": now}
        self._connection.execute(insert(dispute_agreements), values)

    def agreement(self, case: int) -> DisputeAgreement | None:
        row = self._connection.execute(_AGREEMENT, {"case": case}).first()
        return None if row is None else DisputeAgreement(*row)
