"""The engines of the tutorial's own networks, to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from composer.engine import Candidate, check_request
from composer.models.choosing import UNFITTED
from composer.models.identity import Identity, Source
from composer.music.analysis import find_key
from composer.music.score import TICKS_PER_QUARTER, Metre, Note, Part, Score, Tempo
from composer.planning.plan import RELEASE_SECONDS, Plan
from composer.titles import join_title
from composer.tokens.conditions import Conditions
from composer.tutorial.network import load
from composer.tutorial.words import pitches_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.models.choosing import Choosing
    from composer.request import Request
    from composer.tutorial.network import TutorialNetwork

FOLDER = Path(__file__).parent

METRE = Metre(4, 4)
"""What stands in MIDI where nobody names a metre, as the tutorial's files do."""

PUBLISHED_TEMPO = 120.0
"""Quarters a minute, of MIDI where nobody names a tempo."""

PUBLISHED_VELOCITY = 90
"""Of music21 where nobody names one."""

OWN_TEMPERATURE = 0.5
"""Creativity at which words are drawn as likely as the network has them."""

FORM = "Notes and chords"

TRAINED_ON = (
    Source("chopin-first-editions", "CC-BY-4.0"),
    Source("mutopia-piano", "Creative Commons Attribution 3.0, Public Domain"),
    Source("polish-scores-piano", "CC-BY-4.0"),
)
"""What stands in the cards of the files that come with Cadenza."""


@dataclass(frozen=True, slots=True)
class WordPlan(Plan):
    """A plan that knows its words already: the key is read off them, since the networks know of none.

    Attributes:
        words: Words of the piece, in order, four a bar.
    """

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TutorialEngine:
    """Goes on word by word after a window that the network has not learned from.

    Attributes:
        identity: Who composes.
        kind: What the tutorial calls its network.
        path: File of the network.
    """

    identity: Identity
    kind: str
    path: Path

    @property
    def choosing(self) -> Choosing:
        """One draw is one piece, as published."""
        return UNFITTED

    def load_file(self) -> None:
        """Load the network; see `FileEngine`."""
        _network(self.path)

    def check(self, request: Request) -> None:
        """Refuse all but piano music; see `Engine`."""
        check_request(self.identity, request)

    def plan(self, request: Request, rng: np.random.Generator) -> Plan:
        """Draw the words, and find the tempo near the published one at which they fill the time; see `Engine`."""
        seconds = request.seconds - RELEASE_SECONDS
        quarters = METRE.bar_ticks // TICKS_PER_QUARTER
        bars = max(1, round(seconds * PUBLISHED_TEMPO / 60 / quarters))
        tempo = bars * quarters * 60 / seconds
        words = draw_words(_network(self.path), bars * quarters, creativity=request.creativity, rng=rng)
        return WordPlan(
            metre=METRE,
            bars=bars,
            key=find_key(_notes(words)),
            beats_per_minute=tempo,
            tempos=(Tempo(0, tempo),),
            conditions=Conditions(),
            words=words,
        )

    def candidates(
        self, request: Request, plan: Plan, _rng: np.random.Generator, progress: Callable[[int], None]
    ) -> list[Candidate]:
        """Give each word a quarter; see `Engine`."""
        assert isinstance(plan, WordPlan)
        progress(plan.bars)
        score = Score(_notes(plan.words), plan.metre, plan.bars, plan.key, plan.tempos)
        remark = self._remark(len(plan.words), request.creativity)
        return [Candidate(score, title=join_title(FORM, plan.key), remark=remark)]

    def _remark(self, words: int, creativity: float) -> str:
        """Whose network it is, how many words it wrote and how they were drawn, in signs of every language."""
        how = f"T = {creativity / OWN_TEMPERATURE:.2g}" if creativity else "argmax"
        return f"Pai 2020 · {self.kind} · {words} x 1/4 · {how}"


def draw_words(
    network: TutorialNetwork, number: int, *, creativity: float, rng: np.random.Generator
) -> tuple[str, ...]:
    """Words after a random window: at a creativity of 0 always the likeliest, as published.

    Args:
        network: Says how likely each word is.
        number: How many words.
        creativity: Above 0, words are drawn; at `OWN_TEMPERATURE` as likely as the network has them, and the higher,
            the more evenly.
        rng: Decides the window and every draw.
    """
    starts = network.card.starts
    window = np.array(starts[int(rng.integers(len(starts)))], np.int32)
    found: list[int] = []
    for _ in range(number):
        likely = network.probabilities(window)
        word = int(likely.argmax()) if creativity == 0 else _draw(likely, creativity / OWN_TEMPERATURE, rng)
        found.append(word)
        window = np.append(window[1:], np.int32(word))
    return tuple(network.card.words[word] for word in found)


def _draw(likely: np.ndarray, temperature: float, rng: np.random.Generator) -> int:
    logits = np.log(np.maximum(likely, np.finfo(np.float64).tiny)) / temperature
    reached = np.exp(logits - logits.max()).cumsum()
    return int(np.searchsorted(reached, rng.random() * reached[-1], side="right"))


def _notes(words: tuple[str, ...]) -> tuple[Note, ...]:
    return tuple(
        Note(place * TICKS_PER_QUARTER, TICKS_PER_QUARTER, pitch, PUBLISHED_VELOCITY, Part.MELODY)
        for place, word in enumerate(words)
        for pitch in sorted(pitches_of(word))
    )


@cache
def _network(path: Path) -> TutorialNetwork:
    return load(path)


def _engine(kind: str, architecture: str) -> TutorialEngine:
    identity = Identity(
        name=f"tutorial-{kind.lower()}",
        version=1,
        architecture=architecture,
        licence="CC-BY-4.0",
        styles=("piano",),
        trained_on=TRAINED_ON,
        honours=frozenset({"instrument", "instrument_sound", "creativity"}),
    )
    return TutorialEngine(identity, kind, FOLDER / f"{kind.lower()}.onnx")


TUTORIAL_ENGINES = (
    _engine("WaveNet", "the tutorial's convolution over words"),
    _engine("LSTM", "the tutorial's long short-term memory over words"),
)
