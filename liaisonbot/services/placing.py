"""What somebody says in private without answering a message belongs to the case they mean.

While the office waits for something from them about a case, their next message goes there; they read where it went, and
one button makes it a case of its own after all. Where several cases come into question, or it is not sure, they are
asked, and the words are kept until they say; if they never do, the words become a case of their own. ``RULES`` is the
table: when a case comes into question, what is done with the words, what is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from liaisonbot import belonging, guard, masking, workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.incoming import IncomingMessage, Place, Sender
from liaisonbot.model import Actor, Case, DeliveryCheck, LooseWords, Person
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    arguments,
    asked,
    cards,
    casework,
    conversation,
    dissatisfaction,
    intake,
    promises,
    quiet,
    readers,
    reopening,
)
from liaisonbot.services.asked import Asked
from liaisonbot.services.doing import number_in
from liaisonbot.services.relaying import Files
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Delivery, Outcome, Rating, Stage
from liaisonbot.workflow import Event

REASON_WITHIN: Final = timedelta(hours=24)
"""So long after a bad rating words are taken to say why."""
FURTHER_WITHIN: Final = timedelta(minutes=5)
"""So long after words were put to a case the next ones go there, too: people write in bits."""
JOINED_WITHIN: Final = timedelta(minutes=10)
ASSENT_WITHIN: Final = timedelta(hours=1)
KEPT_FOR: Final = timedelta(hours=1)
"""So long it is waited for somebody to say which case they mean."""
LOOKED_AT: Final = 20
"""A person's newest open cases, of those that can be meant."""


