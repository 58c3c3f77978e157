"""Every night the journals are compared with their seals, a page at a time beside everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import structlog

from handlers.office import Office
from handlers.traces import place_of
from liaisonbot.audit import Finding
from liaisonbot.errors import MemoryUnavailable
from liaisonbot.services import auditing

LOOK_EVERY: Final = 600.0
"""Seconds between looks whether it is time."""
PAGE: Final = 200
"""Entries at a time: a few milliseconds."""
REST: Final = 4.0
"""Times as long as a page took the next one is left for: it takes a fifth of a processor at most."""

log = structlog.get_logger()


class Audit(Protocol):
    """One check of everything; see ``storage.audit.Audit``."""

    def page(self, connection: Any, limit: int) -> bool: ...
    @property
    def findings(self) -> Sequence[Finding]: ...
    @property
    def head(self) -> object: ...
    @property
    def looked_at(self) -> int: ...


class Auditing:
    """Runs until it is cancelled: it only reads, and begins anew the next night."""

    def __init__(self, office: Office, new_audit: Callable[[], Audit]) -> None:
        self._office = office
        self._new_audit = new_audit

    async def run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                if await self._office.write(auditing.is_due):
                    await self.audit()
            except MemoryUnavailable as exc:
                log.warning("no database", why=str(exc))
            except Exception as exc:
                log.error("the journals could not be checked", error=place_of(exc), exc_info=exc)

    async def audit(self) -> None:
        """Compare everything, note where the chains end, and tell the owners where they are broken."""
        audit = self._new_audit()
        more = True
        while more:
            began = asyncio.get_running_loop().time()
            more = await self._office.memory.beside(lambda uow: audit.page(uow.connection, PAGE))
            await asyncio.sleep(REST * (asyncio.get_running_loop().time() - began))
        # The log is a place of its own: whoever changes the database does not change what was noted there.
        log.info("the journals were checked", head=str(audit.head), entries=audit.looked_at, broken=len(audit.findings))
        if audit.findings:
            await self._office.write(lambda uow, desk: auditing.tell_owners(uow, desk, audit.findings))
