"""A file with a network over samples: what it says of itself, and the sound that it dreams."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from composer.audio.mu_law import SAMPLE_RATE, SILENT
from composer.errors import ModelError
from composer.models import loading
from composer.models.identity import Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import onnxruntime
    from numpy.typing import NDArray

LOTS = "lots"
"""Name of a graph's input of shape (block,): numbers in [0, 1), of which each decides one sample."""

LEVEL = "level"
"""Name of the input, of shape (1,), that is the level of the sample before."""

LEVELS = "levels"
"""Name of a graph's first output, of shape (block,): the levels that were drawn. The states follow, as new."""

WARM_UP = SAMPLE_RATE // 2
"""Samples that are drawn and thrown away: the network begins in a silence that it has not learned from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAudioCard:
    """What a file says of itself.

    Attributes:
        kind: Kind of the network: wavenet or lstm.
        block: Samples that one run of the graph draws.
        parameters: Number of weights.
        trained_on: Recordings that it learned from, with their licences.
        seconds: Length of those.
        samples: Samples that it was trained on, each time counted.
        bits_per_sample: On recordings that were held out; None where none were.
        linear_bits: Of the adaptive linear predictor on the same ones.
        seed: Seed of its training.
    """

    kind: str
    block: int
    parameters: int
    trained_on: tuple[Source, ...]
    seconds: int
    samples: int
    bits_per_sample: float | None
    linear_bits: float | None
    seed: int

    def to_json(self) -> str:
        """The card as it stands in its file."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> RawAudioCard:
        """The card that `to_json` wrote.

        Raises:
            ValueError: If it is another one.
        """
        try:
            values = json.loads(text)
            values["trained_on"] = tuple(Source(**row) for row in values["trained_on"])
            return cls(**values)
        except (TypeError, KeyError) as error:
            raise ValueError(f"its card is not that of a network over samples: {error}") from error


@dataclass(frozen=True, slots=True)
class RawAudioNetwork:
    """A loaded file: immutable, and shared by any number of threads.

    Attributes:
        card: What the file says of itself.
        session: Runs its graph.
    """

    card: RawAudioCard
    session: onnxruntime.InferenceSession

    def dream(
        self, number: int, rng: np.random.Generator, progress: Callable[[int], None] = lambda _drawn: None
    ) -> NDArray[np.uint8]:
        """Draw samples one after the other, each fed back to draw the next: levels, shape (number,).

        Args:
            number: How many.
            rng: Decides every draw. One more number is drawn for each sample, so that a longer dream begins alike.
            progress: Called after every block with the samples drawn so far; what it raises ends the dream.
        """
        state = {given.name: np.zeros(given.shape, _TYPES[given.type]) for given in self.session.get_inputs()}
        state[LEVEL][:] = SILENT
        blocks = []
        for start in range(0, number, self.card.block):
            state[LOTS] = rng.random(self.card.block, np.float32)
            levels, *new = self.session.run(None, state)
            state = dict(zip((name for name in state if name != LOTS), new, strict=True))
            blocks.append(levels)
            progress(min(start + self.card.block, number))
        return np.concatenate(blocks)[:number].astype(np.uint8)


_TYPES = {"tensor(float)": np.float32, "tensor(int64)": np.int64}


def load(path: Path) -> RawAudioNetwork:
    """Load a file.

    Raises:
        ModelError: If it is missing, damaged, or another kind of file.
    """
    data = loading.read_bytes(path)
    return RawAudioNetwork(_card(data, path), loading.session_of(data, path=path))


def load_kept(path: Path) -> RawAudioNetwork:
    """Load a file that stays in memory, as long as it stays as it is.

    Raises:
        ModelError: As `load` does.
    """
    return _kept(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=8)
def _kept(path: Path, _changed: int) -> RawAudioNetwork:
    return load(path)


def read_card(path: Path) -> RawAudioCard:
    """Read a file's card without loading its weights into a session.

    Raises:
        ModelError: As `load` does.
    """
    return _card(loading.read_bytes(path), path)


def _card(data: bytes, path: Path) -> RawAudioCard:
    try:
        return RawAudioCard.from_json(loading.card_text(data, path=path))
    except ValueError as error:
        raise ModelError(f"{path} cannot be used: {error}; install it anew") from error
