"""A candidate for the next version: its file, and the report on it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from training.ratings.gate import BETTER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from composer.card import ModelCard
    from training.networks import Network


def write(parent: ModelCard, card: ModelCard, network: Network | None, out: Path, version: int) -> Path:
    """Write a candidate into `out`; without a network it has the parent's weights and another card.

    Raises:
        MachineError: If the network cannot be exported.
        OutputError: If it cannot be written.
    """
    path = out / f"{parent.name}-v{version}.onnx"
    today = datetime.now(tz=UTC).date().isoformat()
    card = replace(card, version=version, parent=parent.version, date=today)
    if network is None:
        from training import modelfile  # noqa: PLC0415 - needs ONNX, which nothing before it does

        modelfile.write_with_card(parent.path, card, path)
    else:
        from training.ratings import school  # noqa: PLC0415 - TensorFlow loads for seconds

        school.export(network, card, path)
    return path


def report(
    parent: ModelCard,
    path: Path | None,
    version: int,
    reason: str,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    **told: Any,  # noqa: ANN401 - values of JSON
) -> dict[str, Any]:
    """What a report says of every candidate, and what else is `told`."""
    return {
        "model": parent.name,
        "parent": parent.version,
        "version": version if path else None,
        "file": path.name if path else None,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest() if path else None,
        "accepted": reason == BETTER,
        "reason": reason,
        "before": dict(before),
        "after": dict(after),
        **told,
    }
