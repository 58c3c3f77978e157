"""Group chats: joining, binding to a station, becoming a supergroup, and losing the bot."""

from __future__ import annotations

from dataclasses import replace

from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.incoming import GroupMoved, MembershipChange, Place
from liaisonbot.model import Group
from liaisonbot.outgoing import Outgoing, Priority, Send
from liaisonbot.permissions import Permission, may_for_station
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import announcement_posts, muted, polling, readers, station_cards
from liaisonbot.services.readers import Reader
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text


def remember(uow: UnitOfWork, place: Place) -> Group:
    """The group as we know it now: a new title or type is noted."""
    known = uow.groups.get(place.chat_id)
    title = place.title or ""
    if known is None:
        known = Group(place.chat_id, title, place.type, station_id=None, language=None, present=True)
        uow.groups.save(known)
    elif not known.present or known.title != title or known.type != place.type:
        known = replace(known, title=title, type=place.type, present=True)
        uow.groups.save(known)
    return known


def membership(uow: UnitOfWork, desk: Desk, change: MembershipChange) -> None:
    """The bot was added, removed, or given other rights; in a private chat: blocked or unblocked."""
    if change.place.private:
        uow.people.set_reachable(change.place.chat_id, change.present)
        return
    if not change.present:
        _removed(uow, desk, change)
        return
    group = remember(uow, change.place)
    if change.was_present and change.administrator:
        station_cards.pin_again(uow, desk, group.chat_id)
    if not change.may_send:
        _tell_in_private(uow, desk, group, change)
        return
    first = not change.was_present or not change.might_send
    if not first and not _lacking(change):
        return
    uow.outbox.add(
        Outgoing(
            Send.TEXT,
            group.chat_id,
            language=readers.group_language(desk, group),
            text=Text.lines(
                Text.of("group-hello", bot=desk.bot.username) if first else None,
                _station_line(uow, group) if first else None,
                *(Text.of(key) for key in _lacking(change)),
            ),
            priority=Priority.CONVERSATION,
        ),
        desk.now,
    )
    if first:
        muted.tell_again(uow, desk, group)


def _station_line(uow: UnitOfWork, group: Group) -> Text:
    station = uow.stations.get(group.station_id) if group.station_id is not None else None
    return Text.of("group-bound-to", station=station.name) if station else Text.of("group-not-bound")


def _lacking(change: MembershipChange) -> list[str]:
    """The rights the bot would need here, and what cannot be done without each."""
    lacking = []
    if not change.may_send_media:
        lacking.append("group-lacks-media")
    if not change.reads_everything:
        lacking.append("group-lacks-reading")
    return lacking


def _tell_in_private(uow: UnitOfWork, desk: Desk, group: Group, change: MembershipChange) -> None:
    """Nothing can be said in the group: who made it so hears of it, else those who look after the group."""
    person = uow.people.find(change.by.telegram_id) if change.by is not None else None
    if person is not None and person.reachable:
        told = [Reader(person.telegram_id, readers.language_of(desk, person))]
    else:
        told = readers.staff_of(uow, desk, group.station_id)
    text = Text.of("group-muted", group=group.title)
    for reader in told:
        uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text), desk.now)


def _removed(uow: UnitOfWork, desk: Desk, change: MembershipChange) -> None:
    """The group is unbound and its station's staff are told; its cases go on, with their authors in private."""
    group = uow.groups.get(change.place.chat_id)
    if group is None:
        return
    uow.groups.save(replace(group, present=False, station_id=None))
    uow.outbox.drop_for(group.chat_id)
    uow.station_cards.drop(group.chat_id)
    announcement_posts.chat_lost(uow, desk, group.chat_id)
    polling.chat_lost(uow, desk, group.chat_id)
    if group.station_id is None or not group.present:
        return
    text = Text.of("group-lost", group=group.title)
    for reader in readers.staff_of(uow, desk, group.station_id):
        uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text), desk.now)


def moved(uow: UnitOfWork, move: GroupMoved) -> None:
    """A group became a supergroup: binding and cases go with it."""
    uow.groups.moved(move.old_chat_id, move.new_chat_id)


def bind(visit: Visit, station_id: int) -> None:
    """Tie this group to a station of one's own. A group of another station has to be untied first, by those who may."""
    group = remember(visit.uow, visit.place)
    station = visit.uow.stations.get(station_id)
    if station is None or not may_for_station(visit.actor, Permission.GROUP_BIND, station_id):
        raise Refused("station-not-yours")
    if group.station_id == station_id:
        raise Refused("bound-already", station=station.name)
    if group.station_id is not None and not may_for_station(visit.actor, Permission.GROUP_BIND, group.station_id):
        raise Refused("bound-elsewhere")
    visit.uow.groups.save(replace(group, station_id=station_id))
    visit.toast()
    visit.say(Text.of("bound", station=station.name, bot=visit.desk.bot.username))
    station_cards.bring_up_to_date_here(visit.uow, visit.desk, group.chat_id)


def unbind(visit: Visit) -> None:
    group = visit.uow.groups.get(visit.place.chat_id)
    if group is None or group.station_id is None:
        raise Refused("not-bound")
    if not may_for_station(visit.actor, Permission.GROUP_BIND, group.station_id):
        raise Refused("bound-elsewhere")
    visit.uow.groups.save(replace(group, station_id=None))
    visit.say(Text.of("unbound"))
    station_cards.take_down(visit.uow, visit.desk, group.chat_id, visit.language)
