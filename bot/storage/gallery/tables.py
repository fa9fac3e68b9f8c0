"""The tables of what servers show of their pieces, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table

from bot.storage.columns import Moment, metadata

gallery_post = Table(
    "gallery_post",
    metadata,
    Column("number", ForeignKey("generation.number", ondelete="CASCADE"), primary_key=True),
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("state", String(8), nullable=False, index=True),
    Column("due_at", Moment, nullable=False),
    Column("votes", Integer, nullable=False),
    Column("message_id", BigInteger, unique=True),
    Column("channel_id", BigInteger),
)
"""Pieces that came into the gallery of their server, each once. States: see `bot.domain.showing.ShowingState`. `votes`
is the number that the message tells."""

weekly_message = Table(
    "weekly_message",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("due_at", Moment, primary_key=True),
    Column("state", String(8), nullable=False, index=True),
    Column("message_id", BigInteger),
    Column("channel_id", BigInteger),
)
"""The weeks of servers that were settled, each once, with the message that tells the best pieces."""

weekly_pick = Table(
    "weekly_pick",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("due_at", Moment, primary_key=True),
    Column("number", ForeignKey("generation.number", ondelete="CASCADE"), primary_key=True, index=True),
    Column("place", Integer, nullable=False),
)
"""The pieces that such a message names."""
