"""Pieces in the galleries of servers."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty."""
    number = sa.ForeignKey("generation.number", ondelete="CASCADE")
    op.create_table(
        "gallery_post",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), number, primary_key=True),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), unique=True),
        sa.Column("channel_id", sa.BigInteger()),
    )
    for column in ("guild_id", "state"):
        op.create_index(f"ix_gallery_post_{column}", "gallery_post", [column])
