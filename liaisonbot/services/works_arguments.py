"""Arguments that concern projects being carried out, and their appraisal; see ``arguments``.

A project is read together with the right to it: whoever may not do that to it is answered at once as if it did not
exist, and what is not possible in its state is refused before anybody types a long answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from liaisonbot import dates, masking, voting
from liaisonbot.commands import Command, Kind
from liaisonbot.errors import Doubtful, Refused
from liaisonbot.nothing import is_nothing
from liaisonbot.permissions import Permission
from liaisonbot.projects import Project, ProjectState
from liaisonbot.services import poll_lines, poll_views, project_names, projecting
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.voting import AppraisalRule, Base, Comparison

Answers = Mapping[str, Any]
_NUMBER: Final = re.compile(r"#?([0-9]{1,15})$")
_S, _P = ProjectState, Permission


# --- projects ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which projects an argument means: those in these states, for whoever has that right to them."""

    needs: Permission
    states: tuple[ProjectState, ...]


PROJECTS: Final[Mapping[Kind, Wanted]] = {
    Kind.WORK_TO_CONFIRM: Wanted(_P.PROJECT_KEEP, (_S.CHOSEN, _S.RUNNING)),
    Kind.WORK_TO_KEEP: Wanted(_P.PROJECT_KEEP, (_S.RUNNING,)),
    Kind.WORK_TO_TELL: Wanted(_P.PROJECT_SUPERVISE, (_S.RUNNING,)),
    Kind.WORK_TO_INSPECT: Wanted(_P.PROJECT_SUPERVISE, (_S.RUNNING, _S.DONE)),
    Kind.WORK_TO_APPRAISE: Wanted(_P.PROJECT_KEEP, (_S.RUNNING, _S.DONE)),
}


def check(visit: Visit, kind: Kind, number: int) -> Project:
    """The project, if the visitor may do that to it and it stands where that can be done. Raises NotFound, Refused."""
    wanted = PROJECTS[kind]
    project = projecting.find(visit.uow, visit.actor, number, wanted.needs)
    if project.state not in wanted.states:
        raise projecting.refusal(project)
    return project


