"""The one table of stages: what can happen to a case, who may do it, what becomes of the case, who is told.

Read it from top to bottom; to change what can happen, change a row. The buttons on the cards, the diagram in
``docs/workflow.md``, the refusals and the property tests are all made from it. Every pair (stage, event) that has no
row is refused with a sentence.

Reasons for the less obvious rows:

- A rating after a class B reply does not close the case: what was promised is still to be done. The case waits in
  *follow-up* until the constituent says that it is fixed.
- Whoever does not rate such a reply lets nobody off: the case goes to *follow-up* all the same (``UNRATED``), and the
  check of delivery is asked on its day.
- ``FELL_SILENT`` is the clock's: no rating came within the window, or nobody answered the check of delivery.
- Only a case that was answered can be closed by the office. Before that it can be declined, with the reason and the
  right channel (北京 接诉即办 §11, 潍坊 §19).
- While the guard holds a case nobody can give it to a deputy: the events of ``NOT_WHILE_HELD`` wait for staff.
- The rungs of the ladder tell nobody by themselves: ``services/ladder.py`` does, when it is not quiet.
- Notes, conversation, sorting and a change of deputy leave the stage as it is.
- Whoever withdrew, declined or closed a case by a slip takes that back within minutes (``TAKEN_BACK``): it stands where
  it stood. Later it is reopened, which leads to mediation.
- A case that was merged goes on in another one; it is split off, not reopened. A split undoes the merge, so it leads
  back to where the case was.
- Where a case has several authors, each rates and answers the check of delivery by themselves. ``RATED`` and
  ``CHECKED`` are theirs who are content while others have not answered; who is not, sends it back at once
  (docs/decisions/0018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from liaisonbot.model import Case
from liaisonbot.permissions import Permission as P
from liaisonbot.vocabulary import Outcome as O
from liaisonbot.vocabulary import Stage as S


class Event(StrEnum):
    """What can happen to a case."""

    OPENED = "opened"
    ENTERED = "entered"
    """Opened by deputy or staff for somebody without Telegram (代录)."""
    ROUTED = "routed"
    """The constituent chose the station or the deputy."""
    ACCEPTED = "accepted"
    MEDIATED = "mediated"
    ANSWERED = "answered"
    DECLINED = "declined"
    PARTY_NAMED = "party_named"
    """The other side of a dispute has a name."""
    CONSENT_ASKED = "consent_asked"
    CONSENTED = "consented"
    """A constituent agrees to the mediation of their dispute."""
    CONSENT_REFUSED = "consent_refused"
    OTHER_CONSENTED = "other_consented"
    """The office notes what the other side said."""
    OTHER_REFUSED = "other_refused"
    SESSION_HELD = "session_held"
    """Both sides of a dispute sat down together."""
    AGREED = "agreed"
    """Both sides of a dispute made a written agreement."""
    ASSIGNED = "assigned"
    TRANSFERRED = "transferred"
    RATED_WELL = "rated_well"
    PROMISE_RATED_WELL = "promise_rated_well"
    RATED_BADLY = "rated_badly"
    FELL_SILENT = "fell_silent"
    UNRATED = "unrated"
    """Nobody rated a reply that promises, and its day has come or the window has passed: the check of delivery asks."""
    RESCHEDULED = "rescheduled"
    REPORTED_DONE = "reported_done"
    """The deputy says before the day that it is done: the check goes out at once."""
    FIXED = "fixed"
    NOT_FIXED = "not_fixed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    """It became part of another case, whose the authors are from now on."""
    JOINED = "joined"
    """Another case became part of this one: its authors are here, too."""
    SPLIT_TO_COLLECTION = "split_to_collection"
    """A merge was undone: the case stands by itself again, in the stage it was in."""
    SPLIT_TO_MEDIATION = "split_to_mediation"
    SPLIT_TO_REPLY = "split_to_reply"
    SPLIT_TO_FOLLOW_UP = "split_to_follow_up"
    TAKEN_BACK_TO_COLLECTION = "taken_back_to_collection"
    """Whoever ended the case a moment ago takes that back: it is where it was."""
    TAKEN_BACK_TO_MEDIATION = "taken_back_to_mediation"
    TAKEN_BACK_TO_REPLY = "taken_back_to_reply"
    TAKEN_BACK_TO_FOLLOW_UP = "taken_back_to_follow_up"
    LEFT = "left"
    """One of several authors withdrew; the case goes on for the others."""
    RATED = "rated"
    """One of several authors rated, and others are still waited for."""
    CHECKED = "checked"
    """One of several authors said that it is fixed, and others are still waited for."""
    REOPENED = "reopened"
    HANDED = "handed"
    """To one or several handling units, with a date (交办)."""
    RETURNED = "returned"
    """A unit says that it is not its business (退回)."""
    CORRECTED = "corrected"
    """The words of the newest reply were put right; it is the same reply."""
    RATED_ANEW = "rated_anew"
    """A rating was changed after a correction."""
    REOPEN_ASKED = "reopen_asked"
    """Its author says that a closed case is not solved; staff decide."""
    REOPEN_REFUSED = "reopen_refused"
    TAKEN_OFF = "taken_off"
    """What its author said turned out to be about something else, and is a case of its own."""
    EXPLAINED = "explained"
    """Somebody dissatisfied said why."""
    URGED = "urged"
    """Staff chased the deputy; each time is on record (催办)."""
    SORTED = "sorted"
    """Category, kind or tags were changed by somebody."""
    GUARDED = "guarded"
    """The guard found something in it, or somebody in its place; the case goes its way."""
    HELD = "held"
    """The same, and no deputy gets it before staff release it."""
    RELEASED = "released"
    REDIRECTED = "redirected"
    """Staff sent the constituent to the right channel."""
    FALSE_ALARM = "false_alarm"
    ASKED = "asked"
    """The deputy asked the constituent for details; the clock stands still."""
    RESUMED = "resumed"
    """The clock goes on: the details came, or are not waited for any longer."""
    EXTENDED = "extended"
    CHASED = "chased"
    """The constituent asked where it is (催一下)."""
    REMINDED = "reminded"
    PRESSED = "pressed"
    SUPERVISED = "supervised"
    KEY_SUPERVISED = "key_supervised"
    """The rungs of the ladder that the clock climbs with what is overdue, see ``data/ladder.toml``."""


class Audience(StrEnum):
    """Who can be told."""

    AUTHORS = "authors"
    DEPUTY = "deputy"
    FORMER_DEPUTY = "former_deputy"
    STAFF = "staff"


class Keyboard(StrEnum):
    """Which buttons stand below a notice."""

    NONE = "none"
    CASE = "case"
    """What the reader may do with the case now."""
    RATING = "rating"
    CHECK = "check"
    REOPEN = "reopen"
    """Not solved: ask for the case to be reopened."""
    REASONS = "reasons"
    """Why not satisfied."""
    ANSWER = "answer"
    """None: the reply box opens, so that what is written next is the answer."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence owed to one audience. ``media``: the case's first words and files go along."""

    to: Audience
    text: str
    keyboard: Keyboard = Keyboard.NONE
    card: bool = False
    """The case's card stands below the sentence."""


