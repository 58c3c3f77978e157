"""What the office does about what the guard finds: in a new case, and in what is added to one.

An emergency is answered with the numbers to call before anything else, and the case goes its way. What must not stand
in a group is kept from it for good, and its author is told the right channel and the reason in the private chat. Who
has never opened that reads in the group only that the button leads there: even a channel would tell everybody what
their matter is. What is held reaches no deputy before
staff release it, and never a deputy whom it accuses.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from liaisonbot import guard, workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.guard import Does, Finding
from liaisonbot.incoming import IncomingMessage, Place
from liaisonbot.model import SYSTEM, Actor, Case, Held, Person
from liaisonbot.outgoing import Outgoing, Priority, Send
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    accusations,
    accused,
    assigning,
    cards,
    casework,
    muted,
    reaching,
    readers,
    relaying,
    reminders,
    routing,
)
from liaisonbot.services.accusations import Verdict
from liaisonbot.services.routing import Matter
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role, RoutingRule, Stage
from liaisonbot.workflow import Event

# --- what is said -----------------------------------------------------------------------------------------------------


def _advice(findings: Sequence[Finding], *, held: bool = False) -> Text:
    """The right channel and the reason, for each topic; and what comes next where it is ``held``."""
    return Text.lines(*(cards.channel(finding.topic, held=held) for finding in findings))


def say_numbers(
    uow: UnitOfWork, desk: Desk, author: Person | None, place: Place, reply_to: int | None, verdict: Verdict
) -> None:
    """In an emergency the numbers to call are the first thing that goes out, where it was written."""
    urgent = verdict.of(Does.NUMBERS)
    if not urgent or desk.deferred:  # a deferred message was answered so when it came
        return
    group = None if place.private else uow.groups.get(place.chat_id)
    language = readers.language_of(desk, author) if place.private else readers.group_language(desk, group)
    numbers = Outgoing(
        Send.TEXT,
        place.chat_id,
        language=language,
        thread_id=place.thread_id,
        text=_advice(urgent),
        reply_to=reply_to,
        priority=Priority.URGENT,
    )
    uow.outbox.add(muted.or_in_private(desk, author, numbers), desk.now)


def say_numbers_anyway(uow: UnitOfWork, desk: Desk, message: IncomingMessage) -> None:
    """The same for a message that is refused, or has to wait: nobody in danger is left without."""
    words = message.command.words if message.command else message.mention or message.text
    person = uow.people.find(message.sender.telegram_id) if message.sender else None
    if words:
        say_numbers(uow, desk, person, message.place, message.message_id, Verdict(tuple(guard.find(words))))


def receipt(case: Case, verdict: Verdict, author: Person) -> Text | None:
    """What the receipt of a new case says because of the guard; None where it has nothing to say.

    In a group it names neither the topic nor the channel: those are read in the private chat.
    """
    hidden = verdict.of(*_HIDING)
    if not hidden:
        return None
    if case.chat_type == "private":
        return _advice(hidden, held=case.held)
    return to_the_private_chat(reachable=author.reachable)


_HIDING: Final = (Does.HOLD, Does.QUIET)


def to_the_private_chat(*, reachable: bool) -> Text:
    """What a group reads of something that does not belong there: where it goes on."""
    return Text.of("guard-look-in-private" if reachable else "guard-open-private")


# --- a new case -------------------------------------------------------------------------------------------------------


def note_new(uow: UnitOfWork, desk: Desk, case: Case, verdict: Verdict) -> None:
    """What was found in a case that was opened just now stands on record."""
    if not verdict.findings:
        return
    _keep(uow, desk, case, verdict)
    event = Event.HELD if case.held else Event.GUARDED
    casework.record(uow, desk, SYSTEM, case, case, event, details=_details(verdict))


def note(uow: UnitOfWork, desk: Desk, case: Case, verdict: Verdict, *, by: Actor = SYSTEM, **changes: Any) -> Case:
    """The same for a case that exists: it is held if it must be and is open, and the staff who can release it are told.

    ``changes`` are further columns of the case that change with it. ``by``: who has just found the case.
    """
    found = None if by is SYSTEM else case  # whom the words accuse would not find it any more
    _keep(uow, desk, case, verdict)
    event = Event.HELD if verdict.holds and case.open and not case.held else Event.GUARDED
    changes["guard"] = topic(verdict, case)
    after = casework.advance(uow, desk, by, case.number, event, changes=changes, details=_details(verdict), found=found)
    if cards.hidden(after) and not cards.hidden(case):
        reaching.keep_from_groups(uow, after)
    return after


def _keep(uow: UnitOfWork, desk: Desk, case: Case, verdict: Verdict) -> None:
    """What asks for no release is settled at once. Whom it accuses gets nothing that waits for them of the case."""
    for finding in verdict.findings:
        uow.guarded.add(
            case.number,
            finding.topic,
            finding.rule,
            desk.now,
            deputy_id=case.deputy_id,
            accused=[entry.id for entry in verdict.accused] if finding.topic == guard.ACCUSATION else (),
            mark="missed" if finding.rule == guard.MISSED else None,
        )
    for entry in verdict.accused:
        if entry.telegram_id is not None:
            _take_back(uow, desk, entry.telegram_id, case.number)
    if not case.held and not (verdict.holds and case.open):
        uow.guarded.settle(case.number, desk.now, None, None)


def _take_back(uow: UnitOfWork, desk: Desk, account: int, number: int) -> None:
    """What waits for that account and shows the case, or names it in a list of limits, does not go out."""
    relaying.take_back_what_waits(uow, desk, account, only=number)
    reminders.drop(uow, desk, number, chat=account)


def _details(verdict: Verdict) -> dict[str, Any]:
    return {"guard": [[finding.topic, finding.rule] for finding in verdict.findings]}


def is_emergency(uow: UnitOfWork, case: Case) -> bool:
    """Whether something was found in the case for which one calls for help at once."""
    found = (guard.topic_of(held.topic) for held in uow.guarded.of_case(case.number)) if case.guard else ()
    return any(topic is not None and topic.does is Does.NUMBERS for topic in found)


def topic(verdict: Verdict, case: Case | None = None) -> str | None:
    """The topic by which the case is known from now on: one that hides leads over one that does not."""
    keys = [case.guard if case else None, *(finding.topic for finding in verdict.findings)]
    known = [topic for topic in map(guard.topic_of, keys) if topic is not None]
    return next((topic.key for topic in known if topic.hides), known[0].key if known else None)


def tell_new(uow: UnitOfWork, desk: Desk, case: Case, verdict: Verdict, author: Person) -> None:
    """The author of a case that came from a group reads the channel and the reason in private; staff hear of an
    emergency at once.
    """
    hidden = verdict.of(*_HIDING)
    if hidden and case.chat_type != "private" and author.reachable:
        _advise(uow, desk, case, author.id, hidden)
    if verdict.of(Does.NUMBERS):
        _alert_staff(uow, desk, case)


def _advise(uow: UnitOfWork, desk: Desk, case: Case, person_id: int, findings: Sequence[Finding]) -> None:
    hides = any(guard.TOPICS[finding.topic].hides for finding in findings)
    for author in uow.cases.authors(case.number):
        if author.person_id == person_id:
            moved = hides and author.chat_type != "private"
            heading = Text.of("guard-moved" if moved else "guard-about", case=case.number)
            text = Text.lines(heading, _advice(findings, held=case.held))
            reaching.to_author(uow, desk, case, author, text, public=to_the_private_chat(reachable=False))


def _alert_staff(uow: UnitOfWork, desk: Desk, case: Case) -> None:
    for reader in readers.staff_for(uow, desk, case):
        text = Text.of("guard-emergency-staff", case=case.number)
        relaying.words(uow, desk, case, reader, text, case.text, priority=Priority.ANSWER)


# --- a case that goes to another station ------------------------------------------------------------------------------


def accused_there(uow: UnitOfWork, desk: Desk, case: Case, station_id: int) -> dict[str, Any]:
    """What changes with a case that goes to another station, where somebody works whom its author's words accuse: the
    first station knew nothing of them. They are on record, and it is held before anybody there has it.
    """
    said = [message.text for message in uow.messages.of_case(case.number) if message.by is Role.CONSTITUENT]
    words = "\n".join(dict.fromkeys(text for text in (assigning.matter(uow, case).text, *said) if text))
    verdict = accusations.accusing(uow, case, station_id, words)
    verdict = replace(verdict, findings=_not_known(uow.guarded.of_case(case.number), verdict))
    if not verdict.findings:
        return {}
    held = case.held or verdict.holds
    _keep(uow, desk, replace(case, held=held), verdict)
    return {"guard": topic(verdict, case), "held": held}


# --- who turns out to be accused --------------------------------------------------------------------------------------


def turned_out(uow: UnitOfWork, desk: Desk, accounts: Collection[int]) -> None:
    """Whoever has these accounts is something else in the roster than before. What accuses them, as it turns out, is
    taken from them: an open case waits for staff, and what waits for them of it does not go out.
    """
    numbers = uow.guarded.accusations() if accounts else []
    they = {account: accused.of_account(uow, account) for account in accounts} if numbers else {}
    for number in dict.fromkeys(each for one in numbers for each in (one, uow.merges.target(one))):
        whom = uow.guarded.accused(number)
        meant = [account for account, entries in they.items() if not entries.isdisjoint(whom)]
        case = uow.cases.get(number) if meant else None
        if case is None:
            continue
        deputy = readers.deputy_of(uow, desk, case)
        if case.open and deputy is not None and deputy.chat_id in meant:
            _take(uow, desk, case)
        for account in meant:
            _take_back(uow, desk, account, number)


def _take(uow: UnitOfWork, desk: Desk, case: Case) -> None:
    """It waits for staff because of what is on record, be it of the case itself or of a part."""
    own = [found for found in uow.guarded.of_case(case.number) if accusations.stands(found)]
    if own:
        casework.advance(uow, desk, SYSTEM, case.number, Event.HELD, details={"guard": [[own[-1].topic, own[-1].rule]]})
        return
    parts = (found for number in cards.parts_of(uow, case.number) for found in uow.guarded.of_case(number))
    rule = next((found.rule for found in parts if accusations.stands(found)), "")
    note(uow, desk, case, Verdict((Finding(guard.ACCUSATION, rule),)))


# --- what is added to a case ------------------------------------------------------------------------------------------


def deputy_to_tell(uow: UnitOfWork, desk: Desk, case: Case) -> readers.Reader | None:
    """The deputy who may read what its author adds to the case: never one whom it accuses, who keeps a closed case."""
    return None if accused.accuses(uow, case) else readers.deputy_of(uow, desk, case)


def look_again(
    visit: Visit,
    case: Case,
    words: str | None,
    *,
    opening: bool = False,
    becomes_text: bool = False,
    part: Case | None = None,
) -> Case:
    """Look at what its author adds to a case, before anybody else reads it; the case as it is then.

    ``opening``: they are of the message the case was opened with, edited or arrived late. ``becomes_text``: and from
    now on the case's own, so that those who decide about it read them on its card. ``part``: the case they stand in,
    where it became part of this one: it is on record there as well, for who can read it, and has it once it is split
    off. What was found and settled before is not held against the author again; numbers to call are said each time.
    """
    uow, desk = visit.uow, visit.desk
    if not words:
        return case
    verdict = accusations.look(uow, case.station_id, visit.place, words, also=(case.deputy_id, case.standing_in_for))
    if part is not None:
        _note_in_part(uow, desk, part, verdict)
    fresh = _not_known(uow.guarded.of_case(case.number), verdict) if verdict.findings else ()
    if not fresh:
        return case
    later = not (opening and case.stage is Stage.COLLECTION)
    verdict = replace(verdict, findings=fresh, later=later)
    say_numbers(uow, desk, visit.actor.person, visit.place, _said_in(visit), verdict)
    case = note(uow, desk, case, verdict, text=words if becomes_text else case.text)
    hidden = verdict.of(*_HIDING)
    if hidden:
        _advise(uow, desk, case, visit.person_id, hidden)
    if verdict.of(Does.NUMBERS):
        _alert_staff(uow, desk, replace(case, text=words))
    return case


def _note_in_part(uow: UnitOfWork, desk: Desk, part: Case, verdict: Verdict) -> None:
    fresh = _not_known(uow.guarded.of_case(part.number), verdict) if verdict.findings else ()
    if fresh:
        note(uow, desk, part, replace(verdict, findings=fresh, later=True))


def _said_in(visit: Visit) -> int | None:
    """The message whose words these are; None where a button confirmed them."""
    return visit.message.message_id if visit.message is not None else None


def look_at_question(visit: Visit, stations: Collection[int | None], words: str) -> str | None:
    """Look at a question that other people are to read: numbers to call are said, and the topic is returned that keeps
    it from them.
    """
    verdicts = (accusations.look(visit.uow, station, visit.place, words) for station in stations)
    verdict = next((verdict for verdict in verdicts if verdict.findings), Verdict())
    say_numbers(visit.uow, visit.desk, visit.actor.person, visit.place, _said_in(visit), verdict)
    return next((finding.topic for finding in verdict.of(*_HIDING)), None)


def advice_on(topic: str) -> Text:
    """The right channel and the reason for what staff read first, and what comes next."""
    return _advice([Finding(topic, "")], held=True)


def _not_known(known: Sequence[Held], verdict: Verdict) -> tuple[Finding, ...]:
    topics = {found.topic for found in known}
    before = {entry for found in known for entry in found.accused}
    newly = any(entry.id not in before for entry in verdict.accused)
    return tuple(
        finding
        for finding in verdict.findings
        if finding.topic not in topics
        or verdict.does(finding) is Does.NUMBERS
        or (finding.topic == guard.ACCUSATION and newly)
    )


# --- what staff do about it -------------------------------------------------------------------------------------------


def release(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, *, mark: str | None = None) -> Case:
    """The case goes to a deputy as it would have: to the one who had it, or as routing says; to nobody it accuses."""
    case = casework.find(uow, actor, number, Permission.CASE_RELEASE, lock=True)
    if workflow.applies(case, Event.RELEASED) is None:
        raise casework.not_from_here(uow, desk, actor, case)
    had = _had(uow, case)
    if mark is not None:
        uow.guarded.mark(number, mark)  # whom it accuses by mistake can have it
    matter = assigning.matter(uow, case)
    if mark is not None:  # which stands in no journal yet
        matter = replace(matter, accused=accused.all_of(uow, uow.guarded.accused(number)))
    route = _route(uow, desk, case, had, matter)
    uow.guarded.settle(number, desk.now, _person(actor), mark)
    changes = {**route.changes, "guard": _still(uow, number) if mark == "false_alarm" else case.guard}
    details = {**route.details, **({"mark": mark} if mark else {})}
    return casework.advance(uow, desk, actor, number, Event.RELEASED, changes=changes, rule=route.rule, details=details)


def _had(uow: UnitOfWork, case: Case) -> set[int]:
    """The deputies from whom it was taken, and who would have it back."""
    found = uow.guarded.of_case(case.number)
    return {entry.deputy_id for entry in found if entry.deputy_id is not None and entry.released_at is None}


def _route(uow: UnitOfWork, desk: Desk, case: Case, had: Collection[int], matter: Matter) -> routing.Route:
    away = uow.leaves.on(desk.today)
    for deputy in uow.roster.deputies(case.station_id) if case.station_id is not None else []:
        there = deputy.telegram_id is not None and deputy.id not in away
        if there and deputy.id in had and routing.conflict(deputy, matter) is None:
            return routing.Route(deputy, RoutingRule.RELEASED)
    return routing.route(uow, desk, matter)


def redirect(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, text: str | None) -> Case:
    """The author is told the right channel and the reason, and what staff add; the case is closed as declined."""
    case = casework.find(uow, actor, number, Permission.CASE_RELEASE, lock=True)
    if workflow.applies(case, Event.REDIRECTED) is None:
        raise casework.not_from_here(uow, desk, actor, case)
    uow.guarded.settle(number, desk.now, _person(actor), "right")
    return casework.advance(uow, desk, actor, number, Event.REDIRECTED, note=text, body=text)


def false_alarm(uow: UnitOfWork, desk: Desk, actor: Actor, number: int) -> Case:
    """The guard was wrong: what it holds is released, and the group may read the words again. It counts by rule.

    So it was in the parts where the same words stand. What else stands in these was found by itself, and is decided by
    itself (``accusations.besides``).
    """
    case = casework.find(uow, actor, number, Permission.CASE_RELEASE, lock=True)
    if not case.held and workflow.applies(case, Event.FALSE_ALARM) is None:
        raise casework.refusal(uow, desk, actor, case, Event.FALSE_ALARM)
    for part in accusations.found_with(uow, number):
        _call_off(uow, desk, actor, part)
    if case.held:
        return release(uow, desk, actor, number, mark="false_alarm")
    return _call_off(uow, desk, actor, number)


def _call_off(uow: UnitOfWork, desk: Desk, actor: Actor, number: int) -> Case:
    uow.guarded.mark(number, "false_alarm")
    return casework.advance(uow, desk, actor, number, Event.FALSE_ALARM, changes={"guard": _still(uow, number)})


def _still(uow: UnitOfWork, number: int) -> str | None:
    """By what the case is known when a false alarm was said: what was called right before stands."""
    stands = (found for found in uow.guarded.of_case(number) if found.mark != "false_alarm")
    return topic(Verdict(tuple(Finding(found.topic, found.rule) for found in stands)))


def missed(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, topic: guard.Topic) -> Case:
    """The guard overlooked something: from now on it is as if it had not, and the miss counts."""
    case = casework.find(uow, actor, number, Permission.CASE_HOLD, lock=True)
    if case.guard == topic.key:
        raise Refused("guard-known", case=number, topic=Text.of(f"guard-name-{topic.key}"))
    whom = accusations.named(uow, case) if topic.key == guard.ACCUSATION else ()
    verdict = Verdict((Finding(topic.key, guard.MISSED),), whom)
    case = note(uow, desk, case, verdict, by=actor)
    whole = uow.cases.get(uow.merges.target(number))
    if whole is not None and whole.number != number:
        note(uow, desk, whole, verdict)  # who has it goes on with that of which this is a part
    for author in uow.cases.authors(number):
        _advise(uow, desk, case, author.person_id, verdict.findings)
    return case


def _person(actor: Actor) -> int | None:
    return actor.person.id if actor.person else None
