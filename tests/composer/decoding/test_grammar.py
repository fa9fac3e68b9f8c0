from __future__ import annotations

import numpy as np
import pytest

from composer.decoding.grammar import Grammar
from composer.decoding.loop import decode_candidates
from composer.decoding.sampling import Sampling
from composer.music.score import Key, Metre, Mode, Part, Score, Tempo
from composer.planning.constraints import TONICS, PieceConstraints
from composer.tokens import tokenizer, vocabulary
from composer.tokens.conditions import Conditions
from composer.tokens.vocabulary import Kind, token_of
from tests.composer.scripted import NoiseDecoder

HANDS = frozenset({Part.MELODY, Part.ACCOMPANIMENT})
SEVERAL_CONSTRAINTS = [
    PieceConstraints(metre=Metre(*metre), bars=bars, mode=mode)
    for metre in ((4, 4), (3, 4), (6, 8), (3, 8), (5, 4))
    for bars in (1, 2, 6)
    for mode in Mode
]


def noise_pieces(constraints: PieceConstraints, *, candidates: int = 4) -> list[tuple[tuple[int, ...], Score]]:
    drawn = decode_candidates(
        NoiseDecoder(seed=constraints.bars),
        constraints,
        Conditions(),
        sampling=Sampling(),
        candidates=candidates,
        rng=np.random.default_rng(1),
    )
    key = Key(TONICS[constraints.mode], constraints.mode)
    return [
        (piece.tokens, tokenizer.decode(piece.tokens, metre=constraints.metre, key=key, tempos=(Tempo(0, 100.0),)))
        for piece in drawn
    ]


@pytest.mark.parametrize("constraints", SEVERAL_CONSTRAINTS, ids=str)
def test_even_noise_becomes_a_piece_of_the_asked_length(constraints):
    for _, score in noise_pieces(constraints):
        assert score.bars == constraints.bars
        assert max(note.end for note in score.notes) <= constraints.ticks


@pytest.mark.parametrize("constraints", SEVERAL_CONSTRAINTS, ids=str)
def test_even_noise_ends_on_the_tonic_triad_over_the_tonic(constraints):
    tonic = TONICS[constraints.mode]
    third = 4 if constraints.mode is Mode.MAJOR else 3

    for _, score in noise_pieces(constraints):
        final = [note for note in score.notes if note.start >= constraints.tonic_start]
        chord = [note.pitch for note in final if note.start == constraints.tonic_start]
        assert min(note.pitch for note in final) % 12 == tonic
        assert min(chord) % 12 == tonic
        assert (tonic + third) % 12 in {pitch % 12 for pitch in chord}
        assert {(note.pitch - tonic) % 12 for note in final} <= {0, third, 7}


@pytest.mark.parametrize("constraints", [each for each in SEVERAL_CONSTRAINTS if each.bars > 1], ids=str)
def test_the_dominant_prepares_the_end(constraints):
    tonic = TONICS[constraints.mode]

    for _, score in noise_pieces(constraints):
        before = [note for note in score.notes if constraints.dominant_start <= note.start < constraints.tonic_start]
        degrees = {(note.pitch - tonic) % 12 for note in before}
        assert degrees <= {7, 11, 2, 5}
        assert degrees & {7, 11}


def test_no_bar_stays_silent():
    constraints = PieceConstraints(metre=Metre(4, 4), bars=12, mode=Mode.MAJOR)

    for _, score in noise_pieces(constraints):
        assert {note.start // constraints.metre.bar_ticks for note in score.notes} == set(range(12))


def test_what_the_grammar_lets_through_is_how_the_tokenizer_would_write_it():
    constraints = PieceConstraints(metre=Metre(3, 4), bars=8, mode=Mode.MINOR, parts=frozenset(Part))

    for tokens, score in noise_pieces(constraints):
        assert list(tokens) == tokenizer.encode(score)


def test_no_part_spans_more_than_its_reach_or_more_notes_than_it_may():
    constraints = PieceConstraints(metre=Metre(4, 4), bars=6, mode=Mode.MAJOR, reach=12, fullest=3)

    for _, score in noise_pieces(constraints):
        chords: dict[tuple[int, Part], list[int]] = {}
        for note in score.notes:
            if note.start != constraints.tonic_start:
                chords.setdefault((note.start, note.part), []).append(note.pitch)
        assert max(max(chord) - min(chord) for chord in chords.values()) <= 12
        assert max(len(chord) for chord in chords.values()) <= 3


def test_only_the_parts_of_the_frame_play():
    constraints = PieceConstraints(metre=Metre(4, 4), bars=4, mode=Mode.MAJOR, parts=frozenset({Part.ACCOMPANIMENT}))

    for _, score in noise_pieces(constraints):
        assert {note.part for note in score.notes} == {Part.ACCOMPANIMENT}


def test_a_token_that_may_not_stand_there_is_refused():
    grammar = Grammar(PieceConstraints(metre=Metre(4, 4), bars=2, mode=Mode.MAJOR, parts=HANDS))
    grammar.read(vocabulary.START)

    with pytest.raises(ValueError, match="may not stand here"):
        grammar.read(token_of(Kind.POSITION, 0))


def test_a_frame_without_room_is_refused():
    with pytest.raises(ValueError, match="needs a bar"):
        PieceConstraints(metre=Metre(4, 4), bars=0, mode=Mode.MAJOR)
    with pytest.raises(ValueError, match="part with pitches"):
        PieceConstraints(metre=Metre(4, 4), bars=4, mode=Mode.MAJOR, parts=frozenset({Part.DRUMS}))


def test_music_begins_at_once():
    for _, score in noise_pieces(PieceConstraints(metre=Metre(3, 2), bars=4, mode=Mode.MAJOR)):
        assert min(note.start for note in score.notes) <= 12


def test_hands_cross_by_an_octave_at_most():
    constraints = PieceConstraints(metre=Metre(4, 4), bars=8, mode=Mode.MAJOR, crossing=12)

    for _, score in noise_pieces(constraints):
        struck: dict[Part, list[int]] = {}
        for start, part in sorted(
            {(note.start, note.part) for note in score.notes if note.start < constraints.tonic_start}
        ):
            struck[part] = [note.pitch for note in score.notes if (note.start, note.part) == (start, part)]
            if len(struck) == len(HANDS):
                assert max(struck[Part.ACCOMPANIMENT]) - max(struck[Part.MELODY]) <= 12 or (
                    min(struck[Part.ACCOMPANIMENT]) - min(struck[Part.MELODY]) <= 12
                )


@pytest.mark.parametrize("opening", [0, 12, 48, 72])
def test_even_noise_begins_where_the_upbeat_does(opening):
    constraints = PieceConstraints(metre=Metre(4, 4), bars=4, mode=Mode.MAJOR, opening=opening)

    for _, score in noise_pieces(constraints):
        assert score.notes[0].start == opening


@pytest.mark.parametrize(("opening", "bars"), [(96, 4), (-12, 4), (48, 1)])
def test_upbeat_needs_a_bar_before_others(opening, bars):
    with pytest.raises(ValueError, match="upbeat"):
        PieceConstraints(metre=Metre(4, 4), bars=bars, mode=Mode.MAJOR, opening=opening)
