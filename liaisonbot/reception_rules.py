"""When a station receives, as people write it: 每月第一个星期一 9-11, every second Tuesday 2pm-4pm, 12月7日 9-11.

A table of ways to write a rule, tried from top to bottom, and days as ``liaisonbot/dates.py`` reads them. What is kept
of a rule is a recurrence rule (RFC 5545) of local days; python-dateutil computes its days (docs/decisions/0035).
*Every second Tuesday* is every other one, *the second Tuesday* that of each month: whoever asked shows the next days
before anything is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from dateutil.rrule import rrulestr

from liaisonbot import dates

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""As a rule names them, in the order of ``date.weekday``."""
NTH: Final = (1, 2, 3, 4, -1)
"""Which weekday of a month; -1: the last."""
Hours = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Meant:
    """What was written. Either a rule, or days; the hours where they were said: one pair for all, or each day's own."""

    rule: str | None
    days: tuple[tuple[date, Hours | None], ...]
    hours: Hours | None

    @property
    def whole(self) -> bool:
        """Whether the hours are known of everything."""
        return self.hours is not None or (bool(self.days) and all(hours for _, hours in self.days))


def read(line: str, today: date) -> Meant | None:
    """What the line says; None where it says neither a rule nor days from today on."""
    typed = " ".join(dates.usual(line).split())
    before, hours, after = _split(typed)
    rule = rule_of(before) or rule_of(after)
    if rule is not None:
        return Meant(rule, (), hours)
    return _days(typed, today)


def occurrences(rule: str, first: date, since: date, until: date) -> list[date]:
    """The rule's days from ``since`` to ``until``, both included. It is counted from ``first``: of every other week,
    that one's.
    """
    found = rrulestr(rule, dtstart=_midnight(first)).between(_midnight(since), _midnight(until), inc=True)
    return [moment.date() for moment in found]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


# --- hours ------------------------------------------------------------------------------------------------------------

_HOUR: Final = r"(上午|早上|中午|下午|晚上|am|pm)? ?(\d{1,2})(?:[:.点时](\d{2}|半)?分?)? ?(am|pm)?"
_TO: Final = r" ?(?:-|–|—|~|到|至|to|until) ?"
_HOURS: Final = re.compile(rf"(?<![\d/.-])(?:from )?{_HOUR}{_TO}{_HOUR}(?![\d/-])")
_AFTERNOON: Final = frozenset({"下午", "晚上", "pm"})
_NOON: Final = 12


def hours_of(typed: str) -> Hours | None:
    """From when to when, as it stands anywhere in the words; None where it does not, or the end is not after it."""
    return _split(" ".join(dates.usual(typed).split()))[1]


def _split(typed: str) -> tuple[str, Hours | None, str]:
    """What stands before the hours, the hours, and what stands behind them."""
    for found in reversed(list(_HOURS.finditer(typed))):
        hours = _hours(found.groups())
        if hours is not None:
            return typed[: found.start()].strip(_LOOSE), hours, typed[found.end() :].strip(_LOOSE)
    return typed.strip(_LOOSE), None, ""


_LOOSE: Final = " ,，、。;；:："


def _hours(groups: Sequence[str | None]) -> Hours | None:
    part, hour, minute, sign = groups[:4]
    part_to, hour_to, minute_to, sign_to = groups[4:]
    begins_in = part or sign
    ends_in = part_to or sign_to
    with suppress(ValueError):
        ends = _time(hour_to, minute_to, ends_in or begins_in)
        begins = _time(hour, minute, begins_in or (ends_in if _in_the_afternoon(hour, hour_to, ends_in) else None))
        if begins < ends:
            return begins, ends
    return None


def _in_the_afternoon(hour: str | None, hour_to: str | None, ends_in: str | None) -> bool:
    """``2-4pm`` begins in the afternoon as well; ``9-2pm`` does not."""
    return ends_in in _AFTERNOON and int(hour or 0) < int(hour_to or 0)


def _time(hour: str | None, minute: str | None, part: str | None) -> time:
    number = int(hour or 0)
    if part in _AFTERNOON and number < _NOON:
        number += _NOON
    return time(number, 30 if minute == "半" else int(minute or 0))


# --- rules ------------------------------------------------------------------------------------------------------------

_ZH: Final = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_EN: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NTH_ZH: Final = {"一": 1, "1": 1, "二": 2, "2": 2, "三": 3, "3": 3, "四": 4, "4": 4}
_NTH_EN: Final = {
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1},
    **{"1st": 1, "2nd": 2, "3rd": 3, "4th": 4},
}
_DAY_ZH: Final = r"(?:周|星期|礼拜)([一二三四五六日天](?:[、,，和及 ]*(?:周|星期|礼拜)?[一二三四五六日天])*)"
_NAME_EN: Final = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_DAY_EN: Final = rf"({_NAME_EN}(?:(?:, | and |, and ){_NAME_EN})*)"
_WHICH_ZH: Final = r"((?:第?[一二三四1-4]个?[、,，和及 ]*)+|最后一?个?)"
_WHICH_EN: Final = (
    r"((?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
    r"(?:(?:, | and |, and )(?:first|second|third|fourth|last|1st|2nd|3rd|4th))*)"
)
_OF_MONTH: Final = r"(?: (?:of|in) (?:the|each|every) month| (?:each|every) month| monthly)"


def _weekdays(written: str | None) -> str:
    """Chinese and English names alike, in the order of the week."""
    found = {_ZH[letter] for letter in written or "" if letter in _ZH}
    found |= {_EN.index(name[:3]) for name in re.findall("[a-z]+", written or "") if name[:3] in _EN}
    return ",".join(WEEKDAYS[number] for number in sorted(found))


