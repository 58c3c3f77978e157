"""Every command, for every role, in every kind of chat."""

from __future__ import annotations

from pathlib import Path

import pytest

from liaisonbot import commands
from liaisonbot.commands import Kind
from liaisonbot.services import counter
from liaisonbot.vocabulary import Role
from tests.support.office import GROUP, Office

PEOPLE = {Role.CONSTITUENT: 101, Role.DEPUTY: 11, Role.STAFF: 21, Role.OWNER: 31}
LINES = {
    "report": "/report 路灯坏了",
    "language": "/language zh",
    "bind": "/bind A",
    "case": "/case 1",
    "invite": "/invite deputy 钱七 A",
    "help": "/help",
}
"""A line that gives what the command needs; where none stands here, ``/name 1 2026-12-31 words`` will do."""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path, access={"owner_ids": [31]})
    station = office.station()
    office.roster(Role.DEPUTY, "张三", 11, station)
    office.roster(Role.STAFF, "王五", 21, station)
    office.bind_group(station)
    office.writes(101, "路灯坏了")
    return office


@pytest.mark.parametrize("group", [False, True], ids=["private", "group"])
@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("command", commands.COMMANDS, ids=lambda command: command.name)
def test_a_command_is_for_its_roles_and_its_chats(
    office: Office, command: commands.Command, role: Role, group: bool
) -> None:
    """Where it may not be given, or by whom, it does nothing and says so; what one may not use looks like what
    does not exist.
    """
    who, chat = PEOPLE[role], GROUP if group else PEOPLE[role]
    before, said = office.case(1), len(office.chats[chat])
    office.writes(
        who, LINES.get(command.name, f"/{command.name} 1 2026-12-31 张三 words"), group=GROUP if group else None
    )
    assert len(office.chats[chat]) > said, "met with silence"
    key = office.last(chat).outgoing.text.key
    held = {role, Role.CONSTITUENT}
    if group and not command.group:
        assert key == "private-please"
        assert office.last(chat).buttons
    elif not held & set(command.roles):
        assert key == "unknown-command"
    elif not group and not command.private:
        assert key == "group-please"
    else:
        assert key not in ("private-please", "unknown-command", "group-please")
        return
    assert office.case(1) == before


def test_every_command_does_something() -> None:
    """The table of commands and the table of what they do name the same ones; /cancel is the dialogues' own."""
    assert set(counter.PERFORM) == set(commands.BY_NAME) - {"cancel"}


def test_whatever_can_be_asked_for_has_its_question() -> None:
    """What the confirmation offers to change is asked for, though it may have been left out of the line."""
    unasked = [
        (command.name, argument.name)
        for command in commands.COMMANDS
        for argument in command.arguments
        if not argument.ask and (not argument.optional or any(last.kind is Kind.CONFIRM for last in command.arguments))
    ]
    assert unasked == []


def test_menus_fit_telegrams_limits() -> None:
    """Names and descriptions are what setMyCommands takes, and nobody sees commands of other roles."""
    from liaisonbot.texts import catalogue

    for roles in ([Role.CONSTITUENT], [Role.DEPUTY], [Role.STAFF], [Role.OWNER, Role.STAFF, Role.DEPUTY]):
        for name, about in commands.menu(roles):
            assert name.islower()
            assert len(name) <= 32
            for language in ("zh", "en"):
                assert 1 <= len(catalogue(language, "UTC").plain(about)) <= 256
    assert "assign" not in dict(commands.menu([Role.DEPUTY]))
    assert "accept" not in dict(commands.menu([Role.STAFF]))
    assert {name for name, _ in commands.menu([Role.CONSTITUENT], group=True)} >= {"report", "help"}
