"""The one table of keyboards: which buttons stand first below a case, for whom, in which stage.

A message shows at most :data:`ROOM` things to do, the likeliest first; the others wait behind *More…*, which unfolds in
place and folds back. What is possible at all is not said here but in the table of stages and that of rights: a row
names buttons that may be there, in the order in which they take the places. ``services/cards.py`` makes keyboards of
it.

The words of the stages (受理, 调处, 答复, 转交, 不予受理, 督办, 办结) come first on a deputy's card: who looks for one
finds it without unfolding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from liaisonbot.outgoing import Button
from liaisonbot.vocabulary import Role, Stage

ROOM: Final = 5
"""Things to do below one message, *More…* among them. Choosing among like things (a rating, a station) is one."""


class Screen(StrEnum):
    """Messages with a keyboard that unfolds."""

    CARD = "card"
    """A case's card, or news of it."""
    CASE = "case"
    """/case: the case with its course."""
    RECEIPT = "receipt"
    """What a constituent gets for a new case."""


_OVERSEEN: Final = ("release", "redirect", "close", "urge", "assign", "transfer", "falsealarm", "case", "extend")
_PROMISED: Final = ("done", "followup", "close", "transfer", "case", "dispute")
_NEW: Final = ("release", "redirect", "assign", "urge", "transfer", "falsealarm", "case", "extend")
_FOLLOWED: Final = ("chase", "again", "withdraw", "sort")

FIRST: Final[Mapping[tuple[Role, Stage], tuple[str, ...]]] = {
    # whose          and in which stage     what they likely want next
    (Role.DEPUTY, Stage.COLLECTION): ("accept", "reply", "transfer", "decline", "resume", "case", "ask"),
    (Role.DEPUTY, Stage.MEDIATION): ("mediate", "reply", "transfer", "resume", "dispute", "returned", "hand", "ask"),
    (Role.DEPUTY, Stage.REPLY): _PROMISED,
    (Role.DEPUTY, Stage.FOLLOW_UP): _PROMISED,
    (Role.DEPUTY, Stage.CLOSED): ("case",),
    (Role.STAFF, Stage.COLLECTION): _NEW,
    (Role.STAFF, Stage.MEDIATION): _OVERSEEN,
    (Role.STAFF, Stage.REPLY): _OVERSEEN,
    (Role.STAFF, Stage.FOLLOW_UP): _OVERSEEN,
    (Role.STAFF, Stage.CLOSED): ("reopen", "split", "case"),
    **{(Role.CONSTITUENT, stage): _FOLLOWED for stage in Stage},
}
"""On a card and below /case; a member of staff's row is an owner's, too."""

ON_A_RECEIPT: Final = ("case", "chase", "deputies", "stations", "again", "withdraw", "name", "sort")
"""Where it stands, then what may be wrong with it."""


def first(screen: Screen, role: Role, stage: Stage) -> tuple[str, ...]:
    """The row for that screen, role and stage."""
    return ON_A_RECEIPT if screen is Screen.RECEIPT else FIRST[role, stage]


def name_of(button: Button) -> str:
    """What a button does, without what it does it to: ``do:accept:7`` and ``accept:7`` are *accept*."""
    verb, *rest = (button.data or button.url or "").split(":")
    return rest[0] if verb == "do" and rest else verb


def kinds(buttons: Sequence[Button]) -> list[str]:
    """The different things they do, each once."""
    return list(dict.fromkeys(name_of(button) for button in buttons))


def in_order(buttons: Sequence[Button], names: Sequence[str]) -> list[Button]:
    """Those with a name in the row first, as the row has them; the others as they stand."""
    rank = {name: place for place, name in enumerate(names)}
    return sorted(buttons, key=lambda button: rank.get(name_of(button), len(rank)))


def leading(buttons: Sequence[Button], room: int) -> list[Button]:
    """As many of them as do ``room`` different things."""
    shown = kinds(buttons)[:room]
    return [button for button in buttons if name_of(button) in shown]