def _weekly(groups: Sequence[str | None]) -> str:
    return f"FREQ=WEEKLY;BYDAY={_weekdays(groups[0])}"


def _fortnightly(groups: Sequence[str | None]) -> str:
    return f"FREQ=WEEKLY;INTERVAL=2;BYDAY={_weekdays(groups[0])}"


def _monthly(groups: Sequence[str | None]) -> str:
    """``第一、三个周一``: each of them."""
    which, weekdays = groups[0] or "", _weekdays(groups[1])
    nths = {-1} if "最后" in which else {_NTH_ZH[each] for each in which if each in _NTH_ZH}
    nths |= {_NTH_EN[each] for each in re.findall(r"[a-z0-9]+", which) if each in _NTH_EN}
    if len(weekdays) > 2 or not nths:
        raise ValueError(which)
    days = ",".join(f"{nth}{weekdays}" for nth in sorted(nths, key=lambda nth: nth % 9))
    return f"FREQ=MONTHLY;BYDAY={days}"


def _by_date(groups: Sequence[str | None]) -> str:
    numbers = sorted({int(each) for each in re.findall(r"\d{1,2}", groups[0] or "")})
    if not numbers or not all(1 <= each <= 31 for each in numbers):
        raise ValueError(groups)
    return f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, numbers))}"


_WAYS: Final[tuple[tuple[re.Pattern[str], Callable[[Sequence[str | None]], str]], ...]] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (rf"(?:每两周|每2周|每隔一周|隔周|每双周)的?一?次?,? ?{_DAY_ZH}", _fortnightly),
        (rf"(?:每个?月的?)?{_WHICH_ZH}{_DAY_ZH}", _monthly),
        (rf"每(?:个|逢)?{_DAY_ZH}", _weekly),
        (rf"每周的?{_DAY_ZH}", _weekly),
        (r"每个?月的?((?:\d{1,2}[日号]?[、,，和及 ]*)+)", _by_date),
        (rf"(?:on )?every (?:other|second|2nd|two weeks on|2 weeks on) {_DAY_EN}", _fortnightly),
        (rf"(?:on )?(?:every two weeks|every 2 weeks|fortnightly),? (?:on )?{_DAY_EN}", _fortnightly),
        (rf"(?:on )?(?:the |every |each )?{_WHICH_EN} {_DAY_EN}{_OF_MONTH}", _monthly),
        (rf"(?:on )?(?:the |every |each )?{_WHICH_EN} {_DAY_EN}", _monthly),
        (rf"(?:on )?(?:every |each |weekly,? (?:on )?){_DAY_EN}", _weekly),
        (r"(?:on )?((?:mon|tues|wednes|thurs|fri|satur|sun)days(?:(?:, | and )(?:\w+days))*)", _weekly),
        (rf"(?:on )?(?:the )?((?:\d{{1,2}}(?:st|nd|rd|th)(?:, | and )?)+){_OF_MONTH}", _by_date),
    )
)


def rule_of(typed: str) -> str | None:
    """The recurrence rule that these words are; None where they are none."""
    for pattern, rule in _WAYS:
        found = pattern.fullmatch(typed.strip())
        if found is not None:
            with suppress(ValueError, KeyError):
                return rule(found.groups())
    return None


# --- days -------------------------------------------------------------------------------------------------------------


def _days(typed: str, today: date) -> Meant | None:
    """Several days, with hours behind each, or behind the last of those that have the same."""
    if _HOURS.fullmatch(typed):
        return None  # 9-11 alone is from nine to eleven, not a day in September
    found: list[tuple[date, Hours | None]] = []
    rest = typed.strip(_LOOSE)
    while rest:
        day = dates.read(rest, today)
        if day is None or day[0] is None or day[0] < today:
            return None
        rest = day[1].strip(_LOOSE)
        hours, rest = _hours_first(rest)
        found.append((day[0], hours))
        if hours is not None:
            found = [(each, own or hours) for each, own in found]
    return Meant(None, tuple(sorted(found)), None) if found else None


def _hours_first(rest: str) -> tuple[Hours | None, str]:
    """The hours with which the line goes on, and what is left."""
    found = _HOURS.match(rest)
    hours = _hours(found.groups()) if found else None
    return (hours, rest[found.end() :].strip(_LOOSE)) if found and hours else (None, rest)


# --- in parts, to be said ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parts:
    """A rule of the kinds above, taken apart: ``key`` is weekly, fortnightly, monthly or dates."""

    key: str
    weekdays: tuple[int, ...]
    nth: tuple[int, ...]
    days: tuple[int, ...]


def parts(rule: str) -> Parts:
    """What a rule says. Rules come from :func:`rule_of` only."""
    named = dict(part.split("=") for part in rule.split(";"))
    days = tuple(int(day) for day in named.get("BYMONTHDAY", "").split(",") if day)
    on = [re.fullmatch(r"(-?\d)?([A-Z]{2})", each) for each in named.get("BYDAY", "").split(",") if each]
    weekdays = tuple(dict.fromkeys(WEEKDAYS.index(each[2]) for each in on if each))
    nth = tuple(int(each[1]) for each in on if each and each[1])
    if days:
        return Parts("dates", (), (), days)
    if nth:
        return Parts("monthly", weekdays, nth, ())
    return Parts("fortnightly" if "INTERVAL" in named else "weekly", weekdays, (), ())
