"""The sizes of the networks, by architecture; without TensorFlow."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What every architecture is told; `feature_width` counts the features beside a token."""

    architecture: ClassVar[str]
    vocabulary_size: int
    feature_width: int
    width: int = 160
    dropout: float = 0.1

    def __post_init__(self) -> None:
        """Refuse sizes that make no network."""
        sizes = {name: value for name, value in asdict(self).items() if name != "dropout"}
        if min(sizes.values()) < 1 or not 0 <= self.dropout < 1:
            raise ValueError(f"sizes must be at least 1 and dropout in [0, 1), got {asdict(self)}")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, the architecture's name among them."""
        return {"architecture": self.architecture, **asdict(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveNetConfiguration(Configuration):
    """Dilations 1, 2, 4, ... 2^(depth - 1), `stacks` times over; 3.4 M parameters, 2047 tokens seen."""

    architecture: ClassVar[str] = "wavenet"
    stacks: int = 2
    depth: int = 10

    @property
    def dilations(self) -> tuple[int, ...]:
        """The dilation of each layer."""
        return tuple(2**n for _ in range(self.stacks) for n in range(self.depth))


@dataclass(frozen=True, slots=True, kw_only=True)
class LstmConfiguration(Configuration):
    """Three layers; 4.7 M parameters."""

    architecture: ClassVar[str] = "lstm"
    width: int = 384
    layers: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerConfiguration(Configuration):
    """Six layers that each see `window` tokens back; 4.6 M parameters."""

    architecture: ClassVar[str] = "transformer"
    width: int = 256
    layers: int = 6
    heads: int = 4
    window: int = 1024

    def __post_init__(self) -> None:
        """Refuse sizes that make no network."""
        # Not super(): a slotted dataclass is a second class, which the zero-argument form does not know.
        Configuration.__post_init__(self)
        if self.width % (2 * self.heads):
            raise ValueError(f"width must be a multiple of 2 x heads, got {self.width} and {self.heads} heads")


ARCHITECTURES: dict[str, type[Configuration]] = {
    kind.architecture: kind for kind in (WaveNetConfiguration, LstmConfiguration, TransformerConfiguration)
}


def configuration_from(values: dict[str, Any]) -> Configuration:
    """Read what `Configuration.to_dict` wrote; sizes left out are the architecture's defaults.

    Raises:
        ValueError: No such architecture, or no such sizes.
    """
    sizes = dict(values)
    architecture = sizes.pop("architecture", None)
    if architecture not in ARCHITECTURES:
        raise ValueError(f"no architecture {architecture!r}; there are {', '.join(ARCHITECTURES)}")
    try:
        return ARCHITECTURES[architecture](**sizes)
    except TypeError as error:
        raise ValueError(f"{architecture}: {error}") from error
