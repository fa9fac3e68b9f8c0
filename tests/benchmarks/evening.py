"""A person's evening with the bot as a process: `python -m tests.benchmarks.evening`.

Compose, watch, rate, read the sheet music, listen in a voice channel, change one's mind, restart the bot, rate the old
piece, press its button, look at the best ones, hold a battle, look at the server's taste, delete everything; after
each step it prints what the person sees and what the database holds.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.standin.server import StandIn
from bot.standin.voice.rooms import VoiceRooms
from composer.models import loading
from tests.benchmarks.battle_people import BOTH, button
from tests.benchmarks.gallery_people import add_gallery, gallery_of, open_gallery
from tests.benchmarks.voice_people import add_guild_with_voice, hear_piece, voice_settings
from tests.bot.process import BotProcess

if TYPE_CHECKING:
    from bot.standin.world import Channel, Message, Person

HELD = {
    "generations": "select number, state, model, round(seconds), message_id is not null, midi is not null, "
    "another_of from generation order by number",
    "ratings": "select number, value, source, is_author from rating order by number, rated_at",
    "votes": "select number, value, source from vote order by cast_order",
    "battles": "select number, second, opened_at is not null, closed_at is not null from battle",
    "battle votes": "select number, choice from battle_vote order by cast_at",
    "posts": "select number from post order by posted_at",
    "favourites": "select number from favourite",
    "deeds": "select number, kind from deed order by done_at",
    "tastes": "select votes, taken from taste",
    "gallery": "select number, state, votes from gallery_post",
    "weeks": "select state from weekly_message",
    "audit": "select action from audit",
}


A_WEEK_GOES_BY = """
update setting set value = json_set(value, '$.weekly_from', cast(strftime('%s', 'now') as integer) - 604800)
where scope = 'server' and name = 'all'
"""


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Evening:
    """The people, the bot and what happens."""

    def __init__(self, discord: StandIn, rooms: VoiceRooms, bot: BotProcess, seconds: int) -> None:
        self.discord, self.rooms, self.bot, self.seconds = discord, rooms, bot, seconds
        self.guild = add_guild_with_voice(discord)
        add_gallery(self.guild)
        self.gallery = gallery_of(self.guild)
        self.anna: Person = discord.add_person("anna")
        self.friends = [discord.add_person(name) for name in ("ben", "cleo", "dora")]

    @property
    def channel(self) -> Channel:
        """Where it happens."""
        return self.guild.channel

    async def quiet(self) -> None:
        """Let the bot work in what it was told."""
        await self.discord.gateway.beat()
        await asyncio.sleep(1)

    def tell(self, step: str, *seen: str) -> None:
        """Print a step, what was seen, and what the database holds."""
        say(f"\n== {step}")
        for text in seen:
            say("\n".join(f"   | {line}" for line in text.splitlines()))
        for name, query in HELD.items():
            say(f"   {name:<12} {self.bot.rows(query)}")

    async def piece(self, count: int) -> Message:
        """The newest of so many pieces, once it is there with its reactions."""

        def pieces() -> list[Message]:
            messages = self.discord.messages(self.channel)
            return [each for each in messages if each.attachments and len(each.reactions) >= 3]

        await self.discord.until(lambda: len(pieces()) >= count, f"{count} pieces", seconds=300)
        return pieces()[-1]

    async def compose(self) -> Message:
        """Ask for a piece and watch the message until it is there."""
        interaction = await self.discord.slash(
            "compose", user=self.anna, channel=self.channel, length=self.seconds, tempo=72
        )
        shown = [f"acknowledged after {1000 * interaction.answered_after:.0f} ms"]
        message = await self.piece(1)
        await self.quiet()
        edits = [each for each in self.discord.sent("PATCH") if interaction.token in each.path]
        for edit in edits:
            content = edit.data.get("content") or "the piece"
            shown.append(f"{edit.at - interaction.began:5.1f} s  {content!r} {', '.join(edit.files)}")
        self.tell("Anna composes and watches", *shown, seen(message))
        return message

    async def rate(self, message: Message) -> None:
        """Friends rate; one changes her mind."""
        ben, cleo, dora = self.friends
        await self.discord.react(message, "👍", user=ben)
        await self.discord.react(message, "❤️", user=cleo)
        await self.discord.react(message, "👍", user=self.anna)
        await self.quiet()
        self.tell("Ben gives 👍, Cleo ❤️, Anna 👍 to her own")
        await self.discord.unreact(message, "👍", user=ben)
        await self.discord.react(message, "👎", user=ben)
        await self.quiet()
        self.tell("Ben changes his mind: 👎 instead of 👍")
        assert await self.bot.stop() == 0
        await self.discord.react(message, "👍", user=dora)
        await self.discord.unreact(message, "❤️", user=cleo)
        since = len(self.bot.said)
        await self.bot.start()
        await self.bot.says('"reactions read back"', since=since)
        self.tell("The bot was restarted; meanwhile Dora gave 👍 and Cleo took ❤️ back")
        await self.discord.react(message, "❤️", user=cleo)
        await self.quiet()
        self.tell("Cleo gives the old piece ❤️ again")

    async def open_gallery(self) -> None:
        """Name the channels in which the server shows its pieces, and offer favourites."""
        shown = await open_gallery(self.discord, self.guild, self.anna, votes=2, weekly=True)
        self.tell("Anna opens a gallery", shown)

    async def remember(self, message: Message) -> None:
        """See the piece in the gallery, mark it, have its files sent, look at its family; a week goes by."""
        ben = self.friends[0]
        await self.discord.until(lambda: self.discord.messages(self.gallery), "the gallery", seconds=60)
        (shown,) = self.discord.messages(self.gallery)
        self.tell("Dora and Cleo have brought the piece into the gallery", seen(shown))
        await self.discord.press(message, "cadenza:star", user=ben)
        listed = await self.discord.slash("favourites", user=ben, channel=self.channel)
        self.tell("Ben marks it, and looks at /favourites", seen(listed.message))
        menu = (await self.discord.press(message, "cadenza:more", user=ben)).message
        sent = await self.discord.press(menu, "cadenza:mail", user=ben)
        await self.discord.until(lambda: not sent.message.loading, "the files", seconds=60)
        direct = self.discord.messages(self.discord.direct(ben))
        family = await self.discord.press(menu, "cadenza:family", user=ben)
        self.tell("Behind More: the files, and the family tree", seen(direct[-1]), seen(family.message))
        await self.bot.kill()
        self.bot.change(A_WEEK_GOES_BY)
        await self.bot.start()
        await self.discord.until(lambda: len(self.discord.messages(self.gallery)) > 1, "the week's best", seconds=60)
        self.tell("A week goes by, and the bot is killed meanwhile", seen(self.discord.messages(self.gallery)[-1]))

    async def read_score(self, message: Message) -> None:
        """Read a page of sheet music, and the next."""
        ben = self.friends[0]
        opened = await self.discord.press(message, "cadenza:score", user=ben)
        page = opened.message
        await self.discord.until(lambda: page.attachments, "the sheet music", seconds=60)
        self.tell(f"Ben reads the sheet music, there after {time.monotonic() - opened.began:.1f} s", seen(page))
        if any(button.get("label") == "▶" for button in page.buttons()):
            first = page.attachments[0].filename
            await self.discord.press(page, "▶", user=ben)
            await self.discord.until(lambda: page.attachments[0].filename != first, "the next page", seconds=60)
            self.tell("Ben turns the page", seen(page))

    async def listen(self, message: Message) -> None:
        """Hear the piece in a voice channel, then the radio, and stop it."""
        ben = self.friends[0]
        shown, pacing = await hear_piece(self.discord, self.rooms, message, ben, seconds=5)
        self.tell("Ben presses ▶ behind More, in a voice channel", seen(shown), str(pacing))
        radio = await self.discord.slash("radio", user=ben, channel=self.channel)
        await self.discord.press(shown, "Skip", user=ben)
        await self.discord.until(lambda: "Now in" in radio.message.text, "the radio", seconds=120)
        on_air = seen(radio.message)
        stopped = await self.discord.slash("stop", user=ben, channel=self.channel)
        await self.discord.until(lambda: not self.rooms.sessions, "the end of the radio")
        await self.quiet()
        self.tell("Ben turns the radio on, and off", on_air, seen(stopped.message))

    async def go_on(self, message: Message) -> None:
        """Press the old piece's buttons, then see what is best."""
        await self.discord.press(message, "Another", user=self.anna)
        other = await self.piece(2)
        await self.quiet()
        self.tell("Anna presses Another under the old piece", seen(other))
        opened = await self.discord.press(other, "Change", user=self.anna)
        await self.discord.submit(opened)
        third = await self.piece(3)
        await self.quiet()
        self.tell("Anna presses Change and sends the form as it is", seen(third))
        best = await self.discord.slash("top pieces", user=self.anna, channel=self.channel)
        tracked = await self.discord.slash("track", user=self.anna, channel=self.channel, number=1)
        await self.discord.until(lambda: tracked.message.attachments, "the tracked piece", seconds=60)
        same = tracked.message.file(".mid").content == message.file(".mid").content
        self.tell("/top pieces, then /track number:1", seen(best.message), f"/track gives the same MIDI: {same}")

    async def fight(self) -> None:
        """Hear two pieces blind, vote, and see who won."""
        asked = await self.discord.slash(
            "battle", user=self.anna, channel=self.channel, length=self.seconds, model="lstm", against="grammar"
        )
        message = asked.message
        await self.discord.until(lambda: len(message.attachments) == BOTH, "both pieces", seconds=300)
        self.tell("Anna asks for a battle", seen(message))
        told = []
        for person, choice in zip(self.friends, ("a", "a", "bad"), strict=True):
            pressed = await self.discord.press(message, button(message, choice) or "", user=person)
            told.append(seen(pressed.message))
        await self.discord.press(message, "cadenza:verdict:", user=self.anna)
        await self.discord.until(lambda: "wins" in message.text or "draw" in message.text, "the result", seconds=30)
        table = await self.discord.slash("top engines", user=self.anna, channel=self.channel)
        await self.quiet()
        self.tell("Three friends vote, and Anna ends it", *told, seen(message), seen(table.message))

    async def look_at_taste(self) -> None:
        """See what the server likes, and how a battle of its taste is answered."""
        taste = await self.discord.slash("taste", user=self.anna, channel=self.channel)
        battle = await self.discord.slash("battle", user=self.anna, channel=self.channel, model="lstm", against="lstm")
        self.tell("Anna looks at /taste, and asks for a battle of it", seen(taste.message), seen(battle.message))

    async def leave(self) -> None:
        """Delete everything."""
        shown = await self.discord.slash("privacy show", user=self.anna, channel=self.channel)
        self.tell("/privacy show", seen(shown.message))
        asked = await self.discord.slash("privacy delete", user=self.anna, channel=self.channel)
        since = len(self.discord.requests)
        await self.discord.press(asked.message, "forget:", user=self.anna)
        await self.discord.until(lambda: not self.discord.messages(self.channel) or self._removed(since), "the end")
        await self.quiet()
        left = [message for message in self.discord.messages(self.channel) if message.attachments]
        self.tell("/privacy delete", seen(asked.message), f"{len(left)} messages with pieces are left in the channel")

    def _removed(self, since: int) -> bool:
        messages = self.discord.messages(self.channel)
        return not any(each.attachments for each in messages if each.seen_by is None) and bool(
            self.discord.requests[since:]
        )


