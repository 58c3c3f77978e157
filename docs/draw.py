"""Draws ``docs/workflow.md`` from the table of stages, so that the page and the bot cannot differ.

``python -m docs.draw`` writes it anew; a test notices when it and ``liaisonbot/workflow.py`` differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from liaisonbot.permissions import GRANTS, Permission, Scope
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import Outcome, Stage
from liaisonbot.workflow import OPEN, STEPS, Event, Step

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "workflow.md"

_EN: Final = catalogue("en", "UTC")
_ZH: Final = catalogue("zh", "UTC")

_REACH: Final[Mapping[Scope, str]] = {
    Scope.OWN: "their own",
    Scope.ASSIGNED: "assigned to them",
    Scope.STATION: "of their stations",
    Scope.ANY: "any",
}


def page() -> str:
    """The whole page."""
    return f"{_HEAD}\n```mermaid\n{diagram()}\n```\n{_below_the_diagram()}\n{table()}\n\n{_OUTCOMES}\n{outcomes()}\n"


def diagram() -> str:
    """The moves from one stage to another, as a Mermaid state diagram.

    What can happen in every open stage is drawn once, from the frame around them.
    """
    lines = ["stateDiagram-v2", "    direction LR", '    state "open" as open {']
    lines += [f"        {stage}: {_both(f'stage-{stage}')}" for stage in OPEN]
    lines += [f"        {line}" for line in _arrows(step for step in STEPS if _inside(step))]
    lines += ["    }", f"    {Stage.CLOSED}: {_both('stage-closed')}"]
    lines += [f"    [*] --> {step.becomes}: {_on(step.on)}" for step in STEPS if step.when is None]
    lines += [f"    {line}" for line in _arrows(step for step in STEPS if _across(step))]
    lines += [f"    open --> {Stage.CLOSED}: {', '.join(_on(event) for event in _everywhere(Stage.CLOSED))}"]
    lines += [f"    {Stage.CLOSED} --> [*]"]
    return "\n".join(lines)


def table() -> str:
    """Every row: when in, on, becomes, needs, who may, who is told what. What all open stages share stands once."""
    rows = ["| when in | on | becomes | needs | who may | and tells |", "| --- | --- | --- | --- | --- | --- |"]
    shared = {*_everywhere(None), *_everywhere(Stage.CLOSED)}
    return "\n".join([*rows, *dict.fromkeys(_row(step, shared=step.on in shared) for step in STEPS)])


def outcomes() -> str:
    """How a case ends, and by what."""
    rows = ["| outcome | 中文 | by |", "| --- | --- | --- |"]
    for outcome in Outcome:
        events = dict.fromkeys(_on(step.on) for step in STEPS if step.outcome is outcome)
        rows.append(f"| `{outcome}` | {_ZH.plain(Text.of(f'outcome-{outcome}'))} | {', '.join(events)} |")
    return "\n".join(rows)


# --- parts of the diagram ---------------------------------------------------------------------------------------------


def _everywhere(becomes: Stage | None) -> tuple[Event, ...]:
    """The events that lead from every open stage to that one (None: back to itself)."""
    return tuple(
        event
        for event in Event
        if {step.when for step in STEPS if step.on is event and step.becomes is (becomes or step.when)} >= set(OPEN)
    )


def _inside(step: Step) -> bool:
    return step.when in OPEN and step.becomes in OPEN and step.on not in _everywhere(None)


def _across(step: Step) -> bool:
    """From open to closed, or back, other than in every stage."""
    ends = step.when is not None and (step.when is Stage.CLOSED or step.becomes is Stage.CLOSED)
    return ends and step.on not in _everywhere(Stage.CLOSED)


def _arrows(steps: Iterable[Step]) -> list[str]:
    """One arrow for each pair of stages, labelled with all that makes the case go that way."""
    pairs: dict[tuple[Stage | None, Stage], list[str]] = {}
    for step in steps:
        pairs.setdefault((step.when, step.becomes), []).append(_on(step.on))
    return [f"{when} --> {becomes}: {', '.join(events)}" for (when, becomes), events in pairs.items()]


def _below_the_diagram() -> str:
    staying = " and ".join(f"*{_on(event)}*" for event in _everywhere(None))
    return f"\nNot drawn: {staying} can happen in every open stage and leave the case in it.\n"


# --- parts of the table -----------------------------------------------------------------------------------------------


def _row(step: Step, *, shared: bool) -> str:
    when = "every open stage" if shared else step.when or "–"
    becomes = "the same" if shared and step.becomes is step.when else str(step.becomes)
    becomes += f" (`{step.outcome}`)" if step.outcome else ""
    told = ", ".join(f"{notice.to.replace('_', ' ')}: `{notice.text}`" for notice in step.tells)
    cells = (when, f"`{step.on}`", becomes, f"`{step.needs}`", _who(step.needs), told or "–")
    return f"| {' | '.join(cells)} |"


def _who(permission: Permission) -> str:
    return ", ".join(f"{role} ({_REACH[scope]})" for role, scope in GRANTS[permission].items())


def _on(event: Event) -> str:
    return event.replace("_", " ")


def _both(key: str) -> str:
    return f"{_ZH.plain(Text.of(key))} {_EN.plain(Text.of(key))}"


_HEAD: Final = """\
# The way of a case

This page is drawn from `liaisonbot/workflow.py` (stages) and `liaisonbot/permissions.py` (rights) by `make docs`.
To change what can happen to a case, change a row there. Every pair of stage and event that has no row is refused with a
sentence that names the stage and what is possible from it.
"""

_OUTCOMES: Final = """\
Nobody handles a case of their own, whatever other role they hold. A right reaches as far as the brackets say. The
system is the clock: `fell_silent` is what happens when nobody rated, or answered the check, in the time given.

## How a case ends

A case has an outcome exactly while it is closed.
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
