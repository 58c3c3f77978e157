"""Ballots in the private chat: offered, filled in page by page, looked through once more, put in, changed.

The draft of a choice lives in the buttons alone (:class:`liaisonbot.ballots.Slip`). A secret ballot goes into the urn
under a receipt code, which is shown once and kept nowhere beside its voter: whoever has it changes the ballot until the
end, and finds it in the published list. No promise that carries a choice or a code is ever set aside (``noted_as``),
and no toast says what was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from liaisonbot import ballots
from liaisonbot.ballots import Slip
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.incoming import Belonging, ButtonPress, IncomingMessage
from liaisonbot.model import Actor, RosterEntry
from liaisonbot.outgoing import Outgoing, Receipt, Rows, Send
from liaisonbot.permissions import Permission, may
from liaisonbot.polls import Eligible, Poll, PollKind, PollState, PostState
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import ballot_views as views
from liaisonbot.services import cards, electors, poll_words, polling, receipt_codes, turnouts
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

IN_PRIVATE: Final = frozenset({PollKind.BALLOT, PollKind.VOTE, PollKind.APPRAISAL})
NEEDS: Final[Mapping[PollKind, Permission]] = {
    PollKind.BALLOT: Permission.POLL_ANSWER,
    PollKind.VOTE: Permission.BALLOT_CAST,
    PollKind.APPRAISAL: Permission.POLL_ANSWER,
}


# --- offered ----------------------------------------------------------------------------------------------------------


def offer(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """Send every elector of a listed poll its ballot in private. Whoever holds it hears who cannot be reached there."""
    unreached = []
    for elector in electors.of_poll(uow, desk, poll):
        if elector.reader is None:
            unreached.append(elector.name)
            continue
        said = Outgoing(
            Send.TEXT,
            elector.reader.chat_id,
            language=elector.reader.language,
            text=views.offer(poll_words.read_in(uow, desk, poll, elector.reader.language)),
            rows=views.opening(poll),
            key=f"ballot-offer:{poll.number}",
        )
        uow.outbox.add(said, desk.now)
    if unreached:
        _tell_holder(uow, desk, poll, unreached)


def _tell_holder(uow: UnitOfWork, desk: Desk, poll: Poll, unreached: Sequence[str]) -> None:
    """Whoever holds it hears who has not opened the private chat: only these people themselves can."""
    if poll.chat_id is None:
        return
    names = cards.names([name for name in unreached if name])
    said = Text.of("ballot-not-offered", number=poll.number, n=len(unreached), names=names)
    uow.outbox.add(Outgoing(Send.TEXT, poll.chat_id, language=poll.language, text=said), desk.now)


# --- who may ----------------------------------------------------------------------------------------------------------


def find(visit: Visit, number: int, *, lock: bool = False) -> Poll:
    """The poll, if it is one that is answered in private. Raises Refused where it is none, or not open."""
    poll = visit.uow.polls.get(number, lock=lock)
    if poll is None or poll.state is PollState.DRAFT:
        raise NotFound("ballot-not-found", number=number)
    if poll.kind not in IN_PRIVATE:
        raise Refused("ballot-in-the-group", number=number)
    return poll_words.read_in(visit.uow, visit.desk, poll, visit.language)


def _open(visit: Visit, poll: Poll) -> Poll:
    """It can be voted in, by this visitor, now. Raises Refused with what keeps them from it."""
    if poll.state is PollState.CANCELLED:
        raise Refused("ballot-cancelled", number=poll.number)
    if not poll.open or (poll.closes_at is not None and poll.closes_at <= visit.desk.now):
        raise Refused("ballot-over", number=poll.number)
    if not may(visit.actor, NEEDS[poll.kind]) or not _ELIGIBLE[poll.eligible](visit, poll):
        raise Refused(f"ballot-not-yours-{poll.eligible}", number=poll.number)
    if came_back(visit, poll):
        raise Refused("ballot-came-back", number=poll.number)
    return poll


def came_back(visit: Visit, poll: Poll) -> bool:
    """Whether they had themselves forgotten while it was open, with this account or as the deputy they are: a vote of
    theirs counts still, and is nobody's. Where the register knows them by the roster, it says itself whether they have
    voted.
    """
    if electors.by_entry(poll) or visit.telegram_id is None or poll.opened_at is None:
        return False
    deputy = visit.actor.deputy
    if deputy is not None and electors.given(visit.uow, poll, deputy.id):
        return True
    return visit.uow.erasure.forgotten_since(visit.telegram_id, poll.opened_at)


def _belongs(visit: Visit, poll: Poll) -> bool:
    """Whether Telegram said so when it was asked, at the border. Raises Refused where it said nothing."""
    said = visit.press or visit.message
    belongs = said.belongs if said is not None else None
    if belongs in (None, Belonging.UNKNOWN):
        raise Refused("ballot-telegram-silent")
    return belongs is Belonging.MEMBER


def _listed(visit: Visit, poll: Poll) -> bool:
    polls, entries = visit.uow.polls, _entries(visit.actor)
    if any(polls.is_elector(poll.number, entry_id=entry.id) for entry in entries):
        return True
    return not electors.by_entry(poll) and polls.is_elector(poll.number, person_id=visit.person_id)


def _entries(actor: Actor) -> list[RosterEntry]:
    return [entry for entry in (actor.deputy, actor.staff) if entry is not None]


_ELIGIBLE: Final[Mapping[Eligible, Callable[[Visit, Poll], bool]]] = {
    Eligible.ANYONE: lambda visit, poll: True,
    Eligible.MEMBERS: _belongs,
    Eligible.LISTED: _listed,
}


def _voter(visit: Visit, poll: Poll) -> int:
    """The number under which they vote; see ``electors.by_entry``."""
    entry = visit.actor.deputy
    if electors.by_entry(poll) and entry is not None:
        return entry.id
    return visit.person_id


# --- asked at the border ----------------------------------------------------------------------------------------------

_SHOWS: Final = frozenset({"open", "edit", "page", "look", "cast"})
"""What shows the ballot, or puts it in: what stands in a button need not have come from us."""


def asked_about(incoming: ButtonPress | IncomingMessage) -> int | None:
    """The poll for which it may matter whether the sender is a member of its groups; None for anything else."""
    if isinstance(incoming, ButtonPress):
        verb, _, rest = incoming.data.partition(":")
        number, _, action = rest.partition(":")
        return _number(number) if verb == "ballot" and action.partition(":")[0] in _SHOWS else None
    command = incoming.command
    if command is None or not incoming.place.private:
        return None
    if command.name == "start" and command.rest.startswith("ballot_"):
        return _number(command.rest.removeprefix("ballot_"))
    return _number(command.rest.partition(" ")[0].lstrip("Pp#")) if command.name == "ballot" else None


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdecimal() and len(word) <= 15 else None


def groups_asked(uow: UnitOfWork, number: int) -> tuple[int, ...]:
    """The groups of which a voter has to be a member of one; none where that does not matter."""
    poll = uow.polls.get(number)
    if poll is None or not poll.open or poll.eligible is not Eligible.MEMBERS or poll.kind not in IN_PRIVATE:
        return ()
    return tuple(post.chat_id for post in uow.polls.posts(number, PostState.SENT, PostState.PROMISED))


def concerns(data: str) -> bool:
    """Whether a button, or what was typed, is about a ballot: then nothing of it is kept, whatever goes wrong."""
    return data.startswith(("ballot:", "/ballot", "judge:"))


# --- opened -----------------------------------------------------------------------------------------------------------


def start(visit: Visit, number: int) -> None:
    """The button below a group's message: ``/start ballot_N``."""
    _begin(visit, _open(visit, find(visit, number)))


