"""Train a network to play what recordings play, with checkpoints and a budget of minutes."""

from __future__ import annotations

import json
import logging
import math
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import keras
import numpy as np

from composer.errors import MachineError
from composer.files import write_atomically
from composer.source_filter.excitation import HOP, Excitation
from composer.source_filter.network import folded, with_kind
from training.sound.loss import SpectralLoss

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from composer.source_filter.excitation import NoteEnvelope
    from training.sound.network import FilterNetwork
    from training.sound.recordings import NotedRecording

log = logging.getLogger(__name__)

LEAD = 2048
"""Samples at the start of each window that the network only hears."""

LEVEL = 0.1
"""Root mean square to which all sound is brought for training."""

_RECORD, _STATE, _BEST = "sound.json", "sound-state.npz", "sound-best.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundPlan:
    """How to train.

    Attributes:
        minutes: Budget in this and earlier sessions of the run.
        batch: Windows a step.
        window: Samples of a window that count, a multiple of `HOP`.
        learning_rate: At its height, after `warmup` steps; it falls along a cosine to the end of the budget.
        warmup: Steps.
        check_minutes: Minutes between checks on held-out sound, each followed by a checkpoint.
        held_out: Share of the recordings, the last of them, that is held out.
        seed: Seed of the first weights and the windows.
    """

    minutes: float
    batch: int = 4
    window: int = 16_384
    learning_rate: float = 2e-3
    warmup: int = 20
    check_minutes: float = 2.0
    held_out: float = 0.1
    seed: int = 1


@dataclass(slots=True, kw_only=True)
class SoundRun:
    """What a run has done.

    Attributes:
        steps: Optimiser steps.
        seconds: Time spent training.
        best: Lowest spectral distance on held-out sound.
        history: (steps, seconds, training loss, held-out loss) at each check.
    """

    steps: int = 0
    seconds: float = 0.0
    best: float = float("inf")
    history: list[tuple[int, float, float, float]] = field(default_factory=list)


