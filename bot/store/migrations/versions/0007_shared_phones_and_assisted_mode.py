"""Shared phones and assisted mode

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0007'
down_revision: str | None = '0006'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column('household', sa.Column('wrong_pins', sa.Integer(), server_default='0', nullable=False))
    op.add_column('household', sa.Column('locked', sa.DateTime(timezone=True), nullable=True))
    op.add_column('conversation', sa.Column('assisted_by', sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column('conversation', 'assisted_by')
    op.drop_column('household', 'locked')
    op.drop_column('household', 'wrong_pins')
