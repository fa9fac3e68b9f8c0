"""What servers show of their pieces: a gallery, and the best of the week."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


_NUMBER = "generation.number"


def upgrade() -> None:
    """Make the tables, empty."""
    _make_gallery()
    _make_weeks()


def _make_gallery() -> None:
    op.create_table(
        "gallery_post",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey(_NUMBER, ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), unique=True),
        sa.Column("channel_id", sa.BigInteger()),
    )
    for column in ("guild_id", "state"):
        op.create_index(f"ix_gallery_post_{column}", "gallery_post", [column])


def _make_weeks() -> None:
    op.create_table(
        "weekly_message",
        sa.Column("guild_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("due_at", sa.DateTime(), primary_key=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("channel_id", sa.BigInteger()),
    )
    op.create_index("ix_weekly_message_state", "weekly_message", ["state"])
    op.create_table(
        "weekly_pick",
        sa.Column("guild_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("due_at", sa.DateTime(), primary_key=True),
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey(_NUMBER, ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("place", sa.Integer(), nullable=False),
    )
    op.create_index("ix_weekly_pick_number", "weekly_pick", ["number"])
