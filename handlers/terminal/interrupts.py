"""Ctrl-C and SIGTERM while rows are written: what is unfinished is given up, and nothing of it stays."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from liaisonbot.errors import LiaisonError

T = TypeVar("T")

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interrupted(LiaisonError):
    """Somebody wants us to end."""

    def __init__(self) -> None:
        super().__init__("interrupted; nothing of it was kept")


@contextmanager
def until_interrupted() -> Iterator[Callable[[Iterable[T]], Iterator[T]]]:
    """What lets rows pass, and raises Interrupted at the next one once a signal has come; a second one ends us at once.

    Rows are read on the database's thread, which no signal reaches.
    """
    asked = threading.Event()
    before: dict[int, Any] = {}

    def ask(number: int, frame: object) -> None:
        asked.set()
        _restore(before)

    def passing(rows: Iterable[T]) -> Iterator[T]:
        for row in rows:
            if asked.is_set():
                raise Interrupted
            yield row

    if threading.current_thread() is threading.main_thread():
        before.update((number, signal.signal(number, ask)) for number in _SIGNALS)
    try:
        yield passing
    finally:
        _restore(before)


def _restore(before: dict[int, Any]) -> None:
    for number, handler in before.items():
        signal.signal(number, handler)
