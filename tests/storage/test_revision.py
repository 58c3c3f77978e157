"""Which revision there is, and what is there: known without Alembic."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from storage import migrate, revision
from storage.database import Database
from tests.support.source import ROOT


def test_the_newest_revision_is_the_head_of_the_migrations() -> None:
    """Both say the same: one reads the names of the files, the other what stands in them."""
    assert revision.newest() == migrate.OURS.head


async def test_a_database_says_which_it_is_at(database: Database[sa.Connection]) -> None:
    assert await database.read(revision.stored) == migrate.OURS.head


def test_a_database_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    """Ten megabytes that the bot need not carry about."""
    url = f"sqlite:///{tmp_path}/new.db"
    assert revision.bring_up_to_date(url)[-1] == migrate.OURS.head
    script = f"""
import sys
from pathlib import Path
import handlers.running, handlers.terminal.service
from storage import revision
assert revision.bring_up_to_date({url!r}) == []
revision.require_newest({url!r})
sys.exit("alembic" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
