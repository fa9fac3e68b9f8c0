"""A network that is to be trained: read back from its parent's file, and exported again."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from composer.errors import OutputError
from composer.models.card import card_values
from training.evaluation import bits_per_note, fixture
from training.export import onnx_export, warmstart
from training.networks.build import build_network

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from composer.models.card import ModelCard
    from training.networks.base import Network

_AS_LONG_AS_LOADING = 3.0
"""How many times the seconds of loading a network loading and writing one take."""

_TOLD_BY_NETWORK = {"vocabulary", "features", "architecture", "configuration", "parameters", "states"}
"""Fields of a card that the export fills in."""


class NetworkTraining:
    """A network and its parent.

    Attributes:
        network: Network that learns; it begins as its parent.
        parent: Network as it was.
    """

    def __init__(self, path: Path) -> None:
        """Read the network back from a model file.

        Raises:
            MachineError: If its weights cannot be told apart.
            OutputError: If there is no room for it to be exported again, which tells where its weights are.
        """
        started = time.monotonic()
        with _room_to_export(path):
            self.parent = warmstart.network_of(path)
        self.parent.trainable = False
        self.network = build_network(self.parent.configuration)
        self.network.set_weights(self.parent.get_weights())
        self._loading = time.monotonic() - started

    def seconds_of(self, seconds: float) -> float:
        """How many of so many seconds, counted from before loading, are for learning; at least half.

        Writing the candidate exports a network, as loading its parent did, and then checks and measures it.
        """
        return max(seconds - _AS_LONG_AS_LOADING * self._loading, seconds / 2)


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
