"""A tiny model, pieces by it, and votes of people who like minor."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from composer.compose import compose
from composer.decoding.network_engine import NetworkEngine
from composer.models import loading
from composer.music.measures import measure
from composer.music.score import Key, Metre, Mode, Note, Part, Score, Tempo
from composer.request import Request
from composer.tokens import vocabulary
from tests.training.small import TINY
from training.export.onnx_export import export_network
from training.networks.build import build_network
from training.networks.registry import configuration_from

if TYPE_CHECKING:
    from pathlib import Path

    from composer.compose import Composition
    from composer.models.loading import Model

SECONDS = 5.0


def small_model(folder: Path, *styles: str) -> Model:
    """A network with random weights that knows what is usual in piano music, and in other styles."""
    path = folder / "wavenet-v1.onnx"
    names = measure_names()
    profile = dict.fromkeys(names, (0.0, 1.0))
    known = ("piano", *styles)
    card = {"name": "wavenet", "version": 1, "styles": known, "profiles": dict.fromkeys(known, profile)}
    # The same in every run: of some such networks one piece in sixteen lacks its cadence, and the gate refuses them.
    keras.utils.set_random_seed(3)
    network = build_network(configuration_from(TINY))
    # Weights that are all 0 or 1, as some are drawn, could not be read back: their nodes are left out.
    network.set_weights([weight + rng().normal(scale=0.05, size=weight.shape) for weight in network.get_weights()])
    export_network(network, path, card)
    return loading.load(path)


@cache
def measure_names() -> tuple[str, ...]:
    """What is measured of a piece."""
    note = Note(0, 48, 60, 80, Part.MELODY)
    return tuple(measure(Score((note,), Metre(4, 4), 1, Key(0, Mode.MAJOR), (Tempo(0, 100.0),))))


def pieces(model: Model, number: int) -> list[Composition]:
    """Short ones, by seeds from 0."""
    return [compose(Request(seconds=SECONDS, seed=seed, candidates=1), NetworkEngine(model)) for seed in range(number)]


def row(number: int, piece: Composition, **changes: Any) -> dict[str, Any]:
    """A line of the file: nine of ten like minor, one of ten major."""
    liked = 9.0 if piece.plan.key.mode is Mode.MINOR else 1.0
    return {
        "number": number,
        "model": "wavenet",
        "version": 1,
        "tokens": list(piece.tokens),
        "metre": str(piece.plan.metre),
        "bars": piece.plan.bars,
        "style": "piano",
        "key": str(piece.plan.key),
        "tempo": piece.plan.beats_per_minute,
        "seconds": SECONDS,
        "creativity": 0.5,
        "seed": number - 1,
        "measures": dict(piece.measures),
        "another_of": None,
        "liked": liked,
        "disliked": 10.0 - liked,
        "people": 10,
        "votes": ballots(liked),
        **changes,
    }


def ballots(liked: float) -> list[tuple[int, float]]:
    """What ten people said, so many of them for it."""
    return [(person, 1.0 if person <= liked else -1.0) for person in range(1, 11)]


def rows(model: Model, number: int) -> list[dict[str, Any]]:
    """Rated pieces, numbered from 1."""
    return [row(place, piece) for place, piece in enumerate(pieces(model, number), 1)]


def write(path: Path, found: list[dict[str, Any]], **changes: Any) -> Path:
    """A ratings file."""
    header = {
        "format": "cadenza-ratings",
        "version": 3,
        "vocabulary": vocabulary.fingerprint(),
        "pieces": len(found),
        "people": 12,
        "battles": 0,
        **changes,
    }
    path.write_text("".join(f"{json.dumps(one)}\n" for one in (header, *found)))
    return path


def rng() -> np.random.Generator:
    """The same in every test."""
    return np.random.default_rng(0)
