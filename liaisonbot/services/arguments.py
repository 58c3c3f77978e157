"""How each kind of argument is read from what somebody typed or pressed, and how it is asked for with buttons.

A value is kept as plain JSON (text or a number), since a dialogue must survive a restart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from liaisonbot import categories, commands, dates, guard, masking
from liaisonbot.announcements import State
from liaisonbot.commands import Argument, Command, Kind
from liaisonbot.errors import Doubtful, Refused
from liaisonbot.model import Case, RosterEntry, Station
from liaisonbot.nothing import is_nothing
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import GRANTS, Permission, Scope, may_for_station
from liaisonbot.services import (
    cards,
    extensions,
    poll_arguments,
    project_arguments,
    receipt_codes,
    similar,
    sorting,
    vote_lines,
    works_arguments,
)
from liaisonbot.services.visit import Visit
from liaisonbot.texts import LANGUAGES, Text
from liaisonbot.vocabulary import ReplyClass, Role

Answers = Mapping[str, Any]
Read = tuple[Any, str]
"""The value, and what is left of the line."""

_CHOICES: Final = 24
"""Buttons a question shows at most; everything else can be typed."""
_CASES_TO_MERGE: Final = 8
_PROMISE_DAYS: Final = (7, 14, 30, 60)


DOUBT: Final = "_doubt"
"""Where ``parse`` leaves what has to be asked about before anything happens."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An argument of a line that could not be read, and why."""

    argument: str
    why: Text


def parse(visit: Visit, command: Command, rest: str, *, implied_case: int | None = None) -> dict[str, Any]:
    """The answers a line gives. What it does not give is left out; what it gives wrongly is refused, or stands as
    a :class:`Doubt` under ``DOUBT``, with the words that follow it: then nothing is done before that is asked.

    ``implied_case``: the case it is about when the line does not begin with a number. One that does leads over it.
    """
    answers: dict[str, Any] = {}
    for argument in command.arguments:
        if argument.kind in CASES and implied_case is not None and receipt_codes.normalised(rest) is None:
            if not _NUMBER.match(_plain(_first_word(rest.strip())[0])):
                answers[argument.name] = implied_case
                continue
            _require_clear(visit, command, implied_case, rest.strip())
        if argument.wanted is not None and not argument.wanted(answers):
            continue
        if DOUBT in answers and argument.kind not in FREE:
            continue
        try:
            read = READERS[argument.kind](visit, answers, rest.strip())
        except Doubtful as doubtful:
            answers[DOUBT] = Doubt(argument.name, Text(doubtful.key, doubtful.params))
            rest = doubtful.left
            continue
        if read is not None:
            answers[argument.name], rest = read
    return answers


def _require_clear(visit: Visit, command: Command, implied: int, rest: str) -> None:
    """Refuse a number that may as well be the first word about the implied case: the wrong person would read it.

    With its # it is the case's, and so is one that stands alone, or before what is not free words.
    """
    word, left = _first_word(rest)
    typed = _plain(word)
    if typed.startswith("#") or int(typed) == implied or not left:
        return
    for argument in command.arguments[1:]:
        if argument.kind is Kind.TEXT:
            raise Refused("which-case", typed=int(typed), case=implied, command=command.name)
        if argument.wanted is None and (not argument.guided or READERS[argument.kind](visit, {}, left) is not None):
            return


def parse_one(visit: Visit, command: Command, answers: Answers, kind: Kind, rest: str) -> dict[str, Any]:
    """The answer of that kind which the rest of a line gives."""
    argument = next((argument for argument in command.arguments if argument.kind is kind), None)
    read = READERS[kind](visit, answers, rest) if argument else None
    return {argument.name: read[0]} if argument and read else {}


def missing(command: Command, answers: Answers, *, guided: bool) -> Argument | None:
    """What is still to be asked; None when the command can be carried out."""
    for argument in command.arguments:
        if argument.name in answers or argument.optional or (argument.guided and not guided):
            continue
        if argument.wanted is None or argument.wanted(answers):
            return argument
    return None


# --- reading
# ------------------------------------------------------------------------------------------------------------


