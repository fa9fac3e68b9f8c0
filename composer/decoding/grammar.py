"""Which tokens may follow, so that whatever is drawn is music and ends when it was asked to.

The grammar begins where it was planned, counts bars down, keeps the order of notes in an onset, lets nothing
ring past the end, and closes with a cadence: from the middle of the last bar but one on only the notes of the
dominant seventh, in the last bar only those of the tonic triad over the tonic in the bass. It thinks in C major
and A minor, in which models are trained; pieces are transposed afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.decoding.cadence import Cadence, bass_of
from composer.music.score import Part
from composer.tokens import vocabulary
from composer.tokens.vocabulary import KEYS, LOWEST_PITCH, PITCHED_PARTS, Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from composer.planning.constraints import PieceConstraints

_POSITIONS = vocabulary.token_range(Kind.POSITION)
_PITCHES = vocabulary.token_range(Kind.PITCH)
_DRUMS = vocabulary.token_range(Kind.DRUM)
_DURATIONS = vocabulary.token_range(Kind.DURATION)
_VELOCITIES = vocabulary.token_range(Kind.VELOCITY)
_DURATION_TICKS = np.array(vocabulary.DURATIONS)
_OTHER_HAND = {Part.MELODY: Part.ACCOMPANIMENT, Part.ACCOMPANIMENT: Part.MELODY}

_ALL_KEYS = np.ones(KEYS, np.bool_)


class Grammar:
    """Reads one piece's tokens and tells what may come next."""

    def __init__(self, constraints: PieceConstraints) -> None:
        """Stand before START."""
        self._constraints = constraints
        self._expected: NDArray[np.bool_] = np.zeros(vocabulary.VOCABULARY_SIZE, np.bool_)
        self._expected[vocabulary.START] = True
        self._bar = -1
        self._position = -1
        self._last: tuple[Part, int] | None = None
        self._struck: list[tuple[Part, int]] = []
        self._duration = 0
        self._velocities: dict[Part, int] = {}
        self._owes_dominant = False
        self.finished = False
        self._cadence = Cadence(constraints)
        self._final_bass = LOWEST_PITCH
        self._hands: dict[Part, tuple[int, int]] = {}
        self._parts = tuple(part for part in PITCHED_PARTS if part in constraints.parts)

    @property
    def bar(self) -> int:
        """Index of the bar that is being written, -1 before the first."""
        return self._bar

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Shape (VOCABULARY_SIZE,): which tokens may come next; the array is read only until `read`."""
        return self._expected

    def read(self, token: int) -> None:
        """Move on by one token that was allowed.

        Raises:
            ValueError: If it was not.
        """
        if not self._expected[token]:
            raise ValueError(f"{vocabulary.EVENTS[token]} may not stand here")
        self.follow(token)

    def follow(self, token: int) -> None:
        """Move on by one token that somebody else wrote, who need not keep to the rules of drawn ones."""
        event = vocabulary.EVENTS[token]
        expected = self._expected
        expected[:] = False
        if event.part is not None:
            self._strike(event.part, event.value)
            self._after_note(expected, duration=event.part is not Part.DRUMS, velocity=True)
        elif event.kind is Kind.DURATION:
            self._duration = event.value
            self._after_note(expected, duration=False, velocity=True)
        elif event.kind is Kind.VELOCITY:
            assert self._last is not None
            self._velocities[self._last[0]] = token
            self._after_note(expected, duration=False, velocity=False)
        elif event.kind is Kind.POSITION:
            self._enter(event.value)
            self._allow_pitches(expected)
        elif event.kind is Kind.END:
            self.finished = True
        else:
            self._open_bar(event.kind)

    @property
    def _tick(self) -> int:
        return self._bar * self._constraints.metre.bar_ticks + self._position

    @property
    def _bars_left(self) -> int:
        return self._constraints.bars - 1 - self._bar

    def _open_bar(self, kind: Kind) -> None:
        if kind is Kind.START:
            self._expected[vocabulary.BAR] = True
            return
        self._bar += 1
        self._position = -1
        self._owes_dominant = self._bars_left == 1
        if self._bars_left == 0:
            self._expected[_POSITIONS.start] = True
        else:
            # No bar stays silent: a position must follow.
            self._allow_positions(self._expected)

    def _enter(self, position: int) -> None:
        self._position = position
        self._last = None
        self._struck.clear()

    def _strike(self, part: Part, pitch: int) -> None:
        if self._last is None or self._last[0] is not part:
            self._duration = 0
        self._last = (part, pitch)
        first = all(one is not part for one, _ in self._struck)
        self._hands[part] = (pitch, pitch) if first else (pitch, self._hands[part][1])
        self._struck.append(self._last)
        if self._is_closing and part is not Part.DRUMS:
            self._final_bass = bass_of(self._struck, otherwise=pitch)
        leads = part is not Part.DRUMS and self._cadence.leading[pitch - LOWEST_PITCH]
        if self._tick >= self._constraints.dominant_start and leads:
            self._owes_dominant = False

    def _after_note(self, expected: NDArray[np.bool_], *, duration: bool, velocity: bool) -> None:
        """Allow what may follow a note's pitch, duration or velocity."""
        assert self._last is not None
        part = self._last[0]
        if duration:
            self._allow_durations(expected)
            if self._duration == 0:
                return
        if velocity:
            expected[_VELOCITIES.start : _VELOCITIES.stop] = True
            if part not in self._velocities:
                return
            expected[self._velocities[part]] = False
        self._allow_pitches(expected)
        if not self._is_closing or self._cadence.is_complete(self._struck):
            self._allow_positions(expected)
            if not self._owes_dominant:
                expected[self._way_out] = True
        if not expected.any():
            expected[self._way_out] = True

    @property
    def _way_out(self) -> int:
        return vocabulary.BAR if self._bars_left > 0 else vocabulary.END

    @property
    def _is_closing(self) -> bool:
        """Whether this onset is the final chord's."""
        return self._bars_left == 0 and self._position == 0

    def _allow_positions(self, expected: NDArray[np.bool_]) -> None:
        first, bar = self._position + 1, self._constraints.metre.bar_ticks
        if self._bar == 0 and self._position < 0:
            # Where the upbeat begins, or else on the bar line: a rest before that would be silence to a listener.
            first = self._constraints.opening
            bar = first + 1
        if self._bars_left == 0:
            bar = bar // 2 + 1
        expected[_POSITIONS.start + first : _POSITIONS.start + max(first, bar)] = True

    def _allow_durations(self, expected: NDArray[np.bool_]) -> None:
        """Durations that end before the harmony of the cadence changes; not the one that goes without saying."""
        tick, constraints = self._tick, self._constraints
        ends = [end for end in (constraints.dominant_start, constraints.tonic_start, constraints.ticks) if end > tick]
        room = ends[0] - tick
        expected[_DURATIONS.start : _DURATIONS.stop] = (room >= _DURATION_TICKS) & (self._duration != _DURATION_TICKS)

    def _allow_pitches(self, expected: NDArray[np.bool_]) -> None:
        """Keys of the parts still to come in this onset, below the last one, within reach, in the harmony."""
        keys = self._harmony()
        closing = self._is_closing
        for part in self._parts[:1] if closing and self._cadence.lacks_third(self._struck) else self._parts:
            if self._last is not None and part < self._last[0]:
                continue
            start = _PITCHES.start + part * KEYS
            allowed = keys
            own = [pitch for struck, pitch in self._struck if struck is part]
            if own:
                if len(own) >= self._constraints.fullest and not closing:
                    continue
                allowed = keys.copy()
                allowed[own[-1] - LOWEST_PITCH :] = False
                if not closing or part is Part.MELODY:
                    allowed[: max(0, self._lowest_reached(own[0]) - LOWEST_PITCH)] = False
            expected[start : start + KEYS] = allowed
            if not closing:
                self._uncross(part, expected[start : start + KEYS])
            for _, pitch in self._struck:
                expected[start + pitch - LOWEST_PITCH] = False
        if Part.DRUMS in self._constraints.parts and (not closing or self._cadence.is_complete(self._struck)):
            lowest = -1 if self._last is None or self._last[0] is not Part.DRUMS else self._last[1]
            last = _DRUMS.stop if lowest < 0 else _DRUMS.start + lowest - vocabulary.LOWEST_DRUM
            expected[_DRUMS.start : last] = True

    def _uncross(self, part: Part, keys: NDArray[np.bool_]) -> None:
        """Keep one hand's keys from crossing what the other one struck last by more than a piece allows."""
        crossing, other = self._constraints.crossing, _OTHER_HAND.get(part)
        if crossing is None or other not in self._hands:
            return
        lowest, highest = self._hands[other]
        if part is Part.MELODY:
            keys[: max(0, lowest - crossing - LOWEST_PITCH)] = False
        else:
            keys[highest + crossing + 1 - LOWEST_PITCH :] = False

    def _lowest_reached(self, top: int) -> int:
        """The lowest key that a part may strike under `top`; the final third, while that is lacking."""
        lowest = top - self._constraints.reach
        if self._is_closing and self._cadence.lacks_third(self._struck):
            return self._cadence.third_above(lowest)
        return lowest

    def _harmony(self) -> NDArray[np.bool_]:
        """Shape (KEYS,): keys that the cadence lets sound here."""
        if self._bars_left == 0:
            if self._is_closing:
                return self._cadence.final_chord(self._struck)
            return self._cadence.last_bar(self._final_bass)
        start, end = self._constraints.dominant_start, self._constraints.tonic_start
        if self._tick >= start and self._constraints.bars > 1:
            late = self._tick >= (start + end) // 2
            return self._cadence.leading if late and self._owes_dominant else self._cadence.dominant
        return _ALL_KEYS