def _begin(visit: Visit, poll: Poll) -> None:
    """An empty ballot, or what one has answered already. Who has voted in secret needs the receipt."""
    if not poll.secret:
        said = visit.uow.polls.answer_of(poll.number, visit.person_id)
        marks = ballots.from_json(poll, {"options": said.options}) if said else ballots.blank(poll)
        _show_page(visit, Slip(poll, marks))
        return
    if _voter(visit, poll) in visit.uow.urns.voted(poll.number):
        raise Refused("ballot-voted", number=poll.number)
    _show_page(visit, Slip(poll, ballots.blank(poll)))


def ballot(visit: Visit, answers: Answers) -> None:
    """/ballot: what is open to the visitor; with a number that ballot; with a receipt the ballot that was cast."""
    if "poll" not in answers:
        show_list(visit)
    elif "receipt" in answers:
        _by_receipt(visit, find(visit, answers["poll"]), answers["receipt"])
    else:
        start(visit, answers["poll"])


def _by_receipt(visit: Visit, poll: Poll, code: str) -> None:
    """Until the end it can be changed by who is on the register; afterwards it is shown as it was counted."""
    if not poll.secret:
        raise Refused("ballot-without-receipt", number=poll.number)
    found = visit.uow.urns.ballot(poll.number, code)
    if poll.state is PollState.CLOSED:
        if found is None:
            raise Refused("ballot-no-such-receipt", number=poll.number)
        visit.toast()
        _show(visit, poll, views.counted(poll, code, ballots.from_json(poll, found)), ())
        return
    _open(visit, poll)
    if found is None or _voter(visit, poll) not in visit.uow.urns.voted(poll.number):
        raise Refused("ballot-no-such-receipt", number=poll.number)
    _show_page(visit, Slip(poll, ballots.from_json(poll, found), receipt=code))


