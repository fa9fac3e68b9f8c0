"""Where a server offers favourites, files by direct message and family trees: nowhere until it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.discord_ui.client import Cadenza


def is_offered(client: Cadenza) -> Callable[[int | None], Awaitable[bool]]:
    """A function that tells of a server whether it offers them; in direct messages there is nobody to ask."""

    async def offered(guild_id: int | None) -> bool:
        return guild_id is None or (await client.app.store.preferences.server(guild_id)).favourites

    return offered
