"""Workers on other machines: who they are, what they hold, and what they hand over."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add how long a lease holds and how far a piece is; the rows that there are have no worker."""
    op.add_column("generation", sa.Column("lease_until", sa.DateTime()))
    op.add_column("generation", sa.Column("progress", sa.String(16)))
    op.create_table(
        "worker",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("threads", sa.Integer(), nullable=False),
        sa.Column("busy", sa.Integer(), nullable=False),
        sa.Column("engines", sa.JSON(), nullable=False),
        sa.Column("speeds", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "model_part",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("part", sa.Integer(), primary_key=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    server = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "rendition",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("mp3", sa.LargeBinary(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("network_share", sa.String(255), nullable=False),
        sa.Column("seconds_spent", sa.JSON(), nullable=False),
        sa.Column("handed_at", sa.DateTime(), nullable=False),
        # What is lost is rendered anew: nobody need write it twice.
        prefixes=["UNLOGGED"] if server else [],
    )
    if server:
        # Both are compressed already.
        op.execute("ALTER TABLE rendition ALTER mp3 SET STORAGE EXTERNAL, ALTER png SET STORAGE EXTERNAL")
