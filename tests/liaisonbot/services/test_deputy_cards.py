"""What a constituent may know of a deputy, and how they choose one."""

from __future__ import annotations

import pytest

from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.liaisonbot.services.test_routing import Rota
from tests.support.office import Office, SqlUnitOfWork


def test_a_card_tells_name_station_and_specialties_and_no_account(office: Office) -> None:
    """Everybody may read it, whether they have a case or not."""
    office.writes(ALICE, "/deputy 张三")
    card = office.last(ALICE)
    assert "张三" in card.text
    assert "阳光联络站" in card.text
    assert "市政设施" in card.text
    assert not card.buttons
    for secret in (str(DEPUTY), "@", "在办"):
        assert secret not in card.text


def test_reception_days_stand_on_it_once_they_are_known(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Today's included."""
    monkeypatch.setattr(SqlUnitOfWork, "receptions", Rota(1))
    office.writes(ALICE, "/deputy 张三")
    assert "接待日：11月23日" in office.told(ALICE)


def test_asked_without_a_name_it_offers_names_only(office: Office) -> None:
    """How busy somebody is, is between them and the office."""
    office.writes(ALICE, "/deputy")
    asked = office.last(ALICE)
    assert {"张三", "李四"} <= set(asked.buttons)
    office.presses(ALICE, asked, "李四")
    assert "李四" in office.told(ALICE)


def test_the_card_offers_to_take_a_new_case_of_ones_own(office: Office) -> None:
    """Only while nobody has accepted it, and only one's own."""
    office.writes(ALICE, "路灯坏了")
    office.writes(BOB, "/deputy 李四")
    assert not office.last(BOB).buttons
    office.writes(ALICE, "/deputy 李四")
    card = office.last(ALICE)
    assert list(card.buttons) == ["✋ 请李四代表跟进 #1"]
    office.presses(BOB, card, "请李四代表跟进")
    assert office.case(1).deputy_id == 1
    office.presses(ALICE, card, "请李四代表跟进")
    assert office.case(1).deputy_id == 2
    assert "李四</b>代表会跟进" in office.last(ALICE, containing="已收到").text
    office.writes(OTHER_DEPUTY, "/accept 1")
    office.writes(ALICE, "/deputy 张三")
    assert not office.last(ALICE).buttons


def test_the_list_of_others_has_pages_and_opens_cards(office: Office) -> None:
    """Eight on a page; a card leads back to the page it was opened from."""
    for number in range(10):
        office.roster(Role.DEPUTY, f"代表{number}", 200 + number, 1)
    office.roster(Role.DEPUTY, "无账号", None, 1)
    office.writes(ALICE, "路灯坏了")
    office.presses(ALICE, office.last(ALICE, containing="已收到"), "换一位")
    choice = office.last(ALICE, containing="想请哪位")
    assert len(choice.buttons) == 9
    office.presses(ALICE, choice, "下一页")
    assert {"代表8", "代表9", "李四"} & set(choice.buttons)
    assert "无账号" not in choice.buttons
    office.presses(ALICE, choice, "李四")
    assert "李四" in choice.text
    office.presses(ALICE, choice, "看其他代表")
    assert "上一页" in "".join(choice.buttons)
    office.presses(ALICE, choice, "李四")
    office.presses(ALICE, choice, "请李四代表跟进")
    assert office.case(1).deputy_id == 2


def test_whoever_works_for_the_unit_is_not_offered(office: Office) -> None:
    """Nor can they be chosen by an old button, nor be assigned."""
    with office.unit() as uow:
        (other,) = uow.roster.of(OTHER_DEPUTY, None)
        uow.roster.save(
            Role.DEPUTY,
            "李四",
            telegram_id=OTHER_DEPUTY,
            username=None,
            language="zh",
            station_ids=other.station_ids,
            specialties=(),
            employer="自来水公司",
            now=office.now,
        )
    office.writes(ALICE, "自来水公司挖的路没填")
    office.presses(ALICE, office.last(ALICE, containing="已收到"), "换一位")
    assert "没有其他代表" in office.toasts[-1]
    for data in ("deputy:1:2", "deputycard:1:2:0"):
        office.presses_data(ALICE, data)
        assert "没有这位代表" in office.toasts[-1]
    office.writes(STAFF, "/assign 1 李四")
    assert "要回避" in office.told(STAFF)
    assert office.case(1).deputy_id == 1


@pytest.mark.parametrize("data", ["deputies:1", "deputies:1:0", "deputycard:1:2:0", "deputy:1:2"])
def test_nobody_chooses_for_somebody_else(office: Office, data: str) -> None:
    """A case that is not theirs answers like one that does not exist."""
    office.writes(ALICE, "路灯坏了")
    office.presses_data(BOB, data)
    assert "没有找到" in office.toasts[-1]
    assert office.case(1).deputy_id == 1
