"""What velocity, timing and pedal say of a performance, whatever is played: numbers that need no bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from training.playing.recording import PlayedPiano

    Numbers = NDArray[np.float64]

ALIKE = 0.35
"""Logarithm of the ratio of two intervals between onsets up to which they are meant to be equal."""

MIDDLE = 66
"""Highest key of the lower half of the keyboard: a roll has one dynamic for each half."""

_SHORTEST, _LONGEST = 0.03, 4.0
_LAGS = (1, 4, 16)
_MILLISECONDS = 1000.0


def describe_recording(recording: PlayedPiano) -> dict[str, float]:
    """Numbers by name, of half a minute or more of piano music.

    How loud it is on the whole is left out, for that says what is played. So is the velocity of inner notes: a roll has
    one dynamic for each half of the keyboard.
    """
    chords = recording.chords
    firsts = np.flatnonzero(np.diff(chords, prepend=-1))
    onsets = recording.downs[firsts]
    return {
        **dict(_velocities(recording, chords)),
        **dict(_asynchronies(recording, chords, firsts)),
        **dict(_intervals(np.diff(onsets))),
        **dict(_articulation(recording, onsets, chords)),
        **dict(_pedal(recording, onsets)),
    }


def correlation(values: Numbers, lag: int) -> float:
    """Autocorrelation at a lag; 0 where values are too few or all equal."""
    if len(values) <= lag + 1 or values.std() == 0:
        return 0.0
    centred = values - values.mean()
    return float(np.mean(centred[lag:] * centred[:-lag]) / np.mean(centred**2))


def outer_notes(recording: PlayedPiano, chords: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of the lowest and of the highest note of each chord."""
    order = np.lexsort((recording.pitches, chords))
    firsts = np.flatnonzero(np.diff(chords[order], prepend=-1))
    lasts = np.append(firsts[1:], len(order)) - 1
    return order[firsts], order[lasts]


def _velocities(recording: PlayedPiano, chords: NDArray[np.int64]) -> Iterator[tuple[str, float]]:
    lows, tops = outer_notes(recording, chords)
    velocities, line = recording.velocities, recording.velocities[tops]
    centred = velocities - velocities.mean()
    yield "velocity deviation", float(velocities.std())
    yield "velocity skewness", float(np.mean(centred**3) / max(velocities.std(), 1.0) ** 3)
    yield "velocity step of the top", float(np.mean(np.abs(np.diff(line))))
    for lag in _LAGS:
        yield f"velocity of the top, correlation at {lag}", correlation(line, lag)
    wide = (recording.pitches[lows] <= MIDDLE) & (recording.pitches[tops] > MIDDLE)
    over = (velocities[tops] - velocities[lows])[wide]
    yield "top over bass", float(over.mean()) if wide.any() else 0.0
    yield "top over bass, deviation", float(over.std()) if wide.any() else 0.0
    height = recording.pitches[tops].astype(np.float64)
    yield "velocity with height", _related(height, line)


def _asynchronies(
    recording: PlayedPiano, chords: NDArray[np.int64], firsts: NDArray[np.int64]
) -> Iterator[tuple[str, float]]:
    sizes = np.diff(firsts, append=len(chords))
    several = sizes > 1
    spread = (recording.downs[firsts + sizes - 1] - recording.downs[firsts])[several] * _MILLISECONDS
    lows, tops = outer_notes(recording, chords)
    lead = (recording.downs[lows] - recording.downs[tops])[several] * _MILLISECONDS
    for share in (25, 50, 90):
        yield f"chord spread, {share} % (ms)", float(np.percentile(spread, share)) if several.any() else 0.0
    yield "top before bass (ms)", float(lead.mean()) if several.any() else 0.0
    yield "top before bass, deviation (ms)", float(lead.std()) if several.any() else 0.0
    yield "top before bass, correlation", correlation(lead, 1)


