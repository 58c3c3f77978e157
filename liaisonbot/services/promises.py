"""What was promised, and whether it was kept: the deputy's early word, the check of delivery, its photo, the ledger's
pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from liaisonbot import workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.incoming import IncomingMessage
from liaisonbot.limits import Part
from liaisonbot.model import SYSTEM, Author, Case, DeliveryCheck, Pledge
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission, may, may_for_case
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    accused,
    asked,
    cards,
    casework,
    guarding,
    paging,
    quiet,
    reaching,
    readers,
    relaying,
    standing_cards,
    verdicts,
    voices,
)
from liaisonbot.services.asked import Asked
from liaisonbot.services.doing import Answers, confirm, files_of
from liaisonbot.services.readers import Reader
from liaisonbot.services.relaying import Files
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Delivery, MessageKind, PledgeState, Stage
from liaisonbot.workflow import Event

CHECK_HOUR: Final = 9
"""Local hour from which the check of delivery is asked on its day."""
PHOTO_WITHIN: Final = timedelta(hours=24)
"""So long after an answer a photo belongs to it."""
WORDS_WITHIN: Final = timedelta(minutes=10)
"""So long after an answer words belong to it, too."""
PICTURES: Final = frozenset({"photo", "video", "animation", "document", "voice", "video_note"})
PAGE: Final = 5
"""Promises on a page: each takes two lines and two buttons."""
AT_ONCE: Final = 100


# --- the deputy's early word
# ----------------------------------------------------------------------------------------


def done(visit: Visit, answers: Answers) -> None:
    """It is done, says the deputy: every author is asked at once, unless its day has come and they were."""
    uow, desk, number = visit.uow, visit.desk, answers["case"]
    case = casework.find(uow, visit.actor, number, Permission.CASE_REPORT_DONE)
    waiting = uow.promises.open_of(number)
    if case.promise_date is None and workflow.step(case.stage, Event.REPORTED_DONE):
        raise Refused("nothing-promised", case=number)
    if waiting is not None and waiting.asked_at is not None and waiting.reported_at is not None:
        raise Refused("check-under-way", case=number, at=waiting.asked_at)
    words, files = answers.get("text"), files_of(visit, answers)
    case = casework.advance(uow, desk, visit.actor, number, Event.REPORTED_DONE, note=words)
    if words or files is not None:
        casework.keep(uow, desk, visit.actor, case, MessageKind.MEDIATION, words, files=files)
    pledge = uow.promises.open_of(number)
    if pledge is not None:
        uow.promises.reported(pledge.id, desk.now)
        standing_cards.refresh_work_cards(uow, desk, case, before=case)
    if pledge is not None and pledge.asked_at is None:
        ask(uow, desk, case, pledge, "ask-delivery-early", body=words, files=files)
    confirm(visit, case, "done-reported")


def ask(
    uow: UnitOfWork,
    desk: Desk,
    case: Case,
    pledge: Pledge,
    question: str,
    *,
    body: str | None = None,
    files: Files | None = None,
) -> None:
    """The check of delivery to every author, in nobody's quiet hours."""
    for author in uow.cases.authors(case.number):
        _ask(uow, desk, case, author, pledge, question, body=body)
        if files is not None:
            heading = Text.of("reply-files", case=case.number)
            reaching.to_author(uow, desk, case, author, heading, files=files, purpose="relay")
    uow.promises.asked(pledge.id, desk.now)


def ask_also(uow: UnitOfWork, desk: Desk, case: Case, author: Author) -> None:
    """Who becomes an author while the others are asked is waited for as well, and so is asked as well."""
    pledge = uow.promises.open_of(case.number) if asked.of_case(uow, case) is Asked.CHECK else None
    if pledge is not None:
        _ask(uow, desk, case, author, pledge, "ask-delivery")


def _ask(
    uow: UnitOfWork, desk: Desk, case: Case, author: Author, pledge: Pledge, question: str, body: str | None = None
) -> None:
    text = Text(question, {"case": case.number, "deputy": cards.deputy_name(uow, case), "date": pledge.day})
    later: dict[str, Any] = {"not_before": quiet.until(desk)}
    reaching.to_author(uow, desk, case, author, text, rows=cards.check_rows(case), body=body, **later)


# --- the check of delivery
# ------------------------------------------------------------------------------------------


