"""The first card of a new case, for those who will work on it: promised with the case, written when its turn comes.

A constituent waits for the receipt, and nobody for this card: what it says is looked up once it can go out, and shows
the case as it is then. The promise stands in the outbox from the beginning, in its place, and carries no words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from liaisonbot import workflow
from liaisonbot.desk import Desk
from liaisonbot.model import SYSTEM, Actor, Case
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, notices, readers, relaying, workers
from liaisonbot.services.notices import News
from liaisonbot.texts import Text
from liaisonbot.workflow import Notice


@dataclass(frozen=True, slots=True)
class First:
    """What the card says above the case, and until when that holds: for that actor, and the case as it is."""

    notice: Notice
    holds: Callable[[Actor, Case], bool]


FOR_DEPUTY: Final = "deputy"
FOR_QUEUE: Final = "queue"
FOR_GUARD: Final = "held"
FIRST: Final[Mapping[str, First]] = {
    FOR_DEPUTY: First(workflow.new_for_deputy, lambda actor, case: actor.deputy is not None),
    FOR_QUEUE: First(workflow.staff_queue, lambda _, case: case.open and case.deputy_id is None and not case.held),
    FOR_GUARD: First(workflow.held_for_staff, lambda _, case: case.held),
}
"""By what stands in ``Outgoing.composed``."""


def promise(uow: UnitOfWork, desk: Desk, case: Case, *, with_files: bool) -> None:
    """The deputy of a new case hears of it; where it has none, or is held, those who can do something about that.

    ``with_files``: it was opened with pictures, voices or places, which the deputy gets as well.
    """
    if case.deputy_id is None:
        for reader in readers.staff_for(uow, desk, case):
            _promise(uow, desk, case, reader.chat_id, FOR_GUARD if case.held else FOR_QUEUE)
            relaying.pass_whole_text(uow, desk, case, reader)
        return
    deputy = uow.roster.get(case.deputy_id)
    if deputy is None or deputy.telegram_id is None:
        return
    _promise(uow, desk, case, deputy.telegram_id, FOR_DEPUTY)
    further = with_files or relaying.is_long(case)
    if further and (to := readers.of_entry(uow, desk, deputy)) is not None:
        relaying.pass_whole_text(uow, desk, case, to)
        relaying.pass_opening_files(uow, desk, case, to)


def _promise(uow: UnitOfWork, desk: Desk, case: Case, chat_id: int, composed: str) -> None:
    card = Outgoing(Send.TEXT, chat_id, composed=composed, case=case.number, purpose="card", tell_if_gone=True)
    uow.outbox.add(card, desk.now)


def compose(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> Outgoing | None:
    """The promise with its words and buttons; None where it does not hold any more, and nothing is to be said. Reads
    only.
    """
    first = FIRST[outgoing.composed or FOR_DEPUTY]
    case = uow.cases.get(outgoing.case) if outgoing.case is not None else None
    worker = workers.at(uow, desk, case, outgoing.chat_id) if case is not None else None
    if case is None or worker is None or not first.holds(worker.actor, case):
        return None
    heading = notices.sentence(uow, first.notice, News(case, case, SYSTEM))
    return replace(
        outgoing,
        language=worker.language,
        text=Text.lines(heading, workers.card_for(uow, desk, case, worker.actor, outgoing.chat_id)),
        rows=cards.rows(uow, desk, worker.actor, case),
        composed=None,
    )
