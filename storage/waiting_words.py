"""Words and identity in what is not done yet: raw updates, promises, open dialogues. All of them are JSON.

Ids are compared where ids stand, never looked for as digits: a message may well have the number that somebody's account
has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, literal_column, or_, select, update

from liaisonbot import as_json
from liaisonbot.outgoing import CARDS, Send
from storage.schema import dialogues, inbox, outbox

# --- what came in -----------------------------------------------------------------------------------------------------

_NEW = inbox.c.state == literal_column("'new'")
_ASIDE = inbox.c.state == literal_column("'aside'")
_KEPT: Final = select(inbox.c.update_id, inbox.c.payload).where(or_(_NEW, _ASIDE), inbox.c.payload.isnot(None))
_THIS = inbox.c.update_id == bindparam("this")
_BLANK: Final = update(inbox).where(_THIS, _NEW).values(payload=bindparam("blank"), lane=0, not_before=None)
_DONE: Final = (
    update(inbox)
    .where(_THIS, _ASIDE)
    .values(state="done", payload=None, lane=0, error=None, not_before=None, handled_at=bindparam("now"))
)
_REWRITE: Final = update(inbox).where(_THIS).values(payload=bindparam("rest"))

_WHO: Final = ("from", "user", "chat", "sender_chat", "sender_user", "forward_from")


def updates_of(connection: Connection, telegram_id: int) -> list[Any]:
    """Their updates that wait to be handled or were set aside, as Telegram gave them."""
    return [update for _, update in _stored(connection, telegram_id) if _theirs(update, telegram_id)]


def empty_updates(connection: Connection, telegram_id: int, now: datetime) -> None:
    """Blank their updates, and cut what others quoted of them out of theirs.

    One that is new stays so, without content: it may be the very one that is being handled, and a blank one is handled
    by doing nothing.
    """
    for update_id, stored in _stored(connection, telegram_id):
        if _theirs(stored, telegram_id):
            connection.execute(_BLANK, {"this": update_id, "blank": as_json.text({"update_id": update_id})})
            connection.execute(_DONE, {"this": update_id, "now": now})
        else:
            rest = as_json.text(_without(stored, telegram_id))
            connection.execute(_REWRITE, {"this": update_id, "rest": rest})


def _stored(connection: Connection, telegram_id: int) -> Iterator[tuple[int, Any]]:
    """The updates in which that number stands at all."""
    digits = str(telegram_id)
    for row in connection.execute(_KEPT).all():
        if digits in row.payload:
            yield row.update_id, _parsed(row.payload)


def _parsed(payload: str) -> Any:
    try:
        return as_json.read(payload)
    except ValueError:
        # It was set aside for that; nobody can say whose it is, but what cannot be read can hold anything.
        return None


def _theirs(stored: Any, telegram_id: int) -> bool:
    if not isinstance(stored, dict):
        return True
    return any(_is_about(event, telegram_id) for event in stored.values())


def _is_about(value: Any, telegram_id: int) -> bool:
    """Whether it is this account, comes from it, or stands in its private chat."""
    if not isinstance(value, dict):
        return False
    if telegram_id in (value.get("id"), value.get("user_id")):
        return True
    return any(isinstance(who := value.get(key), dict) and who.get("id") == telegram_id for key in _WHO)


def _without(value: Any, telegram_id: int) -> Any:
    """The same JSON without the parts that are about them."""
    if isinstance(value, list):
        return [_without(part, telegram_id) for part in value if not _is_about(part, telegram_id)]
    if not isinstance(value, dict):
        return value
    rest = {key: _without(part, telegram_id) for key, part in value.items() if not _is_about(part, telegram_id)}
    if "reply_to_message" in value.keys() - rest.keys():
        rest.pop("quote", None)
    return rest


# --- what is owed -----------------------------------------------------------------------------------------------------

_AT_ONCE: Final = 500
_OWED: Final = (
    select(outbox.c.id, outbox.c.chat_id, outbox.c.case_number, outbox.c.payload)
    .order_by(outbox.c.id)
    .execution_options(yield_per=_AT_ONCE)
)
_DROP: Final = delete(outbox).where(outbox.c.id.in_(bindparam("rows", expanding=True)))
_TELLING: Final = 8
"""Shorter words stand in other people's sentences as well: thanks, the name of a street."""
_TELLING_IN_THEIR_CASE: Final = 2


