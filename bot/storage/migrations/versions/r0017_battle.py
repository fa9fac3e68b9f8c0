"""Battles: two pieces in one message, and what people said of them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_PIECE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add them; the pieces that there are meet nobody."""
    op.add_column("generation", sa.Column("rival", sa.BigInteger()))
    op.create_table(
        "battle",
        sa.Column("number", _PIECE, _refers_to("generation"), primary_key=True, autoincrement=False),
        sa.Column("second", _PIECE, _refers_to("generation"), nullable=False, unique=True),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), unique=True),
        sa.Column("channel_id", sa.BigInteger()),
        sa.Column("opened_at", sa.DateTime()),
        sa.Column("closed_at", sa.DateTime()),
        sa.Column("shown", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_battle_opened_at", "battle", ["opened_at"])
    op.create_table(
        "battle_vote",
        sa.Column("number", _PIECE, _refers_to("battle"), primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("choice", sa.String(8), nullable=False),
        sa.Column("guild_id", sa.BigInteger()),
        sa.Column("cast_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_battle_vote_user_id", "battle_vote", ["user_id"])


def _refers_to(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.number", ondelete="CASCADE")
