"""The authors of a case are reached: in private, else in the group where they wrote, else through whoever entered it.

When nobody was, ``unreached`` tells the other side.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from liaisonbot import masking
from liaisonbot.desk import Desk
from liaisonbot.model import Actor, Author, Case
from liaisonbot.outgoing import Outgoing, Priority, Rows, Send
from liaisonbot.permissions import Permission, may_for_case
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import accused, cards, readers, relaying
from liaisonbot.services.readers import Reader
from liaisonbot.services.relaying import Files
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role


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
    private = in_private(case, author, text, body=body, rows=rows, **fields)
    if files is not None:
        private = relaying.with_files(desk, private, files)
    in_public = in_group(uow, desk, author, private, instead=public)
    if in_public is None:
        relaying.gather(uow, desk, private)
    elif author.reachable:
        relaying.gather(uow, desk, replace(private, fallback=in_public))
    else:
        relaying.gather(uow, desk, in_public)


def keep_from_groups(uow: UnitOfWork, case: Case) -> None:
    """The case belongs into the private chat from now on: what waits for a group of its authors, or would take its way
    there, says only that there is something to read.
    """
    news = Text.of("guard-group-news", case=case.number)
    for author in uow.cases.authors(case.number):
        for chat_id in {author.chat_id, author.telegram_id} - {None}:
            for row, waiting in uow.outbox.waiting_for(chat_id or 0).items():
                if waiting.case != case.number:
                    continue
                if chat_id == author.chat_id and author.chat_type != "private" and _has_words(waiting):
                    uow.outbox.rewrite(row, _without_words(waiting, news))
                elif waiting.fallback is not None and waiting.fallback.chat_id < 0 and _has_words(waiting.fallback):
                    uow.outbox.rewrite(row, replace(waiting, fallback=_without_words(waiting.fallback, news)))


def fit_for_group(uow: UnitOfWork, outgoing: Outgoing) -> Outgoing:
    """The same, with no words of a case that belongs into the private chat where it goes to a group."""
    case = uow.cases.get(outgoing.case) if outgoing.case is not None and outgoing.chat_id < 0 else None
    if case is None or not cards.hidden(case) or not _has_words(outgoing):
        return outgoing
    return _without_words(outgoing, Text.of("guard-group-news", case=case.number))


def _has_words(outgoing: Outgoing) -> bool:
    return bool(outgoing.body) or outgoing.kind in (Send.COPY, Send.MEDIA)


def _without_words(outgoing: Outgoing, text: Text) -> Outgoing:
    """The same with that sentence only: no words, no files."""
    nothing: dict[str, Any] = {"body": None, "copy_from": None, "copy_ids": (), "attachment": None, "sent": ()}
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

    Where that one has left, is a deputy whom the case accuses, or has it as its deputy and there is something to be
    asked, staff do it: nobody passes on what is thought of their own work.
    """
    teller = _teller(uow, desk, case, author, asked=bool(rows))
    for reader in [teller] if teller else readers.staff_for(uow, desk, case):
        pressed = cards.naming(_on_their_word(uow, desk, case, reader, rows), author.person_id)
        heading = Text.of(
            "please-ask" if pressed else "please-tell",
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
            rows=pressed,
            case=case.number,
            tell_if_gone=True,
            **fields,
        )
        relaying.gather(uow, desk, outgoing if files is None else relaying.with_files(desk, outgoing, files))


def _on_their_word(uow: UnitOfWork, desk: Desk, case: Case, reader: Reader, rows: Rows) -> Rows:
    """The buttons for whoever passes on what the author says. Only authors ask for their case to be taken up again; of
    the others, staff take it up themselves.
    """
    if rows != cards.again_rows(case):
        return rows
    staff = next((entry for entry in uow.roster.of(reader.chat_id, None) if entry.role is Role.STAFF), None)
    actor = Actor(person=None, staff=staff, owner=desk.is_owner(reader.chat_id))
    authors = uow.cases.author_ids(case.number)
    return cards.taken_up_rows(case) if may_for_case(actor, Permission.CASE_REOPEN, case, authors) else ()


def _teller(uow: UnitOfWork, desk: Desk, case: Case, author: Author, *, asked: bool) -> Reader | None:
    """Whoever entered the case, as long as they work here, and are neither accused in it nor asked about themselves."""
    if author.through is None:
        return None
    entries = uow.roster.of(author.through, None)
    if not entries and not desk.is_owner(author.through):
        return None
    if case.guard is not None and accused.is_kept_from(uow, case.number, author.through):
        return None
    if asked and any(entry.id == case.deputy_id for entry in entries):
        return None
    person = uow.people.find(author.through)
    return Reader(author.through, readers.language_of(desk, person, entries[0] if entries else None))


def in_private(
    case: Case, author: Author, text: Text, *, body: str | None = None, rows: Rows = (), **more: Any
) -> Outgoing:
    """What an author who is on Telegram reads in their own chat, as an answer to what they wrote there."""
    assert author.telegram_id is not None
    return Outgoing(
        Send.TEXT,
        author.telegram_id,
        language=author.language,
        text=text,
        body=body,
        rows=rows,
        reply_to=author.message_id if author.chat_type == "private" else None,
        case=case.number,
        tell_if_gone=True,
        **more,
    )


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
