"""The message that calls somebody to a piece that is ready, so that it goes with the piece."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; nobody was called to the pieces that there are."""
    op.add_column("generation", sa.Column("call_message_id", sa.BigInteger()))
