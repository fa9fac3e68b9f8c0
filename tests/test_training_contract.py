"""What the trainer says the bot understands, and the other way round."""

from __future__ import annotations

import asyncio
import json
from argparse import Namespace
from dataclasses import fields, replace

import pytest

from bot.discord_ui.texts.sentences import LANGUAGES, load
from bot.domain.battle import Choice
from bot.domain.training_run import Progress
from bot.retraining import trainer_output
from bot.storage.export.data_export import export_ratings
from composer.tokens import tokenizer
from composer.training_contract import FIGURES, REASONS, STAGES, BattleRow, RatedPieceRow, RatingsHeader
from tests.bot import tiny_model
from tests.bot.builders import BOB, EVE, LIMITS, MUSIC, SERVER, SetClock, admission, open_battle, post
from tests.bot.databases import database_at, open_store
from tests.composer.tunes import waltz
from training.commands.shared import candidate_options
from training.export import model_file
from training.ratings import ratings_file
from training.ratings.gate import GateFigures
from training.ratings.job import RetrainingJob
from training.ratings.retraining import retrain
from training.ratings.trial import Trial


@pytest.fixture
def exported(tmp_path):
    """The file of a bot on which two people rated a waltz."""
    asyncio.run(rate_a_waltz(tmp_path / "cadenza.sqlite3"))
    export_ratings(database_at(tmp_path / "cadenza.sqlite3"), tmp_path / "rated.jsonl")
    return tmp_path / "rated.jsonl"


async def rate_a_waltz(path):
    score = tokenizer.quantised(waltz())
    music = replace(
        MUSIC,
        tokens=tuple(tokenizer.encode(score)),
        chosen_key=str(score.key),
        chosen_metre=str(score.metre),
        bars=score.bars,
    )
    async with open_store(path, SetClock()) as store:
        number = (await store.generations.admit(admission(), LIMITS)).number
        await store.generations.begin({number}, lease="test")
        await store.generations.composed(number, music)
        await store.generations.delivered(number, post(number), {})
        await store.ratings.vote(number, BOB, 2, source="button")
        await store.ratings.vote(number, EVE, -1, source="button")
        battle = await open_battle(store, music=music)
        await store.battles.vote(battle.number, BOB, Choice.B, guild_id=SERVER)


def test_trainer_reads_the_file_that_the_bot_exports(exported):
    found = ratings_file.read_ratings(exported)

    (piece,) = found.pieces
    assert (found.people, piece.liked, piece.disliked) == (2, 1.5, 1.0)
    assert [note.pitch for note in piece.score.notes] == [note.pitch for note in waltz().notes]
    (battle,) = found.battles
    assert battle.ordered == (battle.pieces[1], battle.pieces[0])


def test_file_has_the_fields_of_the_contract(exported):
    header, row, battle = (json.loads(line) for line in exported.read_text("utf-8").splitlines())

    assert header.keys() == RatingsHeader.__annotations__.keys()
    assert row.keys() == RatedPieceRow.__annotations__.keys()
    assert battle.keys() == BattleRow.__annotations__.keys()
    assert battle["first"].keys() == row.keys()


@pytest.mark.parametrize("stage", STAGES)
def test_bot_understands_the_trainer_s_progress(stage, capsys):
    tell = candidate_options.choose_teller(Namespace(progress=True))

    tell(stage, 3, 40, 1.5, 600.04)

    assert trainer_output.progress(capsys.readouterr().out.encode()) == Progress(stage, 3, 40, 1.5, 600.0)


def test_bot_understands_the_trainer_s_report(exported, tmp_path):
    model = tiny_model.install(tmp_path / "models")
    model_file.change_card(model, profiles={"piano": {"density": (4.0, 1.0)}})
    job = RetrainingJob(
        rated=ratings_file.read_ratings(exported),
        model=model,
        out=tmp_path,
        minutes=1,
        trial=Trial(pieces=2, seconds=5, candidates=1),
        fewest=(1, 2),
    )

    retrain(job)

    read = trainer_output.report(tmp_path)
    assert (read.model, read.parent, read.reason, read.accepted) == ("tiny", 1, "no-change", False)
    assert (read.pieces, read.people) == (1, 2)
    assert read.before.keys() == {field.name for field in fields(GateFigures)}


def test_gate_measures_figures_of_the_contract():
    assert {field.name for field in fields(GateFigures)} <= set(FIGURES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "names"), [("stage", STAGES), ("figure", FIGURES), ("reason", REASONS)])
def test_every_language_has_words_for_all_of_the_contract_and_for_nothing_else(language, kind, names):
    prefix = f"training.{kind}."

    assert {key for key in load(language).sentences if key.startswith(prefix)} == {f"{prefix}{name}" for name in names}
