"""Where everything that reaches us is received, and given to the service it is meant for.

Six entry points, one for each kind of update. Each is called inside one unit of work; a :class:`Refused` that
leaves them undoes the unit, and :func:`refuse` tells the person why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from enum import Enum, auto
from typing import Final

from liaisonbot.commands import BY_NAME, Command
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.incoming import (
    ButtonPress,
    CommandCall,
    GroupMoved,
    Incoming,
    IncomingMessage,
    MembershipChange,
    Place,
    PollAnswer,
    PollShown,
)
from liaisonbot.model import Actor, Person
from liaisonbot.outgoing import Button, Outgoing, Priority, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    announcing,
    arguments,
    behalf,
    conversation,
    dialogue_files,
    dialogues,
    dissatisfaction,
    duty_filing,
    folding,
    groups,
    guarding,
    intake,
    invitations,
    lookback,
    muted,
    people,
    placing,
    poll_answers,
    polling,
    presses,
    promises,
    proposals,
    readers,
    returning,
)
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role


class Outcome(Enum):
    """What became of an update."""

    HANDLED = auto()
    DEFERRED = auto()
    """Its sender is being slowed down; it stays in the inbox and comes again."""


# --- messages
# -----------------------------------------------------------------------------------------------------------


def receive(uow: UnitOfWork, desk: Desk, message: IncomingMessage) -> Outcome:
    """A new message. Group talk that is not addressed to us is neither answered nor kept."""
    place = message.place
    if not _addressed(message):
        _overhear(uow, desk, message)
        return Outcome.HANDLED
    if message.sender is None:
        _answer_nobody(uow, desk, place, message.message_id, "anonymous-sender")
        return Outcome.HANDLED
    if message.sender.is_bot:
        return Outcome.HANDLED
    actor = people.identify(uow, desk, message.sender)
    person = actor.person
    if person is not None and not desk.deferred and _slowed_down(uow, desk, person, message):
        return Outcome.DEFERRED
    here = _reached(uow, actor, place)
    if not place.private:
        groups.remember(uow, place)
    _dispatch(_visit(uow, desk, here, place, message=message), message)
    if here is not actor:  # for the first time, or again
        returning.tell(uow, desk, place.chat_id)
    return Outcome.HANDLED


def _reached(uow: UnitOfWork, actor: Actor, place: Place) -> Actor:
    """Whoever writes or presses in the private chat has opened it."""
    person = actor.person
    if not place.private or person is None or person.reachable:
        return actor
    uow.people.set_reachable(person.telegram_id, True)
    return replace(actor, person=replace(person, reachable=True))


def _addressed(message: IncomingMessage) -> bool:
    quotes_us = message.quoted is not None and message.quoted.from_us
    return message.place.private or _commands_us(message) or message.mention is not None or quotes_us


def _commands_us(message: IncomingMessage) -> bool:
    return message.command is not None and (message.command.to_us or message.command.name in BY_NAME)


def _overhear(uow: UnitOfWork, desk: Desk, message: IncomingMessage) -> None:
    """A further picture of an album belongs to the case its first one opened; we keep the file only, in case that
    comes later.
    """
    if message.media_group_id is None or message.sender is None or not message.attachments:
        return
    person = uow.people.find(message.sender.telegram_id)
    if person is not None and intake.join_album(
        _visit(uow, desk, Actor(person), message.place, message=message), message
    ):
        return
    uow.messages.keep_loose_part(message)


def _dispatch(visit: Visit, message: IncomingMessage) -> None:
    if message.unsupported is not None:
        raise Refused("unsupported", what=Text.of("media-other"))
    if message.command is not None:
        _command(visit, message.command)
        return
    if dialogue_files.was_left_out(visit.uow, message):
        return
    quoted = message.quoted
    link = visit.uow.links.case_of(message.place.chat_id, quoted.message_id) if quoted else None
    dialogue = dialogues.current(visit)
    if dialogue is not None and link is None and dialogues.hears(visit, dialogue, message):
        dialogues.answer(visit, dialogue, message)
        return
    if any(join(visit, message) for join in _ALBUMS):
        return
    if link is None and message.mention is None and placing.take(visit, message):
        return
    if link is not None and link.purpose == lookback.LINK and lookback.hear(visit, message, link.case):
        return
    if link is not None and link.purpose == dissatisfaction.LINK and dissatisfaction.hear(visit, message, link.case):
        return
    if promises.take_photo(visit, message, link.case if link is not None else None):
        return
    if link is not None:
        if not placing.begin_anew(visit, message, link.case):
            conversation.answer_about(behalf.in_whose_name(visit, message, link), message, link.case)
    elif message.mention is not None:
        words = {"text": message.mention} if message.mention else {}
        dialogues.begin(visit, BY_NAME["report"], words or _media_only(message), guided=False)
    elif not message.place.private:
        raise Refused("answer-to-what")
    elif visit.actor.works_here:
        if _first_of_its_album(visit, message):
            visit.say(Text.of("office-hint" if visit.actor.deputy is not None else "office-hint-staff"))
    else:
        intake.open_case(visit, message)


_ALBUMS: Final = (intake.join_album, conversation.join_album, announcing.join_album, duty_filing.join_album)
"""Whose album a further picture may belong to."""


def _media_only(message: IncomingMessage) -> dict[str, str]:
    """A picture, or an answer to somebody's message, needs no words to be a report."""
    quotes = message.quoted is not None and not message.quoted.from_us
    return {"text": ""} if message.attachments or quotes else {}


