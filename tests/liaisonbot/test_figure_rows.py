"""The rows per station and deputy: whose is what, and that each column comes to the whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from liaisonbot.figure_rows import NOBODY, FigureRow, by_deputy, by_station, whole
from liaisonbot.figures import PARTS, Figures
from tests.support.figures import GONE, HERE, SAN, SI, THERE, WU, computed

COUNTED = ("received", "answered", "answered_on_time", "open", "overdue", "open_overdue", "closed", "duty", "duty_late")


@pytest.mark.parametrize("split", [by_station, by_deputy])
def test_the_rows_add_up_to_the_whole(split: Callable[[Figures], list[FigureRow]]) -> None:
    figures = computed()
    rows, all_of_them = split(figures), whole(figures)

    for name in COUNTED:
        assert sum(len(getattr(row, name)) for row in rows) == len(getattr(all_of_them, name)) > 0, name
    for part in PARTS:
        for level in ("satisfied", "fair", "dissatisfied"):
            there = sorted(number for row in rows for number in getattr(row.satisfaction[part], level))
            assert there == sorted(getattr(figures.satisfaction[part], level))
    assert all_of_them.on_time_rate == figures.on_time_rate


def test_stations_where_something_was_and_what_belongs_to_none() -> None:
    rows = {row.id: row for row in by_station(computed())}

    assert list(rows) == [HERE.id, THERE.id, NOBODY]
    assert rows[HERE.id].received == (1, 4, 6)
    assert rows[HERE.id].on_time_rate == 1
    assert rows[THERE.id].on_time_rate == 0.5
    assert rows[NOBODY].open_overdue == (3,)
    assert rows[NOBODY].on_time_rate == 0


def test_every_deputy_has_a_row_also_those_without_anything_and_those_who_left() -> None:
    rows = {row.id: row for row in by_deputy(computed())}

    assert list(rows) == [SAN, SI, WU, GONE, NOBODY]
    assert rows[WU].empty
    assert rows[GONE].received == (4,)
    assert rows[SI].satisfaction["result"].n == 2
    assert rows[SI].satisfaction["result"].rate == 0.5
    assert [entry.id for entry in rows[SAN].duty_late] == [3]
