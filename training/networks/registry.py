"""The networks that can be trained, a line each; without TensorFlow until one of them is loaded."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.networks.base import NetworkKind
    from training.networks.configuration import Configuration

NETWORKS: Mapping[str, str] = {
    "wavenet": "gated causal convolutions whose dilations grow",
    "lstm": "long short-term memories, one on the other",
    "transformer": "attention over a bounded window",
}
"""Description of each network by its name: that of its module here, of its architecture in configurations and cards.

The module's `NETWORK` is its `NetworkKind`.
"""

DEFAULT = "wavenet"
"""The network that is trained unless another is named."""


def load_kind(name: str) -> NetworkKind:
    """Load all that is known of one of `NETWORKS`; TensorFlow loads with it, for seconds."""
    kind: NetworkKind = import_module(f"training.networks.{name}").NETWORK
    return kind


def configuration_from(values: Mapping[str, Any]) -> Configuration:
    """Read what `Configuration.to_dict` wrote; sizes left out are the network's defaults.

    Raises:
        ValueError: No such architecture, or no such sizes.
    """
    sizes = dict(values)
    architecture = sizes.pop("architecture", None)
    if architecture not in NETWORKS:
        raise ValueError(f"no architecture {architecture!r}; there are {', '.join(NETWORKS)}")
    try:
        return load_kind(architecture).configuration(**sizes)
    except TypeError as error:
        raise ValueError(f"{architecture}: {error}") from error
