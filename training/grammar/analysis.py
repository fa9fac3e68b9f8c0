"""Scores -> Roman numerals, bar by bar, as far as a chord is plain enough to be named."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from composer.grammar.chords import chord_of
from composer.music.analysis import chroma, find_key
from composer.music.score import Mode, Part
from training.corpus.style_profiles import score_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from composer.music.score import Key, Note, Score
    from training.corpus.dataset import Dataset

WINDOW_BARS = 4
"""Bars of a stretch that is taken for a phrase."""

NUMERALS = {
    Mode.MAJOR: ("I", "ii", "iii", "IV", "V", "vi", "vii°", "V7/ii", "V7/IV", "V7/V", "V7/vi"),
    Mode.MINOR: ("i", "ii°", "III", "iv", "V", "VI", "vii°", "V7/III", "V7/iv", "V7/V", "V7/VI"),
}
"""What is told apart; V stands for V7 too."""

_CLEAR = 0.8
"""Share of the sounding time that a chord must explain."""

_BASS_BONUS = 0.12


def phrases_of(data: Dataset) -> Iterator[tuple[Mode, tuple[str, ...]]]:
    """Mode and numerals of each stretch of the training split that is plain all through; equal neighbours are one."""
    for entry in data.of("train"):
        score = score_of(data, entry)
        for first in range(0, score.bars - WINDOW_BARS + 1, WINDOW_BARS):
            numerals = _analysed(score, first)
            if numerals:
                yield score.key.mode, tuple(name for name, _ in groupby(numerals))


def _analysed(score: Score, first: int) -> list[str]:
    """A numeral for each half of each bar of a stretch; none at all if it is in another key or one is not plain."""
    bar = score.metre.bar_ticks
    start, end = first * bar, (first + WINDOW_BARS) * bar
    notes = [note for note in score.notes if start <= note.start < end and note.part is not Part.DRUMS]
    if not notes or find_key(notes) != score.key:
        return []
    halves = 2 if bar % 2 == 0 and (bar // score.metre.beat_ticks) % 2 == 0 else 1
    slot = bar // halves
    weights = chroma(score.notes, slot, (first + WINDOW_BARS) * halves)[first * halves :]
    named = [_named(row, score.key, _bass(notes, start + place * slot, slot)) for place, row in enumerate(weights)]
    return [name for name in named if name] if all(named) else []


def _bass(notes: Sequence[Note], start: int, slot: int) -> int:
    """Pitch class of the lowest note that is struck in a span; -1 where none is."""
    struck = [note.pitch for note in notes if start <= note.start < start + slot]
    return min(struck) % 12 if struck else -1


def _named(weights: NDArray[np.float64], key: Key, bass: int) -> str:
    """The numeral that explains a span best; empty where none does well enough."""
    total = float(weights.sum())
    if not total:
        return ""
    fits = {}
    for name in NUMERALS[key.mode]:
        chord = chord_of("V7" if name == "V" else name, key)
        share = float(sum(weights[tone] for tone in chord.pitch_classes)) / total
        present = sum(weights[tone] > 0 for tone in chord.pitch_classes[:3]) / 3
        # A fourth tone explains more by itself, and an applied dominant needs its leading note.
        short = 0.08 * (len(chord.tones) > 3) + 0.3 * ("/" in name and not weights[chord.leading or 0])  # noqa: PLR2004
        fits[name] = share + 0.1 * present - short + _BASS_BONUS * (chord.root == bass)
    best = max(fits, key=lambda name: fits[name])
    chord = chord_of("V7" if best == "V" else best, key)
    return best if float(sum(weights[tone] for tone in chord.pitch_classes)) / total >= _CLEAR else ""
