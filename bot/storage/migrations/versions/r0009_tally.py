"""Running sums of the ratings, by piece and by model."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KINDS = ("likes", "loves", "dislikes")

_BY_PIECE = """
INSERT INTO tally (number, model, likes, loves, dislikes)
SELECT rating.number, generation.model,
    sum(CASE WHEN value = 1 THEN 1 ELSE 0 END),
    sum(CASE WHEN value = 2 THEN 1 ELSE 0 END),
    sum(CASE WHEN value = -1 THEN 1 ELSE 0 END)
FROM rating JOIN generation ON generation.number = rating.number
WHERE NOT is_author GROUP BY rating.number, generation.model
"""
_BY_MODEL = """
INSERT INTO model_tally (model, likes, loves, dislikes)
SELECT model, sum(likes), sum(loves), sum(dislikes) FROM tally GROUP BY model
"""


def upgrade() -> None:
    """Make both tables, and fill them from the ratings there are."""
    counts = [sa.Column(kind, sa.Integer(), nullable=False) for kind in _KINDS]
    op.create_table(
        "tally",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("model", sa.String(64), nullable=False),
        *counts,
    )
    counts = [sa.Column(kind, sa.Integer(), nullable=False) for kind in _KINDS]
    op.create_table("model_tally", sa.Column("model", sa.String(64), primary_key=True), *counts)
    op.execute(_BY_PIECE)
    op.execute(_BY_MODEL)
