"""Cases handled together, answered one by one (并案办理、分别答复): staff merge and split them, authors join.

The case that is merged closes and stays as it is, with its authors, messages and journal; its authors are told about
the other one from then on. A split gives everything back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from liaisonbot import masking, workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import NOTHING_SAID, SYSTEM, Actor, Author, Case, CaseMessage, JournalEntry
from liaisonbot.outgoing import Button, Outgoing, Send
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    accused,
    assigning,
    cards,
    casework,
    promises,
    reaching,
    readers,
    relaying,
    routing,
    standing_cards,
    succession,
    verdicts,
)
from liaisonbot.services.doing import Answers, confirm
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import MessageKind, Outcome, RoutingRule, Stage
from liaisonbot.workflow import OPEN, SPLITS, Event


def merge(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, into: int) -> Case:
    """Staff say that case ``number`` is the same matter as ``into``, which goes on for the authors of both."""
    case = casework.find(uow, actor, number, Permission.CASE_MERGE, lock=True)
    whole = casework.find(uow, actor, into, Permission.CASE_MERGE, lock=True)
    _require_mergeable(uow, desk, actor, case, whole)
    return join(uow, desk, actor, case, whole)


def _require_mergeable(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case, whole: Case) -> None:
    """Refuse where ``case`` could not become part of ``whole``."""
    if case.number == whole.number:
        raise Refused("merge-itself", case=case.number)
    if not whole.open:
        raise Refused("merge-into-closed", case=case.number, into=whole.number)
    if case.station_id != whole.station_id:
        raise Refused("merge-other-station", case=case.number, into=whole.number)
    _require_not_about_its_deputy(uow, actor, case, whole)
    if workflow.applies(whole, Event.JOINED) is None:
        raise casework.refusal(uow, desk, actor, whole, Event.JOINED)


def join(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case, whole: Case) -> Case:
    """Let ``case`` become part of ``whole``: both are changed by ``casework.advance``. The case as it is then."""
    if case.number == whole.number:
        raise Refused("merge-itself", case=case.number)
    if not case.open:
        raise casework.not_from_here(uow, desk, actor, case)
    _require_not_about_its_deputy(uow, actor, case, whole)
    already = uow.cases.author_ids(whole.number)
    uow.merges.add(case.number, whole.number, case.stage, desk.now)
    details = {"into": whole.number}
    after = casework.advance(uow, desk, actor, case.number, Event.MERGED, note=f"→ #{whole.number}", details=details)
    casework.advance(
        uow,
        desk,
        actor,
        whole.number,
        Event.JOINED,
        note=f"← #{case.number}",
        body=case.text,
        details={"part": case.number},
        part=case.number,
    )
    _hand_over(uow, desk, case, whole)
    for author in uow.cases.authors(whole.number):
        if author.person_id not in already:
            _tell_newest_answer(uow, desk, whole, author)
            promises.ask_also(uow, desk, whole, author)
    return after


def _require_not_about_its_deputy(uow: UnitOfWork, actor: Actor, case: Case, whole: Case) -> None:
    """Nobody handles a case of their own, one that accuses them, or one of their employer, nor one that becomes so."""
    deputy = uow.roster.get(whole.deputy_id) if whole.deputy_id is not None else None
    why = routing.conflict(deputy, assigning.matter(uow, case)) if deputy else None
    if deputy and why is not None:
        raise assigning.not_theirs(uow, actor, why, whole if why == "own" else case, deputy)


def _hand_over(uow: UnitOfWork, desk: Desk, case: Case, whole: Case) -> None:
    """The deputy of the whole gets what came with the part; the part's own deputy learns where it went."""
    deputy = readers.deputy_of(uow, desk, whole)
    for reader in [deputy] if deputy else readers.staff_for(uow, desk, whole):
        relaying.pass_opening_files(uow, desk, case, reader)
    former = readers.deputy_of(uow, desk, case)
    if former is not None and former != deputy:
        into = {"case": case.number, "into": whole.number, "deputy": cards.deputy_name(uow, whole)}
        text = Text.of("notice-merged-deputy", **into)
        uow.outbox.add(Outgoing(Send.TEXT, former.chat_id, language=former.language, text=text), desk.now)


def _tell_newest_answer(uow: UnitOfWork, desk: Desk, whole: Case, author: Author) -> None:
    """Who comes after the reply reads it as well, and rates it. What it says of others' numbers is masked."""
    if whole.stage not in (Stage.REPLY, Stage.FOLLOW_UP):
        return
    replies = [message for message in uow.messages.of_case(whole.number) if message.kind is MessageKind.REPLY]
    if not replies:
        return
    asked = "notice-reply-promise" if whole.promise_date is not None else "notice-reply"
    blanks = {
        "case": whole.number,
        "deputy": cards.deputy_name(uow, whole),
        "date": whole.promise_date,
        "class": Text.of(f"class-{whole.reply_class}") if whole.reply_class else "",
    }
    text = Text(asked if whole.stage is Stage.REPLY else "notice-reply-before", blanks)
    rows = cards.rating_rows(whole, NOTHING_SAID) if whole.stage is Stage.REPLY else ()
    body = masking.mask(replies[-1].text or "")
    reaching.to_author(uow, desk, whole, author, text, rows=rows, body=body, message=replies[-1].id)


