"""Whom words accuse: what the guard finds in them, and whom of the office they name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from liaisonbot import guard
from liaisonbot.guard import Does, Finding
from liaisonbot.incoming import Place
from liaisonbot.model import Case, Held, RosterEntry
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, routing
from liaisonbot.services.accused import all_of, of_account, with_other_roles
from liaisonbot.vocabulary import Role
from liaisonbot.workflow import Event


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in some words, and which deputies and staff they accuse."""

    findings: tuple[Finding, ...] = ()
    accused: tuple[RosterEntry, ...] = ()
    later: bool = False
    """They were added to a case that a deputy has."""

    def does(self, finding: Finding) -> Does:
        topic = guard.TOPICS[finding.topic]
        return topic.later if self.later else topic.does

    def of(self, *does: Does) -> tuple[Finding, ...]:
        """The findings about which that is done."""
        return tuple(finding for finding in self.findings if self.does(finding) in does)

    @property
    def holds(self) -> bool:
        return bool(self.of(Does.HOLD))


def look(
    uow: UnitOfWork, station_id: int | None, place: Place, words: str, *, also: Iterable[int | None] = ()
) -> Verdict:
    """Look at the words of a new case. ``also``: entries of the roster of those who read them wherever they work, such
    as a deputy of another station who has the case.
    """
    there = {entry.id: entry for entry in _can_be_accused(uow, station_id)}
    there |= {entry.id: entry for id_ in also if id_ is not None for entry in _all_that_is(uow, id_)}
    named = routing.named_in(words, list(there.values()))
    deputies = [entry for entry in named if entry.role is Role.DEPUTY]
    findings = guard.find(words, _names(deputies), _names(entry for entry in named if entry not in deputies))
    if not place.private:
        findings += guard.find_numbers(words)
    accuses = any(finding.topic == guard.ACCUSATION for finding in findings)
    return Verdict(tuple(findings), tuple(with_other_roles(uow, named)) if accuses else ())


def _all_that_is(uow: UnitOfWork, entry_id: int) -> list[RosterEntry]:
    """That entry, and what else the same account is, or was as a deputy: words may call them by any of it."""
    entry = uow.roster.get(entry_id)
    theirs = of_account(uow, entry.telegram_id) if entry is not None and entry.telegram_id is not None else ()
    return [found for id_ in {entry_id, *theirs} if (found := uow.roster.get(id_)) is not None]


def _names(entries: Iterable[RosterEntry]) -> list[str]:
    return [name for entry in entries for name in (entry.name, f"@{entry.username}" if entry.username else "") if name]


def _can_be_accused(uow: UnitOfWork, station_id: int | None) -> list[RosterEntry]:
    """The station's deputies and staff, and those who were a deputy: what they did then is said later."""
    former = uow.roster.former_deputies()
    return [
        *uow.roster.deputies(station_id),
        *uow.roster.staff(station_id),
        *(entry for entry in former if station_id is None or station_id in entry.station_ids),
    ]


def accusing(uow: UnitOfWork, case: Case, station_id: int, words: str) -> Verdict:
    """What of these words accuses somebody who works at that station."""
    verdict = look(uow, station_id, Place(0, case.chat_type), words)
    return replace(verdict, findings=tuple(found for found in verdict.findings if found.topic == guard.ACCUSATION))


# --- the words of a case ----------------------------------------------------------------------------------------------


def anywhere(uow: UnitOfWork, case: Case) -> frozenset[int]:
    """The roster ids of all whom its authors' words accuse, wherever they work: when these were written only its own
    station was looked at, as it was then. Not what staff have called a false alarm.
    """
    return _by_words(uow, (case.number, *cards.parts_of(uow, case.number)))


def _by_words(uow: UnitOfWork, numbers: Iterable[int]) -> frozenset[int]:
    texts = dict.fromkeys(text for number in numbers for text in _standing(uow, number))
    verdicts = (look(uow, None, _NOWHERE, text) for text in texts)
    return frozenset(entry.id for verdict in verdicts for entry in verdict.accused)


