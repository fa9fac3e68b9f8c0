"""Tastes are learned by themselves from votes in the database, and those of several servers are shared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.domain.taste import TasteChoice
from bot.pipeline.estimates import Speeds
from bot.pipeline.model_catalogue import ModelCatalogue
from bot.retraining.taste_learning import TasteLearner
from composer.models import loading
from composer.taste import learning
from tests.bot.builders import LATER, MUSIC, OPTIONS, SERVER, SetClock, delivered
from tests.bot.databases import open_store

PEOPLE = (2001, 2002, 2003)
ENOUGH = 12
"""Pieces that are enough here, so that the test is quick."""


async def liked_slow(store, guild_id, seed=1):
    """People of a server who like slow pieces rate some."""
    rng = np.random.default_rng(seed)
    for _ in range(ENOUGH):
        tempo = float(rng.uniform(40, 160))
        music = replace(MUSIC, beats_per_minute=tempo, measures={"density": float(rng.normal(3, 1))})
        piece = await delivered(
            store, music=music, guild_id=guild_id, options=replace(OPTIONS, model="lstm", version=3)
        )
        for person in PEOPLE:
            await store.ratings.vote(piece.number, guild_id * 10 + person, 1 if tempo < 95 else -1, source="button")


@pytest.fixture(autouse=True)
def few_pieces_are_enough(monkeypatch):
    monkeypatch.setattr(learning, "FEWEST_PIECES", ENOUGH)


async def learner_of(store, tmp_path, clock):
    catalogue = ModelCatalogue(loading.FOLDER, store.models, Speeds(), learned_folder=tmp_path / "learned")
    await catalogue.refresh()
    return TasteLearner(store.tastes, catalogue, "lstm", clock)


async def test_servers_get_tastes_and_what_they_share_and_lose_them_with_the_votes(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", clock := SetClock()) as store:
        learner = await learner_of(store, tmp_path, clock)
        for guild_id in (SERVER, SERVER + 1, SERVER + 2):
            await liked_slow(store, guild_id, seed=guild_id)

        await learner.look()

        own = await store.tastes.latest(SERVER)
        assert own is not None
        assert own.learned.taken
        assert own.learned.preferences.tempo < 0
        assert await store.tastes.composing(SERVER + 9, TasteChoice.OWN) is None
        shared = await store.tastes.latest(None)
        assert shared is not None
        assert -2 < shared.learned.weights["tempo"] < 0

        number = own.number
        clock.pass_by(1)
        await learner.look()
        again = await store.tastes.latest(SERVER)
        assert again is not None
        assert again.number == number

        await store.privacy.erase(SERVER * 10 + PEOPLE[0], delete_pieces=True, before_id=LATER)
        await learner.look()
        assert await store.tastes.latest(SERVER) is None
