"""Handling units."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('units',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('contact', sa.String(length=240), server_default='', nullable=False),
    sa.Column('active', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_units')),
    sa.UniqueConstraint('name', name=op.f('uq_units_name'))
    )
    op.create_table('unit_categories',
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('category', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_unit_categories_unit_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('unit_id', 'category', name=op.f('pk_unit_categories'))
    )
    op.create_table('handings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('case_number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lead', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('returned_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['case_number'], ['cases.number'], name=op.f('fk_handings_case_number')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_handings_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handings'))
    )
    with op.batch_alter_table('handings', schema=None) as batch_op:
        batch_op.create_index('ix_handings_case_number', ['case_number'], unique=False)
        batch_op.create_index('ix_handings_unit_id', ['unit_id'], unique=False)



def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
