"""The ways to learn that train the network: read back from the parent's file, trained, and exported again."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import keras
import numpy as np

from composer.errors import OutputError
from composer.models import loading
from composer.models.card import card_values
from composer.tokens.conditions import ANY, RATINGS, SIZES
from composer.tokens.features import PLAIN
from composer.training_contract import FINETUNE, PREFERENCE
from training.evaluation import bits_per_note, fixture
from training.export import onnx_export, warmstart
from training.networks.build import build_network
from training.ratings import rated_windows, way_finetune, way_preference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from composer.models.card import ModelCard
    from training.corpus.dataset import Dataset
    from training.networks.base import Network
    from training.ratings.ratings_file import RatedPiece

    Say = Callable[[str, int, int, float | None], None]

_AS_LONG_AS_LOADING = 3.0
"""How many times the seconds of loading a network loading and writing one take."""

_TOLD_BY_NETWORK = {"vocabulary", "features", "architecture", "configuration", "parameters", "states"}
"""Fields of a card that the export fills in."""


def _tell_nobody(_stage: str, _step: int, _steps: int, _loss: float | None) -> None:
    """Nobody is told."""


class NetworkTraining:
    """A network and its parent.

    Attributes:
        network: Network that learns; it begins as its parent.
        parent: Network as it was.
        rating: Class that the composer is to ask it for; ANY as long as it knows none.
    """

    def __init__(
        self,
        path: Path,
        rated: Sequence[RatedPiece],
        *,
        corpus: Dataset | None,
        seed: int,
        tell: Say = _tell_nobody,
    ) -> None:
        """Read the network back from a model file.

        Raises:
            MachineError: If its weights cannot be told apart.
            OutputError: If there is no room for it to be exported again, which tells where its weights are.
        """
        started = time.monotonic()
        with _room_to_export(path):
            self.parent = warmstart.network_of(path)
        self.parent.trainable = False
        self.rating = loading.read_card(path).choosing.preferences.rating
        if self.rating == ANY:
            _forget_rating(self.parent)
        self.network = build_network(self.parent.configuration)
        self.network.set_weights(self.parent.get_weights())
        self._rated, self._pieces = rated, rated_windows.learning_pieces(rated) if rated else []
        self._corpus, self._seed, self._tell = corpus, seed, tell
        self._loading = time.monotonic() - started

    def seconds_of(self, seconds: float) -> float:
        """How many of so many seconds, counted from before loading, are for learning; at least half.

        Writing the candidate exports a network, as loading its parent did, and then checks and measures it.
        """
        return max(seconds - _AS_LONG_AS_LOADING * self._loading, seconds / 2)

    def finetune(self, *, seconds: float) -> int:
        """Learn by the rating's condition and by how well pieces were liked; steps taken."""
        plan = way_finetune.FinetunePlan(seconds=seconds, seed=self._seed)
        tell = partial(self._tell, FINETUNE)
        steps = way_finetune.finetune_network(
            self.network, self.parent, self._pieces, plan, corpus=self._corpus, tell=tell
        )
        self.rating = len(RATINGS) if steps else self.rating
        return steps

    def prefer(self, battles: Sequence[tuple[RatedPiece, RatedPiece]] = (), *, seconds: float) -> int:
        """Learn from pairs, winners and losers of battles among them; steps taken, 0 if there are none."""
        met = [(rated_windows.of_battle(one), rated_windows.of_battle(other)) for one, other in battles]
        rng = np.random.default_rng(self._seed)
        found = way_preference.find_pairs(self._rated, self._pieces, rng, battles=met)
        if not found:
            return 0
        plan = way_preference.PreferencePlan(seconds=seconds, rating=self.rating, seed=self._seed)
        return way_preference.learn_from_pairs(
            self.network, self.parent, found, plan, tell=partial(self._tell, PREFERENCE)
        )


def _forget_rating(network: Network) -> None:
    """Let a network that never met a rating not mind it: the weights of what was always 0 are as they were drawn."""
    kernel = network.entrance.projection.kernel
    values = np.array(keras.ops.convert_to_numpy(kernel))
    values[PLAIN.width - SIZES["rating"] : PLAIN.width] = 0
    kernel.assign(values)


def export_trained(network: Network, card: ModelCard, path: Path) -> None:
    """Write a network with the card of what it came from, its cost on the fixture measured anew.

    Raises:
        MachineError: If the export fails its checks.
        OutputError: If it cannot be written.
    """
    cost = fixture.cost(partial(bits_per_note.of_network, network), card.identity.styles)
    kept = {name: value for name, value in card_values(card).items() if name not in _TOLD_BY_NETWORK}
    with _room_to_export(path):
        onnx_export.export_network(network, path, {**kept, "fixture_cost": cost, "bits_per_note": None})


@contextmanager
def _room_to_export(path: Path) -> Iterator[None]:
    """Keras exports by way of a temporary folder, which may be full when the one that is written to is not."""
    try:
        yield
    except OSError as error:
        folder, reason = tempfile.gettempdir(), error.strerror or error
        raise OutputError(f"cannot export {path} by way of {folder}: {reason}; free some space") from error
