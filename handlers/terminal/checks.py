"""``bot.py check``: what is wrong, one line each, and what to do about it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typer

from handlers.terminal import telegram
from handlers.terminal.counts import counted
from handlers.terminal.failures import fail
from handlers.terminal.office import NOBODY, Terminal, database_exists
from liaisonbot.clock import SystemClock
from liaisonbot.desk import Desk
from liaisonbot.errors import (
    ConfigurationError,
    DeliveryError,
    ImportRefused,
    LiaisonError,
    TokenRefused,
    TryLater,
)
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import calendar_files, readers, roster_files, unknown_years
from liaisonbot.settings import Settings
from liaisonbot.vocabulary import Role
from storage import audit, migrate, revision
from storage.errors import AlreadyRunning
from storage.instance_lock import sole_use
from storage.urls import dialect_of, shown, sqlite_path

_SHORT_SECRET: Final = 16


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. ``good`` is False for what has to be mended, None for what is merely good to know."""

    subject: str
    sentence: str
    good: bool | None = True

    @property
    def line(self) -> str:
        mark = {True: "ok", False: "wrong", None: "note"}[self.good]
        return f"{mark:<6}{self.subject}: {self.sentence}"


def check(terminal: Terminal) -> None:
    """Print every finding; end with exit code 1 if anything is wrong."""
    wrong = 0
    for finding in findings(terminal):
        typer.echo(" ".join(finding.line.split("\n")))
        wrong += finding.good is False
    if wrong:
        fail(f"{wrong} thing{'' if wrong == 1 else 's'} to mend, see above")


def findings(terminal: Terminal) -> Iterator[Finding]:
    """All there is to say, one after the other as it is found out."""
    try:
        settings = terminal.settings
    except ConfigurationError as exc:
        yield from (Finding("configuration", problem, False) for problem in exc.problems)
        return
    yield Finding("configuration", f"{terminal.config} can be used")
    for part in _PARTS:
        yield from part(terminal, settings)


# --- parts ------------------------------------------------------------------------------------------------------------


def _database(terminal: Terminal, settings: Settings) -> Iterator[Finding]:
    url = settings.database.url
    try:
        if not database_exists(url):
            yield _to_be_made(shown(url), _nearest(sqlite_path(url).parent))
            return
        found = terminal.read_revision()
        if found is None:
            revision.is_empty(url)  # raises where the tables of something else are
    except LiaisonError as exc:
        yield Finding("database", str(exc), False)
        return
    yield _revision(shown(url), found)
    if dialect_of(url) == "sqlite":
        yield _running(sqlite_path(url))


