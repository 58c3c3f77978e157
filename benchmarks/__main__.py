"""``make bench``: how fast, how large, and compared with what. See README.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks import measuring, report

KEYS = tuple(contestant.key for contestant in measuring.CONTESTANTS)


def main() -> None:
    """Measure and print; goals that were missed are said, and are no failure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the bot on this machine.")
    parser.add_argument("--quick", action="store_true", help="one short round in two minutes, to see whether it works")
    parser.add_argument("--only", metavar="KEYS", default=",".join(KEYS), help=f"some of {', '.join(KEYS)}")
    parser.add_argument("--rounds", type=int, help="so many rounds")
    parser.add_argument("--worst", action="store_true", help="eight texts again and again, each like hundreds")
    given = parser.parse_args()
    keys = frozenset(given.only.split(","))
    if not keys <= {*KEYS}:
        parser.error(f"unknown: {', '.join(sorted(keys - {*KEYS}))}")
    plan = measuring.QUICK if given.quick else measuring.FULL
    if given.rounds is not None:
        plan = replace(plan, rounds=given.rounds)
    plan = replace(plan, worst=given.worst)
    about = report.machine()
    measuring.RESULTS.mkdir(exist_ok=True)
    found = []
    # Beside the results: a temporary folder may be in memory, where nothing has to be written through.
    with tempfile.TemporaryDirectory(dir=measuring.RESULTS) as scratch:
        for each in measuring.rounds(plan, keys, Path(scratch)):
            found.append(each)
            print(f"round {len(found)} of {plan.rounds}", file=sys.stderr)
    print(f"{about['processor']}, {about['cores']} cores, Python {about['python']}, load before {about['load_before']}")
    print(report.table(found))
    print("\n".join(report.goals(found)))
    print(report.write(measuring.RESULTS, plan, about, found))


if __name__ == "__main__":
    main()
