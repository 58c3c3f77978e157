"""The station's card in each group: who the deputies are, when they receive, how to report. Pinned, kept by editing.

What it should say is made anew from the roster whenever the clock ticks, and compared by a digest: so it does not
matter what changed it, nor in which process. Once a day it is edited all the same; that is how we hear that somebody
deleted it, and a new one takes its place. What changes then nobody sees: the address behind its button names the hour,
since Telegram takes no edit that changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from liaisonbot.announcements import StationCard
from liaisonbot.desk import Desk
from liaisonbot.errors import MessageGone, Refused
from liaisonbot.model import RosterEntry, Station
from liaisonbot.outgoing import Button, Outgoing, Priority, Receipt, Rows, Send
from liaisonbot.permissions import Permission, may_for_station
from liaisonbot.ports import UnitOfWork
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, pick_language

AT_ONCE: Final = 50
"""Cards that one tick brings up to date; the rest follow with the next, so that nobody waits for a thousand of them."""
LOOKED_AT_EVERY: Final = timedelta(days=1)
DEPUTIES_SHOWN: Final = 12
"""So that the card fits a phone's screen."""
SPECIALTIES_SHOWN: Final = 2
RECEPTIONS_SHOWN: Final = 3
RECEPTION: Final = 200
"""Characters of what a station says about its reception day."""


def text_of(uow: UnitOfWork, desk: Desk, station: Station) -> Text:
    """What the card says."""
    deputies = uow.roster.deputies(station.id)
    more = len(deputies) - DEPUTIES_SHOWN
    return Text.lines(
        Text.of("station-card-head", station=station.name),
        Text.of("station-card-area", area=station.area) if station.area else None,
        Text.of("station-card-deputies") if deputies else Text.of("station-card-no-deputies"),
        *(_deputy(entry) for entry in deputies[:DEPUTIES_SHOWN]),
        Text.of("and-more", n=more) if more > 0 else None,
        Text.of("station-card-reception", reception=station.reception) if station.reception else None,
        *_on_duty(uow, desk, deputies[:DEPUTIES_SHOWN]),
        Text.of("station-card-how", bot=desk.bot.username),
    )


def _on_duty(uow: UnitOfWork, desk: Desk, deputies: Sequence[RosterEntry]) -> list[Text]:
    """Who receives next, and when, as the rota has it."""
    found = [(days[0], entry) for entry in deputies if (days := uow.receptions.days_of(entry.id, desk.today))]
    soonest = sorted(found, key=lambda pair: (pair[0], pair[1].name))[:RECEPTIONS_SHOWN]
    lines = [Text.of("station-card-next", date=day, name=entry.name) for day, entry in soonest]
    return [Text.of("station-card-next-title"), *lines] if lines else []


def _deputy(entry: RosterEntry) -> Text:
    known = [Text.of(f"category-{category}") for category in sorted(entry.specialties)[:SPECIALTIES_SHOWN]]
    match known:
        case []:
            return Text.of("station-card-deputy", name=entry.name)
        case [one]:
            return Text.of("station-card-deputy-one", name=entry.name, first=one)
    return Text.of("station-card-deputy-two", name=entry.name, first=known[0], second=known[1])


def _rows(desk: Desk) -> Rows:
    """The way into the private chat. The hour in it is for Telegram alone: with it the daily edit changes something."""
    return ((Button(Text.of("button-private"), url=desk.bot.deep_link(f"hello-{desk.now:%Y%m%d%H}")),),)


