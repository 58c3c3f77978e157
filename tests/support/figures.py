"""A made-up week: the material of figures, with something in every one of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from liaisonbot import figures
from liaisonbot.duty import EntryState
from liaisonbot.facts import (
    CaseFact,
    DeputyFact,
    DutyFact,
    EventFact,
    GatheringFact,
    PollFact,
    ProjectFact,
    PromiseFact,
)
from liaisonbot.figures import Figures, Material
from liaisonbot.model import Station
from liaisonbot.polls import PollKind, PollState
from liaisonbot.projects import Phase, ProjectState
from liaisonbot.summaries import Summary
from liaisonbot.vocabulary import Outcome, Rating, ReplyClass, Stage
from liaisonbot.windows import Window, WindowKind
from liaisonbot.workflow import Event
from liaisonbot.working_days import WorkingDays

ZONE: Final = ZoneInfo("Asia/Shanghai")
WINDOW: Final = Window.around(WindowKind.WEEK, date(2026, 11, 16))
START: Final = datetime(2026, 11, 15, 16, tzinfo=UTC)
END: Final = START + timedelta(days=7)
DAYS: Final = WorkingDays("Asia/Shanghai")
HERE, THERE, QUIET = (
    Station(1, "A", "阳光联络站", "城东"),
    Station(2, "B", "=河边联络站", "城东"),
    Station(3, "C", "山上联络站", "城东"),
)
"""The second one has a name that a spreadsheet would take for a formula; nothing happens at the third."""
SAN, SI, WU, GONE = 11, 12, 13, 14
"""Deputies: of the first station, of the second, one without anything, and one who has left the roster."""


def at(day: int, hour: int = 10) -> datetime:
    """That hour, local time, of that day of November 2026."""
    return datetime(2026, 11, day, hour, tzinfo=ZONE).astimezone(UTC)


def a_fact(number: int, created: datetime, **changes: Any) -> CaseFact:
    """A case of the first station and its deputy, in mediation."""
    fact = CaseFact(
        number=number,
        created_at=created,
        chat_type="private",
        stage=Stage.MEDIATION,
        stage_since=created,
        outcome=None,
        station_id=HERE.id,
        deputy_id=SAN,
        category="sanitation",
        kind="complaint",
        tags=(),
        due_at=END + timedelta(days=9),
        reply_due_at=END + timedelta(days=9),
        first_replied_at=None,
        reply_class=None,
        promise_date=None,
        attitude=None,
        result=None,
        paused_since=None,
        closed_at=None,
    )
    return replace(fact, **changes)


def _cases() -> list[CaseFact]:
    closed = {"stage": Stage.CLOSED, "due_at": None}
    return [
        # 1: answered on time, satisfied, closed
        a_fact(
            1,
            at(16),
            chat_type="group",
            outcome=Outcome.RESOLVED,
            first_replied_at=at(18),
            reply_class=ReplyClass.A,
            attitude=Rating.SATISFIED,
            result=Rating.SATISFIED,
            closed_at=at(19),
            **closed,
        ),
        # 2: answered late, promised, rated well, and not delivered
        a_fact(
            2,
            at(3),
            station_id=THERE.id,
            deputy_id=SI,
            category="roads_transport",
            first_replied_at=at(17),
            reply_due_at=at(10),
            reply_class=ReplyClass.B,
            promise_date=date(2026, 11, 19),
        ),
        # 3: nobody's yet, and too late
        a_fact(3, at(2), station_id=None, deputy_id=None, stage=Stage.COLLECTION, due_at=at(4), reply_due_at=at(9)),
        # 4: of the business climate, entered for somebody, in no hurry
        a_fact(4, at(20), category="business_climate", tags=("slow_approval",), deputy_id=GONE),
        # 5: closed by the office; dissatisfied
        a_fact(
            5,
            at(17),
            station_id=THERE.id,
            deputy_id=SI,
            kind="help",
            first_replied_at=at(18),
            reply_class=ReplyClass.D,
            attitude=Rating.FAIR,
            result=Rating.DISSATISFIED,
            outcome=Outcome.UNCONFIRMED,
            closed_at=at(20),
            **closed,
        ),
        # 6: merged into the first
        a_fact(6, at(17, 9), outcome=Outcome.MERGED, closed_at=at(17, 11), **closed),
        # 7: a promise of a later day
        a_fact(
            7,
            at(4),
            stage=Stage.FOLLOW_UP,
            due_at=None,
            first_replied_at=at(5),
            reply_class=ReplyClass.B,
            promise_date=date(2026, 12, 1),
        ),
    ]


def _event(case: int, moment: datetime, event: Event, before: Stage, after: Stage, **details: Any) -> EventFact:
    return EventFact(case, moment, event, before, after, details)


def _events() -> list[EventFact]:
    collection, mediation, reply, follow_up, closed = Stage
    return [
        EventFact(4, at(20), Event.ENTERED, None, collection, {}),
        _event(6, at(17, 11), Event.MERGED, collection, closed),
        _event(2, at(17), Event.ANSWERED, mediation, reply),
        _event(1, at(18), Event.ANSWERED, mediation, reply),
        _event(5, at(18), Event.ANSWERED, mediation, reply),
        _event(2, at(18), Event.PROMISE_RATED_WELL, reply, follow_up, attitude=3, result=2),
        _event(1, at(19), Event.RATED_WELL, reply, closed, attitude=3, result=3),
        _event(5, at(19), Event.RATED_BADLY, reply, mediation, attitude=2, result=1),
        _event(2, at(20), Event.NOT_FIXED, follow_up, mediation, delivery=1),
        _event(5, at(20), Event.CLOSED, mediation, closed),
        _event(3, at(18), Event.CHASED, collection, collection),
        _event(3, at(19), Event.CHASED, collection, collection),
    ]


def material(**changes: Any) -> Material:
    """All of it; what is named instead of what is there."""
    cases = {fact.number: fact for fact in _cases()}
    made = Material(
        window=WINDOW,
        start=START,
        until=END,
        end=END,
        received=[fact for fact in cases.values() if fact.created_at >= START],
        received_previous=(100, 101),
        cases=cases,
        events=_events(),
        open=[fact for fact in cases.values() if fact.open],
        closed_by=40,
        promised=[PromiseFact(2, date(2026, 11, 19), kept=False), PromiseFact(1, date(2026, 11, 18), kept=True)],
        rated_well=frozenset({(2, at(20))}),
        gatherings=[GatheringFact(1, (1, 6), ("三号楼路灯坏了", "路灯坏了三天"))],
        duty=[
            a_duty(1, date(2026, 11, 17), minutes=90, state=EntryState.CONFIRMED),
            a_duty(2, date(2026, 11, 18), deputy_id=SI, deputy="李四", station_id=THERE.id, type="visit"),
            a_duty(3, date(2026, 11, 9), filed_at=at(18)),
        ],
        deputies=[
            DeputyFact(SAN, "张三", frozenset({HERE.id})),
            DeputyFact(SI, "李四", frozenset({THERE.id})),
            DeputyFact(WU, "王五", frozenset({HERE.id, QUIET.id})),
        ],
        polls=[
            PollFact(3, PollKind.QUICK, "+路灯装哪里？", PollState.OPEN, 7, (HERE.id,), True, at(20), at(25), None),
            PollFact(2, PollKind.BALLOT, "接待日定哪天", PollState.CLOSED, 12, (), False, at(9), at(17), at(17)),
        ],
        projects=[ProjectFact(1, "加装电梯", ProjectState.CANDIDATE, HERE.id, 1, 2026, Phase.OPINIONS)],
        stations=[HERE, THERE, QUIET],
        names={SAN: "张三", SI: "李四", WU: "王五", GONE: "@赵六"},
    )
    return replace(made, **changes)


def a_duty(number: int, day: date, **changes: Any) -> DutyFact:
    entry = DutyFact(number, SAN, "张三", HERE.id, "reception", day, None, at(19), EntryState.FILED)
    return replace(entry, **changes)


def computed(**changes: Any) -> Figures:
    return figures.compute(material(**changes), DAYS)


def the_week(**changes: Any) -> Summary:
    """The summary of all of it."""
    return Summary(computed(**changes))


_NOTHING: Final = (
    *("received", "received_previous", "events", "open", "promised", "gatherings", "duty", "deputies", "polls"),
    "projects",
)


def an_empty_week() -> Summary:
    """Of an office where nothing ever happened."""
    return the_week(**dict.fromkeys(_NOTHING, ()), cases={}, closed_by=0, stations=[HERE], names={})
