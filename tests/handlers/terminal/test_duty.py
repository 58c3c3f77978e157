"""``bot.py export duty``."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from openpyxl import load_workbook

from liaisonbot.duty import EntryState
from liaisonbot.vocabulary import Role
from tests.support.makers import NOW, a_deputy, a_station
from tests.support.terminal import Place
from tests.support.units import a_unit


@pytest.fixture
def with_entries(furnished: Place) -> Place:
    """A draft and two that were filed, one with words that a spreadsheet would take for a formula."""
    with a_unit(furnished.database) as uow:
        deputy = a_deputy(uow, station=a_station(uow))
        for day, state, text in (
            (1, EntryState.DRAFT, None),
            (2, EntryState.FILED, "走访"),
            (3, EntryState.FILED, "=1+1"),
        ):
            uow.duty.add(
                deputy_id=deputy.id, station_id=min(deputy.station_ids), type="visit", day=date(2026, 11, day),
                state=state, now=NOW, text=text,
            )  # fmt: skip
    return furnished


def test_one_object_a_line(with_entries: Place) -> None:
    """Drafts included; days as the office has them, the last one not included."""
    told = with_entries.call("export", "duty")
    assert [json.loads(line)["status"] for line in told.out.splitlines()] == ["draft", "filed", "filed"]
    told = with_entries.call("export", "duty", "--since", "2026-11-02", "--until", "2026-11-03")
    assert [json.loads(line)["date"] for line in told.out.splitlines()] == ["2026-11-02"]


def test_a_confirmed_entry_has_its_points(with_entries: Place) -> None:
    """By the rule of the configuration; what waits has none."""
    with a_unit(with_entries.database) as uow:
        deputy = uow.roster.deputies()[0]
        confirmed = {"state": EntryState.CONFIRMED, "confirmed_by": Role.STAFF, "now": NOW}
        uow.duty.add(deputy_id=deputy.id, station_id=None, type="proposal", day=date(2026, 11, 4), **confirmed)
    told = with_entries.call("export", "duty")
    assert [json.loads(line)["points"] for line in told.out.splitlines()] == [None, None, None, 3.0]


def test_as_csv_and_as_a_workbook(with_entries: Place) -> None:
    """With the mark by which Excel knows UTF-8; no cell is a formula; the same columns in both."""
    raw = with_entries.call("export", "duty", "--format", "csv").raw
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row["text"] for row in rows][:2] == ["", "走访"]
    assert not rows[2]["text"].startswith("=")
    out = with_entries.folder / "duty.xlsx"
    assert with_entries.call("export", "duty", "--format", "xlsx", "--out", str(out)).code == 0
    sheet = load_workbook(out).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == list(rows[0])
    assert sheet.max_row == 4
