"""The buttons of announcements, special inquiries and their questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot.commands import BY_NAME
from liaisonbot.errors import Refused
from liaisonbot.services import announcement_answers, announcement_views, announcing, dialogues, inquiries
from liaisonbot.services.doing import number_in as _number
from liaisonbot.services.visit import Visit


def _numbers(rest: Sequence[str], count: int) -> list[int]:
    if len(rest) != count:
        raise Refused("old-button")
    return [_number(text) for text in rest]


def _announce(visit: Visit, rest: Sequence[str]) -> None:
    """``announce:ID:ACTION[:NUMBER]``, below an announcement's message."""
    if len(rest) not in (2, 3):
        raise Refused("old-button")
    argument = _number(rest[2]) if len(rest) == 3 else None
    announcing.press(visit, _number(rest[0]), rest[1], argument)


def _schedule(visit: Visit, rest: Sequence[str]) -> None:
    """Ask when it is to go out."""
    (number,) = _numbers(rest, 1)
    announcing.find(visit, number)
    dialogues.begin_anew(visit, BY_NAME["schedule"], {"announcement": number})


def _reword(visit: Visit, rest: Sequence[str]) -> None:
    """Ask for other words."""
    (number,) = _numbers(rest, 1)
    announcing.find(visit, number)
    dialogues.begin_anew(visit, BY_NAME["reword"], {"announcement": number})


def _announcements(visit: Visit, rest: Sequence[str]) -> None:
    announcement_views.show_list(visit, _numbers(rest, 1)[0])


def _read(visit: Visit, rest: Sequence[str]) -> None:
    announcement_answers.read(visit, _numbers(rest, 1)[0])


def _inquiry(visit: Visit, rest: Sequence[str]) -> None:
    """``inquiry:ID:ACTION[:QUESTION]``, below a special inquiry's message."""
    if len(rest) not in (2, 3):
        raise Refused("old-button")
    inquiries.press(visit, _number(rest[0]), rest[1], _number(rest[2]) if len(rest) == 3 else None)


def _same(visit: Visit, rest: Sequence[str]) -> None:
    """My question asks the same as that one."""
    inquiries.join(visit, *_numbers(rest, 2))


def _support(visit: Visit, rest: Sequence[str]) -> None:
    """I would like to know that, too."""
    inquiries.support(visit, *_numbers(rest, 1))


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "announce": _announce,
    "announcements": _announcements,
    "schedule": _schedule,
    "reword": _reword,
    "read": _read,
    "inquiry": _inquiry,
    "same": _same,
    "support": _support,
}
