"""Telling people what happened to a case: who, in which chat, with which buttons.

Which event tells whom stands in ``liaisonbot/workflow.py``; this is how it is put in the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from liaisonbot import masking
from liaisonbot.desk import Desk
from liaisonbot.incoming import IncomingMessage
from liaisonbot.model import Actor, Attachment, Author, Case, Link, RosterEntry
from liaisonbot.outgoing import REPLY, Outgoing, Priority, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, readers, receipts
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Outcome
from liaisonbot.workflow import Audience, Keyboard, Notice

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


@dataclass(frozen=True, slots=True)
class News:
    """What happened: the case before and after, who did it, and the words that go with it."""

    before: Case
    after: Case
    by: Actor
    body: str | Text | None = None
    """Words for the others: a reply, a reason. Those that nobody typed are a :class:`Text`."""
    message: int | None = None
    """The case message (row id) those words are kept as."""
    files: Files | None = None
    reason: str | Text | None = None
    """Why, for those who work on the case; its author does not read it."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further blanks of the sentences."""
    part: int | None = None
    """The case that became part of it."""
    summed_up: bool = False
    """It is one of many: the deputies concerned hear of all of them in one message, from whoever does it."""


def tell(uow: UnitOfWork, desk: Desk, notices: tuple[Notice, ...], news: News) -> None:
    """Put everything the row of the table promises into the outbox, and bring the cards up to date."""
    for notice in notices:
        match notice.to:
            case Audience.AUTHORS:
                _tell_authors(uow, desk, notice, news)
            case Audience.DEPUTY:
                _tell_deputy(uow, desk, notice, news)
            case Audience.FORMER_DEPUTY:
                _tell_former_deputy(uow, desk, notice, news)
            case Audience.STAFF:
                _tell_staff(uow, desk, notice, news)
    refresh_cards(uow, desk, news.after, before=news.before)


def _params(uow: UnitOfWork, news: News) -> dict[str, Any]:
    case = news.after
    return {
        "case": case.number,
        "stage": Text.of(f"stage-{case.stage}"),
        "station": cards.station_name(uow, case),
        "deputy": cards.deputy_name(uow, case),
        "absent": cards.absent_name(uow, case),
        "class": Text.of(f"class-{case.reply_class}") if case.reply_class else None,
        "date": case.promise_date,
        "until": case.extended_to,
        "by": Text.of(f"role-{news.by.roles[0]}"),
        "attitude": Text.of(f"rating-{case.attitude}") if case.attitude else Text.of("not-rated"),
        "result": Text.of(f"rating-{case.result}") if case.result else Text.of("not-rated"),
        "delivery": Text.of(f"button-check-{int(case.delivery)}") if case.delivery else None,
        "outcome": Text.of(f"outcome-{case.outcome}") if case.outcome else None,
        "topic": Text.of(f"guard-name-{case.guard}") if case.guard else None,
        "channel": Text.of(f"guard-say-{case.guard}") if case.guard else None,
        "into": uow.merges.into(case.number) if case.outcome is Outcome.MERGED else None,
        "part": news.part,
        "n": len(uow.cases.authors(case.number)),
        "occasion": None,
        **news.more,
    }


def sentence(uow: UnitOfWork, notice: Notice, news: News) -> Text:
    """What the notice says, without the words that somebody typed for it."""
    key = notice.text
    if key == "notice-new-deputy" and news.after.deputy_id is None:
        key = "notice-unassigned"
    if key == "notice-new-deputy" and news.after.standing_in_for is not None:
        key = "notice-stands-in"
    if key == "notice-queue" and news.after.held:
        key = "notice-held"
    if key == "notice-handed" and news.after.deputy_id is None:
        key = "notice-handed-by-staff"
    if key == "notice-reply" and news.after.reply_class == "B":
        key = "notice-reply-promise"
    return Text(key, _params(uow, news))


def _with_words(said: Text, body: str | Text | None) -> tuple[Text, str | None]:
    """The sentence and what stands below it: typed words apart, the program's own in the reader's language."""
    return (Text.lines(said, body), None) if isinstance(body, Text) else (said, body)


