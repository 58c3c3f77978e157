"""Choices below a question that do not all fit one screen: they stand in lines, and some lead to others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from liaisonbot.texts import Text

TURN: Final = "p:"
"""With it begins a value that shows other choices, in the place of these; it answers nothing."""


@dataclass(frozen=True, slots=True)
class Page:
    """Choices (label and value) as they stand in lines, and the question above them where it is another one."""

    lines: Sequence[Sequence[tuple[Text, str]]]
    question: Text | None = None


def in_lines(choices: Sequence[tuple[Text, str]], width: int) -> list[Sequence[tuple[Text, str]]]:
    """So many beside each other."""
    return [choices[i : i + width] for i in range(0, len(choices), width)]
