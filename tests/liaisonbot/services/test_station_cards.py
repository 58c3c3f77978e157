"""The station's card in each group: posted, pinned, kept current, replaced, taken down."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from liaisonbot.errors import OurMistake
from liaisonbot.incoming import GroupMoved, MembershipChange, Place
from liaisonbot.outgoing import Receipt, Send
from liaisonbot.services import delivery, frontdesk
from liaisonbot.vocabulary import Role
from storage.receptions import SqlReceptions
from tests.support.office import GROUP, Office, Sent

STAFF = 21


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    station = office.station()
    office.roster(Role.DEPUTY, "张三", 11, station, specialties=("roads_transport", "housing"))
    office.roster(Role.STAFF, "王五", STAFF, station)
    office.writes(STAFF, "/bind A", group=GROUP)
    return office


def card(office: Office) -> Sent:
    return office.last(GROUP, containing="怎么反映")


def cards(office: Office) -> list[Sent]:
    return [sent for sent in office.chats[GROUP] if "怎么反映" in sent.text]


def test_binding_posts_and_pins_it(office: Office) -> None:
    """Who the deputies are, and how to report; one for each group."""
    assert "张三" in card(office).text
    assert "/report" in card(office).text
    assert office.pinned[GROUP] == card(office).message_id
    office.ticks()
    assert len(cards(office)) == 1


def test_the_roster_changes_and_the_card_follows(office: Office) -> None:
    """Whatever changed it: the clock compares. The message stays the same."""
    before = card(office)
    office.roster(Role.DEPUTY, "李四", 12, 1)
    office.ticks()
    assert "李四" in before.text
    assert len(cards(office)) == 1


def test_name_reception_day_and_language_follow_too(office: Office) -> None:
    """Each of them stands on the card."""
    office.station(name="新阳光联络站")
    office.writes(STAFF, "/receptionday A 每周三 9:00–11:00")
    office.ticks()
    assert "新阳光联络站" in card(office).text
    assert "每周三 9:00–11:00" in card(office).text
    office.writes(STAFF, "/language en", group=GROUP)
    assert "How to report" in office.last(GROUP, containing="Deputies").text
    assert len(cards(office)) == 0


def test_the_rota_s_next_days_stand_there(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who receives next; past days are gone from it by themselves."""

    def days_of(self: SqlReceptions, deputy_id: int, since: date, limit: int = 3) -> list[date]:
        return [day for day in (date(2026, 11, 25), date(2026, 12, 9)) if day >= since]

    monkeypatch.setattr(SqlReceptions, "days_of", days_of)
    office.ticks()
    assert "11月25日" in card(office).text
    office.ticks(timedelta(days=3))
    assert "12月9日" in card(office).text
    assert "11月25日" not in card(office).text


def test_only_staff_of_the_station_state_its_reception_day(office: Office) -> None:
    """A deputy's line changes nothing."""
    office.station("B", "滨河联络站")
    office.writes(STAFF, "/receptionday B 每周三")
    assert "不是您的联络站" in office.told(STAFF)
    office.writes(11, "/receptionday A 每周三")
    assert "没有这个命令" in office.told(11)
    office.writes(STAFF, "/receptionday A " + "长" * 201)
    assert "200" in office.told(STAFF)


def test_deleted_it_is_replaced(office: Office) -> None:
    """Once a day it is looked whether it is there; a change shows it, too."""
    office.chats[GROUP].remove(card(office))
    office.ticks()
    assert cards(office) == []
    office.ticks(timedelta(days=1))
    assert len(cards(office)) == 1
    assert office.pinned[GROUP] == card(office).message_id


