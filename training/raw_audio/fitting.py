"""The training of a network over samples: chunks at random, a moving average of the weights, checkpoints."""

from __future__ import annotations

import json
import logging
import math
import time
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from composer.errors import MachineError
from composer.files import write_atomically
from training.raw_audio.networks import REACH, build_network

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

log = logging.getLogger(__name__)

RECORD, STATE, AVERAGE = "run.json", "state.npz", "average.npz"

_SAVED_EVERY = 120.0
"""Seconds between checkpoints."""

_AVERAGE = 0.998
"""What stays of the average of the weights at each step."""

_LARGEST_GRADIENT = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunks:
    """How a network is trained.

    Attributes:
        batch: Chunks in a step.
        length: Samples in a chunk that are predicted.
        lead: Samples before them that are only read.
        rate: Learning rate at the beginning; it falls to nothing by half a cosine.
        compiled: Whether XLA compiles a step. It helps convolutions and slows loops down.
    """

    batch: int
    length: int
    lead: int
    rate: float
    compiled: bool


CHUNKS = {
    "wavenet": Chunks(batch=4, length=4096, lead=REACH // 2, rate=2e-3, compiled=True),
    "lstm": Chunks(batch=32, length=512, lead=32, rate=2e-3, compiled=False),
}


@dataclass(slots=True, kw_only=True)
class RawAudioRun:
    """What a run has done so far.

    Attributes:
        kind: Network that it trains.
        seed: Seed of weights and chunks.
        steps: Steps of the optimizer.
        samples: Samples predicted.
        seconds: Time spent.
        nats: Of the training samples, averaged over the last steps.
    """

    kind: str
    seed: int
    steps: int = 0
    samples: int = 0
    seconds: float = 0.0
    nats: float = math.log(256)


def train(
    recordings: Sequence[NDArray[np.uint8]],
    *,
    kind: str,
    minutes: float,
    folder: Path,
    seed: int,
    network: keras.Model | None = None,
    chunks: Chunks | None = None,
) -> tuple[keras.Model, RawAudioRun]:
    """Train for some minutes, or go on where a run in `folder` stands.

    Args:
        recordings: Levels of each recording.
        kind: One of `networks.SIZES`.
        minutes: In all, those of the run so far included.
        folder: For the checkpoints.
        seed: Seed of a new run.
        network: Network to train; one of the shipped sizes where it is None.
        chunks: How it is trained; as the shipped ones where it is None.

    Returns:
        The network with the average of its weights, and the record.

    Raises:
        MachineError: If the folder holds another run, or a damaged one.
        OutputError: If it cannot be written.
    """
    keras.utils.set_random_seed(seed)
    trainer = _SampleTrainer(network or build_network(kind), chunks or CHUNKS[kind], RawAudioRun(kind=kind, seed=seed))
    trainer.resume(folder)
    trainer.run_until(recordings, 60 * minutes, folder)
    return trainer.averaged(), trainer.run


class _SampleTrainer:
    """A network, its optimizer and the average of its weights."""

    def __init__(self, network: keras.Model, chunks: Chunks, run: RawAudioRun) -> None:
        self.network, self.chunks, self.run = network, chunks, run
        self.optimizer = keras.optimizers.Adam(chunks.rate, beta_2=0.99, global_clipnorm=_LARGEST_GRADIENT)
        self.optimizer.build(network.trainable_variables)
        self.average = [np.array(weight) for weight in network.get_weights()]
        self._step = tf.function(self._advance, jit_compile=chunks.compiled)

    def _advance(self, levels: Any) -> Any:  # noqa: ANN401 - TensorFlow's tensors
        with tf.GradientTape() as tape:
            logits = self.network(levels[:, :-1])[:, self.chunks.lead :]
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(levels[:, self.chunks.lead + 1 :], logits)
            loss = tf.reduce_mean(losses)
        variables = self.network.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    def run_until(self, recordings: Sequence[NDArray[np.uint8]], seconds: float, folder: Path) -> None:
        """Take steps until the run has lasted so many seconds."""
        rng = np.random.default_rng([self.run.seed, self.run.steps])
        saved = last = time.monotonic()
        while self.run.seconds < seconds:
            self.optimizer.learning_rate = self.chunks.rate * _cosine(self.run.seconds / seconds)
            loss = float(self._step(ops.convert_to_tensor(self._draw(recordings, rng))))
            self.run.steps += 1
            self.run.samples += self.chunks.batch * self.chunks.length
            self.run.nats += 0.02 * (loss - self.run.nats)
            self._keep_average()
            now = time.monotonic()
            self.run.seconds, last = self.run.seconds + now - last, now
            if now - saved > _SAVED_EVERY:
                self.save(folder)
                saved = now
        self.save(folder)

    def _draw(self, recordings: Sequence[NDArray[np.uint8]], rng: np.random.Generator) -> NDArray[np.int32]:
        """Chunks from anywhere, each sample equally likely, as one batch."""
        span = self.chunks.lead + self.chunks.length + 1
        long = [one for one in recordings if len(one) >= span]
        odds = np.array([len(one) - span + 1 for one in long], np.float64)
        taken = rng.choice(len(long), self.chunks.batch, p=odds / odds.sum())
        starts = [int(rng.integers(len(long[one]) - span + 1)) for one in taken]
        return np.stack([long[one][start : start + span] for one, start in zip(taken, starts, strict=True)]).astype(
            np.int32
        )

    def _keep_average(self) -> None:
        kept = min(_AVERAGE, 1 - 1 / (1 + self.run.steps))
        for average, weight in zip(self.average, self.network.get_weights(), strict=True):
            average[...] = kept * average + (1 - kept) * weight

    def averaged(self) -> keras.Model:
        """The network with the average of its weights; training does not go on from there."""
        self.network.set_weights(self.average)
        return self.network

    def save(self, folder: Path) -> None:
        """Write a checkpoint; each file appears whole or not at all."""
        state = [*self.network.get_weights(), *map(ops.convert_to_numpy, self.optimizer.variables)]
        for name, arrays in ((STATE, state), (AVERAGE, self.average)):
            buffer = BytesIO()
            np.savez(buffer, *arrays)
            write_atomically(folder / name, buffer.getvalue())
        write_atomically(folder / RECORD, json.dumps(asdict(self.run)).encode())
        log.info(
            "%.1f min: %.1f M samples, %.3f bits a sample",
            self.run.seconds / 60,
            self.run.samples / 1e6,
            self.run.nats / math.log(2),
        )

    def resume(self, folder: Path) -> None:
        """Go on from the checkpoint in `folder`, if there is one."""
        if not (folder / RECORD).is_file():
            return
        try:
            self.run = RawAudioRun(**json.loads((folder / RECORD).read_bytes()))
            state, self.average = (_arrays(folder / name) for name in (STATE, AVERAGE))
            weights = len(self.network.weights)
            self.network.set_weights(state[:weights])
            for variable, value in zip(self.optimizer.variables, state[weights:], strict=True):
                variable.assign(value)
        except (OSError, TypeError, ValueError, BadZipFile) as error:
            raise MachineError(f"{folder} holds another run, or a damaged one; name another folder") from error


def _arrays(path: Path) -> list[NDArray[Any]]:
    with np.load(path) as kept:
        return [kept[name] for name in kept.files]


def _cosine(share: float) -> float:
    return 0.5 + 0.5 * math.cos(math.pi * min(share, 1.0))
