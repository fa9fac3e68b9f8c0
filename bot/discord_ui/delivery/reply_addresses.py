"""Where the answers stand that were promised to interactions, and which pieces are landing in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord

from bot.discord_ui.delivery.messages import Address

if TYPE_CHECKING:
    from bot.domain.generation import Generation

_REMEMBERED = 100
"""Messages whose delivery may not be noted yet."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an interaction, promised but not given yet.

    Attributes:
        message_id: Message that it becomes; None if Discord did not say.
        most_bytes: Bytes that a file in it may have.
    """

    message_id: int | None
    most_bytes: int


class ReplyAddresses:
    """What is known here before the rows can tell."""

    def __init__(self, client: discord.Client) -> None:
        """Know of none."""
        self._client = client
        self._expected: dict[int, Reply] = {}
        self._landing: dict[int, int] = {}

    def expect(self, request_id: int, reply: Reply) -> None:
        """Know the reply to an interaction before its piece is accepted, and so before the row can tell."""
        self._expected[request_id] = reply

    def expected(self, request_id: int) -> Reply | None:
        """The reply to an interaction of this run; the second piece of a battle has that number below 0."""
        return self._expected.get(abs(request_id))

    def forget(self, request_id: int) -> None:
        """Nothing will be told in the reply to that interaction any more."""
        self._expected.pop(abs(request_id), None)

    def land(self, message_id: int | None, number: int) -> None:
        """A piece is about to stand in a message, or stands in it already."""
        if message_id is not None:
            self._landing[message_id] = number
        while len(self._landing) > _REMEMBERED:
            del self._landing[next(iter(self._landing))]

    def landing(self, message_id: int) -> int | None:
        """The number of the piece that was just put into a message, which may not be noted yet."""
        return self._landing.get(message_id)

    def address(self, generation: Generation) -> Address:
        """Where the reply to a generation stands."""
        reply = self.expected(generation.request_id)
        return Address(
            number=generation.told_as,
            user_id=generation.user_id or 0,
            channel_id=generation.channel_id,
            message_id=generation.reply_message_id or (reply.message_id if reply else None),
            private=generation.private,
            application_id=self._client.application_id or 0,
            token=generation.reply_token,
            since=discord.utils.snowflake_time(abs(generation.request_id)),
            locale=generation.locale,
        )


def answer_to(interaction: discord.Interaction[Any], message_id: int | None, generation: Generation) -> Address:
    """Where the answer to an interaction stands that is about a generation."""
    return Address(
        number=generation.number,
        user_id=interaction.user.id,
        channel_id=interaction.channel_id or 0,
        message_id=message_id,
        private=generation.private,
        application_id=interaction.application_id,
        token=interaction.token,
        since=interaction.created_at,
        locale=str(interaction.locale),
    )