def wording_of(text: Text, language: str) -> str:
    """A digest by which a card that is out of date is known."""
    said = json.dumps([text.to_json(), language], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


# --- keeping them current ---------------------------------------------------------------------------------------------


def bring_up_to_date(uow: UnitOfWork, desk: Desk) -> int:
    """What the clock does: post what is missing, edit what says something else, look whether the rest is there."""
    done = 0
    wordings: dict[tuple[int, str], tuple[Text, str]] = {}
    for card in uow.station_cards.wanted():
        language = _language(desk, card)
        about = (card.station_id, language)
        if about not in wordings:
            station = uow.stations.get(card.station_id)
            if station is None:
                continue
            text = text_of(uow, desk, station)
            wordings[about] = (text, wording_of(text, language))
        text, wording = wordings[about]
        looked_at = card.checked_at is not None and desk.now - card.checked_at < LOOKED_AT_EVERY
        if card.wording != wording or not looked_at:
            _promise(uow, desk, card, language, text, wording, Priority.ANNOUNCEMENT)
            done += 1
            if done >= AT_ONCE:
                break
    return 0


def bring_up_to_date_here(uow: UnitOfWork, desk: Desk, chat_id: int) -> None:
    """The group was bound, or speaks another language: its card follows at once."""
    card = uow.station_cards.get(chat_id)
    station = uow.stations.get(card.station_id) if card else None
    if card is None or station is None:
        return
    language = _language(desk, card)
    text = text_of(uow, desk, station)
    wording = wording_of(text, language)
    if card.wording != wording:
        _promise(uow, desk, card, language, text, wording, Priority.NOTICE)


def _language(desk: Desk, card: StationCard) -> str:
    return pick_language(card.language, default=desk.settings.locale.default_language)


def _promise(
    uow: UnitOfWork, desk: Desk, card: StationCard, language: str, text: Text, wording: str, priority: Priority
) -> None:
    outgoing = Outgoing(
        Send.TEXT if card.message_id is None else Send.EDIT,
        card.chat_id,
        language=language,
        text=text,
        rows=_rows(desk),
        target=card.message_id,
        priority=priority,
        key="station-card",
        noted_as=("station-card", 0),
    )
    uow.outbox.add(outgoing, desk.now)
    uow.station_cards.save(replace(card, wording=wording, checked_at=desk.now))


def _note(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """The card was posted: it is pinned. It is not there any more: a new one is. The group was untied while it was on
    its way: it is taken out again.
    """
    card = uow.station_cards.get(outgoing.chat_id)
    if card is None:
        if outgoing.kind is Send.TEXT and receipt.message_ids:
            _let_be(uow, desk, Outgoing(Send.DELETE, outgoing.chat_id, targets=receipt.message_ids))
        return
    if isinstance(receipt.failure, MessageGone):
        _replace(uow, desk, card)
    elif outgoing.kind is Send.TEXT and receipt.message_ids:
        if card.message_id is not None:  # it changed while it was on its way: one card is enough
            _let_be(uow, desk, Outgoing(Send.DELETE, outgoing.chat_id, targets=(card.message_id,)))
        uow.station_cards.save(replace(card, message_id=receipt.message_ids[-1], pinned=False))
        _pin(uow, desk, outgoing.chat_id, receipt.message_ids[-1])


def _replace(uow: UnitOfWork, desk: Desk, card: StationCard) -> None:
    """Somebody deleted it: a new one takes its place."""
    uow.station_cards.save(replace(card, message_id=None, wording=None, pinned=False))
    bring_up_to_date_here(uow, desk, card.chat_id)


def _pin(uow: UnitOfWork, desk: Desk, chat_id: int, message_id: int) -> None:
    pin = Outgoing(Send.PIN, chat_id, target=message_id, key="station-pin", noted_as=("station-pin", message_id))
    uow.outbox.add(pin, desk.now)


def _note_pin(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """Pinned; or not allowed to: the card stays as a message, and the group is told once what is lacking."""
    card = uow.station_cards.get(outgoing.chat_id)
    if card is None or outgoing.target is None or card.message_id != outgoing.target:
        return
    if isinstance(receipt.failure, MessageGone):
        _replace(uow, desk, card)
    elif receipt.failure is None:
        uow.station_cards.save(replace(card, pinned=True))
    elif uow.once.claim(f"unpinned:{outgoing.chat_id}", desk.now):
        said = Outgoing(
            Send.TEXT, outgoing.chat_id, language=_language(desk, card), text=Text.of("station-card-unpinned")
        )
        uow.outbox.add(said, desk.now)


def _let_be(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> None:
    """Promise it; if Telegram refuses it, that is nobody's trouble."""
    uow.outbox.add(replace(outgoing, noted_as=("let-be", 0)), desk.now)


NOTED: Final[Mapping[str, Callable[[UnitOfWork, Desk, Outgoing, Receipt], None]]] = {
    "station-card": _note,
    "station-pin": _note_pin,
    "let-be": lambda uow, desk, outgoing, receipt: None,
}


def pin_again(uow: UnitOfWork, desk: Desk, chat_id: int) -> None:
    """The bot got other rights in the group: perhaps it may pin now."""
    card = uow.station_cards.get(chat_id)
    if card is not None and card.message_id is not None and not card.pinned:
        _pin(uow, desk, chat_id, card.message_id)


def take_down(uow: UnitOfWork, desk: Desk, chat_id: int, language: str) -> None:
    """The group is tied to the station no longer: its card says so, and hangs no more. One that waits to be posted is
    not posted.
    """
    card = uow.station_cards.drop(chat_id)
    uow.outbox.drop_keyed("station-card", chat=chat_id)
    if card is None or card.message_id is None:
        return
    said = Text.of("station-card-over")
    target = card.message_id
    uow.outbox.add(
        Outgoing(Send.EDIT, chat_id, language=language, text=said, target=target, key="station-card"), desk.now
    )
    # Also where it is not known to be pinned: that may be on its way.
    _let_be(uow, desk, Outgoing(Send.UNPIN, chat_id, target=target, key="station-pin"))


def set_reception(visit: Visit, answers: Answers) -> None:
    """/receptionday: what the station says about when and where its deputies receive. The cards follow."""
    station = visit.uow.stations.get(answers["station"])
    if station is None or not may_for_station(visit.actor, Permission.GROUP_BIND, station.id):
        raise Refused("station-not-yours")
    words = " ".join(answers["text"].split())
    if len(words) > RECEPTION:
        raise Refused("reception-too-long", n=RECEPTION)
    visit.uow.stations.set_reception(station.id, words)
    visit.toast()
    visit.say(Text.of("reception-set", station=station.name, reception=words))


STEPS: Final = (bring_up_to_date,)
"""What the clock does."""

PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"receptionday": set_reception}
