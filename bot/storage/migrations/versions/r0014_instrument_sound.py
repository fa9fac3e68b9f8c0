"""What the instruments of a piece sound by."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; the soundfont played the pieces that there are."""
    op.add_column("generation", sa.Column("instrument_sound", sa.String(), nullable=False, server_default="soundfont"))
