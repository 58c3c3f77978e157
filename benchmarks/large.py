"""A database as an office has it after many years: built once, by SQLite itself, and kept between runs.

Most cases are closed; each has its author, the messages and journal of a case that went the usual way, and the links of
the messages that were sent for it.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from benchmarks import processes
from benchmarks.reports import various
from benchmarks.town import DEPUTIES
from storage import loads
from storage.migrate import OURS
from storage.seals import Sealer
from storage.sqlite_connection import connect, overlay
from storage.terms import keep_all_anew

OPEN_SHARE: Final = 50
"""One case in so many is open: the youngest."""
CASES_PER_PERSON: Final = 3
TEXTS: Final = 20_000
"""So many different ones, so that of a million cases those that are open differ."""
_FIRST_PERSON: Final = 8_000_000_000
_FIRST_MESSAGE: Final = 1_000_000_000


def database(folder: Path, cases: int) -> Path:
    """The file with that many cases; made if it is not there yet."""
    path = folder.resolve() / f"cases-{cases}-{OURS.head}.db"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        processes.prepare(folder, unfinished)
        _fill(unfinished, cases)
        unfinished.rename(path)
        unfinished.with_name(unfinished.name + ".lock").unlink(missing_ok=True)
    return path


def _fill(path: Path, cases: int) -> None:
    with closing(connect(path)) as raw:
        for pragma in ("synchronous = OFF", "cache_size = -400000", "foreign_keys = OFF", "secure_delete = OFF"):
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("CREATE TEMP TABLE said (id INTEGER PRIMARY KEY, text TEXT)")
        raw.executemany("INSERT INTO said VALUES (?, ?)", enumerate(islice(various(seed=1), TEXTS)))
        raw.execute(
            "CREATE TEMP TABLE n (i INTEGER PRIMARY KEY, at TEXT, due TEXT, deputy INTEGER, deputy_chat INTEGER)"
        )
        given = {
            "cases": cases,
            "people": cases // CASES_PER_PERSON,
            "still_open": cases - cases // OPEN_SHARE,
            "deputies": len(DEPUTIES),
            "first_deputy": DEPUTIES[0],
            "first_person": _FIRST_PERSON,
            "first_message": _FIRST_MESSAGE,
            "said": TEXTS,
        }
        for statement in _STATEMENTS:
            # SQLite refuses a parameter that the statement does not name only when given by place.
            raw.execute(statement, given)
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection = overlay(raw)
        raw.execute("BEGIN IMMEDIATE")
        loads.recount(connection)
        keep_all_anew(connection)
        sealer, now = Sealer(), datetime.now(UTC)
        while sealer.seal(connection, now, at_once=5000):
            pass  # or the bot would be sealing old entries while it is measured
        raw.execute("COMMIT")


# One case every two minutes, the last one yesterday; the limits of open ones lie ahead.
_STATEMENTS: Final = (
    """
    INSERT INTO n
    WITH RECURSIVE count(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM count WHERE i < :cases)
    SELECT i, datetime('now', '-1 day', ((i - :cases) * 2) || ' minutes') || '.000000',
           datetime('now', '+30 days') || '.000000', i % :deputies + 1, :first_deputy + i % :deputies
    FROM count
    """,
    """
    INSERT INTO persons (id, telegram_id, language_code, reachable, notice_shown_at, station_id, pace_told,
                         first_seen_at)
    SELECT i, :first_person + i, 'zh-hans', 1, at, 1, 0, at FROM n WHERE i <= :people
    """,
    """
    INSERT INTO cases (number, station_id, stage, outcome, deputy_id, category, kind, text, chat_type, anonymous,
                       created_at, stage_since, due_at, replied_at, reply_class, attitude, result, rated_at, closed_at)
    SELECT i, 1, CASE WHEN i > :still_open THEN 'mediation' ELSE 'closed' END,
           CASE WHEN i > :still_open THEN NULL ELSE 'resolved' END, deputy, 'other', 'help',
           said.text, 'private', 1, at, at, CASE WHEN i > :still_open THEN due END,
           CASE WHEN i > :still_open THEN NULL ELSE at END, CASE WHEN i > :still_open THEN NULL ELSE 'A' END,
           CASE WHEN i > :still_open THEN NULL ELSE 3 END, CASE WHEN i > :still_open THEN NULL ELSE 3 END,
           CASE WHEN i > :still_open THEN NULL ELSE at END, CASE WHEN i > :still_open THEN NULL ELSE at END
    FROM n JOIN said ON said.id = i % :said
    """,
    """
    INSERT INTO case_authors (case_number, person_id, chat_id, chat_type, message_id, joined_at)
    SELECT i, i % :people + 1, :first_person + i % :people + 1, 'private', :first_message + 10 * i, at FROM n
    """,
    """
    INSERT INTO case_messages (case_number, at, by_role, person_id, kind, text, attachments, chat_id, message_id,
                               opening, edit_told)
    SELECT i, at, 'constituent', i % :people + 1, 'conversation', said.text, '[]',
           :first_person + i % :people + 1, :first_message + 10 * i, 1, 0
    FROM n JOIN said ON said.id = i % :said
    """,
    """
    INSERT INTO case_messages (case_number, at, by_role, kind, text, attachments, opening, edit_told)
    SELECT i, at, 'deputy', 'mediation', '已与物业和街道联系，预计本周内到现场查看。', '[]', 0, 0 FROM n
    """,
    """
    INSERT INTO case_messages (case_number, at, by_role, kind, text, attachments, opening, edit_told)
    SELECT i, at, 'deputy', 'reply', '经现场查看，有关部门已完成整改，感谢您的反映。', '[]', 0, 0
    FROM n WHERE i <= :still_open
    """,
    *(
        f"""
        INSERT INTO journal (case_number, at, by_role, person_id, event, from_stage, to_stage, outcome, details,
                             deputy_id, rule)
        SELECT i, at, '{by}', {person}, '{event}', {before}, '{after}', {outcome}, '{{}}', {deputy}, {rule}
        FROM n WHERE i <= {last}
        """
        for by, person, event, before, after, outcome, deputy, rule, last in (
            (
                "constituent",
                "i % :people + 1",
                "opened",
                "NULL",
                "collection",
                "NULL",
                "deputy",
                "'fewest_open'",
                ":cases",
            ),
            ("deputy", "NULL", "accepted", "'collection'", "mediation", "NULL", "NULL", "NULL", ":cases"),
            ("deputy", "NULL", "answered", "'mediation'", "reply", "NULL", "NULL", "NULL", ":still_open"),
            (
                "constituent",
                "i % :people + 1",
                "rated_well",
                "'reply'",
                "closed",
                "'resolved'",
                "NULL",
                "NULL",
                ":still_open",
            ),
        )
    ),
    *(
        f"""
        INSERT INTO links (chat_id, message_id, case_number, purpose)
        SELECT {chat}, :first_message + 10 * i + {place}, i, '{purpose}' FROM n
        """
        for place, purpose, chat in (
            (1, "receipt", ":first_person + i % :people + 1"),
            (2, "card", "deputy_chat"),
            (3, "notice", ":first_person + i % :people + 1"),
        )
    ),
    "INSERT INTO counters (name, value) VALUES ('case', :cases)",
)
