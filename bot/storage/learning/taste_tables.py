"""The tables of servers' tastes, and of what people did with pieces besides voting."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Integer, String, Table

from bot.storage.columns import Moment, metadata

taste = Table(
    "taste",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("guild_id", BigInteger, index=True),
    Column("fitted_at", Moment, nullable=False),
    Column("votes", Integer, nullable=False),
    Column("taken", Boolean, nullable=False),
    Column("due", Boolean, nullable=False),
    Column("learned", JSON, nullable=False),
    sqlite_autoincrement=True,
)
"""Versions of servers' tastes; no server of the shared one. `due` is true where votes went of which it was learned."""

deed = Table(
    "deed",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", ForeignKey("generation.number", ondelete="CASCADE"), primary_key=True, index=True),
    Column("kind", String(16), primary_key=True),
    Column("done_at", Moment, nullable=False),
)
"""Who had whose piece played again or sent, once each: see `bot.storage.learning.deeds`."""