def _first_word(rest: str) -> tuple[str, str]:
    word, _, left = re.match(r"(\S*)(\s*)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
    return word, left


_NUMBER: Final = re.compile(r"#?([0-9]{1,15})$")
_CLASS: Final = re.compile(
    r"(class |类别? ?)?[(\[「【]?([^\W\d_])[)\]」】]?"
    r"(?:([类類]?[.:、,)]*)(?=\s|$|\d{4}[-/.年]\d|\d{8}(?!\d))|([类類]?:|[类類][,、.]))"
)
"""A letter that stands by itself, before a date, or with its sign."""
_ENGLISH_WORDS: Final = frozenset("aAiI")
"""Letters that are words of their own where English goes on behind them."""


def _plain(word: str) -> str:
    """Full-width digits and signs as the usual ones."""
    return unicodedata.normalize("NFKC", word)


def _case(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    word, left = _first_word(rest)
    number = _NUMBER.match(_plain(word))
    if number is None:
        raise Refused("need-case-number", typed=masking.shorten(word, 40))
    return int(number[1]), left


def _case_or_code(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """A number, or (as text) a receipt code: the two cannot be taken for each other, since a code has no digits."""
    code = receipt_codes.normalised(rest)
    return (code, "") if code else _case(visit, answers, rest)


def _text(visit: Visit, answers: Answers, rest: str) -> Read | None:
    return (rest, "") if rest else None


def _part(visit: Visit, answers: Answers, rest: str) -> Read | None:
    part, _, left = rest.replace("｜", "|").partition("|")
    return (part.strip(), left.strip()) if part.strip() else None


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
        raise Doubtful("need-date", rest, typed=masking.shorten(_first_word(rest)[0], 40))
    day, left = found
    if day is None:
        typed = rest[: len(rest) - len(left)].strip()
        raise Doubtful("no-such-date", left, typed=masking.shorten(typed, 40))
    return day, left


def _deputy(visit: Visit, answers: Answers, rest: str) -> Read | None:
    return _one_of_roster(visit, answers, rest, staff=False)


def _deputy_or_staff(visit: Visit, answers: Answers, rest: str) -> Read | None:
    return _one_of_roster(visit, answers, rest, staff=True)


def _delegate(visit: Visit, answers: Answers, rest: str) -> Read | None:
    word, left = _first_word(rest)
    return (0, left) if is_nothing(word) else _deputy(visit, answers, rest)


STAFF_QUEUE: Final = "staff"
_STAFF_WORDS: Final = ("staff", "工作人员")


def _one_of_roster(visit: Visit, answers: Answers, rest: str, *, staff: bool) -> Read | None:
    """By @username, by full name (spaces included), by ``id:7`` from a button, or ``staff``."""
    if not rest:
        return None
    word, left = _first_word(rest)
    if staff and word.lower() in _STAFF_WORDS:
        return STAFF_QUEUE, left
    entries = visit.uow.roster.deputies()
    pressed = re.fullmatch(r"id:(\d{1,15})", word)
    if pressed:
        entries = [entry for entry in entries if entry.id == int(pressed[1])]
        if entries:
            return entries[0].id, left
    lowered = rest.lower()
    for entry in sorted(entries, key=lambda entry: -len(entry.name)):
        if entry.username and word.lower().lstrip("@") == entry.username:
            return entry.id, left
        if lowered.startswith(entry.name.lower()):
            after = rest[len(entry.name) :]
            if not after or not after[0].isalnum():
                return entry.id, after.strip(" ,，、:：\n")
    raise Refused("deputy-unknown-name", typed=masking.shorten(word, 40))


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
    word, left = _first_word(rest)
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
    word, left = _first_word(rest)
    station = visit.uow.stations.by_code(word)
    if station is None:
        raise Refused("station-unknown-code", typed=masking.shorten(word, 40))
    return station.id, left


NOBODY_NAMED: Final = "-"


def _contact(visit: Visit, answers: Answers, rest: str) -> Read | None:
    return ("" if is_nothing(rest) else rest, "") if rest else None


def _language(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    word, left = _first_word(rest)
    chosen = {"中文": "zh", "english": "en"}.get(word.lower(), word.lower())
    if chosen not in LANGUAGES:
        raise Refused("need-language")
    return chosen, left


_INVITED: Final = {"deputy": Role.DEPUTY, "代表": Role.DEPUTY, "staff": Role.STAFF, "工作人员": Role.STAFF}


def _invited_role(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    word, left = _first_word(rest)
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
    word, left = _first_word(rest)
    number = _NUMBER.match(_plain(word))
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
    """``2026-12-01 09:00``, local time, in UTC; None where the line does not begin with one.

    Asked for a moment, a day may be written as people do (明天 9点); in a line of words that would be a part of these.
    """
    written = _MOMENT.match(_plain(rest))
    if written is None:
        if "announcement" in answers and rest:
            return _moment_in_words(visit, rest)
        return None
    numbers = [int(number or 0) for number in written.groups()]
    try:
        at = datetime(*numbers, tzinfo=visit.desk.timezone).astimezone(UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        raise Refused("need-moment", typed=masking.shorten(rest, 40)) from None
    if at <= visit.desk.now:
        raise Refused("moment-past", at=visit.desk.moment(at))
    return at.isoformat(), rest[written.end() :].strip()


def _moment_in_words(visit: Visit, rest: str) -> Read:
    unclear = Refused("need-moment", typed=masking.shorten(rest, 40))
    before = _BEFORE_HOUR.match(rest)
    found = dates.read(before[1], visit.desk.today) if before and before[1] else None
    hour = _HOUR.fullmatch(dates.usual(rest[before.end() :])) if before else None
    if found is None or found[0] is None or found[1] or hour is None:
        raise unclear
    number = int(hour[2])
    if (hour[1] in _AFTERNOON or hour[4] in _AFTERNOON) and number < _NOON:
        number += _NOON
    try:
        at = datetime.combine(found[0], time(number, int(hour[3] or 0)), visit.desk.timezone).astimezone(UTC)
    except ValueError:
        raise unclear from None
    if at <= visit.desk.now:
        raise Refused("moment-past", at=visit.desk.moment(at))
    return at.isoformat(), ""


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
    word, left = _first_word(rest)
    number = _NUMBER.match(_plain(word))
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
    Kind.DELEGATE: _delegate,
    Kind.UNITS: _units,
    Kind.MORE_UNITS: _more_units,
    Kind.UNIT: _unit,
    Kind.UNIT_WITH_CASE: _unit,
    Kind.PIECE: _piece,
    Kind.CATEGORIES: _categories,
    Kind.FIRST_DAY: _date,
    Kind.LAST_DAY: _date,
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
    **poll_arguments.READERS,
    **project_arguments.READERS,
    **vote_lines.READERS,
    **works_arguments.READERS,
    Kind.WORK_DUE: _date,
}


# --- asking
# -------------------------------------------------------------------------------------------------------------

Choice = tuple[Text, str]
"""A button's label, and the value it answers with."""


def choices(visit: Visit, command: Command, argument: Argument, answers: Answers) -> list[Choice]:
    """The buttons below the question; empty where only words will do."""
    offer = _OFFERS.get(argument.kind)
    return offer(visit, command, answers)[:_CHOICES] if offer else []


FREE: Final = frozenset({Kind.TEXT, Kind.PART})
"""Kinds that are answered in one's own words, all of which count."""


def has_choices(kind: Kind) -> bool:
    """Whether a question for it can be answered by a button, or by words alone."""
    return kind in _OFFERS


def rows(dialogue_id: int, offered: list[Choice], *, wide: bool) -> Rows:
    """The choices as buttons, and Cancel below them."""
    buttons = [Button(label, data=f"ans:{dialogue_id}:{value}") for label, value in offered]
    width = 1 if wide else 2
    lines = [tuple(buttons[i : i + width]) for i in range(0, len(buttons), width)]
    return (*lines, (Button(Text.of("button-cancel"), data=f"cancel:{dialogue_id}"),))


def case_label(case: Case) -> Text:
    return Text.of("choice-case", case=case.number, text=excerpt(case, 24))


def excerpt(case: Case, length: int) -> str | Text:
    """The beginning of what it is about, in one line; a case of pictures only says so."""
    words = " ".join(masking.mask(case.text or "").split())
    return masking.shorten(words, length) if words else Text.of("no-words")


def _offer_cases(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(case_label(case), str(case.number)) for case in cases_for(visit, command)]


def cases_for(visit: Visit, command: Command) -> list[Case]:
    """The cases the command can be used on by whoever asks: their own, assigned to them, or of their stations."""
    stages = commands.stages_for(command)
    grants = GRANTS[command.needs] if command.needs else {Role.CONSTITUENT: Scope.OWN}
    actor, find = visit.actor, visit.uow.cases.for_choice
    found: dict[int, Case] = {}
    for role in actor.roles:
        match grants.get(role):
            case Scope.OWN if actor.person:
                cases = find(stages=stages, person_id=actor.person.id)
            case Scope.ASSIGNED if actor.deputy:
                cases = find(stages=stages, deputy_id=actor.deputy.id)
            case Scope.STATION if actor.staff:
                cases = find(stages=stages, station_ids=actor.staff.station_ids)
            case Scope.ANY:
                cases = find(stages=stages)
            case _:
                continue
        found |= {case.number: case for case in cases}
    return list(found.values())


def _offer_wholes(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """Those that seem to tell of the same thing first, then the newest of the same station."""
    case = visit.uow.cases.get(answers["case"])
    if case is None:
        return []
    alike = [found.case for found in similar.search(visit.uow, case, private_too=True)]
    others = [other for other in cases_for(visit, command) if other.station_id == case.station_id]
    found = {other.number: other for other in [*alike, *others] if other.number != case.number}
    return [(case_label(other), str(other.number)) for other in list(found.values())[:_CASES_TO_MERGE]]


def _offer_merged(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    stations = None if visit.actor.owner or visit.actor.staff is None else visit.actor.staff.station_ids
    return [(case_label(case), str(case.number)) for case in visit.uow.merges.newest(stations)]


def _offer_classes(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of(f"button-class-{reply_class}"), reply_class.value) for reply_class in ReplyClass]


def _offer_past_dates(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    days = [visit.desk.today - timedelta(days=ago) for ago in range(4)]
    return [(Text.of("choice-past-date", date=day), day.isoformat()) for day in days]


def _offer_dates(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    days = [working_day_from(visit, visit.desk.today + timedelta(days=ahead)) for ahead in _PROMISE_DAYS]
    if command.name == "extend" and "case" in answers:  # nobody is offered what would be refused
        days = extensions.possible_days(visit, answers["case"], days)
    return [(Text.of("choice-date", date=day, n=(day - visit.desk.today).days), day.isoformat()) for day in days]


def instead(visit: Visit, why: Text) -> list[Choice]:
    """The buttons below the question about a doubt, where it has its own: for a day off, that day or the next one."""
    if why.key != "date-off":
        return []
    day = why.params["date"]
    working = working_day_from(visit, day)
    return [
        (Text.of("choice-next-working-day", date=working), working.isoformat()),
        (Text.of("choice-keep-day", date=day), f"{KEEP}{day.isoformat()}"),
    ]


def _offer_units(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """Those whose business the case's category is come first."""
    case = visit.uow.cases.get(answers["case"]) if "case" in answers else None
    units = visit.uow.units.all()
    if not units:
        raise Refused("no-units")
    fitting = [unit for unit in units if case and case.category in unit.categories]
    rest = [unit for unit in units if unit not in fitting]
    return [
        *((Text.of("choice-unit-fitting", name=unit.name), f"id:{unit.id}") for unit in fitting),
        *((Text.of("unit-name", name=unit.name), f"id:{unit.id}") for unit in rest),
    ]


def _offer_more_units(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    chosen = {f"id:{unit_id}" for unit_id in answers["units"]}
    others = [choice for choice in _offer_units(visit, command, answers) if choice[1] not in chosen]
    return [(Text.of("choice-no-more-units"), "none"), *others]


def _offer_units_with_case(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    having = [handing for handing in visit.uow.handings.of_case(answers["case"]) if handing.open]
    if not having:
        raise Refused("no-unit-has-it", case=answers["case"])
    return [(Text.of("unit-name", name=handing.unit), f"id:{handing.unit_id}") for handing in having]


def _offer_categories(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of(f"category-{key}"), key) for key in categories.CATEGORIES]


_LEAVE_BEGINS_IN: Final = (0, 1, 2, 7)
_LEAVE_LASTS: Final = (1, 3, 7, 14)


def _offer_first_days(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    days = [visit.desk.today + timedelta(days=ahead) for ahead in _LEAVE_BEGINS_IN]
    return [(Text.of("choice-day", date=day), day.isoformat()) for day in days]


def _offer_last_days(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    first = date.fromisoformat(answers["first"])
    lasts = [(first + timedelta(days=days - 1), days) for days in _LEAVE_LASTS]
    return [(Text.of("choice-last-day", date=day, n=days), day.isoformat()) for day, days in lasts]


def _offer_delegates(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """The other deputies of one's own stations, or nobody."""
    me = visit.actor.deputy
    others = [
        entry
        for entry in visit.uow.roster.deputies()
        if me and entry.id != me.id and entry.telegram_id is not None and entry.station_ids & me.station_ids
    ]
    counts = visit.uow.roster.open_counts([entry.id for entry in others])
    offered = [(_deputy_label(entry, counts.get(entry.id, 0)), f"id:{entry.id}") for entry in others]
    return [*offered[: _CHOICES - 1], (Text.of("choice-no-delegate"), "none")]


def _offer_deputy_cards(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """Those of the person's station, else all, by name alone."""
    station = visit.actor.person.station_id if visit.actor.person else None
    entries = visit.uow.roster.deputies(station)
    return [(Text.of("choice-deputy-plain", name=entry.name), f"id:{entry.id}") for entry in entries]


def _offer_deputies(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    case = visit.uow.cases.get(answers["case"]) if "case" in answers else None
    entries = visit.uow.roster.deputies(case.station_id if case else None)
    authors = {author.telegram_id for author in visit.uow.cases.authors(case.number)} if case else set()
    counts = visit.uow.roster.open_counts([entry.id for entry in entries])
    away = visit.uow.leaves.on(visit.desk.today)
    return [
        (_deputy_label(entry, counts.get(entry.id, 0)), f"id:{entry.id}")
        for entry in entries
        if (case is None or entry.id != case.deputy_id) and entry.telegram_id not in {None, *authors}
        if entry.id not in away
    ]


def _deputy_label(entry: RosterEntry, open_cases: int) -> Text:
    return Text.of("choice-deputy", name=entry.name, n=open_cases)


def _offer_deputies_or_staff(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [*_offer_deputies(visit, command, answers), (Text.of("choice-staff"), STAFF_QUEUE)]


def _offer_stations(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of("choice-station", station=station.name), station.code) for station in stations_of(visit)]


def stations_of(visit: Visit) -> list[Station]:
    """An owner's are all of them; a staff member's their own."""
    stations = visit.uow.stations.all()
    if visit.actor.owner:
        return stations
    own = visit.actor.staff.station_ids if visit.actor.staff else frozenset()
    return [station for station in stations if station.id in own]


def _offer_served_stations(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of("choice-station", station=station.name), station.code) for station in stations_served(visit)]


def stations_served(visit: Visit) -> list[Station]:
    """Those at which a case may be entered for somebody else: an owner's are all, a deputy's and staff's their own."""
    return [
        station
        for station in visit.uow.stations.all()
        if may_for_station(visit.actor, Permission.CASE_ENTER, station.id)
    ]


def _offer_languages(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of(f"language-{language}"), language) for language in LANGUAGES]


def _offer_roles(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    offered = (Role.DEPUTY, Role.STAFF) if visit.actor.owner else (Role.DEPUTY,)
    return [(Text.of(f"role-{role}"), role.value) for role in offered]


def _offer_topics(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of(f"guard-name-{topic}"), topic) for topic in guard.TOPICS]


_HOURS: Final = ((0, 18), (1, 9), (1, 18), (2, 9))
"""Days from today, and the local hour, at which an announcement may wish to go out."""


def _offer_moments(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    zone = visit.desk.timezone
    moments = [
        datetime.combine(visit.desk.today + timedelta(days=days), time(hour), zone).astimezone(UTC)
        for days, hour in _HOURS
    ]
    later = [moment for moment in moments if moment > visit.desk.now]
    local = [moment.astimezone(zone) for moment in later]
    return [
        (Text.of("choice-moment", at=visit.desk.moment(moment)), here.strftime("%Y-%m-%d %H:%M"))
        for moment, here in zip(later, local, strict=True)
    ]


def _offer_announcements(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """To ask about: what was announced lately. To schedule: one's own drafts."""
    states = (State.RUNNING, State.DONE) if command.needs is None else (State.DRAFT, State.PLANNED)
    found = visit.uow.announcements.latest(states=states, asks=command.needs is None)
    return [
        (
            Text.of("choice-announcement", id=entry.id, text=masking.shorten(" ".join(entry.text.split()), 24)),
            str(entry.id),
        )
        for entry in found
        if command.needs is None or (entry.person_id == visit.person_id and entry.project is None)
    ]


def _offer_inquiries(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [
        (Text.of("choice-inquiry", topic=masking.shorten(inquiry.topic, 30)), f"id:{inquiry.id}")
        for inquiry in visit.uow.inquiries.open()
    ]


CHANGE: Final = "change"
MOVE: Final = "move"


def _offer_confirmation(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    change = [(Text.of("button-change"), CHANGE)] if changeable(command, answers) else []
    return [(Text.of("button-confirm"), "yes"), *_another_day(visit, answers), *change]


def _another_day(visit: Visit, answers: Answers) -> list[Choice]:
    """The next working day, where a day off is about to be promised."""
    day = date.fromisoformat(answers["date"]) if answers.get("date") else None
    if day is None or visit.desk.working_days.is_working_day(day):
        return []
    working = working_day_from(visit, day)
    return [(Text.of("choice-next-working-day", date=working), f"{MOVE}:{working.isoformat()}")]


def changeable(command: Command, answers: Answers) -> list[Argument]:
    """What may be said anew before it goes out: everything but the case."""
    return [
        argument
        for argument in command.arguments
        if argument.name in answers and argument.kind not in (Kind.CASE, Kind.MERGED_CASE, Kind.CONFIRM)
    ]


def offer_changes(command: Command, answers: Answers) -> list[Choice]:
    return [
        (Text.of(f"change-{argument.name}"), f"{CHANGE}:{argument.name}") for argument in changeable(command, answers)
    ]


_OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], list[Choice]]]] = {
    Kind.CASE: _offer_cases,
    Kind.CASE_OR_CODE: _offer_cases,
    Kind.CASE_INTO: _offer_wholes,
    Kind.MERGED_CASE: _offer_merged,
    Kind.REPLY_CLASS: _offer_classes,
    Kind.NEW_CLASS: _offer_classes,
    Kind.DATE: _offer_dates,
    Kind.WORKING_DATE: _offer_dates,
    Kind.PAST_DATE: _offer_past_dates,
    Kind.DEPUTY: _offer_deputies,
    Kind.DEPUTY_OR_STAFF: _offer_deputies_or_staff,
    Kind.DEPUTY_CARD: _offer_deputy_cards,
    Kind.DELEGATE: _offer_delegates,
    Kind.UNITS: _offer_units,
    Kind.MORE_UNITS: _offer_more_units,
    Kind.UNIT: _offer_units,
    Kind.UNIT_WITH_CASE: _offer_units_with_case,
    Kind.CATEGORIES: _offer_categories,
    Kind.FIRST_DAY: _offer_first_days,
    Kind.LAST_DAY: _offer_last_days,
    Kind.STATION: _offer_stations,
    Kind.SERVED_STATION: _offer_served_stations,
    Kind.CONTACT: lambda visit, command, answers: [(Text.of("choice-nobody-named"), NOBODY_NAMED)],
    Kind.LANGUAGE: _offer_languages,
    Kind.INVITED_ROLE: _offer_roles,
    Kind.TOPIC: _offer_topics,
    Kind.MOMENT: _offer_moments,
    Kind.ANNOUNCEMENT: _offer_announcements,
    Kind.INQUIRY: _offer_inquiries,
    Kind.CONFIRM: _offer_confirmation,
    **project_arguments.OFFERS,
    **vote_lines.OFFERS,
    **works_arguments.OFFERS,
}
CASES: Final = frozenset({Kind.CASE, Kind.CASE_OR_CODE})
STATIONS: Final = frozenset({Kind.STATION, Kind.SERVED_STATION})
PEOPLE: Final = frozenset({Kind.DEPUTY, Kind.DEPUTY_OR_STAFF, Kind.DEPUTY_CARD, Kind.DELEGATE})
UNITS: Final = frozenset({Kind.UNITS, Kind.MORE_UNITS, Kind.UNIT, Kind.UNIT_WITH_CASE})
WIDE: Final = (
    CASES
    | STATIONS
    | PEOPLE
    | UNITS
    | project_arguments.WIDE
    | vote_lines.WIDE
    | works_arguments.WIDE
    | {Kind.CASE_INTO, Kind.MERGED_CASE, Kind.REPLY_CLASS, Kind.NEW_CLASS, Kind.ANNOUNCEMENT, Kind.INQUIRY}
)
"""Kinds whose buttons stand one below the other, since their labels are long."""