def answer(visit: Visit, number: int, level: Delivery, *, reply: int) -> None:
    """An author says how it is with what that reply promised. Who is not content moves the case at once; what another
    author says later is passed on. Where all are content, the last of them moves it.
    """
    uow, desk = visit.uow, visit.desk
    case = casework.find(uow, visit.actor, number, Permission.CASE_RATE)
    verdicts.require_newest(case, reply)
    pledge = uow.promises.latest_of(number)
    late = workflow.applies(case, Event.FIXED) is None
    if late:
        _refuse_unless_open_for(visit, case, pledge)
    uow.promises.keep_check(number, voices.one(uow, visit.actor, case), pledge.id if pledge else None, level, desk.now)
    if late:
        _tell_office(uow, desk, case, Text.of("check-late", case=number, result=_result(level)))
    else:
        after = verdicts.check(uow, desk, visit.actor, number, level)
        if after.stage is Stage.FOLLOW_UP:
            visit.say(Text.of("rated-others-waited-for", case=number), case=number)
    visit.toast(Text.of("toast-checked"))
    if visit.place.private:
        visit.say(Text.of("check-photo", case=number), case=number)


def _refuse_unless_open_for(visit: Visit, case: Case, pledge: Pledge | None) -> None:
    """Somebody else has answered the check: this author may still say how they see it, once and for a while."""
    window = visit.desk.limit(Part.RATING, case.category)
    asked = pledge.asked_at if pledge is not None and pledge.ended_at is not None else None
    if pledge is None or asked is None or visit.desk.now > window.ends(visit.desk.working_days, asked):
        raise casework.not_from_here(visit.uow, visit.desk, visit.actor, case)
    whose = voices.one(visit.uow, visit.actor, case)
    if visit.uow.promises.checked_by(case.number, whose, asked) is not None:
        raise Refused("check-answered", case=case.number)
    others = visit.uow.cases.author_ids(case.number) - {whose}
    if not any(visit.uow.promises.checked_by(case.number, other, asked) for other in others):
        raise casework.not_from_here(visit.uow, visit.desk, visit.actor, case)


def _result(level: Delivery) -> Text:
    return Text.of(f"button-check-{int(level)}")


def _tell_office(uow: UnitOfWork, desk: Desk, case: Case, text: Text) -> None:
    for reader in _office(uow, desk, case):
        relaying.words(uow, desk, case, reader, text, None, purpose="notice")


def _office(uow: UnitOfWork, desk: Desk, case: Case) -> list[Reader]:
    """The deputy of the case and the staff of its station, each once."""
    deputy = guarding.deputy_to_tell(uow, desk, case)
    both = [*([deputy] if deputy else []), *readers.staff_for(uow, desk, case)]
    return list({reader.chat_id: reader for reader in both}.values())


def take_photo(visit: Visit, message: IncomingMessage, about: int | None) -> bool:
    """Whether the message is the photo for the check its sender answered; then it is kept there and passed on.

    ``about``: the case whose message it answers, if any. Only the first one counts; what comes then is talk again.
    """
    check = photo_for(visit, message)
    case = visit.uow.cases.get(check.case) if check is not None and about in (None, check.case) else None
    if check is None or case is None or visit.person_id not in visit.uow.cases.author_ids(case.number):
        return False
    if take_more(visit, message, check):
        visit.say(Text.of("check-photo-kept", case=case.number), case=case.number)
    return True


def photo_for(visit: Visit, message: IncomingMessage) -> DeliveryCheck | None:
    """The check of delivery for which that message is the photo."""
    if not message.attachments or not visit.place.private or message.attachments[0].kind not in PICTURES:
        return None
    return visit.uow.promises.check_without_photo(visit.person_id, visit.desk.now - PHOTO_WITHIN)


def take_more(visit: Visit, message: IncomingMessage, check: DeliveryCheck) -> bool:
    """Keep what is said or shown about an answer to the check, for deputy and staff. Whether it is new."""
    uow, desk, files = visit.uow, visit.desk, Files.of(message)
    case = uow.cases.get(check.case)
    if case is None:
        return False
    origin = {} if files else {"chat_id": message.place.chat_id, "message_id": message.message_id}
    row = casework.keep(uow, desk, visit.actor, case, MessageKind.CONVERSATION, message.text, files=files, **origin)
    if row is None:
        return False
    case = guarding.look_again(visit, case, message.text)
    heading = Text.of(
        "check-photo-passed" if files else "check-words-passed", case=case.number, result=_result(check.result)
    )
    if files is not None and message.attachments[0].kind in PICTURES and check.message is None:
        uow.promises.add_photo(check.id, row)
    for reader in _office(uow, desk, case):
        if files is None:
            relaying.words(uow, desk, case, reader, heading, message.text, message=row)
        else:
            relaying.pass_files(uow, desk, case.number, reader, files, text=heading, body=message.text, message=row)
    return True


