"""People and campaigns

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0004'
down_revision: str | None = '0003'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = sa.DateTime(timezone=True)


def _refer(table: str, column: str, target: str) -> None:
    """Add a column that refers to another table.

    SQLite can do this in place, but Alembic would make the table anew, and a table that others refer to can
    not be dropped.
    """
    name = f'fk_{table}_{column}'
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            f'ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {target} (id)'
        )
        return
    op.add_column(table, sa.Column(column, _ID, nullable=True))
    op.create_foreign_key(name, table, target, [column], ['id'])


def upgrade() -> None:
    op.create_table('message_template',
    sa.Column('id', _ID, nullable=False),
    sa.Column('context', sa.String(length=400), nullable=False),
    sa.Column('source_digest', sa.String(length=16), nullable=False),
    sa.Column('language', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('content_sid', sa.String(length=64), nullable=False),
    sa.Column('approval', sa.String(length=16), nullable=False),
    sa.Column('why', sa.String(length=400), nullable=True),
    sa.Column('changed', _MOMENT, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_template')),
    sa.UniqueConstraint('context', 'source_digest', 'language', 'kind', name=op.f('uq_message_template_context_source_digest_language_kind'))
    )
    op.create_table('initiative',
    sa.Column('id', _ID, nullable=False),
    sa.Column('organisation_id', _ID, nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('created', _MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_initiative_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_initiative')),
    sa.UniqueConstraint('organisation_id', 'slug', name=op.f('uq_initiative_organisation_id_slug'))
    )
    op.create_table('household',
    sa.Column('id', _ID, nullable=False),
    sa.Column('contact_point_id', _ID, nullable=False),
    sa.Column('participant_id', _ID, nullable=False),
    sa.Column('nickname', sa.LargeBinary(), nullable=True),
    sa.Column('pin', sa.String(length=200), nullable=True),
    sa.Column('created', _MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['contact_point_id'], ['contact_point.id'], name=op.f('fk_household_contact_point_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_household_participant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household')),
    sa.UniqueConstraint('contact_point_id', 'participant_id', name=op.f('uq_household_contact_point_id_participant_id'))
    )
    with op.batch_alter_table('household', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_household_participant_id'), ['participant_id'], unique=False)

    op.create_table('opt_out',
    sa.Column('id', _ID, nullable=False),
    sa.Column('contact_point_id', _ID, nullable=False),
    sa.Column('organisation_id', _ID, nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['contact_point_id'], ['contact_point.id'], name=op.f('fk_opt_out_contact_point_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_opt_out_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opt_out')),
    sa.UniqueConstraint('contact_point_id', 'organisation_id', name=op.f('uq_opt_out_contact_point_id_organisation_id'))
    )
    with op.batch_alter_table('opt_out', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opt_out_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('people_import',
    sa.Column('id', _ID, nullable=False),
    sa.Column('campaign_id', _ID, nullable=False),
    sa.Column('who', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('good', sa.Integer(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    sa.Column('undone', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_people_import_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_import'))
    )
    with op.batch_alter_table('people_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_people_import_campaign_id'), ['campaign_id'], unique=False)

    op.create_table('enrolment',
    sa.Column('id', _ID, nullable=False),
    sa.Column('campaign_id', _ID, nullable=False),
    sa.Column('participant_id', _ID, nullable=False),
    sa.Column('contact_point_id', _ID, nullable=False),
    sa.Column('conversation_id', _ID, nullable=True),
    sa.Column('import_id', _ID, nullable=True),
    sa.Column('language', sa.String(length=32), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('why', sa.String(length=32), nullable=True),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('told', _MOMENT, nullable=True),
    sa.Column('invited', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_enrolment_campaign_id')),
    sa.ForeignKeyConstraint(['contact_point_id'], ['contact_point.id'], name=op.f('fk_enrolment_contact_point_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_enrolment_conversation_id')),
    sa.ForeignKeyConstraint(['import_id'], ['people_import.id'], name=op.f('fk_enrolment_import_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_enrolment_participant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment')),
    sa.UniqueConstraint('campaign_id', 'participant_id', name=op.f('uq_enrolment_campaign_id_participant_id'))
    )
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.create_index('ix_enrolment_campaign_id_state_id', ['campaign_id', 'state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrolment_contact_point_id'), ['contact_point_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrolment_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrolment_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrolment_participant_id'), ['participant_id'], unique=False)

    op.create_table('attachment',
    sa.Column('id', _ID, nullable=False),
    sa.Column('inbound_id', _ID, nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('question', sa.String(length=128), nullable=True),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('why', sa.String(length=64), nullable=True),
    sa.Column('content_type', sa.String(length=100), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('not_before', _MOMENT, nullable=True),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('fetched', _MOMENT, nullable=True),
    sa.Column('removed', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['inbound_id'], ['inbound.id'], name=op.f('fk_attachment_inbound_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sa.UniqueConstraint('inbound_id', 'place', name=op.f('uq_attachment_inbound_id_place'))
    )
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachment_state'), ['state'], unique=False)

    op.create_table('transcript',
    sa.Column('id', _ID, nullable=False),
    sa.Column('attachment_id', _ID, nullable=True),
    sa.Column('answer_id', _ID, nullable=True),
    sa.Column('step', sa.String(length=16), nullable=False),
    sa.Column('language', sa.String(length=32), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('who', sa.String(length=200), nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['answer.id'], name=op.f('fk_transcript_answer_id')),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_transcript_attachment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transcript'))
    )
    with op.batch_alter_table('transcript', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transcript_answer_id'), ['answer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_transcript_attachment_id'), ['attachment_id'], unique=False)

    _refer('campaign', 'initiative_id', 'initiative')
    _refer('campaign', 'follows_id', 'campaign')
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.add_column(sa.Column('wave', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('survey', sa.String(length=400), server_default='', nullable=False))
        batch_op.add_column(sa.Column('plan', sa.JSON(), server_default='{}', nullable=False))
        batch_op.add_column(sa.Column('starts', _MOMENT, nullable=True))
        batch_op.add_column(sa.Column('launched', _MOMENT, nullable=True))
        batch_op.add_column(sa.Column('closed', _MOMENT, nullable=True))
        batch_op.create_index(batch_op.f('ix_campaign_follows_id'), ['follows_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_initiative_id'), ['initiative_id'], unique=False)

    _refer('consent', 'organisation_id', 'organisation')
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.add_column(sa.Column('purpose', sa.String(length=16), server_default='survey', nullable=False))
        batch_op.add_column(sa.Column('source', sa.String(length=16), server_default='message', nullable=False))

    _refer('contact_point', 'speaker_id', 'participant')
    with op.batch_alter_table('contact_point', schema=None) as batch_op:
        batch_op.add_column(sa.Column('heard', _MOMENT, nullable=True))
        batch_op.add_column(sa.Column('asking', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('spoke', _MOMENT, nullable=True))
        batch_op.create_index(batch_op.f('ix_contact_point_speaker_id'), ['speaker_id'], unique=False)

    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('next_at', _MOMENT, nullable=True))
        batch_op.add_column(sa.Column('next_what', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('reminded', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_index('ix_conversation_next_at', ['next_at'], unique=False, postgresql_where=sa.text('next_at IS NOT NULL'), sqlite_where=sa.text('next_at IS NOT NULL'))

    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answers_sid', sa.String(length=64), nullable=True))

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hours', sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table('outbound', schema=None) as batch_op:
        batch_op.add_column(sa.Column('audio', sa.String(length=200), nullable=True))


_INDEXES = {
    'campaign': ('ix_campaign_follows_id', 'ix_campaign_initiative_id'),
    'contact_point': ('ix_contact_point_speaker_id',),
    'conversation': ('ix_conversation_next_at',),
}
_COLUMNS = {
    'outbound': ('audio',),
    'organisation': ('hours',),
    'inbound': ('answers_sid',),
    'conversation': ('reminded', 'next_what', 'next_at'),
    'contact_point': ('spoke', 'speaker_id', 'asking', 'heard'),
    'consent': ('source', 'purpose', 'organisation_id'),
    'campaign': ('closed', 'launched', 'starts', 'plan', 'survey', 'wave', 'follows_id', 'initiative_id'),
}
_TABLES = (
    'message_template', 'transcript', 'attachment', 'enrolment', 'people_import', 'opt_out', 'household',
    'initiative',
)


def downgrade() -> None:
    for table, indexes in _INDEXES.items():
        for index in indexes:
            op.drop_index(index, table_name=table)
    for table, columns in _COLUMNS.items():
        for column in columns:
            # In place on both: a table that others refer to can not be made anew on SQLite.
            op.execute(f'ALTER TABLE {table} DROP COLUMN {column}')
    for table in _TABLES:
        op.drop_table(table)
