"""The tutorial that Cadenza grew out of, rebuilt as the baseline that "better" is measured by.

A. Pai, "Want to Generate your own Music using Deep Learning?", Analytics Vidhya 2020. As published, but for one
mistake: predictions are decoded with the numbering that they were trained on. The original numbers its targets in one
order of a set and decodes them in another's, which differ from run to run.
"""

from __future__ import annotations

import logging
import math
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from composer.errors import RequestError
from composer.tutorial import network as composers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

log = logging.getLogger(__name__)

WINDOW = composers.WINDOW
OFTEN = 50
"""How often a word must occur to stay."""

PUBLISHED_WORDS = 167
PUBLISHED_LENGTH = 10
PUBLISHED_EPOCHS = 50
_BATCH = 128
_HELD_OUT = 0.2


def build_convolution(words: int) -> keras.Model:
    """What it calls WaveNet: three causal convolutions with pooling, no gate, residual or skip."""
    layers = keras.layers
    network = keras.Sequential([keras.Input((WINDOW,), dtype="int32"), layers.Embedding(words, 100)])
    for channels, dilation in ((64, 1), (128, 2), (256, 4)):
        network.add(layers.Conv1D(channels, 3, padding="causal", dilation_rate=dilation, activation="relu"))
        network.add(layers.Dropout(0.2))
        network.add(layers.MaxPooling1D(2))
    network.add(layers.GlobalMaxPooling1D())
    network.add(layers.Dense(256, activation="relu"))
    network.add(layers.Dense(words, activation="softmax"))
    return network


def build_recurrent(words: int) -> keras.Model:
    """Its LSTM: reads the words' numbers, divided by how many there are, without an embedding."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((WINDOW,), dtype="int32"),
            layers.Rescaling(1 / words),
            layers.Reshape((WINDOW, 1)),
            layers.LSTM(128, return_sequences=True),
            layers.LSTM(128),
            layers.Dense(256, activation="relu"),
            layers.Dense(words, activation="softmax"),
        ]
    )


NETWORKS = {"wavenet": build_convolution, "lstm": build_recurrent}


@dataclass(frozen=True, slots=True)
class TutorialWindows:
    """Training material.

    Attributes:
        words: Words by number.
        inputs: Words of each window, shape (windows, WINDOW).
        targets: Word after each window, shape (windows,).
    """

    words: tuple[str, ...]
    inputs: NDArray[np.int32]
    targets: NDArray[np.int32]


def cut_windows(pieces: Sequence[Sequence[str]], *, often: int = OFTEN) -> TutorialWindows:
    """Every window of every piece, from which words that are rarer than `often` were deleted.

    Raises:
        RequestError: If no piece has more than a window of frequent words.
    """
    counts = Counter(word for piece in pieces for word in piece)
    words = tuple(sorted(word for word, count in counts.items() if count >= often))
    numbers = {word: number for number, word in enumerate(words)}
    kept = [[numbers[word] for word in piece if word in numbers] for piece in pieces]
    pairs = [(piece[at : at + WINDOW], piece[at + WINDOW]) for piece in kept for at in range(len(piece) - WINDOW)]
    if not pairs:
        raise RequestError(f"no piece has more than {WINDOW} words that occur {often} times in all; take more pieces")
    inputs, targets = zip(*pairs, strict=True)
    return TutorialWindows(words, np.array(inputs, np.int32), np.array(targets, np.int32))


@dataclass(frozen=True, slots=True)
class Trained:
    """A network with the weights of its best epoch.

    Attributes:
        network: Keras's.
        held_out: Windows that it was validated on, shape (windows, WINDOW); most of their words it has seen in others.
        epochs: Trained.
        loss: Best on the held-out windows, nats a word.
        accuracy: Share of the held-out windows whose next word was the likeliest, in that epoch.
    """

    network: keras.Model
    held_out: NDArray[np.int32]
    epochs: int
    loss: float
    accuracy: float


def train_network(material: TutorialWindows, *, kind: str, epochs: int, minutes: float, seed: int) -> Trained:
    """Train as published: a random fifth of the overlapping windows held out, Adam, batches of 128.

    Args:
        material: Windows to learn from, at least two.
        kind: One of `NETWORKS`.
        epochs: Largest number of epochs.
        minutes: Minutes after which no epoch begins.
        seed: Seed of weights, split and batches.
    """
    keras.utils.set_random_seed(seed)
    order = np.random.default_rng(seed).permutation(len(material.targets))
    held_out, taken = np.split(order, [max(1, round(_HELD_OUT * len(order)))])
    network = NETWORKS[kind](len(material.words))
    network.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    best = _Best(minutes)
    network.fit(
        material.inputs[taken],
        material.targets[taken],
        validation_data=(material.inputs[held_out], material.targets[held_out]),
        batch_size=_BATCH,
        epochs=epochs,
        callbacks=[best],
        verbose=0,
    )
    network.set_weights(best.weights)
    return Trained(network, material.inputs[held_out], best.epochs, best.loss, best.accuracy)


class _Best(keras.callbacks.Callback):
    """Keeps the weights of the lowest validation loss, and the time."""

    def __init__(self, minutes: float) -> None:
        super().__init__()
        self.epochs, self.loss, self.accuracy = 0, math.inf, 0.0
        self.weights: list[NDArray[np.float32]] = []
        self._end = time.monotonic() + 60 * minutes

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        losses = logs or {}
        self.epochs = epoch + 1
        log.info("epoch %d: %.3f nats a word, %.3f held out", epoch + 1, losses["loss"], losses["val_loss"])
        if not self.weights or losses["val_loss"] < self.loss:
            self.loss, self.weights = float(losses["val_loss"]), self.model.get_weights()
            self.accuracy = float(losses["val_accuracy"])
        if time.monotonic() >= self._end:
            self.model.stop_training = True


def compose_pieces(trained: Trained, words: Sequence[str], *, pieces: int, length: int, seed: int) -> list[list[str]]:
    """Pieces of `length` words, each after a random held-out window, by the likeliest word every time."""
    rng = np.random.default_rng(seed)
    window = trained.held_out[rng.integers(len(trained.held_out), size=pieces)]
    written = np.zeros((pieces, 0), np.int64)
    for _ in range(length):
        likeliest = trained.network.predict(window, verbose=0).argmax(axis=-1)
        written = np.column_stack([written, likeliest])
        window = np.column_stack([window[:, 1:], likeliest]).astype(np.int32)
    return [[words[number] for number in piece] for piece in written]
