"""Roles that come and go: what those see and hear who can do more or less than before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import Case, RosterEntry
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import accusations, accused, electors, guarding, readers, reception_notices, relaying
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role

Held = Mapping[int, Mapping[Role, RosterEntry]]
"""What each account is in the roster."""


def held(uow: UnitOfWork) -> Held:
    """Everybody's roles at this moment, to be compared with those after a change."""
    accounts: dict[int, dict[Role, RosterEntry]] = {}
    for entry in uow.roster.all():
        if entry.telegram_id is not None:
            accounts.setdefault(entry.telegram_id, {})[entry.role] = entry
    return accounts


def follow(uow: UnitOfWork, desk: Desk, before: Held) -> None:
    """Whose roles are others than before, or the language that the roster gives them, and who has opened the private
    chat, gets the menu that fits them.

    Who lost one is told, in the language that the roster knew of them.
    """
    after = held(uow)
    _keep_one_voice(uow, desk, before, after)
    accusations.came(uow, _more(before, after))
    guarding.turned_out(uow, desk, [account for account in after if _is_else(before.get(account, {}), after[account])])
    standing = {(entry.role, entry.name) for entry in uow.roster.all()}
    for account in sorted({*before, *after}):
        had, has = before.get(account, {}), after.get(account, {})
        if _is_less(had, has):
            reception_notices.teller_left(uow, desk, account)
            were = {entry.id for entry in had.values()}
            relaying.take_back_what_waits(uow, desk, account, were=were, knew=partial(_was_told, before))
        person = uow.people.find(account)
        if person is None or not person.reachable:
            continue
        spoke, speaks = (readers.language_of(desk, person, next(iter(held.values()), None)) for held in (had, has))
        if had.keys() == has.keys() and spoke == speaks:
            continue
        reader = Reader(account, speaks if has else spoke)
        for role in (role for role in had if role not in has):
            _tell_of_loss(uow, desk, reader, had[role], moved=(role, had[role].name) in standing)
        _give_menu(uow, desk, reader, set(has))


def _more(before: Held, after: Held) -> list[RosterEntry]:
    """The entries that have an account, or a station, which they did not have."""
    had = {entry.id: entry.station_ids for roles in before.values() for entry in roles.values()}
    has = (entry for roles in after.values() for entry in roles.values())
    return [entry for entry in has if entry.id not in had or entry.station_ids - had[entry.id]]


def _is_else(had: Mapping[Role, RosterEntry], has: Mapping[Role, RosterEntry]) -> bool:
    """Whether that account is other entries of the roster than before, or the same at other stations."""
    return {one.id: one.station_ids for one in had.values()} != {one.id: one.station_ids for one in has.values()}


def _was_told(before: Held, case: Case, account: int) -> bool:
    """Whether whoever has that account was staff of the case's station already."""
    entry = before.get(account, {}).get(Role.STAFF)
    return entry is not None and case.station_id in entry.station_ids


def _is_less(had: Mapping[Role, RosterEntry], has: Mapping[Role, RosterEntry]) -> bool:
    """Whether a role was lost, or is another entry's, or a station of one."""
    return any(
        role not in has or has[role].id != entry.id or entry.station_ids - has[role].station_ids
        for role, entry in had.items()
    )


def tied(uow: UnitOfWork, desk: Desk, entries: Collection[RosterEntry]) -> None:
    """What follows when entries that were known by a username alone have their account now, as after an import."""
    now = {entry.id for entry in entries if entry.just_tied}
    before = {
        account: {role: entry for role, entry in has.items() if entry.id not in now}
        for account, has in held(uow).items()
    }
    follow(uow, desk, before)


def _keep_one_voice(uow: UnitOfWork, desk: Desk, before: Held, after: Held) -> None:
    """Who has another account now, also after a time off the roster, has said once what they said with the former
    one.
    """
    was, has = _deputies(before), _deputies(after)
    taken = set(has.values())
    for entry_id in sorted(was.keys() - has.keys()):
        accused.left(uow, entry_id, was[entry_id], desk.now)
        if was[entry_id] not in taken:
            electors.left(uow, desk, entry_id, was[entry_id])
    back = electors.came_back(uow, {entry_id: has[entry_id] for entry_id in has.keys() - was.keys()})
    moves = [electors.Moved(id_, was[id_], has[id_]) for id_ in sorted(was.keys() & has.keys()) if was[id_] != has[id_]]
    electors.accounts_moved(uow, desk, [*(move for move in back if move.former not in taken), *moves])
    electors.void_second_voices(uow, desk, {id_: account for id_, account in has.items() if was.get(id_) != account})


def _deputies(held: Held) -> dict[int, int]:
    """The account of each deputy's entry."""
    return {roles[Role.DEPUTY].id: account for account, roles in held.items() if Role.DEPUTY in roles}


_OWNER: Final = "owner"
"""Before an account's id: it was an owner's when we started."""


def show_owners(uow: UnitOfWork, desk: Desk) -> None:
    """Owners are made in the configuration, so nobody sees it happen: at each start those who have opened the private
    chat get the menu that fits them, and so does who was one at the start before and is none any more.
    """
    standing = held(uow)
    before = [int(key.partition(":")[2]) for key in uow.once.claimed_under(_OWNER)]
    for account in before:
        if not desk.is_owner(account):
            relaying.take_back_what_waits(uow, desk, account, knew=lambda _, other: other in before)
            uow.once.release(f"{_OWNER}:{account}")
    for account in dict.fromkeys((*desk.settings.access.owner_ids, *before)):
        if desk.is_owner(account):
            uow.once.claim(f"{_OWNER}:{account}", desk.now)
        person = uow.people.find(account)
        if person is None or not person.reachable:
            continue
        has = standing.get(account, {})
        language = readers.language_of(desk, person, next(iter(has.values()), None))
        _give_menu(uow, desk, Reader(account, language), set(has))


def _tell_of_loss(uow: UnitOfWork, desk: Desk, reader: Reader, entry: RosterEntry, *, moved: bool) -> None:
    text = Text.of("role-moved" if moved else "role-ended", name=entry.name, role=Text.of(f"role-{entry.role}"))
    uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text), desk.now)


def _give_menu(uow: UnitOfWork, desk: Desk, reader: Reader, roster_roles: set[Role]) -> None:
    roles = {*roster_roles, Role.CONSTITUENT, *([Role.OWNER] if desk.is_owner(reader.chat_id) else [])}
    menu = "+".join(role for role in Role if role in roles)
    uow.outbox.add(Outgoing(Send.MENU, reader.chat_id, language=reader.language, menu=menu, key="menu"), desk.now)