@dataclass(frozen=True, slots=True)
class Step:
    """A row. ``outcome`` stands exactly where the case becomes closed; one that is closed already keeps its own."""

    when: S | None
    on: Event
    becomes: S
    needs: P
    tells: tuple[Notice, ...] = ()
    outcome: O | None = None
    promised: bool = False
    """Only where a date was promised: a reply of class B."""
    held: bool = False
    """Only while the guard holds the case."""
    guarded: bool = False
    """Only where the guard found something."""
    disputed: bool = False
    """Only for a case of the kind *dispute*."""
    merged: bool | None = None
    """Only for a case that was merged into another (or, False, for none of these)."""
    paused: bool = False
    """Only while the clock stands still."""
    undoes: bool = False
    """Only for whoever ended the case, and shortly after; see ``services/taking_back.py``."""


E = Event
_A, _D, _F, _ST = Audience.AUTHORS, Audience.DEPUTY, Audience.FORMER_DEPUTY, Audience.STAFF

new_for_deputy = Notice(_D, "notice-new-case", Keyboard.CASE, card=True)
accepted = Notice(_A, "notice-accepted")
progress = Notice(_A, "notice-mediated")
answer = Notice(_A, "notice-reply", Keyboard.RATING)
declined = Notice(_A, "notice-declined", Keyboard.REOPEN)
thanks = Notice(_A, "notice-resolved", Keyboard.REOPEN)
promise_noted = Notice(_A, "notice-promise")
not_done = Notice(_A, "notice-not-done")
sorry_why = Notice(_A, "notice-back-why", Keyboard.REASONS)
closed_by_office = Notice(_A, "notice-closed", Keyboard.REOPEN)
silent = Notice(_A, "notice-silent", Keyboard.REOPEN)
withdrawn = Notice(_A, "notice-withdrawn")
date_moved = Notice(_A, "notice-rescheduled")
reopened = Notice(_A, "notice-reopened")
reopen_refused = Notice(_A, "notice-reopen-refused")
staff_reopened = Notice(_ST, "notice-reopened-staff")
new_deputy = Notice(_A, "notice-new-deputy")
unassigned = Notice(_A, "notice-unassigned")
case_left = Notice(_F, "notice-left-you")
corrected = Notice(_A, "notice-corrected")
deputy_rated_anew = Notice(_D, "notice-rated-anew", Keyboard.CASE)
deputy_rated = Notice(_D, "notice-rated", Keyboard.CASE)
deputy_closed = Notice(_D, "notice-closed-deputy")
deputy_back = Notice(_D, "notice-back-deputy", Keyboard.CASE, card=True)
deputy_not_done = Notice(_D, "notice-not-done-deputy", Keyboard.CASE, card=True)
deputy_reopened = Notice(_D, "notice-reopened-deputy", Keyboard.CASE, card=True)
deputy_withdrawn = Notice(_D, "notice-withdrawn-deputy")
handed = Notice(_A, "notice-handed")
deputy_handed = Notice(_D, "notice-handed-deputy", Keyboard.CASE)
deputy_returned = Notice(_D, "notice-returned", Keyboard.CASE)
staff_returned = Notice(_ST, "notice-returned", Keyboard.CASE)
urged = Notice(_D, "notice-urged", Keyboard.CASE, card=True)
merged = Notice(_A, "notice-merged")
joined = Notice(_D, "notice-joined", Keyboard.CASE)
taken_back = Notice(_A, "notice-taken-back")
deputy_taken_back = Notice(_D, "notice-taken-back-deputy", Keyboard.CASE)
split = Notice(_A, "notice-split")
deputy_split = Notice(_D, "notice-split-deputy", Keyboard.CASE, card=True)
deputy_left = Notice(_D, "notice-author-left", Keyboard.CASE)
deputy_taken_off = Notice(_D, "notice-taken-off", Keyboard.CASE)
staff_back = Notice(_ST, "notice-back-staff", Keyboard.CASE)
staff_not_done = Notice(_ST, "notice-not-done-staff", Keyboard.CASE)
held_for_staff = Notice(_ST, "notice-held", Keyboard.CASE, card=True)
redirected = Notice(_A, "notice-redirected")
staff_queue = Notice(_ST, "notice-queue", Keyboard.CASE, card=True)

