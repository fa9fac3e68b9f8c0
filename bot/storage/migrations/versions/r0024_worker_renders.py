"""Workers say whether they make sound."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let them say so; those that are there said nothing yet."""
    op.add_column("worker", sa.Column("renders", sa.Boolean))
