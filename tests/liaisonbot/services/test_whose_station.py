"""What staff got to see while a case, or they themselves, were of a station: it follows the case, not them."""

from __future__ import annotations

import pytest

from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import GROUP, Office

RIVER_STAFF = 22


@pytest.fixture
def two(office: Office) -> Office:
    """A second station with staff of its own."""
    office.roster(Role.STAFF, "赵六", RIVER_STAFF, office.station("B", "滨河联络站"))
    for who in (DEPUTY, OTHER_DEPUTY, STAFF, RIVER_STAFF):
        office.writes(who, "/start")
    return office


@pytest.mark.parametrize("shown", ["the card", "its course"])
def test_who_went_to_another_station_does_not_follow_the_cases_of_the_one_before(two: Office, shown: str) -> None:
    """A card that stands in their chat stays as it was, whatever is said in the case since."""
    office = two
    letter = office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.writes(DEPUTY, "/transfer 1 staff 我不在")
    if shown == "its course":
        office.writes(STAFF, "/case 1")
    before = [sent.text for sent in office.chats[STAFF]]
    assert any("路灯坏了" in text for text in before)
    office.roster(Role.STAFF, "王五", STAFF, 2)
    office.writes(ALICE, "/report 门牌三零五的路灯坏了", group=GROUP, message_id=letter, edit=True)

    assert "门牌三零五" in str(office.case(1).text)
    assert [sent.text for sent in office.chats[STAFF]] == before


def test_a_card_on_its_way_goes_to_the_station_that_the_case_belongs_to(two: Office) -> None:
    """Its author put right which station is meant before Telegram could be reached."""
    office = two
    with office.unit() as uow:
        for entry in uow.roster.deputies():
            uow.roster.retire(entry.id, office.now)
    office.writes(ALICE, "/start")
    with office.unit() as uow:
        person = uow.people.find(ALICE)
        assert person is not None
        uow.people.set_station(person.id, 1)
    office.cut_off = True
    office.writes(ALICE, "小区里的路灯坏了")
    office.presses_data(ALICE, "station:1:2")
    office.cut_off = False
    office.ticks()

    assert "路灯坏了" in office.told(RIVER_STAFF)
    assert not any("路灯坏了" in sent.text for sent in office.chats[STAFF])