def _tell_authors(uow: UnitOfWork, desk: Desk, notice: Notice, news: News) -> None:
    make_rows = _ROWS_FOR.get(notice.keyboard)
    rows = make_rows(news.after) if make_rows else ()
    purpose = _PURPOSE_OF.get(notice.keyboard, "notice")
    for author in uow.cases.authors(news.after.number):
        if news.by.person and author.person_id == news.by.person.id and notice.text in _SAID_ON_THE_SPOT:
            continue
        if not rows and _tells_it_anyway(author, news):
            continue
        text = sentence(uow, notice, news)
        if notice.text in _SAID_BY_ONE and not _said_by(author, news):
            text = replace(text, key=_SAID_BY_ONE[notice.text])
            to_author(uow, desk, news.after, author, text)
            continue
        if purpose == REPLY:
            text = Text.lines(text, cards.own_number(uow, news.after, author))
        more: dict[str, Any] = {"purpose": purpose, "message": news.message}
        more["key"] = reply_key(news.message, author) if purpose == REPLY else None
        more["force_reply"] = notice.keyboard is Keyboard.ANSWER
        text, body = _with_words(text, news.body)
        to_author(uow, desk, news.after, author, text, rows=rows, body=body, **more)
        if news.files is not None:
            heading = Text.of("reply-files", case=news.after.number)
            to_author(uow, desk, news.after, author, heading, files=news.files, purpose="relay", message=news.message)


_ROWS_FOR: Final[Mapping[Keyboard, Callable[[Case], Rows]]] = {
    Keyboard.RATING: cards.rating_rows,
    Keyboard.CHECK: cards.check_rows,
    Keyboard.REASONS: cards.reason_rows,
    Keyboard.REOPEN: cards.again_rows,
}
_PURPOSE_OF: Final[Mapping[Keyboard, str]] = {Keyboard.RATING: REPLY, Keyboard.REASONS: "why"}
"""How the messages are known again later."""


def reply_key(message: int | None, author: Author) -> str:
    """Of a reply and its correction that both wait for the same person, only the correction goes out."""
    return f"reply:{message}:{author.person_id}"


def _tells_it_anyway(author: Author, news: News) -> bool:
    """Whether whoever did it is the one who tells an author without Telegram: they know."""
    return author.telegram_id is None and news.by.person is not None and news.by.person.telegram_id == author.through


def _said_by(author: Author, news: News) -> bool:
    """Whether it was this author who said it, or somebody of the office on their word."""
    by = news.by
    own = by.person is not None and by.person.id == author.person_id
    return own or (author.telegram_id is None and by.works_here)


_SAID_BY_ONE: Final = {"notice-not-done": "notice-back-others", "notice-back-why": "notice-back-others"}
"""What one of several authors said is told to the others in other words."""
_SAID_ON_THE_SPOT: Final = {"notice-withdrawn", "notice-taken-back"}
"""The author did it and is answered by the command itself."""


def to_author(
    uow: UnitOfWork,
    desk: Desk,
    case: Case,
    author: Author,
    text: Text,
    *,
    rows: Rows = (),
    body: str | None = None,
    files: Files | None = None,
    public: Text | None = None,
    **more: Any,
) -> None:
    """Tell the author in private where they can be reached there; else in the group, in reply to their own message.

    What goes to a group is masked; of what belongs into the private chat it hears only that there is something to
    read, or ``public``. When they turn out to have blocked us, the group is the fallback; when there is
    none, the deputy and staff are told. With ``files`` the words stand with these.
    """
    fields = {"priority": Priority.CONVERSATION, "person": author.person_id, **more}
    if author.telegram_id is None:
        _through_somebody(uow, desk, case, author, text, rows=rows, body=body, files=files, **fields)
        return
    private = Outgoing(
        Send.TEXT,
        author.telegram_id,
        language=author.language,
        text=text,
        body=body,
        rows=rows,
        reply_to=author.message_id if author.chat_type == "private" else None,
        case=case.number,
        tell_if_gone=True,
        **fields,
    )
    if files is not None:
        private = _with_files(desk, private, files)
    in_public = in_group(uow, desk, author, private, instead=public)
    if in_public is None:
        _gather(uow, desk, private)
    elif author.reachable:
        _gather(uow, desk, replace(private, fallback=in_public))
    else:
        _gather(uow, desk, in_public)


def _without_words(outgoing: Outgoing, text: Text) -> Outgoing:
    """The same with that sentence only: no words, no files."""
    nothing: dict[str, Any] = {"body": None, "copy_from": None, "copy_ids": (), "attachment": None}
    key = outgoing.key if outgoing.kind is Send.TEXT else None
    return replace(outgoing, kind=Send.TEXT, text=text, key=key, not_before=None, **nothing)


