"""Steps of the optimizer: one after the other, or many in one compiled call where the backend is JAX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import keras

from training.corpus.batches import Batch, RowWindows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.corpus.batches import Batches
    from training.networks.base import Network

Drawn = TypeVar("Drawn", Batch, RowWindows)


class Stepper(Protocol[Drawn]):
    """Whatever takes steps.

    Attributes:
        most: Steps that are taken in one call.
    """

    most: int

    def draw(self, batches: Batches, batch: int, time: int) -> Sequence[Drawn]:
        """What one call learns from, a window for each of its steps."""

    def take(self, drawn: Sequence[Drawn], rates: Sequence[float]) -> list[float]:
        """Take a step with each, at its learning rate; returns the losses, nats a token."""


def make_steps(network: Network, *, stack: int, varied: bool) -> Stepper[Any]:
    """The fastest steps that the backend knows.

    Args:
        network: Network, compiled with its optimizer.
        stack: Steps in one call, where several can be compiled into one.
        varied: Whether batches are changed after they were drawn, which is done here, not on the device.
    """
    if keras.backend.backend() == "jax" and not varied:
        from training.fitting.jax_steps import ScannedSteps  # noqa: PLC0415 - only where JAX is installed

        return ScannedSteps(network, most=stack)
    return SingleSteps(network)


class SingleSteps:
    """One step after the other, on any backend."""

    most = 1

    def __init__(self, network: Network) -> None:
        self._network = network

    def draw(self, batches: Batches, batch: int, time: int) -> list[Batch]:
        """See `Stepper`."""
        return [batches.draw(batch, time)]

    def take(self, drawn: Sequence[Batch], rates: Sequence[float]) -> list[float]:
        """See `Stepper`."""
        losses = []
        for batch, rate in zip(drawn, rates, strict=True):
            self._network.optimizer.learning_rate.assign(rate)
            losses.append(float(self._network.train_on_batch((batch.tokens, batch.features), batch.targets)))
        return losses
