"""A model file beside smoothed n-grams on held-out pieces: the measurement, its table and its JSON."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.errors import RequestError
from composer.styles.table import KINDS_OF_PIANO, PIANO, STYLE_NAMES
from composer.tokens.vocabulary import VOCABULARY_SIZE
from training.evaluation import ngrams, within_piece
from training.evaluation.bits_per_note import LONGEST, Bits, Cost, add_up, cost_of, costs_of_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from composer.models.loading import Model
    from training.corpus.dataset import CorpusEntry, Dataset

SMOOTHINGS = {"Witten-Bell": ngrams.witten_bell, "Kneser-Ney": ngrams.kneser_ney}
COMPARED_ORDERS = range(3, ngrams.HIGHEST_ORDER + 1)
"""Orders of the n-grams that a network is held against; shorter ones are shown only."""

WITH_PIECE = f"Kneser-Ney {ngrams.HIGHEST_ORDER} and the piece's own {within_piece.ORDER}"
"""The highest Kneser-Ney n-gram, mixed with n-grams of the piece so far."""

ALL = "all"
_MODEL = "model"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """The sections of one style.

    Attributes:
        style: One of `composer.styles.table.STYLE_NAMES`, `piano` being all of its kinds together, or `ALL`.
        sections: Measured.
        tokens: Measured.
        model: Bits of the model file.
        ngrams: Figures of the n-grams by smoothing and order, such as "Witten-Bell 4".
        best: The name of the n-gram of `COMPARED_ORDERS`, or `WITH_PIECE`, with the fewest bits.
    """

    style: str
    sections: int
    tokens: int
    model: Bits
    ngrams: dict[str, Bits]
    best: str

    @property
    def below(self) -> float:
        """By how many per cent the model's bits lie below the best n-gram's."""
        return 100 * (1 - self.model.per_note / self.ngrams[self.best].per_note)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A measured model file.

    Attributes:
        model: Name and version of the model.
        sections: Number of sections of the test split, measured or not.
        training_tokens: Number of tokens that the n-grams were counted from.
        rows: One for each style, the last for all.
    """

    model: str
    sections: int
    training_tokens: int
    rows: tuple[EvaluationRow, ...]


def measure_against_ngrams(model: Model, data: Dataset, *, tokens: int | None = None) -> Evaluation:
    """Measure a model file and the n-grams of the same corpus's train split on the same held-out sections.

    Args:
        model: The file.
        data: The corpus.
        tokens: About how many to measure, in sections evenly spread; None measures the whole test split.

    Raises:
        RequestError: If the corpus has nothing to test on, or nothing to count n-grams in.
    """
    held_out = data.of("test")
    if not held_out or not data.of("train"):
        raise RequestError("the corpus lacks a test or a train split; prepare one with a pieces.tsv that names them")
    entries = held_out if tokens is None else spread_sections(held_out, tokens)
    costs = {_MODEL: costs_of_model(model, data, entries)}
    train = ngrams.token_windows([data.tokens[entry.start : entry.start + entry.length] for entry in data.of("train")])
    costs |= _ngram_costs(train, [_measured_part(data, entry) for entry in entries])
    return Evaluation(
        model=model.card.identity.label,
        sections=len(held_out),
        training_tokens=len(train.keys),
        rows=tuple(_rows_by_style(entries, costs)),
    )


def spread_sections(entries: Sequence[CorpusEntry], tokens: int) -> list[CorpusEntry]:
    """Sections evenly spread over all, that have about `tokens` tokens to measure."""
    mean = float(np.mean([min(entry.length, LONGEST) for entry in entries]))
    number = min(len(entries), max(1, round(tokens / mean)))
    return [entries[place] for place in np.linspace(0, len(entries) - 1, number).round().astype(int)]


def _measured_part(data: Dataset, entry: CorpusEntry) -> NDArray[np.uint16]:
    """START and the tokens that `training.evaluation.bits_per_note` measures of a section."""
    return data.tokens[entry.start : entry.start + min(entry.length, LONGEST + 1)]


