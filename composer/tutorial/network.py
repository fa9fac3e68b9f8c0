"""A file with one of the tutorial's networks: what it says of itself, and the likelihoods of the next word."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import ModelError
from composer.models import loading
from composer.models.identity import Source

if TYPE_CHECKING:
    from pathlib import Path

    import onnxruntime
    from numpy.typing import NDArray

WINDOW = 32
"""Words that a network looks back."""

INPUT = "window"
"""Name of a graph's input, of shape (windows, WINDOW); its only output are probabilities, shape (windows, words)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TutorialCard:
    """What a file says of itself.

    Attributes:
        words: Words by number.
        starts: Windows of numbers after which pieces begin. None of them was trained on as such.
        trained_on: Sets of pieces that it learned from, with their licences.
        pieces: Number of pieces that it learned from.
        windows: Number of windows in all, of which a random fifth was held out.
        epochs: Epochs of its training; the best of them is kept.
        loss: On the held-out windows, nats a word.
        accuracy: Share of the held-out windows whose next word is the likeliest.
        seed: Seed of its training.
    """

    words: tuple[str, ...]
    starts: tuple[tuple[int, ...], ...]
    trained_on: tuple[Source, ...]
    pieces: int
    windows: int
    epochs: int
    loss: float
    accuracy: float
    seed: int

    def to_json(self) -> str:
        """The card as it stands in its file."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> TutorialCard:
        """The card that `to_json` wrote.

        Raises:
            ValueError: If it is another one.
        """
        try:
            values = json.loads(text)
            values["words"] = tuple(values["words"])
            values["starts"] = tuple(map(tuple, values["starts"]))
            values["trained_on"] = tuple(Source(**row) for row in values["trained_on"])
            return cls(**values)
        except (TypeError, KeyError) as error:
            raise ValueError(f"its card is not one of the tutorial's networks: {error}") from error


@dataclass(frozen=True, slots=True)
class TutorialNetwork:
    """A loaded file: immutable, and shared by any number of threads.

    Attributes:
        card: What the file says of itself.
        session: Runs its graph.
    """

    card: TutorialCard
    session: onnxruntime.InferenceSession

    def probabilities(self, window: NDArray[np.int32]) -> NDArray[np.float64]:
        """How likely each word is to follow `WINDOW` words; shape (words,)."""
        (found,) = self.session.run(None, {INPUT: window[None].astype(np.int32)})
        return np.asarray(found[0], np.float64)


def load(path: Path) -> TutorialNetwork:
    """Load a file.

    Raises:
        ModelError: If it is missing, damaged, or another kind of file.
    """
    data = loading.read_bytes(path)
    try:
        card = TutorialCard.from_json(loading.card_text(data, path=path))
    except ValueError as error:
        raise ModelError(f"{path} cannot be used: {error}; install it anew") from error
    return TutorialNetwork(card, loading.session_of(data, path=path))
