"""Which chords sound in a score, told from its notes.

Each beat is explained by a chord, as a hidden Markov model explains it (Sheh and Ellis 2003, "Chord segmentation and
recognition using EM-trained hidden Markov models"): what sounds must be likely under the chord, and a chord changes the
more readily, the heavier the beat is on which it does. The chords are the likeliest path (Viterbi 1967).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.music.analysis import chroma, signature_of
from composer.music.chord_names import spell_chord
from composer.music.chord_symbol import ALL_SYMBOLS, TONES, ChordChange, ChordSymbol, Quality
from composer.music.numerals import Numeral
from composer.music.score import PITCH_CLASSES, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from composer.music.score import Metre, Note, Score

_TONE_WEIGHTS = (1.0, 0.9, 0.75, 0.6)
"""How much of a chord's sound its root, third, fifth and seventh are."""

_FOREIGN_WEIGHT = 0.06
_NOTES_A_BEAT = 6.0
"""How many notes a beat counts for."""

_BASS_BONUS = (1.4, 0.5, 0.1, 0.3)
"""In nats, where root, third, fifth or seventh is the lowest note."""

_RARITY = {
    Quality.MAJOR: 0.0,
    Quality.MINOR: 0.1,
    Quality.DIMINISHED: 0.9,
    Quality.DOMINANT_SEVENTH: 0.3,
    Quality.MAJOR_SEVENTH: 0.9,
    Quality.MINOR_SEVENTH: 0.7,
    Quality.HALF_DIMINISHED: 0.9,
    Quality.DIMINISHED_SEVENTH: 0.9,
    Quality.AUGMENTED: 1.6,
    Quality.SUSPENDED: 1.5,
}
"""Nats that each quality costs in each beat."""

_CHANGE_COSTS = (1.5, 2.5, 3.5)
"""Nats of a change on a bar line, in the middle of a bar, and on another beat."""

_SURE = 0.6
"""Share of the sounding time that a chord must explain to be told."""

_HEARD = 0.04
"""Share of the sounding time from which on a tone is there."""


@dataclass(frozen=True, slots=True)
class ReadChord:
    """A chord that was read.

    Attributes:
        change: Where it begins, and which it is; its symbol is None where it is not sure enough.
        bass: Pitch class of the lowest note in it; None where nothing sounds.
        confidence: Share of the sounding time that the chord's tones explain, in [0, 1].
    """

    change: ChordChange
    bass: int | None
    confidence: float


