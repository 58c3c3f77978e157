"""Who is standing at the desk, the first words they hear, and which language they read."""

from __future__ import annotations

from dataclasses import replace

from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.incoming import Sender
from liaisonbot.model import Actor, Group
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.permissions import Permission, may_for_station
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import actors, invitations, privacy, roles, station_cards
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role


def identify(uow: UnitOfWork, desk: Desk, sender: Sender) -> Actor:
    """Everything the sender is at this moment. Roles are read anew each time, so that changes count at once."""
    person = uow.people.meet(sender.telegram_id, sender.language_code, desk.now)
    entries = uow.roster.of(sender.telegram_id, sender.username)
    if any(entry.just_tied for entry in entries):
        roles.tied(uow, desk, entries)
    return actors.being(desk, sender.telegram_id, person, entries)


def welcome(visit: Visit) -> None:
    """What /start says: who we are, the privacy notice once, and the way to the first case."""
    first_words(visit)
    role = visit.actor.roles[0]
    visit.say(Text.of(f"welcome-{role}", name=_roster_name(visit.actor) or ""))


def first_words(visit: Visit) -> None:
    """The private chat was opened by a button: the notice at first contact, and the menu."""
    if visit.actor.person is not None:
        privacy.show_notice_once(visit.uow, visit.desk, visit.actor.person, visit.place, visit.language)
    show_menu(visit)


def _roster_name(actor: Actor) -> str | None:
    entry = actor.staff or actor.deputy
    return entry.name if entry else None


def show_menu(visit: Visit) -> None:
    """The command menu beside the text field fits the person's roles."""
    roles = "+".join(role for role in visit.actor.roles)
    visit.promise(Outgoing(Send.MENU, visit.place.chat_id, menu=roles))


def join(visit: Visit, code: str) -> None:
    """Somebody followed an invitation's link."""
    before = roles.held(visit.uow)
    entry = invitations.redeem(visit.uow, visit.desk, visit.actor, code)
    roles.follow(visit.uow, visit.desk, before)
    person = visit.actor.person
    if person is not None:
        privacy.show_notice_once(visit.uow, visit.desk, person, visit.place, visit.language)
    menu = "+".join({*visit.actor.roles, entry.role, Role.CONSTITUENT})
    visit.promise(Outgoing(Send.MENU, visit.place.chat_id, menu=menu, key="menu"))
    visit.say(Text.of("joined", name=entry.name, role=Text.of(f"role-{entry.role}")))
    visit.say(Text.of(f"welcome-{entry.role}", name=entry.name))


def set_language(visit: Visit, language: str) -> None:
    """One's own language in private; in a group the language the bot speaks there, which is for staff to say."""
    if visit.place.private:
        visit.uow.people.set_language(visit.person_id, language)
        show_menu(_answer_in(visit, language))
        return
    visit.uow.groups.save(replace(_own_group(visit), language=language))
    station_cards.bring_up_to_date_here(visit.uow, visit.desk, visit.place.chat_id)
    _answer_in(visit, language)


def require_group_language(visit: Visit) -> None:
    """Refuse in a group whose language is not for this person to set."""
    if not visit.place.private:
        _own_group(visit)


def _own_group(visit: Visit) -> Group:
    group = visit.uow.groups.get(visit.place.chat_id)
    if group is None or not may_for_station(visit.actor, Permission.GROUP_LANGUAGE, group.station_id):
        raise Refused("group-language-staff-only")
    return group


def _answer_in(visit: Visit, language: str) -> Visit:
    """The visit goes on in that language."""
    visit = replace(visit, language=language)
    visit.show(Text.of("language-set"))
    return visit
