"""Lists of people that were given to a page

Revision ID: 0017
Revises: 0015
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0017'
down_revision: str | None = '0015'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = sa.DateTime(timezone=True)


def _refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{target}.id'], name=op.f(f'fk_people_upload_{column}'))


def upgrade() -> None:
    op.create_table('people_upload',
    sa.Column('id', _ID, nullable=False),
    sa.Column('organisation_id', _ID, nullable=False),
    sa.Column('campaign_id', _ID, nullable=False),
    sa.Column('who', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('given', sa.JSON(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('report', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('done', sa.Integer(), server_default='0', nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('import_id', _ID, nullable=True),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('changed', _MOMENT, nullable=False),
    _refers('organisation_id', 'organisation'),
    _refers('campaign_id', 'campaign'),
    _refers('import_id', 'people_import'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_upload')),
    )
    op.create_index(op.f('ix_people_upload_organisation_id'), 'people_upload', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_people_upload_state'), 'people_upload', ['state'], unique=False)


def downgrade() -> None:
    op.drop_table('people_upload')
