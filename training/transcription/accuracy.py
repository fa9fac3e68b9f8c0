"""How many notes of recordings are heard rightly: pieces played by a soundfont or sung by a voice that is made.

A note is heard where one of its pitch begins within 50 ms (Raffel et al. 2014, "mir_eval: A Transparent Implementation
of Common MIR Metrics"; Bay et al. 2009). Where it ends is not asked: with the pedal down nobody could tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from composer.audio import synthesis
from composer.audio.samples import SAMPLE_RATE
from composer.errors import RequestError
from composer.listening import posteriorgrams
from composer.listening.melody import hear_melody
from composer.listening.polyphony import hear_polyphony
from composer.listening.recording import resample
from composer.listening.timed_note import TimedNote
from composer.music.score import Part
from composer.performance import instruments, midi
from composer.styles.table import KINDS_OF_PIANO, PIANO
from training.corpus.style_profiles import score_of
from training.transcription.singer import sing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from composer.music.score import Note, Score
    from training.corpus.dataset import Dataset
    from training.transcription.singer import Badness

BARS = 12
"""Of each piece: half a minute."""

MELODY_BARS = 8
MOST_A_SECOND = 5.5
"""Notes that a voice sings in a second, in the middle of a melody."""

_TEMPOS = (70.0, 120.0)
"""Felt beats a minute in which melodies are sung."""

_FEWEST_SUNG = 12
_MIDDLE = 62
"""Pitch about which a voice sings."""

_RING = 2.0
"""Seconds that the last note may fade."""

_SHORTEST = 0.02


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of one piece or, as their means, of several.

    Attributes:
        precision: Share of what was heard that was played.
        recall: Share of what was played that was heard.
        f1: Their harmonic mean.
    """

    precision: float
    recall: float
    f1: float


def measure_accuracy(played: Sequence[TimedNote], heard: Sequence[TimedNote]) -> Accuracy:
    """How well `heard` matches what was `played`, each note at most once."""
    import mir_eval  # noqa: PLC0415 - of the training extra

    if not heard or not played:
        return Accuracy(0.0, 0.0, 0.0)
    found = mir_eval.transcription.precision_recall_f1_overlap(*_rows(played), *_rows(heard), offset_ratio=None)
    return Accuracy(*(float(figure) for figure in found[:3]))


def _rows(notes: Sequence[TimedNote]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    spans = np.array([(note.start, max(note.end, note.start + _SHORTEST)) for note in notes])
    return spans, 440 * 2 ** ((np.array([note.pitch for note in notes]) - 69) / 12)


def mean_of(accuracies: Sequence[Accuracy]) -> Accuracy:
    """The mean of each figure."""
    return Accuracy(*(float(np.mean([getattr(one, name) for one in accuracies])) for name in Accuracy.__slots__))


def measure_pieces(
    data: Dataset, *, split: str, pieces: int, seed: int, soundfont: Path | None = None
) -> Iterator[tuple[str, Accuracy]]:
    """Name and accuracy of the last bars of piano pieces, drawn from one split, played and heard.

    Without a soundfont the system's plays.

    Raises:
        RequestError: If the split has no piano music.
        RenderError: If there is no soundfont or FluidSynth.
    """
    player = synthesis.find_soundfont(soundfont)
    for name, score in islice(_draw_endings(data, split=split, seed=seed, bars=BARS), pieces):
        yield name, _measure(score, player)


def measure_melodies(
    data: Dataset, *, split: str, pieces: int, seed: int, badness: Badness
) -> Iterator[tuple[str, Accuracy]]:
    """Name and accuracy of melodies of the same pieces, at `MOST_A_SECOND` at most, sung by a voice that is made.

    Raises:
        RequestError: If the split has no piano music.
    """
    rng = np.random.default_rng(seed)
    endings = _draw_endings(data, split=split, seed=seed, bars=MELODY_BARS)
    melodies = ((name, in_a_voice(score, rng.uniform(*_TEMPOS))) for name, score in endings)
    sung = (named for named in melodies if len(named[1]) >= _FEWEST_SUNG and _is_singable(named[1]))
    for name, notes in islice(sung, pieces):
        samples, meant = sing(notes, badness, seed=seed)
        yield name, measure_accuracy(meant, hear_melody(samples))


def _draw_endings(data: Dataset, *, split: str, seed: int, bars: int) -> Iterator[tuple[str, Score]]:
    piano = [entry for entry in data.of(split) if entry.style in {PIANO, *KINDS_OF_PIANO}]
    if not piano:
        raise RequestError(f"the corpus has no {split} pieces for piano; prepare more sets")
    for index in np.random.default_rng(seed).permutation(len(piano)):
        yield piano[index].name, score_of(data, piano[index], bars=bars)


def in_a_voice(score: Score, beats_per_minute: float) -> list[TimedNote]:
    """The highest line of a melody in the octaves of a voice, in seconds, its notes one after the other."""
    highest: dict[int, Note] = {}
    for note in score.notes:
        if note.part is Part.MELODY and note.pitch > highest.get(note.start, note).pitch - 1:
            highest[note.start] = note
    line = [highest[start] for start in sorted(highest)]
    if not line:
        return []
    octaves = 12 * round((_MIDDLE - float(np.median([note.pitch for note in line]))) / 12)
    tick = 60 / beats_per_minute / score.metre.beat_ticks
    limits = [*(note.start for note in line[1:]), score.ticks]
    return [
        TimedNote(note.start * tick, min(note.end, limit) * tick, note.pitch + octaves, note.velocity)
        for note, limit in zip(line, limits, strict=True)
    ]


def _is_singable(notes: Sequence[TimedNote]) -> bool:
    return bool(np.median(np.diff([note.start for note in notes])) >= 1 / MOST_A_SECOND)


def _measure(score: Score, soundfont: Path) -> Accuracy:
    music = midi.write(score, instrument=instruments.find("piano"), title="", settings={})
    samples = synthesis.synthesise(music, soundfont=soundfont, seconds=score.seconds + _RING)
    mono = samples.mean(axis=1) / np.abs(samples).max()
    heard = hear_polyphony(resample(mono, SAMPLE_RATE, posteriorgrams.RATE))
    return measure_accuracy(timed(midi.read(music)[0]), heard)


def timed(score: Score) -> list[TimedNote]:
    """The notes of a score in seconds, without drums."""
    return [
        TimedNote(score.seconds_at(note.start), score.seconds_at(note.end), note.pitch, note.velocity)
        for note in score.notes
        if note.part is not Part.DRUMS
    ]
