"""The configuration: what stands there is what counts, and what is wrong is said by name."""

from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from docs.settings_pages import ROOT, pages
from liaisonbot import settings
from liaisonbot.errors import ConfigurationError
from liaisonbot.settings import Settings
from liaisonbot.settings_checks import QuietHours

TOKEN = "123:VERY-SECRET"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for section, name, _, _ in settings.every_key():
        monkeypatch.delenv(f"LIAISONBOT_{section}__{name}".upper(), raising=False)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def with_token(tmp_path: Path, text: str = "") -> Path:
    return written(tmp_path, f'[telegram]\ntoken = "{TOKEN}"\n{text}')


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as refusal:
        settings.load(path)
    return list(refusal.value.problems)


def test_a_token_is_enough(tmp_path: Path) -> None:
    """Every other key has a default that works."""
    loaded = settings.load(with_token(tmp_path))

    assert loaded.telegram.token.get_secret_value() == TOKEN
    assert (
        loaded.telegram.mode,
        loaded.locale.default_language,
        loaded.locale.timezone,
        loaded.intake.messages_per_minute,
    ) == ("polling", "zh", "Asia/Shanghai", 30)
    days = {name: value for name, value in loaded.cases.model_dump().items() if name.endswith("_days")}
    assert list(days.values()) == [2, 10, 15, 7, 28, 10, 30]
    assert loaded.cases.preset == "station"


def test_the_token_shows_nowhere(tmp_path: Path) -> None:
    """Settings end up in logs and tracebacks."""
    assert "SECRET" not in repr(settings.load(with_token(tmp_path)))


@pytest.mark.parametrize(
    "text", ["token = 5", 'token = "has blanks SECRET"', 'tokn = "1:SECRET"', 'token = ["1:SECRET"]']
)
def test_a_wrong_token_is_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    """What is nearly a token is still a secret."""
    told = problems(written(tmp_path, f"[telegram]\n{text}"))

    assert any(line.startswith("telegram.token") for line in told)
    assert "SECRET" not in " ".join(told)


def test_the_environment_leads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container is configured from outside; what it does not name stays as the file says."""
    monkeypatch.setenv("LIAISONBOT_LOCALE__TIMEZONE", "Europe/Berlin")
    monkeypatch.setenv("LIAISONBOT_ACCESS__OWNER_IDS", "1, 20000000000")
    monkeypatch.setenv("LIAISONBOT_TELEGRAM__FLOOD_LIMITS", "false")
    monkeypatch.setenv("LIAISONBOT_CASES__ACCEPT_DAYS", "")

    loaded = settings.load(with_token(tmp_path, '[locale]\ntimezone = "UTC"\ndefault_language = "en"'))

    assert (loaded.locale.timezone, loaded.locale.default_language) == ("Europe/Berlin", "en")
    assert loaded.access.owner_ids == (1, 20_000_000_000)
    assert not loaded.telegram.flood_limits
    assert loaded.cases.accept_days == 2


def test_the_environment_alone_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is needed when everything is said outside."""
    monkeypatch.setenv("LIAISONBOT_TELEGRAM__TOKEN", TOKEN)

    assert settings.load(tmp_path / "config.toml").telegram.token.get_secret_value() == TOKEN


def test_without_a_file_the_reader_is_told_how_to_begin(tmp_path: Path) -> None:
    """The first call of a newcomer."""
    told = problems(tmp_path / "config.toml")

    assert "config.example.toml" in told[0]
    assert told[1].startswith("telegram.token is missing")


def test_paths_start_at_the_files_folder(tmp_path: Path) -> None:
    """A service starts in whichever folder it likes."""
    loaded = settings.load(with_token(tmp_path, '[files]\nroster = "people/roster.csv"'))

    assert f"sqlite:///{tmp_path}/data/liaison.db" == loaded.database.url
    assert tmp_path / "people" / "roster.csv" == loaded.files.roster


def test_absolute_paths_and_servers_stay_as_they_are(tmp_path: Path) -> None:
    """Only what is relative is moved."""
    for url in ("sqlite:////var/lib/liaison.db", "postgresql://bot:pw@db/liaison"):
        assert url == settings.load(with_token(tmp_path, f'[database]\nurl = "{url}"')).database.url