def _to_be_made(where: str, folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding("database", f"{where} cannot be made: {folder} is no folder; choose another place", False)
    if os.access(folder, os.W_OK):
        return Finding("database", f"{where} is not there yet; the first `bot.py run` makes it", None)
    return Finding("database", f"{where} cannot be made: {folder} is not writable; see to its rights", False)


def _revision(where: str, found: str | None) -> Finding:
    if found is None:
        return Finding("database", f"{where} is empty; the first `bot.py run` makes its tables", None)
    if not migrate.OURS.knows(found):
        return Finding("database", f"{where} is at {found}, newer than this program; install the newer one", False)
    if found != migrate.OURS.head:
        return Finding("database", f"{where} is at {found}; the next `bot.py run` brings it up to date", None)
    return Finding("database", f"{where} can be read and is up to date ({found})")


def _running(path: Path) -> Finding:
    try:
        with sole_use(path):
            return Finding("running", "no bot is at work on this database", None)
    except AlreadyRunning as exc:
        return Finding("running", f"a bot is at work{f' (process {exc.pid})' if exc.pid else ''}", None)
    except LiaisonError as exc:
        return Finding("running", str(exc), False)


def _telegram(terminal: Terminal, settings: Settings) -> Iterator[Finding]:
    try:
        me, webhook = asyncio.run(telegram.ask(settings, "getMe", "getWebhookInfo"))
    except TokenRefused:
        yield Finding("token", "Telegram does not know it; copy it anew from @BotFather into telegram.token", False)
        return
    except DeliveryError as exc:
        yield Finding("token", f"could not be tried: {_unanswered(settings.telegram.api_base_url, exc)}", False)
        return
    yield Finding("token", f"this is @{me.get('username')}")
    yield from _groups(me)
    yield from _webhook(settings, webhook)


def _unanswered(server: str, failure: DeliveryError) -> str:
    """Why the server has not told who we are, and what to do about it."""
    if not isinstance(failure, TryLater) or failure.ambiguous:
        return (
            f"{server} answered, but not as Telegram does ({failure}); "
            "see that telegram.api_base_url is right, and try again in some minutes"
        )
    if failure.flood:
        return f"{server} asks for a pause ({failure}); try again in some minutes"
    return (
        f"{server} was not reached ({failure}); "
        "see that this machine gets there (network, DNS, firewall), and that telegram.api_base_url is right"
    )


def _groups(me: dict[str, Any]) -> Iterator[Finding]:
    if me.get("can_join_groups") is False:
        yield Finding("groups", "the bot cannot join groups; allow it with /setjoingroups at @BotFather", False)
    if me.get("can_read_all_group_messages"):
        sentence = (
            "privacy mode is off: the bot reads all that is said in groups; /setprivacy at @BotFather turns it on"
        )
        yield Finding("groups", sentence, None)


def _webhook(settings: Settings, info: dict[str, Any]) -> Iterator[Finding]:
    present = info.get("url") or ""
    if settings.telegram.mode == "polling":
        if present:
            yield Finding("webhook", "one is set at Telegram; `bot.py run` removes it since the mode is polling", None)
        return
    if present != settings.telegram.webhook_url:
        yield Finding("webhook", "is not set at Telegram yet; `bot.py run` sets it", None)
    elif info.get("last_error_message") and info.get("pending_update_count"):
        sentence = (
            f"Telegram could not deliver ({info['last_error_message']}); "
            "see that the bot runs, then to the proxy and telegram.webhook_listen"
        )
        yield Finding("webhook", sentence, False)
    else:
        yield Finding("webhook", f"Telegram delivers to {present}")
    secret = settings.telegram.webhook_secret
    if secret and len(secret.get_secret_value()) < _SHORT_SECRET:
        sentence = f"telegram.webhook_secret could be guessed; take {_SHORT_SECRET} random characters or more"
        yield Finding("webhook", sentence, None)


def _owners(terminal: Terminal, settings: Settings) -> Iterator[Finding]:
    owners = len(settings.access.owner_ids)
    if owners:
        yield Finding("owners", f"{owners} in access.owner_ids")
    else:
        waiting = _read_by_nobody(terminal, settings.database.url)
        wait = f"; {counted(waiting, 'held case')} can be read and released by nobody until then" if waiting else ""
        yield Finding("owners", f"nobody; write your Telegram id (a number) into access.owner_ids{wait}", False)


def _read_by_nobody(terminal: Terminal, url: str) -> int:
    """How many held cases only an owner could release: all staff of the station are accused by them, or it has none."""
    try:
        if not database_exists(url) or terminal.read_revision() != migrate.OURS.head:
            return 0
        return terminal.read(lambda uow: _of_nobody(uow, terminal.desk(NOBODY)))
    except LiaisonError:
        return 0  # the database has its own line


def _of_nobody(uow: UnitOfWork, desk: Desk) -> int:
    _, total = uow.guarded.waiting(None, limit=1)
    waiting = uow.guarded.waiting(None, limit=total)[0] if total else []
    return sum(not readers.staff_for(uow, desk, case) for case in waiting)


def _roster(terminal: Terminal, settings: Settings) -> Iterator[Finding]:
    file = settings.files.roster
    try:
        people = _counted(terminal, settings.database.url)
    except LiaisonError:
        return  # the database has its own line
    if people is None:
        return
    deputies, staff = people
    if deputies or staff:
        said = f"{counted(deputies, 'deputy', 'deputies')}, {staff} staff"
        yield Finding("roster", said, True if deputies and staff else None)
    elif file is None:
        yield Finding("roster", "empty; `bot.py roster import FILE` fills it", False)
    else:
        yield _roster_file(file)


def _roster_file(file: Path) -> Finding:
    try:
        rows = len(roster_files.read(file).rows)
    except ImportRefused as exc:
        return Finding("roster", f"{file} cannot be imported: {'; '.join(exc.problems)}", False)
    return Finding("roster", f"empty; {file} with {counted(rows, 'row')} is imported at the first start")


def _counted(terminal: Terminal, url: str) -> tuple[int, int] | None:
    """How many deputies and staff there are; None where the database would have to be brought up to date for that."""
    found = terminal.read_revision() if database_exists(url) else None
    if found is None:
        return 0, 0
    return terminal.read(_people) if found == migrate.OURS.head else None


def _people(uow: UnitOfWork) -> tuple[int, int]:
    roles = [entry.role for entry in uow.roster.all()]
    return roles.count(Role.DEPUTY), roles.count(Role.STAFF)


def _seals(terminal: Terminal, settings: Settings) -> Iterator[Finding]:
    """How far the journals are sealed; whether they are as they were takes longer, and has a call of its own."""
    try:
        if not database_exists(settings.database.url) or terminal.read_revision() != migrate.OURS.head:
            return
        sealed, head = terminal.read(lambda uow: (audit.total(uow.connection), audit.current_head(uow.connection)))
    except LiaisonError:
        return  # the database has its own line
    if sealed:
        sentence = f"{counted(sealed, 'entry', 'entries')} sealed, head {head}; `bot.py audit verify` checks them"
        yield Finding("journals", sentence)


def _time(terminal: Terminal, settings: Settings) -> Iterator[Finding]:
    local = SystemClock().now().astimezone(settings.locale.zone)
    yield Finding("time zone", f"{settings.locale.timezone}, where it is {local:%Y-%m-%d %H:%M} now")


def _calendar(terminal: Terminal, settings: Settings) -> Iterator[Finding]:
    """Whether the year and the next are known, and what the file says that was entered here."""
    file = settings.files.calendar
    if file is not None:
        try:
            rows = calendar_files.read(file)
        except ImportRefused as exc:
            yield Finding("calendar", f"{file} cannot be read: {'; '.join(exc.problems)}", False)
            return
        yield Finding(
            "calendar", f"{counted(len(rows), 'day')} entered by {', '.join(sorted({row.by for row in rows}))}", True
        )
    desk = terminal.desk(NOBODY)
    year = desk.working_days.unknown_year(desk.today, desk.today + unknown_years.AHEAD)
    if year is not None:
        yield Finding("calendar", f"{year} is not known yet; its days off can be entered in files.calendar", None)


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that exists."""
    return next((place for place in (folder, *folder.parents) if place.exists()), folder)


_PARTS: Final[tuple[Callable[[Terminal, Settings], Iterator[Finding]], ...]] = (
    _database,
    _telegram,
    _owners,
    _roster,
    _seals,
    _time,
    _calendar,
)
