"""The right to be forgotten, and the right to see what is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Insert, bindparam, insert, literal, select, union, update

from liaisonbot import exporting
from liaisonbot.model import Person
from liaisonbot.ports import FORGOTTEN_AGAIN
from storage import finding, given_voices, kept, owned, personal_data, sealed, traces, waiting_words, wakeups, words
from storage.digests import digest, digester
from storage.once import SqlOnce
from storage.schema import (
    case_authors,
    case_messages,
    cases,
    forgotten,
    journal,
    lookback_questions,
    message_versions,
    persons,
    questions,
    receipt_codes,
)
from storage.schema.duty import bookings
from storage.schema.sealing import erasures
from storage.statements import AnyRow, PerEngine

CHANNEL: Final = "forgotten"
"""Who waits for this wake-up learns that there are traces to be erased (``Database.erase_traces``)."""

_WORKS_HERE: Final = select(owned.WORKS_HERE)
_EMPTIED_CASES: Final = select(cases.c.number).where(owned.EMPTIED_CASE)
_TEXTS: Final = (
    select(cases.c.text).where(owned.EMPTIED_CASE),
    select(case_messages.c.text).where(owned.EMPTIED_MESSAGE),
    select(message_versions.c.text)
    .join(case_messages, case_messages.c.id == message_versions.c.case_message_id)
    .where(owned.EMPTIED_MESSAGE),
    select(lookback_questions.c.words).where(lookback_questions.c.person_id == bindparam("person")),
    select(questions.c.text).where(questions.c.person_id == bindparam("person")),
    select(case_authors.c.name).where(case_authors.c.person_id == bindparam("person")),
    select(case_authors.c.phone).where(case_authors.c.person_id == bindparam("person")),
    *(
        select(column).where(bookings.c.person_id == bindparam("person"))
        for column in (bookings.c.subject, bookings.c.minutes, bookings.c.name, bookings.c.phone)
    ),
)
_MESSAGES: Final = select(
    case_messages.c.id, case_messages.c.chat_id, case_messages.c.message_id, case_messages.c.attachments
).where(owned.MY_MESSAGE)
_REPLACED: Final = (
    select(message_versions.c.attachments)
    .join(case_messages, case_messages.c.id == message_versions.c.case_message_id)
    .where(owned.MY_MESSAGE, message_versions.c.attachments.isnot(None))
)
_SPOKEN_IN: Final = union(
    select(case_messages.c.case_number).where(owned.EMPTIED_MESSAGE),
    select(journal.c.case_number).where(owned.EMPTIED_ENTRY),
)
_DETAILS: Final = select(journal.c.id, journal.c.details).where(owned.EMPTIED_ENTRY)
_SET_DETAILS: Final = update(journal).where(journal.c.id == bindparam("entry")).values(details=bindparam("figures"))


def _emptied(rule: words.Emptied, journal: sealed.SealedJournal) -> Insert:
    """Notes which entries lose their words: whoever checks the seals must know it from an entry emptied by hand."""
    entries = select(literal(journal.key), journal.id, bindparam("now", type_=erasures.c.at.type))
    wordy = entries.where(rule.rows, journal.salt.isnot(None))
    return insert(erasures).from_select([erasures.c.journal, erasures.c.entry, erasures.c.at], wordy)


_EMPTIED: Final = [
    _emptied(rule, journal)
    for rule in words.WORDS
    if isinstance(rule, words.Emptied)
    for journal in sealed.JOURNALS
    if rule.columns & journal.erasable.keys()
]


def _upsert(insert: Any) -> Any:
    statement = insert(forgotten)
    return statement.on_conflict_do_update(
        index_elements=[forgotten.c.digest], set_={"forgotten_at": statement.excluded.forgotten_at}
    )


_REMEMBER: Final = PerEngine(_upsert)
_DIGESTS: Final = select(forgotten.c.digest, forgotten.c.forgotten_at)
_FORGOTTEN_SINCE: Final = select(forgotten.c.digest).where(
    forgotten.c.digest == bindparam("digest"), forgotten.c.forgotten_at >= bindparam("at")
)
_ALL_FORGOTTEN_SINCE: Final = select(forgotten.c.digest).where(forgotten.c.forgotten_at >= bindparam("at"))
_SEEN_BEFORE: Final = (
    select(persons.c.id, persons.c.telegram_id, persons.c.first_seen_at)
    .where(
        persons.c.telegram_id.isnot(None),
        persons.c.first_seen_at <= bindparam("last"),
        persons.c.id > bindparam("after"),
    )
    .order_by(persons.c.id)
    .limit(bindparam("limit"))
)
_AT_ONCE: Final = 1000
_CODES: Final = union(
    select(receipt_codes.c.digest, receipt_codes.c.person_id),
    select(bookings.c.code, bookings.c.person_id).where(bookings.c.code.isnot(None)),
)
_NO_ACCOUNT: Final = -(2**63)
"""Stands where an account's id would, for somebody who has none: no chat and no account has it."""


