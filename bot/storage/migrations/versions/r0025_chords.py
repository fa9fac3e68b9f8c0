"""The chords that a piece was asked to be written over."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; in the rows there are, they stay null: nobody asked for any."""
    op.add_column("generation", sa.Column("chords", sa.String(200)))
