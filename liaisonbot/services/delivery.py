"""What follows from how a delivery went: one entry point, :func:`record`, and below it a function for each outcome."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.errors import DeliveryError, FilesRefused, MessageGone, RecipientGone, RecipientMoved, TryLater
from liaisonbot.model import Link
from liaisonbot.outgoing import CARDS, SHOWING, Outgoing, Priority, Promise, Receipt, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    announcement_posts,
    balloting,
    cards,
    duty_drafts,
    duty_reminding,
    exports,
    muted,
    polling,
    quiet,
    reaching,
    readers,
    reminders,
    set_aside,
    station_cards,
    summary_making,
    summary_posts,
    unreached,
)
from liaisonbot.texts import Text

LONGEST_PAUSE: Final = 300.0
ARRIVED: Final = "👌"
"""The reaction that tells a sender that their message was passed on."""


def record(uow: UnitOfWork, desk: Desk, promise: Promise, receipt: Receipt) -> None:
    """Remember how the promise went, and promise what follows from that."""
    _link(uow, promise.outgoing, receipt)
    match receipt.failure:
        case None:
            _kept(uow, desk, promise, receipt)
        case TryLater() as failure:
            _later(uow, desk, promise, receipt, failure)
        case RecipientMoved() as failure if not _source_is_meant(promise.outgoing):
            uow.groups.moved(promise.outgoing.chat_id, failure.new_chat_id)
        case _ if (fit := reaching.fit_for_group(uow, promise.outgoing)) is not promise.outgoing:
            # On its way it was as it had been taken: the case may belong into the private chat since.
            uow.outbox.replace(promise, fit)
        case RecipientGone() as failure if not _source_is_gone(uow, promise.outgoing):
            _gone(uow, desk, promise, receipt)
        case MessageGone():
            _cannot_be_edited(uow, desk, promise, receipt)
        case failure:
            _mistake(uow, desk, promise, receipt, failure)


def put_off(desk: Desk, outgoing: Outgoing) -> Receipt | None:
    """How a reminder goes whose turn comes in quiet hours: not now. None for what may go at any hour."""
    morning = quiet.until(desk) if outgoing.daytime else None
    if morning is None:
        return None
    return Receipt(outgoing.sent, TryLater("quiet hours", after=(morning - desk.now).total_seconds()))


def pause(attempts: int, chance: float | None = None) -> float:
    """Seconds before the next attempt: 1, 2, 4 … and at most LONGEST_PAUSE, give or take a fifth.

    ``chance`` (0 to 1) takes the place of the dice: many that failed together should not come back together.
    """
    spread = 0.8 + 0.4 * (random.random() if chance is None else chance)
    return min(2.0 ** min(attempts, 16) * spread, LONGEST_PAUSE)


def _link(uow: UnitOfWork, outgoing: Outgoing, receipt: Receipt) -> None:
    """An answer to any of the messages finds the case; what is edited later is the last, which has the buttons."""
    if outgoing.case is None:
        return
    shows = outgoing.message if outgoing.purpose in SHOWING else None
    *first, last = receipt.message_ids or (None,)
    for message_id in first:
        purpose = "notice" if outgoing.purpose in CARDS else outgoing.purpose
        if message_id is not None:
            uow.links.add(Link(outgoing.chat_id, message_id, outgoing.case, purpose, shows))
    if last is not None:
        uow.links.add(Link(outgoing.chat_id, last, outgoing.case, outgoing.purpose, shows))


def _kept(uow: UnitOfWork, desk: Desk, promise: Promise, receipt: Receipt) -> None:
    outgoing = promise.outgoing
    uow.outbox.kept(promise)
    if outgoing.chat_id < 0 and outgoing.kind is Send.TEXT:
        muted.took(uow, desk, outgoing.chat_id)
    if not _note(uow, desk, outgoing, receipt) and receipt.missing:
        _say_what_is_missing(uow, desk, outgoing, receipt.missing)
    if outgoing.message is not None:
        uow.messages.delivered(outgoing.message, desk.now, outgoing.person)
    if outgoing.prompt_for is not None and receipt.message_ids:
        uow.dialogues.prompted(outgoing.prompt_for, receipt.message_ids[-1])
    if outgoing.acknowledge is not None:
        chat_id, message_id = outgoing.acknowledge
        reaction = Outgoing(Send.REACTION, chat_id, target=message_id, reaction=ARRIVED, priority=Priority.CONVERSATION)
        uow.outbox.add(reaction, desk.now)


def _say_what_is_missing(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, missing: int) -> None:
    """Who reads an album of which parts are gone would take it for the whole."""
    text = Text.of("parts-missing", n=missing)
    said = Outgoing(Send.TEXT, outgoing.chat_id, language=outgoing.language, thread_id=outgoing.thread_id, text=text)
    uow.outbox.add(replace(said, case=outgoing.case), desk.now)


def _later(uow: UnitOfWork, desk: Desk, promise: Promise, receipt: Receipt, failure: TryLater) -> None:
    morning = quiet.until(desk) if promise.outgoing.daytime else None
    if morning is not None and promise.outgoing.due and not receipt.message_ids:
        # The morning has limits of its own to tell of: all of them come in one message then.
        reminders.take_back(uow, promise.outgoing)
        uow.outbox.kept(promise)
        return
    if morning is not None:
        # As a row for later, not as one that is tried again: that would hold what stands behind it all night.
        later = replace(promise.outgoing, sent=receipt.message_ids, not_before=morning.astimezone(UTC))
        uow.outbox.replace(promise, later)
        return
    if receipt.message_ids != promise.outgoing.sent:
        rest = reaching.fit_for_group(uow, replace(promise.outgoing, sent=receipt.message_ids))
        uow.outbox.replace(promise, rest)
    seconds = failure.after if failure.after is not None else pause(promise.attempts)
    uow.outbox.retry(promise, desk.now + timedelta(seconds=seconds), str(failure))


def _note(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> bool:
    """Tell whoever asked for it how it went; whether somebody did."""
    if outgoing.noted_as is None:
        return False
    NOTED[outgoing.noted_as[0]](uow, desk, outgoing, receipt)
    return True


def _gone(uow: UnitOfWork, desk: Desk, promise: Promise, receipt: Receipt) -> None:
    """Nobody is there: the fallback takes the place, or those who wait for it hear why it did not arrive."""
    outgoing = promise.outgoing
    if isinstance(receipt.failure, FilesRefused) and outgoing.chat_id > 0 and outgoing.kind in _FILES:
        if outgoing.noted_as is None:
            _voice_refused(uow, desk, promise, said=bool(receipt.message_ids))
        else:
            uow.outbox.kept(promise)
            _note(uow, desk, outgoing, receipt)
        return
    if outgoing.chat_id > 0:
        uow.people.set_reachable(outgoing.chat_id, False)
    else:
        muted.refused(uow, desk, outgoing.chat_id)
    if outgoing.fallback is not None:
        uow.outbox.replace(promise, reaching.fit_for_group(uow, _inheriting(outgoing.fallback, outgoing)))
        return
    if isinstance(receipt.failure, FilesRefused) and outgoing.kind in _FILES and outgoing.case is not None:
        uow.outbox.replace(promise, _without_files(desk, outgoing, outgoing.case, said=bool(receipt.message_ids)))
        return
    uow.outbox.kept(promise)
    unreached.note(uow, desk, outgoing)
    _note(uow, desk, outgoing, receipt)
    _explain(uow, desk, outgoing, "undelivered-gone")
    if set_aside.tells_of_it(outgoing):
        set_aside.tell_the_others(uow, desk, outgoing)
    if outgoing.tell_if_gone:
        unreached.tell(uow, desk, outgoing)


_FILES: Final = frozenset({Send.COPY, Send.MEDIA})


def _without_files(desk: Desk, outgoing: Outgoing, case: int, *, said: bool) -> Outgoing:
    """The words that came with the files, unless they are said already, and where the files are to be seen."""
    nothing: dict[str, Any] = {"copy_from": None, "copy_ids": (), "attachment": None, "key": None, "not_before": None}
    words = replace(outgoing, kind=Send.TEXT, sent=(), **nothing)
    there = Text.of("files-in-private")
    if said:
        return replace(words, text=there, body=None, rows=cards.group_rows(desk, case))
    return replace(words, text=Text.lines(words.text, there))


def _voice_refused(uow: UnitOfWork, desk: Desk, promise: Promise, *, said: bool) -> None:
    """A reader takes no voice messages: the words that came with it arrive, and whoever sent it hears how it went."""
    outgoing = promise.outgoing
    nothing: dict[str, Any] = {"copy_from": None, "copy_ids": (), "attachment": None, "key": None, "not_before": None}
    there = Text.of("voice-not-taken")
    words = replace(outgoing, kind=Send.TEXT, sent=(), acknowledge=None, fallback=None, **nothing)
    if said:
        words = replace(words, text=there, body=None, rows=())
    else:
        words = replace(words, text=Text.lines(words.text, there), body=words.body or _own_words(uow, outgoing))
    uow.outbox.replace(promise, words)
    if outgoing.acknowledge is not None:
        _explain(uow, desk, outgoing, "undelivered-voice")
    elif outgoing.person is not None:
        unreached.tell_of_voice(uow, desk, outgoing)


def _own_words(uow: UnitOfWork, outgoing: Outgoing) -> str | None:
    """What stands below the file itself, where it was to be copied with its own words."""
    if outgoing.text is not None or outgoing.copy_from is None:
        return None
    kept = (uow.messages.by_chat(outgoing.copy_from, id_) for id_ in sorted(set(outgoing.copy_ids)))
    return "\n".join(message.text for message in kept if message is not None and message.text) or None


def _cannot_be_edited(uow: UnitOfWork, desk: Desk, promise: Promise, receipt: Receipt) -> None:
    """The message is not there any more: what was to stand there is sent anew, where somebody provided for that."""
    if promise.outgoing.fallback is not None:
        uow.outbox.replace(promise, reaching.fit_for_group(uow, promise.outgoing.fallback))
    else:
        uow.outbox.kept(promise)
        _note(uow, desk, promise.outgoing, receipt)


def _inheriting(fallback: Outgoing, outgoing: Outgoing) -> Outgoing:
    """The fallback does for the same people what the first would have done."""
    return replace(
        fallback,
        case=fallback.case if fallback.case is not None else outgoing.case,
        message=fallback.message if fallback.message is not None else outgoing.message,
        person=fallback.person if fallback.person is not None else outgoing.person,
        acknowledge=fallback.acknowledge or outgoing.acknowledge,
        tell_if_gone=fallback.tell_if_gone or outgoing.tell_if_gone,
        priority=min(fallback.priority, outgoing.priority),
        not_before=None,
    )


def _mistake(uow: UnitOfWork, desk: Desk, promise: Promise, receipt: Receipt, failure: DeliveryError) -> None:
    outgoing = promise.outgoing
    if _note(uow, desk, outgoing, receipt):
        uow.outbox.kept(promise)
        return
    if outgoing.kind is Send.REACTION:
        _in_words(uow, desk, promise)
        return
    if outgoing.kind is Send.COPY and _by_file(uow, desk, promise, receipt):
        return
    uow.outbox.set_aside(promise, str(failure))
    _explain(uow, desk, outgoing, "undelivered-refused")
    if not set_aside.tells_of_it(outgoing):
        # What tells of a mistake must not, if it is one itself, tell of itself.
        set_aside.tell_staff(uow, desk, "message", f"m{promise.id}", str(failure))


def _by_file(uow: UnitOfWork, desk: Desk, promise: Promise, receipt: Receipt) -> bool:
    """Whether what was to be copied goes out all the same: its message was deleted, or stands in a group that we have
    left, but Telegram still has the files.
    """
    outgoing = promise.outgoing
    kept = (uow.messages.by_chat(outgoing.copy_from or 0, id_) for id_ in sorted(set(outgoing.copy_ids)))
    files = [(file, message.text) for message in kept if message is not None for file in message.attachments]
    if not files:
        return False
    bare = replace(outgoing, kind=Send.MEDIA, copy_from=None, copy_ids=(), sent=(), key=None, not_before=None)
    if outgoing.text is None:
        first, *others = (replace(bare, attachment=file, body=said) for file, said in files)
    else:
        wordless = replace(bare, text=None, body=None)
        first, *others = (replace(wordless, attachment=file) for file, _ in files)
        if not receipt.message_ids:  # its words, which go before an album, are still to be said
            first = replace(bare, attachment=first.attachment)
    uow.outbox.replace(promise, first)
    for other in others:
        uow.outbox.add(replace(other, acknowledge=None, message=None, rows=(), fallback=None), desk.now)
    return True


def _in_words(uow: UnitOfWork, desk: Desk, promise: Promise) -> None:
    """A group can forbid reactions."""
    outgoing = promise.outgoing
    words = Outgoing(
        Send.TEXT,
        outgoing.chat_id,
        language=_language(uow, desk, outgoing.chat_id),
        text=Text.of("delivered"),
        reply_to=outgoing.target,
    )
    uow.outbox.replace(promise, words)


def _explain(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, key: str) -> None:
    """Tell whoever waits to hear that it arrived why it did not."""
    if outgoing.acknowledge is None:
        return
    chat_id, message_id = outgoing.acknowledge
    words = Outgoing(
        Send.TEXT,
        chat_id,
        language=_language(uow, desk, chat_id),
        text=Text.of(key, case=outgoing.case),
        reply_to=message_id,
        priority=Priority.CONVERSATION,
    )
    uow.outbox.add(words, desk.now)


def _language(uow: UnitOfWork, desk: Desk, chat_id: int) -> str:
    if chat_id < 0:
        return readers.group_language(desk, uow.groups.get(chat_id))
    entry = next(iter(uow.roster.of(chat_id, None)), None)
    return readers.language_of(desk, uow.people.find(chat_id), entry)


NOTED: Final[Mapping[str, Callable[[UnitOfWork, Desk, Outgoing, Receipt], None]]] = {
    **announcement_posts.NOTED,
    **station_cards.NOTED,
    **exports.NOTED,
    **polling.NOTED,
    **balloting.NOTED,
    **duty_drafts.NOTED,
    **duty_reminding.NOTED,
    **summary_making.NOTED,
    **summary_posts.NOTED,
}
"""By the first part of ``Outgoing.noted_as``: what is to be told how a delivery went."""


def _source_is_meant(outgoing: Outgoing) -> bool:
    """Only a group can move: where the recipient is a person, it was the chat that is copied from."""
    return outgoing.chat_id > 0


def _source_is_gone(uow: UnitOfWork, outgoing: Outgoing) -> bool:
    """It is copied out of a group that we are not in any more: that says nothing about the recipient."""
    if outgoing.kind is not Send.COPY or outgoing.copy_from is None or outgoing.copy_from > 0:
        return False
    group = uow.groups.get(outgoing.copy_from)
    return group is not None and not group.present
