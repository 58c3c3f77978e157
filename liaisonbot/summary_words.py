"""The figures of a window in words: sections of lines, as the chat, the terminal and the bulletin say them.

What somebody has to see to comes first. The order of the rest is that of the weekly reports of the 12345 hotlines
(一周情况通报): what was received, how it was handled, what people say of it, what keeps coming back; then what the
deputies did. A line that has nothing to say is left out, and long lists are cut short: it is one message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from liaisonbot import window_names
from liaisonbot.categories import TAG_GROUPS, TAGS
from liaisonbot.definitions import DEFINITIONS
from liaisonbot.facts import PollFact
from liaisonbot.figures import AGES, Cases, Figures, Satisfaction
from liaisonbot.polls import PollState
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Delivery, Outcome, Stage
from liaisonbot.windows import Window, WindowKind

TOP: Final = 3
"""So many categories, and matters that keep coming back, are named."""
MOST_NUMBERS: Final = 12
"""Numbers of cases in one line; of more, how many there are."""
MOST_NAMES: Final = 8
MOST_POLLS: Final = 5
MOST_UNITS: Final = 3
QUESTION: Final = 40
"""Characters of a poll's question."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and what stands below it."""

    title: Text
    lines: tuple[Text, ...]


def text(figures: Figures, place: str | None) -> Text:
    """All of it as one message. ``place``: the station's name; None: all of them."""
    lines: list[Text | None] = [head(figures, place)]
    for section in sections(figures):
        lines += [Text.of("summary-title", title=section.title), *section.lines]
    return Text.lines(*lines)


def definitions() -> Text:
    """What each figure means, as the end of a file says it."""
    meant = [
        Text.of(
            "summary-definition",
            name=Text.of(f"figure-{key}"),
            counts=Text.of(f"figure-counts-{key}"),
            how=Text.of(f"figure-how-{key}"),
        )
        for key in DEFINITIONS
    ]
    return Text.lines(Text.of("summary-title", title=Text.of("summary-part-definitions")), *meant)


def head(figures: Figures, place: str | None) -> Text:
    """Which window, and whose."""
    return Text.lines(
        Text.of("summary-head", window=window_names.named(figures.window), place=whose(place)),
        *days(figures),
        Text.of("summary-empty") if figures.empty else None,
    )


def whose(place: str | None) -> Text:
    """Whose figures they are. ``place``: the station's name; None: all of them."""
    return Text.of("summary-place", name=place) if place else Text.of("summary-all-stations")


def days(figures: Figures) -> list[Text]:
    """Which days the window has, where its name does not say it; and that it is not over."""
    spelled = figures.window.kind is WindowKind.SPAN
    first, last = figures.window.first, figures.window.last
    return [
        *([] if spelled else [Text.of("summary-days", first=first, last=last)]),
        *([Text.of("summary-so-far", moment=figures.end)] if figures.so_far else []),
    ]


def caption(figures: Figures, place: str | None) -> Text:
    """What the chart shows, for those who do not see it."""
    oldest = sum(len(ages[-1]) for ages in figures.ageing.values())
    return Text.of(
        "summary-chart-caption",
        window=window_names.named(figures.window),
        place=whose(place),
        received=len(figures.received),
        closed=len(figures.closed),
        open=len(figures.open),
        old=oldest,
        attitude=percent(figures.satisfaction["attitude"].rate),
        result=percent(figures.satisfaction["result"].rate),
    )


def sections(figures: Figures) -> list[Section]:
    """Those that have something to say, the most important first."""
    made = ((key, [line for line in of(figures) if line is not None]) for key, of in SECTIONS.items())
    return [Section(Text.of(f"summary-part-{key}"), tuple(lines)) for key, lines in made if lines]


Lines = Iterable[Text | None]


def _first(figures: Figures) -> Lines:
    """What waits for somebody."""
    yield _cases(figures, "summary-overdue", figures.overdue)
    yield _cases(figures, "summary-unassigned", figures.unassigned)
    yield _cases(figures, "summary-well-not-delivered", figures.answered_well_not_delivered)


def _received(figures: Figures) -> Lines:
    now, before = len(figures.received), len(figures.received_previous)
    yield Text.of("summary-received", n=now, change=change(now, before, figures.window))
    yield _parts("summary-by-channel", figures.by_channel, lambda key: Text.of(f"channel-{key}"))
    yield _parts("summary-by-kind", figures.by_kind, lambda key: Text.of(f"kind-{key}"))
    if figures.by_category:
        top = list(figures.by_category.items())[:TOP]
        shares = [
            Text.of("summary-share", name=Text.of(f"category-{key}"), n=len(cases), share=percent(len(cases) / now))
            for key, cases in top
        ]
        yield Text.of("summary-by-category", parts=joined(shares))


