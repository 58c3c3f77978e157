"""The notice, one's own data, and being forgotten (PIPL 2021 §17, §45, §47, §50)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.incoming import Place
from liaisonbot.model import SYSTEM, Actor, Person
from liaisonbot.outgoing import Outgoing, Priority, Send
from liaisonbot.polls import Eligible, Poll, PollKind, PollState
from liaisonbot.ports import FORGOTTEN_AGAIN, UnitOfWork
from liaisonbot.services import casework, electors, readers, standing_cards, verdicts
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.workflow import Event

AT_ONCE: Final = 100
"""Cases that one tick ends; the next goes on."""


def notice(desk: Desk, *, on_roster: bool) -> Text:
    """What is kept, who reads it, how long, where, and what one can do: made from the settings that are on.

    ``on_roster``: for a deputy or staff, of whom the office keeps more.
    """
    limits = desk.settings.cases
    return Text.lines(
        Text.of("privacy-title"),
        Text.of("privacy-what-roster" if on_roster else "privacy-what"),
        Text.of("privacy-who"),
        Text.of("privacy-how-long", n=limits.reopen_days),
        Text.of("privacy-abroad"),
        Text.of("privacy-pace", n=desk.settings.intake.messages_per_minute),
        Text.of("privacy-rights"),
        Text.of("privacy-roster") if on_roster else None,
    )


def _on_roster(uow: UnitOfWork, person: Person) -> bool:
    return bool(uow.roster.of(person.telegram_id, None))


def show_notice_once(uow: UnitOfWork, desk: Desk, person: Person, place: Place, language: str) -> None:
    """At first contact, in the private chat. It is not repeated: /privacy shows it again."""
    if person.notice_shown_at is not None or not place.private:
        return
    text = notice(desk, on_roster=_on_roster(uow, person))
    uow.outbox.add(Outgoing(Send.TEXT, place.chat_id, language=language, text=text, priority=Priority.ANSWER), desk.now)
    uow.people.notice_shown(person.id, desk.now)


def show_notice(visit: Visit) -> None:
    visit.uow.people.notice_shown(visit.person_id, visit.desk.now)
    visit.say(notice(visit.desk, on_roster=visit.actor.on_roster))


def before_forgetting(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    """What goes, for those on the roster what stays, and what becomes of votes in polls that go on."""
    polls = _polls_open_to(visit)
    listed = [poll for poll in polls if poll.eligible is Eligible.LISTED or poll.kind is PollKind.APPRAISAL]
    return Text.lines(
        Text.of("ask-sure-forget-roster" if visit.actor.on_roster else "ask-sure-forget"),
        Text.of("ask-sure-forget-votes", n=len(polls)) if polls else None,
        Text.of("ask-sure-forget-votes-deputy") if listed and visit.actor.deputy is not None else None,
    ), None


def _polls_open_to(visit: Visit) -> list[Poll]:
    """Polls that go on, in which they could not vote any more: see ``balloting.came_back``."""
    polls, person, deputy = visit.uow.polls, visit.actor.person, visit.actor.deputy
    station = person.station_id if person is not None else None

    def theirs(poll: Poll) -> bool:
        if deputy is not None and polls.is_elector(poll.number, entry_id=deputy.id):
            return True
        at_home = station is None or not poll.station_ids or station in poll.station_ids
        return poll.eligible is not Eligible.LISTED and at_home

    found = polls.in_state(PollState.OPEN, limit=1000)
    return [poll for poll in found if not electors.by_entry(poll) and theirs(poll)]


def send_my_data(visit: Visit) -> None:
    """All one's data as a JSON document."""
    if visit.actor.person is None:
        return
    data = visit.uow.erasure.everything_of(visit.actor.person)
    content = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    visit.promise(
        Outgoing(
            Send.DOCUMENT,
            visit.place.chat_id,
            text=Text.of("mydata-caption"),
            document=("mydata.json", content),
            priority=Priority.ANSWER,
        )
    )


def forget(visit: Visit) -> None:
    """Erase the person's words and identity everywhere; open cases end as withdrawn, and the counts stay.

    Everything is promised after the erasure, which takes with it whatever was owed before; the last thing they hear
    goes to a chat that nothing else remembers.
    """
    uow, desk, person = visit.uow, visit.desk, visit.actor.person
    if person is None:
        return
    numbers = _all_cases(uow, person)
    alone = [
        number
        for number in _open_cases(uow, person)
        if all(author.person_id == person.id for author in uow.cases.authors(number))
    ]
    cards = _group_cards(uow, person)
    uow.erasure.erase(person, desk.now)
    for number in alone:  # after the erasure, which takes back everything that was still owed about them
        casework.advance(uow, desk, visit.actor, number, Event.WITHDRAWN)
    for number in numbers:
        case = uow.cases.get(number)
        if case is not None:  # the cards of those who worked on it lose the words too
            standing_cards.refresh(uow, desk, case)
            verdicts.decide(uow, desk, SYSTEM, case)  # it may be that only they were waited for
    for chat_id, number in cards:
        group = uow.groups.get(chat_id)
        if group is not None and group.present:
            uow.outbox.add(
                Outgoing(
                    Send.EDIT,
                    chat_id,
                    language=readers.group_language(desk, group),
                    text=Text.of("group-card-forgotten", case=number),
                    card=number,
                    key=standing_cards.group_key(number),
                ),
                desk.now,
            )
    visit.toast()
    visit.say(Text.of("forgotten-roster" if visit.actor.on_roster else "forgotten"))


def withdraw_again(uow: UnitOfWork, desk: Desk) -> int:
    """A backup was put back, and whoever was forgotten since is forgotten again: what it has open of theirs alone ends
    as it did then. How many cases were looked at.
    """
    if not uow.once.claimed(FORGOTTEN_AGAIN):
        return 0
    due = uow.once.claimed_under(FORGOTTEN_AGAIN)[:AT_ONCE]
    if len(due) < AT_ONCE:
        uow.once.release(FORGOTTEN_AGAIN)
    for key in due:
        uow.once.release(key)
        number, person_id = map(int, key.split(":")[1:])
        case = uow.cases.get(number)
        if case is None:
            continue
        if case.open and not uow.cases.authors(number):
            themselves = Actor(Person.without_account(person_id))
            case = casework.advance(uow, desk, themselves, number, Event.WITHDRAWN)
        standing_cards.refresh(uow, desk, case)
    return len(due)


STEPS: Final = (withdraw_again,)
"""What the clock does."""
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {"forget": before_forgetting}


def _group_cards(uow: UnitOfWork, person: Person) -> list[tuple[int, int]]:
    """(chat, case) of every card in a group that tells of what they wrote, not of what it was merged into."""
    return [
        (author.chat_id, number)
        for number in _all_cases(uow, person)
        for author in uow.cases.authors(number)
        if author.person_id == person.id and author.chat_type != "private" and not author.by_merge
    ]


def _open_cases(uow: UnitOfWork, person: Person) -> list[int]:
    return [number for number in _all_cases(uow, person) if (case := uow.cases.get(number)) and case.open]


def _all_cases(uow: UnitOfWork, person: Person) -> list[int]:
    numbers: list[int] = []
    while True:
        page, total = uow.cases.of_author(person.id, offset=len(numbers), limit=200)
        numbers += [case.number for case in page]
        if not page or len(numbers) >= total:
            return numbers
