"""What can be pressed below a piece: its buttons, and the menu behind *More*, which holds what has no room there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.discord_ui.buttons import Spec, piece_buttons

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import discord

    from bot.domain.generation import Generation

MORE = "more"
"""Name of the action that opens the menu."""

_ROOM = 1
"""Buttons that still have room beside those that every piece has: Discord takes five in a line."""


async def _always(_interaction: discord.Interaction[Any], _generation: Generation) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One more thing that can be done with a piece.

    Attributes:
        action: Name of the action whose handler answers it; its looks and words are those of the button.
        offered: Tells whether a server offers it at all; None stands for direct messages.
        fits: Tells whether it is shown to whoever opened the menu, for that piece.
        below: Whether it stands below the piece itself, instead of in the menu.
    """

    action: str
    offered: Callable[[int | None], Awaitable[bool]]
    fits: Callable[[discord.Interaction[Any], Generation], Awaitable[bool]] = _always
    below: bool = False


class PieceMenu:
    """The buttons below pieces, and the menu behind them, which the cogs fill."""

    def __init__(self) -> None:
        """Offer what every piece has, and no menu."""
        self._entries: list[MenuEntry] = []

    def add(self, *entries: MenuEntry) -> None:
        """Offer more, in the order of these calls."""
        self._entries.extend(entries)

    async def below(self, number: int, guild_id: int | None, *, votes: bool) -> list[Spec]:
        """The buttons below a piece.

        Args:
            number: Number of the piece.
            guild_id: Server where it stands; None for direct messages.
            votes: Whether it is rated by buttons, because reactions cannot reach.
        """
        offered = [entry for entry in self._entries if await entry.offered(guild_id)]
        actions = [entry.action for entry in offered if entry.below]
        if len(actions) < len(offered):
            actions.append(MORE)
        usual = piece_buttons(number, votes=votes)
        line = max(spec.line or 0 for spec in usual) + (len(actions) > _ROOM)
        return [*usual, *(Spec(action, str(number), line=line) for action in actions)]

    async def behind(self, interaction: discord.Interaction[Any], generation: Generation) -> list[Spec]:
        """What the menu of a piece holds for whoever opened it."""
        hidden = [entry for entry in self._entries if not entry.below]
        offered = [entry for entry in hidden if await entry.offered(interaction.guild_id)]
        fitting = [entry for entry in offered if await entry.fits(interaction, generation)]
        return [Spec(entry.action, str(generation.number)) for entry in fitting]
