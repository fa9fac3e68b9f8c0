"""The dice game that was asked for, and what the dice show."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; in the rows there are, they stay null: no piece was made with dice."""
    op.add_column("generation", sa.Column("game", sa.String(32)))
    op.add_column("generation", sa.Column("rolls", sa.String(1024)))