class Windows:
    """Windows of recordings with their excitation."""

    def __init__(
        self, recordings: Sequence[NotedRecording], envelopes: Mapping[int, NoteEnvelope], *, scale: float | None = None
    ) -> None:
        """Take recordings that are not silent and, by their programs, how notes are excited.

        `scale` is the factor of the sounds; None is that which brings them to `LEVEL`.
        """
        self._sounds = [recording.samples for recording in recordings]
        self._excitations = [Excitation(one.notes, envelopes[one.program]) for one in recordings]
        programs = list(envelopes)
        self._kinds = np.eye(len(programs), dtype=np.float32)[[programs.index(one.program) for one in recordings]]
        loudness = math.sqrt(np.mean([float(np.mean(np.square(sound))) for sound in self._sounds]))
        self.scale = scale or LEVEL / loudness

    def draw(
        self, rng: np.random.Generator, count: int, samples: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Waves, rolls and sounds of `count` windows of `samples`, side by side."""
        lengths = np.array([max(len(sound) - samples, 1) for sound in self._sounds], float)
        chosen = rng.choice(len(lengths), size=count, p=lengths / lengths.sum())
        taken = [self._take(int(index), int(rng.integers(lengths[index]) // HOP * HOP), samples) for index in chosen]
        waves, rolls, sounds = (np.concatenate(part) for part in zip(*taken, strict=True))
        return waves, rolls, sounds

    def _take(
        self, index: int, first: int, samples: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        waves, roll = self._excitations[index].stretch(first, samples)
        sound = self._sounds[index][first : first + samples] * np.float32(self.scale)
        sound = np.pad(sound, (0, samples - len(sound)))
        return folded(waves), with_kind(roll, self._kinds[index]), sound[None]


def fit_network(
    network: FilterNetwork, train: Windows, held_out: Windows, plan: SoundPlan, *, folder: Path
) -> SoundRun:
    """Train until the budget is spent, going on from `folder` if it holds a run; the network gets the best weights.

    Raises:
        MachineError: If a checkpoint cannot be read or written.
    """
    trainer = _SoundTrainer(network, plan, folder)
    trainer.restore()
    while trainer.run.seconds < 60 * plan.minutes:
        trainer.train(train)
        trainer.check(held_out)
    network.set_weights(_read_arrays(folder / _BEST))
    return trainer.run


class _SoundTrainer:
    def __init__(self, network: FilterNetwork, plan: SoundPlan, folder: Path) -> None:
        self._network, self._plan, self._folder = network, plan, folder
        self.run = SoundRun()
        self._losses: list[float] = []
        optimizer = keras.optimizers.Adam(plan.learning_rate, beta_2=0.99, clipnorm=1.0)
        network.compile(optimizer=optimizer, loss=SpectralLoss(LEAD), jit_compile=False)
        optimizer.build(network.trainable_variables)

    def _variables(self) -> list[Any]:
        return [*self._network.trainable_variables, *self._network.optimizer.variables]

    def restore(self) -> None:
        """Take up weights and optimiser of a checkpoint, if there is one."""
        record = self._folder / _RECORD
        if not record.is_file():
            return
        try:
            self.run = SoundRun(**json.loads(record.read_text(encoding="utf-8")))
            for variable, value in zip(self._variables(), _read_arrays(self._folder / _STATE), strict=True):
                variable.assign(value)
        except (OSError, TypeError, ValueError) as error:
            raise MachineError(f"{self._folder} holds another run, or a damaged one; name another folder") from error

    def train(self, windows: Windows) -> None:
        """Take steps until the next check."""
        plan, run = self._plan, self.run
        rng = np.random.default_rng((plan.seed, run.steps))
        started = last = time.monotonic()
        while last - started < 60 * plan.check_minutes and run.seconds < 60 * plan.minutes:
            self._network.optimizer.learning_rate.assign(self._rate())
            waves, rolls, sounds = windows.draw(rng, plan.batch, LEAD + plan.window)
            self._losses.append(float(self._network.train_on_batch((waves, rolls), sounds)))
            now = time.monotonic()
            run.steps, run.seconds, last = run.steps + 1, run.seconds + now - last, now

    def _rate(self) -> float:
        progress = min(self.run.seconds / (60 * self._plan.minutes), 1.0)
        cosine = 0.02 + 0.98 * (1 + math.cos(math.pi * progress)) / 2
        return self._plan.learning_rate * cosine * min(1.0, (self.run.steps + 1) / self._plan.warmup)

    def check(self, windows: Windows) -> None:
        """Measure on held-out sound and write a checkpoint."""
        run, plan = self.run, self._plan
        waves, rolls, sounds = windows.draw(np.random.default_rng(0), 4 * plan.batch, LEAD + plan.window)
        parts = [slice(at, at + plan.batch) for at in range(0, len(sounds), plan.batch)]
        tested = [float(self._network.test_on_batch((waves[part], rolls[part]), sounds[part])) for part in parts]
        loss = float(np.mean(tested))
        if loss < run.best:
            run.best = loss
            _write_arrays(self._folder / _BEST, self._network.get_weights())
        run.history.append((run.steps, round(run.seconds), round(float(np.mean(self._losses)), 4), round(loss, 4)))
        self._losses.clear()
        _write_arrays(self._folder / _STATE, [keras.ops.convert_to_numpy(one) for one in self._variables()])
        write_atomically(self._folder / _RECORD, json.dumps(asdict(run)).encode())
        log.info("%5.1f min, step %d: training %.3f, held out %.3f", run.seconds / 60, *run.history[-1][::2], loss)


def _write_arrays(path: Path, arrays: Sequence[NDArray[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        np.savez(path, *arrays)
    except OSError as error:
        raise MachineError(f"cannot write {path}: {error.strerror}; free some space there") from error


def _read_arrays(path: Path) -> list[NDArray[Any]]:
    try:
        with np.load(path) as found:
            return [found[name] for name in found.files]
    except (OSError, ValueError, BadZipFile) as error:
        raise MachineError(f"{path} is missing or damaged; begin the run anew in another folder") from error
