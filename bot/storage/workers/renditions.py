"""Sound and picture that a worker made, on their way to the bot that delivers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from bot.storage.dialects.moments import moment_in
from bot.storage.tables import generation
from bot.storage.worker_tables import rendition
from composer.rendering import Rendition

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.storage.database import Database

_KEPT_SECONDS = 3600.0
"""How long they wait for a bot: what is not there any more is rendered anew."""


class HandedRenditions:
    """What workers handed over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hand_over(self, number: int, made: Rendition, *, lease: str) -> None:
        """Put the files of a piece there if a lease on it holds, in the place of others."""
        values = {"mp3": made.mp3, "png": made.png, "network_share": made.network_share}

        def unit(connection: Connection) -> None:
            held = select(generation.c.number).where(generation.c.number == number, generation.c.lease == lease)
            if connection.scalar(held.with_for_update()) is None:
                return
            connection.execute(delete(rendition).where(rendition.c.number == number))
            connection.execute(
                rendition.insert().values(
                    number=number, seconds_spent=made.seconds_spent, handed_at=moment_in(0), **values
                )
            )

        await self._database.change(unit)

    async def forget_old(self) -> None:
        """Delete what nobody fetched."""
        old = delete(rendition).where(rendition.c.handed_at < moment_in(-_KEPT_SECONDS))
        await self._database.write(lambda connection: connection.execute(old))

    async def take(self, number: int) -> Rendition | None:
        """The files of a piece, which are there no longer; None if nobody handed any over, or they were lost."""
        midi = select(func.coalesce(generation.c.midi, b"")).where(generation.c.number == number).scalar_subquery()
        query = select(rendition, midi.label("midi")).where(rendition.c.number == number)

        def unit(connection: Connection) -> Rendition | None:
            row = connection.execute(query).first()
            connection.execute(delete(rendition).where(rendition.c.number == number))
            if row is None:
                return None
            return Rendition(row.mp3, row.png, row.midi or b"", row.seconds_spent, row.network_share)

        return await self._database.change(unit)
