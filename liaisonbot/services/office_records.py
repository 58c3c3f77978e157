"""``/journal``: who asked for what others should be able to look up; for owners."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from liaisonbot import permissions
from liaisonbot.errors import Refused
from liaisonbot.office_journal import OfficeEntry
from liaisonbot.permissions import Permission
from liaisonbot.services import paging
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.export_arguments import named
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.windows import Window

PAGE: Final = 10


def show(visit: Visit, offset: int = 0) -> None:
    """The newest first, a page at a time."""
    if not permissions.may(visit.actor, Permission.JOURNAL_READ):
        raise Refused("unknown-command")
    entries = visit.uow.office_journal.newest(limit=PAGE, offset=offset)
    total = visit.uow.office_journal.count()
    text = Text.lines(
        Text.of("journal-head" if entries else "journal-empty"), *(_line(visit, each) for each in entries)
    )
    visit.toast()
    visit.show(text, rows=paging.turns("journal", offset, PAGE, total))


def _line(visit: Visit, entry: OfficeEntry) -> Text:
    details = entry.details
    return Text.of(
        "journal-personal-export",
        at=entry.at,
        who=_who(visit, entry),
        what=Text.of(f"export-{details['what']}"),
        window=_days(details.get("first"), details.get("last")),
        format=Text.of(f"export-{details['format']}"),
        stations=", ".join(details.get("stations") or ()),
    )


def _who(visit: Visit, entry: OfficeEntry) -> Text | str:
    """By the name in the roster; an owner need not be in it."""
    if entry.person_id is None:
        return Text.of("journal-terminal")
    person = visit.uow.people.get(entry.person_id)
    if person is None or person.telegram_id is None:
        return Text.of("journal-gone")
    found = visit.uow.roster.of(person.telegram_id, None)
    if found:
        return found[0].name
    return Text.of(f"role-{entry.by}")


def _days(first: str | None, last: str | None) -> Text:
    if first and last:
        return named(Window.whole(date.fromisoformat(first), date.fromisoformat(last)))
    if first:
        return Text.of("journal-since", first=date.fromisoformat(first))
    if last:
        return Text.of("journal-until", last=date.fromisoformat(last))
    return named(None)


def _turn(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) != 1:
        raise Refused("old-button")
    show(visit, number_in(rest[0]))


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"journal": lambda visit, answers: show(visit)}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"journal": _turn}
