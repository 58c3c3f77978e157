"""Numbers as a reader takes them: whole, and not part of a moment."""

from __future__ import annotations

import re
from typing import Final

_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:\d\d)?)?"  # as files have them, microseconds and all
    r"|(\d{4}年)?\d{1,2}月\d{1,2}日|\d{1,2}:\d\d(:\d\d)?(\.\d+)?"  # and as people read them
)


def numbers(text: str) -> set[str]:
    """The whole numbers in the text, without those of days and times: ``23`` of *23 票*, not of *30023* or *11月23日*.

    Whoever makes sure that a number is not told looks here, since any few digits stand in some id sooner or later.
    """
    return set(re.findall(r"\d+", _MOMENT.sub(" ", text)))
