"""How dense stochastic music was asked for, and with how many glissandi."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; in the rows there are, they stay null: no piece was stochastic."""
    op.add_column("generation", sa.Column("density", sa.Float()))
    op.add_column("generation", sa.Column("glissandi", sa.Float()))
