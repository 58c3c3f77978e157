"""Questions that the guard keeps from other people."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('guard', sa.String(length=20), nullable=True))



def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
