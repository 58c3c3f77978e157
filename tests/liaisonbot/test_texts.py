"""Sentences say dates as people do, and show what people typed as they typed it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from liaisonbot import texts
from liaisonbot.clock import MovableClock
from liaisonbot.texts import LANGUAGES, Text, catalogue, pick_language, read_catalogue


@pytest.mark.parametrize(("language", "year"), [("zh", "2027年"), ("en", "2027")])
def test_a_day_of_another_year_names_it(language: str, year: str) -> None:
    """A promise for next January must not be read as this one's; which year this is the bot's clock tells."""
    words = catalogue(language, "Asia/Shanghai")
    clock = MovableClock()
    texts.go_by(clock)
    text = Text.of("card-promise", date=date(2027, 1, 15))
    clock.set(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    assert year in words.render(text)
    clock.move(timedelta(minutes=2))
    assert year not in words.render(text), "it is new year in Shanghai"


def test_markup_that_people_type_is_shown_and_ours_is_markup() -> None:
    """Escaped once, where it is rendered; a button's label is plain."""
    text = Text.of("card-text", text="<b>&</b>")
    words = catalogue("zh", "Asia/Shanghai")
    assert words.render(text) == "<blockquote>&lt;b&gt;&amp;&lt;/b&gt;</blockquote>"
    assert "<b>&</b>" in words.plain(Text.of("choice-case", case=1, text="<b>&</b>"))


def test_a_text_becomes_json_and_back_without_loss() -> None:
    """What stands in the outbox is what was promised, dates and nested sentences included."""
    when = datetime(2026, 11, 23, 2, 0, tzinfo=UTC) + timedelta(seconds=1)
    text = Text.lines(
        Text.of("card-promise", date=date(2026, 12, 1)), None, Text.of("x", at=when, n=1, inner=Text.of("y"))
    )
    assert Text.from_json(text.to_json()) == text


@pytest.mark.parametrize(
    ("wishes", "chosen"), [(("zh-hans", None), "zh"), ((None, "de"), "en"), (("en", "zh"), "en"), ((None, ""), "zh")]
)
def test_the_language_is_the_first_wish(wishes: tuple[str | None, ...], chosen: str) -> None:
    """zh… is Chinese, anything else English, nothing the default."""
    assert pick_language(*wishes, default="zh") == chosen


@pytest.mark.parametrize(
    ("figures", "zh", "en"),
    [
        ({"sent": 5, "failed": 0, "total": 5}, "✅ 发完了：送到 5 个，共 5 个", "✅ Done: 5 of 5 delivered"),
        (
            {"sent": 4, "failed": 1, "total": 5},
            "✅ 发完了：送到 4 个，没送到 1 个，共 5 个",
            "✅ Done: 4 of 5 delivered, 1 not delivered",
        ),
    ],
)
def test_what_is_not_there_is_left_out(figures: dict[str, int], zh: str, en: str) -> None:
    """Nobody reads of nought that did not arrive."""
    text = Text("announcement-is-done", figures)
    assert [catalogue(language, "UTC").plain(text) for language in ("zh", "en")] == [zh, en]


@pytest.mark.parametrize(("n", "said"), [(0, "张三（没有在办）"), (2, "张三（在办 2 件）")])
def test_nothing_can_be_said_in_other_words(n: int, said: str) -> None:
    """After a bar stands what is said instead; what people typed is not looked at."""
    assert catalogue("zh", "UTC").plain(Text.of("choice-deputy", name="张三", n=n)) == said
    odd = Text.of("choice-deputy", name="⟦{n}|x⟧", n=1)
    assert catalogue("zh", "UTC").plain(odd).startswith("⟦{n}|x⟧")


@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_that_can_be_left_out_are_well_formed(language: str) -> None:
    """Each names a blank, and none stays open."""
    for message in read_catalogue(language):
        for form in message.string if isinstance(message.string, (tuple, list)) else (message.string,):
            assert "⟦" not in texts._OPTIONAL.sub("", str(form)), message.id
            assert "⟧" not in texts._OPTIONAL.sub("", str(form)), message.id


def test_a_blank_without_a_filling_is_an_error_and_shown_to_nobody() -> None:
    """Whether some fillings are there or none at all; what can be left out is left out."""
    words = catalogue("zh", "UTC")
    for text in (Text.of("card-text"), Text.of("choice-case", case=1)):
        with pytest.raises(LookupError):
            words.render(text)
    with pytest.raises(LookupError):
        words.plain(Text.of("announcement-is-done"))
    assert catalogue("en", "UTC").plain(Text.of("choice-deputy", name="张三")).startswith("张三")
