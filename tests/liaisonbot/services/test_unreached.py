"""What reached nobody: those who can do something about it hear so, and nobody hears what is not so."""

from __future__ import annotations

from pathlib import Path

import pytest

from liaisonbot.model import Attachment
from liaisonbot.outgoing import Send
from liaisonbot.vocabulary import Role
from tests.support.office import Office

ZHAO, QIAN, LIN, OWNER, WANG = 21, 22, 31, 41, 51
VOICE = Attachment("voice", "voice-1")


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


def test_who_takes_no_voice_messages_reads_what_came_with_it(office: Office) -> None:
    """The deputy hears in words that the voice did not arrive, instead of a sign that it did; nobody counts as gone."""
    with office.unit() as uow:
        station = uow.stations.all()[0].id
    office.roster(Role.DEPUTY, "王建国", WANG, station)
    office.writes(WANG, "/start")
    office.writes(LIN, "/report 楼道灯坏了")
    office.takes_no_files.add(LIN)
    office.writes(WANG, "是哪一盏", answering=office.last(WANG, containing="#2"), attachments=(VOICE,))

    read = office.last(LIN)
    assert "是哪一盏" in read.text
    assert "不接收" in read.text
    assert "没有送到" in office.told(WANG)
    assert not any(sent.kind is Send.REACTION for sent in office.carried)
    with office.unit() as uow:
        person = uow.people.find(LIN)
    assert person is not None
    assert person.reachable
