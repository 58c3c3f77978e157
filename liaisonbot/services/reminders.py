"""Reminders to those who work on cases: of one thing with its card, of several limits in one message that lists them.

What waits for Telegram is gathered: for each reader one reminder of limits waits at most, however many ticks of the
clock went by. What holds no longer is taken out of it, and owed again should it hold again. One whose turn comes in
quiet hours is taken back as a whole (:func:`take_back`): the morning's tick puts together what is owed by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.model import Actor, Case
from liaisonbot.outgoing import LIMITS, Button, Due, Outgoing, Rows, Send
from liaisonbot.permissions import Permission, may
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, workers
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text

REMINDER: Final = "reminder:"
"""So the keys of reminders begin that are about one case."""
LINES: Final = 20
"""Limits with a line of their own; of the others the number of the case is said."""
NUMBERS: Final = 200
BUTTONS: Final = 8
IN_A_ROW: Final = 4
WHOLE: Final = {"overdue": "overdue:any:any:any:any:any:0", "inbox": "page:inbox:0"}
"""The lists in which everything is: staff's, and a deputy's."""
MORE_COMES: Final = timedelta(seconds=3)
"""How long a reminder waits for what the next ticks add, where one tick is not enough for all."""


def remind(uow: UnitOfWork, desk: Desk, case: Case, told: Iterable[Reader], text: Text, *, kind: str) -> None:
    """Remind those who can act, with the case's card and what they can do.

    One reminder of a kind for a case waits at most; :func:`drop` takes back those that do.
    """
    for reader in told:
        reminder = _with_card(uow, desk, reader, case, text, key=f"{REMINDER}{kind}:{case.number}")
        uow.outbox.add(reminder, desk.now)


def of_limits(uow: UnitOfWork, desk: Desk, reader: Reader, dues: Sequence[Due], *, more_comes: bool = False) -> None:
    """Remind of these limits, and of those that the reader has not been reminded of yet."""
    waiting = uow.outbox.waiting(reader.chat_id, LIMITS, desk.now)
    together = {due.thing: due for due in (*(waiting.due if waiting else ()), *dues)}
    not_before = desk.now + MORE_COMES if more_comes else None
    _promise(uow, desk, reader, list(together.values()), not_before=not_before)


def drop(uow: UnitOfWork, desk: Desk, case: int, *, chat: int | None = None) -> None:
    """What the case was to be reminded of holds no longer: what waits of it is not sent, in that chat or in any."""
    uow.outbox.drop_of_case(case, REMINDER, chat=chat)
    for waiting in uow.outbox.of_limits():
        void = [due for due in waiting.due if due.case == case]
        if not void or (chat is not None and waiting.chat_id != chat):
            continue
        _owe_again(uow, void, waiting.chat_id)
        left = [due for due in waiting.due if due.case != case]
        # Not written over: the list may be in the deliver loop's memory, which lets go of what is taken back only.
        uow.outbox.drop_keyed(LIMITS, chat=waiting.chat_id)
        if left:
            reader = Reader(waiting.chat_id, waiting.language)
            _promise(uow, desk, reader, left, not_before=waiting.not_before)


def drop_of_former(uow: UnitOfWork, desk: Desk, case: int, deputy_id: int | None) -> None:
    """The case is somebody else's: what waits for the former deputy is not sent. Staff, and whoever stood in for a
    deputy that was not there, still hear what they were owed: its limit has not moved.
    """
    former = uow.roster.get(deputy_id) if deputy_id is not None else None
    if former is not None and former.telegram_id is not None:
        drop(uow, desk, case, chat=former.telegram_id)


def take_back(uow: UnitOfWork, reminder: Outgoing) -> None:
    """Nobody read it: what it is about is owed to that chat again, as far as it still holds at the next tick."""
    _owe_again(uow, reminder.due, reminder.chat_id)


def told(claim: str, chat: int) -> str:
    """The key that says: this was promised to that chat, and not taken back since."""
    return f"told:{claim}:{chat}"


def _owe_again(uow: UnitOfWork, dues: Iterable[Due], chat: int) -> None:
    for due in dues:
        uow.once.release(due.claim)
        uow.once.release(told(due.claim, chat))


def _promise(uow: UnitOfWork, desk: Desk, reader: Reader, dues: list[Due], **more: Any) -> None:
    dues.sort(key=lambda due: (-due.height, due.case, due.thing))
    case = uow.cases.get(dues[0].case) if len(dues) == 1 else None
    if case is not None:
        outgoing = _with_card(uow, desk, reader, case, dues[0].text, key=LIMITS, due=tuple(dues), **more)
    else:
        outgoing = Outgoing(
            Send.TEXT,
            reader.chat_id,
            language=reader.language,
            text=_list(dues),
            rows=_buttons(uow, desk, reader, dues),
            tell_if_gone=True,
            daytime=True,
            key=LIMITS,
            due=tuple(dues),
            **more,
        )
    uow.outbox.add(outgoing, desk.now)


def _with_card(
    uow: UnitOfWork, desk: Desk, reader: Reader, case: Case, text: Text, *, key: str, **more: Any
) -> Outgoing:
    deputy = uow.roster.get(case.deputy_id) if case.deputy_id is not None else None
    own = deputy is not None and deputy.telegram_id == reader.chat_id
    actor = Actor(person=None, deputy=deputy) if own else workers.as_staff(uow, desk, reader)
    return Outgoing(
        Send.TEXT,
        reader.chat_id,
        language=reader.language,
        text=Text.lines(text, workers.card_for(uow, desk, case, actor, reader.chat_id)),
        rows=cards.rows(uow, desk, actor, case),
        case=case.number,
        purpose="card",
        tell_if_gone=True,
        daytime=True,
        key=key,
        **more,
    )


def _list(dues: Sequence[Due]) -> Text:
    """All of them: the highest rungs with a line each, the others by their numbers."""
    rest = list(dict.fromkeys(due.case for due in dues[LINES:]))
    numbers = Text.of(
        "due-numbers", first=" ".join(f"#{number}" for number in rest[:NUMBERS]), more=len(rest[NUMBERS:])
    )
    return Text.lines(
        Text.of("due-heading", n=len(dues)),
        *(Text(f"due-{due.rung}", due.text.params) for due in dues[:LINES]),
        numbers if rest else None,
    )


def _buttons(uow: UnitOfWork, desk: Desk, reader: Reader, dues: Sequence[Due]) -> Rows:
    """The first cases, and the list in which all of them are."""
    numbers = list(dict.fromkeys(due.case for due in dues))[:BUTTONS]
    opening = [Button(Text.of("overdue-case", case=number), data=f"do:case:{number}") for number in numbers]
    supervises = may(workers.as_staff(uow, desk, reader), Permission.QUEUE_READ)
    name = "overdue" if supervises else "inbox"
    return (*cards.in_pairs(opening, IN_A_ROW), (Button(Text.of(f"due-all-{name}"), data=WHOLE[name]),))
