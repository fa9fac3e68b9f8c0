"""The page over HTTP: what it tells, what it does, and whom it answers."""

from __future__ import annotations

import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.standin.control import Control
from bot.standin.page.server import STATIC, Page
from bot.standin.rest import posting
from bot.standin.server import StandIn
from bot.standin.world import ADMINISTRATOR, EPHEMERAL, OF_A_MEMBER, Attachment, Interaction, Message
from tests.bot.standin.page.chat_page import browser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.standin.world import Guild, Person

COMPOSE = {
    "id": "1",
    "type": 1,
    "name": "compose",
    "name_localizations": {"de": "komponieren"},
    "description": "Write a piece",
    "options": [{"type": 4, "name": "length", "description": "Seconds", "min_value": 5}],
}
ADMIN = {"id": "2", "type": 1, "name": "admin", "description": "Run it", "default_member_permissions": "8"}
RATE = {"id": "3", "type": 3, "name": "Rate"}


@dataclass(slots=True)
class Visit:
    stand_in: StandIn
    http: aiohttp.ClientSession
    guild: Guild
    anna: Person
    ben: Person

    async def do(self, verb: str, person: Person, **asked: Any) -> dict[str, Any]:
        answer = await self.http.post(f"/page/do/{verb}", json={"me": str(person.id), **asked})
        found: dict[str, Any] = await answer.json()
        return found

    def place(self, message: Message) -> dict[str, str]:
        return {"channel": str(message.channel.id), "message": str(message.id)}


@asynccontextmanager
async def visit() -> AsyncIterator[Visit]:
    stand_in = StandIn()
    Page(stand_in).add_to(stand_in.app)
    Control(stand_in).add_to(stand_in.app)
    async with stand_in, aiohttp.ClientSession(stand_in.state.base) as http:
        stand_in.state.commands[None] = [COMPOSE, ADMIN, RATE]
        anna, ben = stand_in.add_person("anna"), stand_in.add_person("ben", locale="de")
        yield Visit(stand_in, http, stand_in.add_guild(), anna, ben)


