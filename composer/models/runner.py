"""Running a model step by step; knows two kinds of state and no architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.models.loading import Model
    from composer.models.network_spec import StateSpec

_FIRST_SLOTS = 128


class _State(Protocol):
    """What the host keeps of one state."""

    def read(self, step: int) -> NDArray[np.float32]:
        """What the model is handed at a step, contiguous."""

    def write(self, step: int, new: NDArray[np.float32]) -> None:
        """Keep what the model put out at that step."""

    def keep(self, rows: NDArray[np.intp]) -> None:
        """Keep these rows of the batch, in this order."""


class _Ring:
    """A delayed vector: as many places as steps of delay, each read and then overwritten at its turn."""

    def __init__(self, spec: StateSpec, batch: int) -> None:
        self._places = np.zeros((spec.delay, batch, *spec.shape), np.float32)

    def read(self, step: int) -> NDArray[np.float32]:
        place: NDArray[np.float32] = self._places[step % len(self._places)]
        return place

    def write(self, step: int, new: NDArray[np.float32]) -> None:
        self._places[step % len(self._places)] = new

    def keep(self, rows: NDArray[np.intp]) -> None:
        self._places = self._places[:, rows]


class _Cache:
    """Slots (batch, slots, dim) that double in number until the window is full, then are overwritten in turn.

    Short pieces then neither hold nor read a whole window.
    """

    def __init__(self, spec: StateSpec, batch: int) -> None:
        self._window, dim = spec.shape
        self._slots = np.zeros((batch, min(_FIRST_SLOTS, self._window), dim), np.float32)

    def read(self, step: int) -> NDArray[np.float32]:
        held = self._slots.shape[1]
        if held <= step and held < self._window:
            more = min(held, self._window - held)
            self._slots = np.pad(self._slots, ((0, 0), (0, more), (0, 0)))
        return self._slots

    def write(self, step: int, new: NDArray[np.float32]) -> None:
        self._slots[:, step % self._window] = new

    def keep(self, rows: NDArray[np.intp]) -> None:
        self._slots = self._slots[rows]


_KEEPERS: dict[str, type[_Ring | _Cache]] = {"delay": _Ring, "cache": _Cache}


class ModelRunner:
    """A model on its way through a batch of pieces; belongs to one generation and one thread.

    Measured at batch 8 on the shipped WaveNet: rings in NumPy and a plain `run` cost 5 % over the network
    itself; ONNX Runtime's bound or wrapped values cost 10 to 40 %.

    Attributes:
        reads: What the model reads beside a token.
        batch: Pieces that it still goes through.
    """

    def __init__(self, model: Model, batch: int) -> None:
        """Start `batch` pieces, at least one."""
        if batch < 1:
            raise ValueError(f"batch must be at least 1, got {batch}")
        self._session = model.session
        self.reads = model.reads
        self._width = int(model.card.network.configuration["feature_width"])
        self._names = ["token", "features", *(spec.name for spec in model.card.network.states)]
        self._outputs = ["logits", *(f"new_{spec.name}" for spec in model.card.network.states)]
        self._states: list[_State] = [_KEEPERS[spec.kind](spec, batch) for spec in model.card.network.states]
        self._step = 0
        self.batch = batch

    def step(self, tokens: NDArray[np.int32], features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Read one token of each piece.

        Args:
            tokens: Shape (batch,).
            features: Shape (batch, at least feature_width); of more than the model knows, the first are read.

        Returns:
            Logits of the next token, shape (batch, vocabulary).
        """
        handed = [state.read(self._step) for state in self._states]
        inputs = (np.asarray(tokens, np.int32), np.asarray(features[:, : self._width], np.float32), *handed)
        logits: NDArray[np.float32]
        logits, *new = self._session.run(self._outputs, dict(zip(self._names, inputs, strict=True)))
        for state, value in zip(self._states, new, strict=True):
            state.write(self._step, value)
        self._step += 1
        return logits

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these pieces of the batch only, in this order; a piece may be named more than once."""
        chosen = np.array(rows, np.intp)
        for state in self._states:
            state.keep(chosen)
        self.batch = len(rows)
