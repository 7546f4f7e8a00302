"""The meaning ledger

Revision ID: 0002
Revises: 0001
"""

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0002'
down_revision: str | None = '0001'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _digest(*parts: str) -> str:
    """Twelve hexadecimal digits, as they were made when this was written."""
    return hashlib.sha256('\x04'.join(parts).encode()).hexdigest()[:12]


def upgrade() -> None:
    op.create_table('translation_entry',
    sa.Column('id', _ID, nullable=False),
    sa.Column('language', sa.String(length=32), nullable=False),
    sa.Column('context', sa.String(length=400), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('wording', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('text_digest', sa.String(length=16), nullable=False),
    sa.Column('step', sa.String(length=16), nullable=False),
    sa.Column('maker', sa.String(length=16), nullable=False),
    sa.Column('who', sa.String(length=200), nullable=False),
    sa.Column('back_translation', sa.Text(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_translation_entry'))
    )
    with op.batch_alter_table('translation_entry', schema=None) as batch_op:
        batch_op.create_index('ix_translation_entry_language_context', ['language', 'context'], unique=False)
    _carry_over()
    op.drop_table('sign_off')


def _carry_over() -> None:
    """A sign-off of a whole version was one of each of the words frozen with it."""
    sign_off = sa.table('sign_off', *map(sa.column, ('survey_version_id', 'language', 'reviewer')),
                        sa.column('at', sa.DateTime(timezone=True)))
    version = sa.table('survey_version', sa.column('id'), sa.column('catalogues', sa.JSON()))
    entry = sa.table('translation_entry', *map(sa.column, (
        'language', 'context', 'source', 'wording', 'text', 'text_digest', 'step', 'maker', 'who',
        'back_translation', 'comment')), sa.column('at', sa.DateTime(timezone=True)))
    connection = op.get_bind()
    signed = connection.execute(
        sa.select(sign_off, version.c.catalogues)
        .join_from(sign_off, version, version.c.id == sign_off.c.survey_version_id)
    ).all()
    for row in signed:
        entries = [
            {
                'language': row.language, 'context': context, 'source': source,
                'wording': _digest(context, source), 'text': text, 'text_digest': _digest(text),
                'step': 'sign_off', 'maker': 'human', 'who': row.reviewer,
                'back_translation': '', 'comment': '', 'at': row.at,
            }
            for context, source, text in row.catalogues.get(row.language, ())
        ]
        if entries:
            connection.execute(sa.insert(entry), entries)


def downgrade() -> None:
    op.create_table('sign_off',
    sa.Column('id', _ID, nullable=False),
    sa.Column('survey_version_id', _ID, nullable=False),
    sa.Column('language', sa.String(length=32), nullable=False),
    sa.Column('reviewer', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['survey_version_id'], ['survey_version.id'], name=op.f('fk_sign_off_survey_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_off')),
    sa.UniqueConstraint('survey_version_id', 'language', name=op.f('uq_sign_off_survey_version_id_language'))
    )
    with op.batch_alter_table('translation_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_translation_entry_language_context')
    op.drop_table('translation_entry')