def said_to(uow: UnitOfWork, message: CaseMessage) -> frozenset[int]:
    """The persons who were the authors when it was said: not those with whom the case was merged since."""
    merged = [merge.part for merge in uow.merges.ever(message.case) if merge.at > message.at]
    came = {person for part in merged for person in uow.cases.author_ids(part)}
    return frozenset(
        author.person_id
        for author in uow.cases.authors(message.case)
        if not (author.by_merge and author.person_id in came)
    )


def parted_since(uow: UnitOfWork, message: CaseMessage) -> list[tuple[Case, Author]]:
    """The other authors to whom it was said, whose case was split off since, and may be part of it again: each with
    the case they are in now. Not those whose case accuses whoever said it: that one speaks to them no more.
    """
    found = dict[int, tuple[Case, Author]]()
    still = said_to(uow, message)
    speaker = uow.people.get(message.person_id) if message.person_id is not None else None
    account = speaker.telegram_id if speaker is not None else None
    for part in _parts_at(uow, message.case, message.at):
        for person_id in uow.cases.author_ids(part) - still - found.keys():
            case = uow.cases.get(theirs_now(uow, message.case, person_id))
            authors = uow.cases.authors(case.number) if case is not None else []
            author = next((each for each in authors if each.person_id == person_id), None)
            if case is None or (account is not None and accused.is_kept_from(uow, case.number, account)):
                continue
            if author is not None:
                found[person_id] = case, author
    return list(found.values())


def _parts_at(uow: UnitOfWork, number: int, at: datetime) -> Iterator[int]:
    """The cases that were part of it at that moment, and their parts."""
    for merge in uow.merges.ever(number):
        if merge.at <= at and (merge.undone_at is None or merge.undone_at >= at):
            yield merge.part
            yield from _parts_at(uow, merge.part, at)


def theirs_now(uow: UnitOfWork, number: int, person_id: int) -> int:
    """In which case that person speaks who answers to case ``number``, or edits what they said in it: in what it is
    part of now; but where their own was split from that, in their own, wherever this goes on.

    So what is new goes to the deputy who has their case, and not to one who had it while two were one: that one has
    read what was said until the split, which stays where it was said (``split``), and reads no more of it.
    """
    whole = uow.merges.target(number)
    if person_id in uow.cases.author_ids(whole):
        return whole
    own = next((part for part in _ever_parts(uow, number) if person_id in uow.cases.author_ids(part)), None)
    return whole if own is None else uow.merges.target(own)


def _ever_parts(uow: UnitOfWork, number: int) -> Iterator[int]:
    """The cases that became part of it, also those that were split off since, and their parts: the newest first, each
    once. Of two each may have been part of the other.
    """
    seen, ahead = set[int](), [number]
    while ahead:
        case = ahead.pop()
        if case in seen:
            continue
        seen.add(case)
        if case != number:
            yield case
        ahead += [merge.part for merge in uow.merges.ever(case)]


def split(uow: UnitOfWork, desk: Desk, actor: Actor, number: int) -> Case:
    """Undo a merge: the case stands by itself again, in the stage it was in, with the authors it had.

    Its clock goes on as it was, extension and pause included, and what the guard held is held again, as is what its
    words have become meanwhile while staff have not released it. Where its deputy handed over meanwhile, it is the
    successor's; where it accuses that deputy since, it is for staff to give to somebody.

    What was said meanwhile stays where it was said; what its authors add to it or make of it from then on is said here
    (``theirs_now``). Refused once the other case has been closed for as long as a
    closed case can be reopened, and where nobody is left whose case it would be.
    """
    case = casework.find(uow, actor, number, Permission.CASE_MERGE, lock=True)
    whole_number = uow.merges.into(number)
    if case.outcome is not Outcome.MERGED or whole_number is None:
        parts = uow.merges.parts(number)
        if parts:
            raise Refused("split-which", case=number, parts=Text.lines(*(Text.of("split-part", case=p) for p in parts)))
        raise Refused("split-not-merged", case=number)
    _require_in_time(uow, desk, case)
    _require_somebody_left(uow, number, whole_number)
    stage = uow.merges.undo(number, desk.now)
    merge = _merged(uow, number)
    handed = succession.changes(uow, case, merge.at) if merge is not None else {}
    deputy_id = handed.get("deputy_id", case.deputy_id)
    lost = case.deputy_id is not None and not _can_have(uow, case, whole_number, merge, deputy_id)
    changes: dict[str, Any] = {**casework.as_it_was(merge), **handed}
    if _held_meanwhile(uow, number, whole_number, merge):
        changes["held"] = lost = True
    if lost:
        changes |= {"deputy_id": None, "standing_in_for": None}
    after = casework.advance(
        uow,
        desk,
        actor,
        number,
        SPLITS[OPEN.index(stage)],
        note=f"← #{whole_number}",
        changes=changes,
        rule=RoutingRule.STAFF_QUEUE if lost else RoutingRule.TRANSFERRED if handed else None,
        details={"from": whole_number},
        part=whole_number,
    )
    _refresh_whole(uow, desk, whole_number)
    return after


