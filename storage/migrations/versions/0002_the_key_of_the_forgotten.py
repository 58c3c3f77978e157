"""The key of the forgotten: made with the database, so that every backup of it has the same one."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = sa.table("secrets", sa.column("name", sa.String), sa.column("value", sa.String))
    op.bulk_insert(table, [{"name": "forgotten", "value": secrets.token_hex(32)}])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
