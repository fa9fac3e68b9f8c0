"""Composing with the model that ships."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer.compose import Composition, compose
from composer.decoding.network_engine import NetworkEngine
from composer.engine import Cancelled
from composer.errors import RequestError
from composer.key_names import parse_key
from composer.models import loading
from composer.models.card import changed
from composer.models.learned_preferences import LIKED, LearnedPreferences, read_liked
from composer.music.analysis import key_clarity
from composer.music.score import Metre
from composer.performance import midi
from composer.planning.plan import RELEASE_SECONDS
from composer.request import Request, read_settings


@pytest.fixture(scope="module")
def model() -> loading.Model:
    return loading.load(loading.find("wavenet").path)


def short(model: loading.Model, **options) -> Composition:
    return compose(Request(**{"seconds": 12, "seed": 3, "candidates": 2, **options}), NetworkEngine(model))


def test_the_same_request_gives_the_same_bytes(model):
    assert short(model).midi == short(model).midi


def test_another_seed_gives_another_piece(model):
    assert short(model).midi != short(model, seed=4).midi


def test_a_piece_can_be_repeated_from_its_own_midi(model):
    first = short(model, key=parse_key("E flat minor"))
    _, settings = midi.read(first.midi)

    again = compose(Request(**read_settings(settings)), NetworkEngine(model))

    assert again.midi == first.midi


def test_a_piece_by_what_is_liked_is_another_one_and_says_by_what(model):
    liked = LearnedPreferences(minor=2.0, tempo=-2.0, measures={"density": -2.0})
    request = Request(seconds=8, seed=3, candidates=2, model=model.card.identity.label)

    first = compose(request, NetworkEngine(model), liked=liked)
    _, settings = midi.read(first.midi)

    assert first.plan.beats_per_minute < compose(request, NetworkEngine(model)).plan.beats_per_minute
    assert read_liked(settings) == liked
    del settings[LIKED]
    again = compose(Request(**read_settings(settings)), NetworkEngine(model), liked=liked)
    assert again.midi == first.midi


@pytest.mark.parametrize("seconds", [5, 20.5, 33])
def test_the_last_note_ends_when_it_was_asked_to(model, seconds):
    score = short(model, seconds=seconds).score

    end = score.seconds_at(max(note.end for note in score.notes))
    assert end == pytest.approx(seconds - RELEASE_SECONDS, abs=0.01)


@pytest.mark.parametrize(("style", "seed"), [("romantic", 21), ("choir", 22), ("band", 39)])
def test_piece_with_an_upbeat_begins_at_once_and_is_as_long_as_asked(model, style, seed):
    piece = short(model, style=style, seed=seed, seconds=15, candidates=1)
    again, _ = midi.read(piece.midi)

    assert piece.plan.opening > 0
    assert (again.opening, again.bars) == (piece.plan.opening, piece.plan.bars)
    assert again.notes[0].start == again.opening
    assert again.seconds == pytest.approx(15 - RELEASE_SECONDS, abs=1e-3)
    assert piece.midi == short(model, style=style, seed=seed, seconds=15, candidates=1).midi


@pytest.mark.parametrize("key", ["C", "E flat major", "F# minor", "B", "Am"])
def test_a_piece_stands_in_the_asked_key_and_ends_on_its_tonic(model, key):
    score = short(model, key=parse_key(key), seconds=20).score

    last = max(note.start for note in score.notes)
    sounding = [note.pitch for note in score.notes if note.end > last]
    assert score.key == parse_key(key)
    assert min(sounding) % 12 == score.key.tonic
    assert key_clarity(score) > 0.4


def test_the_asked_metre_and_tempo_are_kept(model):
    composition = short(model, metre=Metre(3, 4), tempo=120.0, seconds=30)

    assert composition.score.metre == Metre(3, 4)
    assert composition.plan.beats_per_minute == pytest.approx(120, rel=0.03)


def test_every_setting_stands_in_the_midi(model):
    _, settings = midi.read(short(model, creativity=0.25, tempo=90.0).midi)

    assert settings == {
        "length": 12,
        "model": f"wavenet@{model.card.identity.version}",
        "seed": 3,
        "style": "piano",
        "instrument": "piano",
        "instrument_sound": "soundfont",
        "key": None,
        "metre": None,
        "tempo": 90.0,
        "creativity": 0.25,
        "candidates": 2,
    }


def test_a_model_says_how_many_candidates_are_drawn_for_whoever_does_not(model):
    three = replace(model, card=changed(model.card, candidates=3))

    composition = short(three, candidates=None)

    assert composition.settings["candidates"] == 3
    assert composition.midi == short(model, candidates=3).midi


def test_a_style_that_the_model_has_not_learned_is_refused(model):
    pianist = replace(model, card=changed(model.card, styles=("piano",)))

    with pytest.raises(RequestError, match="has not learned the style"):
        short(pianist, style="band")


def test_composing_stops_between_two_tokens(model):
    def stop(bars: int, _of: int) -> None:
        if bars:
            raise Cancelled

    with pytest.raises(Cancelled):
        compose(Request(seconds=60), NetworkEngine(model), progress=stop)
