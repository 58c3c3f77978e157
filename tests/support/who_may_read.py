"""Who may ever read a word, by where it stands: written from ``docs/privacy.md``, and not from the program.

``PLACES`` is the whole of it. Each row names a place where somebody's words are kept, the statement that finds a word
there, and who may read what stands there. Whoever reads a word of somebody else's must be let by one of the rows in
which that word stands; whoever wrote it may always. Nobody reads what names and accuses them.

How things are (whose case it is, who has it, who works where, whom it accuses) is read from the tables by statements of
our own, before and after each thing that happens. :class:`WhoMayRead` looks at everything that arrives in a town.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from liaisonbot.outgoing import Outgoing

if TYPE_CHECKING:
    from tests.support.random_town import RandomTown

BASE: Final = 7_340_000_000
"""Telegram ids of a town begin here: nobody's is taken for another number."""
MARK: Final = re.compile(r"zqx[a-z]{4}q")
"""The word that one message has, and no other."""
_NAME: Final = re.compile(r"zqn(\d{5})q")
_ID: Final = re.compile(r"7340\d{6}")
_NUMBER: Final = re.compile(r"139\d{8}|11010519491231002X", re.I)
EMERGENCY: Final = "emergency"
"""The one topic of the guard that may stand in a group all the same."""

Ask = Callable[..., list[Any]]


class Facts:
    """How things are, by the tables."""

    def __init__(self, ask: Ask, owner: int, shown: Mapping[str, Collection[int]]) -> None:
        self.owner = owner
        codes = dict(ask("SELECT digest, case_number FROM receipt_codes"))
        self.holders = {codes[digest]: who for digest, who in shown.items() if digest in codes}
        """Case → those who have shown the receipt code of its author."""
        self.account_of = dict(ask("SELECT id, telegram_id FROM persons"))
        columns = "number, station_id, deputy_id, guard, kind, stage, chat_type"
        self.cases = {number: rest for number, *rest in ask(f"SELECT {columns} FROM cases")}
        self.authors: dict[int, list[Any]] = {}
        columns = "case_number, person_id, chat_id, entered_by, by_merge, joined_at"
        for number, *rest in ask(f"SELECT {columns} FROM case_authors"):
            self.authors.setdefault(number, []).append(rest)
        self.into = dict(ask("SELECT case_number, into_number FROM case_merges WHERE undone_at IS NULL"))
        self.merges = [tuple(row) for row in ask("SELECT case_number, into_number, at, undone_at FROM case_merges")]
        self._read_roster(ask)
        self.accused: dict[int, set[int]] = {}
        for number, entries in ask("SELECT case_number, accused FROM held WHERE mark IS NULL OR mark <> 'false_alarm'"):
            self.accused.setdefault(number, set()).update(self.held_by.get(entry, 0) for entry in json.loads(entries))

    def _read_roster(self, ask: Ask) -> None:
        self.held_by: dict[int, int] = {}
        """Row of the roster → account."""
        self.deputies: dict[int, set[int]] = {}
        """Account → rows of the roster."""
        self.staff: dict[int, set[int]] = {}
        """Account → stations."""
        self.stations_of: dict[int, set[int]] = {}
        """Row of a deputy, also of a former one → stations."""
        for entry, role, account, station in ask(
            "SELECT r.id, r.role, CASE WHEN r.active THEN r.telegram_id END, s.station_id FROM roster r"
            " LEFT JOIN roster_stations s ON s.roster_id = r.id"
        ):
            if role == "deputy":
                self.stations_of.setdefault(entry, set()).add(station)
            if account is None:
                continue
            self.held_by[entry] = account
            if role == "deputy":
                self.deputies.setdefault(account, set()).add(entry)
            else:
                self.staff.setdefault(account, set()).add(station)

    # --- who somebody is ---

    def works_here(self, who: int) -> bool:
        return who == self.owner or who in self.deputies or who in self.staff

    def staffs(self, who: int, station: int | None) -> bool:
        """Staff of that station; owners are, of all."""
        return who == self.owner or station in self.staff.get(who, ())

    # --- what somebody is to a case ---

    def of(self, who: int) -> list[int]:
        """The cases somebody has to do with."""
        return [number for number in self.cases if self.works_on(number, who) or self.is_author(number, who)]

    def chain(self, number: int) -> list[int]:
        """The case, and those it became part of."""
        found = [number]
        while (further := self.into.get(found[-1])) is not None and further not in found:
            found.append(further)
        return found

    def was_there(self, number: int, at: str, who: int) -> bool:
        """Theirs was part of that case then: what was said to them stays said, also as it is put right later."""
        return any(
            into == number
            and since <= at
            and (undone or at) >= at
            and (self.is_author(part, who) or self.in_its_group(part, who))
            for part, into, since, undone in self.merges
        )

    def accuses(self, number: int, who: int) -> bool:
        return who != self.owner and who in self.accused.get(number, ())

    def has_it(self, number: int, who: int) -> bool:
        """Its deputy."""
        return self.cases[number][1] in self.deputies.get(who, ()) and not self.accuses(number, who)

    def works_on(self, number: int, who: int) -> bool:
        """Its deputy, the staff of its station, an owner; of a part also those of the whole. Nobody whom it accuses."""
        return not self.accuses(number, who) and any(
            self.has_it(one, who) or self.staffs(who, self.cases[one][0]) for one in self.chain(number)
        )

    def is_author(self, number: int, who: int, *, since: str | None = None) -> bool:
        """They wrote it, or entered it for somebody without Telegram. ``since``: and it was theirs by then."""
        return any(
            self.account_of.get(person) == who or self._entered(person, entered_by, number, who)
            for person, _, entered_by, by_merge, joined in self.authors.get(number, ())
            if since is None or not by_merge or joined <= since
        )

    def spoke_for(self, number: int, person: int | None, who: int) -> bool:
        """They entered it for that one, who has no account."""
        rows = self.authors.get(number, ())
        return any(row[0] == person and self._entered(person, row[2], number, who) for row in rows)

    def _entered(self, person: int | None, by: int | None, number: int, who: int) -> bool:
        absent = by is not None and self.account_of.get(person or 0) is None
        return absent and self.account_of.get(by or 0) == who and self.works_here(who) and not self.accuses(number, who)

    # --- where it may be seen ---

    def hidden(self, number: int) -> bool:
        """No group sees more of it than how far it is."""
        return self.cases[number][2] not in (None, EMERGENCY)

    def in_its_group(self, number: int, who: int) -> bool:
        """It is the group in which one of its authors wrote it."""
        return who < 0 and not self.hidden(number) and any(row[1] == who for row in self.authors.get(number, ()))

    def looks_like_theirs(self, number: int, who: int) -> bool:
        """Who has a case at the same station may be offered this one as like it; not what is for the office alone."""
        station, _, _, kind, _, chat_type = self.cases[number]
        if kind == "accusation" or self.hidden(number) or (who < 0 and chat_type == "private"):
            return False
        here = (one for one, case in self.cases.items() if case[0] == station)
        return any(self.is_author(one, who) or self.in_its_group(one, who) for one in here)


