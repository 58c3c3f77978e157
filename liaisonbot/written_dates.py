"""Days and moments as sentences write them: 11月26日周四, Thu 26 Nov, 11月26日 10:00.

A table of forms and of the names in them. They are what Babel writes with the data of Unicode's CLDR for zh_Hans_CN and
en_GB, which the tests hold them to; decision 0041 says why the running bot does not ask Babel.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

FORMS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "date": "{month}月{day}日周{weekday}",
        "date_and_year": "{year}年{month}月{day}日周{weekday}",
        "long": "{year}年{month}月{day}日",
        "datetime": "{month}月{day}日 {hour:02}:{minute:02}",
    },
    "en": {
        "date": "{weekday} {day} {month_name}",
        "date_and_year": "{weekday} {day} {month_name} {year}",
        "long": "{day} {long_month_name} {year}",
        "datetime": "{day} {month_name}, {hour:02}:{minute:02}",
    },
}
"""Language → form → what is filled in. ``long`` is for what is printed and read for years."""
_WEEKDAYS: Final = {"zh": tuple("一二三四五六日"), "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_LONG_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")


def format_date(when: date, form: str, language: str) -> str:
    """The day in that form. ``when`` must be a datetime in the reader's time zone where the form has hours."""
    return FORMS[language][form].format(
        year=when.year,
        month=when.month,
        day=when.day,
        weekday=_WEEKDAYS[language][when.weekday()],
        month_name=_MONTHS[when.month - 1],
        long_month_name=_LONG_MONTHS[when.month - 1],
        **({"hour": when.hour, "minute": when.minute} if isinstance(when, datetime) else {}),
    )
