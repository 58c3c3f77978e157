"""Where the result of a deputies' vote goes: the groups of the stations it is for, the deputies, whoever held it.

Nothing goes out before the close. With the result goes the list of all ballots by receipt code: anybody can recount.
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
from liaisonbot.services import polling, readers, receipt_codes, vote_results
from liaisonbot.texts import Text


def publish(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """The card below its chart, then the list of ballots: once to each."""
    result = poll.result or {}
    chart = uow.files.add(vote_results.chart(poll, result), desk.now)
    said = Outgoing(Send.PHOTO, 0, text=vote_results.text(uow, poll, result), file=chart, priority=Priority.NOTICE)
    ballots = uow.files.add(all_ballots(uow, poll), desk.now)
    listed = Outgoing(
        Send.DOCUMENT, 0, text=Text.of("ballots-listed", number=poll.number), file=ballots, priority=Priority.NOTICE
    )
    _to_groups(uow, desk, poll, said, listed)
    for reader in hearers(uow, desk, poll):
        for outgoing in (said, listed):
            uow.outbox.add(replace(outgoing, chat_id=reader.chat_id, language=reader.language), desk.now)


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
    """The bound groups of the stations of its cycle; of its own stations where it belongs to no cycle."""
    cycle = uow.cycles.get(poll.cycle_id) if poll.cycle_id is not None else None
    stations = (cycle.station_ids if cycle is not None else ()) or poll.station_ids
    wanted: Iterable[int] = stations or [station.id for station in uow.stations.all()]
    return [group for station_id in wanted for group in uow.groups.of_station(station_id)]


def hearers(uow: UnitOfWork, desk: Desk, poll: Poll) -> list[readers.Reader]:
    """Those on its list whom we can write to, and whoever held it; each once."""
    found: dict[int, readers.Reader] = {}
    if poll.chat_id is not None:
        found[poll.chat_id] = readers.Reader(poll.chat_id, poll.language)
    for elector in uow.polls.electors(poll.number):
        entry = uow.roster.get(elector.entry_id) if elector.entry_id is not None else None
        reader = readers.of_entry(uow, desk, entry) if entry is not None else None
        if reader is not None:
            found.setdefault(reader.chat_id, reader)
    return list(found.values())
