"""The way back through a dialogue: what each question changed stands among its answers, so a restart changes nothing.

A step holds the question that was left, and of every answer that changed with it what it was before: going back is
exact, whatever a question may have filled in besides its own answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

TRAIL: Final = "_trail"
_LONGEST: Final = 40
"""Steps that can be gone back: more than any command has questions."""


def onward(before: Mapping[str, Any], after: Mapping[str, Any], asked: str) -> dict[str, Any]:
    """The answers ``after`` the question ``asked``, with a step that leads back to ``before``."""
    names = {*before, *after} - {TRAIL}
    changed = [name for name in names if (name in before, before.get(name)) != (name in after, after.get(name))]
    was = {name: [before[name]] if name in before else [] for name in sorted(changed)}
    steps = [*before.get(TRAIL, ()), {"asked": asked, "was": was}]
    return {**after, TRAIL: steps[-_LONGEST:]}


def leads_back(answers: Mapping[str, Any]) -> bool:
    """Whether there is a question before this one."""
    return bool(answers.get(TRAIL))


def back(answers: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The question before this one, and the answers as they were when it was asked."""
    *steps, last = answers[TRAIL]
    restored = {name: value for name, value in answers.items() if name not in last["was"]}
    restored |= {name: was[0] for name, was in last["was"].items() if was}
    return last["asked"], {**restored, TRAIL: steps}
