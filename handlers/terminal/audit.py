"""``bot.py audit verify``: whether the journals are as they were sealed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import typer

from handlers.terminal.counts import counted
from handlers.terminal.failures import fail
from handlers.terminal.office import Terminal
from liaisonbot.audit import Finding, Wrong
from storage import audit
from storage.audit import Audit, NotAHead, NotedHead
from storage.schema.sealing import restores
from storage.unit_of_work import SqlUnitOfWork

_PAGES_BETWEEN_LINES: Final = 20

_JOURNALS: Final = {
    "": ("journals", "entry {subject}"),
    "cases": ("journal of the cases", "case #{subject}"),
    "duty": ("journal of the duty logs", "entry {subject} of the log"),
    "projects": ("journal of the projects", "project {subject}"),
    "cycles": ("journal of the project cycles", "cycle {subject}"),
    "office": ("journal of the office", "entry {subject}"),
    "erasures": ("list of emptied entries", "emptied entry {subject}"),
    "restores": ("list of backups put back", "backup {subject}"),
}
"""What people call each of them, and whom or what an entry is about."""

_SENTENCES: Final = {
    Wrong.CHANGED: "{entry} says something else than when it was sealed",
    Wrong.WORDS: "the words of {entry} are not those that were sealed",
    Wrong.EMPTIED: "{entry} lost its words, and nobody asked to be forgotten",
    Wrong.MISSING: "{entry} was taken out; it stood after {at}",
    Wrong.MOVED: "{entry} stands where number {other} stood: the two were exchanged, or the order was changed",
    Wrong.PUT_IN: "{entry} was put in afterwards, among entries that were sealed before",
    Wrong.UNSEALED: "the seal of {entry} was taken away",
    Wrong.BROKEN: "{entry} does not follow from the one sealed before it: entries between them were taken out together "
    "with their seals, or a seal was changed",
    Wrong.CUT: "the end is missing: {lacking} taken out together with the seals; what is left ends after {at}",
    Wrong.END: "it does not end where it was noted to end: the note or the last seals were changed",
    Wrong.OLDER: "{lacking} fewer than in the head you noted: this is an older copy of the database, or the "
    "end was cut off",
    Wrong.NOT_THE_SAME: "what was sealed up to the head you noted is not what stands here: the seals were made anew, "
    "or the database went another way since an older copy was put in its place",
}


def verify(terminal: Terminal, since: str | None) -> None:
    """Compare every entry with its seal and every seal with the one before it; end with exit code 1 if one differs."""
    try:
        noted = None if since is None else NotedHead.of(since)
    except NotAHead as exc:
        raise typer.BadParameter(f"{since} is no head; copy it as `bot.py audit verify` printed it") from exc
    done = Audit(noted)
    total = terminal.read(lambda uow: audit.total(uow.connection))
    terminal.read_in_parts(_pages(done, total))
    zone = terminal.settings.locale.zone
    for line in terminal.read(lambda uow: _put_back(uow, zone)):
        typer.echo(line)
    for finding in done.findings:
        typer.echo(sentence(finding, zone))
    _print_counts(done)
    if done.findings:
        fail("the journals are not as they were sealed, see above; keep a copy of the database before you change it")
    typer.echo(f"head: {done.head}")


def _pages(done: Audit, total: int) -> Callable[[SqlUnitOfWork], bool]:
    """One page at a time, and now and then, on a terminal, how far it is."""
    pages = 0

    def page(uow: SqlUnitOfWork) -> bool:
        nonlocal pages
        pages += 1
        more = done.page(uow.connection)
        if sys.stderr.isatty() and pages % _PAGES_BETWEEN_LINES == 0:
            share = min(100, 100 * done.looked_at // max(1, total))
            typer.echo(f"\r{done.looked_at:,} entries, {share} %", err=True, nl=False)
        if sys.stderr.isatty() and not more:
            typer.echo(f"\r{'':40}\r", err=True, nl=False)
        return more

    return page


def _put_back(uow: SqlUnitOfWork, zone: ZoneInfo) -> list[str]:
    rows = uow.connection.execute(restores.select().order_by(restores.c.id))
    return [
        f"note: a backup was put back on {row.at.astimezone(zone):%Y-%m-%d %H:%M}; "
        f"the head of the database it replaced was {row.head}"
        for row in rows
    ]


def _print_counts(done: Audit) -> None:
    for key, counts in done.counts.items():
        more = [f"{counts.emptied} emptied by /forget"] if counts.emptied else []
        more += [f"{counts.waiting} still to be sealed"] if counts.waiting else []
        name = _JOURNALS[key][0]
        typer.echo(f"{name}: {counted(counts.sealed, 'entry', 'entries')}{''.join(f', {part}' for part in more)}")


def sentence(finding: Finding, zone: ZoneInfo) -> str:
    """What is wrong, as one tells somebody who keeps the books."""
    name, about = _JOURNALS[finding.journal]
    at = "its beginning" if finding.at is None else _local(finding.at, zone)
    entry = f"number {finding.entry}" if finding.entry is not None else "it"
    if finding.subject is not None:
        entry += f" ({about.format(subject=finding.subject)}"
        entry += ")" if finding.wrong in (Wrong.MISSING, Wrong.BROKEN) else f", {at})"
    lacking = counted(finding.other or 0, "entry", "entries")
    wrong = _SENTENCES[finding.wrong].format(entry=entry, at=at, other=finding.other, lacking=lacking)
    more = f" – and {finding.more} more like it" if finding.more else ""
    return f"wrong {name}: {wrong}{more}"


def _local(at: str, zone: ZoneInfo) -> str:
    try:
        moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    except ValueError:
        return at  # somebody wrote something else there
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
