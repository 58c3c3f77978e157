"""What people are told of their data is true of them: of who stands in the roster, the office keeps more."""

from __future__ import annotations

import pytest

from tests.liaisonbot.services.conftest import ALICE, DEPUTY, STAFF
from tests.support.office import Office

NOT_KEPT = "不保存您的姓名和用户名"
STAYS = "名册、履职记录和您写的答复由单位保管"


@pytest.mark.parametrize("who", [DEPUTY, STAFF])
def test_who_stands_in_the_roster_reads_what_is_kept_of_them(office: Office, who: int) -> None:
    """Their name is: the notice does not deny it, and says that it stays after /forget."""
    office.writes(who, "/privacy")
    notice = office.told(who)
    assert NOT_KEPT not in notice
    assert "名册上您的姓名" in notice
    assert "约了接待日的，还有时间和事由" in notice, "they may book as everybody does"
    assert STAYS in notice


def test_constituents_read_that_their_name_is_not_kept(office: Office) -> None:
    """And nothing of a roster."""
    office.writes(ALICE, "/privacy")
    assert NOT_KEPT in office.told(ALICE)
    assert "名册" not in office.told(ALICE)


@pytest.mark.parametrize("who", [DEPUTY, STAFF])
def test_forgetting_who_works_here_says_what_stays(office: Office, who: int) -> None:
    """Before and after; and what is said to stay has stayed: they still work here."""
    office.writes(who, "/forget")
    asked = office.last(who)
    assert STAYS in asked.text
    office.presses(who, asked, "确认")
    said = office.told(who)
    assert "已全部删除" not in said
    assert STAYS in said
    with office.unit() as uow:
        assert uow.roster.of(who, None)


def test_forgetting_a_constituent_says_that_all_is_gone(office: Office) -> None:
    """Nothing of theirs stays, and nothing else is said."""
    office.writes(ALICE, "/forget")
    asked = office.last(ALICE)
    assert "名册" not in asked.text
    office.presses(ALICE, asked, "确认")
    assert "已全部删除" in office.told(ALICE)
