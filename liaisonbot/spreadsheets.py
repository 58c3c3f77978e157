"""Cells that a spreadsheet would take for a formula: what somebody typed must never run on somebody else's machine."""

from __future__ import annotations

from typing import Final

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The wide forms count as well where a spreadsheet speaks Chinese or Japanese."""


def neutralised(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would read a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def unneutralised(text: str) -> str:
    """The text without the apostrophe that ``neutralised`` put there."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_STARTS_A_FORMULA) else text
