"""Recordings -> a network over their samples, trained, measured and written as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.raw_audio.network import RawAudioCard
from training.raw_audio import linear_prediction
from training.raw_audio.export import BLOCKS, export_network
from training.raw_audio.fitting import train
from training.raw_audio.measuring import bits_per_sample, lead_of
from training.raw_audio.recordings import read_recordings

if TYPE_CHECKING:
    from pathlib import Path

    import keras
    from numpy.typing import NDArray

    from composer.models.identity import Source
    from training.raw_audio.fitting import Chunks, RawAudioRun
    from training.raw_audio.recordings import Recordings

MEASURED = 16_000 * 10
"""Samples of each held-out recording that are measured, from its middle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAudioPlan:
    """What is asked of a training.

    Attributes:
        kind: wavenet or lstm.
        minutes: Minutes of training in all, those of a run that goes on included.
        seed: Seed of weights and chunks.
        trained_on: Recordings and their licences, as the card names them.
        chunks: How it is trained; None is as the shipped ones were.
    """

    kind: str
    minutes: float
    seed: int = 1
    trained_on: tuple[Source, ...] = ()
    chunks: Chunks | None = None


def fit_raw_audio(
    source: Path, out: Path, plan: RawAudioPlan, *, folder: Path, network: keras.Model | None = None
) -> RawAudioCard:
    """Train and write; the card says what was measured.

    Args:
        source: Folder of recordings.
        out: File to write.
        plan: What is asked for.
        folder: For checkpoints, from which a run goes on.
        network: Network to train; one of the shipped sizes where it is None.

    Raises:
        RequestError: If there is nothing to learn from.
        OutputError: If a file cannot be written.
    """
    recordings = read_recordings(source)
    trained, run = train(
        recordings.train,
        kind=plan.kind,
        minutes=plan.minutes,
        folder=folder,
        seed=plan.seed,
        network=network,
        chunks=plan.chunks,
    )
    card = _measured(trained, run, recordings, plan)
    export_network(trained, card, out)
    return card


def _measured(trained: keras.Model, run: RawAudioRun, recordings: Recordings, plan: RawAudioPlan) -> RawAudioCard:
    """What a network's file says of itself."""
    held_out = [_middle(levels) for levels in recordings.held_out]
    weights = [len(levels) for levels in held_out]
    return RawAudioCard(
        kind=plan.kind,
        block=BLOCKS[plan.kind],
        parameters=trained.count_params(),
        trained_on=plan.trained_on,
        seconds=recordings.seconds,
        samples=run.samples,
        bits_per_sample=_mean([bits_per_sample(trained, levels) for levels in held_out], weights),
        linear_bits=_mean(
            [linear_prediction.bits_per_sample(levels, lead=lead_of(levels)) for levels in held_out], weights
        ),
        seed=plan.seed,
    )


def _middle(levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    start = max(0, (len(levels) - MEASURED) // 2)
    return levels[start : start + MEASURED]


def _mean(bits: list[float], weights: list[int]) -> float:
    return round(float(np.average(bits, weights=weights)), 3)
