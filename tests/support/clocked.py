"""A call of the program at another time: ``python tests/support/clocked.py AHEAD PROGRAM WORD…``.

``AHEAD``: the seconds by which its clock is ahead of the machine's, or behind if negative. Everything else is as if
``python PROGRAM WORD…`` had been called.
"""

from __future__ import annotations

import runpy
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path


def main() -> None:
    ahead, program, *words = sys.argv[1:]
    sys.path[0] = str(Path(program).parent)
    from liaisonbot.clock import SystemClock

    by = timedelta(seconds=float(ahead))
    SystemClock.now = lambda self: datetime.now(UTC) + by  # type: ignore[method-assign]
    sys.argv = [program, *words]
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
