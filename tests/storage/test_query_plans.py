"""An office with a million cases is as quick as a new one: no statement of the daily work reads a whole table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from liaisonbot.duty import EntryState
from liaisonbot.finding import Among, Wanted, phrases
from liaisonbot.ports import Overdue
from liaisonbot.services import indexing
from liaisonbot.vocabulary import MessageKind, Outcome, Role, Stage
from liaisonbot.workflow import Event
from storage import ready
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import (
    NOW,
    a_case,
    a_deputy,
    a_group,
    a_letter,
    a_message,
    a_person,
    a_photo,
    a_staff_member,
    a_station,
)
from tests.support.units import a_unit

GROWING = {
    "cases",
    "case_authors",
    "case_messages",
    "message_versions",
    "journal",
    "links",
    "persons",
    "inbox",
    "outbox",
    "done_once",
    "handings",
    "duty_entries",
    "duty_pasts",
    "roster_pasts",
    "poll_turnouts",
    "duty_reminders",
    "duty_lists",
    "leaves",
    "case_terms",
    "comparisons",
    "found_by",
    "searches",
    "case_merges",
    "case_verdicts",
    "message_deliveries",
}

SHORT_LIVED = ("inbox", "outbox", "done_once", "searches")

Work = Callable[[SqlUnitOfWork], Any]


def _merged_and_split(uow: SqlUnitOfWork) -> None:
    into, part = a_case(uow).number, a_case(uow).number
    uow.merges.add(part, into, Stage.COLLECTION, NOW)
    uow.cases.leave(into, 1, NOW)
    uow.merges.undo(part, NOW)


def _indexed(uow: SqlUnitOfWork) -> None:
    uow.finding.unindexed(5)
    prepared = indexing.prepare(uow)
    assert prepared is not None
    indexing.enter(uow, prepared)
    uow.finding.set_indexed_from(2000)
    block = indexing.prepare_block(uow)
    assert block is not None
    indexing.fill(uow, block, block.entries)


def _an_entry_changed(uow: SqlUnitOfWork) -> None:
    values = {"deputy_id": a_deputy(uow).id, "station_id": None, "type": "visit", "day": NOW.date(), "now": NOW}
    entry = uow.duty.add(state=EntryState.FILED, **values)
    uow.duty.keep_past(entry, NOW + timedelta(days=1))


WORK: dict[str, Work] = {
    "meeting a person": lambda uow: uow.people.meet(7, "en", NOW),
    "finding a person": lambda uow: uow.people.find(7),
    "whether a person can be reached": lambda uow: uow.people.set_reachable(7, True),
    "what an account is": lambda uow: uow.roster.of(7, "somebody"),
    "a station's deputies": lambda uow: uow.roster.deputies(1),
    "a station's staff": lambda uow: uow.roster.staff(1),
    "how busy deputies are": lambda uow: uow.roster.open_counts([1, 2]),
    "deputies with open cases": lambda uow: uow.roster.busy(),
    "who is behind": lambda uow: uow.duty.behind(NOW.date(), NOW.date(), 2, after=1, until=250),
    "a month of a deputy's log": lambda uow: uow.duty.count_by_state(1, NOW.date(), NOW.date()),
    "what was confirmed of a deputy's log": lambda uow: uow.duty.confirmed_since(1, NOW),
    "a week of all duty logs": lambda uow: uow.office_facts.duty(NOW.date(), NOW.date(), NOW, NOW),
    "the deputies of that time": lambda uow: uow.office_facts.deputies(NOW),
    "how many had voted by then": lambda uow: uow.office_facts.polls(NOW, NOW),
    "keeping what an entry was": _an_entry_changed,
    "drafts that are too old": lambda uow: uow.duty.drafts_before(NOW.date()),
    "reminders to file that are due": lambda uow: uow.duty_reminders.due(NOW, 2),
    "a deputy's reminders to file": lambda uow: uow.duty_reminders.of_deputy(1, NOW.date()),
    "owing a reminder to file": lambda uow: uow.duty_reminders.owe(a_deputy(uow).id, NOW.date(), "first", NOW),
    "reminders to file that nobody took": lambda uow: uow.duty_reminders.unshown(NOW),
    "since when a deputy is reminded": lambda uow: uow.duty_reminders.months_of(1),
    "whom staff read of": lambda uow: uow.duty_reminders.listed("staff_list", NOW.date(), [1]),
    "staff's lists to be written": lambda uow: uow.duty_reminders.stale(5),
    "looking for words": lambda uow: list(
        uow.finding.candidates(Wanted(phrases("路灯 坏了")), Among(frozenset({5}), frozenset({1})))
    ),
    "whose cases are looked at": lambda uow: (uow.finding.numbers_of(1), uow.finding.first_since(NOW)),
    "the words of cases": lambda uow: (uow.finding.words([1, 2]), uow.finding.cases([1, 2])),
    "keeping what cases are found by": lambda uow: (a_case(uow), _indexed(uow)),
    "taking out what a case is found by": lambda uow: uow.finding.drop([1]),
    "what is owed to the case whose turn it is": lambda uow: uow.finding.owed_first(),
    "turning the pages of a search": lambda uow: (uow.searches.get(1, 1), uow.searches.purge(NOW)),
    "opening a case": lambda uow: a_case(uow),
    "reading a case": lambda uow: uow.cases.get(1, lock=True),
    "moving a case": lambda uow: uow.cases.update(1, stage=Stage.MEDIATION, deputy_id=1, stage_since=NOW),
    "whose a case is": lambda uow: (uow.cases.authors(1), uow.cases.author_ids(1)),
    "one's own cases": lambda uow: uow.cases.of_author(1),
    "a deputy's cases": lambda uow: uow.cases.of_deputy(1),
    "cases without a deputy": lambda uow: uow.cases.unassigned([1, 2]),
    "all cases without a deputy": lambda uow: uow.cases.unassigned(None),
    "a choice for a deputy": lambda uow: uow.cases.for_choice(stages=[Stage.REPLY], deputy_id=1),
    "a choice for staff": lambda uow: uow.cases.for_choice(stages=[Stage.REPLY, Stage.FOLLOW_UP], station_ids=[1, 2]),
    "a choice of closed cases": lambda uow: uow.cases.for_choice(stages=[Stage.CLOSED], station_ids=[1, 2]),
    "a choice for an author": lambda uow: uow.cases.for_choice(stages=[Stage.REPLY], person_id=1),
    "what somebody's words may be about": lambda uow: (
        uow.cases.not_left_by(1, stages=[Stage.MEDIATION, Stage.FOLLOW_UP], paused_too=True),
        uow.cases.not_left_by(1, stages=[Stage.CLOSED]),
        uow.loose_words.may_follow(1, NOW),
    ),
    "cases over their limit": lambda uow: uow.cases.due(Stage.REPLY, NOW),
    "what is over its limit": lambda uow: (
        uow.overdue.page(Overdue(NOW, NOW.date())),
        uow.overdue.count(Overdue(NOW, NOW.date(), station_ids=frozenset({1}))),
    ),
    "cases long in a stage": lambda uow: uow.cases.in_stage(Stage.REPLY, NOW),
    "promises due": lambda uow: uow.cases.promised(NOW.date()),
    "a case's messages": lambda uow: (uow.messages.of_case(1), uow.messages.opening_files(1)),
    "an album's case": lambda uow: uow.messages.first_of_album(7, "album"),
    "a message by its chat": lambda uow: uow.messages.by_chat(7, 7),
    "an edit": lambda uow: uow.messages.edit(1, "new words", NOW),
    "a case's history": lambda uow: uow.journal.of_case(1),
    "a message's case": lambda uow: (uow.links.case_of(7, 7), uow.links.cards(1)),
    "who is away": lambda uow: (uow.leaves.on(NOW.date()), uow.leaves.ended(NOW.date()), uow.leaves.of_deputy(1)),
    "a case's units": lambda uow: uow.handings.of_case(1),
    "what units have for long": lambda uow: uow.handings.due(NOW.date()),
    "a unit's record": lambda uow: (uow.handings.of_unit(1, None), uow.handings.of_unit(1, [1, 2])),
    "cases that are alike": lambda uow: uow.terms.candidates(1, [1, 2, 3]),
    "what happened lately": lambda uow: uow.journal.since(Event.JOINED, NOW),
    "what is to be compared": lambda uow: (uow.terms.next(), uow.terms.take(1)),
    "what a case became part of": lambda uow: (uow.merges.target(1), uow.merges.parts(1)),
    "undoing a merge": lambda uow: _merged_and_split(uow),
    "what authors said": lambda uow: (uow.verdicts.of(1), uow.verdicts.renew(1)),
    "whom an answer reached": lambda uow: (uow.messages.deliveries(1), uow.messages.missed_by(1)),
    "what is done once": lambda uow: (uow.once.claim("key", NOW), uow.once.claimed("key")),
}


@pytest.mark.parametrize("work", WORK)
def test_the_daily_work_reads_no_whole_table(sqlite_url: str, work: str) -> None:
    """SQLite tells beforehand how it will go about a statement; SCAN without an index is what must not stand there."""
    with a_unit(sqlite_url) as uow:
        _some_office(uow)
        with _recorded(uow.connection) as statements:
            WORK[work](uow)

        assert statements
        for statement, parameters in statements:
            for step in _plan(uow.connection, statement, parameters):
                assert not _reads_all(step), f"{step}\n{statement}"


def test_postgres_has_an_index_for_each_list_of_cases(postgres_url: str) -> None:
    """With the reading of whole tables made dear, PostgreSQL finds another way for each."""
    with a_unit(postgres_url) as uow:
        _some_office(uow)
        uow.connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        with _recorded(uow.connection) as statements:
            for work in WORK.values():
                work(uow)

        for statement, parameters in statements:
            plan = uow.connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
            for table in re.findall(r"Seq Scan on (\w+)", "\n".join(plan)):
                assert table not in GROWING, "\n".join([statement, *plan])


def test_how_busy_a_deputy_is_costs_the_same_however_busy(sqlite_url: str) -> None:
    """It is asked at every opening; counting the cases each time made a busy deputy slow to give more to."""
    with a_unit(sqlite_url) as uow:
        with _recorded(uow.connection) as statements:
            uow.roster.open_counts([1, 2, 3])

        assert len(statements) == 1
        assert "FROM cases" not in statements[0][0]


def _some_office(uow: SqlUnitOfWork) -> None:
    station = a_station(uow)
    deputy = a_deputy(uow, station=station)
    a_staff_member(uow, station=station)
    a_group(uow, station=station)
    author = a_person(uow)
    unit = uow.units.save("路灯所", "", ())
    uow.leaves.add(deputy.id, NOW.date(), NOW.date(), None, NOW)
    for stage in Stage:
        case = a_case(uow, station=station, deputy=deputy, author=author, stage=stage, outcome=Outcome.RESOLVED)
        letter = a_letter(sender=author.telegram_id, attachments=(a_photo(),), media_group_id="album")
        a_message(uow, case, letter=letter, person=author)
        uow.handings.add(case.number, unit.id, lead=True, due=NOW.date(), now=NOW)
        a_message(uow, case, by=Role.DEPUTY, kind=MessageKind.REPLY, text="Done", at=NOW + timedelta(days=1))


@contextmanager
def _recorded(connection: sa.Connection) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are carried out meanwhile, whether SQLAlchemy does it or ``storage.ready``."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.split()[0] in {"SELECT", "UPDATE", "DELETE"}:
            statements.append((statement, parameters[0] if isinstance(parameters, list) else parameters))

    def carried_out(raw: Any, statement: str, parameters: Any, *, each: bool = False) -> Any:
        note(None, None, statement, parameters[0] if each else parameters)
        return carry_out(raw, statement, parameters, each=each)

    carry_out = ready.carried_out
    sa.event.listen(connection, "before_cursor_execute", note)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ready, "carried_out", carried_out)
        try:
            yield statements
        finally:
            sa.event.remove(connection, "before_cursor_execute", note)


def _plan(connection: sa.Connection, statement: str, parameters: Any) -> list[str]:
    by_place = tuple(parameters) if isinstance(parameters, list) else parameters  # a list would mean many rows
    return [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", by_place)]


def _reads_all(step: str) -> bool:
    found = re.match(r"(SCAN|SEARCH) (\w+)(.*)", step)
    if found is None or found[2] not in GROWING:
        return False
    return found[1] == "SCAN" or "(rowid>?)" in found[3] or "(rowid<?)" in found[3]


def test_somebody_is_forgotten_without_reading_all_that_was_ever_said(sqlite_url: str) -> None:
    """Of a million entries in the journal only theirs are looked at; what is short-lived is read whole."""
    with a_unit(sqlite_url) as uow:
        person = a_person(uow)
        a_case(uow, author=person)
        with _recorded(uow.connection) as statements:
            uow.erasure.erase(person, NOW)
        steps = {step for statement, given in statements for step in _plan(uow.connection, statement, given)}
        whole = {step for step in steps if _reads_all(step) and step.split()[1] not in SHORT_LIVED}

        assert whole == set()
