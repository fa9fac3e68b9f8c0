"""Whether somebody has yet to be told that a piece failed or was cancelled."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; in the rows there are, it stays null: those were told, or it is long ago."""
    op.add_column("generation", sa.Column("untold", sa.Boolean()))
