"""How each kind of argument is read from what somebody typed or pressed.

A value is kept as plain JSON (text or a number), since a dialogue must survive a restart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from liaisonbot import categories, dates, guard, masking
from liaisonbot.commands import Kind
from liaisonbot.errors import Doubtful, Refused
from liaisonbot.model import RosterEntry
from liaisonbot.nothing import is_blank, is_nothing
from liaisonbot.permissions import Permission, role_for_deputy
from liaisonbot.services import (
    cards,
    duty_arguments,
    export_arguments,
    pairing_arguments,
    poll_arguments,
    project_arguments,
    receipt_codes,
    reception_arguments,
    score_arguments,
    search_arguments,
    sorting,
    summary_arguments,
    vote_lines,
    voter_report_arguments,
    works_arguments,
)
from liaisonbot.services.visit import Visit
from liaisonbot.texts import LANGUAGES, Text
from liaisonbot.vocabulary import ReplyClass, Role

Answers = Mapping[str, Any]

Read = tuple[Any, str]
"""The value, and what is left of the line."""


def first_word(rest: str) -> tuple[str, str]:
    word, _, left = re.match(r"(\S*)(\s*)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
    return word, left


NUMBER: Final = re.compile(r"#?([0-9]{1,15})$")

_CLASS: Final = re.compile(
    r"(class |类别? ?)?[(\[「【]?([^\W\d_])[)\]」】]?"
    r"(?:([类類]?[.:、,)]*)(?=\s|$|\d{4}[-/.年]\d|\d{8}(?!\d))|([类類]?:|[类類][,、.]))"
)
"""A letter that stands by itself, before a date, or with its sign."""

_ENGLISH_WORDS: Final = frozenset("aAiI")
"""Letters that are words of their own where English goes on behind them."""


def plain(word: str) -> str:
    """Full-width digits and signs as the usual ones."""
    return unicodedata.normalize("NFKC", word)


def _case(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    word, left = first_word(rest)
    number = NUMBER.match(plain(word))
    if number is None:
        raise Refused("need-case-number", typed=masking.shorten(word, 40))
    return int(number[1]), left


def _case_or_code(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """A number, or (as text) a receipt code: the two cannot be taken for each other, since a code has no digits."""
    code = receipt_codes.normalised(rest)
    return (code, "") if code else _case(visit, answers, rest)


def _text(visit: Visit, answers: Answers, rest: str) -> Read | None:
    return None if is_blank(rest) else (rest, "")


def _part(visit: Visit, answers: Answers, rest: str) -> Read | None:
    part, _, left = rest.replace("｜", "|").partition("|")
    return None if is_blank(part) else (part.strip(), left.strip())


def date_of(visit: Visit, pressed: str) -> str:
    """A day from a button, as it is kept among the answers."""
    read = _date(visit, {}, pressed)
    if read is None or read[1]:
        raise Refused("old-button")
    day: str = read[0]
    return day


def _past_date(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    day, left = _day(visit, rest, past=True)
    if day > visit.desk.today:
        raise Doubtful("date-to-come", left, date=day)
    return day.isoformat(), left


def _reply_class(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """The class a line names. A letter that is none is asked about: it may be a slip, and what goes out is read."""
    found = _CLASS.match(dates.usual(rest))
    if found is None or unicodedata.category(rest[found.start(2)]) == "Lo":  # of Chinese, a word
        return None
    letter, left = rest[found.start(2)], rest[found.end() :].lstrip()
    if _is_bare(found) and letter in _ENGLISH_WORDS - {"A"} and left[:1].isascii() and left[:1].isalpha():
        return None
    if found[2].upper() not in set(ReplyClass):
        raise Doubtful("class-unclear", left, typed=letter)
    return found[2].upper(), left


def _is_bare(found: re.Match[str]) -> bool:
    """Whether the letter stands there without anything that says it is a class."""
    return not (found[1] or found[3] or found[4])


def _new_class(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """The class a correction gives the reply, where it does: most corrections are of words, and a sentence may well
    begin with *A*. Any other letter is a word, too. One with nothing behind it is the class: no reply is one letter.
    """
    with suppress(Doubtful):
        read = _reply_class(visit, answers, rest)
        found = _CLASS.match(dates.usual(rest))
        if read is None or found is None:
            return None
        words = read[0] == ReplyClass.A and _is_bare(found) and read[1][:1].isascii() and read[1][:1].isalpha()
        return None if words else read
    return None


def _date(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    day, left = _day(visit, rest)
    if day < visit.desk.today:
        raise Doubtful("date-past", left, date=day)
    return day.isoformat(), left


def _leave_day(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """A day of a leave, which may have begun or be over. Without a year it is the next there is; the last there was in
    answer to a reminder (``reminded``), and where the next one is far: nobody means next November in November.
    """
    if not rest:
        return None
    today, oldest = visit.desk.today, timedelta(days=visit.desk.settings.duty.latest_days)
    (ahead, left), (before, _) = _day(visit, rest), _day(visit, rest, past=True)
    far = ahead - today > _FAR and today - before <= oldest
    day = before if "reminded" in answers or far else ahead
    if "first" in answers and day < date.fromisoformat(answers["first"]):
        day = ahead  # said without a year, it is still to come
    if today - day > oldest:
        raise Doubtful("leave-day-too-old", left, date=day, n=oldest.days)
    return day.isoformat(), left


_FAR: Final = timedelta(days=183)


def _working_date(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """A day by which somebody else is to be done: one that is off is asked about, unless ``keep:`` stands before it."""
    kept = rest.startswith(KEEP)
    read = _date(visit, answers, rest.removeprefix(KEEP))
    if read is not None and not kept and not visit.desk.working_days.is_working_day(day := date.fromisoformat(read[0])):
        raise Doubtful("date-off", read[1], date=day, why=day_off(visit, day))
    return read


KEEP: Final = "keep:"


def day_off(visit: Visit, day: date) -> Text:
    """What kind of day it is: a weekend, or a holiday."""
    return Text.of("day-weekend" if day.weekday() >= _SATURDAY else "day-holiday")


_SATURDAY: Final = 5


def working_day_from(visit: Visit, day: date) -> date:
    """That day, or the next one on which people work."""
    days = visit.desk.working_days
    return day if days.is_working_day(day) else days.day_after(day, 1)


def _day(visit: Visit, rest: str, *, past: bool = False) -> tuple[date, str]:
    """The day at the beginning of the line. Raises Doubtful where there is none; what is behind it goes on."""
    found = dates.read(rest, visit.desk.today, past=past)
    if found is None:
        raise Doubtful("need-date", rest, typed=masking.shorten(first_word(rest)[0], 40))
    day, left = found
    if day is None:
        typed = rest[: len(rest) - len(left)].strip()
        raise Doubtful("no-such-date", left, typed=masking.shorten(typed, 40))
    return day, left


def _deputy(visit: Visit, answers: Answers, rest: str) -> Read | None:
    return _one_of_roster(visit, answers, rest, staff=False)


def _our_deputy(visit: Visit, answers: Answers, rest: str) -> Read | None:
    read = _deputy(visit, answers, rest)
    found = visit.uow.roster.get(read[0]) if read else None
    if found is not None and not _may_read(visit, found):
        raise Refused("deputy-unknown-name", typed=masking.shorten(first_word(rest)[0], 40))
    return read


def _parting_deputy(visit: Visit, answers: Answers, rest: str) -> Read | None:
    former = [entry for entry in visit.uow.roster.former_deputies() if _may_read(visit, entry)]
    found = _entry_at_start(former, rest)
    if found is None or _entry_at_start(visit.uow.roster.deputies(), rest) is not None:
        return _our_deputy(visit, answers, rest)
    return found


def _may_read(visit: Visit, entry: RosterEntry) -> bool:
    return role_for_deputy(visit.actor, Permission.DUTY_READ, entry) is not None


def _deputy_or_staff(visit: Visit, answers: Answers, rest: str) -> Read | None:
    return _one_of_roster(visit, answers, rest, staff=True)


def _delegate(visit: Visit, answers: Answers, rest: str) -> Read | None:
    word, left = first_word(rest)
    return (0, left) if is_nothing(word) else _deputy(visit, answers, rest)


STAFF_QUEUE: Final = "staff"

_STAFF_WORDS: Final = ("staff", "工作人员")


def _one_of_roster(visit: Visit, answers: Answers, rest: str, *, staff: bool) -> Read | None:
    """By @username, by full name (spaces included), by ``id:7`` from a button, or ``staff``."""
    if not rest:
        return None
    word, left = first_word(rest)
    if staff and word.lower() in _STAFF_WORDS:
        return STAFF_QUEUE, left
    found = _entry_at_start(visit.uow.roster.deputies(), rest)
    if found is not None:
        return found
    raise Refused("deputy-unknown-name", typed=masking.shorten(word, 40))


def _entry_at_start(entries: list[RosterEntry], rest: str) -> tuple[int, str] | None:
    """Which of them the words begin with, and what comes behind."""
    word, left = first_word(rest)
    pressed = re.fullmatch(r"id:(\d{1,15})", word)
    if pressed and int(pressed[1]) in {entry.id for entry in entries}:
        return int(pressed[1]), left
    for entry in sorted(entries, key=lambda entry: -len(entry.name)):
        if entry.username and word.lower().lstrip("@") == entry.username:
            return entry.id, left
        if rest.lower().startswith(entry.name.lower()):
            after = rest[len(entry.name) :]
            if not after or not after[0].isalnum():
                return entry.id, after.strip(" ,，、:：\n")
    return None


def _units(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """Names of units, several with ``;``, or ``id:7`` from a button."""
    found: list[int] = []
    while rest:
        unit_id, rest = _unit_at_the_start(visit, rest)
        found.append(unit_id)
        if not rest.startswith((";", "；")):
            break
        rest = rest[1:].lstrip()
    return (found, rest) if found else None


def _unit_at_the_start(visit: Visit, rest: str) -> tuple[int, str]:
    word, left = first_word(rest)
    pressed = re.fullmatch(r"id:(\d{1,15})", word)
    if pressed and (unit := visit.uow.units.get(int(pressed[1]))):
        return unit.id, left
    lowered = rest.lower()
    for unit in sorted(visit.uow.units.all(), key=lambda unit: -len(unit.name)):
        if lowered.startswith(unit.name.lower()):
            after = rest[len(unit.name) :]
            if not after or not after[0].isalnum() or not unit.name[-1].isascii():
                return unit.id, after.lstrip(" ,，、:：\n")
    raise Refused("unit-unknown", typed=masking.shorten(re.split("[;；\\s]", rest)[0], 40))


def _more_units(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """Only asked for step by step: what is no unit belongs to what comes next in the line."""
    if is_nothing(rest):
        return [], ""
    try:
        return _units(visit, answers, rest)
    except Refused:
        return None


def _unit(visit: Visit, answers: Answers, rest: str) -> Read | None:
    return _unit_at_the_start(visit, rest) if rest else None


def _piece(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    piece, *left = re.split(r"[|｜]", rest, maxsplit=1)
    return piece.strip(), "".join(left).strip()


def _categories(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """Names of categories, several with ``;``; a word that says there are none."""
    if not rest:
        return None
    if is_nothing(rest):
        return [], ""
    keys = []
    for name in filter(None, (part.strip() for part in re.split("[;；、,，]", rest))):
        entry = categories.by_name(name)
        if entry is None:
            known = cards.listed([Text.of(f"category-{key}") for key in categories.CATEGORIES])
            raise Refused("category-unknown", typed=masking.shorten(name, 40), known=known)
        keys.append(entry.key)
    return keys, ""


def _station(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    word, left = first_word(rest)
    station = visit.uow.stations.by_code(word)
    if station is None:
        raise no_such_station(visit, word)
    return station.id, left


def no_such_station(visit: Visit, typed: str) -> Refused:
    """An owner, whom others are sent to for the right code, hears which there are."""
    said = masking.shorten(typed, 40)
    if not visit.actor.owner:
        return Refused("station-unknown-code", typed=said)
    known = [f"{station.code} {station.name}" for station in visit.uow.stations.all()]
    return Refused("station-unknown-of", typed=said, known=cards.names(known)) if known else Refused("station-none-yet")


NOBODY_NAMED: Final = "-"


def _contact(visit: Visit, answers: Answers, rest: str) -> Read | None:
    return ("" if is_nothing(rest) else rest, "") if rest else None


def _language(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    word, left = first_word(rest)
    chosen = {"中文": "zh", "english": "en"}.get(word.lower(), word.lower())
    if chosen not in LANGUAGES:
        raise Refused("need-language")
    return chosen, left


_INVITED: Final = {"deputy": Role.DEPUTY, "代表": Role.DEPUTY, "staff": Role.STAFF, "工作人员": Role.STAFF}


def _invited_role(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    word, left = first_word(rest)
    role = _INVITED.get(word.lower())
    if role is None:
        raise Refused("need-role", typed=masking.shorten(word, 40))
    return role.value, left


def _invited_name(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """All words but a station's code at the end."""
    words = rest.split()
    if not words:
        return None
    if len(words) > 1 and (visit.uow.stations.by_code(words[-1]) or _looks_like_a_code(words)):
        return " ".join(words[:-1]), words[-1]
    return " ".join(words), ""


