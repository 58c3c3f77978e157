"""The figures of a window as other programs get them: ``bot.py summary --format json``.

The keys are the public interface: scripts of others rely on them. Moments are ISO 8601 in the configured time zone;
categories, kinds, stages and outcomes are keys, stations their codes, deputies their names. ``none`` stands for cases
that had no station or no deputy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any, Final

from liaisonbot.definitions import DEFINITIONS
from liaisonbot.figures import Cases, Figures, Satisfaction, Spread
from liaisonbot.texts import LANGUAGES
from liaisonbot.vocabulary import Delivery, Outcome, Stage

NONE: Final = "none"
_SIMPLE: Final = (
    *("received", "received_previous", "answered", "closed", "answered_well_not_delivered"),
    *("reopened", "chased", "urged", "unassigned", "overdue"),
)
"""Figures that are a number of cases, and called the same in both."""
_OF_UNIT: Final = ("handed", "finished", "on_time", "overdue")


def as_json(
    figures: Figures,
    zone: tzinfo,
    *,
    station: str | None = None,
    area: str | None = None,
    deputy: str | None = None,
    which: bool = False,
) -> dict[str, Any]:
    """One object. ``station``: the code of the one it is about; ``area``, ``deputy``: by name. ``which``: also the
    numbers of the cases each counts, under ``cases``, by the same names.
    """
    codes = {each.id: each.code for each in figures.stations}
    cases = _which(figures, codes)
    n = _how_many(cases)
    told = {
        "window": {
            "label": figures.window.label,
            "from": figures.start.astimezone(zone).isoformat(),
            "to": figures.until.astimezone(zone).isoformat(),
        },
        "as_of": figures.end.astimezone(zone).isoformat(),
        "station": station,
        "area": area,
        "deputy": deputy,
        "received": n["received"],
        "received_previous": n["received_previous"],
        "by_channel": n["by_channel"],
        "by_kind": n["by_kind"],
        "by_category": n["by_category"],
        "by_station": n["by_station"],
        "by_deputy": n["by_deputy"],
        "business_climate": n["business_climate"],
        "stages": {stage.value: figures.stages[stage] for stage in Stage},
        "ageing": n["ageing"],
        "answered": n["answered"],
        "on_time": n["on_time"] | {"rate": figures.on_time_rate},
        "first_answer_days": _spread(figures.first_answer_days),
        "closed": n["closed"],
        "outcomes": n["outcomes"],
        "closing_days": _spread(figures.closing_days),
        "units": {unit.name: n["units"][unit.name] | {"rate": unit.rate} for unit in figures.units},
        "satisfaction": {
            part: n["satisfaction"][part] | {"n": said.n, "rate": said.rate}
            for part, said in figures.satisfaction.items()
        },
        "delivery": n["delivery"],
        "answered_well_not_delivered": cases["answered_well_not_delivered"],
        "promises": n["promises"],
        "reopened": n["reopened"],
        "chased": n["chased"],
        "urged": n["urged"],
        "unassigned": n["unassigned"],
        "overdue": n["overdue"],
        "gatherings": [
            {
                "case": found.case,
                "cases": list(found.cases),
                "words": list(found.words),
                "satisfied": found.satisfied,
            }
            for found in figures.gatherings
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
    return told | ({"cases": cases} if which else {})


def definitions() -> list[dict[str, Any]]:
    """What each figure counts and how, in both languages; ``figure``: where it stands in the object, a dot inside."""
    return [
        {"figure": each.json}
        | {
            language: dict(
                zip(("name", "counts", "how"), (said[language] for said in each.said().values()), strict=True)
            )
            for language in LANGUAGES
        }
        for each in DEFINITIONS.values()
    ]


def _which(figures: Figures, codes: Mapping[int, str]) -> dict[str, Any]:
    """The numbers of the cases behind the figures. What counts a case twice names it twice; of the stages, the open
    ones.
    """
    return {name: list(getattr(figures, name)) for name in _SIMPLE} | {
        "by_channel": _lists(figures.by_channel),
        "by_kind": _lists(figures.by_kind),
        "by_category": _lists(figures.by_category),
        "by_station": _lists(_named(figures.by_station, codes)),
        "by_deputy": _lists(_named(figures.by_deputy, figures.names)),
        "business_climate": {
            "cases": list(figures.business[""]),
            "tags": {tag: list(cases) for tag, cases in figures.business.items() if tag},
        },
        "stages": {
            stage.value: sorted(number for cases in ages for number in cases) for stage, ages in figures.ageing.items()
        },
        "ageing": {stage.value: [list(cases) for cases in ages] for stage, ages in figures.ageing.items()},
        "on_time": {
            "answered_on_time": list(figures.answered_on_time),
            "answered": list(figures.answered),
            "open_overdue": list(figures.open_overdue),
        },
        "first_answer_days": list(figures.answered),
        "outcomes": {outcome.value: list(figures.outcomes.get(outcome, ())) for outcome in Outcome},
        "units": {unit.name: {name: list(getattr(unit, name)) for name in _OF_UNIT} for unit in figures.units},
        "closing_days": list(figures.closed),
        "satisfaction": {part: _said(said) for part, said in figures.satisfaction.items()},
        "delivery": {level.name.lower(): list(figures.delivery[level]) for level in reversed(Delivery)},
        "promises": {
            "due": list(figures.promises_due),
            "kept": list(figures.promises_kept),
            "broken": list(figures.promises_broken),
        },
        "gatherings": [list(found.cases) for found in figures.gatherings],
    }


def _how_many(cases: dict[str, Any]) -> dict[str, Any]:
    """The same with the length of each list in its place; a list of lists keeps its places."""
    return {name: _length(found) for name, found in cases.items()}


def _length(found: Any) -> Any:
    if isinstance(found, dict):
        return _how_many(found)
    return [len(each) for each in found] if found and isinstance(found[0], list) else len(found)


def _named(grouped: Mapping[int, Cases], names: Mapping[int, str]) -> dict[str, Cases]:
    return {names.get(key, str(key)) if key else NONE: cases for key, cases in grouped.items()}


def _lists(grouped: Mapping[str, Cases]) -> dict[str, list[int]]:
    return {name: list(cases) for name, cases in grouped.items()}


def _counted(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _spread(spread: Spread) -> dict[str, Any]:
    return {"n": spread.n, "median": spread.median, "p90": spread.p90}


def _said(said: Satisfaction) -> dict[str, list[int]]:
    return {
        "satisfied": list(said.satisfied),
        "fair": list(said.fair),
        "dissatisfied": list(said.dissatisfied),
    }
