"""What people did with pieces, as far as it says what a server likes."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty: nobody noted before which pieces were played again."""
    number = sa.ForeignKey("generation.number", ondelete="CASCADE")
    op.create_table(
        "deed",
        sa.Column("user_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), number, primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("done_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_deed_number", "deed", ["number"])
