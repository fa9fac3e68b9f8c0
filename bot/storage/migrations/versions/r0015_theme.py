"""Pieces that go on from music of somebody's own."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is known of it; the pieces that there are go on from nothing."""
    op.add_column("generation", sa.Column("parent", sa.BigInteger()))
    op.add_column("generation", sa.Column("treatment", sa.String(16)))
    op.add_column("generation", sa.Column("alone", sa.Boolean()))
    op.add_column("generation", sa.Column("theme", sa.LargeBinary()))
