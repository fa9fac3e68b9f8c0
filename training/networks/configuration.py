"""The sizes that every network has; without TensorFlow."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The sizes of a network; each network adds its own.

    Attributes:
        architecture: Name of the network in `registry.NETWORKS`.
        vocabulary_size: Number of tokens.
        feature_width: Number of features beside a token.
        width: Channels of each layer.
        dropout: Share of the channels that is dropped in training, in [0, 1).
    """

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
