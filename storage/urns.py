"""Secret ballots, and apart from them who has voted; see ``schema/polls.py`` for why each is one row of a poll."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, false, select, update

from storage import traces, wakeups
from storage.schema.polls import poll_registers, polls, urns
from storage.statements import PerEngine

CHANNEL: Final = "ballots"
"""Who waits for this wake-up learns that a secret ballot is under way: what it left outside the tables is to go."""
TABLES: Final = ("inbox", "outbox", "poll_registers", "urns")
"""Where a vote leaves something behind that is not in them any more."""

_MAKE_REGISTER: Final = PerEngine(lambda insert: insert(poll_registers).on_conflict_do_nothing())
_MAKE_URN: Final = PerEngine(lambda insert: insert(urns).on_conflict_do_nothing())
_REGISTER: Final = select(poll_registers.c.voted).where(poll_registers.c.poll == bindparam("wanted"))
_URN: Final = select(urns.c.ballots).where(urns.c.poll == bindparam("wanted"))
_SET_REGISTER: Final = (
    update(poll_registers).where(poll_registers.c.poll == bindparam("wanted")).values(voted=bindparam("now_voted"))
)
_CLEAR: Final = delete(poll_registers).where(
    poll_registers.c.poll == bindparam("wanted"),
    poll_registers.c.poll.in_(select(polls.c.number).where(polls.c.secret == false())),
)
_ANY: Final = select(urns.c.poll).limit(1)
_SET_URN: Final = update(urns).where(urns.c.poll == bindparam("wanted")).values(ballots=bindparam("now_in"))


class SqlUrns:
    """See ``ports.Urns``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def voted(self, poll: int) -> tuple[int, ...]:
        return tuple(self._connection.execute(_REGISTER, {"wanted": poll}).scalar() or ())

    def register(self, poll: int, voter: int) -> bool:
        self._connection.execute(_MAKE_REGISTER.on(self._connection), {"poll": poll, "voted": []})
        voted = self._connection.execute(_REGISTER.with_for_update(), {"wanted": poll}).scalar_one()
        if voter in voted:
            return False
        self._connection.execute(_SET_REGISTER, {"wanted": poll, "now_voted": sorted([*voted, voter])})
        return True

    def clear_register(self, poll: int) -> None:
        self._connection.execute(_CLEAR, {"wanted": poll})

    def cast(self, poll: int, voter: int, receipt: str, ballot: Mapping[str, Any]) -> bool:
        self._connection.execute(_MAKE_URN.on(self._connection), {"poll": poll, "ballots": {}})
        if not self.register(poll, voter):
            return False
        ballots = self._connection.execute(_URN.with_for_update(), {"wanted": poll}).scalar_one()
        if receipt in ballots:
            raise ValueError("a receipt code that is in the urn already")
        self._put(poll, {**ballots, receipt: dict(ballot)})
        return True

    def change(self, poll: int, receipt: str, ballot: Mapping[str, Any]) -> bool:
        ballots = self._connection.execute(_URN.with_for_update(), {"wanted": poll}).scalar()
        if not ballots or receipt not in ballots:
            return False
        self._put(poll, {**ballots, receipt: dict(ballot)})
        return True

    def ballot(self, poll: int, receipt: str) -> Mapping[str, Any] | None:
        return self.ballots(poll).get(receipt)

    def ballots(self, poll: int) -> Mapping[str, Mapping[str, Any]]:
        return dict(self._connection.execute(_URN, {"wanted": poll}).scalar() or {})

    def turnout(self, poll: int) -> int:
        return len(self.voted(poll))

    def in_use(self) -> bool:
        return self._connection.execute(_ANY).first() is not None

    def clear_traces(self, *, thoroughly: bool = False) -> None:
        if thoroughly:
            traces.note(self._connection)
        wakeups.notify(self._connection, CHANNEL)

    def _put(self, poll: int, ballots: Mapping[str, Any]) -> None:
        """Always in the order of the codes: the order in which they came is kept nowhere."""
        self._connection.execute(_SET_URN, {"wanted": poll, "now_in": dict(sorted(ballots.items()))})
        wakeups.notify(self._connection, CHANNEL)
