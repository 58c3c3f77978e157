"""What staff see of the guard: the list of what it holds, the buttons to release it, and how right its rules are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot import guard
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Case
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission, may
from liaisonbot.services import accusations, accused, cards, guarding, paging
from liaisonbot.services.doing import Answers, confirm, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

PAGE: Final = 4
"""Cases on a page: each takes three lines and a row of buttons of a phone's screen."""
ACTIONS: Final = ("release", "redirect", "falsealarm")
"""In the order of the buttons below a case of the list."""


def _show(visit: Visit, offset: int = 0) -> None:
    """The held cases of one's stations, oldest first, each with what can be done about it."""
    if not may(visit.actor, Permission.GUARD_READ):
        raise NotFound("unknown-command")
    visit.toast()
    text, rows = _list(visit, offset)
    visit.show(text, rows=rows)


def _list(visit: Visit, offset: int) -> tuple[Text, Rows]:
    owner = visit.actor.owner or visit.actor.staff is None
    stations = None if owner or visit.actor.staff is None else visit.actor.staff.station_ids
    found, total = accused.page(
        visit.uow,
        visit.actor,
        lambda at, most: visit.uow.guarded.waiting(stations, offset=at, limit=most),
        lambda case: case.number,
        offset=offset,
        limit=PAGE,
    )
    if not found and offset:
        return _list(visit, max(offset - PAGE, 0))
    marks = (Button(Text.of("button-guard-marks"), data="guardmarks"),)
    if not found:
        return Text.of("held-empty"), (marks,)
    pages = Text.of("page", first=offset + 1, last=offset + len(found), total=total) if total > PAGE else None
    lines = [_line(visit, case) for case in found]
    rows = (*(_actions(case, offset) for case in found), *_turning(offset, total), marks)
    return Text.lines(Text.of("held-title"), *lines, pages), rows


def _line(visit: Visit, case: Case) -> Text:
    found = visit.uow.guarded.of_case(case.number)
    newest = found[-1]
    return Text.of(
        "held-line",
        case=case.number,
        topic=Text.of(f"guard-name-{newest.topic}"),
        since=newest.since,
        text=cards.excerpt(case, 60),
    )


def _actions(case: Case, offset: int) -> tuple[Button, ...]:
    """What is done at once is done from the list, which is shown without the case then; the other one asks first."""
    number = case.number
    labels = (
        Text.of("button-release-of", case=number),
        Text.of("button-redirect"),
        Text.of("button-false-alarm"),
    )
    data = (f"held:{offset}:{name}:{number}" if name in _AT_ONCE else f"do:{name}:{number}" for name in ACTIONS)
    return tuple(Button(label, data=data) for label, data in zip(labels, data, strict=True))


def _turning(offset: int, total: int) -> Rows:
    return paging.turns("held", offset, PAGE, total)


def _turn(visit: Visit, rest: Sequence[str]) -> None:
    """``held:OFFSET`` turns the page; ``held:OFFSET:COMMAND:N`` does that to a case of it."""
    if not visit.place.private:
        raise Refused("private-please")
    match rest:
        case [offset]:
            _show(visit, number_in(offset))
        case [offset, command, number] if command in _AT_ONCE:
            _AT_ONCE[command](visit, {"case": number_in(number)})
            text, rows = _list(visit, number_in(offset))
            visit.show(text, rows=rows)
        case _:
            raise Refused("old-button")


def _show_marks(visit: Visit, rest: Sequence[str]) -> None:
    """How often each rule spoke, and how often it was right: words are improved where it was not."""
    if not may(visit.actor, Permission.GUARD_READ):
        raise NotFound("unknown-command")
    visit.toast()
    counted = [(topic, rule, counts) for topic, rule, counts in visit.uow.guarded.marks() if topic in guard.TOPICS]
    lines = [
        Text.of(
            "guard-marks-missed" if rule == guard.MISSED else "guard-marks-line",
            topic=Text.of(f"guard-name-{topic}"),
            rule=guard.rule_name(topic, rule, visit.language),
            **counts,
        )
        for topic, rule, counts in counted
    ]
    visit.show(Text.lines(Text.of("guard-marks-title"), *(lines or [Text.of("guard-marks-none")])))


def _release(visit: Visit, answers: Answers) -> None:
    case = guarding.release(visit.uow, visit.desk, visit.actor, answers["case"])
    confirm(visit, case, "done-released", deputy=cards.deputy_name(visit.uow, case))


def _redirect(visit: Visit, answers: Answers) -> None:
    case = guarding.redirect(visit.uow, visit.desk, visit.actor, answers["case"], answers.get("text"))
    confirm(visit, case, "done-redirected", in_words=True)


def _false_alarm(visit: Visit, answers: Answers) -> None:
    case = guarding.false_alarm(visit.uow, visit.desk, visit.actor, answers["case"])
    more = accusations.besides(visit.uow, case.number)
    if not more:
        confirm(visit, case, "done-false-alarm")
        return
    cases, ways = " ".join(f"#{number}" for number in more), cards.to_type("falsealarm", more)
    confirm(visit, case, "done-false-alarm-but", in_words=True, cases=cases, ways=ways)


def _missed(visit: Visit, answers: Answers) -> None:
    topic = guard.TOPICS[answers["topic"]]
    case = guarding.missed(visit.uow, visit.desk, visit.actor, answers["case"], topic)
    visit.done(Text.of("done-missed", case=case.number, topic=Text.of(f"guard-name-{topic.key}")))


_AT_ONCE: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"release": _release, "falsealarm": _false_alarm}

PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "held": lambda visit, answers: _show(visit),
    "release": _release,
    "redirect": _redirect,
    "falsealarm": _false_alarm,
    "missed": _missed,
}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"held": _turn, "guardmarks": _show_marks}
