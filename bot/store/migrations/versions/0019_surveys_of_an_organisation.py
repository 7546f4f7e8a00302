"""Surveys that an organisation writes itself

Revision ID: 0019
Revises: 0017
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0019'
down_revision: str | None = '0017'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('own_survey',
    sa.Column('id', _ID, nullable=False),
    sa.Column('organisation_id', _ID, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('edition', sa.Integer(), server_default='1', nullable=False),
    sa.Column('changed_by', sa.String(length=254), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_own_survey_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_survey')),
    sa.UniqueConstraint('organisation_id', 'code', name=op.f('uq_own_survey_organisation_id_code'))
    )
    op.create_table('own_catalogue',
    sa.Column('id', _ID, nullable=False),
    sa.Column('own_survey_id', _ID, nullable=False),
    sa.Column('language', sa.String(length=32), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['own_survey_id'], ['own_survey.id'], name=op.f('fk_own_catalogue_own_survey_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_catalogue')),
    sa.UniqueConstraint('own_survey_id', 'language', name=op.f('uq_own_catalogue_own_survey_id_language'))
    )
    op.create_table('own_publication',
    sa.Column('id', _ID, nullable=False),
    sa.Column('own_survey_id', _ID, nullable=False),
    sa.Column('survey_version_id', _ID, nullable=False),
    sa.Column('version', sa.String(length=64), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('published_by', sa.String(length=254), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['own_survey_id'], ['own_survey.id'], name=op.f('fk_own_publication_own_survey_id')),
    sa.ForeignKeyConstraint(['survey_version_id'], ['survey_version.id'], name=op.f('fk_own_publication_survey_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_publication'))
    )
    op.create_index(op.f('ix_own_publication_own_survey_id'), 'own_publication', ['own_survey_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_own_publication_own_survey_id'), table_name='own_publication')
    op.drop_table('own_publication')
    op.drop_table('own_catalogue')
    op.drop_table('own_survey')
