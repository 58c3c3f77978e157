"""In whose name somebody speaks as an author of a case: their own, or that of somebody without Telegram."""

from __future__ import annotations

from liaisonbot import permissions
from liaisonbot.errors import NotFound
from liaisonbot.model import Actor, Case
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import asked


def of(uow: UnitOfWork, actor: Actor, case: Case, permission: Permission) -> frozenset[int]:
    """In whose names the actor may do that as an author: their own, or those of the authors without Telegram for whom
    they speak. Nobody's, where they may do it by their role or not at all.
    """
    ids = uow.cases.author_ids(case.number)
    if actor.person is None:
        return frozenset()
    if actor.by_code and actor.speaks_for is not None and permissions.on_their_word(actor, permission, case, ids):
        return frozenset({actor.speaks_for})
    if actor.person.id in ids:
        return frozenset({actor.person.id})
    if not permissions.on_their_word(actor, permission, case, ids):
        return frozenset()
    absent = [author for author in uow.cases.authors(case.number) if author.telegram_id is None]
    entered = [author for author in absent if author.through == actor.person.telegram_id]
    names = frozenset(author.person_id for author in entered or absent)
    return names & {actor.speaks_for} if actor.speaks_for is not None else names


def passed_on(uow: UnitOfWork, actor: Actor, case: Case) -> frozenset[int]:
    """The authors without Telegram whose words the actor passes on when saying something in the case; none where they
    speak for themselves, or as who works on it. With another author's code an author speaks for that one.
    """
    ids = uow.cases.author_ids(case.number)
    if actor.person is None or (actor.person.id in ids and not actor.by_code):
        return frozenset()
    says = permissions.on_their_word(actor, Permission.CASE_WRITE, case, ids)
    return of(uow, actor, case, Permission.CASE_WRITE if says else Permission.CASE_RATE)


def one(uow: UnitOfWork, actor: Actor, case: Case) -> int:
    """In whose name the actor speaks; of several without Telegram, the first who has not yet said what is asked."""
    names = sorted(of(uow, actor, case, Permission.CASE_RATE))
    said = uow.verdicts.of(case.number) if len(names) > 1 else {}
    waiting = [name for name in names if not asked.answered(case, said.get(name))]
    return next(iter(waiting or names), actor.person.id if actor.person else 0)


def require(uow: UnitOfWork, actor: Actor, case: Case) -> None:
    """Refuse a button that names an author for whom they do not speak: what one said is never taken for another's."""
    if actor.speaks_for is not None and actor.speaks_for not in of(uow, actor, case, Permission.CASE_RATE):
        raise NotFound("case-not-found", case=case.number)
