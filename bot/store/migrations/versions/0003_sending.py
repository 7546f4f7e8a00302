"""Sending

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0003'
down_revision: str | None = '0002'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = sa.DateTime(timezone=True)
_IN_FLIGHT = sa.text("state IN ('sending', 'uncertain')")


def upgrade() -> None:
    op.create_table('sender',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('tokens', sa.Double(), nullable=False),
    sa.Column('refilled', _MOMENT, nullable=False),
    sa.Column('paused_until', _MOMENT, nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_sender'))
    )
    op.create_table('watermark',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_watermark'))
    )
    op.create_table('alert',
    sa.Column('id', _ID, nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('error_code', sa.Integer(), nullable=True),
    sa.Column('campaign_id', _ID, nullable=True),
    sa.Column('open_key', sa.String(length=128), nullable=True),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('first', _MOMENT, nullable=False),
    sa.Column('last', _MOMENT, nullable=False),
    sa.Column('acknowledged', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_alert_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.UniqueConstraint('open_key', name=op.f('uq_alert_open_key'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_campaign_id'), ['campaign_id'], unique=False)
    with op.batch_alter_table('contact_point', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closed', _MOMENT, nullable=True))
        batch_op.add_column(sa.Column('closed_why', sa.String(length=16), nullable=True))
    with op.batch_alter_table('outbound', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=16), server_default='notice', nullable=False))
        batch_op.add_column(sa.Column('inline', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.add_column(sa.Column('content_sid', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('content_variables', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('as_template', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.add_column(sa.Column('attempts', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('attempted', _MOMENT, nullable=True))
        batch_op.add_column(sa.Column('not_before', _MOMENT, nullable=True))
        batch_op.add_column(sa.Column('expires', _MOMENT, nullable=True))
        batch_op.add_column(sa.Column('retry_of', _ID, nullable=True))
        batch_op.add_column(sa.Column('lease_holder', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('lease_fence', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('lease_expires', _MOMENT, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_outbound_retry_of'), 'outbound', ['retry_of'], ['id'])
        batch_op.create_index(batch_op.f('ix_outbound_retry_of'), ['retry_of'], unique=False)
        batch_op.create_index('ix_outbound_in_flight', ['contact_point_id'], unique=False, postgresql_where=_IN_FLIGHT, sqlite_where=_IN_FLIGHT)
    # Until now, every reply went back as the answer to the webhook.
    op.execute("UPDATE outbound SET kind = 'reply', inline = true WHERE reply_to IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table('outbound', schema=None) as batch_op:
        batch_op.drop_index('ix_outbound_in_flight', postgresql_where=_IN_FLIGHT, sqlite_where=_IN_FLIGHT)
        batch_op.drop_index(batch_op.f('ix_outbound_retry_of'))
        batch_op.drop_constraint(batch_op.f('fk_outbound_retry_of'), type_='foreignkey')
        for column in ('lease_expires', 'lease_fence', 'lease_holder', 'retry_of', 'expires', 'not_before',
                       'attempted', 'attempts', 'as_template', 'content_variables', 'content_sid', 'inline', 'kind'):
            batch_op.drop_column(column)
    with op.batch_alter_table('contact_point', schema=None) as batch_op:
        batch_op.drop_column('closed_why')
        batch_op.drop_column('closed')
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alert_campaign_id'))
    op.drop_table('alert')
    op.drop_table('watermark')
    op.drop_table('sender')
