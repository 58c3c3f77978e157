"""What was measured, as a table and as a file."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.measuring import CONTESTANTS, Measured, Plan

Rounds = Sequence[Mapping[str, Measured]]

COLUMNS: Final[Mapping[str, Callable[[Measured], float]]] = {
    "taken in/s": lambda measured: measured.taken_in_per_second,
    "answered/s": lambda measured: measured.per_second,
    "all sent/s": lambda measured: measured.all_sent_per_second,
    "CPU ms": lambda measured: measured.cpu_ms,
    "p50 ms": lambda measured: measured.flood["p50"],
    "p99 ms": lambda measured: measured.flood["p99"],
    "10/s p50": lambda measured: measured.stream["p50"],
    "10/s p99": lambda measured: measured.stream["p99"],
    "start s": lambda measured: measured.start_seconds,
    "MB start": lambda measured: measured.memory_at_start,
    "MB after": lambda measured: measured.memory_after,
}
_WIDTH: Final = 34
_ECHO: Final = "× echo with the library's backend"


def table(rounds: Rounds) -> str:
    """The medians of the rounds."""
    lines = [" " * _WIDTH + "".join(f"{name:>12}" for name in COLUMNS)]
    for contestant in CONTESTANTS:
        if contestant.key in rounds[0]:
            values = [median(value(each[contestant.key]) for each in rounds) for value in COLUMNS.values()]
            lines.append(f"{contestant.name:<{_WIDTH}}" + "".join(f"{value:>12.4g}" for value in values))
    return "\n".join(lines)


def goals(rounds: Rounds) -> list[str]:
    """What was to be reached, what was, and how far the rounds lie apart. Ratios are taken within a round."""
    lines = []
    for name, wanted, key, against, value in _GOALS:
        if {key, against} <= rounds[0].keys():
            found = sorted(value(each[key], each[against]) for each in rounds)
            reached = median(found) >= wanted if wanted > 0 else median(found) <= -wanted
            lines.append(
                f"{'reached' if reached else 'missed '}  {name} {'≥' if wanted > 0 else '≤'} {abs(wanted):g}: "
                f"{median(found):.3g} (rounds {found[0]:.3g} to {found[-1]:.3g})"
            )
    return lines


# Below nought: at most that much.
_GOALS: Final[Sequence[tuple[str, float, str, str, Callable[[Measured, Measured], float]]]] = (
    (f"answered at saturation, {_ECHO}", 1.5, "empty", "echo", lambda a, b: a.per_second / b.per_second),
    (f"taken in for good, {_ECHO} answers", 1.5, "empty", "echo", lambda a, b: a.taken_in_per_second / b.per_second),
    (f"answered 5 ms from Telegram, {_ECHO}", 1.5, "far", "far-echo", lambda a, b: a.per_second / b.per_second),
    ("10 a second, p50 ms", -10, "empty", "empty", lambda a, _: a.stream["p50"]),
    ("10 a second, p99 ms", -50, "empty", "empty", lambda a, _: a.stream["p99"]),
    ("many cases, × empty", 0.9, "large", "empty", lambda a, b: a.per_second / b.per_second),
    ("memory MB, many cases", -150, "large", "large", lambda a, _: a.memory_after),
    ("memory MB", -150, "empty", "empty", lambda a, _: a.memory_after),
)


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def write(folder: Path, plan: Plan, about: Mapping[str, Any], rounds: Rounds) -> Path:
    """Everything, for comparing with another run."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    found = [{key: asdict(measured) for key, measured in each.items()} for each in rounds]
    content = {"machine": about, "plan": asdict(plan), "goals": goals(rounds), "rounds": found}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
