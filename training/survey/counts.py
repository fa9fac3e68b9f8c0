"""A prepared corpus in numbers: how often each pitch, chord, key, metre and so on stands in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from composer.music.intervals import LARGEST_INTERVAL
from composer.music.score import PITCH_CLASSES, Key, Mode, Part
from composer.planning.constraints import TONICS
from composer.tokens import vocabulary
from composer.tokens.conditions import ANY
from composer.tokens.vocabulary import KEYS, LOWEST_DRUM, LOWEST_PITCH, Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.corpus.dataset import CorpusEntry, Dataset

OFTEN = 50
"""Times that a word has to occur before a network can learn it: the tutorial that Cadenza grew out of took 50."""

UNKNOWN = "not known"

_MODES = {1 + mode: mode for mode in Mode}
_PITCH, _DRUM = vocabulary.token_range(Kind.PITCH), vocabulary.token_range(Kind.DRUM)
_POSITION = vocabulary.token_range(Kind.POSITION)


@dataclass(slots=True)
class Survey:
    """What was counted.

    Attributes:
        sections: Number of sections.
        notes: Number of notes, drums included.
        pitches: Notes by sounding MIDI pitch.
        chords: Onsets of two notes and more by their sounding pitch classes, as a set of bits: 1 is C, 2 is C sharp.
        single_notes: Onsets of one note.
        intervals: Steps of the melody's top line by semitones; leaps beyond an octave count as 13.
        parts: Notes by part.
        drums: Strokes by General MIDI percussion key.
        keys: Bars by key, as people say it.
        metres: Bars by metre.
        tempos: Sections by class of tempo, from 1; 0 where it is not known.
        lengths: Length of each section in bars.
        styles: Bars by style.
        composers: Notes by composer.
        collections: Notes by set, and the licence of the set.
    """

    sections: int = 0
    notes: int = 0
    pitches: Counter[int] = field(default_factory=Counter)
    chords: Counter[int] = field(default_factory=Counter)
    single_notes: int = 0
    intervals: Counter[int] = field(default_factory=Counter)
    parts: Counter[Part] = field(default_factory=Counter)
    drums: Counter[int] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)
    metres: Counter[str] = field(default_factory=Counter)
    tempos: Counter[int] = field(default_factory=Counter)
    lengths: list[int] = field(default_factory=list)
    styles: Counter[str] = field(default_factory=Counter)
    composers: Counter[str] = field(default_factory=Counter)
    collections: Counter[tuple[str, str]] = field(default_factory=Counter)


def survey_corpus(data: Dataset) -> Survey:
    """Count all sections of all splits."""
    found = Survey()
    for entry in data.entries:
        _count_facts(found, entry)
        _count_music(found, data.tokens[entry.start : entry.start + entry.length].astype(np.int64), entry.transposition)
    return found


def often(counts: Counter[int]) -> int:
    """How many of them occur at least `OFTEN` times."""
    return sum(count >= OFTEN for count in counts.values())


def _count_facts(found: Survey, entry: CorpusEntry) -> None:
    found.sections += 1
    found.notes += entry.notes
    found.keys[_key_of(entry)] += entry.bars
    found.metres[entry.metre] += entry.bars
    found.tempos[entry.classes[2]] += 1
    found.lengths.append(entry.bars)
    found.styles[entry.style] += entry.bars
    found.composers[entry.composer or UNKNOWN] += entry.notes
    found.collections[entry.collection, entry.licence or UNKNOWN] += entry.notes


def _key_of(entry: CorpusEntry) -> str:
    """The key in which it was written: a corpus stands in C major and A minor, moved there by `transposition`."""
    if entry.classes[1] == ANY:
        return UNKNOWN
    mode = _MODES[entry.classes[1]]
    return str(Key((TONICS[mode] - entry.transposition) % PITCH_CLASSES, mode))


def _count_music(found: Survey, tokens: NDArray[np.int64], transposition: int) -> None:
    """Count the notes of one section at the pitches at which they sound."""
    onsets = np.cumsum((tokens >= _POSITION.start) & (tokens < _POSITION.stop), dtype=np.int64)
    pitched = (tokens >= _PITCH.start) & (tokens < _PITCH.stop)
    parts, keys = np.divmod(tokens[pitched] - _PITCH.start, KEYS)
    pitches, at = keys + LOWEST_PITCH - transposition, onsets[pitched]
    drums = tokens[(tokens >= _DRUM.start) & (tokens < _DRUM.stop)] - _DRUM.start + LOWEST_DRUM
    found.pitches.update(pitches.tolist())
    found.drums.update(drums.tolist())
    found.parts.update(Part(part) for part in parts.tolist())
    found.parts[Part.DRUMS] += len(drums)
    if len(pitches):
        _count_chords(found, pitches, at)
        _count_intervals(found, pitches[parts == Part.MELODY], at[parts == Part.MELODY])


def _count_chords(found: Survey, pitches: NDArray[np.int64], at: NDArray[np.int64]) -> None:
    sets = np.zeros(at.max() + 1, np.int64)
    np.bitwise_or.at(sets, at, 1 << (pitches % PITCH_CLASSES))
    struck = np.bincount(at)
    found.single_notes += int((struck == 1).sum())
    found.chords.update(sets[struck > 1].tolist())


def _count_intervals(found: Survey, pitches: NDArray[np.int64], at: NDArray[np.int64]) -> None:
    """Count the steps of the highest notes of the melody."""
    tops = np.full(at.max(initial=0) + 1, -1)
    np.maximum.at(tops, at, pitches)
    line = tops[tops >= 0]
    found.intervals.update(np.clip(np.diff(line), -LARGEST_INTERVAL, LARGEST_INTERVAL).tolist())
