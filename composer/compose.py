"""Request -> Composition: plan, draw candidates, keep the best, play it, write MIDI."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from composer.decoding.loop import BiasStrengths, decode_candidates
from composer.decoding.ranking import Verdict, best_candidate, draw_by_verdict, judge, weights_with_liking
from composer.decoding.sampling import for_creativity
from composer.errors import RequestError
from composer.models.runner import ModelRunner
from composer.music.score import Key, Part
from composer.performance import instruments, midi
from composer.performance.expression import perform
from composer.planning.constraints import TONICS, PieceConstraints
from composer.planning.plan import plan_piece
from composer.planning.titles import make_title
from composer.request import settings_of
from composer.tokens import tokenizer
from composer.tokens.conditions import density_class
from composer.tokens.vocabulary import PITCHED_PARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from composer.decoding.loop import Candidate
    from composer.decoding.ranking import Verdict
    from composer.models.choosing import Choosing
    from composer.models.loading import Model
    from composer.music.score import Score
    from composer.options import Plain
    from composer.planning.plan import Plan
    from composer.request import Request

_ENSEMBLES: dict[str, tuple[frozenset[Part], int, int]] = {
    "quartet": (frozenset(PITCHED_PARTS), 24, 4),
    "orchestra": (frozenset(PITCHED_PARTS), 52, 10),
    "band": (frozenset(Part), 47, 7),
    "choir": (frozenset(PITCHED_PARTS), 28, 5),
}
"""Parts that play, and the widest span and most notes of one part at an onset: the 99th percentile in the corpus.