def where(uow: UnitOfWork, case: Case, entry: RosterEntry) -> Iterator[tuple[int, bool]]:
    """In which cases it is said that accuses them, the case itself or parts of it; and whether an accusation is on
    record there: else the guard did not know them there, and nobody has said that it missed something.
    """
    for number in (case.number, *cards.parts_of(uow, case.number)):
        found = [each for each in uow.guarded.of_case(number) if stands(each)]
        on_record = {whom for each in found for whom in each.accused}
        if entry.id in all_of(uow, on_record | _by_words(uow, [number])):
            yield number, bool(found)


def besides(uow: UnitOfWork, number: int) -> list[int]:
    """Where an accusation still stands once the one of that case is called a false alarm: in itself, where an older one
    was called right; in its parts, as far as they have one of their own; and in that of which it is a part, where the
    same words count.
    """
    same = {_found_at(each) for each in uow.guarded.of_case(number)}
    parts = [part for part in (number, *cards.parts_of(uow, number)) if any(map(stands, uow.guarded.of_case(part)))]
    wholes, at = list[int](), uow.merges.into(number)
    while at is not None:
        if any(stands(each) and _found_at(each) in same for each in uow.guarded.of_case(at)):
            wholes.append(at)
        at = uow.merges.into(at)
    return [*parts, *wholes]


def found_with(uow: UnitOfWork, number: int) -> list[int]:
    """The parts of the case in which the same words stand, and nothing else was found: what is said of these there is
    said of them.
    """
    same = {_found_at(each) for each in uow.guarded.of_case(number)}
    found = {
        part: [_found_at(each) for each in uow.guarded.of_case(part) if each.mark != "false_alarm"]
        for part in cards.parts_of(uow, number)
    }
    return [part for part, here in found.items() if here and same.issuperset(here)]


def _found_at(found: Held) -> tuple[str, str, datetime]:
    """The same for what was found in a part and in its whole at once."""
    return found.topic, found.rule, found.since


_NOWHERE = Place(0, "private")


def came(uow: UnitOfWork, entries: Collection[RosterEntry]) -> None:
    """These are in the roster now, or at a station where they were not before: what was found to accuse somebody there
    accuses them from now on where it names them.
    """
    for number in uow.guarded.accusations() if entries else ():
        case = uow.cases.get(number)
        there = routing.named_in("\n".join(_said(uow, number)), list(entries))
        if case is None or not there:
            continue
        missed = any(found.rule == guard.MISSED for found in uow.guarded.of_case(number))
        whom = {entry.id for entry in there if missed or entry.id in anywhere(uow, case)}
        if whom - uow.guarded.accused(number):
            uow.guarded.accuse(number, whom)


def stands(found: Held) -> bool:
    """Whether it is an accusation, and nobody has called it a false alarm."""
    return found.topic == guard.ACCUSATION and found.mark != "false_alarm"


def named(uow: UnitOfWork, case: Case) -> tuple[RosterEntry, ...]:
    """All whom its authors name: where somebody else than the guard has seen that they accuse."""
    words = "\n".join(_said(uow, case.number))
    return tuple(with_other_roles(uow, routing.named_in(words, _can_be_accused(uow, None))))


def _standing(uow: UnitOfWork, number: int) -> Iterator[str]:
    """What its authors have said since staff said the last time that it accuses nobody."""
    found = (each for each in uow.guarded.of_case(number) if each.topic == guard.ACCUSATION)
    doubted = any(each.mark == "false_alarm" for each in found)
    return _said(uow, number, since=_cleared(uow, number) if doubted else None)


def _cleared(uow: UnitOfWork, number: int) -> datetime | None:
    entries = uow.journal.of_case(number)
    said = [
        entry.at for entry in entries if entry.event == Event.FALSE_ALARM or entry.details.get("mark") == "false_alarm"
    ]
    return max(said, default=None)


def _said(uow: UnitOfWork, number: int, since: datetime | None = None) -> Iterator[str]:
    """The words of its authors, those on its card first; ``since``: only what is newer."""
    case = uow.cases.get(number)
    if since is None and case is not None and case.text:
        yield case.text
    for message in uow.messages.of_case(number):
        new = since is None or (message.edited_at or message.at) > since
        if message.by is Role.CONSTITUENT and message.text and new:
            yield message.text
