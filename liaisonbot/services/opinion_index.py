"""The opinion index (民意指数): one to five stars beside each candidate, from the residents' poll, by a printed rule.

Which rule, staff choose before the poll is opened; it is kept with the poll (``rule``), and with its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from liaisonbot import voting
from liaisonbot.polls import Poll, PollKind
from liaisonbot.texts import Text

USUAL: Final = "rank"
RESIDENTS: Final = (PollKind.QUICK, PollKind.BALLOT)


def gives_stars(poll: Poll) -> bool:
    """Whether it is a residents' poll over candidates."""
    return bool(poll.subjects) and poll.kind in RESIDENTS


def rule_of(poll: Poll) -> str:
    """The name of the rule by which its votes become stars."""
    return str((poll.rule or {}).get("index", USUAL))


def next_rule(poll: Poll) -> str:
    """The one that comes after its rule in the file."""
    keys = list(voting.index_rules())
    return keys[(keys.index(rule_of(poll)) + 1) % len(keys)] if rule_of(poll) in keys else USUAL


def counted(poll: Poll, result: Mapping[str, Any]) -> dict[str, Any]:
    """The result with its stars, where the poll gives any."""
    if not gives_stars(poll):
        return dict(result)
    rule = rule_of(poll)
    return {
        **result,
        "index": rule,
        "stars": list(voting.opinion_index(rule, result["counts"], result["voters"])),
        "subjects": list(poll.subjects),
    }


def drawn(stars: int | None) -> str:
    """``★★★★☆``; nothing where nobody voted."""
    return "" if stars is None else "★" * stars + "☆" * (voting.STARS - stars)


def of(result: Mapping[str, Any], index: int) -> str:
    """The stars of one option, drawn; empty where the result has none."""
    stars = result.get("stars")
    return drawn(stars[index]) if stars else ""


def rule_line(poll: Poll) -> Text | None:
    """By which rule its votes become stars; None for a poll that gives none."""
    return Text.of("opinion-rule", rule=Text.of(f"index-rule-{rule_of(poll)}")) if gives_stars(poll) else None
