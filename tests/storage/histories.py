"""Histories of every sealed journal, and hands that tamper with them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from liaisonbot.audit import Finding, Wrong
from liaisonbot.duty import EntryEvent, EntryState
from liaisonbot.model import Person
from liaisonbot.projects import CycleEvent, ProjectEvent
from liaisonbot.vocabulary import Role, Stage
from liaisonbot.workflow import Event
from storage.audit import Audit, NotedHead
from storage.schema.sealing import seal_heads, seals
from storage.sealed import JOURNALS, SealedJournal
from storage.seals import Sealer, note_restored
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_deputy, a_letter, a_person, a_station

KEYS = [sealed.key for sealed in JOURNALS]
OF_KEY = {sealed.key: sealed for sealed in JOURNALS}


def a_history(uow: SqlUnitOfWork, length: int = 5) -> Person:
    """So many entries in each journal; some with words. Whoever is forgotten later is returned."""
    station = a_station(uow)
    deputy, person = a_deputy(uow, station=station), a_person(uow)
    case = a_case(uow, author=person, letter=a_letter("灯坏了", sender=person.telegram_id), station=station)
    about = {"type": "visit", "day": NOW.date(), "state": EntryState.FILED, "now": NOW}
    entry = uow.duty.add(deputy_id=deputy.id, station_id=station.id, **about)
    cycle = uow.cycles.add(year=2027, level="街道", station_ids=[], places=1, dates={}, person_id=None, now=NOW)
    project = uow.projects.propose(
        title="长椅",
        text="路口放一张长椅",
        station_id=None,
        category="other",
        person_id=person.id,
        by=Role.CONSTITUENT,
        cycle_id=cycle.id,
        now=NOW,
    )
    who: dict[str, Any] = {"at": NOW, "by": Role.CONSTITUENT, "person_id": person.id}
    for number in range(length):
        uow.journal.add(
            case.number,
            **who,
            event=Event.REOPENED,
            from_stage=Stage.CLOSED,
            to_stage=Stage.MEDIATION,
            note=f"还是暗的 {number}" if number % 2 else None,
            details={"said": f"第{number}次", "class": "A"} if number % 3 else {},
        )
        uow.duty.record(entry, EntryEvent.FILED, **who, details={"n": number})
        uow.projects.record(
            project.number, ProjectEvent.PROPOSED, **who, text=f"长椅 {number}", details={"said": number}
        )
        uow.cycles.record(cycle.id, CycleEvent.BACK, **who, text=f"{number}", details={})
        uow.office_journal.add(NOW, person.id, Role.STAFF, "export", {"what": "cases"})
    note_restored(uow.connection, "0-0000000000000000", NOW)
    return person


def sealed_up(uow: SqlUnitOfWork) -> None:
    """Everything that stands in the journals gets its seal."""
    sealer = Sealer()
    while sealer.seal(uow.connection, NOW):
        pass


def audited(uow: SqlUnitOfWork, noted: NotedHead | None = None, *, page: int = 3) -> Audit:
    """An audit in small pages."""
    audit = Audit(noted)
    while audit.page(uow.connection, page):
        pass
    return audit


def found(uow: SqlUnitOfWork, noted: NotedHead | None = None) -> set[tuple[str, Wrong, int | None]]:
    """What is wrong, where."""
    return {(finding.journal, finding.wrong, finding.entry) for finding in audited(uow, noted).findings}


def first(audit: Audit) -> Finding:
    (finding,) = audit.findings
    return finding


def ids(uow: SqlUnitOfWork, sealed: SealedJournal) -> list[int]:
    return list(uow.connection.execute(sa.select(sealed.id).order_by(sealed.id)).scalars())


def row(uow: SqlUnitOfWork, sealed: SealedJournal, entry: int) -> dict[str, Any]:
    return dict(uow.connection.execute(sa.select(sealed.table).where(sealed.id == entry)).mappings().one())


def change(uow: SqlUnitOfWork, sealed: SealedJournal, entry: int, **values: Any) -> None:
    uow.connection.execute(sa.update(sealed.table).where(sealed.id == entry).values(**values))


def take_out(uow: SqlUnitOfWork, sealed: SealedJournal, entry: int) -> None:
    uow.connection.execute(sa.delete(sealed.table).where(sealed.id == entry))


def put_in(uow: SqlUnitOfWork, sealed: SealedJournal, entry: int, like: int) -> None:
    copy = {**row(uow, sealed, like), "id": entry}
    if sealed.key == "erasures":
        copy["entry"] = 10**6
    uow.connection.execute(sa.insert(sealed.table), copy)


def swap(uow: SqlUnitOfWork, sealed: SealedJournal, one: int, other: int) -> None:
    """Each gets everything of the other but the number."""
    here, there = row(uow, sealed, one), row(uow, sealed, other)
    take_out(uow, sealed, one)
    take_out(uow, sealed, other)
    uow.connection.execute(sa.insert(sealed.table), [{**here, "id": other}, {**there, "id": one}])


def take_seal(uow: SqlUnitOfWork, sealed: SealedJournal, entry: int) -> None:
    uow.connection.execute(sa.delete(seals).where(seals.c.journal == sealed.key, seals.c.entry == entry))


def change_head(uow: SqlUnitOfWork, sealed: SealedJournal, **values: Any) -> None:
    uow.connection.execute(sa.update(seal_heads).where(seal_heads.c.journal == sealed.key).values(**values))