def show_list(visit: Visit) -> None:
    """The ballots open to the visitor; the one that ends first comes first."""
    found = _open_to(visit)
    if not found:
        visit.show(Text.of("ballots-none"))
        return
    lines = [
        views.list_line(poll_words.read_in(visit.uow, visit.desk, poll, visit.language), voted=_has_voted(visit, poll))
        for poll in found
    ]
    rows = views.list_rows([poll for poll in found if not poll.secret or not _has_voted(visit, poll)])
    visit.show(Text.lines(Text.of("ballots-title"), *lines), rows=rows)


def _open_to(visit: Visit) -> list[Poll]:
    polls = visit.uow.polls
    listed = [*polls.open_to(person_id=visit.person_id)]
    for entry in _entries(visit.actor):
        listed += polls.open_to(entry_id=entry.id)
    station = visit.actor.person.station_id if visit.actor.person else None
    others = [poll for poll in polls.in_state(PollState.OPEN) if _is_theirs(visit, poll, station)]
    open_now = {
        poll.number: poll
        for poll in (*listed, *others)
        if poll.kind in IN_PRIVATE
        and may(visit.actor, NEEDS[poll.kind])
        and (poll.closes_at is None or poll.closes_at > visit.desk.now)
    }
    return sorted(open_now.values(), key=lambda poll: (poll.closes_at or visit.desk.now, poll.number))


def _is_theirs(visit: Visit, poll: Poll, station_id: int | None) -> bool:
    """Whether a poll without a list is shown to them: one of their station. What is asked of the members of groups
    stands in these groups; in private it is found again by who has voted in it.
    """
    if poll.eligible is Eligible.MEMBERS:
        return _has_voted(visit, poll)
    return poll.eligible is Eligible.ANYONE and (not poll.station_ids or station_id in poll.station_ids)


def _has_voted(visit: Visit, poll: Poll) -> bool:
    if poll.secret:
        return _voter(visit, poll) in visit.uow.urns.voted(poll.number)
    said = visit.uow.polls.answer_of(poll.number, visit.person_id)
    return said is not None and bool(said.options)


# --- the buttons ------------------------------------------------------------------------------------------------------


def press(visit: Visit, rest: Sequence[str]) -> None:
    """``ballot:N:open``, ``ballot:N:edit:CODE``, ``ballot:N:ACTION:PAGE:MARKS[:CODE]``."""
    if not visit.place.private:
        raise Refused("private-please")
    if len(rest) < 2:
        raise Refused("old-button")
    number, action, *more = rest
    poll = find(visit, number_in(number), lock=action == "cast")
    if action == "open" and not more:
        visit.toast()
        _begin(visit, _open(visit, poll))
    elif action == "edit" and len(more) == 1:
        visit.toast()
        _by_receipt(visit, poll, more[0])
    elif action in ACTIONS:
        ACTIONS[action](visit, _slip(poll, more))
    else:
        raise Refused("old-button")


def _slip(poll: Poll, rest: Sequence[str]) -> Slip:
    try:
        return ballots.slip_in(poll, rest)
    except ValueError as exc:
        raise Refused("old-button") from exc


def _turn(visit: Visit, slip: Slip) -> None:
    _open(visit, slip.poll)
    if not ballots.possible(slip.poll, slip.marks):
        raise Refused("ballot-too-many", n=slip.poll.most or 1)
    visit.toast()
    _show_page(visit, slip)


def _look(visit: Visit, slip: Slip) -> None:
    _open(visit, slip.poll)
    _require_something(visit, slip)
    visit.toast()
    _show(visit, slip.poll, views.look(slip), views.look_rows(slip))


