"""When each piece was begun, by a number that rises over all pieces."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it, with what finds the last turn of all, of a server and of a person there; nobody had a turn before."""
    op.add_column("generation", sa.Column("turn", sa.BigInteger()))
    op.drop_index("ix_generation_user_id", "generation")
    op.create_index("ix_generation_turn", "generation", ["turn"])
    op.create_index("generation_turns_of_server", "generation", ["guild_id", "turn"])
    op.create_index("generation_turns_of_person", "generation", ["user_id", "guild_id", "turn"])
