"""A hummed tune, carried on."""

from __future__ import annotations

import sqlite3

from composer.listening.melody import RATE
from composer.music.score import Part
from tests.bot.discord_ui.discord_world import open_discord_world
from tests.bot.discord_ui.test_refusals import told
from tests.composer.listening.played import ODE, places, play
from tests.composer.listening.sounds import record
from training.transcription.singer import Badness, sing

HUMMED = record(sing(play(ODE[:15], beats_per_minute=96), Badness(), seed=1)[0], rate=RATE, kind="voice message")
NAME = "voice-message.ogg"


def kept(folder) -> bytes:
    """All that is on disk."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_voice_message_is_carried_on_and_who_sang_sees_what_was_heard(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = await here.ann.send(here.channel, "la la", attachments=[(NAME, HUMMED)])
        asked = await here.ann.context_menu(here.channel, "Continue this", message)
        await here.delivered(1)

        (theme,) = here.composer.themes
        assert places(theme.music.score) == [(start, pitch) for start, _, pitch in ODE[:15]]
        assert {note.part for note in theme.music.score.notes} == {Part.MELODY}
        (shown,) = asked.followups
        assert shown.content.startswith("This is what I heard.")
        assert [file.filename for file in shown.attachments] == ["heard.png"]
        assert shown.flags.ephemeral


async def test_a_recording_is_stored_nowhere_and_its_notes_go_with_the_piece(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.open.clear()
        await here.ann.slash(here.channel, "continue", file=(NAME, HUMMED), length=40)
        chunks = [HUMMED[place : place + 64] for place in range(200, len(HUMMED) - 64, 500)]
        assert not any(chunk in kept(tmp_path) for chunk in chunks)
        here.composer.open.set()
        await here.delivered(1)

        assert not any(chunk in kept(tmp_path) for chunk in chunks)
        with sqlite3.connect(next(tmp_path.rglob("*.sqlite3"))) as connection:
            assert connection.execute("SELECT theme FROM generation").fetchall() == [(None,)]


async def test_a_recording_that_cannot_be_heard_is_refused_by_its_fault(tmp_path):
    async with open_discord_world(tmp_path) as here:
        silent = await here.ann.slash(here.channel, "continue", file=(NAME, record([0.0] * RATE, rate=RATE)))
        large = await here.ann.slash(here.channel, "continue", file=(NAME, bytes(10_000_001)))

        assert "silent" in told(silent)
        assert told(large) == "That file is larger than 10 MB. Send me a shorter piece."
        assert await here.newest() == 0