def test_without_the_right_it_is_posted_unpinned_and_that_is_said_once(tmp_path: Path) -> None:
    """And pinned as soon as the bot may."""
    office = Office(tmp_path)
    office.roster(Role.STAFF, "王五", STAFF, office.station())
    office.refused_pins = OurMistake("Bad Request: not enough rights to manage pinned messages in the chat")
    office.writes(STAFF, "/bind A", group=GROUP)
    assert "置顶" in office.told(GROUP)
    assert GROUP not in office.pinned
    office.refused_pins = None
    place = Place(GROUP, "supergroup", "阳光小区")
    change = MembershipChange(
        99, place, None, present=True, was_present=True, administrator=True, reads_everything=True
    )
    with office.unit() as uow:
        frontdesk.membership(uow, office.desk, change)
    office.ticks()
    assert office.pinned[GROUP] == card(office).message_id


def test_unbound_it_is_out_of_use(office: Office) -> None:
    """It says so, hangs no more, and is not kept current."""
    before = card(office)
    office.writes(STAFF, "/unbind", group=GROUP)
    assert "已停用" in before.text
    assert GROUP not in office.pinned
    office.roster(Role.DEPUTY, "李四", 12, 1)
    office.ticks(timedelta(days=2))
    assert cards(office) == []


def test_untied_before_it_could_be_posted_it_is_not_posted(tmp_path: Path) -> None:
    """Telegram was out of reach meanwhile: no card turns up in a group that is tied to nobody."""
    office = Office(tmp_path)
    office.roster(Role.STAFF, "王五", STAFF, office.station())
    office.cut_off = True
    office.writes(STAFF, "/bind A", group=GROUP)
    office.writes(STAFF, "/unbind", group=GROUP)
    office.cut_off = False
    office.ticks()
    assert cards(office) == []
    assert GROUP not in office.pinned


def test_untied_while_it_is_being_posted_it_is_taken_out_again(tmp_path: Path) -> None:
    """It is under way to Telegram when the group is untied; its receipt comes after that."""
    office = Office(tmp_path)
    office.roster(Role.STAFF, "王五", STAFF, office.station())
    office.cut_off = True
    office.writes(STAFF, "/bind A", group=GROUP)
    with office.unit() as uow:
        taken = uow.outbox.turn(office.now + timedelta(seconds=1), ())
        (on_its_way,) = [promise for promise in taken if promise.outgoing.key == "station-card"]
    office.writes(STAFF, "/unbind", group=GROUP)
    with office.unit() as uow:
        delivery.record(uow, office.desk, on_its_way, Receipt((4711,)))
    office.cut_off = False
    office.ticks()
    assert [sent.targets for sent in office.carried if sent.kind is Send.DELETE] == [(4711,)]
    assert cards(office) == []


def test_bound_to_another_station_it_becomes_that_station_s(tmp_path: Path) -> None:
    """The same message, with other deputies."""
    office = Office(tmp_path)
    stations = office.station(), office.station("B", "滨河联络站")
    office.roster(Role.STAFF, "王五", STAFF, *stations)
    office.writes(STAFF, "/bind A", group=GROUP)
    office.writes(STAFF, "/bind B", group=GROUP)
    assert "滨河联络站" in card(office).text
    assert len(cards(office)) == 1


def test_it_survives_the_upgrade_to_a_supergroup(office: Office) -> None:
    """The old one stays behind in the old chat; the new chat gets one of its own."""
    with office.unit() as uow:
        frontdesk.group_moved(uow, office.desk, GroupMoved(99, GROUP, -777))
    office.ticks()
    new = office.last(-777, containing="怎么反映")
    assert office.pinned[-777] == new.message_id


def test_a_group_that_removes_the_bot_has_no_card(office: Office) -> None:
    """Nothing is owed to it, and nothing is looked after."""
    place = Place(GROUP, "supergroup", "阳光小区")
    with office.unit() as uow:
        frontdesk.membership(uow, office.desk, MembershipChange(99, place, None, present=False, was_present=True))
        assert uow.station_cards.wanted() == []
    said = len(office.chats[GROUP])
    office.ticks(timedelta(days=2))
    assert len(office.chats[GROUP]) == said
