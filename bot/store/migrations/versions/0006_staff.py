"""Staff, sign-ins, the audit log, and who sees to a concern

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0006'
down_revision: str | None = '0005'
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
    op.create_table('audit_chain',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_audit_chain'))
    )
    op.create_table('audit_entry',
    sa.Column('id', _ID, nullable=False),
    sa.Column('chain', sa.String(length=64), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    sa.Column('who', sa.String(length=254), nullable=False),
    sa.Column('what', sa.String(length=64), nullable=False),
    sa.Column('about', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry')),
    sa.UniqueConstraint('chain', 'place', name=op.f('uq_audit_entry_chain_place'))
    )
    op.create_table('ceremony',
    sa.Column('id', _ID, nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.Column('expires', _MOMENT, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ceremony')),
    sa.UniqueConstraint('token', name=op.f('uq_ceremony_token'))
    )
    op.create_table('failed_attempt',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('last', _MOMENT, nullable=False),
    sa.Column('locked_until', _MOMENT, nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_failed_attempt'))
    )
    op.create_table('staff',
    sa.Column('id', _ID, nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('interface', sa.String(length=32), nullable=True),
    sa.Column('password', sa.String(length=200), nullable=True),
    sa.Column('totp', sa.LargeBinary(), nullable=True),
    sa.Column('totp_step', sa.Integer(), nullable=True),
    sa.Column('oidc', sa.String(length=400), nullable=True),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('left', _MOMENT, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('email', name=op.f('uq_staff_email')),
    sa.UniqueConstraint('oidc', name=op.f('uq_staff_oidc'))
    )
    op.create_table('invitation',
    sa.Column('id', _ID, nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('organisation_id', _ID, nullable=True),
    sa.Column('invited_by', sa.String(length=254), nullable=False),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('expires', _MOMENT, nullable=False),
    sa.Column('accepted', _MOMENT, nullable=True),
    sa.Column('cancelled', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_invitation_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('token', name=op.f('uq_invitation_token'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('passkey',
    sa.Column('id', _ID, nullable=False),
    sa.Column('staff_id', _ID, nullable=False),
    sa.Column('credential', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('uses', _ID, nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('used', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_passkey_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential', name=op.f('uq_passkey_credential'))
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passkey_staff_id'), ['staff_id'], unique=False)

    op.create_table('recovery_code',
    sa.Column('id', _ID, nullable=False),
    sa.Column('staff_id', _ID, nullable=False),
    sa.Column('code', sa.LargeBinary(), nullable=False),
    sa.Column('used', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_recovery_code_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code'))
    )
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_code_staff_id'), ['staff_id'], unique=False)

    op.create_table('sign_in',
    sa.Column('id', _ID, nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('staff_id', _ID, nullable=False),
    sa.Column('how', sa.String(length=16), nullable=False),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.Column('created', _MOMENT, nullable=False),
    sa.Column('seen', _MOMENT, nullable=False),
    sa.Column('ends', _MOMENT, nullable=False),
    sa.Column('ended', _MOMENT, nullable=True),
    sa.Column('network', sa.String(length=45), nullable=False),
    sa.Column('browser', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_sign_in_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('token', name=op.f('uq_sign_in_token'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_staff_id'), ['staff_id'], unique=False)

    op.create_table('staff_role',
    sa.Column('id', _ID, nullable=False),
    sa.Column('staff_id', _ID, nullable=False),
    sa.Column('organisation_id', _ID, nullable=True),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('granted', _MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_staff_role_organisation_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_role_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_role')),
    sa.UniqueConstraint('staff_id', 'organisation_id', 'role', name=op.f('uq_staff_role_staff_id_organisation_id_role'))
    )
    with op.batch_alter_table('staff_role', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_role_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('concern_note',
    sa.Column('id', _ID, nullable=False),
    sa.Column('concern_id', _ID, nullable=False),
    sa.Column('staff_id', _ID, nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['concern_id'], ['concern.id'], name=op.f('fk_concern_note_concern_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_concern_note_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concern_note'))
    )
    with op.batch_alter_table('concern_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_concern_note_concern_id'), ['concern_id'], unique=False)

    _refer('concern', 'acknowledged_by_id', 'staff')
    _refer('concern', 'responder_id', 'staff')
    with op.batch_alter_table('concern', schema=None) as batch_op:
        batch_op.add_column(sa.Column('settled', _MOMENT, nullable=True))

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('acknowledge_minutes', sa.Integer(), server_default='30', nullable=False))


_TABLES = (
    'concern_note', 'staff_role', 'sign_in', 'recovery_code', 'passkey', 'invitation', 'staff', 'failed_attempt',
    'ceremony', 'audit_entry', 'audit_chain',
)


def downgrade() -> None:
    op.drop_table(_TABLES[0])
    # In place on both: a table that others refer to can not be made anew on SQLite.
    op.execute('ALTER TABLE organisation DROP COLUMN acknowledge_minutes')
    for column in ('settled', 'responder_id', 'acknowledged_by_id'):
        op.execute(f'ALTER TABLE concern DROP COLUMN {column}')
    for table in _TABLES[1:]:
        op.drop_table(table)
