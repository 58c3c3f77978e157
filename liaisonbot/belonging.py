"""Which words go on about a case that is known already, as ``data/belonging.toml`` lists them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from importlib import resources
from typing import Final

_RAW: Final = tomllib.loads((resources.files("liaisonbot") / "data" / "belonging.toml").read_text("utf-8"))
_STILL: Final[tuple[str, ...]] = (*_RAW["still_zh"], *_RAW["still_en"])
_ASSENT: Final = frozenset((*_RAW["assent_zh"], *_RAW["assent_en"]))
_MARKS: Final = re.compile(r"[^\w\s]|_")


def plain(words: str | None) -> str:
    """The words as they are compared with the lists, whatever the width and case of their letters."""
    return unicodedata.normalize("NFKC", words or "").casefold().replace("’", "'")


def says_still(plain: str) -> bool:
    """Whether they say that something goes on as before."""
    return any(map(plain.__contains__, _STILL))


def is_assent(plain: str) -> bool:
    """Whether they say nothing but yes, or thanks."""
    return " ".join(_MARKS.sub("", plain).split()) in _ASSENT
