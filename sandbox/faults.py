"""Things that go wrong on demand, the same way each time for the same seed."""

import random
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What happens instead of an answer."""

    FLOOD = "429"
    INTERNAL = "500"
    BAD_GATEWAY = "502"
    HANG = "hang"
    CUT_BEFORE = "cut_before"
    CUT_AFTER = "cut_after"
    MUTE_AFTER = "mute_after"
    ANSWER = "answer"


@dataclass(slots=True)
class Fault:
    """One rule: what happens, to which calls, how often."""

    kind: Kind
    method: str | None = None
    chat_id: int | None = None
    times: int | None = 1
    share: float = 1.0
    retry_after: int = 1
    seconds: float = 60.0
    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    dice: random.Random = field(default_factory=random.Random)

    def strikes(self, method: str, chat_id: object) -> bool:
        """Whether this call is hit; each asking counts."""
        if self.times == 0 or (self.method is not None and self.method.lower() != method.lower()):
            return False
        if self.chat_id is not None and str(self.chat_id) != str(chat_id):
            return False
        if self.share < 1.0 and self.dice.random() >= self.share:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """The plan of what goes wrong. ``exempt`` names methods that ``rate`` never touches."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self.exempt: set[str] = {"getUpdates", "setWebhook", "deleteWebhook", "getMe"}
        self.struck: Counter[str] = Counter()

    def add(
        self,
        kind: str,
        method: str | None = None,
        *,
        chat_id: int | None = None,
        times: int | None = 1,
        retry_after: int = 1,
        seconds: float = 60.0,
    ) -> Fault:
        """Have the next ``times`` matching calls fail (all of them, if it is None). Returns the rule, to be ended."""
        rule = Fault(Kind(kind), method, chat_id, times, retry_after=retry_after, seconds=seconds)
        self.rules.append(rule)
        return rule

    def rate(
        self, kind: str, share: float, *, seed: int = 0, retry_after: int = 1, seconds: float = 60.0, method: str = ""
    ) -> Fault:
        """Have that share of all calls fail, drawn from a generator with that seed; exempt methods are spared."""
        dice = random.Random(f"{kind}:{seed}")
        rule = Fault(Kind(kind), method or None, None, None, share, retry_after=retry_after, seconds=seconds, dice=dice)
        self.rules.append(rule)
        return rule

    def answer(self, status: int, body: dict[str, Any], method: str | None = None, *, times: int | None = 1) -> Fault:
        """Have the next calls answered with that body, whatever it is, and not applied."""
        rule = Fault(Kind.ANSWER, method, None, times, status=status, body=body)
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.rules.clear()

    def remove(self, rule: Fault) -> None:
        if rule in self.rules:
            self.rules.remove(rule)

    def strike(self, method: str, chat_id: object) -> Fault | None:
        """What goes wrong with this call, if anything."""
        for rule in self.rules:
            if rule.share < 1.0 and method in self.exempt:
                continue
            if rule.strikes(method, chat_id):
                self.struck[rule.kind.value] += 1
                return rule
        return None
