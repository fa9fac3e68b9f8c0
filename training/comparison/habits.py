"""What composers do without thinking: harmony, repetition, figures, bass and drums, in numbers for a discriminator.

An independent look at 580 pieces found that these give generated music away, where the measures of
`composer.music.measures` and the histograms of `training.comparison.description` see little.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from composer.music.analysis import pitch_class_weights
from composer.music.score import PITCH_CLASSES, TICKS_PER_QUARTER, Part
from training.comparison.chords import find_chords

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from composer.music.score import Note, Score

    Bars = Mapping[int, frozenset[tuple[int, int]]]

LAGS = (1, 2, 4, 8, 16)
"""Bars back with which a bar is compared."""

_CLASH = 1
_FIFTH_DOWN = 5
_FIGURE = 5
_PROGRESSION = 4
_LARGEST_CHORD = 6
_SIXTEENTHS = 4
_DRUMS = {"kick": (35, 36), "snare": (37, 38, 40), "hat": (42, 44, 46), "tom": (41, 43, 45, 47, 48, 50)}


def count_habits(score: Score) -> dict[str, float]:
    """Measure a score in C major or A minor with at least one pitched note.

    Shares and means lie in [0, 1], others are bits or counts a bar. What is not there, such as drums, is 0.

    Returns:
        Numbers by name, each named after its kind: pitch, onset, chord, harmony, return, figure, bass or drums.
    """
    pitched = [note for note in score.notes if note.part is not Part.DRUMS]
    struck = [note for note in score.notes if note.part is Part.DRUMS]
    return {
        **_pitch_classes(pitched),
        **_onsets(pitched),
        **_harmony(score),
        **_returns("return", _bars_of(pitched, score), score.bars),
        **_transposed_returns(_bars_of(pitched, score)),
        **_figures(_line(pitched, top=True)),
        **_bass(_line(pitched, top=False)),
        **_drums(struck, score),
    }


def _share(hits: int, of: int) -> float:
    return hits / of if of else 0.0


def _entropy(counts: Iterable[int]) -> float:
    """Bits of a draw from what was counted."""
    shares = np.array(list(counts), float)
    shares = shares[shares > 0] / max(shares.sum(), 1)
    return float(-(shares * np.log2(shares)).sum())


def _pitch_classes(notes: Sequence[Note]) -> dict[str, float]:
    weights = pitch_class_weights(notes)
    return {f"pitch class {at}": float(share) for at, share in enumerate(weights / weights.sum())}


def _onsets(notes: Sequence[Note]) -> dict[str, float]:
    """What is struck together: how many notes, which intervals, where in the beat."""
    chords: dict[int, set[int]] = defaultdict(set)
    for note in notes:
        chords[note.start].add(note.pitch)
    sizes = Counter(min(len(chord), _LARGEST_CHORD) for chord in chords.values())
    intervals = Counter(abs(a - b) % 12 for chord in chords.values() for a, b in combinations(chord, 2))
    classes = Counter(min(step, 12 - step) for step in intervals.elements())
    clashes = sum(
        any(abs(a - b) % 12 in {_CLASH, 12 - _CLASH} for a, b in combinations(chord, 2)) for chord in chords.values()
    )
    grid = Counter(start % TICKS_PER_QUARTER * _SIXTEENTHS // TICKS_PER_QUARTER for start in chords)
    pairs = classes.total()
    return {
        **{f"onset of {size} notes": _share(sizes[size], len(chords)) for size in range(1, _LARGEST_CHORD + 1)},
        **{f"onset interval {step}": _share(classes[step], pairs) for step in range(PITCH_CLASSES // 2 + 1)},
        **{f"onset at sixteenth {at}": _share(grid[at], len(chords)) for at in range(_SIXTEENTHS)},
        "onset clash": _share(clashes, len(chords)),
    }


def _harmony(score: Score) -> dict[str, float]:
    chords = find_chords(score)
    moves = Counter((after[0] - before[0]) % 12 for before, after in pairwise(chords))
    degrees = Counter(root for root, _ in chords)
    runs = Counter(zip(*(chords[at:] for at in range(_PROGRESSION)), strict=False))
    return {
        **{f"chord on {root}": _share(degrees[root], len(chords)) for root in range(PITCH_CLASSES)},
        **{f"harmony moves by {step}": _share(moves[step], moves.total()) for step in range(PITCH_CLASSES)},
        "chord minor": _share(sum(minor for _, minor in chords), len(chords)),
        "chord changes a bar": len(chords) / score.bars,
        "chord entropy": _entropy(Counter(chords).values()),
        "harmony recurs": _share(sum(count for count in runs.values() if count > 1), runs.total()),
        "harmony falls to the tonic": _share(
            sum(
                (before[0] - after[0]) % 12 == 12 - _FIFTH_DOWN and after[0] in {0, 9}
                for before, after in pairwise(chords)
            ),
            moves.total(),
        ),
    }


def _bars_of(notes: Sequence[Note], score: Score) -> Bars:
    """What is struck in each bar that is not empty: (place in the bar, pitch)."""
    bars: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for note in notes:
        bar, place = divmod(note.start, score.metre.bar_ticks)
        bars[bar].add((place, note.pitch))
    return {bar: frozenset(inside) for bar, inside in bars.items()}


def _returns(kind: str, bars: Bars, length: int) -> dict[str, float]:
    """How like bars are to those before them (Dice), and how much of the piece the commonest bar is."""
    rhythms = {bar: frozenset(place for place, _ in inside) for bar, inside in bars.items()}
    return {
        **{f"{kind} after {lag} bars": _mean_likeness(bars, lag) for lag in LAGS},
        **{f"{kind} of rhythm after {lag} bars": _mean_likeness(rhythms, lag) for lag in LAGS},
        f"{kind} of one of 8 bars": _mean(
            max((_likeness(bars[bar], bars[bar - lag]) for lag in range(1, 9) if bar - lag in bars), default=0.0)
            for bar in bars
        ),
        f"{kind} commonest bar": _share(max(Counter(bars.values()).values(), default=0), length),
    }


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return float(np.mean(found)) if found else 0.0


def _likeness(one: frozenset[Hashable], other: frozenset[Hashable]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


def _mean_likeness(bars: Mapping[int, frozenset[Hashable]], lag: int) -> float:
    return _mean(_likeness(inside, bars[bar - lag]) for bar, inside in bars.items() if bar - lag in bars)


def _transposed_returns(bars: Bars) -> dict[str, float]:
    """Share of the bars that an earlier bar, moved up or down, has note for note."""
    seen: dict[Hashable, set[int]] = defaultdict(set)
    literal = moved = 0
    for bar in sorted(bars):
        lowest = min(pitch for _, pitch in bars[bar])
        shape = frozenset((place, pitch - lowest) for place, pitch in bars[bar])
        literal += lowest in seen[shape]
        moved += bool(seen[shape] - {lowest})
        seen[shape].add(lowest)
    return {"return of a bar": _share(literal, len(bars)), "return of a bar moved": _share(moved, len(bars))}


def _line(notes: Sequence[Note], *, top: bool) -> list[Note]:
    """The highest or lowest note of each onset."""
    chosen: dict[int, Note] = {}
    for note in sorted(notes, key=lambda note: note.pitch, reverse=not top):
        chosen[note.start] = note
    return [chosen[start] for start in sorted(chosen)]


def _figures(line: Sequence[Note]) -> dict[str, float]:
    """Melodic figures of five intervals with their rhythm that recur, at their pitch or at another."""
    steps = [(after.pitch - before.pitch, after.start - before.start) for before, after in pairwise(line)]
    runs = [tuple(steps[at : at + _FIGURE]) for at in range(len(steps) - _FIGURE + 1)]
    pitches: dict[Hashable, set[int]] = defaultdict(set)
    again = moved = 0
    for run, note in zip(runs, line, strict=False):
        again += note.pitch in pitches[run]
        moved += bool(pitches[run] - {note.pitch})
        pitches[run].add(note.pitch)
    intervals = [step for step, _ in steps]
    following = Counter(pairwise(intervals))
    return {
        "figure again": _share(again, len(runs)),
        "figure at another pitch": _share(moved, len(runs)),
        "figure, next interval": max(_entropy(following.values()) - _entropy(Counter(intervals).values()), 0.0),
        "figure by step": _share(sum(1 <= abs(step) <= 2 for step in intervals), len(intervals)),  # noqa: PLR2004 - a tone
        "figure repeats a note": _share(intervals.count(0), len(intervals)),
    }


def _bass(line: Sequence[Note]) -> dict[str, float]:
    intervals = [after.pitch - before.pitch for before, after in pairwise(line)]
    pitches = [note.pitch for note in line]
    return {
        "bass pitch": float(np.mean(pitches)),
        "bass spread": float(np.std(pitches)),
        "bass by step": _share(sum(1 <= abs(step) <= 2 for step in intervals), len(intervals)),  # noqa: PLR2004 - a tone
        "bass by fourth or fifth": _share(sum(abs(step) in {5, 7} for step in intervals), len(intervals)),
        "bass stays": _share(intervals.count(0), len(intervals)),
    }


def _drums(struck: Sequence[Note], score: Score) -> dict[str, float]:
    keys = Counter(note.pitch for note in struck)
    beat = score.metre.beat_ticks
    beats = {note.start // beat for note in struck if note.pitch in _DRUMS["snare"] and note.start % beat == 0}
    firsts = {note.start for note in struck if note.pitch in _DRUMS["kick"] and note.start % score.metre.bar_ticks == 0}
    return {
        **{f"drums {name}": _share(sum(keys[key] for key in them), len(struck)) for name, them in _DRUMS.items()},
        "drums a bar": len(struck) / score.bars,
        "drums keys": float(len(keys)),
        "drums kick on one": _share(len(firsts), score.bars),
        "drums backbeat": _share(sum(at % 2 for at in beats), len(beats)),
        **_returns("drums", _bars_of(struck, score), score.bars),
    }
