"""The tutorial's networks as engines: from a request to a piece, and from the piece's MIDI to the same piece."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from composer import engines
from composer.compose import compose
from composer.engine import Cancelled
from composer.errors import ModelError, RequestError
from composer.models import loading
from composer.music.score import TICKS_PER_QUARTER, Metre
from composer.performance import midi
from composer.planning.plan import RELEASE_SECONDS
from composer.request import Request, read_settings
from composer.tutorial.engine import TUTORIAL_ENGINES, draw_words
from composer.tutorial.network import WINDOW, TutorialNetwork, load

BY_NAME = {engine.identity.name: engine for engine in TUTORIAL_ENGINES}
both = pytest.mark.parametrize("name", list(BY_NAME))


def composed(name="tutorial-wavenet", **options):
    return compose(Request(**{"seconds": 12, "model": name, "seed": 4, **options}), BY_NAME[name])


@pytest.mark.parametrize("seconds", [5, 33, 128.5, 300])
def test_piece_is_exactly_as_long_as_asked_near_the_published_tempo(seconds):
    piece = composed(seconds=seconds)

    score, _ = midi.read(piece.midi)
    assert score.seconds == pytest.approx(seconds - RELEASE_SECONDS, abs=1e-3)
    assert piece.plan.beats_per_minute == pytest.approx(120, rel=0.15)


@both
def test_every_word_lasts_a_quarter(name):
    score = composed(name).score

    onsets = sorted({note.start for note in score.notes})
    assert onsets == list(range(0, score.ticks, TICKS_PER_QUARTER))
    assert {note.duration for note in score.notes} == {TICKS_PER_QUARTER}


@both
def test_seed_decides_the_piece_and_its_midi_repeats_it(name):
    first, other = composed(name), composed(name, seed=5)
    _, settings = midi.read(first.midi)

    again = compose(Request(**read_settings(settings)), engines.find(name).load())

    assert again.midi == first.midi
    assert other.midi != first.midi


def test_key_is_read_off_the_words_and_the_title_says_what_it_is():
    piece = composed()

    assert piece.title == f"Notes and chords in {piece.score.key}"
    assert piece.remark == "Pai 2020 · WaveNet · 24 x 1/4 · T = 1"


def turning() -> TutorialNetwork:
    return cast("TutorialNetwork", Turning())


class Turning:
    """Finds the word after the last one likeliest, and the others half as likely."""

    card = SimpleNamespace(words=("C4", "D4", "0.4.7"), starts=((0,) * WINDOW,))

    def probabilities(self, window):
        likely = np.full(3, 0.25)
        likely[(window[-1] + 1) % 3] = 0.5
        return likely


def test_without_creativity_the_likeliest_word_is_taken_as_published(rng):
    assert draw_words(turning(), 5, creativity=0, rng=rng) == ("D4", "0.4.7", "C4", "D4", "0.4.7")


@pytest.mark.parametrize(("creativity", "share"), [(0.25, 2 / 3), (0.5, 0.5), (1.0, 0.4142)])
def test_words_are_drawn_by_their_likelihood_at_the_temperature(creativity, share, rng):
    words = ("C4", *draw_words(turning(), 4000, creativity=creativity, rng=rng))

    order = Turning.card.words
    turned = [order.index(after) == (order.index(before) + 1) % 3 for before, after in pairwise(words)]
    assert np.mean(turned) == pytest.approx(share, abs=0.03)


def test_creativity_of_zero_says_so():
    assert composed("tutorial-lstm", creativity=0).remark == "Pai 2020 · LSTM · 24 x 1/4 · argmax"


def test_progress_may_end_the_work():
    def stop(_bar, _of):
        raise Cancelled

    with pytest.raises(Cancelled):
        compose(Request(seconds=5, model="tutorial-lstm"), BY_NAME["tutorial-lstm"], progress=stop)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"style": "band"}, "tutorial-wavenet has not learned the style band; it knows piano"),
        ({"metre": Metre(3, 4)}, "tutorial-wavenet cannot be told the metre; leave it out, or choose another model"),
    ],
)
def test_what_the_tutorial_cannot_do_is_refused_in_one_sentence(options, sentence):
    with pytest.raises(RequestError) as refused:
        composed(**options)

    assert str(refused.value) == sentence


@both
def test_file_is_small_and_says_what_it_learned(name):
    engine = BY_NAME[name]

    card = load(engine.path).card

    assert engine.path.stat().st_size <= 2_000_000
    assert card.trained_on == engine.identity.trained_on
    assert all(len(window) == WINDOW for window in card.starts)
    assert 0 < card.accuracy < 1 <= card.epochs


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "wavenet.onnx"
    data = bytearray(BY_NAME["tutorial-wavenet"].path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)

    with pytest.raises(ModelError, match="is damaged: its checksum does not fit"):
        compose(Request(seconds=5), replace(BY_NAME["tutorial-wavenet"], path=path))


def test_a_file_of_another_kind_is_refused():
    path = loading.FOLDER / "lstm-v4.onnx"

    with pytest.raises(ModelError, match="its card is not one of the tutorial's networks"):
        load(path)
