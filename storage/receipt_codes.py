"""Codes by which somebody without Telegram follows their case. We keep digests: only the holder knows a code."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from storage.ready import Ready
from storage.schema import receipt_codes

_ADD: Final = Ready(insert(receipt_codes))
_FIND: Final = Ready(
    select(receipt_codes.c.case_number, receipt_codes.c.person_id).where(receipt_codes.c.digest == bindparam("which"))
)


class SqlReceiptCodes:
    """See ``ports.ReceiptCodes``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, digest: str, case: int, person_id: int) -> None:
        _ADD.run(self._connection, {"digest": digest, "case_number": case, "person_id": person_id})

    def find(self, digest: str) -> tuple[int, int] | None:
        row = _FIND.first(self._connection, {"which": digest})
        return None if row is None else (row.case_number, row.person_id)