# --- who may read what stands in a place: rules over the facts, the row it stands in, and the reader ------------------

Rule = Callable[[Facts, Any, int], bool]


def everybody(facts: Facts, row: Any, who: int) -> bool:
    return True


def nobody_else(facts: Facts, row: Any, who: int) -> bool:
    return False


def who_works_here(facts: Facts, row: Any, who: int) -> bool:
    return facts.works_here(who)


def who_works_on_it(facts: Facts, row: Any, who: int) -> bool:
    return facts.works_on(row[0], who)


def once_agreed(facts: Facts, row: Any, who: int) -> bool:
    """An agreement says between whom it is."""
    return facts.works_on(row[0], who) or bool(row[1] and facts.is_author(row[0], who))


def all_of_the_case(facts: Facts, row: Any, who: int) -> bool:
    """Who works on it, and its authors, where each of them is reached."""
    number = row[0]
    return facts.works_on(number, who) or facts.is_author(number, who) or facts.in_its_group(number, who)


def all_and_neighbours(facts: Facts, row: Any, who: int) -> bool:
    return all_of_the_case(facts, row, who) or facts.looks_like_theirs(row[0], who)


def opened_with(facts: Facts, row: Any, who: int) -> bool:
    """The words it was opened with: also for whoever has the receipt code of somebody without Telegram."""
    return all_and_neighbours(facts, row, who) or who in facts.holders.get(row[0], ())