def _through_somebody(
    uow: UnitOfWork,
    desk: Desk,
    case: Case,
    author: Author,
    text: Text,
    *,
    rows: Rows,
    body: str | None,
    files: Files | None,
    **fields: Any,
) -> None:
    """What somebody without Telegram would be told: whoever entered the case is asked to tell them.

    Where that one has left, or has the case as its deputy and there is something to be asked, staff do it: nobody
    passes on what is thought of their own work.
    """
    teller = _teller(uow, desk, case, author, asked=bool(rows))
    for reader in [teller] if teller else readers.staff_of(uow, desk, case.station_id):
        heading = Text.of(
            "please-ask" if rows else "please-tell",
            case=case.number,
            name=(author.name or "") if teller else "",
            phone=(author.phone or "") if teller else "",
        )
        outgoing = Outgoing(
            Send.TEXT,
            reader.chat_id,
            language=reader.language,
            text=Text.lines(heading, cards.whose(uow, case, author), text),
            body=body,
            rows=cards.naming(rows, author.person_id),
            case=case.number,
            tell_if_gone=True,
            **fields,
        )
        _gather(uow, desk, outgoing if files is None else _with_files(desk, outgoing, files))


def _teller(uow: UnitOfWork, desk: Desk, case: Case, author: Author, *, asked: bool) -> Reader | None:
    """Whoever entered the case, as long as they work here and are not asked about themselves."""
    if author.through is None:
        return None
    entries = uow.roster.of(author.through, None)
    if not entries and not desk.is_owner(author.through):
        return None
    if asked and any(entry.id == case.deputy_id for entry in entries):
        return None
    person = uow.people.find(author.through)
    return Reader(author.through, readers.language_of(desk, person, entries[0] if entries else None))


def _with_files(desk: Desk, outgoing: Outgoing, files: Files) -> Outgoing:
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


def _gather(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> None:
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


def in_group(
    uow: UnitOfWork, desk: Desk, author: Author, private: Outgoing, *, instead: Text | None = None
) -> Outgoing | None:
    """The same for the group where they wrote; None when they wrote in private, or the bot has left that group.

    Of a case that belongs into the private chat it says only that there is something to read, or ``instead``.
    """
    if author.chat_type == "private":
        return None
    group = uow.groups.get(author.chat_id)
    if group is None or not group.present:
        return None
    public = replace(
        private,
        chat_id=author.chat_id,
        language=readers.group_language(desk, group),
        thread_id=author.thread_id,
        reply_to=author.message_id,
        body=masking.mask(private.body) if private.body else None,
        rows=(*private.rows, *cards.group_rows(desk, private.case or 0)),
    )
    case = uow.cases.get(private.case) if private.case is not None else None
    if case is not None and cards.hidden(case):
        return _without_words(public, instead or Text.of("guard-group-news", case=case.number))
    if public.attachment is not None and public.attachment.kind in _NOT_IN_GROUPS:
        return _without_words(public, Text.lines(public.text, Text.of("contact-in-private")))
    return public


_NOT_IN_GROUPS: Final = frozenset({"contact"})
"""Nobody can mask these, and they hold a number."""


def _tell_deputy(uow: UnitOfWork, desk: Desk, notice: Notice, news: News) -> None:
    case = news.after
    deputy = uow.roster.get(case.deputy_id) if case.deputy_id is not None else None
    if deputy is None:
        _tell_staff(uow, desk, replace(notice, text=_FOR_STAFF.get(notice.text, notice.text)), news)
        return
    reader = readers.of_entry(uow, desk, deputy)
    if reader is None or news.summed_up or (_did_it(news, deputy) and not notice.card):
        return
    actor = Actor(person=None, deputy=deputy)
    _to_worker(uow, desk, reader, actor, notice, news)
    if notice.text == "notice-new-case":
        pass_opening_files(uow, desk, case, reader)


def _did_it(news: News, entry: RosterEntry) -> bool:
    """Whoever did it is answered on the spot, and needs no notice of it."""
    return news.by.deputy is not None and news.by.deputy.id == entry.id


_FOR_STAFF: Final = {"notice-new-case": "notice-queue"}
"""A case without a deputy is told to those who can assign it."""


def _tell_former_deputy(uow: UnitOfWork, desk: Desk, notice: Notice, news: News) -> None:
    before, after = news.before, news.after
    if before.deputy_id is None or before.deputy_id == after.deputy_id:
        return
    entry = uow.roster.get(before.deputy_id)
    reader = readers.of_entry(uow, desk, entry) if entry else None
    if reader is None:
        return
    text = Text(notice.text if after.deputy_id is not None else "notice-left-you-queue", _params(uow, news))
    if entry is not None and not _did_it(news, entry) and not news.summed_up:
        uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text), desk.now)
    for link in uow.links.cards(after.number):
        if link.chat_id == reader.chat_id:
            gone = Outgoing(
                Send.EDIT, link.chat_id, language=reader.language, text=text, card=link.case, key=_card_key(link)
            )
            uow.outbox.add(gone, desk.now)


