"""The one table of rights. Services ask it; buttons and menus only spare people a refusal.

A permission is named ``thing:action``. A grant says how far it reaches: one's ``OWN`` cases, the cases ``ASSIGNED``
to one
now, the cases of one's ``STATION``\\ s, or ``ANY``. The widest grant of all roles a person holds counts. Nobody
handles a case of their own (``HANDLING``). What is not allowed is answered like what does not exist.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import IntEnum, StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from liaisonbot.errors import NotFound
from liaisonbot.model import Actor, AuthorIds, Case, RosterEntry
from liaisonbot.vocabulary import Role

if TYPE_CHECKING:
    from liaisonbot.projects import Project


class Permission(StrEnum):
    """What somebody may do: ``thing:action``."""

    CASE_OPEN = "case:open"
    CASE_ENTER = "case:enter"
    """Open a case for somebody without Telegram (代录), at a station of one's own."""
    CASE_READ = "case:read"
    CASE_WRITE = "case:write"
    """Add to a case as its author, or talk to its author as its deputy."""
    CASE_ACCEPT = "case:accept"
    CASE_MEDIATE = "case:mediate"
    CASE_HAND = "case:hand"
    """Hand it to a handling unit, and note that one has returned it."""
    CASE_ANSWER = "case:answer"
    CASE_CORRECT = "case:correct"
    """Put the words of a reply right that was sent."""
    CASE_RESCHEDULE = "case:reschedule"
    CASE_REPORT_DONE = "case:report-done"
    """Say before the promised day that it is done: the constituent is asked at once."""
    CASE_MEDIATE_DISPUTE = "case:mediate-dispute"
    """Keep the record of a mediation between two sides."""
    CASE_DECLINE = "case:decline"
    CASE_TRANSFER = "case:transfer"
    CASE_ASSIGN = "case:assign"
    CASE_CLOSE = "case:close"
    CASE_REOPEN = "case:reopen"
    CASE_TAKE_BACK = "case:take-back"
    """Undo that one ended a case, a moment after."""
    CASE_ASK_AGAIN = "case:ask-again"
    """Ask staff to take up one's own closed case again."""
    CASE_NOTE = "case:note"
    CASE_READ_NOTES = "case:read-notes"
    CASE_URGE = "case:urge"
    CASE_MERGE = "case:merge"
    CASE_JOIN = "case:join"
    """Say that one's own case is the same as another one."""
    CASE_RATE = "case:rate"
    CASE_WITHDRAW = "case:withdraw"
    CASE_CHOOSE = "case:choose"
    """Choose the station or the deputy of one's own new case."""
    CASE_SORT = "case:sort"
    """Say what a case is about: its category, its kind, its tags."""
    CASE_HOLD = "case:hold"
    """Say that a case is one for the guard: what it found itself, or what it missed."""
    CASE_RELEASE = "case:release"
    """Release what the guard holds, send it to the right channel, mark a false alarm."""
    CASE_PROPOSE = "case:propose"
    """Make a proposal for a livelihood project of it (项目点子)."""
    CASE_EXPIRE = "case:expire"
    CASE_ASK = "case:ask"
    """Ask the constituent for details."""
    CASE_RESUME = "case:resume"
    CASE_EXTEND = "case:extend"
    CASE_CHASE = "case:chase"
    """Ask where one's case is."""
    CASE_SUPERVISE = "case:supervise"
    """Take an overdue case up the ladder."""
    GROUP_BIND = "group:bind"
    GROUP_LANGUAGE = "group:language"
    INBOX_READ = "inbox:read"
    LEAVE_TAKE = "leave:take"
    UNITS_KEEP = "units:keep"
    """See and change the handling units and how they do."""
    PROMISES_READ = "promises:read"
    LOOKBACK_MAKE = "lookback:make"
    QUEUE_READ = "queue:read"
    GUARD_READ = "guard:read"
    ROSTER_READ = "roster:read"
    PEOPLE_INVITE = "people:invite"
    STAFF_INVITE = "staff:invite"
    ANNOUNCEMENT_MAKE = "announcement:make"
    INQUIRY_HOLD = "inquiry:hold"
    POLL_OPEN = "poll:open"
    """Open a poll in the groups of one's stations, watch it, close it."""
    POLL_ANSWER = "poll:answer"
    """Answer a ballot in the private chat; whether this one is theirs, the poll says."""
    PROJECT_PROPOSE = "project:propose"
    PROJECT_READ = "project:read"
    """More than its public story: who proposed it is never shown, but words that the guard holds are."""
    PROJECT_SUPPORT = "project:support"
    """Stand behind somebody else's proposal."""
    PROJECT_JOIN = "project:join"
    """Say that one's own proposal is the same as another one."""
    PROJECT_RETITLE = "project:retitle"
    PROJECT_WITHDRAW = "project:withdraw"
    PROJECT_KEEP = "project:keep"
    """Screen, confirm, carry on: what staff do with the projects of their stations."""
    PROJECT_SUPERVISE = "project:supervise"
    """Post progress, inspect: staff, and the deputies of the project's supervision group."""
    PROJECT_COUNT = "project:count"
    """What follows from a count: the opinion index, the vote, the appraisal."""
    CYCLE_MOVE = "cycle:move"
    VOTE_HOLD = "vote:hold"
    """Start, close and publish a deputies' vote."""
    BALLOT_CAST = "ballot:cast"
    """Vote as a deputy."""
    DUTY_FILE = "duty:file"
    """Keep one's own duty log."""
    DUTY_REVIEW = "duty:review"
    """Confirm the entries of the deputies of one's stations, or return them; note who missed a meeting."""
    DUTY_READ = "duty:read"
    """Read a duty log whole: the words, the points, what is missing."""
    RECEPTION_KEEP = "reception:keep"
    """Make the rota of one's stations, enter who walks in, cancel a day."""
    RECEPTION_RECORD = "reception:record"
    """See who comes, and keep the minutes: staff, and the deputies who receive that day."""
    RECEPTION_BOOK = "reception:book"
    REPORT_MAKE = "report:make"
    """Draw a deputy's report to voters, and publish it."""
    REPORT_EDIT = "report:edit"
    """Edit one's own report before it goes out."""
    SUMMARY_READ = "summary:read"
    """Read the figures of one's stations."""
    HANDOVER_MAKE = "handover:make"
    EXPORT_MAKE = "export:make"
    """Have the rows of one's stations as a file."""
    JOURNAL_READ = "journal:read"
    """See who asked for files with personal data."""
    PAIRING_KEEP = "pairing:keep"
    """Pair deputies with households."""


