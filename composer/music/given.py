"""Somebody's own music as it was understood: nothing else of the file or recording is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from composer.music.score import SIXTEENTH, Key, Metre, Mode, Note, Part, Score, Tempo

if TYPE_CHECKING:
    from collections.abc import Mapping

THEME = "theme"
"""Name under which the settings in a file tell that a piece goes on from given music."""

THEME_OPTIONS = frozenset({"seconds", "model", "seed", "style", "instrument", "creativity", "candidates"})
"""Fields of the options that a piece has which goes on from given music: all else is the music's."""

_NUMBERS_A_NOTE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenMusic:
    """Somebody's own music, to be carried on.

    Attributes:
        score: Its notes in its own key, in one metre and one tempo, from its first sounding bar to the last in which a
            note starts. Tokens can hold it, see `composer.tokens.tokenizer.quantised`. Velocities are as played. A lone
            melody is in the part MELODY.
        style: Name of the style that its parts look like.
        bars_left_out: Bars with notes that were not taken: they stand in another metre or far from the rest.
        settings: Settings of the piece, where Cadenza wrote the file; else empty.
    """

    score: Score
    style: str
    bars_left_out: int = 0
    settings: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let the music begin with its upbeat: a first bar is one where nothing begins in the first half of it."""
        first = self.score.notes[0].start if self.score.notes else 0
        if self.score.metre.bar_ticks / 2 <= first < self.score.metre.bar_ticks:
            opening = first - first % SIXTEENTH
            object.__setattr__(self, "score", replace(self.score, opening=opening))

    @property
    def upbeat(self) -> int:
        """Ticks of its upbeat; 0 is none."""
        return self.score.metre.bar_ticks - self.score.opening if self.score.opening else 0

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


class Treatment(StrEnum):
    """What is made of given music."""

    CONTINUATION = "continuation"
    """It goes on."""
    VARIATION = "variation"
    """It is said again in other notes, bar for bar."""
    ACCOMPANIMENT = "accompaniment"
    """Its melody stays, and is accompanied anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Given music, and what is to be made of it.

    Attributes:
        music: The music.
        treatment: What is made of it.
        alone: Whether only what is new is to be heard, without the given music before it; never for an accompaniment.
    """

    music: GivenMusic
    treatment: Treatment = Treatment.CONTINUATION
    alone: bool = False

    def __post_init__(self) -> None:
        """Let an accompaniment be heard with what it accompanies."""
        if self.treatment is Treatment.ACCOMPANIMENT:
            object.__setattr__(self, "alone", False)

    def to_plain(self) -> dict[str, Any]:
        """Plain values that JSON can hold."""
        return {"music": self.music.to_plain(), "treatment": str(self.treatment), "alone": self.alone}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Theme:
        """What `to_plain` was called on.

        Raises:
            ValueError, TypeError, KeyError: If the values are those of no music.
        """
        music = GivenMusic.from_plain(plain["music"])
        return cls(music=music, treatment=Treatment(plain["treatment"]), alone=bool(plain["alone"]))
