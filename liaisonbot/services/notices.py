"""Telling people what happened to a case: who, in which chat, with which buttons.

Which event tells whom stands in ``liaisonbot/workflow.py``; this is how it is put in the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.model import Actor, Author, Case, RosterEntry
from liaisonbot.outgoing import REPLY, Outgoing, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, reaching, readers, relaying, standing_cards, workers
from liaisonbot.services.readers import Reader
from liaisonbot.services.relaying import Files
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Outcome
from liaisonbot.workflow import Audience, Keyboard, Notice


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
    relaying.pass_on_what_waits(uow, desk, news.before, news.after)
    standing_cards.refresh(uow, desk, news.after, before=news.before)


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
            reaching.to_author(uow, desk, news.after, author, text)
            continue
        if purpose == REPLY:
            text = Text.lines(text, cards.own_number(uow, news.after, author))
        more: dict[str, Any] = {"purpose": purpose, "message": news.message}
        more["key"] = reply_key(news.message, author) if purpose == REPLY else None
        more["force_reply"] = notice.keyboard is Keyboard.ANSWER
        text, body = _with_words(text, news.body)
        reaching.to_author(uow, desk, news.after, author, text, rows=rows, body=body, **more)
        if news.files is not None:
            heading = Text.of("reply-files", case=news.after.number)
            reaching.to_author(
                uow, desk, news.after, author, heading, files=news.files, purpose="relay", message=news.message
            )


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
        relaying.pass_opening_files(uow, desk, case, reader)
        relaying.pass_parts(uow, desk, case, reader)


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
                Send.EDIT,
                link.chat_id,
                language=reader.language,
                text=text,
                card=link.case,
                key=standing_cards.card_key(link),
            )
            uow.outbox.add(gone, desk.now)


def _tell_staff(uow: UnitOfWork, desk: Desk, notice: Notice, news: News) -> None:
    who = news.by.person.telegram_id if news.by.person else None
    for reader in readers.staff_for(uow, desk, news.after):
        if notice.text in _AMONG_STAFF and (reader.chat_id == who or news.after.deputy_id is None):
            continue
        _to_worker(uow, desk, reader, workers.as_staff(uow, desk, reader), notice, news)


_AMONG_STAFF: Final = {"notice-reopened-staff"}
"""Whoever did it knows, and without a deputy staff have the deputy's notice."""


def _to_worker(uow: UnitOfWork, desk: Desk, reader: Reader, actor: Actor, notice: Notice, news: News) -> None:
    case = news.after
    text, body = _with_words(sentence(uow, notice, news), news.body)
    if notice.card:
        reason = Text.of("said-because", reason=news.reason) if news.reason else None
        text, body = Text.lines(text, reason, workers.card_for(uow, desk, case, actor, reader.chat_id)), None
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
        relaying.pass_whole_text(uow, desk, case, reader)