question = Notice(_A, "notice-asked", Keyboard.ANSWER)
extended = Notice(_A, "notice-extended")
deputy_extended = Notice(_D, "notice-extended-deputy", Keyboard.CASE)

RUNGS: Final = (E.REMINDED, E.PRESSED, E.SUPERVISED, E.KEY_SUPERVISED)
DISPUTE: Final = "dispute"
"""The kind of case (纠纷) that is mediated between two sides."""
ON_THE_CLOCK: Final = (S.COLLECTION, S.MEDIATION)
"""The stages whose limit is the deputy's."""
OPEN: Final = (S.COLLECTION, S.MEDIATION, S.REPLY, S.FOLLOW_UP)
ANSWERED: Final = (S.REPLY, S.FOLLOW_UP, S.CLOSED)
"""Where the newest reply stands, unless the case ended without one."""

CONSENT: Final = {
    E.PARTY_NAMED: P.CASE_MEDIATE_DISPUTE,
    E.CONSENT_ASKED: P.CASE_MEDIATE_DISPUTE,
    E.OTHER_CONSENTED: P.CASE_MEDIATE_DISPUTE,
    E.OTHER_REFUSED: P.CASE_MEDIATE_DISPUTE,
    E.CONSENTED: P.CASE_WRITE,
    E.CONSENT_REFUSED: P.CASE_WRITE,
}
"""What becomes of a dispute before it is mediated, with the right it needs: a constituent says for themselves."""

SPLITS: Final = (E.SPLIT_TO_COLLECTION, E.SPLIT_TO_MEDIATION, E.SPLIT_TO_REPLY, E.SPLIT_TO_FOLLOW_UP)
"""By the stage a split leads back to, in the order of ``OPEN``."""

TAKEN_BACK: Final = (
    E.TAKEN_BACK_TO_COLLECTION,
    E.TAKEN_BACK_TO_MEDIATION,
    E.TAKEN_BACK_TO_REPLY,
    E.TAKEN_BACK_TO_FOLLOW_UP,
)
"""The same for an end that was a slip."""

