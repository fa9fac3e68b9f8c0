"""How many notes of recordings are heard rightly: pieces played by a soundfont, whose notes are known.

A note is heard where one of its pitch begins within 50 ms (Raffel et al. 2014, "mir_eval: A Transparent Implementation
of Common MIR Metrics"; Bay et al. 2009). Where it ends is not asked: with the pedal down nobody could tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.audio import synthesis
from composer.audio.samples import SAMPLE_RATE
from composer.errors import RequestError
from composer.listening import posteriorgrams
from composer.listening.polyphony import hear_polyphony
from composer.listening.recording import resample
from composer.listening.timed_note import TimedNote
from composer.music.score import Part
from composer.performance import instruments, midi
from composer.styles.table import KINDS_OF_PIANO, PIANO
from training.corpus.style_profiles import score_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from composer.music.score import Score
    from training.corpus.dataset import Dataset

BARS = 12
"""Of each piece: half a minute."""

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
    piano = [entry for entry in data.of(split) if entry.style in {PIANO, *KINDS_OF_PIANO}]
    if not piano:
        raise RequestError(f"the corpus has no {split} pieces for piano; prepare more sets")
    player = synthesis.find_soundfont(soundfont)
    for index in np.random.default_rng(seed).permutation(len(piano))[:pieces]:
        score = score_of(data, piano[index], bars=BARS)
        yield piano[index].name, _measure(score, player)


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
