"""/help fits one screen of a phone, leads to every command by topic, and explains each with an example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from liaisonbot import commands
from liaisonbot.commands import BY_NAME, COMMANDS, Command, Kind
from liaisonbot.errors import Refused
from liaisonbot.incoming import CommandCall, IncomingMessage, Place, Sender
from liaisonbot.services import arguments, people
from liaisonbot.services.visit import Visit
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OWNER, STAFF
from tests.support.office import Office

ROLES = {ALICE: Role.CONSTITUENT, DEPUTY: Role.DEPUTY, STAFF: Role.STAFF, OWNER: Role.OWNER}
LINES = 12
"""With the heading and the hint; what a phone shows at once, keyboard included."""


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_page_fits_a_screen(office: Office, who: int, language: str) -> None:
    """Six to eight commands, the ones of that role first."""
    office.writes(who, f"/language {language}")
    office.writes(who, "/help")
    lines = office.told(who).splitlines()
    assert len(lines) <= LINES
    assert 6 <= sum(line.startswith("/") for line in lines) <= 8


@pytest.mark.parametrize("who", ROLES)
def test_every_command_of_ones_roles_is_under_a_topic(office: Office, who: int) -> None:
    """Page by page in the same message, each fits; nobody sees a command of somebody else."""
    office.writes(who, "/help")
    page = office.last(who)
    first, topics = page.text, dict(page.buttons)
    found: set[str] = set()
    for data in topics.values():
        office.presses_data(who, data, page)
        lines = page.text.splitlines()
        assert len(lines) <= 16, lines
        found |= {line.split()[0].lstrip("/") for line in lines if line.startswith("/")}
        office.presses(who, page, "返回")
        assert page.text == first
    held = {ROLES[who], Role.CONSTITUENT}
    assert found == {one.name for one in commands.for_roles(held) if one.menu and one.private}


@pytest.mark.parametrize("command", [one.name for one in COMMANDS])
def test_one_command_is_explained(office: Office, command: str) -> None:
    """What it does, and a line to copy; to those who have the command."""
    for who, role in ROLES.items():
        office.writes(who, f"/help {command}")
        has = {role, Role.CONSTITUENT} & set(BY_NAME[command].roles)
        assert (f"例：<code>/{command}" in office.told(who)) == bool(has)
        if not has:
            assert "没有这个命令" in office.told(who)


NOT_THERE = {
    "no-inquiry",
    "project-not-found",
    "reception-not-found",
    "visit-not-found",
    "rota-not-found",
    "duty-not-found-to-staff",
}
"""What refuses an example is that there is no such thing in this office; it was read."""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_example_can_be_sent_as_it_stands(tmp_path: Path, language: str) -> None:
    """Read by the reader of commands it leaves nothing in doubt, and nothing out that a line is to give."""
    office = Office(tmp_path, access={"owner_ids": [OWNER]}, intake={"messages_per_minute": 1000})
    station = office.station("SUN")
    office.roster(Role.DEPUTY, "张三", DEPUTY, station)
    office.roster(Role.STAFF, "王五", STAFF, station)
    with office.unit() as uow:
        for name in ("市政公司", "Waterworks"):
            uow.units.save(name, "", ())
    for name in ("王芳", "Wang Fang"):
        office.roster(Role.DEPUTY, name, None, station)
    for who in ROLES:
        office.writes(who, f"/language {language}")

    wrong = [
        f"/{command.name} {line}: {why}"
        for who, role in ROLES.items()
        for command in commands.for_roles({role})
        if (why := _what_is_wrong(office, who, language, command, line := _example(office, who, command)))
    ]
    assert wrong == []


def _example(office: Office, who: int, command: Command) -> str:
    office.writes(who, f"/help {command.name}")
    found = re.search(rf"<code>/{command.name} ?(.*)</code>", office.told(who))
    assert found, office.told(who)
    return found[1]


def _what_is_wrong(office: Office, who: int, language: str, command: Command, line: str) -> str:
    with office.unit() as uow:
        actor = people.identify(uow, office.desk, Sender(who, None, language))
        call, place = CommandCall(command.name, line), Place(who, "private")
        message = IncomingMessage(1, place, Sender(who, None, language), 1, office.now, line, command=call)
        visit = Visit(uow, office.desk, actor, place, language, message)
        try:
            answers = arguments.parse(visit, command, line)
        except Refused as refused:
            return "" if refused.key in NOT_THERE else refused.key
    asked = arguments.missing(command, answers, guided=False)
    if arguments.DOUBT in answers:
        return str(answers[arguments.DOUBT])
    return asked.name if asked is not None and asked.kind is not Kind.CONFIRM else ""


def test_the_example_of_a_reply(office: Office) -> None:
    """With or without the slash, in either case."""
    office.writes(DEPUTY, "/help /Reply")
    assert "<code>/reply 12 A 要说的话</code>" in office.told(DEPUTY)


def test_the_tables_name_commands_that_exist() -> None:
    """Each role's first commands are its own."""
    assert set(commands.TOPICS) <= set(BY_NAME)
    for role, names in commands.HELP_FIRST.items():
        assert set(names) <= {one.name for one in commands.for_roles({role})}
