"""You said, we did; listening in rounds

Revision ID: 0022
Revises: 0021
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0022'
down_revision: str | None = '0021'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = sa.DateTime(timezone=True)
_COLUMN = 'feedback_id'
_REFERS = 'fk_outbound_feedback_id'
_INDEX = 'ix_outbound_feedback_id'


def _listening() -> None:
    op.create_table('listening',
    sa.Column('id', _ID, nullable=False),
    sa.Column('campaign_id', _ID, nullable=False),
    sa.Column('question', sa.String(length=128), nullable=False),
    sa.Column('ranking_id', _ID, nullable=True),
    sa.Column('ranking_question', sa.String(length=128), nullable=True),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('published', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_listening_campaign_id')),
    sa.ForeignKeyConstraint(['ranking_id'], ['campaign.id'], name=op.f('fk_listening_ranking_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listening')),
    sa.UniqueConstraint('campaign_id', name=op.f('uq_listening_campaign_id')),
    sa.UniqueConstraint('ranking_id', name=op.f('uq_listening_ranking_id')),
    )
    op.create_table('listening_theme',
    sa.Column('id', _ID, nullable=False),
    sa.Column('listening_id', _ID, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.Column('created', _MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['listening_id'], ['listening.id'], name=op.f('fk_listening_theme_listening_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listening_theme')),
    sa.UniqueConstraint('listening_id', 'code', name=op.f('uq_listening_theme_listening_id_code')),
    )
    op.create_table('listening_source',
    sa.Column('id', _ID, nullable=False),
    sa.Column('theme_id', _ID, nullable=False),
    sa.Column('answer_id', _ID, nullable=False),
    sa.Column('safe', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['answer.id'], name=op.f('fk_listening_source_answer_id')),
    sa.ForeignKeyConstraint(['theme_id'], ['listening_theme.id'], name=op.f('fk_listening_source_theme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listening_source')),
    sa.UniqueConstraint('theme_id', 'answer_id', name=op.f('uq_listening_source_theme_id_answer_id')),
    )
    op.create_index(op.f('ix_listening_source_answer_id'), 'listening_source', ['answer_id'], unique=False)


def upgrade() -> None:
    op.create_table('feedback',
    sa.Column('id', _ID, nullable=False),
    sa.Column('campaign_id', _ID, nullable=False),
    sa.Column('heard', sa.Text(), nullable=False),
    sa.Column('done', sa.Text(), nullable=False),
    sa.Column('asked', sa.String(length=128), nullable=True),
    sa.Column('changed', _MOMENT, nullable=False),
    sa.Column('sent', _MOMENT, nullable=True),
    sa.Column('last_sent', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_feedback_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback')),
    sa.UniqueConstraint('campaign_id', name=op.f('uq_feedback_campaign_id')),
    )
    op.create_table('feedback_reaction',
    sa.Column('id', _ID, nullable=False),
    sa.Column('feedback_id', _ID, nullable=False),
    sa.Column('inbound_id', _ID, nullable=False),
    sa.Column('language', sa.String(length=32), nullable=False),
    sa.Column('reading', sa.String(length=16), nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['feedback_id'], ['feedback.id'], name=op.f('fk_feedback_reaction_feedback_id')),
    sa.ForeignKeyConstraint(['inbound_id'], ['inbound.id'], name=op.f('fk_feedback_reaction_inbound_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_reaction')),
    sa.UniqueConstraint('inbound_id', name=op.f('uq_feedback_reaction_inbound_id')),
    )
    op.create_index(op.f('ix_feedback_reaction_feedback_id'), 'feedback_reaction', ['feedback_id'], unique=False)
    _listening()
    # SQLite can add a column in place; Alembic would make the table anew, which others refer to.
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(f'ALTER TABLE outbound ADD COLUMN {_COLUMN} INTEGER CONSTRAINT {_REFERS} REFERENCES feedback (id)')
    else:
        op.add_column('outbound', sa.Column(_COLUMN, _ID, nullable=True))
        op.create_foreign_key(_REFERS, 'outbound', 'feedback', [_COLUMN], ['id'])
    op.create_index(op.f(_INDEX), 'outbound', [_COLUMN], unique=False)


def downgrade() -> None:
    op.drop_index(op.f(_INDEX), table_name='outbound')
    # What was told stays with its words, as a message of its conversation.
    op.execute(f'ALTER TABLE outbound DROP COLUMN {_COLUMN}')
    op.drop_index(op.f('ix_feedback_reaction_feedback_id'), table_name='feedback_reaction')
    op.drop_table('feedback_reaction')
    op.drop_table('feedback')
    op.drop_index(op.f('ix_listening_source_answer_id'), table_name='listening_source')
    for table in ('listening_source', 'listening_theme', 'listening'):
        op.drop_table(table)
