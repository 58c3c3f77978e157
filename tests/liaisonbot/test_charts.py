"""Charts: drawn with our own font, in both languages, whatever stands in them."""

from __future__ import annotations

import io
import warnings

import pytest

from liaisonbot.polls import MOST_OPTIONS
from liaisonbot.reports import charts
from liaisonbot.reports.charts import Bar, Chart, Drawing, Part, columns
from liaisonbot.texts import Text, catalogue


def a_chart(*labels: str) -> Chart:
    """A bar for each, of 3, 6, 9 …"""
    said = [Text.of("card-text", text=label) for label in labels]
    bars = tuple(Bar(label, (Part(3.0 * n),), note=label, marked=n == 1) for n, label in enumerate(said, start=1))
    return Chart(said[0], bars, below=(said[0],), legend=((said[0], "first"),), whole=12, threshold=(6, said[0]))


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_chart_is_as_wide_as_a_phone_and_as_high_as_it_must_be(language: str) -> None:
    """Every character in it has a shape: the font comes with the project."""
    say = catalogue(language, "Asia/Shanghai")
    kept = charts.to_be_made(a_chart("路灯", "长椅", "民生实事★☆①（％）“好”—…"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of what the font does not have
        few = charts.made(kept, say)
        many = charts.made(charts.to_be_made(a_chart(*["路灯"] * 12)), say)
    assert size_of(few)[0] == size_of(many)[0] == 1080
    assert size_of(many)[1] > size_of(few)[1]


def test_the_longest_is_still_a_photo_for_telegram() -> None:
    """As many options as a poll may have, each as long as all of them together leave room for: finer, not refused."""
    longest = a_chart(*["路灯和长椅" * 13] * MOST_OPTIONS)
    width, height = size_of(charts.made(charts.to_be_made(longest), catalogue("zh", "Asia/Shanghai")))
    assert width + height <= 10_000
    assert height <= 20 * width


def test_it_is_kept_as_it_was() -> None:
    """Until its turn comes, in whichever language that will be."""
    chart = a_chart("路灯", "长椅")
    assert charts.kept(charts.to_be_made(chart)) == chart


def test_english_is_drawn_with_narrow_marks() -> None:
    """The font's own are as wide as a Chinese character."""
    chart = a_chart("the deputies’ “vote”")
    (english,) = Drawing.of(chart, catalogue("en", "Asia/Shanghai")).below
    (chinese,) = Drawing.of(chart, catalogue("zh", "Asia/Shanghai")).below
    assert 'the deputies\' "vote"' in english
    assert "the deputies’ “vote”" in chinese


def test_an_empty_chart_can_be_drawn() -> None:
    """A poll in which nobody voted has bars of no length."""
    nothing = Drawing(
        "P3", [{"label": "路灯", "parts": [{"value": 0, "colour": "first"}], "note": "0", "marked": False}]
    )
    assert size_of(charts.draw(nothing))[0] == 1080


@pytest.mark.parametrize(
    "text",
    ["给老旧小区三号楼到七号楼的楼梯加装扶手，并在一层设置休息座椅，方便老人" * 2, "A covered market place " * 9],
)
def test_a_long_label_is_broken_into_lines(text: str) -> None:
    """None too wide, none beginning with a comma, and nothing lost."""
    lines = charts.broken(text, 40)
    assert len(lines) > 1
    assert all(columns(line) <= 42 for line in lines)
    assert all(line[0] not in "，。" for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_drawing_can_be_opened() -> None:
    """By those who look at it."""
    from PIL import Image

    with Image.open(
        io.BytesIO(charts.made(charts.to_be_made(a_chart("路灯")), catalogue("zh", "Asia/Shanghai")))
    ) as image:
        assert image.format == "PNG"
