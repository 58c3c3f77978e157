"""A past week's facts are the same whenever they are asked for, whatever happened since; on each engine.

The oracle reads the tables as they are, at each midnight, before anything else happens. Asked for the same midnight
at the end of the story, the facts must still say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaisonbot import duty, projects
from liaisonbot.desk import Desk
from liaisonbot.duty import EntryEvent, EntryState
from liaisonbot.errors import Refused
from liaisonbot.incoming import Bot, PollAnswer, Sender
from liaisonbot.model import SYSTEM, Actor
from liaisonbot.polls import PollKind, PollState, PostState
from liaisonbot.projects import ProjectEvent
from liaisonbot.services import cycles, duty_log, poll_answers, poll_closing, polling, projecting, turnouts
from liaisonbot.settings import Settings
from liaisonbot.vocabulary import Role
from storage.unit_of_work import SqlUnitOfWork

BEGIN = datetime(2026, 11, 18, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = 7 * DAY
SETTINGS = Settings(telegram={"token": "42:TEST"})
TYPES = ("visit", "reception", "training")
NAMES = ("张三", "李四", "王五")
STAFF, FIRST_VOTER = 21, 5_000_000_000
TELLING = (
    *(ProjectEvent.SCREENED, ProjectEvent.EXCLUDED, ProjectEvent.TAKEN_BACK, ProjectEvent.JOINED, ProjectEvent.PARTED),
    *(
        ProjectEvent.ENTERED,
        ProjectEvent.EDITED,
        ProjectEvent.ELECTED,
        ProjectEvent.NOT_ELECTED,
        ProjectEvent.CONFIRMED,
    ),
    *(ProjectEvent.CARRIED_OUT, ProjectEvent.WITHDRAWN),
)

number = st.integers(0, 11)
TOPICS: dict[str, tuple[str, ...]] = {
    "duty": ("waits", "files", "moves an entry", "moves an entry"),
    "roster": ("waits", "saves", "retires", "files"),
    "projects": ("waits", "proposes", "moves a project", "moves a project"),
    "cycles": ("waits", "proposes", "moves the cycle"),
    "polls": ("waits", "opens", "opens in secret", "votes", "votes", "ends", "forgets"),
}


def stories(acts: tuple[str, ...]) -> st.SearchStrategy[list[tuple[str, int, int]]]:
    return st.lists(st.tuples(st.sampled_from(acts), number, number), min_size=6, max_size=30)


class Story:
    """Things happen one after the other through the doors of the office; how they stand is noted at each midnight."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self.uow = uow
        self.now = BEGIN
        self.noted: list[tuple[datetime, Any]] = []
        self.stations = [uow.stations.save(code, code, "城东").id for code in ("A", "B")]
        for place in range(len(NAMES)):
            self.saves(place, place)
        self.staff = uow.roster.save(
            Role.STAFF, "赵敏", **ABOUT, telegram_id=STAFF, station_ids=self.stations, now=self.now
        )
        owner = uow.people.meet(STAFF, "zh", self.now)
        self.actor = Actor(owner, staff=self.staff, owner=True)
        self.cycle = cycles.make(uow, self.desk, self.actor, year=2026, level="county", station_ids=(), places=3).id

    @property
    def desk(self) -> Desk:
        return Desk(self.now, SETTINGS, Bot(42, "liaison_bot"))

    def happens(self, what: str, one: int, other: int) -> None:
        """What cannot happen is refused, and changes nothing."""
        with self.uow.connection.begin_nested() as savepoint:
            try:
                WAYS[what](self, one, other)
            except Refused:
                savepoint.rollback()
                self.uow = SqlUnitOfWork(self.uow.connection)

    def waits(self, one: int, other: int) -> None:
        """Some hours, or until the very moment at which the next day begins, or over several days."""
        midnight = self.desk.begin(self.desk.today + DAY)
        until = midnight if one < 4 else self.now + timedelta(hours=(1, 7, 26, 100)[one % 4])
        while midnight <= until:
            self.now = midnight
            self.noted.append((midnight, as_it_stands(self.uow, midnight)))
            midnight = self.desk.begin(self.desk.today + DAY)
        self.now = until

    # --- duty, roster ---

    def files(self, one: int, other: int) -> None:
        deputy = self.uow.roster.deputies()[one % 3] if len(self.uow.roster.deputies()) > one % 3 else None
        if deputy is not None:
            event = EntryEvent.DRAFTED if other % 4 == 0 else EntryEvent.FILED
            day = self.desk.today - timedelta(days=other)
            actor = Actor(self.actor.person, deputy=deputy)
            duty_log.make(self.uow, self.desk, actor, deputy, event, type=TYPES[one % 3], day=day, minutes=30)

    def moves_an_entry(self, one: int, other: int) -> None:
        entries = self.uow.connection.exec_driver_sql("SELECT id FROM duty_entries ORDER BY id DESC").scalars().all()
        entry = self.uow.duty.get(entries[one % len(entries)]) if entries else None
        deputy = self.uow.roster.get(entry.deputy_id) if entry else None
        if entry is None or deputy is None:
            return
        can_be = [event for event in EntryEvent if event in duty.possible(entry.state)]
        event = can_be[other % len(can_be)]
        review = duty_log.NEEDS[event] == "duty:review"
        changes: dict[str, Any] = {}
        if event is EntryEvent.CHANGED:
            changes = {"day": entry.day - DAY, "minutes": 60} if other % 2 else {"text": "走访"}
        actor = self.actor if review else Actor(self.actor.person, deputy=deputy)
        duty_log.advance(self.uow, self.desk, actor, entry.id, event, changes=changes, text="记错了")

    def saves(self, one: int, other: int) -> None:
        stations = [station for place, station in enumerate(self.stations) if (other >> place) & 1]
        self.uow.roster.save(Role.DEPUTY, NAMES[one % 3], **ABOUT, telegram_id=None, station_ids=stations, now=self.now)

    def retires(self, one: int, other: int) -> None:
        deputies = self.uow.roster.deputies()
        if deputies:
            self.uow.roster.retire(deputies[one % len(deputies)].id, self.now)

    # --- projects ---

    def proposes(self, one: int, other: int) -> None:
        self.uow.projects.propose(
            title="口袋公园",
            text="…",
            station_id=self.stations[one % 2],
            category="other",
            person_id=None,
            by=Role.STAFF,
            cycle_id=self.cycle if other % 2 else None,
            now=self.now,
        )

    def moves_a_project(self, one: int, other: int) -> None:
        known = self.uow.projects.find()
        if not known:
            return
        project = known[one % len(known)]
        can_be = [event for event in TELLING if event in projects.possible(project.state)]
        if not can_be:
            return
        event = can_be[other % len(can_be)]
        changes: dict[str, Any] = {
            ProjectEvent.EXCLUDED: {"ground": "burden"},
            ProjectEvent.JOINED: {"joined_to": known[one % len(known) - 1].number},
            ProjectEvent.ENTERED: {"cycle_id": self.cycle},
            ProjectEvent.EDITED: {"station_id": self.stations[one % 2]},
        }.get(event, {})
        if changes.get("joined_to") != project.number:
            actor = SYSTEM if projecting.NEEDS[event] == "project:count" else self.actor
            projecting.advance(self.uow, self.desk, actor, project.number, event, changes=changes)

    def moves_the_cycle(self, one: int, other: int) -> None:
        if one % 3 == 0:
            cycles.move_back(self.uow, self.desk, self.actor, self.cycle, "太早")
        else:
            cycles.move_on(self.uow, self.desk, self.actor, self.cycle)

    # --- polls ---

    def opens(self, one: int, other: int, *, secret: bool = False) -> None:
        poll = self.uow.polls.draft(
            kind=PollKind.BALLOT if secret else PollKind.QUICK,
            question="先修哪里？",
            options=["路", "灯"],
            secret=secret,
            person_id=None,
            chat_id=None,
            language="zh",
            minutes=60 * 24 * (1 + one),
        )
        if not secret:
            self.uow.polls.address(poll.number, [(-700, None, "阳光小区")])
        polling.begin(self.uow, self.desk, poll)
        for post in self.uow.polls.posts(poll.number):
            self.uow.polls.note_post(post.id, state=PostState.SENT, telegram_poll_id=f"t{poll.number}", message_id=9)

    def opens_in_secret(self, one: int, other: int) -> None:
        self.opens(one, other, secret=True)

    def votes(self, one: int, other: int) -> None:
        """For something, or nothing any more."""
        running = self.uow.polls.in_state(PollState.OPEN)
        if not running:
            return
        poll = running[one % len(running)]
        if poll.secret:
            turnouts.before_an_act(self.uow, self.desk, poll)
            self.uow.urns.cast(poll.number, other, f"{poll.number}-{other}", {"options": [0]})
            return
        options = (other % 2,) if one % 3 else ()
        sender = Sender(FIRST_VOTER + other % 5, None, "zh")
        poll_answers.take(self.uow, self.desk, PollAnswer(1, f"t{poll.number}", sender, options))

    def ends(self, one: int, other: int) -> None:
        running = self.uow.polls.in_state(PollState.OPEN)
        if running:
            end = polling.cancel if other % 4 == 0 else poll_closing.close
            end(self.uow, self.desk, running[one % len(running)])

    def forgets(self, one: int, other: int) -> None:
        person = self.uow.people.find(FIRST_VOTER + other % 5)
        if person is not None:
            self.uow.erasure.erase(person, self.now)


