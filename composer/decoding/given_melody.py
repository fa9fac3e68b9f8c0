"""A melody that is given: the network writes the other parts around it, onset by onset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.music.analysis import chroma
from composer.music.score import PITCH_CLASSES, Key, Mode, Part, Score, note_order
from composer.tokens import tokenizer, vocabulary
from composer.tokens.vocabulary import KEYS, LOWEST_PITCH, Kind, note_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from composer.music.score import Note
    from composer.planning.constraints import PieceConstraints

_POSITIONS = vocabulary.token_range(Kind.POSITION)
_DURATIONS = vocabulary.token_range(Kind.DURATION)
_MELODY = note_tokens(Part.MELODY)
_OTHERS = (Part.ACCOMPANIMENT, Part.BASS)
_PITCH_CLASSES = (np.arange(KEYS) + LOWEST_PITCH) % PITCH_CLASSES

_HEARD = 0.2
"""Share of a beat that a pitch class must sound in it to belong to its harmony; less is a passing note."""


class GivenMelody:
    """Follows one piece, and leaves of what may come next only what agrees with the melody."""

    def __init__(self, constraints: PieceConstraints) -> None:
        """Stand before START."""
        self._metre = constraints.metre
        self._bars = constraints.melody_bars
        self._onsets = _tokens_by_onset(constraints)
        beats = constraints.melody_bars * constraints.metre.bar_ticks // constraints.metre.beat_ticks
        self._harmony = _harmony_of(constraints.harmony, constraints.metre.beat_ticks, beats)
        self._bar, self._position = -1, -1
        self._owed: list[int] = []
        self._pitch: int | None = None

    def read(self, token: int) -> None:
        """Move on by one token."""
        event = vocabulary.EVENTS[token]
        if self._owed:
            self._owed.pop(0)
        elif event.kind is Kind.BAR:
            self._bar += 1
            self._position = -1
        elif event.kind is Kind.POSITION:
            self._position = event.value
            self._owed = list(self._onsets.get(self._bar, {}).get(self._position, ()))
        self._pitch = event.value if event.kind is Kind.PITCH else None

    def restrict(self, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """What of the allowed tokens, shape (vocabulary,), may come next; at least one."""
        if self._owed:
            return _only(self._owed[0])
        if not 0 <= self._bar < self._bars:
            return allowed
        left = allowed.copy()
        left[_MELODY] = False
        following = [position for position in self._onsets.get(self._bar, {}) if position > self._position]
        if following:
            left[_POSITIONS.start + min(following) + 1 : _POSITIONS.stop] = False
            left[[vocabulary.BAR, vocabulary.END]] = False
        self._keep_harmony(left)
        if left.any():
            return left
        return _only(_POSITIONS.start + min(following)) if following else allowed

    def _keep_harmony(self, left: NDArray[np.bool_]) -> None:
        """Take away what did not sound in this beat, and durations beyond the last beat in which it sounds."""
        if self._harmony is None or self._position < 0:
            return
        beat = (self._bar * self._metre.bar_ticks + self._position) // self._metre.beat_ticks
        if self._pitch is not None and left[_DURATIONS.start : _DURATIONS.stop].any():
            self._shorten(left, beat)
            return
        sounding = self._harmony[min(beat, len(self._harmony) - 1)][_PITCH_CLASSES]
        for part in _OTHERS:
            tokens = note_tokens(part)
            if sounding.any() and (left[tokens] & sounding).any():
                left[tokens] &= sounding

    def _shorten(self, left: NDArray[np.bool_], beat: int) -> None:
        assert self._harmony is not None
        assert self._pitch is not None
        until = beat + 1
        while until < len(self._harmony) and self._harmony[until][self._pitch % PITCH_CLASSES]:
            until += 1
        now = self._bar * self._metre.bar_ticks + self._position
        longest = max(until * self._metre.beat_ticks - now, 1)
        short = np.array(vocabulary.DURATIONS) <= longest
        durations = left[_DURATIONS.start : _DURATIONS.stop]
        if (durations & short).any():
            durations &= short


def _tokens_by_onset(constraints: PieceConstraints) -> Mapping[int, Mapping[int, Sequence[int]]]:
    """The melody's tokens, without those of bars and positions, by bar and position."""
    if not constraints.melody:
        return {}
    score = Score(constraints.melody, constraints.metre, constraints.melody_bars, Key(0, Mode.MAJOR))
    found: dict[int, dict[int, list[int]]] = {}
    bar, own = -1, list[int]()
    for token in tokenizer.encode(score)[1:-1]:
        event = vocabulary.EVENTS[token]
        if event.kind is Kind.BAR:
            bar += 1
        elif event.kind is Kind.POSITION:
            own = found.setdefault(bar, {})[event.value] = []
        else:
            own.append(token)
    return found


def _harmony_of(notes: Sequence[Note], beat: int, beats: int) -> NDArray[np.bool_] | None:
    """Shape (beats, 12): pitch classes that belong to each beat; None where no harmony is given."""
    if not notes:
        return None
    sounding = chroma(sorted(notes, key=note_order), beat, beats)
    harmony: NDArray[np.bool_] = sounding >= _HEARD * beat
    return harmony


def _only(token: int) -> NDArray[np.bool_]:
    mask = np.zeros(vocabulary.VOCABULARY_SIZE, np.bool_)
    mask[token] = True
    return mask
