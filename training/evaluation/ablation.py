"""What each decision about tokens and features is worth: a small network with and without it, in bits per note."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from composer.errors import MachineError, RequestError, unknown_name
from composer.files import write_atomically
from composer.tokens import features, vocabulary
from training.corpus.dataset import narrowed
from training.evaluation import bits_per_note, variants
from training.evaluation.against_ngrams import spread_sections
from training.fitting import checkpoint
from training.fitting.fit import fit_network
from training.fitting.plan import TrainingPlan
from training.networks.build import build_network
from training.networks.registry import configuration_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from training.corpus.batches import Batch
    from training.corpus.dataset import Dataset

AS_SHIPPED = "as-shipped"
FIGURES = "figures.json"
SIZE: Mapping[str, int | float] = {"width": 64, "stacks": 1, "depth": 10, "dropout": 0.0}
"""A WaveNet that sees 1,024 tokens and learns something within minutes on two cores."""

_PLAN = TrainingPlan(batch=4, warmup=100, average=0.99)
"""A short run has few steps: smaller ones, and an average that is young sooner."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AblationRow:
    """A way to tell a corpus.

    Attributes:
        told: What it changes.
        corpus: The corpus told so.
        vary: Makes from a seed what changes every batch; None leaves them alone.
    """

    told: str
    corpus: Callable[[Dataset], Dataset]
    vary: Callable[[int], Callable[[Batch], Batch]] | None = None


def _as_it_is(data: Dataset) -> Dataset:
    return data


def _held_out_in_own_keys(data: Dataset) -> Dataset:
    return variants.in_own_keys(data, "valid")


def _transpose_windows(seed: int) -> Callable[[Batch], Batch]:
    return variants.Transposing(seed=seed)


ROWS: Mapping[str, AblationRow] = {
    AS_SHIPPED: AblationRow("C major and A minor, 24 ticks a quarter, all features", _as_it_is),
    "transposing": AblationRow(
        "windows in any key, held-out pieces in their own", _held_out_in_own_keys, _transpose_windows
    ),
    "12-ticks": AblationRow("12 ticks a quarter", variants.with_coarser_grid),
    "no-position": AblationRow("without the position: conditions only", variants.without_position),
    "no-lags": AblationRow("without what stood 4 and 8 bars before", variants.without_lags),
}
"""By name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationSettings:
    """What all rows of a table share.

    Attributes:
        size: Sizes of the network, see `SIZE`.
        tokens: Number of tokens that a row learns from, windows counted as often as they are drawn.
        corpus_tokens: About how many of the train split there are to draw from; of the valid split a tenth.
        seed: Seed of weights and draws.
    """

    size: Mapping[str, int | float]
    tokens: int
    corpus_tokens: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse budgets that are none."""
        if min(self.tokens, self.corpus_tokens) < 1:
            raise ValueError("tokens and corpus tokens must be at least 1")


@dataclass(frozen=True, slots=True)
class AblationFigures:
    """One measured row.

    Attributes:
        row: Name of the row.
        settings: Settings that it was measured under.
        bits_per_note: Bits a note on the valid split, told as the row tells it.
        pitch: Bits a note of the pitches alone.
        notes: Number of notes that were measured.
        tokens_a_note: Tokens a note in the corpus.
        off_12_ticks: Share of the corpus's onsets that 12 ticks a quarter cannot hold.
        tokens: Number of tokens that were learned from.
        parameters: Number of the network's parameters.
        seconds: Seconds of training.
    """

    row: str
    settings: Mapping[str, Any]
    bits_per_note: float
    pitch: float
    notes: int
    tokens_a_note: float
    off_12_ticks: float
    tokens: int
    parameters: int
    seconds: float