def _command(visit: Visit, call: CommandCall) -> None:
    """Where it may be given, then who may give it: what one may not use looks like what does not exist."""
    command = BY_NAME.get(call.name)
    if command is None:
        raise Refused("unknown-command")
    if not visit.place.private and not command.group:
        _in_private_only(visit, call)
        return
    if not command.is_for(visit.actor.roles):
        raise Refused("unknown-command")
    if visit.place.private and not command.private:
        raise Refused("group-please")
    if command.name == "cancel":
        dialogues.cancel(visit)
        return
    _leave_dialogue(visit, command)
    answers = arguments.parse(visit, command, call.rest, implied_case=_quoted_case(visit))
    if command.name == "report" and not answers and visit.message is not None:
        answers = _media_only(visit.message)
    if command.name == "propose":
        answers |= proposals.about(visit)
    if command.name in _PICTURES_DO and visit.message is not None and visit.message.attachments:
        answers.setdefault("text", "")
    dialogues.tell_of_files_left_out(visit, command, answers)
    dialogues.begin(visit, command, answers, guided=arguments.missing(command, answers, guided=False) is not None)


def _in_private_only(visit: Visit, call: CommandCall) -> None:
    """The group has read it by now: a code that lets in whoever sends it first must not lie there to be taken."""
    if call.name == "start" and invitations.void(visit.uow, visit.desk, call.rest.strip()):
        visit.say(Text.of("invitation-shown"))
        return
    raise Refused("private-please")


_PICTURES_DO: Final = frozenset({"announce", "progress", "carriedout", "duty"})
"""Pictures with the command as their caption need no words beside them."""


def _quoted_case(visit: Visit) -> int | None:
    """The case whose card the command answers: then its number need not be typed."""
    quoted = visit.message.quoted if visit.message else None
    link = visit.uow.links.case_of(visit.place.chat_id, quoted.message_id) if quoted else None
    return link.case if link else None


def _leave_dialogue(visit: Visit, command: Command) -> None:
    """A new command takes the place of a question that still waits; but what takes several answers is gone on with
    after a look at something else. A command that asks something itself takes its place in any case.
    """
    waiting = dialogues.current(visit)
    if waiting is None or waiting.command not in _GO_ON or waiting.command == command.name:
        visit.uow.dialogues.end(visit.place.chat_id, visit.person_id)


_GO_ON: Final = frozenset({"duty"})


def receive_edit(uow: UnitOfWork, desk: Desk, message: IncomingMessage) -> Outcome:
    """Somebody edited a message. Those of a case are put right there; whoever edits another one until it is meant for
    us hears that nothing came of it. One that nobody touched changes nothing, and says nothing: its words are those of
    before, and may have been corrected since. An edit waits as long as the message itself may have to.
    """
    if message.sender is None or message.sender.is_bot or not message.touched:
        return Outcome.HANDLED
    person = uow.people.find(message.sender.telegram_id)
    if person is not None:
        if not desk.deferred and _waits_as_well(uow, desk, person, message):
            return Outcome.DEFERRED
        visit = _visit(uow, desk, Actor(person), message.place, message=message)
        text = _edited_words(visit, message)
        if uow.loose_words.edited(message.place.chat_id, message.message_id, text, message.attachments):
            return Outcome.HANDLED
        if conversation.edited(visit, replace(message, text=text)):
            return Outcome.HANDLED
    uow.messages.edit_loose_part(message)
    if not message.place.private and (message.mention is not None or _commands_us(message)):
        _answer_nobody(uow, desk, message.place, message.message_id, "edit-not-taken", person)
    elif person is not None and message.place.private and (message.text or message.file):
        # A live location changes without anybody's doing, and says nothing.
        visit.say(Text.of("edit-not-taken"))
    return Outcome.HANDLED


