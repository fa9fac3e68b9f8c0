"""A training run -> a model file with everything its card tells, measured on held-out pieces."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from composer.models import loading
from composer.styles.table import KINDS_OF_PIANO, PIANO, STYLE_NAMES
from training.corpus.style_profiles import measure_profiles
from training.evaluation import bits_per_note, fixture
from training.export import onnx_export
from training.fitting import checkpoint
from training.networks.build import build_network
from training.networks.registry import configuration_from

if TYPE_CHECKING:
    from pathlib import Path

    from training.corpus.dataset import Dataset
    from training.networks.base import Network

_FEWEST_PIECES = 20
_COMPARED_TOKENS = 600


def release_model(
    folder: Path, data: Dataset, *, out: Path, name: str | None, version: int | None, licence: str
) -> list[str]:
    """Export the best weights of a run.

    Args:
        folder: Folder of the run.
        data: The corpus that it was trained on.
        out: Folder of models.
        name: Name of the model; its architecture if None.
        version: Version of the model; one more than that of the newest there if None.
        licence: Licence of the weights.

    Returns:
        Lines that tell what was measured.

    Raises:
        MachineError: If there is no run, or the export fails its checks.
        OutputError: If the file cannot be written.
    """
    run = checkpoint.read_run(folder)
    network = build_network(configuration_from(run.configuration))
    checkpoint.load_best(folder, network)
    bits = bits_per_note.of_network(network, data, data.of("test"))
    name = name or str(run.configuration["architecture"])
    version = version or 1 + max(loading.versions(name, out), default=0)
    told = {"name": name, "version": version, "licence": licence, "tokens_seen": run.tokens}
    measured = {"bits_per_note": bits.per_note, **_known_from_corpus(network, data)}
    path = out / f"{name}-v{version}.onnx"
    exported = onnx_export.export_network(network, path, told | measured)
    return [
        f"{path}: {exported.size / 1e6:.2f} MB, {network.count_params()} parameters, {run.tokens / 1e6:.1f} M tokens",
        f"test split: {bits.per_note:.3f} bits a note, {bits.pitch:.3f} of them for pitch, {bits.notes} notes",
        f"step against whole sequence, float32: largest logit difference {exported.step_error:.2g}",
        f"8-bit against float32: logit difference {exported.quantisation_error:.4f} of their deviation (RMS)",
        _compare_quantised(network, path, data),
    ]


def _known_from_corpus(network: Network, data: Dataset) -> dict[str, Any]:
    """The fields of a card that follow from what the network was trained on."""
    styles = known_styles(data)
    return {
        "fixture_cost": fixture.cost(partial(bits_per_note.of_network, network), styles),
        "trained_on": training_sources(data),
        "styles": styles,
        "profiles": measure_profiles(data),
    }


def _compare_quantised(network: Network, path: Path, data: Dataset) -> str:
    """A line that tells what a file's quantised weights cost a few held-out pieces more than the network's own."""
    few = bits_per_note.sample_entries(data.of("test"))
    plain = bits_per_note.of_network(network, data, few, longest=_COMPARED_TOKENS)
    quantised = bits_per_note.of_model(loading.load(path), data, few, longest=_COMPARED_TOKENS)
    change = f"{100 * (quantised.per_note / plain.per_note - 1):+.2f} %"
    return f"both on {len(few)} test sections: {plain.per_note:.4f} and {quantised.per_note:.4f} bits a note, {change}"


def training_sources(data: Dataset) -> tuple[tuple[str, str], ...]:
    """(set, licences of its pieces) of the training split."""
    licences: dict[str, Counter[str]] = {}
    for entry in data.of("train"):
        licences.setdefault(entry.collection, Counter())[entry.licence] += 1
    return tuple((name, ", ".join(licence for licence, _ in found.most_common())) for name, found in licences.items())


def known_styles(data: Dataset) -> tuple[str, ...]:
    """The styles that the training split has enough pieces of, in the order of `STYLE_NAMES`."""
    found = Counter(entry.style for entry in data.of("train"))
    found[PIANO] += sum(found[kind] for kind in KINDS_OF_PIANO)
    return tuple(style for style in STYLE_NAMES if found[style] >= _FEWEST_PIECES)
