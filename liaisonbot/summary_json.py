"""The figures of a window as other programs get them: ``bot.py summary --format json``.

The keys are the public interface: scripts of others rely on them. Moments are ISO 8601 in the configured time zone;
categories, kinds, stages and outcomes are keys, stations their codes, deputies their names. ``none`` stands for cases
that had no station or no deputy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any, Final

from liaisonbot.figures import Cases, Figures, Satisfaction, Spread
from liaisonbot.vocabulary import Delivery, Outcome, Stage

NONE: Final = "none"
_OF_CASES: Final = (
    "received",
    "received_previous",
    "answered",
    "closed",
    "reopened",
    "chased",
    "urged",
    "unassigned",
    "overdue",
)
"""Figures that are a number of cases, and called the same in both."""


def as_json(figures: Figures, zone: tzinfo, *, station: str | None = None, which: bool = False) -> dict[str, Any]:
    """One object. ``station``: the code of the one it is about. ``which``: also the numbers of the cases each counts,
    under ``cases``, by the same names.
    """
    codes = {each.id: each.code for each in figures.stations}
    told = {
        "window": {
            "label": figures.window.label,
            "from": figures.start.astimezone(zone).isoformat(),
            "to": figures.until.astimezone(zone).isoformat(),
        },
        "as_of": figures.end.astimezone(zone).isoformat(),
        "station": station,
        "received": len(figures.received),
        "received_previous": len(figures.received_previous),
        "by_channel": _counts(figures.by_channel),
        "by_kind": _counts(figures.by_kind),
        "by_category": _counts(figures.by_category),
        "by_station": _counts(_named(figures.by_station, codes)),
        "by_deputy": _counts(_named(figures.by_deputy, figures.names)),
        "business_climate": {
            "cases": len(figures.business[""]),
            "tags": {tag: len(cases) for tag, cases in figures.business.items() if tag},
        },
        "stages": {stage.value: figures.stages[stage] for stage in Stage},
        "ageing": {stage.value: [len(cases) for cases in ages] for stage, ages in figures.ageing.items()},
        "answered": len(figures.answered),
        "on_time": {
            "answered_on_time": len(figures.answered_on_time),
            "answered": len(figures.answered),
            "open_overdue": len(figures.open_overdue),
            "rate": figures.on_time_rate,
        },
        "first_answer_days": _spread(figures.first_answer_days),
        "closed": len(figures.closed),
        "outcomes": {outcome.value: len(figures.outcomes.get(outcome, ())) for outcome in Outcome},
        "closing_days": _spread(figures.closing_days),
        "satisfaction": {part: _satisfaction(said) for part, said in figures.satisfaction.items()},
        "delivery": {level.name.lower(): len(figures.delivery[level]) for level in reversed(Delivery)},
        "answered_well_not_delivered": list(figures.answered_well_not_delivered),
        "promises": {
            "due": len(figures.promises_due),
            "kept": len(figures.promises_kept),
            "broken": len(figures.promises_broken),
        },
        "reopened": len(figures.reopened),
        "chased": len(figures.chased),
        "urged": len(figures.urged),
        "unassigned": len(figures.unassigned),
        "overdue": len(figures.overdue),
        "gatherings": [
            {"case": found.case, "cases": list(found.cases), "words": list(found.words)} for found in figures.gatherings
        ],
        "duty": {
            "entries": len(figures.duty),
            "by_type": _counted(entry.type for entry in figures.duty),
            "late": len(figures.duty_late),
            "deputies_without": [deputy.name for deputy in figures.deputies_without],
        },
        "polls": [
            {"number": poll.number, "question": poll.question, "status": poll.status.value, "voters": poll.voters}
            for poll in figures.polls
        ],
        "projects": {
            "by_state": {state.value: len(numbers) for state, numbers in figures.projects.items()},
            "by_phase": {phase or "reserve": len(numbers) for phase, numbers in figures.phases.items()},
        },
    }
    return told | ({"cases": _which(figures, codes)} if which else {})


def _which(figures: Figures, codes: Mapping[int, str]) -> dict[str, Any]:
    """The numbers behind the figures. What counts a case twice names it twice."""
    simple = (
        "received",
        "received_previous",
        "answered",
        "closed",
        "reopened",
        "chased",
        "urged",
        "unassigned",
        "overdue",
    )
    return {name: list(getattr(figures, name)) for name in simple} | {
        "by_channel": _lists(figures.by_channel),
        "by_kind": _lists(figures.by_kind),
        "by_category": _lists(figures.by_category),
        "by_station": _lists(_named(figures.by_station, codes)),
        "by_deputy": _lists(_named(figures.by_deputy, figures.names)),
        "business_climate": {tag or "cases": list(cases) for tag, cases in figures.business.items()},
        "ageing": {stage.value: [list(cases) for cases in ages] for stage, ages in figures.ageing.items()},
        "on_time": {
            "answered_on_time": list(figures.answered_on_time),
            "open_overdue": list(figures.open_overdue),
        },
        "outcomes": {outcome.value: list(figures.outcomes.get(outcome, ())) for outcome in Outcome},
        "satisfaction": {
            part: {
                "satisfied": list(said.satisfied),
                "fair": list(said.fair),
                "dissatisfied": list(said.dissatisfied),
            }
            for part, said in figures.satisfaction.items()
        },
        "delivery": {level.name.lower(): list(figures.delivery[level]) for level in reversed(Delivery)},
        "promises": {
            "due": list(figures.promises_due),
            "kept": list(figures.promises_kept),
            "broken": list(figures.promises_broken),
        },
    }


def _named(grouped: Mapping[int, Cases], names: Mapping[int, str]) -> dict[str, Cases]:
    return {names.get(key, str(key)) if key else NONE: cases for key, cases in grouped.items()}


def _counts(grouped: Mapping[str, Cases]) -> dict[str, int]:
    return {name: len(cases) for name, cases in grouped.items()}


def _lists(grouped: Mapping[str, Cases]) -> dict[str, list[int]]:
    return {name: list(cases) for name, cases in grouped.items()}


def _counted(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _spread(spread: Spread) -> dict[str, Any]:
    return {"n": spread.n, "median": spread.median, "p90": spread.p90}


def _satisfaction(said: Satisfaction) -> dict[str, Any]:
    return {
        "satisfied": len(said.satisfied),
        "fair": len(said.fair),
        "dissatisfied": len(said.dissatisfied),
        "n": said.n,
        "rate": said.rate,
    }
