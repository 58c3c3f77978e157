"""``export cases``, key by key as the contract has it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from liaisonbot.model import Attachment, Person
from liaisonbot.vocabulary import Delivery, MessageKind, Outcome, Role, RoutingRule, Stage
from liaisonbot.workflow import Event
from storage import export
from storage.database import open_database
from storage.looks import let_go
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_check, a_deputy, a_letter, a_message, a_person, a_photo, a_station

LATER = NOW + timedelta(hours=1, microseconds=5)


def exported(
    uow: SqlUnitOfWork, since: datetime | None = None, until: datetime | None = None
) -> Iterator[dict[str, Any]]:
    return export.read_cases(uow.connection, since=since, until=until)


def test_a_case_that_went_the_whole_way(uow: SqlUnitOfWork) -> None:
    """Every key of the contract, none else, with what happened in order."""
    station = a_station(uow, code="DC01", area="东城")
    deputy = a_deputy(uow, station=station, name="王芳")
    person = a_person(uow)
    letter = a_letter("The lamp is broken", sender=person.telegram_id, attachments=(a_photo("opening"),))
    case = a_case(
        uow, author=person, letter=letter, station=station, deputy=deputy, stage=Stage.FOLLOW_UP, kind="complaint"
    )
    venue = Attachment("venue", None, {"title": "Park"})
    a_message(
        uow, case, letter=a_letter(None, sender=person.telegram_id, attachments=(venue,)), person=person, at=LATER
    )
    a_message(uow, case, by=Role.DEPUTY, kind=MessageKind.NOTE, text="asked the unit", at=LATER)
    a_check(uow, case, Delivery.FIXED, person=person, at=LATER)
    case = uow.cases.update(
        case.number,
        stage=Stage.CLOSED,
        outcome=Outcome.RESOLVED,
        closed_at=LATER,
        due_at=None,
        delivery=Delivery.FIXED,
        anonymous=False,
    )

    (found,) = exported(uow)

    assert json.loads(json.dumps(found)) == found
    assert found == {
        "number": case.number,
        "stage": "closed",
        "outcome": "resolved",
        "station": "DC01",
        "area": "东城",
        "category": "municipal_facilities",
        "deputy": "王芳",
        "anonymous": False,
        "on_behalf": False,
        "text": "The lamp is broken",
        "attachments": [{"kind": "photo", "file_id": "opening"}, {"kind": "venue", "file_id": None}],
        "chat_type": "private",
        "created_at": "2026-11-23T09:00:00Z",
        "closed_at": "2026-11-23T10:00:00.000005Z",
        "due_at": None,
        "reply_due_at": None,
        "paused_since": None,
        "reply_class": "B",
        "promise_date": "2026-12-07",
        "delivery": 3,
        "kind": "complaint",
        "tags": [],
        "rated_at": "2026-11-23T09:00:00Z",
        "dissatisfied": [],
        "checks": [{"at": "2026-11-23T10:00:00.000005Z", "result": 3}],
        "promises": [],
        "chased": [],
        "urged": [],
        "deputies": [{"at": "2026-11-23T09:00:00Z", "deputy": "王芳", "rule": "fewest_open"}],
        "units": [],
        "ratings": {"attitude": 3, "result": 2},
        "history": [
            _step("constituent", None, "collection"),
            _step("deputy", "collection", "mediation"),
            _step("deputy", "mediation", "reply"),
            _step("constituent", "reply", "follow_up"),
            _step("constituent", "follow_up", "closed", at="2026-11-23T10:00:00.000005Z", outcome="resolved"),
        ],
        "messages": [
            {
                "at": "2026-11-23T09:00:00Z",
                "by": "constituent",
                "kind": "conversation",
                "text": "The lamp is broken",
            },
            {"at": "2026-11-23T10:00:00.000005Z", "by": "constituent", "kind": "conversation", "text": None},
            {"at": "2026-11-23T10:00:00.000005Z", "by": "deputy", "kind": "note", "text": "asked the unit"},
        ],
    }


def _step(by: str, before: str | None, after: str, at: str = "2026-11-23T09:00:00Z", **more: Any) -> dict[str, Any]:
    return {"at": at, "by": by, "from": before, "to": after, "outcome": None, "note": None} | more


def test_a_new_case_has_every_key_too(uow: SqlUnitOfWork) -> None:
    """Nobody who reads the file has to ask whether a key is there."""
    a_case(uow, due_at=None)
    a_case(uow, station=a_station(uow), deputy=a_deputy(uow), stage=Stage.CLOSED)

    new, old = exported(uow)

    assert new.keys() == old.keys()
    assert (new["station"], new["area"], new["deputy"], new["ratings"]) == (
        None,
        None,
        None,
        {"attitude": None, "result": None},
    )


def test_assignments_and_refused_checks_are_in_their_lists(uow: SqlUnitOfWork) -> None:
    """Each with its rule or its answer; what is no event of the stage table is not part of the history."""
    case, deputy, person = a_case(uow), a_deputy(uow, name="李明"), a_person(uow)
    uow.journal.add(
        case.number,
        at=LATER,
        by=Role.STAFF,
        person_id=None,
        event=Event.ASSIGNED,
        from_stage=Stage.COLLECTION,
        to_stage=Stage.COLLECTION,
        note="knows the street",
        deputy_id=deputy.id,
        rule=RoutingRule.ASSIGNED,
    )
    a_check(uow, case, Delivery.PARTLY, person=person, at=LATER)
    uow.journal.add(
        case.number,
        at=LATER,
        by=Role.STAFF,
        person_id=None,
        event="urged",
        from_stage=Stage.MEDIATION,
        to_stage=Stage.MEDIATION,
    )

    (found,) = exported(uow)

    assert [(row["deputy"], row["rule"]) for row in found["deputies"]] == [("李明", "assigned")]
    assert [row["result"] for row in found["checks"]] == [2]
    assert [(row["to"], row["note"]) for row in found["history"]] == [
        ("collection", None),
        ("collection", "knows the street"),
        ("mediation", None),
    ]


def test_words_that_were_forgotten_are_null(uow: SqlUnitOfWork) -> None:
    """The figures stay, so that a count made later is the same."""
    person = a_person(uow)
    letter = a_letter("words", sender=person.telegram_id, attachments=(a_photo(),))
    a_case(uow, author=person, letter=letter, stage=Stage.CLOSED)

    uow.erasure.erase(person, LATER)

    (found,) = exported(uow)
    assert (found["text"], found["attachments"], found["messages"][0]["text"]) == (None, [], None)
    assert found["ratings"] == {"attitude": 3, "result": 2}


def test_the_window_is_half_open(uow: SqlUnitOfWork) -> None:
    """A case belongs to the window it was created in, and to no other."""
    days = [NOW + timedelta(days=n) for n in range(4)]
    for day in days:
        a_case(uow, now=day)

    assert [case["number"] for case in exported(uow, since=days[1], until=days[3])] == [2, 3]
    assert [case["number"] for case in exported(uow, since=days[2])] == [3, 4]
    assert [case["number"] for case in exported(uow, until=days[1])] == [1]


@pytest.mark.parametrize("count", [0, 4, 5])
def test_pages_fit_together(uow: SqlUnitOfWork, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Also where many cases are of the same moment, and where the last page is full."""
    monkeypatch.setattr(export, "_CASES", export._CASES.limit(2))
    for _ in range(count):
        a_case(uow)

    assert [case["number"] for case in exported(uow)] == list(range(1, count + 1))


