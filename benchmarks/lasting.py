"""Whether it stays small: ``python -m benchmarks.lasting [FLOODS]`` (half a minute for each).

Each flood is 3,000 reports from 600 newcomers. Printed are the megabytes (of 10⁶ bytes) resident at the start and two
seconds after each flood.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks import processes
from benchmarks.processes import ROOT

FLOODS: Final = 8
REPORTS: Final = 3000
PEOPLE: Final = 600
SETTLED_SECONDS: Final = 2.0


def main() -> None:
    """Print a line for each flood."""
    floods = int(sys.argv[1]) if len(sys.argv) > 1 else FLOODS
    with tempfile.TemporaryDirectory(dir=ROOT) as folder, processes.town() as where:
        scratch, database = Path(folder), Path(folder) / "lasting.db"
        processes.prepare(scratch, database)
        with processes.running(processes.ours(scratch, where, database), scratch, where) as bot:
            print(f"start                 {bot.memory():6.1f} MB")
            for number in range(1, floods + 1):
                flood = where.do("flood", people=PEOPLE, reports=REPORTS, worst=False)
                time.sleep(SETTLED_SECONDS)
                rate = REPORTS / flood["answered_after"]
                size = bot.memory()
                print(f"{number * REPORTS:6} reports so far  {size:6.1f} MB  {rate:4.0f} answered/s", flush=True)


if __name__ == "__main__":
    main()
