"""What is heard of the laws: in the MIDI of whole pieces."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from composer.compose import compose
from composer.music.score import Part
from composer.performance import midi
from composer.performance.instruments import find
from composer.performance.timbres import timbres_of
from composer.planning.plan import RELEASE_SECONDS
from composer.request import Request
from composer.stochastic.engine import StochasticEngine
from composer.stochastic.matrix import columns_in
from tests.composer.stochastic.statistics import ONE_IN_A_THOUSAND, kolmogorov

ORCHESTRA = timbres_of(find("orchestra"))
GLIDING = 2
LONG = 148


@cache
def piece(seed, **options):
    return compose(
        Request(**{"model": "stochastic", "style": "orchestra", "seed": seed, **options}), StochasticEngine()
    )


@cache
def heard(seed, **options):
    """The score as it stands in the MIDI."""
    return midi.read(piece(seed, **options).midi)[0]


def begins(note, score):
    return (note.start + note.late) * score.seconds / score.ticks


def blocks(score, seconds):
    """(timbre, column) -> seconds at which sounds begin, from the beginning of the column."""
    columns = columns_in(seconds - RELEASE_SECONDS)
    length = score.seconds / columns
    found: dict[tuple[int, int], list[float]] = {}
    for note in score.notes:
        column, second = divmod(begins(note, score) + 2e-3, length)
        found.setdefault((note.timbre, int(column)), []).append(max(second - 2e-3, 0))
    return {place: sorted(seconds) for place, seconds in found.items()}, length


def pieces(number=4):
    return [heard(seed, seconds=LONG) for seed in range(number)]


def test_blocks_are_as_many_as_cells_are_filled():
    for score in pieces():
        found, _ = blocks(score, LONG)
        assert len(found) == 196 - 107


def test_timbres_of_a_column_enter_together():
    for score in pieces():
        found, _ = blocks(score, LONG)
        entries = {place: seconds[0] for place, seconds in found.items() if place[0] != GLIDING}
        assert max(entries.values()) < 5e-3


def test_nothing_sounds_on_into_the_next_column():
    for score in pieces():
        columns = columns_in(LONG - RELEASE_SECONDS)
        for note in score.notes:
            column = math.floor((begins(note, score) + 2e-3) / score.seconds * columns)
            end = (note.end + note.late) * score.seconds / score.ticks
            assert end <= (column + 1) * score.seconds / columns + 0.02


def test_densities_are_whole_multiples_of_a_unit():
    units = []
    for score in pieces():
        found, length = blocks(score, LONG)
        units += [(len(seconds) - 1) / length / 2.25 for (timbre, _), seconds in found.items() if timbre != GLIDING]

    # 65 ones, 19 twos, 4 threes and a four: 1.32 on average.
    assert np.mean(units) == pytest.approx((65 + 38 + 12 + 4) / 89, rel=0.08)


def test_gaps_are_exponential():
    """Of a Poisson process, points lie anywhere in their block: so gaps that the block's end cuts are no matter."""
    shares = [
        second / length
        for score in pieces()
        for found, length in [blocks(score, LONG)]
        for (timbre, _), seconds in found.items()
        if timbre != GLIDING
        for second in seconds[1:]
    ]

    assert len(shares) > 3000
    assert kolmogorov(np.array(shares), lambda x: np.clip(x / 0.985, 0, 1)) < 2 * ONE_IN_A_THOUSAND


@pytest.mark.parametrize("timbre", [0, 4, 6])
def test_intervals_are_linear_over_the_whole_register(timbre):
    compass = ORCHESTRA[timbre].highest - ORCHESTRA[timbre].lowest + 1
    pitches = [[note.pitch for note in score.notes if note.timbre == timbre] for score in pieces()]
    intervals = np.array([abs(b - a) for own in pitches for a, b in pairwise(own)])

    counts = np.bincount(intervals, minlength=compass)
    law = np.array([compass, *(2 * (compass - step) for step in range(1, compass))]) / compass**2
    assert intervals.mean() == pytest.approx(compass / 3, rel=0.07)
    assert np.abs(np.cumsum(counts) / len(intervals) - np.cumsum(law)).max() * math.sqrt(len(intervals)) < 1.95
    assert max(map(max, pitches)) - min(map(min, pitches)) >= compass - 3


def test_speeds_of_glissandi_are_gaussian():
    speeds = [
        note.glide * score.ticks / score.seconds / note.duration
        for score in pieces()
        for note in score.notes
        if note.glide and note.duration > 12
    ]
    temperature = 7 * math.sqrt(math.pi)

    assert len(speeds) > 700
    # Fast ones are shorter, and of those under an eighth of a second the speed cannot be told from pitch bend.
    assert kolmogorov(np.abs(speeds), lambda v: np.vectorize(math.erf)(v / temperature)) < 2 * ONE_IN_A_THOUSAND


def test_loud_and_soft_drums_and_pitches_play():
    score = heard(0, seconds=60)

    assert {note.timbre for note in score.notes} == set(range(len(ORCHESTRA)))
    assert {note.part for note in score.notes} == {Part.MELODY, Part.DRUMS}
    assert max(note.velocity for note in score.notes) - min(note.velocity for note in score.notes) > 60


@pytest.mark.parametrize("density", [0.25, 4.0])
def test_density_is_heard(density):
    usual, other = (len(heard(5, seconds=60, density=each).notes) for each in (1.0, density))

    assert other / usual == pytest.approx(density, rel=0.35)


def share_gliding(glissandi, **options):
    score = heard(5, seconds=60, glissandi=glissandi, **options)
    return sum(bool(note.glide) for note in score.notes) / len(score.notes)


def test_glissandi_are_as_many_as_asked():
    shares = [share_gliding(glissandi, style="quartet") for glissandi in (0.0, 0.5, 1.0, 1.5, 2.0)]

    assert shares[0] == 0
    assert shares == sorted(shares)
    assert shares[1] == pytest.approx(shares[2] / 2, rel=0.35)
