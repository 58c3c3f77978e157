"""A button that leads into a dialogue: the one way to begin one from a module whose commands dialogues carry out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liaisonbot.commands import BY_NAME
from liaisonbot.services.visit import Visit


def begin(visit: Visit, command: str, answers: Mapping[str, Any]) -> None:
    """Ask for what the command still needs, in the place of any question that waits here."""
    from liaisonbot.services import dialogues  # it carries out commands, and so knows the modules that call this

    dialogues.begin_anew(visit, BY_NAME[command], answers)
