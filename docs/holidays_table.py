"""The table of holidays and make-up days that the program reads, taken from the ``holidays`` library.

``python -m docs.holidays_table`` (part of ``make docs``) writes it anew, such as when a newer library knows one more
year; ``tests/liaisonbot/test_working_days.py`` notices when that is due. The running bot reads the table alone: the
library takes 11 MB for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from importlib.metadata import version
from textwrap import fill
from typing import Final

from holidays.countries.china import China, ChinaStaticHolidays

from liaisonbot.working_days import TABLE

_SATURDAY: Final = 5
_HEAD: Final = """\
# Days that are not what their weekday says, by year: off, Mondays to Fridays that are free; worked, Saturdays and
# Sundays that are worked instead (调休). After the yearly notices of the General Office of the State Council
# (国务院办公厅关于部分节假日安排的通知), as the holidays library {version} has them (MIT, https://github.com/vacanza/holidays).
# Written by `python -m docs.holidays_table`; do not edit. Days of your own go to the file that files.calendar names.
"""


def table() -> str:
    """The whole file, as TOML."""
    noticed = ChinaStaticHolidays.special_public_holidays
    years = range(min(noticed), max(noticed) + 1)
    # All at once: a make-up day can stand in the notice for the year after.
    calendar = China(years=years)
    parts = [_HEAD.format(version=version("holidays"))]
    for year in years:
        differing = [day for day in _days(year) if calendar.is_working_day(day) is not (day.weekday() < _SATURDAY)]
        off = _written("off", (day for day in differing if day.weekday() < _SATURDAY))
        worked = _written("worked", (day for day in differing if day.weekday() >= _SATURDAY))
        parts.append(f"\n[{year}]\n{off}\n{worked}\n")
    return "".join(parts)


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def _written(name: str, days: Iterable[date]) -> str:
    listed = ", ".join(map(str, days))
    return fill(f"{name} = [{listed}]", 118, subsequent_indent="  ", break_on_hyphens=False)


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
