"""Which words go on about a case that is known already, as ``data/belonging.toml`` lists them."""

from __future__ import annotations

import tomllib
import unicodedata
from importlib import resources
from typing import Final

_RAW: Final = tomllib.loads((resources.files("liaisonbot") / "data" / "belonging.toml").read_text("utf-8"))
_STILL: Final[tuple[str, ...]] = (*_RAW["still_zh"], *_RAW["still_en"])
_ASSENT: Final = frozenset((*_RAW["assent_zh"], *_RAW["assent_en"]))


def says_still(words: str | None) -> bool:
    """Whether they say that something goes on as before."""
    plain = unicodedata.normalize("NFKC", words or "").casefold().replace("’", "'")
    return any(each in plain for each in _STILL)


def is_assent(words: str | None) -> bool:
    """Whether they say nothing but yes, or thanks."""
    plain = unicodedata.normalize("NFKC", words or "").casefold()
    bare = "".join(char for char in plain if char.isalnum() or char.isspace())
    return " ".join(bare.split()) in _ASSENT
