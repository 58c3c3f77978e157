"""A closed case is not solved, says its author: staff are asked, and take it up again or say why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from liaisonbot import workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import Actor, Case
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import accused, asked, cards, casework, drafts, guarding, lists, readers, relaying
from liaisonbot.services.doing import Answers, confirm, files_of, number_in
from liaisonbot.services.relaying import Files
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import MessageKind
from liaisonbot.workflow import Event


def _ask(visit: Visit, answers: Answers) -> None:
    case = casework.find(visit.uow, visit.actor, answers["case"], Permission.CASE_ASK_AGAIN, lock=True)
    text, files = answers["text"] or None, files_of(visit, answers)
    request(visit, case, text, files, answers.get(drafts.SAID))
    visit.toast()
    visit.say(Text.of("again-thanks", case=case.number), case=case.number)


def can_be_asked(visit: Visit, case: Case) -> bool:
    """Whether its author may ask for it to be taken up again: in time, and not asked already."""
    if workflow.applies(case, Event.REOPEN_ASKED) is None or visit.uow.reopenings.waiting(case.number):
        return False
    return not asked.closed_too_long(visit.desk, case)


def request(
    visit: Visit, case: Case, text: str | None, files: Files | None, said: tuple[int, int] | None = None
) -> None:
    """The author's reason goes to the staff, who decide, and to the deputy. ``said``: the (chat, message) it is in."""
    uow, desk, number = visit.uow, visit.desk, case.number
    if workflow.applies(case, Event.REOPEN_ASKED) is None:
        raise casework.not_from_here(uow, desk, visit.actor, case)
    _check_asking(visit, case)
    uow.reopenings.ask(number, visit.person_id, desk.now)
    origin = {"chat_id": said[0], "message_id": said[1]} if said and files is None else {}
    casework.keep(uow, desk, visit.actor, case, MessageKind.CONVERSATION, text, files=files, **origin)
    case = casework.advance(uow, desk, visit.actor, number, Event.REOPEN_ASKED)
    case = guarding.look_again(visit, case, text)
    _tell(visit, case, text, files)


def _check_asking(visit: Visit, case: Case) -> None:
    """Refuse to ask where it is too late, or where it was asked already and waits."""
    _require_reopenable(visit.uow, visit.desk, case, "again-too-late")
    if visit.uow.reopenings.waiting(case.number):
        raise Refused("again-asked", case=case.number)


def _check_reopening(visit: Visit, case: Case) -> None:
    """Refuse to take up what was closed too long ago, or is nobody's any more."""
    _require_reopenable(visit.uow, visit.desk, case, "reopen-too-late")


def _check_waiting(visit: Visit, case: Case) -> None:
    """Refuse to decide what nobody has asked."""
    if not visit.uow.reopenings.waiting(case.number):
        raise Refused("nothing-asked", case=case.number)


def reopen(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, text: str | Text) -> Case:
    """Take up a closed case again, within ``cases.reopen_days`` working days of its closing. ``text``: why."""
    case = casework.find(uow, actor, number, Permission.CASE_REOPEN)
    _require_reopenable(uow, desk, case, "reopen-too-late")
    changes: dict[str, Any] = {"delivery": None}
    if accused.accuses(uow, case):  # staff give it to somebody else
        changes |= {"deputy_id": None, "standing_in_for": None}
    after = casework.advance(
        uow, desk, actor, number, Event.REOPENED, note=text, body=text, changes=changes, reason=text
    )
    uow.reopenings.settle(number)
    return after


def _require_reopenable(uow: UnitOfWork, desk: Desk, case: Case, too_late: str) -> None:
    """Refuse where nobody is left whose case it is, or its time for reopening has passed."""
    if not uow.cases.authors(case.number):
        raise Refused("author-gone", case=case.number)
    if asked.closed_too_long(desk, case):
        raise Refused(too_late, case=case.number, n=desk.settings.cases.reopen_days)


def _tell(visit: Visit, case: Case, text: str | None, files: Files | None) -> None:
    uow, desk = visit.uow, visit.desk
    deputy = guarding.deputy_to_tell(uow, desk, case)
    staff = readers.staff_for(uow, desk, case)
    for reader in staff:
        card = cards.work_card(uow, desk, case, contact=False)
        heading = Text.lines(Text.of("again-staff", case=case.number), card)
        relaying.words(uow, desk, case, reader, heading, text, rows=decision_rows(case.number))
    told = {reader.chat_id for reader in staff}
    if deputy is not None and deputy.chat_id not in told:
        relaying.words(uow, desk, case, deputy, Text.of("again-deputy", case=case.number), text)
    if files is not None:
        for reader in [*staff, *([deputy] if deputy and deputy.chat_id not in told else [])]:
            relaying.pass_files(uow, desk, case.number, reader, files, text=Text.of("reply-files", case=case.number))


def decision_rows(number: int) -> Rows:
    """One press reopens; keeping it closed asks for the reason."""
    return (
        (
            Button(Text.of("button-reopen-now"), data=f"reopennow:{number}"),
            Button(Text.of("button-keep-closed"), data=f"do:keepclosed:{number}"),
        ),
        (Button(Text.of("button-timeline"), data=f"do:case:{number}"),),
    )


def _reopen_now(visit: Visit, rest: Sequence[str]) -> None:
    """What its author said is the reason."""
    if len(rest) != 1:
        raise Refused("old-button")
    uow, number = visit.uow, number_in(rest[0])
    _check_waiting(visit, casework.find(uow, visit.actor, number, Permission.CASE_REOPEN, lock=True))
    case = reopen(uow, visit.desk, visit.actor, number, Text.of("reopened-on-request"))
    visit.toast(Text.of("done-reopened", case=number))
    visit.renew_buttons(((cards.opening(case.number),),))


def _keep_closed(visit: Visit, answers: Answers) -> None:
    uow, number = visit.uow, answers["case"]
    _check_waiting(visit, casework.find(uow, visit.actor, number, Permission.CASE_REOPEN, lock=True))
    uow.reopenings.settle(number)
    text = answers["text"]
    case = casework.advance(
        uow, visit.desk, visit.actor, number, Event.REOPEN_REFUSED, note=text, body=text, files=files_of(visit, answers)
    )
    confirm(visit, case, "done-kept-closed")


def _list(visit: Visit, answers: Answers) -> None:
    lists.show_list(visit, "reopenings")


ALSO_CHECKED: Final[Mapping[str, Callable[[Visit, Case], None]]] = {
    "again": _check_asking,
    "reopen": _check_reopening,
    "keepclosed": _check_waiting,
}
"""See ``counter.ALSO_CHECKED``."""
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "again": _ask,
    "keepclosed": _keep_closed,
    "reopenings": _list,
}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"reopennow": _reopen_now}
