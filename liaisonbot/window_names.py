"""Parts of the calendar (``windows.py``) as people say them."""

from __future__ import annotations

from liaisonbot.texts import Text
from liaisonbot.windows import Window, WindowKind


def named(window: Window) -> Text:
    """A window as people say it."""
    return Text.of(
        f"window-{window.kind}",
        year=window.first.isocalendar().year if window.kind is WindowKind.WEEK else window.first.year,
        week=window.first.isocalendar().week,
        month=window.first.month,
        second=window.last.month,
        quarter=(window.first.month + 2) // 3,
        first=window.first,
        last=window.last,
    )
