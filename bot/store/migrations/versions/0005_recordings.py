"""Recordings: kept by their content, and named by the version that they were frozen with

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0005'
down_revision: str | None = '0004'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('recording',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('content_type', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_recording'))
    )
    op.add_column('survey_version', sa.Column('recordings', sa.JSON(), server_default='{}', nullable=False))


def downgrade() -> None:
    op.drop_column('survey_version', 'recordings')
    op.drop_table('recording')
