"""How a pianist plays what stands in a score, learned from performances on piano rolls.

A linear model says what is usual where a note stands: mean and deviation of how loud, how late and how long it is
played. What remains is drawn as people's is: with its own distribution, and slow fluctuations beside quick ones. The
fit is `training.playing.fitting`; ATTRIBUTION.md beside this module names the music.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.performance.passage import bend, describe_notes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from composer.performance.passage import Passage

    Numbers = NDArray[np.float64]

PATH = Path(__file__).with_suffix(".json")
SPEEDS = (0.3, 0.6, 0.8, 0.9, 0.95, 0.98, 0.995)
"""Of each fluctuation, what share of it is left at the next chord."""

QUANTILES = np.linspace(0.005, 0.995, 67)
"""Of what remains, in deviations, so many quantiles are kept."""


@dataclass(frozen=True, slots=True)
class Fluctuation:
    """How what remains hangs together.

    Attributes:
        shared: Share of its variance that all notes of a chord have in common.
        hand: Share that the notes of one hand have in common besides.
        powers: Variance by speed, see `SPEEDS`, of both; what they lack of 1 is new at each chord.
    """

    shared: float
    hand: float
    powers: tuple[float, ...]

    def draw(self, chords: NDArray[np.int64], hands: NDArray[np.int64], rng: np.random.Generator) -> Numbers:
        """One number for each note, of mean 0 and deviation 1, normally distributed.

        Args:
            chords: Number of the chord of each note.
            hands: 0 or 1 for each note.
            rng: Decides them.
        """
        count = int(chords[-1]) + 1
        common, *own = (self._course(count, rng) for _ in range(3))
        single = rng.normal(size=len(chords)) * np.sqrt(max(0.0, 1 - self.shared - self.hand))
        streams = np.stack(own)[hands, chords]
        drawn: Numbers = np.sqrt(self.shared) * common[chords] + np.sqrt(self.hand) * streams + single
        return drawn

    def _course(self, length: int, rng: np.random.Generator) -> Numbers:
        """A fluctuation from chord to chord, made from its spectrum."""
        size = 2 * max(length, 64)
        turns = 2 * np.pi * np.arange(size // 2 + 1) / size
        speeds = np.array(SPEEDS)[:, None]
        shapes = (1 - speeds**2) / (1 - 2 * speeds * np.cos(turns) + speeds**2)
        power = np.array(self.powers) @ shapes + max(0.0, 1 - sum(self.powers))
        noise = np.fft.rfft(rng.normal(size=size)) * np.sqrt(power)
        return np.fft.irfft(noise, size)[:length]


@dataclass(frozen=True, slots=True)
class Habit:
    """What is usual of one thing, such as loudness, and how it varies.

    Attributes:
        mean: Weights of the mean, by what `bend` reads.
        deviation: Weights of the logarithm of the deviation.
        rest: Quantiles of what remains, in deviations, see `QUANTILES`.
        fluctuation: How what remains hangs together.
    """

    mean: Numbers
    deviation: Numbers
    rest: Numbers
    fluctuation: Fluctuation

    def play(
        self, read: Numbers, chords: NDArray[np.int64], hands: NDArray[np.int64], rng: np.random.Generator
    ) -> Numbers:
        """What a pianist does at each note.

        Args:
            read: What `bend` reads, shape (notes, numbers).
            chords: Number of the chord of each note.
            hands: 0 or 1 for each note.
            rng: Decides what remains.
        """
        ranks = normal_ranks(self.fluctuation.draw(chords, hands, rng))
        played: Numbers = read @ self.mean + np.exp(read @ self.deviation) * np.interp(ranks, QUANTILES, self.rest)
        return played


@dataclass(frozen=True, slots=True)
class Pianist:
    """All habits.

    Attributes:
        centre: Mean of each number of a note over the music that was learned from.
        spread: Deviation of each.
        habits: By name: velocity, late, held, pace.
        feet: Quantiles of the seconds from a chord to the pedal's coming up, and from there to its going down.
    """

    centre: Numbers
    spread: Numbers
    habits: dict[str, Habit]
    feet: tuple[Numbers, Numbers]

    def play(self, what: str, passage: Passage, hands: NDArray[np.int64], rng: np.random.Generator) -> Numbers:
        """What a pianist does at each note, of one of the `habits`."""
        read = bend(describe_notes(passage), self.centre, self.spread)
        return self.habits[what].play(read, passage.chords, hands, rng)

    def play_chords(self, what: str, passage: Passage, rng: np.random.Generator) -> Numbers:
        """The same of each chord, of which the highest note tells most."""
        read = bend(describe_notes(passage), self.centre, self.spread)[passage.tops]
        return self.habits[what].play(read, np.arange(len(read)), np.zeros(len(read), dtype=np.int64), rng)


def normal_ranks(values: Numbers) -> Numbers:
    """Which share of a normal distribution lies below each value (Page 1977: within 0.0002)."""
    shares: Numbers = 1 / (1 + np.exp(-2 * values * (0.7978845608 + 0.035677408 * values**2)))
    return shares


@cache
def load_pianist() -> Pianist:
    """The pianist who comes with Cadenza."""
    return from_values(json.loads(PATH.read_text(encoding="utf-8")))


def from_values(values: dict[str, Any]) -> Pianist:
    """A pianist from the plain values of a file."""
    late, up = (np.array(own) for own in values["feet"])
    return Pianist(
        np.array(values["centre"]),
        np.array(values["spread"]),
        {name: _habit(own) for name, own in values["habits"].items()},
        (late, up),
    )


def _habit(values: dict[str, Any]) -> Habit:
    return Habit(
        np.array(values["mean"]),
        np.array(values["deviation"]),
        np.array(values["rest"]),
        Fluctuation(values["shared"], values["hand"], tuple(values["powers"])),
    )
