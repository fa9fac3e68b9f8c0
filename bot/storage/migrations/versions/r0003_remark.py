"""The line of the engine's own that stands below a piece."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; in the rows there are, it stays null: networks have nothing to say of their pieces."""
    op.add_column("generation", sa.Column("remark", sa.String(2048)))