def _reader(kind: Kind) -> Callable[[Visit, Answers, str], tuple[Any, str] | None]:
    def read(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
        if not rest:
            return None
        word, left = _first_word(rest)
        number = _NUMBER.match(unicodedata.normalize("NFKC", word))
        if number is None:
            raise Refused("need-project-number", typed=masking.shorten(word, 40))
        return check(visit, kind, int(number[1])).number, left

    return read


def _first_word(rest: str) -> tuple[str, str]:
    word, *left = rest.split(maxsplit=1)
    return word, "".join(left)


def _offer(kind: Kind) -> Callable[[Visit, Command, Answers], list[tuple[Text, str]]]:
    def offer(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
        wanted = PROJECTS[kind]
        found = visit.uow.projects.find(*wanted.states, limit=1000)
        own = [project for project in found if projecting.may(visit.uow, visit.actor, wanted.needs, project)]
        if not own:
            raise Refused("works-none-here")
        return [
            (
                Text.of("choice-work", number=each.number, title=project_names.title(each, 24)),
                str(each.number),
            )
            for each in own
        ]

    return offer


# --- unit, days -------------------------------------------------------------------------------------------------------


def _unit(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """A unit of the roster by its name, ``id:7`` from a button, or any name up to a stroke."""
    if not rest:
        return None
    pressed = re.fullmatch(r"id:(\d{1,15})", rest)
    if pressed:
        unit = visit.uow.units.get(int(pressed[1]))
        if unit is None:
            raise Refused("old-button")
        return unit.name, ""
    name, _, left = rest.replace("｜", "|").partition("|")
    if not name.strip():
        raise Refused("works-needs-unit")
    return " ".join(name.split()), left.strip()


def _offer_units(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    """Units of the roster; those for the project's category first."""
    project = visit.uow.projects.get(answers.get("project", 0))
    category = project.category if project else ""
    units = sorted(visit.uow.units.all(), key=lambda unit: category not in unit.categories)
    return [(Text.of("choice-unit-name", name=unit.name), f"id:{unit.id}") for unit in units[:12]]


def _offer_dues(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    """Half-years and years: such works take their time."""
    today = visit.desk.today
    ends = [date(year, month, day) for year in (today.year, today.year + 1) for month, day in ((6, 30), (12, 31))]
    return [(Text.of("choice-plain-date", date=end), end.isoformat()) for end in ends if end > today]


def _milestones(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """One in each line: a day, then what is to be reached by it. A word for nothing: none yet."""
    if not rest.strip():
        return None
    if is_nothing(rest):
        return [], ""
    found = []
    for line in filter(None, (part.strip() for part in re.split(r"[\n;；]", rest))):
        day, words = _day(visit, line)
        if not words:
            raise Refused("milestone-needs-words", date=day)
        if day < visit.desk.today:
            raise Refused("works-date-past", date=day)
        found.append([day.isoformat(), words])
    return found, ""


def _day(visit: Visit, line: str) -> tuple[date, str]:
    read = dates.read(line, visit.desk.today)
    if read is None or read[0] is None:
        raise Refused("milestone-needs-date", typed=masking.shorten(line, 40))
    return read[0], read[1].strip(" ,，、:：")


def _offer_no_milestones(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    return [(Text.of("choice-no-milestones"), "-")]


NEVER: Final = "-"


def _fix_by(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """The day by which a finding is to be put right, or a word for nothing: all is well."""
    if not rest:
        return None
    word, left = _first_word(rest)
    if is_nothing(word):
        return NEVER, left
    found = dates.read(rest, visit.desk.today)
    if found is None or found[0] is None:
        raise Doubtful("need-fix-by", rest)
    if found[0] < visit.desk.today:
        raise Doubtful("date-past", found[1], date=found[0])
    return found[0].isoformat(), found[1]


_FIX_DAYS: Final = (7, 15, 30)


def _offer_fix_by(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    days = [visit.desk.today + timedelta(days=ahead) for ahead in _FIX_DAYS]
    offered = [(Text.of("choice-date", date=day, n=(day - visit.desk.today).days), day.isoformat()) for day in days]
    return [*offered, (Text.of("choice-nothing-to-fix"), NEVER)]


def _own_id(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """The number of a milestone or an inspection, which buttons name."""
    if not rest:
        return None
    word, left = _first_word(rest)
    if not (word.isascii() and word.isdecimal() and len(word) <= 15):
        raise Refused("works-by-button")
    return int(word), left


# --- appraisal --------------------------------------------------------------------------------------------------------

DEPUTIES, SECRETLY, RESIDENTS, BOTH = "deputies", "secretly", "residents", "both"
JUDGES: Final[Mapping[str, frozenset[str]]] = {
    DEPUTIES: frozenset({"deputies", "deputy", "代表"}),
    SECRETLY: frozenset({"secret", "secretly", "无记名", "不记名", "代表无记名"}),
    RESIDENTS: frozenset({"residents", "groups", "居民", "群众", "各群"}),
    BOTH: frozenset({"both", "代表和居民", "都"}),
}
"""Who judges, and how that is written."""
SPANS: Final = (24 * 60, 3 * 24 * 60, 7 * 24 * 60, 14 * 24 * 60)
MINUTE: Final = timedelta(minutes=1)


def listed(judges: str) -> bool:
    """Whether all who may judge stand on a list, so that there is a whole of which there can be a half."""
    return judges in (DEPUTIES, SECRETLY)


def rules_for(judges: str) -> list[str]:
    """The rules by which these can be counted: a part of all members needs a list of them."""
    keys = list(voting.appraisal_rules())
    fit = [key for key in keys if listed(judges) or AppraisalRule.preset(key).base is not Base.ALL]
    return sorted(fit, key=lambda key: (AppraisalRule.preset(key).base is Base.ALL) is not listed(judges))


def _judges(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    return _word_of(rest, JUDGES, "appraisal-need-judges")


def _rule(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    fit = {key: frozenset({key}) for key in rules_for(answers.get("judges", DEPUTIES))}
    return _word_of(rest, fit, "appraisal-need-rule")


def _word_of(rest: str, words: Mapping[str, frozenset[str]], otherwise: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    word, left = _first_word(rest)
    found = next((key for key, known in words.items() if word.lower() in known), None)
    if found is None:
        raise Refused(otherwise, typed=masking.shorten(word, 40))
    return found, left


def _span(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    runs = poll_lines.duration_of(rest)
    if runs is None:
        raise Refused("appraisal-need-span", typed=masking.shorten(rest, 40))
    if runs < poll_lines.SHORTEST:
        raise Refused("poll-too-short", n=int(poll_lines.SHORTEST / MINUTE))
    if runs > poll_lines.LONGEST:
        raise Refused("poll-runs-long", n=poll_lines.LONGEST.days)
    return int(runs / MINUTE), ""


def _offer_judges(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    return [(Text.of(f"appraisal-judges-{judges}"), judges) for judges in JUDGES]


def _offer_rules(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    """Short enough for a button; the whole rule is shown before anything goes out."""
    rules = [AppraisalRule.preset(key) for key in rules_for(answers.get("judges", DEPUTIES))]
    return [
        (
            Text.of(
                "choice-rule", base=Text.of(f"appraisal-base-{rule.base}"), sign=sign_of(rule), part=str(rule.part)
            ),
            rule.key,
        )
        for rule in rules
    ]


def sign_of(rule: AppraisalRule) -> str:
    """Whether the part itself is enough, as one writes it."""
    return ">" if rule.comparison is Comparison.MORE else "≥"


def _offer_spans(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    return [(Text.of("choice-span", time=poll_views.duration(minutes)), f"{minutes}m") for minutes in SPANS]


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {
    **{kind: _reader(kind) for kind in PROJECTS},
    Kind.WORK_UNIT: _unit,
    Kind.WORK_MILESTONES: _milestones,
    Kind.WORK_FIX_BY: _fix_by,
    Kind.WORK_MILESTONE: _own_id,
    Kind.WORK_FINDING: _own_id,
    Kind.JUDGES: _judges,
    Kind.APPRAISAL_RULE: _rule,
    Kind.POLL_SPAN: _span,
}
OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], list[tuple[Text, str]]]]] = {
    **{kind: _offer(kind) for kind in PROJECTS},
    Kind.WORK_UNIT: _offer_units,
    Kind.WORK_DUE: _offer_dues,
    Kind.WORK_MILESTONES: _offer_no_milestones,
    Kind.WORK_FIX_BY: _offer_fix_by,
    Kind.JUDGES: _offer_judges,
    Kind.APPRAISAL_RULE: _offer_rules,
    Kind.POLL_SPAN: _offer_spans,
}
WIDE: Final = frozenset({*PROJECTS, Kind.WORK_UNIT, Kind.WORK_MILESTONES, Kind.JUDGES, Kind.APPRAISAL_RULE})
