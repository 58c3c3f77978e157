"""How a database is compared with ``schema/``, and how the difference is written down as a migration."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa


def options(connection: sa.Connection) -> dict[str, Any]:
    """What Alembic needs to compare this database."""
    virtual = _virtual_tables(connection)

    def ours(name: str | None, kind: str, _: Any) -> bool:
        # SQLite's full-text tables are made by hand, and bring shadow tables of their own.
        return not (kind == "table" and name and name.startswith(virtual))

    return {
        "compare_type": True,
        "compare_server_default": _default_differs,
        "include_name": ours,
        "render_item": _render,
        "render_as_batch": True,  # SQLite changes a table by making it anew
    }


def _virtual_tables(connection: sa.Connection) -> tuple[str, ...]:
    if connection.dialect.name != "sqlite":
        return ()
    rows = connection.exec_driver_sql("PRAGMA table_list").all()
    return tuple(row.name for row in rows if row.type == "virtual")


def _default_differs(_: Any, __: Any, ___: Any, found: str | None, ____: Any, wanted: str | None) -> bool:
    """Ours, since Alembic's own takes an empty text for no default, and asks PostgreSQL for json = json."""
    return _plain(found) != _plain(wanted)


def _plain(default: str | None) -> str | None:
    """What each engine makes of the same default, written alike: without cast, brackets and quotes."""
    if default is None or default.startswith("nextval("):
        return None
    bare = default.rsplit("::", 1)[0].strip("()'\"")
    return {"true": "1", "false": "0"}.get(bare, bare)


def _render(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """A migration fits both engines, and names plain types: it must still run when our own have changed."""
    if kind == "type" and isinstance(thing, sa.TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    if kind == "server_default" and isinstance(thing, sa.DefaultClause) and isinstance(thing.arg, sa.True_ | sa.False_):
        return f"sa.{thing.arg}()"
    return False
