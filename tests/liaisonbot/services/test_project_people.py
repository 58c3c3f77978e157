"""Who hears of a project, and what it is called when they do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import liaisonbot
from liaisonbot.outgoing import Send
from liaisonbot.services import project_people
from liaisonbot.texts import Text
from tests.liaisonbot.services.conftest import ALICE, BOB, STAFF
from tests.support.office import GROUP, Office

CHINESE = sorted((Path(liaisonbot.__file__).parent / "locales" / "zh").glob("*.po"))


@pytest.mark.parametrize("path", CHINESE, ids=lambda path: path.stem)
def test_a_project_is_written_in_one_form(path: Path) -> None:
    """*5 号项目*, not *第 5 号项目* here and *项目 5 号* there."""
    with path.open("rb") as file:
        said = [text for message in read_po(file) for text in ([message.string] if message.id else [])]
    other = re.compile(r"第 ?\{number\} ?号|项目 ?\{number\} ?号")
    assert not [text for text in said if other.search(text if isinstance(text, str) else "".join(text))]


def told(office: Office, chat: int) -> int:
    return sum("好消息" in sent.text for sent in office.chats[chat])


def tell(office: Office) -> None:
    with office.unit() as uow:
        project = uow.projects.get(1)
        assert project is not None
        project_people.tell_those_behind(
            uow, office.desk, project, Text.of("project-told-withdrawn", number=1, title="好消息")
        )
    office.ticks()


def test_those_behind_a_project_hear_of_it_in_private_with_the_way_to_it(office: Office) -> None:
    """Its proposer and who supports it, each once; the group hears nothing."""
    for who in (ALICE, BOB, STAFF):
        office.writes(who, "/start")
    office.writes(ALICE, "/propose 给老楼加装电梯")
    office.writes(BOB, "/project 1")
    office.presses(BOB, office.last(BOB), "我也支持")
    tell(office)
    assert [told(office, chat) for chat in (ALICE, BOB, STAFF, GROUP)] == [1, 1, 0, 0]
    assert any("project_1" in data for data in office.last(ALICE).buttons.values())


def test_a_proposer_who_never_opened_the_private_chat_hears_of_it_in_the_group(office: Office) -> None:
    """Nobody is named there."""
    office.writes(ALICE, "/propose 给老楼加装电梯", group=GROUP)
    tell(office)
    assert told(office, GROUP) == 1
    assert not [sent for sent in office.chats[ALICE] if sent.outgoing.kind is Send.TEXT]
