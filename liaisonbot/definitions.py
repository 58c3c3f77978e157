"""What each figure of a summary counts, and how, as ``data/figures.toml`` says it once for all forms.

The sentences ``figure-KEY``, ``figure-counts-KEY`` and ``figure-how-KEY`` say it in the reader's language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure, or something that all of them rest on."""

    key: str
    zh: str
    en: str
    counts_zh: str
    counts_en: str
    how_zh: str
    how_en: str
    json: str | None = None
    """Where it stands in the JSON of a summary; a dot: inside, a comma: and there. None: it is no figure by itself."""

    def said(self) -> Mapping[str, Mapping[str, str]]:
        """Its sentences by key, each by language."""
        return {
            f"figure-{self.key}": {"zh": self.zh, "en": self.en},
            f"figure-counts-{self.key}": {"zh": self.counts_zh, "en": self.counts_en},
            f"figure-how-{self.key}": {"zh": self.how_zh, "en": self.how_en},
        }


def _read() -> Mapping[str, Definition]:
    raw = tomllib.loads((resources.files("liaisonbot") / "data" / "figures.toml").read_text("utf-8"))
    return MappingProxyType({key: Definition(key, **row) for key, row in raw.items()})


DEFINITIONS: Final = _read()
"""Key → definition, in the order in which they are shown."""
