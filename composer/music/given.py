"""Somebody's own music as it was understood: nothing else of the file or recording is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from composer.music.score import Key, Metre, Mode, Note, Part, Score, Tempo

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBERS_A_NOTE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenMusic:
    """Somebody's own music, to be carried on.

    Attributes:
        score: Its notes in its own key, in one metre and one tempo, from its first sounding bar to the last in which a
            note starts. Tokens can hold it, see `composer.tokens.tokenizer.quantised`. Velocities are as played. A lone
            melody is in the part MELODY.
        style: Name of the style that its parts look like.
        bars_left_out: Bars of the file that were not taken: they stand in another metre or far from the rest.
        settings: Settings of the piece, where Cadenza wrote the file; else empty.
    """

    score: Score
    style: str
    bars_left_out: int = 0
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def has_upbeat(self) -> bool:
        """Whether its first bar is an upbeat: nothing begins in the first half of it."""
        return bool(self.score.notes) and self.score.notes[0].start >= self.score.metre.bar_ticks / 2

    def to_plain(self) -> dict[str, Any]:
        """Plain values that JSON can hold."""
        score = self.score
        return {
            "metre": [score.metre.numerator, score.metre.denominator],
            "bars": score.bars,
            "key": [score.key.tonic, score.key.mode],
            "tempo": score.tempos[0].quarters_per_minute,
            "notes": [
                number
                for note in score.notes
                for number in (note.start, note.duration, note.pitch, note.velocity, note.part)
            ],
            "style": self.style,
            "bars_left_out": self.bars_left_out,
            "settings": dict(self.settings),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> GivenMusic:
        """What `to_plain` was called on.

        Raises:
            ValueError, TypeError, KeyError: If the values are those of no music.
        """
        flat = [int(number) for number in plain["notes"]]
        rows = zip(*(flat[place::_NUMBERS_A_NOTE] for place in range(_NUMBERS_A_NOTE)), strict=True)
        tonic, mode = plain["key"]
        score = Score(
            tuple(
                Note(start, duration, pitch, velocity, Part(part)) for start, duration, pitch, velocity, part in rows
            ),
            Metre(*map(int, plain["metre"])),
            int(plain["bars"]),
            Key(int(tonic), Mode(mode)),
            (Tempo(0, float(plain["tempo"])),),
        )
        return cls(
            score=score,
            style=str(plain["style"]),
            bars_left_out=int(plain["bars_left_out"]),
            settings=dict(plain["settings"]),
        )