# --- what the clock does
# --------------------------------------------------------------------------------------------


def ask_for_delivery(uow: UnitOfWork, desk: Desk) -> int:
    """On the promised day every author is asked whether it was really done, rated or not."""
    local = desk.now.astimezone(desk.timezone)
    if quiet.until(desk) is not None:
        return 0
    until = desk.today if local.hour >= CHECK_HOUR else desk.today - timedelta(days=1)
    waiting = uow.promises.to_ask(until, AT_ONCE)
    for pledge in waiting:
        case = uow.cases.get(pledge.case)
        if case is None:
            continue
        if case.stage is Stage.REPLY:
            case = casework.advance(uow, desk, SYSTEM, case.number, Event.UNRATED)
        ask(uow, desk, case, pledge, "ask-delivery")
    return len(waiting)


def close_unchecked(uow: UnitOfWork, desk: Desk) -> int:
    """The window to answer the check is over: closed as unconfirmed, unless some authors said that it is fixed."""
    count, after = 0, 0
    while page := uow.promises.asked_before(desk.now, after, AT_ONCE):
        for pledge in page:
            case = uow.cases.get(pledge.case)
            if case is not None and desk.now > answer_by(desk, case, pledge):
                verdicts.window_over(uow, desk, case)
                count += 1
        if count >= AT_ONCE:
            break
        after = page[-1].id
    return count


def answer_by(desk: Desk, case: Case, pledge: Pledge) -> datetime:
    """Until when the check can be answered: an early word does not shorten what was promised."""
    asked = pledge.asked_at or desk.now
    start = max(asked, desk.working_days.end_of(pledge.day) - timedelta(seconds=1))
    return desk.limit(Part.RATING, case.category).ends(desk.working_days, start)


STEPS: Final = (ask_for_delivery, close_unchecked)


# --- the ledger's pages
# ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _View:
    """Whose promises, in which state, from which line on."""

    state: PledgeState
    deputy_id: int | None
    station_ids: frozenset[int] | None
    by_deputy: bool
    """Whoever looks may choose a deputy."""
    offset: int = 0

    @property
    def whose(self) -> dict[str, Any]:
        return {"deputy_id": self.deputy_id, "station_ids": self.station_ids}

    def data(self, state: PledgeState | None = None) -> str:
        """What a button says of it, or of the same in another state; the line stands behind."""
        return f"promises:{state or self.state}:{self.deputy_id or 0}"


def promises(visit: Visit, answers: Answers) -> None:
    """The ledger: what is overdue first, else what is due."""
    view = _view(visit, PledgeState.OVERDUE, 0, 0)
    counts = visit.uow.promises.counts(visit.desk.today, **view.whose)
    if not counts[PledgeState.OVERDUE]:
        view = _view(visit, PledgeState.DUE, 0, 0)
    visit.toast()
    _show(visit, view)


def _view(visit: Visit, state: PledgeState, deputy_id: int, offset: int) -> _View:
    """A deputy sees their own; staff those of their stations, an owner all, of one deputy if they like."""
    actor = visit.actor
    if not may(actor, Permission.PROMISES_READ):
        raise NotFound("unknown-command")
    if actor.owner:
        return _View(state, deputy_id or None, None, True, offset)
    if actor.staff is not None:
        return _View(state, deputy_id or None, actor.staff.station_ids, True, offset)
    return _View(state, actor.deputy.id if actor.deputy else -1, None, False, offset)


