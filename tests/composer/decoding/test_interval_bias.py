from __future__ import annotations

from itertools import pairwise

import numpy as np

from composer.decoding.interval_bias import IntervalBias
from composer.decoding.loop import BiasStrengths
from composer.music.intervals import INTERVALS, interval_shares
from composer.music.score import Metre, Mode, Part, Score
from composer.planning.constraints import PieceConstraints
from composer.tokens import vocabulary
from composer.tokens.tokenizer import encode
from composer.tokens.vocabulary import Kind, token_of
from tests.composer.scripted import drawn_from_noise

CONSTRAINTS = PieceConstraints(metre=Metre(4, 4), bars=8, mode=Mode.MAJOR)
DOWN_A_STEP = tuple(1.0 if step == -2 else 0.0 for step in INTERVALS)


def bias_after(*tokens: int, tilt: tuple[float, ...] = DOWN_A_STEP) -> dict[int, float]:
    """What is added to which tokens after those were read."""
    bias = IntervalBias(tilt)
    for token in tokens:
        bias.read(token)
    logits = np.zeros(vocabulary.VOCABULARY_SIZE, np.float32)
    bias.add_to(logits)
    return {int(token): float(logits[token]) for token in np.flatnonzero(logits)}


def pitch(midi: int, part: Part = Part.MELODY) -> int:
    return token_of(Kind.PITCH, midi, part)


def at(tick: int) -> int:
    return token_of(Kind.POSITION, tick)


START = (vocabulary.START, vocabulary.BAR, at(0), pitch(72), token_of(Kind.DURATION, 24))


def test_interval_is_counted_from_the_note_before() -> None:
    assert bias_after(*START, at(24)) == {pitch(70): 1.0}


def test_chords_count_from_their_highest_note() -> None:
    chord = (*START, pitch(64), pitch(60), at(24))

    assert bias_after(*chord) == {pitch(70): 1.0}


def test_only_the_highest_note_of_an_onset_is_leaned_to() -> None:
    assert bias_after(*START) == {}
    assert bias_after(*START, at(24), pitch(76)) == {}
    assert bias_after(*START, at(24), pitch(48, Part.ACCOMPANIMENT)) == {}


def test_other_parts_leave_the_melody_where_it_stands() -> None:
    assert bias_after(*START, at(24), pitch(48, Part.ACCOMPANIMENT), at(48)) == {pitch(70): 1.0}


def test_accompaniment_that_strikes_alone_repeats_itself_as_a_melody_does() -> None:
    chord = (at(24), pitch(52, Part.ACCOMPANIMENT), pitch(48, Part.ACCOMPANIMENT))
    still = tuple(-1.0 if step == 0 else 0.0 for step in INTERVALS)

    assert bias_after(*START, *chord, at(48), tilt=still) == {pitch(72): -1.0, pitch(52, Part.ACCOMPANIMENT): -1.0}
    assert bias_after(*START, *chord, at(48), pitch(74), at(72), tilt=still) == {pitch(74): -1.0}


def test_nothing_is_leaned_to_before_the_first_note_or_without_a_tilt() -> None:
    assert bias_after(*START[:3]) == {}
    assert bias_after(*START, at(24), tilt=()) == {}


def test_wider_leaps_count_as_the_widest() -> None:
    leaps = tuple(1.0 if step == INTERVALS[-1] else 0.0 for step in INTERVALS)

    assert set(bias_after(*START, at(24), tilt=leaps)) == {pitch(midi) for midi in range(85, 109)}


def drawn(tilt: tuple[float, ...]) -> Score:
    return drawn_from_noise(CONSTRAINTS, BiasStrengths(tilt=tilt))


def test_what_is_leaned_to_comes_oftener() -> None:
    plain, tilted = (
        interval_shares([drawn(())]),
        interval_shares([drawn(tuple(4.0 if abs(step) <= 2 else 0.0 for step in INTERVALS))]),
    )
    near = [place for place, step in enumerate(INTERVALS) if abs(step) <= 2]

    assert tilted[near].sum() > plain[near].sum() + 0.3


def test_notes_and_tokens_agree_on_what_the_melody_is() -> None:
    score = drawn(())
    bias, seen = IntervalBias(tuple(float(step) for step in INTERVALS)), []
    for token in encode(score):
        logits = np.zeros(vocabulary.VOCABULARY_SIZE, np.float32)
        bias.add_to(logits)
        event = vocabulary.EVENTS[token]
        if event.part is Part.MELODY and logits.any():
            seen.append(float(logits[token]))
        bias.read(token)

    top: dict[int, int] = {}
    for note in score.notes:
        if note.part is Part.MELODY:
            top[note.start] = max(top.get(note.start, 0), note.pitch)
    moves = [top[after] - top[before] for before, after in pairwise(sorted(top))]
    assert seen == [float(np.clip(move, INTERVALS[0], INTERVALS[-1])) for move in moves]
