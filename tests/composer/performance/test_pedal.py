"""When the sustain pedal is down."""

from __future__ import annotations

from itertools import pairwise

import pytest

from composer.music.score import Metre, Part
from composer.performance.pedal import CATCH, LAP, SHORTEST, Span, pedalled
from tests.composer.pieces import FOUR_FOUR, line
from tests.composer.tunes import note, waltz

LEFT = Part.ACCOMPANIMENT


def spans_of(*notes, bars=1, metre=FOUR_FOUR):
    return pedalled(sorted(notes), metre=metre, ticks=bars * metre.bar_ticks)


def changes_of(*notes, bars=1, metre=FOUR_FOUR):
    """Ticks of the harmonies that the pedal catches."""
    return [span.start - CATCH for span in spans_of(*notes, bars=bars, metre=metre)]


def test_broken_chord_is_one_harmony():
    assert spans_of(*line([48, 55, 60, 64])) == (Span(CATCH, 96 - LAP),)


def test_pedal_comes_up_after_the_new_chord_and_goes_down_again_later():
    before, after = spans_of(*line([48, 55, 60, 64, 43, 50, 55, 59]), bars=2)

    assert before.end == 96 + LAP
    assert after.start == 96 + CATCH


def test_pedal_changes_with_the_bass_of_every_bar():
    assert changes_of(*line([48, 55, 60, 64] * 3), bars=3) == [0, 96, 192]


def test_bar_without_a_bass_goes_on_with_the_pedal_of_the_bar_before():
    assert changes_of(*line([48, 60, 64, 67, 60, 64, 67, 72]), bars=2) == [0]


def test_pedal_is_not_kept_down_for_a_third_bar():
    assert changes_of(*line([48, 60, 64, 67, *[60, 64, 67, 72] * 2]), bars=3) == [0, 192]


def test_pedal_changes_with_a_new_bass_in_the_bar():
    assert changes_of(*line([48, 60, 43, 67])) == [0, 48]


def test_bass_that_belongs_to_the_harmony_changes_nothing():
    assert changes_of(*line([48, 60, 36, 67])) == [0]


def test_melody_that_moves_by_a_semitone_is_not_blurred():
    assert changes_of(note(0, 24, 48, LEFT), *line([71, 72, 76], step=24)) == [0, 24]


def test_whole_tones_high_up_may_ring_together():
    assert changes_of(note(0, 24, 48, LEFT), *line([79, 81, 79, 84])) == [0]


def test_whole_tones_in_the_middle_may_not():
    assert changes_of(note(0, 24, 48, LEFT), *line([60, 62, 60, 62])) == [0, 24, 48]


def test_dissonance_that_was_struck_together_rings_on():
    chord = [note(0, 12, pitch) for pitch in (60, 64, 67, 71)]

    assert changes_of(*chord, note(48, 24, 76)) == [0]


def test_dissonance_that_keys_hold_is_not_the_pedals():
    assert changes_of(note(0, 96, 60), note(0, 24, 48, LEFT), note(24, 72, 59)) == [0]


def test_fast_scale_in_the_bass_is_played_without_pedal():
    assert spans_of(*line([36, 38, 40, 41, 43, 45, 47, 48, 50, 48, 47, 45, 43, 41, 40, 38], step=6)) == ()


def test_pedal_that_would_add_nothing_stays_up():
    assert spans_of(note(0, 96, 60), note(0, 96, 48, LEFT)) == ()


def test_pedal_does_not_bridge_a_rest_of_more_than_a_beat():
    (span,) = spans_of(note(0, 12, 60), bars=2)

    assert span.end == 12 + FOUR_FOUR.beat_ticks


def test_music_without_notes_has_no_pedal():
    assert spans_of() == ()


@pytest.mark.parametrize("metre", [Metre(3, 4), Metre(6, 8), Metre(2, 2), Metre(5, 8), Metre(6, 16)], ids=str)
def test_spans_follow_each_other_and_end_before_the_piece(metre, rng):
    number = metre.bar_ticks // 3
    notes = [note(int(rng.integers(0, 4 * metre.bar_ticks)), 6, int(rng.integers(40, 90))) for _ in range(number)]

    spans = spans_of(*notes, bars=4, metre=metre)

    assert spans
    assert all(before.end < after.start for before, after in pairwise(spans))
    assert spans[-1].end < 4 * metre.bar_ticks
    assert all(after.start - before.start >= SHORTEST for before, after in pairwise(spans))


def test_waltz_keeps_its_basses_through_the_bar():
    score = waltz()

    spans = pedalled(score.notes, metre=score.metre, ticks=score.ticks)

    basses = [own for own in score.notes if own.pitch < 52 and own.start < 504]
    assert all(any(span.start < own.end < span.end for span in spans) for own in basses)


def blurred(spans, notes):
    """Spans in which the pedal mixes notes a semitone apart that keys did not sound together."""
    return [
        span
        for span in spans
        if any(
            one.end <= other.start and abs(one.pitch - other.pitch) == 1
            for one in notes
            if span.start < one.end and one.start < span.end
            for other in notes
            if other.start < span.end - LAP
        )
    ]


def test_waltz_blurs_less_than_with_the_pedal_down_through_every_bar():
    score = waltz()
    through = [Span(bar * 72 + CATCH, bar * 72 + 72 + LAP) for bar in range(8)]

    assert len(blurred(through, score.notes)) > 3
    assert blurred(pedalled(score.notes, metre=score.metre, ticks=score.ticks), score.notes) == []
