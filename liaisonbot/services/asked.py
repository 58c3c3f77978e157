"""What the constituent of a case is asked and has not said yet; until they do, nobody else can go on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from liaisonbot import workflow
from liaisonbot.desk import Desk
from liaisonbot.model import Actor, Author, Case, LookbackQuestion, Verdict
from liaisonbot.permissions import Permission, rights
from liaisonbot.ports import UnitOfWork
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Stage
from liaisonbot.workflow import Event


class Asked(StrEnum):
    """What is waited for."""

    DETAILS = "details"
    """The deputy asked for them; the clock stands still."""
    RATING = "rating"
    CHECK = "check"
    """Whether what was promised is done."""
    LOOK_BACK = "look-back"
    """How they see a closed case now: nobody's turn waits for it."""


def of_case(uow: UnitOfWork, case: Case) -> Asked | None:
    """What the case waits for from its constituent now; None while it is the office's turn."""
    if case.paused_since is not None:
        return Asked.DETAILS
    if case.stage is Stage.REPLY:
        return Asked.RATING
    pledge = uow.promises.open_of(case.number) if case.stage is Stage.FOLLOW_UP else None
    return Asked.CHECK if pledge is not None and pledge.asked_at is not None else None


def of_author(uow: UnitOfWork, case: Case, person_id: int) -> Asked | None:
    """What that author is asked and has not said yet: what the case waits for, or what a look-back on it asked them."""
    waited_for = of_case(uow, case)
    if waited_for is None:
        return Asked.LOOK_BACK if look_back(uow, case, person_id) is not None else None
    by_verdict = waited_for in (Asked.RATING, Asked.CHECK)
    said = by_verdict and answered(case, uow.verdicts.of(case.number).get(person_id))
    return None if said else waited_for


def look_back(uow: UnitOfWork, case: Case, person_id: int) -> LookbackQuestion | None:
    """The question of a look-back that waits for that author's answer, as long as the case is closed as it was then."""
    if case.closed_at is None:
        return None
    question = uow.lookbacks.question_about(case.number, person_id)
    waits = question is not None and question.answer is None and question.asked_at > case.closed_at
    return question if waits else None


def awaited(uow: UnitOfWork, case: Case) -> list[Author]:
    """The authors who can be asked, and have not yet said what the stage asks them."""
    said = uow.verdicts.of(case.number)
    authors = uow.cases.authors(case.number)
    return [author for author in authors if _can_answer(author) and not answered(case, said.get(author.person_id))]


def _can_answer(author: Author) -> bool:
    """Who has blocked the bot and wrote in no group cannot be asked, and is not waited for."""
    return author.telegram_id is None or author.reachable or author.chat_type != "private"


def answered(case: Case, said: Verdict | None) -> bool:
    """Whether an author has said what the stage of the case asks them; ``said``: what they have said."""
    if said is None:
        return False
    return said.rated if case.stage is Stage.REPLY else said.delivery is not None


# --- what an author can do, in words ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """What an author does elsewhere than by a button of the case's card, and when: while they are asked that, while
    that can happen, in those stages.
    """

    text: str
    needs: Permission
    asked: Asked | None = None
    event: Event | None = None
    stages: tuple[Stage, ...] = tuple(Stage)

    def open_for(self, uow: UnitOfWork, case: Case, person_id: int) -> bool:
        """Whether that author can do it to the case now."""
        if case.stage not in self.stages:
            return False
        if self.asked is not None and of_author(uow, case, person_id) is not self.asked:
            return False
        if self.event is Event.ROUTED and shared(uow, case):
            return False
        return self.event is None or workflow.applies(case, self.event) is not None


WAYS: Final = (
    Way("way-answer", Permission.CASE_WRITE, asked=Asked.DETAILS),
    Way("way-rate", Permission.CASE_RATE, asked=Asked.RATING),
    Way("way-check", Permission.CASE_RATE, asked=Asked.CHECK),
    Way("way-choose", Permission.CASE_CHOOSE, event=Event.ROUTED),
    Way("way-add", Permission.CASE_WRITE, stages=workflow.OPEN),
    Way("way-new", Permission.CASE_OPEN, stages=(Stage.CLOSED,)),
)


def ways(uow: UnitOfWork, actor: Actor, case: Case) -> list[Text]:
    """Those that are open to the actor; none for whoever is not an author."""
    authors = uow.cases.author_ids(case.number)
    if actor.person is None or actor.person.id not in authors:
        return []
    allowed = rights(actor, case, authors)
    may = [way for way in WAYS if way.needs in allowed]
    return [Text.of(way.text, case=case.number) for way in may if way.open_for(uow, case, actor.person.id)]


def shared(uow: UnitOfWork, case: Case) -> bool:
    """Whether others report it as well (those who left are not counted): then none of its authors alone sends it to
    another deputy or station. Where it has no station yet, somebody has to say.
    """
    if case.station_id is None or len(uow.cases.author_ids(case.number)) < 2:
        return False
    return len(uow.cases.authors(case.number)) > 1


# --- 催一下 -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chasing:
    """``offered_after``: so long after the case came to its stage the button is offered (None: never).

    ``instead``: what a press is answered where it makes no sense.
    """

    offered_after: timedelta | None = None
    instead: str | None = None


_IN_A_DAY: Final = Chasing(offered_after=timedelta(days=1))
CHASING: Final[Mapping[tuple[Stage, Asked | None], Chasing]] = {
    (Stage.COLLECTION, None): _IN_A_DAY,
    (Stage.COLLECTION, Asked.DETAILS): Chasing(instead="chase-answer-first"),
    (Stage.MEDIATION, None): _IN_A_DAY,
    (Stage.MEDIATION, Asked.DETAILS): Chasing(instead="chase-answer-first"),
    (Stage.REPLY, Asked.RATING): Chasing(instead="chase-rate-first"),
    (Stage.FOLLOW_UP, None): _IN_A_DAY,
    (Stage.FOLLOW_UP, Asked.CHECK): Chasing(instead="chase-check-first"),
}
"""Stage and what the constituent is asked → what 催一下 is there. A closed case has no row: it can be reopened."""


def chasing(uow: UnitOfWork, case: Case) -> Chasing | None:
    """The row of the table that holds for the case."""
    return CHASING.get((case.stage, of_case(uow, case)))


def closed_too_long(desk: Desk, case: Case) -> bool:
    """Whether the days are over in which a closed case can be taken up again."""
    days = desk.settings.cases.reopen_days
    return case.closed_at is not None and desk.now > desk.working_days.limit(case.closed_at, days)


def pointless(uow: UnitOfWork, desk: Desk, case: Case) -> frozenset[Event]:
    """What has a row in the table of stages, but would be answered with what is to be done first, or as too late."""
    if closed_too_long(desk, case):
        return frozenset({Event.REOPEN_ASKED, Event.REOPENED})
    row = chasing(uow, case)
    return frozenset({Event.CHASED}) if row is not None and row.instead is not None else frozenset()


def untimely(uow: UnitOfWork, desk: Desk, case: Case) -> frozenset[Event]:
    """What could be done to the case, but is not offered now."""
    row = chasing(uow, case)
    if workflow.applies(case, Event.CHASED) is None or row is None:
        return pointless(uow, desk, case)
    waits = row.offered_after is None or desk.now < case.stage_since + row.offered_after
    return frozenset({Event.CHASED}) if waits else frozenset()
