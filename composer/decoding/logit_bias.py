"""What is added to a network's logits while a piece is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class LogitBias(Protocol):
    """Follows one piece and makes some of its next tokens likelier; the network may still overrule it."""

    def read(self, token: int) -> None:
        """Move on by one token."""

    def add_to(self, logits: NDArray[np.float32]) -> None:
        """Add to the logits (vocabulary,) of the next token, in place."""
