"""Why somebody is not satisfied, as ``data/dissatisfaction.toml`` lists it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Final


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to choose: its key, and what it is called."""

    key: str
    zh: str
    en: str


def _read() -> dict[str, Reason]:
    raw = tomllib.loads((resources.files("liaisonbot") / "data" / "dissatisfaction.toml").read_text("utf-8"))
    return {row["key"]: Reason(row["key"], row["zh"], row["en"]) for row in raw["reason"]}


REASONS: Final = _read()
"""Key → reason, in the order in which they are shown."""
