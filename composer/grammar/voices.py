"""Chords -> four voices: every voicing that is allowed, and the cheapest path through them.

The rules are those of any textbook of harmony. A path is found by dynamic programming (Viterbi 1967).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import PITCH_CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.grammar.chords import Chord
    from composer.grammar.lots import Lots

FORBIDDEN = 1e4
"""Cost of what no path may do."""

BROKEN = FORBIDDEN / 2
"""From this cost on a path has done it, whatever it saved by being like an earlier phrase; its draft is thrown away."""

BASS, TENOR, ALTO, SOPRANO = range(4)
_PERFECT = (0, 7)

_MOST_ALIKE = 5
"""Voicings that are kept with one soprano and one bass tone: the best of them."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """What four voices can sing or play.

    Attributes:
        lowest: Lowest pitch of bass, tenor, alto and soprano.
        highest: Highest pitch of each.
        widest: Most semitones between neighbours: bass and tenor, tenor and alto, alto and soprano.
        singing: How much more than usual it costs the soprano to leap or to stay.
    """

    lowest: tuple[int, int, int, int]
    highest: tuple[int, int, int, int]
    widest: tuple[int, int, int] = (19, 12, 12)
    singing: float = 1.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one chord of a phrase is to be.

    Attributes:
        chord: Chord.
        soprano: Pitch that the soprano should be near.
        pull: Cost of a semitone's distance from it.
        closing: Pitch classes that the soprano must take; empty where it is free.
    """

    chord: Chord
    soprano: float
    pull: float = 0.2
    closing: tuple[int, ...] = ()


Voicing = tuple[int, ...]
"""Pitches of bass, tenor, alto and soprano."""


@lru_cache(maxsize=512)
def voicings(chord: Chord, ranges: Ranges) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
    """Every good voicing of a chord, shape (voicings, 4), and what each costs by itself, shape (voicings,)."""
    tones = chord.pitch_classes
    options = [
        [p for p in range(low, high + 1) if p % PITCH_CLASSES in tones]
        for low, high in zip(ranges.lowest, ranges.highest, strict=True)
    ]
    basses = {tones[place] for place in chord.basses}
    options[BASS] = [pitch for pitch in options[BASS] if pitch % PITCH_CLASSES in basses]
    rows = np.array(list(product(*options)), np.int16)
    gaps = np.diff(rows, axis=1)
    fits = ((gaps >= 0) & (gaps <= np.array(ranges.widest))).all(axis=1)
    rows = rows[fits]
    classes = rows % PITCH_CLASSES
    counts = np.stack([(classes == tone).sum(axis=1) for tone in tones], axis=1)
    costs = _doubling_costs(chord, counts) + _spacing_costs(rows, ranges)
    inversion = np.array([_BASS_COSTS[tones.index(bass)] for bass in classes[:, BASS]])
    costs = costs + (inversion if len(chord.basses) > 1 else 0)
    return _best_alike(rows, costs)


_BASS_COSTS = (0.0, 0.5, 0.9, 0.8)
"""Cost of each tone of a chord in the bass."""


