"""The words of a summary are one message of Telegram's, whatever a year brings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers import splitting
from liaisonbot import duty, summary_words
from liaisonbot.categories import CATEGORIES, KINDS, TAGS
from liaisonbot.facts import DeputyFact
from liaisonbot.figures import CHANNELS, Figures, Gathering, Satisfaction, Spread
from liaisonbot.polls import PollState
from liaisonbot.projects import Phase
from liaisonbot.summary_words import MOST_POLLS, SECTIONS
from liaisonbot.texts import LANGUAGES, Text, catalogue
from liaisonbot.unit_figures import UnitFigure
from liaisonbot.vocabulary import Delivery, Outcome, Stage
from liaisonbot.windows import Window, WindowKind
from tests.support.figures import a_duty, computed

MANY = tuple(range(1_000_001, 1_000_501))
LONG = "红旗街道第二联络站的一位名字很长很长的人大代表同志"


def a_busy_year() -> Figures:
    """Everything there can be, a lot of it, with long names."""
    some = computed()
    (poll, *_) = some.polls
    polls = [replace(poll, number=n, question=LONG * 4, status=PollState.OPEN) for n in range(1, 200)]
    said = Satisfaction(MANY, MANY, MANY)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(40)]
    return replace(
        some,
        window=Window.around(WindowKind.YEAR, date(2026, 5, 1)),
        received=MANY,
        by_channel=dict.fromkeys(CHANNELS, MANY),
        by_kind=dict.fromkeys(KINDS, MANY),
        by_category=dict.fromkeys(CATEGORIES, MANY),
        business=dict.fromkeys(("", *TAGS), MANY),
        stages=dict.fromkeys(Stage, 500_000),
        open=MANY,
        ageing=dict.fromkeys(some.ageing, (MANY,) * 5),
        answered=MANY,
        answered_on_time=MANY,
        open_overdue=MANY,
        first_answer_days=Spread(500, 12.5, 40),
        closing_days=Spread(500, 22.5, 80),
        closed=MANY,
        outcomes=dict.fromkeys(Outcome, MANY),
        satisfaction={"attitude": said, "result": said},
        delivery=dict.fromkeys(Delivery, MANY),
        answered_well_not_delivered=MANY,
        promises_due=MANY,
        promises_kept=(),
        reopened=MANY,
        chased=MANY,
        unassigned=MANY,
        overdue=MANY,
        gatherings=tuple(Gathering(n, MANY, ("红旗街道菜市场门口", "下水道堵", "路灯"), True) for n in MANY),
        duty=[a_duty(n, day, type=kind) for n, day in enumerate(days) for kind in duty.TYPES],
        duty_late=[a_duty(n, day) for n, day in enumerate(days)],
        deputies_without=[DeputyFact(n, LONG, frozenset({1})) for n in range(300)],
        polls=polls,
        phases=dict.fromkeys(("", *Phase), MANY),
        units=tuple(UnitFigure(n, f"{LONG}{n}", MANY, MANY, (), MANY) for n in range(50)),
        unit_minimum=90,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits_one_message_with_everything_there_can_be(language: str) -> None:
    say = catalogue(language, "Asia/Shanghai")
    places = " · ".join([LONG] * 3)

    assert len(splitting.pieces(say.render(summary_words.text(a_busy_year(), places)))) == 1
    assert splitting.fits(say.render(summary_words.caption(a_busy_year(), places)), splitting.CAPTION_LIMIT)


def test_of_many_polls_the_open_ones_are_named_and_the_others_counted() -> None:
    (poll, *_) = computed().polls
    closed = replace(poll, number=1, status=PollState.CLOSED)
    polls = [closed, *(replace(poll, number=n, status=PollState.OPEN) for n in range(2, MOST_POLLS + 4))]
    said = [line for line in SECTIONS["projects"](replace(computed(), polls=polls)) if line]

    assert [line.key for line in said[:MOST_POLLS]] == ["summary-poll-open"] * MOST_POLLS
    assert said[MOST_POLLS] == Text.of("summary-more-polls", n=3)


def test_what_waits_for_somebody_comes_first() -> None:
    """And is said once."""
    words = catalogue("zh", "Asia/Shanghai").plain(summary_words.text(computed(), None))
    first, *_ = summary_words.sections(computed())

    assert first.title == Text.of("summary-part-first")
    assert words.index("超过时限 1 件：#3") < words.index("收到民情 4 件")
    for said in ("超过时限 1 件", "待分派 1 件", "答复满意、落实不满意 1 件"):
        assert words.count(said) == 1


@pytest.mark.parametrize(
    ("language", "line"), [("zh", "办结用时：在 4 个工作日内"), ("en", "closing: within 4 working days")]
)
def test_of_a_single_case_no_half_is_spoken(language: str, line: str) -> None:
    """Half and nine tenths are said of several."""
    one = replace(computed(), closing_days=Spread.of([4]))
    words = catalogue(language, "Asia/Shanghai").plain(summary_words.text(one, None))
    assert f"{line}\n" in words
