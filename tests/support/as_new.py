"""A PostgreSQL database that a test has written into, made what it was when it was copied from its template.

To copy one means eight hundred files and 12 MB; to empty it means the few tables that were written into. What a test
could see of the difference is put right as well: numbers begin at 1 again, rows lie in the order in which they come,
and the planner knows nothing of the tables, as of new ones: what it plans decides which transactions conflict.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg import sql

_SHAPE: Final = """
    SELECT (SELECT array_agg(oid ORDER BY oid) FROM pg_class WHERE oid >= 16384),
           (SELECT array_agg(oid ORDER BY oid) FROM pg_constraint WHERE oid >= 16384),
           (SELECT array_agg((attrelid, attnum, attname, atttypid, attnotnull)::text ORDER BY attrelid, attnum)
              FROM pg_attribute WHERE attrelid >= 16384),
           (SELECT count(*) FROM pg_proc WHERE oid >= 16384),
           (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal),
           (SELECT count(*) FROM pg_namespace),
           (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
             WHERE d.datname = current_database())
"""
_WRITTEN: Final = """
    SELECT relname FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0 ORDER BY relname
"""
_OTHERS_END: Final = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_NUMBERS_BEGIN: Final = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
      FROM pg_sequences WHERE last_value IS NOT NULL
"""
_ESTIMATED: Final = "SELECT relpages, reltuples, relallvisible, oid FROM pg_class WHERE oid >= 16384"
_ESTIMATE: Final = "UPDATE pg_class SET relpages = %s, reltuples = %s, relallvisible = %s WHERE oid = %s"


class Origin:
    """What a database was when it was made: its tables, and the rows that came with it."""

    def __init__(self, url: str) -> None:
        self._url = url
        with psycopg.connect(url, autocommit=True) as connection:
            self._shape = connection.execute(_SHAPE).fetchall()
            self._estimates = set(connection.execute(_ESTIMATED))
            self._rows = {table: _rows(connection, table) for table in _written(connection)}

    def restored(self) -> bool:
        """Make it so again. False where that cannot be: not only rows of its tables were changed."""
        try:
            with psycopg.connect(self._url, autocommit=True) as connection:
                return self._restored(connection)
        except psycopg.Error:
            return False

    def _restored(self, connection: psycopg.Connection[Any]) -> bool:
        connection.execute(_OTHERS_END)
        if connection.execute(_SHAPE).fetchall() != self._shape:
            return False
        if any(_rows(connection, table) != rows for table, rows in self._rows.items()):
            return False
        connection.execute("SET lock_timeout = '5s'")
        connection.execute("SET session_replication_role = replica")  # whatever refers to it goes as well
        tables = [sql.Identifier(table) for table in _written(connection) if table not in self._rows]
        if tables:
            connection.execute(sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(table) for table in tables))
            connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(",").join(tables)))
        connection.execute("DELETE FROM pg_statistic WHERE starelid >= 16384")
        changed = self._estimates - set(connection.execute(_ESTIMATED))
        connection.cursor().executemany(_ESTIMATE, changed)
        connection.execute(_NUMBERS_BEGIN)
        connection.execute("SELECT pg_stat_force_next_flush()")
        connection.execute("SELECT pg_stat_reset()")
        return True


def _written(connection: psycopg.Connection[Any]) -> list[str]:
    return [table for (table,) in connection.execute(_WRITTEN)]


def _rows(connection: psycopg.Connection[Any], table: str) -> list[Any]:
    asked = sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(table))
    return connection.execute(asked).fetchall()