def by_what_it_is(facts: Facts, row: Any, who: int) -> bool:
    """A message of a case. Notes stay in the office; what one author said is not for the others, nor is what a deputy
    said before somebody came to the case by a merge. A formal reply is for all of
    them, and for whoever has the receipt code.
    """
    number, by, person, kind, opening, at = row
    if kind == "note":
        return facts.works_on(number, who)
    if by == "constituent" and opening:
        return opened_with(facts, row, who)
    if by == "constituent":
        return facts.works_on(number, who) or facts.spoke_for(number, person, who)
    if facts.was_there(number, at, who):
        return True
    if kind == "conversation":
        there = facts.is_author(number, who, since=at)
        return there or facts.works_on(number, who) or facts.in_its_group(number, who)
    return all_of_the_case(facts, row, who) or (kind == "reply" and who in facts.holders.get(number, ()))


OF_A_CASE: Final = (opened_with, by_what_it_is)
INTERNAL: Final = ("transferred", "assigned", "urged", "handed", "returned", "party_named", "other_consented")
"""Why a case changed hands, what a unit was asked and who the other side is, is between those who work on it."""


def by_what_happened(facts: Facts, row: Any, who: int) -> bool:
    """What was typed when something happened to a case."""
    number, event, by, person = row
    if event in INTERNAL:
        return facts.works_on(number, who)
    if by == "constituent":
        return facts.works_on(number, who) or facts.spoke_for(number, person, who)
    return all_of_the_case(facts, row, who) or who in facts.holders.get(number, ())


def its_deputy(facts: Facts, row: Any, who: int) -> bool:
    """A name that was given: the deputy of that case and no other, and whoever entered it."""
    number, person = row
    return facts.has_it(number, who) or facts.spoke_for(number, person, who)


def that_deputy(facts: Facts, row: Any, who: int) -> bool:
    return row[0] in facts.deputies.get(who, ())


def that_deputy_and_staff(facts: Facts, row: Any, who: int) -> bool:
    """Of something that is a deputy's: theirs, and the staff's of their stations, and of that at which it was filed."""
    theirs = {*facts.stations_of.get(row[0], ()), *row[1:2]}
    return that_deputy(facts, row, who) or any(facts.staffs(who, station) for station in theirs)


def once_published(facts: Facts, row: Any, who: int) -> bool:
    """Row: the stations; whether it is out; whether for deputies alone."""
    stations, out, deputies_alone = row
    mine = who == facts.owner or any(facts.staffs(who, station) for station in json.loads(stations or "[]"))
    return mine or bool(out and (not deputies_alone or who in facts.deputies))


def unless_held(facts: Facts, row: Any, who: int) -> bool:
    """Row: the station, and what the guard says of it."""
    return row[1] in (None, EMERGENCY) or facts.staffs(who, row[0])


def who_receives(facts: Facts, row: Any, who: int) -> bool:
    """Row: the station; which deputies receive that day; who entered the visitor."""
    station, receivers, entered_by = row
    receives = {int(one) for one in (receivers or "").split(",") if one} & facts.deputies.get(who, set())
    return facts.staffs(who, station) or bool(receives) or facts.account_of.get(entered_by) == who


@dataclass(frozen=True)
class Place:
    """Where words are kept; ``of`` has a question mark for each time the word is looked for."""

    what: str
    of: str
    readers: Rule