STEPS: Final[tuple[Step, ...]] = (
    # when in        on                    becomes        needs                  and tells
    Step(None, E.OPENED, S.COLLECTION, P.CASE_OPEN),
    Step(None, E.ENTERED, S.COLLECTION, P.CASE_ENTER),
    Step(S.COLLECTION, E.ROUTED, S.COLLECTION, P.CASE_CHOOSE, (new_for_deputy, case_left)),
    Step(S.COLLECTION, E.ACCEPTED, S.MEDIATION, P.CASE_ACCEPT, (accepted,)),
    Step(S.COLLECTION, E.ANSWERED, S.REPLY, P.CASE_ANSWER, (answer,)),
    Step(S.COLLECTION, E.DECLINED, S.CLOSED, P.CASE_DECLINE, (declined,), O.DECLINED),
    Step(S.MEDIATION, E.MEDIATED, S.MEDIATION, P.CASE_MEDIATE, (progress,)),
    Step(S.MEDIATION, E.HANDED, S.MEDIATION, P.CASE_HAND, (handed, deputy_handed)),
    Step(S.MEDIATION, E.RETURNED, S.MEDIATION, P.CASE_HAND, (deputy_returned, staff_returned)),
    Step(S.MEDIATION, E.ANSWERED, S.REPLY, P.CASE_ANSWER, (answer,)),
    Step(S.REPLY, E.RATED_WELL, S.CLOSED, P.CASE_RATE, (thanks, deputy_closed), O.RESOLVED),
    Step(S.REPLY, E.PROMISE_RATED_WELL, S.FOLLOW_UP, P.CASE_RATE, (promise_noted, deputy_rated)),
    Step(S.REPLY, E.RATED_BADLY, S.MEDIATION, P.CASE_RATE, (sorry_why, deputy_back, staff_back)),
    Step(S.REPLY, E.RESCHEDULED, S.REPLY, P.CASE_RESCHEDULE, (date_moved,), promised=True),
    Step(S.REPLY, E.UNRATED, S.FOLLOW_UP, P.CASE_EXPIRE, promised=True),
    Step(S.REPLY, E.REPORTED_DONE, S.FOLLOW_UP, P.CASE_REPORT_DONE, promised=True),
    Step(S.REPLY, E.FELL_SILENT, S.CLOSED, P.CASE_EXPIRE, (silent, deputy_closed), O.UNCONFIRMED),
    Step(S.REPLY, E.CLOSED, S.CLOSED, P.CASE_CLOSE, (closed_by_office, deputy_closed), O.UNCONFIRMED),
    Step(S.FOLLOW_UP, E.RESCHEDULED, S.FOLLOW_UP, P.CASE_RESCHEDULE, (date_moved,), promised=True),
    Step(S.FOLLOW_UP, E.REPORTED_DONE, S.FOLLOW_UP, P.CASE_REPORT_DONE, promised=True),
    Step(S.FOLLOW_UP, E.FIXED, S.CLOSED, P.CASE_RATE, (thanks, deputy_closed), O.RESOLVED),
    Step(S.FOLLOW_UP, E.NOT_FIXED, S.MEDIATION, P.CASE_RATE, (not_done, deputy_not_done, staff_not_done)),
    Step(S.FOLLOW_UP, E.FELL_SILENT, S.CLOSED, P.CASE_EXPIRE, (silent, deputy_closed), O.UNCONFIRMED),
    Step(S.FOLLOW_UP, E.CLOSED, S.CLOSED, P.CASE_CLOSE, (closed_by_office, deputy_closed), O.UNCONFIRMED),
    *(Step(stage, E.CORRECTED, stage, P.CASE_CORRECT, (corrected,)) for stage in ANSWERED),
    Step(S.FOLLOW_UP, E.RATED_ANEW, S.FOLLOW_UP, P.CASE_RATE, (deputy_rated_anew,)),
    Step(S.FOLLOW_UP, E.RATED_BADLY, S.MEDIATION, P.CASE_RATE, (sorry_why, deputy_back, staff_back)),
    *(Step(stage, E.EXPLAINED, stage, P.CASE_RATE) for stage in (S.MEDIATION, S.REPLY, S.FOLLOW_UP)),
    *(Step(stage, E.TAKEN_OFF, stage, P.CASE_WRITE, (deputy_taken_off,)) for stage in S),
    Step(S.CLOSED, E.RATED_ANEW, S.CLOSED, P.CASE_RATE, (deputy_rated_anew,)),
    Step(S.REPLY, E.RATED, S.REPLY, P.CASE_RATE),
    Step(S.FOLLOW_UP, E.CHECKED, S.FOLLOW_UP, P.CASE_RATE),
    Step(S.CLOSED, E.REOPENED, S.MEDIATION, P.CASE_REOPEN, (reopened, deputy_reopened, staff_reopened), merged=False),
    Step(S.CLOSED, E.REOPEN_ASKED, S.CLOSED, P.CASE_ASK_AGAIN, merged=False),
    Step(S.CLOSED, E.REOPEN_REFUSED, S.CLOSED, P.CASE_REOPEN, (reopen_refused,), merged=False),
    *(
        Step(S.CLOSED, event, stage, P.CASE_MERGE, (split, deputy_split), merged=True)
        for event, stage in zip(SPLITS, OPEN, strict=True)
    ),
    *(
        Step(S.CLOSED, event, stage, P.CASE_TAKE_BACK, (taken_back, deputy_taken_back), undoes=True, merged=False)
        for event, stage in zip(TAKEN_BACK, OPEN, strict=True)
    ),
    *(Step(stage, E.ASSIGNED, stage, P.CASE_ASSIGN, (new_deputy, new_for_deputy, case_left)) for stage in OPEN),
    *(Step(stage, E.TRANSFERRED, stage, P.CASE_TRANSFER, (new_deputy, new_for_deputy, case_left)) for stage in OPEN),
    *(Step(stage, E.URGED, stage, P.CASE_URGE, (urged,)) for stage in OPEN),
    *(
        Step(stage, event, stage, P.CASE_MEDIATE_DISPUTE, disputed=True)
        for event in (E.SESSION_HELD, E.AGREED)
        for stage in (S.MEDIATION, S.REPLY, S.FOLLOW_UP)
    ),
    *(Step(stage, event, stage, needs, disputed=True) for event, needs in CONSENT.items() for stage in OPEN),
    *(Step(stage, E.SORTED, stage, P.CASE_SORT) for stage in OPEN),
    *(Step(stage, E.GUARDED, stage, P.CASE_HOLD) for stage in S),
    *(Step(stage, E.HELD, stage, P.CASE_HOLD, (held_for_staff, case_left)) for stage in OPEN),
    *(Step(stage, E.RELEASED, stage, P.CASE_RELEASE, (new_deputy, new_for_deputy), held=True) for stage in OPEN),
    Step(S.COLLECTION, E.REDIRECTED, S.CLOSED, P.CASE_RELEASE, (redirected,), O.DECLINED, held=True),
    *(Step(stage, E.FALSE_ALARM, stage, P.CASE_RELEASE, guarded=True) for stage in S),
    *(Step(stage, E.ASKED, stage, P.CASE_ASK, (question,)) for stage in ON_THE_CLOCK),
    *(Step(stage, E.RESUMED, stage, P.CASE_RESUME, paused=True) for stage in ON_THE_CLOCK),
    *(Step(stage, E.EXTENDED, stage, P.CASE_EXTEND, (extended, deputy_extended)) for stage in ON_THE_CLOCK),
    *(Step(stage, E.CHASED, stage, P.CASE_CHASE) for stage in (*ON_THE_CLOCK, S.FOLLOW_UP)),
    *(Step(stage, rung, stage, P.CASE_SUPERVISE) for rung in RUNGS for stage in OPEN),
    *(
        Step(stage, E.WITHDRAWN, S.CLOSED, P.CASE_WITHDRAW, (withdrawn, deputy_withdrawn), O.WITHDRAWN)
        for stage in OPEN
    ),
    *(Step(stage, E.LEFT, stage, P.CASE_WITHDRAW, (deputy_left,)) for stage in OPEN),
    *(Step(stage, E.MERGED, S.CLOSED, P.CASE_JOIN, (merged,), O.MERGED) for stage in OPEN),
    *(Step(stage, E.JOINED, stage, P.CASE_JOIN, (joined,)) for stage in OPEN),
)