All other styles are for two hands, or a voice and a piano.
"""

_INSTRUMENTS = {"song": "flute", "quartet": "quartet", "orchestra": "orchestra", "band": "band", "choir": "choir"}
"""What plays a style where no instrument is asked for; the piano plays the rest."""

_DEEPEST_TRANSPOSITION = -6


@dataclass(frozen=True, slots=True)
class Composition:
    """A finished piece.

    Attributes:
        score: As played, in the asked key.
        title: Of the piece.
        midi: A standard MIDI file, with `settings` as a text event.
        settings: All that is needed to compose the same piece again.
        plan: What was settled before the first note.
        measures: Of the piece, see `composer.music.measures`.
        tokens: As the network said it, from START to END.
        seconds_spent: By stage: sample, rank, write.
    """

    score: Score
    title: str
    midi: bytes
    settings: Mapping[str, object]
    plan: Plan
    measures: Mapping[str, float]
    tokens: tuple[int, ...]
    seconds_spent: Mapping[str, float]


def compose(
    request: Request,
    model: Model,
    *,
    progress: Callable[[int, int], None] = lambda _bars, _of: None,
) -> Composition:
    """Compose a piece.

    Args:
        request: What is asked for. The same request to the same model gives the same bytes.
        model: Loaded; shared by any number of calls.
        progress: Called before every step with the bars begun and the bars in all; what it raises ends the
            composing (see `loop.Cancelled`).

    Raises:
        RequestError: If the model does not know the style, or no such instrument exists.
    """
    identity = model.card.identity
    if request.style not in identity.styles:
        known = ", ".join(identity.styles)
        raise RequestError(f"{identity.name} has not learned the style {request.style}; it knows {known}")
    instrument = instruments.find(request.instrument or _INSTRUMENTS.get(request.style, "piano"))
    rng = np.random.default_rng(request.seed)
    planned = plan_piece(request, rng, model.card.choosing.preferences)
    spent: dict[str, float] = {}
    with _timed(spent, "sample"):
        candidates = draw_candidates(request, planned, model, rng, progress=lambda bars: progress(bars, planned.bars))
    with _timed(spent, "rank"):
        score, verdict, tokens = _choose(candidates, planned, model.card.choosing, request.style, lot=rng.random())
    with _timed(spent, "write"):
        played = perform(score)
        name = make_title(planned, style=request.style, density=density_class(score))
        settings = _settings(request, model, instrument.name)
        data = midi.write(played, instrument=instrument, title=name, settings=settings)
    return Composition(played, name, data, settings, planned, verdict.measures, tokens, spent)


def candidate_count(request: Request, choosing: Choosing) -> int:
    """How many candidates are drawn for a request."""
    return request.candidates or choosing.candidates


def draw_candidates(
    request: Request,
    planned: Plan,
    model: Model,
    rng: np.random.Generator,
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> list[Candidate]:
    """The candidates for a request; `rng` is the one that planned it, `progress` see `loop.decode_candidates`."""
    number = candidate_count(request, model.card.choosing)
    pull = bias_strengths(model.card.choosing, request.style, request.creativity, rng)
    return decode_candidates(
        ModelRunner(model, number),
        constraints_of(planned, request.style),
        planned.conditions,
        sampling=for_creativity(request.creativity),
        candidates=number,
        rng=rng,
        pull=pull,
        progress=progress,
    )


def bias_strengths(choosing: Choosing, style: str, creativity: float, rng: np.random.Generator) -> BiasStrengths:
    """What a piece's draws lean to beside the network.

    Sections that return lean on what they recall the less, the more adventurous the piece; `rng` settles what kind of
    melody it is to have.
    """
    tilts = choosing.tilts.get(style) or ((),)
    kind = tilts[int(rng.integers(len(tilts)))]
    return BiasStrengths(recall=choosing.recall * (1.5 - creativity), tilt=choosing.preferences.of_intervals(kind))


@contextmanager
def _timed(spent: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    spent[stage] = time.perf_counter() - started


def constraints_of(planned: Plan, style: str) -> PieceConstraints:
    """What a planned piece of a style must keep to."""
    frame = PieceConstraints(metre=planned.metre, bars=planned.bars, mode=planned.key.mode, form=planned.form)
    if style not in _ENSEMBLES:
        return frame
    parts, reach, fullest = _ENSEMBLES[style]
    return replace(frame, parts=parts, reach=reach, fullest=fullest)


def _choose(
    candidates: list[Candidate], planned: Plan, choosing: Choosing, style: str, *, lot: float
) -> tuple[Score, Verdict, tuple[int, ...]]:
    profile = choosing.profiles.get(style, {})
    fitted, liked = choosing.ranking_of(style), choosing.preferences.measures
    scores = [score_of(candidate.tokens, planned) for candidate in candidates]
    verdicts = judge_candidates(
        scores, candidates, profile=profile, weights=weights_with_liking(fitted, liked, profile)
    )
    # What people like is to be had as much as it can be, and without fitted weights there is nothing to draw by.
    chosen = draw_by_verdict(verdicts, lot) if fitted and not liked else best_candidate(verdicts)
    return scores[chosen], verdicts[chosen], candidates[chosen].tokens


def judge_candidates(
    scores: Sequence[Score],
    candidates: Sequence[Candidate],
    *,
    profile: Mapping[str, tuple[float, float]],
    weights: Mapping[str, tuple[float, float]],
) -> list[Verdict]:
    """How each of several candidates, whose scores these are, is judged beside the others; see `ranking.judge`."""
    usual = fmean(candidate.nats for candidate in candidates)
    return [
        judge(score, nats=candidate.nats, usual_nats=usual, profile=profile, weights=weights)
        for score, candidate in zip(scores, candidates, strict=True)
    ]


def score_of(tokens: tuple[int, ...], planned: Plan) -> Score:
    """The piece that tokens spell, in the planned key, its last bar ringing to the end."""
    written = Key(TONICS[planned.key.mode], planned.key.mode)
    score = tokenizer.decode(tokens, metre=planned.metre, key=written, tempos=planned.tempos)
    last_bar = score.ticks - planned.metre.bar_ticks
    rung = tuple(
        replace(note, duration=score.ticks - note.start) if note.start >= last_bar else note for note in score.notes
    )
    up = (planned.key.tonic - written.tonic) % 12
    nearest = up if up + _DEEPEST_TRANSPOSITION <= 0 else up - 12
    return replace(score, notes=rung).transposed(nearest)


def _settings(request: Request, model: Model, instrument: str) -> dict[str, Plain]:
    """The request as plain values; what was left open stays open, so that the seed decides it again."""
    return {
        **settings_of(request),
        "model": model.card.identity.label,
        "instrument": instrument,
        "candidates": candidate_count(request, model.card.choosing),
    }