def _tell_staff(uow: UnitOfWork, desk: Desk, notice: Notice, news: News) -> None:
    station_id = news.after.station_id
    who = news.by.person.telegram_id if news.by.person else None
    for reader in readers.staff_of(uow, desk, station_id):
        if notice.text in _AMONG_STAFF and (reader.chat_id == who or news.after.deputy_id is None):
            continue
        _to_worker(uow, desk, reader, staff_actor(uow, desk, reader), notice, news)


_AMONG_STAFF: Final = {"notice-reopened-staff"}
"""Whoever did it knows, and without a deputy staff have the deputy's notice."""


def staff_actor(uow: UnitOfWork, desk: Desk, reader: Reader) -> Actor:
    entries = uow.roster.of(reader.chat_id, None)
    return Actor(
        person=uow.people.find(reader.chat_id),
        staff=next((entry for entry in entries if entry.role == "staff"), None),
        owner=desk.is_owner(reader.chat_id),
    )


def _to_worker(uow: UnitOfWork, desk: Desk, reader: Reader, actor: Actor, notice: Notice, news: News) -> None:
    case = news.after
    text, body = _with_words(sentence(uow, notice, news), news.body)
    if notice.card:
        reason = Text.of("said-because", reason=news.reason) if news.reason else None
        text, body = Text.lines(text, reason, card_for(uow, desk, case, actor, reader.chat_id)), None
    rows: Rows = ()
    if notice.keyboard is Keyboard.CASE:
        rows = cards.rows(uow, desk, actor, case)
    uow.outbox.add(
        Outgoing(
            Send.TEXT,
            reader.chat_id,
            language=reader.language,
            text=text,
            body=body,
            rows=rows,
            case=case.number,
            purpose="card" if notice.card else "notice",
            tell_if_gone=True,
        ),
        desk.now,
    )
    if notice.card:
        pass_whole_text(uow, desk, case, reader)


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


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works on a case: as what, and in which language they read."""

    actor: Actor
    language: str


def worker_at(uow: UnitOfWork, desk: Desk, case: Case, chat_id: int) -> Worker | None:
    """Whoever has that private chat, as the case's deputy or as staff; None where they work on it no longer."""
    deputy = uow.roster.get(case.deputy_id) if case.deputy_id is not None else None
    return _worker_at(uow, desk, deputy, chat_id)


def _worker_at(uow: UnitOfWork, desk: Desk, deputy: RosterEntry | None, chat_id: int) -> Worker | None:
    if deputy is not None and chat_id == deputy.telegram_id:
        language = readers.language_of(desk, uow.people.find(chat_id), deputy)
        return Worker(Actor(person=None, deputy=deputy), language)
    actor = staff_actor(uow, desk, Reader(chat_id, ""))
    if not (actor.staff or actor.owner):
        return None
    return Worker(actor, readers.language_of(desk, actor.person, actor.staff))


def card_for(uow: UnitOfWork, desk: Desk, case: Case, actor: Actor, chat_id: int) -> Text:
    """The case's card as that deputy or member of staff may see it."""
    mine = actor.deputy is not None and actor.deputy.id == case.deputy_id
    return cards.work_card(uow, desk, case, contact=mine, reader=chat_id)


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
    _gather(uow, desk, _with_files(desk, outgoing, files))


def words(uow: UnitOfWork, desk: Desk, case: Case, reader: Reader, text: Text, body: str | None, **more: Any) -> None:
    """One relayed message for somebody who works on the case; an answer to it goes back."""
    fields = {"priority": Priority.CONVERSATION, "purpose": "relay", "tell_if_gone": True, **more}
    outgoing = Outgoing(
        Send.TEXT, reader.chat_id, language=reader.language, text=text, body=body, case=case.number, **fields
    )
    uow.outbox.add(outgoing, desk.now)


def refresh_cards(uow: UnitOfWork, desk: Desk, case: Case, *, before: Case | None = None) -> None:
    """Every card of the case shows where it stands now: in the group, and with those who work on it.

    ``before``: as it was; cards that look the same as then are left alone.
    """
    if before is None or cards.group_card(uow, desk, before) != cards.group_card(uow, desk, case):
        for author in uow.cases.authors(case.number):
            # Who came by a merge has the card of the case they wrote; this one's words may never have been said there.
            if author.chat_type != "private" and not author.by_merge:
                _refresh_group_card(uow, desk, case, author)
    _renew_receipts(uow, desk, case, before)
    refresh_work_cards(uow, desk, case, before=before)


