"""Quality marks of conversations

Revision ID: 0011
Revises: 0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0011'
down_revision: str | None = '0006'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('quality_mark',
    sa.Column('id', _ID, nullable=False),
    sa.Column('conversation_id', _ID, nullable=False),
    sa.Column('mark', sa.String(length=32), nullable=False),
    sa.Column('detail', sa.String(length=128), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_quality_mark_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quality_mark')),
    sa.UniqueConstraint('conversation_id', 'mark', 'detail', name=op.f('uq_quality_mark_conversation_id_mark_detail'))
    )


def downgrade() -> None:
    op.drop_table('quality_mark')
