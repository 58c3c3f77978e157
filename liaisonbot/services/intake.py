"""A constituent's words become a case: opened, routed, receipted. Media, albums and edits included."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any, Final

from liaisonbot import categories
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.incoming import IncomingMessage, Place
from liaisonbot.limits import Part
from liaisonbot.model import Actor, Attachment, Case, Person
from liaisonbot.outgoing import RECEIPT, Outgoing, Priority, Send
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    accusations,
    asked,
    assigning,
    cards,
    casework,
    conversation,
    first_cards,
    guarding,
    muted,
    privacy,
    readers,
    receipts,
    relaying,
    routing,
    sorting,
    standing_cards,
)
from liaisonbot.services.accusations import Verdict
from liaisonbot.services.relaying import Files
from liaisonbot.services.routing import Matter, Route
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import MessageKind, Role, RoutingRule, Stage
from liaisonbot.workflow import Event


def open_case(
    visit: Visit,
    message: IncomingMessage,
    *,
    author: Person | None = None,
    text: str | None = None,
    added: tuple[IncomingMessage, str] | None = None,
    kind: str | None = None,
    station_id: int | None = None,
    announcement_id: int | None = None,
    moved: bool = False,
) -> Case:
    """Open a case from a message for ``author`` (who wrote to us, unless somebody registered another's message).

    ``kind``, ``station_id``, ``announcement_id``: what is known already, for a question about an announcement.
    ``moved``: the message stands in another case, and is this one's from now on.
    ``added``: what whoever registered it wrote about it, kept as theirs and passed on.
    """
    uow, desk, place = visit.uow, visit.desk, visit.place
    author = author or visit.actor.person
    if author is None:
        raise Refused("anonymous-author")
    words = (text if text is not None else message.text) or ""
    station_id = station_id if station_id is not None else _station(uow, place, author)
    verdict = accusations.look(uow, station_id, place, "\n".join([words, added[1]]) if added else words)
    guarding.say_numbers(uow, desk, _reader(visit, author), place, message.message_id, verdict)
    case, route = new_case(
        uow,
        desk,
        station_id,
        words,
        place.type,
        verdict,
        not_to=(author.telegram_id,),
        kind=kind,
        announcement_id=announcement_id,
    )
    uow.cases.add_author(case.number, author.id, message, desk.now)
    if moved:
        uow.messages.move(place.chat_id, message.message_id, message.media_group_id, case.number)
    else:
        _keep_opening(uow, desk, case, author, message, words)
    actor = visit.actor if author == visit.actor.person else replace(visit.actor, person=author)
    casework.record(uow, desk, actor, None, case, Event.OPENED, rule=route.rule, details=route.details)
    if station_id is not None and author.station_id != station_id:
        uow.people.set_station(author.id, station_id)
    guarding.note_new(uow, desk, case, verdict)
    _receipt(visit, case, actor, author, message, verdict)
    guarding.tell_new(uow, desk, case, verdict, author)
    first_cards.promise(uow, desk, case, with_files=moved or bool(message.attachments))
    if added is not None:
        _pass_on_what_was_added(visit, case, *added)
    if author.id == visit.person_id:
        conversation.share_contact(visit, message, case)
    return case


def new_case(
    uow: UnitOfWork,
    desk: Desk,
    station_id: int | None,
    words: str,
    chat_type: str,
    verdict: Verdict,
    *,
    not_to: Collection[int] = (),
    kind: str | None = None,
    named: int | None = None,
    **more: Any,
) -> tuple[Case, Route]:
    """A case of these words, sorted by them and routed; nobody is told yet, and it is nobody's.

    ``named``: the roster id of a deputy who heard it, and has it if that can be.
    ``verdict``: what the guard says of the words; what it holds is routed to nobody before staff release it.
    """
    proposal = categories.propose(words)
    category = proposal.category
    accused = [entry.id for entry in verdict.accused]
    matter = Matter(station_id, category, words, tuple(not_to), named=named, accused=accused)
    route = _queue(matter) if verdict.holds else routing.route(uow, desk, matter)
    case = uow.cases.open(
        station_id=station_id,
        category=category,
        kind=kind or proposal.kind,
        text=words,
        chat_type=chat_type,
        now=desk.now,
        due_at=desk.limit(Part.ACCEPT, category).ends(desk.working_days, desk.now),
        reply_due_at=desk.limit(Part.REPLY, category).ends(desk.working_days, desk.now),
        **route.changes,
        tags=proposal.tags,
        guard=guarding.topic(verdict),
        held=verdict.holds,
        **more,
    )
    return case, route


def _queue(matter: Matter) -> Route:
    """What the guard holds reaches no deputy before staff release it."""
    return Route(None, RoutingRule.STAFF_QUEUE if matter.station_id is not None else RoutingRule.OWNER_QUEUE)


def _pass_on_what_was_added(visit: Visit, case: Case, message: IncomingMessage, words: str) -> None:
    """What whoever registered the message said about it: their words, kept as theirs."""
    uow, desk = visit.uow, visit.desk
    row = uow.messages.add(
        case.number,
        at=desk.now,
        by=Role.CONSTITUENT,
        person_id=visit.person_id,
        kind=MessageKind.CONVERSATION,
        text=words,
        chat_id=message.place.chat_id,
        message_id=message.message_id,
    )
    deputy = readers.deputy_of(uow, desk, case)
    for reader in [deputy] if deputy else readers.staff_for(uow, desk, case):
        heading = Text.of("relay-from-neighbour", case=case.number)
        relaying.words(uow, desk, case, reader, heading, words, message=row)


def require_station(visit: Visit) -> None:
    """Refuse where no case can be opened: in a group that belongs to no station."""
    if not visit.place.private:
        _bound_station(visit.uow, visit.place)


def _bound_station(uow: UnitOfWork, place: Place) -> int:
    group = uow.groups.get(place.chat_id)
    if group is None or group.station_id is None:
        raise Refused("group-unbound")
    return group.station_id


def _station(uow: UnitOfWork, place: Place, author: Person) -> int | None:
    """In a group the one it is bound to; in private the one the person used or chose last, or the only one there is."""
    if not place.private:
        return _bound_station(uow, place)
    if author.station_id is not None:
        return author.station_id
    stations = uow.stations.all()
    return stations[0].id if len(stations) == 1 else None


def _keep_opening(
    uow: UnitOfWork, desk: Desk, case: Case, author: Person, message: IncomingMessage, words: str
) -> None:
    uow.messages.add(
        case.number,
        at=desk.now,
        by=Role.CONSTITUENT,
        person_id=author.id,
        kind=MessageKind.CONVERSATION,
        text=words,
        attachments=message.attachments,
        chat_id=message.place.chat_id,
        message_id=message.message_id,
        media_group_id=message.media_group_id,
        opening=True,
    )
    if message.media_group_id and not message.place.private:
        loose = uow.messages.take_loose_parts(message.place.chat_id, message.media_group_id, author.telegram_id)
        for message_id, attachment in loose:
            _keep_part(uow, desk, case.number, author.id, message, message_id, (attachment,))


def _keep_part(
    uow: UnitOfWork,
    desk: Desk,
    case: int,
    person_id: int,
    message: IncomingMessage,
    message_id: int,
    attachments: tuple[Attachment, ...],
    *,
    opening: bool = True,
    kind: MessageKind = MessageKind.CONVERSATION,
) -> int | None:
    return uow.messages.add(
        case,
        at=desk.now,
        by=Role.CONSTITUENT,
        person_id=person_id,
        kind=kind,
        text=message.text if message_id == message.message_id else None,
        attachments=attachments,
        chat_id=message.place.chat_id,
        message_id=message_id,
        media_group_id=message.media_group_id,
        opening=opening,
    )


def join_album(visit: Visit, message: IncomingMessage) -> bool:
    """Whether the message is a further part of an album that opened a case; then it was added to that case. Where this
    became part of another one meanwhile, whoever has that reads it, as all that its author says.

    The parts find each other by ``media_group_id`` in the database: a crash between them changes nothing.
    """
    if message.media_group_id is None or visit.actor.person is None:
        return False
    first = visit.uow.messages.first_of_album(message.place.chat_id, message.media_group_id)
    if first is None or not first.opening:
        return False
    uow, desk, number = visit.uow, visit.desk, first.case
    whose = first.person_id or visit.person_id  # of a case on behalf, not whoever entered it
    row = _keep_part(uow, desk, number, whose, message, message.message_id, message.attachments)
    case = uow.cases.get(number)
    if row is None or case is None:
        return True
    whole = uow.cases.get(uow.merges.target(number)) or case
    alone = whole.number == number
    becomes, part = alone and not case.text, None if alone else case
    whole = guarding.look_again(visit, whole, message.text, opening=alone, becomes_text=becomes, part=part)
    case = whole if alone else case
    if message.text and not case.text:
        before, case = case, uow.cases.update(number, text=message.text)
        standing_cards.refresh(uow, desk, case, before=before)
        case = sorting.by_words(uow, desk, visit.actor, case)
    reader = guarding.deputy_to_tell(uow, desk, case if alone else whole)
    files = Files.of(message)
    if reader is not None and files is not None:
        heading = None if alone else Text.of("relay-from-constituent", case=whole.number)
        body = None if alone else message.text
        relaying.pass_files(uow, desk, whole.number, reader, files, text=heading, body=body)
    return True


def _receipt(
    visit: Visit, case: Case, actor: Actor, author: Person, message: IncomingMessage, verdict: Verdict
) -> None:
    """Number, station, deputy and time limit, in answer to the constituent's own message; ``actor`` is the author."""
    uow, desk, place = visit.uow, visit.desk, visit.place
    if not place.private:
        _group_receipt(visit, case, author, message, verdict)
        return
    language = readers.language_of(desk, author)
    privacy.show_notice_once(uow, desk, author, place, language)
    text = Text.lines(
        receipt_text(uow, desk, case),
        guarding.receipt(case, verdict, author),
        Text.of("receipt-station-missing") if case.station_id is None else None,
    )
    uow.outbox.add(
        Outgoing(
            Send.TEXT,
            place.chat_id,
            language=language,
            thread_id=place.thread_id,
            text=text,
            rows=receipts.rows(uow, desk, actor, case),
            reply_to=message.message_id,
            case=case.number,
            purpose=RECEIPT,
            priority=Priority.ANSWER,
        ),
        desk.now,
    )


def receipt_text(uow: UnitOfWork, desk: Desk, case: Case) -> Text:
    accept, reply = desk.limit(Part.ACCEPT, case.category), desk.limit(Part.REPLY, case.category)
    reply_by = desk.working_days.last_day(reply.ends(desk.working_days, case.created_at))
    if guarding.is_emergency(uow, case):
        return Text.of("receipt-emergency", case=case.number, date=_next_look(desk))
    queue = "receipt-held" if case.held else "receipt-queue"
    if case.station_id is None:
        queue = "receipt-held-no-station" if case.held else "receipt-no-station"
    receipt = Text.of(
        "receipt" if case.deputy_id is not None else queue,
        case=case.number,
        station=cards.station_name(uow, case),
        deputy=cards.deputy_name(uow, case),
        category=cards.category(case),
        accept_in=cards.span(accept),
        accept_by=desk.working_days.last_day(case.due_at or desk.now),
        reply_in=cards.span(reply),
        reply_by=reply_by,
    )
    return Text.lines(
        receipt,
        cards.standing_in(uow, case),
        _named_away(uow, desk, case),
        _named_elsewhere(uow, case),
        cards.calendar_note_until(desk, case, reply_by),  # further than the limit of the first stage
    )


def _named_away(uow: UnitOfWork, desk: Desk, case: Case) -> Text | None:
    """That a deputy they named is on leave: so they know why somebody else has it, or nobody yet. What the guard holds
    waits for another reason.
    """
    if case.held:
        return None
    key = "receipt-named-away" if case.deputy_id is not None else "receipt-named-away-queue"
    has_it = (case.deputy_id, case.standing_in_for)
    for deputy_id, leave in uow.leaves.on(desk.today).items():
        deputy = uow.roster.get(deputy_id) if deputy_id not in has_it else None
        if deputy and case.station_id in deputy.station_ids and routing.names(case.text or "", deputy):
            return Text.of(key, deputy=deputy.name, date=leave.last)
    return None


def _named_elsewhere(uow: UnitOfWork, case: Case) -> Text | None:
    """That a deputy they named is at another station, and the way there while there is one; nothing where the words
    accuse, and where somebody of this station is named as well.
    """
    if case.station_id is None or case.guard is not None:
        return None
    named = routing.named_in(case.text or "", uow.roster.deputies())
    if not named or any(case.station_id in deputy.station_ids for deputy in named):
        return None
    stations = [station for station in uow.stations.all() if station.id in named[0].station_ids]
    if not stations or not receipts.may_choose_station(uow, case):
        return None
    if accusations.accusing(uow, case, stations[0].id, case.text or "").findings:
        return None
    return Text.of("receipt-named-elsewhere", deputy=named[0].name, station=stations[0].name)


_OFFICE_CLOSES: Final = 17
"""Local hour after which nobody is promised to look before the next working day."""


def _next_look(desk: Desk) -> date:
    """The day on which somebody looks at what came just now: those who work here do so on working days."""
    local = desk.now.astimezone(desk.timezone)
    if desk.working_days.is_working_day(desk.today) and local.hour < _OFFICE_CLOSES:
        return desk.today
    return desk.working_days.day_after(desk.today, 1)


def show_receipt(visit: Visit, case: Case) -> None:
    """The receipt as it reads now, where the button was pressed; why it waits for staff, where it does."""
    rows = receipts.rows(visit.uow, visit.desk, visit.actor, case)
    advice = guarding.advice_on(case.guard) if case.held and case.guard is not None and visit.place.private else None
    visit.show(Text.lines(receipt_text(visit.uow, visit.desk, case), advice), rows=rows)


def _group_receipt(visit: Visit, case: Case, author: Person, message: IncomingMessage, verdict: Verdict) -> None:
    """In answer to their message, for all to read. Where the bot may not write there it is read in private, by its
    author or else by whoever registered it; who has no private chat yet is told later, here or there.
    """
    uow, desk, place = visit.uow, visit.desk, visit.place
    watched = Text.of("not-watched", date=_next_look(desk)) if guarding.is_emergency(uow, case) else None
    receipt = standing_cards.group_card(
        uow,
        desk,
        case,
        place.chat_id,
        person=author.id,
        thread_id=place.thread_id,
        reply_to=message.message_id,
        text=Text.lines(
            guarding.receipt(case, verdict, author) or sorting.private_hint(case),
            watched,
            Text.of("group-receipt-notice") if _first_time(uow, desk, author) else None,
        ),
        priority=Priority.ANSWER,
        tell_if_gone=True,
    )
    reader = _reader(visit, author)
    if reader is not None and reader.reachable:
        theirs = muted.privately(desk, reader, receipt)
        if reader.id == author.id:
            theirs = replace(theirs, composed=THEIRS, text=None, purpose=RECEIPT)
        else:  # what else it says, and its button, are for the author
            theirs = replace(theirs, text=watched, rows=())
        receipt = muted.instead(receipt, theirs)
    uow.outbox.add(receipt, desk.now)


def _reader(visit: Visit, author: Person) -> Person | None:
    """Who reads in private what their group is not told: the author, or else whoever registered it for them."""
    return author if author.reachable or visit.place.private else visit.actor.person


THEIRS: Final = "receipt"
"""What stands in ``Outgoing.composed`` of the receipt of a case from a group that its author reads in private."""


def compose_theirs(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> Outgoing | None:
    """It gives no advice of the guard: that goes out by itself (``guarding.tell_new``). Reads only."""
    case = uow.cases.get(outgoing.case) if outgoing.case is not None else None
    person = uow.people.find(outgoing.chat_id)
    if case is None or person is None or person.id not in uow.cases.author_ids(case.number):
        return None
    rows = receipts.rows(uow, desk, Actor(person), case)
    return replace(outgoing, text=receipt_text(uow, desk, case), rows=rows, composed=None)


def _first_time(uow: UnitOfWork, desk: Desk, author: Person) -> bool:
    """Whether they were neither shown the notice in private nor told in a group where to find it."""
    return author.notice_shown_at is None and uow.once.claim(f"notice:{author.id}", desk.now)


def choose_station(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, station_id: int) -> Case:
    """The author says which station a case without one belongs to: it is routed there."""
    case = casework.find(uow, actor, number, Permission.CASE_CHOOSE)
    in_group = case.chat_type != "private"
    if actor.person is None or case.stage is not Stage.COLLECTION or (in_group and case.station_id is not None):
        raise Refused("station-known", case=number, station=cards.station_name(uow, case))
    if case.station_id == station_id:
        raise Refused("station-is-that", case=number, station=cards.station_name(uow, case))
    require_not_shared(uow, case)
    if uow.stations.get(station_id) is None:
        raise Refused("station-unknown")
    guarded = guarding.accused_there(uow, desk, case, station_id)
    matter = replace(assigning.matter(uow, case), station_id=station_id)
    route = _queue(matter) if guarded.get("held", case.held) else routing.route(uow, desk, matter)
    changes = {"station_id": station_id, **guarded, **route.changes}
    after = casework.advance(
        uow, desk, actor, number, Event.ROUTED, changes=changes, rule=route.rule, details=route.details
    )
    uow.people.set_station(actor.person.id, station_id)
    return after


def require_not_shared(uow: UnitOfWork, case: Case) -> None:
    """Refuse where others would be moved along who were not asked."""
    if asked.shared(uow, case):
        raise Refused("shared-case", case=case.number)


def choose_deputy(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, deputy_id: int) -> Case:
    """The author names a deputy of the station, as long as nobody has accepted the case."""
    case = casework.find(uow, actor, number, Permission.CASE_CHOOSE)
    if case.held:
        raise Refused("guard-held", case=number)
    require_not_shared(uow, case)
    route = routing.route(uow, desk, replace(assigning.matter(uow, case), named=deputy_id))
    meant = route.standing_in_for or route.deputy
    if meant is None or meant.id != deputy_id:
        raise _cannot_be_chosen(uow, desk, case, deputy_id)
    if route.changes == {"deputy_id": case.deputy_id, "standing_in_for": case.standing_in_for}:
        raise Refused("has-it-already", case=number, deputy=cards.deputy_name(uow, case))
    return casework.advance(
        uow, desk, actor, number, Event.ROUTED, changes=route.changes, rule=route.rule, details=route.details
    )


def _cannot_be_chosen(uow: UnitOfWork, desk: Desk, case: Case, deputy_id: int) -> Refused:
    """Somebody else's deputy, or one who is away with nobody in their place."""
    deputy = next((entry for entry in uow.roster.deputies(case.station_id) if entry.id == deputy_id), None)
    leave = uow.leaves.on(desk.today).get(deputy_id)
    if deputy is None or leave is None:
        return Refused("deputy-unknown")
    return Refused("deputy-away", deputy=deputy.name, date=leave.last)
