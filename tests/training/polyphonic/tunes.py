"""Small random music for the benchmark's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.io import savemat

from training.polyphonic import features, sources, steps
from training.polyphonic.rolls import SPLITS, PianoRolls, join_pieces

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from training.polyphonic.features import FeatureTable


def tune(rng: np.random.Generator, *, length: int, keys: int = 88) -> NDArray[np.uint8]:
    """Random chords, some silent, some held; the second half repeats the first."""
    half = (rng.random((-(-length // 2), keys)) < 3 / keys).astype(np.uint8)
    half[1::3] = half[::3][: len(half[1::3])]
    half[2::7] = 0
    return np.concatenate([half, half])[:length]


def rolls(rng: np.random.Generator, *, keys: int = 88, lengths: tuple[int, ...] = (30, 24, 18, 20)) -> PianoRolls:
    """Pieces, the first two for training."""
    splits = ("train", "train", "valid", "test")
    return join_pieces([(split, tune(rng, length=n, keys=keys)) for split, n in zip(splits, lengths, strict=True)])


def table(music: PianoRolls, *, serial: bool) -> FeatureTable:
    """Everything that rows are gathered from."""
    offered = sources.find_sources(music)
    decisions = steps.serialised_steps(music, offered) if serial else steps.independent_steps(music)
    return features.feature_table(music, offered, decisions, serial=serial)


def write_set(folder: Path, file: str, rng: np.random.Generator) -> None:
    """A set in the benchmark's form."""
    content: dict[str, Any] = {}
    for split in SPLITS:
        pieces = np.empty((1, 2), object)
        pieces[0] = [tune(rng, length=n) for n in (14, 10)]
        content[f"{split}data"] = pieces
    folder.mkdir(parents=True, exist_ok=True)
    savemat(folder / file, content)
