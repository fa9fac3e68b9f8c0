"""An engine that has no network and no file, all the way through the bot."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from bot.doctor.doctor import examine
from bot.errors import Untrainable
from bot.settings import Settings
from bot.storage.export.personal_export import export_person
from composer.audio import recording
from composer.errors import EngineError
from composer.grammar.engine import GrammarEngine
from composer.music.score import Part
from composer.performance import midi
from composer.tutorial.engine import TUTORIAL_ENGINES
from tests.bot import tiny_model
from tests.bot.retraining.retraining_harness import open_retraining
from tests.bot.whole_bot import open_whole_bot
from tests.composer.drone import Drone
from tests.composer.hum import Hum


@pytest.fixture(autouse=True)
def _drone(built_in):
    built_in["drone"] = Drone()


async def test_it_is_listed_suggested_and_composes(tmp_path):
    async with open_whole_bot(tmp_path) as both:
        anna, channel = both.anna, both.channel

        listed = await both.discord.slash("models", user=anna, channel=channel)
        typed = await both.discord.autocomplete("compose", "model", "dro", user=anna, channel=channel)
        await both.compose(model="drone", key="Am")
        message = await both.delivered()

        told = listed.message.embeds[0]["description"]
        assert "**drone**: added by the people who run this bot\nno votes yet · " in told
        assert "**tiny** (default): added by the people who run this bot\n" in told
        assert [choice["value"] for choice in typed] == ["drone"]
        assert {file.filename.rpartition(".")[2] for file in message.attachments} == {"mid", "mp3", "png"}
        ((music, tokens),) = both.rows("select midi, tokens from generation")
        score, settings = midi.read(music)
        assert settings["model"] == "drone@1"
        assert {note.pitch % 12 for note in score.notes} == {9, 0, 4}
        assert tokens is None


async def test_an_option_that_it_cannot_honour_is_refused_at_once(tmp_path):
    async with open_whole_bot(tmp_path) as both:
        answer = await both.compose(model="drone", creativity=0.9)

        assert answer.message.content == ("`drone` doesn't use `creativity`. Leave it out or choose another model.")
        assert both.rows("select count(*) from generation") == [(0,)]


async def test_the_doctor_names_it(tmp_path):
    tiny_model.install(tmp_path / "models")
    settings = Settings.model_validate(
        {"data_dir": tmp_path / "data", "models_dir": tmp_path / "models", "default_model": "drone"}
    )

    found = {finding.subject: finding for finding in await examine(settings)}

    assert found["models"].well
    assert found["models"].told == "drone@1, tiny@1"


async def test_it_cannot_be_retrained(tmp_path):
    async with open_retraining(tmp_path) as here:
        with pytest.raises(Untrainable) as refusal:
            await here.begin(model="drone")

        assert refusal.value.name == "drone"
        assert here.retraining.running is None


async def test_its_rated_pieces_train_nobody(tmp_path):
    async with open_whole_bot(tmp_path) as both:
        await both.compose(model="drone")
        await both.delivered()
        (number,) = both.rows("select number from generation")[0]

        await both.app.store.ratings.vote(number, both.ben.id, 1, source="button")

        assert await both.app.store.ratings.that_train() == (0, 0)


async def test_the_grammar_plays_a_blues_in_chat(tmp_path, built_in):
    built_in["grammar"] = GrammarEngine()
    async with open_whole_bot(tmp_path) as both:
        anna, channel = both.anna, both.channel

        listed = await both.discord.slash("models", user=anna, channel=channel)
        typed = await both.discord.autocomplete("compose", "model", "gram", user=anna, channel=channel)
        await both.compose(model="grammar", style="blues", length=12)
        await both.delivered()

        assert "**grammar**: clean harmony with a reason for every chord" in str(listed.message.embeds)
        assert [choice["value"] for choice in typed] == ["grammar"]
        ((title, music),) = both.rows("select title, midi from generation")
        assert title.startswith("Blues in ")
        score, settings = midi.read(music)
        assert (settings["model"], settings["style"], settings["candidates"]) == (
            GrammarEngine.identity.label,
            "blues",
            64,
        )
        assert {note.part for note in score.notes} == set(Part)


async def test_the_tutorial_s_network_says_in_chat_what_it_is(tmp_path, built_in):
    built_in |= {engine.identity.name: engine for engine in TUTORIAL_ENGINES}
    async with open_whole_bot(tmp_path) as both:
        anna, channel = both.anna, both.channel

        listed = await both.discord.slash("models", user=anna, channel=channel)
        typed = await both.discord.autocomplete("compose", "model", "tuto", user=anna, channel=channel)
        await both.compose(model="tutorial-lstm", length=8)
        message = await both.delivered()

        assert "**tutorial-lstm**: the LSTM of a tutorial of 2020 to compare with" in str(listed.message.embeds)
        assert [choice["value"] for choice in typed] == ["tutorial-lstm", "tutorial-wavenet"]
        assert "Pai 2020 · LSTM · 16 x 1/4 · T = 1" in str(message.embeds)
        assert {file.filename.rpartition(".")[2] for file in message.attachments} == {"mid", "mp3", "png"}


async def test_a_piece_that_is_sound_is_posted_tracked_and_given_back(tmp_path, built_in):
    built_in["hum"] = Hum()
    async with open_whole_bot(tmp_path) as both:
        anna, channel = both.anna, both.channel
        await both.discord.slash("settings", user=anna, channel=channel, length=120, instrument="violin")
        refused = await both.compose(model="hum", length=60)
        await both.discord.slash("compose", user=anna, channel=channel, model="hum")
        message = await both.delivered()
        await both.restart()
        await both.discord.slash("track", user=anna, channel=channel, number=1)
        again = await both.delivered(count=2)

        assert "`hum` makes 5 to 15 seconds." in refused.message.content
        ((music, sound, seconds),) = both.rows("select midi, sound, seconds from generation")
        assert (music, seconds) == (None, 15)
        assert recording.read(sound).settings["model"] == "hum@1"
        assert {file.filename: file.content for file in message.attachments} == {
            file.filename: file.content for file in again.attachments
        }
        assert [file.filename for file in message.attachments] == ["1-hum.png", "1-hum.mp3"]
        assert message.attachments[0].description == "Spectrogram of Hum"
        (given,) = export_person(both.app.database, anna.id, 10**7)
        with ZipFile(BytesIO(given)) as files:
            assert files.read("sound/1.wav") == sound


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (EngineError("drone proposed no piece"), "This model came up with nothing that can be played (ref "),
        (EngineError("no way", reason="no_way"), "I found no way to keep all the rules in this piece (ref "),
        (EngineError("of later", reason="of_later"), "Something went wrong while composing (ref "),
    ],
)
async def test_what_an_engine_fails_at_is_told_in_a_sentence_that_says_what_to_do(tmp_path, monkeypatch, raised, told):
    def fail(*_: object) -> None:
        raise raised

    monkeypatch.setattr(Drone, "candidates", fail)
    async with open_whole_bot(tmp_path) as both:
        await both.compose(model="drone")

        await both.discord.until(
            lambda: any(message.text.startswith(told) for message in both.discord.messages(both.channel)), told
        )
