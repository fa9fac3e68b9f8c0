"""How much of a piece's melody was heard before, and of people's own pieces."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; of the pieces that there are, nobody looked."""
    op.add_column("generation", sa.Column("shared_run", sa.Integer()))
    op.add_column("generation", sa.Column("people_run", sa.Float()))
