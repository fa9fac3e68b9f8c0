"""Tastes of servers, and which of them made a piece."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; the pieces that there are were made by none."""
    op.add_column("generation", sa.Column("taste", sa.BigInteger()))
    op.create_table(
        "taste",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("guild_id", sa.BigInteger()),
        sa.Column("fitted_at", sa.DateTime(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("learned", sa.JSON(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_taste_guild_id", "taste", ["guild_id"])
