"""The shape of the program: which way imports point, what the tables have in common, what stands in no file."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

from liaisonbot import permissions, workflow
from liaisonbot.commands import BY_NAME, COMMANDS
from liaisonbot.permissions import Permission
from liaisonbot.services.counter import PERFORM
from liaisonbot.settings import every_key
from tests.support.source import ROOT, Module, modules, project_files

PARTS: Final = ("liaisonbot", "storage", "handlers", "sandbox")

MAY_IMPORT: Final[Mapping[str, frozenset[str]]] = {
    # part         may know, besides itself, of ours and of what is foreign to the others
    "liaisonbot": frozenset(),
    "storage": frozenset({"liaisonbot", "sqlalchemy", "alembic", "aiosqlite", "sqlite3", "psycopg"}),
    "handlers": frozenset({"liaisonbot", "telegram", "aiohttp"}),
    "sandbox": frozenset({"liaisonbot", "aiohttp"}),
}
"""One direction: ``handlers`` and ``storage`` know the office, and the office knows neither."""

PUTS_TOGETHER: Final[Mapping[str, frozenset[str]]] = {
    # where both sides are in view, and why
    "handlers/running.py": frozenset({"storage"}),  # the bot as a whole
    "handlers/terminal/": frozenset({"storage", "sandbox"}),  # bot.py's calls
    "sandbox/demo.py": frozenset({"handlers", "storage"}),  # server, page and bot in one process
}

KNOWN_AS: Final = {
    "dateutil": "python_dateutil",
    "docx": "python_docx",
    "PIL": "pillow",
    "telegram": "python_telegram_bot",
}
"""Where the package has another name than the module."""

OURS: Final = {*PARTS, "bot", "tests", "docs", "benchmarks"}
WATCHED: Final = OURS.union(*MAY_IMPORT.values())


def allowed(module: Module) -> frozenset[str]:
    """What this file may import, of all that is watched."""
    part = module.path.partition("/")[0]
    extra = [names for place, names in PUTS_TOGETHER.items() if module.path.startswith(place)]
    return frozenset({part}).union(MAY_IMPORT[part], *extra)


@pytest.mark.parametrize("part", PARTS)
def test_imports_point_one_way(part: str) -> None:
    """The rules of the office can be read, and changed, without Telegram or SQL in view."""
    wrong = [
        f"{module.path} imports {name}"
        for module in modules(part)
        for name in {full.partition(".")[0] for full in module.imports()}
        if name in WATCHED and name not in allowed(module)
    ]

    assert wrong == []


def test_no_modules_import_each_other() -> None:
    """Neither directly nor in a circle: what stands below can be read, and loaded, without what stands above it. A
    package is no exception; only its own modules may name it, who are found through it.
    """
    ours = {module.name: module for part in PARTS for module in modules(part)}
    graph = {
        name: {full for full in module.loads() if full in ours and not f"{name}.".startswith(f"{full}.")}
        for name, module in ours.items()
    }

    TopologicalSorter(graph).prepare()  # a CycleError says who


NAMED_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "running": (*PARTS, "bot.py"),
    "developing": ("tests", "docs", "benchmarks"),
}
"""What may lean on which of the lists in ``pyproject.toml``; who develops runs it, too."""


@pytest.mark.parametrize("purpose", NAMED_FOR)
def test_what_is_imported_is_named(purpose: str) -> None:
    """Nothing that runs leans on a library that is only there for the tests, or because another one needs it now."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = project["project"]["dependencies"] + (
        project["dependency-groups"]["dev"] if purpose == "developing" else []
    )
    named = {re.split(r"[^\w-]", line)[0].lower().replace("-", "_") for line in lines}
    foreign = {
        top
        for module in modules(*NAMED_FOR[purpose])
        for top in (full.partition(".")[0] for full in module.imports())
        if top and top not in sys.stdlib_module_names and top not in OURS
    }

    assert {top for top in foreign if KNOWN_AS.get(top, top).lower() not in named} == set()


BY_HAND: Final[Mapping[str, str]] = {
    "liaisonbot/as_json.py": "the door itself",
    "liaisonbot/reports/tables.py": "lines of an export, as those who read them have known them",
    "liaisonbot/services/privacy.py": "a file for people, with a line for each value",
    "liaisonbot/services/station_cards.py": "digests that stand in the database",
    "handlers/terminal/": "for people, on the terminal",
    "storage/postgres_backup.py": "the manifest in a backup, for people too",
    "storage/sealed.py": "what is sealed has to be computed from the same bytes for ever",
}
"""Where the standard library writes JSON, because it matters how it looks."""


