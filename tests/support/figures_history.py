"""Offices in which everything happens that a summary counts; what the exports said is kept for each moment."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from liaisonbot.errors import Refused
from liaisonbot.incoming import Sender
from liaisonbot.projects import ProjectEvent
from liaisonbot.services import cycles, people, projecting
from liaisonbot.vocabulary import Role
from liaisonbot.windows import Window, WindowKind
from storage.duty_export import read_duty
from storage.export import read_cases
from storage.poll_export import read_polls
from storage.schema.polls import polls
from tests.support.figures_oracle import Export, Oracle
from tests.support.office import GROUP, Office

DEPUTY, OTHER, FAR, STAFF, OWNER, ONE, TWO, THREE, FOUR = 11, 12, 13, 21, 9, 1001, 1002, 1003, 1004
RIVER: Final = -200
BEGIN: Final = datetime(2026, 10, 22, 3, tzinfo=UTC)
"""Before the last Sunday of October and the first of November: summer time ends within the histories."""
SECOND: Final = timedelta(seconds=1)
Act = tuple[int | str, str, int | None]
"""Who, what they write or (without a slash) press, and in which group."""
HERS, THEIRS = "the deputy of the case", "an author of it"
GOES_ON: Final = "what comes next"
NEXT: Final[dict[str, tuple[Act, ...]]] = {
    "collection": ((HERS, "/accept {n}", None), (HERS, "/reply {n} 修好了", None)),
    "mediation": ((HERS, "/reply {n} 修好了", None), (HERS, "/reply {n} B {day} 下月修", None)),
    "reply": ((THEIRS, "rated", None),),
    "follow_up": ((HERS, "/done {n}", None), (THEIRS, "check:{n}:{level}", None)),
    "closed": ((STAFF, "/reopen {n} 又坏了", None), (STAFF, "/split {n}", None)),
}
"""What usually comes next, by stage: most of what comes at random is refused."""
ACTS: Final[tuple[Act, ...]] = (
    (ONE, "/report 三号楼路灯坏了 {salt}", None),
    (TWO, "/report 幼儿园门口没有斑马线 {salt}", GROUP),
    (THREE, "/report 河边垃圾没人清 {salt}", RIVER),
    (THREE, "/report 办证要跑五趟，窗口推来推去 {salt}", None),
    (FOUR, "/report 审批慢，环节多，乱罚款 {salt}", None),
    (THEIRS, "station:{n}:1", None),
    (THEIRS, "station:{n}:2", None),
    (STAFF, "behalf", None),
    (HERS, "/accept {n}", None),
    (HERS, "/mediate {n} 联系过了", None),
    (HERS, "/reply {n} 修好了", None),
    (HERS, "/reply {n} D 修不了", None),
    (HERS, "/reply {n} B {day} 下月修", None),
    (HERS, "/reply {n} B {day} 很快修", None),
    (HERS, "/followup {n} {day} 还要几天", None),
    (HERS, "/correct {n} 写错了，是周五 {salt}", None),
    (HERS, "/done {n}", None),
    (HERS, "/ask {n} 在几楼", None),
    (HERS, "/resume {n}", None),
    (HERS, "/extend {n} {day} 要等材料", None),
    (HERS, "/decline {n} 请拨 12345", None),
    (HERS, "/close {n} 没有回音", None),
    (HERS, "/transfer {n} 李四 他更熟", None),
    (STAFF, "/transfer {n} staff 请重派", None),
    (STAFF, "/assign {n} 张三", None),
    (OWNER, "/assign {n} 周八", None),
    (STAFF, "/close {n} 没有回音", None),
    (STAFF, "/reopen {n} 又坏了", None),
    (STAFF, "/merge {n} {m}", None),
    (STAFF, "/split {n}", None),
    (STAFF, "/sort {n} housing", None),
    (STAFF, "/sort {n} business_climate", None),
    (STAFF, "/sort {n} complaint", None),
    (STAFF, "/urge {n}", None),
    (THEIRS, "/chase {n}", None),
    (THEIRS, "/withdraw {n}", None),
    (THEIRS, "yes", None),
    (HERS, "yes", None),
    (STAFF, "yes", None),
    (THEIRS, "rate:{n}:attitude:{level}", None),
    (THEIRS, "rate:{n}:result:{level}", None),
    (THEIRS, "check:{n}:{level}", None),
    *((HERS, GOES_ON, None) for _ in range(20)),
    (DEPUTY, "/duty visit {past} 三户", None),
    (OTHER, "/duty training {past} 听课", None),
    (FAR, "/duty reception {past} 十人", None),
    (STAFF, "/returnduty {n} 太短", None),
    (STAFF, "/poll 先修哪一处？ | 路灯 | 长椅 | 3d", None),
    (STAFF, "/poll 几点开会？ | 早上 | 晚上 | sealed | 3d", GROUP),
    (ONE, "vote", GROUP),
    (TWO, "vote", GROUP),
    (TWO, "unvote", GROUP),
    (STAFF, "/closepoll {n}", None),
    (TWO, "/propose 修一个凉亭 {salt}", None),
    (THREE, "/propose 加两盏路灯 {salt}", None),
    (OWNER, "screens", None),
    (OWNER, "moves the cycle", None),
)
PAUSES: Final = (timedelta(), SECOND, timedelta(minutes=2), timedelta(hours=20), timedelta(days=3), timedelta(days=9))
MIDNIGHT: Final = len(PAUSES)
"""The number of one more pause: to the very moment at which the next day begins."""


@dataclass
class History:
    """An office with two stations in that time zone."""

    timezone: str
    office: Office
    exports: list[Export] = field(default_factory=list)

    @classmethod
    def begun(cls, timezone: str) -> History:
        office = Office(
            Path(tempfile.mkdtemp()),
            intake={"messages_per_minute": 1000},
            access={"owner_ids": [OWNER]},
            locale={"timezone": timezone},
        )
        office.now = BEGIN
        here, there = office.station(), office.station("B", "河边联络站")
        office.bind_group(here)
        office.bind_group(there, RIVER)
        office.roster(Role.DEPUTY, "张三", DEPUTY, here)
        office.roster(Role.DEPUTY, "李四", OTHER, here, there)
        office.roster(Role.DEPUTY, "周八", FAR, there)
        office.roster(Role.STAFF, "王五", STAFF, here, there)
        with office.unit() as uow:
            actor = people.identify(uow, office.desk, Sender(OWNER, None, "zh"))
            cycles.make(uow, office.desk, actor, year=2026, level="county", places=1, station_ids=[])
        history = cls(timezone, office)
        for who, group in ((ONE, GROUP), (TWO, None), (THREE, RIVER)):
            office.writes(who, "/report 水管漏水", group=group)
            history.noted()
        return history

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def does(self, act: int, n: int, m: int, level: int, pause: int) -> None:
        """What the office refuses is told to whoever tried, and changes nothing."""
        self._waits(pause)
        someone, words, group = self._act(act, n, m)
        who = self._who(someone, n, m)
        today = self.office.desk.today
        said = words.format(
            n=n,
            m=m,
            level=level,
            day=today + timedelta(days=2 * m),
            past=today - timedelta(days=3 * (n - 1)),
            salt=self.office.now.timestamp(),
        )
        if said.startswith("/"):
            self.office.writes(who, said, group=group)
        elif said in _MORE:
            _MORE[said](self.office, who, n, level)
        else:
            self.office.presses_data(who, self.office.of_newest_reply(said))
        self.noted()
        self.office.now += SECOND

    def _act(self, act: int, n: int, m: int) -> Act:
        case = self.office.case(n)
        if ACTS[act][1] != GOES_ON or case is None:
            return ACTS[act] if ACTS[act][1] != GOES_ON else ACTS[0]
        likely = NEXT[case.stage]
        return likely[m % len(likely)]

    def _who(self, someone: int | str, n: int, m: int) -> int:
        """An account; of a case that nobody has, and of none, somebody's."""
        with self.office.unit() as uow:
            case = uow.cases.get(n)
            if isinstance(someone, int) or case is None:
                return someone if isinstance(someone, int) else ONE
            if someone == THEIRS:
                authors = [author.telegram_id for author in uow.cases.authors(n) if author.telegram_id]
                return authors[m % len(authors)] if authors else STAFF
            deputy = uow.roster.get(case.deputy_id) if case.deputy_id else None
            return deputy.telegram_id if deputy and deputy.telegram_id else DEPUTY

    def _waits(self, pause: int) -> None:
        """The clock runs at each midnight between, as it would; what the exports say is noted after it."""
        office = self.office
        midnight = office.desk.begin(office.desk.today + timedelta(days=1))
        until = midnight if pause == MIDNIGHT else office.now + PAUSES[pause]
        while midnight <= until:
            office.now = midnight
            office.ticks()
            self.noted()
            midnight = office.desk.begin(office.desk.today + timedelta(days=1))
        office.now = until
        office.ticks()

    def noted(self) -> None:
        """The exports as they are now."""
        with self.office.unit() as uow:
            everything: dict[str, Any] = {"since": None, "until": None}
            stations = {each.id: each.code for each in uow.stations.all()}
            phases = {cycle.id: cycle.phase for cycle in uow.cycles.all()}
            held = uow.connection.execute(select(polls.c.number, polls.c.station_ids))
            export = Export(
                at=self.office.now,
                cases=_lines(read_cases(uow.connection, **everything)),
                duty=_lines(read_duty(uow.connection, lambda *_: 0.0, **everything)),
                polls=_lines(read_polls(uow.connection, **everything)),
                beyond={
                    "deputies": {
                        entry.name: {stations[each] for each in entry.station_ids} for entry in uow.roster.deputies()
                    },
                    "polls": {row.number: [stations[each] for each in row.station_ids] for row in held},
                    "projects": [
                        {
                            "state": project.state.value,
                            "station": stations.get(project.station_id or 0),
                            "phase": phases.get(project.cycle_id or 0),
                        }
                        for project in uow.projects.find(limit=1000)
                    ],
                },
            )
        while self.exports and self.exports[-1].at == export.at:
            self.exports.pop()
        self.exports.append(export)

    def oracle(self) -> Oracle:
        return Oracle(self.exports, self.zone, self.office.desk.working_days.is_working_day)

    def windows(self) -> Iterator[Window]:
        """Every week, month … of it, the ones that are not over included, and spans across their ends."""
        first, last = BEGIN.astimezone(self.zone).date(), self.office.desk.today
        for kind in _MONTHS:
            window = Window.around(kind, first)
            while window.first <= last:
                yield window
                window = window.following()
        for length in (1, 4, 11):
            begins = min(first + timedelta(days=2), last)
            yield Window.span(begins, begins + timedelta(days=length - 1))


