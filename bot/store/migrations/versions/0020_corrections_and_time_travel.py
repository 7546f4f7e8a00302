"""Readings that a person corrected, replies that a person wrote, and the demonstration's clock

Revision ID: 0020
Revises: 0019
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0020'
down_revision: str | None = '0019'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('correction',
    sa.Column('id', _ID, nullable=False),
    sa.Column('answer_id', _ID, nullable=False),
    sa.Column('staff_id', _ID, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['answer.id'], name=op.f('fk_correction_answer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_correction_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction')),
    sa.UniqueConstraint('answer_id', name=op.f('uq_correction_answer_id'))
    )
    op.create_table('time_travel',
    sa.Column('id', _ID, nullable=False),
    sa.Column('seconds', _ID, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_travel'))
    )
    op.add_column('outbound', sa.Column('written_by', sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column('outbound', 'written_by')
    op.drop_table('time_travel')
    op.drop_table('correction')
