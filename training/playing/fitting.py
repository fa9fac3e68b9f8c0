"""A pianist's habits, fitted to performances on piano rolls by least squares."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import optimize, stats

from composer.files import write_atomically
from composer.performance.passage import FLAGS, Passage, bend, describe_notes, local_means
from composer.performance.pianist import QUANTILES, SPEEDS
from training.playing.description import ALIKE, MIDDLE, written_lengths
from training.playing.rolls import read_rolls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.playing.recording import PlayedPiano

    Numbers = NDArray[np.float64]

_LAGS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
_SHRINKAGE = 30.0
_SMALL = 0.02
"""Smallest deviation of which a logarithm is taken, in whole deviations."""

_SHORTEST, _LONGEST = 0.1, 2.0
"""Least and most that a key is held, beside how long its note is written."""

_SHORTEST_INTERVAL = 0.03
_SHORTEST_RUN, _RUN = 6, 24
"""Intervals of a run that is meant to be even, at least, and those after which another tempo may be meant."""

_SAME_CHANGE = 1.0
"""Seconds after which a pedal that went up and comes down again makes no change of it, but a pause."""

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class _Played:
    """One roll: what stood in the score, as far as it can be told, and what was done."""

    chords: NDArray[np.int64]
    numbers: Numbers
    hands: NDArray[np.int64]
    done: Mapping[str, Numbers]


def fit_pianist(rolls: Path, out: Path) -> int:
    """Fit and write the file of `composer.performance.pianist`; returns how many notes were learned from."""
    recordings = [roll.recording for roll in read_rolls(rolls, "train")]
    played, paced = [_played(one) for one in recordings], [_paced(one) for one in recordings]
    numbers = np.vstack([one.numbers for one in played])
    centre, spread = numbers.mean(axis=0), numbers.std(axis=0)
    centre[:FLAGS], spread[:FLAGS] = 0, 1
    read = [bend(one.numbers, centre, spread) for one in played]
    values = {
        "centre": _rounded(centre),
        "spread": _rounded(spread),
        "habits": {name: _habit(name, played, read) for name in ("velocity", "late", "held")}
        | {"pace": _habit("pace", paced, [bend(one.numbers, centre, spread) for one in paced])},
        "feet": [_rounded(own) for own in _feet(recordings)],
    }
    write_atomically(out, (json.dumps(values, separators=(",", ":")) + "\n").encode())
    return len(numbers)


def _played(recording: PlayedPiano) -> _Played:
    chords = recording.chords
    firsts = np.flatnonzero(np.diff(chords, prepend=-1))
    means = np.add.reduceat(recording.downs, firsts) / np.diff(firsts, append=len(chords))
    sizes = np.bincount(chords)[chords]
    held = recording.ups - recording.downs
    lengths = written_lengths(held, recording.downs, recording.downs[firsts])
    passage = Passage(means[chords], lengths, recording.pitches, chords)
    # The mean of a chord moves with its notes, so that fewer of them differ less from it.
    apart = (recording.downs - means[chords]) / np.sqrt(1 - 1 / np.maximum(sizes, 2))
    done = {
        "velocity": recording.velocities - local_means(recording.velocities, recording.downs),
        "late": np.where(sizes > 1, apart * 1000, np.nan),
        "held": np.log(np.clip(held / lengths, _SHORTEST, _LONGEST)),
    }
    return _Played(chords, describe_notes(passage), (recording.pitches > MIDDLE).astype(np.int64), done)


def _paced(recording: PlayedPiano) -> _Played:
    """Each chord by its highest note, as it would stand in a steady tempo, and how much longer it lasted."""
    chords = recording.chords
    onsets = recording.downs[np.flatnonzero(np.diff(chords, prepend=-1))]
    intervals = np.log(np.clip(np.diff(onsets), _SHORTEST_INTERVAL, None))
    steady, longer = _steadied(intervals)
    even = np.concatenate([[0.0], np.cumsum(np.exp(steady))])
    lengths = written_lengths(recording.ups - recording.downs, recording.downs, onsets)
    ends = np.minimum(np.searchsorted(onsets, recording.downs + lengths - 1e-6), len(onsets) - 1)
    passage = Passage(even[chords], np.maximum(even[ends] - even[chords], 0.0), recording.pitches, chords)
    count = np.arange(len(onsets))
    return _Played(
        count, describe_notes(passage)[passage.tops], np.zeros_like(count), {"pace": np.append(longer, np.nan)}
    )


def _steadied(intervals: Numbers) -> tuple[Numbers, Numbers]:
    """Logarithms of intervals: their mean in a run that is meant to be even, and what each differs by.

    The difference is missing where a run is too short to tell.
    """
    places = np.arange(len(intervals))
    changes = np.abs(np.diff(intervals, prepend=intervals[:1])) >= ALIKE
    begun = np.maximum.accumulate(np.where(changes, places, 0))
    runs = np.cumsum(np.diff(np.cumsum(changes) * len(places) + (places - begun) // _RUN, prepend=-1) != 0) - 1
    sizes = np.bincount(runs)
    means = (np.bincount(runs, intervals) / sizes)[runs]
    known = sizes[runs] >= _SHORTEST_RUN
    return np.where(known, means, intervals), np.where(known, intervals - means, np.nan)


def _habit(name: str, played: Sequence[_Played], read: Sequence[Numbers]) -> dict[str, Any]:
    known = [~np.isnan(one.done[name]) for one in played]
    rows = np.vstack([own[one] for own, one in zip(read, known, strict=True)])
    targets = np.concatenate([one.done[name][own] for one, own in zip(played, known, strict=True)])
    mean = _least_squares(rows, targets)
    plain = targets - rows @ mean
    sizes = np.log(np.maximum(np.abs(plain), _SMALL * plain.std()))
    deviation = _least_squares(rows, sizes)
    rest = np.asarray(plain / np.exp(rows @ deviation), dtype=np.float64)
    # So that the quantiles are of deviation 1.
    deviation[0] += np.log(rest.std())
    rest /= rest.std()
    ranks = stats.norm.ppf((stats.rankdata(rest) - 0.5) / len(rest))
    shared, hand, powers = _fluctuation(played, known, ranks)
    return {
        "mean": _rounded(mean),
        "deviation": _rounded(deviation),
        "rest": _rounded(np.quantile(rest, QUANTILES)),
        "shared": round(shared, _DIGITS),
        "hand": round(hand, _DIGITS),
        "powers": _rounded(powers),
    }


def _least_squares(rows: Numbers, targets: Numbers) -> Numbers:
    """Ridge regression, but for the constant."""
    penalty = _SHRINKAGE * np.eye(rows.shape[1])
    penalty[0, 0] = 0
    return np.asarray(np.linalg.solve(rows.T @ rows + penalty, rows.T @ targets), dtype=np.float64)


def _fluctuation(
    played: Sequence[_Played], known: Sequence[NDArray[np.bool_]], ranks: Numbers
) -> tuple[float, float, Numbers]:
    """What notes of a chord have in common, of both hands and of one, and the course of that from chord to chord."""
    grids = []
    used = 0
    within = []
    for one, own in zip(played, known, strict=True):
        mine = ranks[used : used + own.sum()]
        used += int(own.sum())
        chords, hands = one.chords[own], one.hands[own]
        grid, together = _by_hand(mine, chords, hands, int(one.chords[-1]) + 1)
        grids.append(grid)
        within.append(together)
    pairs = np.concatenate(within)
    same = float(np.clip(pairs.mean(), 0, 1)) if len(pairs) else 1.0
    both = np.concatenate([grid[0] * grid[1] for grid in grids])
    across = float(np.clip(np.nanmean(both), 0, same)) if len(pairs) else 0.0
    products = ([grid[:, lag:] * grid[:, :-lag] for grid in grids] for lag in _LAGS)
    course = np.array([np.nanmean(np.concatenate([one.ravel() for one in own])) for own in products])
    course = np.clip(course / max(same, _SMALL), 0, 1)
    speeds = np.array(SPEEDS) ** np.array(_LAGS)[:, None]
    powers, _ = optimize.nnls(speeds, course)
    return across, same - across, powers / max(1.0, powers.sum())


def _by_hand(
    ranks: Numbers, chords: NDArray[np.int64], hands: NDArray[np.int64], count: int
) -> tuple[Numbers, Numbers]:
    """One value for each hand and chord, shape (2, chords), missing where it does not play; products within a hand."""
    places = hands * count + chords
    grid = np.full(2 * count, np.nan)
    grid[places] = ranks
    order = np.argsort(places, kind="stable")
    together = places[order][1:] == places[order][:-1]
    return grid.reshape(2, count), (ranks[order][1:] * ranks[order][:-1])[together]


def _feet(recordings: Sequence[PlayedPiano]) -> tuple[Numbers, Numbers]:
    """Quantiles of how late the pedal comes up after a chord where it changes, and how long it stays up, in seconds."""
    late, up = [], []
    for one in recordings:
        chords = one.chords
        onsets = one.downs[np.flatnonzero(np.diff(chords, prepend=-1))]
        following = np.searchsorted(one.presses, one.releases)
        known = following < len(one.presses)
        pause = one.presses[following[known]] - one.releases[known]
        after = one.releases[known] - onsets[np.maximum(np.searchsorted(onsets, one.releases[known]) - 1, 0)]
        change = pause < _SAME_CHANGE
        late.append(after[change])
        up.append(pause[change])
    return np.quantile(np.concatenate(late), QUANTILES), np.quantile(np.concatenate(up), QUANTILES)


def _rounded(values: Numbers) -> list[float]:
    return [round(float(value), _DIGITS) for value in values]
