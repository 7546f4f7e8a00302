"""Files ordered at the console

Revision ID: 0015
Revises: 0012
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0015'
down_revision: str | None = '0012'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = sa.DateTime(timezone=True)
_INDEX = 'ix_export_order_staff_id'


def _part() -> None:
    op.create_table('export_part',
    sa.Column('id', _ID, nullable=False),
    sa.Column('order_id', _ID, nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['export_order.id'], name=op.f('fk_export_part_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_part')),
    sa.UniqueConstraint('order_id', 'place', name=op.f('uq_export_part_order_id_place')),
    )


def _set_parts_aside() -> None:
    """SQLite makes a table anew to change it, and one that others refer to can not be dropped."""
    op.execute('CREATE TABLE export_part_aside AS SELECT id, order_id, place, content FROM export_part')
    op.drop_table('export_part')


def _take_parts_back() -> None:
    _part()
    op.execute('INSERT INTO export_part (id, order_id, place, content) SELECT id, order_id, place, content FROM export_part_aside')
    op.drop_table('export_part_aside')


def upgrade() -> None:
    lite = op.get_bind().dialect.name == 'sqlite'
    if lite:
        _set_parts_aside()
    with op.batch_alter_table('export_order', schema=None) as batch_op:
        batch_op.alter_column('token_id', existing_type=_ID, nullable=True)
        batch_op.add_column(sa.Column('staff_id', _ID, nullable=True))
        batch_op.add_column(sa.Column('reason', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('approver_id', _ID, nullable=True))
        batch_op.add_column(sa.Column('decided', _MOMENT, nullable=True))
        batch_op.add_column(sa.Column('done', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('conversations', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_export_order_staff_id'), 'staff', ['staff_id'], ['id'])
        batch_op.create_foreign_key(op.f('fk_export_order_approver_id'), 'staff', ['approver_id'], ['id'])
        batch_op.create_index(op.f(_INDEX), ['staff_id'], unique=False)
    if lite:
        _take_parts_back()


def downgrade() -> None:
    # What was ordered at the console has no place in the table before; it can be ordered again.
    op.execute('DELETE FROM export_part WHERE order_id IN (SELECT id FROM export_order WHERE token_id IS NULL)')
    op.execute('DELETE FROM export_order WHERE token_id IS NULL')
    lite = op.get_bind().dialect.name == 'sqlite'
    if lite:
        _set_parts_aside()
    with op.batch_alter_table('export_order', schema=None) as batch_op:
        batch_op.drop_index(op.f(_INDEX))
        batch_op.drop_constraint(op.f('fk_export_order_staff_id'), type_='foreignkey')
        batch_op.drop_constraint(op.f('fk_export_order_approver_id'), type_='foreignkey')
        for column in ('staff_id', 'reason', 'approver_id', 'decided', 'done', 'conversations'):
            batch_op.drop_column(column)
        batch_op.alter_column('token_id', existing_type=_ID, nullable=False)
    if lite:
        _take_parts_back()
