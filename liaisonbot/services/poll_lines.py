"""How a poll is typed: ``QUESTION | OPTION | OPTION … [| sealed] [| 3d]``, and what stands at its end.

Instead of how long it runs it can say until when: ``2026-12-03``, ``2026-12-03 18:00``, 到周五, *until Friday*. Where
all the options are days or spans, the last one is an option like the others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final

from liaisonbot import dates, masking
from liaisonbot.errors import Refused
from liaisonbot.polls import LONGEST_NATIVE_OPTION, LONGEST_NATIVE_QUESTION, MOST_NATIVE_OPTIONS, MOST_OPTIONS, PollKind

FEWEST_OPTIONS: Final = 2
LONGEST_QUESTION: Final = 1000
"""Characters: with its options it still fits a message."""
LONGEST_OPTION: Final = 300
USUAL: Final = timedelta(days=3)
SHORTEST: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(days=30)
"""Telegram's own limit for a native poll is 2,628,000 seconds, a little more (Bot API, sendPoll)."""

_UNITS: Final[Mapping[str, timedelta]] = {
    word: span
    for words, span in (
        ("m min mins minute minutes 分 分钟", timedelta(minutes=1)),
        ("h hour hours 小时 个小时", timedelta(hours=1)),
        ("d day days 天 日", timedelta(days=1)),
        ("w week weeks 周 个星期 星期", timedelta(weeks=1)),
    )
    for word in words.split()
}
EVENING: Final = time(20)
"""When a poll ends that runs until a day."""
_UNTIL: Final = re.compile(r"(?:until|till|by)\s+|(?:截止到|截止|直到|到|至)\s*|(?=\d{4}\D\d{1,2}\D\d{1,2})")
"""A day alone may be an option; one with its year, or with such a word before it, says until when."""
_HOUR: Final = re.compile(r"(?:(?:at\s+)?(\d{1,2}):(\d{2})|(\d{1,2})点(?:钟)?)(?:为止|止|前)?")
_DURATION: Final = re.compile(rf"(-?\d{{1,5}})\s*({'|'.join(map(re.escape, _UNITS))})")
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "sealed": ("sealed", "密封"),
    "secret": ("secret", "无记名", "不记名"),
    "multiple": ("multiple", "several", "多选"),
    "members": ("members", "仅限群成员", "群成员"),
}
"""What may stand at the end of the line, and how it is written."""


@dataclass(frozen=True, slots=True)
class PollLine:
    """A poll as somebody typed it."""

    question: str
    options: tuple[str, ...]
    flags: frozenset[str] = field(default_factory=frozenset)
    runs: timedelta = USUAL

    @property
    def kind(self) -> PollKind:
        """Telegram's own poll where it fits, is not secret, and open to anybody; else a ballot in the private chat."""
        fits = (
            len(self.question) <= LONGEST_NATIVE_QUESTION
            and len(self.options) <= MOST_NATIVE_OPTIONS
            and all(len(option) <= LONGEST_NATIVE_OPTION for option in self.options)
        )
        return PollKind.QUICK if fits and not self.flags & {"secret", "members"} else PollKind.BALLOT


def read(line: str, now: datetime) -> PollLine:
    """The poll a line gives, as it is understood at that moment, in its own time zone. Raises Refused, saying what is
    wrong, for one that cannot be held.
    """
    parts = _parts(line.replace("\n", "|"))
    question, *rest = parts or [""]
    flags: set[str] = set()
    runs: timedelta | None = None
    while len(rest) > FEWEST_OPTIONS:
        flag, duration = flag_of(rest[-1]), None
        if not all(duration_of(part) or _end_of(part, now) for part in rest[:-1]):
            duration = _runs(rest[-1], now)
        if flag is not None and flag not in flags:
            flags.add(flag)
        elif duration is not None and runs is None:
            runs = duration
        else:
            break
        rest.pop()
    return checked(PollLine(question, tuple(rest), frozenset(flags), USUAL if runs is None else runs))


