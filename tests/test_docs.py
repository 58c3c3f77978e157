"""What is written beside the code is true of the code: tables, commands, calls, chores, links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
import typer
from typer.main import get_command

import bot
from docs import draw
from liaisonbot.commands import COMMANDS, Command
from liaisonbot.vocabulary import Role
from tests.support.source import ROOT

READMES: Final = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
PAGES: Final = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})
PAIRS: Final = sorted(path for path in PAGES if path.name.endswith(".zh.md"))

_ROLE: Final[Mapping[str, Mapping[Role, str]]] = {
    "en": {Role.CONSTITUENT: "everybody", Role.DEPUTY: "deputy", Role.STAFF: "staff", Role.OWNER: "owner"},
    "zh": {Role.CONSTITUENT: "所有人", Role.DEPUTY: "代表", Role.STAFF: "工作人员", Role.OWNER: "管理员"},
}
_CHAT: Final = {"en": ("private", "group"), "zh": ("私聊", "群")}
_COMMA: Final = {"en": ", ", "zh": "、"}


def row_of(command: Command, language: str) -> tuple[str, str, str]:
    """Who may use it, where, and what it is called: the first cells of its row in a README."""
    comma = _COMMA[language]
    who = comma.join(_ROLE[language][role] for role in command.roles)
    where = comma.join(
        name for name, here in zip(_CHAT[language], (command.private, command.group), strict=True) if here
    )
    return who, where, command.name


def rows_in(page: Path) -> list[tuple[str, str, str]]:
    return re.findall(r"^\| ([^|]+) \| ([^|]+) \| `/(\w+)[^`]*` \|", page.read_text("utf-8"), re.M)


@pytest.mark.parametrize("language", READMES)
def test_the_table_of_commands_is_that_of_the_program(language: str) -> None:
    """Who looks a command up finds all of them, and none that is not there."""
    assert rows_in(READMES[language]) == [row_of(command, language) for command in COMMANDS]


@pytest.mark.parametrize("page", PAIRS, ids=lambda path: path.name)
def test_both_languages_say_the_same(page: Path) -> None:
    """As many headings of each depth, in the same order; the same commands to type."""
    other = page.with_name(page.name.replace(".zh.md", ".md"))
    zh, en = (path.read_text("utf-8") for path in (page, other))

    assert headings(zh) == headings(en)
    assert len(re.findall(r"^\|", zh, re.M)) == len(re.findall(r"^\|", en, re.M))
    assert calls_in(zh) == calls_in(en)


def headings(words: str) -> list[str]:
    """The depth of each heading; comments in blocks of code are none."""
    return re.findall(r"^(#+) ", re.sub(r"```.*?```", "", words, flags=re.S), re.M)


@pytest.mark.parametrize("page", READMES.values(), ids=lambda path: path.name)
def test_a_readme_opens_with_what_to_type_and_a_picture(page: Path) -> None:
    """The two commands, then what one will see; and it stays short enough to be read, the tables aside."""
    words = page.read_text("utf-8")

    assert words.split("\n```sh\n")[1].startswith("make demo")
    assert "\nmake test" in words.split("```")[1]
    assert words.index("make demo") < words.index("](docs/pictures/demo.png)") < words.index("\n## ")
    assert words.count("\n") <= 400  # every command has its row there
    assert len(re.findall(r"^(?!\|)", words, re.M)) <= 200


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """A link within the project names a file or folder that is there."""
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text("utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_that_are_named_are_there(page: Path) -> None:
    """A path in backquotes that begins with one of our folders is one of our files."""
    ours = "liaisonbot|handlers|storage|sandbox|tests|docs|deploy|changes|benchmarks"
    named = re.findall(rf"`((?:{ours})/[\w./-]+)`", page.read_text("utf-8"))

    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_chores_that_are_named_are_in_the_makefile(page: Path) -> None:
    """Every `make …` that somebody is told to type works."""
    chores = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))

    assert set(re.findall(r"(?:`|^|&& |sudo )make ([a-z]+)", page.read_text("utf-8"), re.M)) <= chores


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_calls_that_are_named_are_there(page: Path) -> None:
    """Every `bot.py …` that somebody is told to type is one of the program's calls."""
    group = get_command(bot.app)
    assert isinstance(group, typer.core.TyperGroup)
    known = {
        f"{name} {below}".strip()
        for name, command in group.commands.items()
        for below in getattr(command, "commands", {"": None})
    }
    known |= set(group.commands)

    assert set(calls_in(page.read_text("utf-8"))) <= known


def calls_in(words: str) -> list[str]:
    """The calls of ``bot.py`` that a page names, in order."""
    found = re.findall(
        r"bot\.py (?:--config \S+ )?([a-z-]+(?: (?:import|export|list|show|retry|drop|cases|polls|recount))?)", words
    )
    return [" ".join(call.split()) for call in found]


def test_the_workflow_page_is_drawn_from_the_table() -> None:
    """Who changes a row runs ``make docs``."""
    assert draw.PAGE.read_text("utf-8") == draw.page()


def test_every_decision_has_the_four_parts() -> None:
    """Context, decision, consequences, what else was considered; no number twice."""
    decisions = sorted(path for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))

    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == sorted(set(numbers))
    for path in decisions:
        words = path.read_text("utf-8")
        assert headings(words) == ["#", "##", "##", "##", "##"], path.name
        for part in ("Context", "Decision", "Consequences", "What else was considered"):
            assert f"\n## {part}\n" in words, path.name
