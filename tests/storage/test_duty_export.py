"""``export duty``, key by key as the contract has it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from liaisonbot.duty import EntryState
from liaisonbot.vocabulary import Role
from storage import duty_export
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_deputy, a_station

DAY = date(2026, 11, 20)


def exported(uow: SqlUnitOfWork, since: date | None = None, until: date | None = None) -> list[dict[str, Any]]:
    return list(duty_export.read_duty(uow.connection, lambda deputy, day, entry: 1.5, since=since, until=until))


def filed(uow: SqlUnitOfWork, *, day: date = DAY, state: EntryState = EntryState.FILED, **fields: Any) -> int:
    found = uow.roster.deputies()
    deputy = found[0] if found else a_deputy(uow, station=a_station(uow))
    return uow.duty.add(
        deputy_id=deputy.id,
        station_id=min(deputy.station_ids),
        type="visit",
        day=day,
        state=state,
        now=NOW,
        **fields,
    ).id


def test_an_entry_has_every_key_of_the_contract(uow: SqlUnitOfWork) -> None:
    """Points are null where it brings none; a draft was never filed."""
    filed(uow, state=EntryState.DRAFT)
    filed(
        uow,
        state=EntryState.CONFIRMED,
        confirmed_by=Role.STAFF,
        minutes=100,
        place="阳光小区",
        place_kind="community",
        participants="街道办两人",
        text="走访三户",
        effect="解决一件",
    )
    draft, confirmed = exported(uow)
    assert json.loads(json.dumps(confirmed)) == confirmed
    deputy = uow.roster.deputies()[0]
    station = uow.stations.get(min(deputy.station_ids))
    assert station is not None
    assert confirmed == {
        "id": 2,
        "deputy": deputy.name,
        "station": station.code,
        "type": "visit",
        "group": "contact",
        "date": "2026-11-20",
        "hours": 1.67,
        "place": "阳光小区",
        "place_kind": "community",
        "participants": "街道办两人",
        "text": "走访三户",
        "effect": "解决一件",
        "case": None,
        "project": None,
        "status": "confirmed",
        "filed_at": NOW.isoformat().replace("+00:00", "Z"),
        "confirmed_by": "staff",
        "points": 1.5,
    }
    assert (draft["status"], draft["filed_at"], draft["points"], draft["hours"]) == ("draft", None, None, None)


def test_a_window_is_of_the_days_of_the_entries(uow: SqlUnitOfWork) -> None:
    """The first included, the last not; oldest day first, whenever they were filed."""
    for ago in (0, 2, 1):
        filed(uow, day=DAY - timedelta(days=ago))
    assert [row["date"] for row in exported(uow)] == ["2026-11-18", "2026-11-19", "2026-11-20"]
    assert [row["id"] for row in exported(uow, since=DAY - timedelta(days=1), until=DAY)] == [3]


def test_it_is_read_page_by_page(uow: SqlUnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each entry once, also where many share a day."""
    monkeypatch.setattr(duty_export, "_ENTRIES", duty_export._ENTRIES.limit(2))
    for n in range(5):
        filed(uow, day=DAY - timedelta(days=n // 3))
    found = [row["id"] for row in exported(uow)]
    assert sorted(found) == [1, 2, 3, 4, 5]
    assert found == [4, 5, 1, 2, 3]
