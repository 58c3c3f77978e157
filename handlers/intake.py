"""Updates are stored before Telegram may forget them, and only then handed on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from itertools import chain, repeat
from typing import Any, Final

import structlog

from handlers.handling import Handling
from handlers.office import Office
from handlers.routes import lane_of
from liaisonbot import as_json
from liaisonbot.errors import MemoryUnavailable
from liaisonbot.ports import StoredUpdate

log = structlog.get_logger()

PATIENCE: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Pauses while the database cannot be written; the last one is repeated."""


class Intake:
    """The one way in, for polling and for the webhook."""

    def __init__(self, office: Office, handling: Handling) -> None:
        self._office = office
        self._handling = handling

    async def accept(self, raw_updates: Iterable[Any]) -> None:
        """Store them; when this returns they are on the disk, and those that are new will be handled.

        Waits while a great deal is still to be handled: Telegram keeps what we do not ask for. While the database
        cannot be written it tries again, and returns only when it could.
        """
        stored = [as_stored(raw) for raw in raw_updates if is_update(raw) and not self._seen_already(raw)]
        if not stored:
            return
        await self._handling.room()
        new = await self._store(stored)
        self._handling.take(new)

    def _seen_already(self, raw: Mapping[str, Any]) -> bool:
        """Whether it shows a poll that was shown before: one comes with each vote."""
        shown = raw.get("poll")
        return isinstance(shown, dict) and shown.get("id") in self._office.polls_seen

    async def _store(self, updates: list[StoredUpdate]) -> list[StoredUpdate]:
        for pause in chain(PATIENCE, repeat(PATIENCE[-1])):
            try:
                return await self._office.write(lambda uow, desk: uow.inbox.add(updates, desk.now))
            except MemoryUnavailable as exc:
                log.warning("updates cannot be stored", why=str(exc), again_in=pause)
                await asyncio.sleep(pause)
        raise AssertionError("the last pause is repeated")


def is_update(raw: Any) -> bool:
    """Whether it has an id by which it can be kept."""
    return isinstance(raw, dict) and type(raw.get("update_id")) is int and abs(raw["update_id"]) < 2**63


def as_stored(raw: Mapping[str, Any]) -> StoredUpdate:
    """The update as it is kept. One that nobody can place is kept as well, in lane 0."""
    return StoredUpdate(raw["update_id"], lane_of(raw), as_json.text(raw))
