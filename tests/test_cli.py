"""``python bot.py …``: what it prints, where, and its exit codes."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot
from liaisonbot.ports import StoredUpdate
from sandbox.sandbox import Sandbox
from storage.instance_lock import sole_use
from storage.urls import sqlite_url
from tests.support.makers import NOW, a_case, a_deputy, a_station
from tests.support.units import a_unit

ROOT = Path(__file__).parents[1]
TOKEN = "42:TEST"
ROSTER = "role,name,station,telegram_id\ndeputy,王芳,YG,5001\nstaff,赵敏,YG,5002\n"


@dataclass
class Told:
    """How a call ended."""

    code: int
    out: str
    err: str
    raw: bytes = b""


@dataclass
class Place:
    """A folder with a configuration, in which calls are made."""

    folder: Path
    api: str = "http://127.0.0.1:9"

    def write(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path

    def configure(self, more: str = "") -> None:
        self.write(
            "config.toml",
            f'[telegram]\ntoken = "{TOKEN}"\napi_base_url = "{self.api}"\n[access]\nowner_ids = [1]\n{more}',
        )

    @property
    def database(self) -> str:
        return sqlite_url(self.folder / "data" / "liaison.db")

    def call(self, *words: str) -> Told:
        """In this process; what a crash would show of Python, the test would see as well."""
        result = CliRunner().invoke(bot.app, ["--config", str(self.folder / "config.toml"), *words])
        assert "Traceback" not in result.stderr
        assert TOKEN not in result.output
        return Told(
            result.exit_code, result.stdout_bytes.decode("utf-8", "replace"), result.stderr, result.stdout_bytes
        )

    def process(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """In a process of its own, in that folder, with the default configuration."""
        return subprocess.run(
            [sys.executable, ROOT / "bot.py", *words], cwd=self.folder, capture_output=True, timeout=60, check=False
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.configure()
    return place


@pytest.fixture
def furnished(place: Place) -> Place:
    """With a roster, and so a database."""
    place.write("roster.csv", ROSTER)
    assert place.call("roster", "import", str(place.folder / "roster.csv")).code == 0
    return place


def with_cases(place: Place, count: int = 1) -> None:
    with a_unit(place.database) as uow:
        station = a_station(uow)
        deputy = a_deputy(uow, station=station)
        for _ in range(count):
            a_case(uow, station=station, deputy=deputy)


# --- usage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["run", "--help"],
        ["demo", "--help"],
        ["check", "--help"],
        ["roster", "import", "--help"],
        ["roster", "export", "--help"],
        ["export", "cases", "--help"],
        ["backup", "--help"],
        ["restore", "--help"],
        *(["set-aside", call, "--help"] for call in ("list", "show", "retry", "drop")),
    ],
)
def test_every_call_explains_itself(place: Place, words: list[str]) -> None:
    """In English and Chinese, and without a configuration."""
    told = place.call(*words)

    assert told.code == 0
    assert "Usage:" in told.out


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


# --- roster -----------------------------------------------------------------------------------------------------------


def test_a_roster_is_imported_and_exported(furnished: Place) -> None:
    """What comes out can go in again."""
    out = furnished.folder / "out.xlsx"

    assert furnished.call("roster", "export", str(out)).code == 0
    assert "no changes" in furnished.call("roster", "import", str(out), "--replace").out


def test_a_dry_run_says_and_does_nothing(place: Place) -> None:
    """Not even a database comes into being."""
    told = place.call("roster", "import", str(place.write("roster.csv", ROSTER)), "--dry-run")

    assert told.code == 0
    assert "added: deputy 王芳 (YG)" in told.out
    assert "nothing was imported" in told.out
    assert not (place.folder / "data").exists()


def test_a_file_with_errors_is_not_imported_at_all(furnished: Place) -> None:
    """One line on standard error with every problem; one line each on standard output, to work through."""
    path = furnished.write("bad.csv", "role,name,telegram_id\ndeputy,New,1\nmayor,A,2\ndeputy,B,x\n")
    told = furnished.call("roster", "import", str(path), "--replace")

    assert told.code == 1
    assert len(told.err.splitlines()) == 1
    assert "row 3, column role" in told.err
    assert "row 4, column telegram_id" in told.err
    assert len(told.out.splitlines()) == 2
    with a_unit(furnished.database) as uow:
        assert sorted(entry.name for entry in uow.roster.all()) == ["王芳", "赵敏"]


def test_retiring_a_deputy_with_cases_needs_the_bots_name(furnished: Place) -> None:
    """Their cards are written anew with links to the bot; when Telegram cannot be asked, nothing is changed."""
    with_cases(furnished)
    told = furnished.call("roster", "import", str(furnished.folder / "roster.csv"), "--replace")

    assert told.code == 1
    with a_unit(furnished.database) as uow:
        assert len(uow.roster.all()) == 3


async def test_a_deputy_who_leaves_gives_back_their_cases(furnished: Place, telegram: Sandbox) -> None:
    """Once Telegram says who the bot is."""
    furnished.api = telegram.url
    furnished.configure()
    with_cases(furnished)

    told = await asyncio.to_thread(
        furnished.call, "roster", "import", str(furnished.folder / "roster.csv"), "--replace"
    )

    assert told.code == 0
    with a_unit(furnished.database) as uow:
        cases, count = uow.cases.unassigned(None)
        assert (count, cases[0].deputy_id) == (1, None)


def test_the_calls_work_on_a_server_too(place: Place, postgres_url: str) -> None:
    """Only database.url is another."""
    place.configure(f'[database]\nurl = "{postgres_url}"\n')
    roster, copy, out = (str(place.folder / name) for name in ("roster.csv", "copy.zip", "out.csv"))
    place.write("roster.csv", ROSTER)

    for words in (
        ["roster", "import", roster, "--dry-run"],
        ["roster", "import", roster],
        ["roster", "export", out],
        ["export", "cases"],
        ["export", "cases", "--format", "xlsx", "--out", str(place.folder / "cases.xlsx")],
        ["set-aside", "list"],
        ["backup", copy],
        ["restore", copy],
    ):
        told = place.call(*words)
        assert told.code == 0, (words, told.err)
    assert "王芳" in Path(out).read_text("utf-8-sig")
    assert "2 things to mend" not in place.call("check").err


# --- export -----------------------------------------------------------------------------------------------------------


def test_cases_are_one_object_a_line(furnished: Place) -> None:
    """On standard output, UTF-8 whatever the terminal thinks."""
    with_cases(furnished, 3)
    told = furnished.call("export", "cases")

    assert [json.loads(line)["number"] for line in told.out.splitlines()] == [1, 2, 3]


def test_a_window_is_of_whole_local_days(furnished: Place) -> None:
    """From the first day on, before the second, in the configured zone: 1 December begins at 16:00 UTC in Shanghai."""
    with a_unit(furnished.database) as uow:
        for hour in (15, 16):
            a_case(uow, now=datetime(2026, 11, 30, hour, 30, tzinfo=UTC))

    def numbers(*window: str) -> list[int]:
        return [json.loads(line)["number"] for line in furnished.call("export", "cases", *window).out.splitlines()]

    assert numbers("--since", "2026-12-01") == [2]
    assert numbers("--until", "2026-12-01") == [1]
    assert numbers("--since", "2026-12-01", "--until", "2026-12-02") == [2]
    assert numbers("--since", "2026-12-02") == []


def test_an_export_goes_to_a_file_whole_or_not_at_all(furnished: Place) -> None:
    """It replaces what was there only once it is complete, and only its owner can read it."""
    with_cases(furnished)
    out = furnished.write("cases.csv", "old")

    assert furnished.call("export", "cases", "--format", "csv", "--out", str(out)).code == 0
    (row,) = csv.DictReader(io.StringIO(out.read_text("utf-8-sig")))
    assert row["number"] == "1"
    assert out.stat().st_mode & 0o777 == 0o600
    assert furnished.call("export", "cases", "--out", str(furnished.folder / "no" / "x")).code == 1


def test_a_workbook_can_go_to_standard_output(furnished: Place) -> None:
    """For whoever pipes it on."""
    with_cases(furnished)

    assert furnished.call("export", "cases", "--format", "xlsx").raw.startswith(b"PK")


def test_a_reader_who_has_had_enough_is_no_error(furnished: Place) -> None:
    """``bot.py export cases | head -1``"""
    with_cases(furnished, 400)
    process = subprocess.Popen(
        [sys.executable, ROOT / "bot.py", "export", "cases"],
        cwd=furnished.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    complaints = process.stderr.read()

    assert (process.wait(30), complaints) == (0, b"")
    process.stderr.close()


# --- set aside, backup ------------------------------------------------------------------------------------------------


@pytest.fixture
def with_something_aside(furnished: Place) -> Place:
    with a_unit(furnished.database) as uow:
        uow.inbox.add([StoredUpdate(77, 5, '{"update_id":77,"message":{"text":"路灯坏了"}}')], NOW)
        uow.inbox.set_aside(77, "ValueError at inbound.py:12", NOW)
    return furnished


def test_what_was_set_aside_is_listed_without_words(with_something_aside: Place) -> None:
    """Over somebody's shoulder nobody's words are to be read; ``show`` has them."""
    listed = with_something_aside.call("set-aside", "list")
    shown = with_something_aside.call("set-aside", "show", "u77")

    assert listed.out.startswith("u77\t")
    assert "ValueError at inbound.py:12" in listed.out
    assert "路灯" not in listed.out
    assert json.loads(shown.out)["message"]["text"] == "路灯坏了"


def test_what_was_set_aside_can_be_tried_again(with_something_aside: Place) -> None:
    """It is new in the inbox; a second retry has nothing to put back."""
    assert with_something_aside.call("set-aside", "retry", "u77").code == 0
    with a_unit(with_something_aside.database) as uow:
        assert [update.update_id for update in uow.inbox.pending(NOW)] == [77]
    assert with_something_aside.call("set-aside", "retry", "u77").code == 1


def test_what_was_set_aside_can_be_dropped(with_something_aside: Place) -> None:
    """For good."""
    assert with_something_aside.call("set-aside", "drop", "u77").code == 0
    assert with_something_aside.call("set-aside", "show", "u77").code == 1
    assert with_something_aside.call("set-aside", "list").out == ""


@pytest.mark.parametrize("name", ["u1", "m1", "77", "x", "u-1", "u99999999999999999999", "ü"])
def test_a_name_that_is_none_is_refused(with_something_aside: Place, name: str) -> None:
    """In words."""
    for call in ("show", "retry", "drop"):
        told = with_something_aside.call("set-aside", call, name)
        assert told.code == 1
        assert "set-aside list" in told.err


def test_a_backup_is_put_back(furnished: Place) -> None:
    """What it replaces is kept, and a backup overwrites nothing."""
    copy = str(furnished.folder / "copy.db")
    assert furnished.call("backup", copy).code == 0
    assert furnished.call("backup", copy).code == 1
    with_cases(furnished)

    told = furnished.call("restore", copy)

    assert told.code == 0
    assert "is kept in" in told.out
    assert furnished.call("export", "cases").out == ""


def test_what_is_no_backup_is_refused(furnished: Place) -> None:
    """And nothing is changed."""
    for name in ("roster.csv", "nothing.db"):
        told = furnished.call("restore", str(furnished.folder / name))
        assert told.code == 1
        assert len(told.err.splitlines()) == 1


def test_nothing_is_put_back_under_a_running_bot(furnished: Place) -> None:
    """It would go on writing into the old file."""
    copy = str(furnished.folder / "copy.db")
    furnished.call("backup", copy)
    script = (
        "import sys; from pathlib import Path; from storage.instance_lock import sole_use\n"
        "with sole_use(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(furnished.folder / "data" / "liaison.db")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        told = furnished.call("restore", copy)
        assert told.code == 1
        assert str(holder.pid) in told.err
    finally:
        holder.communicate()
    with sole_use(furnished.folder / "data" / "liaison.db"):
        pass


# --- check ------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox(token=TOKEN) as sandbox:
        yield sandbox


async def checked(place: Place) -> Told:
    return await asyncio.to_thread(place.call, "check")


async def test_all_is_well(furnished: Place, telegram: Sandbox) -> None:
    """Exit code 0, a line for each thing looked at."""
    furnished.api = telegram.url
    furnished.configure()

    told = await checked(furnished)

    assert (told.code, told.err) == (0, "")
    for words in (
        "configuration",
        "database",
        "token: this is @liaison_demo_bot",
        "owners",
        "1 deputies, 1 staff",
        "time",
    ):
        assert words in told.out


async def test_what_is_known_of_the_webhook_is_said(furnished: Place, telegram: Sandbox) -> None:
    """Webhook mode: whether Telegram knows the address yet, and a secret that could be guessed."""
    furnished.write(
        "config.toml",
        f'[telegram]\ntoken = "{TOKEN}"\napi_base_url = "{telegram.url}"\nmode = "webhook"\n'
        'webhook_url = "https://bot.example.org/x"\nwebhook_listen = "127.0.0.1:8443"\nwebhook_secret = "short"\n'
        "[access]\nowner_ids = [1]\n",
    )

    told = await checked(furnished)

    assert told.code == 0
    assert "webhook: is not set at Telegram yet" in told.out
    assert "webhook_secret could be guessed" in told.out


async def test_a_token_telegram_does_not_know(furnished: Place, telegram: Sandbox) -> None:
    """Is not the same as a network that is down."""
    furnished.api = telegram.url
    furnished.write(
        "config.toml",
        f'[telegram]\ntoken = "42:OTHER"\napi_base_url = "{telegram.url}"\n[access]\nowner_ids = [1]',
    )

    told = await checked(furnished)

    assert told.code == 1
    assert "wrong token: Telegram does not know it" in told.out
    assert "OTHER" not in told.out + told.err


def test_everything_that_is_wrong_has_its_line(place: Place) -> None:
    """Network, owners, roster: each says what to do."""
    place.write("config.toml", f'[telegram]\ntoken = "{TOKEN}"\napi_base_url = "{place.api}"\n')
    told = place.call("check")

    wrong = [line.split(":")[0] for line in told.out.splitlines() if line.startswith("wrong")]
    assert wrong == ["wrong token", "wrong owners", "wrong roster"]
    assert (told.code, len(told.err.splitlines())) == (1, 1)


def test_every_key_at_fault_has_its_line(place: Place) -> None:
    """Without a configuration there is nothing else to look at."""
    place.write("config.toml", '[locale]\ntimezone = "x"\n')
    told = place.call("check")

    assert told.code == 1
    assert [line.split(" is ")[0] for line in told.out.splitlines()] == [
        "wrong configuration: telegram.token",
        "wrong configuration: locale.timezone",
    ]


def test_a_roster_file_for_the_first_start_is_read(place: Place) -> None:
    """Better now than when the bot is to start."""
    place.configure('[files]\nroster = "roster.csv"\n')
    assert "cannot be imported" in place.call("check").out
    place.write("roster.csv", ROSTER)
    assert "2 rows is imported at the first start" in place.call("check").out


def test_a_database_of_a_newer_program_is_named(furnished: Place) -> None:
    """And left alone, by every call."""
    with a_unit(furnished.database) as uow:
        uow.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    assert "9999" in furnished.call("check").out
    for words in (["set-aside", "list"], ["roster", "import", str(furnished.folder / "roster.csv")]):
        told = furnished.call(*words)
        assert told.code == 1
        assert "9999" in told.err


# --- run --------------------------------------------------------------------------------------------------------------


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
