"""The hand that the stand-in offers to a person at a shell."""

from __future__ import annotations

import aiohttp

from bot.standin.control import Control
from bot.standin.server import StandIn


async def test_what_people_do_is_asked_for_and_looked_at_over_http():
    stand_in = StandIn()
    Control(stand_in).add_to(stand_in.app)
    async with stand_in, aiohttp.ClientSession(stand_in.state.base) as shell:
        stand_in.add_guild()
        stand_in.add_person("anna")

        await shell.post("/control/say", json={"user": "anna", "text": "hello"})
        await shell.post("/control/react", json={"user": "anna", "emoji": "👍"})
        messages = await (await shell.get("/control/messages")).json()

        assert [message["text"] for message in messages] == ["hello"]
        assert messages[0]["reactions"] == {"👍": ["anna"]}


async def test_what_cannot_be_done_is_said():
    stand_in = StandIn()
    Control(stand_in).add_to(stand_in.app)
    async with stand_in, aiohttp.ClientSession(stand_in.state.base) as shell:
        stand_in.add_guild()
        stand_in.add_person("anna")

        unknown = await shell.get("/control/sing")
        unregistered = await shell.post("/control/slash", json={"name": "compose", "user": "anna"})

        no_object = await shell.post("/control/slash", json=["compose"])
        nobody = await shell.post("/control/say", json={"user": "zoe", "text": "hello"})

        assert unknown.status == 404
        assert no_object.status == 400
        assert (await nobody.json())["error"] == "LookupError: nobody and nothing is called zoe"
        assert "no command 'compose' is registered" in (await unregistered.json())["error"]
