"""What a client sends for a command."""

from __future__ import annotations

import asyncio

from bot.standin.invocations import invocation
from bot.standin.server import StandIn
from bot.standin.world import Attachment


async def test_a_file_that_is_given_to_a_command_is_sent_by_its_id_and_described():
    async with StandIn() as stand_in:
        file_option = {"type": 11, "name": "file", "description": "MIDI", "required": True}
        command = {"id": "1", "type": 1, "name": "continue", "description": "Go on", "options": [file_option]}
        stand_in.state.commands[None] = [command]
        file = Attachment("tune.mid", b"MThd")

        _, data = invocation(stand_in.state, "continue", stand_in.add_guild().channel, {"file": file})

        assert data["options"] == [{"type": 11, "name": "file", "value": str(file.id)}]
        assert data["resolved"]["attachments"][str(file.id)]["filename"] == "tune.mid"


async def test_whoever_waits_for_a_command_is_woken_where_no_bot_is_there():
    async with StandIn() as stand_in:
        guild = stand_in.add_guild()
        anna = stand_in.add_person("anna")
        stand_in.state.commands[None] = [{"id": "1", "type": 1, "name": "compose", "options": []}]

        # The one who waits looks first, and finds nothing yet.
        waiting = stand_in.until(lambda: list(stand_in.state.interactions.values()), "the command", seconds=5)
        found, sent = await asyncio.gather(
            waiting, stand_in.slash("compose", user=anna, channel=guild.channel, wait=False)
        )

        assert found == [sent]
