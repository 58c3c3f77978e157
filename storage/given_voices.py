"""A deputy is forgotten while a poll goes on that they have answered openly: what they said counts, and is nobody's.

That their entry's voice was given stays with the entry, on the poll's register of voters, so that no other account
gives it a second time. Why so: decision 33.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, false, or_, select

from liaisonbot.ports import ANSWERED_WITH
from storage.schema import done_once, roster
from storage.schema.polls import poll_answers, poll_electors, polls
from storage.urns import SqlUrns

_LEFT: Final = select(done_once.c.key).where(done_once.c.key.like(bindparam("left")))
_GIVEN: Final = (
    select(polls.c.number, roster.c.id, poll_answers.c.options)
    .join(poll_answers, poll_answers.c.poll == polls.c.number)
    .join(poll_electors, poll_electors.c.poll == polls.c.number)
    .join(roster, roster.c.id == poll_electors.c.entry_id)
    .where(polls.c.state == "open", polls.c.secret == false(), poll_answers.c.person_id == bindparam("person"))
    .where(or_(roster.c.telegram_id == bindparam("telegram"), roster.c.id.in_(bindparam("former", expanding=True))))
    .order_by(polls.c.number, roster.c.id)
)


def note(connection: Connection, whose: Mapping[str, Any]) -> None:
    """Called as long as it can be told whose answers those are. Also for who is off the roster, and may come back."""
    kept = connection.execute(_LEFT, {"left": f"{ANSWERED_WITH}:%:{whose['digits']}"}).scalars()
    former = [int(key.split(":")[1]) for key in kept]
    for row in connection.execute(_GIVEN, {**whose, "former": former}).all():
        if row.options:
            SqlUrns(connection).register(row.number, row.id)
