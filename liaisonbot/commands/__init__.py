"""The one table of commands: who may use which, where, and what each needs to know.

``/help``, the command menus, the parser, the guided dialogues and the test of every command × role × chat are made
from it. What a command does stands beside it in :mod:`liaisonbot.services.counter`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from liaisonbot import workflow
from liaisonbot.commands import casework, duty, office, projects, receptions
from liaisonbot.commands.kinds import Argument as Argument
from liaisonbot.commands.kinds import Command as Command
from liaisonbot.commands.kinds import Kind as Kind
from liaisonbot.commands.topics import HELP_FIRST as HELP_FIRST
from liaisonbot.commands.topics import TOPICS as TOPICS
from liaisonbot.commands.topics import Topic as Topic
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role, Stage

COMMANDS: Final[tuple[Command, ...]] = (
    *casework.COMMANDS,
    *office.COMMANDS,
    *projects.COMMANDS,
    *duty.COMMANDS,
    *receptions.COMMANDS,
)

BY_NAME: Final[Mapping[str, Command]] = {command.name: command for command in COMMANDS}


def topics(roles: Iterable[Role]) -> dict[Topic, list[Command]]:
    """The commands that somebody with these roles has use for in private, by what they want to do."""
    usable = [command for command in for_roles(roles) if command.menu and command.private]
    found = {topic: [one for one in usable if TOPICS.get(one.name, Topic.CASES) is topic] for topic in Topic}
    return {topic: commands for topic, commands in found.items() if commands}


def for_roles(roles: Iterable[Role]) -> list[Command]:
    """The commands that somebody with these roles has use for, in the table's order."""
    held = set(roles)
    return [command for command in COMMANDS if command.is_for(held)]


def menu(roles: Iterable[Role], *, group: bool = False) -> list[tuple[str, Text]]:
    """Name and description for Telegram's command menu: of a private chat, or of groups."""
    return [
        (command.name, command.about)
        for command in for_roles(roles)
        if command.menu and (command.group if group else command.private)
    ]


def stages_for(command: Command) -> tuple[Stage, ...]:
    """The stages of the cases it can be used on; all of them where it changes no stage."""
    if command.event is None:
        return tuple(Stage)
    return tuple(row.when for row in workflow.STEPS if row.on == command.event and row.when is not None)