class SqlErasure:
    """See ``ports.Erasure``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def everything_of(self, person: Person) -> dict[str, Any]:
        return personal_data.everything_of(self._connection, person)

    def erase(self, person: Person, now: datetime) -> list[int]:
        """Also keeps the digest by which a backup restored later forgets them again.

        Somebody who still works here keeps their entry in the roster, and what is owed to them for their work.
        """
        kept.forget(self._connection)
        _remember(self._connection, person.telegram_id, now)
        return _erase(self._connection, person.id, person.telegram_id, now)

    def erase_absent(self, person_id: int, code_digest: str, now: datetime) -> list[int]:
        _remember(self._connection, code_digest, now)
        return _erase(self._connection, person_id, _NO_ACCOUNT, now)

    def forgotten_since(self, telegram_id: int, at: datetime) -> bool:
        who = {"digest": digest(self._connection, telegram_id), "at": at}
        return self._connection.execute(_FORGOTTEN_SINCE, who).first() is not None

    def forgotten_among(self, telegram_ids: Iterable[int], at: datetime) -> frozenset[int]:
        digests = set(self._connection.execute(_ALL_FORGOTTEN_SINCE, {"at": at}).scalars())
        if not digests:
            return frozenset()
        digest_of = digester(self._connection)
        return frozenset(id_ for id_ in telegram_ids if digest_of(id_) in digests)


def forget_again(connection: Connection) -> None:
    """Called for a restored backup: erase whoever asked for it after the backup was made.

    Who came back after they were forgotten is somebody new, and stays. Their open cases end when the bot runs again
    (``privacy.withdraw_again``).
    """
    theirs: set[tuple[int, int]] = set()
    asked = {row.digest: row.forgotten_at for row in connection.execute(_DIGESTS)}
    last = max(asked.values(), default=None)
    if last is None:
        return
    digest_of = digester(connection)
    after = 0
    while people := connection.execute(_SEEN_BEFORE, {"last": last, "after": after, "limit": _AT_ONCE}).all():
        after = people[-1].id
        for row in people:
            at = asked.get(digest_of(row.telegram_id))
            if at is not None and row.first_seen_at <= at:
                theirs |= {(number, row.id) for number in _erase(connection, row.id, row.telegram_id, at)}
    for code_digest, person_id in connection.execute(_CODES).all():
        at = asked.get(digest_of(code_digest))
        if at is not None:
            theirs |= {(number, person_id) for number in _erase(connection, person_id, _NO_ACCOUNT, at)}
    keys = [f"{FORGOTTEN_AGAIN}:{number}:{person_id}" for number, person_id in sorted(theirs)]
    for key in [FORGOTTEN_AGAIN, *keys] if keys else []:
        SqlOnce(connection).claim(key, last)


def _remember(connection: Connection, known_by: int | str, now: datetime) -> None:
    row = {"digest": digest(connection, known_by), "forgotten_at": now}
    connection.execute(_REMEMBER.on(connection), row)


def _erase(connection: Connection, person_id: int, telegram_id: int, now: datetime) -> list[int]:
    whose = {"person": person_id, "telegram": telegram_id, "digits": str(telegram_id)}
    numbers = sorted(connection.execute(owned.MY_CASES, whose).scalars())
    spoken_in = {*numbers, *connection.execute(_SPOKEN_IN, whose).scalars()}
    _screen(connection, whose, numbers, now)
    given_voices.note(connection, whose)
    finding.SqlFinding(connection).drop(spoken_in)
    for statement in _EMPTIED:
        connection.execute(statement, {**whose, "now": now})
    for rule in words.WORDS:
        if rule.statement is not None:
            connection.execute(rule.statement, whose)
    for number in sorted(spoken_in):
        finding.owe(connection, number)  # by what others said in it, it is found again
    traces.note(connection)
    wakeups.notify(connection, CHANNEL)
    wakeups.notify(connection, exporting.WAKE_UP)  # what has read their words is made anew
    return numbers


def _screen(connection: Connection, whose: Mapping[str, Any], numbers: list[int], now: datetime) -> None:
    """What has to be read to know whose words are in it, as long as we can still tell."""
    messages = connection.execute(_MESSAGES, whose).all()
    spoken = _words(connection, whose, messages)
    known_by = waiting_words.Traces(
        telegram_id=whose["telegram"],
        works_here=connection.execute(_WORKS_HERE, whose).scalar_one(),
        cases=frozenset(numbers),
        only_theirs=frozenset(connection.execute(owned.ONLY_MINE, whose).scalars()),
        text_theirs=frozenset(connection.execute(_EMPTIED_CASES, whose).scalars()),
        messages=frozenset(row.id for row in messages),
        origins=frozenset((row.chat_id, row.message_id) for row in messages if row.chat_id is not None),
        words=spoken,
    )
    waiting_words.empty_updates(connection, known_by.telegram_id, now)
    waiting_words.drop_promises(connection, known_by)
    waiting_words.end_dialogues(connection, spoken)
    for row in connection.execute(_DETAILS, whose).all():
        figures = {name: value for name, value in row.details.items() if name in sealed.COUNTED}
        if figures != row.details:
            connection.execute(_SET_DETAILS, {"entry": row.id, "figures": figures})


def _words(connection: Connection, whose: Mapping[str, Any], messages: Sequence[AnyRow]) -> frozenset[str]:
    """Everything they said, sent and gave."""
    texts = [text for statement in _TEXTS for text in connection.execute(statement, whose).scalars()]
    files = [row.attachments for row in messages] + [*connection.execute(_REPLACED, whose).scalars()]
    sent = [{**attachment, "kind": None} for attachments in files for attachment in attachments]
    return frozenset(word for word in (*texts, *waiting_words.strings(sent)) if word)
