"""A case can be given to a deputy of another station; nobody does so without reading it."""

from __future__ import annotations

import pytest

from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import Office

RIVER_DEPUTY = 13


@pytest.fixture
def two_stations(office: Office) -> Office:
    """A second station with a deputy of its own; a case of the first one."""
    river = office.station("B", "滨河联络站")
    office.roster(Role.DEPUTY, "陈静", RIVER_DEPUTY, river)
    for who in (DEPUTY, OTHER_DEPUTY, RIVER_DEPUTY, STAFF):
        office.writes(who, "/start")
    office.writes(ALICE, "楼道的灯坏了")
    with office.unit() as uow:
        uow.cases.update(1, station_id=1)
    return office


def holder(office: Office) -> int | None:
    with office.unit() as uow:
        case = uow.cases.get(1)
        entry = uow.roster.get(case.deputy_id) if case is not None and case.deputy_id is not None else None
        return entry.telegram_id if entry is not None else None


def test_staff_read_that_the_deputy_is_of_another_station(two_stations: Office) -> None:
    """With the way to give it to somebody else."""
    office = two_stations
    office.writes(STAFF, "/assign 1 陈静")
    assert holder(office) == RIVER_DEPUTY
    told = office.last(STAFF, containing="陈静是滨河联络站的代表")
    assert "不在阳光联络站" in told.text
    assert "仍归阳光联络站" in told.text
    office.presses(STAFF, told, "改派")
    office.presses(STAFF, office.last(STAFF), "李四")
    assert holder(office) == OTHER_DEPUTY
    assert "不在" not in office.told(STAFF)


def test_so_does_a_deputy_who_hands_over(two_stations: Office) -> None:
    office = two_stations
    office.writes(STAFF, "/assign 1 李四")
    office.writes(OTHER_DEPUTY, "/transfer 1 陈静 在她那边")
    told = office.last(OTHER_DEPUTY, containing="陈静是滨河联络站的代表")
    assert not told.buttons
