"""An office with a station, two deputies, a member of staff and a bound group."""

from __future__ import annotations

from pathlib import Path

import pytest

from liaisonbot.vocabulary import Role
from tests.support.office import Office

DEPUTY, OTHER_DEPUTY, STAFF, OWNER, ALICE, BOB = 11, 12, 21, 31, 101, 102


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path, access={"owner_ids": [OWNER]})
    station = office.station()
    office.roster(Role.DEPUTY, "张三", DEPUTY, station, specialties=("municipal_facilities",))
    office.roster(Role.DEPUTY, "李四", OTHER_DEPUTY, station)
    office.roster(Role.STAFF, "王五", STAFF, station)
    office.bind_group(station)
    return office
