from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.music.score import Key, Metre, Mode, Score
from composer.planning.plan import RELEASE_SECONDS, Plan, plan_piece
from composer.request import Request
from composer.styles.statistics import DEVIATION

if TYPE_CHECKING:
    from numpy.typing import NDArray


def planned(**options) -> Plan:
    return plan_piece(Request(**options), np.random.default_rng(options.get("seed", 0)))


def seconds_of(plan: Plan) -> float:
    return Score((), plan.metre, plan.bars, plan.key, plan.tempos, opening=plan.opening).seconds


@pytest.mark.parametrize("tempo", [None, 40, 60, 93.5, 144, 200])
@pytest.mark.parametrize("seconds", [5, 7.3, 12, 30, 60, 61.7, 119, 300])
def test_the_bars_fill_the_time_to_the_millisecond(seconds, tempo):
    for seed in range(5):
        assert seconds_of(planned(seconds=seconds, tempo=tempo, seed=seed)) == pytest.approx(
            seconds - RELEASE_SECONDS, abs=1e-3
        )


@pytest.mark.parametrize("tempo", [60, 84, 120, 176, 200])
@pytest.mark.parametrize("seconds", [30, 60, 61.7, 300])
def test_an_asked_tempo_is_met_within_three_percent(seconds, tempo):
    for seed in range(10):
        assert planned(seconds=seconds, tempo=tempo, seed=seed).beats_per_minute == pytest.approx(tempo, rel=0.03)


def test_phrases_are_whole_where_tempo_is_free():
    assert all(planned(seconds=60, seed=seed).bars % 4 == 0 for seed in range(20))


def test_what_is_asked_for_is_kept():
    asked = planned(key=Key(3, Mode.MINOR), metre=Metre(6, 8), seed=4)

    assert (asked.key, asked.metre) == (Key(3, Mode.MINOR), Metre(6, 8))


def test_asking_for_one_thing_changes_only_that_thing():
    free, asked = planned(seed=9), planned(seed=9, key=Key(3, Mode.MINOR))

    assert (free.metre, free.bars, free.tempos) == (asked.metre, asked.bars, asked.tempos)


def test_the_end_slows_down():
    tempos = [tempo.quarters_per_minute for tempo in planned(seconds=60).tempos][-4:]

    assert tempos == sorted(tempos, reverse=True)
    assert tempos[-1] < 0.8 * tempos[0]


def beat_tempos(plan: Plan) -> NDArray[np.float64]:
    """Tempo of each beat before the end slows down, as a share of the tempo of the piece."""
    starts = [tempo.start for tempo in plan.tempos]
    beats = range(0, (plan.bars - 2) * plan.metre.bar_ticks, plan.metre.beat_ticks)
    quarters = plan.beats_per_minute * plan.metre.beat_ticks / 24
    return np.array([plan.tempos[bisect_right(starts, at) - 1].quarters_per_minute / quarters for at in beats])


def test_tempo_fluctuates_from_beat_to_beat_as_players_do():
    shares = [beat_tempos(planned(seconds=60, seed=seed)) for seed in range(20)]
    steps = [float(np.median(np.abs(np.diff(own) / own[:-1]))) for own in shares]

    assert 0.03 < np.median(steps) < 0.09
    assert all(0.6 < own.min() < 1 < own.max() < 1.5 for own in shares)


def test_no_phrase_has_the_tempo_of_the_one_before():
    plans = [planned(seconds=120, seed=seed) for seed in range(20)]
    bars = [beat_tempos(one).reshape(one.bars - 2, -1).mean(axis=1) for one in plans]
    lagged = [float(np.corrcoef(own[4:], own[:-4])[0, 1]) for own in bars]

    assert np.median(lagged) < 0.4


def test_band_keeps_time_as_a_clock():
    one = planned(seconds=60, style="band")

    assert one.tempos[1].start > (one.bars - 3) * one.metre.bar_ticks


def test_seeds_bring_variety():
    plans = [planned(seed=seed) for seed in range(40)]

    assert len({str(one.metre) for one in plans}) >= 4
    assert len({str(one.key) for one in plans}) >= 8


def many(**options) -> list[Plan]:
    return [planned(seconds=60, seed=seed, **options) for seed in range(200)]


def mean_density(plans: list[Plan]) -> float:
    return float(np.mean([one.conditions.density for one in plans]))


def test_beats_of_a_compound_metre_are_slower_and_fuller_than_those_of_three_eight():
    compound, quick = many(metre=Metre(6, 8)), many(metre=Metre(3, 8))

    assert mean_density(compound) > mean_density(quick) + 1
    slow, fast = (np.mean([one.beats_per_minute for one in plans]) for plans in (compound, quick))
    assert slow < fast - DEVIATION


def test_slow_pieces_have_more_notes_in_a_beat_than_fast_ones():
    assert mean_density(many(tempo=44.0, metre=Metre(4, 4))) > mean_density(many(tempo=150.0, metre=Metre(4, 4)))


def test_asking_for_a_tempo_leaves_metre_key_and_form_as_they_were():
    open_, asked = many(), many(tempo=100.0)

    same = [(one.key, one.form) == (other.key, other.form) for one, other in zip(open_, asked, strict=True)]
    assert all(same)


def opened(upbeat: int | None, **options) -> Plan:
    return plan_piece(Request(**options), np.random.default_rng(options["seed"]), upbeat=upbeat)


@pytest.mark.parametrize("tempo", [None, 60, 144])
@pytest.mark.parametrize("seconds", [5, 12, 61.7, 300])
@pytest.mark.parametrize("upbeat", [6, 12, 24, 36])
def test_with_an_upbeat_the_bars_fill_the_time_to_the_millisecond_as_well(upbeat, seconds, tempo):
    for metre in (Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(5, 4)):
        plan = opened(upbeat, seconds=seconds, tempo=tempo, metre=metre, seed=1)

        assert plan.opening == metre.bar_ticks - upbeat
        assert seconds_of(plan) == pytest.approx(seconds - RELEASE_SECONDS, abs=1e-3)


def test_phrases_begin_after_the_upbeat():
    assert all(opened(24, seconds=60, seed=seed).bars % 4 == 1 for seed in range(20))


def test_an_upbeat_is_drawn_beside_everything_else():
    plans = [(opened(None, seed=seed), opened(0, seed=seed)) for seed in range(60)]

    assert {drawn == plain for drawn, plain in plans if not drawn.opening} == {True}
    kept = [((drawn.metre, drawn.key, drawn.form), (plain.metre, plain.key, plain.form)) for drawn, plain in plans]
    assert all(drawn == plain for drawn, plain in kept)
    assert 0 < sum(drawn.opening > 0 for drawn, _ in plans) < 30


def test_upbeats_are_as_frequent_as_people_have_them():
    romantic = [opened(None, style="romantic", metre=Metre(3, 4), seed=seed).opening for seed in range(300)]
    rare = [opened(None, style="romantic", metre=Metre(7, 4), seed=seed).opening for seed in range(50)]

    assert sum(opening == 48 for opening in romantic) / 300 == pytest.approx(0.31, abs=0.06)
    assert set(romantic) == {0, 48}
    assert set(rare) == {0}