def first_day_before(window: Window) -> date:
    """The first day of the window before it, by the calendar alone."""
    if window.kind is WindowKind.SPAN:
        return window.first - (window.last - window.first) - timedelta(days=1)
    if window.kind is WindowKind.WEEK:
        return window.first - timedelta(days=7)
    months = window.first.year * 12 + window.first.month - 1 - _MONTHS[window.kind]
    return date(months // 12, months % 12 + 1, 1)


_MONTHS: Final = {
    WindowKind.WEEK: 0,
    WindowKind.MONTH: 1,
    WindowKind.TWO_MONTHS: 2,
    WindowKind.QUARTER: 3,
    WindowKind.YEAR: 12,
}


def label(window: Window) -> str:
    """What the contract calls it."""
    first, last = window.first, window.last
    match window.kind:
        case WindowKind.WEEK:
            return first.strftime("%G-W%V")
        case WindowKind.MONTH:
            return first.strftime("%Y-%m")
        case WindowKind.TWO_MONTHS:
            return f"{first:%Y-%m}/{last:%m}"
        case WindowKind.QUARTER:
            return f"{first:%Y}-Q{last.month // 3}"
        case WindowKind.YEAR:
            return f"{first:%Y}"
    return f"{first}/{last}"


def _lines(found: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """As they are written and read again."""
    return [json.loads(json.dumps(line, ensure_ascii=False)) for line in found]


def _press(office: Office, who: int, word: str) -> None:
    if office.chats[who] and any(word in label for label in office.chats[who][-1].buttons):
        office.presses(who, office.chats[who][-1], word)


def _rates(office: Office, who: int, n: int, level: int) -> None:
    """Both parts, the second one better than or like the first."""
    office.presses_data(who, office.of_newest_reply(f"rate:{n}:attitude:3"))
    office.presses_data(who, office.of_newest_reply(f"rate:{n}:result:{level}"))


def _enters(office: Office, who: int, n: int, level: int) -> None:
    office.writes(who, f"/behalf 王大爷家没有水了 {office.now.timestamp()}")
    _press(office, who, "不留姓名电话")
    _press(office, who, "确认")


def _moves(office: Office, who: int, n: int, level: int) -> None:
    """A project by its level: screened, excluded, taken back; nought: their cycle. What cannot be changes nothing."""
    events = (None, ProjectEvent.SCREENED, ProjectEvent.EXCLUDED, ProjectEvent.TAKEN_BACK)
    with suppress(Refused), office.unit() as uow:
        actor = people.identify(uow, office.desk, Sender(who, None, "zh"))
        event = events[level]
        if event is None:
            cycles.move_on(uow, office.desk, actor, 1)
        else:
            ground = {"ground": "burden"} if event is ProjectEvent.EXCLUDED else {}
            projecting.advance(uow, office.desk, actor, n, event, changes=ground)


def _votes(*options: int) -> Callable[[Office, int, int, int], None]:
    def vote(office: Office, who: int, n: int, level: int) -> None:
        posted = [sent for sent in office.chats[GROUP] if sent.outgoing.poll is not None]
        if posted:
            office.votes(who, posted[n % len(posted)], *options)

    return vote


_MORE: Final[dict[str, Callable[[Office, int, int, int], None]]] = {
    "behalf": _enters,
    "rated": _rates,
    "yes": lambda office, who, _, __: _press(office, who, "确认"),
    "screens": lambda office, who, n, level: _moves(office, who, n, level),
    "moves the cycle": lambda office, who, n, level: _moves(office, who, n, 0),
    "vote": _votes(1),
    "unvote": _votes(),
}
