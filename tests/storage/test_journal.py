"""What happened to the cases, and stays so."""

from __future__ import annotations

from datetime import timedelta

from liaisonbot.model import JournalEntry
from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import Outcome, Role, RoutingRule, Stage
from liaisonbot.workflow import Event
from tests.support.makers import NOW, a_case, a_deputy, a_person


def test_what_happened_reads_as_it_was_written(uow: UnitOfWork) -> None:
    """Oldest first, each with who, from where, whereto, and why."""
    person, deputy = a_person(uow), a_deputy(uow)
    case, other = a_case(uow), a_case(uow)
    (opened,) = uow.journal.of_case(case.number)
    later = NOW + timedelta(hours=1)

    uow.journal.add(
        case.number,
        at=later,
        by=Role.STAFF,
        person_id=person.id,
        event=Event.ASSIGNED,
        from_stage=Stage.COLLECTION,
        to_stage=Stage.COLLECTION,
        note="knows the street",
        deputy_id=deputy.id,
        rule=RoutingRule.ASSIGNED,
        details={"class": "A"},
    )
    uow.journal.add(
        case.number,
        at=later,
        by=Role.SYSTEM,
        person_id=None,
        event=Event.FELL_SILENT,
        from_stage=Stage.REPLY,
        to_stage=Stage.CLOSED,
        outcome=Outcome.UNCONFIRMED,
    )

    entries = uow.journal.of_case(case.number)
    assert entries == [
        opened,
        JournalEntry(
            id=entries[1].id,
            case=case.number,
            at=later,
            by=Role.STAFF,
            event="assigned",
            from_stage=Stage.COLLECTION,
            to_stage=Stage.COLLECTION,
            outcome=None,
            note="knows the street",
            deputy_id=deputy.id,
            rule=RoutingRule.ASSIGNED,
            person_id=person.id,
            details={"class": "A"},
        ),
        JournalEntry(
            id=entries[2].id,
            case=case.number,
            at=later,
            by=Role.SYSTEM,
            event="fell_silent",
            from_stage=Stage.REPLY,
            to_stage=Stage.CLOSED,
            outcome=Outcome.UNCONFIRMED,
            note=None,
        ),
    ]
    assert (opened.from_stage, opened.to_stage) == (None, Stage.COLLECTION)
    assert len(uow.journal.of_case(other.number)) == 1
