"""By what /help sorts the commands, and what it shows first."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liaisonbot.vocabulary import Role


class Topic(StrEnum):
    """What somebody wants to do, by which /help sorts the commands."""

    REPORTING = "reporting"
    CASES = "cases"
    DISPATCH = "dispatch"
    FOLLOW_UP = "follow_up"
    GUARD = "guard"
    CONTACT = "contact"
    PROJECTS = "projects"
    WORKS = "works"
    DUTY = "duty"
    PEOPLE = "people"
    ONESELF = "oneself"


TOPICS: Final[Mapping[str, Topic]] = {
    name: topic
    for topic, names in {
        Topic.REPORTING: "report mycases case search chase withdraw deputy name sort question again",
        Topic.DISPATCH: "unassigned assign urge transfer hand returned units unit setunit extend merge split",
        Topic.FOLLOW_UP: "followup done promises overdue summary lookback reopen reopenings keepclosed",
        Topic.GUARD: "held release redirect falsealarm missed",
        Topic.CONTACT: "announce announcements schedule inquiry inquiries receptionday reception book",
        Topic.PROJECTS: "propose projects project setproject cycle vote ballot",
        Topic.WORKS: "carry milestone progress inspect carriedout appraise",
        Topic.DUTY: "duty mylogs offers score absence pairings pair shuzhi reportwords handover",
        Topic.PEOPLE: "invite roster leave bind unbind export journal",
        Topic.ONESELF: "language privacy mydata forget help cancel start",
    }.items()
    for name in names.split()
}
"""Commands without a row are about cases."""

HELP_FIRST: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.CONSTITUENT: ("report", "mycases", "case", "chase", "withdraw", "deputy", "language", "forget"),
    Role.DEPUTY: ("inbox", "accept", "mediate", "reply", "transfer", "close", "promises", "leave"),
    Role.STAFF: ("unassigned", "assign", "overdue", "urge", "transfer", "promises", "announce", "roster"),
    Role.OWNER: ("unassigned", "assign", "overdue", "promises", "announce", "invite", "roster", "held"),
}
"""What /help shows at once: what people with that role most often want."""