def _merged(uow: UnitOfWork, number: int) -> JournalEntry | None:
    """How it ended last: by the merge that is undone."""
    merges = [entry for entry in uow.journal.of_case(number) if entry.event == Event.MERGED]
    return merges[-1] if merges else None


def _require_in_time(uow: UnitOfWork, desk: Desk, case: Case) -> None:
    whole = uow.cases.get(uow.merges.target(case.number))
    if whole is None or whole.closed_at is None:
        return
    days = desk.settings.cases.reopen_days
    if desk.now > desk.working_days.limit(whole.closed_at, days):
        raise Refused("split-too-late", case=case.number, into=whole.number, n=days)


def _require_somebody_left(uow: UnitOfWork, number: int, into: int) -> None:
    """Whoever has left the whole has left the part as well."""
    authors = uow.cases.author_ids(number)
    left = authors.left | (authors & uow.cases.author_ids(into).left)
    if not authors - left:
        raise Refused("split-author-left" if left else "author-gone", case=number)


def _held_meanwhile(uow: UnitOfWork, number: int, whole: int, merge: JournalEntry | None) -> bool:
    """Whether the other one is held for what was found in the words of this one since they are one."""
    case = uow.cases.get(whole)
    found = uow.guarded.of_case(number) if case is not None and case.held else ()
    return any(merge is not None and each.since >= merge.at for each in found)


def _can_have(uow: UnitOfWork, case: Case, whole: int, merge: JournalEntry | None, deputy_id: int | None) -> bool:
    """Whether that deputy is there to have the case again: not one whom it accuses since, or what was said in the other
    one while they were one.
    """
    deputy = next((entry for entry in uow.roster.deputies() if entry.id == deputy_id), None)
    if deputy is None:
        return False
    meanwhile = [found for found in uow.guarded.of_case(whole) if merge is not None and found.since >= merge.at]
    whom = {entry for found in meanwhile if found.mark != "false_alarm" for entry in found.accused}
    return deputy.id not in accused.all_of(uow, whom | uow.guarded.accused(case.number))


def _refresh_whole(uow: UnitOfWork, desk: Desk, number: int) -> None:
    """Cards without those who left; and it may be that only these were waited for."""
    whole = uow.cases.get(number)
    if whole is None:
        return
    if whole.open:
        whole = verdicts.decide(uow, desk, SYSTEM, whole)
    standing_cards.refresh(uow, desk, whole)
    deputy = readers.deputy_of(uow, desk, whole)
    if deputy is not None and whole.open:
        text = Text.of("notice-split-whole", case=whole.number, n=len(uow.cases.authors(whole.number)))
        uow.outbox.add(Outgoing(Send.TEXT, deputy.chat_id, language=deputy.language, text=text), desk.now)


def _check_merge(visit: Visit, case: Case, answers: Answers) -> None:
    """Once it is said into which one: whether that can be."""
    if "into" in answers:
        whole = casework.find(visit.uow, visit.actor, answers["into"], Permission.CASE_MERGE)
        _require_mergeable(visit.uow, visit.desk, visit.actor, case, whole)


def _merge(visit: Visit, answers: Answers) -> None:
    case = merge(visit.uow, visit.desk, visit.actor, answers["case"], answers["into"])
    several = len(visit.uow.cases.authors(answers["into"]))
    also = [Button(Text.of("button-split"), data=f"do:split:{case.number}")]
    confirm(visit, case, "done-merged", in_words=True, also=also, into=answers["into"], n=several)


def _split(visit: Visit, answers: Answers) -> None:
    case = split(visit.uow, visit.desk, visit.actor, answers["case"])
    confirm(visit, case, "done-split", in_words=True, n=len(visit.uow.cases.authors(case.number)))


def _check_split(visit: Visit, case: Case) -> None:
    into = visit.uow.merges.into(case.number)
    if into is not None:
        _require_in_time(visit.uow, visit.desk, case)
        _require_somebody_left(visit.uow, case.number, into)


ALSO_CHECKED: Final[Mapping[str, Callable[[Visit, Case], None]]] = {"split": _check_split}
"""See ``counter.ALSO_CHECKED``."""
CHECKED_TOGETHER: Final[Mapping[str, Callable[[Visit, Case, Answers], None]]] = {"merge": _check_merge}
"""See ``counter.CHECKED_TOGETHER``."""
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"merge": _merge, "split": _split}
"""What the commands do; see ``counter.PERFORM``."""
