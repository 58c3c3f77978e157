"""``bot.py summary``."""

from __future__ import annotations

import errno
import json
import tempfile
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from liaisonbot.definitions import DEFINITIONS
from tests.support.makers import a_case
from tests.support.terminal import Place
from tests.support.units import a_unit

KEYS = {
    "window",
    "station",
    "received",
    "received_previous",
    "by_kind",
    "by_category",
    "by_station",
    "by_deputy",
    "stages",
    "answered",
    "on_time",
    "first_answer_days",
    "closed",
    "outcomes",
    "satisfaction",
    "delivery",
    "answered_well_not_delivered",
    "promises",
    "reopened",
    "chased",
    "unassigned",
    "overdue",
    "duty",
    "polls",
}


@pytest.fixture
def week(furnished: Place) -> Place:
    """Two cases of the week of 16 November 2026, one on its last evening, and one after its midnight."""
    with a_unit(furnished.database) as uow:
        for day, hour in ((16, 2), (22, 15), (22, 16)):
            a_case(uow, now=datetime(2026, 11, day, hour, 30, tzinfo=UTC))
    return furnished


def test_a_week_ends_at_the_local_midnight_of_its_sunday(week: Place) -> None:
    told = json.loads(week.call("summary", "--week", "2026-W47", "--format", "json").out)

    assert set(told) >= KEYS
    assert told["received"] == 2
    assert told["window"] == {
        "label": "2026-W47",
        "from": "2026-11-16T00:00:00+08:00",
        "to": "2026-11-23T00:00:00+08:00",
    }


def test_days_are_named_by_the_first_and_the_one_after_the_last(week: Place) -> None:
    told = json.loads(
        week.call("summary", "--from", "2026-11-22", "--to", "2026-11-23", "--format", "json", "--cases").out
    )

    assert told["received"] == 1
    assert told["cases"]["received"] == [2]


def test_a_text_says_it_in_both_languages(week: Place) -> None:
    told = week.call("summary", "--week", "2026-W47")
    english = week.call("summary", "--week", "2026-W47", "--language", "en")

    assert "收到民情 2 件" in told.out
    assert "2 cases" in english.out
    assert "<b>" not in told.out + english.out


@pytest.mark.parametrize(("language", "title"), [("zh", "概览"), ("en", "Overview")])
def test_a_workbook_has_the_same_numbers(week: Place, language: str, title: str) -> None:
    out = week.folder / "week.xlsx"
    told = week.call(*("summary", "--week", "2026-W47", "--format", "xlsx", "--language", language, "--out", str(out)))

    assert told.code == 0
    book = load_workbook(out)
    assert book.sheetnames[0] == title
    assert [row[0].value for row in book.worksheets[2].iter_rows(min_row=2)] == [1, 2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--week", "2026-W60"), "no part of the calendar"),
        (("--week", "2099-W02"), "has not begun"),
        (("--week", "2026-W47", "--from", "2026-11-01"), "not both"),
        (("--from", "2026-11-02"), "both days"),
        (("--from", "2026-11-02", "--to", "2026-11-02"), "later than --from"),
        (("--week", "2026-W47", "--station", "nowhere"), "there is no station"),
        (("--week", "2026-W47", "--area", "nowhere"), "there is no area"),
        (("--week", "2026-W47", "--deputy", "nobody"), "there is no deputy"),
        (("--week", "2026-W47", "--deputy", "王芳", "--station", "YG"), "not both"),
        (("--week", "2026-W47", "--station", ""), "there is no station ''"),
        (("--from", "2/11", "--to", "2026-11-05"), "'2/11' is no day; write it like 2026-11-16"),
        (("--format", "pdf"), "'--format': 'pdf' is not one of 'text', 'json', 'xlsx', 'docx', 'png'"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(week: Place, words: tuple[str, ...], said: str) -> None:
    told = week.call("summary", *words)

    assert told.code == 2
    assert said in told.err
    assert "Traceback" not in told.err
    assert told.out == ""


def test_a_file_that_cannot_be_written_changes_nothing(week: Place) -> None:
    told = week.call("summary", "--week", "2026-W47", "--out", str(week.folder / "no" / "such" / "week.txt"))

    assert told.code == 1
    assert len(told.err.strip().splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_named_as_it_was_typed(week: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by the name of the file in which it is made."""

    def refused(**more: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "/srv/.week-x.txt")

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    out = week.folder / "week.txt"
    told = week.call("summary", "--week", "2026-W47", "--out", str(out))

    assert told.code == 1
    assert told.err.strip() == (f"{out}: it cannot be written here (permission denied); name a file in another folder")


@pytest.mark.parametrize(("form", "begins"), [("png", b"\x89PNG"), ("docx", b"PK\x03\x04")])
def test_files_are_written_for_whoever_has_no_telegram(week: Place, form: str, begins: bytes) -> None:
    written = week.folder / f"week.{form}"
    told = week.call("summary", "--week", "2026-W47", "--format", form, "--out", str(written), "--language", "en")

    assert told.code == 0
    assert written.read_bytes().startswith(begins)


def test_a_station_a_deputy_or_an_area_by_itself(week: Place) -> None:
    """The cases of the fixture are nobody's: they belong to no station."""
    with a_unit(week.database) as uow:
        uow.stations.save("YG", "阳光联络站", "城东")
    for words, place in (
        (("--station", "yg"), "阳光联络站"),
        (("--deputy", "王芳"), "王芳"),
        (("--area", "城东"), "城东"),
    ):
        told = week.call("summary", "--week", "2026-W47", *words)
        assert told.code == 0
        assert place in told.out
        assert "收到民情 0 件" in told.out


@pytest.mark.parametrize(
    ("language", "head", "says"), [("zh", "指标说明", "收到民情："), ("en", "What the figures mean", "Received: ")]
)
def test_a_file_of_text_ends_with_what_the_figures_mean(week: Place, language: str, head: str, says: str) -> None:
    """On the terminal they would push the figures out of sight."""
    out = week.folder / "week.txt"
    shown = week.call("summary", "--week", "2026-W47", "--language", language)
    week.call("summary", "--week", "2026-W47", "--language", language, "--out", str(out))
    written = out.read_text("utf-8")

    assert written.startswith(shown.out.rstrip("\n"))
    assert head in written
    assert head not in shown.out
    meant = written[written.index(head) :].splitlines()[1:]
    assert len(meant) == len(DEFINITIONS)
    assert any(line.startswith(says) for line in meant)


def test_a_file_of_json_says_what_its_figures_mean_in_both_languages(week: Place) -> None:
    out = week.folder / "week.json"
    week.call("summary", "--week", "2026-W47", "--format", "json", "--out", str(out))
    told = json.loads(out.read_text("utf-8"))
    meant = {each["figure"]: each for each in told["definitions"]}

    assert list(told)[-1] == "definitions"
    assert meant["received"]["zh"]["name"] == "收到民情"
    assert meant["received"]["en"]["counts"] == "Cases opened in the window."


def test_json_says_whose_figures_they_are(week: Place) -> None:
    with a_unit(week.database) as uow:
        uow.stations.save("YG", "阳光联络站", "城东")
    for words, whose in (
        ((), (None, None, None)),
        (("--station", "yg"), ("YG", None, None)),
        (("--area", "城东"), (None, "城东", None)),
        (("--deputy", "王芳"), (None, None, "王芳")),
    ):
        told = json.loads(week.call("summary", "--week", "2026-W47", "--format", "json", *words).out)
        assert (told["station"], told["area"], told["deputy"]) == whose
