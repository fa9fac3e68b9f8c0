"""What can be read off a score: key, where its bars begin, how clear its key is."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import PITCH_CLASSES, TICKS_PER_QUARTER, Key, Mode, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from composer.music.score import Metre, Note, Score

MAJOR_PROFILE = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR_PROFILE = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""How well each pitch class fits a key whose tonic is 0: Krumhansl & Kessler 1982, probe-tone ratings."""

KEYS = tuple(Key(tonic, mode) for mode in Mode for tonic in range(12))

_FINAL_BASS_BONUS = 0.25
_SIGNATURE_BONUS = 0.25
_LONGEST_WEIGHT = 2 * TICKS_PER_QUARTER


def _profiles() -> NDArray[np.float64]:
    """Shape (24, 12): the standardised profile of each of `KEYS`."""
    profiles = {Mode.MAJOR: MAJOR_PROFILE, Mode.MINOR: MINOR_PROFILE}
    rows = np.array([np.roll(profiles[key.mode], key.tonic) for key in KEYS])
    standardised: NDArray[np.float64] = (rows - rows.mean(axis=1, keepdims=True)) / rows.std(axis=1, keepdims=True)
    return standardised


_PROFILES = _profiles()


def pitch_class_weights(notes: Iterable[Note]) -> NDArray[np.float64]:
    """Shape (12,): time that each pitch class sounds, in ticks; a note counts for two quarters at most."""
    weights = np.zeros(12)
    for note in notes:
        if note.part is not Part.DRUMS:
            weights[note.pitch % 12] += min(note.duration, _LONGEST_WEIGHT)
    return weights


