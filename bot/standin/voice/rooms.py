"""Who is in which voice channel, and how the bot is told, moved and thrown out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.standin import payloads
from bot.standin.voice.server import VoiceServer
from bot.standin.voice.session import VoiceSession
from bot.standin.world import CONNECT, VIEW_CHANNEL

if TYPE_CHECKING:
    from bot.standin.state import State
    from bot.standin.voice.listener import VoiceListener
    from bot.standin.world import Channel, Guild, Json, Person

MOVED_OR_GONE = 4014


class VoiceRooms:
    """The voice channels of all guilds.

    Attributes:
        server: Server that carries the sound.
        sessions: The bot's stay, by guild.
        server_first: Whether the bot is told of the server before it is told that it is in; Discord keeps no order.
        silent: Whether the bot's wish to come in is left without an answer.
        without_endpoint: Times that the bot is first told that there is no server yet.
    """

    def __init__(self) -> None:
        """Let nobody in yet."""
        self.server = VoiceServer()
        self.sessions: dict[Guild, VoiceSession] = {}
        self.server_first = self.silent = False
        self.without_endpoint = 0
        self._state: State

    async def start(self, state: State) -> None:
        """Listen, and answer the bot that wants in."""
        self._state = state
        state.gateway.voice = self.update
        await self.server.start(state.changes.tell)

    async def stop(self) -> None:
        """Hang up."""
        await self.server.stop()

    async def enter(self, person: Person, channel: Channel) -> VoiceListener | None:
        """Let somebody into a voice channel; who comes to the bot listens."""
        guild = _guild_of(channel)
        await self._let_out(person, guild)
        guild.voices[person] = channel
        await self._tell_place(guild, person)
        session = self.sessions.get(guild)
        if person.bot or session is None or session.channel is not channel:
            return None
        return await session.group.enter(person)

    async def leave(self, person: Person, guild: Guild) -> None:
        """Let somebody out."""
        await self._let_out(person, guild)
        guild.voices.pop(person, None)
        await self._tell_place(guild, person)

    async def _let_out(self, person: Person, guild: Guild) -> None:
        session = self.sessions.get(guild)
        if session is not None:
            await session.group.leave(person)

    def listener(self, person: Person, guild: Guild) -> VoiceListener:
        """Somebody who is where the bot is.

        Raises:
            KeyError: They are not.
        """
        return self.sessions[guild].group.listeners[person]

    async def update(self, wanted: Json) -> None:
        """Work in opcode 4 of the main gateway: the bot wants to come, to go or to stay."""
        guild = self._state.guild(int(wanted["guild_id"]))
        if wanted["channel_id"] is None:
            await self._go(guild)
            return
        channel = self._state.channel(int(wanted["channel_id"]))
        if channel.permissions & (CONNECT | VIEW_CHANNEL) != CONNECT | VIEW_CHANNEL:
            self._state.violations.append(f"the bot wants into {channel.name}, where it may not connect")
            return
        if self.silent:
            return
        session = self.sessions.get(guild)
        if session is None or session.channel is not channel:
            session = await self._open(guild, channel)
        await self._tell_both(guild, session)

    async def _open(self, guild: Guild, channel: Channel) -> VoiceSession:
        """Begin the bot's stay in a channel, with whoever is there."""
        self._end(guild)
        session = self.sessions[guild] = VoiceSession(self._state.bot, guild, channel)
        self.server.sessions.expect(session)
        guild.voices[self._state.bot] = channel
        for person, place in guild.voices.items():
            if place is channel and not person.bot:
                await session.group.enter(person)
        return session

    async def _tell_both(self, guild: Guild, session: VoiceSession) -> None:
        if self.without_endpoint:
            self.without_endpoint -= 1
            await self._tell_place(guild, self._state.bot)
            await self._tell_server(session, endpoint=None)
            await self._tell_server(session, endpoint=self.server.endpoint)
            return
        if self.server_first:
            await self._tell_server(session, endpoint=self.server.endpoint)
        await self._tell_place(guild, self._state.bot)
        if not self.server_first:
            await self._tell_server(session, endpoint=self.server.endpoint)

    async def _go(self, guild: Guild) -> None:
        self._end(guild)
        if guild.voices.pop(self._state.bot, None) is not None:
            await self._tell_place(guild, self._state.bot)
        self._state.changes.tell()

    def _end(self, guild: Guild) -> None:
        session = self.sessions.pop(guild, None)
        if session is not None:
            session.group.bot_goes()
            self.server.sessions.forget(session)

    async def throw_out(self, guild: Guild) -> None:
        """Disconnect the bot, as a moderator."""
        session = self.sessions[guild]
        await self._go(guild)
        await session.close(MOVED_OR_GONE)

    async def move(self, guild: Guild, channel: Channel) -> None:
        """Move the bot to another channel, as a moderator."""
        old = self.sessions[guild]
        session = await self._open(guild, channel)
        await self._tell_both(guild, session)
        await old.close(MOVED_OR_GONE)

    async def change_region(self, guild: Guild) -> None:
        """Let another server carry the guild's voice; the people who listen go there, too."""
        heard = {person: listener.heard for person, listener in self.sessions[guild].group.listeners.items()}
        self.server.change_region()
        channel, session_id = self.sessions[guild].channel, self.sessions[guild].id
        session = await self._open(guild, channel)
        # The session of the main gateway goes on; only the server and its token are new.
        self.server.sessions.forget(session)
        session.id = session_id
        self.server.sessions.expect(session)
        for person, listener in session.group.listeners.items():
            listener.heard = heard[person]
        await self._tell_server(session, endpoint=self.server.endpoint)

    async def _tell_place(self, guild: Guild, person: Person) -> None:
        told = payloads.voice_state(guild, person, self._session_id(guild, person))
        told["member"] = payloads.member(guild, person)
        await self._state.gateway.tell("VOICE_STATE_UPDATE", told, guild=True)
        self._state.changes.tell()

    def _session_id(self, guild: Guild, person: Person) -> str:
        session = self.sessions.get(guild)
        return session.id if session is not None and person is self._state.bot else "elsewhere"

    async def _tell_server(self, session: VoiceSession, *, endpoint: str | None) -> None:
        told = {"token": session.token, "guild_id": str(session.guild.id), "endpoint": endpoint}
        await self._state.gateway.tell("VOICE_SERVER_UPDATE", told, guild=True)


def _guild_of(channel: Channel) -> Guild:
    assert channel.guild is not None, "a voice channel is in a guild"
    return channel.guild