_MESSAGE: Final = "m.case_number, m.by_role, m.person_id, m.kind, m.opening, m.at"
_EVENT: Final = "SELECT case_number, event, by_role, person_id FROM journal WHERE"
_RECEIVERS: Final = "(SELECT group_concat(deputy_id) FROM reception_deputies d WHERE d.reception_id = r.id)"
PLACES: Final = (
    # of a case
    Place("what it was opened with", "SELECT number FROM cases WHERE text LIKE ?", opened_with),
    Place("a message", f"SELECT {_MESSAGE} FROM case_messages m WHERE text LIKE ?", by_what_it_is),
    Place("a file", f"SELECT {_MESSAGE} FROM case_messages m WHERE attachments LIKE ?", by_what_it_is),
    Place(
        "a message as it was",
        f"SELECT {_MESSAGE} FROM message_versions v JOIN case_messages m ON m.id = v.case_message_id"
        " WHERE v.text LIKE ?",
        by_what_it_is,
    ),
    Place("its course", f"{_EVENT} note LIKE ? OR details LIKE ?", by_what_happened),
    Place("a name given in it", "SELECT case_number, person_id FROM case_authors WHERE name LIKE ?", its_deputy),
    Place(
        "the other side",
        "SELECT case_number, EXISTS (SELECT 1 FROM dispute_agreements a WHERE a.case_number = p.case_number)"
        " FROM dispute_parties p WHERE name LIKE ?",
        once_agreed,
    ),
    Place(
        "a session",
        "SELECT case_number FROM dispute_sessions WHERE place || present || words LIKE ?",
        who_works_on_it,
    ),
    Place("an agreement", "SELECT case_number FROM dispute_agreements WHERE terms LIKE ?", all_of_the_case),
    Place("a look-back", "SELECT case_number FROM lookback_questions WHERE words LIKE ?", who_works_on_it),
    # of nobody else
    Place("an unfinished dialogue", "SELECT 1 FROM dialogues WHERE answers LIKE ?", nobody_else),
    Place("words without a case", "SELECT 1 FROM loose_words WHERE text LIKE ?", nobody_else),
    Place("a search", "SELECT 1 FROM searches WHERE words LIKE ?", nobody_else),
    # of a deputy
    Place("a template", "SELECT deputy_id FROM reply_templates WHERE text LIKE ? OR name LIKE ?", that_deputy),
    *(
        Place(
            "a duty log", f"SELECT deputy_id, station_id FROM duty_entries WHERE {column} LIKE ?", that_deputy_and_staff
        )
        for column in ("place", "participants", "text", "effect", "reason")
    ),
    Place(
        "its course",
        "SELECT e.deputy_id, d.station_id FROM duty_events e LEFT JOIN duty_entries d ON d.id = e.duty_id"
        " WHERE e.text LIKE ?",
        that_deputy_and_staff,
    ),
    Place("a meeting missed", "SELECT deputy_id FROM missed_meetings WHERE text LIKE ?", that_deputy_and_staff),
    Place("a household", "SELECT deputy_id FROM pairings WHERE code LIKE ?", that_deputy_and_staff),
    Place("a report to voters", "SELECT deputy_id FROM voter_reports WHERE text LIKE ?", that_deputy_and_staff),
    Place("the same", "SELECT 1 FROM voter_reports WHERE published_at IS NOT NULL AND text LIKE ?", everybody),
    # of the office, and of everybody once it is published
    Place("a unit", "SELECT 1 FROM units WHERE name LIKE ?", everybody),
    Place("whom to ask there", "SELECT 1 FROM units WHERE contact LIKE ?", who_works_here),
    Place("when a station receives", "SELECT 1 FROM stations WHERE reception LIKE ?", everybody),
    Place("an invitation", "SELECT 1 FROM invitations WHERE name LIKE ?", who_works_here),
    Place("the roster", "SELECT 1 FROM roster WHERE name LIKE ?", everybody),
    Place(
        "an announcement",
        "SELECT station_ids, started_at IS NOT NULL, audience = 'deputies' FROM announcements WHERE text LIKE ?",
        once_published,
    ),
    Place(
        "a poll",
        "SELECT station_ids, opened_at IS NOT NULL, 0 FROM polls WHERE question LIKE ? OR options LIKE ?",
        once_published,
    ),
    Place("an inquiry", "SELECT station_ids, 1, 0 FROM inquiries WHERE topic LIKE ?", once_published),
    Place(
        "a question for it",
        "SELECT i.station_ids, q.guard IS NULL, 0 FROM questions q JOIN inquiries i ON i.id = q.inquiry_id"
        " WHERE q.text LIKE ?",
        once_published,
    ),
    # projects
    Place("a proposal", "SELECT station_id, guard FROM projects WHERE title LIKE ? OR text LIKE ?", unless_held),
    Place(
        "its course",
        "SELECT p.station_id, CASE WHEN e.public THEN NULL ELSE 'kept' END FROM project_events e"
        " JOIN projects p ON p.number = e.project_number WHERE e.text LIKE ? OR e.details LIKE ?",
        unless_held,
    ),
    Place("a ground", "SELECT 1 FROM grounds WHERE text LIKE ?", everybody),
    Place("a cycle", "SELECT 1 FROM cycle_events WHERE text LIKE ?", who_works_here),
    # reception days
    Place("where it is", "SELECT 1 FROM receptions WHERE place LIKE ?", everybody),
    Place(
        "its minutes", f"SELECT r.station_id, {_RECEIVERS}, NULL FROM receptions r WHERE r.minutes LIKE ?", who_receives
    ),
    *(
        Place(
            "a visitor",
            f"SELECT r.station_id, {_RECEIVERS}, coalesce(b.entered_by, b.person_id) FROM bookings b"
            f" JOIN receptions r ON r.id = b.reception_id WHERE b.{column} LIKE ?",
            who_receives,
        )
        for column in ("subject", "minutes", "name")
    ),
)
TAKEN_UP: Final = tuple(f'INSERT INTO "{table}"' for table in ("projects", "project_events", "polls"))
"""What a constituent proposed is the office's once it was taken up: it stays when they are forgotten."""


