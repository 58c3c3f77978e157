"""Polls, their posts in groups, and the answers that are not secret."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Text, bindparam, cast, delete, func, insert, select, update

from liaisonbot import as_json
from liaisonbot.polls import (
    Answer,
    Count,
    Elector,
    Eligible,
    GroupCount,
    Poll,
    PollKind,
    PollPost,
    PollState,
    PostState,
    UnplacedVote,
)
from storage.ready import Ready
from storage.schema.polls import (
    poll_answers,
    poll_electors,
    poll_posts,
    poll_turnouts,
    poll_twins,
    polls,
    unplaced_votes,
)
from storage.statements import AnyRow, clipped, plain

_COLUMNS: Final = tuple(polls.c[name] for name in Poll.__dataclass_fields__)
_POST: Final = tuple(poll_posts.c[name] for name in PollPost.__dataclass_fields__)

_one = select(*_COLUMNS).where(polls.c.number == bindparam("wanted"))
_GET: Final = Ready(_one)
_GET_LOCKED: Final = Ready(_one.with_for_update())
_MAKE: Final = insert(polls).returning(*_COLUMNS)
_DROP: Final = delete(polls).where(polls.c.number == bindparam("wanted"), polls.c.state == "draft")
_IN_STATE: Final = (
    select(*_COLUMNS).where(polls.c.state.in_(bindparam("states", expanding=True))).order_by(polls.c.number.desc())
)
_OVER: Final = (
    select(*_COLUMNS)
    .where(polls.c.state == "open", polls.c.closes_at <= bindparam("until"))
    .order_by(polls.c.closes_at, polls.c.number)
    .limit(bindparam("most_of_them"))
)
_OF_CYCLE: Final = select(*_COLUMNS).where(polls.c.cycle_id == bindparam("cycle")).order_by(polls.c.number)
_OF_PROJECT: Final = select(*_COLUMNS).where(polls.c.project == bindparam("wanted")).order_by(polls.c.number)

_ADDRESS: Final = Ready(lambda insert: insert(poll_posts).on_conflict_do_nothing())
_UNADDRESS: Final = delete(poll_posts).where(
    poll_posts.c.poll == bindparam("wanted"), poll_posts.c.chat_id == bindparam("chat"), poll_posts.c.state == "waiting"
)
_POSTS: Final = Ready(select(*_POST).where(poll_posts.c.poll == bindparam("wanted")).order_by(poll_posts.c.id))
_POST_BY_ID: Final = Ready(select(*_POST).where(poll_posts.c.id == bindparam("wanted")))
_POST_OF: Final = Ready(select(*_POST).where(poll_posts.c.telegram_poll_id == bindparam("wanted")))
_POST_OF_TWIN: Final = Ready(
    select(*_POST)
    .join(poll_twins, poll_twins.c.post == poll_posts.c.id)
    .where(poll_twins.c.telegram_poll_id == bindparam("wanted"))
)
_ADD_TWIN: Final = Ready(lambda insert: insert(poll_twins).on_conflict_do_nothing())
_TWINS: Final = (
    select(poll_posts.c.id)
    .join(poll_twins, poll_twins.c.post == poll_posts.c.id)
    .where(poll_posts.c.poll == bindparam("wanted"))
    .where(poll_twins.c.telegram_poll_id != poll_posts.c.telegram_poll_id)
)
_LOST: Final = (
    update(poll_posts)
    .where(
        poll_posts.c.chat_id == bindparam("chat"),
        poll_posts.c.state.in_(("waiting", "promised", "sent")),
        poll_posts.c.poll.in_(select(polls.c.number).where(polls.c.state == "open")),
    )
    .values(state="left")
    .returning(poll_posts.c.poll)
)
_twin = poll_posts.alias("twin")
_has_twin = poll_posts.c.poll.in_(select(_twin.c.poll).where(_twin.c.chat_id == bindparam("other")).correlate(None))
_DROP_UNSENT_TWIN: Final = delete(poll_posts).where(
    poll_posts.c.chat_id == bindparam("here"), poll_posts.c.telegram_poll_id.is_(None), _has_twin
)
_MOVE_POSTS: Final = (
    update(poll_posts).where(poll_posts.c.chat_id == bindparam("here"), ~_has_twin).values(chat_id=bindparam("other"))
)
_MOVE_ANSWERS: Final = (
    update(poll_answers).where(poll_answers.c.chat_id == bindparam("here")).values(chat_id=bindparam("other"))
)


def _upsert(insert: Any) -> Any:
    statement = insert(poll_answers)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[poll_answers.c.poll, poll_answers.c.person_id],
        set_={"options": new.options, "chat_id": new.chat_id, "at": new.at},
    )


def _upsert_held(insert: Any) -> Any:
    statement = insert(unplaced_votes)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[unplaced_votes.c.telegram_poll_id, unplaced_votes.c.person_id],
        set_={"options": new.options, "at": new.at},
    )


_HOLD: Final = Ready(_upsert_held)
_HELD: Final = (
    delete(unplaced_votes)
    .where(unplaced_votes.c.telegram_poll_id == bindparam("wanted"))
    .returning(unplaced_votes.c.person_id, unplaced_votes.c.options, unplaced_votes.c.at)
)
_DROP_HELD: Final = delete(unplaced_votes).where(unplaced_votes.c.at < bindparam("before"))

_ANSWER: Final = Ready(_upsert)
_ANSWERS: Final = (
    select(poll_answers).where(poll_answers.c.poll == bindparam("wanted")).order_by(poll_answers.c.person_id)
)
_ANSWER_OF: Final = select(poll_answers).where(
    poll_answers.c.poll == bindparam("wanted"), poll_answers.c.person_id == bindparam("person")
)
_LAST_ANSWER: Final = Ready(
    select(poll_answers.c.at)
    .where(poll_answers.c.poll == bindparam("wanted"))
    .order_by(poll_answers.c.at.desc())
    .limit(1)
)
_chosen = cast(poll_answers.c.options, Text).label("chosen")  # PostgreSQL cannot group by JSON
_COUNT: Final = (
    select(poll_answers.c.chat_id, _chosen, func.count().label("n"))
    .where(poll_answers.c.poll == bindparam("wanted"))
    .group_by(poll_answers.c.chat_id, _chosen)
)

_TURNOUT_KNOWN: Final = select(poll_turnouts.c.poll).where(
    poll_turnouts.c.poll == bindparam("wanted"), poll_turnouts.c.until >= bindparam("moment")
)

_ENROL: Final = Ready(lambda insert: insert(poll_electors).on_conflict_do_nothing())
_ELECTORS: Final = (
    select(poll_electors.c.entry_id, poll_electors.c.person_id)
    .where(poll_electors.c.poll == bindparam("wanted"))
    .order_by(poll_electors.c.id)
)


class SqlPolls:
    """See ``ports.Polls``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def draft(
        self,
        *,
        kind: PollKind,
        question: str,
        options: Sequence[str],
        multiple: bool = False,
        most: int | None = None,
        sealed: bool = False,
        secret: bool = False,
        eligible: Eligible = Eligible.ANYONE,
        station_ids: Collection[int] = (),
        person_id: int | None,
        chat_id: int | None,
        language: str,
        minutes: int,
        rule: Mapping[str, Any] | None = None,
        cycle_id: int | None = None,
        project: int | None = None,
        subjects: Sequence[int] = (),
        round_of: int | None = None,
    ) -> Poll:
        values = {
            "kind": kind.value,
            "question": question,
            "options": list(options),
            "multiple": multiple,
            "most": most,
            "sealed": sealed,
            "secret": secret,
            "eligible": eligible.value,
            "station_ids": sorted(station_ids),
            "person_id": person_id,
            "chat_id": chat_id,
            "language": language,
            "state": PollState.DRAFT.value,
            "minutes": minutes,
            "rule": None if rule is None else dict(rule),
            "cycle_id": cycle_id,
            "project": project,
            "subjects": list(subjects),
            "round_of": round_of,
        }
        return _poll(self._connection.execute(_MAKE, values).one())

    def get(self, number: int, *, lock: bool = False) -> Poll | None:
        row = (_GET_LOCKED if lock else _GET).first(self._connection, {"wanted": number})
        return None if row is None else _poll(row)

    def update(self, number: int, **changes: Any) -> Poll:
        values = {name: plain(value) for name, value in changes.items()}
        statement = update(polls).where(polls.c.number == number).values(values)
        return _poll(self._connection.execute(statement.returning(*_COLUMNS)).one())

    def drop(self, number: int) -> None:
        self._connection.execute(_DROP, {"wanted": number})

    def in_state(self, *states: PollState, offset: int = 0, limit: int = 100) -> list[Poll]:
        wanted = {"states": [state.value for state in states]}
        return _polls(self._connection.execute(_IN_STATE.offset(offset).limit(limit), wanted))

    def over(self, now: datetime, limit: int) -> list[Poll]:
        return _polls(self._connection.execute(_OVER, {"until": now, "most_of_them": limit}))

    def of_cycle(self, cycle_id: int) -> list[Poll]:
        return _polls(self._connection.execute(_OF_CYCLE, {"cycle": cycle_id}))

    def of_project(self, project: int) -> list[Poll]:
        return _polls(self._connection.execute(_OF_PROJECT, {"wanted": project}))

    # --- groups -------------------------------------------------------------------------------------------------------

    def address(self, number: int, groups: Collection[tuple[int, int | None, str]]) -> None:
        rows = [
            {
                "poll": number,
                "chat_id": chat_id,
                "station_id": station_id,
                "title": clipped(title, poll_posts.c.title),
                "state": PostState.WAITING.value,
            }
            for chat_id, station_id, title in groups
        ]
        _ADDRESS.run_each(self._connection, rows)

    def unaddress(self, number: int, chat_id: int) -> None:
        self._connection.execute(_UNADDRESS, {"wanted": number, "chat": chat_id})

    def posts(self, number: int, *states: PostState) -> list[PollPost]:
        found = [_post(row) for row in _POSTS.all(self._connection, {"wanted": number})]
        return [post for post in found if not states or post.state in states]

    def post(self, post: int) -> PollPost | None:
        row = _POST_BY_ID.first(self._connection, {"wanted": post})
        return None if row is None else _post(row)

    def post_of(self, telegram_poll_id: str) -> PollPost | None:
        wanted = {"wanted": telegram_poll_id}
        row = _POST_OF.first(self._connection, wanted) or _POST_OF_TWIN.first(self._connection, wanted)
        return None if row is None else _post(row)

    def add_twin(self, post: int, telegram_poll_id: str) -> None:
        _ADD_TWIN.run(self._connection, {"telegram_poll_id": telegram_poll_id, "post": post})

    def twins(self, number: int) -> frozenset[int]:
        return frozenset(self._connection.execute(_TWINS, {"wanted": number}).scalars())

    def note_post(self, post: int, **changes: Any) -> None:
        values = {name: plain(value) for name, value in changes.items()}
        self._connection.execute(update(poll_posts).where(poll_posts.c.id == post).values(values))

    def lost(self, chat_id: int) -> list[int]:
        return sorted(set(self._connection.execute(_LOST, {"chat": chat_id}).scalars()))

    def moved(self, old: int, new: int) -> None:
        self._connection.execute(_DROP_UNSENT_TWIN, {"here": new, "other": old})
        self._connection.execute(_DROP_UNSENT_TWIN, {"here": old, "other": new})
        for statement in (_MOVE_POSTS, _MOVE_ANSWERS):
            self._connection.execute(statement, {"here": old, "other": new})

    # --- answers ------------------------------------------------------------------------------------------------------

    def answer(
        self, number: int, person_id: int, options: Sequence[int], *, chat_id: int | None, now: datetime
    ) -> None:
        values = {
            "poll": number,
            "person_id": person_id,
            "options": sorted(set(options)),
            "chat_id": chat_id,
            "at": now,
        }
        _ANSWER.run(self._connection, values)

    def keep_turnout(self, number: int, until: datetime, voters: int) -> None:
        if self._connection.execute(_TURNOUT_KNOWN, {"wanted": number, "moment": until}).first() is None:
            values = {"poll": number, "until": until, "voters": voters}
            self._connection.execute(insert(poll_turnouts), values)

    def answer_of(self, number: int, person_id: int) -> Answer | None:
        row = self._connection.execute(_ANSWER_OF, {"wanted": number, "person": person_id}).first()
        return None if row is None else _answer(row)

    def answers(self, number: int) -> list[Answer]:
        return [_answer(row) for row in self._connection.execute(_ANSWERS, {"wanted": number})]

    def count(self, number: int) -> Count:
        poll = self.get(number)
        size = len(poll.options) if poll is not None else 0
        by_chat: dict[int | None, list[int]] = {}
        voters: dict[int | None, int] = {}
        for row in self._connection.execute(_COUNT, {"wanted": number}):
            chosen = as_json.read(row.chosen)
            if not chosen:
                continue
            voters[row.chat_id] = voters.get(row.chat_id, 0) + row.n
            counts = by_chat.setdefault(row.chat_id, [0] * size)
            for option in chosen:
                counts[option] += row.n
        groups = {chat: GroupCount(chat, voters[chat], tuple(counts)) for chat, counts in by_chat.items()}
        total = tuple(sum(group.counts[index] for group in groups.values()) for index in range(size))
        return Count(sum(voters.values()), total, groups)

    def last_answer(self, number: int) -> datetime | None:
        at: datetime | None = _LAST_ANSWER.scalar(self._connection, {"wanted": number})
        return at

    def answered(self, number: int) -> frozenset[int]:
        return frozenset(answer.person_id for answer in self.answers(number) if answer.options)

    def hold(self, telegram_poll_id: str, person_id: int, options: Sequence[int], *, now: datetime) -> None:
        values = {
            "telegram_poll_id": telegram_poll_id,
            "person_id": person_id,
            "options": sorted(set(options)),
            "at": now,
        }
        _HOLD.run(self._connection, values)

    def held(self, telegram_poll_id: str) -> list[UnplacedVote]:
        rows = self._connection.execute(_HELD, {"wanted": telegram_poll_id})
        return sorted((UnplacedVote(row.person_id, tuple(row.options), row.at) for row in rows), key=lambda v: v.at)

    def drop_held(self, before: datetime) -> None:
        self._connection.execute(_DROP_HELD, {"before": before})

    # --- who may ------------------------------------------------------------------------------------------------------

    def enrol(self, number: int, electors: Collection[Elector]) -> None:
        rows = [{"poll": number, "entry_id": each.entry_id, "person_id": each.person_id} for each in electors]
        if rows:
            _ENROL.run_each(self._connection, rows)

    def electors(self, number: int) -> list[Elector]:
        return [Elector(*row) for row in self._connection.execute(_ELECTORS, {"wanted": number})]

    def is_elector(self, number: int, *, entry_id: int | None = None, person_id: int | None = None) -> bool:
        statement = select(poll_electors.c.id).where(
            poll_electors.c.poll == number, _same(entry_id=entry_id, person_id=person_id)
        )
        return self._connection.execute(statement.limit(1)).first() is not None

    def open_to(self, *, entry_id: int | None = None, person_id: int | None = None) -> list[Poll]:
        statement = (
            select(*_COLUMNS)
            .join(poll_electors, poll_electors.c.poll == polls.c.number)
            .where(polls.c.state == "open", _same(entry_id=entry_id, person_id=person_id))
            .order_by(polls.c.closes_at, polls.c.number)
        )
        return _polls(self._connection.execute(statement))


def _same(*, entry_id: int | None, person_id: int | None) -> Any:
    """Exactly one of the two is given."""
    if (entry_id is None) == (person_id is None):
        raise ValueError("an elector is a roster entry or a person")
    if entry_id is not None:
        return poll_electors.c.entry_id == entry_id
    return poll_electors.c.person_id == person_id


def _polls(rows: Iterable[Any]) -> list[Poll]:
    return [_poll(row) for row in rows]


def _poll(row: AnyRow) -> Poll:
    values = dict(row._mapping) if hasattr(row, "_mapping") else row._asdict()
    values |= {
        "kind": PollKind(values["kind"]),
        "eligible": Eligible(values["eligible"]),
        "state": PollState(values["state"]),
        "options": tuple(values["options"]),
        "station_ids": tuple(values["station_ids"]),
        "subjects": tuple(values["subjects"]),
    }
    return Poll(**values)


def _post(row: AnyRow) -> PollPost:
    values = dict(row._mapping) if hasattr(row, "_mapping") else row._asdict()
    return PollPost(**{**values, "state": PostState(values["state"])})


def _answer(row: AnyRow) -> Answer:
    return Answer(row.poll, row.person_id, tuple(row.options), row.chat_id, row.at)
