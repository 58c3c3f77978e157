"""The deputies' duty logs, reception days, and what a term brings with it."""

from __future__ import annotations

from typing import Final

from liaisonbot.commands.kinds import DEPUTY, Argument, Command, Kind
from liaisonbot.permissions import Permission as P

COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "duty",
        (DEPUTY,),
        needs=P.DUTY_FILE,
        arguments=(
            Argument("type", Kind.DUTY_TYPE, "ask-duty-type"),
            Argument("day", Kind.DUTY_DAY, "ask-duty-day"),
            Argument("text", Kind.TEXT, "ask-duty-text", media=True),
            Argument("sure", Kind.CONFIRM, "ask-sure-duty", guided=True),
        ),
    ),
)
