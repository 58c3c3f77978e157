"""What is kept of a deputies' vote with its rule, and printed with its result: why it left nothing to choose, who could
not take part.
"""

from __future__ import annotations

from liaisonbot.polls import Poll
from liaisonbot.texts import Text


def reason_of(poll: Poll) -> str | None:
    """Why it was held although candidates did not outnumber the places."""
    return (poll.rule or {}).get("reason")


def unreachable(poll: Poll) -> int:
    """Deputies who had no account when it was opened: they are not among its electors."""
    return int((poll.rule or {}).get("unreachable", 0))


def lines(poll: Poll) -> list[Text]:
    """Both in words, as far as there is something to say."""
    n, reason = unreachable(poll), reason_of(poll)
    found = [
        Text.of("votes-unreachable", n=n) if n else None,
        Text.of("votes-reason", reason=reason) if reason else None,
    ]
    return [line for line in found if line is not None]