NOT_WHILE_HELD: Final = frozenset(
    {E.ACCEPTED, E.MEDIATED, E.ANSWERED, E.DECLINED, E.ASSIGNED, E.TRANSFERRED, E.URGED, E.MERGED, E.JOINED}
)
"""What needs a deputy, makes one, or would show it to the deputy of another case."""

_BY_PAIR: Final = {(row.when, row.on): row for row in STEPS}


QUIET: Final = frozenset(
    {
        E.CORRECTED,
        E.RATED_ANEW,
        E.EXPLAINED,
        E.TAKEN_OFF,
        E.REOPEN_ASKED,
        E.REOPEN_REFUSED,
        E.GUARDED,
        E.FALSE_ALARM,
        *CONSENT,
    }
)
"""What is on record and moves nothing; a history of stages can leave it out."""


def step(stage: S | None, event: Event) -> Step | None:
    """The row for that event in that stage, or None: it cannot happen there."""
    return _BY_PAIR.get((stage, event))


class _Situation(NamedTuple):
    """All of a case that the conditions of the rows ask for."""

    stage: S
    promised: bool
    paused: bool
    held: bool
    guarded: bool
    disputed: bool
    merged: bool


def _situation(case: Case) -> _Situation:
    return _Situation(
        case.stage,
        case.promise_date is not None,
        case.paused_since is not None,
        case.held,
        case.guard is not None,
        case.kind == DISPUTE,
        case.outcome is O.MERGED,
    )


