"""Small chains of migrations, made as ours are: from what a schema says."""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa

from storage import migrate
from storage.migrate import Migrations
from storage.schema import counters, forgotten


def chain(folder: Path, *versions: sa.MetaData) -> Migrations:
    """Migrations that lead from nothing through each of these schemas in turn."""
    shutil.copytree(migrate.OURS.folder, folder, ignore=shutil.ignore_patterns("versions", "__pycache__"))
    (folder / "versions").mkdir()
    for number, metadata in enumerate(versions, start=1):
        migrate.new(f"step {number}", Migrations(folder, metadata))
    return Migrations(folder, versions[-1])


def cut(whole: Migrations, folder: Path, revision: str, metadata: sa.MetaData) -> Migrations:
    """What an older program had: the same chain up to this revision."""
    shutil.copytree(whole.folder, folder)
    for step in (folder / "versions").glob("*.py"):
        if step.name[:4] > revision:
            step.unlink()
    return Migrations(folder, metadata)


def first() -> sa.MetaData:
    """Stations, and letters to them."""
    metadata = sa.MetaData()
    sa.Table(
        "station",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(20), nullable=False),
    )
    sa.Table(
        "letter",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("station_id", sa.ForeignKey("station.id", name="fk_station", ondelete="CASCADE"), nullable=False),
        sa.Column("text", sa.Text),
    )
    for table in (forgotten, counters):  # the engine keeps notes of its own in them
        table.to_metadata(metadata)
    return metadata


def second() -> sa.MetaData:
    """A station's name may be longer, and it has a colour: on SQLite the table is made anew."""
    metadata = first()
    metadata.tables["station"].c.name.type = sa.String(80)
    metadata.tables["station"].append_column(sa.Column("colour", sa.String(10), server_default="red", nullable=False))
    return metadata


def third() -> sa.MetaData:
    """One table more."""
    metadata = second()
    sa.Table("visit", metadata, sa.Column("id", sa.Integer, primary_key=True))
    return metadata
