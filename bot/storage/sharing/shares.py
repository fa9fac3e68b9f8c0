"""Rows of the servers that a process has, where several share a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Integer, and_, literal, or_, true

from bot.domain.shards import TIME_BITS

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement

    from bot.domain.shards import ShardShare


def in_share(guild_id: Column[int], share: ShardShare) -> ColumnElement[bool]:
    """Whether a row is of a server in the share, or of direct messages that are; as `ShardShare.has`."""
    if share.is_all:
        return true()
    shard = guild_id.op(">>")(literal(TIME_BITS, Integer)).op("%")(literal(share.count, Integer))
    there = and_(guild_id.is_not(None), shard.in_(share.ids))
    return or_(there, guild_id.is_(None)) if share.leads else there