def _doubling_costs(chord: Chord, counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """What it costs to double or to leave out each tone; `counts` has shape (voicings, tones)."""
    costs = np.zeros(len(counts))
    for place, tone in enumerate(chord.pitch_classes):
        number = counts[:, place]
        sensitive = tone in {chord.leading, chord.seventh}
        costs += np.where(number > 1, FORBIDDEN if sensitive else (0.0, 1.0, 0.3)[min(place, 2)] * (number - 1), 0)
        missing = 0.7 if place == 2 and chord.tones[2] == 7 else FORBIDDEN  # noqa: PLR2004 - a perfect fifth
        costs += np.where(number == 0, missing, 0)
        costs += np.where(number > 2, 1.0, 0)  # noqa: PLR2004 - a tone three times
    if chord.basses == (2,):
        costs += np.where(counts[:, 2] < 2, 2.0, 0)  # noqa: PLR2004 - a six-four chord doubles its fifth
    return costs


def _spacing_costs(rows: NDArray[np.int16], ranges: Ranges) -> NDArray[np.float64]:
    middles = (np.array(ranges.lowest) + np.array(ranges.highest)) / 2
    away = np.abs(rows - middles)
    costs: NDArray[np.float64] = (away * np.array([0.03, 0.05, 0.05, 0.0])).sum(axis=1)
    costs += (np.diff(rows, axis=1) == 0).sum(axis=1) * 1.5
    return costs


def _best_alike(rows: NDArray[np.int16], costs: NDArray[np.float64]) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
    """The cheapest few with each soprano and bass, without forbidden ones."""
    order = np.argsort(costs, kind="stable")
    seen: dict[tuple[int, int], int] = {}
    kept = []
    for index in order:
        if costs[index] >= FORBIDDEN:
            break
        place = (int(rows[index, SOPRANO]), int(rows[index, BASS]) % PITCH_CLASSES)
        seen[place] = seen.get(place, 0) + 1
        if seen[place] <= _MOST_ALIKE:
            kept.append(int(index))
    return rows[kept], costs[kept]


@lru_cache(maxsize=1024)
def moves(before: Chord, after: Chord, ranges: Ranges) -> NDArray[np.float64]:
    """What it costs to go from each voicing of a chord to each of the next, shape (before, after)."""
    first, second = voicings(before, ranges)[0], voicings(after, ranges)[0]
    return move_costs(before, first, after, second, singing=ranges.singing)


def move_costs(
    before: Chord, first: NDArray[np.int16], after: Chord, second: NDArray[np.int16], *, singing: float
) -> NDArray[np.float64]:
    """The same for any voicings of both chords, each of shape (voicings, 4); for `singing` see `Ranges`."""
    old, new = first[:, None, :].astype(int), second[None, :, :].astype(int)
    steps = new - old
    costs = _leap_costs(steps, singing) + _parallel_costs(old, new, steps) + _hidden_costs(new, steps)
    costs += ((new[..., :3] > old[..., 1:]) | (new[..., 1:] < old[..., :3])).sum(axis=-1) * 1.5
    costs += _tendency_costs(before, after, old, steps)
    return costs


_LEAPS = np.array(
    [
        [0.3, 0.1, 0.1, 0.3, 0.4, 0.3, 1.5, 0.4, 1.5, 1.8, 3.0, 4.0, 0.8],
        [0.0, 0.1, 0.1, 0.5, 0.6, 1.0, 3.0, 2.0, 4.0, 5.0, 6.0, 6.0, 6.0],
        [0.0, 0.1, 0.1, 0.5, 0.6, 1.0, 3.0, 2.0, 4.0, 5.0, 6.0, 6.0, 6.0],
        [1.4, 0.0, 0.0, 1.0, 1.3, 1.3, 4.0, 2.0, 2.5, 3.0, 6.0, 7.0, 3.5],
    ]
)
"""Cost of a leap of so many semitones in bass, tenor, alto and soprano."""


def _leap_costs(steps: NDArray[np.int64], singing: float) -> NDArray[np.float64]:
    size = np.abs(steps)
    costs: NDArray[np.float64] = np.where(size > PITCH_CLASSES, FORBIDDEN, 0.0).sum(axis=-1)
    for voice in range(4):
        weight = singing if voice == SOPRANO else 1.0
        costs += _LEAPS[voice][np.minimum(size[..., voice], PITCH_CLASSES)] * weight
    return costs


def _parallel_costs(old: NDArray[np.int64], new: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.float64]:
    """Fifths and octaves that follow each other in two voices, in similar or in contrary motion."""
    wrong = np.zeros(steps.shape[:2], bool)
    for low, high in combinations(range(4), 2):
        interval = (old[..., high] - old[..., low]) % PITCH_CLASSES
        same = interval == (new[..., high] - new[..., low]) % PITCH_CLASSES
        moving = (steps[..., low] != 0) & (steps[..., high] != 0)
        wrong |= same & moving & np.isin(interval, _PERFECT)
    return np.where(wrong, FORBIDDEN, 0.0)


def _hidden_costs(new: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.float64]:
    """Outer voices that leap into a fifth or octave together."""
    interval = (new[..., SOPRANO] - new[..., BASS]) % PITCH_CLASSES
    together = steps[..., SOPRANO] * steps[..., BASS] > 0
    hidden = together & np.isin(interval, _PERFECT) & (np.abs(steps[..., SOPRANO]) > 2)  # noqa: PLR2004 - a step
    return np.where(hidden, 1.5, 0.0)


def _tendency_costs(
    before: Chord, after: Chord, old: NDArray[np.int64], steps: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Leading notes rise where the tonic comes; sevenths fall or stay."""
    costs = np.zeros(steps.shape[:2])
    classes = old % PITCH_CLASSES
    if before.leading is not None and resolves(before, after):
        costs += np.where((classes == before.leading) & (steps != 1), FORBIDDEN, 0.0).sum(axis=-1)
    if before.seventh is not None and after.root != before.root:
        falls = (steps == -1) | (steps == -2) | (steps == 0)  # noqa: PLR2004 - a whole tone
        costs += np.where((classes == before.seventh) & ~falls, 30.0, 0.0).sum(axis=-1)
    if after.seventh is not None and after.root != before.root:
        costs += np.where(((old + steps) % PITCH_CLASSES == after.seventh) & (np.abs(steps) > 4), 1.0, 0.0).sum(axis=-1)  # noqa: PLR2004 - leapt into
    return costs


def resolves(before: Chord, after: Chord) -> bool:
    """Whether the note above a chord's leading note sounds in the next, and so the leading note goes there."""
    return before.leading is not None and (before.leading + 1) % PITCH_CLASSES in after.pitch_classes


def lead(
    wanted: Sequence[Wanted],
    ranges: Ranges,
    lots: Lots,
    *,
    before: tuple[Chord, Voicing] | None = None,
    model: Sequence[Voicing] = (),
) -> tuple[list[Voicing], float]:
    """The cheapest way through the chords of a phrase.

    Args:
        wanted: Chords in order.
        ranges: Ranges of the voices.
        lots: Adds a little noise, so that drafts differ.
        before: Last chord of the phrase before and how it was voiced.
        model: Voicings of an earlier phrase, which are taken again as far as the rules let them be.

    Returns:
        A voicing for each chord, and the cost of the whole.
    """
    costs = _entering(wanted, ranges, lots, before, model)
    total = costs[0]
    origins = []
    for place in range(1, len(wanted)):
        steps = total[:, None] + moves(wanted[place - 1].chord, wanted[place].chord, ranges)
        origin = steps.argmin(axis=0)
        origins.append(origin)
        total = steps[origin, np.arange(len(origin))] + costs[place]
    best = int(total.argmin())
    cheapest = float(total[best])
    path = [best]
    for origin in reversed(origins):
        path.append(int(origin[path[-1]]))
    chosen = [voicings(one.chord, ranges)[0][index] for one, index in zip(wanted, reversed(path), strict=True)]
    return [tuple(int(pitch) for pitch in row) for row in chosen], cheapest


_LIKE_MODEL = 3.0
"""What a voice saves that does as in the phrase that returns."""


def _entering(
    wanted: Sequence[Wanted],
    ranges: Ranges,
    lots: Lots,
    before: tuple[Chord, Voicing] | None,
    model: Sequence[Voicing],
) -> list[NDArray[np.float64]]:
    """What each voicing of each chord costs where it stands."""
    found = []
    for place, one in enumerate(wanted):
        rows, own = voicings(one.chord, ranges)
        costs = own + np.abs(rows[:, SOPRANO] - one.soprano) * one.pull + lots.noise(len(rows), 0.25)
        if one.closing:
            costs += np.where(np.isin(rows[:, SOPRANO] % PITCH_CLASSES, one.closing), 0, 40.0)
        if place < len(model):
            costs -= (rows == np.array(model[place])).sum(axis=1) * _LIKE_MODEL
        found.append(costs)
    if before is not None:
        chord, voicing = before
        rows = voicings(wanted[0].chord, ranges)[0]
        found[0] += move_costs(chord, np.array([voicing], np.int16), wanted[0].chord, rows, singing=ranges.singing)[0]
    return found
