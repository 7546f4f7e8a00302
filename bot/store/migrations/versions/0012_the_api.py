"""The API

Revision ID: 0012
Revises: 0011
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0012'
down_revision: str | None = '0011'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = sa.DateTime(timezone=True)
_WAITING = sa.text("state = 'waiting'")


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}'))


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{target}.id'], name=op.f(f'fk_{table}_{column}'))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f'uq_{table}_{"_".join(columns)}'))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f'ix_{table}_{column}'), table, [column], unique=False)


def upgrade() -> None:
    op.create_table('api_token',
    sa.Column('id', _ID, nullable=False),
    sa.Column('organisation_id', _ID, nullable=False),
    sa.Column('prefix', sa.String(length=16), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('made_by', sa.String(length=200), nullable=False),
    sa.Column('approved_by', sa.String(length=200), nullable=True),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('expires', _MOMENT, nullable=False),
    sa.Column('last_used', _MOMENT, nullable=True),
    sa.Column('revoked', _MOMENT, nullable=True),
    _refers('api_token', 'organisation_id', 'organisation'),
    _key('api_token'),
    _unique('api_token', 'digest'),
    _unique('api_token', 'prefix'),
    )
    _index('api_token', 'organisation_id')
    op.create_table('download',
    sa.Column('id', _ID, nullable=False),
    sa.Column('organisation_id', _ID, nullable=False),
    sa.Column('who', sa.String(length=200), nullable=False),
    sa.Column('what', sa.String(length=32), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    _refers('download', 'organisation_id', 'organisation'),
    _key('download'),
    )
    _index('download', 'organisation_id')
    op.create_table('export_order',
    sa.Column('id', _ID, nullable=False),
    sa.Column('organisation_id', _ID, nullable=False),
    sa.Column('token_id', _ID, nullable=False),
    sa.Column('reference', sa.String(length=32), nullable=False),
    sa.Column('idempotency_key', sa.String(length=255), nullable=False),
    sa.Column('request', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('lease_holder', sa.String(length=64), nullable=True),
    sa.Column('lease_expires', _MOMENT, nullable=True),
    sa.Column('rows', sa.Integer(), nullable=True),
    sa.Column('size', _ID, nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('losses', sa.JSON(), nullable=False),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('finished', _MOMENT, nullable=True),
    sa.Column('expires', _MOMENT, nullable=False),
    _refers('export_order', 'organisation_id', 'organisation'),
    _refers('export_order', 'token_id', 'api_token'),
    _key('export_order'),
    _unique('export_order', 'reference'),
    _unique('export_order', 'token_id', 'idempotency_key'),
    )
    _index('export_order', 'organisation_id')
    _index('export_order', 'state')
    op.create_table('export_part',
    sa.Column('id', _ID, nullable=False),
    sa.Column('order_id', _ID, nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    _refers('export_part', 'order_id', 'export_order'),
    _key('export_part'),
    _unique('export_part', 'order_id', 'place'),
    )
    op.create_table('webhook_endpoint',
    sa.Column('id', _ID, nullable=False),
    sa.Column('organisation_id', _ID, nullable=False),
    sa.Column('reference', sa.String(length=32), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('events', sa.JSON(), nullable=False),
    sa.Column('made_by', sa.String(length=200), nullable=False),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('failing_since', _MOMENT, nullable=True),
    sa.Column('disabled', _MOMENT, nullable=True),
    sa.Column('why', sa.String(length=200), nullable=True),
    _refers('webhook_endpoint', 'organisation_id', 'organisation'),
    _key('webhook_endpoint'),
    _unique('webhook_endpoint', 'reference'),
    )
    _index('webhook_endpoint', 'organisation_id')
    op.create_table('webhook_delivery',
    sa.Column('id', _ID, nullable=False),
    sa.Column('endpoint_id', _ID, nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('event', sa.String(length=32), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('conversation_id', _ID, nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('not_before', _MOMENT, nullable=False),
    sa.Column('lease_holder', sa.String(length=64), nullable=True),
    sa.Column('lease_expires', _MOMENT, nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('why', sa.String(length=64), nullable=True),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('finished', _MOMENT, nullable=True),
    _refers('webhook_delivery', 'conversation_id', 'conversation'),
    _refers('webhook_delivery', 'endpoint_id', 'webhook_endpoint'),
    _key('webhook_delivery'),
    _unique('webhook_delivery', 'reference'),
    )
    _index('webhook_delivery', 'conversation_id')
    _index('webhook_delivery', 'endpoint_id')
    op.create_index('ix_webhook_delivery_waiting', 'webhook_delivery', ['not_before'], unique=False, postgresql_where=_WAITING, sqlite_where=_WAITING)


def downgrade() -> None:
    for table in ('webhook_delivery', 'webhook_endpoint', 'export_part', 'export_order', 'download', 'api_token'):
        op.drop_table(table)