def _ngram_costs(train: ngrams.ContextWindows, sections: Sequence[NDArray[np.uint16]]) -> dict[str, list[Cost]]:
    test = ngrams.token_windows(sections)
    ends = np.cumsum([len(section) - 1 for section in sections])[:-1]
    costs: dict[str, list[Cost]] = {}
    for name, smoothing in SMOOTHINGS.items():
        for order, found in zip(ngrams.ORDERS, smoothing(train, test, vocabulary_size=VOCABULARY_SIZE), strict=True):
            parts = np.split(-np.log(found), ends)
            costs[f"{name} {order}"] = [
                cost_of(nats, section[1:].astype(np.int32)) for nats, section in zip(parts, sections, strict=True)
            ]
        log.info("%s n-grams measured", name)
    # What the last n-grams found are those of Kneser-Ney's highest order.
    mixed = map(_mixed_with_piece, np.split(found, ends), sections)
    costs[WITH_PIECE] = [
        cost_of(-np.log(own), section[1:].astype(np.int32)) for own, section in zip(mixed, sections, strict=True)
    ]
    log.info("n-grams of each piece measured")
    return costs


def _mixed_with_piece(corpus: ngrams.Probabilities, section: NDArray[np.uint16]) -> ngrams.Probabilities:
    return within_piece.mix(corpus, within_piece.within_piece(section, vocabulary_size=VOCABULARY_SIZE))


def _rows_by_style(entries: Sequence[CorpusEntry], costs: dict[str, list[Cost]]) -> Iterator[EvaluationRow]:
    groups: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        groups[PIANO if entry.style in KINDS_OF_PIANO else entry.style].append(place)
        groups[ALL].append(place)
    for style in (*STYLE_NAMES, ALL):
        if style in groups:
            chosen = {name: [each[place] for place in groups[style]] for name, each in costs.items()}
            yield _add_row(style, chosen)


def _add_row(style: str, costs: dict[str, list[Cost]]) -> EvaluationRow:
    bits = {name: add_up(each) for name, each in costs.items()}
    compared = [WITH_PIECE, *(f"{smoothing} {order}" for smoothing in SMOOTHINGS for order in COMPARED_ORDERS)]
    return EvaluationRow(
        style=style,
        sections=len(costs[_MODEL]),
        tokens=sum(cost.tokens for cost in costs[_MODEL]),
        model=bits.pop(_MODEL),
        ngrams=bits,
        best=min(compared, key=lambda name: bits[name].per_note),
    )


def format_table(evaluation: Evaluation) -> str:
    """Two tables in Markdown: the model by style, and all n-grams."""
    everything = evaluation.rows[-1]
    told = (
        f"{evaluation.model}, bits a note, on {everything.sections:,} of {evaluation.sections:,} sections of the test "
        f"split, each up to {LONGEST:,} tokens; n-grams of {evaluation.training_tokens:,} training tokens"
    )
    styles = ["style", "sections", "notes", "model", "of it pitch", "best n-gram", "of it pitch", "which", "below it"]
    orders = ["order", *(heading for name in SMOOTHINGS for heading in (name, "of it pitch"))]
    return "\n".join(
        (
            told,
            "",
            *_format_rows(styles, [_style_cells(row) for row in evaluation.rows]),
            "",
            *_format_rows(orders, [_order_cells(everything, order) for order in ngrams.ORDERS]),
        )
    )


def _format_rows(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (headings, ["---"] * len(headings), *rows)]


def _style_cells(row: EvaluationRow) -> list[str]:
    best = row.ngrams[row.best]
    return [
        row.style,
        f"{row.sections:,}",
        f"{row.model.notes:,}",
        *_format_bits(row.model),
        *_format_bits(best),
        row.best,
        f"{row.below:.1f} %",
    ]


def _order_cells(row: EvaluationRow, order: int) -> list[str]:
    return [str(order), *(cell for name in SMOOTHINGS for cell in _format_bits(row.ngrams[f"{name} {order}"]))]


def _format_bits(bits: Bits) -> tuple[str, str]:
    return f"{bits.per_note:.3f}", f"{bits.pitch:.3f}"


def figures_record(evaluation: Evaluation) -> dict[str, Any]:
    """All figures, ready for JSON."""
    rows = {
        row.style: {
            "sections": row.sections,
            "tokens": row.tokens,
            "model": asdict(row.model),
            "ngrams": {name: asdict(bits) for name, bits in row.ngrams.items()},
            "best_ngram": row.best,
            "percent_below": round(row.below, 2),
        }
        for row in evaluation.rows
    }
    return {**asdict(evaluation), "longest": LONGEST, "rows": rows}