def _show(visit: Visit, view: _View) -> None:
    uow, today = visit.uow, visit.desk.today
    found, total = accused.page(
        uow,
        visit.actor,
        lambda at, most: uow.promises.page(view.state, today, **view.whose, offset=at, limit=most),
        lambda pledge: pledge.case,
        offset=view.offset,
        limit=PAGE,
    )
    counts = uow.promises.counts(today, **view.whose)
    entry = uow.roster.get(view.deputy_id) if view.by_deputy and view.deputy_id is not None else None
    last = view.offset + len(found)
    text = Text.lines(
        Text.of("promises-heading", state=Text.of(f"promises-{view.state}"), n=total),
        Text.of("promises-of", deputy=entry.name) if entry else None,
        *[_line(visit, pledge) for pledge in found],
        Text.of(f"promises-none-{view.state}") if not found else None,
        Text.of("page", first=view.offset + 1, last=last, total=total) if total > PAGE else None,
    )
    rows = (
        *[_buttons(visit, pledge) for pledge in found],
        *paging.turns(view.data(), view.offset, PAGE, total),
        *_filters(view, counts),
    )
    visit.show(text, rows=rows)


def _line(visit: Visit, pledge: Pledge) -> Text:
    uow, today = visit.uow, visit.desk.today
    case = uow.cases.get(pledge.case)
    ahead = (pledge.day - today).days
    if pledge.ending is not None:
        state = Text.of(f"pledge-ended-{pledge.ending}", date=pledge.ended_on)
    elif pledge.asked_at is not None:
        state = Text.of("pledge-asked")
    elif ahead < 0:
        state = Text.of("pledge-late", n=-ahead)
    else:
        state = Text.of("pledge-ahead", n=ahead) if ahead else Text.of("pledge-today")
    return Text.of(
        "list-promise",
        case=pledge.case,
        date=pledge.day,
        deputy=cards.deputy_name(uow, case) if case else "",
        state=state,
        moved=Text.of("pledge-moved", date=pledge.first_day, n=pledge.moves) if pledge.moves else "",
        text=cards.excerpt(case, 30) if case else "",
    )


_OFFERED: Final = ("done", "urge", "reopen")
"""Of what one may do with the case now, the first of these stands in the list; everything else on its card."""


def _buttons(visit: Visit, pledge: Pledge) -> tuple[Button, ...]:
    uow = visit.uow
    number = pledge.case
    case = uow.cases.get(number)
    opened = Button(Text.of("button-open-case", case=number), data=f"do:case:{number}")
    if case is None:
        return (opened,)
    authors = uow.cases.author_ids(number)
    possible = {
        button.command: Button(Text.of(button.label), data=f"do:{button.command}:{number}")
        for button, step in workflow.buttons_for(case)
        if may_for_case(visit.actor, step.needs, case, authors)
        and not (button.command == "done" and pledge.reported_at is not None)
    }
    return (opened, *[possible[name] for name in _OFFERED if name in possible][:1])


def _filters(view: _View, counts: Mapping[PledgeState, int]) -> Rows:
    buttons = [
        Button(Text.of(f"button-promises-{state}", n=counts[state]), data=f"{view.data(state)}:0")
        for state in PledgeState
        if state is not view.state
    ]
    if view.by_deputy:
        buttons.append(Button(Text.of("button-promises-by-deputy"), data="holders"))
    return cards.in_pairs(buttons)


def _press(visit: Visit, rest: Sequence[str]) -> None:
    pressed = _VIEW.fullmatch(":".join(rest))
    if pressed is None:
        raise Refused("old-button")
    state, deputy_id, offset = pressed.groups()
    visit.toast()
    _show(visit, _view(visit, PledgeState(state), int(deputy_id), int(offset)))


_VIEW: Final = re.compile(rf"({'|'.join(PledgeState)}):([0-9]{{1,9}}):([0-9]{{1,6}})")


def _holders(visit: Visit, rest: Sequence[str]) -> None:
    """Who has promises that wait, the most overdue first."""
    view = _view(visit, PledgeState.DUE, 0, 0)
    if not view.by_deputy:
        raise Refused("old-button")
    visit.toast()
    found = visit.uow.promises.holders(visit.desk.today, view.station_ids)[:20]
    rows = []
    for deputy_id, waiting, late in found:
        entry = visit.uow.roster.get(deputy_id)
        label = Text.of("choice-holder", name=entry.name if entry else "", n=waiting, late=late)
        state = PledgeState.OVERDUE if late else PledgeState.DUE
        rows.append((Button(label, data=f"promises:{state}:{deputy_id}:0"),))
    everybody = (Button(Text.of("button-promises-all"), data=f"{view.data()}:0"),)
    visit.show(Text.of("promises-holders") if rows else Text.of("promises-none-due"), rows=(*rows, everybody))


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"done": done, "promises": promises}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"promises": _press, "holders": _holders}
