"""discord.py's connection to a voice channel, mended where it would fall silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord.voice_state import ConnectionFlowState, VoiceConnectionState

if TYPE_CHECKING:
    from discord.gateway import DiscordVoiceWebSocket
    from discord.types.voice import GuildVoiceState, VoiceServerUpdate


class _SteadyConnection(VoiceConnectionState):
    """A connection that resumes whichever of Discord's two updates comes first."""

    async def voice_server_update(self, data: VoiceServerUpdate) -> None:
        """Take both updates as told where the bot was connected: its place in the channel is known.

        After a crash of the voice server (4015), discord.py 2.7 waits for an update of the place after this one. Where
        that came first, it waited until its time was up.
        """
        was_connected = self.is_connected()
        await super().voice_server_update(data)
        if was_connected and self.state is ConnectionFlowState.got_voice_server_update:
            self.state = ConnectionFlowState.got_both_voice_updates


class SteadyVoiceClient(discord.VoiceClient):
    """A connection that knows why it ended.

    Attributes:
        thrown_out: Whether somebody disconnected the bot, so that it must not come back.
    """

    thrown_out = False

    def create_connection_state(self) -> VoiceConnectionState:
        """Hear what the voice server says, too."""
        return _SteadyConnection(self, hook=self._hear)

    async def _hear(self, socket: DiscordVoiceWebSocket, message: dict[str, Any]) -> None:
        # discord.py 2.7 waits for a new key after it has resumed, which never comes: the old one goes on.
        if message["op"] == socket.RESUMED:
            socket.secret_key = self.secret_key

    async def on_voice_state_update(self, data: GuildVoiceState) -> None:
        """Note that the bot was disconnected by somebody else."""
        if data["channel_id"] is None and self.is_connected():
            self.thrown_out = True
        await super().on_voice_state_update(data)