def read_chords(score: Score) -> tuple[ReadChord, ...]:
    """The chords of a score in order, the first at tick 0; equal neighbours are one."""
    beat = score.metre.beat_ticks
    beats = -(-score.ticks // beat)
    weights = chroma(score.notes, beat, beats)
    lowest = _lowest_notes(score.notes, beat, beats)
    path = _likeliest_path(_support(weights, lowest), _change_costs(score.metre, beats))
    return tuple(_runs(path, weights, lowest, beat))


def chord_changes(score: Score) -> tuple[ChordChange, ...]:
    """The same without bass and confidence."""
    return tuple(chord.change for chord in read_chords(score))


def symbols_in(score: Score) -> tuple[Numeral, ...]:
    """The chords that sound in a score, as its signature has them spelt."""
    sharps = signature_of(score.key) > 0
    return tuple(
        Numeral(max(change.start, score.opening), spell_chord(change.symbol, sharps=sharps))
        for change in chord_changes(score)
        if change.symbol is not None
    )


def _lowest_notes(notes: Sequence[Note], beat: int, beats: int) -> NDArray[np.int64]:
    """Shape (beats,): pitch of the lowest note that sounds in each beat; -1 where none does."""
    lowest = np.full(beats, 128)
    for note in notes:
        if note.part is not Part.DRUMS:
            first, last = note.start // beat, min(-(-note.end // beat), beats)
            for at in range(first, last):
                # What only just reaches into a beat is not its bass.
                if note.pitch < lowest[at] and min(note.end, (at + 1) * beat) - max(note.start, at * beat) > beat // 5:
                    lowest[at] = note.pitch
    lowest[lowest == 128] = -1  # noqa: PLR2004 - above every pitch
    return lowest


def _templates() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """By chord: log-likelihood of each pitch class, bonus of each bass, and what the chord costs."""
    sound = np.full((len(ALL_SYMBOLS), PITCH_CLASSES), _FOREIGN_WEIGHT)
    bass = np.zeros((len(ALL_SYMBOLS), PITCH_CLASSES))
    for index, symbol in enumerate(ALL_SYMBOLS):
        for place, tone in enumerate(TONES[symbol.quality]):
            sound[index, (symbol.root + tone) % PITCH_CLASSES] = _TONE_WEIGHTS[place]
            bass[index, (symbol.root + tone) % PITCH_CLASSES] = _BASS_BONUS[place]
    logs = np.log(sound / sound.sum(axis=1, keepdims=True))
    return logs, bass, np.array([_RARITY[symbol.quality] for symbol in ALL_SYMBOLS])


_LOGS, _BASSES, _COSTS = _templates()


def _support(weights: NDArray[np.float64], lowest: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shape (beats, chords): how well each chord explains each beat, in nats; 0 where nothing sounds."""
    total = weights.sum(axis=1, keepdims=True)
    support: NDArray[np.float64] = _NOTES_A_BEAT * (weights / np.maximum(total, 1)) @ _LOGS.T - _COSTS
    sounding = lowest >= 0
    support[sounding] += _BASSES[:, lowest[sounding] % PITCH_CLASSES].T
    support[~sounding] = 0
    return support


def _change_costs(metre: Metre, beats: int) -> NDArray[np.float64]:
    """Shape (beats,): nats of a change on each beat."""
    in_bar = metre.bar_ticks // metre.beat_ticks
    half = in_bar // 2 if in_bar % 2 == 0 else -1
    costs = np.full(beats, _CHANGE_COSTS[2])
    places = np.arange(beats) % in_bar
    costs[places == half] = _CHANGE_COSTS[1]
    costs[places == 0] = _CHANGE_COSTS[0]
    return costs


def _likeliest_path(support: NDArray[np.float64], change: NDArray[np.float64]) -> list[int]:
    """The chord of each beat, by its index in `ALL_SYMBOLS`."""
    best = support.copy()
    origins = np.zeros(best.shape, np.int64)
    same = np.arange(best.shape[1])
    for beat in range(1, len(best)):
        before = best[beat - 1]
        likeliest = int(before.argmax())
        moved = before[likeliest] - change[beat]
        stays = before >= moved
        origins[beat] = np.where(stays, same, likeliest)
        best[beat] += np.where(stays, before, moved)
    path = [int(best[-1].argmax())]
    for beat in range(len(best) - 1, 0, -1):
        path.append(int(origins[beat, path[-1]]))
    return path[::-1]


def _runs(
    path: Sequence[int], weights: NDArray[np.float64], lowest: NDArray[np.int64], beat: int
) -> Iterator[ReadChord]:
    begins = [at for at, index in enumerate(path) if at == 0 or index != path[at - 1]]
    for first, end in zip(begins, [*begins[1:], len(path)], strict=True):
        symbol = ALL_SYMBOLS[path[first]]
        sounded = weights[first:end].sum(axis=0)
        total = float(sounded.sum())
        confidence = float(sounded[list(symbol.pitch_classes)].sum()) / total if total else 0.0
        told = confidence >= _SURE and _is_plain(symbol, sounded / total)
        heard = lowest[first:end][lowest[first:end] >= 0]
        bass = int(heard.min()) % PITCH_CLASSES if len(heard) else None
        yield ReadChord(ChordChange(first * beat, symbol if told else None), bass, confidence)


def _is_plain(symbol: ChordSymbol, shares: NDArray[np.float64]) -> bool:
    """Whether a chord's root is there, and the tone that makes its quality; to a major chord a fifth is enough."""
    root, third, fifth, *_ = (shares[tone] > _HEARD for tone in symbol.pitch_classes)
    return bool(root and (third or (fifth and symbol.quality is Quality.MAJOR)))
