"""Themes in open answers, two coders, and words that can not be translated

Revision ID: 0021
Revises: 0020
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0021'
down_revision: str | None = '0020'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = sa.DateTime(timezone=True)


def _refer(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{to}.id'], name=op.f(f'fk_{table}_{column}'))


def _books() -> None:
    op.create_table('theme_book',
    sa.Column('id', _ID, nullable=False),
    sa.Column('organisation_id', _ID, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('question', sa.String(length=128), nullable=False),
    sa.Column('language', sa.String(length=32), nullable=False),
    sa.Column('first_id', _ID, nullable=False),
    sa.Column('second_id', _ID, nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.Column('created', _MOMENT, nullable=False),
    _refer('theme_book', 'organisation_id', 'organisation'),
    _refer('theme_book', 'first_id', 'staff'),
    _refer('theme_book', 'second_id', 'staff'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_book')),
    )
    op.create_index(op.f('ix_theme_book_organisation_id'), 'theme_book', ['organisation_id'])
    op.create_table('theme_book_campaign',
    sa.Column('id', _ID, nullable=False),
    sa.Column('book_id', _ID, nullable=False),
    sa.Column('campaign_id', _ID, nullable=False),
    _refer('theme_book_campaign', 'book_id', 'theme_book'),
    _refer('theme_book_campaign', 'campaign_id', 'campaign'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_book_campaign')),
    sa.UniqueConstraint('book_id', 'campaign_id', name=op.f('uq_theme_book_campaign_book_id_campaign_id')),
    )
    op.create_index(op.f('ix_theme_book_campaign_campaign_id'), 'theme_book_campaign', ['campaign_id'])
    op.create_table('theme',
    sa.Column('id', _ID, nullable=False),
    sa.Column('book_id', _ID, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.Column('example', sa.Text(), nullable=False),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('set_aside', _MOMENT, nullable=True),
    _refer('theme', 'book_id', 'theme_book'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme')),
    sa.UniqueConstraint('book_id', 'code', name=op.f('uq_theme_book_id_code')),
    )


def upgrade() -> None:
    _books()
    op.create_table('coding',
    sa.Column('id', _ID, nullable=False),
    sa.Column('book_id', _ID, nullable=False),
    sa.Column('answer_id', _ID, nullable=False),
    sa.Column('staff_id', _ID, nullable=False),
    sa.Column('themes', sa.JSON(), nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    _refer('coding', 'book_id', 'theme_book'),
    _refer('coding', 'answer_id', 'answer'),
    _refer('coding', 'staff_id', 'staff'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coding')),
    sa.UniqueConstraint('book_id', 'answer_id', 'staff_id', name=op.f('uq_coding_book_id_answer_id_staff_id')),
    )
    op.create_index(op.f('ix_coding_answer_id'), 'coding', ['answer_id'])
    op.create_table('coding_decision',
    sa.Column('id', _ID, nullable=False),
    sa.Column('book_id', _ID, nullable=False),
    sa.Column('answer_id', _ID, nullable=False),
    sa.Column('staff_id', _ID, nullable=False),
    sa.Column('themes', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    _refer('coding_decision', 'book_id', 'theme_book'),
    _refer('coding_decision', 'answer_id', 'answer'),
    _refer('coding_decision', 'staff_id', 'staff'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coding_decision')),
    )
    op.create_index(op.f('ix_coding_decision_answer_id'), 'coding_decision', ['answer_id'])
    op.create_index('ix_coding_decision_book_id_answer_id', 'coding_decision', ['book_id', 'answer_id'])
    op.create_table('term_note',
    sa.Column('id', _ID, nullable=False),
    sa.Column('answer_id', _ID, nullable=False),
    sa.Column('term', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=32), nullable=False),
    sa.Column('explanation', sa.Text(), nullable=False),
    sa.Column('who', sa.String(length=200), nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    _refer('term_note', 'answer_id', 'answer'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_term_note')),
    )
    op.create_index(op.f('ix_term_note_answer_id'), 'term_note', ['answer_id'])


def downgrade() -> None:
    for table in ('term_note', 'coding_decision', 'coding', 'theme', 'theme_book_campaign', 'theme_book'):
        op.drop_table(table)
