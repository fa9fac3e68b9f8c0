"""Names of settings that hold two of Discord's ids: a server of PostgreSQL's counts the letters."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a name have twice as many letters."""
    with op.batch_alter_table("setting") as setting:
        setting.alter_column("name", type_=sa.String(64), existing_type=sa.String(32), existing_nullable=False)
