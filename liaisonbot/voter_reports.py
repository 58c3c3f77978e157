"""A deputy's report to voters (述职): values. What happens to it: ``services/voter_reports``.

Once a term, before voters, who judge it in three levels; the result is announced on the spot.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from liaisonbot.vocabulary import Outcome, Rating

LONGEST: Final = 3500
"""Characters: one message of Telegram's holds 4096, and its heading has to fit as well."""
LEAST: Final = "least"
"""Beside the rule of its appraisal: how many voters there should be, as it was when the appraisal was opened."""


class ReportState(StrEnum):
    """Where a report stands. While it is :data:`UNPUBLISHED` all of it can be changed, or it is dropped."""

    DRAFT = "draft"
    """Drawn from the record, with the deputy."""
    READY = "ready"
    """The deputy has said so: staff may publish it."""
    PUBLISHED = "published"
    TAKEN_BACK = "taken_back"
    """It was published by mistake and is out of the groups again; what it says goes on in another one."""


UNPUBLISHED: Final = (ReportState.DRAFT, ReportState.READY)


@dataclass(frozen=True, slots=True)
class VoterReport:
    """A report about the days from ``first`` to ``last``, both of them included."""

    id: int
    deputy_id: int
    first: date
    last: date
    text: str
    """Its paragraphs, with an empty line between them."""
    state: ReportState
    person_id: int | None
    """Who had it drawn."""
    poll_number: int | None
    """The voters' appraisal of it."""
    made_at: datetime
    published_at: datetime | None

    @property
    def paragraphs(self) -> list[str]:
        return paragraphs(self.text)

    @property
    def wording(self) -> int:
        """A digest of its words: a button that publishes them says which ones it means."""
        return zlib.crc32(self.text.encode())


@dataclass(frozen=True, slots=True)
class CaseCount:
    """So many cases ended so (None: still open), and were judged so by who brought them (None: not judged)."""

    outcome: Outcome | None
    result: Rating | None
    n: int


def paragraphs(text: str) -> list[str]:
    """What an empty line divides; none of them is empty."""
    return [part for part in (part.strip() for part in re.split(r"\n[ \t\u3000]*\n", text)) if part]


def joined(parts: Sequence[str]) -> str:
    """The text of these paragraphs."""
    return "\n\n".join(part for part in parts if part.strip())