def _holds(row: Step, now: _Situation) -> bool:
    """Whether the conditions of a row of that stage are met."""
    if (row.promised and not now.promised) or (row.paused and not now.paused):
        return False
    if (row.held and not now.held) or (row.guarded and not now.guarded):
        return False
    if now.held and row.on in NOT_WHILE_HELD:
        return False
    if row.disputed and not now.disputed:
        return False
    return row.merged in (None, now.merged)


@cache
def _rows(now: _Situation) -> Mapping[Event, Step]:
    """The rows that hold. There are few situations, and below every card and receipt it is asked what is possible."""
    return {row.on: row for row in STEPS if row.when == now.stage and _holds(row, now)}


def applies(case: Case, event: Event) -> Step | None:
    """The row for that event in the stage the case is in, if it holds for this case."""
    return _rows(_situation(case)).get(event)


def possible_from(stage: S | None) -> tuple[Event, ...]:
    """The events that can happen in that stage, in the table's order."""
    return tuple(row.on for row in STEPS if row.when == stage)


@dataclass(frozen=True, slots=True)
class CaseButton:
    """A button on a case's card. It starts ``command`` with the case already filled in."""

    event: Event
    command: str
    label: str


BUTTONS: Final = (
    CaseButton(E.RELEASED, "release", "button-release"),
    CaseButton(E.REDIRECTED, "redirect", "button-redirect"),
    CaseButton(E.FALSE_ALARM, "falsealarm", "button-false-alarm"),
    CaseButton(E.ACCEPTED, "accept", "button-accept"),
    CaseButton(E.MEDIATED, "mediate", "button-mediate"),
    CaseButton(E.HANDED, "hand", "button-hand"),
    CaseButton(E.ANSWERED, "reply", "button-reply"),
    CaseButton(E.ASKED, "ask", "button-ask"),
    CaseButton(E.RESUMED, "resume", "button-resume"),
    CaseButton(E.RESCHEDULED, "followup", "button-follow-up"),
    CaseButton(E.SESSION_HELD, "dispute", "button-dispute"),
    CaseButton(E.REPORTED_DONE, "done", "button-report-done"),
    CaseButton(E.TRANSFERRED, "transfer", "button-transfer"),
    CaseButton(E.ASSIGNED, "assign", "button-assign"),
    CaseButton(E.URGED, "urge", "button-urge"),
    CaseButton(E.EXTENDED, "extend", "button-extend"),
    CaseButton(E.CHASED, "chase", "button-chase"),
    CaseButton(E.DECLINED, "decline", "button-decline"),
    CaseButton(E.CLOSED, "close", "button-close"),
    CaseButton(E.REOPENED, "reopen", "button-reopen"),
    CaseButton(E.REOPEN_ASKED, "again", "button-not-solved"),
    CaseButton(E.SPLIT_TO_MEDIATION, "split", "button-split"),
    CaseButton(E.SORTED, "sort", "button-sort"),
    CaseButton(E.WITHDRAWN, "withdraw", "button-withdraw"),
)


@cache
def _buttons(now: _Situation) -> Sequence[tuple[CaseButton, Step]]:
    rows = _rows(now)
    return tuple((button, rows[button.event]) for button in BUTTONS if button.event in rows)


def buttons_for(case: Case) -> Sequence[tuple[CaseButton, Step]]:
    """The buttons whose event can happen to the case now, each with its row."""
    return _buttons(_situation(case))
