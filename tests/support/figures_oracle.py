"""A second summary, written from the contract's words alone ("summary --format json") and from nothing of the program.

It reads what ``bot.py export`` wrote, line by line, as it was at each moment of a history; it is slow, and knows no
journal, no index and no past. Three things no export says; they are looked up in the tables as they were at the same
moments (``Export.beyond``), which is still not where the program reads them from: who is in the roster, for which
stations a poll is, and how the livelihood projects stood.

The words that reports of the same matter have in common are the one thing that is not told twice: how they are found
is a matter of taste, and they are those that can be read now. ``words_hold`` says what must be true of them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

Line = dict[str, Any]
_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)
OPEN: Final = ("collection", "mediation", "reply", "follow_up")
OUTCOMES: Final = ("resolved", "unconfirmed", "declined", "withdrawn", "merged")
TAGS: Final = (
    *("slow_approval", "too_many_steps", "poor_service"),
    *("inaction", "abuse", "arbitrary_enforcement"),
    *("no_trust_in_market", "closed_to_others", "set_in_old_ways"),
)
AGES: Final = ((0, 2), (3, 5), (6, 10), (11, 15), (16, 10**6))
LET_GO: Final = ("moved", "replaced", "withdrawn", "merged")
"""How a promise ends that is not to be kept any more: it fell due only if its day was over by then."""


@dataclass(frozen=True)
class Export:
    """The exports as they were at a moment, after everything that happened at it."""

    at: datetime
    cases: Sequence[Line]
    duty: Sequence[Line]
    polls: Sequence[Line]
    beyond: Line
    """``deputies``: codes of stations by name; ``polls``: codes by number; ``projects``: of each its ``state``,
    ``station`` (a code, or None) and ``phase`` (of its cycle; None: it is in none).
    """


@dataclass(frozen=True)
class Whose:
    """Some stations (by code), one deputy (by name), or (nothing) everybody."""

    stations: Collection[str] | None = None
    deputy: str | None = None

    def has(self, line: Line) -> bool:
        """A case, or an entry of a duty log."""
        return (self.stations is None or line["station"] in self.stations) and (
            self.deputy is None or line["deputy"] == self.deputy
        )

    def expects(self, name: str, stations: Collection[str]) -> bool:
        """Whether that deputy is one of theirs."""
        here = self.stations is None or bool(set(self.stations) & set(stations))
        return here and self.deputy in (None, name)

    def concerns(self, stations: Collection[str]) -> bool:
        """What is held at these stations; where none is named, at all."""
        return self.deputy is None and (
            self.stations is None or not stations or bool(set(self.stations) & set(stations))
        )


@dataclass(frozen=True)
class Days:
    """A window. ``before``: the first day of the one before it; ``label``: its name."""

    label: str
    before: date
    first: date
    last: date


@dataclass(frozen=True)
class Oracle:
    """Summaries of a history. ``works``: whether that day is a working day."""

    exports: Sequence[Export]
    zone: ZoneInfo
    works: Callable[[date], bool]

    def summary(self, days: Days, now: datetime, whose: Whose) -> Line:
        """Everything of it, with the cases behind the figures."""
        return _Window(self, days, now, whose).told()

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def as_of(self, end: datetime) -> Export:
        """The last export before that moment: what happens at the very end is not in it."""
        before = [export for export in self.exports if export.at < end]
        nothing: Line = {"deputies": {}, "polls": {}, "projects": []}
        return before[-1] if before else Export(end, (), (), (), nothing)

    def working_days(self, start: date, end: date) -> int:
        day, count = start, 0
        while day < end:
            day += _DAY
            count += self.works(day)
        return count

    def spread(self, spans: Iterable[tuple[str, datetime]]) -> Line:
        days = sorted(self.working_days(self.day(_moment(created)), self.day(at)) for created, at in spans)
        if not days:
            return {"n": 0, "median": None, "p90": None}
        half, odd = divmod(len(days), 2)
        median = days[half] if odd else (days[half - 1] + days[half]) / 2
        return {"n": len(days), "median": median, "p90": days[math.ceil(len(days) * 9 / 10) - 1]}


class _Window:
    def __init__(self, oracle: Oracle, days: Days, now: datetime, whose: Whose) -> None:
        self.oracle, self.days, self.whose = oracle, days, whose
        self.start, self.until = oracle.midnight(days.first), oracle.midnight(days.last + _DAY)
        self.end = min(self.until, now)
        self.then = oracle.as_of(self.end)
        self.all = self.then.cases
        self.cases = [case for case in self.all if whose.has(case)]
        self.opened = [case for case in self.cases if case["stage"] != "closed"]
        self.received = [case for case in self.cases if self.within(case["created_at"])]
        self.answered = [case for case in self.cases if self.within(first_reply(case))]
        self.closed = [case for case in self.cases if case["stage"] == "closed" and self.within(last_closed(case))]

    def within(self, at: datetime | str | None) -> bool:
        moment = _moment(at) if isinstance(at, str) else at
        return moment is not None and self.start <= moment < self.end

    def told(self) -> Line:
        gathered = self.gathered()
        cases = self.behind(gathered)
        n = _lengths(cases)
        all_of_them = n["on_time"]["answered"] + n["on_time"]["open_overdue"]
        said = n["satisfaction"]
        rates = {part: sum(levels.values()) for part, levels in said.items()}
        plain = ("received", "received_previous", "answered", "closed", "reopened", "chased", "urged", "unassigned")
        grouped = ("by_channel", "by_kind", "by_category", "by_station", "by_deputy", "business_climate", "outcomes")
        return {
            **{name: n[name] for name in (*plain, *grouped, "overdue", "units", "ageing", "delivery", "promises")},
            "window": {"label": self.days.label, "from": self.local(self.start), "to": self.local(self.until)},
            "as_of": self.local(self.end),
            "stages": n["stages"] | {"closed": len(self.cases) - len(self.opened)},
            "on_time": n["on_time"] | {"rate": n["on_time"]["answered_on_time"] / all_of_them if all_of_them else None},
            "first_answer_days": self.oracle.spread((case["created_at"], first_reply(case)) for case in self.answered),
            "closing_days": self.oracle.spread((case["created_at"], last_closed(case)) for case in self.closed),
            "satisfaction": {
                part: levels
                | {
                    "n": rates[part],
                    "rate": (levels["satisfied"] + levels["fair"]) / rates[part] if rates[part] else None,
                }
                for part, levels in said.items()
            },
            "answered_well_not_delivered": cases["answered_well_not_delivered"],
            "gatherings": gathered,
            "duty": self.duty(),
            "polls": self.polls(),
            "projects": self.projects(),
            "cases": cases,
        }

    def local(self, moment: datetime) -> str:
        return moment.astimezone(self.oracle.zone).isoformat()

    # --- the cases behind the figures ---

    def behind(self, gathered: Sequence[Line]) -> Line:
        checks = [(case, check) for case in self.cases for check in case["checks"] if self.within(check["at"])]
        due, kept = self.promises()
        return {
            "received": _numbers(self.received),
            "received_previous": _numbers(self.received_before()),
            "by_channel": _grouped(self.received, _channel),
            "by_kind": _grouped(self.received, lambda case: case["kind"]),
            "by_category": _grouped(self.received, lambda case: case["category"]),
            "by_station": _grouped(self.received, lambda case: case["station"] or "none"),
            "by_deputy": _grouped(self.received, lambda case: case["deputy"] or "none"),
            "business_climate": self.business(),
            "stages": {stage: _numbers(case for case in self.opened if case["stage"] == stage) for stage in OPEN},
            "ageing": {stage: self.ages(stage) for stage in OPEN},
            "answered": _numbers(self.answered),
            "first_answer_days": _numbers(self.answered),
            "on_time": {
                "answered_on_time": _numbers(case for case in self.answered if self.timely(case)),
                "answered": _numbers(self.answered),
                "open_overdue": _numbers(case for case in self.opened if self.waits_too_long(case)),
            },
            "closed": _numbers(self.closed),
            "closing_days": _numbers(self.closed),
            "outcomes": {
                outcome: _numbers(case for case in self.closed if case["outcome"] == outcome) for outcome in OUTCOMES
            },
            "satisfaction": self.satisfaction(),
            "delivery": {
                name: sorted(case["number"] for case, check in checks if check["result"] == level)
                for name, level in (("fixed", 3), ("partly", 2), ("not_fixed", 1))
            },
            "answered_well_not_delivered": sorted(
                {
                    case["number"]
                    for case, check in checks
                    if check["result"] != 3 and self.was_content(case["number"], _moment(check["at"]))
                }
            ),
            "promises": {"due": due, "kept": kept, "broken": sorted((Counter(due) - Counter(kept)).elements())},
            "reopened": sorted(
                case["number"]
                for case in self.cases
                for step in case["history"]
                if step["from"] == "closed" and step["to"] == "mediation" and self.within(step["at"])
            ),
            "chased": self.each_time("chased"),
            "urged": self.each_time("urged"),
            "unassigned": _numbers(case for case in self.opened if case["deputy"] is None),
            "overdue": _numbers(case for case in self.opened if self.overdue(case)),
            "units": {},  # no export says what was handed out: tests/storage/test_facts_cases.py looks at that
            "gatherings": [each["cases"] for each in gathered],
        }

    def received_before(self) -> Iterable[Line]:
        then = self.oracle.as_of(self.start)
        begins = self.oracle.midnight(self.days.before)
        return (
            case for case in then.cases if self.whose.has(case) and begins <= _moment(case["created_at"]) < self.start
        )

    def business(self) -> Line:
        about = [case for case in self.received if case["category"] == "business_climate" or case["tags"]]
        return {
            "cases": _numbers(about),
            "tags": {tag: _numbers(case for case in about if tag in case["tags"]) for tag in TAGS},
        }

    def ages(self, stage: str) -> list[list[int]]:
        last = self.oracle.day(self.end - _INSTANT)
        ages = [
            (self.oracle.working_days(self.oracle.day(_moment(case["created_at"])), last), case["number"])
            for case in self.opened
            if case["stage"] == stage
        ]
        return [sorted(number for age, number in ages if youngest <= age <= oldest) for youngest, oldest in AGES]

    def each_time(self, what: str) -> list[int]:
        return sorted(case["number"] for case in self.cases for at in case[what] if self.within(at))

    # --- limits ---

    def timely(self, case: Line) -> bool:
        replied = first_reply(case)
        return replied is not None and replied <= _moment(case["reply_due_at"])

    def waits_too_long(self, case: Line) -> bool:
        """While the clock stands still, no limit passes."""
        waits = first_reply(case) is None and case["paused_since"] is None
        return waits and _moment(case["reply_due_at"]) <= self.end

    def overdue(self, case: Line) -> bool:
        if case["stage"] in ("reply", "follow_up"):
            promised = case["promise_date"]
            return promised is not None and self.oracle.midnight(date.fromisoformat(promised) + _DAY) <= self.end
        passed = case["due_at"] is not None and _moment(case["due_at"]) <= self.end
        return self.waits_too_long(case) or (passed and case["paused_since"] is None)

    # --- what was said ---

    def satisfaction(self) -> Line:
        """Ratings given in the window: of each case the last that any of its exports shows."""
        here = {case["number"] for case in self.cases}
        said = {
            case["number"]: case["ratings"]
            for export in self.oracle.exports
            if self.start <= export.at < self.end
            for case in export.cases
            if case["number"] in here and self.within(case["rated_at"])
        }
        return {
            part: {
                name: sorted(number for number, ratings in said.items() if ratings[part] == level)
                for name, level in (("satisfied", 3), ("fair", 2), ("dissatisfied", 1))
            }
            for part in ("attitude", "result")
        }

    def was_content(self, number: int, check: datetime) -> bool:
        """How the reply was rated when its delivery was answered."""
        before = [export for export in self.oracle.exports if export.at < check]
        said = next(case["ratings"] for case in before[-1].cases if case["number"] == number)
        return min(said["attitude"] or 0, said["result"] or 0) >= 2

    def promises(self) -> tuple[list[int], list[int]]:
        """Those due, and of them those kept."""
        last = min(self.days.last, self.oracle.day(self.end - _INSTANT))
        due = [
            (case["number"], promise["ending"] == "fixed")
            for case in self.cases
            for promise in case["promises"]
            if self.days.first <= date.fromisoformat(promise["date"]) <= last
            and not (
                promise["ending"] in LET_GO
                and self.oracle.day(_moment(promise["ended_at"])) <= date.fromisoformat(promise["date"])
            )
        ]
        return sorted(number for number, _ in due), sorted(number for number, kept in due if kept)

    def gathered(self) -> list[Line]:
        """Cases merged into one, to which one was added in the window; by what their histories say."""
        into = {case["number"]: _merged_into(case) for case in self.all if case["outcome"] == "merged"}
        results = {case["number"]: case["ratings"]["result"] for case in self.all}
        here = {case["number"] for case in self.cases}
        whole = {case["number"]: _last(into, case["number"]) for case in self.all}
        grown = {whole[n] for n, (_, at) in into.items() if self.within(at)} & here
        return [
            {
                "case": number,
                "cases": sorted(part for part, found in whole.items() if found == number),
                "satisfied": None if results[number] is None else results[number] >= 2,
            }
            for number in sorted(grown)
        ]

    # --- the office ---

    def duty(self) -> Line:
        filed = [entry for entry in self.then.duty if entry["status"] != "draft"]
        dated = [entry for entry in filed if self.days.first <= date.fromisoformat(entry["date"]) <= self.days.last]
        late = [
            entry
            for entry in filed
            if date.fromisoformat(entry["date"]) < self.days.first and self.within(entry["filed_at"])
        ]
        with_one = {entry["deputy"] for entry in (*dated, *late)}
        roster = self.then.beyond["deputies"]
        return {
            "entries": sum(map(self.whose.has, dated)),
            "by_type": dict(Counter(entry["type"] for entry in dated if self.whose.has(entry))),
            "late": sum(map(self.whose.has, late)),
            "deputies_without": sorted(
                name for name, codes in roster.items() if self.whose.expects(name, codes) and name not in with_one
            ),
        }

    def polls(self) -> list[Line]:
        return [
            {name: poll[name] for name in ("number", "question", "status", "voters")}
            for poll in sorted(self.then.polls, key=lambda poll: poll["number"])
            if (poll["closed_at"] is None or _moment(poll["closed_at"]) >= self.start)
            and self.whose.concerns(self.then.beyond["polls"][poll["number"]])
        ]

    def projects(self) -> Line:
        counted = [
            project
            for project in self.then.beyond["projects"]
            if project["state"] != "joined"
            and self.whose.concerns([] if project["station"] is None else [project["station"]])
        ]
        return {
            "by_state": dict(Counter(project["state"] for project in counted)),
            "by_phase": dict(Counter(project["phase"] or "reserve" for project in counted)),
        }


def words_hold(words: Sequence[str], texts: Sequence[str | None]) -> bool:
    """Whether these can be what reports of one matter have in common: few, and each said by more than half of them."""
    told = [text.lower() for text in texts if text]
    enough = len(told) // 2 + 1
    return len(words) <= 3 and all(sum(word in text for text in told) >= enough for word in words)


def first_reply(case: Line) -> datetime | None:
    """When the first formal reply was sent."""
    return min((_moment(said["at"]) for said in case["messages"] if said["kind"] == "reply"), default=None)


def last_closed(case: Line) -> datetime:
    """When it was closed last; a case that is closed has such a step."""
    return max(_moment(s["at"]) for s in case["history"] if s["to"] == "closed" and s["from"] != "closed")


def _merged_into(case: Line) -> tuple[int, str]:
    """The case in which it goes on, and since when: its last closing says so (``→ #7``)."""
    step = [step for step in case["history"] if step["to"] == "closed" and step["from"] != "closed"][-1]
    return int((step["note"] or "#0").rpartition("#")[2]), step["at"]  # 0: it was taken away with the author's words


def _last(into: Mapping[int, tuple[int, str]], number: int) -> int:
    while number in into:
        number = into[number][0]
    return number


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _numbers(cases: Iterable[Line]) -> list[int]:
    return sorted(case["number"] for case in cases)


def _grouped(cases: Iterable[Line], by: Callable[[Line], str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for case in cases:
        found.setdefault(by(case), []).append(case["number"])
    return {name: sorted(numbers) for name, numbers in found.items()}


def _channel(case: Line) -> str:
    return "on_behalf" if case["on_behalf"] else "private" if case["chat_type"] == "private" else "group"


def _lengths(found: Any) -> Any:
    """Of each list how long it is; of the classes of age, each."""
    if isinstance(found, dict):
        return {name: _lengths(each) for name, each in found.items()}
    if found and isinstance(found[0], list):
        return [len(each) for each in found]
    return len(found)