ABOUT: dict[str, Any] = {"username": None, "language": "zh", "specialties": ()}
WAYS: dict[str, Callable[[Story, int, int], None]] = {
    name: getattr(Story, name.replace(" ", "_")) for acts in TOPICS.values() for name in acts
}


def facts(uow: SqlUnitOfWork, end: datetime) -> Any:
    last = (end.astimezone(SETTINGS_ZONE) - DAY).date()
    asked = uow.office_facts
    return (
        [astuple(fact) for fact in asked.duty(last - 6 * DAY, last, end - WEEK, end)],
        [astuple(fact) for fact in asked.deputies(end)],
        [astuple(fact) for fact in asked.polls(end - WEEK, end)],
        [astuple(fact) for fact in asked.projects(end)],
    )


SETTINGS_ZONE = Desk(BEGIN, SETTINGS, Bot(42, "liaison_bot")).timezone


def as_it_stands(uow: SqlUnitOfWork, end: datetime) -> Any:
    """By what the tables say now: ``end`` is now, and nothing has happened at that very moment."""
    return _duty(uow, end), _deputies(uow), _polls(uow, end), _projects(uow)


def _duty(uow: SqlUnitOfWork, end: datetime) -> list[Any]:
    last = (end.astimezone(SETTINGS_ZONE) - DAY).date()
    found = []
    for number in uow.connection.exec_driver_sql("SELECT id FROM duty_entries ORDER BY id").scalars().all():
        entry = uow.duty.get(number)
        assert entry is not None
        deputy = uow.roster.get(entry.deputy_id)
        assert deputy is not None
        if entry.state is EntryState.DRAFT or entry.filed_at is None:
            continue
        if last - 6 * DAY <= entry.day <= last or entry.filed_at >= end - WEEK:
            where = (entry.id, entry.deputy_id, deputy.name, entry.station_id)
            found.append((*where, entry.type, entry.day, entry.minutes, entry.filed_at, entry.state))
    return found


