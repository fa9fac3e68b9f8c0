"""A training run -> a model file with everything its card tells, measured on held-out pieces."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from composer.models import loading
from composer.tokens.conditions import KINDS_OF_PIANO, STYLES
from training.corpus.style_profiles import measure_profiles
from training.evaluation import bits_per_note, fixture
from training.export import onnx_export
from training.fitting import checkpoint
from training.networks.build import build_network
from training.networks.registry import configuration_from

if TYPE_CHECKING:
    from pathlib import Path

    from training.corpus.dataset import Dataset

_FEWEST_PIECES = 20
_COMPARED_TOKENS = 600


def release_model(
    folder: Path, data: Dataset, *, out: Path, name: str | None, version: int | None, licence: str
) -> list[str]:
    """Export the best weights of a run.

    Args:
        folder: Of the run.
        data: The corpus that it was trained on.
        out: Folder of models.
        name: Of the model; its architecture if None.
        version: Of the model; one more than that of the newest there if None.
        licence: Of the weights.

    Returns:
        Lines that tell what was measured.

    Raises:
        MachineError: If there is no run, or the export fails its checks.
        OutputError: If the file cannot be written.
    """
    run = checkpoint.read_run(folder)
    network = build_network(configuration_from(run.configuration))
    checkpoint.load_best(folder, network)
    held_out = data.of("test")
    bits = bits_per_note.of_network(network, data, held_out)
    name = name or str(run.configuration["architecture"])
    metadata = {
        "name": name,
        "version": version or 1 + max(loading.versions(name, out), default=0),
        "licence": licence,
        "bits_per_note": bits.per_note,
        "fixture_cost": fixture.cost(partial(bits_per_note.of_network, network), known_styles(data)),
        "tokens_seen": run.tokens,
        "trained_on": training_sources(data),
        "styles": known_styles(data),
        "profiles": measure_profiles(data),
    }
    path = out / f"{name}-v{metadata['version']}.onnx"
    exported = onnx_export.export_network(network, path, metadata)
    few = bits_per_note.sample_entries(held_out)
    plain = bits_per_note.of_network(network, data, few, longest=_COMPARED_TOKENS)
    quantised = bits_per_note.of_model(loading.load(path), data, few, longest=_COMPARED_TOKENS)
    change = f"{100 * (quantised.per_note / plain.per_note - 1):+.2f} %"
    return [
        f"{path}: {exported.size / 1e6:.2f} MB, {network.count_params()} parameters, {run.tokens / 1e6:.1f} M tokens",
        f"test split: {bits.per_note:.3f} bits a note, {bits.pitch:.3f} of them for pitch, {bits.notes} notes",
        f"step against whole sequence, float32: largest logit difference {exported.step_error:.2g}",
        f"8-bit against float32: logit difference {exported.quantisation_error:.4f} of their deviation (RMS)",
        f"both on {len(few)} test sections: {plain.per_note:.4f} and {quantised.per_note:.4f} bits a note, {change}",
    ]


def training_sources(data: Dataset) -> tuple[tuple[str, str], ...]:
    """(set, licences of its pieces) of the training split."""
    licences: dict[str, Counter[str]] = {}
    for entry in data.of("train"):
        licences.setdefault(entry.collection, Counter())[entry.licence] += 1
    return tuple((name, ", ".join(licence for licence, _ in found.most_common())) for name, found in licences.items())


def known_styles(data: Dataset) -> tuple[str, ...]:
    """The styles that the training split has enough pieces of, in the order of `STYLES`."""
    found = Counter(entry.style for entry in data.of("train"))
    found[STYLES[0]] += sum(found[kind] for kind in KINDS_OF_PIANO)
    return tuple(style for style in STYLES if found[style] >= _FEWEST_PIECES)