def chroma(notes: Sequence[Note], slot: int, slots: int) -> NDArray[np.float64]:
    """Shape (slots, 12): ticks that each pitch class sounds in each of the first `slots` spans of `slot` ticks."""
    sounding = np.zeros((slots, PITCH_CLASSES))
    for note in notes:
        if note.part is Part.DRUMS:
            continue
        for at in range(note.start // slot, min(-(-note.end // slot), slots)):
            sounding[at, note.pitch % 12] += min(note.end, (at + 1) * slot) - max(note.start, at * slot)
    return sounding


def key_fits(notes: Iterable[Note]) -> NDArray[np.float64]:
    """Correlation of the notes' pitch classes with each of `KEYS`, shape (24,), each in [-1, 1].

    All 0 where every pitch class sounds equally long, so too without any pitched note.
    """
    weights = pitch_class_weights(notes)
    if weights.std() == 0:
        return np.zeros(len(KEYS))
    fits: NDArray[np.float64] = _PROFILES @ ((weights - weights.mean()) / weights.std()) / 12
    return fits


def find_key(notes: Sequence[Note], *, accidentals: int | None = None) -> Key:
    """The likeliest key (Krumhansl-Schmuckler, with two hints where they are to be had).

    Args:
        notes: Notes in order of time. Drums are no hint; with nothing else to go by the key is C major.
        accidentals: Sharps (positive) or flats (negative) of a key signature, None if there is none.
    """
    fits = key_fits(notes)
    final_bass = _final_bass(notes)
    for index, key in enumerate(KEYS):
        if key.tonic == final_bass:
            fits[index] += _FINAL_BASS_BONUS
        if accidentals is not None and signature_of(key) == _nearest_signature(accidentals):
            fits[index] += _SIGNATURE_BONUS
    return KEYS[int(fits.argmax())]


def _final_bass(notes: Sequence[Note]) -> int | None:
    """Pitch class of the lowest note that sounds when the last one is struck."""
    pitched = [note for note in notes if note.part is not Part.DRUMS]
    last = [note.pitch for note in pitched if note.end >= pitched[-1].start]
    return min(last) % 12 if last else None


def _nearest_signature(accidentals: int) -> int:
    """The same signature as `signature_of` counts it: 7 flats are 5 sharps."""
    return (accidentals + 5) % 12 - 5


def signature_of(key: Key) -> int:
    """Sharps (positive) or flats (negative) of a key's signature, -5 to 6."""
    major_tonic = key.tonic if key.mode is Mode.MAJOR else (key.tonic + 3) % 12
    return (major_tonic * 7 + 5) % 12 - 5


def key_clarity(score: Score) -> float:
    """How well the notes fit the score's own key: a correlation in [-1, 1]."""
    return float(key_fits(score.notes)[KEYS.index(score.key)])


_WINDOW_BARS = 4
_DRIFT_COST = 0.6
_UPBEAT_COST = 0.35
_FEWEST_ONSETS = 6
_GRID = TICKS_PER_QUARTER // 2
_BASS_WEIGHT = 2.0
_CHANGE_WEIGHT = 3.0


def bar_phases(notes: Sequence[Note], metre: Metre) -> list[tuple[int, int]]:
    """Where bar lines fall: [(tick, phase), ...], each phase valid from its tick on.

    The first phase is the length of the upbeat; later ones appear where a file's bars are not all whole
    (a repeat in the middle of a bar, a cadenza). Bar lines stand where the bass steps in, long notes and
    chords begin and the harmony changes. The phases are the cheapest path (Viterbi 1967) through windows of
    four bars: what accents do not support costs, and so do an upbeat and every change of phase. A window of
    few onsets, such as a last one that holds just the final chord, has no say.

    Args:
        notes: Notes in order of time, starting near tick 0; at least one.
        metre: Metre whose bars are to be placed; a phase p says that bars begin at ticks = p modulo a bar.
    """
    bar = metre.bar_ticks
    costs = -_phase_support(notes, bar)
    costs[0, 1:] += _UPBEAT_COST
    path = _cheapest_path(costs)
    changes = [window for window, phase in enumerate(path) if window == 0 or phase != path[window - 1]]
    return [(window * _WINDOW_BARS * bar, path[window] * _GRID) for window in changes]


def _cheapest_path(costs: NDArray[np.float64]) -> list[int]:
    """A phase for each window, where every change of phase costs `_DRIFT_COST`.

    Args:
        costs: Shape (windows, phases); of each phase in each window. Overwritten.
    """
    origins = np.zeros(costs.shape, np.int64)
    for window in range(1, len(costs)):
        cheapest = int(costs[window - 1].argmin())
        moved = costs[window - 1, cheapest] + _DRIFT_COST
        stays = costs[window - 1] <= moved
        origins[window] = np.where(stays, np.arange(len(stays)), cheapest)
        costs[window] += np.where(stays, costs[window - 1], moved)
    path = [int(costs[-1].argmin())]
    for window in range(len(costs) - 1, 0, -1):
        path.append(int(origins[window, path[-1]]))
    return path[::-1]


def _phase_support(notes: Sequence[Note], bar: int) -> NDArray[np.float64]:
    """Shape (windows, phases): the share of a window's accents that falls on each phase."""
    size = _WINDOW_BARS * bar
    windows = notes[-1].start // size + 1
    accents = np.zeros((windows, bar))
    for tick, weight in find_accents(notes, longest=bar):
        accents[tick // size, tick % bar] += weight
    onsets = np.bincount([start // size for start in {note.start for note in notes}], minlength=windows)
    accents[onsets < _FEWEST_ONSETS] = 0
    on_grid = accents[:, ::_GRID]
    share: NDArray[np.float64] = on_grid / np.maximum(accents.sum(axis=1, keepdims=True), 1e-9)
    return share


def find_accents(notes: Sequence[Note], *, longest: int) -> Iterator[tuple[int, float]]:
    """Ticks at which something marks a beginning, and how much: length in quarters, a step of the bass, a new harmony.

    Args:
        notes: Notes in order of time.
        longest: Ticks beyond which a note marks no more for being longer.
    """
    for note in notes:
        yield note.start, min(note.duration, longest) / TICKS_PER_QUARTER
    for note in _bass_notes(notes):
        yield note.start, _BASS_WEIGHT * min(note.duration, longest) / TICKS_PER_QUARTER
    for tick, change in _harmonic_changes(notes):
        yield tick, _CHANGE_WEIGHT * change


def _harmonic_changes(notes: Sequence[Note]) -> list[tuple[int, float]]:
    """For each quarter: how much the pitch classes struck in it differ from those of the quarter before.

    0 is the same harmony, 1 nothing in common (cosine distance).
    """
    struck: dict[int, NDArray[np.float64]] = {}
    for note in notes:
        if note.part is not Part.DRUMS:
            classes = struck.setdefault(note.start // TICKS_PER_QUARTER, np.zeros(12))
            classes[note.pitch % 12] += min(note.duration, TICKS_PER_QUARTER)
    quarters = sorted(struck)
    changes = []
    for before, quarter in pairwise(quarters):
        one, other = struck[before], struck[quarter]
        alike = float(one @ other / np.sqrt((one @ one) * (other @ other)))
        changes.append((quarter * TICKS_PER_QUARTER, 1 - alike))
    return changes


def _bass_notes(notes: Sequence[Note]) -> list[Note]:
    """The lowest note of each onset that lies lower than those of the onsets beside it."""
    lowest: dict[int, Note] = {}
    for note in notes:
        if note.part is not Part.DRUMS and (note.start not in lowest or note.pitch < lowest[note.start].pitch):
            lowest[note.start] = note
    line = [lowest[start] for start in sorted(lowest)]
    beside = zip(line, line[1:], line[2:], strict=False)
    return [note for before, note, after in beside if note.pitch < before.pitch and note.pitch <= after.pitch]


def shifted(notes: Iterable[Note], ticks: int) -> tuple[Note, ...]:
    """The notes `ticks` later (earlier where negative; none may come to start before 0)."""
    return tuple(replace(note, start=note.start + ticks) for note in notes)
