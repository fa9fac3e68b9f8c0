"""Pieces that are sound, and have no MIDI."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; the pieces that there are have MIDI."""
    op.add_column("generation", sa.Column("sound", sa.LargeBinary()))
