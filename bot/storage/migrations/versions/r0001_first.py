"""What the first release remembers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NUMBER = "generation.number"


def upgrade() -> None:
    """Make all tables."""
    _make_generation()
    _make_posts_and_votes()
    _make_models()
    _make_the_rest()


def _make_generation() -> None:
    op.create_table(
        "generation",
        sa.Column("number", _ID, primary_key=True, autoincrement=True),
        *_asked_for(),
        *_how_far_it_is(),
        *_what_it_became(),
        sqlite_autoincrement=True,
    )
    for column in ("user_id", "state", "created_at"):
        op.create_index(f"ix_generation_{column}", "generation", [column])
    op.create_index("generation_of_guild", "generation", ["guild_id", "created_at"])


def _asked_for() -> list[sa.Column[Any]]:
    return [
        sa.Column("request_id", sa.BigInteger(), nullable=False, unique=True),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("guild_id", sa.BigInteger()),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("style", sa.String(32), nullable=False),
        sa.Column("instrument", sa.String(32)),
        sa.Column("key", sa.String(32)),
        sa.Column("tempo", sa.Float()),
        sa.Column("creativity", sa.Float(), nullable=False),
        sa.Column("another_of", sa.BigInteger()),
    ]


def _how_far_it_is() -> list[sa.Column[Any]]:
    return [
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(64)),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime()),
        sa.Column("composed_at", sa.DateTime()),
        sa.Column("delivered_at", sa.DateTime()),
        sa.Column("message_id", sa.BigInteger(), unique=True),
        sa.Column("reply_message_id", sa.BigInteger()),
        sa.Column("reply_token", sa.String(512)),
        sa.Column("error", sa.String(64)),
        sa.Column("reference", sa.String(8)),
    ]


def _what_it_became() -> list[sa.Column[Any]]:
    return [
        sa.Column("midi", sa.LargeBinary()),
        sa.Column("tokens", sa.LargeBinary()),
        sa.Column("title", sa.String(128)),
        sa.Column("chosen_key", sa.String(32)),
        sa.Column("chosen_metre", sa.String(8)),
        sa.Column("beats_per_minute", sa.Float()),
        sa.Column("bars", sa.Integer()),
        sa.Column("measures", sa.JSON()),
        sa.Column("seconds_spent", sa.JSON(), nullable=False),
    ]


def _make_posts_and_votes() -> None:
    op.create_table(
        "post",
        sa.Column("message_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("number", _ID, sa.ForeignKey(_NUMBER, ondelete="CASCADE"), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger()),
        sa.Column("posted_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_post_number", "post", ["number"])
    op.create_index("ix_post_posted_at", "post", ["posted_at"])
    op.create_table(
        "vote",
        sa.Column("number", _ID, sa.ForeignKey(_NUMBER, ondelete="CASCADE"), primary_key=True),
        sa.Column("user_id", sa.BigInteger(), primary_key=True),
        sa.Column("source", sa.String(16), primary_key=True),
        sa.Column("message_id", sa.BigInteger(), primary_key=True),
        sa.Column("value", sa.Integer(), primary_key=True),
        sa.Column("cast_order", sa.BigInteger(), nullable=False),
        sa.Column("cast_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_vote_user_id", "vote", ["user_id"])
    op.create_table(
        "rating",
        sa.Column("number", _ID, sa.ForeignKey(_NUMBER, ondelete="CASCADE"), primary_key=True),
        sa.Column("user_id", sa.BigInteger(), primary_key=True),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("is_author", sa.Boolean(), nullable=False),
        sa.Column("guild_id", sa.BigInteger()),
        sa.Column("rated_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_rating_user_id", "rating", ["user_id"])
    op.create_index("ix_rating_rated_at", "rating", ["rated_at"])


def _make_models() -> None:
    op.create_table(
        "model",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("parent", sa.Integer()),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("promoted_at", sa.DateTime()),
    )
    op.create_table(
        "training_run",
        sa.Column("number", _ID, primary_key=True, autoincrement=True),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
        sqlite_autoincrement=True,
    )


def _make_the_rest() -> None:
    op.create_table(
        "audit",
        sa.Column("number", _ID, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger()),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "setting",
        sa.Column("scope", sa.String(16), primary_key=True),
        sa.Column("owner", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.JSON()),
    )
