"""A made-up city: an office, and what is going to happen in it. Which cities there are, ``cities.py`` says.

Whatever happens goes through the office's own doors into a real store, at the moment it is planned for.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from handlers.terminal import summary as terminal
from liaisonbot import windows
from liaisonbot.duty import EntryEvent
from liaisonbot.incoming import Place, PollAnswer, Sender
from liaisonbot.model import Actor, Group
from liaisonbot.polls import PollKind, PostState
from liaisonbot.projects import ProjectEvent
from liaisonbot.services import (
    assigning,
    behalf,
    clockwork,
    cycles,
    duty_log,
    people,
    poll_answers,
    polling,
    projecting,
)
from liaisonbot.services.visit import Visit
from liaisonbot.summaries import Summary
from liaisonbot.vocabulary import Role
from tests.support.city_courses import AUTHOR, COURSES, DEPUTY, OWNER, STAFF, Act
from tests.support.office import Office

ZONE: Final = ZoneInfo("Asia/Shanghai")
NOW: Final = datetime(2026, 11, 23, 10, tzinfo=ZONE).astimezone(UTC)
"""When the figures of both cities are asked for: a Monday, at ten."""
THE_OWNER: Final = 9
CHANGES: Final = tuple(
    step
    for step in clockwork.STEPS
    if step.__name__ in ("_close_unrated", "ask_for_delivery", "close_unchecked", "close_those_over", "wait")
)
"""What the clock does to cases and polls."""
TICKS: Final = (time(9), time(18))
"""When the clock looks what is due, each day."""
DAY: Final = timedelta(days=1)


class Counter(Office):
    """An office whose post is not carried out: it is quick. What is refused is an error of the plan."""

    def _handle(self, incoming: Any, receive: Any) -> None:
        with self.unit() as uow:
            receive(uow, self.desk, incoming)

    def ticks(self, after: timedelta = timedelta()) -> None:
        """What the clock changes; whom it reminds makes no figure."""
        self.now += after
        with self.unit() as uow:
            for step in CHANGES:
                while step(uow, self.desk):
                    pass


def at(day: date, hour: int = 10, minute: int = 0, second: int = 0) -> datetime:
    """That moment of the day, where the stations are."""
    return datetime.combine(day, time(hour, minute, second), ZONE).astimezone(UTC)


@dataclass
class City:
    """An office, and what is still going to happen in it."""

    office: Counter
    stations: dict[str, int] = field(default_factory=dict)
    """Ids by code."""
    _deputies: dict[str, list[str]] = field(default_factory=dict)
    _staff: dict[str, int] = field(default_factory=dict)
    _told: dict[str, int] = field(default_factory=dict)
    """Numbers of cases that others are merged into."""
    _plan: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _accounts: int = 0
    _planned: int = 0
    _cases: int = 0

    @classmethod
    def found(cls, folder: Path) -> City:
        """One that was made there: only to be read."""
        city = a_city(folder, NOW)
        with city.office.unit() as uow:
            city.stations = {station.code: station.id for station in uow.stations.all()}
        return city

    # --- what others ask of it ---

    def summary(self, window: str, **whose: str) -> Summary:
        """Of that window (its label), as ``bot.py summary`` makes it; ``whose``: one of station, area, deputy."""
        found = windows.read(window)
        assert found is not None, window
        with self.office.unit() as uow:
            return terminal.made(uow, self.office.desk, found, whose)

    # --- who is there ---

    def station(self, code: str, name: str, area: str) -> None:
        office = self.office
        with office.unit() as uow:
            self.stations[code] = uow.stations.save(code, name, area).id
            uow.groups.save(
                Group(self.group(code), f"{name}的群", "supergroup", self.stations[code], None, present=True)
            )
        self._deputies[code] = []
        self._staff[code] = 6_000_000_000 + len(self.stations)
        office.roster(Role.STAFF, f"{name}干事", self._staff[code], self.stations[code])

    def group(self, code: str) -> int:
        return -1_000 - self.stations[code]

    def deputy(self, name: str, *codes: str, specialties: tuple[str, ...] = ()) -> None:
        self._accounts += 1
        account = 7_000_000_000 + self._accounts
        self.office.roster(
            Role.DEPUTY, name, account, *(self.stations[code] for code in codes), specialties=specialties
        )
        for code in codes:
            self._deputies[code].append(name)

    def leaves(self, name: str) -> None:
        """That deputy is one no longer."""
        with self.office.unit() as uow:
            entry = next(each for each in uow.roster.deputies() if each.name == name)
            assigning.release_deputy(uow, self.office.desk, entry)
            uow.roster.retire(entry.id, self.office.now)
        for names in self._deputies.values():
            with suppress(ValueError):
                names.remove(name)

    # --- what happens ---

    def later(self, when: datetime, what: Callable[[], None]) -> None:
        """That is going to happen then; of two things at the same moment, what was planned first."""
        self._planned += 1
        heapq.heappush(self._plan, (when, self._planned, what))

    def lives(self, since: date) -> None:
        """Everything happens that was planned for before now, and the clock runs."""
        day = since
        while at(day) <= NOW:
            for hour in TICKS:
                self.later(at(day, hour.hour), self.office.ticks)
            day += DAY
        while self._plan and self._plan[0][0] < NOW:
            when, _, what = heapq.heappop(self._plan)
            self.office.now = max(when, self.office.now)
            what()
        self.office.now = NOW

    def tells(
        self,
        when: datetime,
        author: int,
        words: str,
        course: str,
        *,
        station: str | None,
        way: str = "private",
        key: str | None = None,
        into: str | None = None,
    ) -> None:
        """Somebody tells of something then (``way``: as ``figures.CHANNELS``), and it takes that course.

        ``key``: what others call it who tell of the same; ``into``: the same matter as the case of that key.
        """

        def happens() -> None:
            number = self._opened(author, words, station, way)
            if key is not None:
                self._told[key] = number
            for act in COURSES[course]:
                self.later(when + timedelta(days=act.after), lambda act=act: self._does(act, number, author, into))

        self.later(when, happens)

    def _opened(self, author: int, words: str, station: str | None, way: str) -> int:
        office = self.office
        if way == "on_behalf":
            assert station is not None
            with office.unit() as uow:
                visit = self._visit(uow, self._staff[station])
                behalf.enter(visit, self.stations[station], words, name=None, phone=None)
        else:
            if station is not None:
                with office.unit() as uow:
                    person = uow.people.meet(author, "zh", office.now)
                    uow.people.set_station(person.id, self.stations[station])
            office.writes(author, f"/report {words}", group=self.group(station or "") if way == "group" else None)
        self._cases += 1
        assert office.case(self._cases) is not None, words
        return self._cases

    def _visit(self, uow: Any, account: int) -> Visit:
        return Visit(uow, self.office.desk, self._actor(uow, account), Place(account, "private"), "zh")

    def _actor(self, uow: Any, account: int) -> Actor:
        return people.identify(uow, self.office.desk, Sender(account, None, "zh"))

    def _does(self, act: Act, number: int, author: int, into: str | None) -> None:
        office = self.office
        case = office.case(number)
        code = next((code for code, key in self.stations.items() if key == case.station_id), next(iter(self.stations)))
        with office.unit() as uow:
            deputy = uow.roster.get(case.deputy_id) if case.deputy_id else None
            authors = [each.telegram_id for each in uow.cases.authors(number) if each.telegram_id]
        says = act.says.format(
            n=number,
            day=office.desk.today + act.day * DAY,
            into=self._told.get(into or "", 0),
            deputy=self._deputies[code][0],
            other=next((name for name in self._deputies[code] if deputy is None or name != deputy.name), "staff"),
        )
        who = {AUTHOR: author, STAFF: self._staff[code], OWNER: THE_OWNER}.get(act.who)
        if act.who == DEPUTY:
            if deputy is None:
                lets_go = f"/release {number}" if case.held else f"/assign {number} {self._deputies[code][0]}"
                office.writes(self._staff[code], lets_go)
                self._does(act, number, author, into)
                return
            who = deputy.telegram_id
        assert who is not None
        if says.startswith("rate "):
            self._rate(number, authors, *map(int, says.split()[1:]))
        elif says == "station":
            office.presses_data(who, f"station:{number}:{next(iter(self.stations.values()))}")
        elif says.startswith("/"):
            office.writes(who, says)
        else:
            office.presses_data(who, office.of_newest_reply(says))

    def _rate(self, number: int, authors: Sequence[int], attitude: int, result: int) -> None:
        """Each of its authors, until one of them has moved it on."""
        for author in authors:
            for part, level in (("attitude", attitude), ("result", result)):
                if self.office.case(number).stage == "reply":
                    self.office.presses_data(author, self.office.of_newest_reply(f"rate:{number}:{part}:{level}"))

    # --- duty, polls, projects ---

    def files(self, when: datetime, name: str, kind: str, days_ago: int, words: str) -> None:
        """That deputy files an entry of the duty log."""

        def happens() -> None:
            with self.office.unit() as uow:
                entry = next((each for each in uow.roster.deputies() if each.name == name), None)
                if entry is None:
                    return
                actor = self._actor(uow, entry.telegram_id or 0)
                day = self.office.desk.today - days_ago * DAY
                duty_log.make(
                    uow, self.office.desk, actor, entry, EntryEvent.FILED, type=kind, day=day, minutes=90, text=words
                )

        self.later(when, happens)

    def reviews(self, when: datetime) -> None:
        """The owner goes through what was filed: every fifth entry comes back, the others are confirmed."""

        def happens() -> None:
            with self.office.unit() as uow:
                actor = self._actor(uow, THE_OWNER)
                asked = uow.connection.exec_driver_sql("SELECT id FROM duty_entries WHERE state = 'filed' ORDER BY id")
                for number in asked.scalars().all():
                    event = EntryEvent.CONFIRMED if number % 5 else EntryEvent.RETURNED
                    duty_log.advance(uow, self.office.desk, actor, number, event, text=None if number % 5 else "太短")

        self.later(when, happens)

    def asks(
        self,
        when: datetime,
        question: str,
        codes: Sequence[str],
        *,
        days: int,
        voters: int,
        sealed: bool = False,
        ends: Callable[..., Any] | None = None,
        after: timedelta = DAY,
    ) -> None:
        """A poll in the groups of those stations; so many vote within its first hours.

        ``ends``: ``poll_closing.close`` or ``polling.cancel``, so long after; else it ends at its time.
        """
        began: list[int] = []

        def opens() -> None:
            with self.office.unit() as uow:
                stations = [self.stations[code] for code in codes]
                poll = uow.polls.draft(
                    kind=PollKind.QUICK,
                    question=question,
                    options=["甲", "乙", "都不要"],
                    sealed=sealed,
                    station_ids=stations,
                    person_id=None,
                    chat_id=None,
                    language="zh",
                    minutes=days * 24 * 60,
                )
                polling.address(uow, poll, [group for each in stations for group in uow.groups.of_station(each)])
                polling.begin(uow, self.office.desk, poll)
                for post in uow.polls.posts(poll.number):
                    uow.polls.note_post(
                        post.id, state=PostState.SENT, telegram_poll_id=f"t{post.id}", message_id=900 + post.id
                    )
                began.append(poll.number)

        def vote(place: int) -> None:
            with self.office.unit() as uow:
                posts = uow.polls.posts(began[0])
                post = posts[place % len(posts)]
                sender = Sender(8_500_000_000 + place, None, "zh")
                answer = PollAnswer(1, f"t{post.id}", sender, () if place % 7 == 6 else (place % 3,))
                poll_answers.take(uow, self.office.desk, answer)

        def end() -> None:
            assert ends is not None
            with self.office.unit() as uow:
                poll = uow.polls.get(began[0])
                assert poll is not None
                ends(uow, self.office.desk, poll)

        self.later(when, opens)
        for place in range(voters):
            self.later(when + timedelta(minutes=7 * (place + 1)), lambda place=place: vote(place))
        if ends is not None:
            self.later(when + after, end)

    def proposes(self, when: datetime, author: int, code: str, words: str) -> None:
        """A livelihood project."""

        def happens() -> None:
            with self.office.unit() as uow:
                person = uow.people.meet(author, "zh", self.office.now)
                uow.people.set_station(person.id, self.stations[code])
            self.office.writes(author, f"/propose {words}")

        self.later(when, happens)

    def moves(self, when: datetime, number: int, event: ProjectEvent, **changes: Any) -> None:
        """Something happens to a project, by the owner."""

        def happens() -> None:
            with self.office.unit() as uow:
                actor = self._actor(uow, THE_OWNER)
                projecting.advance(uow, self.office.desk, actor, number, event, changes=changes)

        self.later(when, happens)

    def begins_a_cycle(self, when: datetime) -> None:
        def happens() -> None:
            with self.office.unit() as uow:
                actor = self._actor(uow, THE_OWNER)
                cycles.make(uow, self.office.desk, actor, year=2026, level="county", places=2, station_ids=[])

        self.later(when, happens)

    def moves_the_cycle_on(self, when: datetime) -> None:
        def happens() -> None:
            with self.office.unit() as uow:
                cycles.move_on(uow, self.office.desk, self._actor(uow, THE_OWNER), 1)

        self.later(when, happens)


def a_city(folder: Path, now: datetime) -> City:
    """As it is found there; in an empty folder nothing is there yet."""
    city = City(
        Counter(folder, intake={"messages_per_minute": 1000}, access={"owner_ids": [THE_OWNER]}),
    )
    city.office.now = now
    return city
