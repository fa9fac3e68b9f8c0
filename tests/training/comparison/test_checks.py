from __future__ import annotations

from dataclasses import replace

import pytest

from composer.music.score import Key, Metre, Mode, Note, Part, Score
from composer.performance import instruments, midi
from composer.planning.plan import RELEASE_SECONDS
from composer.request import Request
from tests.composer.pieces import line, score_of
from tests.composer.tunes import waltz
from training.comparison.checks import check_pieces, ends_well
from training.comparison.drawing import Drawn

A_MINOR = Key(9, Mode.MINOR)


def drawn(score: Score, **asked) -> Drawn:
    options = {"seconds": score.seconds + RELEASE_SECONDS, "tempo": 132.0, "key": A_MINOR, "metre": Metre(3, 4)}
    data = midi.write(score, instrument=instruments.PIANO, title="Waltz", settings={})
    request = Request(**{**options, **asked})
    return Drawn(request, score, data, tokens=(), beats_per_minute=132.0, measures={})


def test_a_piece_that_is_what_was_asked_for_passes_everything():
    assert check_pieces([drawn(waltz())]) == {"length": 1, "tempo": 1, "key": 1, "cadence": 1}


@pytest.mark.parametrize(
    ("asked", "failed"),
    [({"seconds": 13.0}, "length"), ({"tempo": 137.0}, "tempo"), ({"key": Key(0, Mode.MAJOR)}, "key")],
)
def test_what_is_not_as_asked_fails_its_check_only(asked, failed):
    passed = check_pieces([drawn(waltz(), **asked), drawn(waltz())])

    assert {name: share for name, share in passed.items() if share < 1} == {failed: 0.5}


def test_what_was_not_asked_for_is_not_checked():
    assert set(check_pieces([drawn(waltz(), tempo=None, key=None)])) == {"length", "cadence"}


def chord(start: int, *pitches: int) -> list[Note]:
    return [Note(start, 96, pitch, 70, Part.ACCOMPANIMENT) for pitch in pitches]


@pytest.mark.parametrize(
    ("before", "last", "verdict"),
    [
        ((43, 59, 62), (48, 64, 67), True),
        ((41, 57, 60), (48, 64, 67), True),
        ((50, 59, 65), (48, 64, 67), True),
        ((45, 57, 60), (48, 64, 67), False),
        ((43, 59, 62), (43, 60, 64), False),
        ((43, 59, 62), (45, 60, 64), False),
        ((43, 59, 62), (48, 61, 66, 70), False),
    ],
    ids=["authentic", "plagal", "leading note", "no cadence", "fifth in the bass", "deceptive", "a cluster"],
)
def test_a_cadence_is_read_off_the_notes(before, last, verdict):
    assert ends_well(score_of(*chord(0, *before), *chord(96, *last))) is verdict


def test_a_melody_that_moves_over_the_last_chord_does_not_hide_its_cadence():
    score = score_of(*chord(0, 43, 59, 62), *chord(96, 48, 64, 67), *line((79, 76, 74, 72), start=96))

    assert ends_well(score)


def test_a_tonic_that_is_struck_again_for_bars_does_not_hide_its_cadence():
    tonics = [note for start in (96, 192, 288) for note in chord(start, 48, 64, 67)]

    assert ends_well(score_of(*chord(0, 43, 59, 65), *tonics, bars=4))


def test_the_same_end_in_another_key_is_no_end():
    assert not ends_well(replace(waltz(), key=Key(4, Mode.MINOR)))
