"""Pictures, voices, places … of a case, sent once more: whoever was away has read only that they were there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot.errors import Refused
from liaisonbot.model import Attachment, Case, CaseMessage
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send
from liaisonbot.permissions import Permission
from liaisonbot.services import casework, readables
from liaisonbot.services.doing import number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role

AT_ONCE: Final = 10
"""As many as an album holds."""


def button(visit: Visit, case: Case) -> Rows:
    """The way to them, with how many there are; nothing where there are none."""
    count = len(_shown(visit, case))
    return ((Button(Text.of("button-case-files", n=count), data=f"files:{case.number}:0"),),) if count else ()


def _shown(visit: Visit, case: Case) -> list[tuple[CaseMessage, Attachment]]:
    """Those the reader may see, oldest first. A contact that a constituent gave is for their deputy."""
    readable = readables.of(visit, case)
    knows = readable.as_author or visit.actor.handles(case)
    return [
        (message, attachment)
        for message in readable.messages
        for attachment in message.attachments
        if knows or message.by is not Role.CONSTITUENT or attachment.kind != "contact"
    ]


def _show(visit: Visit, rest: Sequence[str]) -> None:
    """The newest of them but for so many; what is older by a button below the last."""
    if len(rest) != 2:
        raise Refused("old-button")
    if not visit.place.private:
        raise Refused("private-please")
    number, offset = map(number_in, rest)
    case = casework.find(visit.uow, visit.actor, number, Permission.CASE_READ)
    shown = _shown(visit, case)
    here = shown[: max(0, len(shown) - offset)]
    if not here:
        raise Refused("old-button")
    visit.toast()
    older = len(here) - AT_ONCE
    further = Button(Text.of("button-older-files", n=older), data=f"files:{number}:{offset + AT_ONCE}")
    for message, attachment in here[-AT_ONCE:-1]:
        _send(visit, number, message, attachment)
    _send(visit, number, *here[-1], rows=((further,),) if older > 0 else ())


def _send(visit: Visit, number: int, message: CaseMessage, attachment: Attachment, *, rows: Rows = ()) -> None:
    """An answer to it is one about the case."""
    heading = Text.of("case-file", case=number, at=message.at, who=Text.of(f"role-{message.by}"))
    visit.promise(
        Outgoing(
            Send.MEDIA,
            visit.place.chat_id,
            text=heading,
            body=message.text,
            attachment=attachment,
            rows=rows,
            case=number,
            purpose="relay",
            priority=Priority.CONVERSATION,
        )
    )


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"files": _show}
