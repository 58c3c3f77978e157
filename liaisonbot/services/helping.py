"""/help: what one most often wants, the rest by topic behind buttons, and one command explained with an example.

Made from the table of commands; everybody sees the commands of their own roles, and nobody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from liaisonbot import commands
from liaisonbot.commands import Argument, Command, Kind
from liaisonbot.errors import Refused
from liaisonbot.outgoing import Button, Rows
from liaisonbot.services import cards, works_arguments
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

AHEAD: Final = timedelta(days=14)
"""How far ahead the day of an example is."""


def say_help(visit: Visit, answers: Answers) -> None:
    """The first page; with a command's name, what that one does and how it is written."""
    if not visit.place.private:
        visit.say(Text.of("help-group", bot=visit.desk.bot.username))
        return
    name = answers.get("about", "").strip().lstrip("/").lower()
    if not name:
        visit.say(_first(visit), rows=_topic_rows(visit))
        return
    command = next((one for one in commands.for_roles(visit.actor.roles) if one.name == name), None)
    if command is None:
        raise Refused("unknown-command")
    visit.say(_explained(visit, command), rows=_topic_rows(visit))


def _first(visit: Visit) -> Text:
    role = visit.actor.roles[0]
    lines = [_line(commands.BY_NAME[name]) for name in commands.HELP_FIRST[role]]
    return Text.lines(Text.of(f"help-{role}"), *lines, Text.of("help-one"))


def _line(command: Command) -> Text:
    return Text.of("help-line", command=command.name, about=command.about)


def _topic_rows(visit: Visit) -> Rows:
    return cards.in_pairs(
        [Button(Text.of(f"help-topic-{topic}"), data=f"help:{topic}") for topic in commands.topics(visit.actor.roles)]
    )


def _turn(visit: Visit, rest: Sequence[str]) -> None:
    """A topic's commands, in place of what stood there; or the first page again."""
    by_topic = commands.topics(visit.actor.roles)
    topic = next((topic for topic in by_topic if list(rest) == [topic]), None)
    if topic is None and list(rest) != ["first"]:
        raise Refused("old-button")
    visit.toast()
    if topic is None:
        visit.show(_first(visit), rows=_topic_rows(visit))
        return
    lines = [_line(command) for command in by_topic[topic]]
    title = Text.of("help-topic-title", topic=Text.of(f"help-topic-{topic}"))
    back = Button(Text.of("button-back"), data="help:first")
    visit.show(Text.lines(title, *lines, Text.of("help-one")), rows=((back,),))


# --- one command ------------------------------------------------------------------------------------------------------

_WRITTEN: Final = frozenset({Kind.REPLY_CLASS, Kind.DELEGATE})
"""What is not needed in one line, but usually written."""
_NOT_WRITTEN: Final = frozenset({Kind.CONFIRM, Kind.PAYLOAD})


def _explained(visit: Visit, command: Command) -> Text:
    """What it does, and a line that can be copied; where it asks for things, that it does so by itself."""
    written = [argument for argument in command.arguments if _is_written(argument)]
    name = Text.of("help-command", command=command.name)
    asks = any(argument.kind not in _NOT_WRITTEN and not argument.optional for argument in command.arguments)
    example = _joined([name, *(_sample(visit, argument) for argument in written)])
    return Text.lines(
        _line(command),
        Text.of("help-example", example=example),
        Text.of("help-asks", command=command.name) if asks else None,
    )


def _is_written(argument: Argument) -> bool:
    wanted = argument.wanted is None or argument.wanted({})
    needed = wanted and not argument.guided and not argument.optional and not argument.detail
    return argument.kind not in _NOT_WRITTEN and (needed or argument.kind in _WRITTEN)


def _sample(visit: Visit, argument: Argument) -> Text:
    kind = argument.kind
    if kind in _DAYS:
        return Text.of("sample-day", day=(visit.desk.today + _DAYS[kind]).isoformat())
    return Text.of(f"sample-{_LIKE.get(kind, kind)}")


_DAYS: Final[Mapping[Kind, timedelta]] = {
    Kind.DATE: AHEAD,
    Kind.WORKING_DATE: AHEAD,
    Kind.FIRST_DAY: AHEAD,
    Kind.LAST_DAY: AHEAD + timedelta(days=4),
    Kind.PAST_DATE: timedelta(),
    Kind.DUTY_DAY: timedelta(),
    Kind.WORK_DUE: timedelta(days=300),
    Kind.WORK_FIX_BY: AHEAD,
}
_LIKE: Final[Mapping[Kind, Kind]] = {
    Kind.CASE_OR_CODE: Kind.CASE,
    Kind.MERGED_CASE: Kind.CASE,
    Kind.DEPUTY_OR_STAFF: Kind.DEPUTY,
    Kind.PARTING_DEPUTY: Kind.OUR_DEPUTY,
    Kind.DEPUTY_CARD: Kind.DEPUTY,
    Kind.DELEGATE: Kind.DEPUTY,
    Kind.INVITED_NAME: Kind.DEPUTY,
    Kind.UNIT: Kind.UNITS,
    Kind.UNIT_WITH_CASE: Kind.UNITS,
    Kind.SERVED_STATION: Kind.STATION,
    Kind.PIECE: Kind.PART,
    **dict.fromkeys(works_arguments.PROJECTS, Kind.WORK_TO_KEEP),
    Kind.WORK_FINDING: Kind.WORK_MILESTONE,
}
"""Kinds whose example is that of another."""


SAMPLED: Final = frozenset(
    _LIKE.get(argument.kind, argument.kind)
    for command in commands.COMMANDS
    for argument in command.arguments
    if _is_written(argument) and argument.kind not in _DAYS
)
"""Kinds that have an example of their own, ``sample-…``."""


def _joined(words: Sequence[Text]) -> Text:
    first, *rest = words
    return Text.of("words-before", first=first, rest=_joined(rest)) if rest else first


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"help": say_help}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"help": _turn}