def test_reading_takes_few_statements_for_many_cases(uow: SqlUnitOfWork) -> None:
    """Children are read for a page at once; nothing is read for pages nobody asks for."""
    for _ in range(20):
        a_case(uow)
    statements: list[str] = []
    sa.event.listen(uow.connection, "before_cursor_execute", lambda *args: statements.append(args[2]))

    cases = exported(uow)
    next(cases)

    assert len(statements) == 5


def test_the_units_it_was_handed_to_are_in_it(uow: SqlUnitOfWork) -> None:
    """Whom, in which part, until when, and whether it was returned."""
    case = a_case(uow, stage=Stage.MEDIATION)
    unit = uow.units.save("路灯所", "", ())
    uow.handings.add(case.number, unit.id, lead=True, due=NOW.date(), now=NOW)
    (handing,) = uow.handings.of_case(case.number)
    uow.handings.returned(handing.id, NOW)

    (found,) = export.read_cases(uow.connection, since=None, until=None)

    at = "2026-11-23T09:00:00Z"
    assert found["units"] == [{"unit": "路灯所", "lead": True, "at": at, "due": "2026-11-23", "returned_at": at}]


async def test_whoever_takes_their_time_with_an_export_keeps_nobody_from_erasing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two pages nothing is held on to; what is erased meanwhile stands in no later page."""
    monkeypatch.setattr(export, "_CASES", export._CASES.limit(2))
    begun, goes_on = threading.Event(), threading.Event()

    def slowly(uow: SqlUnitOfWork) -> list[str | None]:
        texts = []
        for case in export.read_cases(uow.connection, since=None, until=None, between_pages=let_go):
            texts.append(case["text"])
            begun.set()
            goes_on.wait(20)
        return texts

    async with await open_database(database_url, unit_of_work=SqlUnitOfWork) as database:
        author = await database.write(lambda uow: [_a_case_of(uow, "路灯坏了") for _ in range(4)][-1])
        reading = asyncio.create_task(database.read(slowly, unhurried=True))
        await asyncio.to_thread(begun.wait, 20)
        await database.write(lambda uow: uow.erasure.erase(author, LATER))
        await database.erase_traces(within=2.0)
        goes_on.set()
        assert await reading == ["路灯坏了"] * 3 + [None]


def _a_case_of(uow: SqlUnitOfWork, words: str) -> Person:
    person = a_person(uow)
    a_case(uow, author=person, letter=a_letter(words, sender=person.telegram_id))
    return person