def _require_something(visit: Visit, slip: Slip) -> None:
    """A deputy may abstain from everything, and an open answer may be taken back; else something has to be chosen."""
    poll = slip.poll
    if not ballots.possible(poll, slip.marks):
        raise Refused("ballot-too-many", n=poll.most or 1)
    if ballots.chosen(slip.marks) or ballots.rule_of(poll) is not None:
        return
    if poll.secret or not _has_voted(visit, poll):
        raise Refused("ballot-nothing-chosen")


def _cast(visit: Visit, slip: Slip) -> None:
    """It goes in. Of two presses at once the second finds that the vote is cast."""
    poll = _open(visit, slip.poll)
    _require_something(visit, slip)
    _WAYS[poll.secret, slip.receipt is not None](visit, slip)
    visit.toast()
    polling.show_turnout(visit.uow, visit.desk, poll)


def _answer(visit: Visit, slip: Slip) -> None:
    poll, chosen = slip.poll, ballots.chosen(slip.marks)
    turnouts.before_an_act(visit.uow, visit.desk, poll)
    visit.uow.polls.answer(poll.number, visit.person_id, chosen, chat_id=None, now=visit.desk.now)
    _show(visit, poll, views.noted(poll, slip.marks), views.noted_rows(poll))


def _put_in(visit: Visit, slip: Slip) -> None:
    poll, urns = slip.poll, visit.uow.urns
    code = _new_code(urns.ballots(poll.number))
    turnouts.before_an_act(visit.uow, visit.desk, poll)
    if not urns.cast(poll.number, _voter(visit, poll), code, ballots.to_json(poll, slip.marks)):
        raise Refused("ballot-voted", number=poll.number)
    _show(visit, poll, views.receipt(poll, code, changed=False), views.receipt_rows(poll, code))


def _new_code(taken: Iterable[str]) -> str:
    while (code := receipt_codes.new()) in taken:
        pass
    return code


def _change(visit: Visit, slip: Slip) -> None:
    poll, urns, code = slip.poll, visit.uow.urns, slip.receipt or ""
    on_register = _voter(visit, poll) in urns.voted(poll.number)
    if not on_register or not urns.change(poll.number, code, ballots.to_json(poll, slip.marks)):
        raise Refused("ballot-no-such-receipt", number=poll.number)
    _show(visit, poll, views.receipt(poll, code, changed=True), views.receipt_rows(poll, code))


_WAYS: Final[Mapping[tuple[bool, bool], Callable[[Visit, Slip], None]]] = {
    # secret, with a receipt
    (False, False): _answer,
    (False, True): _answer,
    (True, False): _put_in,
    (True, True): _change,
}


def _drop(visit: Visit, slip: Slip) -> None:
    """Nothing was kept, so nothing is to be removed; a ballot that was cast before stands."""
    poll, stands = slip.poll, Text.of("ballot-not-changed", number=slip.poll.number)
    visit.toast()
    if slip.receipt is not None:
        _show(visit, poll, stands, views.receipt_rows(poll, slip.receipt) if poll.open else ())
    elif _has_voted(visit, poll):
        _show(visit, poll, stands, () if poll.secret else views.noted_rows(poll))
    else:
        _show(visit, poll, Text.of("ballot-dropped", number=poll.number), views.opening(poll) if poll.open else ())


ACTIONS: Final[Mapping[str, Callable[[Visit, Slip], None]]] = {
    "page": _turn,
    "look": _look,
    "cast": _cast,
    "drop": _drop,
}


# --- shown ------------------------------------------------------------------------------------------------------------


def _show_page(visit: Visit, slip: Slip) -> None:
    _show(visit, slip.poll, views.page(slip), views.page_rows(slip))


def _show(visit: Visit, poll: Poll, text: Text, rows: Rows) -> None:
    """In the message that was pressed, or anew where that is gone. What cannot be sent is not kept."""
    noted_as = ("ballot", poll.number if poll.secret else 0)
    chat_id, language = visit.place.chat_id, visit.language
    anew = Outgoing(Send.TEXT, chat_id, language=language, text=text, rows=rows, noted_as=noted_as)
    visit.show(text, rows=rows, noted_as=noted_as, fallback=anew if visit.press else None)


def _nothing_is_kept(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """Whatever became of it: a promise that shows somebody's choice must not stay in the outbox, nor in a log."""
    if outgoing.noted_as is not None and outgoing.noted_as[1]:
        uow.urns.clear_traces()


NOTED: Final[Mapping[str, Callable[[UnitOfWork, Desk, Outgoing, Receipt], None]]] = {"ballot": _nothing_is_kept}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"ballot": press}
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], Any]]] = {"ballot": ballot}
