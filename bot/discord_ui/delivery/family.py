"""What a piece goes on from, and what goes on from it, in one line below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.generation import THERE

if TYPE_CHECKING:
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.generation import Generation
    from bot.storage.generations import Generations
    from bot.storage.relatives import Relatives

_MOST_CHILDREN = 5


class Family:
    """Tells of a piece's parent and children, of which one that is private is told to nobody but its composer."""

    def __init__(self, generations: Generations, relatives: Relatives) -> None:
        self._generations, self._relatives = generations, relatives

    async def line(self, generation: Generation, say: Sentences, *, children: bool = False) -> str | None:
        """The line; None where there is nothing to tell.

        Args:
            generation: The piece.
            say: Sentences in the reader's language.
            children: Whether to name what goes on from it, too.
        """
        lines = [await self._origin(generation, say), await self._children(generation, say) if children else None]
        return "\n".join(filter(None, lines)) or None

    async def _origin(self, generation: Generation, say: Sentences) -> str | None:
        if generation.treatment is None:
            return None
        if generation.parent is None:
            return say(f"family.own.{generation.treatment}")
        return say(f"family.of.{generation.treatment}", piece=await self._named(generation))

    async def _named(self, generation: Generation) -> str:
        """The parent's number, as a link to its message where that may be followed."""
        name = f"#{generation.parent}"
        parent = await self._generations.get(generation.parent or 0)
        if parent is None or parent.private or parent.message_id is None or parent.state not in THERE:
            return name
        place = f"{parent.guild_id or '@me'}/{parent.channel_id}/{parent.message_id}"
        return f"[{name}](https://discord.com/channels/{place})"

    async def _children(self, generation: Generation, say: Sentences) -> str | None:
        found = await self._relatives.children(generation.number)
        shown = [f"#{child.number}" for child in found if not child.private and child.guild_id == generation.guild_id]
        return say("family.children", pieces=", ".join(shown[:_MOST_CHILDREN])) if shown else None