def _deputies(uow: SqlUnitOfWork) -> list[Any]:
    found = [(entry.id, entry.name, entry.station_ids) for entry in uow.roster.deputies()]
    return sorted(found, key=lambda deputy: (deputy[1], deputy[0]))


def _polls(uow: SqlUnitOfWork, end: datetime) -> list[Any]:
    found = []
    for poll in sorted(uow.polls.in_state(PollState.OPEN, PollState.CLOSED), key=lambda poll: poll.number):
        if poll.closed_at is not None and poll.closed_at < end - WEEK:
            continue
        answers = [answer for answer in uow.polls.answers(poll.number) if answer.options]
        voters = len(uow.urns.voted(poll.number)) if poll.secret else len(answers)
        what = (poll.number, poll.kind, poll.question, poll.state, voters, poll.station_ids, poll.sealed)
        found.append((*what, poll.opened_at, poll.closes_at, poll.closed_at))
    return found


def _projects(uow: SqlUnitOfWork) -> list[Any]:
    found = []
    for project in reversed(uow.projects.find()):
        cycle = uow.cycles.get(project.cycle_id) if project.cycle_id is not None else None
        of_cycle = (cycle.year, cycle.phase) if cycle else (None, None)
        found.append((project.number, project.title, project.state, project.station_id, project.cycle_id, *of_cycle))
    return found


def told(uow: SqlUnitOfWork, story: list[tuple[str, int, int]]) -> None:
    """Let it all happen, and undo it."""
    with uow.connection.begin_nested() as savepoint:
        happening = Story(SqlUnitOfWork(uow.connection))
        for act in story:
            happening.happens(*act)
        happening.waits(0, 0)
        for end, stood in happening.noted:
            assert facts(happening.uow, end) == stood, end
        savepoint.rollback()


@pytest.mark.parametrize("topic", TOPICS)
def test_past_weeks_stay(uow: SqlUnitOfWork, topic: str) -> None:
    """Changed, taken back, deleted, retired, closed, forgotten: what was at the end of a week stays what it was."""
    on_sqlite = uow.connection.dialect.name == "sqlite"

    @settings(max_examples=40 if on_sqlite else 4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(story=stories(TOPICS[topic]))
    def stay(story: list[tuple[str, int, int]]) -> None:
        told(uow, story)

    stay()