@dataclass(frozen=True, slots=True)
class Traces:
    """By what a promise that speaks of somebody is known."""

    telegram_id: int
    works_here: bool
    """They are in the roster: what else is owed to their chat is work, and stays."""
    cases: frozenset[int]
    only_theirs: frozenset[int]
    text_theirs: frozenset[int]
    messages: frozenset[int]
    """Their messages of cases, as our rows …"""
    origins: frozenset[tuple[int, int]]
    """… and as messages of their chats."""
    words: Collection[str]


def drop_promises(connection: Connection, traces: Traces) -> None:
    """Nothing is owed to them any more, and nothing that carries their words to others."""
    rows = connection.execute(_OWED)
    gone = [row.id for row in rows if _speaks_of(row.chat_id, row.case_number, row.payload, traces)]
    for start in range(0, len(gone), _AT_ONCE):
        connection.execute(_DROP, {"rows": gone[start : start + _AT_ONCE]})


def _speaks_of(chat_id: int, case: int | None, payload: Mapping[str, Any], traces: Traces) -> bool:
    number = payload.get("card") if case is None else case
    if chat_id == traces.telegram_id and (not traces.works_here or number in traces.cases):
        return True
    if payload.get("kind") in (Send.REACTION, Send.CALLBACK):
        return False
    is_card = payload.get("card") is not None or payload.get("purpose") in CARDS
    if payload.get("file") is not None and number in traces.cases:
        return True
    if number in traces.only_theirs or (is_card and number in traces.text_theirs):
        return True
    if _passes_on(payload, traces) or (chat_id != traces.telegram_id and traces.telegram_id in _chats(payload)):
        return True
    telling = _TELLING_IN_THEIR_CASE if number in traces.cases else _TELLING
    return any(_carries(said, word, telling) for said in _said(payload) for word in traces.words)


def _passes_on(payload: Mapping[str, Any], traces: Traces) -> bool:
    """Whether it delivers or copies a message of theirs, or reports to them that one arrived."""
    copied = {(payload.get("copy_from"), message_id) for message_id in payload.get("copy_ids") or ()}
    answered = tuple(payload.get("acknowledge") or ())
    return payload.get("message") in traces.messages or not traces.origins.isdisjoint({*copied, answered})


def _chats(payload: Mapping[str, Any]) -> Iterator[int]:
    """The chats that a promise names beside its own."""
    yield from (payload.get("copy_from") or 0, *(payload.get("acknowledge") or ())[:1])
    fallback = payload.get("fallback")
    if fallback:
        yield fallback["chat_id"]
        yield from _chats(fallback)


def _said(payload: Mapping[str, Any]) -> Iterator[str]:
    """Everything in it that somebody may have typed or sent."""
    for name in ("body", "text", "attachment", "document"):
        yield from strings(payload.get(name))
    if payload.get("fallback"):
        yield from _said(payload["fallback"])


def strings(value: Any) -> Iterator[str]:
    """Every text in a JSON value, but for the keys of our own sentences (``Text.to_json``)."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        blanks = value["p"] if value.keys() == {"k", "p"} else value
        for part in blanks.values():
            yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def _carries(said: str, word: str, telling: int) -> bool:
    """Whether the word stands there, whole or cut short with an ellipsis."""
    if len(word) < telling:
        return False
    begun = said.removesuffix("…")
    return word in said or (begun != said and len(begun) >= telling and word.startswith(begun))


# --- what somebody is in the middle of --------------------------------------------------------------------------------

_ANSWERS: Final = select(dialogues.c.id, dialogues.c.answers)
_END: Final = delete(dialogues).where(dialogues.c.id.in_(bindparam("rows", expanding=True)))


def end_dialogues(connection: Connection, words: Collection[str]) -> None:
    """End those, of whomever, in whose answers the words stand."""
    found = [
        row.id
        for row in connection.execute(_ANSWERS)
        if any(_carries(said, word, _TELLING) for said in strings(row.answers) for word in words)
    ]
    connection.execute(_END, {"rows": found})
