"""``python bot.py …`` as a whole: usage, configuration, exit codes, and a bot that runs and ends."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from typer.core import TyperGroup
from typer.main import get_group
from typer.testing import CliRunner

import bot
from sandbox.sandbox import Sandbox
from tests.support.terminal import ROOT, ROSTER, TOKEN, Place


def calls(group: TyperGroup, *before: str) -> Iterator[tuple[str, ...]]:
    """Every call there is, as one types it, and the groups they stand in."""
    yield before
    for name, command in group.commands.items():
        yield from calls(command, *before, name) if isinstance(command, TyperGroup) else [(*before, name)]


@pytest.mark.parametrize("words", list(calls(get_group(bot.app))), ids=" ".join)
def test_every_call_explains_itself(place: Place, words: tuple[str, ...]) -> None:
    """In English and Chinese, and without a configuration; so does the list of calls in which it stands."""
    told = place.call(*words, "--help")

    assert told.code == 0
    assert "Usage:" in told.out
    assert CHINESE.search(told.out)
    if words:
        listed = place.call(*words[:-1], "--help").out.partition("Commands:")[2]
        entry = re.search(rf"^  {re.escape(words[-1])} .*(\n   .*)*", listed, re.MULTILINE)
        assert entry is not None
        assert CHINESE.search(entry[0])


CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["bogus"],
        ["run", "fast"],
        ["backup"],
        ["roster", "import"],
        ["export", "cases", "--format", "pdf"],
        ["export", "cases", "--since", "yesterday"],
        ["demo", "--port", "99999"],
        ["set-aside", "show"],
        ["check", "--config"],
    ],
)
def test_wrong_usage_ends_with_2(place: Place, words: list[str]) -> None:
    """Whatever is typed wrongly is explained on standard error."""
    told = place.call(*words)

    assert told.code == 2
    assert told.err


def test_the_configuration_is_named_before_or_after_the_words(furnished: Place) -> None:
    """Either way, and the default is config.toml in the folder one is in."""
    config = str(furnished.folder / "config.toml")
    runner = CliRunner()

    for words in (
        ["--config", config, "set-aside", "list"],
        ["set-aside", "--config", config, "list"],
        ["set-aside", "list", "--config", config],
        ["set-aside", "list", f"--config={config}"],
    ):
        assert runner.invoke(bot.app, words).exit_code == 0, words
    assert furnished.process("set-aside", "list").returncode == 0


def test_a_configuration_that_is_not_there_is_said(place: Place) -> None:
    """One line, exit code 1."""
    told = CliRunner().invoke(bot.app, ["export", "cases", "--config", str(place.folder / "other.toml")])

    assert told.exit_code == 1
    assert "other.toml" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_a_wrong_configuration_is_one_line(place: Place) -> None:
    """With everything that is wrong, and never the token."""
    place.write("config.toml", '[telegram]\ntokn = "42:SECRET"\n[locale]\ntimezone = "x"\n')
    told = place.process("set-aside", "list")

    assert told.returncode == 1
    assert len(told.stderr.splitlines()) == 1
    assert b"telegram.token is missing" in told.stderr
    assert b"locale.timezone" in told.stderr
    assert b"SECRET" not in told.stderr + told.stdout


def test_an_error_nobody_thought_of_is_one_line_without_words(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Type and place help to find it; its text may quote a person."""

    def breaks(*_: object) -> None:
        raise ValueError("Alice wrote: my phone is 13800138000")

    monkeypatch.setattr("handlers.terminal.set_asides.list_all", breaks)
    told = place.call("set-aside", "list")

    assert told.code == 1
    assert len(told.err.splitlines()) == 1
    assert "ValueError at test_cli.py:" in told.err
    assert "13800138000" not in told.err


@pytest.mark.parametrize(
    "words", [["export", "cases"], ["set-aside", "list"], ["roster", "export", "x.csv"], ["backup", "x"]]
)
def test_without_a_database_it_is_said_how_one_comes_into_being(place: Place, words: list[str]) -> None:
    """Reading makes none."""
    told = place.call(*words)

    assert told.code == 1
    assert "roster import" in told.err
    assert not (place.folder / "data" / "liaison.db").exists()


