"""``bot.py polls recount``."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import typer

from handlers.terminal.failures import fail
from handlers.terminal.office import Terminal
from liaisonbot.services.recounting import recount as recounted

_NUMBER: Final = re.compile(r"[Pp]?([0-9]{1,9})", re.ASCII)


def recount(terminal: Terminal, number: str) -> None:
    """Count the ballots anew, and say where that differs from what was published."""
    written = _NUMBER.fullmatch(number.strip())
    if written is None:
        raise typer.BadParameter(f"{number} is no poll's number; write it like 3 or P3")
    result = terminal.read(lambda uow: recounted(uow, int(written[1])))
    name = f"P{result.poll.number}"
    if not result.differences:
        typer.echo(f"{name}: {result.ballots} ballots counted anew, the same as published")
        return
    for difference in result.differences:
        typer.echo(f"{difference.what}:")
        typer.echo(f"  published {_shown(difference.published)}")
        typer.echo(f"  recounted {_shown(difference.recounted)}")
    fail(f"{name}: the ballots do not give the published result")


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