def _looks_like_a_code(words: list[str]) -> bool:
    """A Chinese name and then Latin letters: a code that was mistyped, not a part of the name."""
    return words[-1].isascii() and not any(word.isascii() for word in words[:-1])


def _template(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    word, left = first_word(rest)
    number = NUMBER.match(plain(word))
    if number is None:
        raise Refused("need-template-number", typed=masking.shorten(word, 40))
    return int(number[1]), left


def _sorting(visit: Visit, answers: Answers, rest: str) -> Read | None:
    names = sorting.read(rest)
    return (names, "") if names else None


def _topic(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    topic = guard.by_name(rest)
    if topic is None:
        raise Refused("need-topic", typed=masking.shorten(rest, 40))
    return topic.key, ""


def _payload(visit: Visit, answers: Answers, rest: str) -> Read | None:
    return (rest, "") if rest else None


_MOMENT: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T\s]*(\d{1,2})[:：点时](\d{2})?分?(?=\s|$)")

_HOUR: Final = re.compile(
    r"(上午|早上|中午|下午|晚上)?\s?(\d{1,2})(?:[:点时](\d{2})?分?|(?= ?[ap]m))\s?(am|pm)?(?=\s|$)"
)

_AFTERNOON: Final = frozenset({"下午", "晚上", "pm"})

_BEFORE_HOUR: Final = re.compile(r"(.*?)\s*(?=(?:上午|早上|中午|下午|晚上)?\s?\d{1,2}(?:[:：点时]|\s?[AaPp][Mm]))")


def _moment(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """``2026-12-01 09:00`` or 明天 9点, local time, in UTC; None where the line does not begin with one.

    In front of words a blank ends it: 明天9点停水 is a part of these, and so is a moment in words that has passed.
    """
    written = _MOMENT.match(plain(rest))
    if written is None:
        return _moment_in_words(visit, rest, alone="announcement" in answers) if rest else None
    numbers = [int(number or 0) for number in written.groups()]
    try:
        at = datetime(*numbers, tzinfo=visit.desk.timezone).astimezone(UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        raise Refused("need-moment", typed=masking.shorten(rest, 40)) from None
    if at <= visit.desk.now:
        raise Refused("moment-past", at=visit.desk.moment(at))
    return at.isoformat(), rest[written.end() :].strip()


def _moment_in_words(visit: Visit, rest: str, *, alone: bool) -> Read | None:
    """``alone``: nothing else was asked for, so that what is no moment to come is refused."""
    found = _day_and_hour(visit, rest)
    at, left = found if found is not None else (None, "")
    if alone and (at is None or left):
        raise Refused("need-moment", typed=masking.shorten(rest, 40))
    if alone and at is not None and at <= visit.desk.now:
        raise Refused("moment-past", at=visit.desk.moment(at))
    return (at.isoformat(), left) if at is not None and at > visit.desk.now else None


def _day_and_hour(visit: Visit, rest: str) -> tuple[datetime, str] | None:
    """The moment at the beginning, in UTC, and what is left; None where there is none."""
    before = _BEFORE_HOUR.match(rest)
    found = dates.read(before[1], visit.desk.today) if before and before[1] else None
    hour = _HOUR.match(dates.usual(rest[before.end() :])) if before else None
    if before is None or found is None or found[0] is None or found[1].lower() not in ("", "at") or hour is None:
        return None
    number = int(hour[2])
    if (hour[1] in _AFTERNOON or hour[4] in _AFTERNOON) and number < _NOON:
        number += _NOON
    try:
        at = datetime.combine(found[0], time(number, int(hour[3] or 0)), visit.desk.timezone).astimezone(UTC)
    except ValueError:
        return None
    return at, rest[before.end() + hour.end() :].strip()


_NOON: Final = 12


def _announcement(visit: Visit, answers: Answers, rest: str) -> Read | None:
    return _own_number(rest, "need-announcement")


def _inquiry(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """A special inquiry that takes questions. Where there is one only, it need not be named."""
    open_ones = visit.uow.inquiries.open()
    if not open_ones:
        raise Refused("no-inquiry")
    pressed = re.match(r"id:(\d{1,15})(?=\s|$)", rest)
    if pressed:
        return int(pressed[1]), rest[pressed.end() :].strip()
    return (open_ones[0].id, rest) if len(open_ones) == 1 else None


def _own_number(rest: str, otherwise: str) -> Read | None:
    if not rest:
        return None
    word, left = first_word(rest)
    number = NUMBER.match(plain(word))
    if number is None:
        raise Refused(otherwise, typed=masking.shorten(word, 40))
    return int(number[1]), left


def _confirm(visit: Visit, answers: Answers, rest: str) -> Read | None:
    return ("yes", "") if rest == "yes" else None


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], Read | None]]] = {
    Kind.CASE: _case,
    Kind.CASE_OR_CODE: _case_or_code,
    Kind.CASE_INTO: _case,
    Kind.MERGED_CASE: _case,
    Kind.TEXT: _text,
    Kind.PART: _part,
    Kind.PAST_DATE: _past_date,
    Kind.REPLY_CLASS: _reply_class,
    Kind.NEW_CLASS: _new_class,
    Kind.DATE: _date,
    Kind.WORKING_DATE: _working_date,
    Kind.DEPUTY: _deputy,
    Kind.DEPUTY_OR_STAFF: _deputy_or_staff,
    Kind.DEPUTY_CARD: _deputy,
    Kind.OUR_DEPUTY: _our_deputy,
    Kind.PARTING_DEPUTY: _parting_deputy,
    Kind.DELEGATE: _delegate,
    Kind.UNITS: _units,
    Kind.MORE_UNITS: _more_units,
    Kind.UNIT: _unit,
    Kind.UNIT_WITH_CASE: _unit,
    Kind.PIECE: _piece,
    Kind.CATEGORIES: _categories,
    Kind.FIRST_DAY: _leave_day,
    Kind.LAST_DAY: _leave_day,
    Kind.STATION: _station,
    Kind.SERVED_STATION: _station,
    Kind.CONTACT: _contact,
    Kind.LANGUAGE: _language,
    Kind.INVITED_ROLE: _invited_role,
    Kind.INVITED_NAME: _invited_name,
    Kind.TEMPLATE: _template,
    Kind.SORTING: _sorting,
    Kind.TOPIC: _topic,
    Kind.PAYLOAD: _payload,
    Kind.MOMENT: _moment,
    Kind.ANNOUNCEMENT: _announcement,
    Kind.INQUIRY: _inquiry,
    Kind.CONFIRM: _confirm,
    **duty_arguments.READERS,
    **poll_arguments.READERS,
    **project_arguments.READERS,
    **vote_lines.READERS,
    **works_arguments.READERS,
    **reception_arguments.READERS,
    **score_arguments.READERS,
    **search_arguments.READERS,
    **summary_arguments.READERS,
    **pairing_arguments.READERS,
    **voter_report_arguments.READERS,
    **export_arguments.READERS,
    Kind.WORK_DUE: _date,
}
