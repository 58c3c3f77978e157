"""How PostgreSQL is reached, and which of its errors mean *again* or *not now*."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import errors as pg

from storage.errors import DatabaseUnavailable, raise_instead
from storage.json_columns import AS_JSON
from storage.lanes import lock_number
from storage.urls import postgres_url, shown

# Every process that works on the database holds this lock, shared; a restore wants it for itself.
IN_USE_LOCK = lock_number("in use")

# A neighbour that vanished without a word (power, network) gives its locks back within half a minute; a server that
# did is noticed as soon.
SERVER_KEEPALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
KEEPALIVE: dict[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
    "connect_timeout": 10,
}
_SESSION = {
    **SERVER_KEEPALIVE,
    "timezone": "UTC",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    # Under SERIALIZABLE a sequential scan conflicts with every change to its table.
    "random_page_cost": "1.1",
    # No statement of ours is so long that starting helpers pays: they took longer than all that a summary reads.
    "max_parallel_workers_per_gather": "0",
}

_CONFLICT = (pg.SerializationFailure, pg.DeadlockDetected)
_UNAVAILABLE_CLASSES = ("08", "53", "57", "58", "XX")
_MOST_CONFLICTS = 10


@contextmanager
def one_engine(url: str) -> Iterator[sa.Engine]:
    """For a question or two: connections are not kept. Raises DatabaseUnavailable where it cannot be reached."""
    engine = sa.create_engine(postgres_url(url), poolclass=sa.NullPool, connect_args=KEEPALIVE)
    try:
        yield engine
    except sa.exc.DBAPIError as exc:
        raise_instead(unavailable(url, exc), exc)


def make_engine(url: str, *, connections: int, in_use: bool) -> sa.Engine:
    """An engine with that many connections at most. ``in_use``: each says so, and keeps a restore away."""
    engine = sa.create_engine(
        postgres_url(url),
        pool_size=connections,
        max_overflow=0,
        **AS_JSON,
        hide_parameters=True,  # an error gets into logs; people's words must not
        connect_args={"application_name": "liaisonbot", **KEEPALIVE},
    )

    def prepare(raw: psycopg.Connection[Any], _: object) -> None:
        prepare_session(raw)
        if in_use and not _take_in_use(raw):
            raise DatabaseUnavailable(
                shown(url), "a backup is being restored into it", step="try again when that is done"
            )

    sa.event.listen(engine, "connect", prepare)
    sa.event.listen(engine, "handle_error", _drop_detail)
    sa.event.listen(engine, "commit", _refuse_unit)
    sa.event.listen(engine, "rollback", _refuse_unit)
    return engine


@contextmanager
def lent_to_unit(connection: sa.Connection) -> Iterator[None]:
    """While a unit has the connection, it cannot end the transaction."""
    info = connection.info  # asked for again after the connection broke, it would want a new one
    info["lent"] = True
    try:
        yield
    finally:
        info["lent"] = False


def _refuse_unit(connection: sa.Connection) -> None:
    if not connection.invalidated and connection.info.get("lent"):
        raise RuntimeError("a unit of work neither commits nor rolls back: raise to undo it, return to keep it")


def _drop_detail(context: sa.engine.ExceptionContext) -> None:
    """PostgreSQL's DETAIL quotes the row it refuses, and with it people's words."""
    cause, wrapped = context.original_exception, context.sqlalchemy_exception
    if isinstance(cause, psycopg.Error) and wrapped is not None and cause.diag.message_primary:
        cause.args = (cause.diag.message_primary,)
        wrapped.args = (f"({type(cause).__name__}) {cause.diag.message_primary}",)


def prepare_session(raw: psycopg.Connection[Any]) -> None:
    """Give a new connection our settings."""
    before, raw.autocommit = raw.autocommit, True
    calls = ", ".join("set_config(%s, %s, false)" for _ in _SESSION)
    raw.execute(f"SELECT {calls}".encode(), [text for pair in _SESSION.items() for text in pair])
    raw.autocommit = before


def _take_in_use(raw: psycopg.Connection[Any]) -> bool:
    before, raw.autocommit = raw.autocommit, True
    row = raw.execute("SELECT pg_try_advisory_lock_shared(%s)", [IN_USE_LOCK]).fetchone()
    raw.autocommit = before
    return bool(row and row[0])


def unavailable(url: str, error: BaseException, *, outcome_unknown: bool = False) -> DatabaseUnavailable | None:
    """Our error, when this one speaks of the server or the way to it; None when it speaks of the statement."""
    if isinstance(error, DatabaseUnavailable):
        return error
    cause = _cause(error)
    state = getattr(cause, "sqlstate", None)
    lost = isinstance(cause, psycopg.OperationalError) and state is None
    refused = state is not None and (state[:2] in _UNAVAILABLE_CLASSES or isinstance(cause, pg.LockNotAvailable))
    no_room_in_pool = isinstance(error, sa.exc.TimeoutError)
    if not (lost or refused or no_room_in_pool or isinstance(cause, _CONFLICT)):
        return None
    return DatabaseUnavailable(shown(url), _first_line(cause), outcome_unknown=outcome_unknown)


def is_conflict(error: BaseException) -> bool:
    """Whether it met another unit's transaction; run again, it may well succeed."""
    return isinstance(_cause(error), _CONFLICT)


def pause_before_retry(error: BaseException, attempt: int) -> float | None:
    """Seconds to wait before running the unit again, or None when running it again would not help.

    ``attempt`` counts from 1.
    """
    cause = _cause(error)
    if is_conflict(error) and attempt < _MOST_CONFLICTS:
        return random.uniform(0, 0.005)  # so that those who met do not meet again
    # Under SERIALIZABLE a unit that looked first and found nothing can still meet the row of a neighbour who has
    # just committed; looking again it sees that row. A second refusal is the unit's own affair.
    if isinstance(cause, pg.UniqueViolation | pg.ExclusionViolation) and attempt == 1:
        return 0.0
    # The pool throws out all its connections when one turns out to be dead, so the next attempt has a new one.
    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated and attempt <= 2:
        return 0.05
    return None


def _cause(error: BaseException) -> BaseException:
    return error.orig or error if isinstance(error, sa.exc.DBAPIError) else error


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
