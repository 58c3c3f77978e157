"""Checks of what was written for a key: each gives the value back, or says in a ValueError what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final, Self
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr


def crontab(text: str) -> str:
    from apscheduler.triggers.cron import CronTrigger  # only where a cron text is checked: it takes its time to import

    fields = text.split()
    if len(fields) == 5 and re.search(r"\d", fields[4]):
        # cron counts weekdays from Sunday, APScheduler from Monday: a number would mean a day nobody can be sure of.
        raise ValueError("the day of the week stands there as a number, which programs count differently")
    try:
        trigger = CronTrigger.from_crontab(text, timezone="UTC")
    except ValueError as exc:
        raise ValueError(f"{text!r} is not a cron text") from exc
    if trigger.get_next_fire_time(None, _ANY_DAY) is None:
        raise ValueError(f"{text!r} never comes: no month has such a day")
    return text


_ANY_DAY: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""All days that there are come after it."""


def zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, LookupError, ValueError) as exc:  # what ZoneInfo raises depends on how the name is wrong
        raise ValueError(f"there is no time zone {name!r}") from exc
    return name


def from_commas(value: Any) -> Any:
    """The environment has no lists: ``1, 2`` and ``[1, 2]`` mean the same there."""
    if isinstance(value, str):
        return [part.strip("\"'") for part in re.split(r"[\s,;]+", value.strip("[] \t")) if part]
    return value


def web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _has_usable_port(parts):
        raise ValueError(f"{url!r} is not a web address")
    return url


def _has_usable_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def base_address(url: str) -> str:
    """One that paths are put behind."""
    return web_address(url).rstrip("/")


def database_url(url: str) -> str:
    # The text stays out of the message: it may hold a password.
    if re.match(r"sqlite:///(?!/*$|:memory:)", url) or re.match(r"postgresql(\+psycopg)?://", url):
        return url
    raise ValueError("this is no address of a database that can be used")


def token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[^\s/:]+:[^\s/:]+", token.get_secret_value()):
        raise ValueError("this does not look like a bot token")
    return token


def webhook_secret(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
        raise ValueError("Telegram does not take such a secret")
    return secret


def listen(address: str) -> str:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise ValueError(f"{address!r} is not an address to listen on")
    return address


def preset(name: str) -> str:
    from liaisonbot.limits import presets  # which needs the settings themselves

    if name not in presets():
        raise ValueError(f"there is no preset {name!r}")
    return name


def preset_by_category(written: Mapping[str, str]) -> Mapping[str, str]:
    """The same by the categories' keys."""
    from liaisonbot import categories

    found = {}
    for name, chosen in written.items():
        category = categories.by_name(name)
        if category is None:
            raise ValueError(f"there is no category {name!r}")
        found[category.key] = preset(chosen)
    return found


def scoring(name: str) -> str:
    from liaisonbot.scoring import rules  # only where it is checked

    if name not in rules():
        raise ValueError(f"there is no rule {name!r}")
    return name


def norms(keys: tuple[str, ...]) -> tuple[str, ...]:
    from liaisonbot import duty  # which knows the rights, and so the settings' readers

    unknown = [key for key in keys if key not in duty.norms()]
    if unknown:
        raise ValueError(f"there is no norm {unknown[0]!r}")
    return tuple(dict.fromkeys(keys))


def quiet_hours(text: str) -> str:
    if text:
        QuietHours.parse(text)
    return text


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A part of each day, local time, in which nobody is disturbed; it may span midnight."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Self:
        try:
            start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
        except ValueError as exc:
            raise ValueError(f"{text!r} is not two times of day") from exc
        return cls(start, end)

    def __contains__(self, moment: time) -> bool:
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end
