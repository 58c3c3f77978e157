"""``/overdue``: what is over its limit, the longest first, by stage, deputy and rung of the ladder.

A case's button opens it, with the buttons to chase, to assign and to extend below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from liaisonbot import workflow
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Case
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission, may
from liaisonbot.ports import Overdue
from liaisonbot.services import arguments, cards, ladder
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Stage

PAGE: Final = 6
DEPUTIES: Final = 20
"""Deputies to choose from, those with most first."""
ANY: Final = "any"
STAGES: Final = (ANY, *(stage.value for stage in workflow.ON_THE_CLOCK))
RUNGS: Final = (ANY, *(rung.key for rung in ladder.OVER))


@dataclass(frozen=True, slots=True)
class _View:
    """What is shown: stage, deputy (``any``, or an id; 0 is nobody's) and rung, from which line on."""

    stage: str = ANY
    deputy: str = ANY
    rung: str = ANY
    offset: int = 0

    @classmethod
    def read(cls, rest: Sequence[str]) -> _View:
        if len(rest) != 4:
            raise Refused("old-button")
        stage, deputy, rung, offset = rest
        known = stage in STAGES and rung in RUNGS
        if not known or not _number_or_any(deputy) or not _number_or_any(offset) or offset == ANY:
            raise Refused("old-button")
        return cls(stage, deputy, rung, int(offset))

    @property
    def data(self) -> str:
        return f"{self.stage}:{self.deputy}:{self.rung}:{self.offset}"


def _number_or_any(word: str) -> bool:
    return word == ANY or (word.isascii() and word.isdecimal() and len(word) <= 12)


def overdue(visit: Visit, answers: Answers) -> None:
    """All of one's stations."""
    _show(visit, _View())


def _turn(visit: Visit, rest: Sequence[str]) -> None:
    """Another page, or another filter."""
    _show(visit, _View.read(rest))


def _choose_deputy(visit: Visit, rest: Sequence[str]) -> None:
    """Whose: those who have any, with how many."""
    view = _View.read(rest)
    wanted = replace(_wanted(visit, view), deputy_id=None)
    counts = visit.uow.cases.overdue_by_deputy(visit.desk.now, wanted)[:DEPUTIES]
    buttons = [Button(Text.of("overdue-all"), data=f"overdue:{replace(view, deputy=ANY, offset=0).data}")]
    for deputy_id, n in counts:
        label = Text.of("choice-overdue", name=_deputy_name(visit, deputy_id), n=n)
        buttons.append(Button(label, data=f"overdue:{replace(view, deputy=str(deputy_id or 0), offset=0).data}"))
    visit.toast()
    visit.show(Text.of("overdue-whose"), rows=cards.in_pairs(buttons))


def _deputy_name(visit: Visit, deputy_id: int | None) -> str | Text:
    entry = visit.uow.roster.get(deputy_id) if deputy_id else None
    return entry.name if entry else Text.of("no-deputy")


def _wanted(visit: Visit, view: _View) -> Overdue:
    """The same for the database; of one's own stations only, unless one owns all of them."""
    actor = visit.actor
    if not may(actor, Permission.QUEUE_READ):
        raise NotFound("unknown-command")
    rung = next((rung for rung in ladder.OVER if rung.key == view.rung), None)
    since, until = ladder.due_between(visit.desk, rung) if rung else (None, None)
    return Overdue(
        station_ids=None if actor.owner or actor.staff is None else actor.staff.station_ids,
        stage=None if view.stage == ANY else Stage(view.stage),
        deputy_id=None if view.deputy == ANY else int(view.deputy),
        since=since,
        until=until,
    )


def _show(visit: Visit, view: _View) -> None:
    wanted = _wanted(visit, view)
    cases, total = visit.uow.cases.overdue(visit.desk.now, wanted, offset=view.offset, limit=PAGE)
    last = view.offset + len(cases)
    text = Text.lines(
        Text.of("overdue-heading", n=total),
        *[_line(visit, case) for case in cases],
        Text.of("overdue-none") if not cases else None,
        Text.of("page", first=view.offset + 1, last=last, total=total) if cases and total > PAGE else None,
    )
    buttons = [Button(arguments.case_label(case), data=f"do:case:{case.number}") for case in cases]
    visit.toast()
    visit.show(text, rows=(*cards.in_pairs(buttons), *_turning(view, total), *_filters(visit, view)))


def _line(visit: Visit, case: Case) -> Text:
    rung = ladder.rung_of(visit.desk, case.due_at) if case.due_at else None
    return Text.of(
        "list-overdue",
        case=case.number,
        stage=Text.of(f"stage-{case.stage}"),
        deputy=cards.deputy_name(visit.uow, case),
        days=ladder.over(visit.desk, case.due_at) if case.due_at else 0,
        rung=_rung_name(rung.key) if rung else "",
        text=arguments.excerpt(case, 30),
    )


def _rung_name(key: str) -> Text:
    return Text.of(f"rung-{key}")


def _turning(view: _View, total: int) -> Rows:
    turns = []
    if view.offset > 0:
        back = replace(view, offset=max(0, view.offset - PAGE))
        turns.append(Button(Text.of("button-previous"), data=f"overdue:{back.data}"))
    if view.offset + PAGE < total:
        forth = replace(view, offset=view.offset + PAGE)
        turns.append(Button(Text.of("button-next"), data=f"overdue:{forth.data}"))
    return (tuple(turns),) if turns else ()


def _filters(visit: Visit, view: _View) -> Rows:
    """Stage and rung go on to the next one with each press; deputies are chosen from a list."""
    every = Text.of("overdue-all")
    stage = every if view.stage == ANY else Text.of(f"stage-{view.stage}")
    rung = every if view.rung == ANY else _rung_name(view.rung)
    deputy = every if view.deputy == ANY else _deputy_name(visit, int(view.deputy))
    on_stage = replace(view, stage=_next(STAGES, view.stage), offset=0)
    on_rung = replace(view, rung=_next(RUNGS, view.rung), offset=0)
    return (
        (
            Button(Text.of("overdue-by-stage", value=stage), data=f"overdue:{on_stage.data}"),
            Button(Text.of("overdue-by-rung", value=rung), data=f"overdue:{on_rung.data}"),
        ),
        (Button(Text.of("overdue-by-deputy", value=deputy), data=f"overdueof:{view.data}"),),
    )


def _next(values: Sequence[str], value: str) -> str:
    return values[(values.index(value) + 1) % len(values)]


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"overdue": overdue}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"overdue": _turn, "overdueof": _choose_deputy}