def change(now: int, before: int, window: Window) -> Text:
    """How many more or fewer than in the window before."""
    unit = Text.of(f"summary-before-{window.kind}")
    if now == before:
        return Text.of("summary-same", before=unit)
    share = percent(abs(now - before) / before) if before else None
    return Text.of("summary-more" if now > before else "summary-fewer", before=unit, n=abs(now - before), share=share)


def _business(figures: Figures) -> Lines:
    """All nine tags in their three groups, also those that nobody spoke of; where nobody spoke of any, that."""
    whole = figures.business[""]
    if not whole:
        yield Text.of("summary-no-business")
        return
    groups: dict[str, list[Text]] = {key: [] for key in TAG_GROUPS}
    for key, tag in TAGS.items():
        groups[tag.group].append(Text.of("summary-part", name=Text.of(f"tag-{key}"), n=len(figures.business[key])))
    lines: Text | None = None
    for group in groups.values():
        line = joined(group) or Text.lines()
        lines = Text.of("summary-groups", before=lines, last=line) if lines else line
    yield Text.of("summary-business", n=len(whole), which=numbers(figures, whole), parts=lines)


def _handling(figures: Figures) -> Lines:
    yield Text.of(
        "summary-answered",
        n=len(figures.answered),
        on_time=len(figures.answered_on_time),
        overdue=len(figures.open_overdue),
        rate=percent(figures.on_time_rate),
    )
    for key, spread in (
        ("summary-first-answer", figures.first_answer_days),
        ("summary-closing", figures.closing_days),
    ):
        if spread.n:
            median = _within(spread.median) if spread.n > 1 else None  # of a single case there is no half
            yield Text.of(key, median=median, p90=_within(spread.p90))
    yield Text.of(
        "summary-closed",
        n=len(figures.closed),
        parts=_joined_parts(_outcomes(figures), lambda key: Text.of(f"summary-outcome-{key}")),
    )
    stages = [
        Text.of("summary-part", name=Text.of(f"stage-{stage}"), n=figures.stages[stage])
        for stage in Stage
        if stage is not Stage.CLOSED and figures.stages[stage]
    ]
    yield Text.of("summary-open", n=len(figures.open), parts=joined(stages))
    if figures.open:
        counts = [sum(map(len, column)) for column in zip(*figures.ageing.values(), strict=True)]
        each = [Text.of("summary-aged", age=age, n=n) for age, n in zip(ages(), counts, strict=True) if n]
        yield Text.of("summary-ageing", parts=joined(each))
    yield _units_below(figures)
    old = tuple(sorted(number for ages in figures.ageing.values() for number in ages[-1]))
    yield _cases(figures, "summary-old", old)


def _units_below(figures: Figures) -> Text | None:
    found = figures.units_below
    each = [
        Text.of("summary-unit", unit=unit.name, rate=percent(unit.rate), n=len(unit.finished) + len(unit.overdue))
        for unit in found[:MOST_UNITS]
    ]
    units = joined(each)
    return (
        Text.of("summary-units-below", n=len(found), minimum=f"{figures.unit_minimum}%", units=units) if units else None
    )


def ages() -> list[Text]:
    """The classes of ageing, as they are called where it is said that working days are meant."""
    return [
        Text.of("chart-age-first", days=AGES[0]),
        *(Text.of("chart-age", first=younger + 1, last=age) for younger, age in pairwise(AGES)),
        Text.of("chart-age-last", days=AGES[-1]),
    ]


def _outcomes(figures: Figures) -> Mapping[str, Cases]:
    return {outcome.value: figures.outcomes[outcome] for outcome in Outcome if figures.outcomes.get(outcome)}


def _said(figures: Figures) -> Lines:
    for part, said in figures.satisfaction.items():
        if said.n:
            yield _satisfaction(part, said)
    if not any(said.n for said in figures.satisfaction.values()):
        yield Text.of("summary-unrated")
    if figures.delivery_checks:
        counts = {level.name.lower(): len(figures.delivery[level]) for level in Delivery}
        yield Text.of("summary-delivery", **counts)
    if figures.promises_due:
        yield Text.of(
            "summary-promises",
            n=len(figures.promises_due),
            kept=len(figures.promises_kept),
            broken=len(figures.promises_broken),
            which=numbers(figures, figures.promises_broken),
        )
    yield _cases(figures, "summary-reopened", figures.reopened)
    yield _cases(figures, "summary-chased", figures.chased)
    yield _cases(figures, "summary-urged", figures.urged)


def _satisfaction(part: str, said: Satisfaction) -> Text:
    return Text.of(
        f"summary-satisfaction-{part}",
        rate=percent(said.rate),
        satisfied=len(said.satisfied),
        fair=len(said.fair),
        dissatisfied=len(said.dissatisfied),
        n=said.n,
    )


