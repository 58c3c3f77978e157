"""``bot.py export cases``."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from tests.support.makers import a_case
from tests.support.terminal import ROOT, Place, with_cases
from tests.support.units import a_unit


def test_cases_are_one_object_a_line(furnished: Place) -> None:
    """On standard output, UTF-8 whatever the terminal thinks."""
    with_cases(furnished, 3)
    told = furnished.call("export", "cases")

    assert [json.loads(line)["number"] for line in told.out.splitlines()] == [1, 2, 3]


def test_a_window_is_of_whole_local_days(furnished: Place) -> None:
    """From the first day on, before the second, in the configured zone: 1 December begins at 16:00 UTC in Shanghai."""
    with a_unit(furnished.database) as uow:
        for hour in (15, 16):
            a_case(uow, now=datetime(2026, 11, 30, hour, 30, tzinfo=UTC))

    def numbers(*window: str) -> list[int]:
        return [json.loads(line)["number"] for line in furnished.call("export", "cases", *window).out.splitlines()]

    assert numbers("--since", "2026-12-01") == [2]
    assert numbers("--until", "2026-12-01") == [1]
    assert numbers("--since", "2026-12-01", "--until", "2026-12-02") == [2]
    assert numbers("--since", "2026-12-02") == []


@pytest.mark.parametrize("what", ["cases", "polls", "duty"])
def test_a_window_may_reach_to_the_ends_of_the_calendar_and_not_backwards(furnished: Place, what: str) -> None:
    """Days that UTC does not have any more are no reason to fail; an end before the beginning is wrong usage."""
    assert furnished.call("export", what, "--since", "0001-01-01", "--until", "9999-12-31").code == 0
    told = furnished.call("export", what, "--since", "2026-11-22", "--until", "2026-11-20")
    assert (told.code, told.out) == (2, "")
    assert "--until 2026-11-20 is before --since 2026-11-22" in told.err


def test_an_export_goes_to_a_file_whole_or_not_at_all(furnished: Place) -> None:
    """It replaces what was there only once it is complete, and only its owner can read it."""
    with_cases(furnished)
    out = furnished.write("cases.csv", "old")

    assert furnished.call("export", "cases", "--format", "csv", "--out", str(out)).code == 0
    (row,) = csv.DictReader(io.StringIO(out.read_text("utf-8-sig")))
    assert row["number"] == "1"
    assert out.stat().st_mode & 0o777 == 0o600
    assert furnished.call("export", "cases", "--out", str(furnished.folder / "no" / "x")).code == 1


def test_a_workbook_can_go_to_standard_output(furnished: Place) -> None:
    """For whoever pipes it on."""
    with_cases(furnished)

    assert furnished.call("export", "cases", "--format", "xlsx").raw.startswith(b"PK")


def test_a_reader_who_has_had_enough_is_no_error(furnished: Place) -> None:
    """``bot.py export cases | head -1``"""
    with_cases(furnished, 400)
    process = subprocess.Popen(
        [sys.executable, ROOT / "bot.py", "export", "cases"],
        cwd=furnished.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    complaints = process.stderr.read()

    assert (process.wait(30), complaints) == (0, b"")
    process.stderr.close()
