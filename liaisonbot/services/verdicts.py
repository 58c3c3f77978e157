"""What the authors of a case say of it: their ratings, whether what was promised is done, that they leave; and when the
case moves by that.
"""

from __future__ import annotations

from typing import Any

from liaisonbot import facts, workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import SYSTEM, Actor, Case
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import asked, casework, voices
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Delivery, Rating, ReplyClass, Stage
from liaisonbot.workflow import Event


def require_newest(case: Case, reply: int) -> None:
    """Refuse a button that speaks of an earlier ``reply``: what was thought of that is never taken for the newest."""
    if reply != case.which_reply:
        raise Refused("earlier-reply", case=case.number)


def rate(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, part: str, level: int, *, reply: int) -> Case:
    """Rate ``attitude`` or ``result`` of that reply; level 0 takes it back. Both together move the case, as the
    contract says.

    Of several authors each rates by themselves; ``decide`` says when the case moves.
    """
    case = casework.find(uow, actor, number, Permission.CASE_RATE, lock=True)
    voices.require(uow, actor, case)
    if case.stage is not Stage.REPLY or actor.person is None:
        raise Refused("rating-over", case=number, stage=Text.of(f"stage-{case.stage}"))
    require_newest(case, reply)
    said = uow.verdicts.give(number, voices.one(uow, actor, case), desk.now, **{part: level or None})
    before, case = case, uow.cases.update(number, **worst(uow, number))
    if facts.figured(before) != facts.figured(case):  # half a rating is on record, too
        uow.cases.keep_past(before, desk.now)
    if not said.rated:
        return case
    if len(uow.cases.authors(number)) > 1:
        own = {"attitude": int(said.attitude or 0), "result": int(said.result or 0)}
        case = casework.advance(uow, desk, actor, number, Event.RATED, details=own)
    return decide(uow, desk, actor, case)


def check(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, level: Delivery) -> Case:
    """Answer the check of delivery: fixed closes the case, partly or not fixed sends it back to mediation.

    Of several authors each answers by themselves: the case closes once all who can be asked have said that it is fixed.
    """
    case = casework.find(uow, actor, number, Permission.CASE_RATE, lock=True)
    voices.require(uow, actor, case)
    if level is not Delivery.FIXED or case.stage is not Stage.FOLLOW_UP or actor.person is None:
        event = Event.FIXED if level is Delivery.FIXED else Event.NOT_FIXED
        if actor.person is not None and workflow.applies(case, event):
            uow.verdicts.give(number, voices.one(uow, actor, case), desk.now, delivery=level)
        return casework.advance(
            uow, desk, actor, number, event, changes={"delivery": level}, details={"delivery": int(level)}
        )
    uow.verdicts.give(number, voices.one(uow, actor, case), desk.now, delivery=level)
    if asked.awaited(uow, case):
        return casework.advance(uow, desk, actor, number, Event.CHECKED, details={"delivery": int(level)})
    return decide(uow, desk, actor, case)


def withdraw(uow: UnitOfWork, desk: Desk, actor: Actor, number: int) -> Case:
    """The case ends; where others are its authors as well it goes on for them, and only whoever withdraws leaves."""
    case = casework.find(uow, actor, number, Permission.CASE_WITHDRAW, lock=True)
    whose = voices.one(uow, actor, case)
    others = [author for author in uow.cases.authors(number) if author.person_id != whose]
    if not others:
        return casework.advance(uow, desk, actor, number, Event.WITHDRAWN)
    case = casework.advance(uow, desk, actor, number, Event.LEFT)
    uow.cases.leave(number, whose, desk.now)
    return decide(uow, desk, SYSTEM, case)


def worst(uow: UnitOfWork, number: int) -> dict[str, Rating | None]:
    """For each part the worst that any author has given: the ratings of the case."""
    said = uow.verdicts.of(number).values()
    return {
        "attitude": min((each.attitude for each in said if each.attitude), default=None),
        "result": min((each.result for each in said if each.result), default=None),
    }


def decide(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case, *, waiting: bool = True) -> Case:
    """Move the case when its authors have said enough: at once when one of them is dissatisfied; else when nobody is
    waited for. ``waiting=False``: nobody is waited for any longer.
    """
    said = [each for each in uow.verdicts.of(case.number).values() if asked.answered(case, each)]
    if not said or case.stage not in (Stage.REPLY, Stage.FOLLOW_UP):
        return case
    if case.stage is Stage.FOLLOW_UP:
        if waiting and asked.awaited(uow, case):
            return case
        level = min(each.delivery for each in said if each.delivery)
        changes: dict[str, Any] = {"delivery": level}
        return casework.advance(
            uow, desk, actor, case.number, Event.FIXED, changes=changes, details={"delivery": int(level)}
        )
    ratings = {name: int(level) for name, level in worst(uow, case.number).items() if level}
    bad = any(Rating.DISSATISFIED in (each.attitude, each.result) for each in said)
    if not bad and waiting and asked.awaited(uow, case):
        return case
    well = Event.PROMISE_RATED_WELL if case.reply_class is ReplyClass.B else Event.RATED_WELL
    event = Event.RATED_BADLY if bad else well
    return casework.advance(uow, desk, actor, case.number, event, changes={"rated_at": desk.now}, details=ratings)


def window_over(uow: UnitOfWork, desk: Desk, case: Case) -> Case:
    """The time to answer is over: what some authors said counts. Where nobody said anything it closes unconfirmed, or
    what was promised is still checked.
    """
    moved = decide(uow, desk, SYSTEM, case, waiting=False)
    if moved.stage is not case.stage:
        return moved
    promised = workflow.applies(case, Event.UNRATED) is not None
    return casework.advance(uow, desk, SYSTEM, case.number, Event.UNRATED if promised else Event.FELL_SILENT)
