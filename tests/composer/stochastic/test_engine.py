"""Stochastic music as an engine: from a request to a piece, and from the piece's MIDI to the same piece."""

from __future__ import annotations

import pytest

from composer.compose import compose
from composer.errors import RequestError
from composer.music.free_score import FreeScore
from composer.music.score import Key, Metre, Mode
from composer.performance import instruments, midi
from composer.performance.midi_events import PULSES
from composer.planning.plan import RELEASE_SECONDS
from composer.publish import _record
from composer.rendering import Rendition, sheet_of
from composer.request import Request, read_settings
from composer.stochastic.engine import StochasticEngine

STYLES = pytest.mark.parametrize("style", StochasticEngine.identity.styles)


def composed(**options):
    return compose(Request(**{"seconds": 20, "model": "stochastic", "seed": 4, **options}), StochasticEngine())


@STYLES
@pytest.mark.parametrize("seconds", [5, 33.25, 300])
def test_piece_is_exactly_as_long_as_asked_and_sounds_to_its_end(style, seconds):
    piece = composed(style=style, seconds=seconds)

    again, _ = midi.read(piece.midi)
    assert again.seconds == pytest.approx(seconds - RELEASE_SECONDS, abs=1e-3)
    assert max(note.end for note in again.notes) / again.ticks * again.seconds > seconds - 2.5


@STYLES
def test_piece_is_repeated_from_its_own_midi(style):
    first = composed(style=style, density=2.0, glissandi=0.0 if style == "piano" else 1.5)
    _, settings = midi.read(first.midi)

    again = compose(Request(**read_settings(settings)), StochasticEngine())

    assert (settings["model"], settings["density"]) == ("stochastic@1", 2.0)
    assert again.midi == first.midi
    assert (again.title, again.remark) == (first.title, first.remark)


def test_seed_decides_the_piece():
    first, again, other = (composed(seed=seed) for seed in (1, 1, 2))

    assert first.midi == again.midi
    assert first.midi != other.midi


@pytest.mark.parametrize("instrument", [instrument.name for instrument in instruments.INSTRUMENTS])
def test_any_instrument_plays_and_is_read_back_as_it_was_written(instrument):
    piece = composed(instrument=instrument)

    again, _ = midi.read(piece.midi)
    assert isinstance(again, FreeScore)
    assert len(again.notes) == len(piece.score.notes)
    assert told(again) == told(piece.score)


def told(score):
    """What a MIDI file can hold of the notes of a score."""
    return sorted(
        (round((note.start + note.late) * PULSES), note.pitch, note.velocity, note.part) for note in score.notes
    )


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ({"style": "piano"}, "Clouds of points"),
        ({"style": "quartet"}, "Points and glissandi"),
        ({"style": "quartet", "glissandi": 0.0}, "Clouds of points"),
        ({"style": "orchestra"}, "Blocks of sound"),
    ],
)
def test_piece_is_named_after_what_is_heard(options, title):
    piece = composed(**options)

    assert piece.title == title
    assert piece.remark.startswith("Xenakis · 7 x 2.8 s · ")


def test_nobody_is_told_of_a_metre_a_key_or_a_tempo():
    piece = composed()

    assert sheet_of(piece).caption == "0:20 · stochastic@1 · seed 4"
    assert _record(piece, Rendition(b"", b"", b"", {}))["chosen"] == {}
    assert piece.tokens == ()


def test_progress_is_told_and_may_end_the_work():
    told = []

    compose(
        Request(seconds=20, model="stochastic"), StochasticEngine(), progress=lambda bar, of: told.append((bar, of))
    )

    assert told == sorted(told)
    assert told[-1] == (20, 20)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"key": Key(0, Mode.MAJOR)}, "stochastic cannot be told the key; leave it out, or choose another model"),
        ({"metre": Metre(3, 4)}, "stochastic cannot be told the metre; leave it out, or choose another model"),
        ({"tempo": 90.0}, "stochastic cannot be told the tempo; leave it out, or choose another model"),
        ({"game": "waltz"}, "stochastic cannot be told the game; leave it out, or choose dice"),
        ({"density": 0.2}, "density must be 0.25 to 4, not 0.2"),
        ({"glissandi": 2.5}, "glissandi must be 0 to 2, not 2.5"),
        ({"style": "band"}, "stochastic has not learned the style band; it knows piano, quartet, orchestra"),
        (
            {"style": "orchestra", "instrument": "music-box", "glissandi": 1.0},
            "nothing slides on Music box; leave out glissandi, or let a quartet, strings or an orchestra play",
        ),
    ],
)
def test_what_it_cannot_do_is_refused_in_one_sentence(options, sentence):
    with pytest.raises(RequestError) as refused:
        composed(**options)

    assert str(refused.value) == sentence