def measure_rows(
    load: Callable[[], Dataset], names: Sequence[str], settings: AblationSettings, *, out: Path
) -> list[AblationFigures]:
    """Measure rows; those that lie in `out` already are not measured again.

    Args:
        load: Gives the prepared corpus, if it is needed.
        names: Names of rows, some of `ROWS`.
        settings: Settings of every row.
        out: Folder, with one for each row.

    Returns:
        All rows that lie in `out`, in the order of `ROWS`.

    Raises:
        RequestError: If there is no such row, `out` holds rows of other settings, or the corpus lacks a split.
        MachineError: If what lies in `out` is damaged.
    """
    for name in names:
        if name not in ROWS:
            raise unknown_name("a row", name, tuple(ROWS))
    found = {name: _read_figures(out / name / FIGURES) for name in ROWS if (out / name / FIGURES).is_file()}
    for figures in found.values():
        if figures.settings != asdict(settings):
            raise RequestError(
                f"{out} holds rows of other settings: {figures.settings}; name another folder with --out"
            )
    missing = [name for name in names if name not in found]
    if missing:
        data = _choose_part(load(), settings)
        for name in missing:
            found[name] = _measure_row(name, data, settings, out / name)
    return [found[name] for name in ROWS if name in found]


def _choose_part(data: Dataset, settings: AblationSettings) -> Dataset:
    train, valid = data.of("train"), data.of("valid")
    if not train or not valid:
        raise RequestError("the corpus lacks a train or a valid split; prepare one with a pieces.tsv that names them")
    chosen = [*spread_sections(train, settings.corpus_tokens), *spread_sections(valid, settings.corpus_tokens // 10)]
    # What is left out was measured on positions, and what a further feature is worth is told by training with it.
    return variants.part_of(narrowed(data, features.PLAIN), chosen)


def _measure_row(name: str, data: Dataset, settings: AblationSettings, folder: Path) -> AblationFigures:
    row = ROWS[name]
    log.info("%s: %s", name, row.told)
    told = row.corpus(data)
    sizes = {"vocabulary_size": vocabulary.VOCABULARY_SIZE, "feature_width": data.feature_set.width, **settings.size}
    plan = replace(_PLAN, tokens=settings.tokens, seed=settings.seed)
    vary = None if row.vary is None else row.vary(settings.seed)
    started = time.monotonic()
    run = fit_network(told, {"architecture": "wavenet", **sizes}, plan, folder=folder, vary=vary)
    log.info("%s: trained in %.0f s", name, time.monotonic() - started)
    network = build_network(configuration_from(run.configuration))
    checkpoint.load_best(folder, network)
    bits = bits_per_note.of_network(network, told, told.of("valid"))
    figures = AblationFigures(
        row=name,
        settings=asdict(settings),
        bits_per_note=bits.per_note,
        pitch=bits.pitch,
        notes=bits.notes,
        tokens_a_note=len(told.tokens) / sum(entry.notes for entry in told.entries),
        off_12_ticks=variants.off_coarser_grid(told),
        tokens=run.tokens,
        parameters=int(network.count_params()),
        seconds=run.seconds,
    )
    write_atomically(folder / FIGURES, json.dumps(asdict(figures)).encode())
    return figures


def _read_figures(path: Path) -> AblationFigures:
    try:
        return AblationFigures(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise MachineError(f"{path} is damaged; delete it, and the row is measured again") from error


def format_table(found: Iterable[AblationFigures]) -> str:
    """All rows in Markdown, each beside the one that is as shipped."""
    rows = list(found)
    usual = next((figures.bits_per_note for figures in rows if figures.row == AS_SHIPPED), None)
    head = ["row", "what it changes", "bits a note", "against shipped", "of it pitch", "tokens a note", "M tokens", "s"]
    lines = [head, ["---", "---", *["---:"] * 6]]
    lines += [
        [
            figures.row,
            ROWS[figures.row].told,
            f"{figures.bits_per_note:.3f}",
            "-" if usual is None else f"{100 * (figures.bits_per_note / usual - 1):+.1f} %",
            f"{figures.pitch:.3f}",
            f"{figures.tokens_a_note:.2f}",
            f"{figures.tokens / 1e6:.1f}",
            f"{figures.seconds:.0f}",
        ]
        for figures in rows
    ]
    told = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{told}\n\n{_format_grid_note(rows)}" if rows else told


def _format_grid_note(rows: Sequence[AblationFigures]) -> str:
    off = max(figures.off_12_ticks for figures in rows)
    return (
        f"{100 * off:.1f} % of the onsets lie off the grid of 12 ticks: its row says less of each piece, "
        "and its bits are to be held against what it leaves out."
    )
