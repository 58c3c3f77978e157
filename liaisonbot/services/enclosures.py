"""Pictures, voices, places … of a case, sent once more: whoever was away has read only that they were there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from liaisonbot.errors import Refused
from liaisonbot.model import Attachment, Case, CaseMessage, FormerWords
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


@dataclass(frozen=True, slots=True)
class _Enclosure:
    """One of them, with the words it came with."""

    message: CaseMessage
    attachment: Attachment
    words: str | None
    replaced: bool = False
    """Another one took its place later."""


def _shown(visit: Visit, case: Case) -> list[_Enclosure]:
    """Those the reader may see, oldest first. A contact that a constituent gave is for their deputy."""
    readable = readables.of(visit, case)
    knows = readable.as_author or visit.actor.handles(case)
    return [
        enclosure
        for message in sorted([*readable.messages, *readable.parts], key=lambda message: (message.at, message.id))
        for enclosure in _of(message, readable.former.get(message.id, ()))
        if knows or message.by is not Role.CONSTITUENT or enclosure.attachment.kind != "contact"
    ]


def _of(message: CaseMessage, former: Sequence[FormerWords]) -> Iterator[_Enclosure]:
    """What was replaced and kept, then what it has now."""
    for words in former:
        for attachment in words.attachments or ():
            if attachment.file_id is not None:
                yield _Enclosure(message, attachment, words.text, replaced=True)
    for attachment in message.attachments:
        yield _Enclosure(message, attachment, message.text)


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
    for enclosure in here[-AT_ONCE:-1]:
        _send(visit, number, enclosure)
    _send(visit, number, here[-1], rows=((further,),) if older > 0 else ())


def _send(visit: Visit, number: int, enclosure: _Enclosure, *, rows: Rows = ()) -> None:
    """An answer to it is one about the case."""
    message = enclosure.message
    key = "case-file-replaced" if enclosure.replaced else "case-file"
    heading = Text.of(key, case=number, at=message.at, who=Text.of(f"role-{message.by}"))
    visit.promise(
        Outgoing(
            Send.MEDIA,
            visit.place.chat_id,
            text=heading,
            body=enclosure.words,
            attachment=enclosure.attachment,
            rows=rows,
            case=number,
            purpose="relay",
            priority=Priority.CONVERSATION,
        )
    )


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"files": _show}
