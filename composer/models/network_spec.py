"""The network in a model file: its size, what it reads and writes, and the states of its step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_KINDS = ("delay", "cache")


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSpec:
    """How the host keeps one state of a step.

    Attributes:
        name: Name of the step's input; its output is called `new_` and this name.
        shape: Shape without the batch. Of a cache: (window, dim).
        kind: "delay": the step is handed what it put out `delay` steps before, zeros before that.
            "cache": the step is handed a buffer (batch, slots, dim) of what it put out, (batch, dim) a step, in the
            last `window` steps, step n in slot n modulo window; `slots` may be fewer than window as long as
            every step so far has a slot, and what the unused slots hold makes no difference.
        delay: Steps between output and input; 0 for a cache.
    """

    name: str
    shape: tuple[int, ...]
    kind: Literal["delay", "cache"]
    delay: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be kept."""
        if self.kind not in _KINDS or (self.kind == "delay") != (self.delay > 0) or min(self.shape) < 1:
            raise ValueError(f"no such state: {self.kind} of delay {self.delay} and shape {self.shape}")


@dataclass(frozen=True, slots=True)
class FixtureCost:
    """What a network cost on the few held-out sections that come with the code, before it was a file.

    Attributes:
        fixture: Fingerprint of the sections' file.
        bits_per_note: Cost of those in the styles that it has learned, in bits a note.
    """

    fixture: str
    bits_per_note: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpec:
    """What a network is, and how well it predicts.

    Attributes:
        configuration: Sizes of the network, `vocabulary_size` and `feature_width` among them.
        parameters: Number of weights.
        vocabulary: Fingerprint of the tokens that it reads and writes, see `composer.tokens.vocabulary`.
        features: Fingerprint of what it reads beside a token, see `composer.tokens.features`.
        states: States of its step, in the step's order.
        bits_per_note: Held-out negative log-likelihood; None where it was not measured.
        fixture_cost: Cost where every shipped file is measured again; None where it was not measured.
        tokens_seen: Number of tokens read in training.
    """

    configuration: Mapping[str, Any]
    parameters: int
    vocabulary: str
    features: str
    states: tuple[StateSpec, ...]
    bits_per_note: float | None = None
    fixture_cost: FixtureCost | None = None
    tokens_seen: int = 0


def _states(rows: list[dict[str, Any]]) -> tuple[StateSpec, ...]:
    return tuple(StateSpec(**{**row, "shape": tuple(row["shape"])}) for row in rows)


def _cost(values: dict[str, Any] | None) -> FixtureCost | None:
    return None if values is None else FixtureCost(**values)


READERS: Mapping[str, Callable[[Any], Any]] = {"states": _states, "fixture_cost": _cost}
"""How fields of a network's spec are read from JSON, where they are not taken as they are."""