def _again(figures: Figures) -> Lines:
    for found in sorted(figures.gatherings, key=lambda found: (-len(found.cases), found.case))[:TOP]:
        words = joined([Text.of("summary-word", word=word) for word in found.words]) if found.words else None
        said = {None: None, True: "satisfied", False: "dissatisfied"}[found.satisfied]
        verdict = Text.of(f"summary-again-{said}") if said else None
        if found.case in figures.kept:
            continue
        yield Text.of("summary-again", case=found.case, n=len(found.cases), words=words, verdict=verdict)


def _duty(figures: Figures) -> Lines:
    types: dict[str, tuple[int, ...]] = {}
    for entry in figures.duty:
        types[entry.type] = (*types.get(entry.type, ()), entry.id)
    ordered = dict(sorted(types.items(), key=lambda item: (-len(item[1]), item[0])))
    yield Text.of(
        "summary-duty",
        n=len(figures.duty),
        parts=_joined_parts(ordered, lambda key: Text.of(f"duty-type-{key}"), most=5),
    )
    if figures.duty_late:
        yield Text.of("summary-duty-late", n=len(figures.duty_late))
    if figures.deputies_without:
        yield Text.of(
            "summary-without", n=len(figures.deputies_without), names=names([d.name for d in figures.deputies_without])
        )


def _projects(figures: Figures) -> Lines:
    running_first = sorted(figures.polls, key=lambda poll: poll.status is not PollState.OPEN)
    yield from map(poll_line, running_first[:MOST_POLLS])
    if len(figures.polls) > MOST_POLLS:
        yield Text.of("summary-more-polls", n=len(figures.polls) - MOST_POLLS)
    phases = {phase or "reserve": found for phase, found in figures.phases.items()}
    if phases:
        each = [
            Text.of(
                "summary-part",
                name=Text.of("summary-reserve") if phase == "reserve" else Text.of(f"phase-{phase}"),
                n=len(found),
            )
            for phase, found in phases.items()
        ]
        yield Text.of("summary-projects", n=sum(map(len, phases.values())), parts=joined(each))


def poll_line(poll: PollFact) -> Text:
    """What it asks, and how it stood."""
    question = poll.question if len(poll.question) <= QUESTION else f"{poll.question[: QUESTION - 1]}…"
    key = "summary-poll-open" if poll.status is PollState.OPEN else "summary-poll-closed"
    return Text.of(key, number=poll.number, question=question, n=poll.voters)


SECTIONS: Final[Mapping[str, Callable[[Figures], Lines]]] = {
    "first": _first,
    "received": _received,
    "business": _business,
    "handling": _handling,
    "said": _said,
    "again": _again,
    "duty": _duty,
    "projects": _projects,
}
"""In their order. The business climate (营商环境) stands by itself."""


# --- words of a line --------------------------------------------------------------------------------------------------


def joined(texts: Sequence[Text]) -> Text | None:
    """One after the other in a line; None where there are none."""
    if not texts:
        return None
    *before, last = texts
    return Text.of("summary-parts", before=joined(before), last=last) if before else last


Naming = Callable[[str], Text]


def _parts(key: str, grouped: Mapping[str, Sequence[int]], naming: Naming) -> Text | None:
    parts = _joined_parts(grouped, naming)
    return Text.of(key, parts=parts) if parts else None


def _joined_parts(grouped: Mapping[str, Sequence[int]], naming: Naming, most: int = 20) -> Text | None:
    """How many of each, of what there is any of."""
    found = [(name, len(cases)) for name, cases in grouped.items() if cases][:most]
    return joined([Text.of("summary-part", name=naming(name), n=n) for name, n in found])


def _cases(figures: Figures, key: str, cases: Cases) -> Text | None:
    return Text.of(key, n=len(cases), which=numbers(figures, cases)) if cases else None


def numbers(figures: Figures, cases: Cases) -> str:
    """The numbers as they are written, of those that may be named; of many, the first ones."""
    each = figures.named(cases)
    shown = " ".join(f"#{number}" for number in each[:MOST_NUMBERS])
    return f"{shown} …" if len(each) > MOST_NUMBERS else shown


def names(found: Sequence[str]) -> Text | None:
    """Names in a line; of many, the first ones."""
    shown = joined([Text.of("summary-word", word=name) for name in found[:MOST_NAMES]])
    return Text.of("summary-and-more", names=shown) if len(found) > MOST_NAMES else shown


def percent(share: float | None) -> str | None:
    """A share in whole per cent, halves upwards; None stays None."""
    return None if share is None else f"{int(share * 100 + 0.5)}%"


def _within(days: float | None) -> Text | None:
    """Working days, as many as it took; people do not say *within none*."""
    if days is None:
        return None
    return Text.of("summary-within", days=f"{days:g}", n=days) if days else Text.of("summary-within-a-day")
