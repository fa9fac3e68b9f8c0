from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from composer.music.score import Note, Part, Score
from composer.tokens.tokenizer import encode, quantised
from tests.composer.pieces import line, score_of, scores, steadily
from training.comparison import textures
from training.comparison.copying import Index, distinct_share, measure_copying
from training.comparison.excerpts import Excerpt

LONG = tuple(int(pitch) for pitch in np.random.default_rng(5).integers(48, 84, 40))
OTHER = tuple(int(pitch) for pitch in np.random.default_rng(6).integers(48, 84, 40))


def example(score: Score, name: str = "new") -> Excerpt:
    return Excerpt(name, name, score)


def tune(*pitches: int) -> Score:
    return score_of(*line(pitches), bars=-(-len(pitches) // 4))


def index(**pieces: Score) -> Index:
    return Index((name, textures.of_score(score)[0]) for name, score in pieces.items())


@steadily
@given(scores())
def test_tokens_have_the_textures_of_the_score_that_they_spell(score):
    fitted = quantised(score)
    tokens = np.array(encode(fitted), np.uint16)

    assert textures.of_tokens(tokens).tolist() == textures.of_score(fitted)[0].tolist()


def test_a_planted_copy_is_found_with_its_length_and_its_source():
    planted = tune(*OTHER[:12], *LONG[5:20], *OTHER[20:30])

    found = measure_copying([example(planted)], index(first=tune(*OTHER[30:]), second=tune(*LONG)))

    assert (found.longest.onsets, found.longest.source, found.longest.piece) == (15, "second", "new")
    assert found.longest_in_beats.beats == 15
    assert found.shares[8] == pytest.approx(8 / 30)
    assert found.shares[16] == 0


def test_a_piece_of_the_index_is_a_copy_from_beginning_to_end():
    found = measure_copying([example(tune(*LONG))], index(same=tune(*LONG)))

    assert found.shares == {4: 1, 8: 1, 16: 1}
    assert (found.longest.onsets, found.longest_in_beats.beats) == (40, 40)


def test_the_match_that_lasts_longest_need_not_have_the_most_onsets():
    quick, slow = line(LONG[:12], step=6), line(LONG[20:25], step=48)
    source = index(quick=score_of(*quick), slow=score_of(*slow, bars=3))
    piece = score_of(*quick, *(Note(note.start + 96, 48, note.pitch, 70, note.part) for note in slow), bars=4)

    found = measure_copying([example(piece)], source)

    assert (found.longest.onsets, found.longest.source) == (12, "quick")
    assert (found.longest_in_beats.beats, found.longest_in_beats.source) == (10, "slow")


def test_another_duration_or_another_inner_voice_is_no_copy():
    shorter = score_of(*(Note(note.start, 12, note.pitch, 70, Part.MELODY) for note in line(LONG)), bars=10)
    fuller = score_of(*line(LONG), *line([pitch - 12 for pitch in LONG], part=Part.ACCOMPANIMENT), bars=10)

    found = measure_copying([example(shorter), example(fuller)], index(tune=tune(*LONG)))

    assert found.longest.onsets == 0
    assert found.shares == {4: 0, 8: 0, 16: 0}


def test_runs_do_not_lead_from_one_piece_into_the_next():
    found = measure_copying([example(tune(*LONG))], index(first=tune(*LONG[:20]), second=tune(*LONG[20:])))

    assert found.longest.onsets == 20


def test_too_short_a_piece_has_no_runs():
    found = measure_copying([example(tune(60, 62))], index(tune=tune(*LONG)))

    assert found.shares == {4: 0, 8: 0, 16: 0}


def test_distinct_runs_are_counted_across_pieces():
    assert distinct_share([example(tune(*LONG))], 4) == 1
    assert distinct_share([example(tune(*LONG)), example(tune(*LONG))], 4) == 0.5