def _parts(line: str) -> list[str]:
    """Between the strokes, full-width ones included; empty ones are left out."""
    return [part for part in (" ".join(each.split()) for each in re.split(r"[|｜]", line)) if part]


def options_in(words: str) -> tuple[str, ...]:
    """Options typed by themselves: one in each line, or between strokes."""
    return tuple(_parts(words.replace("\n", "|")))


def flag_of(word: str) -> str | None:
    usual = _usual(word)
    return next((flag for flag, words in WORDS.items() if usual in words), None)


def duration_of(word: str) -> timedelta | None:
    """``36h``, ``3d``, 3天; None for anything else."""
    found = _DURATION.fullmatch(_usual(word))
    return int(found[1]) * _UNITS[found[2]] if found else None


def _end_of(word: str, now: datetime) -> datetime | None:
    """The moment a poll ends that runs until then; None for words that say no such thing."""
    usual = _usual(word)
    until = _UNTIL.match(usual)
    day, left = (until and dates.read(usual[until.end() :], now.date())) or (None, "")
    if day is None:
        return None
    hour = _HOUR.fullmatch(left) if left else None
    if left and hour is None:
        return None
    at = time(int(hour[1] or hour[3]) % 24, int(hour[2] or 0) % 60) if hour is not None else EVENING
    return datetime.combine(day, at, now.tzinfo)


def _runs(word: str, now: datetime) -> timedelta | None:
    ends = _end_of(word, now)
    if ends is None:
        return duration_of(word)
    if ends <= now:
        raise Refused("poll-end-past", typed=masking.shorten(word, 40))
    return timedelta(minutes=round((ends - now) / timedelta(minutes=1)))


def checked(line: PollLine) -> PollLine:
    """The line, if a poll can be held of it. Raises Refused."""
    for wrong in _CHECKS:
        refusal = wrong(line)
        if refusal is not None:
            raise refusal
    return line


def _no_question(line: PollLine) -> Refused | None:
    return None if line.question else Refused("poll-needs-question")


def _too_few(line: PollLine) -> Refused | None:
    return Refused("poll-too-few", n=FEWEST_OPTIONS) if len(line.options) < FEWEST_OPTIONS else None


def _too_many(line: PollLine) -> Refused | None:
    return (
        Refused("poll-too-many", n=len(line.options), most=MOST_OPTIONS) if len(line.options) > MOST_OPTIONS else None
    )


def _too_long(line: PollLine) -> Refused | None:
    if len(line.question) > LONGEST_QUESTION:
        return Refused("poll-question-long", n=len(line.question), most=LONGEST_QUESTION)
    long = next((option for option in line.options if len(option) > LONGEST_OPTION), None)
    return Refused("poll-option-long", option=masking.shorten(long, 40), most=LONGEST_OPTION) if long else None


def _twice(line: PollLine) -> Refused | None:
    seen: set[str] = set()
    for option in line.options:
        same = _usual(option)
        if same in seen:
            return Refused("poll-option-twice", option=masking.shorten(option, 40))
        seen.add(same)
    return None


def _how_long(line: PollLine) -> Refused | None:
    if line.runs < SHORTEST:
        return Refused("poll-too-short", n=int(SHORTEST / timedelta(minutes=1)))
    return Refused("poll-runs-long", n=LONGEST.days) if line.runs > LONGEST else None


_CHECKS: Final[Sequence[Callable[[PollLine], Refused | None]]] = (
    _no_question,
    _too_few,
    _too_many,
    _too_long,
    _twice,
    _how_long,
)


def _usual(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold()


def to_json(line: PollLine) -> dict[str, Any]:
    """As a dialogue keeps it."""
    return {
        "question": line.question,
        "options": list(line.options),
        "flags": sorted(line.flags),
        "minutes": int(line.runs / timedelta(minutes=1)),
    }


def from_json(raw: Mapping[str, Any]) -> PollLine:
    runs = timedelta(minutes=raw["minutes"])
    return PollLine(raw["question"], tuple(raw["options"]), frozenset(raw["flags"]), runs)
