"""Music of people's own, carried on."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from composer.music.given import Treatment
from composer.performance import instruments, midi
from tests.bot.discord_ui.discord_world import open_discord_world
from tests.bot.discord_ui.test_refusals import told
from tests.composer.tunes import waltz

if TYPE_CHECKING:
    from pathlib import Path

TUNE = midi.write(waltz(), instrument=instruments.find("guitar"), title="Secret tune", settings={"style": "piano"})
"""Eight bars of somebody's own."""


def stored(folder: Path) -> list[dict[str, Any]]:
    """The pieces as the database holds them."""
    with sqlite3.connect(next(folder.rglob("*.sqlite3"))) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM generation ORDER BY number")]


async def test_a_file_is_carried_on_and_its_notes_go_when_the_piece_is_composed(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.open.clear()
        await here.ann.slash(here.channel, "continue", file=("secret.mid", TUNE), length=30, **{"as": "variation"})
        (waiting,) = stored(tmp_path)
        here.composer.open.set()
        piece = await here.delivered(1)

        theme = here.composer.themes[-1]
        assert (theme.music.score.bars, theme.treatment) == (8, Treatment.VARIATION)
        assert waiting["theme"] is not None
        assert (piece.parent, piece.treatment, piece.options.seconds) == (None, "variation", 30)
        assert "A variation on your own music" in here.message(piece).embeds[0].description
        (row,) = stored(tmp_path)
        assert row["theme"] is None
        assert row["tokens"] is None, "it must not train"
        assert not any(
            b"ecret" in path.read_bytes() or TUNE in path.read_bytes() for path in tmp_path.rglob("*.sqlite3*")
        )


async def test_a_piece_is_carried_on_with_a_link_and_its_family_is_told(tmp_path, monkeypatch):
    async with open_discord_world(tmp_path) as here:
        first = await here.composed()
        monkeypatch.setattr(here.app.store.generations, "original", _tune)
        await here.bob.slash(here.channel, "continue", number=first.number, length=40)
        second = await here.delivered(2)

        assert (second.parent, second.treatment) == (1, "continuation")
        link = f"[#1](https://discord.com/channels/{here.guild.id}/{here.channel.id}/{first.message_id})"
        assert f"Continued from {link}" in here.message(second).embeds[0].description
        again = await here.ann.slash(here.channel, "track", number=1)
        assert "Continued in #2" in again.response.embeds[0].description


async def test_the_menu_of_a_message_goes_on_from_its_file_or_its_piece(tmp_path, monkeypatch):
    async with open_discord_world(tmp_path) as here:
        message = await here.ann.send(here.channel, "mine", attachments=[("mine.mid", TUNE)])
        await here.bob.context_menu(here.channel, "Continue this", message)
        piece = await here.delivered(1)
        monkeypatch.setattr(here.app.store.generations, "original", _tune)
        await here.bob.context_menu(here.channel, "Continue this", here.message(piece))

        assert (await here.delivered(2)).parent == 1
        hello = await here.ann.send(here.channel, "hello")
        refused = await here.bob.context_menu(here.channel, "Continue this", hello)
        assert "There is no music in that message" in told(refused)


async def test_another_one_takes_the_music_of_a_piece_and_asks_for_that_of_a_file(tmp_path, monkeypatch):
    async with open_discord_world(tmp_path) as here:
        await here.ann.slash(here.channel, "continue", file=("mine.mid", TUNE), length=30)
        own = await here.delivered(1)
        refused = await here.ann.click(here.message(own), custom_id="cadenza:another:1")
        assert "I didn't keep the music" in told(refused)

        monkeypatch.setattr(here.app.store.generations, "original", _tune)
        await here.ann.slash(here.channel, "continue", number=1, length=40)
        second = await here.delivered(2)
        await here.ann.click(here.message(second), custom_id="cadenza:another:2")
        third = await here.delivered(3)

        assert (third.parent, third.treatment, third.options.seconds) == (1, "continuation", 40)
        assert here.composer.themes[-1] == here.composer.themes[-2]


REFUSED: dict[str, dict[str, Any]] = {
    "Donne-moi soit un `fichier`": {},
    "Je ne peux pas lire ça comme de la musique": {"file": ("diary.mid", b"Dear diary")},
    "`grammar` ne sait pas poursuivre ta musique": {"file": ("mine.mid", TUNE), "model": "grammar", "length": 60},
    "Ta musique dure déjà": {"file": ("mine.mid", TUNE), "length": 10},
}
"""What is asked for, by how a French sentence about it begins."""


@pytest.mark.parametrize("sentence", REFUSED)
async def test_every_fault_is_told_in_the_language_of_whoever_asks(tmp_path, sentence):
    async with open_discord_world(tmp_path) as here:
        here.say("fr")

        answer = await here.ann.slash(here.channel, "continue", **REFUSED[sentence])

        assert told(answer).startswith(sentence)
        assert await here.newest() == 0


async def test_a_file_that_is_too_large_is_not_fetched(tmp_path):
    async with open_discord_world(tmp_path) as here:
        answer = await here.ann.slash(here.channel, "continue", file=("huge.mid", bytes(10_000_001)))

        assert told(answer) == "That file is larger than 10 MB. Send me a shorter piece."


async def test_what_goes_on_from_a_private_piece_is_private(tmp_path, monkeypatch):
    async with open_discord_world(tmp_path) as here:
        await here.composed(private=True)
        monkeypatch.setattr(here.app.store.generations, "original", _tune)
        await here.ann.slash(here.channel, "continue", number=1, length=40)
        await here.delivered(2)
        refused = await here.bob.slash(here.channel, "continue", number=1, length=40)

        assert (await here.app.store.generations.get(2)).private
        assert "can't find a piece #1" in told(refused)


async def _tune(_number):
    return TUNE
