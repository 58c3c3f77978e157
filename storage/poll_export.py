"""The polls as other programs get them: ``bot.py export polls``, and with ``--ballots`` one object for each ballot.

What may not be known yet is not read: of an open poll that is sealed or secret neither counts nor ballots.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, BindParameter, Connection, Text, bindparam, cast, func, select

from liaisonbot import as_json
from storage.grouping import grouped
from storage.schema import UtcDateTime
from storage.schema.polls import poll_answers, poll_posts, poll_registers, polls, urns
from storage.statements import AnyRow, AnySelect

PAGE: Final = 100

_PRIME: Final = 2_147_483_647
"""Numbers of persons are smaller. Multiplied by anything but 0 they are shuffled, and no two become the same."""

_POLLS: Final = (
    select(polls).where(polls.c.state.in_(("open", "closed"))).order_by(polls.c.opened_at, polls.c.number).limit(PAGE)
)
_FROM: Final = polls.c.opened_at >= bindparam("since", type_=UtcDateTime())
_TO: Final = polls.c.opened_at < bindparam("until", type_=UtcDateTime())
_NUMBERS: Final[BindParameter[Any]] = bindparam("numbers", expanding=True)
_POSTS: Final = (
    select(poll_posts.c.poll, poll_posts.c.chat_id, poll_posts.c.title, poll_posts.c.state, poll_posts.c.station_id)
    .where(poll_posts.c.poll.in_(_NUMBERS))
    .order_by(poll_posts.c.poll, poll_posts.c.id)
)
_chosen = cast(poll_answers.c.options, Text).label("chosen")  # PostgreSQL cannot group by JSON
_COUNTS: Final = (
    select(poll_answers.c.poll, poll_answers.c.chat_id, _chosen, func.count().label("n"))
    .where(poll_answers.c.poll.in_(_NUMBERS))
    .group_by(poll_answers.c.poll, poll_answers.c.chat_id, _chosen)
)
_VOTED: Final = select(poll_registers.c.poll, poll_registers.c.voted).where(poll_registers.c.poll.in_(_NUMBERS))
_ANSWERS: Final = (
    select(poll_answers.c.person_id, poll_answers.c.options)
    .where(poll_answers.c.poll == bindparam("wanted"))
    .order_by((poll_answers.c.person_id * bindparam("factor", type_=BigInteger())) % _PRIME)
    .execution_options(stream_results=True, max_row_buffer=500)
)
_URN: Final = select(urns.c.ballots).where(urns.c.poll == bindparam("wanted"))


def read_polls(
    connection: Connection,
    *,
    since: datetime | None,
    until: datetime | None,
    stations: Collection[int] | None = None,
) -> Iterator[dict[str, Any]]:
    """One object for each poll opened in [since, until), oldest first; neither drafts nor what was cancelled.

    ``stations``: those held at one of these stations only (by id), and of their groups those of these stations.
    """
    for page in _pages(connection, since, until):
        page = [row for row in page if stations is None or {*stations} & {*row.station_ids}]
        numbers = {"numbers": [row.number for row in page]}
        posts = grouped(connection.execute(_POSTS, numbers), "poll") if page else {}
        answers = grouped(connection.execute(_COUNTS, numbers), "poll") if page else {}
        voted = {row.poll: len(row.voted) for row in connection.execute(_VOTED, numbers)} if page else {}
        for row in page:
            posted = [post for post in posts.get(row.number, []) if stations is None or post.station_id in stations]
            yield _poll(row, posted, answers.get(row.number, []), voted.get(row.number, 0))


def count_polls(
    connection: Connection,
    *,
    since: datetime | None,
    until: datetime | None,
    stations: Collection[int] | None = None,
) -> int:
    """How many there are to read."""
    pages = _pages(connection, since, until)
    return sum(1 for page in pages for row in page if stations is None or {*stations} & {*row.station_ids})


def read_ballots(
    connection: Connection, key: bytes, *, since: datetime | None, until: datetime | None
) -> Iterator[dict[str, Any]]:
    """One object for each ballot in those polls. ``key``: made for this export, and kept nowhere.

    A vote that was taken back is no ballot. The lines of a poll stand in an order that the key makes; secret ones in
    the order of their receipt codes.
    """
    factor = 1 + int.from_bytes(hashlib.sha256(key).digest()[:8]) % (_PRIME - 1)
    for page in _pages(connection, since, until):
        for row in page:
            if _hidden(row):
                continue
            if row.secret:
                yield from _secret(row, connection.execute(_URN, {"wanted": row.number}).scalar() or {})
            else:
                answers = connection.execute(_ANSWERS, {"wanted": row.number, "factor": factor})
                yield from _open(row, answers, key)


def _pages(connection: Connection, since: datetime | None, until: datetime | None) -> Iterator[Sequence[AnyRow]]:
    """Page by page, as they are consumed; they fit together while the connection stays in one transaction."""
    statement, values = _window(since, until)
    seen = 0
    while page := connection.execute(statement.offset(seen), values).all():
        yield page
        seen += len(page)


def _window(since: datetime | None, until: datetime | None) -> tuple[AnySelect, dict[str, Any]]:
    statement: AnySelect = _POLLS
    values: dict[str, Any] = {}
    if since is not None:
        statement, values = statement.where(_FROM), values | {"since": since}
    if until is not None:
        statement, values = statement.where(_TO), values | {"until": until}
    return statement, values


def _hidden(row: AnyRow) -> bool:
    """Nothing but the turnout may be known of it now."""
    return bool(row.state == "open" and (row.sealed or row.secret))


def _poll(row: AnyRow, posts: Sequence[AnyRow], answers: Sequence[AnyRow], voted: int) -> dict[str, Any]:
    counts = _added_up(answers, len(row.options))
    published = row.result or {}
    voters = voted if row.secret else sum(n for n, _ in counts.values())
    total = [sum(per_option) for per_option in zip(*(each for _, each in counts.values()), strict=True)]
    shown = published.get("counts", total or [0] * len(row.options))
    return {
        "number": row.number,
        "kind": row.kind,
        "question": row.question,
        "options": row.options,
        "multiple": row.multiple,
        "sealed": row.sealed,
        "status": row.state,
        "opened_at": as_json.moment(row.opened_at),
        "closes_at": as_json.moment(row.closes_at),
        "closed_at": as_json.moment(row.closed_at),
        "voters": published.get("voters", voters),
        "counts": None if _hidden(row) else shown,
        "groups": [_group(row, post, counts) for post in posts],
    }


def _added_up(answers: Iterable[AnyRow], size: int) -> Mapping[int | None, tuple[int, list[int]]]:
    """By chat: how many voted there, and for what."""
    found: dict[int | None, tuple[int, list[int]]] = {}
    for row in answers:
        chosen = as_json.read(row.chosen)
        if not chosen:
            continue
        voters, counts = found.get(row.chat_id, (0, [0] * size))
        found[row.chat_id] = (voters + row.n, [n + row.n * (index in chosen) for index, n in enumerate(counts)])
    return found


def _group(row: AnyRow, post: AnyRow, counts: Mapping[int | None, tuple[int, list[int]]]) -> dict[str, Any]:
    """In a secret poll nobody knows who voted where."""
    voters, here = counts.get(post.chat_id, (0, [0] * len(row.options)))
    return {
        "chat_id": post.chat_id,
        "title": post.title,
        "voters": None if row.secret else voters,
        "counts": None if row.secret or _hidden(row) else here,
        "left": post.state == "left",
    }


def _secret(row: AnyRow, ballots: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for receipt, ballot in sorted(ballots.items()):
        yield _ballot(row, ballot["options"], ballot.get("against", ())) | {"receipt": receipt}


def _open(row: AnyRow, answers: Iterable[AnyRow], key: bytes) -> Iterator[dict[str, Any]]:
    for answer in answers:
        if answer.options:
            yield _ballot(row, answer.options) | {"receipt": None, "person": _nobody(key, answer.person_id)}


def _ballot(row: AnyRow, options: Sequence[int], against: Sequence[int] = ()) -> dict[str, Any]:
    said = {"poll": row.number, "options": sorted(options)}
    return said | ({"against": sorted(against)} if row.kind == "vote" else {})


def _nobody(key: bytes, person_id: int) -> int:
    """The same for all ballots of a person in one export. Small enough for every program's numbers."""
    return int.from_bytes(hmac.digest(key, str(person_id).encode(), "sha256")[:6])
