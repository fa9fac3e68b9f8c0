"""The metre that was asked for, and the options about which somebody said `any`."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; in the rows there are, they stay null: nobody could say either."""
    op.add_column("generation", sa.Column("metre", sa.String(32)))
    op.add_column("generation", sa.Column("said_any", sa.JSON()))
