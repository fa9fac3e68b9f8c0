"""The order service on a whole app: tiny model, real threads, real FluidSynth, no Discord."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.app import open_app
from bot.discord_ui.refusal_texts import refusal_error
from bot.discord_ui.texts import sentences
from bot.domain.generation import GenerationState
from bot.domain.order import Defaults, ServerSettings
from bot.errors import (
    BadOption,
    NoSuchPiece,
    QuotaUsed,
    SettingsError,
    Stopping,
    TemporaryTrouble,
    TooLong,
    TooManyOnTheWay,
    UnheardOption,
    UnknownModel,
    UnlearnedStyle,
)
from bot.settings import Settings
from composer.music.score import Key, Mode
from tests.bot import tiny_model
from tests.bot.builders import ANN, BOB, LATER, SERVER, order
from tests.bot.pipeline.scheduler_harness import RecordingAudience
from tests.composer.drone import Drone

A_MINOR = Key(9, Mode.MINOR)


@pytest.fixture
def settings(tmp_path):
    tiny_model.install(tmp_path / "models")
    return Settings(data_dir=tmp_path / "data", models_dir=tmp_path / "models", default_model="tiny", workers=1)


@asynccontextmanager
async def opened(settings, *, start=False):
    async with open_app(settings) as app:
        listener = RecordingAudience()
        if start:
            await app.scheduler.start(listener)
        try:
            yield app, listener
        finally:
            await app.scheduler.stop()


async def files_of(app, number):
    with app.side_work.place(SERVER, ANN) as place:
        return await app.orders.piece(number, place)


async def test_an_order_becomes_a_piece_whose_files_come_again(settings):
    async with opened(settings, start=True) as (app, listener):
        accepted = await app.orders.accept(order())
        await listener.until(lambda: accepted.number in listener.pieces)
        piece = None
        async with asyncio.timeout(20):
            while piece is None:
                row = await app.store.generations.get(accepted.number)
                piece = await files_of(app, accepted.number) if row.state is GenerationState.DELIVERED else None

        assert piece == listener.pieces[accepted.number]
        assert await app.orders.smaller(accepted.number, 60_000)
        assert (await app.store.ratings.tally(accepted.number)).likes == 0


async def test_what_is_left_open_is_settled_by_person_then_server_then_house(settings):
    tiny_model.install(settings.models_dir, name="other")
    async with opened(settings) as (app, _):
        defaults = Defaults(wishes={"seconds": 9, "model": "tiny", "key": "A minor"}, private=True)
        await app.store.preferences.set_server(SERVER, ServerSettings(model="other", longest=20), by=BOB)
        await app.store.preferences.set_defaults(BOB, defaults)

        ann = await app.orders.accept(order(wishes={}))
        bob = await app.orders.accept(order(user_id=BOB, wishes={"tempo": 90, "instrument": "music-box"}))

        assert (ann.options.model, ann.options.seconds, ann.private) == ("other", 20, False)
        assert (bob.options.model, bob.options.seconds, bob.options.key, bob.private) == ("tiny", 9, A_MINOR, True)
        assert (bob.options.tempo, bob.options.instrument, bob.options.creativity) == (90, "music-box", 0.5)


async def test_another_has_the_same_settings_and_a_new_seed(settings):
    async with opened(settings) as (app, _):
        wishes = {"seconds": 6, "seed": 5, "key": "A minor", "metre": "3/4", "tempo": 90}
        first = await app.orders.accept(order(wishes=wishes))
        second = await app.orders.accept(order(user_id=BOB, wishes=first.options.wishes_for_another()))

        assert second.options.seed != 5
        assert replace(second.options, seed=5) == first.options


async def test_what_was_left_open_is_filled_in_and_what_was_said_to_be_any_is_not(settings):
    async with opened(settings) as (app, _):
        first = await app.orders.accept(order(wishes={"seconds": 6, "tempo": None}))
        await app.store.preferences.set_defaults(ANN, Defaults(wishes={"key": "A minor", "tempo": 72}))

        second = await app.orders.accept(order(wishes=first.options.wishes_for_another()))

        assert (first.options.key, first.options.tempo) == (None, None)
        assert (second.options.key, second.options.tempo) == (A_MINOR, None)


async def test_any_overrules_one_s_own_default(settings):
    async with opened(settings) as (app, _):
        await app.store.preferences.set_defaults(ANN, Defaults(wishes={"key": "A minor", "tempo": 72}))

        accepted = await app.orders.accept(order(wishes={"key": None}))

        assert (accepted.options.key, accepted.options.tempo) == (None, 72)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seconds": 301}, "length must be 5 to 300"),
        ({"key": "X"}, "I don't know the key `X`"),
        ({"instrument": "pinao"}, "Did you mean `piano`?"),
        ({"tempo": 500}, "tempo must be 40 to 200"),
        ({"seed": -1}, "seed must be"),
    ],
)
async def test_what_cannot_be_composed_is_refused_in_the_composers_words(settings, changes, sentence):
    async with opened(settings) as (app, _):
        with pytest.raises(BadOption) as refusal:
            await app.orders.accept(order(wishes=changes))

        assert sentence in refusal.value.sentence
        assert await app.store.generations.unfinished() == []


async def test_a_style_that_the_model_has_not_learned_is_refused(settings):
    async with opened(settings) as (app, _):
        with pytest.raises(UnlearnedStyle) as refusal:
            await app.orders.accept(order(wishes={"style": "band"}))

        assert (refusal.value.model, refusal.value.style) == ("tiny", "band")
        assert (
            refusal_error(refusal.value)
            .sentence(sentences.load("de"))
            .startswith("`tiny` spielt diesen Stil nicht: Band.")
        )


async def test_a_style_of_some_engines_alone_is_theirs_unless_another_is_named(settings):
    async with opened(settings) as (app, _):
        with pytest.raises(UnlearnedStyle) as refusal:
            await app.orders.accept(order(wishes={"model": "tiny", "style": "blues"}))
        accepted = await app.orders.accept(order(wishes={"style": "blues"}))

        told = refusal_error(refusal.value).sentence(sentences.load("en"))
        assert "this style: blues. Choose `grammar`" in told
        assert (accepted.options.model, accepted.options.style) == ("grammar", "blues")


async def test_a_default_that_the_model_cannot_honour_is_left_open_and_an_order_of_it_is_refused(settings, built_in):
    built_in["drone"] = Drone()
    async with opened(settings) as (app, _):
        defaults = Defaults(wishes={"key": "A minor", "creativity": 0.9})
        await app.store.preferences.set_defaults(ANN, defaults)

        accepted = await app.orders.accept(order(wishes={"model": "drone"}))
        with pytest.raises(UnheardOption) as refusal:
            await app.orders.accept(order(wishes={"model": "drone", "creativity": 0.9}))

        assert (accepted.options.key, accepted.options.creativity) == (A_MINOR, 0.5)
        assert (refusal.value.model, refusal.value.option) == ("drone", "creativity")


async def test_each_limit_has_its_refusal(settings):
    async with opened(settings) as (app, _):
        await app.store.preferences.set_server(SERVER, ServerSettings(longest=120, per_hour=2), by=BOB)

        with pytest.raises(TooLong) as too_long:
            await app.orders.accept(order(wishes={"seconds": 200}))
        with pytest.raises(UnknownModel) as unknown:
            await app.orders.accept(order(wishes={"model": "tinny"}))
        for _ in range(2):
            await app.orders.accept(order())
        with pytest.raises(QuotaUsed) as quota:
            await app.orders.accept(order())
        await app.orders.accept(order(guild_id=None))
        with pytest.raises(TooManyOnTheWay) as too_many:
            await app.orders.accept(order(guild_id=None))

        assert too_long.value.longest == 120
        assert unknown.value.nearest == "tiny"
        assert quota.value.quota == 2
        assert too_many.value.numbers == (1, 2, 3)


async def test_a_stopping_bot_takes_nothing_new(settings):
    async with opened(settings) as (app, _):
        await app.scheduler.stop()

        with pytest.raises(Stopping):
            await app.orders.accept(order())


async def test_what_is_not_composed_has_no_files(settings):
    async with opened(settings) as (app, _):
        accepted = await app.orders.accept(order())

        with pytest.raises(NoSuchPiece):
            await files_of(app, accepted.number)
        with pytest.raises(NoSuchPiece):
            await files_of(app, 404)


async def test_who_asks_to_be_forgotten_is_cancelled_first(settings):
    async with opened(settings) as (app, _):
        await app.orders.accept(order())
        kept = await app.orders.accept(order(user_id=BOB))

        erasure = await app.orders.forget(ANN, delete=True, before_id=LATER)

        assert erasure.pieces == 1
        assert [line.generation.number for line in app.orders.queue()] == [kept.number]
        assert (await app.store.privacy.show(ANN)).pieces == 0


async def test_a_second_bot_on_the_same_data_is_refused(settings):
    async with opened(settings):
        with pytest.raises(TemporaryTrouble, match="another bot runs on"):
            async with open_app(settings):
                pass


async def test_a_default_model_that_is_missing_is_refused_at_the_start(settings):
    with pytest.raises(SettingsError, match="CADENZA_DEFAULT_MODEL"):
        async with open_app(settings.model_copy(update={"default_model": "tinny"})):
            pass