def test_json_goes_through_one_door() -> None:
    """``liaisonbot/as_json.py`` is quicker, and refuses nothing that people write."""
    past_it = {module.path for module in modules("liaisonbot", "handlers", "storage") if "json" in module.imports()}

    assert {path for path in past_it if not path.startswith(tuple(BY_HAND))} == set()
    assert [place for place in BY_HAND if not any(path.startswith(place) for path in past_it)] == []


# --- tables -----------------------------------------------------------------------------------------------------------


def test_every_command_can_be_carried_out() -> None:
    """A row in the table of commands is a promise; ``/cancel`` is kept by the dialogues."""
    assert set(PERFORM) == set(BY_NAME) - {"cancel"}
    assert len(BY_NAME) == len(COMMANDS)


def test_every_right_is_granted_and_every_step_needs_one() -> None:
    """What nobody may do is dead, and what nobody grants is open to nobody."""
    assert set(permissions.GRANTS) == set(Permission)
    assert {row.needs for row in workflow.STEPS} <= set(Permission)
    assert all(permissions.GRANTS.values())


def test_every_button_leads_to_a_command_on_a_case() -> None:
    """Buttons and commands do the same thing through the same code."""
    for button in workflow.BUTTONS:
        command = BY_NAME[button.command]
        assert command.event is button.event
        assert command.arguments[0].name == "case"


@pytest.mark.parametrize("page", ["config.example.toml", "docs/configuration.md", "docs/configuration.zh.md"])
def test_every_setting_is_documented(page: str) -> None:
    """Whoever runs the bot finds each key where they look for it."""
    words = (ROOT / page).read_text("utf-8")

    missing = [f"{section}.{name}" for section, name, _, _ in every_key() if not _speaks_of(words, section, name)]

    assert missing == []


def _speaks_of(words: str, section: str, name: str) -> bool:
    return f"`{section}.{name}`" in words or re.search(rf"^\[{section}\]\n(?:(?!\[).*\n)*(?:# )?{name} = ", words, re.M)


# --- what stands in no file -------------------------------------------------------------------------------------------

NOWHERE: Final[Mapping[str, str]] = {
    "a package registry's host": r"pypi\.org|pythonhosted\.org|test\.pypi|npmjs\.(?:com|org)|registry\.yarnpkg|"
    r"(?:mirrors?|pypi)\.[\w-]+\.(?:edu\.cn|com|cn)|--index-url|--extra-index-url|--find-links ",
    "a path on somebody's machine": r"(?<![\w.])/(?:work|home|root|Users)/[\w.]+|\b[A-Z]:\\\\?Users",
    "a folder beside the project": r"(?<![\w/.])\.\./shared\b",
}
TEXT: Final = {".py", ".md", ".toml", ".lock", ".po", ".js", ".css", ".html", ".json", ".sh", ".mako", ".service", ""}


def texts() -> Iterator[tuple[Path, str]]:
    for path in project_files():
        if path.suffix in TEXT or path.suffix == ".conf":
            yield path.relative_to(ROOT), path.read_text("utf-8")


@pytest.mark.parametrize("what", NOWHERE)
def test_no_file_names(what: str) -> None:
    """The project works from any registry, and in any folder."""
    found = [
        f"{path}: {match[0]}"
        for path, words in texts()
        if path != Path("tests/test_shape.py")
        for match in re.finditer(NOWHERE[what], words)
    ]

    assert found == []


def test_every_service_can_be_imported_by_itself() -> None:
    """In whichever order: no module needs another to have been there before."""
    names = [module.stem for module in sorted((ROOT / "liaisonbot" / "services").glob("*.py"))]
    program = (
        "import importlib, sys, liaisonbot.services as services\n"
        "for name in sys.argv[1:]:\n"
        "    for known in [known for known in sys.modules if known.startswith('liaisonbot.services.')]:\n"
        "        services.__dict__.pop(sys.modules.pop(known).__name__.rpartition('.')[2], None)\n"
        "    importlib.import_module(f'liaisonbot.services.{name}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
