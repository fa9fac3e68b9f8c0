"""A short evening that plays itself: compose, vote, another, top."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from bot.standin.page.actions import UNANSWERED
from bot.standin.rules.layout import TEXT
from bot.standin.rules.refusals import RefusedError
from bot.standin.trial.trial import open_trial, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bot.standin.trial.trial import TryOut
    from bot.standin.world import Json, Message, Person

_PATIENCE = 300.0
"""Seconds that a piece may take on a slow and busy machine."""

_VOTE_REACTIONS = 3
_MENTION = re.compile(r"<@\d+>")
_MARKS = re.compile(r"\*\*|^#{1,3} ", re.MULTILINE)
"""What makes letters bold or large."""


class DemoError(Exception):
    """What did not go as it should."""


async def play(folder: Path, *, port: int, seconds: int) -> int:
    """Play the evening, and print what people see.

    Args:
        folder: For the pieces, the bot's data and its log.
        port: For the stand-in.
        seconds: Length of each piece.

    Returns:
        0 if all went well, else 1.
    """
    async with open_trial(folder, port=port) as trial:
        try:
            await Evening(trial, folder).play(seconds)
        except DemoError as error:
            problem = str(error)
        except RefusedError as refused:
            problem = "; ".join(refused.problems) or refused.message
        except TimeoutError as error:
            problem = f"{UNANSWERED}: {error}"
        else:
            problem = "; ".join(trial.stand_in.violations)
    if problem:
        say("", f"The demo failed: {problem}", f"The bot's log: {trial.bot.log_path}")
        return 1
    say("", f"All went well. The pieces, the bot's data and its log lie in {folder}")
    return 0


class Evening:
    """What people do, and what they see."""

    def __init__(self, trial: TryOut, folder: Path) -> None:
        self._trial, self._discord, self._folder = trial, trial.stand_in, folder
        self._channel = trial.guild.channel

    async def play(self, seconds: int) -> None:
        """From the first piece to the list of the best."""
        anna, ben, cleo, dora = self._trial.people
        await self._until(
            lambda: self._discord.gateway.connected and bool(self._discord.state.commands), "its commands"
        )
        first = await self._compose(anna, seconds)
        for person, emoji in ((ben, "❤️"), (cleo, "👍"), (dora, "👍")):
            _tell(person, f"{emoji} on the piece")
            await self._discord.react(first, emoji, user=person)
        _tell(ben, "presses 🎲")
        await self._discord.press(first, "another:", user=ben)
        second = await self._piece(2)
        if second.file(".mid").content == first.file(".mid").content:
            raise DemoError("another piece has the same notes")
        await self._discord.gateway.beat()
        _tell(cleo, "/top pieces")
        listed = (await self._discord.slash("top pieces", user=cleo, channel=self._channel)).message
        self._tell_message(listed)
        if "#1" not in listed.text:
            raise DemoError("/top pieces does not list the piece that people liked")

    async def _compose(self, person: Person, seconds: int) -> Message:
        options = {"length": seconds, "model": "wavenet"}
        _tell(person, "/compose " + " ".join(f"{name}:{value}" for name, value in options.items()))
        asked = await self._discord.slash("compose", user=person, channel=self._channel, options=options)
        shown = ""

        def progressed() -> bool:
            nonlocal shown
            text = asked.message.content
            if text and text != shown:
                shown = text
                _tell(self._discord.state.bot, text)
            return bool(asked.message.attachments)

        await self._until(progressed, "a piece")
        return await self._piece(1)

    async def _piece(self, count: int) -> Message:
        """The newest of so many pieces, once it can be voted on; its files are kept."""

        def pieces() -> list[Message]:
            found = self._discord.messages(self._channel)
            return [each for each in found if each.attachments and len(each.reactions) >= _VOTE_REACTIONS]

        await self._until(lambda: len(pieces()) >= count, "a piece")
        message = pieces()[-1]
        self._tell_message(message)
        for file in message.attachments:
            path = self._folder / file.filename
            await asyncio.to_thread(path.write_bytes, file.content)
            say(f"{'':8} {path} ({len(file.content) / 1000:.0f} kB)")
        if not any(file.filename.endswith(".mp3") for file in message.attachments):
            raise DemoError("the piece has no sound")
        return message

    def _tell_message(self, message: Message) -> None:
        names = {f"<@{person.id}>": f"@{person.name.title()}" for person in self._trial.people}
        lines = [
            message.content,
            *(embed.get(part, "") for embed in message.embeds for part in ("title", "description")),
            *_written(message.components),
        ]
        text = _MARKS.sub("", "\n".join(filter(None, lines)))
        _tell(self._discord.state.bot, _MENTION.sub(lambda found: names.get(found[0], found[0]), text))

    async def _until(self, happened: Callable[[], bool], what: str) -> None:
        """Wait for something, as long as the bot lives.

        Raises:
            DemoError: If the bot has ended.
        """
        bot = self._trial.bot
        await self._discord.until(lambda: happened() or bot.state().phase == "ended", what, seconds=_PATIENCE)
        state = bot.state()
        if state.phase == "ended":
            raise DemoError("\n".join((f"the bot has ended with status {state.status}", *state.last_lines)))


def _written(components: list[Json]) -> Iterator[str]:
    """What stands in components, without the faces of buttons."""
    for each in components:
        if each["type"] == TEXT:
            yield each["content"]
        yield from _written(each.get("components", []))


def _tell(person: Person, text: str) -> None:
    first, *others = text.splitlines() or [""]
    say(f"{person.name.title():8} {first}", *(f"{'':8} {line}" for line in others))
