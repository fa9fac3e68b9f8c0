"""What people do: commands, buttons, modals, reactions."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from bot.standin import payloads
from bot.standin.forms import submission
from bot.standin.invocations import check_may, find, invocation
from bot.standin.rest import posting
from bot.standin.rest.webhooks import PATIENCE
from bot.standin.rules.refusals import RefusedError
from bot.standin.world import Interaction, Message

if TYPE_CHECKING:
    from bot.standin.state import State
    from bot.standin.world import Channel, Json, Person


class People:
    """The people's side of the stand-in."""

    state: State

    async def slash(
        self,
        name: str,
        *,
        user: Person,
        channel: Channel,
        options: Json | None = None,
        wait: bool = True,
        trusted: bool = False,
        **values: Any,
    ) -> Interaction:
        """Send a command, as `compose` or `server settings`, and wait for its first answer.

        Args:
            name: Its names, apart by spaces.
            user: Person who sends it.
            channel: Channel where it is sent.
            options: Its options, where their names are taken here.
            wait: Whether to wait for the answer.
            trusted: Send it although Discord hides it from this person.
            values: Its options.

        Raises:
            RefusedError: If Discord would not let the person send it.
            TimeoutError: If the bot is silent for three seconds.
        """
        command, data = invocation(self.state, name, channel, {**(options or {}), **values})
        if not trusted:
            check_may(command, user, channel)
        return await self._happen(Interaction(2, user, channel, data, _token()), wait=wait)

    async def autocomplete(
        self,
        name: str,
        option: str,
        typed: str,
        *,
        user: Person,
        channel: Channel,
        options: Json | None = None,
        **values: Any,
    ) -> list[Json]:
        """Type into an option and get what is proposed; `options` holds others whose names are taken here."""
        given = {**(options or {}), **values, option: typed}
        _, data = invocation(self.state, name, channel, given, typing=option)
        return (await self._happen(Interaction(4, user, channel, data, _token()))).choices

    async def menu(self, name: str, message: Message, *, user: Person, wait: bool = True) -> Interaction:
        """Choose an entry of a message's menu."""
        command = find(self.state, name, message.channel, kind=3)
        resolved = {"messages": {str(message.id): self.state.written(message)}}
        data = {"id": command["id"], "name": name, "type": 3, "target_id": str(message.id), "resolved": resolved}
        return await self._happen(Interaction(2, user, message.channel, data, _token()), wait=wait)

    async def press(self, message: Message, button: str, *, user: Person, wait: bool = True) -> Interaction:
        """Press the button that bears this label, emoji or custom id, or a part of it."""
        found = _button(message, button)
        data = {"component_type": 2, "custom_id": found["custom_id"], "id": found.get("id", 1)}
        return await self._happen(Interaction(3, user, message.channel, data, _token(), message), wait=wait)

    async def select(self, message: Message, custom_id: str, chosen: list[str], *, user: Person) -> Interaction:
        """Choose from a select."""
        found = _button(message, custom_id)
        data = {"component_type": found["type"], "custom_id": found["custom_id"], "values": chosen}
        return await self._happen(Interaction(3, user, message.channel, data, _token(), message))

    async def submit(self, opened: Interaction, values: Json | None = None, *, wait: bool = True) -> Interaction:
        """Send the modal that an interaction opened, with these values; all else stays as filled in.

        Raises:
            RefusedError: If a value does not fit its field.
        """
        data = submission(self.state, opened, values or {})
        event = Interaction(5, opened.user, opened.channel, data, _token(), opened.source)
        return await self._happen(event, wait=wait)

    async def forge(
        self, kind: int, data: Json, *, user: Person, channel: Channel, source: Message | None = None, wait: bool = True
    ) -> Interaction:
        """Send what no client of Discord's would.

        Args:
            kind: Type of the interaction.
            data: Its data, which nobody looks at.
            user: Person who sends it.
            channel: Channel where it is sent.
            source: Message on which a button was pressed, or from which a form was opened.
            wait: Whether to wait for the answer.
        """
        return await self._happen(Interaction(kind, user, channel, data, _token(), source), wait=wait)

    async def react(self, message: Message, emoji: str, *, user: Person, burst: bool = False) -> None:
        """Give a reaction, or a super reaction."""
        await posting.react(self.state, message, user, emoji, burst=burst)

    async def unreact(self, message: Message, emoji: str, *, user: Person) -> None:
        """Take a reaction back."""
        await posting.unreact(self.state, message, user, emoji)

    async def clear_reactions(self, message: Message, emoji: str | None = None) -> None:
        """Take away, as a moderator, all reactions or those of one emoji."""
        await posting.clear_reactions(self.state, message, emoji)

    async def delete_message(self, message: Message) -> None:
        """Delete a message, as a moderator."""
        await posting.delete(self.state, message)

    async def say(self, text: str, *, user: Person, channel: Channel) -> Message:
        """Write a message."""
        message = Message(channel, user, text)
        await posting.publish(self.state, message)
        return message

    def expire(self, interaction: Interaction) -> None:
        """Let its token be past its 15 minutes."""
        interaction.expired = True

    async def _happen(self, event: Interaction, *, wait: bool = True) -> Interaction:
        state = self.state
        state.interactions[event.token] = event
        # Nobody else tells of it where no bot is there to answer.
        state.changes.tell()
        data = payloads.interaction(event, state.bot, state.base)
        await state.gateway.tell("INTERACTION_CREATE", data, guild=event.channel.guild is not None)
        if wait:
            what = f"an answer to interaction {event.data.get('name') or event.data.get('custom_id')}"
            try:
                await state.changes.until(lambda: event.answer is not None, what, seconds=PATIENCE + 0.5)
            except TimeoutError:
                # A bot that is away breaks no rule by its silence.
                if state.gateway.connected:
                    state.violations.append(f"{what} did not come")
                raise
        return event


def _token() -> str:
    return secrets.token_urlsafe(24)


def _button(message: Message, wanted: str) -> Json:
    """The one component that bears this label, emoji, custom id or placeholder, or a part of it."""
    for exact in (True, False):
        for component in message.buttons():
            emoji = (component.get("emoji") or {}).get("name", "")
            names = [component.get("label") or "", emoji, component.get("custom_id") or ""]
            if any(name and (name == wanted if exact else wanted in name) for name in names):
                if component.get("disabled"):
                    raise RefusedError(50035, [f"{wanted} cannot be pressed"])
                return component
    raise RefusedError(50035, [f"there is no button {wanted!r} on {message.text!r}"])
