"""Pieces that failed, for those who run the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.domain.generation import GenerationState
from bot.domain.summaries import FailedPiece
from bot.storage.tables import generation

if TYPE_CHECKING:
    from bot.storage.database import Database


class Failures:
    """What failed, as long as its rows are kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(self, limit: int) -> list[FailedPiece]:
        """The latest pieces that failed, newest first."""
        began = func.coalesce(generation.c.started_at, generation.c.created_at, type_=generation.c.created_at.type)
        query = (
            select(generation.c.number, generation.c.error, generation.c.reference, began.label("began_at"))
            .where(generation.c.state == GenerationState.FAILED)
            .order_by(generation.c.number.desc())
            .limit(limit)
        )
        return await self._database.read(
            lambda connection: [
                FailedPiece(row.number, row.error or "", row.reference or "", row.began_at)
                for row in connection.execute(query)
            ]
        )