@dataclass(frozen=True)
class Seen:
    """What somebody has on their screen: a chat (below zero: a group), and all words that are to be read there."""

    reader: int
    words: str
    outgoing: Outgoing
    promised: Facts | None = None
    """How things were when it was promised, where it had to wait since: what somebody was told is kept as it was."""

    def __str__(self) -> str:
        text = self.outgoing.text
        return f"{self.outgoing.kind} {text.key if text else ''} of case {self.outgoing.case}: {self.words[:900]!r}"


class WhoMayRead:
    """Looks at everything that arrives in a town, and says what is wrong with it in ``town.wrong``."""

    def __init__(self, town: RandomTown) -> None:
        self._town = town
        self.before = self.facts = self._as_it_is()
        self._seen: list[Seen] = []

    def _as_it_is(self) -> Facts:
        return Facts(self._town.ask, self._town.owner, self._town.codes_shown)

    def begins(self) -> None:
        """Something is about to happen."""
        self._seen = []
        self.before = self.facts

    def sees(self, seen: Seen) -> None:
        self._seen.append(seen)

    def ends(self) -> None:
        """It has happened, and everything that follows from it."""
        self.facts = self._as_it_is()
        for person, account in self.before.account_of.items():
            if (
                account is not None
                and self.facts.account_of.get(person) is None
                and not self.before.works_here(account)
            ):
                self._is_forgotten(account)
        for seen in self._seen:
            self._look_at(seen)

    def told(self, who: int, chats: Collection[int]) -> None:
        """Whoever writes in private, or presses, hears something."""
        if who not in chats and not self._town.cut_off:
            self._wrong(f"{_who(who)} was met with silence")

    def _wrong(self, sentence: str) -> None:
        self._town.wrong.append(sentence)

    # --- what is read ---

    def _look_at(self, seen: Seen) -> None:
        for mark in sorted(set(MARK.findall(seen.words))):
            self._look_at_word(seen, mark)
        for account in sorted({int(found) for found in _ID.findall(seen.words)}):
            if account != seen.reader and not self._may_know(account, seen):
                self._wrong(f"{_who(seen.reader)} reads the account or username of {_who(account)} in {seen}")
        for account in sorted({int(found) + BASE for found in _NAME.findall(seen.words)}):
            if account != seen.reader and not self._gave_it(account, seen):
                self._wrong(f"{_who(seen.reader)} reads the name of {_who(account)} in {seen}")
        if seen.reader < 0 and _NUMBER.search(seen.words) and not self._by_the_office(seen):
            self._wrong(f"a phone or identity number stands in {_who(seen.reader)}: {seen}")

    def _look_at_word(self, seen: Seen, mark: str) -> None:
        author, found = self._town.marks[mark], self._stands(mark)
        if seen.reader == author:
            return
        if seen.reader in self._town.accused_by.get(mark, ()) and not self._cleared(found):
            self._wrong(f"{_who(seen.reader)} reads {mark}, which accuses them, in {seen}")
        elif (
            not self._was_read_there(seen, mark, found)
            and not self._is_why(seen, author, found)
            and not any(
                self._lets(place, facts, row, seen.reader) for place, row in found for facts in self._facts(seen)
            )
        ):
            stands = [(place.what, tuple(row)) for place, row in found] or "nowhere"
            self._wrong(f"{_who(seen.reader)} reads {mark} of {_who(author)}, which stands in {stands}, in {seen}")

    def _facts(self, seen: Seen) -> list[Facts]:
        return [facts for facts in (self.facts, self.before, seen.promised) if facts is not None]

    def _stands(self, mark: str) -> list[tuple[Place, Any]]:
        return [
            (place, row) for place in PLACES for row in self._town.ask(place.of, *[f"%{mark}%"] * place.of.count("?"))
        ]

    def _lets(self, place: Place, facts: Facts, row: Any, reader: int) -> bool:
        try:
            return place.readers(facts, row, reader)
        except KeyError:
            return False  # of a case that was not there yet

    def _was_read_there(self, seen: Seen, mark: str, found: Collection[tuple[Place, Any]]) -> bool:
        """It was written in that group, and no case has it of which a group hears nothing."""
        cases = [row[0] for place, row in found if place.readers in OF_A_CASE]
        return seen.reader == self._town.written_in.get(mark) and not any(map(self.facts.hidden, cases))

    def _is_why(self, seen: Seen, author: int, found: Collection[tuple[Place, Any]]) -> bool:
        """Staff say why a reception day is not held, or undo what they said of a deputy: it is kept nowhere then."""
        if seen.outgoing.text is not None and seen.outgoing.text.key == "absence-told-undone":
            return seen.reader in self.facts.deputies
        return not found and self.facts.works_here(author) and ("✖️" in seen.words or "🔁" in seen.words)

    def _cleared(self, found: Collection[tuple[Place, Any]]) -> bool:
        """Staff have said that it accuses nobody."""
        cleared = {row[0] for row in self._town.ask("SELECT case_number FROM held WHERE mark = 'false_alarm'")}
        return any(place.readers in OF_A_CASE and row[0] in cleared for place, row in found)

    def _may_know(self, account: int, seen: Seen) -> bool:
        """Of deputies and staff those who keep the roster; of a constituent who was shown their contact."""
        in_roster = account in self.facts.held_by.values()
        keeps = any(seen.reader == facts.owner or seen.reader in facts.staff for facts in self._facts(seen))
        return (in_roster and keeps) or self._gave_it(account, seen)

    def _gave_it(self, account: int, seen: Seen) -> bool:
        """They shared their contact in a case, for those who work on it; or as the name they are to be called by, for
        its deputy.
        """
        called = self._town.ask("SELECT case_number FROM case_authors WHERE name LIKE ?", f"%{_name_of(account)}%")
        if any(
            row[0] in facts.cases and facts.has_it(row[0], seen.reader) for row in called for facts in self._facts(seen)
        ):
            return True
        shared = self._town.ask("SELECT case_number FROM case_messages WHERE attachments LIKE ?", f"%{account}%")
        return any(
            row[0] in facts.cases and facts.works_on(row[0], seen.reader)
            for row in shared
            for facts in self._facts(seen)
        )

    def _by_the_office(self, seen: Seen) -> bool:
        """The office publishes what it likes; of constituents nothing by which they could be found."""
        authors = {self._town.marks[mark] for mark in MARK.findall(seen.words)}
        numbers = _NUMBER.findall(seen.words)
        theirs = all(each.startswith("139") and self.facts.works_here(BASE + int(each[3:])) for each in numbers)
        return bool(authors) and (theirs or all(map(self.facts.works_here, authors)))

    # --- what is kept ---

    def _is_forgotten(self, who: int) -> None:
        """No word of theirs is kept but what the office took up, and nothing that says who they are."""
        lines = [line for line in self._town.dump().splitlines() if not line.startswith(TAKEN_UP)]
        theirs = {mark for mark, author in self._town.marks.items() if author == who} - self._town.said_for_others
        known = {str(who), *theirs}
        for line in lines:
            if any(word in line for word in known):
                self._wrong(f"{_who(who)} was forgotten, and this is kept: {line[:600]}")


def _name_of(account: int) -> str:
    return f"zqn{account - BASE:05d}q"


def _who(chat: int) -> str:
    return f"group {chat}" if chat < 0 else f"person {chat - BASE}"