async def changes(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    async for line in stream.content:
        if line.startswith(b"data: "):
            found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
            return found
    raise AssertionError("the stream has ended")


def texts(told: dict[str, Any]) -> list[str]:
    return [each["content"] for key, each in told.items() if key.startswith("message ") and each]


async def test_page_loads_nothing_from_another_address():
    async with visit() as here:
        answer = await here.http.get("/")

        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
        for path in (path for path in STATIC.rglob("*") if path.suffix in {".html", ".css", ".js"}):
            assert not re.search(r"(?:src|href|import|url)\W{1,3}(?:https?:)?//", path.read_text(encoding="utf-8")), (
                path
            )


async def test_a_file_outside_the_page_is_not_handed_out():
    async with visit() as here:
        answer = await here.http.get("/page/%2e%2e/server.py")

        assert answer.status == 404


async def test_another_page_of_the_same_browser_is_refused():
    async with visit() as here:
        foreign = await here.http.post("/page/do/say", json={}, headers={"Origin": "http://evil.example"})
        renamed = await here.http.get("/", headers={"Host": "evil.example"})

        assert (foreign.status, renamed.status) == (403, 403)


async def test_a_picture_or_link_in_another_page_of_the_same_browser_does_nothing():
    async with visit() as here, browser() as running:
        base, page = here.stand_in.state.base, await running.new_page()
        await page.set_content(f"<img src='{base}/control/say?text=forged'><a href='{base}/'>the page</a>")
        await page.locator("img").evaluate("image => image.decode().catch(() => null)")

        assert here.stand_in.messages(here.guild.channel) == []

        await page.get_by_text("the page").click()
        await page.locator("#say").wait_for()


async def test_the_stream_tells_all_first_and_then_what_changes():
    async with visit() as here, here.http.get("/page/changes?me=anna") as stream:
        first = await changes(stream)
        await here.stand_in.say("hello", user=here.ben, channel=here.guild.channel)
        second = await changes(stream)

        assert first["world"]["me"] == str(here.anna.id)
        assert [each["name"] for each in first["world"]["channels"]] == ["general", "with anna"]
        assert texts(second) == ["hello"]
        assert "commands" not in second


async def test_the_stream_tells_that_a_message_is_gone():
    async with visit() as here:
        message = await here.stand_in.say("hello", user=here.ben, channel=here.guild.channel)
        async with here.http.get("/page/changes?me=anna") as stream:
            await changes(stream)
            await here.stand_in.delete_message(message)

            assert await changes(stream) == {f"message {message.id}": None}


async def test_a_private_answer_is_told_to_nobody_else():
    async with visit() as here:
        state = here.stand_in.state
        message = Message(here.guild.channel, state.bot, "for Ben", flags=EPHEMERAL, seen_by=here.ben)
        await posting.publish(state, message)

        async with here.http.get("/page/changes?me=anna") as anna, here.http.get("/page/changes?me=ben") as ben:
            assert texts(await changes(anna)) == []
            assert texts(await changes(ben)) == ["for Ben"]


async def test_commands_are_offered_in_the_language_of_the_person_and_those_for_admins_to_admins():
    async with visit() as here:
        here.stand_in.join(here.guild, here.anna, OF_A_MEMBER | ADMINISTRATOR)
        channel = str(here.guild.channel.id)
        async with here.http.get("/page/changes?me=anna") as anna, here.http.get("/page/changes?me=ben") as ben:
            english = (await changes(anna))["commands"][channel]
            german = (await changes(ben))["commands"][channel]

        assert [each["shown"] for each in english["typed"]] == ["admin", "compose"]
        assert [(each["name"], each["shown"]) for each in german["typed"]] == [("compose", "komponieren")]
        assert german["typed"][0]["options"][0]["min_value"] == 5
        assert german["menu"] == [{"name": "Rate", "shown": "Rate"}]


async def test_what_stands_below_the_name_of_the_bot_is_told():
    async with visit() as here:
        custom = {"name": "Custom Status", "state": "2 pieces in the making", "type": 4}
        here.stand_in.gateway.presences.append({"game": {**custom, "state": "/compose"}})

        async with here.http.get("/page/changes?me=anna") as stream:
            first = await changes(stream)
            here.stand_in.gateway.presences.append({"activities": [custom], "status": "online"})
            here.stand_in.state.changes.tell()
            second = await changes(stream)

        assert [each["world"]["bot"]["doing"] for each in (first, second)] == ["/compose", "2 pieces in the making"]


async def test_what_a_client_would_not_send_is_said():
    async with visit() as here:
        asked = {"channel": str(here.guild.channel.id), "name": "compose", "options": {"length": 1}}

        answer = await here.do("command", here.anna, **asked)

        assert answer == {"error": "length: 1 is out of range, at least 5"}


async def test_a_reaction_is_given_and_taken_back():
    async with visit() as here:
        message = await here.stand_in.say("hello", user=here.ben, channel=here.guild.channel)

        await here.do("react", here.anna, **here.place(message), emoji="👍")
        given = list(message.reactions["👍"])
        await here.do("react", here.anna, **here.place(message), emoji="👍")

        assert given == [here.anna]
        assert not message.reactions["👍"]


async def test_only_admins_delete_what_others_wrote():
    async with visit() as here:
        message = await here.stand_in.say("hello", user=here.ben, channel=here.guild.channel)

        refused = await here.do("delete", here.anna, **here.place(message))
        here.stand_in.join(here.guild, here.anna, OF_A_MEMBER | ADMINISTRATOR)
        allowed = await here.do("delete", here.anna, **here.place(message))

        assert refused == {"error": "Missing Permissions"}
        assert allowed == {}
        assert message.deleted


async def test_a_file_is_handed_in_with_a_message_and_comes_back_whole_or_in_part():
    async with visit() as here:
        uploaded = await (await here.http.post("/page/upload?name=tune.mid", data=b"MThd and more")).json()
        await here.do("say", here.anna, channel=str(here.guild.channel.id), text="mine", files=[uploaded["id"]])
        (message,) = here.stand_in.messages(here.guild.channel)
        url = here.stand_in.state.written(message)["attachments"][0]["url"]

        whole = await here.http.get(url)
        part = await here.http.get(url, headers={"Range": "bytes=0-3"})

        assert await whole.read() == b"MThd and more"
        assert (part.status, await part.read(), part.headers["Content-Range"]) == (206, b"MThd", "bytes 0-3/13")


async def test_a_picture_tells_its_size_so_that_nothing_moves_when_it_comes():
    async with visit() as here:
        header = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4)
        message = Message(here.guild.channel, here.anna, attachments=[Attachment("roll.png", header)])

        written = here.stand_in.state.written(message)["attachments"][0]

        assert (written["width"], written["height"]) == (640, 480)


async def test_a_verb_or_a_place_that_is_not_there_is_said():
    async with visit() as here:
        message = await here.stand_in.say("hello", user=here.ben, channel=here.guild.channel)

        sung = await here.http.post("/page/do/sing", json={"me": str(here.anna.id)})
        no_object = await here.http.post("/page/do/say", json=["hello"])
        nobody = await here.http.post("/page/do/say", json={"me": "1"})
        nameless = await here.http.post("/page/upload", data=b"MThd")
        crooked = await here.http.get("/", headers={"Host": "[x"})
        nowhere = await here.do("react", here.anna, channel="1", message=str(message.id), emoji="👍")

        assert (sung.status, no_object.status, nameless.status, crooked.status) == (400, 400, 400, 403)
        assert await nobody.json() == {"error": "Unknown User"}
        assert nowhere == {"error": "Unknown Channel"}


async def test_a_command_in_a_group_is_named_whole_and_an_entry_of_a_menu_as_it_is():
    async with visit() as here:
        state = here.stand_in.state
        group = {"name": "server", "type": 1, "options": [{"type": 1, "name": "settings", "options": []}]}
        for data in (group, {"name": "Rate", "type": 3}):
            asked = Interaction(2, here.anna, here.guild.channel, data, "token")
            await posting.publish(state, Message(here.guild.channel, state.bot, "done", interaction=asked))

        async with here.http.get("/page/changes?me=anna") as stream:
            told = await changes(stream)

        commands = [each["command"]["name"] for key, each in told.items() if key.startswith("message ")]
        assert commands == ["/server settings", "Rate"]
