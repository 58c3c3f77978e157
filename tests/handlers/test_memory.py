"""One heap for all threads: what one of them has freed is there for the others."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from tests.support.source import ROOT

PROGRAM = """
import ctypes, threading
from handlers.terminal import memory
{call}
here = threading.Barrier(4)

def fill():
    kept = [bytearray(2_000) for _ in range(1_000)]
    here.wait()

threads = [threading.Thread(target=fill) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
library = ctypes.CDLL(None)
library.malloc_info(0, ctypes.c_void_p.in_dll(library, "stdout"))
library.fflush(None)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc: it has no such heaps")
def test_all_threads_share_one_heap() -> None:
    """And by itself glibc gives them several, or this test would show nothing."""
    assert heaps_after("memory.of_one_heap()") == 1
    assert heaps_after("") > 1


def heaps_after(call: str) -> int:
    """How many heaps four threads have made."""
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(call=call)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.count("<heap nr=")
