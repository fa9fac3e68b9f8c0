"""The table of servers' tastes."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, Table

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