def _intervals(intervals: Numbers) -> Iterator[tuple[str, float]]:
    ratios = np.diff(np.log(np.clip(intervals, _SHORTEST, _LONGEST)))
    alike = ratios[np.abs(ratios) < ALIKE]
    yield "equal intervals, median change", float(np.median(np.abs(alike))) if len(alike) else 0.0
    yield "equal intervals, deviation", float(alike.std()) if len(alike) else 0.0
    yield "equal intervals, correlation of changes", correlation(alike, 1)
    yield "tempo of runs, deviation", _tempo_of_runs(intervals)


def _tempo_of_runs(intervals: Numbers) -> float:
    """Deviation of the logarithm of an interval within runs of six or more that are meant to be equal."""
    changes = np.abs(np.diff(np.log(np.clip(intervals, _SHORTEST, _LONGEST)))) >= ALIKE
    runs = np.split(np.log(np.clip(intervals, _SHORTEST, _LONGEST)), np.flatnonzero(changes) + 1)
    long = [run.std() for run in runs if len(run) >= 6]  # noqa: PLR2004 - six are a figure
    return float(np.mean(long)) if long else 0.0


def _articulation(recording: PlayedPiano, onsets: Numbers, chords: NDArray[np.int64]) -> Iterator[tuple[str, float]]:
    inner = chords < len(onsets) - 1
    following = onsets[chords[inner] + 1] - onsets[chords[inner]]
    held = (recording.ups - recording.downs)[inner]
    shares = np.log(np.clip(held / following, 0.05, 20))
    for share in (10, 25, 50, 75, 90):
        yield f"held beside the interval, {share} %", float(np.percentile(shares, share))
    late = release_shares(recording.ups[inner] - recording.downs[inner], recording.downs[inner], onsets)
    yield "key up beside an onset, median", float(np.median(late))
    yield "key up beside an onset, quartiles apart", float(np.subtract(*np.percentile(late, [75, 25])))


def release_shares(held: Numbers, downs: Numbers, onsets: Numbers) -> Numbers:
    """Logarithm of how long keys are held beside the way to the later onset that is nearest to it."""
    return np.log(np.maximum(held, 0.01) / written_lengths(held, downs, onsets))


def written_lengths(held: Numbers, downs: Numbers, onsets: Numbers) -> Numbers:
    """Seconds from each key's going down to the later onset at which, most likely, its note is written to end."""
    after = np.searchsorted(onsets, downs + _SHORTEST)
    near = np.maximum(np.searchsorted(onsets, downs + held), after)
    last = len(onsets) - 1
    later, earlier = onsets[np.minimum(near, last)] - downs, onsets[np.clip(near - 1, 0, last)] - downs
    apart = np.abs(np.log(np.maximum(later, 0.01) / np.maximum(held, 0.01)))
    before = np.abs(np.log(np.maximum(earlier, 0.01) / np.maximum(held, 0.01)))
    choose = (near - 1 >= after) & (before < apart)
    found: Numbers = np.where(choose, earlier, later)
    return np.where((near > last) & ~choose, np.maximum(held, 0.01), np.maximum(found, 0.01))


def _pedal(recording: PlayedPiano, onsets: Numbers) -> Iterator[tuple[str, float]]:
    seconds = onsets[-1] - onsets[0]
    yield "pedal presses a second", len(recording.presses) / seconds
    yield "pedal down", _time_down(recording, onsets[0], onsets[-1]) / seconds
    for name, moves in (("pressed", recording.presses), ("released", recording.releases)):
        late = moves - onsets[np.clip(np.searchsorted(onsets, moves) - 1, 0, None)]
        for share in (25, 50, 75):
            yield f"pedal {name} after an onset, {share} % (s)", float(np.percentile(late, share)) if len(late) else 0.0


def _time_down(recording: PlayedPiano, begin: float, end: float) -> float:
    moves = sorted([*((time, 1) for time in recording.presses), *((time, -1) for time in recording.releases)])
    down = bool(moves) and moves[0][1] < 0
    total, since = 0.0, begin
    for time, move in moves:
        total += (time - since) * down
        since, down = time, move > 0
    return total + max(0.0, end - since) * down


def _related(ones: Numbers, others: Numbers) -> float:
    if ones.std() == 0 or others.std() == 0:
        return 0.0
    return float(np.corrcoef(ones, others)[0, 1])
