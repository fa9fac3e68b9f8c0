"""A candidate for the next version: its parent, its card and its file."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from composer.errors import ModelError, OutputError
from composer.models.card import changed
from composer.models.identity import Source
from composer.training_contract import REPORT_FILE
from training.corpus.sources import UNTABLED
from training.networks.registry import NETWORKS

if TYPE_CHECKING:
    from pathlib import Path

    from composer.models.card import ModelCard
    from composer.models.loading import Model
    from training.corpus.dataset import Dataset
    from training.networks.base import Network


def prepare_folder(out: Path) -> None:
    """Make the folder that candidate and report go to; what is said there of an earlier one is taken away.

    Raises:
        OutputError: If nothing can be written there.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / REPORT_FILE).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write to {out}: {error.strerror or error}; choose another folder") from error


def check_parent(parent: Model, *, trained: bool) -> None:
    """Refuse a parent that no candidate can come of.

    Args:
        parent: Model that the candidate is to come of.
        trained: Whether its weights are to be trained, and not only its card to change.

    Raises:
        ModelError: If the file is another model's or version's than it is called after, or it is no network.
    """
    card = parent.card
    if parent.path.name != card.file_name:
        held = card.identity.label
        raise ModelError(f"{parent.path} holds {held}; call it {card.file_name}, or install it anew")
    if trained and card.identity.architecture not in NETWORKS:
        raise ModelError(f"{card.identity.name} is no network that could be trained; retrain it on ratings instead")


def file_fingerprint(path: Path) -> str:
    """SHA-256 of a model file, in hex.

    Raises:
        ModelError: If it cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}; install it anew") from error


def check_unchanged(path: Path, known: str) -> None:
    """Refuse a parent whose file was swapped while it was learned from; `known` was its fingerprint.

    Raises:
        ModelError: If it is another one now.
    """
    if file_fingerprint(path) != known:
        raise ModelError(f"{path} was changed while it was learned from; retrain again")


def with_sources(card: ModelCard, corpus: Dataset) -> ModelCard:
    """The card of a model that learned from a corpus as well.

    Where the licence of any of its pieces is not known, nobody can say under which the weights may be passed on.
    """
    from training import release  # noqa: PLC0415 - TensorFlow loads for seconds

    learned = tuple(Source(*source) for source in release.training_sources(corpus))
    unknown = any(entry.licence == UNTABLED for entry in corpus.of("train"))
    told = tuple(source for source in card.identity.trained_on if source not in learned)
    return changed(card, trained_on=(*told, *learned), licence="" if unknown else card.identity.licence)


def write_candidate(parent: ModelCard, card: ModelCard, network: Network | None, out: Path, version: int) -> Path:
    """Write a candidate into `out`; without a network it has the parent's weights and another card.

    Raises:
        MachineError: If the network cannot be exported.
        OutputError: If it cannot be written.
    """
    path = out / f"{parent.identity.name}-v{version}.onnx"
    today = datetime.now(tz=UTC).date().isoformat()
    card = changed(card, version=version, parent=parent.identity.version, date=today)
    if network is None:
        from training.export import model_file  # noqa: PLC0415 - needs ONNX, which nothing before it does

        model_file.write_with_card(parent.path, card, path)
    else:
        from training.ratings import network_training  # noqa: PLC0415 - TensorFlow loads for seconds

        network_training.export_trained(network, card, path)
    return path
