"""One bot per SQLite file: a lock beside the database that the system releases, however the process ends."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from storage.errors import OTHERS_FILE, AlreadyRunning, DatabaseUnavailable, reason


@contextmanager
def sole_use(database: Path) -> Iterator[None]:
    """Hold the lock of this file, or raise AlreadyRunning at once.

    A process that holds it may take it again: the bot holds it all its life and also while it migrates.
    """
    path = database.with_name(f"{database.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, is_singleton=True, thread_local=False, on_acquired=_sign)
        lock.acquire(blocking=False)
    except Timeout:
        raise AlreadyRunning(str(database), _holder(path)) from None
    except OSError as exc:
        step = OTHERS_FILE if isinstance(exc, PermissionError) or exc.errno == errno.EROFS else None
        raise DatabaseUnavailable(str(database), reason(exc), step=step) from exc
    try:
        yield
    finally:
        lock.release()


def _sign(descriptor: int) -> None:
    """Leave our process id for those who find the lock taken."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)


def _holder(path: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        return int(path.read_text())
    return None