def refresh_work_cards(uow: UnitOfWork, desk: Desk, case: Case, *, before: Case | None = None) -> None:
    """The cards of those who work on it only: what changed is not to be seen in a group.

    ``before`` the case itself: its words stay, and below them stands what is possible now.
    """
    deputy = uow.roster.get(case.deputy_id) if case.deputy_id is not None else None
    for link in uow.links.cards(case.number):
        if link.chat_id > 0:
            _refresh_work_card(uow, desk, case, link, deputy, before)


def renew_work_card(
    uow: UnitOfWork, desk: Desk, case: Case, deputy: RosterEntry, heading: Text | None, **when: Any
) -> bool:
    """The newest card in that deputy's chat shows the case as it is now, below the heading; whether there is one.

    ``when``: fields of the promise, for what is no answer to anything. A change that comes first takes its place.
    """
    link = next((link for link in uow.links.cards(case.number) if link.chat_id == deputy.telegram_id), None)
    if link is None:
        return False
    _refresh_work_card(uow, desk, case, link, deputy, None, heading, **when)
    return True


def _refresh_work_card(
    uow: UnitOfWork,
    desk: Desk,
    case: Case,
    link: Link,
    deputy: RosterEntry | None,
    before: Case | None,
    heading: Text | None = None,
    **when: Any,
) -> None:
    """The card that is there now; one that is owed already shows the case as it is."""
    worker = _worker_at(uow, desk, deputy, link.chat_id)
    if worker is None:
        return
    actor = worker.actor
    text, rows = card_for(uow, desk, case, actor, link.chat_id), cards.rows(uow, desk, actor, case)
    follow = FOLLOWED.get(link.purpose)
    followed = follow(uow, desk, case, Reader(link.chat_id, worker.language)) if follow is not None else None
    if followed is not None:
        text, rows = followed
        before = None
    reads_the_same = before is not None and text == card_for(uow, desk, before, actor, link.chat_id)
    other = before if before is not None and before is not case else None
    if other is not None and reads_the_same and rows == cards.rows(uow, desk, actor, other):
        return
    uow.outbox.add(
        Outgoing(
            Send.EDIT,
            link.chat_id,
            language=worker.language,
            text=None if reads_the_same else Text.lines(heading, text) if heading else text,
            rows=rows,
            target=link.message_id,
            key=_card_key(link),
            **when,
        ),
        desk.now,
    )


FOLLOWED: Final[dict[str, Callable[[UnitOfWork, Desk, Case, Reader], tuple[Text, Rows] | None]]] = {}
"""By the purpose of a message's link: what stands in a card of another make. Those modules name themselves here that
know how it looks, and stand above this one.
"""


def _card_key(link: Link) -> str:
    """Of edits of one card the last one counts."""
    return f"card:{link.case}:{link.message_id}"


def _renew_receipts(uow: UnitOfWork, desk: Desk, case: Case, before: Case | None) -> None:
    """Below each author's receipt stands what is possible now; its words are those of the beginning.

    Where a merge was made or undone, what stood there does not follow from the case as it was.
    """
    authors = uow.cases.author_ids(case.number)
    merging = before is not None and (before.outcome is Outcome.MERGED) is not (case.outcome is Outcome.MERGED)
    for link in uow.links.receipts(case.number) if before is not None else ():
        person = uow.people.find(link.chat_id)
        if before is None or person is None or person.id not in authors:
            continue
        now, then = (receipts.rows(uow, desk, Actor(person), one) for one in (case, before))
        if merging or now != then:
            language, target = readers.language_of(desk, person), link.message_id
            key = f"edit:{target}"
            uow.outbox.add(
                Outgoing(Send.EDIT, link.chat_id, language=language, rows=now, target=target, key=key), desk.now
            )


def _refresh_group_card(uow: UnitOfWork, desk: Desk, case: Case, author: Author) -> None:
    group = uow.groups.get(author.chat_id)
    if group is None or not group.present:
        return
    uow.outbox.add(
        Outgoing(
            Send.EDIT,
            author.chat_id,
            language=readers.group_language(desk, group),
            thread_id=author.thread_id,
            text=cards.group_card(uow, desk, case),
            rows=cards.group_rows(desk, case.number),
            reply_to=author.message_id,
            card=case.number,
            case=case.number,
            purpose="card",
            key=f"card:{case.number}",
        ),
        desk.now,
    )
