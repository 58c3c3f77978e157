"""Nothing in the database says whose ballot one is.

The same people vote at the same moments, and the same ballots come in; only who cast which is another. Whatever could
join a ballot with its voter, a column, an order or a time, would make the two databases differ.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from liaisonbot.services import balloting, receipt_codes
from liaisonbot.vocabulary import Role
from storage.schema.polls import urns
from storage.urns import SqlUrns
from tests.liaisonbot.services.conftest import STAFF
from tests.liaisonbot.services.test_balloting import a_vote, casts, code_in
from tests.support.office import Office

DEPUTIES = (5001, 5002, 5003, 5004, 5005)
CODES = ("DDDDDDDD", "BBBBBBBB", "EEEEEEEE", "AAAAAAAA", "CCCCCCCC")
BALLOTS = (("1 赞成",), ("2 赞成", "3 反对"), ("1 赞成", "2 赞成", "3 赞成"), ("4 反对",), ("3 赞成", "4 赞成"))
ONE_WAY, ANOTHER_WAY = (0, 1, 2, 3, 4), (3, 0, 4, 2, 1)


def an_election(folder: Path, monkeypatch: pytest.MonkeyPatch, casting: Sequence[int]) -> dict[str, list[Any]]:
    """All tables, with their row numbers, after everybody has voted; ``casting``: who cast which of the ballots."""
    folder.mkdir()
    office = Office(folder)
    station = office.station()
    for who in DEPUTIES:
        office.roster(Role.DEPUTY, f"代表{who}", who, station)
    office.roster(Role.STAFF, "王五", STAFF, station)
    office.bind_group(station)
    for who in DEPUTIES:
        office.writes(who, "/start")
    poll = a_vote(office)
    for who, number in zip(DEPUTIES, casting, strict=True):
        office.now += timedelta(minutes=7)
        monkeypatch.setattr(receipt_codes, "new", lambda number=number: CODES[number])
        assert code_in(casts(office, who, poll, *BALLOTS[number])) == CODES[number]
    office.now += timedelta(minutes=7)
    office.ticks()
    return everything_in(folder / "office.db")


def everything_in(file: Path) -> dict[str, list[Any]]:
    """By table; its rows as they stand, with their numbers where they have any."""
    with closing(sqlite3.connect(file)) as raw:
        tables = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: raw.execute(f'SELECT {"*" if "WITHOUT ROWID" in sql else "rowid, *"} FROM "{name}"').fetchall()
            for name, sql in tables
        }


def test_who_cast_which_ballot_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In no table, no column, no order of rows and no time."""
    one = an_election(tmp_path / "one", monkeypatch, ONE_WAY)
    another = an_election(tmp_path / "another", monkeypatch, ANOTHER_WAY)
    assert one["urns"]
    assert "DDDDDDDD" in str(one["urns"])
    assert one == another


def _in_the_order_of_arrival(self: SqlUrns, poll: int, ballots: dict[str, Any]) -> None:
    self._connection.execute(urns.update().where(urns.c.poll == poll).values(ballots=dict(ballots)))


@pytest.mark.parametrize("what", ["order", "time", "voter"])
def test_an_order_a_time_or_an_id_would_be_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """The test above is worth something: it fails as soon as the urn holds any of these."""
    if what == "order":
        monkeypatch.setattr(SqlUrns, "_put", _in_the_order_of_arrival)
    elif what == "time":
        _spoil(monkeypatch, lambda visit, ballot: {**ballot, "at": visit.desk.now.isoformat()})
    else:
        _spoil(monkeypatch, lambda visit, ballot: {**ballot, "by": visit.actor.deputy.id})
    one = an_election(tmp_path / "one", monkeypatch, ONE_WAY)
    another = an_election(tmp_path / "another", monkeypatch, ANOTHER_WAY)
    assert one != another


def _spoil(monkeypatch: pytest.MonkeyPatch, add: Callable[[Any, dict[str, Any]], dict[str, Any]]) -> None:
    """Put something more into each ballot that goes in."""
    way = balloting._WAYS[True, False]

    def spoilt(visit: Any, slip: Any) -> None:
        cast = SqlUrns.cast
        with pytest.MonkeyPatch.context() as within:
            within.setattr(
                SqlUrns,
                "cast",
                lambda self, poll, voter, code, ballot: cast(self, poll, voter, code, add(visit, dict(ballot))),
            )
            way(visit, slip)

    monkeypatch.setattr(balloting, "_WAYS", {**balloting._WAYS, (True, False): spoilt})