@dataclass(frozen=True)
class Said:
    """A message, and what its author did a short while ago: looked up once, and only if a rule asks."""

    visit: Visit
    message: IncomingMessage

    @cached_property
    def shows(self) -> DeliveryCheck | None:
        """The check of delivery for which it is the photo."""
        return promises.photo_for(self.visit, self.message)

    @cached_property
    def assents(self) -> bool:
        """Whether it says nothing but yes, or thanks."""
        return not self.message.attachments and belonging.is_assent(self.message.text)

    @cached_property
    def still(self) -> bool:
        """Whether it says that something goes on as before."""
        return belonging.says_still(self.message.text)

    @cached_property
    def follows(self) -> bool:
        """Whether they did anything of late that words could go on about; hardly ever, and then nothing of it is
        looked up.
        """
        since = self.visit.desk.now - max(promises.WORDS_WITHIN, FURTHER_WITHIN, JOINED_WITHIN)
        return self.visit.uow.loose_words.may_follow(self.visit.person_id, since)

    @cached_property
    def just_checked(self) -> DeliveryCheck | None:
        """The check they answered a moment ago."""
        if not self.follows:
            return None
        since = self.visit.desk.now - promises.WORDS_WITHIN
        return self.visit.uow.promises.newest_check(self.visit.person_id, since)

    @cached_property
    def last_words(self) -> LooseWords | None:
        """What they said last that was put to a case, or is kept."""
        if not self.follows:
            return None
        return self.visit.uow.loose_words.latest(self.visit.person_id, self.visit.desk.now - FURTHER_WITHIN)

    @cached_property
    def just_joined(self) -> frozenset[int]:
        """The cases they said 我也一样 of."""
        if not self.follows:
            return frozenset()
        since = self.visit.desk.now - JOINED_WITHIN
        return self.visit.uow.journal.cases_of(self.visit.person_id, Event.JOINED, since)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Those that can hold for such a message, whatever the case."""
        return tuple(rule for rule in RULES if rule.when is None or rule.when(self))


@dataclass(frozen=True, slots=True)
class Rule:
    """``waits``: whether the case comes into question for that message. ``when``: what must be so of the message and
    its author; else no case is looked at for it. ``paused``: holds only for cases whose clock stands still. ``file``:
    what is done with the words. ``asks``: the person is asked first, even where it is the only case.
    """

    waits: Callable[[Said, Case], bool]
    file: Callable[[Visit, IncomingMessage, Case], None]
    said: str
    stages: tuple[Stage, ...] = workflow.OPEN
    when: Callable[[Said], object] | None = None
    paused: bool = False
    rows: Callable[[Case], Rows] | None = None
    asks: bool = False


# --- when a case comes into question ----------------------------------------------------------------------------------


def _details(said: Said, case: Case) -> bool:
    return asked.of_case(said.visit.uow, case) is Asked.DETAILS


def _check(said: Said, case: Case) -> bool:
    visit = said.visit
    if asked.of_case(visit.uow, case) is not Asked.CHECK:
        return False
    verdict = visit.uow.verdicts.of(case.number).get(visit.person_id)
    return verdict is None or verdict.delivery is None


def _reason(said: Said, case: Case) -> bool:
    """Dissatisfied a short while ago, and has not said why."""
    visit, rated = said.visit, case.rated_at
    if rated is None or visit.desk.now > rated + REASON_WITHIN:
        return False
    verdict = visit.uow.verdicts.of(case.number).get(visit.person_id)
    if verdict is None or Rating.DISSATISFIED not in (verdict.attitude, verdict.result):
        return False
    return not any(
        entry.event == Event.EXPLAINED and entry.at >= rated and entry.person_id == visit.person_id
        for entry in visit.uow.journal.of_case(case.number)
    )


def _photo(said: Said, case: Case) -> bool:
    """Answered the check a while ago, and sends the photo."""
    return said.shows is not None and said.shows.case == case.number


def _result(said: Said, case: Case) -> bool:
    """Said that it is partly done, or not, and has not said more."""
    visit = said.visit
    since = visit.desk.now - promises.PHOTO_WITHIN
    check = visit.uow.promises.checked_by(case.number, visit.person_id, since)
    if check is None or check.result is Delivery.FIXED:
        return False
    just_now = visit.desk.now <= check.at + promises.WORDS_WITHIN
    return just_now or not visit.uow.loose_words.said(visit.person_id, case.number, check.at)


def _kept_promise(said: Said, case: Case) -> bool:
    """Said a moment ago that it is done: a word of thanks, or what is missing after all."""
    check = said.just_checked
    return check is not None and check.case == case.number and not said.message.attachments


def _further(said: Said, case: Case) -> bool:
    last = said.last_words
    return last is not None and last.case == case.number and not said.visit.uow.once.claimed(f"apart:{last.id}")


def _joined(said: Said, case: Case) -> bool:
    """Said 我也一样 a moment ago: what comes then is about the case they joined."""
    if case.number not in said.just_joined:
        return False
    since = said.visit.desk.now - JOINED_WITHIN
    return not said.visit.uow.loose_words.said(said.visit.person_id, case.number, since)


def _assents(said: Said, case: Case) -> bool:
    return said.visit.desk.now <= case.created_at + ASSENT_WITHIN


def _still_to_rate(said: Said, case: Case) -> bool:
    return asked.of_case(said.visit.uow, case) is Asked.RATING


def _still_after_closing(said: Said, case: Case) -> bool:
    """Closed, and not solved: it can be taken up again."""
    ended = case.outcome in (Outcome.RESOLVED, Outcome.UNCONFIRMED)
    return ended and reopening.can_be_asked(said.visit, case)


# --- what is done with the words --------------------------------------------------------------------------------------


def _talk(visit: Visit, message: IncomingMessage, case: Case) -> None:
    conversation.answer_about(visit, message, case.number, silently=True)


def _say_why(visit: Visit, message: IncomingMessage, case: Case) -> None:
    dissatisfaction.hear(visit, message, case.number, silently=True)


def _say_more(visit: Visit, message: IncomingMessage, case: Case) -> None:
    since = visit.desk.now - promises.PHOTO_WITHIN
    check = promises.photo_for(visit, message)
    if check is None or check.case != case.number:
        check = visit.uow.promises.checked_by(case.number, visit.person_id, since)
    if check is None:
        _talk(visit, message, case)
    else:
        promises.take_more(visit, message, check)


def _ask_again(visit: Visit, message: IncomingMessage, case: Case) -> None:
    said = (message.place.chat_id, message.message_id)
    reopening.request(visit, case, message.text, Files.of(message), said)


RULES: Final = (
    Rule(_details, _talk, "placed-details", (Stage.COLLECTION, Stage.MEDIATION), paused=True),
    Rule(_check, _talk, "placed-check", (Stage.FOLLOW_UP,), rows=cards.check_rows),
    Rule(_reason, _say_why, "placed-reason", (Stage.MEDIATION,)),
    Rule(_photo, _say_more, "placed-photo", tuple(Stage), when=lambda said: said.shows),
    Rule(_result, _say_more, "placed-result", (Stage.MEDIATION, Stage.FOLLOW_UP)),
    Rule(
        _kept_promise,
        _say_more,
        "placed-closed",
        (Stage.CLOSED,),
        when=lambda said: said.just_checked,
        rows=cards.again_rows,
    ),
    Rule(_joined, _talk, "placed-further", when=lambda said: said.just_joined),
    Rule(_further, _talk, "placed-further", when=lambda said: said.last_words),
    Rule(_assents, _talk, "placed-further", (Stage.COLLECTION,), when=lambda said: said.assents),
    Rule(
        _still_to_rate,
        _talk,
        "placed-rating",
        (Stage.REPLY,),
        when=lambda said: said.still,
        rows=cards.rating_rows,
        asks=True,
    ),
    Rule(_still_after_closing, _ask_again, "placed-again", (Stage.CLOSED,), when=lambda said: said.still, asks=True),
)
"""For each case the first one that holds."""
_PLAIN: Final = Rule(_details, _talk, "placed-further")
"""What was kept goes to the case that was chosen, even where nothing is waited for there any more."""


# --- a message comes --------------------------------------------------------------------------------------------------


def take(visit: Visit, message: IncomingMessage) -> bool:
    """Whether the message was put where it belongs, or is kept until its author says where."""
    if not visit.place.private:
        return False
    if _joins_what_is_kept(visit, message):
        return True
    found = _in_question(visit, message)
    if not found:
        return False
    (first, rule), *others = found
    if not others and not rule.asks:
        rule.file(visit, message, first)
        row = visit.uow.loose_words.add(visit.person_id, message, visit.desk.now, first.number)
        after = visit.uow.cases.get(first.number) or first
        visit.say(_told(visit, rule, after), rows=(*_rows_of(rule, after), *_apart(row)), case=after.number)
        return True
    if _is_urgent(message.text):
        return False
    row = visit.uow.loose_words.add(visit.person_id, message, visit.desk.now, None)
    choices = [(Button(arguments.case_label(case), data=f"words:{row}:{case.number}"),) for case, _ in found]
    visit.say(Text.of("placed-which"), rows=(*choices, *_apart(row)))
    return True


def _is_urgent(words: str | None) -> bool:
    """Who is in danger is asked nothing: it is a case at once."""
    return any(guard.TOPICS[each.topic].does is guard.Does.NUMBERS for each in guard.find(words or ""))


def _joins_what_is_kept(visit: Visit, message: IncomingMessage) -> bool:
    """A further picture of an album waits with the others; that is asked once."""
    if message.media_group_id is None:
        return False
    others = visit.uow.loose_words.of_album(message.place.chat_id, message.media_group_id)
    if not others or others[0].case is not None:
        return False
    visit.uow.loose_words.add(visit.person_id, message, visit.desk.now, None)
    return True


def _in_question(visit: Visit, message: IncomingMessage) -> list[tuple[Case, Rule]]:
    """The cases the message may be about, each with its rule."""
    said, me, find = Said(visit, message), visit.person_id, visit.uow.cases.not_left_by
    stages = {stage for rule in said.rules if not rule.paused for stage in rule.stages}
    cases = find(me, stages=stages & _OPEN, paused_too=True, limit=LOOKED_AT)
    check = said.shows or said.just_checked
    closed = visit.uow.cases.get(check.case) if check is not None else None
    if closed is not None and not closed.open:
        cases += [closed] if me not in visit.uow.cases.author_ids(closed.number).left else []
    elif said.still:
        cases += find(me, stages={Stage.CLOSED})
    return [(case, rule) for case in cases if (rule := _rule_for(said, case)) is not None]


_OPEN: Final = frozenset(workflow.OPEN)


def _rule_for(said: Said, case: Case) -> Rule | None:
    return next((rule for rule in said.rules if case.stage in rule.stages and rule.waits(said, case)), None)


def _told(visit: Visit, rule: Rule, case: Case) -> Text:
    about = masking.shorten(" ".join(masking.mask(case.text or "").split()), 20)
    return Text.of(rule.said, case=case.number, about=about)


def _rows_of(rule: Rule, case: Case) -> Rows:
    return rule.rows(case) if rule.rows is not None else ()


def _apart(row: int | None) -> Rows:
    return ((Button(Text.of("button-apart"), data=f"words:{row}:0"),),) if row is not None else ()


def begin_anew(visit: Visit, message: IncomingMessage, number: int) -> bool:
    """Whether the message answered something about a case of theirs that was closed too long ago to be taken up again:
    then it is a new one.
    """
    case = visit.uow.cases.get(visit.uow.merges.target(number))
    if case is None or case.open or not visit.place.private or not asked.closed_too_long(visit.desk, case):
        return False
    if visit.person_id not in visit.uow.cases.author_ids(case.number):
        return False
    visit.say(Text.of("too-old-so-new", case=case.number, n=visit.desk.settings.cases.reopen_days))
    intake.open_case(visit, message)
    return True


# --- the buttons ------------------------------------------------------------------------------------------------------


def _press(visit: Visit, rest: Sequence[str]) -> None:
    """``words:ROW:CASE``: what was kept is about that case. ``words:ROW:0``: it is something of its own."""
    if len(rest) != 2 or not visit.place.private:
        raise Refused("old-button")
    words, number = visit.uow.loose_words.get(number_in(rest[0])), number_in(rest[1])
    if words is None or words.person_id != visit.person_id:
        raise Refused("old-button")
    if words.case is None:
        _place_kept(visit, visit.uow.loose_words.waiting(visit.person_id), number)
    elif number == 0:
        _take_off(visit, words, words.case)
    else:
        raise Refused("words-placed", case=words.case)


def _place_kept(visit: Visit, kept: Sequence[LooseWords], number: int) -> None:
    """All that waits goes where its author says: what was written in bits is one thing."""
    visit.toast()
    if number == 0:
        case = _open_case(visit, kept)
        visit.show(Text.of("placed-apart", case=case.number))
        return
    case = casework.find(visit.uow, visit.actor, number, Permission.CASE_WRITE)
    rule = _PLAIN
    for index, words in enumerate(kept):
        message = _message(words, words.text, words.attachments, visit.actor.person)
        if index == 0:
            rule = _rule_for(Said(visit, message), case) or _PLAIN
        file = rule.file if index == 0 else _talk
        file(replace(visit, message=message, press=None), message, case)
        visit.uow.loose_words.put(words.id, number, visit.desk.now, kept[0].id)
    after = visit.uow.cases.get(number) or case
    visit.show(_told(visit, rule, after), rows=(*_rows_of(rule, after), *_apart(kept[0].id)), case=number)


def _open_case(visit: Visit, kept: Sequence[LooseWords]) -> Case:
    """A case of what was kept: the first words open it, the others are added."""
    first, *others = kept
    message = _message(first, first.text, first.attachments, visit.actor.person)
    case = intake.open_case(replace(visit, message=message, press=None), message)
    visit.uow.loose_words.put(first.id, case.number, visit.desk.now, first.id)
    visit.uow.once.claim(f"apart:{first.id}", visit.desk.now)
    for words in others:
        message = _message(words, words.text, words.attachments, visit.actor.person)
        at_desk = replace(visit, message=message, press=None)
        if not intake.join_album(at_desk, message):
            conversation.answer_about(at_desk, message, case.number, silently=True)
        visit.uow.loose_words.put(words.id, case.number, visit.desk.now, first.id)
    return case


def _take_off(visit: Visit, words: LooseWords, number: int) -> None:
    """It was put to a case, and is about something else: a case of its own, taken off the first."""
    uow, desk = visit.uow, visit.desk
    kept = uow.messages.by_chat(words.chat_id, words.message_id)
    if kept is None or kept.case != number:
        raise Refused("old-button")
    if not uow.once.claim(f"apart:{words.id}", desk.now):
        raise Refused("words-placed", case=number)
    before = casework.find(uow, visit.actor, number, Permission.CASE_WRITE, lock=True)
    message = _message(words, kept.text, kept.attachments, visit.actor.person)
    case = intake.open_case(replace(visit, message=message, press=None), message, moved=True)
    for each in uow.loose_words.together(words):
        uow.messages.move(each.chat_id, each.message_id, each.album, case.number)
        uow.loose_words.put(each.id, case.number, desk.now, words.id)
    changes = _waits_again(visit, words, before)
    casework.advance(
        uow,
        desk,
        visit.actor,
        number,
        Event.TAKEN_OFF,
        changes=changes,
        details={"to": case.number},
        more={"into": case.number},
    )
    visit.toast()
    visit.show(Text.of("taken-off-waits" if changes else "taken-off", case=number, into=case.number))


def _waits_again(visit: Visit, words: LooseWords, case: Case) -> Mapping[str, Any]:
    """Where these words ended a pause, and nothing else came since, the case still waits for the details."""
    uow = visit.uow
    if case.paused_since is not None or case.stage not in workflow.ON_THE_CLOCK:
        return {}
    if uow.loose_words.said(visit.person_id, case.number, words.at):
        return {}
    *_, last = uow.journal.of_case(case.number)
    resumed = last.event == Event.RESUMED and last.at == words.at
    return {"paused_since": visit.desk.now} if resumed else {}


def _message(words: LooseWords, text: str | None, attachments: Sequence[Any], person: Person | None) -> IncomingMessage:
    """The message as it came."""
    sender = Sender(person.telegram_id, None, person.language_code) if person is not None else None
    return IncomingMessage(
        update_id=0,
        place=Place(words.chat_id, "private"),
        sender=sender,
        message_id=words.message_id,
        sent_at=words.at,
        text=text,
        attachments=tuple(attachments),
        media_group_id=words.album,
    )


# --- what the clock does ----------------------------------------------------------------------------------------------


def settle(uow: UnitOfWork, desk: Desk) -> int:
    """Nobody said which case was meant: what was kept is a case of its own, and its author reads so."""
    if quiet.until(desk) is not None:
        return 0
    kept = uow.loose_words.kept_since(desk.now - KEPT_FOR)
    for person_id in dict.fromkeys(words.person_id for words in kept):
        person = uow.people.get(person_id)
        waiting = uow.loose_words.waiting(person_id)
        if person is None or not waiting:
            continue
        place = Place(waiting[0].chat_id, "private")
        visit = Visit(uow, desk, Actor(person), place, readers.language_of(desk, person))
        case = _open_case(visit, waiting)
        visit.say(Text.of("placed-apart-unasked", case=case.number), case=case.number)
    return len(kept)


STEPS: Final = (settle,)
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"words": _press}
