"""What one side said is passed on to the other: words in a message of ours, pictures and voices as copies that do not
say where they come from, the parts of an album together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.incoming import IncomingMessage
from liaisonbot.model import Attachment, Author, Case, Person
from liaisonbot.outgoing import CARD, CARDS, Outgoing, Priority, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, readers, reminders, workers
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text

ALBUM_PAUSE: Final = timedelta(seconds=1.5)
"""How long the files of an album wait for each other before they are passed on together; kept in the database."""


@dataclass(frozen=True, slots=True)
class Files:
    """Pictures, voices … that go along: messages of a chat, to be copied without their origin."""

    chat_id: int
    ids: tuple[int, ...]
    attachments: tuple[Attachment, ...]
    album: str | None = None

    @property
    def kept_as(self) -> dict[str, Any]:
        """How they are kept with the words they came with."""
        return {
            "attachments": self.attachments,
            "chat_id": self.chat_id,
            "message_id": self.ids[0],
            "media_group_id": self.album,
        }

    @classmethod
    def of(cls, message: IncomingMessage) -> Files | None:
        """The files of a message; None where it has none."""
        if not message.attachments:
            return None
        return cls(message.place.chat_id, (message.message_id,), message.attachments, message.media_group_id)


def words(uow: UnitOfWork, desk: Desk, case: Case, reader: Reader, text: Text, body: str | None, **more: Any) -> None:
    """One relayed message for somebody who works on the case; an answer to it goes back."""
    fields = {"priority": Priority.CONVERSATION, "purpose": "relay", "tell_if_gone": True, **more}
    outgoing = Outgoing(
        Send.TEXT, reader.chat_id, language=reader.language, text=text, body=body, case=case.number, **fields
    )
    uow.outbox.add(outgoing, desk.now)


def pass_files(
    uow: UnitOfWork,
    desk: Desk,
    case: int,
    reader: Reader,
    files: Files,
    *,
    text: Text | None = None,
    body: str | None = None,
    **more: Any,
) -> None:
    """Copy messages of another chat for somebody who works on the case."""
    fields = {"priority": Priority.CONVERSATION, "purpose": "relay", **more}
    outgoing = Outgoing(Send.COPY, reader.chat_id, language=reader.language, text=text, body=body, case=case, **fields)
    gather(uow, desk, with_files(desk, outgoing, files))


def pass_opening_files(uow: UnitOfWork, desk: Desk, case: Case, reader: Reader) -> None:
    """Pass on the pictures, voices and places the case was opened with, without their origin.

    Their words stand on the card already, so they go without; where several have words, all keep theirs.
    """
    parts = uow.messages.opening_files(case.number)
    if not parts:
        return
    files = [message for message in uow.messages.of_case(case.number) if message.attachments]
    speaking = any(message.text and message.text != case.text for message in files)
    for chat_id in dict.fromkeys(chat_id for chat_id, _ in parts):
        ids = tuple(message_id for chat, message_id in parts if chat == chat_id)
        attachments = files[0].attachments if len(parts) == 1 else ()
        text = None if speaking else Text.of("opening-files", case=case.number)
        pass_files(uow, desk, case.number, reader, Files(chat_id, ids, attachments), text=text)


def pass_parts(uow: UnitOfWork, desk: Desk, case: Case, reader: Reader) -> None:
    """Pass on what became part of the case, each with its words and files: whoever gets the case now reads it as who
    had it did. Of those who have left it nothing.
    """
    there = {author.person_id for author in uow.cases.authors(case.number)}
    for number in cards.parts_of(uow, case.number):
        part = uow.cases.get(number)
        if part is None or not there & uow.cases.author_ids(number):
            continue
        if part.text:
            heading = Text.of("notice-joined", part=number, case=case.number, n=len(there))
            words(uow, desk, case, reader, heading, part.text)
        pass_opening_files(uow, desk, part, reader)


def is_long(case: Case) -> bool:
    """Whether a card does not have room for all of its words."""
    return case.text is not None and len(case.text) > cards.EXCERPT


def pass_whole_text(uow: UnitOfWork, desk: Desk, case: Case, reader: Reader) -> None:
    """Behind a card that has no room for all the words: these, in a message of their own."""
    if not is_long(case):
        return
    whole = Outgoing(
        Send.TEXT,
        reader.chat_id,
        language=reader.language,
        text=Text.of("whole-text", case=case.number),
        body=case.text,
        case=case.number,
        purpose="relay",
    )
    uow.outbox.add(whole, desk.now)


def with_files(desk: Desk, outgoing: Outgoing, files: Files) -> Outgoing:
    """The same as a copy of those messages. Parts of an album wait a moment for each other."""
    return replace(
        outgoing,
        kind=Send.COPY,
        copy_from=files.chat_id,
        copy_ids=files.ids,
        attachment=files.attachments[0] if len(files.ids) == 1 and files.attachments else None,
        key=f"album:{outgoing.case}:{files.chat_id}:{files.album}" if files.album else None,
        not_before=desk.now + ALBUM_PAUSE if files.album else None,
    )


def gather(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> None:
    """Promise it; where other parts of its album still wait, it goes out with them."""
    album = outgoing.key if outgoing.kind is Send.COPY else None
    waiting = uow.outbox.waiting(outgoing.chat_id, album, desk.now) if album else None
    if waiting is not None:
        ids = tuple(sorted({*waiting.copy_ids, *outgoing.copy_ids}))
        together: dict[str, Any] = {"copy_ids": ids, "attachment": None}
        fallback = replace(outgoing.fallback, **together) if outgoing.fallback else None
        text, body = waiting.text, waiting.body or outgoing.body
        outgoing = replace(outgoing, text=text, body=body, fallback=fallback, **together)
    uow.outbox.add(outgoing, desk.now)


def pass_on_what_waits(uow: UnitOfWork, desk: Desk, before: Case, after: Case) -> None:
    """What was said to a deputy who has lost the case, and has not reached them yet, goes to whoever has it now: the
    next deputy, or those who can assign it. What else shows them the case (its card, its pictures, a name that was
    given) reaches them no more.
    """
    if before.station_id != after.station_id:
        for reader in readers.staff_of(uow, desk, before.station_id):
            take_back_what_waits(uow, desk, reader.chat_id, only=after.number)
    former = readers.deputy_of(uow, desk, before)
    if former is None or before.deputy_id == after.deputy_id:
        return
    deputy = readers.deputy_of(uow, desk, after)
    told = [deputy] if deputy else readers.staff_for(uow, desk, after)
    for waiting in uow.outbox.take_said(after.number, former.chat_id):
        anew = waiting if waiting.kind is not Send.EDIT else waiting.fallback or waiting
        text, acknowledge = anew.text, anew.acknowledge
        if deputy is None:
            text, acknowledge = _for_the_queue(after, text), None
        for reader in told:
            theirs = replace(anew, chat_id=reader.chat_id, language=reader.language)
            uow.outbox.add(replace(theirs, text=text, acknowledge=acknowledge, sent=()), desk.now)
    if workers.at(uow, desk, after, former.chat_id) is None:
        uow.outbox.drop_shown(after.number, former.chat_id, _SHOWING_THE_CASE)


Knew = Callable[[Case, int], bool]
"""Whether whoever has that account was told of the case as well."""


def take_back_what_waits(
    uow: UnitOfWork,
    desk: Desk,
    chat_id: int,
    *,
    were: Collection[int] = (),
    only: int | None = None,
    knew: Knew | None = None,
) -> None:
    """Whoever has that account is less in the roster than before, or in the case ``only``: what waits for them and
    shows cases on which they work no longer does not reach them. What they would have got as a deputy (``were``: the
    entries they were) goes to the account that the deputy has now. Of limits whoever works on the cases is reminded
    anew. What they are told as an author is left.

    ``knew``: they left, or the case accuses them; whether an account was there beside them, and got the office's news
    of a case as well. Where nobody of those is left, whoever has their place gets what waited: nothing that was owed to
    the station is told to nobody. What they were to tell somebody without Telegram, and cannot as they work here no
    longer, the station tells.
    """
    person = uow.people.find(chat_id)
    others: dict[int, Case | None] = {}
    for row, waiting in uow.outbox.waiting_for(chat_id).items():
        if waiting.due:
            _owe_limits_anew(uow, desk, row, waiting, only)
            continue
        number = waiting.case if waiting.case is not None else _case_of_card(waiting)
        if number is None or only not in (None, number):
            continue
        to_tell = _without_telegram(uow, number, waiting) if waiting.person is not None and knew is not None else None
        only_theirs = to_tell is not None and to_tell.through == chat_id
        if waiting.person is not None and (to_tell is None or (only_theirs and _works_here(uow, desk, chat_id))):
            continue
        if to_tell is None and not _shows_the_case(waiting):
            continue
        if number not in others:
            others[number] = _not_theirs(uow, desk, number, chat_id, person)
        case = others[number]
        if case is None:
            continue
        uow.outbox.drop(row)
        for reader in _instead(uow, desk, case, waiting, were, (lambda *_: False) if only_theirs else knew):
            anew = (waiting.fallback if waiting.kind is Send.EDIT else waiting) or waiting
            theirs = replace(anew, chat_id=reader.chat_id, language=reader.language, sent=())
            theirs = replace(theirs, text=_told_by_staff(anew.text)) if to_tell is not None else theirs
            if theirs.text is not None and theirs.text.key == "relay-from-constituent" and case.deputy_id not in were:
                theirs = replace(theirs, text=_for_the_queue(case, theirs.text), acknowledge=None)
            if theirs not in uow.outbox.waiting_for(reader.chat_id).values():  # of several who left, each had it
                uow.outbox.add(theirs, desk.now)


def _owe_limits_anew(uow: UnitOfWork, desk: Desk, row: int, reminder: Outgoing, only: int | None) -> None:
    """The next tick reminds of these limits whoever works on the cases then, in one message with what else they are
    owed.
    """
    if only is not None:
        reminders.drop(uow, desk, only, chat=reminder.chat_id)
        return
    reminders.take_back(uow, reminder)
    uow.outbox.drop(row)


def _instead(
    uow: UnitOfWork,
    desk: Desk,
    case: Case,
    waiting: Outgoing,
    were: Collection[int],
    knew: Knew | None,
) -> list[Reader]:
    """Who gets what waited for somebody who works on the case no longer."""
    if waiting.kind is Send.EDIT and waiting.fallback is None:
        return []
    if case.deputy_id in were:
        deputy = readers.deputy_of(uow, desk, case)
        return [deputy] if deputy is not None else []
    if knew is None or not (waiting.tell_if_gone or waiting.message is not None or waiting.kind is Send.COPY):
        return []
    now = readers.staff_for(uow, desk, case)
    return [] if any(knew(case, reader.chat_id) for reader in now) else now


def _without_telegram(uow: UnitOfWork, number: int, waiting: Outgoing) -> Author | None:
    """The author whom somebody was to tell it."""
    told = (author for author in uow.cases.authors(number) if author.person_id == waiting.person)
    return next((author for author in told if author.telegram_id is None), None)


def _works_here(uow: UnitOfWork, desk: Desk, chat_id: int) -> bool:
    return bool(uow.roster.of(chat_id, None)) or desk.is_owner(chat_id)


def _told_by_staff(text: Text | None) -> Text | None:
    """What is to be told, without the name and number that only whoever entered the case, and its deputy, read."""
    if text is None or text.key in ("please-tell", "please-ask"):
        return replace(text, params={**text.params, "name": "", "phone": ""}) if text is not None else None
    lines = text.params.get("lines")
    return replace(text, params={"lines": [_told_by_staff(line) for line in lines]}) if lines else text


def _not_theirs(uow: UnitOfWork, desk: Desk, number: int, chat_id: int, person: Person | None) -> Case | None:
    """The case, where they neither work on it nor are its author."""
    case = uow.cases.get(number)
    if case is None or workers.at(uow, desk, case, chat_id) is not None:
        return None
    return None if person is not None and person.id in uow.cases.author_ids(number) else case


def _shows_the_case(waiting: Outgoing) -> bool:
    """Whether words of the case can be read in it; what answers somebody on the spot says what they did."""
    if waiting.kind is Send.EDIT and waiting.case is None:
        return True
    return waiting.purpose in _SHOWING_THE_CASE or waiting.message is not None or waiting.priority > Priority.ANSWER


def _case_of_card(waiting: Outgoing) -> int | None:
    """The case whose card stands in that message."""
    kind, _, rest = (waiting.key or "").partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == CARD and number.isdecimal() else None


_SHOWING_THE_CASE: Final = frozenset({*CARDS, "relay"})
"""The purposes of messages in which words of the case, its files or who wrote it can be read."""


def to_staff(case: Case) -> str:
    """The key of the heading for those who cannot answer, but can assign what is open, and take up what is closed."""
    return "relay-to-queue" if case.open else "relay-of-closed"


def _for_the_queue(case: Case, text: Text | None) -> Text | None:
    return replace(text, key=to_staff(case)) if text and text.key == "relay-from-constituent" else text
