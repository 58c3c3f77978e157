"""When the journals are checked by themselves, and who hears of it when they are not as they were sealed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from liaisonbot.audit import Finding
from liaisonbot.desk import Desk
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import readers
from liaisonbot.texts import Text

HOUR: Final = 3
"""From this hour on, local time: nobody else wants the machine then."""


def is_due(uow: UnitOfWork, desk: Desk) -> bool:
    """True once a night."""
    local = desk.now.astimezone(desk.settings.locale.zone)
    return local.hour >= HOUR and uow.once.claim(f"audit:{local.date()}", desk.now)


def tell_owners(uow: UnitOfWork, desk: Desk, findings: Sequence[Finding]) -> None:
    """Once for each that is new: the next night the same says nothing more. All staff, where there are no owners."""
    new = [finding for finding in findings if uow.once.claim(_name(finding), desk.now)]
    if not new:
        return
    number = next((finding.subject for finding in new if finding.journal == "cases" and finding.subject), None)
    text = Text.of("audit-broken") if number is None else Text.of("audit-broken-case", case=number)
    for reader in readers.owners(uow, desk) or readers.all_office(uow, desk):
        owed = Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text, daytime=True)
        uow.outbox.add(owed, desk.now)


def _name(finding: Finding) -> str:
    return f"audit-broken:{finding.journal}:{finding.wrong}:{finding.entry}"
