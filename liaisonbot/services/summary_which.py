"""Which cases a figure of a summary counts: they are listed, a page at a time, and each can be opened.

Most figures are also told by something (received: by kind, by category …): below the list of the whole stand the ways
to split it, and each of its parts is a list of its own. In buttons a part is ``SPLIT.TOKEN``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from liaisonbot import summary_words
from liaisonbot.categories import CATEGORIES, KINDS, TAGS
from liaisonbot.desk import Desk
from liaisonbot.facts import CaseFact
from liaisonbot.figures import AGES, CHANNELS, PARTS, Cases, Figures
from liaisonbot.outgoing import Button, Rows
from liaisonbot.services import cards, paging
from liaisonbot.summaries import WHICH, Summary, SummaryJob, Whose
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Delivery, Outcome, Rating
from liaisonbot.window_names import named
from liaisonbot.windows import Window
from liaisonbot.workflow import OPEN

PREFIX: Final = f"{WHICH}:"
PAGE: Final = 8
PARTS_ON_A_PAGE: Final = 20
_LONGEST: Final = 12
"""Digits of a number in a button."""

FIGURES: Final[Mapping[str, Callable[[Figures], Cases]]] = {
    "received": lambda found: found.received,
    "answered": lambda found: found.answered,
    "unanswered": lambda found: found.open_overdue,
    "closed": lambda found: found.closed,
    "open": lambda found: found.open,
    "overdue": lambda found: found.overdue,
    "unassigned": lambda found: found.unassigned,
    "rated": lambda found: _each_once(*_ratings(found).values()),
    "dissatisfied": lambda found: _each_once(*(said.dissatisfied for said in found.satisfaction.values())),
    "checked": lambda found: found.delivery_checks,
    "undelivered": lambda found: found.answered_well_not_delivered,
    "due": lambda found: found.promises_due,
    "broken": lambda found: found.promises_broken,
    "gathered": lambda found: _each_once(*_matters(found).values()),
    "reopened": lambda found: found.reopened,
    "chased": lambda found: found.chased,
    "urged": lambda found: found.urged,
    "business": lambda found: found.business[""],
}
"""Those that can be asked for with a button: what each counts."""


@dataclass(frozen=True, slots=True)
class Split:
    """A figure by something: of each key its cases, and what the key is called."""

    figure: str
    of: Callable[[Figures], Mapping[str, Cases]]
    name: Callable[[Figures, str], Text]
    keys: Sequence[str] | None = None
    """All there can be: a button names one by its place here, which is short. None: they are numbers, and stand there
    themselves.
    """

    def key(self, token: str) -> str:
        return token if self.keys is None else self.keys[int(token)]

    def token(self, key: str) -> str:
        return key if self.keys is None else str(self.keys.index(key))


def _said(sentence: str) -> Callable[[Figures, str], Text]:
    """The star stands for the key."""
    return lambda _, key: Text.of(sentence.replace("*", key))


_LEVELS: Final = {Rating.SATISFIED: "satisfied", Rating.FAIR: "fair", Rating.DISSATISFIED: "dissatisfied"}
_AGES: Final = tuple(str(place) for place in range(len(AGES) + 1))
SPLITS: Final[Mapping[str, Split]] = {
    "channel": Split("received", lambda found: found.by_channel, _said("channel-*"), CHANNELS),
    "kind": Split("received", lambda found: found.by_kind, _said("kind-*"), tuple(KINDS)),
    "category": Split("received", lambda found: found.by_category, _said("category-*"), tuple(CATEGORIES)),
    "station": Split("received", lambda found: _by_number(found.by_station), lambda found, key: _station(found, key)),
    "deputy": Split("received", lambda found: _by_number(found.by_deputy), lambda found, key: _deputy(found, key)),
    "time": Split("answered", lambda found: _in_time(found), _said("summary-time-*"), ("on_time", "late")),
    "outcome": Split(
        "closed",
        lambda found: {outcome.value: cases for outcome, cases in found.outcomes.items()},
        _said("summary-outcome-*"),
        tuple(Outcome),
    ),
    "stage": Split("open", lambda found: _by_stage(found), _said("stage-*"), OPEN),
    "age": Split("open", lambda found: _by_age(found), lambda _, key: _age(int(key)), _AGES),
    "rating": Split(
        "rated",
        lambda found: _ratings(found),
        lambda _, key: _rating(*key.split("-")),
        tuple(f"{part}-{int(level)}" for part in PARTS for level in _LEVELS),
    ),
    "delivery": Split(
        "checked",
        lambda found: {str(int(level)): cases for level, cases in found.delivery.items()},
        _said("cell-delivery-*"),
        tuple(str(int(level)) for level in reversed(Delivery)),
    ),
    "promise": Split(
        "due",
        lambda found: {"kept": found.promises_kept, "broken": found.promises_broken},
        _said("promises-*"),
        ("kept", "broken"),
    ),
    "matter": Split("gathered", lambda found: _matters(found), lambda _, key: Text.of("summary-matter", case=key)),
    "tag": Split("business", lambda found: found.business, _said("tag-*"), tuple(TAGS)),
}
"""The ways in which figures are split."""


def _each_once(*cases: Cases) -> Cases:
    return tuple(sorted(set().union(*cases)))


def _by_number(grouped: Mapping[int, Cases]) -> dict[str, Cases]:
    return {str(number): cases for number, cases in grouped.items()}


def _station(found: Figures, key: str) -> Text:
    names = {str(station.id): station.name for station in found.stations}
    return Text.of("summary-word", word=names[key]) if key in names else Text.of("bulletin-no-station")


def _deputy(found: Figures, key: str) -> Text:
    name = found.names.get(int(key))
    return Text.of("summary-word", word=name) if name else Text.of("bulletin-no-deputy")


def _in_time(found: Figures) -> dict[str, Cases]:
    timely = set(found.answered_on_time)
    return {
        "on_time": found.answered_on_time,
        "late": tuple(number for number in found.answered if number not in timely),
    }


def _by_stage(found: Figures) -> dict[str, Cases]:
    return {stage: _each_once(*ages) for stage, ages in found.ageing.items()}


def _by_age(found: Figures) -> dict[str, Cases]:
    classes = zip(*found.ageing.values(), strict=True)
    return {key: _each_once(*cases) for key, cases in zip(_AGES, classes, strict=True)}


def _age(place: int) -> Text:
    return Text.of("summary-age", age=summary_words.ages()[place])


def _ratings(found: Figures) -> dict[str, Cases]:
    return {
        f"{part}-{int(level)}": getattr(said, name)
        for part, said in found.satisfaction.items()
        for level, name in _LEVELS.items()
    }


def _rating(part: str, level: str) -> Text:
    return Text.of("summary-rated-as", part=Text.of(part), level=Text.of(f"rating-{level}"))


def _matters(found: Figures) -> dict[str, Cases]:
    """Those of them that were in scope: one that another station had is not named here."""
    return {
        str(each.case): tuple(number for number in each.cases if number in found.cases)
        for each in found.gatherings
        if each.case not in found.kept
    }


# --- what can be asked for --------------------------------------------------------------------------------------------


def known(asked: str) -> bool:
    """Whether a button can ask for that: a figure, one split, or one of its parts."""
    part, dot, token = asked.partition(".")
    if not dot:
        return part in FIGURES or part in SPLITS
    split = SPLITS.get(part)
    if split is None or not (token.isascii() and token.isdigit() and len(token) <= _LONGEST):
        return False
    return split.keys is None or int(token) < len(split.keys)


def choice(window: Window, whose: Whose) -> Rows:
    """A button for each figure."""
    each = [Button(_name(key), data=_data(window, whose, key)) for key in FIGURES]
    return cards.in_pairs(each)


def _data(window: Window, whose: Whose, asked: str, offset: int | None = 0) -> str:
    """Without an offset, as ``paging`` wants it."""
    return ":".join(["summary", WHICH, window.label, whose.data, asked, *([] if offset is None else [f"{offset}"])])


def _name(asked: str) -> Text:
    return Text.of(f"summary-figure-{asked}")


def _title(figures: Figures, asked: str) -> Text:
    part, _, token = asked.partition(".")
    if part in FIGURES:
        return _name(part)
    split = SPLITS[part]
    of = split.name(figures, split.key(token)) if token else Text.of(f"summary-split-{part}")
    return Text.of("summary-which-part", figure=_name(split.figure), part=of)


def _cases(figures: Figures, asked: str) -> Cases:
    """Each once, as far as they may be named; of a split as a whole, those of its figure."""
    part, _, token = asked.partition(".")
    if part in FIGURES:
        found = FIGURES[part](figures)
    else:
        split = SPLITS[part]
        found = split.of(figures).get(split.key(token), ()) if token else FIGURES[split.figure](figures)
    return figures.named(found)


# --- the answer -------------------------------------------------------------------------------------------------------


def lines(desk: Desk, summary: Summary, job: SummaryJob) -> tuple[Text, ...]:
    """The page of cases: number, what it is about, where it stood, whose it was at the end of the window. Where it is
    split the parts are buttons.
    """
    asked, offset = _asked(job)
    found = _cases(summary.figures, asked)
    head = Text.of(
        "summary-which-head",
        figure=_title(summary.figures, asked),
        n=len(found),
        window=named(summary.figures.window),
        place=Text.of("summary-place", name=summary.place) if summary.place else Text.of("summary-all-stations"),
    )
    if asked in SPLITS:
        return (head,)
    page = found[offset : offset + PAGE]
    shown = Text.of("page", first=offset + 1, last=offset + len(page), total=len(found)) if len(found) > PAGE else None
    each = [_line(desk, summary.figures, summary.figures.cases[number]) for number in page]
    return tuple(line for line in (head, *each, shown) if line is not None)


def rows(summary: Summary, job: SummaryJob, window: Window) -> Rows:
    """A button that opens each case of the page; the pages; the ways to split it; the other figures. Of a split, a
    button for each of its parts.
    """
    asked, offset = _asked(job)
    others = ((Button(Text.of("button-summary-which"), data=_data(window, job.whose, "", None).rstrip(":")),),)
    here = _data(window, job.whose, asked, None)
    if asked in SPLITS:
        parts = _parts(summary.figures, window, job.whose, asked)
        page = parts[offset : offset + PARTS_ON_A_PAGE]
        return (*cards.in_pairs(page), *paging.turns(here, offset, PARTS_ON_A_PAGE, len(parts)), *others)
    found = _cases(summary.figures, asked)
    openings = [
        Button(Text.of("button-open-case", case=number), data=f"do:case:{number}")
        for number in found[offset : offset + PAGE]
    ]
    splits = [
        Button(Text.of(f"summary-split-{key}"), data=_data(window, job.whose, key))
        for key, split in SPLITS.items()
        if found and split.figure == asked
    ]
    turns = paging.turns(here, offset, PAGE, len(found))
    return (*cards.in_pairs(openings, 4), *turns, *cards.in_pairs(splits, 3), *others)


def _parts(figures: Figures, window: Window, whose: Whose, asked: str) -> list[Button]:
    split = SPLITS[asked]
    found = split.of(figures)
    keys = [key for key in (split.keys if split.keys is not None else found) if figures.named(found.get(key, ()))]
    return [
        Button(
            Text.of("summary-part", name=split.name(figures, key), n=len(figures.named(found[key]))),
            data=_data(window, whose, f"{asked}.{split.token(key)}"),
        )
        for key in keys
    ]


def _asked(job: SummaryJob) -> tuple[str, int]:
    _, key, offset = job.what.split(":")
    return key, int(offset)


def _line(desk: Desk, figures: Figures, fact: CaseFact) -> Text:
    deputy = figures.names.get(fact.deputy_id or 0)
    return Text.of(
        "summary-case",
        case=fact.number,
        date=desk.working_days.local_day(fact.created_at),
        category=Text.of(f"category-{fact.category}"),
        stage=Text.of(f"stage-{fact.stage}"),
        deputy=deputy,
    )
