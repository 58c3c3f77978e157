"""By what somebody who was forgotten is recognised in a backup: a digest of the Telegram id, and never the id.

Telegram ids are few enough to try them all, so the digest is keyed. The key is made with the database and is in every
backup of it: digests alone (the file beside the database) tell nothing. Who holds the database as well could try.
"""

from __future__ import annotations

import hmac
import secrets as random
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, bindparam, select

from storage.schema import secrets
from storage.statements import PerEngine

_NAME: Final = "forgotten"
_KEY: Final = select(secrets.c.value).where(secrets.c.name == bindparam("which"))
_MAKE: Final = PerEngine(lambda insert: insert(secrets).on_conflict_do_nothing())


def ensure_key(connection: Connection) -> bytes:
    """The database's key; made now if it has none, which is the case right after its tables were made."""
    value = connection.execute(_KEY, {"which": _NAME}).scalar_one_or_none()
    if value is None:
        connection.execute(_MAKE.on(connection), {"name": _NAME, "value": random.token_hex(32)})
        value = connection.execute(_KEY, {"which": _NAME}).scalar_one()
    return bytes.fromhex(value)


def digest(connection: Connection, known_by: int | str) -> str:
    """What stands in ``forgotten`` for that account, or for the holder of a receipt code with that digest."""
    return digester(connection)(known_by)


def digester(connection: Connection) -> Callable[[int | str], str]:
    """``digest`` for many of them: the key is read once."""
    key = ensure_key(connection)
    return lambda known_by: hmac.digest(key, f"liaisonbot:{known_by}".encode(), "sha256").hex()
