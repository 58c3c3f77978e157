"""What reached nobody: those who can do something about it hear so, and nobody hears what is not so."""

from __future__ import annotations

from pathlib import Path

import pytest

from liaisonbot.vocabulary import Role
from tests.support.office import Office

ZHAO, QIAN, LIN, OWNER = 21, 22, 31, 41


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A station with two of its staff and no deputy; Lin has reported something."""
    made = Office(tmp_path, access={"owner_ids": [OWNER]})
    station = made.station()
    made.roster(Role.STAFF, "赵敏", ZHAO, station)
    made.roster(Role.STAFF, "钱二", QIAN, station)
    for worker in (ZHAO, QIAN):
        made.writes(worker, "/start")
    made.writes(LIN, "三号楼电梯坏了")
    return made


def heard(office: Office, who: int, words: str) -> int:
    return sum(words in sent.text for sent in office.chats[who])


def test_one_of_the_staff_is_away_and_the_others_read_it(office: Office) -> None:
    """They are not told that it was the constituent whom nothing reached."""
    office.blocked.add(QIAN)
    office.writes(LIN, "还是没修", answering=office.last(LIN, containing="民情 #1"))

    assert heard(office, ZHAO, "还是没修") == 1
    assert heard(office, ZHAO, "没有送到") == 0
    assert heard(office, OWNER, "都收不到消息") == 0


def test_where_no_staff_can_be_reached_the_owner_hears_so(office: Office) -> None:
    """Once a day; a report of that day need not be lost sight of."""
    office.blocked |= {ZHAO, QIAN}
    office.writes(LIN, "/report 楼道灯坏了")
    office.writes(LIN, "/report 水管漏了")

    assert heard(office, OWNER, "的工作人员都收不到消息") == 1
    assert heard(office, OWNER, "没有送到群众") == 0


def test_staff_who_are_back_hear_how_many_wait(office: Office) -> None:
    """Once, with the way to the queue."""
    office.blocked.add(QIAN)
    office.writes(LIN, "/report 楼道灯坏了")
    office.blocked.remove(QIAN)

    office.writes(QIAN, "/help")
    told = office.last(QIAN, containing="没能送到您这里")
    assert "2 件" in told.text
    office.presses(QIAN, told, "待分派")
    assert "楼道灯坏了" in office.told(QIAN)
    office.writes(QIAN, "/help")
    office.writes(ZHAO, "/help")
    assert heard(office, QIAN, "没能送到您这里") + heard(office, ZHAO, "没能送到您这里") == 0, "the list took its place"
