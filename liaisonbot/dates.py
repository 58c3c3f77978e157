"""Days as people write them: 明天, 下周五, 12月3日, 三天后, tomorrow, next Friday, 3 Dec, 2026/12/3, 20261203.

A table of ways to write a day, tried from top to bottom at the beginning of what was typed. Whoever asked says the day
back with its weekday, since 下周五 and *next Friday* are taken for the one of next week, and a day without a year for
the next there is. Why no library reads them: docs/decisions/0026.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Final

_Groups = Sequence[str | None]
Found = date | None
"""None: written like a day, and there is no such day."""

_NUMERALS: Final = "零一二三四五六七八九十"
_NUMBER: Final = r"\d{1,3}|[一二两三四五六七八九十]{1,3}"
_WEEKDAYS_ZH: Final = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_WEEKDAYS_EN: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS_EN: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY: Final = r"(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTH: Final = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_AHEAD: Final = {
    "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3, "昨天": -1, "前天": -2, "大前天": -3,
    "today": 0, "tomorrow": 1, "the day after tomorrow": 2, "day after tomorrow": 2, "yesterday": -1,
    "the day before yesterday": -2,
}  # fmt: skip
_THIS: Final = frozenset({"这", "本", "this"})


def read(rest: str, today: date, *, past: bool = False) -> tuple[Found, str] | None:
    """The day at the beginning of the line, and what is left of it; None where it does not begin like one.

    ``past``: a day without a year is the last there was, not the next there will be.
    """
    typed = usual(rest)
    for pattern, day_of in _WAYS:
        found = pattern.match(typed)
        if found is not None:
            day = None
            with suppress(ValueError, OverflowError):
                day = day_of(found.groups(), today, past)
            return day, rest[found.end() :].lstrip(" \t\n,，、。:：")
    return None


def usual(typed: str) -> str:
    """The same, letter by letter, with full-width letters, digits and signs as the usual ones, and small."""
    plain = (unicodedata.normalize("NFKC", letter) for letter in typed)
    return "".join(new if len(new) == 1 else old for old, new in zip(typed, map(str.lower, plain), strict=True))


def _number(written: str | None) -> int:
    """``12``, ``十二`` or ``两``."""
    if written is None:
        return 0
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.replace("两", "二").rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        raise ValueError(written)
    return (10 * (_NUMERALS.index(tens) if tens else 1) if ten else 0) + (_NUMERALS.index(ones) if ones else 0)


def _in_full(groups: _Groups, today: date, past: bool) -> date:
    year, month, day = (_number(group) for group in groups)
    return date(year, month, day)


def _without_year(month: int, day: int, today: date, past: bool) -> date:
    """The next such day from today on; the last one where it is past."""
    step = -1 if past else 1
    for year in range(today.year, today.year + 5 * step, step):  # the 29th of February is not in every year
        with suppress(ValueError):
            found = date(year, month, day)
            if found <= today if past else found >= today:
                return found
    raise ValueError("no such day")


def _month_and_day(groups: _Groups, today: date, past: bool) -> date:
    month, day = (_number(group) for group in groups)
    return _without_year(month, day, today, past)


def _day_of_month(groups: _Groups, today: date, past: bool) -> date:
    """``3号``: in this month, else in the next one that has it; ``下个月3号``."""
    which, day = groups[0], _number(groups[1])
    if which is not None:
        year, month = _months_on(today, 0 if which in _THIS else 1)
        return date(year, month, day)
    for ahead in range(4):
        year, month = _months_on(today, -ahead if past else ahead)
        with suppress(ValueError):
            found = date(year, month, day)
            if found <= today if past else found >= today:
                return found
    raise ValueError("no such day")


def _months_on(today: date, months: int) -> tuple[int, int]:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return year, month + 1


def _by_name(groups: _Groups, today: date, past: bool) -> date:
    return today + timedelta(days=_AHEAD[groups[0] or ""])


_DAYS_IN: Final = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "day": 1, "week": 7}


def _days_on(groups: _Groups, today: date, past: bool) -> date:
    return today + timedelta(days=_number(groups[0]) * _DAYS_IN[groups[1] or ""])


def _days_ago(groups: _Groups, today: date, past: bool) -> date:
    return today - timedelta(days=_number(groups[0]) * _DAYS_IN[groups[1] or ""])


def _later_by_months(groups: _Groups, today: date, past: bool) -> date:
    """On the same day of the month, or its last one. Half a month is fifteen days."""
    if groups[0] == "半":
        return today + timedelta(days=15)
    year, month = _months_on(today, _number(groups[0]))
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def _weekday_zh(groups: _Groups, today: date, past: bool) -> date:
    """``周五`` is the next there is, ``下周五`` the one of next week, ``上周五`` the one of last week."""
    which, name = groups
    return _weekday(_WEEKDAYS_ZH[name or ""], _weeks(which), today, past)


def _weeks(which: str | None) -> int | None:
    if which is None:
        return None
    return 0 if which in _THIS else -1 if which in ("上", "last") else len(which) if which != "next" else 1


def _weekday_en(groups: _Groups, today: date, past: bool) -> date:
    which, name = groups
    return _weekday(_WEEKDAYS_EN.index((name or "")[:3]), _weeks(which), today, past)


def _weekday(weekday: int, weeks: int | None, today: date, past: bool) -> date:
    if weeks is not None:
        return today + timedelta(days=weekday - today.weekday() + 7 * weeks)
    return (
        today - timedelta(days=(today.weekday() - weekday) % 7)
        if past
        else (today + timedelta(days=(weekday - today.weekday()) % 7))
    )


def _named_month(month: str | None, day: str | None, year: str | None, today: date, past: bool) -> date:
    number = _MONTHS_EN.index((month or "")[:3]) + 1
    return date(int(year), number, _number(day)) if year else _without_year(number, _number(day), today, past)


def _month_first(groups: _Groups, today: date, past: bool) -> date:
    return _named_month(groups[0], groups[1], groups[2], today, past)


def _day_first(groups: _Groups, today: date, past: bool) -> date:
    return _named_month(groups[1], groups[0], groups[2], today, past)


def _month_end(groups: _Groups, today: date, past: bool) -> date:
    which = groups[0]
    year, month = _months_on(today, 0 if which is None or which in _THIS else 1)
    return date(year, month, calendar.monthrange(year, month)[1])


def _year_end(groups: _Groups, today: date, past: bool) -> date:
    return date(today.year, 12, 31)


_END: Final = r"(?:前|之前)?(?=[\s,，、。:：]|$)"
"""What may follow: nothing that goes on with the word. ``12月3日前`` names that day."""

_WAYS: Final[tuple[tuple[re.Pattern[str], Callable[[_Groups, date, bool], date]], ...]] = tuple(
    (re.compile(f"(?:{pattern}){_END}"), day_of)
    for pattern, day_of in (
        (r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?[日号]?", _in_full),
        (r"(\d{4})(\d{2})(\d{2})", _in_full),
        (rf"({_NUMBER})\s?月\s?({_NUMBER})\s?[日号]?", _month_and_day),
        (r"(\d{1,2})[-/.](\d{1,2})", _month_and_day),
        (rf"(?:(下|这|本)个?月)?({_NUMBER})[日号]", _day_of_month),
        ("(" + "|".join(sorted(_AHEAD, key=len, reverse=True)) + ")", _by_name),
        (rf"({_NUMBER})\s?个?(天|日|周|星期|礼拜)(?:以前|之前|前)", _days_ago),
        (rf"({_NUMBER})\s?个?(天|日|周|星期|礼拜)(?:以后|之后|后|内|以内|之内)?", _days_on),
        (rf"({_NUMBER}|半)\s?个月(?:以后|之后|后|内|以内|之内)?", _later_by_months),
        (r"(下{1,3}|这|本|上)?个?(?:周|星期|礼拜)([一二三四五六日天])", _weekday_zh),
        (r"(\d{1,3}) (day|week)s? ago", _days_ago),
        (r"(?:in |within )?(\d{1,3}) (day|week)s?(?: from now| from today)?", _days_on),
        (r"(?:in |within )?(\d{1,2}) months?", _later_by_months),
        (rf"(?:on |by )?(?:(next|this|last) )?{_WEEKDAY}", _weekday_en),
        (rf"(?:on |by )?{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?", _month_first),
        (rf"(?:on |by )?(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (\d{{4}}))?", _day_first),
        (r"(下|这|本)?个?月(?:底|末)", _month_end),
        (r"(?:the )?end of (?:the |(this|next) )?month", _month_end),
        (r"(?:今年)?年(?:底|末)|(?:the )?end of (?:the|this) year", _year_end),
    )
)
