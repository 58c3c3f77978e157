"""Buttons that turn the pages of a list."""

from __future__ import annotations

from liaisonbot.outgoing import Button, Rows
from liaisonbot.texts import Text


def turns(data: str, offset: int, page: int, total: int) -> Rows:
    """Back and on, where there is something: ``data`` with the offset of that page behind a colon. Else no row."""
    found = []
    if offset > 0:
        found.append(Button(Text.of("button-previous"), data=f"{data}:{max(0, offset - page)}"))
    if offset + page < total:
        found.append(Button(Text.of("button-next"), data=f"{data}:{offset + page}"))
    return (tuple(found),) if found else ()
