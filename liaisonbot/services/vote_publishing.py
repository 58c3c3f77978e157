"""Where the result of a deputies' vote goes, and when.

Nothing goes out before the close. At the close those who could vote have it, and whoever held it. The groups read it
once, when it is announced (``vote_notices``): a round without its quorum, or with a tie, is not for them yet. A vote of
no cycle is announced by nobody, so its groups have it at the close.

With the result goes the list of all ballots by receipt code: anybody can recount.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from liaisonbot.desk import Desk
from liaisonbot.model import Group
from liaisonbot.outgoing import Outgoing, Priority, Send, StoredFile
from liaisonbot.polls import Poll, PostState
from liaisonbot.ports import UnitOfWork
from liaisonbot.reports import ballot_lists
from liaisonbot.services import poll_holders, polling, readers, receipt_codes, vote_results
from liaisonbot.texts import Text


def publish(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """The card below its chart, then the list of ballots: once to each who hears of it now."""
    result = poll.result or {}
    chart = uow.files.add(vote_results.chart(poll, result), desk.now)
    said = Outgoing(Send.PHOTO, 0, text=vote_results.text(uow, poll, result), file=chart, priority=Priority.NOTICE)
    listed = ballot_list(uow, desk, poll)
    if poll.cycle_id is None:
        _to_groups(uow, desk, poll, said, listed)
    for reader in hearers(uow, desk, poll):
        for outgoing in (said, listed):
            uow.outbox.add(replace(outgoing, chat_id=reader.chat_id, language=reader.language), desk.now)


def ballot_list(uow: UnitOfWork, desk: Desk, poll: Poll) -> Outgoing:
    """All its ballots as a document; to nobody yet."""
    ballots = uow.files.add(all_ballots(uow, poll), desk.now)
    said = Text.of("ballots-listed", number=poll.number)
    return Outgoing(Send.DOCUMENT, 0, text=said, file=ballots, priority=Priority.NOTICE)


def all_ballots(uow: UnitOfWork, poll: Poll) -> StoredFile:
    """Every ballot under its receipt code, written as on the receipt: it is looked for by those very letters."""
    rule = vote_results.rule_of(poll)
    ballots = {receipt_codes.written(code): raw for code, raw in uow.urns.ballots(poll.number).items()}
    spoiled = {code for code, raw in ballots.items() if vote_results.ballot_of(raw).spoiled(rule)}
    return ballot_lists.file(poll.number, ballot_lists.to_be_made(poll.options, ballots, spoiled, rule.form.value))


def _to_groups(uow: UnitOfWork, desk: Desk, poll: Poll, said: Outgoing, listed: Outgoing) -> None:
    """What cannot be posted is told to whoever held the vote, by the group's name; the others go on."""
    polling.address(uow, poll, groups_of(uow, poll))
    for post in uow.polls.posts(poll.number, PostState.WAITING, PostState.PROMISED, PostState.SENT):
        if post.state is PostState.WAITING:
            uow.polls.note_post(post.id, state=PostState.PROMISED)
        language = readers.group_language(desk, uow.groups.get(post.chat_id))
        here = replace(said, chat_id=post.chat_id, language=language, reply_to=post.message_id)
        uow.outbox.add(replace(here, noted_as=("poll-result", post.id)), desk.now)
        uow.outbox.add(replace(listed, chat_id=post.chat_id, language=language), desk.now)


def groups_of(uow: UnitOfWork, poll: Poll) -> list[Group]:
    """The bound groups of its stations."""
    wanted: Iterable[int] = poll.station_ids or [station.id for station in uow.stations.all()]
    return [group for station_id in wanted for group in uow.groups.of_station(station_id)]


def hearers(uow: UnitOfWork, desk: Desk, poll: Poll) -> list[readers.Reader]:
    """Those on its list whom we can write to, and whoever held it; each once."""
    found = {reader.chat_id: reader for reader in poll_holders.of(uow, desk, poll)}
    for elector in uow.polls.electors(poll.number):
        entry = uow.roster.get(elector.entry_id) if elector.entry_id is not None else None
        reader = readers.of_entry(uow, desk, entry) if entry is not None else None
        if reader is not None:
            found.setdefault(reader.chat_id, reader)
    return list(found.values())