def _edited_words(visit: Visit, message: IncomingMessage) -> str | None:
    """What the message says now. Of a command's line the free words only, without a number or a date before them."""
    call = message.command
    if call is None:
        return message.mention or message.text
    command = BY_NAME.get(call.name)
    if command is None or len(command.arguments) < 2:
        return call.rest
    try:
        text = arguments.parse(visit, command, call.rest, implied_case=_quoted_case(visit)).get("text")
    except Refused:
        return None
    return None if text is None else str(text)


def _waits_as_well(uow: UnitOfWork, desk: Desk, person: Person, message: IncomingMessage) -> bool:
    """Whether the person is being slowed down: what was edited may still wait in the inbox, and goes first."""
    paid_until, _ = uow.people.pace(person.id)
    if paid_until is None or paid_until - desk.now <= timedelta(minutes=1):
        return False
    uow.inbox.defer(message.update_id, paid_until - timedelta(minutes=1))
    return True


# --- buttons, groups
# ----------------------------------------------------------------------------------------------------


def press(uow: UnitOfWork, desk: Desk, pressed: ButtonPress) -> Outcome:
    """A button. What it says is checked like anything typed; an old or forged one is answered in words."""
    if pressed.place is None:
        raise Refused("old-button")
    actor = people.identify(uow, desk, pressed.sender)
    here = _reached(uow, actor, pressed.place)
    visit = _visit(uow, desk, here, pressed.place, press=pressed)
    presses.act(visit)
    if not visit.toasted:
        visit.toast()  # what it did says a message of its own; the circle on the button ends all the same
    if here is not actor:
        returning.tell(uow, desk, pressed.place.chat_id)
    return Outcome.HANDLED


def poll_answer(uow: UnitOfWork, desk: Desk, answer: PollAnswer) -> Outcome:
    """Somebody voted in a native poll of ours. Nobody is answered: Telegram shows them their vote."""
    poll = poll_answers.take(uow, desk, answer)
    if poll is not None:
        polling.show_card(uow, desk, poll)
    return Outcome.HANDLED


def poll_shown(uow: UnitOfWork, desk: Desk, shown: PollShown) -> Outcome:
    """Telegram shows how a native poll of ours stands: it may be one that nobody told us of."""
    poll = poll_answers.place(uow, desk, shown)
    if poll is not None:
        polling.show_card(uow, desk, poll)
    return Outcome.HANDLED


def membership(uow: UnitOfWork, desk: Desk, change: MembershipChange) -> Outcome:
    """The bot was added, removed, promoted, blocked or unblocked."""
    groups.membership(uow, desk, change)
    if change.place.private and change.present:
        returning.tell(uow, desk, change.place.chat_id)
    return Outcome.HANDLED


def group_moved(uow: UnitOfWork, desk: Desk, move: GroupMoved) -> Outcome:
    """A group became a supergroup."""
    groups.moved(uow, move)
    return Outcome.HANDLED


# --- common
# -------------------------------------------------------------------------------------------------------------


def _visit(
    uow: UnitOfWork,
    desk: Desk,
    actor: Actor,
    place: Place,
    *,
    message: IncomingMessage | None = None,
    press: ButtonPress | None = None,
) -> Visit:
    if place.private:
        language = readers.language_of(desk, actor.person, actor.staff or actor.deputy)
    else:
        language = readers.group_language(desk, uow.groups.get(place.chat_id))
    return Visit(uow, desk, actor, place, language, message, press)


