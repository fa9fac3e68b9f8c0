"""What the rules promise of every piece, looked for in many; and that whoever looks can see it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from composer.grammar.chords import chord_of
from composer.grammar.counterpoint import CADENCE, LEADING, PARALLELS, faults, line_faults, melody_of
from composer.grammar.draft import draft, write
from composer.grammar.ensemble import lower_lines
from composer.grammar.lots import Lots
from composer.grammar.phrases import CadenceKind
from composer.grammar.voices import BROKEN
from composer.music.score import Key, Mode
from composer.planning.plan import plan_piece
from composer.request import Request
from tests.composer.grammar.written import STYLES, planned, written

LENGTHS = (60, 20, 7, 130)
C = Key(0, Mode.MAJOR)

every_style = pytest.mark.parametrize("style", STYLES)


@pytest.fixture(scope="module", params=STYLES)
def pieces(request):
    """Many pieces of one style, of all lengths and kinds of courage: 501 of all styles together."""
    found = [
        written(request.param, seed=seed, seconds=LENGTHS[seed % len(LENGTHS)], creativity=seed % 3 / 2)
        for seed in range(167)
    ]
    return [piece for piece in found if piece.cost < BROKEN]


def test_no_piece_has_parallels_hanging_leading_notes_or_open_phrases(pieces):
    assert len(pieces) >= 160
    assert sum(faults(piece).total() > 0 for piece in pieces) <= 1  # which the engine throws away, see below


def test_a_draft_that_a_teacher_would_mark_is_thrown_away():
    rng = np.random.default_rng(56)
    plan = plan_piece(Request(style="quartet", seed=56, seconds=60), rng)
    state = rng.bit_generator.state

    piece = write(plan, "quartet", Lots(rng, 1.0))
    rng.bit_generator.state = state
    taken = draft(plan, "quartet", Lots(rng, 1.0))

    assert +faults(piece) == {PARALLELS: 1}
    assert piece.cost < BROKEN <= taken.cost


def test_melodies_move_mostly_by_step_as_peoples_do(pieces):
    steps = [np.abs(np.diff([tone.pitch for tone in melody_of(piece.spans)])) for piece in pieces]

    assert 0.53 <= np.mean([((own > 0) & (own < 3)).mean() for own in steps]) <= 0.67


def test_every_piece_ends_on_its_tonic_in_root_position(pieces):
    for piece in pieces:
        last = piece.spans[-1]
        assert last.numeral in {"I", "i"}
        assert last.chord.key == piece.form.phrases[0].key


@pytest.mark.parametrize("style", ["quartet", "choir"])
def test_voices_move_cleanly_with_all_the_notes_between_their_chords(style):
    for seed in range(15):
        piece, metre = written(style, seed=seed), planned(style, seed=seed).metre
        lower = lower_lines(piece.spans, style, metre, Lots(np.random.default_rng(seed), 0.5))

        assert line_faults(piece, lower) == 0
        assert sum(len(notes) for line in lower for notes in line) > 3 * len(piece.spans)


def with_voicings(style, *voicings, chords=("I", "I"), cadence=CadenceKind.AUTHENTIC):
    """A piece whose first chords are these."""
    piece = written(style, seed=1)
    phrase = replace(piece.spans[0].phrase, cadence=cadence, key=C, goal=C)
    spans = [
        replace(
            piece.spans[place],
            chord=chord_of(chord, C),
            voicing=voicing,
            melody=(replace(piece.spans[place].melody[0], pitch=voicing[-1]),),
            phrase=phrase,
        )
        for place, (chord, voicing) in enumerate(zip(chords, voicings, strict=True))
    ]
    return replace(piece, spans=tuple(spans))


def test_parallel_octaves_are_seen():
    piece = with_voicings("piano", (48, 55, 64, 72), (50, 57, 65, 74))

    assert faults(piece)[PARALLELS] > 0


def test_a_leading_note_that_falls_is_seen():
    piece = with_voicings("piano", (43, 59, 62, 67), (48, 55, 64, 67), chords=("V", "I"))

    assert faults(piece)[LEADING] == 1


def test_a_phrase_that_ends_on_another_chord_is_seen():
    piece = with_voicings("piano", (48, 55, 64, 72), (41, 57, 65, 72), chords=("I", "IV"))

    assert faults(piece)[CADENCE] == 1
