"""Pieces that people marked, and indices for the families of pieces."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty, and the indices."""
    number = sa.ForeignKey("generation.number", ondelete="CASCADE")
    op.create_table(
        "favourite",
        sa.Column("user_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), number, primary_key=True),
        sa.Column("marked_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_favourite_number", "favourite", ["number"])
    op.create_index("generation_another_of", "generation", ["another_of"])
    op.create_index("generation_parent", "generation", ["parent"])
