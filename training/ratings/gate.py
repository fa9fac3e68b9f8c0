"""Whether a new version may take the place of the old one."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.compose import compose
from composer.decoding.network_engine import NetworkEngine
from composer.errors import RequestError
from composer.music.score import Key, Tempo
from composer.planning.constraints import TONICS
from composer.styles.table import KINDS_OF_PIANO, PIANO
from composer.taste.traits import piece_traits
from composer.tokens import tokenizer
from composer.training_contract import CADENCE, COPIES, FORGOT, GRAMMAR, LENGTH, UNIFORM
from training.comparison.checks import check_pieces
from training.comparison.copying import distinct_share
from training.comparison.drawing import of_composition
from training.comparison.excerpts import Excerpt
from training.evaluation import bits_per_note, copy_check, fixture
from training.ratings.piece_windows import RATING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from composer.compose import Composition
    from composer.models.loading import Model
    from composer.music.score import Score
    from composer.request import Request
    from training.corpus.dataset import CorpusEntry, Dataset
    from training.ratings.trial import Trial

CONFIDENCE = 0.9
FORGETTING = 0.01
"""Share by which held-out bits a note may rise."""

LESS_DISTINCT = 0.05
"""Share by which distinct runs of onsets may become fewer."""

FORGETTING_IN_ALL, LESS_DISTINCT_IN_ALL = 0.02, 0.1
"""The same two shares beside the version that all began with: many small steps must not add up."""

TRIAL_SHARE = 0.25
"""Share of the time of a retraining that the pieces of either version may take."""

_FEWEST_TRIED = 16
"""Pieces that are composed however long they take: fewer say nothing."""

_CADENCES = 0.95
_GRAM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFigures:
    """What a version is measured by, some of `training_contract.FIGURES`.

    Attributes:
        bits_per_note: Bits a note on held-out sections.
        diversity: Share of different ones among all runs of four onsets of its pieces.
        grammar: Share of its pieces that their tokens spell exactly.
        length: Share that lasts as long as asked.
        cadence: Share that ends with one.
        copies: Runs of bars that stand in what it was trained on.
    """

    bits_per_note: float
    diversity: float
    grammar: float
    length: float
    cadence: float
    copies: int


@dataclass(frozen=True, slots=True)
class TrialResult:
    """A version's pieces and figures, and how many seconds it took to come by them."""

    pieces: tuple[Composition, ...]
    figures: GateFigures
    seconds: float = 0.0

    def traits(self, model: Model, requests: Sequence[Request]) -> list[dict[str, float]]:
        """Each piece in numbers, see `composer.taste.traits.piece_traits`."""
        return [
            piece_traits(
                piece.measures,
                style=request.style,
                mode=piece.plan.key.mode,
                tempo=piece.plan.beats_per_minute,
                profile=model.card.choosing.profiles[request.style],
            )
            for piece, request in zip(self.pieces, requests, strict=True)
        ]


def measure_version(
    model: Model,
    trial: Trial,
    *,
    seconds: float = math.inf,
    tell: Callable[[int, int], None] = lambda _a, _b: None,
) -> TrialResult:
    """Let a version compose, and measure it.

    Args:
        model: The version.
        trial: What it composes.
        seconds: Seconds after which no further piece is begun, once there are `_FEWEST_TRIED`; a busy machine composes
            fewer.
        tell: Told of each piece, as (number, of).
    """
    pieces: list[Composition] = []
    started = time.monotonic()
    for request in trial.requests():
        if len(pieces) >= _FEWEST_TRIED and time.monotonic() - started > seconds:
            break
        pieces.append(compose(request, NetworkEngine(model)))
        tell(len(pieces), trial.pieces)
    requests = trial.requests()[: len(pieces)]
    shares = check_pieces([of_composition(request, piece) for request, piece in zip(requests, pieces, strict=True)])
    scores, known = [_decode_piece(piece) for piece in pieces], copy_check.load_runs()
    return TrialResult(
        tuple(pieces),
        GateFigures(
            bits_per_note=held_out_bits(model),
            diversity=round(distinct_share([Excerpt("", "", score) for score in scores], _GRAM), 4),
            grammar=float(np.mean([_spells_exactly(*both) for both in zip(pieces, scores, strict=True)])),
            length=shares["length"],
            cadence=shares["cadence"],
            copies=_count_copies(pieces, known),
        ),
        time.monotonic() - started,
    )