@pytest.mark.parametrize(
    ("section", "line", "told"),
    [
        ("telegram", 'mode = "webhok"', 'telegram.mode is wrong; write "polling" or "webhook"'),
        ("telegram", 'mode = "webhook"', "telegram.webhook_url is missing, and telegram.mode is webhook"),
        ("telegram", 'webhook_url = "http://a.b/"', "telegram.webhook_url Telegram delivers to https"),
        ("telegram", 'webhook_url = "https://a.b:8080/"', "telegram.webhook_url Telegram delivers to ports 443, 80"),
        ("telegram", 'webhook_url = "https://a.b:http/"', "telegram.webhook_url is wrong"),
        ("telegram", 'webhook_listen = "8443"', "telegram.webhook_listen is wrong"),
        ("telegram", 'webhook_secret = "a b"', "telegram.webhook_secret is wrong"),
        ("telegram", 'api_base_url = "here"', "telegram.api_base_url is wrong: 'here' is not a web address"),
        ("database", 'url = "mysql://x"', "database.url is wrong"),
        ("database", 'url = "sqlite:///:memory:"', "database.url is wrong"),
        ("access", 'owner_ids = ["me"]', "access.owner_ids is wrong; write a list of Telegram ids"),
        ("access", "owner_ids = [0]", "access.owner_ids is wrong"),
        ("locale", 'timezone = "Asia/Shangai"', "locale.timezone is wrong: there is no time zone 'Asia/Shangai'"),
        ("locale", 'timezone = "../../etc/passwd"', "locale.timezone is wrong"),
        ("locale", 'default_language = "fr"', "locale.default_language is wrong"),
        ("cases", "accept_days = 0", "cases.accept_days is wrong; write a whole number"),
        ("cases", 'preset = "fast"', "cases.preset is wrong: there is no preset 'fast'"),
        ("cases", 'preset_by_category = { pets = "hotline" }', "cases.preset_by_category is wrong: there is no categ"),
        ("cases", "acept_days = 3", "cases.acept_days is unknown; did you mean cases.accept_days?"),
        ("intake", "messages_per_minute = 2.5", "intake.messages_per_minute is wrong"),
        ("duty", 'remind_at = "every monday"', "duty.remind_at is wrong: 'every monday' is not a cron text"),
        ("duty", 'remind_at = "0 9 * * 1"', "duty.remind_at is wrong: the day of the week stands there as a number"),
        ("duty", 'quiet_hours = "22-7"', "duty.quiet_hours is wrong: '22-7' is not two times of day"),
        ("summary", 'send_at = "61 9 * * mon"', "summary.send_at is wrong: '61 9 * * mon' is not a cron text; write"),
        ("summary", 'send_at = "mondays"', "summary.send_at is wrong: 'mondays' is not a cron text; write"),
        ("summary", 'two_monthly_at = "0 9 30 2 *"', "summary.two_monthly_at is wrong: '0 9 30 2 *' never comes"),
        ("summary", 'yearly_at = ""', "summary.yearly_at is wrong: '' is not a cron text; write"),
        ("telegram", "colour = 1", "telegram.colour is unknown; take it out"),
        ("sumary", "x = 1", "sumary is unknown; did you mean summary?"),
    ],
)
def test_what_is_wrong_is_said_by_name(
    tmp_path: Path, section: str, line: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sentence names the key, what is wrong, and what to write."""
    monkeypatch.setenv("LIAISONBOT_TELEGRAM__TOKEN", TOKEN)

    assert problems(written(tmp_path, f"[{section}]\n{line}\n"))[0].startswith(told)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """Nobody likes to mend a file one error at a time."""
    told = problems(written(tmp_path, '[locale]\ntimezone = "x"\n[cases]\nreply_days = -1\nx = 1\n'))

    assert len(told) == 4


def test_a_key_outside_its_section_is_recognised(tmp_path: Path) -> None:
    """TOML puts what stands before the first section nowhere."""
    assert "timezone is unknown; did you mean locale.timezone?" in problems(written(tmp_path, 'timezone = "UTC"'))


def test_a_section_written_as_a_key_is_explained(tmp_path: Path) -> None:
    """``cases = 3`` is no section."""
    assert any(line.startswith("cases is a section") for line in problems(written(tmp_path, "cases = 3")))


def test_a_misspelt_variable_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise it would just not count."""
    monkeypatch.setenv("LIAISONBOT_TELEGRM__TOKEN", TOKEN)
    monkeypatch.setenv("LIAISONBOT_CASES", "not json")

    told = problems(with_token(tmp_path))

    assert any(
        "LIAISONBOT_TELEGRM__TOKEN is unknown; did you mean LIAISONBOT_TELEGRAM__TOKEN?" in line for line in told
    )
    assert any("LIAISONBOT_CASES__KEY" in line for line in told)
    assert "SECRET" not in " ".join(told)


@pytest.mark.parametrize(
    "content", [b"[telegram\n", "[telegram]\ntoken = '名册'".encode("gb18030"), b"token = 1:SECRET"]
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    """Neither TOML nor UTF-8: still no traceback, and nothing quoted."""
    path = tmp_path / "config.toml"
    path.write_bytes(content)

    told = problems(path)

    assert len(told) == 1
    assert "config.toml is not" in told[0]
    assert "SECRET" not in told[0]


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    path = tmp_path / "config.toml"
    path.write_text(f'[telegram]\ntoken = "{TOKEN}"', encoding="utf-8-sig")

    assert settings.load(path)


def test_webhook_mode_knows_where_to_listen(tmp_path: Path) -> None:
    """Host and port, IPv6 too."""
    lines = 'mode = "webhook"\nwebhook_url = "https://a.b/c/"\nwebhook_listen = "[::1]:8443"\nwebhook_secret = "s3cret"'
    loaded = settings.load(with_token(tmp_path, lines))

    assert loaded.telegram.webhook_address == ("::1", 8443)
    assert loaded.telegram.webhook_url == "https://a.b/c/", "the proxy's path is as it was written"


def test_quiet_hours_span_midnight() -> None:
    """The end itself is not quiet any more."""
    quiet = QuietHours.parse("22:00-07:30")

    assert [moment in quiet for moment in (time(22), time(0), time(7, 29), time(7, 30), time(12))] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert time(13) in QuietHours.parse("12:00-14:00")


def test_the_example_and_the_pages_say_what_the_keys_say() -> None:
    """They are written from the keys: python -m docs.settings_pages."""
    for path, content in pages().items():
        assert content == path.read_text(encoding="utf-8"), f"{path.name} is out of date"


def test_the_example_names_every_key_with_its_default() -> None:
    """Taking away the comment signs changes nothing but what has no default."""
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line and line.removeprefix("# ").split(" = ")[0].isidentifier() else line
        for line in text.splitlines()
    )
    example: dict[str, dict[str, Any]] = tomllib.loads(uncommented)

    assert {(section, name) for section, name, _, _ in settings.every_key()} == {
        (section, name) for section, names in example.items() for name in names
    }
    for section, name, _, default in settings.every_key():
        if default not in (..., None):
            assert default == type(default)(example[section][name]), f"{section}.{name}"
    assert Settings.model_validate(tomllib.loads(text))
