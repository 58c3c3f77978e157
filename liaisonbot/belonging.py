"""Which words go on about a case that is known already, as ``data/belonging.toml`` lists them."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import Final

from liaisonbot import spelling

_RAW: Final = tomllib.loads((resources.files("liaisonbot") / "data" / "belonging.toml").read_text("utf-8"))
_STILL: Final[tuple[str, ...]] = (*_RAW["still_zh"], *_RAW["still_en"])
_ASSENT: Final = frozenset((*_RAW["assent_zh"], *_RAW["assent_en"]))
_SIGNS: Final = re.compile(r"[^\w\s]+|_+")


def says_still(words: str | None) -> bool:
    """Whether they say that something goes on as before."""
    plain = spelling.usual(words or "").casefold().replace("’", "'")
    return any(map(plain.__contains__, _STILL))


def is_assent(words: str | None) -> bool:
    """Whether they say nothing but yes, or thanks."""
    bare = _SIGNS.sub("", spelling.usual(words or "").casefold())
    return " ".join(bare.split()) in _ASSENT