class Scope(IntEnum):
    """How far a grant reaches, narrowest first."""

    OWN = 1
    ASSIGNED = 2
    STATION = 3
    ANY = 4


_P, _R, _S = Permission, Role, Scope
_STAFF: Final[Mapping[Role, Scope]] = {_R.STAFF: _S.STATION, _R.OWNER: _S.ANY}

GRANTS: Final[Mapping[Permission, Mapping[Role, Scope]]] = {
    _P.CASE_OPEN: {_R.CONSTITUENT: _S.ANY},
    _P.CASE_ENTER: {_R.DEPUTY: _S.STATION, **_STAFF},
    _P.CASE_READ: {_R.CONSTITUENT: _S.OWN, _R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.CASE_WRITE: {_R.CONSTITUENT: _S.OWN, _R.DEPUTY: _S.ASSIGNED},
    _P.CASE_ACCEPT: {_R.DEPUTY: _S.ASSIGNED},
    _P.CASE_MEDIATE: {_R.DEPUTY: _S.ASSIGNED},
    _P.CASE_HAND: {_R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.CASE_ANSWER: {_R.DEPUTY: _S.ASSIGNED},
    _P.CASE_CORRECT: {_R.DEPUTY: _S.ASSIGNED},
    _P.CASE_RESCHEDULE: {_R.DEPUTY: _S.ASSIGNED},
    _P.CASE_REPORT_DONE: {_R.DEPUTY: _S.ASSIGNED},
    _P.CASE_MEDIATE_DISPUTE: {_R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.CASE_DECLINE: {_R.DEPUTY: _S.ASSIGNED},
    _P.CASE_TRANSFER: {
        _R.DEPUTY: _S.ASSIGNED,
        **_STAFF,
        _R.SYSTEM: _S.ANY,
    },  # the system: when a deputy leaves the roster
    _P.CASE_ASSIGN: _STAFF,
    _P.CASE_CLOSE: {_R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.CASE_REOPEN: _STAFF,
    _P.CASE_TAKE_BACK: {_R.CONSTITUENT: _S.OWN, _R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.CASE_ASK_AGAIN: {_R.CONSTITUENT: _S.OWN},
    _P.CASE_NOTE: {_R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.CASE_READ_NOTES: {_R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.CASE_URGE: _STAFF,
    _P.CASE_MERGE: _STAFF,
    _P.CASE_JOIN: {_R.CONSTITUENT: _S.OWN, **_STAFF},
    _P.CASE_RATE: {
        _R.CONSTITUENT: _S.OWN,
        _R.SYSTEM: _S.ANY,
    },  # the system: when the last of several authors need not be waited for any more
    _P.CASE_WITHDRAW: {_R.CONSTITUENT: _S.OWN},
    _P.CASE_CHOOSE: {_R.CONSTITUENT: _S.OWN},
    _P.CASE_SORT: {_R.CONSTITUENT: _S.OWN, _R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.CASE_HOLD: {_R.DEPUTY: _S.ASSIGNED, **_STAFF, _R.SYSTEM: _S.ANY},
    _P.CASE_RELEASE: _STAFF,
    _P.CASE_PROPOSE: {_R.CONSTITUENT: _S.OWN, _R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.CASE_EXPIRE: {_R.SYSTEM: _S.ANY},
    _P.CASE_ASK: {_R.DEPUTY: _S.ASSIGNED},
    _P.CASE_RESUME: {_R.DEPUTY: _S.ASSIGNED, _R.SYSTEM: _S.ANY},
    _P.CASE_EXTEND: {_R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.CASE_CHASE: {_R.CONSTITUENT: _S.OWN},
    _P.CASE_SUPERVISE: {_R.SYSTEM: _S.ANY},
    _P.GROUP_BIND: _STAFF,
    _P.GROUP_LANGUAGE: _STAFF,
    _P.INBOX_READ: {_R.DEPUTY: _S.ASSIGNED},
    _P.LOOKBACK_MAKE: _STAFF,
    _P.LEAVE_TAKE: {_R.DEPUTY: _S.ASSIGNED},
    _P.UNITS_KEEP: _STAFF,
    _P.PROMISES_READ: {_R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.QUEUE_READ: _STAFF,
    _P.GUARD_READ: _STAFF,
    _P.ROSTER_READ: _STAFF,
    _P.PEOPLE_INVITE: _STAFF,
    _P.STAFF_INVITE: {_R.OWNER: _S.ANY},
    _P.ANNOUNCEMENT_MAKE: _STAFF,
    _P.INQUIRY_HOLD: _STAFF,
    _P.POLL_OPEN: _STAFF,
    _P.POLL_ANSWER: {_R.CONSTITUENT: _S.ANY},
    _P.PROJECT_PROPOSE: {_R.CONSTITUENT: _S.ANY},
    _P.PROJECT_READ: {_R.CONSTITUENT: _S.OWN, **_STAFF},
    _P.PROJECT_SUPPORT: {_R.CONSTITUENT: _S.ANY},
    _P.PROJECT_JOIN: {_R.CONSTITUENT: _S.OWN, **_STAFF},
    _P.PROJECT_RETITLE: {_R.CONSTITUENT: _S.OWN, **_STAFF},
    _P.PROJECT_WITHDRAW: {_R.CONSTITUENT: _S.OWN, **_STAFF},
    _P.PROJECT_KEEP: _STAFF,
    _P.PROJECT_SUPERVISE: {_R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.PROJECT_COUNT: {_R.SYSTEM: _S.ANY, **_STAFF},
    _P.CYCLE_MOVE: {**_STAFF, _R.SYSTEM: _S.ANY},  # the system: when the announcement of a vote goes out
    _P.VOTE_HOLD: _STAFF,
    _P.BALLOT_CAST: {_R.DEPUTY: _S.ASSIGNED},
    _P.DUTY_FILE: {_R.DEPUTY: _S.ASSIGNED, _R.SYSTEM: _S.ANY},  # the system: drafts of what followed from an act
    _P.DUTY_REVIEW: _STAFF,
    _P.DUTY_READ: {_R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.RECEPTION_KEEP: _STAFF,
    _P.RECEPTION_RECORD: {_R.DEPUTY: _S.ASSIGNED, **_STAFF},
    _P.RECEPTION_BOOK: {_R.CONSTITUENT: _S.ANY},
    _P.REPORT_MAKE: _STAFF,
    _P.SUMMARY_READ: _STAFF,
    _P.REPORT_EDIT: {_R.DEPUTY: _S.ASSIGNED},
    _P.HANDOVER_MAKE: _STAFF,
    _P.PAIRING_KEEP: _STAFF,
    _P.EXPORT_MAKE: _STAFF,
    _P.JOURNAL_READ: {_R.OWNER: _S.ANY},
}

_AS_AUTHOR: Final = frozenset(
    {
        _P.CASE_OPEN,
        _P.CASE_READ,
        _P.CASE_WRITE,
        _P.CASE_RATE,
        _P.CASE_WITHDRAW,
        _P.CASE_CHOOSE,
        _P.CASE_JOIN,
        _P.CASE_SORT,
        _P.CASE_CHASE,
        _P.CASE_ASK_AGAIN,
        _P.CASE_TAKE_BACK,
        _P.CASE_PROPOSE,
    }
)
HANDLING: Final = frozenset(
    permission for permission in Permission if permission.startswith("case:") and permission not in _AS_AUTHOR
) - {_P.CASE_EXPIRE}
"""What nobody does to a case of their own, whatever else they are."""

ABOUT_OTHERS: Final = frozenset({_P.DUTY_REVIEW})
"""What nobody who is staff as well decides about their own duty log."""

IN_THEIR_NAME: Final = frozenset(
    {_P.CASE_READ, _P.CASE_WRITE, _P.CASE_RATE, _P.CASE_WITHDRAW, _P.CASE_SORT, _P.CASE_CHASE}
)
"""What whoever entered a case for somebody without Telegram does for them, on their word, while they work here."""
PASSED_ON_BY_STAFF: Final = frozenset({_P.CASE_RATE})
"""What staff of the station may pass on as well: the deputy who has the case does not rate it, on nobody's word."""


AFTER_LEAVING: Final = frozenset({_P.CASE_READ, _P.CASE_WRITE})
"""What an author may still do with a case they withdrew from while others stayed: read it, and say something."""

WITH_THEIR_CODE: Final = frozenset({_P.CASE_WRITE, _P.CASE_RATE})
"""What whoever holds the receipt code of somebody without Telegram does in their name, whoever that is."""


PASSED_ON_BY_ITS_DEPUTY: Final = frozenset({_P.CASE_WRITE})
"""What the deputy who has the case passes on for somebody for whom they entered it, or whose code they hold, where they
say in whose name: else they speak as its deputy.
"""


def may(actor: Actor, permission: Permission) -> bool:
    """Whether any of the actor's roles has the permission at all, for whichever case."""
    grants = GRANTS[permission]
    return any(role in grants for role in actor.roles)


def may_for_station(actor: Actor, permission: Permission, station_id: int | None) -> bool:
    """Whether the actor has the permission for everything of that station (None: of no station yet)."""
    grants = GRANTS[permission]
    for role in actor.roles:
        scope = grants.get(role)
        if scope is Scope.ANY:
            return True
        held = actor.deputy if role is Role.DEPUTY else actor.staff
        if scope is Scope.STATION and held and station_id in held.station_ids:
            return True
    return False


def may_for_case(actor: Actor, permission: Permission, case: Case, authors: Collection[int]) -> bool:
    """Whether the actor has the permission for this case. ``authors`` are the person ids of those whose case it is."""
    return permission in rights(actor, case, authors)


def rights(actor: Actor, case: Case, authors: Collection[int]) -> frozenset[Permission]:
    """All that the actor may do to this case."""
    return _rights(_standing(actor, case, authors))


class _Standing(NamedTuple):
    """What somebody is to a case: all that the table of rights goes by."""

    roles: tuple[Role, ...]
    author: bool
    has_left: bool
    """They were an author, and withdrew while others stayed."""
    has_it: bool
    """They are its deputy."""
    at_its_station: bool
    """As staff."""
    says_for_whom: bool
    """They name an author in whose name they speak."""
    has_its_code: bool
    """They hold the receipt code of an author without Telegram."""
    may_pass_on: bool
    """It was entered for somebody without Telegram, and they are somebody who could speak for them."""
    entered_it: bool


def _standing(actor: Actor, case: Case, authors: Collection[int]) -> _Standing:
    person, deputy, staff = actor.person, actor.deputy, actor.staff
    entered_by = authors.entered_by if isinstance(authors, AuthorIds) else frozenset()
    return _Standing(
        actor.roles,
        person is not None and person.id in authors,
        has_left(actor, authors),
        deputy is not None and case.deputy_id == deputy.id,
        staff is not None and case.station_id in staff.station_ids,
        actor.speaks_for in authors,
        actor.by_code and actor.speaks_for in authors,
        bool(entered_by) and person is not None,
        person is not None and person.id in entered_by,
    )


@cache
def _rights(who: _Standing) -> frozenset[Permission]:
    """There are few standings, and below every card and receipt it is asked what is allowed."""
    return frozenset(
        permission for permission in GRANTS if _on_their_word(who, permission) or _by_role(who, permission)
    )


def may_for_project(actor: Actor, permission: Permission, project: Project, supervised: Collection[int] = ()) -> bool:
    """Whether the actor has the permission for this project. ``supervised``: numbers of those whose supervision group
    they are in.
    """
    return any(_reaches(actor, role, permission, project, supervised) for role in actor.roles)


def role_for_deputy(actor: Actor, permission: Permission, deputy: RosterEntry) -> Role | None:
    """The role in which the actor may do that with a deputy's log, report or term; None: they may not.

    ``ASSIGNED`` is a deputy's own. What staff decide about a deputy, nobody decides about themselves.
    """
    own = actor.deputy is not None and actor.deputy.id == deputy.id
    myself = own or (actor.person is not None and deputy.telegram_id == actor.person.telegram_id is not None)
    reaches = {
        None: False,
        Scope.OWN: own,
        Scope.ASSIGNED: own,
        Scope.STATION: actor.staff is not None and bool(deputy.station_ids & actor.staff.station_ids),
        Scope.ANY: True,
    }
    if permission in ABOUT_OTHERS and myself:
        return None
    grants = GRANTS[permission]
    return next((role for role in reversed(actor.roles) if reaches[grants.get(role)]), None)


def may_for_reception(actor: Actor, permission: Permission, station_id: int, deputy_ids: Collection[int]) -> bool:
    """Whether the actor has the permission for a reception day of that station. ``deputy_ids``: who receives then."""
    reaches = {
        None: False,
        Scope.OWN: False,
        Scope.ASSIGNED: actor.deputy is not None and actor.deputy.id in deputy_ids,
        Scope.STATION: actor.staff is not None and station_id in actor.staff.station_ids,
        Scope.ANY: True,
    }
    return any(reaches[GRANTS[permission].get(role)] for role in actor.roles)


def role_for_project(
    actor: Actor, permission: Permission, project: Project, supervised: Collection[int] = ()
) -> Role | None:
    """The narrowest role in which the actor may do that: the one that is meant. None: they may not."""
    narrowest_first = reversed(actor.roles)
    return next((role for role in narrowest_first if _reaches(actor, role, permission, project, supervised)), None)


def _reaches(actor: Actor, role: Role, permission: Permission, project: Project, supervised: Collection[int]) -> bool:
    own = actor.person is not None and actor.person.id == project.person_id
    return {
        None: False,
        Scope.OWN: own,
        Scope.ASSIGNED: project.number in supervised,
        Scope.STATION: actor.staff is not None and project.station_id in actor.staff.station_ids,
        Scope.ANY: True,
    }[GRANTS[permission].get(role)]


_WORKING: Final = frozenset({Role.OWNER, Role.STAFF, Role.DEPUTY})


def on_their_word(actor: Actor, permission: Permission, case: Case, authors: Collection[int]) -> bool:
    """Whether the actor may do that only because they speak for an author without Telegram."""
    return _on_their_word(_standing(actor, case, authors), permission)


def _on_their_word(who: _Standing, permission: Permission) -> bool:
    if who.has_it:
        theirs = who.says_for_whom and (who.has_its_code or (who.may_pass_on and who.entered_it))
        return theirs and permission in PASSED_ON_BY_ITS_DEPUTY
    if who.has_its_code and permission in WITH_THEIR_CODE:
        return True
    if not who.may_pass_on or _by_role(who, permission):
        return False
    if permission in IN_THEIR_NAME and who.entered_it:
        return not _WORKING.isdisjoint(who.roles)
    return permission in PASSED_ON_BY_STAFF and (who.at_its_station or Role.OWNER in who.roles)


def _by_role(who: _Standing, permission: Permission) -> bool:
    if who.author and permission in HANDLING:
        return False
    reaches = {
        Scope.OWN: who.author and (permission in AFTER_LEAVING or not who.has_left),
        Scope.ASSIGNED: who.has_it,
        Scope.STATION: who.at_its_station,
        Scope.ANY: True,
    }
    grants = GRANTS[permission]
    return any(reaches[grants[role]] for role in who.roles if role in grants)


def has_left(actor: Actor, authors: Collection[int]) -> bool:
    """Whether the actor was an author, and withdrew while others stayed."""
    return isinstance(authors, AuthorIds) and actor.person is not None and actor.person.id in authors.left


def require_for_case(actor: Actor, permission: Permission, case: Case, authors: Collection[int]) -> None:
    """Raise :class:`NotFound` unless the actor may do that to this case."""
    if not may_for_case(actor, permission, case, authors):
        raise NotFound("case-not-found", case=case.number)
