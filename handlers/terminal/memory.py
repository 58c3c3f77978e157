"""How the C library keeps memory for a program that runs for months."""

from __future__ import annotations

import ctypes
from typing import Final

_M_ARENA_MAX: Final = -8
"""``malloc.h`` of the GNU C library; mallopt(3)."""


def of_one_heap() -> None:
    """Have all threads take their memory from one heap. To be called before the first thread starts; glibc only.

    glibc gives each thread a heap of its own, so that threads need not wait for each other. Ours wait for Python's lock
    anyway, and what one of them has freed the others cannot use: measured after 24,000 reports, 4 MB less.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