def _slowed_down(uow: UnitOfWork, desk: Desk, person: Person, message: IncomingMessage) -> bool:
    """Whether this message has to wait. Each accepted one costs its share of a minute; a minute's worth may come at
    once.

    The person is told once, until they have caught up. Nothing is dropped: the update waits in the inbox.
    """
    each = timedelta(minutes=1) / desk.settings.intake.messages_per_minute
    paid_until, told = uow.people.pace(person.id)
    if paid_until is not None and not told and paid_until - desk.now > timedelta(minutes=1):
        paid_until = None  # nobody owes more without having been told: the clock was ahead then, and was put back
    start = max(paid_until or desk.now, desk.now)
    paid = start + each
    waits = paid - desk.now > timedelta(minutes=1)
    if not waits:
        uow.people.set_pace(person.id, paid, told=told and start > desk.now)
        return False
    uow.people.set_pace(person.id, paid, told=True)
    uow.inbox.defer(message.update_id, paid - timedelta(minutes=1))
    guarding.say_numbers_anyway(uow, desk, message)
    if not told:
        language = readers.language_of(desk, person)
        slower = Outgoing(
            Send.TEXT,
            message.place.chat_id,
            language=language,
            thread_id=message.place.thread_id,
            text=Text.of("slow-down", n=desk.settings.intake.messages_per_minute),
            reply_to=message.message_id,
            priority=Priority.ANSWER,
        )
        uow.outbox.add(muted.or_in_private(desk, person, slower), desk.now)
    return True


def refuse(uow: UnitOfWork, desk: Desk, incoming: Incoming, refusal: Refused) -> None:
    """Tell the person why not, and what to do instead, where they asked. Nothing else of their update has effect."""
    match incoming:
        case ButtonPress():
            _refuse_press(uow, desk, incoming, refusal)
        case IncomingMessage() if incoming.sender is not None:
            actor = people.identify(uow, desk, incoming.sender)
            visit = _visit(uow, desk, actor, incoming.place, message=incoming)
            guarding.say_numbers_anyway(uow, desk, incoming)
            if incoming.command is not None:
                dialogue_files.leave_album_out(uow, desk, incoming)
            if not _first_of_its_album(visit, incoming):
                return
            button = _WAY_OUT.get(refusal.key)
            visit.say(_in_words(visit, refusal), rows=((button(desk),),) if button else ())
        case _:
            return


def _first_of_its_album(visit: Visit, message: IncomingMessage) -> bool:
    """Whether nothing was said yet about the album it is a part of: of ten pictures that are no answer it is said once
    that they are none. Words below one of them are answered, whatever was said of the pictures before.
    """
    if message.media_group_id is None:
        return True
    first = visit.uow.once.claim(f"answered:{message.place.chat_id}:{message.media_group_id}", visit.desk.now)
    return first or bool(message.text)


def _in_words(visit: Visit, refusal: Refused) -> Text:
    """Why not; and where one has cases to look for, the lists that one really has."""
    text = Text(refusal.key, refusal.params)
    if refusal.key != "case-not-found":
        return text
    lists = dict.fromkeys(_LISTS_OF[role] for role in visit.actor.roles if role in _LISTS_OF)
    return Text.lines(text, *map(Text.of, lists))


_LISTS_OF: Final[Mapping[Role, str]] = {
    Role.OWNER: "look-in-the-queue",
    Role.STAFF: "look-in-the-queue",
    Role.DEPUTY: "look-in-the-inbox",
    Role.CONSTITUENT: "look-in-mycases",
}


def _refuse_press(uow: UnitOfWork, desk: Desk, pressed: ButtonPress, refusal: Refused) -> None:
    actor = people.identify(uow, desk, pressed.sender)
    place = pressed.place or Place(pressed.sender.telegram_id, "private")
    visit = _visit(uow, desk, actor, place, press=pressed)
    visit = replace(visit, language=readers.language_of(desk, actor.person, actor.staff or actor.deputy))
    not_theirs = not place.private and refusal.key == "case-not-found"
    visit.toast(Text.of("not-your-buttons") if not_theirs else _in_words(visit, refusal), alert=True)
    folding.renew_where_impossible(visit, refusal)


def _private_button(desk: Desk) -> Button:
    return Button(Text.of("button-private"), url=desk.bot.deep_link("hello"))


_WAY_OUT: Final[Mapping[str, Callable[[Desk], Button]]] = {
    "private-please": _private_button,
    "group-unbound": _private_button,
}
"""Refusals that come with a button which leads to where it can be done."""


def _answer_nobody(
    uow: UnitOfWork, desk: Desk, place: Place, message_id: int, key: str, person: Person | None = None
) -> None:
    """Answer a message in a group without asking who wrote it. Whoever is known to have reads it in private where the
    group does not take it.
    """
    answer = Outgoing(
        Send.TEXT,
        place.chat_id,
        language=readers.group_language(desk, uow.groups.get(place.chat_id)),
        thread_id=place.thread_id,
        text=Text.of(key),
        rows=((_private_button(desk),),),
        reply_to=message_id,
        priority=Priority.ANSWER,
    )
    uow.outbox.add(muted.or_in_private(desk, person, answer), desk.now)