def count_more_copies(tried: TrialResult, learned: NDArray[np.uint64]) -> TrialResult:
    """The same, the copies of what a version learned last counted too; see `copy_check.bar_runs`, which are sorted."""
    copies = tried.figures.copies + _count_copies(tried.pieces, learned)
    return replace(tried, figures=replace(tried.figures, copies=copies))


def _count_copies(pieces: Iterable[Composition], known: NDArray[np.uint64]) -> int:
    return sum(copy_check.copied_runs(piece.tokens, piece.plan.metre, known) for piece in pieces)


def held_out_bits(model: Model, corpus: Dataset | None = None) -> float:
    """Bits a note on held-out sections: of a corpus's valid split, or those that come with the code.

    The model is asked for what the composer will ask it for, a rating among it: what it forgets there is forgotten.

    Raises:
        RequestError: If none of the corpus's is in a style that the model knows.
    """
    data = fixture.load() if corpus is None else corpus
    known = {*model.card.identity.styles, *(KINDS_OF_PIANO if PIANO in model.card.identity.styles else ())}
    entries = [entry for entry in data.of("test" if corpus is None else "valid") if entry.style in known]
    if not entries:
        raise RequestError(f"no held-out piece of the corpus is in a style that {model.card.identity.name} knows")
    asked = [
        under_rating(entry, model.card.choosing.preferences.rating) for entry in bits_per_note.sample_entries(entries)
    ]
    return bits_per_note.of_model(model, data, asked, longest=fixture.LONGEST).per_note


def under_rating(entry: CorpusEntry, rating: int) -> CorpusEntry:
    """A section of a corpus under a class of rating."""
    classes = list(entry.classes)
    classes[RATING] = rating
    return replace(entry, classes=tuple(classes))


def _decode_piece(piece: Composition) -> Score:
    """What a piece's tokens spell, in C major or A minor."""
    plan = piece.plan
    written = Key(TONICS[plan.key.mode], plan.key.mode)
    return tokenizer.decode(piece.tokens, metre=plan.metre, key=written, tempos=(Tempo(0, 100.0),))


def _spells_exactly(piece: Composition, score: Score) -> bool:
    """Whether the tokens say what they must say and nothing twice."""
    return score.bars == piece.plan.bars and tuple(tokenizer.encode(score)) == piece.tokens


def find_failure(before: GateFigures, after: GateFigures) -> str | None:
    """The reason for which a new version is refused beside its parent; None if it passes all checks.

    Args:
        before: The parent's figures.
        after: The new version's.
    """
    failed = (
        (FORGOT, _has_forgotten(before.bits_per_note, after.bits_per_note)),
        (GRAMMAR, after.grammar < before.grammar),
        (LENGTH, after.length < before.length),
        (CADENCE, after.cadence < min(_CADENCES, before.cadence)),
        (COPIES, after.copies > before.copies),
        (UNIFORM, after.diversity < before.diversity * (1 - LESS_DISTINCT)),
    )
    return next((code for code, bad in failed if bad), None)


def find_drift(anchor: GateFigures, after: GateFigures) -> str | None:
    """The reason for which a new version is refused beside the one that all began with; None if it is near enough.

    Every other limit is one that no version may come below its parent at, so that those do not add up.
    """
    if _has_forgotten(anchor.bits_per_note, after.bits_per_note, by=FORGETTING_IN_ALL):
        return FORGOT
    return UNIFORM if after.diversity < anchor.diversity * (1 - LESS_DISTINCT_IN_ALL) else None


def _has_forgotten(before: float, after: float, *, by: float = FORGETTING) -> bool:
    # Written so that not-a-number, which a network may come to, is forgetting as well.
    return not after <= before * (1 + by)


def figures_record(figures: GateFigures, **more: float) -> dict[str, Any]:
    """Figures as they stand in a report."""
    return {**asdict(figures), **more}