def seen(message: Message) -> str:
    """A message as a person sees it."""
    files = ", ".join(f"{file.filename} ({len(file.content) / 1000:.0f} kB)" for file in message.attachments)
    faces = " ".join(
        f"[{(each.get('emoji') or {}).get('name', '')} {each.get('label') or ''}]" for each in message.buttons()
    )
    private = f"(only {message.seen_by.name} sees this)" if message.seen_by else ""
    return "\n".join(line for line in (private, message.text, files, faces, " ".join(message.reactions)) if line)


async def play(seconds: int, folder: Path) -> None:
    """Play the evening."""
    rooms = VoiceRooms()
    async with StandIn(voice=rooms) as discord:
        bot = BotProcess(
            discord,
            folder,
            CADENZA_MODELS_DIR=str(loading.FOLDER),
            CADENZA_DEFAULT_MODEL="wavenet",
            CADENZA_WORKERS="1",
            **voice_settings(rooms),
        )
        evening = Evening(discord, rooms, bot, seconds)
        async with bot:
            await evening.open_gallery()
            message = await evening.compose()
            await evening.rate(message)
            await evening.remember(message)
            await evening.read_score(message)
            await evening.listen(message)
            await evening.go_on(message)
            await evening.fight()
            await evening.look_at_taste()
            await evening.leave()
            status = await bot.stop()
        say(f"\nexit status {status}; {len(discord.requests)} requests; against Discord's rules: {discord.violations}")


def main() -> None:
    """Read the length and play."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.evening", description=__doc__)
    parser.add_argument("--length", type=int, default=60, help="seconds of the first piece")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(parser.parse_args().length, Path(folder)))


if __name__ == "__main__":
    main()
