"""A second summary, written from the contract's words alone ("summary --format json") and from nothing of the program.

It reads what ``bot.py export`` wrote, line by line, as it was at each moment of a history; it is slow, and knows no
journal, no index and no past. Four things no export says; they are looked up in the tables as they were at the same
moments (``Export.beyond``), which is still not where the program reads them from: until when the first reply was due,
since when the clock stands still (an export says that it did, not that it does), who is in the roster, and for which
stations a poll is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

Line = dict[str, Any]
_DAY: Final = timedelta(days=1)
STAGES: Final = ("collection", "mediation", "reply", "follow_up", "closed")
OUTCOMES: Final = ("resolved", "unconfirmed", "declined", "withdrawn", "merged")
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
    """``cases``: by number, ``reply_due_at`` and ``paused``; ``deputies``: codes of stations by name; ``polls``: codes
    by number.
    """


@dataclass(frozen=True)
class Oracle:
    """Summaries of a history. ``works``: whether that day is a working day."""

    exports: Sequence[Export]
    zone: ZoneInfo
    works: Callable[[date], bool]

    def summary(self, first: date, last: date, before: date, now: datetime, station: str | None = None) -> Line:
        """Of the days from ``first`` to ``last``; the window before it begins with ``before``."""
        start, until = self._midnight(first), self._midnight(last + _DAY)
        end = min(until, now)
        then = self._as_of(end)
        cases = _at(then.cases, station)
        here = {case["number"] for case in cases}
        seen = [export for export in self.exports if start <= export.at < end]
        received = [case for case in cases if start <= _moment(case["created_at"]) < end]
        former = [
            case
            for case in _at(self._as_of(start).cases, station)
            if self._midnight(before) <= _moment(case["created_at"]) < start
        ]
        opened = [case for case in cases if case["stage"] != "closed"]
        answered = [case for case in cases if (at := first_reply(case)) is not None and start <= at < end]
        timely = [case for case in answered if first_reply(case) <= self._reply_due(then, case)]  # type: ignore[operator]
        late = [case for case in opened if self._waits_too_long(then, case, end)]
        closed = [case for case in cases if case["stage"] == "closed" and start <= last_closed(case) < end]
        counted = len(answered) + len(late)
        return {
            "station": station,
            "received": len(received),
            "received_previous": len(former),
            "by_channel": _counts(_channel(case) for case in received),
            "by_kind": _counts(case["kind"] for case in received),
            "by_category": _counts(case["category"] for case in received),
            "by_station": _counts(case["station"] or "none" for case in received),
            "by_deputy": _counts(case["deputy"] or "none" for case in received),
            "stages": {stage: sum(case["stage"] == stage for case in cases) for stage in STAGES},
            "answered": len(answered),
            "on_time": {
                "answered_on_time": len(timely),
                "answered": len(answered),
                "open_overdue": len(late),
                "rate": len(timely) / counted if counted else None,
            },
            "first_answer_days": self._spread((case["created_at"], first_reply(case)) for case in answered),
            "closed": len(closed),
            "outcomes": {outcome: sum(case["outcome"] == outcome for case in closed) for outcome in OUTCOMES},
            "closing_days": self._spread((case["created_at"], last_closed(case)) for case in closed),
            "satisfaction": _satisfaction(seen, start, end, here),
            "delivery": {
                name: sum(check["result"] == level for case in cases for check in _checks(case, start, end))
                for name, level in (("fixed", 3), ("partly", 2), ("not_fixed", 1))
            },
            "answered_well_not_delivered": sorted(
                case["number"]
                for case in cases
                if any(
                    check["result"] != 3 and self._was_content(case["number"], _moment(check["at"]))
                    for check in _checks(case, start, end)
                )
            ),
            "promises": self._promises(cases, first, last, end),
            "reopened": sum(
                step["from"] == "closed" and step["to"] == "mediation" and start <= _moment(step["at"]) < end
                for case in cases
                for step in case["history"]
            ),
            "chased": sum(start <= _moment(at) < end for case in cases for at in case["chased"]),
            "unassigned": sum(case["deputy"] is None for case in opened),
            "overdue": sum(self._overdue(then, case, end) for case in opened),
            "duty": _duty(then, first, last, start, end, station),
            "polls": [
                {name: poll[name] for name in ("number", "question", "status", "voters")}
                for poll in sorted(then.polls, key=lambda poll: poll["number"])
                if (poll["closed_at"] is None or _moment(poll["closed_at"]) >= start)
                and (station is None or station in (then.beyond["polls"][poll["number"]] or [station]))
            ],
        }

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _as_of(self, end: datetime) -> Export:
        """The last export before that moment: what happens at the very end is not in it."""
        before = [export for export in self.exports if export.at < end]
        return before[-1] if before else Export(end, (), (), (), {"cases": {}, "deputies": {}, "polls": {}})

    # --- limits ---

    def _reply_due(self, then: Export, case: Line) -> datetime:
        return _moment(then.beyond["cases"][case["number"]]["reply_due_at"])

    def _waits_too_long(self, then: Export, case: Line, end: datetime) -> bool:
        """While the clock stands still, no limit passes."""
        paused = then.beyond["cases"][case["number"]]["paused"]
        return first_reply(case) is None and not paused and self._reply_due(then, case) <= end

    def _overdue(self, then: Export, case: Line, end: datetime) -> bool:
        if case["stage"] in ("reply", "follow_up"):
            promised = case["promise_date"]
            return promised is not None and self._midnight(date.fromisoformat(promised) + _DAY) <= end
        paused = then.beyond["cases"][case["number"]]["paused"]
        passed = case["due_at"] is not None and _moment(case["due_at"]) <= end
        return self._waits_too_long(then, case, end) or (passed and not paused)

    # --- working days ---

    def _spread(self, spans: Iterable[tuple[str, datetime]]) -> Line:
        days = sorted(self._working_days(_moment(created), at) for created, at in spans)
        if not days:
            return {"n": 0, "median": None, "p90": None}
        half, odd = divmod(len(days), 2)
        median = days[half] if odd else (days[half - 1] + days[half]) / 2
        return {"n": len(days), "median": median, "p90": days[math.ceil(len(days) * 9 / 10) - 1]}

    def _working_days(self, start: datetime, end: datetime) -> int:
        day, count = self._day(start), 0
        while day < self._day(end):
            day += _DAY
            count += self.works(day)
        return count

    # --- what was said ---

    def _was_content(self, number: int, check: datetime) -> bool:
        """How the reply was rated when its delivery was answered."""
        before = [export for export in self.exports if export.at < check]
        said = next(case["ratings"] for case in before[-1].cases if case["number"] == number)
        return min(said["attitude"] or 0, said["result"] or 0) >= 2

    def _promises(self, cases: Sequence[Line], first: date, last: date, end: datetime) -> Line:
        due = [
            promise
            for case in cases
            for promise in case["promises"]
            if first <= date.fromisoformat(promise["date"]) <= min(last, self._day(end - timedelta(microseconds=1)))
            and not (
                promise["ending"] in LET_GO
                and self._day(_moment(promise["ended_at"])) <= date.fromisoformat(promise["date"])
            )
        ]
        kept = sum(promise["ending"] == "fixed" for promise in due)
        return {"due": len(due), "kept": kept, "broken": len(due) - kept}


def first_reply(case: Line) -> datetime | None:
    """When the first formal reply was sent."""
    return min((_moment(said["at"]) for said in case["messages"] if said["kind"] == "reply"), default=None)


def last_closed(case: Line) -> datetime:
    """When it was closed last; a case that is closed has such a step."""
    return max(_moment(s["at"]) for s in case["history"] if s["to"] == "closed" and s["from"] != "closed")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _at(cases: Sequence[Line], station: str | None) -> list[Line]:
    return [case for case in cases if station is None or case["station"] == station]


def _channel(case: Line) -> str:
    return "on_behalf" if case["on_behalf"] else "private" if case["chat_type"] == "private" else "group"


def _counts(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names))


def _checks(case: Line, start: datetime, end: datetime) -> list[Line]:
    return [check for check in case["checks"] if start <= _moment(check["at"]) < end]


def _satisfaction(seen: Sequence[Export], start: datetime, end: datetime, here: set[int]) -> Line:
    """Ratings given in the window: of each case the last that any of its exports shows."""
    said = {
        case["number"]: case["ratings"]
        for export in seen
        for case in export.cases
        if case["number"] in here and case["rated_at"] and start <= _moment(case["rated_at"]) < end
    }
    found = {}
    for part in ("attitude", "result"):
        levels = [ratings[part] for ratings in said.values() if ratings[part]]
        content, n = sum(level >= 2 for level in levels), len(levels)
        found[part] = {
            "satisfied": levels.count(3),
            "fair": levels.count(2),
            "dissatisfied": levels.count(1),
            "n": n,
            "rate": content / n if n else None,
        }
    return found


def _duty(then: Export, first: date, last: date, start: datetime, end: datetime, station: str | None) -> Line:
    filed = [
        entry for entry in then.duty if entry["status"] != "draft" and (station is None or entry["station"] == station)
    ]
    dated = [entry for entry in filed if first <= date.fromisoformat(entry["date"]) <= last]
    late = [
        entry
        for entry in filed
        if date.fromisoformat(entry["date"]) < first and start <= _moment(entry["filed_at"]) < end
    ]
    with_one = {entry["deputy"] for entry in (*dated, *late)}
    expected = {name for name, codes in then.beyond["deputies"].items() if station is None or station in codes}
    return {
        "entries": len(dated),
        "by_type": _counts(entry["type"] for entry in dated),
        "late": len(late),
        "deputies_without": sorted(expected - with_one),
    }