async def test_the_bot_runs_until_it_is_told_to_end(place: Place, telegram: Sandbox) -> None:
    """It imports the roster of the configuration, answers, and ends with 0 after SIGTERM."""
    place.api = telegram.url
    place.configure('[files]\nroster = "roster.csv"\n')
    place.write("roster.csv", ROSTER)
    process = await asyncio.create_subprocess_exec(
        sys.executable, ROOT / "bot.py", "run", cwd=place.folder, stderr=asyncio.subprocess.PIPE
    )
    try:
        alice = telegram.user("Alice", language="en")
        alice.starts()
        await alice.told("/mycases", timeout=30)
        process.send_signal(signal.SIGTERM)
        _, log = await asyncio.wait_for(process.communicate(), 15)
    finally:
        if process.returncode is None:
            process.kill()

    assert process.returncode == 0
    assert b"2 rows imported" in log
    assert TOKEN.encode() not in log


async def test_a_token_that_is_refused_ends_the_run_in_one_line(place: Place, telegram: Sandbox) -> None:
    """At once, with the reason; not in a loop."""
    place.api = telegram.url
    place.configure()
    place.write("config.toml", f'[telegram]\ntoken = "42:OTHER"\napi_base_url = "{telegram.url}"\n')
    told = await asyncio.to_thread(place.process, "run")

    assert told.returncode == 1
    assert b"telegram.token: Telegram does not know it" in told.stderr.splitlines()[-1]
    assert b"Traceback" not in told.stderr
    assert b"OTHER" not in told.stderr


@pytest.mark.parametrize("problem", ["role,name,station\nmayor,A,YG\n", None])
def test_a_roster_of_the_configuration_that_cannot_be_imported_is_named_by_its_key(
    place: Place, problem: str | None
) -> None:
    """Whoever reads "row 2" must know of which file, and where it was named."""
    place.configure('[files]\nroster = "people.csv"\n')
    if problem is not None:
        place.write("people.csv", problem)
    told = place.call("run")

    assert told.code == 1
    assert told.err.startswith("nothing was imported: files.roster: ")
    assert len(told.err.splitlines()) == 1


LOADING = """
import os, runpy, sys
program, moment, number = (sys.argv.pop() for _ in range(3))
class Signals:
    def find_spec(self, name, *_):
        if name == moment:
            os.kill(os.getpid(), int(number))
sys.meta_path.insert(0, Signals())
sys.path.insert(0, os.path.dirname(program))
runpy.run_path(program, run_name="__main__")
"""
MOMENTS = ("typer", "handlers.terminal.failures", "handlers.terminal.office")
"""The first library it loads, the first part of its own, and the first that only some calls need."""


def ended_while_loading(place: Place, words: list[str], moment: str, number: signal.Signals) -> tuple[int, str, str]:
    told = subprocess.run(
        [sys.executable, "-c", LOADING, *words, str(int(number)), moment, str(ROOT / "bot.py")],
        cwd=place.folder,
        capture_output=True,
        check=False,
        text=True,
    )
    return told.returncode, told.stdout, told.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("words", [["run"], ["demo"], ["--config", "backup", "run"]], ids=" ".join)
def test_who_ends_it_while_it_still_loads_has_ended_it_well(
    place: Place, number: signal.Signals, words: list[str], moment: str
) -> None:
    """Loading takes seconds on a small machine: exit code 0 and no word, as later; nothing was in hand yet."""
    assert ended_while_loading(place, words, moment, number) == (0, "", "")


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(
    "words", [["check"], ["backup", "run"], ["--config", "run", "set-aside", "list"]], ids=" ".join
)
def test_any_other_call_that_is_interrupted_while_it_loads_has_failed(
    place: Place, words: list[str], moment: str
) -> None:
    """A script must not take it for done: exit code 1 and one line, as later."""
    assert ended_while_loading(place, words, moment, signal.SIGINT) == (1, "", "interrupted\n")
